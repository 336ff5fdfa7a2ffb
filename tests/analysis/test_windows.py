from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.analysis.windows import WEEKS_9_12, WINDOWS, blocks, cycles
from tests import courses

_OFFSETS = st.lists(st.integers(0, 400), min_size=1, max_size=8, unique=True)


def test_two_treatments_of_one_day_open_one_cycle() -> None:
    treatments = courses.given((0,)) + courses.given((0,), product=courses.ABO)
    (cycle,) = cycles(courses.course(treatments=treatments))
    assert len(cycle.treatments) == 2
    assert cycle.next_start is None


def test_an_early_injection_cuts_the_window_and_a_late_one_does_not_stretch_it() -> None:
    early, late = courses.course((0, 77)), courses.course((0, 120))
    span = cycles(early)[0].span(WEEKS_9_12)
    assert span is not None
    assert (span.start, span.end, span.days) == (courses.day(56), courses.day(76), 21)
    span = cycles(late)[0].span(WEEKS_9_12)
    assert span is not None
    assert span.end == courses.day(83)


def test_an_injection_on_day_27_leaves_nothing_of_the_later_windows() -> None:
    first = cycles(courses.course((0, 27)))[0]
    spans = [first.span(window) for window in WINDOWS]
    assert spans[0] is not None
    assert spans[0].end == courses.day(26)
    assert spans[1:] == [None, None]


def test_an_assessment_on_the_day_of_injection_was_taken_before_the_needle() -> None:
    first, second = cycles(courses.course((0, 84)))
    assert not first.owns_assessment(courses.day(0))
    assert first.owns_assessment(courses.day(84))
    assert not second.owns_assessment(courses.day(84))
    assert second.owns_assessment(courses.day(85))


def test_a_leap_day_is_a_day_like_any_other() -> None:
    treatments = courses.given((0,))
    leap = date(2024, 2, 29)
    first = treatments[0].day
    assert (first - leap).days == 42
    found = blocks(cycles(courses.course(treatments=treatments)), leap, first)
    assert [s.days for _n, s in found] == [28, 28, 28]


@given(_OFFSETS)
def test_no_window_and_no_block_ever_crosses_an_injection(offsets: list[int]) -> None:
    course = courses.course(offsets)
    injections = {t.day for t in course.treatments}
    all_cycles = cycles(course)
    spans = [s for c in all_cycles for w in WINDOWS if (s := c.span(w)) is not None]
    first, last = course.treatments[0].day - timedelta(days=60), courses.day(500)
    spans += [span for _number, span in blocks(all_cycles, first, last)]
    for span in spans:
        inside = {span.start + timedelta(days=n) for n in range(1, span.days)}
        assert not inside & injections
        assert 1 <= span.days <= 28


@given(_OFFSETS)
def test_blocks_cover_every_day_once(offsets: list[int]) -> None:
    course = courses.course(offsets)
    first, last = course.treatments[0].day - timedelta(days=28), courses.day(450)
    covered = [
        span.start + timedelta(days=n)
        for _number, span in blocks(cycles(course), first, last)
        for n in range(span.days)
    ]
    wanted = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert covered[: len(wanted)] == wanted


@given(_OFFSETS, st.integers(-20, 420))
def test_every_day_after_the_first_needle_belongs_to_exactly_one_cycle(
    offsets: list[int], offset: int
) -> None:
    course = courses.course(offsets)
    owners = [c for c in cycles(course) if c.owns_assessment(courses.day(offset))]
    assert len(owners) == (1 if offset > min(offsets) else 0)
