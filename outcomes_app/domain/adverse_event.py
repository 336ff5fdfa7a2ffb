"""Adverse events, linked to the treatment, the muscle and the day they began."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import NewType
from uuid import UUID

from outcomes_app.domain.values import (
    AdverseEventId,
    AdverseEventTermId,
    BatchId,
    PatientId,
    Side,
    SiteId,
    TreatmentId,
)

FollowUpId = NewType("FollowUpId", UUID)


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

    @property
    def is_open(self) -> bool:
        """Whether it is to be asked about again."""
        return self.resolved is None and not self.voided


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventFollowUp:
    """One look at an adverse event later on: how grave it is then, what was done, whether it is
    over."""

    id: FollowUpId
    event_id: AdverseEventId
    patient_id: PatientId
    day: date
    grade: int | None = None
    resolved: bool = False
    action: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


def followed_up(event: AdverseEvent, looks: tuple[AdverseEventFollowUp, ...]) -> AdverseEvent:
    """The event as the follow-ups leave it: its worst grade, and the day it was found over."""
    grades = [g for g in (event.grade, *(look.grade for look in looks)) if g is not None]
    ends = [look.day for look in looks if look.resolved]
    return replace(
        event, grade=max(grades, default=None), resolved=event.resolved or min(ends, default=None)
    )


def beside(events: tuple[AdverseEvent, ...], site: SiteId, side: Side) -> tuple[AdverseEvent, ...]:
    """The events to show beside one muscle; an event without a side is shown on both."""
    return tuple(e for e in events if not e.voided and e.site == site and e.side in (None, side))
