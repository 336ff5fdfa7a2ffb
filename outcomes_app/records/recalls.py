"""Recalled lots: the list of them, and who was treated with one."""

from datetime import date
from decimal import Decimal

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import rows
from outcomes_app.db.schema import RecallRow, StockLotRow, TreatmentRow, VialUseRow
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient import Person
from outcomes_app.domain.permissions import Action, require
from outcomes_app.domain.stock import LotTrace, Recall, RecalledUse
from outcomes_app.domain.stock_checks import check_recall
from outcomes_app.domain.treatment import TreatmentStatus
from outcomes_app.domain.values import PatientId, ProductId, TreatmentId
from outcomes_app.records import stock, storing, summary, treatments

_TABLE = rows.table_of(RecallRow)


def record(
    session: Session, recall: Recall, *, person: Person, catalog: Catalog, today: date
) -> None:
    """Put a lot on the recall list; from now on no visit with it can be signed."""
    require(person, Action.EDIT_STOCK)
    storing.refuse((*check_recall(recall, catalog, today=today), *storing.unstorable(recall)))
    storing.require_new(session, RecallRow, [recall.id])
    row = {
        "id": recall.id,
        "product": recall.product,
        "lot": recall.lot,
        "day": recall.day,
        "reason": recall.reason,
        "source": recall.source,
    }
    rows.add(session, RecallRow, [{**row, "version": 1, "voided": False, "void_reason": ""}])


def void(session: Session, recall: Recall, *, person: Person, reason: str) -> None:
    """Take a lot off the list, because it was put there in error or released again."""
    require(person, Action.EDIT_STOCK)
    storing.void(session, RecallRow, recall.id, reason)


def all(session: Session) -> tuple[Recall, ...]:
    """Every lot on the list, newest first."""
    asked = (
        select(_TABLE)
        .where(not_(RecallRow.voided))
        .order_by(RecallRow.day.desc(), RecallRow.lot, RecallRow.id)
    )
    return tuple(
        Recall(
            id=row["id"],
            product=row["product"],
            lot=row["lot"],
            day=row["day"],
            reason=row["reason"],
            source=row["source"],
            version=row["version"],
        )
        for row in session.execute(asked).mappings()
    )


def trace(session: Session, product: ProductId, lot: str) -> LotTrace:
    """Where a lot went: vials on the shelf, every treatment that used it, and whom it was given."""
    used = select(VialUseRow.treatment_id).where(VialUseRow.lot == lot, not_(VialUseRow.voided))
    gone = (TreatmentStatus.VOIDED, TreatmentStatus.AMENDED)
    found = treatments.load(
        session,
        (
            TreatmentRow.id.in_(used),
            TreatmentRow.product == product,
            TreatmentRow.status.not_in(gone),
        ),
        lambda kind: kind.treatment_id.in_(used),
    )
    people = {
        person.id: person
        for person in summary.of(session, list({PatientId(t.patient_id) for t in found}))
    }
    uses = []
    for treatment in found:
        person = people.get(treatment.patient_id)
        if person is None:
            continue
        of_lot = [v for v in treatment.vials if v.lot == lot]
        known = [v.injected_units for v in of_lot if v.injected_units is not None]
        given = treatment.dose.units if treatment.dose and len(treatment.vials) == 1 else None
        uses.append(
            RecalledUse(
                treatment_id=TreatmentId(treatment.id),
                patient_id=treatment.patient_id,
                family_name=person.family_name,
                given_name=person.given_name,
                identifier=person.identifier,
                day=treatment.day,
                vials=sum(v.vials for v in of_lot),
                injected_units=sum(known, Decimal(0)) if len(known) == len(of_lot) else given,
            )
        )
    shelf = stock.standings(session, StockLotRow.product == product, StockLotRow.lot == lot)
    return LotTrace(product=product, lot=lot, on_shelf=shelf, uses=tuple(uses))
