"""Drafts: saved again and again while somebody writes, offered after a crash, then discarded."""

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import DraftRow
from outcomes_app.domain.draft import Draft, DraftId
from outcomes_app.domain.values import PatientId, PersonId

_TABLE = rows.table_of(DraftRow)


def save(session: Session, draft: Draft) -> DraftId:
    """Keep a draft in the place of what was kept of it before."""
    values = {
        "person_id": draft.person,
        "kind": draft.kind,
        "patient_id": draft.patient_id,
        "payload": draft.payload,
        "saved_at": audit.instant(session),
    }
    here = _TABLE.c.id == draft.id
    if session.execute(select(_TABLE.c.id).where(here)).first():
        session.execute(update(_TABLE).where(here).values(values))
    else:
        session.execute(insert(_TABLE).values(id=draft.id, **values))
    return draft.id


def find(session: Session, person: PersonId) -> tuple[Draft, ...]:
    """A person's drafts, the newest first."""
    return _load(session, DraftRow.person_id == person)


def for_patient(session: Session, patient_id: PatientId) -> tuple[Draft, ...]:
    """Everybody's drafts of one patient, the newest first."""
    return _load(session, DraftRow.patient_id == patient_id)


def discard(session: Session, draft_id: DraftId) -> None:
    """Forget a draft; nothing happens where there is none."""
    session.execute(delete(_TABLE).where(_TABLE.c.id == draft_id))


def _load(session: Session, where: ColumnElement[bool]) -> tuple[Draft, ...]:
    asked = select(_TABLE).where(where).order_by(DraftRow.saved_at.desc(), DraftRow.id)
    return tuple(
        Draft(
            id=row["id"],
            person=row["person_id"],
            kind=row["kind"],
            patient_id=row["patient_id"],
            payload=row["payload"],
            saved_at=row["saved_at"],
        )
        for row in session.execute(asked).mappings()
    )
