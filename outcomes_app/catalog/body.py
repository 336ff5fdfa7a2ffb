"""Reads sites.toml, site_placements.json and body_views.json."""

from collections.abc import Mapping
from typing import cast

from outcomes_app.catalog.entry import Entry, by_id
from outcomes_app.catalog.source import Source, read
from outcomes_app.domain.definitions import (
    BodyView,
    DoseRange,
    Grid,
    RegionAnchor,
    Site,
    SitePlacement,
)
from outcomes_app.domain.values import IndicationId, ProductId, Side, SiteId, ViewId
from outcomes_app.text import _

_VIEWS_FILE = "body_views.json"
_SIDES = tuple(Side)
_KINDS = ("muscle", "gland", "skin_area", "joint", "soft_tissue", "generic_point")


def sites(source: Source) -> Mapping[SiteId, Site]:
    """The places to inject by id, with their placements on the art."""
    placements = read(source, "site_placements.json").table("sites")
    placed = {key: list(_placements(key, entry)) for key, entry in _each(placements)}
    file = read(source, "sites.toml")
    terms = file.texts("guidance_terms")
    found = by_id(file.entries("site"), lambda e: _site(e, placed, terms))
    unknown = [key for key in placed if key not in found]
    if unknown:
        raise placements.fault(unknown[0], _("is not a site of sites.toml"))
    return cast("Mapping[SiteId, Site]", found)


def _each(entry: Entry) -> list[tuple[str, Entry]]:
    return [(key, entry.table(key)) for key, _value in entry.items()]


def _placements(site: str, entry: Entry) -> list[SitePlacement]:
    if entry.raw("free", False):
        return []
    found = []
    for side in _SIDES:
        if entry.has(side):
            main = entry.table(side)
            found.append(_placement(side, main, main.text("layer")))
            found += [_placement(side, e, main.text("layer")) for e in main.tables("also")]
    if not found:
        raise entry.fault("", _("{site} is placed on no side").format(site=site))
    return found


def _placement(side: Side, entry: Entry, layer: str) -> SitePlacement:
    variants = entry.table("variants", {})
    return SitePlacement(
        side=side,
        view=ViewId(entry.text("view")),
        x=entry.fraction("x"),
        y=entry.fraction("y"),
        layer=layer,
        regions=entry.texts("regions"),
        host=entry.texts("host"),
        points=entry.places("points"),
        variants={key: variants.place(key) for key, _value in variants.items()},
        note=entry.text("note", ""),
    )


def _site(entry: Entry, placed: Mapping[str, list[SitePlacement]], terms: tuple[str, ...]) -> Site:
    key = entry.text("id")
    if key not in placed:
        raise entry.fault("id", _("has no place in site_placements.json"))
    points, codes = entry.table("usual_points"), entry.table("codes", {})
    points.check_order("min", "max")
    guidance = entry.texts("guidance")
    for term in guidance:
        if term not in terms:
            raise entry.fault("guidance", _("{term!r} is not a guidance term").format(term=term))
    return Site(
        id=SiteId(key),
        name=entry.text("name"),
        kind=entry.choice("kind", _KINDS),
        region=entry.text("region"),
        laterality=entry.choice("laterality", ("bilateral", "midline", "any")),
        route=entry.text("route"),
        guidance=guidance,
        usual_points_min=points.whole("min"),
        usual_points_max=points.whole("max"),
        usual_points_per=points.choice("per", ("side", "site")),
        doses=tuple(_dose_range(d) for d in entry.tables("doses")),
        placements=tuple(placed[key]),
        also_known_as=entry.texts("aka"),
        notes=entry.text("notes", ""),
        provenance=codes.provenance(),
        details=entry.as_filed(),
    )


def _dose_range(entry: Entry) -> DoseRange:
    entry.check_order("min_units", "max_units")
    points, indication = entry.table("points", {}), entry.text("indication", "")
    points.check_order("min", "max")
    return DoseRange(
        product=ProductId(entry.text("product")),
        minimum=entry.number_or_none("min_units"),
        maximum=entry.number_or_none("max_units"),
        context=entry.text("context", ""),
        per=entry.text("per", ""),
        status=entry.text("status", ""),
        points_min=points.whole_or_none("min"),
        points_max=points.whole_or_none("max"),
        indication=IndicationId(indication) if indication else None,
        provenance=entry.provenance(),
        details=entry.as_filed(),
    )


def views(source: Source) -> Mapping[ViewId, BodyView]:
    """The pictures of the body map by id."""
    return {ViewId(key): _view(key, e) for key, e in read(source, _VIEWS_FILE).keyed("views")}


def _view(key: str, entry: Entry) -> BodyView:
    regions, landmarks = entry.table("region_sites"), entry.table("landmarks", {})
    return BodyView(
        id=ViewId(key),
        title=entry.text("title"),
        file=entry.text("file"),
        width=entry.whole("width"),
        height=entry.whole("height"),
        pixels_per_cm=float(entry.number("px_per_cm")),
        mirror=entry.flag("mirror"),
        patient_left_is=entry.choice(
            "patient_left_is", ("viewer left", "viewer right", "whole view", "none")
        ),
        sites_by_region={
            region: tuple(SiteId(s) for s in regions.texts(region))
            for region, _value in regions.items()
        },
        landmarks={name: landmarks.place(name) for name, _value in landmarks.items()},
        anchors=tuple(_anchor(a) for a in entry.tables("anchors")),
        description=entry.text("description", ""),
    )


def _anchor(entry: Entry) -> RegionAnchor:
    return RegionAnchor(
        region=entry.text("region"),
        muscle=entry.text("muscle"),
        name=entry.text("name"),
        side=Side(entry.choice("side", _SIDES)),
        layer=entry.text("layer"),
        x=entry.fraction("x"),
        y=entry.fraction("y"),
    )


def grids(source: Source) -> Mapping[str, Grid]:
    """The ready-made points of axilla, palm and sole."""
    return {key: _grid(key, e) for key, e in read(source, _VIEWS_FILE).keyed("grids")}


def _grid(key: str, entry: Entry) -> Grid:
    return Grid(
        id=key,
        view=ViewId(entry.text("view")),
        spacing_cm=float(entry.number("spacing_cm")),
        points=tuple((p.fraction("x"), p.fraction("y")) for p in entry.tables("points")),
    )
