import tomllib
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.analysis.diary_counts import (
    DiaryRules,
    HeadacheDefinition,
    NotValid,
    count,
    day_value,
    week_count,
)
from outcomes_app.analysis.windows import Span
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.values import InstrumentId
from tests import courses, factories

HEADACHE = InstrumentId("headache_days_28")
_SPEC = tomllib.loads(
    (Path(__file__).parent.parent / "spec" / "diary_windows.toml").read_text("utf-8")
)
_MONTH = Span(start=courses.START, end=courses.day(27))


def _by_day(letters: str) -> dict[Any, DiaryDay]:
    return {d.day: d for d in courses.diary(letters)}


@pytest.mark.parametrize("case", _SPEC["window"], ids=lambda case: case["name"])
def test_window_of_the_table(case: dict[str, Any]) -> None:
    found = count(HEADACHE, _by_day(case["days"]), _MONTH)
    expected = None if case["value"] == "none" else Fraction(case["value"])
    assert found.value == expected
    assert (found.recorded, found.low, found.high) == (case["recorded"], case["low"], case["high"])
    assert found.reason == (NotValid(case["reason"]) if "reason" in case else None)


def test_a_gap_of_eleven_days_makes_the_window_invalid_and_ten_do_not() -> None:
    rules = DiaryRules(minimum_recorded=14)
    ten = count(HEADACHE, _by_day("." * 9 + " " * 10 + "." * 9), _MONTH, rules)
    eleven = count(HEADACHE, _by_day("." * 9 + " " * 11 + "." * 8), _MONTH, rules)
    assert ten.value == 0
    assert eleven.value is None
    assert eleven.reason is NotValid.LONG_GAP


@given(st.text(alphabet="h. ", min_size=28, max_size=28))
def test_count_equals_the_obvious_slow_count(letters: str) -> None:
    found = count(HEADACHE, _by_day(letters), _MONTH)
    counted, recorded = letters.count("h"), 28 - letters.count(" ")
    assert (found.counted, found.recorded) == (counted, recorded)
    longest = max(len(gap) for gap in letters.replace("h", ".").split("."))
    valid = recorded >= 20 and longest <= 10
    assert (found.value is not None) == valid
    if found.value is not None:
        assert found.value * recorded == counted * 28
        assert found.low <= found.value <= found.high


@given(st.text(alphabet="h. ", min_size=28, max_size=28), st.randoms())
def test_count_does_not_depend_on_the_order_of_entries(letters: str, random: Any) -> None:
    days = list(courses.diary(letters))
    random.shuffle(days)
    assert count(HEADACHE, {d.day: d for d in days}, _MONTH) == count(
        HEADACHE, _by_day(letters), _MONTH
    )


def test_five_days_make_a_week_and_four_do_not() -> None:
    week = Span(start=courses.START, end=courses.START + timedelta(days=6))
    assert week_count(HEADACHE, _by_day("hh...  "), week) == (Fraction(14, 5), 5)
    assert week_count(HEADACHE, _by_day("hh..   "), week) == (None, 4)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"headache": None}, None),
        ({"headache": False}, 0),
        ({"headache": True}, 1),
        ({"headache": True, "duration_hours": Decimal("0.4")}, 0),
        ({"headache": True, "duration_hours": Decimal("0.5")}, 1),
        (
            {
                "headache": True,
                "duration_hours": Decimal("0.2"),
                "acute_medicines": (AcuteMedicine(kind="triptan"),),
            },
            1,
        ),
    ],
)
def test_headache_day_by_length_or_medicine(entry: dict[str, Any], expected: int | None) -> None:
    day = DiaryDay(patient_id=factories.patient().id, day=courses.START, **entry)
    assert day_value(HEADACHE, day, DiaryRules()) == expected


def test_four_hour_definition_needs_to_know_the_length() -> None:
    rules = DiaryRules(definition=HeadacheDefinition.FOUR_HOURS)
    day = factories.diary_day(duration_hours=None)
    assert day_value(HEADACHE, day, rules) is None
    assert day_value(HEADACHE, factories.diary_day(duration_hours=Decimal(4)), rules) == 1
    assert day_value(HEADACHE, factories.diary_day(duration_hours=Decimal("3.9")), rules) == 0


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"acute_medicines": (AcuteMedicine(kind="triptan"),)}, 1),
        ({"acute_medicines": (), "acute_medicine_taken": True}, None),
        ({"acute_medicines": (), "acute_medicine_taken": False}, None),
        (
            {
                "acute_medicines": (AcuteMedicine(kind="nsaid"),),
                "unilateral": True,
                "pulsating": True,
                "nausea": True,
            },
            1,
        ),
        (
            {
                "acute_medicines": (AcuteMedicine(kind="nsaid"),),
                "peak_pain": Decimal(2),
                "unilateral": True,
                "pulsating": False,
                "worse_with_activity": False,
                "aura_minutes": 0,
            },
            0,
        ),
        ({"headache": False, "acute_medicines": (), "aura_minutes": 20}, 1),
        ({"headache": False, "acute_medicines": (), "aura_minutes": None}, 0),
    ],
)
def test_migraine_day_by_features_aura_or_medicine(
    entry: dict[str, Any], expected: int | None
) -> None:
    day = factories.diary_day(**entry)
    assert day_value(InstrumentId("migraine_days_28"), day, DiaryRules()) == expected


def test_hours_of_a_day_free_of_headache_are_zero_and_unknown_hours_are_unknown() -> None:
    hours = InstrumentId("headache_hours_28")
    free = factories.diary_day(headache=False, duration_hours=None)
    unknown = factories.diary_day(headache=True, duration_hours=None)
    assert day_value(hours, free, DiaryRules()) == 0
    assert day_value(hours, unknown, DiaryRules()) is None
