"""An assessment: one instrument taken once, with its scores and, where licensed, its answers."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from outcomes_app.domain.values import (
    AssessmentId,
    BatchId,
    InstrumentId,
    PatientId,
    Score,
    TreatmentId,
)


class Occasion(StrEnum):
    """Why it was taken. BASELINE is what the clinician entered as the state before treatment."""

    BASELINE = "baseline"
    VISIT = "visit"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One instrument taken on one day.

    `instrument` is an id of the catalog: one of the 52 instruments or a plain outcome measure.
    A pain score is `instrument="nrs_pain"` with a Score part "average", "worst", "least" or
    "current". Monthly headache days told at a visit are `headache_days_28`. An assessment on the
    day of an injection was taken before the needle, so it belongs to the cycle that ends there.
    """

    id: AssessmentId
    patient_id: PatientId
    instrument: InstrumentId
    day: date
    scores: tuple[Score, ...]
    answers: tuple[tuple[str, str | None], ...] = field(default=(), repr=False)
    occasion: Occasion = Occasion.VISIT
    treatment_id: TreatmentId | None = None
    recall: str = ""
    note: str = field(default="", repr=False)
    voided: bool = False
    batch: BatchId | None = None
    version: int = 0

    def value(self, part: str = "total") -> Decimal | None:
        """The number of one part; None where it is absent or could not be scored."""
        return next((s.value for s in self.scores if s.part == part), None)
