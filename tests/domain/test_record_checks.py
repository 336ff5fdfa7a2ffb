"""What assessments, diary days and adverse events must fulfil."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from outcomes_app import catalog
from outcomes_app.domain import checks
from outcomes_app.domain.diary import AcuteMedicine
from outcomes_app.domain.values import (
    AdverseEventTermId,
    InstrumentId,
    Severity,
    Side,
    SiteId,
)
from tests import factories
from tests.factories import TODAY


def _assessment(**changes: Any) -> list[str]:
    found = checks.check_assessment(factories.assessment(**changes), catalog.load(), today=TODAY)
    return [p.code for p in found]


def _number(instrument: str, value: str, part: str = "total") -> list[str]:
    return _assessment(
        instrument=InstrumentId(instrument), scores=(factories.score(value, part=part),)
    )


def _diary(**changes: Any) -> list[str]:
    return [p.code for p in checks.check_diary_day(factories.diary_day(**changes), today=TODAY)]


def _event(treatment_day: date | None = None, **changes: Any) -> list[str]:
    found = checks.check_adverse_event(
        factories.adverse_event(**changes),
        catalog.load(),
        today=TODAY,
        treatment_day=treatment_day,
    )
    return [p.code for p in found]


def test_sound_records_have_no_problem() -> None:
    assert _assessment() == []
    assert _diary() == []
    assert _event() == []


@pytest.mark.parametrize(
    ("instrument", "part", "low", "high"),
    [
        ("hit6", "total", "36", "78"),
        ("midas", "total", "0", "270"),
        ("headache_days_28", "total", "0", "28"),
        ("headache_hours_28", "total", "0", "672"),
        ("nrs_pain", "average", "0", "10"),
        ("vas_pain", "worst", "0", "100"),
        ("twstrs", "total", "0", "85"),
        ("twstrs", "severity", "0", "35"),
        ("twstrs", "disability", "0", "30"),
        ("twstrs", "pain", "0", "20"),
        ("hdss", "total", "1", "4"),
        ("mas", "rank:biceps_brachii:left", "0", "5"),
        ("bpi_sf", "interference", "0", "10"),
        ("eq5d5l", "index", "-1", "1"),
        ("rmdq", "total", "0", "24"),
        ("dsfs", "total", "2", "9"),
    ],
)
def test_a_number_lies_in_its_range(instrument: str, part: str, low: str, high: str) -> None:
    assert _number(instrument, low, part) == []
    assert _number(instrument, high, part) == []
    assert "out_of_range" in _number(instrument, str(Decimal(low) - Decimal("0.01")), part)
    assert "out_of_range" in _number(instrument, str(Decimal(high) + Decimal("0.01")), part)


def test_a_number_between_two_steps_only_informs() -> None:
    found = checks.check_assessment(
        factories.assessment(
            instrument=InstrumentId("nrs_pain"), scores=(factories.score("4.5", part="average"),)
        ),
        catalog.load(),
        today=TODAY,
    )
    assert [(p.code, p.severity) for p in found] == [("between_steps", Severity.INFO)]
    assert _number("twstrs", "20.25", "total") == []


def test_a_missing_number_is_missing_and_not_zero() -> None:
    assert _assessment(scores=(factories.score(None),)) == []


def test_what_has_no_scale_is_refused() -> None:
    assert _number("hit7", "40") == ["unknown"]
    assert _number("hit6", "40", "severity") == ["unknown"]
    assert _number("koos", "40", "total") == ["unknown"]


def test_an_assessment_holds_something_and_no_part_twice() -> None:
    assert _assessment(scores=()) == ["assessment_empty"]
    assert _assessment(scores=(), answers=(("1", "2"),)) == []
    assert _assessment(scores=(factories.score(1), factories.score(2))) == ["part_twice"]


def test_not_a_number_is_no_score() -> None:
    assert _number("hit6", "NaN") == ["out_of_range"]
    assert _number("hit6", "Infinity") == ["out_of_range"]


@pytest.mark.parametrize(("day", "codes"), [(TODAY, []), (date(2026, 11, 21), ["in_future"])])
def test_no_record_is_dated_in_the_future(day: date, codes: list[str]) -> None:
    assert _assessment(day=day) == codes
    assert _diary(day=day) == codes
    assert _event(onset=day, resolved=None) == codes


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("peak_pain", "0", "10"),
        ("duration_hours", "0", "24"),
        ("work_missed_hours", "0", "24"),
    ],
)
def test_a_diary_number_lies_in_its_range(field: str, low: str, high: str) -> None:
    assert _diary(**{field: Decimal(low)}) == []
    assert _diary(**{field: Decimal(high)}) == []
    assert _diary(**{field: Decimal(low) - Decimal("0.01")}) == ["out_of_range"]
    assert _diary(**{field: Decimal(high) + Decimal("0.01")}) == ["out_of_range"]


@pytest.mark.parametrize(("severity", "codes"), [(0, []), (3, []), (4, ["out_of_range"])])
def test_severity_has_four_degrees(severity: int, codes: list[str]) -> None:
    assert _diary(peak_severity=severity) == codes


def test_a_day_is_not_free_of_headache_and_painful() -> None:
    free = {"headache": False, "peak_pain": None, "duration_hours": None}
    assert _diary(**free) == []
    assert _diary(**(free | {"peak_pain": Decimal(0), "peak_severity": 0})) == []
    assert _diary(**(free | {"peak_pain": Decimal(1)})) == ["headache_contradiction"]
    assert _diary(**(free | {"peak_severity": 1})) == ["headache_contradiction"]
    assert _diary(**(free | {"duration_hours": Decimal(2)})) == ["headache_contradiction"]


def test_a_day_that_says_nothing_is_no_contradiction() -> None:
    assert _diary(headache=None, peak_pain=Decimal(3)) == []


def test_no_medicine_and_a_named_medicine_contradict() -> None:
    assert _diary(acute_medicine_taken=False) == ["medicine_contradiction"]
    assert _diary(acute_medicine_taken=False, acute_medicines=()) == []
    assert _diary(acute_medicine_taken=True, acute_medicines=()) == []


def test_a_number_of_doses_is_above_zero_or_unknown() -> None:
    assert _diary(acute_medicines=(AcuteMedicine(doses=Decimal(0)),)) == ["not_positive"]
    assert _diary(acute_medicines=(AcuteMedicine(doses=None),)) == []


def test_an_event_has_a_term_of_the_catalog() -> None:
    assert _event(term=AdverseEventTermId("bad_luck")) == ["unknown"]


@pytest.mark.parametrize(
    ("resolved", "codes"),
    [
        (date(2026, 8, 30), []),
        (date(2026, 8, 29), ["end_before_onset"]),
        (date(2026, 11, 21), ["in_future"]),
        (None, []),
    ],
)
def test_an_event_ends_after_it_began(resolved: date | None, codes: list[str]) -> None:
    assert _event(resolved=resolved) == codes


@pytest.mark.parametrize(
    ("grade", "codes"), [(None, []), (1, []), (5, []), (0, ["out_of_range"]), (6, ["out_of_range"])]
)
def test_a_grade_goes_from_one_to_five(grade: int | None, codes: list[str]) -> None:
    assert _event(grade=grade) == codes


def test_an_event_cannot_come_before_its_treatment() -> None:
    assert _event(date(2026, 8, 30)) == []
    assert _event(date(2026, 8, 31)) == ["onset_before_treatment"]


def test_an_event_names_a_site_that_exists() -> None:
    assert _event(site=SiteId("frontalis"), side=Side.LEFT) == []
    assert _event(site=SiteId("frontalis"), side=Side.MIDLINE) == ["side_impossible"]
    assert _event(site=SiteId("third_elbow")) == ["unknown"]


def test_texts_that_cannot_be_stored_are_refused() -> None:
    assert _assessment(note="\0") == ["text_not_storable"]
    assert _diary(note="\udc80") == ["text_not_storable"]
    assert _event(note="\0") == ["text_not_storable"]
    assert _assessment(answers=(("1", "x\0"),)) == ["text_not_storable"]
