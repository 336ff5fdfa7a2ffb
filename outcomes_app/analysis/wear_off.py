"""Onset, peak and end of the effect in one cycle, and whether it wears off before the next one.

Every value can be unknown: a cycle whose diary has gaps says "not enough data", an effect that
lasts to the next injection is censored. Days are counted from the injection (day 0), and nothing
of another cycle enters.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryByDay, DiaryRules
from outcomes_app.analysis.treatment_cycles import TreatmentCycle
from outcomes_app.analysis.windows import BLOCK_DAYS, Span
from outcomes_app.domain.values import InstrumentId

_HEADACHE = InstrumentId("headache_days_28")

Series = Mapping[int, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRules:
    """When an effect has begun and ended, as shares of the baseline; all of it is our own."""

    onset_share: Fraction = Fraction(7, 10)
    onset_stays: int = 7
    end_share: Fraction = Fraction(8, 10)
    end_stays: int = 14
    mean_days: int = 7
    mean_needs: int = 5
    last_day: int = 112
    longest_gap: int = 10


EFFECT_RULES = EffectRules()


class EffectState(StrEnum):
    """What could be said of the effect in a cycle."""

    ENDED = "ended"
    CENSORED = "censored"
    NO_ONSET = "no_onset"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The effect of one cycle in days since its injection. `duration` runs from onset to end; where
    the effect lasted to the next injection (or to the last day known) it is only the least it can
    be, and `state` is CENSORED. `lowest` is the trailing mean at the peak."""

    cycle: int
    state: EffectState
    onset: int | None = None
    peak: int | None = None
    end: int | None = None
    duration: int | None = None
    lowest: Fraction | None = None
    observed_to: int | None = None

    @property
    def censored(self) -> bool:
        """Whether the duration is only a lower bound."""
        return self.state is EffectState.CENSORED


def trailing_mean(series: Series, rules: EffectRules = EFFECT_RULES) -> Series:
    """m(d): the mean of the days d-6..d that are known, where at least 5 of them are; only days
    of the cycle enter."""
    found: dict[int, Fraction] = {}
    for day in range(max(series, default=-1) + 1):
        window = range(max(0, day - rules.mean_days + 1), day + 1)
        known = [series[d] for d in window if d in series]
        if len(known) >= rules.mean_needs:
            found[day] = sum(known, Fraction(0)) / len(known)
    return found


def _dated(day: int, rules: EffectRules) -> int:
    """The day a trailing mean speaks of: the middle of its days. Dated at its last day, every
    change would be found some three days late."""
    return (max(0, day - rules.mean_days + 1) + day) // 2


def effect(
    number: int,
    series: Series,
    baseline: Fraction | None,
    last: int,
    rules: EffectRules = EFFECT_RULES,
) -> Effect:
    """The effect in a daily series. `baseline` is per day in the same unit, `last` the last day of
    the cycle that could be known."""
    unknown = Effect(cycle=number, state=EffectState.NOT_ENOUGH_DATA)
    last = min(last, rules.last_day)
    if not baseline:
        return unknown
    means = trailing_mean({d: v for d, v in series.items() if 0 <= d <= last}, rules)
    if not _dense(means, last, rules):
        return unknown
    limit = rules.onset_share * baseline
    onset = _first_lasting(means, 0, rules.onset_stays, lambda m: m <= limit)
    if onset is None:
        return Effect(cycle=number, state=EffectState.NO_ONSET, observed_to=last)
    peak = min(means, key=lambda d: (means[d], d))
    over = rules.end_share * baseline
    end = _first_lasting(means, peak + 1, rules.end_stays, lambda m: m > over)
    began = _dated(onset, rules)
    stops = last if end is None else _dated(end, rules)
    return Effect(
        cycle=number,
        state=EffectState.CENSORED if end is None else EffectState.ENDED,
        onset=began,
        peak=_dated(peak, rules),
        end=None if end is None else stops,
        duration=stops - began,
        lowest=means[peak],
        observed_to=last,
    )


def _dense(means: Series, last: int, rules: EffectRules) -> bool:
    """Whether no stretch without a mean is so long that something could have passed in it."""
    first = rules.mean_needs - 1
    if last < first + rules.onset_stays:
        return False
    gap = longest = 0
    for day in range(first, last + 1):
        gap = 0 if day in means else gap + 1
        longest = max(longest, gap)
    return longest <= rules.longest_gap


def _first_lasting(
    means: Series, start: int, stays: int, holds: Callable[[Fraction], bool]
) -> int | None:
    """The first day on which the condition begins to hold for so many days, as far as is known:
    5 of 7 of those days have to be."""
    for day in sorted(means):
        if day < start or not holds(means[day]):
            continue
        known = [means[d] for d in range(day, day + stays) if d in means]
        if day + stays - 1 <= max(means) and len(known) * 7 >= stays * 5 and all(map(holds, known)):
            return day
    return None


def diary_series(
    diary: DiaryByDay,
    cycle: TreatmentCycle,
    rules: DiaryRules = CLINIC_RULES,
    instrument: InstrumentId = _HEADACHE,
) -> Series:
    """What each day of a cycle adds to a measure, by day since the injection."""
    found: dict[int, Fraction] = {}
    for day, entry in diary.items():
        inside = cycle.start <= day and (cycle.next_start is None or day < cycle.next_start)
        value = diary_counts.day_value(instrument, entry, rules) if inside else None
        if value is not None:
            found[cycle.offset(day)] = value
    return found


def told_series(values: Sequence[tuple[date, Fraction]], cycle: TreatmentCycle) -> Series:
    """The same from values told daily or weekly: each stands for the days since the one before
    it, seven at most, and for none before the injection."""
    found: dict[int, Fraction] = {}
    last = 0
    for day, value in values:
        if cycle.owns_assessment(day) and cycle.offset(day) != cycle.length:
            offset = cycle.offset(day)
            for known in range(max(last + 1, offset - 6), offset + 1):
                found[known] = value
            last = offset
    return found


def cycle_effect(
    diary: DiaryByDay,
    cycle: TreatmentCycle,
    baseline_per_28: Fraction | None,
    *,
    on: date,
    rules: DiaryRules = CLINIC_RULES,
    effect_rules: EffectRules = EFFECT_RULES,
    instrument: InstrumentId = _HEADACHE,
) -> Effect:
    """The effect of one cycle in a diary measure, as far as it is known on a day."""
    last = cycle.offset(on) if cycle.next_start is None else (cycle.length or 0) - 1
    per_day = None if baseline_per_28 is None else baseline_per_28 / 28
    series = diary_series(diary, cycle, rules, instrument)
    return effect(cycle.number, series, per_day, last, effect_rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class WearOffRules:
    """What counts as wearing off before the next injection; the numbers are our own."""

    days: Fraction = Fraction(4)
    ratio: Fraction = Fraction(13, 10)
    best_from: int = 14
    best_to: int = 69
    late_not_before: int = 42
    short_interval: int = 84
    short_late: int = 14


WEAR_OFF_RULES = WearOffRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some days of a cycle with their count per 28 days."""

    span: Span
    value: Fraction
    recorded: int
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class WearOff:
    """The best and the late weeks of one cycle. `flag` None = not assessable. `week` is the first
    week of the cycle from which each week up to the next injection was clearly worse than the
    best; `shortened` = the late weeks are 14 days, scaled to 28."""

    cycle: int
    best: Block | None
    late: Block | None
    flag: bool | None
    week: int | None = None
    shortened: bool = False

    @property
    def rise(self) -> Fraction | None:
        """Late minus best, in days per 28."""
        if self.best is None or self.late is None:
            return None
        return self.late.value - self.best.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """What the blocks of one cycle are counted from."""

    diary: DiaryByDay
    cycle: TreatmentCycle
    rules: DiaryRules
    limits: WearOffRules
    instrument: InstrumentId

    def span(self, first: int, last: int) -> Span | None:
        start = self.cycle.start
        return self.cycle.cut(start + timedelta(days=first), start + timedelta(days=last))

    def block(self, first: int, last: int) -> Block | None:
        """A whole block counted; a shorter one needs the same share of its days recorded."""
        span, days = self.span(first, last), last - first + 1
        if span is None or span.days != days:
            return None
        counted = diary_counts.count(self.instrument, self.diary, span, self.rules)
        needed = Fraction(self.rules.minimum_recorded * days, BLOCK_DAYS)
        if counted.recorded < needed or counted.longest_gap > self.rules.longest_gap:
            return None
        return Block(
            span=span,
            value=counted.counted / counted.recorded * BLOCK_DAYS,
            recorded=counted.recorded,
            low=counted.counted,
            high=counted.counted + days - counted.recorded,
        )

    def best(self, last: int) -> Block | None:
        """The 28 days with the fewest headache days; of equal ones the first."""
        starts = range(self.limits.best_from, last - BLOCK_DAYS + 2)
        found = [self.block(n, n + BLOCK_DAYS - 1) for n in starts]
        return min((b for b in found if b is not None), key=lambda b: b.value, default=None)


def wear_off(
    diary: DiaryByDay,
    cycle: TreatmentCycle,
    *,
    rules: DiaryRules = CLINIC_RULES,
    limits: WearOffRules = WEAR_OFF_RULES,
    instrument: InstrumentId = _HEADACHE,
) -> WearOff:
    """Whether headache days rise before the next injection: only for a cycle that has ended."""
    length = cycle.length
    if length is None:
        return WearOff(cycle=cycle.number, best=None, late=None, flag=None)
    days = _Days(diary=diary, cycle=cycle, rules=rules, limits=limits, instrument=instrument)
    short = length < limits.short_interval
    late_days = limits.short_late if short else BLOCK_DAYS
    start = length - late_days
    late = days.block(start, length - 1) if start >= limits.late_not_before else None
    best = days.best(min(limits.best_to, start - 1))
    if late is None or best is None:
        return WearOff(cycle=cycle.number, best=best, late=late, flag=None, shortened=short)
    flag = late.value - best.value >= limits.days and late.value >= limits.ratio * best.value
    return WearOff(
        cycle=cycle.number,
        best=best,
        late=late,
        flag=flag,
        week=_week(days, best, length) if flag else None,
        shortened=short,
    )


def _week(days: _Days, best: Block, length: int) -> int | None:
    """The first week of the run of worse weeks that reaches the next injection."""
    first_after = days.cycle.offset(best.span.end) + 1
    found = None
    week = length // 7
    while (first := 7 * (week - 1)) >= first_after:
        span = days.span(first, first + 6)
        value = None
        if span is not None:
            value, _known = diary_counts.week_count(days.instrument, days.diary, span, days.rules)
        if value is not None:
            if value == 0 or value * 4 < days.limits.ratio * best.value:
                break
            found = week
        week -= 1
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How a number moves over cycles: the median of all slopes between two cycles (Theil-Sen), per
    cycle. None with fewer than three values."""

    values: tuple[tuple[int, Fraction], ...]
    per_cycle: Fraction | None


def trend(values: Sequence[tuple[int, int | Fraction | None]]) -> Trend:
    """The trend of values by cycle number; unknown ones are left out."""
    known = tuple((n, Fraction(v)) for n, v in values if v is not None)
    slopes = sorted(
        (b - a) / (m - n) for i, (n, a) in enumerate(known) for m, b in known[i + 1 :] if m != n
    )
    if len(known) < 3:
        return Trend(values=known, per_cycle=None)
    half = len(slopes) // 2
    middle = slopes[half] if len(slopes) % 2 else (slopes[half - 1] + slopes[half]) / 2
    return Trend(values=known, per_cycle=middle)


def lasting(effects: Sequence[Effect]) -> tuple[tuple[int, Fraction], ...]:
    """Kaplan-Meier: the share of cycles whose effect lasts longer than so many days, one step per
    day on which an effect ended. Censored cycles count as long as they were seen."""
    known = [(e.duration, e.censored) for e in effects if e.duration is not None]
    share = Fraction(1)
    steps = []
    for day in sorted({d for d, censored in known if not censored}):
        at_risk = sum(1 for d, _censored in known if d >= day)
        ended = sum(1 for d, censored in known if d == day and not censored)
        share *= Fraction(at_risk - ended, at_risk)
        steps.append((day, share))
    return tuple(steps)


def median_duration(effects: Sequence[Effect]) -> int | None:
    """The day by which half of the effects had ended; None where censoring leaves it open."""
    return next((day for day, share in lasting(effects) if share <= Fraction(1, 2)), None)
