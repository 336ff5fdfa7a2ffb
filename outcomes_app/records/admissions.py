"""Admitting a patient: who it is and how things stood before treatment, stored as one deed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient import Patient, PatientSummary
from outcomes_app.domain.values import PatientId
from outcomes_app.records import assessments, patients


def record(
    session: Session,
    patient: Patient,
    baseline: Sequence[Assessment],
    *,
    catalog: Catalog,
    today: date,
) -> PatientId:
    """Store a new patient (version 0) or correct a known one, with what was measured before."""
    if patient.version:
        patients.correct(session, patient, catalog=catalog, today=today)
    else:
        patients.record(session, patient, catalog=catalog, today=today)
    if baseline:
        assessments.record_all(session, baseline, catalog=catalog, today=today)
    return patient.id


def look_alikes(session: Session, patient: Patient) -> tuple[PatientSummary, ...]:
    """Patients who may be the same person: one identifier, or name and birth date, in common."""
    names = f"{patient.family_name} {patient.given_name}".strip()
    found: dict[PatientId, PatientSummary] = {}
    if names and patient.birth_date is not None:
        for summary in patients.find(session, names):
            if summary.birth_date == patient.birth_date:
                found[summary.id] = summary
    for identifier in patient.identifiers:
        if identifier.value.strip():
            for summary in patients.find(session, identifier.value):
                if summary.identifier.casefold() == identifier.value.casefold():
                    found[summary.id] = summary
    return tuple(summary for key, summary in found.items() if key != patient.id)


def open_for_edit(
    session: Session, patient_id: PatientId
) -> tuple[Patient, tuple[Assessment, ...]]:
    """A patient with every assessment, so that a form knows whether there is a baseline."""
    return patients.get(session, patient_id), assessments.for_patient(session, patient_id)
