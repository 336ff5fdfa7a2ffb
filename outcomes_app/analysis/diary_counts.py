"""Counting diary days: what each measure counts, per 28 days, with what was really recorded.

A day that is not in the diary, or does not say what the measure needs, is unknown: it is neither
counted nor taken for a good day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from outcomes_app.analysis.windows import BLOCK_DAYS, Span
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

DiaryByDay = Mapping[date, DiaryDay]

_MIGRAINE_MEDICINES = frozenset({"triptan", "ergot", "gepant", "ditan"})


class HeadacheDefinition(StrEnum):
    """What makes a headache day. One patient's counts never mix two definitions."""

    ANY_30_MINUTES_OR_TREATED = "any_30_minutes_or_treated"
    FOUR_HOURS = "four_hours"

    @property
    def words(self) -> str:
        """Its name, to be printed with every number that was counted by it."""
        if self is HeadacheDefinition.FOUR_HOURS:
            return _("headache of 4 hours or longer")
        return _("headache of 30 minutes or longer, or treated")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryRules:
    """When a window counts: at least `minimum_recorded` days, no gap longer than `longest_gap`."""

    minimum_recorded: int = 20
    longest_gap: int = 10
    definition: HeadacheDefinition = HeadacheDefinition.ANY_30_MINUTES_OR_TREATED


CLINIC_RULES = DiaryRules()

# What rules that say "per month" mean by a month.
MONTH_DAYS = 30

# A week has a value when at least so many of its 7 days are recorded.
WEEK_NEEDS = 5


class NotValid(StrEnum):
    """Why a window has no value."""

    TOO_FEW_DAYS = "too_few_days"
    LONG_GAP = "long_gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryCount:
    """A measure counted over some days. `value` is per 28 days, or None with a `reason`; `low`
    and `high` are the count if every unknown day was good, or bad: [k, k + 28 - R]. `definition`
    is what made a headache day."""

    span: Span
    counted: Fraction
    recorded: int
    longest_gap: int
    value: Fraction | None
    low: Fraction
    high: Fraction
    reason: NotValid | None
    definition: HeadacheDefinition = HeadacheDefinition.ANY_30_MINUTES_OR_TREATED

    @property
    def value_30(self) -> Fraction | None:
        """The same per 30 days, for rules that say "per month"."""
        return None if self.value is None else per_30(self.value)


def per_30(per_28: Fraction) -> Fraction:
    """A number per 28 days as a number per 30 days."""
    return per_28 * MONTH_DAYS / BLOCK_DAYS


def _any(*answers: bool | None) -> bool | None:
    """True if one is true, unknown if one might be, else false."""
    if True in answers:
        return True
    return None if None in answers else False


def _all(*answers: bool | None) -> bool | None:
    """False if one is false, unknown if one might be, else true."""
    if False in answers:
        return False
    return None if None in answers else True


def _at_least(value: Decimal | int | None, limit: Decimal | int) -> bool | None:
    return None if value is None else value >= limit


def treated(day: DiaryDay) -> bool | None:
    """Whether acute medicine was taken on a day; None where the day does not say."""
    return True if day.acute_medicines else day.acute_medicine_taken


def _headache(day: DiaryDay, rules: DiaryRules) -> bool | None:
    if not day.headache:
        return day.headache
    if rules.definition is HeadacheDefinition.FOUR_HOURS:
        return _at_least(day.duration_hours, 4)
    # A headache whose length was not written down counts: only a known short one does not.
    long_enough = day.duration_hours is None or day.duration_hours >= Decimal("0.5")
    return long_enough or bool(treated(day))


def _moderate_or_severe(day: DiaryDay) -> bool | None:
    if day.peak_severity is not None:
        return day.peak_severity >= 2
    return _at_least(day.peak_pain, 4)


def _severe(day: DiaryDay) -> bool | None:
    if day.peak_severity is not None:
        return day.peak_severity >= 3
    return _at_least(day.peak_pain, 7)


def _migraine(day: DiaryDay, rules: DiaryRules) -> bool | None:
    """The three ways to a migraine day: features, aura, or a migraine medicine for a headache."""
    headache = _headache(day, rules)
    if headache is False and not day.aura_minutes:
        return False
    features = (
        day.unilateral,
        day.pulsating,
        day.worse_with_activity,
        _moderate_or_severe(day),
    )
    certain, possible = features.count(True), len(features) - features.count(False)
    two_features = True if certain >= 2 else (None if possible >= 2 else False)
    with_symptoms = _any(day.nausea, day.vomiting, _all(day.photophobia, day.phonophobia))
    aura = None if day.aura_minutes is None else 5 <= day.aura_minutes <= 60
    medicines = {m.kind for m in day.acute_medicines}
    specific: bool | None = bool(medicines & _MIGRAINE_MEDICINES)
    if not specific and (treated(day) is None or "unknown" in medicines):
        specific = None
    return _any(_all(headache, two_features, with_symptoms), aura, _all(headache, specific))


def _yes(answer: bool | None) -> Fraction | None:
    return None if answer is None else Fraction(int(answer))


def _hours(day: DiaryDay, _rules: DiaryRules) -> Fraction | None:
    if day.headache is False:
        return Fraction(0)
    return None if day.duration_hours is None else Fraction(day.duration_hours)


def _no_headache(day: DiaryDay, _rules: DiaryRules) -> Fraction | None:
    return _yes(None if day.headache is None else not day.headache)


def _severe_enough(day: DiaryDay, rules: DiaryRules) -> Fraction | None:
    return _yes(_all(_headache(day, rules), _moderate_or_severe(day)))


def _severe_headache(day: DiaryDay, rules: DiaryRules) -> Fraction | None:
    return _yes(_all(_headache(day, rules), _severe(day)))


_Counter = Callable[[DiaryDay, DiaryRules], Fraction | None]

_COUNTERS: Mapping[str, _Counter] = {
    "headache_days_28": lambda day, rules: _yes(_headache(day, rules)),
    "migraine_days_28": lambda day, rules: _yes(_migraine(day, rules)),
    "modsev_headache_days_28": _severe_enough,
    "severe_headache_days_28": _severe_headache,
    "acute_med_days_28": lambda day, _rules: _yes(treated(day)),
    "crystal_clear_days_28": _no_headache,
    "headache_hours_28": _hours,
}


def is_counted(instrument: InstrumentId) -> bool:
    """Whether this measure can be counted from a diary."""
    return instrument in _COUNTERS


def day_value(instrument: InstrumentId, day: DiaryDay, rules: DiaryRules) -> Fraction | None:
    """What one day adds to a measure; None where the day does not say."""
    return _COUNTERS[instrument](day, rules)


def recorded_days(
    instrument: InstrumentId, diary: DiaryByDay, rules: DiaryRules = CLINIC_RULES
) -> tuple[date, ...]:
    """The days, in order, on which the diary says what this measure needs."""
    return tuple(d for d in sorted(diary) if day_value(instrument, diary[d], rules) is not None)


def count(
    instrument: InstrumentId, diary: DiaryByDay, span: Span, rules: DiaryRules = CLINIC_RULES
) -> DiaryCount:
    """A measure counted over a span of about a month: k / R × 28 where enough is recorded."""
    return count_days(
        lambda day: day_value(instrument, day, rules),
        diary,
        span,
        rules,
        most_a_day=24 if instrument == "headache_hours_28" else 1,
    )


def count_days(
    value_of: Callable[[DiaryDay], Fraction | None],
    diary: DiaryByDay,
    span: Span,
    rules: DiaryRules = CLINIC_RULES,
    *,
    most_a_day: int = 1,
) -> DiaryCount:
    """The same for anything that a day may add; None = the day does not say."""
    total, recorded, gap, longest = Fraction(0), 0, 0, 0
    for offset in range(span.days):
        day = diary.get(span.start + timedelta(days=offset))
        value = None if day is None else value_of(day)
        if value is None:
            gap += 1
            longest = max(longest, gap)
        else:
            total, recorded, gap = total + value, recorded + 1, 0
    reason = None
    if recorded < rules.minimum_recorded:
        reason = NotValid.TOO_FEW_DAYS
    elif longest > rules.longest_gap:
        reason = NotValid.LONG_GAP
    return DiaryCount(
        span=span,
        counted=total,
        recorded=recorded,
        longest_gap=longest,
        value=None if reason else total / recorded * BLOCK_DAYS,
        low=total,
        # A calendar month has more days than 28.
        high=total + (max(BLOCK_DAYS, span.days) - recorded) * most_a_day,
        reason=reason,
        definition=rules.definition,
    )


def week_count(
    instrument: InstrumentId,
    diary: DiaryByDay,
    span: Span,
    rules: DiaryRules = CLINIC_RULES,
) -> tuple[Fraction | None, int]:
    """A measure per 7 days over one week, and the days recorded; None below 5 of 7."""
    days = (diary.get(span.start + timedelta(days=n)) for n in range(span.days))
    values = [day_value(instrument, day, rules) for day in days if day is not None]
    known = [value for value in values if value is not None]
    if len(known) < WEEK_NEEDS:
        return None, len(known)
    return sum(known, Fraction(0)) / len(known) * 7, len(known)
