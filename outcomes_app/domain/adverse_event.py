"""Adverse events, linked to the treatment, the muscle and the day they began."""

from dataclasses import dataclass, field
from datetime import date

from outcomes_app.domain.values import (
    AdverseEventId,
    AdverseEventTermId,
    BatchId,
    PatientId,
    Side,
    SiteId,
    TreatmentId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """One event. `grade` is 1–5 (CTCAE) or None where it was not graded; `resolved` None = not
    known to have ended."""

    id: AdverseEventId
    patient_id: PatientId
    treatment_id: TreatmentId | None
    term: AdverseEventTermId
    onset: date
    resolved: date | None = None
    grade: int | None = None
    serious: bool = False
    site: SiteId | None = None
    side: Side | None = None
    note: str = field(default="", repr=False)
    voided: bool = False
    batch: BatchId | None = None
    version: int = 0
