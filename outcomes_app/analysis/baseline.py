"""The state before treatment, with which everything later is compared."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryRules
from outcomes_app.analysis.windows import baseline_span
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.values import InstrumentId


class BaselineSource(StrEnum):
    """Where a baseline comes from; shown beside it."""

    ENTERED = "entered"
    BEFORE_TREATMENT = "before_treatment"
    DIARY = "diary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One baseline. `low`..`high` is the range that unknown diary days leave open; without a
    diary both equal the value. `recorded` is R of 28, None without a diary. `day`..`end` are the
    days it was measured on. `not_diary` = the measure is one that a diary counts, but this value
    was told: compared with counted cycles it needs the label "reported, not diary"."""

    value: Fraction
    low: Fraction
    high: Fraction
    day: date
    end: date
    source: BaselineSource
    recorded: int | None = None
    not_diary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """What there is to compare with: counted from the diary, and told (entered, or the last value
    up to the first injection)."""

    diary: Baseline | None
    told: Baseline | None

    @property
    def chosen(self) -> Baseline | None:
        """The one in force: what was counted stands before what was told."""
        return self.diary or self.told


def values_of(
    course: PatientCourse, instrument: InstrumentId, part: str
) -> tuple[tuple[Assessment, Fraction | None], ...]:
    """The assessments of one measure in order of day, one per day: where two were stored for a
    day the later entry stands, and one with a value stands before one without."""
    by_day: dict[date, tuple[Assessment, Fraction | None]] = {}
    for assessment in course.assessments:
        if assessment.instrument != instrument or assessment.voided:
            continue
        number = assessment.value(part)
        if number is None and not any(s.part == part for s in assessment.scores):
            continue
        value = None if number is None else Fraction(number)
        known = by_day.get(assessment.day)
        if known is None or value is not None or known[1] is None:
            by_day[assessment.day] = (assessment, value)
    return tuple(by_day[day] for day in sorted(by_day))


def baseline(
    course: PatientCourse,
    instrument: InstrumentId,
    part: str = "total",
    rules: DiaryRules = CLINIC_RULES,
) -> Baseline | None:
    """The baseline in force of one measure: the 28-day diary before the first injection where the
    measure is counted from one; else the one entered as such; else the last value up to and on
    the day of the first injection (taken before the needle)."""
    return baselines(course, instrument, part, rules).chosen


def baselines(
    course: PatientCourse,
    instrument: InstrumentId,
    part: str = "total",
    rules: DiaryRules = CLINIC_RULES,
) -> Baselines:
    """Both baselines of one measure, so that they can be shown side by side."""
    return Baselines(
        diary=_from_diary(course, instrument, rules), told=_told(course, instrument, part)
    )


def _told(course: PatientCourse, instrument: InstrumentId, part: str) -> Baseline | None:
    first = course.first_treatment_day
    counted = diary_counts.is_counted(instrument)
    entered = [
        (a, Fraction(number))
        for a in course.assessments
        if a.instrument == instrument and a.occasion is Occasion.BASELINE and not a.voided
        if (number := a.value(part)) is not None
    ]
    if entered:
        in_time = [pair for pair in entered if first is None or pair[0].day <= first]
        latest = max(in_time, key=lambda pair: pair[0].day) if in_time else entered[0]
        return _single(latest[0].day, latest[1], BaselineSource.ENTERED, counted)
    before = [
        (a, value)
        for a, value in values_of(course, instrument, part)
        if value is not None and (first is None or a.day <= first)
    ]
    if not before:
        return None
    return _single(before[-1][0].day, before[-1][1], BaselineSource.BEFORE_TREATMENT, counted)


def _single(day: date, value: Fraction, source: BaselineSource, counted: bool) -> Baseline:
    return Baseline(
        value=value, low=value, high=value, day=day, end=day, source=source, not_diary=counted
    )


def _from_diary(
    course: PatientCourse, instrument: InstrumentId, rules: DiaryRules
) -> Baseline | None:
    first = course.first_treatment_day
    if first is None or not diary_counts.is_counted(instrument):
        return None
    diary = {d.day: d for d in course.diary}
    counted = diary_counts.count(instrument, diary, baseline_span(first), rules)
    if counted.value is None:
        return None
    return Baseline(
        value=counted.value,
        low=counted.low,
        high=counted.high,
        day=counted.span.start,
        end=counted.span.end,
        source=BaselineSource.DIARY,
        recorded=counted.recorded,
    )
