"""The cycles of one indication with their names: early, late, skipped, split, another product.

A split treatment (two sessions some days apart, or a top-up) opens one cycle, not two; but its
second injection still cuts every window that would cross it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from outcomes_app.analysis.windows import Span, Window
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _


class CycleName(StrEnum):
    """What is notable about a cycle. The first four say how long after the one before it came."""

    EARLY = "early"
    LATE = "late"
    LAPSED = "lapsed"
    SKIPPED = "skipped"
    SPLIT = "split"
    PRODUCT_SWITCH = "product_switch"
    PLACEBO = "placebo"

    @property
    def words(self) -> str:
        """Its name as shown."""
        return {
            CycleName.EARLY: _("early"),
            CycleName.LATE: _("late"),
            CycleName.LAPSED: _("lapsed"),
            CycleName.SKIPPED: _("a treatment was left out before it"),
            CycleName.SPLIT: _("split over several sessions"),
            CycleName.PRODUCT_SWITCH: _("another product than before"),
            CycleName.PLACEBO: _("placebo"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalCuts:
    """Intervals in days: below `early_below` early, to `on_time_to` on time, to `late_to` late,
    beyond it lapsed; from `skipped_from` a treatment was left out; sessions `split_within` days
    are one treatment."""

    early_below: int = 77
    on_time_to: int = 98
    late_to: int = 126
    skipped_from: int = 154
    split_within: int = 14


USUAL_CUTS = IntervalCuts()


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentCycle:
    """From one treatment to the next. `sessions` are its days of injection, the first of them
    `start`; `interval` is the days since the treatment before (None for the first)."""

    number: int
    start: date
    next_start: date | None
    sessions: tuple[date, ...]
    treatments: tuple[Treatment, ...]
    interval: int | None
    names: tuple[CycleName, ...]

    @property
    def length(self) -> int | None:
        """Days to the next treatment; None while the cycle runs."""
        return None if self.next_start is None else (self.next_start - self.start).days

    @property
    def products(self) -> frozenset[ProductId]:
        """The products given."""
        return frozenset(t.product for t in self.treatments if t.product is not None)

    def offset(self, day: date) -> int:
        """Days since its first injection; negative before it."""
        return (day - self.start).days

    def owns_assessment(self, day: date) -> bool:
        """Whether an assessment of that day measures it: after its needle, and up to the moment
        before the next treatment."""
        return self.start < day and (self.next_start is None or day <= self.next_start)

    def span(self, window: Window) -> Span | None:
        """The calendar days of a window, cut where any injection comes; None where nothing of it
        is left."""
        return self.cut(
            self.start + timedelta(days=window.first), self.start + timedelta(days=window.last)
        )

    def cut(self, start: date, end: date) -> Span | None:
        """The days from `start` to `end` that lie in the cycle, cut at the first injection after
        `start`."""
        start = max(start, self.start)
        needles = (*self.sessions, *(() if self.next_start is None else (self.next_start,)))
        crossed = [day for day in needles if start < day <= end]
        if self.next_start is not None and start >= self.next_start:
            return None
        if crossed:
            end = min(crossed) - timedelta(days=1)
        return Span(start=start, end=end) if start <= end else None

    def last_days(self, days: int, *, usual_length: int = 84) -> Span | None:
        """The last `days` days before the next treatment, or of the usual length where that comes
        later or not at all; never before the last injection of the cycle."""
        length = self.length
        used = usual_length if length is None or length > usual_length else length
        end = self.start + timedelta(days=used - 1)
        start = max(end - timedelta(days=days - 1), self.sessions[-1])
        return Span(start=start, end=end) if start <= end else None


def treatment_cycles(
    course: PatientCourse,
    cuts: IntervalCuts = USUAL_CUTS,
    *,
    top_ups: frozenset[date] = frozenset(),
) -> tuple[TreatmentCycle, ...]:
    """The cycles of a course in order. `top_ups` are days of sessions that are marked as boosters:
    they belong to the cycle before them whatever the interval."""
    groups = list(_groups(course, cuts, top_ups))
    found: list[TreatmentCycle] = []
    for place, group in enumerate(groups):
        start = group[0].day
        before = found[-1] if found else None
        interval = None if before is None else (start - before.start).days
        sessions = tuple(dict.fromkeys(t.day for t in group))
        found.append(
            TreatmentCycle(
                number=place + 1,
                start=start,
                next_start=groups[place + 1][0].day if place + 1 < len(groups) else None,
                sessions=sessions,
                treatments=tuple(group),
                interval=interval,
                names=tuple(_names(group, sessions, interval, before, cuts)),
            )
        )
    return tuple(found)


def _groups(
    course: PatientCourse, cuts: IntervalCuts, top_ups: frozenset[date]
) -> Iterator[list[Treatment]]:
    in_order = sorted(course.treatments, key=lambda t: t.day)
    group: list[Treatment] = []
    for day, given in groupby(in_order, key=lambda t: t.day):
        # Measured from the first session, so that a row of sessions cannot grow without end.
        joined = group and (day in top_ups or (day - group[0].day).days <= cuts.split_within)
        if group and not joined:
            yield group
            group = []
        group.extend(given)
    if group:
        yield group


def timing(interval: int, cuts: IntervalCuts = USUAL_CUTS) -> CycleName | None:
    """How an interval is called; None = on time."""
    if interval < cuts.early_below:
        return CycleName.EARLY
    if interval <= cuts.on_time_to:
        return None
    return CycleName.LATE if interval <= cuts.late_to else CycleName.LAPSED


def _names(
    group: list[Treatment],
    sessions: tuple[date, ...],
    interval: int | None,
    before: TreatmentCycle | None,
    cuts: IntervalCuts,
) -> Iterator[CycleName]:
    if interval is not None:
        name = timing(interval, cuts)
        if name is not None:
            yield name
        if interval >= cuts.skipped_from:
            yield CycleName.SKIPPED
    if len(sessions) > 1:
        yield CycleName.SPLIT
    products = frozenset(t.product for t in group if t.product is not None)
    if before is not None and before.products and products and products != before.products:
        yield CycleName.PRODUCT_SWITCH
    if any(t.placebo for t in group):
        yield CycleName.PLACEBO
