"""Every site has its place on the art: in its region, on its side, mirrored, found by a click."""

import json
from collections import Counter
from functools import cache

import pytest

from outcomes_app import catalog, resources
from outcomes_app.domain.definitions import ProtocolPoint, Site, SitePlacement
from outcomes_app.domain.values import ProtocolId, Side, SiteId, ViewId
from tests.catalog import art as artwork
from tests.catalog.art import Art

_LAYERS = ("superficial", "deep", "joint", "skin", "area")
_VIEW_PAIRS = {
    "head_left": "head_right",
    "hand_palm_left": "hand_palm_right",
    "foot_sole_left": "foot_sole_right",
    "axilla_left": "axilla_right",
}
_MIRROR_TOLERANCE = 0.005
# Where each left joint is drawn: view, x from, x to, y from, y to.
_JOINTS = {
    "temporomandibular_joint": ("head_left", 0.436, 0.462, 0.432, 0.460),
    "glenohumeral_joint": ("body_front", 0.670, 0.705, 0.210, 0.232),
    "acromioclavicular_joint": ("body_front", 0.660, 0.695, 0.196, 0.204),
    "elbow_joint": ("body_front", 0.745, 0.795, 0.383, 0.394),
    "wrist_joint": ("body_front", 0.845, 0.880, 0.505, 0.518),
    "first_carpometacarpal_joint": ("hand_palm_left", 0.375, 0.415, 0.800, 0.860),
    "metacarpophalangeal_joint": ("hand_palm_left", 0.460, 0.500, 0.450, 0.500),
    "hip_joint": ("body_front", 0.580, 0.608, 0.486, 0.505),
    "sacroiliac_joint": ("body_back", 0.464, 0.480, 0.453, 0.472),
    "knee_joint": ("body_front", 0.580, 0.620, 0.690, 0.712),
    "ankle_joint": ("body_front", 0.575, 0.620, 0.912, 0.930),
    "subtalar_joint": ("body_front", 0.590, 0.630, 0.926, 0.945),
    "first_metatarsophalangeal_joint": ("foot_sole_left", 0.365, 0.435, 0.285, 0.340),
    "lumbar_facet_joint": ("body_back", 0.476, 0.490, 0.362, 0.442),
}
_LEAST_POINTS = {
    "frontalis": 2,
    "temporalis": 4,
    "occipitalis": 3,
    "cervical_paraspinals_upper": 2,
    "trapezius_upper": 3,
    "axilla_skin": 10,
    "palm_skin": 15,
    "sole_skin": 15,
    "forehead_skin": 10,
}
# The art draws it dashed although it lies under the skin.
_DASHED_BUT_SUPERFICIAL = {"platysma"}


@cache
def _art(view: ViewId) -> Art:
    return artwork.read(catalog.load().views[view])


def _placed() -> list[Site]:
    return [s for s in catalog.load().sites.values() if s.laterality != "any"]


def _main(site: Site, side: Side) -> SitePlacement:
    found = site.placement(side)
    assert found is not None
    return found


def _mirrored(region: str) -> str:
    return f"{region.removesuffix('_left')}_right" if region.endswith("_left") else region


def _points(place: SitePlacement) -> list[tuple[float, float]]:
    return [(place.x, place.y), *place.points, *place.variants.values()]


@pytest.mark.parametrize("site", _placed(), ids=lambda s: s.id)
def test_a_site_has_its_usual_points_on_each_of_its_sides(site: Site) -> None:
    assert tuple(dict.fromkeys(p.side for p in site.placements)) == site.sides
    for side in site.sides:
        place = _main(site, side)
        assert place.layer in _LAYERS
        assert len(place.points) >= _LEAST_POINTS.get(site.id, 1)
        low, high = max(1, site.usual_points_min), max(1, site.usual_points_max)
        assert low <= len(place.points) <= high
        assert place.regions or place.note or site.kind != "muscle"


@pytest.mark.parametrize("site", _placed(), ids=lambda s: s.id)
def test_every_point_lies_on_the_patients_side_in_its_region(site: Site) -> None:
    views = catalog.load().views
    for place in site.placements:
        where = views[place.view].patient_left_is
        if place.side is not Side.MIDLINE:
            assert where != ("none" if place.side is Side.LEFT else "whole view")
        if where.startswith("viewer") and place.side is not Side.MIDLINE:
            assert (place.x > 0.5) == ((where == "viewer right") == (place.side is Side.LEFT))
        art = _art(place.view)
        for region in place.regions + place.host:
            assert region in art.regions
            if region.endswith(("_left", "_right")):
                assert region.endswith(f"_{place.side}")
            assert site.id in views[place.view].sites_by_region[region]
        for x, y in _points(place):
            assert art.on_body(x, y), (place.view, x, y)
            if site.kind in ("muscle", "gland"):
                for need in (place.regions, place.host):
                    assert not need or set(need) & set(art.hits(x, y)), (place.view, x, y)


@pytest.mark.parametrize("site", _placed(), ids=lambda s: s.id)
def test_the_layer_agrees_with_the_art(site: Site) -> None:
    for side in site.sides:
        place = _main(site, side)
        if site.kind == "joint":
            assert place.layer == "joint"
        elif site.kind == "skin_area":
            assert place.layer in ("skin", "area")
        elif place.regions and site.kind in ("muscle", "gland"):
            dashed = any(_art(place.view).kinds[r] == "deep" for r in place.regions)
            expected = dashed and site.id not in _DASHED_BUT_SUPERFICIAL
            assert (place.layer == "deep") == expected


@pytest.mark.parametrize(
    "site", [s for s in _placed() if s.laterality == "bilateral"], ids=lambda s: s.id
)
def test_the_right_is_the_mirror_of_the_left(site: Site) -> None:
    left = [p for p in site.placements if p.side is Side.LEFT]
    right = [p for p in site.placements if p.side is Side.RIGHT]
    assert (left[0].layer, left[0].note) == (right[0].layer, right[0].note)
    for a, b in zip(left, right, strict=True):
        assert b.view == _VIEW_PAIRS.get(a.view, a.view)
        assert tuple(map(_mirrored, a.regions + a.host)) == b.regions + b.host
        for (ax, ay), (bx, by) in zip(_points(a), _points(b), strict=True):
            assert abs(ax + bx - 1) <= _MIRROR_TOLERANCE
            assert abs(ay - by) <= _MIRROR_TOLERANCE


def test_joints_lie_on_the_drawn_joints() -> None:
    sites = catalog.load().sites
    assert {s.id for s in sites.values() if s.kind == "joint"} == set(_JOINTS)
    for name, (view, x0, x1, y0, y1) in _JOINTS.items():
        place = _main(sites[SiteId(name)], Side.LEFT)
        assert place.view == view
        assert x0 <= place.x <= x1
        assert y0 <= place.y <= y1


def test_the_eye_has_three_points_and_none_in_the_middle_of_the_upper_lid() -> None:
    landmarks = catalog.load().views[ViewId("face_front")].landmarks
    sets = json.loads(resources.read_text("site_placements.json"))["point_sets"]
    for side in ("left", "right"):
        points = sets["orbicularis_oculi_3_per_eye"][side]
        assert len(points) == 3
        pupil_x, pupil_y = landmarks[f"pupil_{side}"]
        for point in points:
            place = _main(catalog.load().sites[point["site"]], Side(side))
            assert (point["x"], point["y"]) == (place.x, place.y)
            assert point["y"] > pupil_y or abs(point["x"] - pupil_x) > 0.02


@pytest.mark.parametrize("area", ["axilla", "palm", "sole"])
def test_skin_areas_are_filled_with_their_grid(area: str) -> None:
    loaded = catalog.load()
    for side in (Side.LEFT, Side.RIGHT):
        place = _main(loaded.sites[SiteId(f"{area}_skin")], side)
        assert sorted(place.points) == sorted(loaded.grids[f"{area}_{side}"].points)


def test_every_region_of_the_art_leads_to_a_site() -> None:
    for view in catalog.load().views.values():
        assert set(view.sites_by_region) == set(_art(view.id).regions)
        for sites in view.sites_by_region.values():
            assert sites
            assert len(sites) == len(set(sites))


def test_regions_without_a_site_of_their_own_are_listed() -> None:
    listed = {
        (view, region)
        for entry in json.loads(resources.read_text("body_views.json"))["regions_without_site"]
        for view, regions in entry["regions"].items()
        for region in regions
    }
    found = {
        (view.id, region)
        for view in catalog.load().views.values()
        for region, sites in view.sites_by_region.items()
        if sites[0] == "free_point"
    }
    assert listed == found


@pytest.mark.parametrize(
    "site", [s for s in _placed() if s.kind in ("muscle", "gland")], ids=lambda s: s.id
)
def test_a_click_on_a_usual_point_offers_its_site(site: Site) -> None:
    for side in site.sides:
        place = _main(site, side)
        if not place.regions + place.host:
            continue
        deep = place.layer == "deep" and bool(place.regions)
        rank = {"muscle": 1, "gland": 1, "area": 2} if deep else {"deep": 1, "area": 2}
        for x, y in place.points:
            top = _art(place.view).topmost(x, y, rank)
            assert top is not None
            assert site.id in catalog.load().views[place.view].sites_by_region[top]


def _preempt() -> tuple[ProtocolPoint, ...]:
    return catalog.load().protocols[ProtocolId("preempt_fixed_155")].points


def test_preempt_points_lie_in_their_regions_and_are_the_usual_points() -> None:
    extra = catalog.load().protocols[ProtocolId("preempt_follow_the_pain_195")].optional_points
    assert Counter(p.side for p in extra) == {Side.LEFT: 4, Side.RIGHT: 4}
    for point in _preempt() + extra:
        assert point.region in _art(point.view).hits(point.x, point.y), point.label
    for site, side in {(p.site, p.side) for p in _preempt()}:
        usual = _main(catalog.load().sites[site], side).points
        assert usual == tuple((p.x, p.y) for p in _preempt() if (p.site, p.side) == (site, side))


@pytest.mark.parametrize("side", ["left", "right"])
def test_preempt_labels_fit_their_places(side: str) -> None:
    def at(start: str) -> ProtocolPoint:
        found = [p for p in _preempt() if p.label.startswith(start) and p.label.endswith(side)]
        assert len(found) == 1, start
        return found[0]

    def out(point: ProtocolPoint) -> float:
        return abs(point.x - 0.5)

    forward = -1 if side == "left" else 1
    assert out(at("Frontalis medial")) < out(at("Frontalis lateral"))
    temporal = [at(f"Temporalis {n} ") for n in (1, 2, 3, 4)]
    assert temporal[1].y < temporal[0].y
    assert forward * (temporal[2].x - temporal[0].x) > 0
    assert forward * (temporal[3].x - temporal[1].x) < 0
    occipital = [at(f"Occipitalis {n} ") for n in (1, 2, 3)]
    assert max(occipital[1].y, occipital[2].y) < occipital[0].y
    assert out(occipital[1]) > out(occipital[0]) > out(occipital[2])
    neck = [at(f"Cervical paraspinal {n} ") for n in (1, 2)]
    assert neck[1].y < neck[0].y
    assert out(neck[1]) > out(neck[0])
    shoulder = [out(at(f"Trapezius {n} ")) for n in (1, 2, 3)]
    assert shoulder[1] > shoulder[0] > shoulder[2]


@pytest.mark.parametrize("key", ["sialorrhoea_inco_adult", "blepharospasm_start_ona"])
def test_points_of_other_protocols_are_usual_points_of_their_sites(key: str) -> None:
    for point in catalog.load().protocols[ProtocolId(key)].points:
        place = _main(catalog.load().sites[point.site], point.side)
        assert place.view == point.view
        assert (point.x, point.y) in place.points
