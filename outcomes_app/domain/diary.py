"""One day of a headache diary. A day without a DiaryDay is unknown, never headache-free."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from outcomes_app.domain.values import BatchId, PatientId


@dataclass(frozen=True, slots=True, kw_only=True)
class AcuteMedicine:
    """Acute medicine taken on a day. `kind` is its class ("triptan", "nsaid", …, "unknown")."""

    kind: str = "unknown"
    name: str = ""
    doses: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryDay:
    """What was written for one local calendar day. None = not said; False = said "no".

    `peak_pain` is 0–10, `peak_severity` 0–3 (none, mild, moderate, severe); the two are kept as
    entered and never converted silently. `duration_hours` is 0–24 within this day.
    `acute_medicine_taken` True with an empty `acute_medicines` means taken, not known which.
    """

    patient_id: PatientId
    day: date
    headache: bool | None = None
    peak_pain: Decimal | None = None
    peak_severity: int | None = None
    duration_hours: Decimal | None = None
    unilateral: bool | None = None
    pulsating: bool | None = None
    worse_with_activity: bool | None = None
    nausea: bool | None = None
    vomiting: bool | None = None
    photophobia: bool | None = None
    phonophobia: bool | None = None
    aura_minutes: int | None = None
    acute_medicine_taken: bool | None = None
    acute_medicines: tuple[AcuteMedicine, ...] = ()
    menses: bool | None = None
    work_missed_hours: Decimal | None = None
    note: str = field(default="", repr=False)
    batch: BatchId | None = None
    version: int = 0
