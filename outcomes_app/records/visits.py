"""A visit as one deed: the treatment, what was measured, and what had gone wrong since the last."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outcomes_app.db.schema import AdverseEventRow, AssessmentRow, TreatmentRow
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.treatment import Visit
from outcomes_app.domain.values import TreatmentId
from outcomes_app.records import adverse_events, assessments, stock, storing, treatments


def record(session: Session, visit: Visit, *, catalog: Catalog, today: date) -> TreatmentId:
    """Store a new visit."""
    treatments.record(session, visit.treatment, catalog=catalog, today=today, started=visit.started)
    stock.open_for_treatment(session, visit.treatment)
    assessments.record_all(session, visit.assessments, catalog=catalog, today=today)
    adverse_events.record_all(session, visit.adverse_events, catalog=catalog, today=today)
    return visit.treatment.id


def correct(
    session: Session, visit: Visit, *, catalog: Catalog, today: date, reason: str = ""
) -> TreatmentId:
    """Store a visit as it was put right.

    Records with a version are corrected, new ones are added, and those that were linked to the
    treatment and are no longer in the visit are voided.
    """
    treatment_id = treatments.correct(
        session, visit.treatment, catalog=catalog, today=today, reason=reason
    )
    stock.open_for_treatment(session, visit.treatment)
    kept = {a.id for a in visit.assessments} | {e.id for e in visit.adverse_events}
    for gone in assessments.for_treatment(session, treatment_id):
        if gone.id not in kept:
            assessments.void(session, gone.id, reason=reason)
    for lost in adverse_events.for_treatment(session, treatment_id):
        if lost.id not in kept:
            adverse_events.void(session, lost.id, reason=reason)
    for assessment in visit.assessments:
        if assessment.version:
            assessments.correct(session, assessment, catalog=catalog, today=today, reason=reason)
        else:
            assessments.record(session, assessment, catalog=catalog, today=today)
    for event in visit.adverse_events:
        if event.version:
            adverse_events.correct(session, event, catalog=catalog, today=today, reason=reason)
        else:
            adverse_events.record(session, event, catalog=catalog, today=today)
    return treatment_id


def get(session: Session, treatment_id: TreatmentId) -> Visit:
    """A stored visit: the treatment with everything that is linked to it."""
    treatment = treatments.get(session, treatment_id)
    started = select(TreatmentRow.started).where(TreatmentRow.id == treatment_id)
    return Visit(
        treatment=treatment,
        assessments=assessments.for_treatment(session, treatment_id),
        adverse_events=adverse_events.for_treatment(session, treatment_id),
        started=session.execute(started).scalar_one(),
    )


def void(session: Session, treatment_id: TreatmentId, *, reason: str) -> None:
    """Mark a whole visit as entered in error: the treatment and everything linked to it."""
    treatments.void(session, treatment_id, reason=reason)
    stock.put_back(session, treatment_id, reason=reason)
    linked = (AssessmentRow.treatment_id == treatment_id,)
    storing.void_all(session, AssessmentRow, linked, reason)
    events = (AdverseEventRow.treatment_id == treatment_id,)
    storing.void_all(session, AdverseEventRow, events, reason)
