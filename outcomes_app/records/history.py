"""The history of changes, read from the audit."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outcomes_app.db.plain import payload_of
from outcomes_app.db.schema import AuditRow, PersonRow
from outcomes_app.domain.trail import FieldChange, TrailEntry
from outcomes_app.domain.values import PatientId, PersonId


def for_record(session: Session, entity: str, record_id: uuid.UUID) -> tuple[TrailEntry, ...]:
    """What happened to one record, oldest first; `entity` is "treatment", "patient", "diary" …"""
    asked = select(AuditRow).where(AuditRow.entity_id == record_id.hex, AuditRow.entity == entity)
    return _entries(session, asked.order_by(AuditRow.seq))


def for_patient(
    session: Session, patient_id: PatientId, *, limit: int = 200
) -> tuple[TrailEntry, ...]:
    """What happened to everything of one patient, newest first."""
    asked = select(AuditRow).where(AuditRow.patient_id == patient_id.hex)
    return _entries(session, asked.order_by(AuditRow.seq.desc()).limit(limit))


def recent(session: Session, limit: int = 200) -> tuple[TrailEntry, ...]:
    """The last changes of the practice, newest first."""
    return _entries(session, select(AuditRow).order_by(AuditRow.seq.desc()).limit(limit))


def _entries(session: Session, asked: Select[Any]) -> tuple[TrailEntry, ...]:
    found = session.execute(asked).scalars().all()
    names = {
        person_id.hex: name
        for person_id, name in session.execute(select(PersonRow.id, PersonRow.name))
    }
    return tuple(_entry(row, names.get(row.person_id, "")) for row in found)


def _entry(row: AuditRow, person_name: str) -> TrailEntry:
    payload = payload_of(row.payload) if row.payload else {}
    return TrailEntry(
        seq=row.seq,
        at=datetime.fromisoformat(row.at),
        person=PersonId(uuid.UUID(row.person_id)) if row.person_id else None,
        person_name=person_name,
        deed=row.deed,
        action=row.action,
        entity=row.entity,
        record_id=uuid.UUID(row.entity_id) if row.entity_id else None,
        patient_id=PatientId(uuid.UUID(row.patient_id)) if row.patient_id else None,
        version=row.version,
        reason=row.reason,
        added=tuple((t, len(rows["rows"])) for t, rows in payload.get("added", {}).items()),
        changes=tuple(
            FieldChange(
                table=change["table"],
                row=tuple(str(part) for part in change["key"]),
                field=name,
                before=_text(change["old"].get(name)),
                after=_text(value),
            )
            for change in payload.get("changed", ())
            for name, value in change["new"].items()
            if name != "version"
        ),
    )


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return None if value is None else str(value)
