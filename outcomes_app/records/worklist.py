"""The work list: everybody who is treated, with the last treatment and how it has been going."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db.schema import (
    AssessmentRow,
    PatientIdentifierRow,
    PatientIndicationRow,
    PatientRow,
    ScoreRow,
    TreatmentRow,
)
from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.values import IndicationId, PatientId
from outcomes_app.domain.worklist import Standing, WorklistRow, by_cycle, next_due, standing
from outcomes_app.records import storing
from outcomes_app.records.summary import COUNTS, dose_of

_URGENCY = {each: place for place, each in enumerate(Standing)}
_Told = tuple[date, Decimal | None]
_Values = Mapping[tuple[Any, str, str, bool], Sequence[_Told]]


def rows(session: Session, *, today: date, catalog: Catalog) -> tuple[WorklistRow, ...]:
    """One row for each patient and indication, the most pressing first."""
    treatments = _treatments(session)
    pairs = dict.fromkeys([*_named(session), *treatments])
    people = _people(session)
    values = _values(session, {indication for _patient, indication in pairs}, catalog)
    found = [
        _row(
            people[patient],
            indication,
            treatments.get((patient, indication), ()),
            values,
            catalog=catalog,
            today=today,
        )
        for patient, indication in pairs
        if patient in people
    ]
    return tuple(sorted(found, key=_order))


def _order(row: WorklistRow) -> tuple[Any, ...]:
    overdue = row.days_overdue if row.days_overdue is not None else 0
    return (_URGENCY[row.standing], -overdue, row.family_name, row.given_name, row.patient_id)


def _row(
    person: Any,
    indication: IndicationId,
    given: Sequence[Any],
    values: _Values,
    *,
    catalog: Catalog,
    today: date,
) -> WorklistRow:
    last = given[-1] if given else None
    known = catalog.indications.get(indication)
    due = next_due(last.day if last else None, known.interval_weeks_usual if known else None)
    measure, series = _series(person.id, indication, [t.day for t in given], values, catalog)
    return WorklistRow(
        patient_id=PatientId(person.id),
        family_name=person.family_name,
        given_name=person.given_name,
        title=person.title,
        birth_date=person.birth_date,
        sex=person.sex,
        identifier=person.identifier or "",
        alerts=person.alerts,
        clinic_site=person.clinic_site,
        synthetic=person.synthetic,
        indication=indication,
        treatments=len(given),
        last_treatment=last.id if last else None,
        last_day=last.day if last else None,
        last_dose=dose_of(last) if last else None,
        last_placebo=last.placebo if last else False,
        last_points=last.points if last else 0,
        next_due=due,
        days_overdue=(today - due).days if due else None,
        standing=standing(last_day=last.day if last else None, due=due, today=today),
        measure=measure,
        series=series,
    )


def _series(
    patient: Any,
    indication: IndicationId,
    days: Sequence[date],
    values: _Values,
    catalog: Catalog,
) -> tuple[str, tuple[Decimal | None, ...]]:
    """The first measure of the indication that this patient has, and its value by cycle."""
    for measure in _measures(indication, catalog):
        key = (patient, measure.scale.instrument, measure.scale.part)
        entered, told = values.get((*key, True), ()), values.get((*key, False), ())
        if entered or told:
            return measure.id, by_cycle(days, told, entered)
    return "", ()


def _measures(indication: IndicationId, catalog: Catalog) -> Sequence[Any]:
    return catalog.measures_for(indication) if indication in catalog.indications else ()


def _people(session: Session) -> dict[Any, Any]:
    row, number = PatientRow, PatientIdentifierRow
    asked = (
        select(
            row.id,
            row.family_name,
            row.given_name,
            row.title,
            row.birth_date,
            row.sex,
            row.alerts,
            row.clinic_site,
            row.synthetic,
            number.value.label("identifier"),
        )
        .outerjoin(
            number,
            and_(number.patient_id == row.id, number.position == 0, not_(number.voided)),
        )
        .where(not_(row.voided))
    )
    return {person.id: person for person in session.execute(asked)}


def _named(session: Session) -> list[tuple[Any, IndicationId]]:
    """What each patient is said to be treated for."""
    row = PatientIndicationRow
    asked = select(row.patient_id, row.indication).where(not_(row.voided)).order_by(row.position)
    return [(patient, IndicationId(indication)) for patient, indication in session.execute(asked)]


def _treatments(session: Session) -> dict[tuple[Any, IndicationId], list[Any]]:
    """What each patient was given for each indication, in order of day."""
    row = TreatmentRow
    asked = (
        select(
            row.patient_id,
            row.indication,
            row.id,
            row.day,
            row.product,
            row.given_units,
            row.placebo,
            row.points,
        )
        .where(COUNTS)
        .order_by(row.day, row.recorded_at, row.id)
    )
    return storing.grouped(
        session.execute(asked), lambda t: (t.patient_id, IndicationId(t.indication))
    )


def _values(session: Session, indications: set[IndicationId], catalog: Catalog) -> _Values:
    """The scores that the sparklines may show, in order of day, by patient, instrument, part, and
    whether they were entered as the baseline."""
    instruments = {m.scale.instrument for i in indications for m in _measures(i, catalog)}
    row, score = AssessmentRow, ScoreRow
    asked = (
        select(row.patient_id, row.instrument, score.part, row.occasion, row.day, score.value)
        .join(score, score.assessment_id == row.id)
        .where(row.instrument.in_(instruments), not_(row.voided), not_(score.voided))
        .order_by(row.day, row.recorded_at, row.id)
    )
    found: dict[tuple[Any, str, str, bool], list[_Told]] = {}
    for patient, instrument, part, occasion, day, value in session.execute(asked):
        entered = occasion is Occasion.BASELINE
        found.setdefault((patient, instrument, part, entered), []).append((day, value))
    return found
