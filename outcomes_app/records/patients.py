"""Patients: recording, correcting and voiding them, and finding them as one types."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Text,
    and_,
    delete,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import (
    PatientIdentifierRow,
    PatientIndicationRow,
    PatientRow,
    PatientSearchRow,
)
from outcomes_app.domain import checks
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient import Identifier, Patient, PatientSummary, TreatedIndication
from outcomes_app.domain.values import PatientId, Problem
from outcomes_app.errors import NotFound
from outcomes_app.records import search, storing, summary
from outcomes_app.text import _

_TABLE = rows.table_of(PatientRow)


def record(session: Session, patient: Patient, *, catalog: Catalog, today: date) -> PatientId:
    """Store a new patient."""
    record_all(session, (patient,), catalog=catalog, today=today)
    return patient.id


def record_all(
    session: Session, patients: Sequence[Patient], *, catalog: Catalog, today: date
) -> None:
    """Store many new patients at once, or none of them."""
    for patient in patients:
        _refuse_broken(patient, catalog, today)
    storing.require_new(session, PatientRow, [p.id for p in patients])
    _refuse_taken(session, patients)
    now = audit.instant(session)
    rows.add(
        session,
        PatientRow,
        [{**_row(p), "version": 1, "recorded_at": now, "voided": False} for p in patients],
    )
    rows.add(session, PatientIdentifierRow, [r for p in patients for r in _identifier_rows(p)])
    rows.add(session, PatientIndicationRow, [r for p in patients for r in _indication_rows(p)])
    _add_search(session, patients)


def correct(
    session: Session, patient: Patient, *, catalog: Catalog, today: date, reason: str = ""
) -> PatientId:
    """Store what was put right; `patient.version` has to be the stored one."""
    before = storing.current(session, PatientRow, patient.id, patient.version)
    _refuse_broken(patient, catalog, today)
    _refuse_taken(session, (patient,))
    moved = storing.keep_children(
        session,
        PatientIdentifierRow,
        storing.stored(
            session, PatientIdentifierRow, PatientIdentifierRow.patient_id == patient.id
        ),
        _identifier_rows(patient),
    )
    moved |= storing.keep_children(
        session,
        PatientIndicationRow,
        storing.stored(
            session, PatientIndicationRow, PatientIndicationRow.patient_id == patient.id
        ),
        _indication_rows(patient),
    )
    after = {**before, **_row(patient)}
    if moved or after != before:
        rows.change(session, PatientRow, before, {**after, "version": before["version"] + 1})
        audit.give_reason(session, _TABLE, before, reason)
        _remove_search(session, patient.id)
        _add_search(session, (patient,))
    return patient.id


def void(session: Session, patient_id: PatientId, *, reason: str) -> None:
    """Mark a patient as entered in error. What was recorded of the patient stays stored."""
    before = storing.current(session, PatientRow, patient_id, None)
    storing.keep_children(
        session,
        PatientIdentifierRow,
        storing.stored(
            session, PatientIdentifierRow, PatientIdentifierRow.patient_id == patient_id
        ),
        (),
    )
    after = {"voided": True, "void_reason": reason, "version": before["version"] + 1}
    rows.change(session, PatientRow, before, after)
    audit.give_reason(session, _TABLE, before, reason)
    _remove_search(session, patient_id)


def get(session: Session, patient_id: PatientId) -> Patient:
    """One patient; NotFound where there is none or it was voided."""
    found = load(session, PatientRow.id == patient_id)
    if not found:
        raise NotFound(_("This patient is not in the record."))
    return found[0]


def by_identifier(session: Session, system: str, value: str) -> Patient | None:
    """The patient known by this number, if there is one."""
    holder = select(PatientIdentifierRow.patient_id).where(
        PatientIdentifierRow.system == system,
        PatientIdentifierRow.value == value,
        not_(PatientIdentifierRow.voided),
    )
    found = load(session, PatientRow.id.in_(holder))
    return found[0] if found else None


def by_identifiers(session: Session, system: str, values: Sequence[str]) -> dict[str, PatientId]:
    """The patients known by these numbers; a number nobody has is not in the answer."""
    row = PatientIdentifierRow
    found: dict[str, PatientId] = {}
    for part in storing.parts(values):
        asked = select(row.value, row.patient_id).where(
            row.system == system, row.value.in_(part), not_(row.voided)
        )
        found.update((value, PatientId(pid)) for value, pid in session.execute(asked))
    return found


def find(session: Session, text: str, *, limit: int = 50) -> tuple[PatientSummary, ...]:
    """The patients whose name or number begins with what was typed, in order of name."""
    typed = search.prefixes(text)
    if not typed:
        return summaries(session, limit=limit)
    words = PatientSearchRow.words
    hits = session.execute(
        select(PatientSearchRow.patient_id)
        .where(or_(*(_begins(prefix) for prefix in typed)))
        .group_by(PatientSearchRow.patient_id)
        .order_by(func.min(words))
        .limit(limit)
    )
    return summary.of(session, [PatientId(hit) for hit in hits.scalars()])


def _begins(prefix: str) -> ColumnElement[bool]:
    # Not LIKE: a range of plain text uses the index on both back ends, and "%" is only a sign.
    words = PatientSearchRow.words
    return and_(words >= literal(prefix, Text()), words <= literal(prefix + "\U0010ffff", Text()))


def summaries(session: Session, *, limit: int | None = None) -> tuple[PatientSummary, ...]:
    """All patients, or the first ones, in order of name."""
    order = (
        select(PatientSearchRow.patient_id)
        .where(PatientSearchRow.position == 0)
        .order_by(PatientSearchRow.words, PatientSearchRow.patient_id)
        .limit(limit)
    )
    ids = [PatientId(found) for found in session.execute(order).scalars()]
    return summary.of(session, ids, everybody=limit is None)


def count(session: Session) -> int:
    """How many patients there are."""
    living = select(func.count()).select_from(PatientRow).where(not_(PatientRow.voided))
    return session.execute(living).scalar_one()


def load(session: Session, *where: ColumnElement[bool]) -> tuple[Patient, ...]:
    """The living patients that fulfil the conditions, in no order, in three questions."""
    ids = select(PatientRow.id).where(not_(PatientRow.voided), *where)
    identifiers = _of_each(session, PatientIdentifierRow, ids)
    indications = _of_each(session, PatientIndicationRow, ids)
    found = session.execute(select(_TABLE).where(not_(PatientRow.voided), *where)).mappings()
    return tuple(
        _patient(row, identifiers.get(row["id"], []), indications.get(row["id"], []))
        for row in found
    )


def _of_each(session: Session, kind: Any, ids: Any) -> dict[Any, list[RowMapping]]:
    asked = (
        select(rows.table_of(kind))
        .where(kind.patient_id.in_(ids), not_(kind.voided))
        .order_by(kind.patient_id, kind.position)
    )
    return storing.grouped(session.execute(asked).mappings(), lambda row: row["patient_id"])


def _patient(
    row: RowMapping, identifiers: Iterable[RowMapping], indications: Iterable[RowMapping]
) -> Patient:
    return Patient(
        id=row["id"],
        family_name=row["family_name"],
        given_name=row["given_name"],
        title=row["title"],
        birth_date=row["birth_date"],
        sex=row["sex"],
        identifiers=tuple(Identifier(system=i["system"], value=i["value"]) for i in identifiers),
        indications=tuple(
            TreatedIndication(
                indication=i["indication"], icd10=i["icd10"], since=i["since"], detail=i["detail"]
            )
            for i in indications
        ),
        group=row["study_group"],
        clinic_site=row["clinic_site"],
        allergies=row["allergies"],
        alerts=row["alerts"],
        note=row["note"],
        synthetic=row["synthetic"],
        batch=row["batch_id"],
        version=row["version"],
    )


def _row(patient: Patient) -> dict[str, Any]:
    return {
        "id": patient.id,
        "family_name": patient.family_name,
        "given_name": patient.given_name,
        "title": patient.title,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "study_group": patient.group,
        "clinic_site": patient.clinic_site,
        "allergies": patient.allergies,
        "alerts": patient.alerts,
        "note": patient.note,
        "synthetic": patient.synthetic,
        "batch_id": patient.batch,
        "void_reason": "",
    }


def _identifier_rows(patient: Patient) -> list[dict[str, Any]]:
    return [
        {
            "patient_id": patient.id,
            "system": identifier.system,
            "value": identifier.value,
            "position": position,
            "voided": False,
        }
        for position, identifier in enumerate(patient.identifiers)
    ]


def _indication_rows(patient: Patient) -> list[dict[str, Any]]:
    return [
        {
            "patient_id": patient.id,
            "position": position,
            "indication": treated.indication,
            "icd10": treated.icd10,
            "since": treated.since,
            "detail": treated.detail,
            "voided": False,
        }
        for position, treated in enumerate(patient.indications)
    ]


def _refuse_broken(patient: Patient, catalog: Catalog, today: date) -> None:
    found = checks.check_patient(patient, today=today, catalog=catalog)
    storing.refuse((*found, *storing.unstorable(patient)))


def _refuse_taken(session: Session, patients: Sequence[Patient]) -> None:
    """An identifier names one living patient, or a number would open the wrong record."""
    owners: dict[tuple[str, str], Any] = {}
    numbers = [i.value for p in patients for i in p.identifiers]
    row = PatientIdentifierRow
    for part in storing.parts(numbers):
        asked = select(row.system, row.value, row.patient_id).where(
            row.value.in_(part), not_(row.voided)
        )
        for system, value, owner in session.execute(asked):
            owners[system, value] = owner
    for patient in patients:
        own: set[tuple[str, str]] = set()
        for place, identifier in enumerate(patient.identifiers):
            key = (identifier.system, identifier.value)
            if owners.setdefault(key, patient.id) != patient.id or key in own:
                storing.refuse([_taken(place)])
            own.add(key)


def _taken(place: int) -> Problem:
    return Problem(
        field=f"identifiers.{place}.value",
        code="identifier.taken",
        message=_("Another patient has this number, or it is here twice."),
    )


def _add_search(session: Session, patients: Sequence[Patient]) -> None:
    keys = [
        {"patient_id": patient.id, "position": position, "words": words}
        for patient in patients
        for position, words in enumerate(search.keys(patient))
    ]
    if keys:
        session.execute(insert(rows.table_of(PatientSearchRow)), keys)


def _remove_search(session: Session, patient_id: PatientId) -> None:
    table = rows.table_of(PatientSearchRow)
    session.execute(delete(table).where(table.c.patient_id == patient_id))
