"""Consents, medicines, weights and toxin given elsewhere: recording, correcting, voiding."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import RowMapping, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import (
    ConsentRow,
    OutsideToxinRow,
    PatientMedicineRow,
    PatientWeightRow,
)
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient_facts import (
    ConsentOnFile,
    FactId,
    OutsideToxin,
    PatientFact,
    PatientMedicine,
    PatientWeight,
    check,
)
from outcomes_app.domain.time_out import Consent, GivenElsewhere
from outcomes_app.domain.values import PatientId
from outcomes_app.records import patients, storing

Fact = TypeVar("Fact", bound=PatientFact)


def record(session: Session, fact: PatientFact, *, catalog: Catalog, today: date) -> FactId:
    """Store a new fact of a patient."""
    kind, row_of = _kind_of(fact)
    patients.get(session, fact.patient_id)
    storing.refuse((*check(fact, catalog, today=today), *storing.unstorable(fact)))
    storing.require_new(session, kind, [fact.id])
    added = {
        "version": 1,
        "void_reason": "",
        "batch_id": None,
        "recorded_at": audit.instant(session),
        "voided": False,
    }
    rows.add(session, kind, [{**_common(fact), **row_of(fact), **added}])
    return fact.id


def correct(
    session: Session, fact: PatientFact, *, catalog: Catalog, today: date, reason: str = ""
) -> FactId:
    """Store what was put right or became known; `fact.version` has to be the stored one."""
    kind, row_of = _kind_of(fact)
    before = storing.current(session, kind, fact.id, fact.version)
    storing.same_patient(before, fact.patient_id)
    storing.refuse((*check(fact, catalog, today=today), *storing.unstorable(fact)))
    after = {**before, **row_of(fact)}
    if after != before:
        rows.change(session, kind, before, {**after, "version": before["version"] + 1})
        audit.give_reason(session, rows.table_of(kind), before, reason)
    return fact.id


def void(session: Session, fact: PatientFact, *, reason: str) -> None:
    """Mark a fact as entered in error; it stays stored and counts nowhere."""
    storing.void(session, _kind_of(fact)[0], fact.id, reason)


def consents(session: Session, patient_id: PatientId) -> tuple[ConsentOnFile, ...]:
    """A patient's consents in order of day, also those that were withdrawn."""
    return _load(session, ConsentRow, patient_id, _consent, ConsentRow.day)


def medicines(session: Session, patient_id: PatientId) -> tuple[PatientMedicine, ...]:
    """A patient's medicines in order of their beginning."""
    return _load(session, PatientMedicineRow, patient_id, _medicine, PatientMedicineRow.start)


def weights(session: Session, patient_id: PatientId) -> tuple[PatientWeight, ...]:
    """A patient's weights in order of day."""
    return _load(session, PatientWeightRow, patient_id, _weight, PatientWeightRow.day)


def outside_toxin(session: Session, patient_id: PatientId) -> tuple[OutsideToxin, ...]:
    """Toxin others gave this patient, in order of day."""
    return _load(session, OutsideToxinRow, patient_id, _outside, OutsideToxinRow.day)


def _load(
    session: Session,
    kind: Any,
    patient_id: PatientId,
    value_of: Callable[[RowMapping], Fact],
    order: Any,
) -> tuple[Fact, ...]:
    asked = (
        select(rows.table_of(kind))
        .where(kind.patient_id == patient_id, not_(kind.voided))
        .order_by(order.asc().nulls_first(), kind.recorded_at, kind.id)
    )
    return tuple(value_of(row) for row in session.execute(asked).mappings())


def _common(fact: PatientFact) -> dict[str, Any]:
    return {"id": fact.id, "patient_id": fact.patient_id}


def _consent(row: RowMapping) -> ConsentOnFile:
    return ConsentOnFile(
        id=row["id"],
        patient_id=row["patient_id"],
        consent=Consent(
            day=row["day"],
            products=row["products"],
            indications=row["indications"],
            mentions_off_label=row["mentions_off_label"],
        ),
        withdrawn=row["withdrawn"],
        form=row["form"],
        note=row["note"],
        version=row["version"],
    )


def _consent_row(fact: ConsentOnFile) -> dict[str, Any]:
    return {
        "day": fact.consent.day,
        "products": fact.consent.products,
        "indications": fact.consent.indications,
        "mentions_off_label": fact.consent.mentions_off_label,
        "withdrawn": fact.withdrawn,
        "form": fact.form,
        "note": fact.note,
    }


def _medicine(row: RowMapping) -> PatientMedicine:
    names = (*_MEDICINE, "id", "patient_id", "version")
    return PatientMedicine(**{name: row[name] for name in names})


_MEDICINE = (
    "name",
    "kind",
    "purpose",
    "dose",
    "start",
    "end",
    "why_stopped",
    "stop_detail",
    "note",
)


def _medicine_row(fact: PatientMedicine) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in _MEDICINE}


def _weight(row: RowMapping) -> PatientWeight:
    return PatientWeight(
        id=row["id"],
        patient_id=row["patient_id"],
        day=row["day"],
        kilograms=row["kilograms"],
        version=row["version"],
    )


def _weight_row(fact: PatientWeight) -> dict[str, Any]:
    return {"day": fact.day, "kilograms": fact.kilograms}


def _outside(row: RowMapping) -> OutsideToxin:
    return OutsideToxin(
        id=row["id"],
        patient_id=row["patient_id"],
        given=GivenElsewhere(
            day=row["day"], product=row["product"], units=row["units"], purpose=row["purpose"]
        ),
        given_by=row["given_by"],
        note=row["note"],
        version=row["version"],
    )


def _outside_row(fact: OutsideToxin) -> dict[str, Any]:
    return {
        "day": fact.given.day,
        "product": fact.given.product,
        "units": fact.given.units,
        "purpose": fact.given.purpose,
        "given_by": fact.given_by,
        "note": fact.note,
    }


_KINDS: Mapping[type, tuple[Any, Callable[[Any], dict[str, Any]]]] = {
    ConsentOnFile: (ConsentRow, _consent_row),
    PatientMedicine: (PatientMedicineRow, _medicine_row),
    PatientWeight: (PatientWeightRow, _weight_row),
    OutsideToxin: (OutsideToxinRow, _outside_row),
}


def _kind_of(fact: PatientFact) -> tuple[Any, Callable[[Any], dict[str, Any]]]:
    return _KINDS[type(fact)]
