"""Stock moves with the visits in the same deed, never below what is there, and lots are traced."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from outcomes_app.domain import signing
from outcomes_app.domain import stock as vials
from outcomes_app.domain.patient import Role
from outcomes_app.domain.permissions import NotAllowed
from outcomes_app.domain.stock import (
    LotStanding,
    Movement,
    MovementId,
    NotEnoughStock,
    Recall,
    StockLot,
    StockMovement,
)
from outcomes_app.domain.treatment import Visit
from outcomes_app.domain.values import PatientId, ProductId, new_id
from outcomes_app.errors import NotFound, Refused
from outcomes_app.records import patients, recalls, stock, treatments, visits
from outcomes_app.records import signing as signatures
from tests import factories
from tests.database import PERSON, Store

TODAY = factories.TODAY
ABO = ProductId("abo")


def receive(store: Store, count: int = 5, **changes: Any) -> StockLot:
    lot = factories.stock_lot(**changes)
    with store.writing("stock.receive") as session:
        stock.receive(session, lot, count, person=PERSON, catalog=store.catalog, today=TODAY)
    return lot


def a_patient(store: Store) -> PatientId:
    patient = factories.patient()
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    return patient.id


def record(store: Store, visit: Visit) -> None:
    with store.writing("visit.record") as session:
        visits.record(session, visit, catalog=store.catalog, today=TODAY)


def left(store: Store, lot: StockLot) -> int:
    return standing(store, lot).remaining


def standing(store: Store, lot: StockLot) -> LotStanding:
    with store.reading() as session:
        (found,) = [s for s in stock.lots(session, lot.product) if s.lot.id == lot.id]
    return found


def test_a_lot_comes_back_as_it_was_received(store: Store) -> None:
    lot = receive(store, note="box damaged", storage_problem="12 °C over night")
    found = standing(store, lot)
    assert found.lot == replace(lot, version=1)
    assert (found.received, found.remaining) == (5, 5)


def test_more_vials_of_a_lot_join_it(store: Store) -> None:
    lot = receive(store, 2)
    receive(store, 3, received=TODAY)
    assert left(store, lot) == 5
    receive(store, 1, location="Hill")
    with store.reading() as session:
        assert len(stock.lots(session)) == 2
        assert stock.remaining(session, factories.ONA) == 6
        assert stock.remaining(session, ABO) == 0


def test_a_stored_visit_takes_its_vials(store: Store) -> None:
    lot = receive(store)
    visit = factories.signable_visit(a_patient(store))
    record(store, visit)
    assert left(store, lot) == 4
    with store.writing("visit.sign") as session:
        signatures.sign(session, visit.treatment.id, person=PERSON, catalog=store.catalog)
    assert left(store, lot) == 4
    with store.reading() as session:
        happened = stock.movements(session, lot.id)
    opened = [(m.vials, m.treatment_id) for m in happened if m.kind is Movement.OPENED]
    assert opened == [(1, visit.treatment.id)]


def test_a_correction_moves_only_the_difference(store: Store) -> None:
    lot, other = receive(store), receive(store, lot="OTHER")
    visit = factories.signable_visit(a_patient(store))
    record(store, visit)
    moved = replace(visit.treatment, version=1, vials=(factories.vial(lot="OTHER", vials=2),))
    with store.writing() as session:
        visits.correct(
            session,
            replace(visit, treatment=moved, assessments=(), adverse_events=()),
            catalog=store.catalog,
            today=TODAY,
        )
    assert (left(store, lot), left(store, other)) == (5, 3)
    with store.writing() as session:
        visits.void(session, visit.treatment.id, reason="never given")
    assert (left(store, lot), left(store, other)) == (5, 5)
    assert standing(store, other).returned == 2


def test_an_amendment_takes_the_vials_once(store: Store) -> None:
    lot = receive(store)
    visit = factories.signable_visit(a_patient(store))
    with store.writing() as session:
        signatures.store_and_sign(session, visit, person=PERSON, catalog=store.catalog, today=TODAY)
    with store.writing() as session:
        signatures.amend(
            session,
            signing.amendment_of(visit),
            reason="typing error",
            person=PERSON,
            catalog=store.catalog,
            today=TODAY,
        )
    assert left(store, lot) == 4


def test_no_vial_is_opened_that_is_not_there(store: Store) -> None:
    lot = receive(store, 1)
    patient = a_patient(store)
    record(store, factories.signable_visit(patient, day=TODAY - timedelta(days=90)))
    visit = factories.signable_visit(patient)
    with pytest.raises(NotEnoughStock):
        record(store, visit)
    with store.reading() as session, pytest.raises(NotFound):
        treatments.get(session, visit.treatment.id)
    assert left(store, lot) == 0
    record(store, factories.signable_visit(patient, of_treatment={"back_entered": True}))
    assert left(store, lot) == 0


def test_expired_stock_blocks_and_history_does_not(store: Store) -> None:
    patient = a_patient(store)
    expired = (factories.vial(expiry=TODAY - timedelta(days=1)),)
    visit = factories.signable_visit(patient)
    with pytest.raises(Refused):
        record(store, replace(visit, treatment=replace(visit.treatment, vials=expired)))
    old = factories.signable_visit(patient, day=TODAY - timedelta(days=400))
    record(store, replace(old, treatment=replace(old.treatment, vials=expired)))
    history = replace(visit.treatment, vials=expired, back_entered=True)
    record(store, replace(visit, treatment=history))


def test_lots_outside_the_stock_are_left_alone(store: Store) -> None:
    record(store, factories.signable_visit(a_patient(store)))
    with store.reading() as session:
        assert stock.lots(session) == ()


def move(store: Store, lot: StockLot, kind: Movement, count: int, **more: Any) -> None:
    movement = StockMovement(
        id=MovementId(new_id()), lot_id=lot.id, kind=kind, vials=count, day=TODAY, **more
    )
    with store.writing("stock.move") as session:
        stock.move(session, movement, person=PERSON, today=TODAY)


def test_vials_are_discarded_returned_written_off_and_counted(store: Store) -> None:
    lot = receive(store, 9)
    why = {"reason": "dropped", "witness": "N. Abara", "units": Decimal(200)}
    move(store, lot, Movement.DISCARDED, 1, **why)
    move(store, lot, Movement.EXPIRED, 2)
    move(store, lot, Movement.RETURNED, 1, reason="found again")
    assert left(store, lot) == 7
    with store.writing() as session:
        stock.count(session, lot.id, 5, reason="monthly count", person=PERSON, today=TODAY)
    assert left(store, lot) == 5
    with store.reading() as session:
        discarded = next(
            m for m in stock.movements(session, lot.id) if m.kind is Movement.DISCARDED
        )
    assert (discarded.reason, discarded.witness, discarded.units) == tuple(why.values())
    with pytest.raises(Refused):
        move(store, lot, Movement.DISCARDED, 6, reason="too many")
    with pytest.raises(Refused):
        move(store, lot, Movement.DISCARDED, 1)


def test_a_reviewer_does_not_touch_the_stock(store: Store) -> None:
    lot = receive(store)
    reader = replace(PERSON, roles=(Role.REVIEWER,))
    with pytest.raises(NotAllowed), store.writing() as session:
        stock.correct(session, lot, person=reader, catalog=store.catalog, today=TODAY)
    with pytest.raises(NotAllowed), store.writing() as session:
        stock.receive(
            session,
            factories.stock_lot(lot="N"),
            1,
            person=reader,
            catalog=store.catalog,
            today=TODAY,
        )


def test_what_expires_and_what_was_scanned_is_found(store: Store) -> None:
    soon = receive(store, lot="SOON", expiry=TODAY + timedelta(days=30))
    receive(store, lot="LATER", expiry=TODAY + timedelta(days=31), gtin="0001")
    gone = receive(store, 1, lot="GONE", expiry=TODAY + timedelta(days=1))
    move(store, gone, Movement.DISCARDED, 1, reason="dropped")
    with store.reading() as session:
        assert [s.lot.id for s in stock.expiring(session, 30, today=TODAY)] == [soon.id]
        assert [s.lot.lot for s in stock.by_gtin(session, "0001")] == ["LATER"]
        assert stock.by_gtin(session, "0001", lot="SOON") == ()


def test_the_stock_is_drawn_first_to_expire_first(store: Store) -> None:
    receive(store, 1, lot="LATE")
    receive(store, 1, lot="EARLY", expiry=TODAY + timedelta(days=30))
    with store.reading() as session:
        uses = vials.draw(factories.dose(300), stock.lots(session, factories.ONA), day=TODAY)
    assert [(u.lot, u.injected_units, u.discarded_units) for u in uses] == [
        ("EARLY", Decimal(200), Decimal(0)),
        ("LATE", Decimal(100), Decimal(100)),
    ]


def test_a_recalled_lot_leads_to_its_patients_and_blocks(store: Store) -> None:
    lot = receive(store)
    patient = a_patient(store)
    visit = factories.signable_visit(patient)
    record(store, visit)
    record(store, factories.visit(a_patient(store), treatment=None, adverse_events=()))
    recall = Recall(
        id=new_id(),
        product=factories.ONA,
        lot=lot.lot,
        day=TODAY,
        reason="sterility",
        source="maker",
    )
    with store.writing("recall") as session:
        recalls.record(session, recall, person=PERSON, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert recalls.all(session) == (replace(recall, version=1),)
        traced = recalls.trace(session, factories.ONA, lot.lot)
        assert recalls.trace(session, ABO, lot.lot).uses == ()
    use = next(u for u in traced.uses if u.patient_id == patient)
    assert len(traced.uses) == 2
    assert (use.treatment_id, use.vials, use.injected_units) == (
        visit.treatment.id,
        1,
        Decimal(155),
    )
    assert use.family_name == "Okonkwo"
    assert [s.remaining for s in traced.on_shelf] == [3]
    with pytest.raises(Refused, match="recall"), store.writing() as session:
        signatures.sign(session, visit.treatment.id, person=PERSON, catalog=store.catalog)
    with store.writing() as session:
        recalls.void(session, recall, person=PERSON, reason="released again")
        assert recalls.all(session) == ()
        signatures.sign(session, visit.treatment.id, person=PERSON, catalog=store.catalog)
