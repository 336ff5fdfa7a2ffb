"""An import is stored whole or not at all, never merges patients silently, and can be undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.import_plan import (
    ImportBatch,
    ImportPlan,
    ImportProblem,
    MatchDecision,
    MatchedBy,
)
from outcomes_app.domain.patient import Identifier
from outcomes_app.domain.values import BatchId, new_id
from outcomes_app.errors import NotFound, OutcomesError, Refused
from outcomes_app.exchange import mapping, planning, tabular
from outcomes_app.records import assessments, courses, diary, imports, patients, treatments
from tests import factories
from tests.database import Store

T = TypeVar("T")
DATA = Path(__file__).parent.parent / "data"
TODAY = factories.TODAY


def plan_of(store: Store, file: str = "cdystonia.csv", name: str = "cdystonia-long") -> ImportPlan:
    found = mapping.find(name)
    return planning.plan(tabular.read(DATA / file), found, store.catalog, TODAY)


def apply(store: Store, plan: ImportPlan, file: str = "cdystonia.csv") -> ImportBatch:
    with store.writing("import") as session:
        return imports.apply(
            session, plan, file_name=file, mapping={"version": 1}, person=store.person.id,
            catalog=store.catalog, today=TODAY,
        )  # fmt: skip


def read(store: Store, ask: Callable[[Session], T]) -> T:
    with store.reading() as session:
        return ask(session)


def test_the_trial_is_stored_whole(store: Store) -> None:
    batch = apply(store, plan_of(store))

    with store.reading() as session:
        cohort = courses.cohort(session, batch=batch.id)
    assert len(cohort.courses) == 109
    assert {c.patient.clinic_site for c in cohort.courses} == {str(n) for n in range(1, 10)}
    assert sum(len(c.treatments) for c in cohort.courses) == 109
    totals = [a.value() for c in cohort.courses for a in c.assessments]
    assert len(totals) == 631
    assert sum(t for t in totals if t is not None) == Decimal(26173)
    assert batch.counts["patients"] == 109
    assert batch.person_name == store.person.name
    assert all(t.batch == batch.id for c in cohort.courses for t in c.treatments)


def test_a_plan_with_an_error_is_refused_and_stores_nothing(store: Store) -> None:
    wrong = ImportProblem(row=7, column="twstrs", code="out_of_range", message="too high")

    with pytest.raises(Refused) as refused:
        apply(store, replace(plan_of(store), problems=(wrong,)))

    assert [getattr(p, "field", "") for p in refused.value.problems] == ["rows.7.twstrs"]
    assert read(store, patients.count) == 0
    assert read(store, imports.batches) == ()


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_record_that_is_refused_anywhere_leaves_nothing(store: Store, place: str) -> None:
    plan = plan_of(store)
    at = {"first": 0, "middle": 315, "last": 630}[place]
    bad: Assessment = replace(plan.assessments[at], scores=(factories.score(99),))
    broken = (*plan.assessments[:at], bad, *plan.assessments[at + 1 :])

    with pytest.raises(Refused):
        apply(store, replace(plan, assessments=broken))

    assert read(store, patients.count) == 0
    assert read(store, imports.batches) == ()


def test_undoing_voids_every_record_and_says_how_many(store: Store) -> None:
    batch = apply(store, plan_of(store))

    with store.writing("undo") as session:
        undone = imports.undo(session, batch.id, "wrong file")

    assert undone.kept == ()
    assert undone.voided["patients"] == 109
    assert undone.voided["assessments"] == 631
    assert read(store, patients.count) == 0
    listed = read(store, imports.batches)
    assert listed[0].undone_reason == "wrong file"
    with pytest.raises(OutcomesError, match="already"), store.writing("undo") as session:
        imports.undo(session, batch.id, "again")


def test_after_undoing_the_same_file_can_be_imported_again(store: Store) -> None:
    first = apply(store, plan_of(store))
    with store.writing("undo") as session:
        imports.undo(session, first.id, "wrong mapping")

    again = apply(store, plan_of(store))

    assert again.counts["patients"] == 109
    assert read(store, patients.count) == 109


def test_undoing_keeps_and_names_what_was_changed_since(store: Store) -> None:
    batch = apply(store, plan_of(store))
    with store.writing("correct") as session:
        course = courses.cohort(session, batch=batch.id).courses[0]
        corrected = replace(course.assessments[1], scores=(factories.score(12),))
        assessments.correct(session, corrected, catalog=store.catalog, today=TODAY)

    with store.writing("undo") as session:
        undone = imports.undo(session, batch.id, "wrong file")

    assert [(k.entity, k.patient) for k in undone.kept] == [
        ("assessment", course.patient.id),
        ("patient", course.patient.id),
    ]
    assert undone.voided["patients"] == 108
    with store.reading() as session:
        left = courses.course(session, course.patient.id)
    assert [a.value() for a in left.assessments] == [Decimal(12)]


def test_undoing_keeps_a_patient_who_was_treated_since(store: Store) -> None:
    batch = apply(store, plan_of(store))
    with store.writing("visit") as session:
        patient = courses.cohort(session, batch=batch.id).courses[0].patient
        added = factories.imported_treatment(patient.id, day=date(2026, 9, 1))
        treatments.record(session, added, catalog=store.catalog, today=TODAY)

    with store.writing("undo") as session:
        undone = imports.undo(session, batch.id, "wrong file")

    assert [(k.entity, k.patient) for k in undone.kept] == [("patient", patient.id)]
    with store.reading() as session:
        assert [t.id for t in treatments.for_patient(session, patient.id)] == [added.id]


def test_known_patients_are_asked_about_and_never_merged_silently(store: Store) -> None:
    apply(store, plan_of(store))
    plan = plan_of(store)

    with store.reading() as session:
        found = imports.matches(session, plan)
    with pytest.raises(Refused, match="109 patients"):
        apply(store, plan)

    assert len(found) == 109
    assert {m.matched_by for m in found} == {MatchedBy.IDENTIFIER}
    assert read(store, patients.count) == 109


def decided(store: Store, plan: ImportPlan, decision: MatchDecision) -> ImportPlan:
    with store.reading() as session:
        found = imports.matches(session, plan)
    return replace(plan, decisions={m.planned: decision for m in found})


def test_importing_the_same_file_again_adds_nothing_twice(store: Store) -> None:
    apply(store, plan_of(store))

    batch = apply(store, decided(store, plan_of(store), MatchDecision.ADD))

    assert batch.counts["patients"] == 0
    assert batch.counts["scores"] == 0
    assert batch.counts["known"] == 109 + 631
    with store.reading() as session:
        assert sum(len(c.assessments) for c in courses.cohort(session).courses) == 631


def test_new_results_of_known_patients_are_added_to_them(store: Store) -> None:
    plan = plan_of(store)
    apply(store, replace(plan, assessments=plan.assessments[:-1]))

    batch = apply(store, decided(store, plan_of(store), MatchDecision.ADD))

    assert batch.counts["assessments"] == 1
    with store.reading() as session:
        found = courses.cohort(session).courses
    assert len(found) == 109
    assert sum(len(c.assessments) for c in found) == 631
    links = {t.id for c in found for t in c.treatments} | {None}
    assert all(a.treatment_id in links for c in found for a in c.assessments)


def test_another_number_for_a_known_day_is_refused_by_its_row(store: Store) -> None:
    apply(store, plan_of(store))
    plan = decided(store, plan_of(store), MatchDecision.ADD)
    other = replace(plan.assessments[0], scores=(factories.score(1),))

    with pytest.raises(Refused, match="something else") as refused:
        apply(store, replace(plan, assessments=(other, *plan.assessments[1:])))

    assert [getattr(p, "field", "") for p in refused.value.problems] == ["rows.2"]


def test_known_patients_can_be_left_out(store: Store) -> None:
    plan = plan_of(store)
    some = plan.patients[:3]
    kept = {p.id for p in some}
    apply(
        store,
        replace(
            plan,
            patients=some,
            treatments=tuple(t for t in plan.treatments if t.patient_id in kept),
            assessments=tuple(a for a in plan.assessments if a.patient_id in kept),
        ),
    )

    batch = apply(store, decided(store, plan_of(store), MatchDecision.SKIP))

    assert batch.counts["patients"] == 106
    assert batch.counts["known"] == 0
    assert read(store, patients.count) == 109


def namesake(**changes: object) -> ImportPlan:
    return ImportPlan(patients=(factories.patient(**changes),))


def test_the_same_name_and_birth_date_is_asked_about_whatever_its_accents(store: Store) -> None:
    with store.writing("record") as session:
        known = factories.patient(family_name="Müller-Weiß", given_name="José")
        patients.record(session, known, catalog=store.catalog, today=TODAY)
    plan = namesake(family_name="MULLER WEISS", given_name="jose")

    with store.reading() as session:
        found = imports.matches(session, plan)
    with pytest.raises(Refused):
        apply(store, plan)
    batch = apply(store, decided(store, plan, MatchDecision.SEPARATE))

    assert [(m.existing, m.matched_by) for m in found] == [
        (known.id, MatchedBy.NAME_AND_BIRTH_DATE)
    ]
    assert batch.counts["patients"] == 1
    assert read(store, patients.count) == 2


def test_a_number_cannot_belong_to_two_patients(store: Store) -> None:
    apply(store, plan_of(store))

    with pytest.raises(Refused):
        apply(store, decided(store, plan_of(store), MatchDecision.SEPARATE))


def diary_plan(store: Store) -> ImportPlan:
    return plan_of(store, "headache_diary.csv", "headache-diary")


def test_a_diary_comes_in_goes_and_comes_again(store: Store) -> None:
    first = apply(store, diary_plan(store), "headache_diary.csv")
    with store.reading() as session:
        who = courses.cohort(session, batch=first.id).courses[0].patient.id
        days = diary.for_patient(session, who)
    assert [d.day.day for d in days] == [1, 2, 3, 5]

    with store.writing("undo") as session:
        assert imports.undo(session, first.id, "wrong").voided["diary_days"] == 6
    again = apply(store, diary_plan(store), "headache_diary.csv")
    with store.writing("undo") as session:
        undone = imports.undo(session, again.id, "wrong again")

    assert undone.voided["diary_days"] == 6
    assert undone.kept == ()


def test_diary_days_voided_before_are_still_undone_and_changed_ones_kept(store: Store) -> None:
    with store.writing("record") as session:
        number = Identifier(system="clinic", value="H-001")
        patient = factories.study_patient("H-001", identifiers=(number,))
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        diary.record(session, [factories.diary_day(patient.id)], today=TODAY)
        diary.void(session, patient.id, date(2026, 9, 1), reason="entered in error")
    batch = apply(store, decided(store, diary_plan(store), MatchDecision.ADD))
    with store.writing("correct") as session:
        entry = diary.for_patient(session, patient.id)[1]
        diary.record(session, [replace(entry, note="corrected")], today=TODAY)

    with store.writing("undo") as session:
        undone = imports.undo(session, batch.id, "wrong")

    assert [(k.entity, k.day) for k in undone.kept] == [("diary_day", date(2026, 9, 2))]
    assert undone.voided["diary_days"] == 5
    with store.reading() as session:
        assert [d.day.day for d in diary.for_patient(session, patient.id)] == [2]


def test_progress_is_told_and_stopping_stores_nothing(store: Store) -> None:
    class Stopped(Exception):
        pass

    told: list[tuple[int, int]] = []

    def stop(done: int, of: int) -> None:
        told.append((done, of))
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped), store.writing("import") as session:
        imports.apply(
            session, plan_of(store), file_name="a.csv", mapping={}, person=store.person.id,
            catalog=store.catalog, today=TODAY, progress=stop,
        )  # fmt: skip

    assert [done for done, _of in told] == [0, 1, 2, 3, 4]
    assert read(store, patients.count) == 0


def test_undoing_needs_a_reason_and_an_import(store: Store) -> None:
    batch = apply(store, diary_plan(store))

    with pytest.raises(OutcomesError, match="reason"), store.writing("undo") as session:
        imports.undo(session, batch.id, " ")
    with pytest.raises(NotFound), store.writing("undo") as session:
        imports.undo(session, BatchId(new_id()), "wrong")
