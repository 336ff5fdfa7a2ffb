"""Fields and grids of points, and how two sides of a plan differ."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from outcomes_app import catalog as catalogs
from outcomes_app.domain import plan as plans
from outcomes_app.domain import plan_areas, plan_symmetry
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.values import ProductId, ProtocolId, Side, ViewId

CATALOG = catalogs.load()
BACK = CATALOG.views[ViewId("body_back")]
SQUARE = [(0.4, 0.3), (0.6, 0.3), (0.6, 0.4), (0.4, 0.4)]


def preempt() -> Plan:
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    return plans.place_protocol(Plan(product=ProductId("ona")), protocol, CATALOG.sites)


@given(spacing=st.decimals(min_value="0.5", max_value="4", places=1))
def test_all_points_of_a_field_lie_in_it_and_are_symmetric_about_its_middle(
    spacing: Decimal,
) -> None:
    places = plan_areas.field_places(BACK, SQUARE, spacing)
    assert places
    assert all(0.4 <= p.x <= 0.6 and 0.3 <= p.y <= 0.4 for p in places)
    xs = sorted({p.x for p in places})
    assert abs((xs[0] + xs[-1]) / 2 - 0.5) < 0.001


def test_wider_spacing_gives_fewer_points() -> None:
    close = plan_areas.field_places(BACK, SQUARE, Decimal(1))
    wide = plan_areas.field_places(BACK, SQUARE, Decimal(3))
    assert len(close) > 4 * len(wide)


def test_a_line_is_no_field() -> None:
    assert plan_areas.field_places(BACK, [(0.1, 0.1), (0.2, 0.2)], Decimal(1)) == ()


def test_a_hole_of_the_outline_stays_free() -> None:
    """An L shape has no points in its notch."""
    outline = [(0.4, 0.3), (0.6, 0.3), (0.6, 0.35), (0.5, 0.35), (0.5, 0.4), (0.4, 0.4)]
    places = plan_areas.field_places(BACK, outline, Decimal(1))
    assert not [p for p in places if p.x > 0.5 and p.y > 0.35]
    assert [p for p in places if p.x > 0.5]


def test_a_symmetric_protocol_is_even() -> None:
    plan = preempt()
    assert plan_symmetry.asymmetries(plan) == ()
    assert plan_symmetry.uneven_points(plan) == frozenset()


def test_one_more_unit_on_the_left_is_told_of_its_muscle_alone() -> None:
    plan = preempt()
    one = next(p for p in plan.points if p.side is Side.LEFT)
    plan = plans.set_units(plan, (one.id,), Decimal(10))
    (found,) = plan_symmetry.asymmetries(plan)
    assert (found.site, found.left - found.right) == (one.site, Decimal(5))


def test_a_plan_of_one_side_is_not_called_uneven() -> None:
    plan = preempt()
    left = replace(plan, points=tuple(p for p in plan.points if p.side is not Side.RIGHT))
    assert plan_symmetry.uneven_points(left) == frozenset()
    assert plan_symmetry.asymmetries(left) == ()
