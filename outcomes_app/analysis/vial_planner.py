"""Chooses the vial sizes that waste least for the doses planned for a day.

Exact: every reachable total is considered, in hundredths of a unit, so no better choice exists.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

from outcomes_app.domain.values import Dose, ProductId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VialPlan:
    """Vials to open for one patient, or for all together: sizes in units with their number."""

    product: ProductId
    needed: Decimal
    vials: tuple[tuple[Decimal, int], ...]

    @property
    def opened(self) -> Decimal:
        """Units in the vials opened."""
        return sum((size * count for size, count in self.vials), Decimal(0))

    @property
    def wasted(self) -> Decimal:
        """Units left over."""
        return self.opened - self.needed


def plan_dose(dose: Dose, sizes: Iterable[Decimal]) -> VialPlan:
    """The vials for one dose: least waste first, then fewest vials.

    Raises OutcomesError when there is no vial size or the dose is not positive.
    """
    offered = sorted({s for s in sizes if s > 0})
    if not offered or dose.units <= 0:
        raise OutcomesError(
            _("A plan needs a dose above zero and at least one vial size."),
            todo=_("Enter the planned dose and the vial sizes in stock."),
        )
    needed, grains = _whole(dose.units), [_whole(s) for s in offered]
    grain = gcd(*grains)
    steps = [g // grain for g in grains]
    target = -(-needed // grain)
    counts = _fewest_for_least_total(target, steps)
    return VialPlan(
        product=dose.product,
        needed=dose.units,
        vials=tuple(
            (size, counts[step]) for size, step in zip(offered, steps, strict=True) if counts[step]
        ),
    )


def _whole(units: Decimal) -> int:
    return int(units * _HUNDREDTHS)


def _fewest_for_least_total(target: int, steps: list[int]) -> Counter[int]:
    """The least total that reaches `target` made of `steps`, with the fewest pieces."""
    highest = target + max(steps)
    unreachable = highest + 1
    fewest = [0] + [unreachable] * highest
    last = [0] * (highest + 1)
    for total in range(1, highest + 1):
        for step in steps:
            if step <= total and fewest[total - step] + 1 < fewest[total]:
                fewest[total], last[total] = fewest[total - step] + 1, step
    total = next(t for t in range(target, highest + 1) if fewest[t] < unreachable)
    pieces: Counter[int] = Counter()
    while total:
        pieces[last[total]] += 1
        total -= last[total]
    return pieces


def plan_day(
    doses: Iterable[Dose], sizes: Iterable[Decimal], *, shared: bool
) -> tuple[VialPlan, ...]:
    """The vials for a day's doses of one product: one plan per patient, or one plan for all where
    vials may be `shared` between patients. Doses of two products raise ProductMismatch."""
    wanted, offered = tuple(doses), tuple(sizes)
    if not wanted:
        return ()
    together = wanted[0]
    for dose in wanted[1:]:
        together = together + dose
    if shared:
        return (plan_dose(together, offered),)
    return tuple(plan_dose(dose, offered) for dose in wanted)
