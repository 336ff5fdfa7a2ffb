"""The patient, what is treated, and the person at the keyboard."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from outcomes_app.domain.values import (
    BatchId,
    Dose,
    IndicationId,
    PatientId,
    PersonId,
    TreatmentId,
)


class Sex(StrEnum):
    """Administrative sex as the register has it; UNKNOWN is an answer, not a default."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number by which somebody knows the patient: `system` says whose ("clinic", "nhs", …)."""

    system: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatedIndication:
    """One indication this patient is treated for, with its diagnosis codes (ICD-10-CM)."""

    indication: IndicationId
    icd10: tuple[str, ...] = ()
    since: date | None = None
    # How many preventive medicines failed and so on belongs to the diary issue; free words here.
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient. Names and birth date may be unknown for imported study data; then an identifier
    is required (see `check_patient`). `group` and `clinic_site` come from studies and clinics with
    several sites. `version` counts stored corrections; 0 = not stored yet."""

    id: PatientId
    family_name: str = field(default="", repr=False)
    given_name: str = field(default="", repr=False)
    title: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: Sex = Sex.UNKNOWN
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)
    indications: tuple[TreatedIndication, ...] = ()
    group: str = ""
    clinic_site: str = ""
    allergies: str = field(default="", repr=False)
    alerts: tuple[str, ...] = field(default=(), repr=False)
    note: str = field(default="", repr=False)
    synthetic: bool = False
    batch: BatchId | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSummary:
    """What a list shows of a patient; everything else is read when the record is opened."""

    id: PatientId
    family_name: str = field(repr=False)
    given_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: Sex
    identifier: str = field(repr=False)
    indications: tuple[IndicationId, ...]
    clinic_site: str
    group: str
    treatments: int
    last_treatment: TreatmentId | None
    last_date: date | None
    last_dose: Dose | None
    last_placebo: bool = False
    last_site_count: int
    last_indication: IndicationId | None
    synthetic: bool


class Role(StrEnum):
    """Who may do what is decided in permissions; a solo user holds clinician and administrator."""

    CLINICIAN = "clinician"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in to this practice."""

    id: PersonId
    name: str
    roles: tuple[Role, ...] = (Role.CLINICIAN, Role.ADMINISTRATOR)
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """The clinic this record belongs to. `jurisdiction` ("us" or "eu") decides label status."""

    name: str
    jurisdiction: str = "us"
    synthetic: bool = False
