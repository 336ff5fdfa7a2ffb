"""Drafts of visits, with their undo history: kept while somebody writes, found after a crash."""

from datetime import datetime

from sqlalchemy.orm import Session

from outcomes_app.domain import visit_json
from outcomes_app.domain.draft import VISIT, Draft, draft_id
from outcomes_app.domain.history import History
from outcomes_app.domain.values import PatientId, PersonId, TreatmentId
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.records import drafts


def keep(session: Session, line: History[VisitDraft], person: PersonId) -> None:
    """Keep a history; it becomes text on the thread of the database, not while somebody types."""
    state = line.state
    draft = Draft(
        id=draft_id(state.treatment_id, person),
        person=person,
        patient_id=state.patient_id,
        payload=visit_json.to_json(line),
    )
    drafts.save(session, draft)


def unfinished(
    session: Session, patient_id: PatientId, person: PersonId, treatment_id: TreatmentId | None
) -> tuple[History[VisitDraft], datetime | None] | None:
    """This person's newest draft of a visit: of this stored one, or of a new one of the patient."""
    for found in drafts.for_patient(session, patient_id):
        if found.person != person or found.kind != VISIT:
            continue
        line = visit_json.from_json(found.payload)
        state = line.state
        same = treatment_id in (state.treatment_id, state.amends)
        fresh = treatment_id is None and state.stored is None
        if same if treatment_id is not None else fresh:
            return line, found.saved_at
    return None
