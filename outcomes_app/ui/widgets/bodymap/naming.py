"""From a place on a picture to the muscle and side it means, and from points to their names.

Left and right are always the patient's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from outcomes_app.domain.definitions import BodyView, Site
from outcomes_app.domain.plan import FREE_POINT, Plan, PlanPoint
from outcomes_app.domain.plan_totals import Comparison, PointState
from outcomes_app.domain.values import Side, SiteId, ViewId
from outcomes_app.text import _, units
from outcomes_app.ui.widgets.bodymap import art

# Nearer to the middle of a picture than this is the midline.
_MIDLINE = 0.008

_EN_DASH_MISSING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What a place means: the site, the patient's side, and the region under it."""

    site: SiteId
    side: Side
    label: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One thing to look at: a picture, or the two of a pair beside each other."""

    key: str
    views: tuple[ViewId, ...]


SHEETS: tuple[Sheet, ...] = (
    Sheet(key="front", views=(ViewId("face_front"),)),
    Sheet(key="right", views=(ViewId("head_right"),)),
    Sheet(key="left", views=(ViewId("head_left"),)),
    Sheet(key="back", views=(ViewId("head_back"),)),
    Sheet(key="body_front", views=(ViewId("body_front"),)),
    Sheet(key="body_back", views=(ViewId("body_back"),)),
    Sheet(key="hands", views=(ViewId("hand_palm_right"), ViewId("hand_palm_left"))),
    Sheet(key="feet", views=(ViewId("foot_sole_right"), ViewId("foot_sole_left"))),
    Sheet(key="axillae", views=(ViewId("axilla_right"), ViewId("axilla_left"))),
)


def sheet_title(sheet: Sheet) -> str:
    """The words over a sheet's thumbnail."""
    return {
        "front": _("Front"),
        "right": _("Right"),
        "left": _("Left"),
        "back": _("Back"),
        "body_front": _("Body front"),
        "body_back": _("Body back"),
        "hands": _("Hands"),
        "feet": _("Feet"),
        "axillae": _("Axillae"),
    }[sheet.key]


def sheet_of(view: ViewId) -> int:
    """The index of the sheet that shows a view; the first where none does."""
    return next((i for i, sheet in enumerate(SHEETS) if view in sheet.views), 0)


def picture(view: BodyView) -> art.Art:
    """The art of a view, turned to its side."""
    return art.load(view.file, mirror=view.mirror)


def side_at(view: BodyView, x: float) -> Side:
    """The patient's side at a fraction of a picture's width."""
    if view.patient_left_is == "whole view":
        return Side.LEFT
    if view.patient_left_is == "none":
        return Side.RIGHT
    if abs(x - 0.5) < _MIDLINE:
        return Side.MIDLINE
    return Side.LEFT if (x > 0.5) == (view.patient_left_is == "viewer right") else Side.RIGHT


def spot_at(
    view: BodyView, sites: Mapping[SiteId, Site], x: float, y: float, *, deep: bool = False
) -> Spot:
    """What a click at these fractions of a view means."""
    region = picture(view).region_at(x, y, deep=deep)
    if region is None:
        return Spot(site=FREE_POINT, side=side_at(view, x))
    side = _side_of_region(view, region.id, x)
    offered = [s for s in view.sites_by_region.get(region.id, ()) if s in sites]
    offered = [s for s in offered if s != FREE_POINT] or offered
    if not offered or offered[0] == FREE_POINT:
        # The art knows this muscle and the catalog does not: it keeps the name the art gives it.
        return Spot(site=FREE_POINT, side=side, label=_words(region.id), region=region.id)
    site = offered[0]
    if len(offered) > 1:
        site = min(offered, key=lambda s: _distance(sites[s], view.id, side, x, y))
    if _is_midline(sites[site]):
        side = Side.MIDLINE
    return Spot(site=site, side=side, region=region.id)


def _side_of_region(view: BodyView, region: str, x: float) -> Side:
    for ending, side in (("_left", Side.LEFT), ("_right", Side.RIGHT)):
        if region.endswith(ending):
            return side
    return side_at(view, x)


def _is_midline(site: Site) -> bool:
    return bool(site.placements) and all(p.side is Side.MIDLINE for p in site.placements)


def _words(region: str) -> str:
    bare = region.removesuffix("_left").removesuffix("_right")
    return bare.replace("_", " ").capitalize()


def _distance(site: Site, view: ViewId, side: Side, x: float, y: float) -> float:
    spots = [
        spot
        for p in site.placements
        if p.view == view and p.side in (side, Side.MIDLINE)
        for spot in (p.points or ((p.x, p.y),))
    ]
    # A site that has no place on this view stays the default only where no other has one.
    return min(((px - x) ** 2 + (py - y) ** 2 for px, py in spots), default=2.0)


def side_word(side: Side) -> str:
    """The side in words."""
    return {Side.LEFT: _("left"), Side.RIGHT: _("right"), Side.MIDLINE: _("midline")}[side]


def site_name(point: PlanPoint, sites: Mapping[SiteId, Site]) -> str:
    """The muscle of a point; a free point goes by its own label, or as Unassigned."""
    if point.site == FREE_POINT:
        return point.label or _("Unassigned")
    known = sites.get(point.site)
    return known.name if known else str(point.site)


def point_name(plan: Plan, point: PlanPoint, sites: Mapping[SiteId, Site]) -> str:
    """A point among those of its muscle: "Trapezius, left, site 2"."""
    fellows = [p.id for p in plan.points if (p.site, p.side) == (point.site, point.side)]
    name = _("{site}, {side}").format(site=site_name(point, sites), side=side_word(point.side))
    if len(fellows) == 1:
        return name
    return _("{name}, site {number}").format(name=name, number=fellows.index(point.id) + 1)


def units_words(point: PlanPoint) -> str:
    """A point's dose in words."""
    return units(point.units) if point.units is not None else _("units not set")


def accessible_name(
    plan: Plan,
    point: PlanPoint,
    sites: Mapping[SiteId, Site],
    comparison: Comparison | None,
    *,
    uneven: bool = False,
) -> str:
    """All that the picture shows of a point, for those who hear it."""
    parts = [point_name(plan, point, sites), units_words(point)]
    change = comparison.of(point.id) if comparison else None
    if change is not None and change.state is PointState.NEW:
        parts.append(_("new"))
    elif change is not None and change.state is PointState.CHANGED:
        before = change.previous_units
        if before is not None and before != point.units:
            parts.append(_("changed from {units}").format(units=units(before)))
        else:
            parts.append(_("moved"))
    if uneven:
        parts.append(_("the other side differs"))
    if point.note:
        parts.append(_("with a note"))
    if not point.confirmed:
        parts.append(_("not confirmed"))
    place = plan.points.index(point) + 1
    parts.append(_("{place} of {count}").format(place=place, count=len(plan.points)))
    return ", ".join(parts)


def short_units(point: PlanPoint) -> str:
    """What is written inside a point."""
    if point.units is None:
        return _EN_DASH_MISSING
    return f"{point.units.normalize():f}"
