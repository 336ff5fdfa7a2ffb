"""The vials of a clinic day: what to open for the planned doses, and what that saves.

One plan is about one product; doses of two products raise ProductMismatch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from outcomes_app.analysis.vial_planner import VialPlan, plan_day
from outcomes_app.domain.definitions import Product
from outcomes_app.domain.values import Dose

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """The vials that waste least, beside those of the usual size alone."""

    best: tuple[VialPlan, ...]
    usual: tuple[VialPlan, ...]
    usual_size: Decimal

    @property
    def vials(self) -> tuple[tuple[Decimal, int], ...]:
        """Sizes with the number of vials to open, the largest first."""
        return vials_of(self.best)

    @property
    def wasted(self) -> Decimal:
        """Units left over."""
        return sum((plan.wasted for plan in self.best), _NONE)

    @property
    def saved(self) -> Decimal:
        """Units that the usual size alone would waste beyond that."""
        return sum((plan.wasted for plan in self.usual), _NONE) - self.wasted

    def lacking(self, in_stock: dict[Decimal, int]) -> tuple[tuple[Decimal, int], ...]:
        """Sizes of which more vials are needed than there are, with how many are missing."""
        short = ((size, count - in_stock.get(size, 0)) for size, count in self.vials)
        return tuple((size, missing) for size, missing in short if missing > 0)


def plan(
    doses: Sequence[Dose], sizes: Iterable[Decimal], *, usual_size: Decimal, shared: bool
) -> DayPlan:
    """The plan for a day's doses of one product from vials of these sizes."""
    return DayPlan(
        best=plan_day(doses, sizes, shared=shared),
        usual=plan_day(doses, (usual_size,), shared=shared),
        usual_size=usual_size,
    )


def vials_of(plans: Iterable[VialPlan]) -> tuple[tuple[Decimal, int], ...]:
    """The vials of several plans together, the largest size first."""
    counts: dict[Decimal, int] = {}
    for each in plans:
        for size, count in each.vials:
            counts[size] = counts.get(size, 0) + count
    return tuple(sorted(counts.items(), reverse=True))


def may_share(product: Product) -> bool:
    """Whether the label allows several patients a vial; what is not stated is not allowed."""
    return product.details.get("single_patient_vial") is False


def sizes_sold(product: Product, jurisdiction: str) -> tuple[Decimal, ...]:
    """The vial sizes of a product where the clinic is."""
    return product.vial_sizes_by_region.get(jurisdiction) or product.vial_sizes
