"""The plan: edits are exact, totals do not depend on order, undo gives back what was there."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app import catalog as catalogs
from outcomes_app.domain import history, visit_draft
from outcomes_app.domain import plan as plans
from outcomes_app.domain.definitions import Protocol
from outcomes_app.domain.plan import Applying, Plan, PlanPoint
from outcomes_app.domain.plan_totals import PointState, compare, totals, volume_ml
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import (
    IndicationId,
    InjectionId,
    PatientId,
    ProductId,
    ProtocolId,
    Side,
    SiteId,
    ViewId,
    new_id,
)

ONA, ABO = ProductId("ona"), ProductId("abo")
VIEWS = ("face_front", "head_left", "head_right", "head_back", "axilla_left", "body_back")
SITES = ("frontalis", "temporalis", "trapezius_upper")


def placements() -> st.SearchStrategy[Placement]:
    """Places as the map makes them: on the picture, to a tenth of a millimetre."""
    steps = st.integers(0, 10_000)
    return st.builds(
        lambda view, x, y: plans.placed(ViewId(view), x / 10_000, y / 10_000),
        st.sampled_from(VIEWS),
        steps,
        steps,
    )


def points() -> st.SearchStrategy[PlanPoint]:
    """Points with and without units and places, confirmed or only suggested."""
    return st.builds(
        PlanPoint,
        id=st.uuids().map(InjectionId),
        site=st.sampled_from(SITES).map(SiteId),
        side=st.sampled_from(Side),
        units=st.none() | st.decimals("0.05", "400", places=2),
        placement=st.none() | placements(),
        note=st.text(max_size=5),
        confirmed=st.booleans(),
    )


def a_plan() -> st.SearchStrategy[Plan]:
    """Plans of one product."""
    many = st.lists(points(), max_size=12, unique_by=lambda p: p.id)
    return st.builds(lambda found: Plan(product=ONA, points=tuple(found)), many)


def preempt() -> Plan:
    """The fixed-site protocol, placed."""
    catalog = catalogs.load()
    protocol = catalog.protocols[ProtocolId("preempt_fixed_155")]
    return plans.place_protocol(Plan(product=ONA), protocol, catalog.sites)


def at(x: float = 0.5, y: float = 0.5, view: str = "face_front") -> Placement:
    """A place."""
    return plans.placed(ViewId(view), x, y)


def a_point(units: str | None = "5", **changes: object) -> PlanPoint:
    """Five units in the left frontalis."""
    point = plans.new_point(
        SiteId("frontalis"), Side.LEFT, Decimal(units) if units else None, at(0.55, 0.26)
    )
    return replace(point, **changes)  # type: ignore[arg-type]  # test data by name


def test_preempt_is_placed_whole_by_one_edit() -> None:
    placed = totals(preempt())

    assert placed.overall.points == 31
    assert placed.overall.units == 155
    assert (placed.overall.right, placed.overall.midline, placed.overall.left) == (75, 5, 75)
    assert placed.muscle(SiteId("trapezius_upper")).units == 30
    assert placed.view(ViewId("head_left")).units == 20


def test_placing_over_sites_replaces_or_adds_as_asked() -> None:
    catalog = catalogs.load()
    protocol = catalog.protocols[ProtocolId("preempt_fixed_155")]
    before = Plan(product=ONA, points=(a_point(),))

    replaced = plans.place_protocol(before, protocol, catalog.sites)
    added = plans.place_protocol(before, protocol, catalog.sites, applying=Applying.ADD)

    assert len(replaced.points) == 31
    assert len(added.points) == 32
    assert added.points[0] == before.points[0]


def test_a_protocol_of_ranges_gives_places_and_leaves_the_units_to_the_clinician() -> None:
    catalog = catalogs.load()
    protocol = catalog.protocols[ProtocolId("hyperhidrosis_axillary_ona")]

    placed = plans.place_protocol(Plan(product=ONA), protocol, catalog.sites, sides=(Side.LEFT,))

    assert placed.points
    assert {p.side for p in placed.points} == {Side.LEFT}
    assert all(p.units is None for p in placed.points)
    assert totals(placed).overall.unset == len(placed.points)


@pytest.mark.parametrize("protocol", catalogs.load().protocols.values(), ids=lambda p: p.id)
def test_every_protocol_can_be_placed(protocol: Protocol) -> None:
    catalog = catalogs.load()
    product = protocol.products[0] if protocol.products else None

    placed = plans.place_protocol(Plan(product=product), protocol, catalog.sites)

    assert bool(placed.points) == plans.has_places(protocol, catalog.sites)
    assert placed.product == product
    assert all(p.placement is None or p.placement.view in catalog.views for p in placed.points)


def test_a_protocol_never_gives_its_units_to_another_product() -> None:
    catalog = catalogs.load()
    protocol = catalog.protocols[ProtocolId("preempt_fixed_155")]

    of_another = plans.place_protocol(Plan(product=ABO), protocol, catalog.sites)
    of_none = plans.place_protocol(Plan(), protocol, catalog.sites)

    assert len(of_another.points) == 31
    assert all(p.units is None for p in of_another.points)
    assert of_none.product == ONA
    assert totals(of_none).overall.units == 155


@given(a_plan(), st.randoms())
def test_totals_do_not_depend_on_the_order(plan: Plan, random: object) -> None:
    shuffled = list(plan.points)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own random.Random

    one, other = totals(plan), totals(replace(plan, points=tuple(shuffled)))

    assert one.overall == other.overall
    assert {m.site: m.totals for m in one.muscles} == {m.site: m.totals for m in other.muscles}
    assert dict(one.views) == dict(other.views)


@given(a_plan())
def test_totals_are_the_sum_of_the_confirmed_points(plan: Plan) -> None:
    counted = [p for p in plan.points if p.confirmed]
    found = totals(plan)

    assert found.overall.units == sum((p.units or 0 for p in counted), Decimal(0))
    assert found.overall.points == len(counted)
    assert sum(m.totals.units for m in found.muscles) == found.overall.units


@given(points())
def test_mirror_twice_is_the_same_point(point: PlanPoint) -> None:
    assert plans.mirrored(plans.mirrored(point)) == point


@given(a_plan())
def test_mirroring_again_adds_nothing(plan: Plan) -> None:
    once = plans.mirror(plan, [p.id for p in plan.points])
    twice = plans.mirror(once, [p.id for p in plan.points])

    assert len(twice.points) == len(once.points)


def test_midline_is_never_doubled() -> None:
    procerus = plans.new_point(SiteId("procerus"), Side.MIDLINE, Decimal(5), at())
    plan = Plan(product=ONA, points=(procerus,))

    assert plans.mirror(plan, [procerus.id]) == plan


def test_mirror_copies_to_the_other_side_of_the_picture_or_to_its_pair() -> None:
    face, side = a_point(), a_point(placement=at(0.4, 0.3, "head_left"))
    plan = plans.mirror(Plan(product=ONA, points=(face, side)), [face.id, side.id])

    copies = plan.points[2:]
    assert [p.side for p in copies] == [Side.RIGHT, Side.RIGHT]
    assert copies[0].placement == at(0.45, 0.26)
    assert copies[1].placement == at(0.6, 0.3, "head_right")


def test_mirror_gives_an_existing_twin_the_units() -> None:
    left = a_point("10")
    right = replace(plans.mirrored(a_point("5")), id=InjectionId(new_id()))
    plan = plans.mirror(Plan(product=ONA, points=(left, right)), [left.id])

    assert [p.units for p in plan.points] == [10, 10]


@given(a_plan(), st.lists(a_plan(), max_size=8))
def test_undo_is_exact_and_redo_takes_it_back(first: Plan, later: list[Plan]) -> None:
    line = history.begin(first)
    states = [first]
    for plan in later:
        line = line.did(plan, "edit")
        if plan != states[-1]:
            states.append(plan)

    for expected in reversed(states[:-1]):
        line = line.undo()
        assert line.state == expected
    assert not line.can_undo
    for expected in states[1:]:
        line = line.redo()
        assert line.state == expected
    assert not line.can_redo
    for expected in reversed(states[:-1]):
        line = line.undo()
        assert line.state == expected


def test_an_edit_after_undo_forgets_what_was_undone() -> None:
    line = history.begin(1).did(2, "two").did(3, "three").undo().did(4, "four")

    assert line.state == 4
    assert not line.can_redo
    assert line.undo().state == 2


def test_stepping_never_reaches_zero() -> None:
    plan = Plan(product=ONA, points=(a_point("2.5"), a_point("5")))
    ids = [p.id for p in plan.points]

    assert [p.units for p in plans.step_units(plan, ids, Decimal("-2.5")).points] == [
        Decimal("2.5"),
        Decimal("2.5"),
    ]


def test_whole_muscle_is_one_side_of_one_site() -> None:
    plan = preempt()
    one = next(p for p in plan.points if p.site == "temporalis" and p.side is Side.LEFT)

    found = plans.whole_muscle(plan, [one.id])

    assert len(found) == 4


def test_moving_renames_and_drops_the_old_label() -> None:
    point = a_point(label="F1")
    plan = plans.move(
        Plan(product=ONA, points=(point,)), point.id, at(0.5, 0.3), SiteId("procerus"), Side.MIDLINE
    )

    moved = plan.points[0]
    assert (moved.site, moved.side, moved.label) == ("procerus", Side.MIDLINE, "")
    assert moved.id == point.id


def test_another_product_clears_the_units_and_keeps_the_places() -> None:
    before = preempt()
    after = plans.change_product(before, ABO)

    assert all(p.units is None for p in after.points)
    assert [p.placement for p in after.points] == [p.placement for p in before.points]
    assert totals(after).overall.units == 0
    assert compare(after, before).difference is None


def test_unconfirmed_points_are_neither_counted_nor_stored() -> None:
    ghost = a_point(confirmed=False)
    plan = Plan(product=ONA, points=(a_point(), ghost))

    assert totals(plan).overall.points == 1
    assert [i.id for i in plans.injections(plan)] == [plan.points[0].id]


def test_points_without_units_are_not_stored() -> None:
    assert plans.injections(Plan(product=ONA, points=(a_point(None),))) == ()


def test_a_repeated_treatment_is_the_same_with_new_ids() -> None:
    draft = replace(
        visit_draft.new_draft(
            PatientId(new_id()), IndicationId("chronic_migraine"), date(2026, 1, 5), preempt()
        )
    )
    treatment = visit_draft.treatment_of(draft, date(2026, 1, 5))

    again = plans.repeat(treatment)

    assert not {p.id for p in again.points} & {i.id for i in treatment.injections}
    assert compare(again, plans.plan_of(treatment)).difference == 0
    states = {c.state for c in compare(again, plans.plan_of(treatment)).points.values()}
    assert states == {PointState.SAME}


def test_comparison_tells_changed_new_and_removed() -> None:
    kept, louder, gone = a_point(), a_point(placement=at(0.6, 0.26)), a_point(side=Side.RIGHT)
    previous = Plan(product=ONA, points=(kept, louder, gone))
    new = plans.new_point(SiteId("procerus"), Side.MIDLINE, Decimal(5), at())
    now = Plan(product=ONA, points=(a_point(), a_point("10", placement=at(0.6, 0.26)), new))

    found = compare(now, previous)

    states = [found.points[p.id].state for p in now.points]
    assert states == [PointState.SAME, PointState.CHANGED, PointState.NEW]
    assert found.points[now.points[1].id].previous_units == 5
    assert found.removed == (gone,)
    assert found.difference == 5


def test_places_stay_on_the_picture() -> None:
    assert plans.placed(ViewId("face_front"), 1.4, -0.2) == Placement(
        view=ViewId("face_front"), x=1.0, y=0.0
    )


@pytest.mark.parametrize(("per_ml", "volume"), [(Decimal(50), Decimal("3.1")), (None, None)])
def test_volume_needs_a_concentration(per_ml: Decimal | None, volume: Decimal | None) -> None:
    assert volume_ml(Decimal(155), per_ml) == volume
