"""What is asked before the needle, and what the patient says of toxin and consent elsewhere.

They are apart from the safety rules because a treatment keeps its answers.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes_app.domain.values import IndicationId, ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenElsewhere:
    """Toxin given by somebody else (another clinic, specialty or cosmetic), as the patient says."""

    day: date
    product: ProductId | None = None
    units: Decimal | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent on file: what it covers and since when."""

    day: date
    products: tuple[ProductId, ...] = ()
    indications: tuple[IndicationId, ...] = ()
    mentions_off_label: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOut:
    """The questions asked before the needle. None = not asked yet."""

    identity_confirmed: bool | None = None
    consent_confirmed: bool | None = None
    off_label_consent: bool | None = None
    pregnant: bool | None = None
    could_be_pregnant: bool | None = None
    breast_feeding: bool | None = None
    infection_at_site: bool | None = None
    neuromuscular_disease: bool | None = None
    anticoagulant: bool | None = None
    inr: Decimal | None = None
    interacting_medicine: bool | None = None
    cardiovascular_disease: bool | None = None
    respiratory_compromise: bool | None = None
    eye_surface_at_risk: bool | None = None
    swallowing_or_breathing_problem: bool | None = None
    surgery_planned_on: date | None = None
    joint_infection_or_prosthesis: bool | None = None
    treated_before: bool | None = None
    toxin_elsewhere: tuple[GivenElsewhere, ...] | None = None
    dose_set_afresh: bool | None = None
    adverse_events_asked: bool = False
    medication_guide_given: bool | None = None


NOTHING_ASKED = TimeOut()
