"""Places what the shorthand line says: so many units in so many points of a site and side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from outcomes_app.domain import plan as plans
from outcomes_app.domain.definitions import Site
from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.shorthand import ShorthandEntry
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import Side, SiteId

# More points than a site has usual ones stand this far beside them, in fractions of the view.
_BESIDE = 0.018


def place(plan: Plan, entries: Iterable[ShorthandEntry], sites: Mapping[SiteId, Site]) -> Plan:
    """The plan with each entry's points. An entry says all that a muscle and side gets, so points
    already there make way for it."""
    for entry in entries:
        for side in entry.sides:
            kept = tuple(p for p in plan.points if (p.site, p.side) != (entry.site, side))
            fresh = _points(entry, side, sites[entry.site])
            plan = replace(plan, points=kept + fresh)
    return plan


def _points(entry: ShorthandEntry, side: Side, site: Site) -> tuple[PlanPoint, ...]:
    each = entry.units_per_point
    last = entry.units - each * (entry.points - 1)
    amounts = [each] * (entry.points - 1) + [last]
    places = _places(site, side, entry.points)
    return tuple(
        plans.new_point(site.id, side, units, place)
        for units, place in zip(amounts, places, strict=True)
    )


def _places(site: Site, side: Side, count: int) -> Sequence[Placement | None]:
    placement = site.placement(side)
    if placement is None:
        return [None] * count
    usual = placement.points or ((placement.x, placement.y),)
    if count <= len(usual):
        return [plans.placed(placement.view, *usual[i]) for i in _spread(len(usual), count)]
    return [
        plans.placed(
            placement.view,
            usual[i % len(usual)][0] + _BESIDE * (i // len(usual)),
            usual[i % len(usual)][1] + _BESIDE * (i // len(usual)),
        )
        for i in range(count)
    ]


def _spread(of: int, count: int) -> list[int]:
    """`count` of the first `of` numbers, as evenly apart as they can be."""
    if count == 1:
        return [0]
    return [int((Decimal(i) * (of - 1) / (count - 1)).to_integral_value()) for i in range(count)]
