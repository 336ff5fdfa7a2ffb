"""Every patient's cycles of one measure, with the change from that patient's own baseline.

What bands, waterfall, individual courses, funnel, forest and dose–response are counted from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from outcomes_app.analysis.bands import Band, band_of, has_percent, improvement
from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryRules
from outcomes_app.analysis.response import State, response
from outcomes_app.analysis.windows import cycles
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import PatientId


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleResult:
    """One cycle of one patient. `better_by` is the exact improvement in percent, None where value
    or baseline is missing; `day` is that on which, or up to which, the value was measured."""

    number: int
    state: State
    treatment: Treatment
    value: Fraction | None
    better_by: Fraction | None
    day: date | None

    @property
    def band(self) -> Band:
        """The band of its improvement."""
        return band_of(self.better_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCycles:
    """One treated patient: the baseline and all cycles in order."""

    patient_id: PatientId
    course: PatientCourse
    baseline: Fraction | None
    cycles: tuple[CycleResult, ...]

    @property
    def last_adequate(self) -> CycleResult | None:
        """The last cycle whose change is known: the last, not the best, which would flatter."""
        return next((c for c in reversed(self.cycles) if c.better_by is not None), None)


def patient_cycles(
    cohort: Cohort,
    scale: Scale,
    *,
    rules: DiaryRules = CLINIC_RULES,
    today: date | None = None,
) -> tuple[PatientCycles, ...]:
    """The cycles of every treated patient of a cohort; the untreated are not in it."""
    return tuple(
        _patient(course, scale, rules, today) for course in cohort.courses if course.treatments
    )


def _patient(
    course: PatientCourse, scale: Scale, rules: DiaryRules, today: date | None
) -> PatientCycles:
    measured = response(course, scale.instrument, scale.part, rules=rules, today=today)
    given = {c.number: c.treatments[0] for c in cycles(course)}
    found = []
    for cycle in measured.by_cycle:
        point = cycle.point
        change = point.change if point is not None and has_percent(scale) else None
        found.append(
            CycleResult(
                number=cycle.number,
                state=cycle.state,
                treatment=given[cycle.number],
                value=cycle.value,
                better_by=improvement(change, scale.direction),
                day=None if point is None else point.end,
            )
        )
    return PatientCycles(
        patient_id=course.patient.id,
        course=course,
        baseline=measured.baseline.value if measured.baseline else None,
        cycles=tuple(found),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleBands:
    """How many patients fell into each band in one cycle. Those whose cycle is too young for a
    value are not counted; those without one are, as "no data"."""

    cycle: int
    counts: Mapping[Band, int]
    too_early: int

    @property
    def n(self) -> int:
        """All patients whose cycle was due."""
        return sum(self.counts.values())

    def share(self, band: Band) -> Fraction:
        """The share of a band among all who were due, missing ones included, in percent."""
        return Fraction(self.counts[band] * 100, self.n) if self.n else Fraction(0)


def bands_by_cycle(patients: tuple[PatientCycles, ...]) -> tuple[CycleBands, ...]:
    """The bands of each cycle that any patient reached, the first cycle first."""
    counts: dict[int, dict[Band, int]] = {}
    early: dict[int, int] = {}
    for patient in patients:
        for cycle in patient.cycles:
            row = counts.setdefault(cycle.number, dict.fromkeys(Band, 0))
            if cycle.state is State.NOT_YET:
                early[cycle.number] = early.get(cycle.number, 0) + 1
            else:
                row[cycle.band] += 1
    return tuple(
        CycleBands(cycle=number, counts=counts[number], too_early=early.get(number, 0))
        for number in sorted(counts)
        if any(counts[number].values())
    )
