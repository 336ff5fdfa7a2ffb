"""A synthetic headache diary: true days, what was written of them, and what is told at a visit."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from outcomes_app.demo.ids import new_id
from outcomes_app.demo.progress import Progress
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.values import (
    AssessmentId,
    InstrumentId,
    PatientId,
    Score,
    TreatmentId,
)

_WINDOW = 28
_MEDICINES = (("triptan", "sumatriptan 50 mg"), ("nsaid", "ibuprofen 400 mg"))

_FREE_DAY = DiaryDay(
    patient_id=PatientId(uuid.UUID(int=0)),
    day=date.min,
    headache=False,
    acute_medicine_taken=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How somebody keeps a diary. `words` = severity in words instead of 0–10."""

    kept: float
    words: bool
    details: bool
    medicine: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What really was on a day, written down or not."""

    headache: bool
    pain: int
    hours: int
    medicine: bool


def habit(random: Random) -> Habit:
    """How this patient keeps a diary."""
    return Habit(
        kept=random.uniform(0.84, 0.985),
        words=random.random() < 0.25,
        details=random.random() < 0.6,
        medicine=random.choice(_MEDICINES),
    )


def true_days(random: Random, progress: Progress, start: date, end: date) -> dict[date, Day]:
    """Every day from `start` to before `end`, headaches coming in runs as they do."""
    share = random.uniform(0.62, 0.86)
    best = random.uniform(0.18, 0.36)
    days = {}
    yesterday = False
    for offset in range((end - start).days):
        day = start + timedelta(days=offset)
        effect = progress.effect(day)
        chance = share + (best - share) * effect
        headache = random.random() < chance * (1.12 if yesterday else 0.82)
        pain = max(1, min(10, round(random.gauss(6.4 - 1.6 * effect, 1.7))))
        hours = max(1, min(24, round(random.gauss(10 - 3 * effect, 5))))
        medicine = headache and random.random() < (0.62 if pain > 5 else 0.25)
        days[day] = Day(headache=headache, pain=pain, hours=hours, medicine=medicine)
        yesterday = headache
    return days


def written(
    random: Random,
    patient_id: PatientId,
    how: Habit,
    days: dict[date, Day],
    *,
    has_menses: bool,
) -> Iterator[DiaryDay]:
    """What was written down of the true days: single days are left out, and whole weeks."""
    silent_until = date.min
    cycle_start = random.randrange(28)
    for day, true in days.items():
        if random.random() < 0.005:
            silent_until = day + timedelta(days=random.randrange(4, 18))
        if day < silent_until or random.random() > how.kept:
            continue
        menses = (day.toordinal() + cycle_start) % 28 < 4 if has_menses else None
        entry = _headache_day(random, how, true) if true.headache else _FREE_DAY
        yield replace(entry, patient_id=patient_id, day=day, menses=menses)


def _headache_day(random: Random, how: Habit, true: Day) -> DiaryDay:
    kind, name = how.medicine
    # Now and then only "yes" is ticked: then nothing else of that day is known.
    if random.random() < 0.06:
        return replace(_FREE_DAY, headache=True, acute_medicine_taken=None)
    day = replace(
        _FREE_DAY,
        headache=True,
        peak_pain=None if how.words else Decimal(true.pain),
        peak_severity=_in_words(true.pain) if how.words else None,
        duration_hours=Decimal(true.hours),
        acute_medicine_taken=true.medicine,
        acute_medicines=(AcuteMedicine(kind=kind, name=name, doses=Decimal(1)),)
        if true.medicine
        else (),
    )
    if not how.details:
        return day
    return replace(
        day,
        unilateral=random.random() < 0.6,
        pulsating=random.random() < 0.65,
        worse_with_activity=random.random() < 0.7,
        nausea=random.random() < 0.4,
        photophobia=random.random() < 0.65,
        phonophobia=random.random() < 0.55,
        work_missed_hours=Decimal(true.pain - 5) if true.pain > 7 else None,
    )


def _in_words(pain: int) -> int:
    """0–3 as ticked by somebody who means `pain`: mild, moderate, severe."""
    return 1 if pain <= 3 else 2 if pain <= 6 else 3


def told(
    random: Random,
    days: dict[date, Day],
    day: date,
    *,
    patient_id: PatientId,
    occasion: Occasion,
    treatment_id: TreatmentId | None,
) -> list[Assessment]:
    """Headache days and medicine days of the last 28 days as told at a visit, roughly right."""
    last = [days[d] for n in range(1, _WINDOW + 1) if (d := day - timedelta(days=n)) in days]
    if len(last) < _WINDOW:
        return []
    numbers = (
        ("headache_days_28", sum(d.headache for d in last)),
        ("acute_med_days_28", sum(d.medicine for d in last)),
    )
    return [
        Assessment(
            id=AssessmentId(new_id(random)),
            patient_id=patient_id,
            instrument=InstrumentId(instrument),
            day=day,
            scores=(
                Score(value=Decimal(max(0, min(_WINDOW, number + random.choice((-1, 0, 0, 1)))))),
            ),
            occasion=occasion,
            treatment_id=treatment_id,
        )
        for instrument, number in numbers
    ]
