"""Vials: what is drawn balances exactly, first to expire first, and every unit is asked for."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app import catalog as catalogs
from outcomes_app.domain import billing, stock, stock_checks
from outcomes_app.domain.stock import (
    LotStanding,
    Movement,
    MovementId,
    NotEnoughStock,
    StockLotId,
    StockMovement,
    VialBalance,
)
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import ProductId, ProductMismatch, new_id
from outcomes_app.errors import OutcomesError
from tests import factories

TODAY = factories.TODAY

lots = st.lists(
    st.builds(
        lambda size, vials, days, number: LotStanding(
            lot=factories.stock_lot(
                lot=f"L{number}", vial_units=size, expiry=TODAY + timedelta(days=days)
            ),
            received=vials,
        ),
        st.sampled_from([Decimal(50), Decimal(100), Decimal(200), Decimal("12.5")]),
        st.integers(0, 4),
        st.integers(-30, 60),
        st.integers(0, 99),
    ),
    max_size=6,
    unique_by=lambda found: found.lot.lot,
)
doses = st.decimals("0.05", "900", places=2)


@given(lots, doses)
def test_every_draw_balances_and_takes_the_oldest_first(
    found: list[LotStanding], units: Decimal
) -> None:
    usable = [s for s in found if s.usable_on(TODAY)]
    held = sum((s.lot.vial_units * s.remaining for s in usable), Decimal(0))
    dose = factories.dose(str(units))
    if held < units:
        with pytest.raises(NotEnoughStock):
            stock.draw(dose, found, day=TODAY)
        return
    uses = stock.draw(dose, found, day=TODAY)

    given_units = sum((u.injected_units or Decimal(0) for u in uses), Decimal(0))
    assert given_units == units
    treatment = factories.treatment(
        injections=(factories.injection(dose=dose),),
        vials=tuple(replace(u, discard_reason="single use") for u in uses),
    )
    assert stock.ledger(treatment).balanced
    assert stock.ledger_problems(treatment) == ()
    left = {s.lot.lot: s.remaining for s in usable}
    last = max((u.expiry for u in uses if u.expiry), default=TODAY)
    taken = {u.lot: u.vials for u in uses}
    for each in usable:
        if each.lot.expiry < last:
            assert taken.get(each.lot.lot) == left[each.lot.lot]
    # Not one vial more than needed: without the last one the dose is not reached.
    opened = sum((u.opened_units or Decimal(0) for u in uses), Decimal(0))
    assert opened - (uses[-1].vial_units or Decimal(0)) < units


@given(lots, doses)
def test_a_draw_does_not_depend_on_the_order_of_the_lots(
    found: list[LotStanding], units: Decimal
) -> None:
    shuffled = list(found)
    Random(1).shuffle(shuffled)

    def drawn(from_lots: list[LotStanding]) -> object:
        try:
            return stock.draw(factories.dose(str(units)), from_lots, day=TODAY)
        except NotEnoughStock as error:
            return error.message

    assert drawn(found) == drawn(shuffled)


def test_a_dose_is_not_drawn_from_another_product() -> None:
    other = LotStanding(lot=factories.stock_lot(product=ProductId("abo")), received=9)
    with pytest.raises(ProductMismatch):
        stock.draw(factories.dose(10), [other], day=TODAY)


amounts = st.integers(0, 40_000).map(lambda n: Decimal(n) / 100)


@given(amounts, amounts, amounts, amounts)
def test_a_balance_is_exact(
    injected: Decimal, discarded: Decimal, carried: Decimal, brought: Decimal
) -> None:
    opened = injected + discarded + carried - brought
    balance = VialBalance(
        lot="A",
        opened=opened,
        brought=brought,
        injected=injected,
        discarded=discarded,
        carried=carried,
    )
    assert balance.balanced
    assert not replace(balance, injected=injected + Decimal("0.01")).balanced


def with_vials(*vials: object, units: int = 155) -> Treatment:
    return factories.treatment(
        injections=(factories.injection(dose=factories.dose(units)),), vials=vials
    )


def codes(treatment: Treatment) -> list[str]:
    return [p.code for p in stock.ledger_problems(treatment)]


def test_two_lots_have_to_say_what_came_from_each() -> None:
    one = factories.vial(lot="A", vial_units=Decimal(100), discarded_units=Decimal(0))
    other = factories.vial(lot="B", vial_units=Decimal(100), discarded_units=Decimal(45))
    assert codes(with_vials(one, other)) == ["vial_not_accounted", "vial_not_accounted"]
    said = (
        replace(one, injected_units=Decimal(100)),
        replace(other, injected_units=Decimal(55)),
    )
    assert codes(with_vials(*said)) == []
    assert codes(with_vials(*said, units=150)) == ["vials_differ_from_dose"]


def test_an_open_vial_can_be_brought_and_kept() -> None:
    first = factories.vial(
        discarded_units=Decimal(0), carried_units=Decimal(100), discard_reason=""
    )
    assert codes(with_vials(first, units=100)) == []
    second = factories.vial(
        vials=0, brought_units=Decimal(100), discarded_units=Decimal(20), discard_reason="rest"
    )
    assert codes(with_vials(second, units=80)) == []
    assert codes(with_vials(second, units=90)) == ["vial_out_of_balance"]


@given(
    st.lists(
        st.tuples(st.sampled_from(Movement), st.integers(1, 20)),
        max_size=10,
    )
)
def test_a_standing_does_not_depend_on_the_order(moves: list[tuple[Movement, int]]) -> None:
    lot = factories.stock_lot()
    happened = [
        StockMovement(id=MovementId(new_id()), lot_id=lot.id, kind=kind, vials=vials, day=TODAY)
        for kind, vials in moves
    ]
    one = stock.standing(lot, happened)
    assert stock.standing(lot, happened[::-1]) == one
    assert one.remaining == sum(m.change for m in happened)


def test_hours_since_reconstitution() -> None:
    vial = factories.vial(reconstituted_at=factories.NOW - timedelta(hours=5, minutes=30))
    assert stock.hours_open(vial, factories.NOW) == Decimal("5.5")
    assert stock.hours_open(factories.vial(), factories.NOW) is None


def test_billing_lines_of_a_stored_treatment() -> None:
    product = catalogs.load().products[factories.ONA]
    lines = billing.lines_of(with_vials(factories.vial()), product)
    assert [(x.code, x.modifier, x.billing_units) for x in lines] == [
        ("J0585", "", 155),
        ("J0585", "JW", 45),
    ]
    with pytest.raises(OutcomesError):
        billing.lines_of(with_vials(factories.vial(discarded_units=None)), product)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lot": " "}, "lot_missing"),
        ({"product": ProductId("none")}, "unknown"),
        ({"vial_units": Decimal(0)}, "not_positive"),
        ({"vial_units": Decimal(77)}, "vial_size_unknown"),
        ({"received": TODAY + timedelta(days=1)}, "in_the_future"),
        ({"expiry": date(2020, 1, 1)}, "expired_on_receipt"),
        ({"cost": Decimal(-1)}, "not_positive"),
        ({}, None),
    ],
)
def test_what_a_lot_must_fulfil(changes: dict[str, object], code: str | None) -> None:
    lot = factories.stock_lot(**changes)
    found = stock_checks.check_lot(lot, catalogs.load(), today=TODAY)
    assert [p.code for p in found] == ([code] if code else [])


def test_a_movement_needs_vials_a_day_and_a_reason() -> None:
    lot = factories.stock_lot()
    move = StockMovement(
        id=MovementId(new_id()),
        lot_id=StockLotId(lot.id),
        kind=Movement.DISCARDED,
        vials=3,
        day=TODAY + timedelta(days=1),
    )
    found = LotStanding(lot=lot, received=2)
    problems = stock_checks.check_movement(move, found, today=TODAY)
    assert [p.code for p in problems] == ["not_enough", "in_the_future", "reason_missing"]
    sound = replace(move, vials=2, day=TODAY, reason="dropped")
    assert stock_checks.check_movement(sound, found, today=TODAY) == ()
