"""Unfinished work of one person, kept in the record so that a crash loses nothing."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from outcomes_app.domain.values import PatientId, PersonId, TreatmentId

DraftId = NewType("DraftId", uuid.UUID)

VISIT = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A kept draft. `payload` is the text of its kind (visit_json for a visit)."""

    id: DraftId
    person: PersonId
    patient_id: PatientId | None
    payload: str = field(repr=False)
    kind: str = VISIT
    saved_at: datetime | None = None


def draft_id(treatment_id: TreatmentId, person: PersonId) -> DraftId:
    """The one draft that a person has of a visit, so that two people never overwrite each other."""
    return DraftId(uuid.uuid5(treatment_id, person.hex))
