"""Diary days, one or a hundred thousand at a time. A day without a row is unknown."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import AcuteMedicineRow, DiaryDayRow
from outcomes_app.domain import checks
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.diary_sheet import DayChange
from outcomes_app.domain.values import PatientId
from outcomes_app.records import storing

_TABLE = rows.table_of(DiaryDayRow)
_MEDICINES = rows.table_of(AcuteMedicineRow)
# The columns a DiaryDay has under the same name.
_PLAIN = (
    "headache",
    "peak_pain",
    "peak_severity",
    "duration_hours",
    "unilateral",
    "pulsating",
    "worse_with_activity",
    "nausea",
    "vomiting",
    "photophobia",
    "phonophobia",
    "aura_minutes",
    "acute_medicine_taken",
    "menses",
    "work_missed_hours",
    "note",
)
# Noted changes beyond this are sealed at once, so that a very large import needs little memory.
_NOTES_KEPT = 20_000
_CLEARED = "cleared in the diary"


def record(session: Session, days: Iterable[DiaryDay], *, today: date, reason: str = "") -> int:
    """Store diary days; how many were new or changed.

    A day that is stored already is corrected: the last writing counts, and the audit keeps both.
    Where a day names the version it was read at, that has to be the stored one.
    """
    ordered = sorted(days, key=lambda d: (d.patient_id, d.day))
    for day in ordered:
        storing.refuse((*checks.check_diary_day(day, today=today), *storing.unstorable(day)))
    moved = 0
    for patient_id, of_patient in groupby(ordered, key=lambda d: d.patient_id):
        moved += _record(session, patient_id, {d.day: d for d in of_patient}, reason)
        if audit.pending(session) > _NOTES_KEPT:
            audit.write_out(session)
    return moved


def for_patient(
    session: Session, patient_id: PatientId, start: date | None = None, end: date | None = None
) -> tuple[DiaryDay, ...]:
    """A patient's diary in order of day, both ends included."""
    where = [DiaryDayRow.patient_id == patient_id]
    medicines = [AcuteMedicineRow.patient_id == patient_id]
    if start is not None:
        where.append(DiaryDayRow.day >= start)
        medicines.append(AcuteMedicineRow.day >= start)
    if end is not None:
        where.append(DiaryDayRow.day <= end)
        medicines.append(AcuteMedicineRow.day <= end)
    return load(session, where, medicines)


def void(session: Session, patient_id: PatientId, day: date, *, reason: str) -> None:
    """Mark one day as entered in error; it is unknown again."""
    here = (DiaryDayRow.patient_id == patient_id, DiaryDayRow.day == day)
    storing.void_all(session, DiaryDayRow, here, reason)


def keep(
    session: Session, patient_id: PatientId, changes: Sequence[DayChange], *, today: date
) -> tuple[DiaryDay, ...]:
    """Store what was typed on a sheet and clear what was cleared, whole or not at all; the diary
    as it is stored then. ChangedElsewhere where a day moved on since the sheet read it."""
    if changes:
        first, last = min(c.on for c in changes), max(c.on for c in changes)
        living = {d.day: d.version for d in for_patient(session, patient_id, first, last)}
        if any(living.get(c.on, 0) != c.version for c in changes):
            raise storing.changed_elsewhere()
    written = [replace(c.day, version=c.version) for c in changes if c.day is not None]
    record(session, written, today=today)
    for change in changes:
        if change.day is None:
            void(session, patient_id, change.on, reason=_CLEARED)
    session.flush()
    return for_patient(session, patient_id)


def load(
    session: Session,
    where: Sequence[ColumnElement[bool]],
    medicines: Sequence[ColumnElement[bool]],
) -> tuple[DiaryDay, ...]:
    """Living diary days in order of patient and day, in two questions."""
    row, taken = DiaryDayRow, AcuteMedicineRow
    of_day = storing.grouped(
        session.execute(
            select(_MEDICINES)
            .where(*medicines, not_(taken.voided))
            .order_by(taken.patient_id, taken.day, taken.position)
        ),
        lambda m: (m.patient_id, m.day),
    )
    plain = [_TABLE.c[name] for name in _PLAIN]
    asked = (
        select(row.patient_id, row.day, row.batch_id, row.version, *plain)
        .where(*where, not_(row.voided))
        .order_by(row.patient_id, row.day)
    )
    return tuple(
        DiaryDay(
            patient_id=patient_id,
            day=day,
            batch=batch,
            version=version,
            acute_medicines=tuple(
                AcuteMedicine(kind=m.kind, name=m.name, doses=m.doses)
                for m in of_day.get((patient_id, day), ())
            ),
            **dict(zip(_PLAIN, values, strict=True)),
        )
        for patient_id, day, batch, version, *values in session.execute(asked)
    )


def _record(
    session: Session, patient_id: PatientId, days: dict[date, DiaryDay], reason: str
) -> int:
    row, taken = DiaryDayRow, AcuteMedicineRow
    span = (min(days), max(days))
    before = {
        found["day"]: found
        for found in storing.stored(
            session, row, row.patient_id == patient_id, row.day.between(*span)
        )
    }
    medicines = storing.grouped(
        storing.stored(session, taken, taken.patient_id == patient_id, taken.day.between(*span)),
        lambda m: m["day"],
    )
    now = audit.instant(session)
    fresh = [d for d in days.values() if d.day not in before]
    rows.add(session, row, [_row(d, version=1, at=now) for d in fresh])
    rows.add(session, taken, [m for d in fresh for m in _medicine_rows(d)])
    moved = len(fresh)
    for day in days.values():
        if day.day in before:
            moved += _correct(session, before[day.day], medicines.get(day.day, []), day)
    if moved and reason:
        audit.give_reason(session, _TABLE, {"patient_id": patient_id}, reason)
    return moved


def _correct(
    session: Session, before: dict[str, Any], medicines: list[dict[str, Any]], day: DiaryDay
) -> bool:
    if day.version and (before["version"] != day.version or before["voided"]):
        raise storing.changed_elsewhere()
    moved = storing.keep_children(session, AcuteMedicineRow, medicines, _medicine_rows(day))
    after = _row(day, version=before["version"], at=before["recorded_at"])
    if moved or after != before:
        rows.change(session, DiaryDayRow, before, {**after, "version": before["version"] + 1})
        return True
    return False


def _row(day: DiaryDay, *, version: int, at: datetime) -> dict[str, Any]:
    return {
        "patient_id": day.patient_id,
        "day": day.day,
        **{name: getattr(day, name) for name in _PLAIN},
        "version": version,
        "recorded_at": at,
        "batch_id": day.batch,
        "voided": False,
        "void_reason": "",
    }


def _medicine_rows(day: DiaryDay) -> list[dict[str, Any]]:
    return [
        {
            "patient_id": day.patient_id,
            "day": day.day,
            "position": position,
            "kind": medicine.kind,
            "name": medicine.name,
            "doses": medicine.doses,
            "voided": False,
        }
        for position, medicine in enumerate(day.acute_medicines)
    ]
