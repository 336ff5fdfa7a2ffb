"""What a patient's outcomes say at a visit, as the safety rules ask it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from outcomes_app.analysis.baseline import baseline
from outcomes_app.analysis.diary_counts import CLINIC_RULES
from outcomes_app.analysis.response import MeasureResponse, response
from outcomes_app.analysis.windows import baseline_span
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Direction, OutcomeMeasure
from outcomes_app.domain.safety.facts import Evidence
from outcomes_app.domain.treatment import Treatment, Visit
from outcomes_app.domain.values import InstrumentId

_HEADACHE = InstrumentId("headache_days_28")
_MIGRAINE = InstrumentId("migraine_days_28")
_DAYS_A_MONTH = Fraction(1461, 48)
# The rule on lost response looks at the effect at its height, 4 to 6 weeks after the injection.
_PEAK_FIRST, _PEAK_LAST = 28, 42
# A response from the diary asks for as many of the last 28 days as a diary baseline does.
_LOOK_BACK = 28


def evidence(course: PatientCourse, visit: Visit, catalog: Catalog) -> Evidence:
    """The evidence at a visit, from the record and from what the visit itself measured."""
    treatment = visit.treatment
    before = _until(course, visit)
    with_today = replace(before, treatments=(*before.treatments, treatment))
    headache = response(before, _HEADACHE) if before.treatments else None
    first = with_today.treatments[0].day
    return Evidence(
        baseline_headache_days=_baseline(with_today, _HEADACHE),
        baseline_migraine_days=_baseline(with_today, _MIGRAINE),
        months_of_headache=_months(course, treatment, first),
        baseline_diary_days=_baseline_days(course, first),
        percent_fall_now=_fall_now(headache, Direction.HIGHER_IS_WORSE) if headache else None,
        falls_by_session=_falls(before, catalog.measures_for(treatment.indication)),
    )


def responded(course: PatientCourse, visit: Visit) -> bool:
    """Whether this cycle's response is recorded: one number since the last treatment of the
    indication, taken up to and at this visit, or a diary of the last 28 days that can be counted.
    """
    before, today = _until(course, visit), visit.treatment.day
    since = before.treatments[-1].day if before.treatments else date.min
    if any(
        since < a.day and any(s.value is not None for s in a.scores) for a in before.assessments
    ):
        return True
    days = [
        d
        for d in course.diary
        if d.headache is not None and 0 < (today - d.day).days <= _LOOK_BACK and d.day > since
    ]
    return len(days) >= CLINIC_RULES.minimum_recorded


def _until(course: PatientCourse, visit: Visit) -> PatientCourse:
    """The course up to the needle: earlier treatments of the indication, values up to this day."""
    treatment = visit.treatment
    own = (treatment.id, treatment.amends)
    measured = {a.id: a for a in course.assessments if a.treatment_id not in own}
    measured |= {a.id: a for a in visit.assessments}
    return replace(
        course,
        treatments=tuple(
            t
            for t in course.treatments
            if t.indication == treatment.indication and t.id not in own and t.day < treatment.day
        ),
        assessments=tuple(
            sorted((a for a in measured.values() if a.day <= treatment.day), key=lambda a: a.day)
        ),
    )


def _baseline(course: PatientCourse, instrument: InstrumentId) -> Decimal | None:
    found = baseline(course, instrument)
    return _decimal(found.value) if found else None


def _baseline_days(course: PatientCourse, first: date) -> int:
    span = baseline_span(first)
    return sum(
        1 for d in course.diary if d.headache is not None and span.start <= d.day <= span.end
    )


def _months(course: PatientCourse, treatment: Treatment, first: date) -> Decimal | None:
    since = next(
        (i.since for i in course.patient.indications if i.indication == treatment.indication), None
    )
    if since is None or since > first:
        return None
    return Decimal(int(Fraction((first - since).days) / _DAYS_A_MONTH))


def _fall_now(found: MeasureResponse, direction: Direction) -> Decimal | None:
    last = found.by_cycle[-1].point if found.by_cycle else None
    return _fall(last.change, direction) if last else None


def _falls(
    course: PatientCourse, measures: tuple[OutcomeMeasure, ...]
) -> tuple[Decimal | None, ...]:
    """Per earlier session the improvement at its height, in the first measure that has one."""
    nothing: tuple[Decimal | None, ...] = (None,) * len(course.treatments)
    for measure in measures if course.treatments else ():
        scale = measure.scale
        found = response(course, scale.instrument, scale.part)
        falls = tuple(
            _at_height(found, number, t.day, scale.direction)
            for number, t in enumerate(course.treatments, start=1)
        )
        if falls != nothing:
            return falls
    return nothing


def _at_height(
    found: MeasureResponse, number: int, start: date, direction: Direction
) -> Decimal | None:
    for point in found.by_date:
        in_time = _PEAK_FIRST <= (point.middle - start).days <= _PEAK_LAST
        if point.cycle == number and in_time and point.value is not None:
            return _fall(point.change, direction)
    return None


def _fall(change: Fraction | None, direction: Direction) -> Decimal | None:
    if change is None:
        return None
    return _decimal(-change if direction is Direction.HIGHER_IS_WORSE else change)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
