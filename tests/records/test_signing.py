"""Signing: only what is complete, frozen from then on by the store itself, amended side by side."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from outcomes_app.db import replay, trail
from outcomes_app.domain import differences, signing
from outcomes_app.domain.draft import Draft, draft_id
from outcomes_app.domain.patient import Role
from outcomes_app.domain.permissions import NotAllowed
from outcomes_app.domain.treatment import TreatmentStatus, Visit
from outcomes_app.domain.values import PatientId, Problem, Side, TreatmentId
from outcomes_app.errors import NotFound, Refused
from outcomes_app.records import (
    adverse_events,
    assessments,
    courses,
    drafts,
    history,
    patients,
    people,
    treatments,
    visits,
)
from outcomes_app.records import signing as records
from tests import factories
from tests.database import PERSON, Store

TODAY = factories.TODAY


def a_patient(store: Store) -> PatientId:
    patient = factories.patient()
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    return patient.id


def sign(store: Store, visit: Visit, **more: Any) -> signing.Signature:
    with store.writing("visit.sign") as session:
        return records.store_and_sign(
            session, visit, person=PERSON, catalog=store.catalog, today=TODAY, **more
        )


def signed(store: Store, **changes: Any) -> Visit:
    visit = factories.signable_visit(a_patient(store), **changes)
    sign(store, visit)
    with store.reading() as session:
        return visits.get(session, visit.treatment.id)


def codes_of(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refused.value.problems if isinstance(p, Problem)}


def test_a_complete_visit_is_signed(store: Store) -> None:
    patient = a_patient(store)
    visit = factories.signable_visit(patient)

    signature = sign(store, visit)

    with store.reading() as session:
        stored = treatments.get(session, visit.treatment.id)
        assert records.signature(session, visit.treatment.id) == signature
        assert courses.course(session, patient).treatments == (stored,)
        entry = history.for_record(session, "treatment", visit.treatment.id)[-1]
    assert stored.status is TreatmentStatus.SIGNED
    assert (stored.signed_by, stored.signed_at) == (PERSON.id, factories.NOW)
    assert signature.is_intact
    assert re.fullmatch("[0-9a-f]{64}", signature.content_hash)
    assert signature.visit.treatment.injections == visit.treatment.injections
    assert (entry.deed, entry.action) == ("visit.sign", "signed")


FROZEN = [
    "UPDATE treatment SET note = 'x' WHERE id = :id",
    "UPDATE treatment SET signed_at = NULL WHERE id = :id",
    "UPDATE treatment SET status = 'recorded' WHERE id = :id",
    "UPDATE treatment SET day = day + 1 WHERE id = :id",
    "UPDATE injection SET units = units + 1 WHERE treatment_id = :id",
    "UPDATE injection SET voided = NOT voided WHERE treatment_id = :id",
    "UPDATE vial_use SET lot = 'OTHER' WHERE treatment_id = :id",
    "UPDATE acknowledgement SET reason = 'x' WHERE treatment_id = :id",
    "UPDATE assessment SET note = 'x' WHERE treatment_id = :id",
    "UPDATE assessment SET treatment_id = NULL WHERE treatment_id = :id",
    "UPDATE score SET rule = 'x' WHERE assessment_id IN"
    " (SELECT id FROM assessment WHERE treatment_id = :id)",
    "UPDATE signature SET content = 'x' WHERE treatment_id = :id",
    "INSERT INTO acknowledgement (treatment_id, position, patient_id, code, reason, rule_version,"
    " fact, voided) SELECT id, 99, patient_id, 'x', '', '', '', back_entered FROM treatment"
    " WHERE id = :id",
]


@pytest.mark.parametrize("statement", FROZEN)
def test_the_store_refuses_to_change_what_is_signed(store: Store, statement: str) -> None:
    visit = signed(store)
    key: Any = visit.treatment.id
    if store.database.dialect != "postgresql":
        key = visit.treatment.id.hex
    with (
        pytest.raises(DBAPIError, match="refused"),
        store.database.engine.begin() as connection,
    ):
        connection.execute(text(statement), {"id": key})
    with store.reading() as session:
        assert visits.get(session, visit.treatment.id) == visit


@pytest.mark.parametrize("statement", FROZEN[:-2])
def test_what_is_not_signed_may_change(store: Store, statement: str) -> None:
    visit = factories.signable_visit(a_patient(store))
    with store.writing() as session:
        visits.record(session, visit, catalog=store.catalog, today=TODAY)
    key: Any = visit.treatment.id
    if store.database.dialect != "postgresql":
        key = visit.treatment.id.hex
    with store.database.engine.begin() as connection:
        assert connection.execute(text(statement), {"id": key}).rowcount > 0


def test_the_program_does_not_correct_it_either(store: Store) -> None:
    visit = signed(store)
    with pytest.raises(treatments.AlreadySigned), store.writing() as session:
        visits.correct(session, visit, catalog=store.catalog, today=TODAY)
    with pytest.raises(treatments.AlreadySigned), store.writing() as session:
        records.sign(session, visit.treatment.id, person=PERSON, catalog=store.catalog)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vials": (factories.vial(discarded_units=Decimal(40)),)}, "vial_out_of_balance"),
        ({"vials": (factories.vial(discarded_units=None),)}, "vial_not_accounted"),
        ({"vials": (factories.vial(discard_reason=""),)}, "discard_reason_missing"),
        ({"vials": ()}, "vials_missing"),
        ({"time_out": factories.TimeOut(infection_at_site=True)}, "infection_at_site"),
        ({"time_out": factories.TimeOut()}, "consent_missing"),
        ({"injections": ()}, "dose_unknown"),
    ],
)
def test_an_incomplete_visit_is_refused_and_not_stored(
    store: Store, changes: dict[str, Any], code: str
) -> None:
    visit = factories.signable_visit(a_patient(store))
    visit = replace(visit, treatment=replace(visit.treatment, **changes))
    with pytest.raises(Refused) as refused:
        sign(store, visit)
    assert code in codes_of(refused)
    with store.reading() as session, pytest.raises(NotFound):
        treatments.get(session, visit.treatment.id)


def repeat_of(first: Visit, **changes: Any) -> Visit:
    return factories.signable_visit(
        first.treatment.patient_id,
        day=TODAY,
        of_treatment=changes.pop("of_treatment", {}),
        **changes,
    )


def a_first(store: Store) -> Visit:
    return signed(store, day=TODAY - timedelta(days=84))


def test_a_repeat_on_time_raises_nothing(store: Store) -> None:
    sign(store, repeat_of(a_first(store)))


def test_a_repeat_needs_this_cycles_response(store: Store) -> None:
    visit = repeat_of(a_first(store), assessments=())
    with pytest.raises(Refused) as refused:
        sign(store, visit)
    assert codes_of(refused) == {"response_missing"}


def test_a_repeat_needs_a_fresh_lot(store: Store) -> None:
    visit = repeat_of(a_first(store))
    without = replace(visit.treatment, vials=(factories.vial(lot="", expiry=None),))
    with pytest.raises(Refused) as refused:
        sign(store, replace(visit, treatment=without))
    assert codes_of(refused) == {"lot_not_fresh", "lot_missing"}


def test_a_repeat_needs_an_answer_about_adverse_events(store: Store) -> None:
    visit = repeat_of(a_first(store))
    time_out = replace(visit.treatment.time_out, adverse_events_asked=False)
    silent = replace(visit.treatment, acknowledgements=(), time_out=time_out)
    with pytest.raises(Refused) as refused:
        sign(store, replace(visit, treatment=silent))
    assert codes_of(refused) == {"adverse_events_unanswered"}


def test_history_entered_later_needs_neither(store: Store) -> None:
    first = a_first(store)
    visit = repeat_of(first, assessments=(), of_treatment={"back_entered": True})
    old = replace(
        visit.treatment,
        acknowledgements=(),
        time_out=factories.TimeOut(consent_confirmed=True),
        vials=(factories.vial(expiry=TODAY - timedelta(days=400), discarded_units=None),),
    )
    sign(store, replace(visit, treatment=old))


def test_a_reason_lifts_a_block_until_the_fact_changes(store: Store) -> None:
    visit = repeat_of(signed(store, day=TODAY - timedelta(days=30)))
    with store.writing() as session:
        open_now = records.unmet(session, visit, catalog=store.catalog, at=factories.NOW)
    assert {"interval_under_8_weeks", "interval_under_12_weeks"} <= {p.code for p in open_now}
    answers = tuple(
        factories.Acknowledgement(code=p.code, reason="severe attacks", fact=p.message)
        for p in open_now
    )
    answered = replace(visit, treatment=replace(visit.treatment, acknowledgements=answers))
    with store.writing() as session:
        assert records.unmet(session, answered, catalog=store.catalog, at=factories.NOW) == ()
        later = replace(answered.treatment, day=TODAY - timedelta(days=1))
        moved = replace(answered, treatment=later)
        found = records.unmet(session, moved, catalog=store.catalog, at=factories.NOW)
    assert "interval_under_8_weeks" in {p.code for p in found}
    sign(store, answered)


def amended(store: Store, visit: Visit) -> Visit:
    new = without_left_temple(signing.amendment_of(visit))
    with store.writing("visit.amend") as session:
        records.amend(
            session,
            new,
            reason="the left temple was not injected",
            person=PERSON,
            catalog=store.catalog,
            today=TODAY,
        )
    return new


def without_left_temple(visit: Visit) -> Visit:
    left = [i for i in visit.treatment.injections if (i.site, i.side) != ("temporalis", Side.LEFT)]
    vials = (replace(visit.treatment.vials[0], discarded_units=Decimal(70)),)
    answer = factories.Acknowledgement(code="session_ona_cm_155_195", reason="on purpose")
    passed = (*visit.treatment.acknowledgements, answer)
    edited = replace(visit.treatment, injections=tuple(left), vials=vials, acknowledgements=passed)
    return replace(visit, treatment=edited)


def test_an_amendment_keeps_both_versions(store: Store) -> None:
    first = signed(store)
    patient = first.treatment.patient_id

    new = amended(store, first)

    with store.reading() as session:
        course = courses.course(session, patient)
        old = treatments.get(session, first.treatment.id)
        versions = records.versions(session, first.treatment.id)
        assert records.versions(session, new.treatment.id) == versions
        assert records.broken(session) == ()
        assert trail.verify(session).problems == ()
        assert replay.differences(session) == ()
    assert old.status is TreatmentStatus.AMENDED
    assert [t.id for t in course.treatments] == [new.treatment.id]
    assert len(course.assessments) == 2
    assert [v.treatment_id for v in versions] == [first.treatment.id, new.treatment.id]
    assert versions[0].visit.treatment.injections == first.treatment.injections
    assert versions[1].reason == "the left temple was not injected"
    found = differences.between(versions[0].visit, versions[1].visit)
    assert [(m.site, m.side, m.change) for m in found.muscles] == [
        ("temporalis", Side.LEFT, Decimal(-25))
    ]
    assert found.outcomes == ()


def test_events_and_later_values_pass_to_the_amendment(store: Store) -> None:
    first = signed(store)
    event = factories.adverse_event(
        first.treatment.patient_id,
        treatment_id=first.treatment.id,
        onset=TODAY,
        resolved=None,
    )
    with store.writing() as session:
        adverse_events.record(session, event, catalog=store.catalog, today=TODAY)

    new = amended(store, first)

    with store.reading() as session:
        assert [e.id for e in adverse_events.for_treatment(session, new.treatment.id)] == [event.id]
        assert len(assessments.for_treatment(session, new.treatment.id)) == 2


def test_only_the_signer_amends_and_only_with_a_reason(store: Store) -> None:
    first = signed(store)
    other = factories.person(name="Dr B", roles=(Role.CLINICIAN,))
    new = signing.amendment_of(first)
    common: dict[str, Any] = {"catalog": store.catalog, "today": TODAY}
    with store.writing() as session:
        people.add(session, other)
    with pytest.raises(NotAllowed), store.writing() as session:
        records.amend(session, new, reason="r", person=other, **common)
    with pytest.raises(Refused), store.writing() as session:
        records.amend(session, new, reason="  ", person=PERSON, **common)
    reader = replace(PERSON, roles=(Role.REVIEWER,))
    with pytest.raises(NotAllowed), store.writing() as session:
        records.store_and_sign(session, new, person=reader, **common)
    with store.reading() as session:
        status = treatments.get(session, first.treatment.id).status
    assert status is TreatmentStatus.SIGNED


def test_an_amended_version_is_not_amended_again(store: Store) -> None:
    first = signed(store)
    amended(store, first)
    with pytest.raises(NotFound):
        amended(store, first)


def test_a_void_visit_stays_readable_and_counts_nowhere(store: Store) -> None:
    first = signed(store)
    with store.writing("visit.void") as session:
        records.void(session, first.treatment.id, reason="wrong patient", person=PERSON)
    with store.reading() as session:
        course = courses.course(session, first.treatment.patient_id)
        kept = records.signature(session, first.treatment.id)
        assert replay.differences(session) == ()
    assert course.treatments == ()
    assert course.assessments == ()
    assert kept is not None
    assert kept.visit.treatment.injections == first.treatment.injections


def test_a_row_changed_past_the_guards_is_found(store: Store) -> None:
    first = signed(store)
    with store.database.engine.begin() as connection:
        if store.database.dialect == "postgresql":
            connection.execute(text("ALTER TABLE injection DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER freeze_update_injection"))
        connection.execute(text("UPDATE injection SET units = units + 100"))
    with store.reading() as session:
        assert records.broken(session) == (first.treatment.id,)


def test_signing_forgets_the_draft(store: Store) -> None:
    visit = factories.signable_visit(a_patient(store))
    draft = Draft(
        id=draft_id(visit.treatment.id, PERSON.id),
        person=PERSON.id,
        patient_id=visit.treatment.patient_id,
        payload="{}",
    )
    with store.writing() as session:
        drafts.save(session, draft)
    sign(store, visit)
    with store.reading() as session:
        assert drafts.find(session, PERSON.id) == ()


class _Sealer:
    algorithm = "test"
    public_key = b"key"

    def seal(self, statement: bytes) -> bytes:
        return statement[::-1]


def test_a_persons_own_key_seals_the_statement(store: Store) -> None:
    visit = factories.signable_visit(a_patient(store))
    sign(store, visit, sealer=_Sealer())
    with store.reading() as session:
        kept = records.signature(session, TreatmentId(visit.treatment.id))
    assert kept is not None
    assert (kept.algorithm, kept.public_key) == ("test", b"key")
    assert kept.seal == kept.statement[::-1]
    assert kept.content_hash.encode() in kept.statement
