"""What recording, correcting and voiding promise, beyond that everything comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from outcomes_app.db import audit, replay, trail
from outcomes_app.domain.treatment import TreatmentStatus
from outcomes_app.domain.values import IndicationId, new_id
from outcomes_app.errors import ChangedElsewhere, NotFound, Refused
from outcomes_app.records import (
    adverse_events,
    assessments,
    courses,
    diary,
    history,
    patients,
    treatments,
    visits,
    worklist,
)
from tests import factories
from tests.database import Store

TODAY = factories.TODAY


def _stored(store: Store, *visits_of: Any, **patient: Any) -> Any:
    """A recorded patient, with the visits that were built for the id."""
    owner = factories.patient(**patient)
    with store.writing() as session:
        patients.record(session, owner, catalog=store.catalog, today=TODAY)
        for build in visits_of:
            visits.record(session, build(owner.id), catalog=store.catalog, today=TODAY)
    return owner


def test_a_visit_is_stored_whole_or_not_at_all(store: Store) -> None:
    patient = _stored(store)
    impossible = factories.assessment(patient.id, scores=(factories.score(99),))
    visit = factories.visit(patient.id, assessments=(impossible,))
    with pytest.raises(Refused), store.writing() as session:
        visits.record(session, visit, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert courses.course(session, patient.id).treatments == ()


def test_correcting_a_visit_adds_changes_and_voids_what_is_linked(store: Store) -> None:
    visit = factories.visit()
    patient = _stored(store, id=visit.treatment.patient_id)
    with store.writing() as session:
        visits.record(session, visit, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        opened = visits.get(session, visit.treatment.id)
    kept, dropped = opened.assessments
    fresh = factories.assessment(
        patient.id,
        instrument="hit6",
        scores=(factories.score(60),),
        treatment_id=visit.treatment.id,
    )
    changed = replace(kept, note="asked again")
    with store.writing() as session:
        visits.correct(
            session,
            replace(opened, assessments=(changed, fresh), adverse_events=()),
            catalog=store.catalog,
            today=TODAY,
            reason="asked again",
        )
    with store.reading() as session:
        found = visits.get(session, visit.treatment.id)
        assert set(found.assessments) == {replace(changed, version=2), replace(fresh, version=1)}
        assert found.adverse_events == ()
        assert found.treatment.version == 1
        voided = history.for_record(session, "assessment", dropped.id)[-1]
        assert (voided.action, voided.reason) == ("voided", "asked again")
        assert replay.differences(session) == ()


def test_voiding_a_visit_takes_everything_linked_out_of_the_course(store: Store) -> None:
    visit = factories.visit()
    patient = _stored(store, lambda _id: visit, id=visit.treatment.patient_id)
    with store.writing() as session:
        visits.void(session, visit.treatment.id, reason="wrong patient")
    with store.reading() as session:
        course = courses.course(session, patient.id)
        assert (course.treatments, course.assessments, course.adverse_events) == ((), (), ())
        with pytest.raises(NotFound):
            visits.get(session, visit.treatment.id)
        assert history.for_record(session, "treatment", visit.treatment.id)[-1].action == "voided"


def test_what_was_voided_can_be_neither_corrected_nor_voided_again(store: Store) -> None:
    patient = _stored(store)
    treatment = factories.treatment(patient.id)
    with store.writing() as session:
        treatments.record(session, treatment, catalog=store.catalog, today=TODAY)
        treatments.void(session, treatment.id, reason="wrong patient")
    with pytest.raises(NotFound), store.writing() as session:
        treatments.void(session, treatment.id, reason="again")
    again = replace(treatment, version=2)
    with pytest.raises(NotFound), store.writing() as session:
        treatments.correct(session, again, catalog=store.catalog, today=TODAY)


def test_a_signed_treatment_is_not_corrected(store: Store) -> None:
    patient = _stored(store)
    signed = factories.treatment(patient.id, status=TreatmentStatus.SIGNED)
    with store.writing() as session:
        treatments.record(session, signed, catalog=store.catalog, today=TODAY)
    changed = replace(signed, version=1, note="changed")
    with pytest.raises(treatments.AlreadySigned), store.writing() as session:
        treatments.correct(session, changed, catalog=store.catalog, today=TODAY)


def test_a_record_never_moves_to_another_patient(store: Store) -> None:
    patient, other = _stored(store), _stored(store)
    treatment = factories.treatment(patient.id)
    assessment = factories.assessment(patient.id)
    harm = factories.adverse_event(patient.id)
    with store.writing() as session:
        treatments.record(session, treatment, catalog=store.catalog, today=TODAY)
        assessments.record(session, assessment, catalog=store.catalog, today=TODAY)
        adverse_events.record(session, harm, catalog=store.catalog, today=TODAY)
    for module, value in (
        (treatments, treatment),
        (assessments, assessment),
        (adverse_events, harm),
    ):
        moved = replace(value, patient_id=other.id, version=1)
        with pytest.raises(Refused), store.writing() as session:
            module.correct(session, moved, catalog=store.catalog, today=TODAY)  # type: ignore[attr-defined]


def test_a_treatment_needs_a_living_patient(store: Store) -> None:
    patient = _stored(store)
    with store.writing() as session:
        patients.void(session, patient.id, reason="entered twice")
    for patient_id in (patient.id, new_id()):
        with pytest.raises(NotFound), store.writing() as session:
            treatments.record(
                session, factories.treatment(patient_id), catalog=store.catalog, today=TODAY
            )


def test_latest_is_the_newest_that_counts_for_the_indication(store: Store) -> None:
    patient = _stored(store)
    old, new, wrong = (
        factories.treatment(patient.id, day=date(2026, month, 1)) for month in (1, 4, 7)
    )
    other = factories.imported_treatment(patient.id, day=date(2026, 9, 1))
    with store.writing() as session:
        treatments.record_all(session, (new, wrong, old, other), catalog=store.catalog, today=TODAY)
        treatments.void(session, wrong.id, reason="wrong patient")
    with store.reading() as session:
        found = treatments.latest(session, patient.id, factories.MIGRAINE)
        assert found == replace(new, version=1)
        assert treatments.latest(session, patient.id, IndicationId("blepharospasm")) is None


def test_doses_and_vials_finer_than_hundredths_are_refused(store: Store) -> None:
    patient = _stored(store)
    for change in (
        {"injections": (factories.injection(dose=factories.dose("2.125")),)},
        {"vials": (factories.vial(discarded_units=Decimal("0.001")),)},
        {"vials": (factories.vial(vials=10**12),)},
    ):
        treatment = factories.treatment(patient.id, **change)
        with pytest.raises(Refused), store.writing() as session:
            treatments.record(session, treatment, catalog=store.catalog, today=TODAY)


def test_the_last_writing_of_a_diary_day_counts_and_both_are_kept(store: Store) -> None:
    patient = _stored(store)
    first = factories.diary_day(patient.id, peak_pain=Decimal(3))
    second = replace(first, peak_pain=Decimal(8))
    with store.writing() as session:
        assert diary.record(session, [first], today=TODAY) == 1
    with store.writing() as session:
        assert diary.record(session, [second], today=TODAY, reason="typing error") == 1
    with store.writing() as session:
        assert diary.record(session, [second], today=TODAY) == 0
    with store.reading() as session:
        assert diary.for_patient(session, patient.id) == (replace(second, version=2),)
        told, corrected = history.for_record(session, "diary", patient.id)
    assert (told.action, corrected.action) == ("recorded", "corrected")
    assert corrected.reason == "typing error"
    assert [(c.field, c.before, c.after) for c in corrected.changes] == [("peak_pain", "3", "8")]


def test_a_diary_day_opened_before_somebody_changed_it_is_not_overwritten(store: Store) -> None:
    patient = _stored(store)
    day = factories.diary_day(patient.id)
    with store.writing() as session:
        diary.record(session, [day], today=TODAY)
        opened = diary.for_patient(session, patient.id)[0]
    with store.writing() as session:
        diary.record(session, [replace(opened, note="mine")], today=TODAY)
    with pytest.raises(ChangedElsewhere), store.writing() as session:
        diary.record(session, [replace(opened, note="theirs")], today=TODAY)


def test_a_voided_diary_day_is_unknown_until_it_is_written_again(store: Store) -> None:
    patient = _stored(store)
    day = factories.diary_day(patient.id)
    with store.writing() as session:
        diary.record(session, [day], today=TODAY)
        diary.void(session, patient.id, day.day, reason="wrong patient")
    with store.reading() as session:
        assert diary.for_patient(session, patient.id) == ()
    with store.writing() as session:
        diary.record(session, [day], today=TODAY)
    with store.reading() as session:
        assert diary.for_patient(session, patient.id) == (replace(day, version=3),)


def test_a_large_diary_is_sealed_in_parts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "_NOTES_KEPT", 50)
    owners = [_stored(store) for _ in range(3)]
    days = [
        factories.diary_day(owner.id, day=date(2026, 1, 1) + timedelta(days=number))
        for owner in owners
        for number in range(40)
    ]
    with store.writing("import") as session:
        assert diary.record(session, days, today=TODAY) == 120
    with store.reading() as session:
        assert trail.verify(session).problems == ()
        assert replay.differences(session) == ()
        told = [e for e in history.recent(session) if e.deed == "import"]
    assert sorted(dict(e.added)["diary_day"] for e in told) == [40, 40, 40]


def test_cohort_chooses_by_indication_group_and_site(store: Store) -> None:
    migraine = _stored(store, factories.visit)
    study = [
        factories.study_patient(str(number), group=group, clinic_site=site)
        for number, (group, site) in enumerate([("5000U", "1"), ("10000U", "1"), ("10000U", "2")])
    ]
    with store.writing() as session:
        patients.record_all(session, study, catalog=store.catalog, today=TODAY)
        for each in study:
            given = factories.imported_treatment(each.id)
            treatments.record(session, given, catalog=store.catalog, today=TODAY)

    def chosen(**choice: Any) -> set[Any]:
        with store.reading() as session:
            return {course.patient.id for course in courses.cohort(session, **choice).courses}

    first, second, third = (each.id for each in study)
    assert chosen() == {migraine.id, first, second, third}
    assert chosen(indication="cervical_dystonia") == {first, second, third}
    assert chosen(indication=factories.MIGRAINE) == {migraine.id}
    assert chosen(group="10000U") == {second, third}
    assert chosen(group="10000U", clinic_site="2") == {third}
    assert chosen(indication="blepharospasm") == set()


def test_a_cohort_of_one_indication_holds_only_its_treatments(store: Store) -> None:
    visit = factories.visit()
    patient = _stored(store, lambda _id: visit, id=visit.treatment.patient_id)
    other = factories.imported_treatment(patient.id)
    with store.writing() as session:
        treatments.record(session, other, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        (course,) = courses.cohort(session, indication=factories.MIGRAINE).courses
        (whole,) = courses.cohort(session).courses
        assert whole == courses.course(session, patient.id)
    assert [t.indication for t in course.treatments] == [factories.MIGRAINE]
    assert len(whole.treatments) == 2


@contextmanager
def _questions(store: Store) -> Iterator[list[str]]:
    asked: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(store.database.engine, "before_cursor_execute", count)
    yield asked
    event.remove(store.database.engine, "before_cursor_execute", count)


@pytest.mark.parametrize(
    "ask",
    [
        lambda session, _store: patients.summaries(session),
        lambda session, _store: patients.find(session, "o"),
        lambda session, _store: courses.cohort(session),
        lambda session, store: worklist.rows(session, today=TODAY, catalog=store.catalog),
    ],
    ids=["summaries", "find", "cohort", "worklist"],
)
def test_lists_ask_as_many_questions_for_many_patients_as_for_one(store: Store, ask: Any) -> None:
    _stored(store, factories.visit)
    with _questions(store) as few, store.reading() as session:
        ask(session, store)
    for _ in range(5):
        _stored(store, factories.visit)
    with _questions(store) as many, store.reading() as session:
        ask(session, store)
    assert len(many) == len(few) <= 14


def test_reading_sessions_have_no_deed(store: Store) -> None:
    with store.reading() as session, pytest.raises(audit.Unaudited):
        audit.instant(session)
