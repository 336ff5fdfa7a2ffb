from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outcomes_app.analysis.baseline import BaselineSource, baseline, baselines
from outcomes_app.analysis.response import (
    Source,
    State,
    better_by,
    nearest_week,
    percent_change,
    response,
)
from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Direction
from outcomes_app.domain.values import InstrumentId
from tests import courses

HIT6, HEADACHE = InstrumentId("hit6"), InstrumentId("headache_days_28")


def test_an_entered_baseline_stands_before_any_other() -> None:
    course = courses.course(
        assessments=courses.told({-60: 70}, occasion=Occasion.BASELINE)
        + courses.told({-1: 66, 0: 65, 84: 50})
    )
    found = baseline(course, HIT6)
    assert found is not None
    assert (found.value, found.source) == (70, BaselineSource.ENTERED)


def test_the_value_of_the_first_injection_day_is_the_baseline() -> None:
    course = courses.course(assessments=courses.told({-30: 70, 0: 66, 1: 40, 84: 50}))
    found = baseline(course, HIT6)
    assert found is not None
    assert (found.value, found.day, found.source) == (
        66,
        courses.START,
        BaselineSource.BEFORE_TREATMENT,
    )


def test_a_missing_value_on_the_first_day_leaves_the_last_known_one() -> None:
    course = courses.course(assessments=courses.told({-30: 70, 0: None}))
    found = baseline(course, HIT6)
    assert found is not None
    assert found.value == 70


def test_a_diary_baseline_is_the_28_days_before_the_first_injection() -> None:
    course = courses.course(letters="h" * 40 + " " * 4 + "." * 12 + "h" * 12, first=-56)
    found = baseline(course, HEADACHE)
    assert found is not None
    assert (found.source, found.recorded) == (BaselineSource.DIARY, 24)
    assert found.value == Fraction(12, 24) * 28
    assert (found.low, found.high) == (12, 16)


def test_what_was_counted_before_treatment_stands_before_what_was_entered() -> None:
    entered = courses.told({-10: 25, 0: 22}, instrument=HEADACHE, occasion=Occasion.BASELINE)
    course = courses.course(letters="h" * 14 + "." * 14, first=-28, assessments=entered)
    both = baselines(course, HEADACHE)
    found = baseline(course, HEADACHE)
    assert found is not None
    assert (found.value, found.source, found.not_diary) == (14, BaselineSource.DIARY, False)
    assert both.told is not None
    assert (both.told.value, both.told.not_diary) == (22, True)
    assert both.chosen == both.diary == found


def test_a_told_baseline_is_never_compared_with_counted_cycles_unlabelled() -> None:
    entered = courses.told({0: 20}, instrument=HEADACHE, occasion=Occasion.BASELINE)
    counted = courses.course((0, 84), letters="h." * 42, assessments=entered)
    found = response(counted, HEADACHE)
    assert found.mixed
    assert found.by_cycle[0].point is not None
    assert found.by_cycle[0].point.mixed
    told_only = courses.course(
        (0, 84), assessments=entered + courses.told({84: 10}, instrument=HEADACHE)
    )
    assert not response(told_only, HEADACHE).mixed
    told_later = courses.course(
        (0, 84),
        letters="h" * 28,
        first=-28,
        assessments=courses.told({84: 10}, instrument=HEADACHE),
    )
    assert response(told_later, HEADACHE).mixed


def test_a_thin_diary_is_no_baseline() -> None:
    assert baseline(courses.course(letters="h" * 19, first=-19), HEADACHE) is None


def test_nothing_recorded_is_missing_and_never_zero() -> None:
    found = response(courses.course((0, 84)), HIT6)
    assert found.baseline is None
    assert found.by_date == ()
    assert [p.value for p in found.by_cycle] == [None, None]
    assert {p.state for p in found.by_cycle} == {State.MISSING}


def test_a_cycle_is_not_missing_before_its_window_is_over() -> None:
    course = courses.course((0, 84))
    running = response(course, HIT6, today=courses.day(84 + 83))
    over = response(course, HIT6, today=courses.day(84 + 84))
    assert [p.state for p in running.by_cycle] == [State.MISSING, State.NOT_YET]
    assert [p.state for p in over.by_cycle] == [State.MISSING, State.MISSING]


def test_the_last_value_before_the_next_needle_stands_for_a_told_cycle() -> None:
    course = courses.course(
        (0, 84), assessments=courses.told({0: 66, 28: 60, 84: 55, 100: None, 120: 50})
    )
    found = response(course, HIT6)
    assert [p.value for p in found.by_cycle] == [55, 50]
    point = found.by_cycle[0].point
    assert point is not None
    assert point.change == Fraction(55 - 66, 66) * 100


def test_the_diary_of_weeks_9_to_12_stands_before_what_was_told() -> None:
    letters = "." * 56 + "h" * 14 + "." * 14
    course = courses.course(
        (0, 84), letters=letters, assessments=courses.told({84: 20}, instrument=HEADACHE)
    )
    point = response(course, HEADACHE).by_cycle[0].point
    assert point is not None
    assert (point.value, point.source, point.recorded) == (14, Source.DIARY, 28)


def test_what_was_told_stands_where_the_diary_is_too_thin() -> None:
    course = courses.course(
        (0, 84), letters="." * 60, assessments=courses.told({84: 20}, instrument=HEADACHE)
    )
    point = response(course, HEADACHE).by_cycle[0].point
    assert point is not None
    assert (point.value, point.source) == (20, Source.ASSESSMENT)


def test_told_and_counted_days_of_one_stretch_are_not_both_drawn() -> None:
    course = courses.course(
        (0, 84), letters="h" * 84, assessments=courses.told({84: 20}, instrument=HEADACHE)
    )
    found = response(course, HEADACHE)
    assert {p.source for p in found.by_date} == {Source.DIARY}


def test_weeks_of_a_cycle_end_at_the_next_injection() -> None:
    course = courses.course((0, 24), letters="h" * 60)
    first, second = response(course, HEADACHE).by_week
    assert [p.week for p in first.points] == [1, 2, 3]
    assert [p.days for p in first.points] == [Fraction(7, 2), Fraction(21, 2), Fraction(35, 2)]
    assert {p.value for p in first.points + second.points} == {7}


def test_the_median_needs_three_cycles() -> None:
    two = courses.course((0, 84), letters="h" * 84 + "." * 84)
    three = courses.course((0, 84, 168), letters="h" * 84 + "." * 84 + "h." * 42)
    assert response(two, HEADACHE).medians == ()
    assert response(three, HEADACHE).medians[0][0] == 1


@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=6, unique=True),
    st.text(alphabet="h. ", min_size=20, max_size=330),
    st.integers(-40, 40),
)
def test_each_diary_value_equals_a_slow_obvious_count(
    offsets: list[int], letters: str, first: int
) -> None:
    course = courses.course(offsets, letters=letters, first=first)
    entries = {d.day: d.headache for d in course.diary}
    injections = {t.day for t in course.treatments}
    for point in response(course, HEADACHE).by_date:
        days = [point.day + timedelta(days=n) for n in range((point.end - point.day).days + 1)]
        known = [entries[d] for d in days if d in entries]
        assert not injections & set(days[1:])
        if point.value is not None:
            assert point.value == Fraction(sum(map(bool, known)) * 28, len(known))
            assert len(known) >= 20


@given(st.permutations(range(6)))
def test_the_order_of_entry_changes_nothing(order: list[int]) -> None:
    assessments = courses.told({0: 66, 14: 60, 28: 55, 84: 50, 100: 48, 170: 47})
    sorted_course = courses.course((0, 84), assessments=assessments)
    shuffled = PatientCourse(
        patient=sorted_course.patient,
        treatments=sorted_course.treatments,
        assessments=tuple(assessments[i] for i in order),
    )
    assert response(shuffled, HIT6) == response(sorted_course, HIT6)


def test_two_values_of_one_day_the_later_entry_stands() -> None:
    assessments = courses.told({84: 50}) + courses.told({84: 49}) + courses.told({84: None})
    found = response(courses.course((0,), assessments=assessments), HIT6)
    assert [p.value for p in found.by_date] == [49]


@pytest.mark.parametrize(
    ("value", "start", "percent", "direction", "expected"),
    [
        ("7", "10", 30, Direction.HIGHER_IS_WORSE, True),
        ("7.000001", "10", 30, Direction.HIGHER_IS_WORSE, False),
        ("2.1", "3", 30, Direction.HIGHER_IS_WORSE, True),
        ("0.49", "0.7", 30, Direction.HIGHER_IS_WORSE, True),
        ("13", "10", 30, Direction.HIGHER_IS_BETTER, True),
        ("12.99", "10", 30, Direction.HIGHER_IS_BETTER, False),
        ("0", "0", 30, Direction.HIGHER_IS_WORSE, None),
    ],
)
def test_a_tie_with_a_threshold_counts_exactly(
    value: str, start: str, percent: int, direction: Direction, expected: bool | None
) -> None:
    exact = Fraction(Decimal(value)), Fraction(Decimal(start))
    assert better_by(*exact, percent, direction) is expected


@given(st.fractions(min_value=0, max_value=100), st.fractions(min_value=0, max_value=100))
def test_percent_change_is_exact(value: Fraction, start: Fraction) -> None:
    change = percent_change(value, start)
    if start == 0:
        assert change is None
    else:
        assert change is not None
        assert start + start * change / 100 == value


@given(st.integers(-400, 2000))
@example(1)
@example(3)
@example(4)
def test_the_nearest_week_is_within_three_days_and_never_week_0_after_the_needle(days: int) -> None:
    week = nearest_week(days)
    if 0 < days <= 3:
        assert week == 1
    else:
        assert abs(days - 7 * week) <= 3
