"""Mappings are saved, used again, suggested, and refused by the place that is wrong."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.domain.catalog import Catalog
from outcomes_app.errors import OutcomesError
from outcomes_app.exchange import mapping, planning, suggesting, tabular
from outcomes_app.exchange.mapping import Mapping

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("name", mapping.shipped())
def test_every_shipped_mapping_loads_and_is_saved_as_it_was(name: str, tmp_path: Path) -> None:
    found = mapping.find(name)

    mapping.save(found, tmp_path / "new" / "mapping.json")

    assert mapping.load(tmp_path / "new" / "mapping.json") == found
    assert found.about


def test_the_known_examples_are_shipped() -> None:
    assert {"cdystonia-long", "cdystonia-wide", "headache-diary"} <= set(mapping.shipped())


_NAMES = st.text(max_size=8)
_WHENS = st.builds(
    mapping.When,
    column=_NAMES,
    first=st.booleans(),
    offset_column=_NAMES,
    offset=st.none() | st.decimals(-400, 400, places=1),
    unit=st.sampled_from(mapping.UNITS_OF_TIME),
)
_WORDS = st.dictionaries(_NAMES, _NAMES, max_size=3)


@given(
    st.builds(
        Mapping,
        name=_NAMES,
        about=_NAMES,
        guessed=st.booleans(),
        missing=st.lists(_NAMES, max_size=3).map(tuple),
        start=st.builds(mapping.Start, column=_NAMES, nominal=st.none() | st.dates()),
        patient=st.builds(
            mapping.PatientColumns, key=st.lists(_NAMES, max_size=2).map(tuple), sex_words=_WORDS
        ),
        treatment=st.none()
        | st.builds(mapping.TreatmentColumns, when=_WHENS, units_words=_WORDS, units=_NAMES),
        outcomes=st.lists(
            st.builds(mapping.OutcomeColumn, column=_NAMES, when=_WHENS, words=_WORDS), max_size=3
        ).map(tuple),
        diary=st.none() | st.builds(mapping.DiaryColumns, when=_WHENS, columns=_WORDS),
    )
)
def test_any_mapping_comes_back_as_it_was(found: Mapping) -> None:
    assert mapping.from_json(mapping.to_json(found)) == found


WRONG = [
    ("[]", "object"),
    ("{", "JSON"),
    ("{}", "version"),
    ('{"version": 99}', "newer"),
    ('{"version": true}', "version"),
    ('{"version": 1, "patients": {}}', "patients"),
    ('{"version": 1, "patient": {"keys": []}}', "patient.keys"),
    ('{"version": 1, "patient": {"key": "id"}}', "patient.key"),
    ('{"version": 1, "start": {"nominal": "yesterday"}}', "start.nominal"),
    ('{"version": 1, "outcomes": [{"instrument": "twstrs"}]}', "outcomes"),
    ('{"version": 1, "outcomes": [{"column": "a", "when": {"offset": NaN}}]}', "JSON"),
    ('{"version": 1, "outcomes": [{"column": "a", "when": {"offset": "1e999"}}]}', "offset"),
    ("[" * 100_000, "JSON"),
]


@pytest.mark.parametrize(("text", "place"), WRONG, ids=[text[:60] for text, _place in WRONG])
def test_a_wrong_mapping_is_refused_by_its_place(text: str, place: str) -> None:
    with pytest.raises(OutcomesError, match=place):
        mapping.from_json(text)


def test_a_mapping_that_is_not_there_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(OutcomesError, match="cdystonia-long"):
        mapping.find(str(tmp_path / "none.json"))


HEADINGS = [
    ("TWSTRS week 8", ("TWSTRS", 8, "weeks")),
    ("twstrs_w12", ("twstrs", 12, "weeks")),
    ("HIT-6 (day 28)", ("HIT-6", 28, "days")),
    ("hit6 12 weeks", ("hit6", 12, "weeks")),
    ("pain.2m", ("pain", 2, "months")),
    ("twstrs baseline", ("twstrs", 0, "weeks")),
    ("hit6", None),
    ("patient", None),
]


@pytest.mark.parametrize(("heading", "expected"), HEADINGS)
def test_time_points_are_read_from_headings(
    heading: str, expected: tuple[str, int, str] | None
) -> None:
    found = suggesting.time_point(heading)

    assert found == (expected and (expected[0], Decimal(expected[1]), expected[2]))


@pytest.mark.parametrize("file", ["cdystonia.csv", "cdystonia_wide.csv"])
def test_the_trial_is_guessed_but_for_product_and_start(catalog: Catalog, file: str) -> None:
    table = tabular.read(DATA / file)

    guess = suggesting.suggest(table, catalog, TODAY)

    assert guess.guessed
    assert guess.patient.key == ("patient",)
    assert guess.treatment is not None
    assert guess.treatment.units_words == {"5000U": "5000", "10000U": "10000", "Placebo": "placebo"}
    assert guess.treatment.indication == "cervical_dystonia"
    assert guess.layout == ("wide" if "wide" in file else "long")
    left_open = {p.code for p in planning.plan(table, guess, catalog, TODAY).errors}
    assert left_open == {"no_product", "no_start"}


def test_a_diary_is_guessed_whole(catalog: Catalog) -> None:
    table = tabular.read(DATA / "headache_diary.csv")

    guess = suggesting.suggest(table, catalog, TODAY)

    assert guess.diary is not None
    assert planning.plan(table, guess, catalog, TODAY).counts["diary_days"] == 6


@pytest.mark.parametrize(("worst", "meant"), [(8, "peak_pain"), (3, "peak_severity")])
def test_a_severity_above_three_is_a_pain_of_ten(catalog: Catalog, worst: int, meant: str) -> None:
    data = f"patient,date,headache,severity\n1,2026-09-01,yes,{worst}\n1,2026-09-02,yes,2\n"
    table = tabular.read_data(data.encode(), "diary.csv")

    guess = suggesting.suggest(table, catalog, TODAY)

    assert guess.diary is not None
    assert guess.diary.columns == {"headache": "headache", meant: "severity"}
    plan = planning.plan(table, guess, catalog, TODAY)
    assert (plan.errors, plan.counts["diary_days"]) == ((), 2)


def test_a_column_out_of_the_range_of_its_namesake_is_not_taken_for_it(catalog: Catalog) -> None:
    data = b"patient,date,twstrs\n1,2020-01-01,500\n"

    guess = suggesting.suggest(tabular.read_data(data, "a.csv"), catalog, TODAY)

    assert guess.outcomes == ()
