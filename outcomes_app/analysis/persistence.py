"""How long patients stay on treatment, and Kaplan–Meier curves of it.

Why a treatment ended is often not written down, so that its end is read from the gap that follows.
The curve and the tests are those of lifelines, which is loaded only when they are asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outcomes_app.analysis.group_course import PLACEBO, GroupBy, group_name
from outcomes_app.analysis.windows import cycles
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.values import PatientId, ProductId, TreatmentId

# After so many days without another injection a treatment counts as stopped (26 weeks).
STOPPED_AFTER = 182
# The last injection is taken to last for one usual interval (12 weeks).
LASTS = 84


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One patient's time on treatment in days from the first injection. `stopped` False = still
    on treatment when last known: censored. `injections` are days since the first with the product
    and the treatment; those after a stop (a return) are not in it."""

    patient_id: PatientId
    group: str
    start: date
    days: int
    stopped: bool
    injections: tuple[tuple[int, ProductId | None, TreatmentId], ...]
    returned: bool = False


def stays(
    cohort: Cohort, *, today: date | None, group_by: GroupBy = GroupBy.NONE
) -> tuple[Stay, ...]:
    """The time on treatment of every treated patient. Without a `today`, the last day on which
    anything was recorded of the cohort."""
    treated = [c for c in cohort.courses if c.treatments]
    until = today or max((_last_known(c) for c in treated), default=date.min)
    return tuple(_stay(course, until, group_name(course, group_by)) for course in treated)


def _last_known(course: PatientCourse) -> date:
    days = [course.treatments[-1].day]
    days += [course.assessments[-1].day] if course.assessments else []
    days += [course.diary[-1].day] if course.diary else []
    return max(days)


def _stay(course: PatientCourse, until: date, group: str) -> Stay:
    every = cycles(course)
    kept = [every[0]]
    for cycle in every[1:]:
        if (cycle.start - kept[-1].start).days > STOPPED_AFTER:
            break
        kept.append(cycle)
    start, last = every[0].start, kept[-1].start
    returned = len(kept) < len(every)
    stopped = returned or (until - last).days > STOPPED_AFTER
    end = last + timedelta(days=LASTS)
    known_to = end if stopped else max(last, min(until, end))
    return Stay(
        patient_id=course.patient.id,
        group=group,
        start=start,
        days=(known_to - start).days,
        stopped=stopped,
        injections=tuple(
            ((c.start - start).days, ProductId(PLACEBO) if t.placebo else t.product, t.id)
            for c in kept
            for t in c.treatments
        ),
        returned=returned,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The curve from a time on: the share still on treatment with its 95 % interval (log-log)."""

    time: float
    share: float
    low: float
    high: float
    at_risk: int
    events: int
    censored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The Kaplan–Meier curve of one group; `median` None = not reached."""

    group: str
    n: int
    events: int
    median: float | None
    steps: tuple[Step, ...]

    def at_risk(self, time: float) -> int:
        """How many were still under observation just before a time."""
        left = sum(s.events + s.censored for s in self.steps if s.time < time)
        return self.n - left


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The log-rank test of all groups."""

    statistic: float
    degrees: int
    p: float


def curve(times: Sequence[float], events: Sequence[bool], group: str = "") -> Curve:
    """The Kaplan–Meier estimate of times to an event (False = censored then)."""
    from lifelines import KaplanMeierFitter

    fitted = KaplanMeierFitter().fit(list(times), list(events), alpha=0.05)
    interval = fitted.confidence_interval_survival_function_
    table = fitted.event_table
    steps = tuple(
        Step(
            time=float(time),
            share=float(fitted.survival_function_.iloc[row, 0]),
            low=float(interval.iloc[row, 0]),
            high=float(interval.iloc[row, 1]),
            at_risk=int(table["at_risk"].iloc[row]),
            events=int(table["observed"].iloc[row]),
            censored=int(table["censored"].iloc[row]),
        )
        for row, time in enumerate(table.index)
    )
    median = float(fitted.median_survival_time_)
    return Curve(
        group=group,
        n=len(times),
        events=sum(map(bool, events)),
        median=None if median == float("inf") else median,
        steps=steps,
    )


def compared(groups: Mapping[str, tuple[Sequence[float], Sequence[bool]]]) -> Comparison | None:
    """The log-rank test between groups; None where there are not two, or nobody stopped."""
    if len(groups) < 2 or not any(any(events) for _times, events in groups.values()):
        return None
    from lifelines.statistics import multivariate_logrank_test

    times = [t for found, _events in groups.values() for t in found]
    events = [e for _times, found in groups.values() for e in found]
    names = [name for name, (found, _events) in groups.items() for _t in found]
    test = multivariate_logrank_test(times, names, events)
    return Comparison(
        statistic=float(test.test_statistic), degrees=len(groups) - 1, p=float(test.p_value)
    )


def by_group(found: Sequence[Stay]) -> Mapping[str, tuple[list[float], list[bool]]]:
    """The stays as times and events of each group, in the order of the groups' names."""
    groups: dict[str, tuple[list[float], list[bool]]] = {}
    for stay in sorted(found, key=lambda s: (not s.group, s.group)):
        times, events = groups.setdefault(stay.group, ([], []))
        times.append(float(stay.days))
        events.append(stay.stopped)
    return groups
