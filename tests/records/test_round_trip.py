"""Every field of every record comes back as it was stored, from both back ends."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.patient import Identifier, Patient, Sex, TreatedIndication
from outcomes_app.domain.time_out import GivenElsewhere, TimeOut
from outcomes_app.domain.treatment import (
    Acknowledgement,
    Guidance,
    Injection,
    Treatment,
    VialUse,
)
from outcomes_app.domain.values import ProductId, Side, SiteId, TreatmentId, new_id
from outcomes_app.records import (
    adverse_events,
    assessments,
    courses,
    diary,
    patients,
    people,
    practice,
    treatments,
    visits,
)
from tests import factories
from tests.database import PERSON, Store

TODAY = factories.TODAY
# Fields the store itself sets, or that no test of values can fill.
_SET_BY_STORE = {
    *("id", "patient_id", "version", "batch", "voided", "status", "treatment_id"),
    *("signed_by", "signed_at"),
}


def _different(kind: type, left: object, right: object) -> None:
    """Both values must differ in each field, or a lost field would go unseen."""
    same = {f.name for f in fields(kind) if getattr(left, f.name) == getattr(right, f.name)}
    assert same <= _SET_BY_STORE, f"the test does not vary {same - _SET_BY_STORE}"


FULL_PATIENT = factories.patient(
    family_name="de la Cruz",
    given_name="María José",
    title="Dr",
    birth_date=date(1940, 2, 29),
    sex=Sex.OTHER,
    identifiers=(Identifier(system="nhs", value="9434765919"), Identifier(system="x", value="0")),
    indications=(
        TreatedIndication(indication=factories.MIGRAINE, icd10=("G43.709", "G43.711")),
        TreatedIndication(indication="blepharospasm", since=date(2019, 5, 5), detail="both eyes"),
    ),
    group="placebo",
    clinic_site="site 7",
    allergies="albumin",
    alerts=("aminoglycoside until December", "needle phobia"),
    note="line one\nline two",
    synthetic=True,
)


def test_patient(store: Store) -> None:
    _different(Patient, FULL_PATIENT, Patient(id=FULL_PATIENT.id))
    with store.writing() as session:
        patients.record(session, FULL_PATIENT, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert patients.get(session, FULL_PATIENT.id) == replace(FULL_PATIENT, version=1)


FULL_VIAL = factories.vial(
    discard_witness="N. Abara",
    injected_units=Decimal("155.25"),
    carried_units=Decimal("20"),
    brought_units=Decimal("20.25"),
    diluent="sodium chloride 0.9 %",
    reconstituted_at=datetime(2026, 8, 28, 8, 30, tzinfo=UTC),
)
FULL_TIME_OUT = TimeOut(
    identity_confirmed=True,
    consent_confirmed=True,
    pregnant=True,
    could_be_pregnant=True,
    breast_feeding=False,
    infection_at_site=False,
    neuromuscular_disease=False,
    anticoagulant=True,
    inr=Decimal("2.10"),
    interacting_medicine=False,
    cardiovascular_disease=True,
    respiratory_compromise=False,
    eye_surface_at_risk=True,
    swallowing_or_breathing_problem=False,
    off_label_consent=True,
    surgery_planned_on=date(2026, 10, 1),
    joint_infection_or_prosthesis=False,
    treated_before=True,
    toxin_elsewhere=(
        GivenElsewhere(
            day=date(2026, 7, 1),
            product=ProductId("abo"),
            units=Decimal("12.5"),
            purpose="glabella",
        ),
    ),
    dose_set_afresh=True,
    adverse_events_asked=True,
    medication_guide_given=True,
)


def test_treatment(store: Store) -> None:
    patient = factories.patient()
    full = factories.treatment(
        patient.id,
        injections=(
            factories.injection(
                dose=factories.dose("2.25"),
                depth="intramuscular",
                guidance=Guidance.EMG,
                note="bled",
            ),
            factories.injection(side=Side.LEFT, placement=None),
        ),
        vials=(FULL_VIAL, VialUse(), factories.vial(lot="B", diluent_ml=Decimal("2.125"))),
        stated_total=factories.dose("7.25"),
        injector=PERSON.id,
        acknowledgements=(
            Acknowledgement(code="dose_jump", reason="agreed", rule_version="a1", fact="more"),
        ),
        time_out=FULL_TIME_OUT,
        back_entered=True,
        amends=TreatmentId(new_id()),
    )
    _different(
        Injection,
        full.injections[0],
        Injection(
            id=new_id(), site=SiteId("procerus"), side=Side.MIDLINE, dose=factories.dose("1")
        ),
    )
    _different(TimeOut, full.time_out, TimeOut())
    _different(Acknowledgement, full.acknowledgements[0], Acknowledgement(code="", reason=""))
    _different(VialUse, full.vials[0], VialUse(vials=0))
    _different(
        Treatment,
        full,
        Treatment(
            id=full.id, patient_id=patient.id, indication="x", day=TODAY, product=None, placebo=True
        ),
    )
    placebo = factories.treatment(
        patient.id, injections=(), placebo=True, product=ProductId("rima"), day=date(2026, 9, 1)
    )
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        treatments.record(session, full, catalog=store.catalog, today=TODAY)
        treatments.record(session, placebo, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert treatments.get(session, full.id) == replace(full, version=1)
        assert treatments.for_patient(session, patient.id) == (
            replace(full, version=1),
            replace(placebo, version=1),
        )


def test_assessment(store: Store) -> None:
    patient = factories.patient()
    treatment = factories.treatment(patient.id)
    full = factories.assessment(
        patient.id,
        treatment_id=treatment.id,
        instrument="hit6",
        scores=(
            factories.score("62.5", answered=5, items=6, rule="hit6/1"),
            factories.score(None, part="rescaled"),
        ),
        answers=(("1", "never"), ("2", None), ("10", "")),
        occasion=Occasion.BASELINE,
        recall="4 weeks",
        note="read aloud",
    )
    _different(
        Assessment,
        full,
        Assessment(id=full.id, patient_id=patient.id, instrument="x", day=TODAY, scores=()),
    )
    full = replace(full, scores=full.scores[:1])
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        treatments.record(session, treatment, catalog=store.catalog, today=TODAY)
        assessments.record(session, full, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert assessments.for_patient(session, patient.id) == (replace(full, version=1),)
        assert assessments.for_treatment(session, treatment.id) == (replace(full, version=1),)


def test_score_that_could_not_be_made_stays_missing(store: Store) -> None:
    patient = factories.patient()
    missing = factories.assessment(patient.id, scores=(factories.score(None, answered=2, items=6),))
    zero = factories.assessment(patient.id, scores=(factories.score(0),), day=date(2026, 9, 1))
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        assessments.record_all(session, (missing, zero), catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        found = assessments.for_patient(session, patient.id)
    assert [a.value() for a in found] == [None, Decimal(0)]


def test_adverse_event(store: Store) -> None:
    patient = factories.patient()
    treatment = factories.treatment(patient.id)
    full = factories.adverse_event(
        patient.id,
        treatment_id=treatment.id,
        serious=True,
        site=SiteId("frontalis"),
        side=Side.LEFT,
        note="sent home",
    )
    _different(
        AdverseEvent,
        full,
        AdverseEvent(id=full.id, patient_id=patient.id, treatment_id=None, term="x", onset=TODAY),
    )
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        treatments.record(session, treatment, catalog=store.catalog, today=TODAY)
        adverse_events.record(session, full, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert adverse_events.for_patient(session, patient.id) == (replace(full, version=1),)


def test_diary_day(store: Store) -> None:
    patient = factories.patient()
    full = factories.diary_day(
        patient.id,
        peak_pain=Decimal("6.25"),
        peak_severity=2,
        unilateral=True,
        pulsating=False,
        worse_with_activity=True,
        nausea=False,
        vomiting=False,
        photophobia=True,
        phonophobia=False,
        aura_minutes=20,
        acute_medicines=(
            AcuteMedicine(kind="triptan", name="sumatriptan", doses=Decimal("1.5")),
            AcuteMedicine(),
        ),
        menses=False,
        work_missed_hours=Decimal(3),
        note="storm",
    )
    _different(DiaryDay, full, DiaryDay(patient_id=patient.id, day=TODAY))
    unknown = DiaryDay(patient_id=patient.id, day=date(2026, 9, 3))
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        assert diary.record(session, (unknown, full), today=TODAY) == 2
    with store.reading() as session:
        assert diary.for_patient(session, patient.id) == (
            replace(full, version=1),
            replace(unknown, version=1),
        )
        only = diary.for_patient(session, patient.id, date(2026, 9, 2), date(2026, 9, 30))
        assert only == (replace(unknown, version=1),)


def test_visit_and_course(store: Store) -> None:
    patient = factories.patient()
    visit = factories.visit(patient.id)
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        assert visits.record(session, visit, catalog=store.catalog, today=TODAY) == (
            visit.treatment.id
        )
        diary.record(session, (factories.diary_day(patient.id),), today=TODAY)
    with store.reading() as session:
        found = visits.get(session, visit.treatment.id)
        course = courses.course(session, patient.id)
    assert found.started == visit.started
    assert found.treatment == replace(visit.treatment, version=1)
    assert set(found.assessments) == {replace(a, version=1) for a in visit.assessments}
    assert found.adverse_events == tuple(replace(e, version=1) for e in visit.adverse_events)
    assert course.patient == replace(patient, version=1)
    assert course.treatments == (found.treatment,)
    assert set(course.assessments) == set(found.assessments)
    assert course.adverse_events == found.adverse_events
    assert len(course.diary) == 1


def test_practice_and_people(store: Store) -> None:
    colleague = factories.person(name="Reviewer", roles=(), active=False)
    with store.writing() as session:
        people.add(session, colleague)
        practice.save(session, factories.practice(name="Riverside II", jurisdiction="eu"))
    with store.reading() as session:
        assert practice.get(session).name == "Riverside II"
        assert people.all(session) == (PERSON, colleague)
        assert people.get(session, colleague.id) == colleague
