"""How far the two sides of a plan differ, for those who mean both sides to be alike."""

from dataclasses import dataclass
from decimal import Decimal

from outcomes_app.domain.plan import Plan, PlanPoint, mirrored, same_place
from outcomes_app.domain.values import InjectionId, Side, SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Asymmetry:
    """One site whose two sides get different units."""

    site: SiteId
    right: Decimal
    left: Decimal


def is_bilateral(plan: Plan) -> bool:
    """Whether any site is treated on both sides; a one-sided plan has no asymmetry to mark."""
    right = {p.site for p in plan.points if p.side is Side.RIGHT}
    return any(p.site in right for p in plan.points if p.side is Side.LEFT)


def asymmetries(plan: Plan) -> tuple[Asymmetry, ...]:
    """The sites whose confirmed units differ between right and left, in the order of injection."""
    if not is_bilateral(plan):
        return ()
    found = []
    for site in dict.fromkeys(p.site for p in plan.points):
        right, left = (_units(plan, site, side) for side in (Side.RIGHT, Side.LEFT))
        if right != left:
            found.append(Asymmetry(site=site, right=right, left=left))
    return tuple(found)


def _units(plan: Plan, site: SiteId, side: Side) -> Decimal:
    return sum(
        (
            p.units
            for p in plan.points
            if p.confirmed and p.units is not None and (p.site, p.side) == (site, side)
        ),
        Decimal(0),
    )


def uneven_points(plan: Plan) -> frozenset[InjectionId]:
    """The points without an equal twin on the other side; none in a one-sided plan."""
    if not is_bilateral(plan):
        return frozenset()
    by_muscle: dict[tuple[SiteId, Side], list[PlanPoint]] = {}
    for point in plan.points:
        by_muscle.setdefault((point.site, point.side), []).append(point)
    uneven = set()
    for point in plan.points:
        if point.side is Side.MIDLINE:
            continue
        image = mirrored(point)
        others = by_muscle.get((image.site, image.side), ())
        if not any(
            o.units == image.units and same_place(o.placement, image.placement) for o in others
        ):
            uneven.add(point.id)
    return frozenset(uneven)
