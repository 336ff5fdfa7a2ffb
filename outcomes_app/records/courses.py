"""Everything an analysis reads, in a fixed number of questions however many patients there are."""

from typing import Any

from sqlalchemy import ColumnElement, Select, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db.schema import (
    AcuteMedicineRow,
    AdverseEventRow,
    AssessmentRow,
    DiaryDayRow,
    PatientIndicationRow,
    PatientRow,
    ScoreRow,
    TreatmentRow,
)
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.values import BatchId, IndicationId, PatientId
from outcomes_app.records import (
    adverse_events,
    assessments,
    diary,
    patients,
    storing,
    treatments,
)
from outcomes_app.records.summary import COUNTS
from outcomes_app.text import _


def course(session: Session, patient_id: PatientId) -> PatientCourse:
    """One patient with everything that counts; NotFound where there is no such patient."""
    patients.get(session, patient_id)
    return _courses(session, lambda column: column == patient_id)[0]


def cohort(
    session: Session,
    *,
    indication: IndicationId | None = None,
    batch: BatchId | None = None,
    group: str | None = None,
    clinic_site: str | None = None,
) -> Cohort:
    """The patients who fulfil every condition that is given, each with the whole course.

    With an indication the courses hold only the treatments for it.
    """
    chosen: Select[Any] = select(PatientRow.id).where(not_(PatientRow.voided))
    words = []
    if indication is not None:
        treated = select(TreatmentRow.patient_id).where(
            TreatmentRow.indication == indication, COUNTS
        )
        named = select(PatientIndicationRow.patient_id).where(
            PatientIndicationRow.indication == indication, not_(PatientIndicationRow.voided)
        )
        chosen = chosen.where(PatientRow.id.in_(treated) | PatientRow.id.in_(named))
        words.append(_("indication {value}").format(value=indication))
    if batch is not None:
        chosen = chosen.where(PatientRow.batch_id == batch)
        words.append(_("one import"))
    if group is not None:
        chosen = chosen.where(PatientRow.study_group == group)
        words.append(_("group {value}").format(value=group))
    if clinic_site is not None:
        chosen = chosen.where(PatientRow.clinic_site == clinic_site)
        words.append(_("site {value}").format(value=clinic_site))
    found = _courses(session, lambda column: column.in_(chosen))
    if indication is not None:
        found = tuple(each.for_indication(indication) for each in found)
    return Cohort(courses=found, description=", ".join(words) or _("all patients"))


def _courses(session: Session, among: Any) -> tuple[PatientCourse, ...]:
    def of_patient(kind: Any) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = among(kind.patient_id)
        return condition

    everyone = patients.load(session, among(PatientRow.id))
    given = treatments.load(session, (of_patient(TreatmentRow), COUNTS), of_patient)
    measured = assessments.load(session, of_patient(AssessmentRow), of_patient(ScoreRow))
    days = diary.load(session, (of_patient(DiaryDayRow),), (of_patient(AcuteMedicineRow),))
    events = adverse_events.load(session, of_patient(AdverseEventRow))

    def by_patient(records: tuple[Any, ...]) -> dict[Any, tuple[Any, ...]]:
        groups = storing.grouped(records, lambda record: record.patient_id)
        return {patient_id: tuple(group) for patient_id, group in groups.items()}

    of_treatments, of_assessments = by_patient(given), by_patient(measured)
    of_days, of_events = by_patient(days), by_patient(events)
    return tuple(
        PatientCourse(
            patient=patient,
            treatments=of_treatments.get(patient.id, ()),
            assessments=of_assessments.get(patient.id, ()),
            diary=of_days.get(patient.id, ()),
            adverse_events=of_events.get(patient.id, ()),
        )
        for patient in sorted(everyone, key=_order)
    )


def _order(patient: Any) -> tuple[Any, ...]:
    numbers = tuple(i.value for i in patient.identifiers)
    return (patient.family_name, patient.given_name, numbers, patient.id)
