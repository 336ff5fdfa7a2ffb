"""What the rules need beside the course: facts that a person enters. None = not known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes_app.domain.patient_facts import PatientMedicine, Purpose, WhyStopped

# What NICE counts: it has not worked, or is not tolerated, or is unsuitable.
_FAILED = frozenset({WhyStopped.NO_BENEFIT, WhyStopped.NOT_TOLERATED, WhyStopped.CONTRAINDICATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredEffect:
    """What the patient said of one cycle, in days (or weeks) since its injection."""

    cycle: int
    onset_day: int | None = None
    peak_day: int | None = None
    duration_days: int | None = None
    wearing_off: bool | None = None
    wearing_off_week: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal agreed with the patient, with its rating (-2 to 2)."""

    name: str
    rating: int | None = None
    primary: bool = False
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """Entered facts of one course. `das_target` is the domain of the Disability Assessment Scale
    chosen before treatment, with the day on which it was chosen; `principal_muscle` names a place
    as assessments store it ("biceps_brachii:left"). `top_ups` are days of sessions marked as
    boosters. `usual_interval_weeks` is that of the indication."""

    preventives_failed: int | None = None
    medication_overuse_managed: bool | None = None
    entered_effects: tuple[EnteredEffect, ...] = ()
    das_target: str | None = None
    das_target_chosen_on: date | None = None
    principal_muscle: str | None = None
    goals: tuple[Goal, ...] = ()
    goal_review_on: date | None = None
    top_ups: frozenset[date] = frozenset()
    usual_interval_weeks: Decimal | None = None

    def entered(self, cycle: int) -> EnteredEffect | None:
        """What was entered of a cycle."""
        return next((e for e in self.entered_effects if e.cycle == cycle), None)


NO_FACTS = RuleFacts()


def preventives_failed(medicines: Iterable[PatientMedicine], *, on: date) -> int | None:
    """How many different preventives had failed by a day, as far as they are recorded; None where
    no preventive is recorded at all, which is not the same as none."""
    preventives = [
        m
        for m in medicines
        if m.purpose is Purpose.PREVENTIVE and (m.start is None or m.start <= on)
    ]
    if not preventives:
        return None
    failed = (
        m.name.strip().casefold()
        for m in preventives
        if m.why_stopped in _FAILED and (m.end is None or m.end <= on)
    )
    return len(set(failed))
