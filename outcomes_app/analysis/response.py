"""One measure over a patient's treatments: on the true time axis, by cycle, by week of a cycle.

Where the measure can be counted from the diary and the diary of that stretch is good enough, the
diary speaks; otherwise the value told at a visit. Each point says which it is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.baseline import Baseline, baseline, values_of
from outcomes_app.analysis.diary_counts import (
    CLINIC_RULES,
    WEEK_NEEDS,
    DiaryByDay,
    DiaryRules,
)
from outcomes_app.analysis.windows import (
    WEEKS_9_12,
    Cycle,
    Span,
    Window,
    blocks,
    cycles,
)
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Direction
from outcomes_app.domain.values import InstrumentId


class Source(StrEnum):
    """Where a point comes from."""

    ASSESSMENT = "assessment"
    DIARY = "diary"


class State(StrEnum):
    """Whether a point has a value; if not, whether one could have been expected by now."""

    MEASURED = "measured"
    MISSING = "missing"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a measure on the true time axis, or the knowledge that it is missing.

    `cycle` 0 is before treatment. `recorded` is R of 28 for diary points. `change` is the exact
    percent change from baseline, None without a baseline above zero; `mixed` = it compares a told
    value with a counted one and needs the label "reported, not diary".
    """

    day: date
    end: date
    cycle: int
    value: Fraction | None
    source: Source
    recorded: int | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    change: Fraction | None = None
    mixed: bool = False

    @property
    def middle(self) -> date:
        """Where it is drawn: the day itself, or the middle of its 28 days."""
        return Span(start=self.day, end=self.end).middle


@dataclass(frozen=True, slots=True, kw_only=True)
class CyclePoint:
    """The value that stands for one cycle; `point` None where nothing was measured."""

    number: int
    state: State
    point: Point | None

    @property
    def value(self) -> Fraction | None:
        """Its value, None where it is missing."""
        return None if self.point is None else self.point.value


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPoint:
    """One value in a cycle, `days` after its injection. Diary weeks sit in their middle."""

    days: Fraction
    week: int
    value: Fraction | None
    recorded: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleByWeek:
    """One cycle laid out from its injection on."""

    number: int
    points: tuple[WeekPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureResponse:
    """All that is drawn of one measure. `weekly` tells the unit of `by_week`: True = days per 7
    recorded diary days, False = the measure's own unit. `medians` holds the median over cycles of
    a week, where at least three cycles have a value."""

    instrument: InstrumentId
    part: str
    baseline: Baseline | None
    by_date: tuple[Point, ...]
    by_cycle: tuple[CyclePoint, ...]
    by_week: tuple[CycleByWeek, ...]
    weekly: bool
    medians: tuple[tuple[int, Fraction], ...]
    window: Window

    @property
    def measured(self) -> int:
        """How many points have a value."""
        return sum(1 for point in self.by_date if point.value is not None)

    @property
    def mixed(self) -> bool:
        """Whether told and counted values are compared somewhere, which must be said."""
        cycles = (c.point for c in self.by_cycle if c.point is not None)
        return any(point.mixed for point in (*self.by_date, *cycles) if point.change is not None)


def percent_change(value: Fraction | None, from_value: Fraction | None) -> Fraction | None:
    """(value - baseline) / baseline × 100, exact and unrounded; None from a baseline of zero."""
    if value is None or not from_value:
        return None
    return (value - from_value) / from_value * 100


def better_by(
    value: Fraction, from_value: Fraction, percent: int, direction: Direction
) -> bool | None:
    """Whether the value is better than baseline by at least `percent`, ties included; None where
    the baseline is zero. Compared by whole-number cross-multiplication, never by rounded shares."""
    if not from_value:
        return None
    if direction is Direction.HIGHER_IS_WORSE:
        return value * 100 <= from_value * (100 - percent)
    return value * 100 >= from_value * (100 + percent)


def response(
    course: PatientCourse,
    instrument: InstrumentId,
    part: str = "total",
    *,
    rules: DiaryRules = CLINIC_RULES,
    window: Window = WEEKS_9_12,
    today: date | None = None,
) -> MeasureResponse:
    """The response of one patient in one measure. A cycle is represented by its diary `window`,
    or by the last assessment in it, up to the day of the next injection."""
    diary = {d.day: d for d in course.diary}
    counted = diary_counts.is_counted(instrument)
    asked = _Asked(
        course=course,
        instrument=instrument,
        part=part,
        rules=rules,
        window=window,
        today=today,
        cycles=cycles(course),
        diary=diary,
        recorded=diary_counts.recorded_days(instrument, diary, rules) if counted else (),
        baseline=baseline(course, instrument, part, rules),
    )
    points = _by_date(asked)
    first = course.first_treatment_day
    weekly = first is not None and any(day >= first for day in asked.recorded)
    by_week = _by_week(asked, weekly=weekly)
    return MeasureResponse(
        instrument=instrument,
        part=part,
        baseline=asked.baseline,
        by_date=points,
        by_cycle=tuple(_cycle_point(asked, cycle, points) for cycle in asked.cycles),
        by_week=by_week,
        weekly=weekly,
        medians=_medians(by_week),
        window=window,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What all parts of one response read."""

    course: PatientCourse
    instrument: InstrumentId
    part: str
    rules: DiaryRules
    window: Window
    today: date | None
    cycles: tuple[Cycle, ...]
    diary: DiaryByDay
    recorded: tuple[date, ...]
    baseline: Baseline | None

    def change(self, value: Fraction | None) -> Fraction | None:
        return percent_change(value, self.baseline.value) if self.baseline else None

    def expects(self, point: Point) -> bool:
        """Whether a block belongs on the time axis: it has a value, or it is missing one. The
        days left over before an injection, or outside the diary's first and last day, are not
        missing: no value was possible there."""
        long_enough = Span(start=point.day, end=point.end).days >= self.rules.minimum_recorded
        inside = self.recorded[0] <= point.day and point.end <= self.recorded[-1]
        return point.value is not None or (long_enough and inside)

    def counted(self, span: Span, cycle: int) -> Point:
        found = diary_counts.count(self.instrument, self.diary, span, self.rules)
        return Point(
            day=span.start,
            end=span.end,
            cycle=cycle,
            value=found.value,
            source=Source.DIARY,
            recorded=found.recorded,
            low=found.low,
            high=found.high,
            change=self.change(found.value),
            mixed=self.baseline is not None and self.baseline.not_diary,
        )


def _by_date(asked: _Asked) -> tuple[Point, ...]:
    points: list[Point] = []
    if asked.recorded:
        found = [
            asked.counted(span, number)
            for number, span in blocks(asked.cycles, asked.recorded[0], asked.recorded[-1])
        ]
        points = [point for point in found if asked.expects(point)]
    counted = [p for p in points if p.value is not None]
    for assessment, value in values_of(asked.course, asked.instrument, asked.part):
        # A told value looks back: the diary of the days before it, where good enough, replaces it.
        yesterday = assessment.day - timedelta(days=1)
        if any(p.day <= yesterday <= p.end for p in counted):
            continue
        points.append(
            Point(
                day=assessment.day,
                end=assessment.day,
                cycle=_cycle_of(assessment.day, asked.cycles),
                value=value,
                source=Source.ASSESSMENT,
                change=asked.change(value),
                mixed=asked.baseline is not None and asked.baseline.recorded is not None,
            )
        )
    return tuple(sorted(points, key=lambda p: (p.middle, p.source)))


def _cycle_of(day: date, all_cycles: tuple[Cycle, ...]) -> int:
    return next((c.number for c in all_cycles if c.owns_assessment(day)), 0)


def _cycle_point(asked: _Asked, cycle: Cycle, points: tuple[Point, ...]) -> CyclePoint:
    span = cycle.span(asked.window)
    if asked.recorded and span is not None:
        point = asked.counted(span, cycle.number)
        if point.value is not None:
            return CyclePoint(number=cycle.number, state=State.MEASURED, point=point)
    told = [
        p
        for p in points
        if p.cycle == cycle.number and p.source is Source.ASSESSMENT and p.value is not None
    ]
    if told:
        return CyclePoint(number=cycle.number, state=State.MEASURED, point=told[-1])
    due = cycle.start + timedelta(days=asked.window.last + 1)
    running = cycle.next_start is None and asked.today is not None and asked.today < due
    state = State.NOT_YET if running else State.MISSING
    return CyclePoint(number=cycle.number, state=state, point=None)


def _by_week(asked: _Asked, *, weekly: bool) -> tuple[CycleByWeek, ...]:
    if weekly:
        return tuple(
            CycleByWeek(number=cycle.number, points=_diary_weeks(asked, cycle))
            for cycle in asked.cycles
        )
    values = values_of(asked.course, asked.instrument, asked.part)
    return tuple(
        CycleByWeek(
            number=cycle.number,
            points=tuple(
                WeekPoint(
                    days=Fraction(cycle.offset(a.day)),
                    week=nearest_week(cycle.offset(a.day)),
                    value=value,
                )
                for a, value in values
                if a.day == cycle.start or cycle.owns_assessment(a.day)
            ),
        )
        for cycle in asked.cycles
    )


def _diary_weeks(asked: _Asked, cycle: Cycle) -> tuple[WeekPoint, ...]:
    found = []
    week = 1
    while (first := 7 * (week - 1)) <= cycle.offset(asked.recorded[-1]):
        span = cycle.span(Window(name="", first=first, last=first + 6))
        if span is None or span.days < WEEK_NEEDS:
            break
        if span.end > asked.recorded[-1] and cycle.next_start is None:
            # The week still runs.
            break
        value, known = diary_counts.week_count(asked.instrument, asked.diary, span, asked.rules)
        middle = Fraction(2 * first + 7, 2)
        found.append(WeekPoint(days=middle, week=week, value=value, recorded=known))
        week += 1
    return tuple(found)


def nearest_week(days: int) -> int:
    """The nominal week of a day: days / 7 where whole, else the nearest week (7 being odd, no day
    lies half-way). A day after the injection never falls into week 0, which is before it."""
    week = (2 * days + 7) // 14
    return max(week, 1) if days > 0 else week


def _medians(by_week: tuple[CycleByWeek, ...]) -> tuple[tuple[int, Fraction], ...]:
    values: dict[int, list[Fraction]] = {}
    for cycle in by_week:
        for week, value in {p.week: p.value for p in cycle.points}.items():
            if value is not None:
                values.setdefault(week, []).append(value)
    return tuple((w, Fraction(median(values[w]))) for w in sorted(values) if len(values[w]) >= 3)
