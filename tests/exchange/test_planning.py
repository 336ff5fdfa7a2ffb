"""A file and its mapping give the same records, whatever the order, encoding or notation."""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.import_plan import ImportPlan
from outcomes_app.domain.patient import Sex
from outcomes_app.domain.values import Severity
from outcomes_app.exchange import mapping, planning, suggesting, tabular
from outcomes_app.exchange.base import Reading, Table
from outcomes_app.exchange.mapping import (
    DiaryColumns,
    Mapping,
    OutcomeColumn,
    PatientColumns,
    Start,
    TreatmentColumns,
    When,
)

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 20)
CDYSTONIA = DATA / "cdystonia.csv"


def table(text: str | bytes, reading: Reading | None = None) -> Table:
    data = text.encode() if isinstance(text, str) else text
    return tabular.read_data(data, "file.csv", reading)


def content(plan: ImportPlan) -> dict[str, Any]:
    """What a plan says, without the random ids."""
    number = {p.id: p.identifiers[0].value for p in plan.patients}
    day_of = {t.id: t.day for t in plan.treatments}
    return {
        "patients": sorted(
            (p.identifiers[0].value, p.family_name, str(p.birth_date), p.sex, p.group,
             p.clinic_site)
            for p in plan.patients
        ),
        "treatments": sorted(
            (number[t.patient_id], t.day, str(t.product), t.placebo,
             t.stated_total.units if t.stated_total else Decimal(-1))
            for t in plan.treatments
        ),
        "assessments": sorted(
            (number[a.patient_id], a.day, a.instrument, a.recall, a.occasion,
             str(day_of.get(a.treatment_id)) if a.treatment_id else "",
             tuple((s.part, s.value) for s in a.scores))
            for a in plan.assessments
        ),
        "diary": sorted(
            (number[d.patient_id], d.day, repr(replace(d, patient_id=plan.patients[0].id)))
            for d in plan.diary_days
        ),
    }  # fmt: skip


def cdystonia(catalog: Catalog, path: Path = CDYSTONIA, name: str = "cdystonia-long") -> ImportPlan:
    return planning.plan(tabular.read(path), mapping.find(name), catalog, TODAY)


def test_the_trial_gives_its_patients_treatments_and_totals(catalog: Catalog) -> None:
    plan = cdystonia(catalog)

    assert plan.errors == ()
    assert plan.counts["patients"] == 109
    assert plan.counts["clinic_sites"] == 9
    assert plan.counts["treatments"] == 109
    assert plan.counts["scores"] == 631
    assert sum(t.placebo for t in plan.treatments) == 36
    assert {t.dose.units for t in plan.treatments if t.dose} == {Decimal(5000), Decimal(10000)}


def test_every_number_of_the_trial_is_the_one_in_the_file(catalog: Catalog) -> None:
    plan = cdystonia(catalog)
    number = {p.id: p.identifiers[0].value for p in plan.patients}
    start = {t.patient_id: t.day for t in plan.treatments}
    found = {
        (number[a.patient_id], (a.day - start[a.patient_id]).days // 7): a.value()
        for a in plan.assessments
    }

    with CDYSTONIA.open(newline="") as file:
        expected = {
            (row["patient"], int(row["week"])): Decimal(row["twstrs"])
            for row in csv.DictReader(file)
        }

    assert found == expected


def test_a_total_before_the_first_needle_is_the_baseline(catalog: Catalog) -> None:
    plan = cdystonia(catalog)

    baseline = [a for a in plan.assessments if a.occasion is Occasion.BASELINE]
    assert len(baseline) == 109
    assert all(a.treatment_id for a in baseline)
    assert {a.occasion for a in plan.assessments if a not in baseline} == {Occasion.FOLLOW_UP}


def test_a_nominal_start_is_declared_and_written_on_each_record(catalog: Catalog) -> None:
    plan = cdystonia(catalog)

    assert any("nominal" in sentence for sentence in plan.declarations)
    assert all("Nominal day" in t.note for t in plan.treatments)
    assert all("Nominal day" in a.note for a in plan.assessments)


@pytest.mark.parametrize(
    ("file", "name"),
    [("cdystonia_wide.csv", "cdystonia-wide"), ("cdystonia_quoted_crlf.csv", "cdystonia-long")],
)
def test_the_other_shapes_of_the_trial_give_the_same(
    catalog: Catalog, file: str, name: str
) -> None:
    assert content(cdystonia(catalog, DATA / file, name)) == content(cdystonia(catalog))


def rewritten(change: Callable[[list[list[str]]], None], encoding: str, delimiter: str) -> bytes:
    with CDYSTONIA.open(newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-16", ";"), ("utf-8-sig", "\t")])
def test_order_encoding_and_delimiter_do_not_matter(
    catalog: Catalog, seed: int, encoding: str, delimiter: str
) -> None:
    def shuffle(rows: list[list[str]]) -> None:
        body = rows[1:]
        random.Random(seed).shuffle(body)
        rows[1:] = body

    data = rewritten(shuffle, encoding, delimiter)

    plan = planning.plan(table(data), mapping.find("cdystonia-long"), catalog, TODAY)

    assert content(plan) == content(cdystonia(catalog))


def dated(notation: str) -> bytes:
    """The trial with calendar dates in a notation instead of weeks, and halves in the scores."""
    with CDYSTONIA.open(newline="") as file:
        rows = list(csv.DictReader(file))
    first = date(2020, 2, 3)
    comma = notation == "dmy"
    lines = [["patient", "date", "treat", "twstrs"]]
    for row in rows:
        day = first + timedelta(weeks=int(row["week"]), days=int(row["patient"]))
        shown = {
            "iso": day.isoformat(),
            "dmy": day.strftime("%d/%m/%Y"),
            "mdy": day.strftime("%m/%d/%Y"),
            "words": day.strftime("%d-%b-%Y"),
        }[notation]
        value = f"{row['twstrs']},5" if comma else f"{row['twstrs']}.5"
        lines.append([row["patient"], shown, row["treat"] if row["week"] == "0" else "", value])
    out = io.StringIO()
    csv.writer(out, delimiter=";" if comma else ",").writerows(lines)
    return out.getvalue().encode()


DATED = Mapping(
    patient=PatientColumns(key=("patient",)),
    treatment=TreatmentColumns(
        when=When(column="date"),
        product="rima",
        indication="cervical_dystonia",
        units="treat",
        units_words={"5000U": "5000", "10000U": "10000", "placebo": "placebo"},
    ),
    outcomes=(OutcomeColumn(column="twstrs", instrument="twstrs", when=When(column="date")),),
)


@pytest.mark.parametrize("notation", ["dmy", "mdy", "words"])
def test_the_notation_of_dates_and_numbers_does_not_matter(catalog: Catalog, notation: str) -> None:
    expected = content(planning.plan(table(dated("iso")), DATED, catalog, TODAY))

    found = content(planning.plan(table(dated(notation)), DATED, catalog, TODAY))

    assert len(expected["assessments"]) == 631
    assert found == expected


def test_an_open_date_order_is_asked_about_before_anything_is_read(catalog: Catalog) -> None:
    text = "patient,date,treat,twstrs\n1,03/04/2020,5000U,30\n"

    plan = planning.plan(table(text), DATED, catalog, TODAY)
    told = replace(DATED, reading=Reading(date_order="mdy"))

    assert [p.code for p in plan.errors] == ["date_order"]
    assert planning.plan(table(text), told, catalog, TODAY).treatments[0].day == date(2020, 3, 4)


def problems(plan: ImportPlan) -> list[tuple[int | None, str, str]]:
    return [(p.row, p.column, p.code) for p in plan.errors]


ONE_WRONG = [
    ("1,2020-02-30,5000U,30", (2, "date", "unreadable")),
    ("1,2020-02-03,5000U,86", (2, "twstrs", "out_of_range")),
    ("1,2020-02-03,5000U,many", (2, "twstrs", "unreadable")),
    ("1,2020-02-03,7500U,30", (2, "treat", "unknown_word")),
    (",2020-02-03,5000U,30", (2, "patient", "no_patient")),
    ("1,2099-02-03,5000U,30", (2, "date", "future")),
    ("1,,5000U,30", (2, "date", "missing")),
]


@pytest.mark.parametrize(("row", "problem"), ONE_WRONG)
def test_a_problem_is_named_by_row_and_column(
    catalog: Catalog, row: str, problem: tuple[int, str, str]
) -> None:
    plan = planning.plan(table(f"patient,date,treat,twstrs\n{row}\n"), DATED, catalog, TODAY)

    assert problem in problems(plan)


def test_no_message_repeats_a_cell(catalog: Catalog) -> None:
    text = "patient,date,treat,twstrs\nOkonkwo,Okonkwo,Okonkwo,Okonkwo\n,Okonkwo,,Okonkwo\n"

    plan = planning.plan(table(text), DATED, catalog, TODAY)

    assert plan.errors
    assert all("Okonkwo" not in p.message for p in plan.problems)


def test_two_rows_that_disagree_about_a_patient_are_named(catalog: Catalog) -> None:
    who = Mapping(patient=PatientColumns(key=("id",), birth_date="born", sex="sex"))
    text = "id,born,sex\n3,1989-05-04,Male\n3,1977-03-08,Female\n"

    plan = planning.plan(table(text), who, catalog, TODAY)

    assert problems(plan) == [(3, "born", "disagrees"), (3, "sex", "disagrees")]
    assert "row 2" in plan.errors[0].message


def test_the_same_result_twice_is_taken_once_and_another_one_is_refused(catalog: Catalog) -> None:
    head = "patient,date,treat,twstrs\n1,2020-02-03,5000U,30\n"

    same = planning.plan(table(head + "1,2020-02-03,,30\n"), DATED, catalog, TODAY)
    other = planning.plan(table(head + "1,2020-02-03,,31\n"), DATED, catalog, TODAY)

    assert same.errors == ()
    assert len(same.assessments) == 1
    assert [(p.row, p.severity) for p in same.problems if p.code == "twice"] == [
        (3, Severity.CHECK)
    ]
    assert problems(other) == [(3, "twstrs", "twice")]


def test_missing_words_are_missing_and_never_zero(catalog: Catalog) -> None:
    lines = "".join(
        f"1,2020-02-{n + 3:02d},,{word}\n" for n, word in enumerate(["", "NA", ".", "n/a", "-"])
    )
    text = f"patient,date,treat,twstrs\n1,2020-02-02,5000U,0\n{lines}"

    plan = planning.plan(table(text), DATED, catalog, TODAY)

    assert plan.errors == ()
    assert [a.value() for a in plan.assessments] == [Decimal(0)]


def test_two_numbers_together_can_tell_patients_apart(catalog: Catalog) -> None:
    found = mapping.find("cdystonia-long")
    both = replace(found, patient=replace(found.patient, key=("site", "id")))

    plan = planning.plan(tabular.read(CDYSTONIA), both, catalog, TODAY)

    assert plan.counts["patients"] == 109
    assert "9-2" in {p.identifiers[0].value for p in plan.patients}


def test_a_number_that_repeats_across_sites_is_refused(catalog: Catalog) -> None:
    found = mapping.find("cdystonia-long")
    wrong = replace(found, patient=replace(found.patient, key=("id",)))

    assert planning.plan(tabular.read(CDYSTONIA), wrong, catalog, TODAY).errors


def test_days_are_counted_from_a_start_column_in_days_weeks_and_months(catalog: Catalog) -> None:
    columns = ("d10", "w2", "m1")
    plan_of = Mapping(
        start=Start(column="start"),
        patient=PatientColumns(key=("patient",)),
        outcomes=tuple(
            OutcomeColumn(
                column=c, instrument="twstrs", when=When(offset=Decimal(c[1:]), unit=unit)
            )
            for c, unit in zip(columns, ("days", "weeks", "months"), strict=True)
        ),
    )
    text = "patient,start,d10,w2,m1\n1,2020-01-31,10,11,12\n"

    plan = planning.plan(table(text), plan_of, catalog, TODAY)

    assert [(a.day, a.value()) for a in plan.assessments] == [
        (date(2020, 2, 10), 10),
        (date(2020, 2, 14), 11),
        (date(2020, 2, 29), 12),
    ]


def test_the_first_row_of_a_patient_can_be_the_treatment(catalog: Catalog) -> None:
    first = replace(
        DATED,
        treatment=TreatmentColumns(
            when=When(column="date", first=True), product="ona", indication="cervical_dystonia"
        ),
    )
    text = "patient,date,treat,twstrs\n1,2020-03-02,,20\n1,2020-02-03,,30\n"

    plan = planning.plan(table(text), first, catalog, TODAY)

    assert [t.day for t in plan.treatments] == [date(2020, 2, 3)]
    assert plan.treatments[0].dose is None  # not known, and not zero


def test_product_and_indication_can_come_from_words(catalog: Catalog) -> None:
    worded = Mapping(
        patient=PatientColumns(key=("id",)),
        treatment=TreatmentColumns(
            when=When(column="date"),
            product_column="drug",
            product_words={"Botox": "ona", "Dysport": "abo"},
            indication_column="why",
            indication_words={"CM": "chronic_migraine", "CD": "cervical_dystonia"},
            units="units",
        ),
    )
    text = "id,date,drug,why,units\n1,2020-02-03,botox,CM,155\n1,2020-06-03,Dysport,CD,500\n"

    plan = planning.plan(table(text), worded, catalog, TODAY)

    assert plan.errors == ()
    assert [
        (t.product, t.indication, t.dose.units if t.dose else None) for t in plan.treatments
    ] == [
        ("ona", "chronic_migraine", Decimal(155)),
        ("abo", "cervical_dystonia", Decimal(500)),
    ]


def test_throat_pain_loads_as_outcomes_without_a_treatment(catalog: Catalog) -> None:
    plan = planning.plan(
        tabular.read(DATA / "medicaldata_licorice_gargle.csv"),
        mapping.find("licorice-gargle"),
        catalog,
        TODAY,
    )

    assert plan.errors == ()
    assert (plan.counts["patients"], plan.counts["treatments"]) == (235, 0)
    with (DATA / "medicaldata_licorice_gargle.csv").open(newline="") as file:
        columns = [o.column for o in mapping.find("licorice-gargle").outcomes]
        filled = sum(bool(row[c]) for row in csv.DictReader(file) for c in columns)
    assert plan.counts["scores"] == filled


def test_blood_pressure_is_refused_in_words_a_manager_understands(catalog: Catalog) -> None:
    found = tabular.read(DATA / "messy_bp.xlsx")

    plan = planning.plan(found, suggesting.suggest(found, catalog, TODAY), catalog, TODAY)

    said = {p.code: p.message for p in plan.problems}
    assert "an outcome this program knows" in said["only_patients"]
    assert "The same patient number has something else here" in said["disagrees"]
    assert {p.row for p in plan.errors} == {8, 14}
    assert any("Visit 1 BP" in sentence for sentence in plan.declarations)


def test_a_diary_day_without_a_row_stays_unknown(catalog: Catalog) -> None:
    plan = planning.plan(
        tabular.read(DATA / "headache_diary.csv"), mapping.find("headache-diary"), catalog, TODAY
    )

    assert plan.errors == ()
    days = defaultdict(list)
    for entry in plan.diary_days:
        days[entry.patient_id].append(entry)
    first, second = days.values()
    assert [d.day.day for d in first] == [1, 2, 3, 5]
    assert [d.headache for d in first] == [True, False, True, True]
    assert first[0].acute_medicines[0].kind == "triptan"
    assert first[0].acute_medicines[0].doses == 2
    assert first[1].acute_medicine_taken is False
    assert first[2].acute_medicine_taken is None  # an empty cell is not "none taken"
    assert [m.name for m in first[3].acute_medicines] == ["ibuprofen 400 mg", "paracetamol 1 g"]
    assert (second[1].acute_medicine_taken, second[1].acute_medicines) == (True, ())
    assert (second[0].peak_pain, second[0].peak_severity) == (None, None)
    assert any("stays unknown" in sentence for sentence in plan.declarations)


def test_two_diary_rows_of_one_day_that_differ_are_refused(catalog: Catalog) -> None:
    columns = DiaryColumns(when=When(column="date"), columns={"headache": "headache"})
    kept = Mapping(patient=PatientColumns(key=("id",)), diary=columns)
    text = "id,date,headache\n1,2026-09-01,yes\n1,2026-09-01,no\n"

    assert problems(planning.plan(table(text), kept, catalog, TODAY)) == [(3, "date", "twice")]


WRONG_MAPPINGS: Sequence[tuple[Mapping, str]] = [
    (replace(DATED, patient=PatientColumns()), "no_key"),
    (replace(DATED, patient=PatientColumns(key=("nobody",))), "no_column"),
    (replace(DATED, treatment=TreatmentColumns(when=When(column="date"))), "no_product"),
    (replace(DATED, outcomes=(OutcomeColumn(column="twstrs"),)), "no_instrument"),
    (
        replace(DATED, outcomes=(OutcomeColumn(column="twstrs", instrument="bp"),)),
        "instrument",
    ),
    (
        replace(DATED, outcomes=(OutcomeColumn(column="twstrs", instrument="twstrs",
                                               when=When(offset=Decimal(1))),)),
        "no_start",
    ),
    (replace(DATED, diary=DiaryColumns(when=When(column="date"), columns={"mood": "treat"})),
     "diary_field"),
    (Mapping(patient=PatientColumns(key=("patient",))), "nothing_to_import"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "code"), WRONG_MAPPINGS, ids=[code for _m, code in WRONG_MAPPINGS]
)
def test_a_mapping_that_cannot_work_is_refused_before_any_row(
    catalog: Catalog, wrong: Mapping, code: str
) -> None:
    plan = planning.plan(table(dated("iso")), wrong, catalog, TODAY)

    assert code in {p.code for p in plan.errors}
    assert plan.patients == ()


def test_sex_is_read_from_common_words_and_from_the_mapping(catalog: Catalog) -> None:
    coded = PatientColumns(
        key=("id",), family_name="name", sex="sex", sex_words={"0": "male", "1": "female"}
    )
    text = "id,name,sex\n1,A,F\n2,B,männlich\n3,C,0\n4,D,1\n5,E,\n"

    plan = planning.plan(table(text), Mapping(patient=coded), catalog, TODAY)

    assert [p.sex for p in plan.patients] == [
        Sex.FEMALE, Sex.MALE, Sex.MALE, Sex.FEMALE, Sex.UNKNOWN,
    ]  # fmt: skip


def test_a_million_times_the_same_problem_is_said_some_hundred_times(catalog: Catalog) -> None:
    text = "patient,date,treat,twstrs\n" + "".join(
        f"{n},2020-02-03,5000U,x\n" for n in range(2_000)
    )

    found = planning.plan(table(text), DATED, catalog, TODAY).errors

    assert len(found) < 600
    assert any("1500 more rows" in p.message for p in found)
