"""The plan of a visit: which points of one product go where, and every edit of it.

A Plan is a value. Each edit is a function that returns a new Plan, so that undo is exact and the
map, the table and the totals can never disagree. It is apart from Treatment because a plan may be
unfinished: a point may still lack its units or its name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from outcomes_app.domain.definitions import Protocol, ProtocolPoint, Site
from outcomes_app.domain.treatment import Guidance, Injection, Placement, Treatment
from outcomes_app.domain.values import (
    Dose,
    InjectionId,
    ProductId,
    ProtocolId,
    Side,
    SiteId,
    ViewId,
    new_id,
)

# The site of a point that lies outside every muscle; it needs a label before it can be stored.
FREE_POINT = SiteId("free_point")

# Two points nearer than this, in fractions of the view, are the same place.
SAME_PLACE = 0.004


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPoint:
    """One needle point of a plan. `units` None = not said yet. An unconfirmed point is only a
    suggestion: it is shown, and never counted or stored."""

    id: InjectionId
    site: SiteId
    side: Side
    units: Decimal | None
    placement: Placement | None = None
    label: str = ""
    note: str = field(default="", repr=False)
    guidance: Guidance | None = None
    depth: str = ""
    confirmed: bool = True

    @property
    def needs_name(self) -> bool:
        """Whether it lies in no muscle and nobody has said yet what it is."""
        return self.site == FREE_POINT and not self.label.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The points of one product, in the order of injection."""

    product: ProductId | None = None
    points: tuple[PlanPoint, ...] = ()
    protocol: ProtocolId | None = None

    def point(self, point_id: InjectionId) -> PlanPoint | None:
        """The point with this id; None where it is not in the plan."""
        return next((p for p in self.points if p.id == point_id), None)

    def of(self, ids: Iterable[InjectionId]) -> tuple[PlanPoint, ...]:
        """The points with these ids, in the order of injection."""
        wanted = frozenset(ids)
        return tuple(p for p in self.points if p.id in wanted)


class Applying(StrEnum):
    """What becomes of the points already there when a protocol is placed."""

    REPLACE = "replace"
    ADD = "add"


def placed(view: ViewId, x: float, y: float) -> Placement:
    """A place on a view, kept on the picture and at a tenth of a millimetre of it."""
    return Placement(
        view=view, x=round(min(max(x, 0.0), 1.0), 4), y=round(min(max(y, 0.0), 1.0), 4)
    )


def new_point(
    site: SiteId, side: Side, units: Decimal | None, placement: Placement | None, *, label: str = ""
) -> PlanPoint:
    """A point with an id of its own."""
    return PlanPoint(
        id=InjectionId(new_id()),
        site=site,
        side=side,
        units=units,
        placement=placement,
        label=label,
    )


def place_protocol(
    plan: Plan,
    protocol: Protocol,
    sites: Mapping[SiteId, Site],
    *,
    sides: tuple[Side, ...] = (Side.RIGHT, Side.LEFT),
    applying: Applying = Applying.REPLACE,
) -> Plan:
    """The plan with a protocol's points. A protocol that states ranges instead of points gets the
    usual points of its sites, on `sides`, with units only where the protocol leaves no choice."""
    product = plan.product
    if product is None and len(protocol.products) == 1:
        product = protocol.products[0]
    if protocol.points:
        # The units of a protocol are those of its own products and of no other.
        theirs = product in protocol.products
        points = tuple(_of_protocol_point(p, with_units=theirs) for p in protocol.points)
    else:
        points = _points_of_rows(protocol, sites, product, sides)
    kept = plan.points if applying is Applying.ADD else ()
    return replace(plan, product=product, points=kept + points, protocol=protocol.id)


def has_places(protocol: Protocol, sites: Mapping[SiteId, Site]) -> bool:
    """Whether a protocol says where to inject; one for trigger points leaves that to the hand."""
    return bool(protocol.points) or any(
        row.site in sites and sites[row.site].placements for row in protocol.rows
    )


def _of_protocol_point(point: ProtocolPoint, *, with_units: bool) -> PlanPoint:
    place = placed(point.view, point.x, point.y)
    units = point.units if with_units else None
    return new_point(point.site, point.side, units, place, label=point.label)


def _points_of_rows(
    protocol: Protocol,
    sites: Mapping[SiteId, Site],
    product: ProductId | None,
    sides: tuple[Side, ...],
) -> tuple[PlanPoint, ...]:
    points: list[PlanPoint] = []
    done: set[SiteId] = set()
    own = [r for r in protocol.rows if r.product in (None, product)]
    for row in own or protocol.rows:
        site = sites.get(row.site)
        if site is None or row.site in done:
            continue
        done.add(row.site)
        for side in (*sides, Side.MIDLINE):
            placement = site.placement(side)
            if placement is None:
                continue
            spots = placement.points or ((placement.x, placement.y),)
            # "usual" points: never more than the protocol's own count.
            for x, y in spots[: row.points_max or len(spots)]:
                place = placed(placement.view, x, y)
                points.append(new_point(row.site, placement.side, None, place))
    return tuple(points)


def repeat(treatment: Treatment) -> Plan:
    """The plan that gives the same points again, each with a new id."""
    points = tuple(replace(p, id=InjectionId(new_id())) for p in plan_of(treatment).points)
    return Plan(product=treatment.product, points=points, protocol=treatment.protocol)


def ghosts(treatment: Treatment) -> Plan:
    """The same as suggestions: none of them counts or is stored before it is confirmed."""
    plan = repeat(treatment)
    return replace(plan, points=tuple(replace(p, confirmed=False) for p in plan.points))


def confirm(plan: Plan, ids: Iterable[InjectionId] | None = None) -> Plan:
    """The plan with these suggested points confirmed, or all of them."""
    chosen = (p.id for p in plan.points) if ids is None else ids
    return change(plan, chosen, lambda p: replace(p, confirmed=True))


def plan_of(treatment: Treatment) -> Plan:
    """A stored treatment as a plan, ids kept."""
    return Plan(
        product=treatment.product,
        protocol=treatment.protocol,
        points=tuple(
            PlanPoint(
                id=i.id,
                site=i.site,
                side=i.side,
                units=i.dose.units,
                placement=i.placement,
                label=i.label,
                note=i.note,
                guidance=i.guidance,
                depth=i.depth,
            )
            for i in treatment.injections
        ),
    )


def injections(plan: Plan) -> tuple[Injection, ...]:
    """The points that can be stored: confirmed, of a known product, with their units."""
    if plan.product is None:
        return ()
    return tuple(
        Injection(
            id=p.id,
            site=p.site,
            side=p.side,
            dose=Dose(units=p.units, product=plan.product),
            placement=p.placement,
            label=p.label,
            depth=p.depth,
            guidance=p.guidance,
            note=p.note,
        )
        for p in plan.points
        if p.confirmed and p.units is not None
    )


def change(plan: Plan, ids: Iterable[InjectionId], edit: Callable[[PlanPoint], PlanPoint]) -> Plan:
    """The plan with `edit` done to these points, order kept."""
    wanted = frozenset(ids)
    return replace(plan, points=tuple(edit(p) if p.id in wanted else p for p in plan.points))


def add(plan: Plan, *points: PlanPoint) -> Plan:
    """The plan with points added at the end of the order."""
    return replace(plan, points=plan.points + points)


def remove(plan: Plan, ids: Iterable[InjectionId]) -> Plan:
    """The plan without these points."""
    unwanted = frozenset(ids)
    return replace(plan, points=tuple(p for p in plan.points if p.id not in unwanted))


def unconfirmed(plan: Plan) -> tuple[PlanPoint, ...]:
    """The points that are only suggested."""
    return tuple(p for p in plan.points if not p.confirmed)


def move(plan: Plan, point_id: InjectionId, placement: Placement, site: SiteId, side: Side) -> Plan:
    """The plan with one point at another place; a new site also drops the old label. Whoever moves
    a suggested point means it."""

    def moved(point: PlanPoint) -> PlanPoint:
        same_site = (point.site, point.side) == (site, side)
        return replace(
            point,
            placement=placement,
            site=site,
            side=side,
            label=point.label if same_site else "",
            confirmed=True,
        )

    return change(plan, (point_id,), moved)


def rename(plan: Plan, point_id: InjectionId, site: SiteId, side: Side) -> Plan:
    """The plan with one point said to be in another site or on another side, its place kept."""
    return change(plan, (point_id,), lambda p: replace(p, site=site, side=side, label=""))


def label(plan: Plan, point_id: InjectionId, words: str) -> Plan:
    """The plan with one point called by these words."""
    return change(plan, (point_id,), lambda p: replace(p, label=words))


def set_units(plan: Plan, ids: Iterable[InjectionId], units: Decimal | None) -> Plan:
    """The plan with the same units in each of these points. Whoever types units means them."""
    return change(plan, ids, lambda p: replace(p, units=units, confirmed=True))


def step_units(plan: Plan, ids: Iterable[InjectionId], step: Decimal) -> Plan:
    """The plan with these points changed by a step; no point falls to zero or below."""

    def stepped(point: PlanPoint) -> PlanPoint:
        units = (point.units or Decimal(0)) + step
        return replace(point, units=units, confirmed=True) if units > 0 else point

    return change(plan, ids, stepped)


def whole_muscle(plan: Plan, ids: Iterable[InjectionId]) -> tuple[InjectionId, ...]:
    """All points that share site and side with one of these."""
    muscles = {(p.site, p.side) for p in plan.of(ids)}
    return tuple(p.id for p in plan.points if (p.site, p.side) in muscles)


def mirrored_view(view: ViewId) -> ViewId:
    """The picture on which the other side is drawn; a front or back view shows both sides."""
    for one, other in (("_left", "_right"), ("_right", "_left")):
        if view.endswith(one):
            return ViewId(view.removesuffix(one) + other)
    return view


def mirrored(point: PlanPoint) -> PlanPoint:
    """The same point on the other side of the body, with the same id."""
    place = point.placement
    if place is not None:
        place = placed(mirrored_view(place.view), 1 - place.x, place.y)
    return replace(point, side=point.side.mirrored, placement=place)


def twin(plan: Plan, point: PlanPoint) -> PlanPoint | None:
    """The point that already lies at the mirror image of this one; None where there is none."""
    if point.side is Side.MIDLINE:
        return None
    image = mirrored(point)
    found = (
        p for p in plan.points if p.id != point.id and (p.site, p.side) == (image.site, image.side)
    )
    return next((p for p in found if same_place(p.placement, image.placement)), None)


def same_place(one: Placement | None, other: Placement | None) -> bool:
    """Whether two points lie at the same place of the same picture."""
    if one is None or other is None:
        return one is other
    return (
        one.view == other.view
        and abs(one.x - other.x) <= SAME_PLACE
        and abs(one.y - other.y) <= SAME_PLACE
    )


def mirror(plan: Plan, ids: Iterable[InjectionId]) -> Plan:
    """The plan with these points copied to the other side. A point that has its twin gives it its
    units instead of a second one, and the midline is its own mirror."""
    for point in plan.of(ids):
        if point.side is Side.MIDLINE:
            continue
        other = twin(plan, point)
        if other is None:
            copy = replace(mirrored(point), id=InjectionId(new_id()), label="", note="")
            plan = add(plan, copy)
        else:
            plan = set_units(plan, (other.id,), point.units)
    return plan


def with_twins(plan: Plan, ids: Iterable[InjectionId]) -> tuple[InjectionId, ...]:
    """These points and the ones at their mirror images, for edits on both sides at once."""
    chosen = {p.id for p in plan.of(ids)}
    twins = {t.id for p in plan.of(ids) if (t := twin(plan, p)) is not None}
    return tuple(p.id for p in plan.points if p.id in chosen | twins)


def copy(plan: Plan, ids: Iterable[InjectionId], dx: float = 0.03, dy: float = 0.0) -> Plan:
    """The plan with a second point beside each of these."""
    copies = []
    for point in plan.of(ids):
        place = point.placement
        if place is not None:
            place = placed(place.view, place.x + dx, place.y + dy)
        copies.append(replace(point, id=InjectionId(new_id()), placement=place, label=""))
    return add(plan, *copies)


def change_product(plan: Plan, product: ProductId | None) -> Plan:
    """The plan for another product: every place is kept, and every number of units is cleared,
    because units of two products are not interchangeable."""
    if product == plan.product:
        return plan
    cleared = tuple(replace(p, units=None) for p in plan.points)
    return replace(plan, product=product, points=cleared)
