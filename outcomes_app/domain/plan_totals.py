"""What a plan adds up to, per side, muscle and picture, and how it differs from an earlier one.

A plan has one product, so its totals can never add units of two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from outcomes_app.domain.plan import Plan, PlanPoint, same_place
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import InjectionId, ProductId, Side, SiteId, ViewId

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideTotals:
    """Points and units on each side; `unset` points have no units yet and count only as points."""

    points: int = 0
    unset: int = 0
    right: Decimal = _NONE
    midline: Decimal = _NONE
    left: Decimal = _NONE

    @property
    def units(self) -> Decimal:
        """The units of all sides."""
        return self.right + self.midline + self.left

    def on(self, side: Side) -> Decimal:
        """The units of one side."""
        return {Side.RIGHT: self.right, Side.LEFT: self.left}.get(side, self.midline)


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleTotals:
    """The totals of one site."""

    site: SiteId
    totals: SideTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All totals of one product's plan; muscles in the order in which they are first injected."""

    product: ProductId | None
    overall: SideTotals
    muscles: tuple[MuscleTotals, ...]
    views: tuple[tuple[ViewId, SideTotals], ...]

    def view(self, view: ViewId) -> SideTotals:
        """The totals of one picture; nothing where it has no points."""
        return next((t for v, t in self.views if v == view), SideTotals())

    def muscle(self, site: SiteId) -> SideTotals:
        """The totals of one site; nothing where it has no points."""
        return next((m.totals for m in self.muscles if m.site == site), SideTotals())


def totals(plan: Plan) -> Totals:
    """What the confirmed points of a plan add up to."""
    points = tuple(p for p in plan.points if p.confirmed)
    sites = dict.fromkeys(p.site for p in points)
    views = dict.fromkeys(p.placement.view for p in points if p.placement)
    return Totals(
        product=plan.product,
        overall=_sides(points),
        muscles=tuple(
            MuscleTotals(site=s, totals=_sides(p for p in points if p.site == s)) for s in sites
        ),
        views=tuple(
            (v, _sides(p for p in points if p.placement and p.placement.view == v)) for v in views
        ),
    )


def _sides(points: Iterable[PlanPoint]) -> SideTotals:
    chosen = tuple(points)

    def units(side: Side) -> Decimal:
        return sum((p.units or _NONE for p in chosen if p.side is side), _NONE)

    return SideTotals(
        points=len(chosen),
        unset=sum(p.units is None for p in chosen),
        right=units(Side.RIGHT),
        midline=units(Side.MIDLINE),
        left=units(Side.LEFT),
    )


def volume_ml(units: Decimal, units_per_ml: Decimal | None) -> Decimal | None:
    """The volume that holds these units; None where the concentration is not known."""
    if not units_per_ml:
        return None
    return units / units_per_ml


class PointState(StrEnum):
    """How a point stands to the treatment it is compared with."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointChange:
    """One point of the plan beside the earlier point that was nearest to it."""

    state: PointState
    before: PlanPoint | None = None

    @property
    def previous_units(self) -> Decimal | None:
        """The units given there before."""
        return self.before.units if self.before else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A plan laid over an earlier one. `difference` is None between two products."""

    points: dict[InjectionId, PointChange]
    removed: tuple[PlanPoint, ...]
    difference: Decimal | None

    def of(self, point_id: InjectionId) -> PointChange | None:
        """What became of one point."""
        return self.points.get(point_id)


def compare(plan: Plan, previous: Plan) -> Comparison:
    """Lay a plan over an earlier one: points pair within a muscle and side, nearest first."""
    found: dict[InjectionId, PointChange] = {}
    pairs = sorted(
        (
            (_distance(p.placement, q.placement), i, j)
            for i, p in enumerate(plan.points)
            for j, q in enumerate(previous.points)
            if (p.site, p.side) == (q.site, q.side)
        ),
    )
    used: set[int] = set()
    for _distance_apart, i, j in pairs:
        point, before = plan.points[i], previous.points[j]
        if point.id in found or j in used:
            continue
        used.add(j)
        same = (
            plan.product == previous.product
            and point.units == before.units
            and same_place(point.placement, before.placement)
        )
        state = PointState.SAME if same else PointState.CHANGED
        found[point.id] = PointChange(state=state, before=before)
    for point in plan.points:
        found.setdefault(point.id, PointChange(state=PointState.NEW))
    difference = None
    if plan.product == previous.product:
        difference = totals(plan).overall.units - totals(previous).overall.units
    removed = tuple(q for j, q in enumerate(previous.points) if j not in used)
    return Comparison(points=found, removed=removed, difference=difference)


def _distance(one: Placement | None, other: Placement | None) -> float:
    # Points without a place, or on two pictures, pair last.
    if one is None or other is None or one.view != other.view:
        return 0.0 if one is other else 9.0
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)
