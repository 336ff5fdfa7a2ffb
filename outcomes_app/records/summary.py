"""What lists show of many patients at once, in a fixed number of questions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db.schema import (
    PatientIdentifierRow,
    PatientIndicationRow,
    PatientRow,
    TreatmentRow,
)
from outcomes_app.domain.patient import PatientSummary
from outcomes_app.domain.treatment import TreatmentStatus
from outcomes_app.domain.values import Dose, PatientId
from outcomes_app.records import storing

COUNTS = TreatmentRow.status.in_([s for s in TreatmentStatus if s.counts])


def of(
    session: Session, ids: Sequence[PatientId], *, everybody: bool = False
) -> tuple[PatientSummary, ...]:
    """The summaries of these patients in this order; `everybody` saves naming each of them."""
    found: dict[Any, PatientSummary] = {}
    for part in [ids] if everybody else storing.parts(ids):
        found |= _summaries(session, None if everybody else part)
    return tuple(found[i] for i in ids if i in found)


def _summaries(session: Session, ids: Sequence[PatientId] | None) -> dict[Any, PatientSummary]:
    def among(column: Any) -> ColumnElement[bool]:
        chosen: ColumnElement[bool] = column.is_not(None) if ids is None else column.in_(ids)
        return chosen

    numbers: dict[Any, str] = {}
    identifier = PatientIdentifierRow
    for owner, value in session.execute(
        select(identifier.patient_id, identifier.value)
        .where(among(identifier.patient_id), not_(identifier.voided))
        .order_by(identifier.patient_id, identifier.position)
    ):
        numbers.setdefault(owner, value)
    treated = PatientIndicationRow
    indications = storing.grouped(
        session.execute(
            select(treated.patient_id, treated.indication)
            .where(among(treated.patient_id), not_(treated.voided))
            .order_by(treated.patient_id, treated.position)
        ),
        lambda row: row[0],
    )
    counts, latest = _treatments(session, among(TreatmentRow.patient_id))
    row = PatientRow
    people = session.execute(
        select(
            row.id,
            row.family_name,
            row.given_name,
            row.birth_date,
            row.sex,
            row.clinic_site,
            row.study_group,
            row.synthetic,
        ).where(among(row.id), not_(row.voided))
    )
    return {
        p.id: _summary(
            p,
            numbers.get(p.id, ""),
            tuple(i[1] for i in indications.get(p.id, ())),
            counts.get(p.id, 0),
            latest.get(p.id),
        )
        for p in people
    }


def _treatments(session: Session, among: ColumnElement[bool]) -> tuple[dict[Any, int], Any]:
    """How many treatments each patient had, and the newest of each."""
    row = TreatmentRow
    newest = (
        select(row.patient_id, func.max(row.day).label("day"), func.count().label("n"))
        .where(among, COUNTS)
        .group_by(row.patient_id)
        .subquery()
    )
    asked = (
        select(
            row.patient_id,
            row.id,
            row.day,
            row.product,
            row.given_units,
            row.placebo,
            row.points,
            row.indication,
            newest.c.n,
        )
        .join(newest, and_(row.patient_id == newest.c.patient_id, row.day == newest.c.day))
        .where(COUNTS)
        .order_by(row.recorded_at, row.id)
    )
    found = session.execute(asked).all()
    return {t.patient_id: t.n for t in found}, {t.patient_id: t for t in found}


def _summary(
    person: Any, number: str, indications: tuple[Any, ...], treatments: int, last: Any
) -> PatientSummary:
    return PatientSummary(
        id=person.id,
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=person.birth_date,
        sex=person.sex,
        identifier=number,
        indications=indications,
        clinic_site=person.clinic_site,
        group=person.study_group,
        treatments=treatments,
        last_treatment=last.id if last else None,
        last_date=last.day if last else None,
        last_dose=dose_of(last) if last else None,
        last_placebo=last.placebo if last else False,
        last_site_count=last.points if last else 0,
        last_indication=last.indication if last else None,
        synthetic=person.synthetic,
    )


def dose_of(treatment: Any) -> Dose | None:
    """The dose kept beside a treatment row."""
    if treatment.product is None or treatment.given_units is None:
        return None
    return Dose(units=treatment.given_units, product=treatment.product)
