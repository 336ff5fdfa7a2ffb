"""What is exported is complete, safe to open in a spreadsheet, and comes back the same."""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.import_plan import ImportPlan
from outcomes_app.domain.patient import Identifier, Patient, Sex, TreatedIndication
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import Dose, PersonId, ProductId, Score, Side, SiteId, new_id
from outcomes_app.errors import OutcomesError
from outcomes_app.exchange import cells, csv_columns, csv_restore, csv_tables
from tests import factories

DATA = Path(__file__).parent.parent / "data"
TODAY = factories.TODAY


def full_course() -> PatientCourse:
    patient = factories.patient()
    treatment = replace(
        factories.treatment(patient.id), acknowledgements=(), injector_name="Dr A. Osei"
    )
    return PatientCourse(
        patient=patient,
        treatments=(
            treatment,
            factories.imported_treatment(patient.id),
            replace(
                factories.imported_treatment(patient.id), placebo=True, stated_total=None,
                day=date(2026, 2, 5),
            ),
        ),
        assessments=(
            factories.assessment(patient.id, treatment_id=treatment.id),
            factories.assessment(
                patient.id, instrument="nrs_pain",
                scores=(factories.score(6, part="average"), factories.score(None, part="worst")),
            ),
            factories.assessment(
                patient.id, instrument="phq9", scores=(), answers=(("q1", "2"), ("q2", None))
            ),
        ),
        diary=(factories.diary_day(patient.id), DiaryDay(
            patient_id=patient.id, day=date(2026, 9, 2), headache=False)),
        adverse_events=(factories.adverse_event(patient.id, treatment_id=treatment.id),),
    )  # fmt: skip


def content(plan: ImportPlan | PatientCourse) -> dict[str, Any]:
    """The values of a plan or a course, with ids replaced by their order."""
    if isinstance(plan, PatientCourse):
        plan = ImportPlan(
            patients=(plan.patient,), treatments=plan.treatments, assessments=plan.assessments,
            diary_days=plan.diary, adverse_events=plan.adverse_events,
        )  # fmt: skip
    order = {r.id: n for n, r in enumerate((*plan.patients, *plan.treatments))}
    points = (i for t in plan.treatments for i in t.injections)
    order |= {r.id: n for n, r in enumerate((*plan.assessments, *plan.adverse_events, *points))}

    def plain(value: Any) -> Any:
        if hasattr(value, "__dataclass_fields__"):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        if isinstance(value, tuple):
            return [plain(v) for v in value]
        return order.get(value, value)

    kinds = ("patients", "treatments", "assessments", "diary_days", "adverse_events")
    return {kind: plain(getattr(plan, kind)) for kind in kinds}


def cells_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_whole_course_comes_back_the_same(catalog: Catalog, tmp_path: Path) -> None:
    course = full_course()

    csv_tables.write(tmp_path / "export", [course])
    plan = csv_restore.restore(tmp_path / "export", catalog, TODAY)

    assert content(plan) == content(course)
    assert plan.patients[0].id != course.patient.id


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_WORDS = _TEXTS.filter(lambda text: bool(text.strip()))
_UNITS = st.decimals("0.5", 900, places=2)
_DAYS = st.dates(date(2020, 1, 1), TODAY)


@st.composite
def courses(draw: st.DrawFn) -> PatientCourse:
    patient = Patient(
        id=factories.patient().id,
        family_name=draw(_TEXTS),
        given_name=draw(_TEXTS),
        title=draw(_TEXTS),
        birth_date=draw(st.none() | st.dates(date(1930, 1, 1), date(2019, 1, 1))),
        sex=draw(st.sampled_from(Sex)),
        identifiers=tuple(
            Identifier(system=system, value=value)
            for system, value in draw(st.lists(st.tuples(_TEXTS, _WORDS), min_size=1, max_size=3))
        ),
        indications=tuple(
            TreatedIndication(indication=i, icd10=tuple(codes), since=since, detail=detail)
            for i, codes, since, detail in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(["chronic_migraine", "cervical_dystonia"]),
                        st.lists(st.sampled_from(["G43.709", "G24.3"]), max_size=2),
                        st.none() | _DAYS, _TEXTS,
                    ),
                    max_size=2,
                )
            )
        ),
        group=draw(_TEXTS),
        clinic_site=draw(_TEXTS),
        allergies=draw(_TEXTS),
        alerts=tuple(draw(st.lists(_WORDS, max_size=2))),
        note=draw(_TEXTS),
        synthetic=draw(st.booleans()),
    )  # fmt: skip
    treatments = tuple(_treatment(draw, patient) for _n in range(draw(st.integers(0, 2))))
    return PatientCourse(
        patient=patient,
        treatments=treatments,
        assessments=tuple(_assessment(draw, patient) for _n in range(draw(st.integers(0, 2)))),
        diary=tuple(
            _entry(draw, patient, day) for day in draw(st.lists(_DAYS, max_size=3, unique=True))
        ),
    )


def _treatment(draw: st.DrawFn, patient: Patient) -> Treatment:
    product = ProductId(draw(st.sampled_from(["ona", "abo", "rima"])))
    points = draw(
        st.lists(st.tuples(_UNITS, st.sampled_from(Side), _TEXTS, st.booleans()), max_size=3)
    )
    return factories.treatment(
        patient.id,
        day=draw(_DAYS),
        product=product,
        injections=tuple(
            factories.injection(
                dose=Dose(units=units, product=product), side=side, note=note, label=note,
                site=SiteId("frontalis"),
                **({"placement": None} if unplaced else {}),
            )
            for units, side, note, unplaced in points
        ),
        stated_total=None
        if points
        else draw(st.none() | _UNITS.map(lambda u: Dose(units=u, product=product))),
        vials=tuple(
            factories.vial(lot=lot, discard_reason=why)
            for lot, why in draw(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=2))
        ),
        acknowledgements=(),
        note=draw(_TEXTS),
        needle=draw(_TEXTS),
    )  # fmt: skip


def _assessment(draw: st.DrawFn, patient: Patient) -> Assessment:
    parts = draw(st.lists(st.sampled_from(["total", "severity", "pain"]), unique=True, min_size=1))
    return factories.assessment(
        patient.id,
        day=draw(_DAYS),
        scores=tuple(
            Score(
                part=part, value=draw(st.none() | st.decimals(0, 20, places=1)), rule=draw(_TEXTS)
            )
            for part in parts
        ),
        answers=tuple(draw(st.lists(st.tuples(_WORDS, st.none() | _TEXTS), max_size=3))),
        occasion=draw(st.sampled_from(Occasion)),
        recall=draw(_TEXTS),
        note=draw(_TEXTS),
    )


def _entry(draw: st.DrawFn, patient: Patient, day: date) -> DiaryDay:
    said = st.none() | st.booleans()
    return DiaryDay(
        patient_id=patient.id,
        day=day,
        headache=draw(said),
        peak_pain=draw(st.none() | st.decimals(0, 10, places=1)),
        peak_severity=draw(st.none() | st.integers(0, 3)),
        duration_hours=draw(st.none() | st.decimals(0, 24, places=2)),
        nausea=draw(said),
        aura_minutes=draw(st.none() | st.integers(0, 60)),
        acute_medicine_taken=draw(said),
        acute_medicines=tuple(
            AcuteMedicine(kind=kind, name=name, doses=doses)
            for kind, name, doses in draw(
                st.lists(
                    st.tuples(_WORDS, _TEXTS, st.none() | st.decimals(1, 9, places=1)), max_size=2
                )
            )
        ),
        note=draw(_TEXTS),
    )


@settings(max_examples=60)
@given(st.lists(courses(), min_size=1, max_size=3))
def test_any_record_comes_back_the_same(catalog: Catalog, found: list[PatientCourse]) -> None:
    with TemporaryDirectory() as folder:
        csv_tables.write(Path(folder) / "export", found)
        plan = csv_restore.restore(Path(folder) / "export", catalog, TODAY)

    expected = ImportPlan(
        patients=tuple(c.patient for c in found),
        treatments=tuple(t for c in found for t in c.treatments),
        assessments=tuple(a for c in found for a in c.assessments),
        diary_days=tuple(d for c in found for d in c.diary),
    )
    assert content(plan) == content(expected)


def naughty_strings() -> list[str]:
    found: list[str] = json.loads((DATA / "naughty_strings.json").read_text(encoding="utf-8"))
    return found


def every_cell(folder: Path) -> Iterator[str]:
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                yield from row


def test_no_cell_is_a_formula_and_every_text_comes_back(catalog: Catalog, tmp_path: Path) -> None:
    texts = [t for t in naughty_strings() if t.isprintable() or "\n" in t or "\t" in t]
    texts += ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "'=1", "''@", "'", "＝1", "-5.5"]
    found = [
        PatientCourse(patient=factories.patient(family_name=t, note=t, group=t)) for t in texts
    ]

    csv_tables.write(tmp_path / "export", found)

    assert not [
        c for c in every_cell(tmp_path / "export") if c[:1] and c[0] in "=+-@\t\r\n＝＋－＠"
    ]
    back = csv_restore.restore(tmp_path / "export", catalog, TODAY).patients
    assert [(p.family_name, p.note, p.group) for p in back] == [(t, t, t) for t in texts]


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    course = full_course()

    csv_tables.write(tmp_path / "export", [course])

    total = next(r for r in cells_of(tmp_path / "export", "treatments") if r["total_units"])
    assert (total["total_units"], total["product"]) == ("10", "ona")


def test_neutralising_is_undone_exactly() -> None:
    for text in ("=a", "'=a", "''=a", "'a", "a=", "", "-", "'-"):
        assert cells.restored(cells.neutralised(text)) == text


def test_every_dose_has_its_product_beside_it(tmp_path: Path) -> None:
    csv_tables.write(tmp_path / "export", [full_course()])

    for name in ("treatments", "injections", "vials"):
        assert all(row["product"] for row in cells_of(tmp_path / "export", name))


def test_the_dictionary_explains_every_column(tmp_path: Path) -> None:
    csv_tables.write(tmp_path / "export", [full_course()])

    explained = {(r["file"], r["column"]) for r in cells_of(tmp_path / "export", "data_dictionary")}
    for sheet in csv_columns.sheets():
        for column in cells_of(tmp_path / "export", sheet.name)[0]:
            assert (f"{sheet.name}.csv", column) in explained
    rows = cells_of(tmp_path / "export", "data_dictionary")
    assert all(row["meaning"] for row in rows)


def test_the_documentation_names_every_file_and_column() -> None:
    text = (Path(__file__).parents[2] / "docs" / "file-formats.md").read_text(encoding="utf-8")

    for sheet in csv_columns.sheets():
        assert f"`{sheet.name}.csv`" in text
        for column in sheet.columns:
            assert f"`{column.name}`" in text


def test_only_what_is_asked_for_is_written(tmp_path: Path) -> None:
    written = csv_tables.write(tmp_path / "export", [full_course()], what=["patients", "diary"])

    assert dict(written.rows) == {"patients": 1, "diary": 2}
    names = {path.name for path in (tmp_path / "export").iterdir()}
    assert names == {"patients.csv", "diary.csv", "data_dictionary.csv"}


def test_an_unknown_kind_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(OutcomesError, match="“pets”"):
        csv_tables.write(tmp_path / "export", [full_course()], what=["pets"])

    assert not (tmp_path / "export").exists()


def test_the_injector_is_named(tmp_path: Path) -> None:
    who = PersonId(new_id())
    course = full_course()
    given = replace(course.treatments[0], injector=who, injector_name="")

    csv_tables.write(
        tmp_path / "export", [replace(course, treatments=(given,))], people={who: "Dr B. Lind"}
    )

    assert cells_of(tmp_path / "export", "treatments")[0]["injector"] == "Dr B. Lind"


def test_an_existing_folder_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("mine")

    with pytest.raises(OutcomesError, match="already"):
        csv_tables.write(tmp_path, [full_course()])

    assert [p.name for p in tmp_path.iterdir() if p.suffix] == ["patients.csv"]
    assert (tmp_path / "patients.csv").read_text() == "mine"


def test_with_force_only_files_of_the_export_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("old")
    (tmp_path / "letter.txt").write_text("mine")

    csv_tables.write(tmp_path, [full_course()], force=True)

    assert (tmp_path / "letter.txt").read_text() == "mine"
    assert len(cells_of(tmp_path, "patients")) == 1


def test_a_failure_half_way_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[PatientCourse]:
        yield full_course()
        raise OSError(28, "No space left on device")

    with pytest.raises(OutcomesError, match="disk is full"):
        csv_tables.write(tmp_path / "here" / "export", broken())

    assert list((tmp_path / "here").iterdir()) == []


def test_other_people_of_the_machine_cannot_read_the_files(tmp_path: Path) -> None:
    csv_tables.write(tmp_path / "export", [full_course()])

    if os.name == "posix":
        modes = {p.stat().st_mode & 0o077 for p in (tmp_path / "export").iterdir()}
        assert modes == {0}
        assert (tmp_path / "export").stat().st_mode & 0o077 == 0


def test_a_broken_export_is_refused_by_file_row_and_column(
    catalog: Catalog, tmp_path: Path
) -> None:
    csv_tables.write(tmp_path / "export", [full_course()])
    path = tmp_path / "export" / "injections.csv"
    text = path.read_text(encoding="utf-8-sig").replace(",right,5,", ",above,five,", 1)
    path.write_text(text, encoding="utf-8")

    plan = csv_restore.restore(tmp_path / "export", catalog, TODAY)

    assert {(p.row, p.column) for p in plan.errors} >= {
        (2, "injections.side"),
        (2, "injections.units"),
    }


def test_a_folder_that_is_no_export_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(OutcomesError, match="data_dictionary"):
        csv_restore.restore(tmp_path, catalog, TODAY)


def test_packed_lists_come_back() -> None:
    for items in ((), (("a",),), (("a:b", "c;d"), ("\\", "")), (("",), ("", ""))):
        assert csv_columns.unpack(csv_columns.pack(items)) == items or items == (("",),)


def test_units_of_an_unknown_total_stay_empty(tmp_path: Path) -> None:
    course = full_course()
    unknown = replace(course.treatments[1], stated_total=None)

    csv_tables.write(tmp_path / "export", [replace(course, treatments=(unknown,))])

    assert cells_of(tmp_path / "export", "treatments")[0]["total_units"] == ""
    assert Decimal("0") != unknown.dose
