"""Cycles and the windows inside them, counted in days since an injection (day 0).

A window never crosses another injection: where the next one comes early, the window ends the day
before it. Two conventions of day 0 meet here and are kept apart: a diary day is a whole calendar
day, so day 0 opens the new cycle; an assessment on day 0 was taken before the needle, so it
closes the old one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, zip_longest

from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.treatment import Treatment

BLOCK_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Calendar days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def middle(self) -> date:
        """Its middle day, where its value is drawn on a true time axis."""
        return self.start + timedelta(days=self.days // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A named stretch of a cycle: days `first` to `last` since the injection, both included."""

    name: str
    first: int
    last: int


WEEKS_1_4 = Window(name="weeks 1–4", first=0, last=27)
WEEKS_5_8 = Window(name="weeks 5–8", first=28, last=55)
WEEKS_9_12 = Window(name="weeks 9–12", first=56, last=83)
WINDOWS = (WEEKS_1_4, WEEKS_5_8, WEEKS_9_12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """From one day of injection to the next. `number` counts from 1; `next_start` None = this is
    the cycle still running. Two treatments on one day open one cycle."""

    number: int
    start: date
    next_start: date | None
    treatments: tuple[Treatment, ...]

    def offset(self, day: date) -> int:
        """Days since this injection; negative before it."""
        return (day - self.start).days

    def owns_assessment(self, day: date) -> bool:
        """Whether an assessment of that day measures this cycle: after its needle, and up to the
        moment before the next."""
        return self.start < day and (self.next_start is None or day <= self.next_start)

    def span(self, window: Window) -> Span | None:
        """The calendar days of a window, cut where the next injection comes; None where nothing
        of it is left."""
        start = self.start + timedelta(days=window.first)
        end = self.start + timedelta(days=window.last)
        if self.next_start is not None:
            end = min(end, self.next_start - timedelta(days=1))
        return Span(start=start, end=end) if start <= end else None


def cycles(course: PatientCourse) -> tuple[Cycle, ...]:
    """The cycles of a course in order, one for each day on which something was injected."""
    in_order = sorted(course.treatments, key=lambda t: t.day)
    days = [(day, tuple(given)) for day, given in groupby(in_order, key=lambda t: t.day)]
    following = [day for day, _given in days[1:]]
    return tuple(
        Cycle(number=number, start=day, next_start=next_start, treatments=given)
        for number, ((day, given), next_start) in enumerate(zip_longest(days, following), start=1)
    )


def baseline_span(first_treatment: date) -> Span:
    """The 28 days before the first injection: days -28 to -1."""
    return Span(
        start=first_treatment - timedelta(days=BLOCK_DAYS),
        end=first_treatment - timedelta(days=1),
    )


def blocks(all_cycles: tuple[Cycle, ...], first: date, last: date) -> tuple[tuple[int, Span], ...]:
    """28-day blocks that touch `first`..`last`, each with its cycle (0 = before treatment).

    Blocks are counted from each injection and cut at the next; before the first injection they
    are counted backwards from it; without any injection, forwards from `first`.
    """
    found: list[tuple[int, Span]] = []
    if not all_cycles:
        return tuple((0, span) for span in _forwards(first, last))
    end = all_cycles[0].start - timedelta(days=1)
    while end >= first:
        start = end - timedelta(days=BLOCK_DAYS - 1)
        found.insert(0, (0, Span(start=start, end=end)))
        end = start - timedelta(days=1)
    for cycle in all_cycles:
        stop = last if cycle.next_start is None else cycle.next_start - timedelta(days=1)
        whole = cycle.next_start is None
        for span in _forwards(cycle.start, stop, whole=whole):
            found.append((cycle.number, span))
    return tuple((number, s) for number, s in found if s.end >= first and s.start <= last)


def _forwards(first: date, last: date, *, whole: bool = True) -> tuple[Span, ...]:
    """28-day spans from `first` on; the last one is cut at `last` unless `whole`."""
    spans: list[Span] = []
    start = first
    while start <= last:
        end = start + timedelta(days=BLOCK_DAYS - 1)
        spans.append(Span(start=start, end=end if whole else min(end, last)))
        start = end + timedelta(days=1)
    return tuple(spans)
