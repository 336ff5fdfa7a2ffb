"""Consents, medicines, weights, toxin elsewhere, follow-ups and drafts come back as stored, and
reach the safety rules of a visit."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from outcomes_app.domain.adverse_event import AdverseEventFollowUp, FollowUpId, beside
from outcomes_app.domain.draft import Draft, draft_id
from outcomes_app.domain.patient_facts import (
    ConsentOnFile,
    FactId,
    OutsideToxin,
    PatientFact,
    PatientMedicine,
    PatientWeight,
    Purpose,
    WhyStopped,
)
from outcomes_app.domain.safety import engine
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.time_out import Consent, GivenElsewhere
from outcomes_app.domain.treatment import Visit
from outcomes_app.domain.values import PatientId, PersonId, ProductId, Side, SiteId, new_id
from outcomes_app.errors import ChangedElsewhere, NotFound, Refused
from outcomes_app.records import (
    adverse_events,
    drafts,
    follow_ups,
    patient_facts,
    patients,
    people,
    treatments,
    visit_facts,
    visits,
)
from tests import factories
from tests.database import PERSON, Store

TODAY = factories.TODAY
ABO = ProductId("abo")


def a_patient(store: Store, **changes: Any) -> PatientId:
    patient = factories.patient(**changes)
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    return patient.id


def consent(patient: PatientId, **changes: Any) -> ConsentOnFile:
    given = Consent(
        day=changes.pop("day", TODAY - timedelta(days=10)),
        products=(factories.ONA,),
        indications=(factories.MIGRAINE,),
        mentions_off_label=True,
    )
    defaults: dict[str, Any] = {
        "id": FactId(new_id()),
        "patient_id": patient,
        "consent": given,
        "form": "BT-3",
        "note": "read aloud",
    }
    return ConsentOnFile(**(defaults | changes))


def medicine(patient: PatientId, **changes: Any) -> PatientMedicine:
    defaults: dict[str, Any] = {
        "id": FactId(new_id()),
        "patient_id": patient,
        "name": "propranolol",
        "kind": "beta blocker",
        "purpose": Purpose.PREVENTIVE,
        "dose": "80 mg",
        "start": date(2024, 1, 1),
        "end": date(2024, 6, 1),
        "why_stopped": WhyStopped.NOT_TOLERATED,
        "stop_detail": "tired",
        "note": "slow release",
    }
    return PatientMedicine(**(defaults | changes))


def weight(patient: PatientId, **changes: Any) -> PatientWeight:
    defaults: dict[str, Any] = {
        "id": FactId(new_id()),
        "patient_id": patient,
        "day": TODAY,
        "kilograms": Decimal("61.25"),
    }
    return PatientWeight(**(defaults | changes))


def elsewhere(patient: PatientId, **changes: Any) -> OutsideToxin:
    given = GivenElsewhere(
        day=TODAY - timedelta(days=30),
        product=factories.ONA,
        units=Decimal(300),
        purpose="glabella",
    )
    defaults: dict[str, Any] = {
        "id": FactId(new_id()),
        "patient_id": patient,
        "given": given,
        "given_by": "another clinic",
        "note": "told by letter",
    }
    return OutsideToxin(**(defaults | changes))


KINDS: list[Any] = [
    (consent, patient_facts.consents, {"withdrawn": TODAY}),
    (medicine, patient_facts.medicines, {"end": None, "why_stopped": None, "start": None}),
    (weight, patient_facts.weights, {"kilograms": Decimal("60")}),
    (elsewhere, patient_facts.outside_toxin, {"given": GivenElsewhere(day=date(2026, 1, 1))}),
]


def record(store: Store, *facts: PatientFact) -> None:
    with store.writing("fact") as session:
        for fact in facts:
            patient_facts.record(session, fact, catalog=store.catalog, today=TODAY)


@pytest.mark.parametrize(("make", "ask", "changes"), KINDS)
def test_a_fact_is_stored_corrected_and_voided(
    store: Store, make: Any, ask: Any, changes: dict[str, Any]
) -> None:
    patient = a_patient(store)
    fact = make(patient)
    unset = {f.name for f in fields(fact) if getattr(fact, f.name) in (None, "", ())}
    assert unset <= {"withdrawn"}
    record(store, fact, make(a_patient(store)))
    with store.reading() as session:
        assert ask(session, patient) == (replace(fact, version=1),)
    corrected = replace(fact, version=1, **changes)
    with store.writing() as session:
        patient_facts.correct(session, corrected, catalog=store.catalog, today=TODAY)
    with pytest.raises(ChangedElsewhere), store.writing() as session:
        patient_facts.correct(session, corrected, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert ask(session, patient) == (replace(corrected, version=2),)
    with store.writing() as session:
        patient_facts.void(session, fact, reason="of somebody else")
        assert ask(session, patient) == ()


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (consent, {"withdrawn": date(2000, 1, 1)}),
        (consent, {"day": TODAY + timedelta(days=1)}),
        (medicine, {"name": " "}),
        (medicine, {"end": date(2023, 1, 1)}),
        (medicine, {"note": "\0"}),
        (weight, {"kilograms": Decimal(0)}),
        (weight, {"kilograms": Decimal(501)}),
        (weight, {"day": TODAY + timedelta(days=1)}),
        (elsewhere, {"given": GivenElsewhere(day=TODAY, units=Decimal(5))}),
        (elsewhere, {"given": GivenElsewhere(day=TODAY, product=ABO, units=Decimal(0))}),
        (elsewhere, {"given": GivenElsewhere(day=TODAY, product=ProductId("none"))}),
    ],
)
def test_a_broken_fact_is_refused(store: Store, make: Any, changes: dict[str, Any]) -> None:
    patient = a_patient(store)
    with pytest.raises(Refused):
        record(store, make(patient, **changes))


def test_a_fact_of_nobody_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        record(store, weight(PatientId(new_id())))


def facts_of(store: Store, visit: Visit) -> VisitFacts:
    with store.reading() as session:
        return visit_facts.facts(session, visit, catalog=store.catalog, now=factories.NOW)


def test_the_rules_get_what_is_on_record(store: Store) -> None:
    patient = a_patient(store, allergies="latex; cow milk protein")
    old = factories.signable_visit(patient, day=TODAY - timedelta(days=100))
    other = factories.treatment(
        patient, day=TODAY - timedelta(days=50), indication="cervical_dystonia"
    )
    event = factories.adverse_event(patient, onset=TODAY - timedelta(days=60), resolved=None)
    with store.writing() as session:
        visits.record(session, old, catalog=store.catalog, today=TODAY)
        treatments.record(session, other, catalog=store.catalog, today=TODAY)
        adverse_events.record(session, event, catalog=store.catalog, today=TODAY)
    record(
        store,
        consent(patient),
        consent(patient, withdrawn=TODAY),
        medicine(patient),
        medicine(patient, name="gentamicin", kind="aminoglycoside", end=None, why_stopped=None),
        weight(patient, day=TODAY - timedelta(days=20)),
        weight(patient, day=TODAY - timedelta(days=200), kilograms=Decimal(50)),
        elsewhere(patient),
    )
    visit = factories.signable_visit(patient)

    found = facts_of(store, visit)

    assert [t.id for t in found.prior] == [old.treatment.id, other.id]
    assert (found.weight_kg, found.weight_day) == (
        Decimal("61.25"),
        TODAY - timedelta(days=20),
    )
    assert found.allergies == ("latex", "cow milk protein")
    assert found.medicines == ("gentamicin aminoglycoside",)
    assert found.diagnoses == ("G43.709",)
    assert found.consents is not None
    assert [c.day for c in found.consents] == [TODAY - timedelta(days=10), TODAY]
    assert [e.id for e in found.adverse_events] == [event.id]
    assert found.injected_at == factories.NOW
    assert found.evidence.baseline_headache_days == 18
    assert found.evidence.percent_fall_now == 0
    # 155 today, 10 for another indication and 300 elsewhere; the visit 100 days ago is out.
    assert found.trailing_units(factories.ONA, 84) == 155 + 10 + 300
    fired = {f.rule for f in engine.findings(store.catalog.safety_rules.values(), found)}
    assert {"cum_ona_adult", "interacting_drugs_strong"} <= fired


def test_what_was_told_twice_counts_once(store: Store) -> None:
    patient = a_patient(store)
    told = elsewhere(patient)
    record(store, told)
    visit = factories.signable_visit(patient)
    asked = replace(visit.treatment.time_out, toxin_elsewhere=(told.given,))
    again = replace(visit, treatment=replace(visit.treatment, time_out=asked))
    assert facts_of(store, again).trailing_units(factories.ONA, 84) == 155 + 300


def test_on_time_retreatment_after_twelve_weeks_raises_nothing(store: Store) -> None:
    patient = a_patient(store)
    last = factories.signable_visit(patient, day=TODAY - timedelta(days=84))
    with store.writing() as session:
        visits.record(session, last, catalog=store.catalog, today=TODAY)
    found = facts_of(store, factories.signable_visit(patient))
    fired = engine.findings(store.catalog.safety_rules.values(), found)
    assert [f.rule for f in fired if f.level is not engine.Level.INFO] == []


def test_a_vial_opened_for_somebody_else_is_known(store: Store) -> None:
    patient = a_patient(store)
    visit = factories.signable_visit(patient)
    brought = (factories.vial(lot="OPEN", vials=0, brought_units=Decimal(200)),)
    visit = replace(visit, treatment=replace(visit.treatment, vials=brought))
    assert facts_of(store, visit).lots_opened_for_others == {"OPEN"}
    kept = factories.vial(lot="OPEN", carried_units=Decimal(200), discarded_units=Decimal(0))
    own = factories.treatment(patient, day=TODAY, vials=(kept,))
    with store.writing() as session:
        treatments.record(session, own, catalog=store.catalog, today=TODAY)
    assert facts_of(store, visit).lots_opened_for_others == frozenset()


def test_an_event_is_followed_until_it_is_over(store: Store) -> None:
    patient = a_patient(store)
    event = factories.adverse_event(
        patient, resolved=None, grade=1, site=SiteId("frontalis"), side=Side.LEFT
    )
    with store.writing() as session:
        adverse_events.record(session, event, catalog=store.catalog, today=TODAY)

    def look(**changes: Any) -> AdverseEventFollowUp:
        seen = AdverseEventFollowUp(
            id=FollowUpId(new_id()),
            event_id=event.id,
            patient_id=patient,
            day=date(2026, 9, 10),
            grade=2,
            action="watched",
            note="tilted head",
        )
        seen = replace(seen, **changes)
        with store.writing() as session:
            follow_ups.record(session, seen, catalog=store.catalog, today=TODAY)
        return seen

    first = look()
    with store.reading() as session:
        (still,) = follow_ups.open_events(session, patient)
    assert (still.grade, still.resolved) == (2, None)
    assert beside((still,), SiteId("frontalis"), Side.LEFT) == (still,)
    assert beside((still,), SiteId("frontalis"), Side.RIGHT) == ()
    last = look(day=date(2026, 9, 20), grade=None, resolved=True)
    with store.reading() as session:
        assert follow_ups.for_event(session, event.id) == (first, last)
        assert follow_ups.open_events(session, patient) == ()
        (over,) = adverse_events.for_patient(session, patient)
    assert (over.grade, over.resolved) == (2, date(2026, 9, 20))
    with pytest.raises(Refused):
        look(day=date(2026, 8, 1))
    with pytest.raises(Refused):
        look(grade=6)


def test_drafts_are_kept_per_person_and_replaced(store: Store) -> None:
    patient = a_patient(store)
    other = factories.person(id=PersonId(new_id()), name="Dr B")
    visit = factories.signable_visit(patient).treatment.id

    def draft(person: PersonId, payload: str) -> Draft:
        return Draft(id=draft_id(visit, person), person=person, patient_id=patient, payload=payload)

    with store.writing() as session:
        people.add(session, other)
    with store.writing("draft") as session:
        drafts.save(session, draft(PERSON.id, '{"a": "“é”"}'))
        drafts.save(session, draft(other.id, "theirs"))
    with store.writing("draft") as session:
        drafts.save(session, draft(PERSON.id, "second"))
    with store.reading() as session:
        (mine,) = drafts.find(session, PERSON.id)
        assert len(drafts.for_patient(session, patient)) == 2
    assert (mine.payload, mine.saved_at) == ("second", factories.NOW)
    with store.writing("draft") as session:
        drafts.discard(session, mine.id)
        drafts.discard(session, mine.id)
    with store.reading() as session:
        assert drafts.find(session, PERSON.id) == ()
        assert [d.payload for d in drafts.find(session, other.id)] == ["theirs"]
