"""The history of changes as people read it: who did what to which record, and why."""

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import datetime

from outcomes_app.domain.values import PatientId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One stored field before and after, as text. `row` tells rows of the same table apart, such
    as the points of a treatment."""

    table: str
    row: tuple[str, ...]
    field: str
    before: str | None = dataclasses.field(repr=False)
    after: str | None = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One row of the history. `action` is "recorded", "corrected", "voided" or the name of an
    event; `added` counts the rows that came with it, by table."""

    seq: int
    at: datetime
    person: PersonId | None
    person_name: str
    deed: str
    action: str
    entity: str
    record_id: uuid.UUID | None
    patient_id: PatientId | None
    version: int | None
    reason: str = dataclasses.field(repr=False)
    added: tuple[tuple[str, int], ...] = ()
    changes: tuple[FieldChange, ...] = ()
