"""How a work-list row stands on a day, at each side of every line."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from outcomes_app.domain.worklist import Standing, by_cycle, next_due, standing

TODAY = date(2026, 11, 20)
LAST = TODAY - timedelta(days=40)


@pytest.mark.parametrize(
    ("days_to_go", "expected"),
    [
        (-1, Standing.OVERDUE),
        (0, Standing.DUE_TODAY),
        (1, Standing.DUE_SOON),
        (14, Standing.DUE_SOON),
        (15, Standing.LATER),
    ],
)
def test_standing_by_the_day_it_is_due(days_to_go: int, expected: Standing) -> None:
    due = TODAY + timedelta(days=days_to_go)
    assert standing(last_day=LAST, due=due, today=TODAY) is expected


def test_a_treatment_of_the_last_two_weeks_is_recent() -> None:
    far = TODAY + timedelta(days=70)
    for days, expected in ((14, Standing.RECENT), (15, Standing.LATER)):
        last = TODAY - timedelta(days=days)
        assert standing(last_day=last, due=far, today=TODAY) is expected


def test_without_a_treatment_it_has_not_started() -> None:
    assert standing(last_day=None, due=None, today=TODAY) is Standing.NOT_STARTED


def test_without_a_usual_interval_nothing_is_overdue() -> None:
    assert next_due(LAST, None) is None
    assert standing(last_day=LAST, due=None, today=TODAY) is Standing.UNKNOWN


def test_nobody_is_overdue_for_years() -> None:
    for days, expected in ((365, Standing.OVERDUE), (366, Standing.LAPSED)):
        last = TODAY - timedelta(days=days)
        due = next_due(last, Decimal(12))
        assert standing(last_day=last, due=due, today=TODAY) is expected
    assert list(Standing)[-1] is Standing.LAPSED, "they come last in the list"


def test_twelve_weeks_are_84_days() -> None:
    assert next_due(date(2026, 1, 1), Decimal(12)) == date(2026, 3, 26)
    assert next_due(date(2026, 1, 1), Decimal("0.5")) == date(2026, 1, 4)


def test_a_value_on_the_day_of_an_injection_ends_the_cycle_before() -> None:
    first, second = date(2026, 1, 1), date(2026, 4, 1)
    values = [
        (date(2025, 12, 1), Decimal(20)),
        (first, Decimal(18)),
        (date(2026, 1, 2), Decimal(12)),
        (second, Decimal(9)),
    ]
    assert by_cycle([first, second], values) == (Decimal(18), Decimal(9), None)


def test_a_missing_value_never_hides_a_known_one() -> None:
    first = date(2026, 1, 1)
    values = [(date(2026, 1, 5), Decimal(7)), (date(2026, 1, 9), None)]
    assert by_cycle([first], values) == (None, Decimal(7))


def test_an_entered_baseline_stands_before_what_was_told_on_the_first_day() -> None:
    first = date(2026, 8, 28)
    told = [(first, Decimal(14)), (date(2026, 11, 20), Decimal(9))]
    early, late = date(2026, 8, 1), date(2026, 9, 1)
    assert by_cycle([first], told, [(early, Decimal(21))])[0] == 21
    assert by_cycle([first], told, [(early, Decimal(21)), (late, Decimal(18))])[0] == 21
    assert by_cycle([first], told, [(late, Decimal(18))])[0] == 18
    assert by_cycle([first], told, [(early, None)])[0] == 14
