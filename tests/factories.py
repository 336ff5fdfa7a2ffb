"""Valid values to start a test from: each function has sound defaults, and a test overrides the one
thing it is about. Ids are fresh, so two values never collide."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from outcomes_app.clock import FixedClock
from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.patient import (
    Identifier,
    Patient,
    Person,
    Practice,
    Role,
    Sex,
    TreatedIndication,
)
from outcomes_app.domain.stock import StockLot, StockLotId
from outcomes_app.domain.time_out import TimeOut
from outcomes_app.domain.treatment import (
    Acknowledgement,
    Guidance,
    Injection,
    Placement,
    Treatment,
    TreatmentStatus,
    VialUse,
    Visit,
)
from outcomes_app.domain.values import (
    AdverseEventId,
    AdverseEventTermId,
    AssessmentId,
    Dose,
    IndicationId,
    InjectionId,
    InstrumentId,
    PatientId,
    PersonId,
    ProductId,
    ProtocolId,
    Score,
    Side,
    SiteId,
    TreatmentId,
    ViewId,
    new_id,
)
from outcomes_app.domain.visit_draft import NO_ADVERSE_EVENTS

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
CLOCK = FixedClock(NOW)

MIGRAINE = IndicationId("chronic_migraine")
ONA = ProductId("ona")


def patient(**changes: Any) -> Patient:
    """A woman with chronic migraine, a name and one number of the clinic."""
    defaults: dict[str, Any] = {
        "id": PatientId(new_id()),
        "family_name": "Okonkwo",
        "given_name": "Grace",
        "title": "Ms",
        "birth_date": date(1979, 3, 14),
        "sex": Sex.FEMALE,
        "identifiers": (Identifier(system="clinic", value=f"RC-{new_id().hex[:12]}"),),
        "indications": (
            TreatedIndication(
                indication=MIGRAINE,
                icd10=("G43.709",),
                since=date(2020, 1, 1),
                detail="three preventives failed",
            ),
        ),
    }
    return Patient(**(defaults | changes))


def study_patient(number: str, **changes: Any) -> Patient:
    """A patient of a study: only a number, a group and a site."""
    defaults: dict[str, Any] = {
        "id": PatientId(new_id()),
        "identifiers": (Identifier(system="study", value=number),),
        "group": "10000U",
        "clinic_site": "1",
    }
    return Patient(**(defaults | changes))


def injection(**changes: Any) -> Injection:
    """Five units of onabotulinumtoxinA in the right frontalis."""
    defaults: dict[str, Any] = {
        "id": InjectionId(new_id()),
        "site": SiteId("frontalis"),
        "side": Side.RIGHT,
        "dose": dose("5"),
        "placement": Placement(view=ViewId("face_front"), x=0.42, y=0.2),
        "label": "F1",
    }
    return Injection(**(defaults | changes))


def dose(units: str | int = "5", product: ProductId = ONA) -> Dose:
    """Units of a product."""
    return Dose(units=Decimal(units), product=product)


def vial(**changes: Any) -> VialUse:
    """One vial of 200 units in 4 mL, 45 units of it discarded."""
    defaults: dict[str, Any] = {
        "lot": "C7654C3",
        "expiry": date(2028, 1, 31),
        "vial_units": Decimal(200),
        "diluent_ml": Decimal(4),
        "vials": 1,
        "discarded_units": Decimal(45),
        "discard_reason": "single-use vial",
    }
    return VialUse(**(defaults | changes))


def treatment(patient_id: PatientId | None = None, **changes: Any) -> Treatment:
    """A recorded treatment for chronic migraine with two points."""
    defaults: dict[str, Any] = {
        "id": TreatmentId(new_id()),
        "patient_id": patient_id or PatientId(new_id()),
        "indication": MIGRAINE,
        "day": date(2026, 8, 28),
        "product": ONA,
        "injections": (injection(), injection(side=Side.LEFT, label="F2")),
        "vials": (vial(),),
        "protocol": ProtocolId("preempt_fixed_155"),
        "guidance": Guidance.LANDMARK,
        "needle": "30 G, 13 mm",
        "injector_name": "Dr A. Osei",
        "clinic_site": "Riverside",
        "note": "tolerated well",
        "acknowledgements": (
            Acknowledgement(code="lot_expired", reason="back entry", rule_version="1"),
        ),
        "status": TreatmentStatus.RECORDED,
    }
    return Treatment(**(defaults | changes))


def imported_treatment(patient_id: PatientId, **changes: Any) -> Treatment:
    """A treatment of which only the total is known."""
    defaults: dict[str, Any] = {
        "id": TreatmentId(new_id()),
        "patient_id": patient_id,
        "indication": IndicationId("cervical_dystonia"),
        "day": date(2026, 1, 5),
        "product": ProductId("rima"),
        "stated_total": Dose(units=Decimal(10000), product=ProductId("rima")),
    }
    return Treatment(**(defaults | changes))


def score(value: str | int | None = "18", **changes: Any) -> Score:
    """A total."""
    return Score(**({"value": None if value is None else Decimal(value)} | changes))


def assessment(patient_id: PatientId | None = None, **changes: Any) -> Assessment:
    """Eighteen headache days in four weeks, told at a visit."""
    defaults: dict[str, Any] = {
        "id": AssessmentId(new_id()),
        "patient_id": patient_id or PatientId(new_id()),
        "instrument": InstrumentId("headache_days_28"),
        "day": date(2026, 8, 28),
        "scores": (score(),),
        "occasion": Occasion.VISIT,
    }
    return Assessment(**(defaults | changes))


def adverse_event(patient_id: PatientId | None = None, **changes: Any) -> AdverseEvent:
    """Mild neck pain two days after a treatment."""
    defaults: dict[str, Any] = {
        "id": AdverseEventId(new_id()),
        "patient_id": patient_id or PatientId(new_id()),
        "treatment_id": None,
        "term": AdverseEventTermId("neck_pain"),
        "onset": date(2026, 8, 30),
        "resolved": date(2026, 9, 4),
        "grade": 1,
    }
    return AdverseEvent(**(defaults | changes))


def diary_day(patient_id: PatientId | None = None, **changes: Any) -> DiaryDay:
    """A day with a moderate headache and one triptan."""
    defaults: dict[str, Any] = {
        "patient_id": patient_id or PatientId(new_id()),
        "day": date(2026, 9, 1),
        "headache": True,
        "peak_pain": Decimal(6),
        "duration_hours": Decimal("4.5"),
        "acute_medicine_taken": True,
        "acute_medicines": (
            AcuteMedicine(kind="triptan", name="sumatriptan 50 mg", doses=Decimal(1)),
        ),
    }
    return DiaryDay(**(defaults | changes))


def visit(patient_id: PatientId | None = None, **changes: Any) -> Visit:
    """A treatment with two outcomes and one adverse event."""
    given = changes.pop("treatment", None) or treatment(patient_id)
    linked = {"treatment_id": given.id, "day": given.day}
    defaults: dict[str, Any] = {
        "treatment": given,
        "assessments": (
            assessment(given.patient_id, **linked),
            assessment(
                given.patient_id,
                instrument=InstrumentId("nrs_pain"),
                scores=(score(6, part="average"),),
                **linked,
            ),
        ),
        "adverse_events": (
            adverse_event(given.patient_id, treatment_id=given.id, onset=given.day, resolved=None),
        ),
        "started": datetime(2026, 8, 28, 9, 0, tzinfo=UTC),
    }
    return Visit(**(defaults | changes))


def signable_visit(patient_id: PatientId | None = None, **changes: Any) -> Visit:
    """A visit with nothing left open: 155 units from one vial of 200, consent and outcomes."""
    doses = {
        "frontalis": 10,
        "corrugator_supercilii": 5,
        "temporalis": 25,
        "occipitalis": 15,
        "trapezius_upper": 20,
    }
    points = tuple(
        injection(site=SiteId(site), side=side, dose=dose(units), placement=None, label="")
        for site, units in doses.items()
        for side in (Side.LEFT, Side.RIGHT)
    )
    five = injection(site=SiteId("procerus"), side=Side.MIDLINE, dose=dose(5), placement=None)
    given = changes.pop("treatment", None) or treatment(
        patient_id,
        day=changes.pop("day", TODAY),
        injections=(*points, five),
        protocol=None,
        vials=(vial(),),
        acknowledgements=(Acknowledgement(code=NO_ADVERSE_EVENTS, reason="None reported"),),
        time_out=TimeOut(consent_confirmed=True, toxin_elsewhere=(), adverse_events_asked=True),
        **changes.pop("of_treatment", {}),
    )
    return visit(treatment=given, adverse_events=(), started=None, **changes)


def stock_lot(**changes: Any) -> StockLot:
    """A lot of 200-unit vials that expires in more than a year."""
    defaults: dict[str, Any] = {
        "id": StockLotId(new_id()),
        "product": ONA,
        "lot": "C7654C3",
        "vial_units": Decimal(200),
        "expiry": date(2028, 1, 31),
        "received": date(2026, 10, 1),
        "gtin": "00312345678906",
        "location": "Riverside",
        "cost": Decimal("1200.50"),
    }
    return StockLot(**(defaults | changes))


def course(**changes: Any) -> PatientCourse:
    """A patient with one treatment and one assessment on its day."""
    of = changes.pop("patient", None) or patient()
    defaults: dict[str, Any] = {
        "patient": of,
        "treatments": (treatment(of.id),),
        "assessments": (assessment(of.id),),
    }
    return PatientCourse(**(defaults | changes))


def person(**changes: Any) -> Person:
    """A clinician who also looks after the program."""
    defaults: dict[str, Any] = {
        "id": PersonId(new_id()),
        "name": "Dr A. Osei",
        "roles": (Role.CLINICIAN, Role.ADMINISTRATOR),
    }
    return Person(**(defaults | changes))


def practice(**changes: Any) -> Practice:
    """A clinic in the United States."""
    return Practice(**({"name": "Riverside Clinic"} | changes))
