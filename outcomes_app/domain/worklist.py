"""The work list: who is due, who is late, and whether the treatment has been working.

One row is one patient and one indication. How a row stands on a day is decided here, so that the
list, its counts and an export agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from outcomes_app.domain.patient import Sex
from outcomes_app.domain.values import Dose, IndicationId, PatientId, TreatmentId

# Two weeks ahead is what a clinic books, and two weeks back is what it still follows up.
DUE_SOON_DAYS = 14
RECENT_DAYS = 14
# Nobody is expected any more after a year: such patients must not bury those who are late.
LAPSED_DAYS = 365


class Standing(StrEnum):
    """How a row stands on a day, the most pressing first."""

    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    DUE_SOON = "due_soon"
    NOT_STARTED = "not_started"
    RECENT = "recent"
    LATER = "later"
    UNKNOWN = "unknown"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistRow:
    """One patient and one indication.

    `days_overdue` counts from `next_due` (negative = days to go); both are None where nothing was
    given yet or the catalog knows no interval. `measure` is the id of the outcome measure in
    `series`: the value before the first treatment, then one for each cycle, None where missing.
    """

    patient_id: PatientId
    family_name: str = field(repr=False)
    given_name: str = field(repr=False)
    title: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: Sex
    identifier: str = field(repr=False)
    alerts: tuple[str, ...] = field(repr=False)
    clinic_site: str
    synthetic: bool
    indication: IndicationId
    treatments: int
    last_treatment: TreatmentId | None
    last_day: date | None
    last_dose: Dose | None
    last_placebo: bool = False
    last_points: int
    next_due: date | None
    days_overdue: int | None
    standing: Standing
    measure: str
    series: tuple[Decimal | None, ...]


def next_due(last_day: date | None, interval_weeks: Decimal | None) -> date | None:
    """The day the next treatment is due; None without a treatment or a usual interval."""
    if last_day is None or interval_weeks is None:
        return None
    return last_day + timedelta(days=int(interval_weeks * 7))


def standing(*, last_day: date | None, due: date | None, today: date) -> Standing:
    """How it stands today."""
    if last_day is None:
        return Standing.NOT_STARTED
    if (today - last_day).days > LAPSED_DAYS:
        return Standing.LAPSED
    if due is not None and due < today:
        return Standing.OVERDUE
    if due == today:
        return Standing.DUE_TODAY
    if due is not None and (due - today).days <= DUE_SOON_DAYS:
        return Standing.DUE_SOON
    if (today - last_day).days <= RECENT_DAYS:
        return Standing.RECENT
    return Standing.UNKNOWN if due is None else Standing.LATER


def by_cycle(
    treatment_days: Sequence[date],
    values: Sequence[tuple[date, Decimal | None]],
    entered: Sequence[tuple[date, Decimal | None]] = (),
) -> tuple[Decimal | None, ...]:
    """The baseline, then the last value of each cycle.

    A value `entered` as baseline stands before any other; without one it is the last value before
    the first treatment. A value on the day of an injection was taken before the needle, so it ends
    the cycle before. All sequences are in order of day.
    """
    ends = [*treatment_days, date.max]
    found: list[Decimal | None] = [None] * len(ends)
    cycle = 0
    for day, value in values:
        while day > ends[cycle]:
            cycle += 1
        found[cycle] = value if value is not None else found[cycle]
    known = [(day, value) for day, value in entered if value is not None]
    if known:
        in_time = [value for day, value in known if day <= ends[0]]
        found[0] = in_time[-1] if in_time else known[0][1]
    return tuple(found)
