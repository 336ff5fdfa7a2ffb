"""Imports: storing a plan whole or not at all, undoing it as a batch, and the list of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import RowMapping, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import (
    AdverseEventRow,
    AssessmentRow,
    DiaryDayRow,
    ImportBatchRow,
    PatientIdentifierRow,
    PatientRow,
    PersonRow,
    TreatmentRow,
)
from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.import_plan import ImportBatch, ImportPlan, KeptRecord, Undone
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.treatment import Treatment, TreatmentStatus
from outcomes_app.domain.values import BatchId, PatientId, PersonId, Problem, TreatmentId, new_id
from outcomes_app.errors import NotFound, OutcomesError, Refused
from outcomes_app.records import (
    adverse_events,
    assessments,
    diary,
    patients,
    storing,
    treatments,
)
from outcomes_app.records.import_matching import Resolved, matches, resolve
from outcomes_app.text import _

__all__ = ["apply", "batches", "get", "matches", "undo"]

_TABLE = rows.table_of(ImportBatchRow)
_LIVING = (TreatmentStatus.DRAFT, TreatmentStatus.RECORDED, TreatmentStatus.SIGNED)
_Record = TypeVar("_Record", Patient, Treatment, Assessment, DiaryDay, AdverseEvent)
Progress = Callable[[int, int], None]
_STEPS = 5
# Noted changes beyond this are sealed at once, so that a large diary needs little memory.
_NOTES_KEPT = 20_000


def apply(
    session: Session,
    plan: ImportPlan,
    *,
    file_name: str,
    mapping: Mapping[str, object],
    person: PersonId,
    catalog: Catalog,
    today: date,
    file_format: str = "table",
    file_digest: str = "",
    progress: Progress | None = None,
) -> ImportBatch:
    """Store everything of a plan under a new batch. Refused whole while the plan has an error, or
    a patient who seems known is not decided about."""
    _refuse_errors(plan)
    step = progress or _no_progress
    step(0, _STEPS)
    found = resolve(session, plan)
    batch = BatchId(new_id())
    row = {
        "id": batch,
        "file_name": file_name[-200:],
        "file_digest": file_digest,
        "format": file_format,
        "mapping": dict(mapping),
        "counts": _counts(found),
        "made_at": audit.instant(session),
        "person_id": person,
        "undone_at": None,
        "undone_reason": "",
    }
    rows.add(session, ImportBatchRow, [row])

    def mine(records: Sequence[_Record]) -> list[_Record]:
        return [replace(r, batch=batch) for r in records]

    step(1, _STEPS)
    patients.record_all(session, mine(found.patients), catalog=catalog, today=today)
    step(2, _STEPS)
    treatments.record_all(session, mine(found.treatments), catalog=catalog, today=today)
    step(3, _STEPS)
    assessments.record_all(session, mine(found.assessments), catalog=catalog, today=today)
    adverse_events.record_all(session, mine(found.adverse_events), catalog=catalog, today=today)
    step(4, _STEPS)
    diary.record(session, mine(found.diary_days), today=today)
    _note_revived(session, row)
    step(_STEPS, _STEPS)
    return get(session, batch)


def _refuse_errors(plan: ImportPlan) -> None:
    if plan.errors:
        raise Refused(
            _("The file has {n} problems; nothing was imported.").format(n=len(plan.errors)),
            tuple(_as_problem(p.row, p.column, p.code, p.message) for p in plan.errors),
            todo=_("Mend the file or the mapping and try again."),
        )


def _counts(found: Resolved) -> dict[str, int]:
    """What a batch adds, and how many records of the file were stored already."""
    added = ImportPlan(
        patients=found.patients,
        treatments=found.treatments,
        assessments=found.assessments,
        diary_days=found.diary_days,
        adverse_events=found.adverse_events,
    )
    return {**added.counts, "known": found.known}


def undo(session: Session, batch_id: BatchId, reason: str) -> Undone:
    """Void every record of an import. What was changed since, and a patient who has records of
    other origin, is kept and named."""
    if not reason.strip():
        raise OutcomesError(_("Undoing an import needs a reason."), todo=_("Say why."))
    before = _row(session, batch_id)
    if before["undone_at"] is not None:
        raise OutcomesError(_("This import was undone already."))
    kept: list[KeptRecord] = []
    voided = {
        "diary_days": _undo_diary(session, before, reason, kept),
        "adverse_events": _undo_plain(session, AdverseEventRow, batch_id, reason, kept),
        "assessments": _undo_plain(session, AssessmentRow, batch_id, reason, kept),
        "treatments": _undo_treatments(session, batch_id, reason, kept),
        "patients": _undo_patients(session, batch_id, reason, kept),
    }
    after = {"undone_at": audit.instant(session), "undone_reason": reason}
    rows.change(session, ImportBatchRow, before, after)
    audit.give_reason(session, _TABLE, before, reason)
    return Undone(voided=voided, kept=_with_numbers(session, kept))


def batches(session: Session) -> tuple[ImportBatch, ...]:
    """Every import, the newest first; also those that were undone."""
    asked = (
        select(_TABLE, PersonRow.name.label("person_name"))
        .outerjoin(PersonRow, PersonRow.id == ImportBatchRow.person_id)
        .order_by(ImportBatchRow.made_at.desc(), ImportBatchRow.id)
    )
    return tuple(_batch(row) for row in session.execute(asked).mappings())


def get(session: Session, batch_id: BatchId) -> ImportBatch:
    """One import; NotFound where there is none of this id."""
    found = next((b for b in batches(session) if b.id == batch_id), None)
    if found is None:
        raise NotFound(_("There is no import of this id."), todo=_("Look at the list of imports."))
    return found


def _no_progress(_done: int, _all: int) -> None:
    return


def _as_problem(row: int | None, column: str, code: str, message: str) -> Problem:
    place = "file" if row is None else f"rows.{row}"
    return Problem(field=f"{place}.{column}" if column else place, code=code, message=message)


def _batch(row: RowMapping) -> ImportBatch:
    return ImportBatch(
        id=BatchId(row["id"]),
        file_name=row["file_name"],
        format=row["format"],
        made_at=row["made_at"],
        person=None if row["person_id"] is None else PersonId(row["person_id"]),
        person_name=row["person_name"] or "",
        counts={k: n for k, n in row["counts"].items() if isinstance(n, int)},
        mapping=row["mapping"],
        undone_at=row["undone_at"],
        undone_reason=row["undone_reason"],
    )


def _row(session: Session, batch_id: BatchId) -> dict[str, Any]:
    asked = select(_TABLE).where(ImportBatchRow.id == batch_id).with_for_update()
    found = session.execute(asked).mappings().first()
    if found is None:
        raise NotFound(_("There is no import of this id."), todo=_("Look at the list of imports."))
    return dict(found)


def _note_revived(session: Session, batch: dict[str, Any]) -> None:
    """Days that were voided before begin at a later version; undoing has to know at which."""
    row = DiaryDayRow
    asked = select(row.patient_id, row.day, row.version).where(
        row.batch_id == batch["id"], row.version > 1
    )
    revived = [[p.hex, day.isoformat(), version] for p, day, version in session.execute(asked)]
    if revived:
        counts = {**batch["counts"], "revived": revived}
        rows.change(session, ImportBatchRow, batch, {"counts": counts})


def _changed() -> str:
    return _("changed since the import")


def _linked() -> str:
    return _("has records that did not come with the import")


def _undo_plain(
    session: Session, kind: Any, batch_id: BatchId, reason: str, kept: list[KeptRecord]
) -> int:
    here = (kind.batch_id == batch_id, not_(kind.voided))
    day = kind.onset if kind is AdverseEventRow else kind.day
    changed = select(kind.patient_id, day).where(*here, kind.version > 1)
    for patient_id, when in session.execute(changed):
        kept.append(_kept(kind.__tablename__, patient_id, when, _changed()))
    return storing.void_all(session, kind, (*here, kind.version == 1), reason)


def _undo_diary(
    session: Session, batch: Mapping[str, Any], reason: str, kept: list[KeptRecord]
) -> int:
    row = DiaryDayRow
    revived = {(p, day): version for p, day, version in batch["counts"].get("revived", ())}
    asked = select(row.patient_id, row.day, row.version).where(
        row.batch_id == batch["id"], not_(row.voided), row.version > 1
    )
    later: list[tuple[Any, date]] = []
    same: list[tuple[Any, date]] = []
    for patient_id, day, version in session.execute(asked):
        untouched = revived.get((patient_id.hex, day.isoformat())) == version
        (same if untouched else later).append((patient_id, day))
    kept += [_kept("diary_day", patient_id, day, _changed()) for patient_id, day in later]
    for patient_id, day in same:
        diary.void(session, PatientId(patient_id), day, reason=reason)
    owners = select(row.patient_id).where(row.batch_id == batch["id"]).distinct()
    voided = len(same)
    for owner in session.execute(owners).scalars().all():
        here = (row.batch_id == batch["id"], row.patient_id == owner, row.version == 1)
        voided += storing.void_all(session, row, here, reason)
        if audit.pending(session) > _NOTES_KEPT:
            audit.write_out(session)
    return voided


def _undo_treatments(
    session: Session, batch_id: BatchId, reason: str, kept: list[KeptRecord]
) -> int:
    row = TreatmentRow
    linked = {
        treatment_id
        for kind in (AssessmentRow, AdverseEventRow)
        for treatment_id in session.execute(
            select(kind.treatment_id)
            .join(row, row.id == kind.treatment_id)
            .where(row.batch_id == batch_id, not_(kind.voided))
        ).scalars()
    }
    asked = select(row.id, row.patient_id, row.day, row.version).where(
        row.batch_id == batch_id, row.status.in_(_LIVING)
    )
    voided = 0
    for treatment_id, patient_id, day, version in session.execute(asked).all():
        if version > 1 or treatment_id in linked:
            kept.append(
                _kept("treatment", patient_id, day, _changed() if version > 1 else _linked())
            )
        else:
            treatments.void(session, TreatmentId(treatment_id), reason=reason)
            voided += 1
    return voided


def _undo_patients(session: Session, batch_id: BatchId, reason: str, kept: list[KeptRecord]) -> int:
    row = PatientRow
    asked = select(row.id, row.version).where(row.batch_id == batch_id, not_(row.voided))
    found = session.execute(asked).all()
    busy = _with_records(session, batch_id)
    voided = 0
    for patient_id, version in found:
        if version > 1 or patient_id in busy:
            kept.append(
                _kept("patient", patient_id, None, _changed() if version > 1 else _linked())
            )
        else:
            patients.void(session, PatientId(patient_id), reason=reason)
            voided += 1
    return voided


def _with_records(session: Session, batch_id: BatchId) -> set[Any]:
    """The patients of an import who still have a living record."""
    living: tuple[tuple[Any, Any], ...] = (
        (TreatmentRow, TreatmentRow.status.in_(_LIVING)),
        (AssessmentRow, not_(AssessmentRow.voided)),
        (DiaryDayRow, not_(DiaryDayRow.voided)),
        (AdverseEventRow, not_(AdverseEventRow.voided)),
    )
    return {
        patient_id
        for kind, alive in living
        for patient_id in session.execute(
            select(kind.patient_id)
            .join(PatientRow, PatientRow.id == kind.patient_id)
            .where(PatientRow.batch_id == batch_id, alive)
            .distinct()
        ).scalars()
    }


def _with_numbers(session: Session, kept: Sequence[KeptRecord]) -> tuple[KeptRecord, ...]:
    """The same with the first number of each patient, by which a person finds them."""
    row = PatientIdentifierRow
    number_of: dict[Any, str] = {}
    for part in storing.parts(list({k.patient for k in kept})):
        asked = (
            select(row.patient_id, row.value)
            .where(row.patient_id.in_(part), not_(row.voided))
            .order_by(row.position)
        )
        for patient_id, value in session.execute(asked):
            number_of.setdefault(patient_id, value)
    return tuple(replace(k, patient_number=number_of.get(k.patient, "")) for k in kept)


def _kept(entity: str, patient_id: Any, day: date | None, reason: str) -> KeptRecord:
    return KeptRecord(entity=entity, patient=PatientId(patient_id), day=day, reason=reason)
