"""The mean course of groups of patients, exact, with how many patients stand behind each point."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryRules
from outcomes_app.analysis.response import MeasureResponse, nearest_week, response
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.values import InstrumentId, PatientId, ProductId


class GroupBy(StrEnum):
    """What the patients are told apart by. PRODUCT is that of the first treatment."""

    NONE = "none"
    GROUP = "group"
    PRODUCT = "product"
    CLINIC_SITE = "site"


class Axis(StrEnum):
    """What lies along the axis: weeks since the first treatment, or treatment cycles."""

    WEEK = "week"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPoint:
    """One group at one week or cycle; step 0 is the baseline. `sd` is the sample standard
    deviation; it and the 95 % interval of the mean need two patients."""

    group: str
    step: int
    n: int
    mean: Fraction
    sd: float | None
    low: float | None
    high: float | None
    patients: tuple[PatientId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCourse:
    """The points of all groups in order of group and step, and who could not be counted."""

    instrument: InstrumentId
    part: str
    group_by: GroupBy
    axis: Axis
    groups: tuple[str, ...]
    points: tuple[GroupPoint, ...]
    patients: int
    without_treatment: int
    without_value: int


def group_course(
    cohort: Cohort,
    instrument: InstrumentId,
    part: str = "total",
    *,
    group_by: GroupBy = GroupBy.NONE,
    axis: Axis = Axis.WEEK,
    rules: DiaryRules = CLINIC_RULES,
    today: date | None = None,
) -> GroupCourse:
    """Mean, n, sd and 95 % interval of one measure per group and step.

    A patient counts at most once in each point: of several values in one week, the one nearest to
    its nominal day stands, the later of two equally near. Week 0 is the patient's baseline.
    """
    values: dict[tuple[str, int], dict[PatientId, Fraction]] = {}
    untreated = unmeasured = 0
    for course in cohort.courses:
        if not course.treatments:
            untreated += 1
            continue
        measured = response(course, instrument, part, rules=rules, today=today)
        steps = _by_week(course, measured) if axis is Axis.WEEK else _by_cycle(measured)
        if not steps:
            unmeasured += 1
        for step, value in steps.items():
            key = (group_name(course, group_by), step)
            values.setdefault(key, {})[course.patient.id] = value
    points = tuple(_point(*key, values[key]) for key in sorted(values, key=_in_order))
    return GroupCourse(
        instrument=instrument,
        part=part,
        group_by=group_by,
        axis=axis,
        groups=tuple(dict.fromkeys(p.group for p in points)),
        points=points,
        patients=len(cohort.courses) - untreated - unmeasured,
        without_treatment=untreated,
        without_value=unmeasured,
    )


PLACEBO = "placebo"


def group_name(course: PatientCourse, group_by: GroupBy) -> str:
    """The group a patient belongs to; "" where it is not known or nothing is told apart."""
    first = course.treatments[0]
    if group_by is GroupBy.GROUP:
        return course.patient.group
    if group_by is GroupBy.CLINIC_SITE:
        return course.patient.clinic_site or first.clinic_site
    if group_by is GroupBy.PRODUCT:
        return PLACEBO if first.placebo else (first.product or ProductId(""))
    return ""


def _in_order(key: tuple[str, int]) -> tuple[int, Fraction, str, int]:
    """Names that begin with a number in the order of the numbers, then the others; unknown last."""
    name, step = key
    digits = ""
    for character in name:
        if not character.isascii() or not character.isdigit():
            break
        digits += character
    return (2 if not name else 0 if digits else 1, Fraction(digits or 0), name, step)


def _by_week(course: PatientCourse, measured: MeasureResponse) -> Mapping[int, Fraction]:
    first = course.treatments[0].day
    nearest: dict[int, tuple[int, Fraction]] = {}
    for point in measured.by_date:
        # A block of diary days is complete, and stands for, the day after its end.
        days = (point.end - first).days + (1 if point.recorded is not None else 0)
        if point.value is None or days <= 0:
            continue
        week = nearest_week(days)
        distance = abs(days - 7 * week)
        if week not in nearest or distance <= nearest[week][0]:
            nearest[week] = (distance, point.value)
    steps = {week: value for week, (_distance, value) in nearest.items()}
    if measured.baseline is not None:
        steps[0] = measured.baseline.value
    return steps


def _by_cycle(measured: MeasureResponse) -> Mapping[int, Fraction]:
    steps = {p.number: p.value for p in measured.by_cycle if p.value is not None}
    if measured.baseline is not None:
        steps[0] = measured.baseline.value
    return steps


def _point(group: str, step: int, values: Mapping[PatientId, Fraction]) -> GroupPoint:
    n = len(values)
    mean = sum(values.values(), Fraction(0)) / n
    sd = low = high = None
    if n > 1:
        variance = sum(((v - mean) ** 2 for v in values.values()), Fraction(0)) / (n - 1)
        sd = math.sqrt(variance)
        half = student_t_975(n - 1) * sd / math.sqrt(n)
        low, high = float(mean) - half, float(mean) + half
    return GroupPoint(
        group=group,
        step=step,
        n=n,
        mean=mean,
        sd=sd,
        low=low,
        high=high,
        patients=tuple(values),
    )


def student_t_975(degrees: int) -> float:
    """The 97.5 % quantile of Student's t for whole degrees of freedom.

    Found by halving on the exact finite sums for whole degrees (Abramowitz and Stegun, Handbook
    of Mathematical Functions, 26.7.3 and 26.7.4), so that no statistics library is loaded for it.
    """
    low, high = 0.0, math.pi / 2
    for _step in range(60):
        middle = (low + high) / 2
        if _share_within(middle, degrees) < 0.95:
            low = middle
        else:
            high = middle
    return math.tan(low) * math.sqrt(degrees)


def _share_within(theta: float, degrees: int) -> float:
    """The share of Student's t between -t and t, where tan(theta) = t / sqrt(degrees)."""
    cosine, sine = math.cos(theta), math.sin(theta)
    odd = degrees % 2 == 1
    term = cosine if odd else 1.0
    total = 0.0
    for power in range(3 if odd else 2, degrees + 1, 2):
        total += term
        term *= cosine * cosine * (power - 1) / power
    if not odd:
        return sine * total
    if degrees == 1:
        return 2 * theta / math.pi
    return 2 / math.pi * (theta + sine * total)
