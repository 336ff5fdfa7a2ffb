"""The work list on stored records."""

from datetime import date, timedelta
from decimal import Decimal

from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.values import IndicationId
from outcomes_app.domain.worklist import Standing
from outcomes_app.records import assessments, patients, treatments, worklist
from tests import factories
from tests.database import Store

TODAY = factories.TODAY


def test_rows_tell_who_is_late_and_how_it_goes(store: Store) -> None:
    late, soon, fresh = (factories.patient(family_name=name) for name in ("Late", "Soon", "Never"))
    first = factories.treatment(late.id, day=TODAY - timedelta(weeks=26))
    last = factories.treatment(late.id, day=TODAY - timedelta(weeks=13))
    given = (
        first,
        last,
        factories.treatment(soon.id, day=TODAY - timedelta(weeks=11)),
    )
    taken = [
        factories.assessment(late.id, day=day, scores=(factories.score(value),))
        for day, value in ((first.day, 20), (last.day, 9), (TODAY, None))
    ]
    with store.writing() as session:
        patients.record_all(session, (soon, fresh, late), catalog=store.catalog, today=TODAY)
        treatments.record_all(session, given, catalog=store.catalog, today=TODAY)
        assessments.record_all(session, taken, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        found = worklist.rows(session, today=TODAY, catalog=store.catalog)
    assert [(r.family_name, r.standing, r.days_overdue) for r in found] == [
        ("Late", Standing.OVERDUE, 7),
        ("Soon", Standing.DUE_SOON, -7),
        ("Never", Standing.NOT_STARTED, None),
    ]
    assert found[0].next_due == TODAY - timedelta(weeks=1)
    assert (found[0].treatments, found[0].last_treatment) == (2, last.id)
    assert found[0].last_dose == last.dose
    assert found[0].last_points == 2
    assert found[0].identifier == late.identifiers[0].value
    assert found[0].series == (Decimal(20), Decimal(9), None)
    assert found[1].series == ()


def test_an_indication_that_is_only_treated_has_its_row(store: Store) -> None:
    patient = factories.patient()
    other = factories.imported_treatment(patient.id)
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        treatments.record(session, other, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        found = worklist.rows(session, today=TODAY, catalog=store.catalog)
    assert {r.indication for r in found} == {
        factories.MIGRAINE,
        IndicationId("cervical_dystonia"),
    }


def test_voided_treatments_and_patients_are_not_in_it(store: Store) -> None:
    patient, gone = factories.patient(), factories.patient()
    treatment = factories.treatment(patient.id, day=date(2026, 1, 1))
    with store.writing() as session:
        patients.record_all(session, (patient, gone), catalog=store.catalog, today=TODAY)
        treatments.record(session, treatment, catalog=store.catalog, today=TODAY)
        treatments.void(session, treatment.id, reason="wrong patient")
        patients.void(session, gone.id, reason="entered twice")
    with store.reading() as session:
        (row,) = worklist.rows(session, today=TODAY, catalog=store.catalog)
    assert (row.patient_id, row.standing) == (patient.id, Standing.NOT_STARTED)


def test_the_list_compares_with_the_baseline_the_record_compares_with(store: Store) -> None:
    patient = factories.patient()
    given = factories.treatment(patient.id, day=TODAY - timedelta(weeks=4))
    before = given.day - timedelta(days=20)
    taken = [
        factories.assessment(
            patient.id,
            day=before,
            occasion=Occasion.BASELINE,
            scores=(factories.score(21),),
        ),
        factories.assessment(patient.id, day=given.day, scores=(factories.score(14),)),
        factories.assessment(patient.id, day=TODAY, scores=(factories.score(9),)),
    ]
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        treatments.record(session, given, catalog=store.catalog, today=TODAY)
        assessments.record_all(session, taken, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        (found,) = worklist.rows(session, today=TODAY, catalog=store.catalog)
    assert found.series == (Decimal(21), Decimal(9))
