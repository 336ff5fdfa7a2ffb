"""The plan being edited, as map, table, toolbar and totals share it.

Whoever edits calls a verb of this model; it announces the new plan with `edited`, and everyone who
shows it follows `changed`. The history belongs to the page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Signal

from outcomes_app.domain import plan as plans
from outcomes_app.domain import plan_areas, plan_shorthand, plan_symmetry
from outcomes_app.domain.definitions import BodyView, Protocol, Site
from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.plan_totals import Comparison, Totals, compare, totals
from outcomes_app.domain.shorthand import ShorthandEntry
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import InjectionId, ProductId, Side, SiteId, ViewId
from outcomes_app.text import _, ngettext, units
from outcomes_app.ui.widgets.bodymap import naming

_FIRST_UNITS = Decimal(5)
_STEP = Decimal("2.5")


class PlanModel(QObject):
    """One plan with its selection, the tool in hand and the picture looked at."""

    changed = Signal()
    selection_changed = Signal()
    tool_changed = Signal()
    sheet_changed = Signal()
    edited = Signal(object, str)  # the new Plan, and what was done in words
    announced = Signal(str)

    def __init__(
        self,
        sites: Mapping[SiteId, Site],
        views: Mapping[ViewId, BodyView],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.sites = sites
        self.views = views
        self.plan = Plan()
        self.previous: Plan | None = None
        self.comparing = True
        self.earlier: tuple[Plan, ...] = ()
        self.heating = False
        self.events: Mapping[SiteId, tuple[tuple[Side | None, str], ...]] = {}
        self.units_per_ml: Decimal | None = None
        self.selection: tuple[InjectionId, ...] = ()
        self.adding = False
        self.drawing = False
        self.frozen = False
        self.mirroring = False
        self.new_units = _FIRST_UNITS
        self.step = _STEP
        self.sheet = 0
        self._totals: Totals | None = None
        self._comparison: Comparison | None = None
        self._uneven: frozenset[InjectionId] | None = None

    # What is shown

    @property
    def totals(self) -> Totals:
        """What the plan adds up to."""
        if self._totals is None:
            self._totals = totals(self.plan)
        return self._totals

    @property
    def comparison(self) -> Comparison | None:
        """The plan beside the previous treatment; None where there is none."""
        if self._comparison is None and self.previous is not None:
            self._comparison = compare(self.plan, self.previous)
        return self._comparison

    @property
    def uneven(self) -> frozenset[InjectionId]:
        """The points without an equal twin on the other side."""
        if self._uneven is None:
            self._uneven = plan_symmetry.uneven_points(self.plan)
        return self._uneven

    @property
    def selected(self) -> tuple[PlanPoint, ...]:
        """The chosen points, in the order of injection."""
        return self.plan.of(self.selection)

    def show(self, plan: Plan) -> None:
        """Show another plan, as after undo; the selection keeps what is still there."""
        self.plan = plan
        self._totals = self._comparison = self._uneven = None
        kept = tuple(p.id for p in self.selected)
        self.changed.emit()
        if kept != self.selection:
            self.select(kept)

    def compare_with(self, previous: Plan | None) -> None:
        """The treatment that changes are measured against."""
        self.previous, self._comparison = previous, None
        self.changed.emit()

    def set_comparing(self, on: bool) -> None:
        """Show or hide what differs from the previous treatment."""
        self.comparing = on
        self.tool_changed.emit()

    def set_past(
        self,
        earlier: tuple[Plan, ...],
        events: Mapping[SiteId, tuple[tuple[Side | None, str], ...]],
    ) -> None:
        """The last treatments, for the heat map, and adverse events by the muscle they struck."""
        self.earlier, self.events = earlier, events
        self.changed.emit()

    def set_heating(self, on: bool) -> None:
        """Show or hide where the last treatments went."""
        self.heating = on
        self.tool_changed.emit()

    def events_at(self, site: SiteId, side: Side | None = None) -> tuple[str, ...]:
        """The adverse events of a muscle in words; those of both sides where none is asked."""
        found = self.events.get(site, ())
        return tuple(words for where, words in found if side is None or where in (None, side))

    def set_concentration(self, units_per_ml: Decimal | None) -> None:
        """How many units a millilitre holds, for volumes."""
        self.units_per_ml = units_per_ml
        self.changed.emit()

    def select(self, ids: Iterable[InjectionId]) -> None:
        """Choose points, in any order."""
        chosen = tuple(p.id for p in self.plan.of(ids))
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit()

    def reveal(self, point_id: InjectionId) -> None:
        """Choose one point and turn to the picture it lies on."""
        point = self.plan.point(point_id)
        if point is None:
            return
        if point.placement is not None and point.placement.view not in self.views_shown:
            self.show_sheet(naming.sheet_of(point.placement.view))
        self.select((point_id,))

    @property
    def views_shown(self) -> tuple[ViewId, ...]:
        """The pictures on the present sheet."""
        return naming.SHEETS[self.sheet].views

    def show_sheet(self, index: int) -> None:
        """Turn to another picture."""
        if index != self.sheet and 0 <= index < len(naming.SHEETS):
            self.sheet = index
            self.sheet_changed.emit()

    def set_adding(self, on: bool) -> None:
        """Take the Add tool, or the Select tool."""
        self.adding, self.drawing = on and not self.frozen, False
        self.tool_changed.emit()

    def set_drawing(self, on: bool) -> None:
        """Take the tool that draws a field, or the Select tool."""
        self.adding, self.drawing = False, on and not self.frozen
        self.tool_changed.emit()

    def set_frozen(self, on: bool) -> None:
        """A signed plan is looked at and not edited."""
        self.frozen = on
        self.set_adding(False)

    def set_mirroring(self, on: bool) -> None:
        """With Mirror on, every edit is done on both sides."""
        self.mirroring = on
        self.tool_changed.emit()

    def set_new_units(self, value: Decimal) -> None:
        """The units a new site gets."""
        self.new_units = value
        self.tool_changed.emit()

    # What is done

    def apply(self, plan: Plan, deed: str) -> None:
        """Take a new plan and tell the page what was done."""
        if plan == self.plan or self.frozen:
            return
        self.show(plan)
        self.edited.emit(plan, deed)

    def place_protocol(
        self, protocol: Protocol, sides: tuple[Side, ...], applying: plans.Applying
    ) -> None:
        """Put a protocol's points on the map."""
        before = {p.id for p in self.plan.points}
        plan = plans.place_protocol(self.plan, protocol, self.sites, sides=sides, applying=applying)
        self.apply(plan, _("Place {protocol}").format(protocol=protocol.name))
        fresh = [p for p in self.plan.points if p.id not in before and p.placement]
        if fresh and fresh[0].placement and fresh[0].placement.view not in self.views_shown:
            self.show_sheet(naming.sheet_of(fresh[0].placement.view))
        # Chosen together, so that one number or a few presses of + give them their units.
        self.select(p.id for p in fresh if p.units is None)

    def add_at(self, view: ViewId, x: float, y: float, *, deep: bool = False) -> PlanPoint:
        """A new site where somebody pointed."""
        spot = naming.spot_at(self.views[view], self.sites, x, y, deep=deep)
        place = plans.placed(view, x, y)
        return self._add(
            plans.new_point(spot.site, spot.side, self.new_units, place, label=spot.label)
        )

    def add_site(self, site: SiteId, side: Side) -> PlanPoint:
        """A new site at its usual place: the first that is still free."""
        return self._add(plans.new_point(site, side, self.new_units, self._free_place(site, side)))

    def _free_place(self, site: SiteId, side: Side) -> Placement | None:
        placement = self.sites[site].placement(side)
        if placement is None:
            return None
        spots = [plans.placed(placement.view, x, y) for x, y in placement.points] or [
            plans.placed(placement.view, placement.x, placement.y)
        ]
        taken = [p.placement for p in self.plan.points]
        free = (s for s in spots if not any(plans.same_place(s, t) for t in taken))
        last = spots[-1]
        return next(free, plans.placed(last.view, last.x + 0.02, last.y))

    def _add(self, point: PlanPoint) -> PlanPoint:
        plan = plans.add(self.plan, point)
        if self.mirroring:
            plan = plans.mirror(plan, (point.id,))
        self.apply(plan, _("Add {site}").format(site=self.name(point, plan)))
        self.reveal(point.id)
        self.announced.emit(
            _("Added {site}, {dose}").format(site=self.name(point), dose=naming.units_words(point))
        )
        return point

    def moved(self, moves: Mapping[InjectionId, Placement], *, deep: bool = False) -> Plan:
        """The plan with points at other places, each in the muscle it came to lie in."""
        plan = self.plan
        for point_id, place in moves.items():
            point = plan.point(point_id)
            if point is None:
                continue
            other = plans.twin(self.plan, point) if self.mirroring else None
            site, side, label = self._name_after_move(point, place, deep=deep)
            plan = plans.move(plan, point_id, place, site, side)
            if label:
                plan = plans.label(plan, point_id, label)
            if other is not None and other.id not in moves and side is not Side.MIDLINE:
                image = plans.mirrored(plan.of((point_id,))[0])
                assert image.placement is not None
                plan = plans.move(plan, other.id, image.placement, site, image.side)
        return plan

    def _name_after_move(
        self, point: PlanPoint, place: Placement, *, deep: bool
    ) -> tuple[SiteId, Side, str]:
        view = self.views[place.view]
        spot = naming.spot_at(view, self.sites, place.x, place.y, deep=deep)
        # Within the regions that can mean the point's own site, it stays what it was said to be.
        offered = view.sites_by_region.get(spot.region, ())
        if spot.side is point.side and point.site in offered:
            return point.site, point.side, point.label
        return spot.site, spot.side, spot.label

    def move(self, moves: Mapping[InjectionId, Placement], *, deep: bool = False) -> None:
        """Move points; whoever crossed into another muscle takes its name."""
        before = {p.id: (p.site, p.side) for p in self.plan.points}
        plan = self.moved(moves, deep=deep)
        first = plan.of(moves)
        if not first:
            return
        self.apply(plan, _("Move {site}").format(site=self.name(first[0], plan)))
        if before[first[0].id] != (first[0].site, first[0].side):
            self.announced.emit(_("Now in {site}").format(site=self.name(first[0])))

    def nudge(self, right_mm: float, down_mm: float) -> None:
        """Move the chosen points by millimetres of the body."""
        moves = {}
        for point in self.selected:
            if point.placement is None:
                continue
            view = self.views[point.placement.view]
            moves[point.id] = plans.placed(
                view.id,
                point.placement.x + right_mm / 10 * view.pixels_per_cm / view.width,
                point.placement.y + down_mm / 10 * view.pixels_per_cm / view.height,
            )
        self.move(moves)

    def _both(self, ids: Iterable[InjectionId]) -> tuple[InjectionId, ...]:
        chosen = tuple(ids)
        return plans.with_twins(self.plan, chosen) if self.mirroring else chosen

    def step_units(self, steps: int, *, whole_muscle: bool = False) -> None:
        """More or fewer units in the chosen points, or in all points of their muscles."""
        ids = self.selection
        if whole_muscle:
            ids = plans.whole_muscle(self.plan, ids)
        plan = plans.step_units(self.plan, self._both(ids), self.step * steps)
        self.apply(plan, _("Change units"))
        self._announce_units()

    def set_units(self, ids: Iterable[InjectionId], value: Decimal | None) -> None:
        """The same units in each of these points."""
        self.apply(plans.set_units(self.plan, self._both(ids), value), _("Change units"))
        self._announce_units()

    def _announce_units(self) -> None:
        if self.selected:
            first = self.selected[0]
            self.announced.emit(
                _("{site}, {dose}, total {total}").format(
                    site=self.name(first),
                    dose=naming.units_words(first),
                    total=units(self.totals.overall.units),
                )
            )

    def remove_selected(self) -> None:
        """Take the chosen points away; the next one in the order is chosen."""
        ids = self._both(self.selection)
        if not ids:
            return
        order = [p.id for p in self.plan.points]
        after = [i for i in order[order.index(ids[0]) :] if i not in ids]
        before = [i for i in order[: order.index(ids[0])] if i not in ids]
        deed = ngettext("Remove {n} site", "Remove {n} sites", len(ids)).format(n=len(ids))
        self.apply(plans.remove(self.plan, ids), deed)
        following = (after[:1] or before[-1:]) if len(ids) == 1 else []
        self.select(following)
        self.announced.emit(deed)

    @property
    def ghosts(self) -> tuple[PlanPoint, ...]:
        """The points that are only suggested."""
        return plans.unconfirmed(self.plan)

    def confirm(self, ids: Iterable[InjectionId]) -> None:
        """These suggested points count from now on."""
        waiting = {p.id for p in self.ghosts} & set(self._both(ids))
        deed = ngettext("Confirm {n} site", "Confirm {n} sites", len(waiting))
        self.apply(plans.confirm(self.plan, waiting), deed.format(n=len(waiting)))
        total = units(self.totals.overall.units)
        self.announced.emit(
            _("{deed}, total {total}").format(deed=deed.format(n=len(waiting)), total=total)
        )

    def confirm_all(self) -> None:
        """All suggested points count from now on."""
        self.confirm([p.id for p in self.ghosts])

    def discard_ghosts(self) -> None:
        """Take away what was only suggested."""
        deed = _("Discard what is not confirmed")
        self.apply(plans.remove(self.plan, [p.id for p in self.ghosts]), deed)

    def mirror_selected(self) -> None:
        """Copy the chosen points to the other side of the body."""
        self.apply(plans.mirror(self.plan, self.selection), _("Mirror"))

    def copy_selected(self) -> None:
        """A second point beside each chosen one."""
        before = {p.id for p in self.plan.points}
        self.apply(plans.copy(self.plan, self.selection), _("Copy"))
        self.select(p.id for p in self.plan.points if p.id not in before)

    def rename(self, point_id: InjectionId, site: SiteId, side: Side) -> None:
        """Say which muscle and side a point is in, its place kept."""
        self.apply(plans.rename(self.plan, point_id, site, side), _("Name the site"))

    def describe(self, ids: Iterable[InjectionId], **said: Any) -> None:
        """Say more of these points: `label`, `note`, `guidance` or `depth`."""
        plan = plans.change(self.plan, ids, lambda point: replace(point, **said))
        self.apply(plan, _("Describe the site"))

    def spread(self, site: SiteId, places: Iterable[Placement]) -> int:
        """New sites of a skin area at these places, each with the units of a new site."""
        sided = [(place, self._side_of(site, place)) for place in places]
        fresh = plan_areas.points_at(sided, site, self.new_units)
        deed = _("Place {n} sites in {site}").format(n=len(fresh), site=self.sites[site].name)
        self.apply(plans.add(self.plan, *fresh), deed)
        self.select(p.id for p in fresh)
        self.announced.emit(deed)
        return len(fresh)

    def place_entries(self, entries: tuple[ShorthandEntry, ...]) -> None:
        """What the shorthand line says, at the usual points of its sites."""
        before = {p.id for p in self.plan.points}
        self.apply(plan_shorthand.place(self.plan, entries, self.sites), _("Place by shorthand"))
        fresh = [p for p in self.plan.points if p.id not in before]
        if fresh:
            self.reveal(fresh[0].id)
            self.select(p.id for p in fresh)
            total = sum((p.units or Decimal(0) for p in fresh), Decimal(0))
            words = ngettext("Placed {n} site, {units}", "Placed {n} sites, {units}", len(fresh))
            self.announced.emit(words.format(n=len(fresh), units=units(total)))

    def _side_of(self, site: SiteId, place: Placement) -> Side:
        side = naming.side_at(self.views[place.view], place.x)
        allowed = self.sites[site].sides
        # A field over the midline of a site that has two sides belongs to the nearer one.
        if side in allowed:
            return side
        nearer = plans.placed(place.view, place.x + 0.02, place.y)
        other = naming.side_at(self.views[place.view], nearer.x)
        return other if other in allowed else allowed[0]

    def change_product(self, product: ProductId | None) -> None:
        """Another product: places stay, units are cleared."""
        self.apply(plans.change_product(self.plan, product), _("Change the product"))

    def name(self, point: PlanPoint, plan: Plan | None = None) -> str:
        """A point's name: muscle, side and number."""
        return naming.point_name(plan or self.plan, point, self.sites)
