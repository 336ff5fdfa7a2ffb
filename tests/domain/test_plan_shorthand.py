"""The shorthand line places what it says, at the usual points, and nothing more."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app import catalog as catalogs
from outcomes_app.domain import plan_shorthand, shorthand
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.shorthand import ShorthandEntry
from outcomes_app.domain.values import ProductId, Side, SiteId

CATALOG = catalogs.load()
MIGRAINE = CATALOG.indications["chronic_migraine"].sites  # type: ignore[index]  # an id as text
EMPTY = Plan(product=ProductId("ona"))


def written(line: str, plan: Plan = EMPTY) -> Plan:
    entries, errors = shorthand.parse(line, CATALOG.sites.values(), MIGRAINE)
    assert errors == ()
    return plan_shorthand.place(plan, entries, CATALOG.sites)


def test_twenty_units_in_four_points_on_each_side() -> None:
    plan = written("temp b 20/4")
    for side in (Side.LEFT, Side.RIGHT):
        points = [p for p in plan.points if p.side is side]
        assert [p.units for p in points] == [Decimal(5)] * 4
        assert len({p.placement for p in points}) == 4
    assert len(plan.points) == 8


def test_the_same_line_again_replaces_and_does_not_add() -> None:
    plan = written("temp b 20/4, procerus 5")
    again = written("temp l 10/2", plan)
    assert len([p for p in again.points if (p.site, p.side) == ("temporalis", Side.LEFT)]) == 2
    assert len([p for p in again.points if (p.site, p.side) == ("temporalis", Side.RIGHT)]) == 4
    assert [p.site for p in again.points if p.side is Side.MIDLINE] == ["procerus"]


@given(
    site=st.sampled_from(sorted(CATALOG.sites)),
    units=st.decimals(min_value="0.5", max_value="400", places=2),
    points=st.integers(min_value=1, max_value=60),
)
def test_no_unit_is_lost_however_it_is_divided(site: SiteId, units: Decimal, points: int) -> None:
    sides = CATALOG.sites[site].sides[:2]
    entry = ShorthandEntry(site=site, sides=sides, units=units, points=points)
    plan = plan_shorthand.place(EMPTY, (entry,), CATALOG.sites)
    for side in sides:
        given_there = [p.units or Decimal(0) for p in plan.points if p.side is side]
        assert len(given_there) == points
        assert sum(given_there) == units


@pytest.mark.parametrize(
    ("entry", "name", "expected"),
    [
        ("tempp b 20/4", "Temporalis", "temporalis b 20/4"),
        ("lev", "Levator scapulae", "levator scapulae"),
        ("front l", "Frontalis", "frontalis l"),
    ],
)
def test_a_suggestion_keeps_side_and_amount(entry: str, name: str, expected: str) -> None:
    assert shorthand.with_site(entry, name) == expected


def test_candidates_begin_with_the_sites_of_the_indication() -> None:
    found = shorthand.candidates("tr", CATALOG.sites.values(), MIGRAINE)
    assert found[0].startswith("Trapezius")
    assert shorthand.candidates("", CATALOG.sites.values(), MIGRAINE) == ()
