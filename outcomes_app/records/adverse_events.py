"""Adverse events: recording, correcting, voiding."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import AdverseEventRow, TreatmentRow
from outcomes_app.domain import checks
from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.values import AdverseEventId, PatientId, TreatmentId
from outcomes_app.records import storing

_TABLE = rows.table_of(AdverseEventRow)


def record(
    session: Session, event: AdverseEvent, *, catalog: Catalog, today: date
) -> AdverseEventId:
    """Store a new adverse event."""
    record_all(session, (event,), catalog=catalog, today=today)
    return event.id


def record_all(
    session: Session, events: Sequence[AdverseEvent], *, catalog: Catalog, today: date
) -> None:
    """Store many new adverse events at once, or none of them."""
    days = _treatment_days(session, events)
    for event in events:
        _refuse_broken(event, catalog, today, days)
    storing.require_new(session, AdverseEventRow, [e.id for e in events])
    added = {"version": 1, "recorded_at": audit.instant(session)}
    rows.add(session, AdverseEventRow, [{**_row(e), **added} for e in events])


def correct(
    session: Session, event: AdverseEvent, *, catalog: Catalog, today: date, reason: str = ""
) -> AdverseEventId:
    """Store what was put right or became known; `event.version` has to be the stored one."""
    before = storing.current(session, AdverseEventRow, event.id, event.version)
    storing.same_patient(before, event.patient_id)
    _refuse_broken(event, catalog, today, _treatment_days(session, (event,)))
    after = {**before, **_row(event)}
    if after != before:
        rows.change(session, AdverseEventRow, before, {**after, "version": before["version"] + 1})
        audit.give_reason(session, _TABLE, before, reason)
    return event.id


def void(session: Session, event_id: AdverseEventId, *, reason: str) -> None:
    """Mark an adverse event as entered in error; it stays stored and counts nowhere."""
    storing.void(session, AdverseEventRow, event_id, reason)


def for_patient(session: Session, patient_id: PatientId) -> tuple[AdverseEvent, ...]:
    """A patient's adverse events in order of onset."""
    return load(session, AdverseEventRow.patient_id == patient_id)


def for_treatment(session: Session, treatment_id: TreatmentId) -> tuple[AdverseEvent, ...]:
    """The adverse events of one treatment."""
    return load(session, AdverseEventRow.treatment_id == treatment_id)


def load(session: Session, where: ColumnElement[bool]) -> tuple[AdverseEvent, ...]:
    """Living adverse events in order of onset."""
    row = AdverseEventRow
    asked = select(_TABLE).where(where, not_(row.voided))
    ordered = asked.order_by(row.onset, row.recorded_at, row.id)
    return tuple(_event(found) for found in session.execute(ordered).mappings())


def _event(row: RowMapping) -> AdverseEvent:
    return AdverseEvent(
        id=row["id"],
        patient_id=row["patient_id"],
        treatment_id=row["treatment_id"],
        term=row["term"],
        onset=row["onset"],
        resolved=row["resolved"],
        grade=row["grade"],
        serious=row["serious"],
        site=row["site"],
        side=row["side"],
        note=row["note"],
        voided=row["voided"],
        batch=row["batch_id"],
        version=row["version"],
    )


def _row(event: AdverseEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "patient_id": event.patient_id,
        "treatment_id": event.treatment_id,
        "term": event.term,
        "onset": event.onset,
        "resolved": event.resolved,
        "grade": event.grade,
        "serious": event.serious,
        "site": event.site,
        "side": event.side,
        "note": event.note,
        "batch_id": event.batch,
        "voided": False,
        "void_reason": "",
    }


def _treatment_days(session: Session, events: Sequence[AdverseEvent]) -> dict[Any, date]:
    ids = list({e.treatment_id for e in events if e.treatment_id is not None})
    days: dict[Any, date] = {}
    for part in storing.parts(ids):
        asked = select(TreatmentRow.id, TreatmentRow.day).where(TreatmentRow.id.in_(part))
        days.update((treatment, day) for treatment, day in session.execute(asked))
    return days


def _refuse_broken(
    event: AdverseEvent, catalog: Catalog, today: date, days: dict[Any, date]
) -> None:
    found = checks.check_adverse_event(
        event, catalog, today=today, treatment_day=days.get(event.treatment_id)
    )
    storing.refuse((*found, *storing.unstorable(event)))
