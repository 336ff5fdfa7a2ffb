"""Who responded (at least half as bad as before) by injector, subgroup and dose.

Each patient counts once, with the last cycle whose change is known, so that groups are compared
on independent patients.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from outcomes_app.analysis.cohort_cycles import CycleResult, PatientCycles
from outcomes_app.analysis.proportions import Limits, Share, limits, share
from outcomes_app.domain.patient import Sex
from outcomes_app.domain.values import ProductId
from outcomes_app.text import age_in_years

RESPONSE = 50
# Smaller groups are shown, but nobody is judged by them.
FEWEST = 10


def responded(cycle: CycleResult) -> bool:
    """Whether a cycle is at least 50 % better than before treatment."""
    return cycle.better_by is not None and cycle.better_by >= RESPONSE


def judged(patients: Sequence[PatientCycles]) -> list[tuple[PatientCycles, CycleResult]]:
    """The patients with a change, each with the last cycle that has one."""
    return [(p, p.last_adequate) for p in patients if p.last_adequate is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One injector in the funnel: so many responders of so many patients."""

    name: str
    count: int
    n: int

    @property
    def percent(self) -> Fraction:
        """The share of responders."""
        return Fraction(self.count * 100, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The injectors, the rate of all, and the limits of chance for every size up to the largest."""

    members: tuple[Member, ...]
    pooled: Fraction
    limits: tuple[Limits, ...]

    def outside(self, member: Member) -> int:
        """0 = within chance, 1 = beyond 95 %, 2 = beyond 99.8 %; small groups are not judged."""
        if member.n < FEWEST:
            return 0
        (at,) = limits(self.pooled / 100, [member.n])
        share_of = float(member.percent)
        if share_of < at.low_998 or share_of > at.high_998:
            return 2
        return 1 if share_of < at.low_95 or share_of > at.high_95 else 0


def funnel(patients: Sequence[PatientCycles], name: Callable[[CycleResult], str]) -> Funnel | None:
    """The responders by who injected that cycle; None where nobody can be judged."""
    groups: dict[str, list[bool]] = {}
    for _patient, cycle in judged(patients):
        groups.setdefault(name(cycle), []).append(responded(cycle))
    if not groups:
        return None
    members = tuple(
        Member(name=key, count=sum(found), n=len(found)) for key, found in sorted(groups.items())
    )
    everyone = sum(m.n for m in members)
    pooled = Fraction(100 * sum(m.count for m in members), everyone)
    largest = max(m.n for m in members)
    steps = max(1, largest // 120)
    sizes = sorted({*range(1, largest + steps + 1, steps), largest})
    return Funnel(members=members, pooled=pooled, limits=limits(pooled / 100, sizes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """One row of the forest: a share with its interval under a heading ("sex", "age", …)."""

    heading: str
    name: str
    share: Share


def subgroups(patients: Sequence[PatientCycles]) -> tuple[Subgroup, ...]:
    """The responders of all, then by sex, age, baseline, number of cycles and product."""
    every = judged(patients)
    if not every:
        return ()
    starts = [p.baseline for p, _cycle in every if p.baseline is not None]
    middle = median(starts) if starts else Fraction(0)
    splits: Mapping[str, Callable[[PatientCycles, CycleResult], str]] = {
        "all": lambda _p, _c: "all",
        "sex": lambda p, _c: _sex(p),
        "age": _age,
        "baseline": lambda p, _c: "" if p.baseline is None else _half(p.baseline, middle),
        "cycles": lambda _p, c: "1_2" if c.number <= 2 else "3_more",
        "product": lambda _p, c: _product(c),
    }
    found = []
    for heading, split in splits.items():
        groups: dict[str, list[bool]] = {}
        for patient, cycle in every:
            key = split(patient, cycle)
            if key:
                groups.setdefault(key, []).append(responded(cycle))
        if heading != "all" and len(groups) < 2:
            continue
        found += [
            Subgroup(heading=heading, name=key, share=share(sum(groups[key]), len(groups[key])))
            for key in sorted(groups, key=_in_order)
        ]
    return tuple(found)


_AGES = ("under_40", "40_59", "60_more")


def _in_order(key: str) -> tuple[int, str]:
    return _AGES.index(key) if key in _AGES else len(_AGES), key


def _sex(patient: PatientCycles) -> str:
    sex = patient.course.patient.sex
    return "" if sex is Sex.UNKNOWN else sex.value


def _age(patient: PatientCycles, _cycle: CycleResult) -> str:
    born = patient.course.patient.birth_date
    if born is None:
        return ""
    years = age_in_years(born, patient.course.treatments[0].day)
    return "under_40" if years < 40 else "40_59" if years < 60 else "60_more"


def _half(value: Fraction, middle: Fraction) -> str:
    return "lower" if value < middle else "upper"


def _product(cycle: CycleResult) -> str:
    return "placebo" if cycle.treatment.placebo else str(cycle.treatment.product or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePoint:
    """One patient's last judged cycle: units of one product and the improvement in percent."""

    units: Fraction
    better_by: Fraction
    patient: PatientCycles
    cycle: CycleResult


def dose_points(patients: Sequence[PatientCycles]) -> Mapping[ProductId, tuple[DosePoint, ...]]:
    """Dose and improvement of each patient's last judged cycle, each product for itself. Cycles
    without a known dose and placebo are not in it."""
    found: dict[ProductId, list[DosePoint]] = {}
    for patient, cycle in judged(patients):
        dose = cycle.treatment.dose
        if dose is not None and cycle.better_by is not None:
            point = DosePoint(
                units=Fraction(dose.units),
                better_by=cycle.better_by,
                patient=patient,
                cycle=cycle,
            )
            found.setdefault(dose.product, []).append(point)
    return {product: tuple(found[product]) for product in sorted(found)}
