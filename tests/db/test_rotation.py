"""Which backups stay."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.db import rotation

NOW = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
moments = st.integers(0, 60_000).map(lambda hours: NOW - timedelta(hours=hours))


def test_all_of_two_days_stay() -> None:
    recent = [NOW - timedelta(hours=hours) for hours in range(48)]
    assert rotation.kept(recent, NOW) == frozenset(recent)


def test_one_a_day_a_week_and_a_month_stay() -> None:
    hourly = [NOW - timedelta(hours=hours) for hours in range(24 * 400)]
    stay = rotation.kept(hourly, NOW)
    older = {moment for moment in stay if NOW - moment > timedelta(days=2)}
    days = {moment.date() for moment in older if NOW - moment <= timedelta(days=11)}
    assert len(days) == 9  # and the three days of which all stay
    assert len(older) <= 12 + 10 + 9
    assert min(stay) < NOW - timedelta(days=230)
    assert min(stay) > NOW - timedelta(days=300)


def test_a_practice_that_rests_keeps_its_old_backups() -> None:
    old = [NOW - timedelta(days=2000 + 40 * n) for n in range(5)]
    assert rotation.kept(old, NOW) == frozenset(old)


@given(st.sets(moments, max_size=60))
def test_the_newest_always_stays_and_nothing_is_made_up(found: set[datetime]) -> None:
    stay = rotation.kept(found, NOW)
    assert stay <= found
    assert not found or max(found) in stay


@given(st.sets(moments, max_size=60))
def test_rotating_twice_changes_nothing(found: set[datetime]) -> None:
    once = rotation.kept(found, NOW)
    assert rotation.kept(once, NOW) == once
