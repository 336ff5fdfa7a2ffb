from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.analysis.treatment_cycles import CycleName, timing, treatment_cycles
from outcomes_app.analysis.windows import WINDOWS, Window, baseline_span, cycles
from tests import courses


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (76, CycleName.EARLY), (77, None), (98, None), (99, CycleName.LATE),
        (126, CycleName.LATE), (127, CycleName.LAPSED),
    ],
)  # fmt: skip
def test_an_interval_by_its_length(days: int, name: CycleName | None) -> None:
    assert timing(days) is name


def test_a_treatment_left_out_and_another_product_are_named() -> None:
    given_ones = (
        *courses.given((0, 84)),
        *courses.given((84 + 154,), product=courses.ABO, units=500),
    )
    first, second, third = treatment_cycles(courses.course(treatments=given_ones))
    assert (first.names, second.names) == ((), ())
    assert third.names == (CycleName.LAPSED, CycleName.SKIPPED, CycleName.PRODUCT_SWITCH)
    assert (first.interval, second.interval, third.interval) == (None, 84, 154)


def test_two_sessions_a_fortnight_apart_are_one_split_treatment() -> None:
    first, second = treatment_cycles(courses.course((0, 14, 84)))
    assert first.sessions == (courses.START, courses.day(14))
    assert first.names == (CycleName.SPLIT,)
    assert second.interval == 84
    assert len(treatment_cycles(courses.course((0, 15)))) == 2


def test_a_marked_top_up_belongs_to_its_cycle_whatever_the_interval() -> None:
    course = courses.course((0, 40, 84))
    assert len(treatment_cycles(course)) == 3
    marked = treatment_cycles(course, top_ups=frozenset({courses.day(40)}))
    assert [c.number for c in marked] == [1, 2]


def test_a_split_session_still_cuts_the_window_it_lies_in() -> None:
    first, _second = treatment_cycles(courses.course((0, 10, 84)))
    span = first.span(Window(name="", first=0, last=27))
    assert span is not None
    assert span.end == courses.day(9)


def test_the_last_days_of_a_cycle_end_before_an_early_injection() -> None:
    early, late, running = treatment_cycles(courses.course((0, 70, 70 + 100)))
    assert early.last_days(28) == early.cut(courses.day(42), courses.day(69))
    assert late.last_days(28) == late.cut(courses.day(70 + 56), courses.day(70 + 83))
    found = running.last_days(28)
    assert found is not None
    assert running.offset(found.start) == 56


@pytest.mark.parametrize(
    ("start", "first", "last"),
    [
        (date(2024, 3, 1), date(2024, 2, 2), date(2024, 2, 29)),
        (date(2026, 3, 30), date(2026, 3, 2), date(2026, 3, 29)),
        (date(2026, 10, 26), date(2026, 9, 28), date(2026, 10, 25)),
    ],
)
def test_a_baseline_is_28_calendar_days_over_leap_day_and_changes_of_clock(
    start: date, first: date, last: date
) -> None:
    span = baseline_span(start)
    assert (span.start, span.end, span.days) == (first, last, 28)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=8), st.integers(0, 120))
def test_no_window_crosses_an_injection(offsets: list[int], first: int) -> None:
    course = courses.course(offsets)
    injections = {courses.day(n) for n in offsets}
    for cycle in treatment_cycles(course):
        spans = [cycle.span(w) for w in (*WINDOWS, Window(name="", first=first, last=first + 40))]
        for span in (*spans, cycle.last_days(28), cycle.last_days(14)):
            if span is not None:
                days = {span.start + timedelta(days=n) for n in range(span.days)}
                assert not injections & days - {span.start}
                assert cycle.next_start is None or span.end < cycle.next_start


@given(st.lists(st.integers(0, 30).map(lambda n: n * 20), min_size=1, max_size=8, unique=True))
def test_without_split_sessions_there_are_the_same_cycles_as_in_charts(offsets: list[int]) -> None:
    course = courses.course(offsets)
    found = [(c.number, c.start, c.next_start) for c in treatment_cycles(course)]
    assert found == [(c.number, c.start, c.next_start) for c in cycles(course)]
