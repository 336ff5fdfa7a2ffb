"""Assessments with their scores: recording, correcting, voiding."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import AssessmentRow, ScoreRow
from outcomes_app.domain import checks
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.values import AssessmentId, PatientId, Score, TreatmentId
from outcomes_app.records import storing

_TABLE = rows.table_of(AssessmentRow)


def record(
    session: Session, assessment: Assessment, *, catalog: Catalog, today: date
) -> AssessmentId:
    """Store a new assessment."""
    record_all(session, (assessment,), catalog=catalog, today=today)
    return assessment.id


def record_all(
    session: Session, assessments: Sequence[Assessment], *, catalog: Catalog, today: date
) -> None:
    """Store many new assessments at once, or none of them."""
    for assessment in assessments:
        _refuse_broken(assessment, catalog, today)
    storing.require_new(session, AssessmentRow, [a.id for a in assessments])
    added = {"version": 1, "recorded_at": audit.instant(session)}
    rows.add(session, AssessmentRow, [{**_row(a), **added} for a in assessments])
    rows.add(session, ScoreRow, [row for a in assessments for row in _score_rows(a)])


def correct(
    session: Session, assessment: Assessment, *, catalog: Catalog, today: date, reason: str = ""
) -> AssessmentId:
    """Store what was put right; `assessment.version` has to be the stored one."""
    before = storing.current(session, AssessmentRow, assessment.id, assessment.version)
    storing.same_patient(before, assessment.patient_id)
    _refuse_broken(assessment, catalog, today)
    scores = storing.stored(session, ScoreRow, ScoreRow.assessment_id == assessment.id)
    moved = storing.keep_children(session, ScoreRow, scores, _score_rows(assessment))
    after = {**before, **_row(assessment)}
    if moved or after != before:
        rows.change(session, AssessmentRow, before, {**after, "version": before["version"] + 1})
        audit.give_reason(session, _TABLE, before, reason)
    return assessment.id


def void(session: Session, assessment_id: AssessmentId, *, reason: str) -> None:
    """Mark an assessment as entered in error; it stays stored and counts nowhere."""
    storing.void(session, AssessmentRow, assessment_id, reason)


def for_patient(session: Session, patient_id: PatientId) -> tuple[Assessment, ...]:
    """A patient's assessments in order of day."""
    return load(session, AssessmentRow.patient_id == patient_id, ScoreRow.patient_id == patient_id)


def for_treatment(session: Session, treatment_id: TreatmentId) -> tuple[Assessment, ...]:
    """What was measured at the visit of a treatment."""
    here = AssessmentRow.treatment_id == treatment_id
    ids = select(AssessmentRow.id).where(here)
    return load(session, here, ScoreRow.assessment_id.in_(ids))


def load(
    session: Session, where: ColumnElement[bool], scores: ColumnElement[bool]
) -> tuple[Assessment, ...]:
    """Living assessments in order of day, in two questions."""
    row = AssessmentRow
    asked = select(_TABLE).where(where, not_(row.voided)).order_by(row.day, row.recorded_at, row.id)
    found = session.execute(asked).mappings().all()
    of_each = storing.grouped(
        session.execute(
            select(rows.table_of(ScoreRow))
            .where(scores, not_(ScoreRow.voided))
            .order_by(ScoreRow.assessment_id, ScoreRow.position)
        ),
        lambda score: score.assessment_id,
    )
    return tuple(_assessment(a, of_each.get(a["id"], ())) for a in found)


def _assessment(row: RowMapping, scores: Sequence[Any]) -> Assessment:
    return Assessment(
        id=row["id"],
        patient_id=row["patient_id"],
        instrument=row["instrument"],
        day=row["day"],
        scores=tuple(
            Score(part=s.part, value=s.value, answered=s.answered, items=s.items, rule=s.rule)
            for s in scores
        ),
        answers=row["answers"],
        occasion=row["occasion"],
        treatment_id=row["treatment_id"],
        recall=row["recall"],
        note=row["note"],
        voided=row["voided"],
        batch=row["batch_id"],
        version=row["version"],
    )


def _row(assessment: Assessment) -> dict[str, Any]:
    return {
        "id": assessment.id,
        "patient_id": assessment.patient_id,
        "treatment_id": assessment.treatment_id,
        "instrument": assessment.instrument,
        "day": assessment.day,
        "occasion": assessment.occasion,
        "recall": assessment.recall,
        "answers": assessment.answers,
        "note": assessment.note,
        "batch_id": assessment.batch,
        "voided": False,
        "void_reason": "",
    }


def _score_rows(assessment: Assessment) -> list[dict[str, Any]]:
    return [
        {
            "assessment_id": assessment.id,
            "position": position,
            "patient_id": assessment.patient_id,
            "part": score.part,
            "value": score.value,
            "answered": score.answered,
            "items": score.items,
            "rule": score.rule,
            "voided": False,
        }
        for position, score in enumerate(assessment.scores)
    ]


def _refuse_broken(assessment: Assessment, catalog: Catalog, today: date) -> None:
    found = checks.check_assessment(assessment, catalog, today=today)
    storing.refuse((*found, *storing.unstorable(assessment)))
