"""Adverse events looked at again, until they are over."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import AdverseEventFollowUpRow, AdverseEventRow
from outcomes_app.domain.adverse_event import (
    AdverseEvent,
    AdverseEventFollowUp,
    FollowUpId,
    followed_up,
)
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.checks import check_follow_up
from outcomes_app.domain.values import AdverseEventId, PatientId
from outcomes_app.errors import NotFound
from outcomes_app.records import adverse_events, storing
from outcomes_app.text import _

_TABLE = rows.table_of(AdverseEventFollowUpRow)
_FIELDS = ("id", "event_id", "patient_id", "day", "grade", "resolved", "action", "note")


def record(
    session: Session, look: AdverseEventFollowUp, *, catalog: Catalog, today: date
) -> FollowUpId:
    """Store a follow-up; the event takes its worst grade and its end from it."""
    found = adverse_events.load(session, AdverseEventRow.id == look.event_id)
    if not found:
        raise NotFound(_("This adverse event does not exist any more."))
    (event,) = found
    storing.same_patient({"patient_id": event.patient_id}, look.patient_id)
    storing.refuse(check_follow_up(look, event, today=today))
    values = {name: getattr(look, name) for name in _FIELDS}
    row = {**values, "recorded_at": audit.instant(session)}
    rows.add(session, AdverseEventFollowUpRow, [row])
    adverse_events.correct(session, followed_up(event, (look,)), catalog=catalog, today=today)
    return look.id


def for_event(session: Session, event_id: AdverseEventId) -> tuple[AdverseEventFollowUp, ...]:
    """The follow-ups of an event, in order of day."""
    row = AdverseEventFollowUpRow
    asked = (
        select(_TABLE).where(row.event_id == event_id).order_by(row.day, row.recorded_at, row.id)
    )
    return tuple(
        AdverseEventFollowUp(**{name: found[name] for name in _FIELDS})
        for found in session.execute(asked).mappings()
    )


def open_events(session: Session, patient_id: PatientId) -> tuple[AdverseEvent, ...]:
    """The patient's adverse events that are not over, in order of onset."""
    return tuple(e for e in adverse_events.for_patient(session, patient_id) if e.is_open)
