from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.analysis.diary_counts import (
    DiaryRules,
    HeadacheDefinition,
    count,
    day_value,
    per_30,
)
from outcomes_app.analysis.diary_hours import hours_by_day
from outcomes_app.analysis.medicine_days import (
    MedicineClass,
    OveruseLimits,
    any_of,
    class_days,
    days_by_class,
    overuse_month,
)
from outcomes_app.analysis.windows import Span
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.values import InstrumentId
from tests import courses, factories

_MONTH = Span(start=courses.START, end=courses.day(27))
_KINDS = {
    "t": "triptan", "e": "ergot", "o": "opioid", "c": "combination_analgesic", "n": "nsaid",
    "p": "paracetamol", "g": "gepant", "u": "unknown",
}  # fmt: skip
_BERLIN = ZoneInfo("Europe/Berlin")


def _days(letters: str) -> dict[date, DiaryDay]:
    """One letter per day: a medicine, . none taken, ? not said, blank nothing written."""
    return {
        courses.day(place): factories.diary_day(
            day=courses.day(place),
            acute_medicine_taken={".": False, "?": None}.get(letter, True),
            acute_medicines=(AcuteMedicine(kind=_KINDS[letter]),) if letter in _KINDS else (),
        )
        for place, letter in enumerate(letters)
        if letter != " "
    }


def _overuse(letters: str) -> Any:
    return overuse_month(_days(letters), _MONTH, OveruseLimits(), basis=28)


@pytest.mark.parametrize(
    ("letters", "overused", "classes"),
    [
        ("t" * 10 + "." * 18, True, (MedicineClass.TRIPTAN,)),
        ("t" * 9 + "." * 19, False, ()),
        ("o" * 10 + "." * 18, True, (MedicineClass.OPIOID,)),
        ("c" * 10 + "." * 18, True, (MedicineClass.COMBINATION,)),
        ("e" * 10 + "." * 18, True, (MedicineClass.ERGOT,)),
        ("n" * 15 + "." * 13, True, (MedicineClass.SIMPLE,)),
        ("n" * 14 + "." * 14, False, ()),
        ("n" * 7 + "p" * 8 + "." * 13, True, (MedicineClass.SIMPLE,)),
        ("t" * 5 + "n" * 5 + "." * 18, True, ()),
        ("t" * 5 + "n" * 4 + "." * 19, False, ()),
        ("g" * 28, False, ()),
        ("t" * 5 + "g" * 20 + "...", False, ()),
        (" " * 28, None, ()),
        ("?" * 28, None, ()),
        ("t" * 19 + " " * 9, None, ()),
        ("t" * 10 + "u" * 18, None, ()),
    ],
)
def test_overuse_by_class_both_sides(
    letters: str, overused: bool | None, classes: tuple[MedicineClass, ...]
) -> None:
    found = _overuse(letters)
    assert found.overused is overused
    assert found.overused_classes == classes


def test_a_combination_tablet_counts_in_its_own_class_only() -> None:
    counts = days_by_class(_days("c" * 12 + "." * 16), _MONTH)
    assert counts[MedicineClass.COMBINATION].value == 12
    assert counts[MedicineClass.SIMPLE].value == 0


def test_two_medicines_of_a_day_are_one_day_of_each_class() -> None:
    both = tuple(AcuteMedicine(kind=kind) for kind in ("triptan", "triptan", "nsaid"))
    diary = {
        courses.day(n): factories.diary_day(day=courses.day(n), acute_medicines=both)
        for n in range(28)
    }
    assert class_days(MedicineClass.TRIPTAN, diary, _MONTH).value == 28
    assert class_days(MedicineClass.SIMPLE, diary, _MONTH).value == 28
    assert class_days(MedicineClass.OPIOID, diary, _MONTH).value == 0


def test_a_medicine_nobody_named_is_unknown_for_every_class() -> None:
    unnamed = factories.diary_day(acute_medicines=(), acute_medicine_taken=True)
    assert any_of(unnamed, (MedicineClass.TRIPTAN,)) is None
    assert any_of(_days("u")[courses.START], (MedicineClass.OPIOID,)) is None


def test_a_month_of_30_days_is_a_fifteenth_more() -> None:
    found = count(InstrumentId("headache_days_28"), _days("." * 28), _MONTH)
    assert per_30(Fraction(14)) == 15
    assert found.value_30 == 30
    assert found.definition is HeadacheDefinition.ANY_30_MINUTES_OR_TREATED
    strict = DiaryRules(definition=HeadacheDefinition.FOUR_HOURS)
    assert count(InstrumentId("headache_days_28"), {}, _MONTH, strict).definition.words
    assert HeadacheDefinition.FOUR_HOURS.words != found.definition.words


def test_a_31_day_month_never_has_fewer_bad_days_than_were_counted() -> None:
    span = Span(start=courses.START, end=courses.day(30))
    found = count(InstrumentId("headache_days_28"), _days("t" * 31), span)
    assert (found.low, found.high) == (31, 31)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"peak_severity": 3}, 1),
        ({"peak_severity": 2}, 0),
        ({"peak_pain": Decimal(7), "peak_severity": None}, 1),
        ({"peak_pain": Decimal("6.9"), "peak_severity": None}, 0),
        ({"peak_pain": None, "peak_severity": None}, None),
        ({"headache": False, "peak_pain": None, "acute_medicines": ()}, 0),
    ],
)
def test_a_severe_headache_day(entry: dict[str, Any], expected: int | None) -> None:
    day = factories.diary_day(**entry)
    assert day_value(InstrumentId("severe_headache_days_28"), day, DiaryRules()) == expected


def test_a_headache_over_midnight_counts_on_both_days() -> None:
    found = hours_by_day(
        datetime(2024, 2, 28, 22, 30, tzinfo=_BERLIN), datetime(2024, 3, 1, 1, 15, tzinfo=_BERLIN)
    )
    assert found == {
        date(2024, 2, 28): Decimal("1.5"),
        date(2024, 2, 29): Decimal(24),
        date(2024, 3, 1): Decimal("1.25"),
    }


def test_days_on_which_the_clocks_change_have_23_hours_or_are_cut_at_24() -> None:
    spring = hours_by_day(
        datetime(2026, 3, 29, 0, 0, tzinfo=_BERLIN), datetime(2026, 3, 30, 0, 0, tzinfo=_BERLIN)
    )
    autumn = hours_by_day(
        datetime(2026, 10, 25, 0, 0, tzinfo=_BERLIN), datetime(2026, 10, 26, 0, 0, tzinfo=_BERLIN)
    )
    assert spring == {date(2026, 3, 29): Decimal(23)}
    assert autumn == {date(2026, 10, 25): Decimal(24)}


def test_times_without_a_zone_or_backwards_are_refused() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=_BERLIN)
    with pytest.raises(ValueError, match="zone"):
        hours_by_day(noon.replace(tzinfo=None), noon)
    with pytest.raises(ValueError, match="before it begins"):
        hours_by_day(noon, noon - timedelta(hours=1))


@given(st.integers(0, 43200), st.integers(0, 6000))
def test_split_hours_add_up(start: int, minutes: int) -> None:
    begin = datetime(2026, 1, 2, tzinfo=_BERLIN) + timedelta(minutes=start)
    found = hours_by_day(begin, begin + timedelta(minutes=minutes))
    assert abs(sum(found.values()) - Decimal(minutes) / 60) < Decimal("0.0001")
    assert list(found) == sorted(found)
    assert found[begin.date()] >= 0
