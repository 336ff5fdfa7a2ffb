"""A treatment: what was injected where, from which vial, and everything measured at that visit."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.time_out import NOTHING_ASKED, TimeOut
from outcomes_app.domain.values import (
    BatchId,
    Dose,
    IndicationId,
    InjectionId,
    PatientId,
    PersonId,
    ProductId,
    ProtocolId,
    Side,
    SiteId,
    TreatmentId,
    ViewId,
    total,
)


class TreatmentStatus(StrEnum):
    """Only RECORDED and SIGNED treatments count in totals, charts and exports.

    RECORDED is saved and complete but not signed; AMENDED was replaced by a later version.
    """

    DRAFT = "draft"
    RECORDED = "recorded"
    SIGNED = "signed"
    AMENDED = "amended"
    VOIDED = "voided"

    @property
    def counts(self) -> bool:
        """Whether it stands for something that was given to the patient."""
        return self in (TreatmentStatus.RECORDED, TreatmentStatus.SIGNED)


class Guidance(StrEnum):
    """How the needle was guided (terms of resources/sites.toml)."""

    LANDMARK = "landmark"
    EMG = "emg"
    ELECTRICAL_STIMULATION = "electrical_stimulation"
    ULTRASOUND = "ultrasound"
    ENDOSCOPY = "endoscopy"
    CT = "ct"
    FLUOROSCOPY = "fluoroscopy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where on a body-map view a point lies: fractions 0–1 of the view's width and height."""

    view: ViewId
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One needle point: a dose in a named site on one side. `placement` None = only the site is
    known, as in imported tables."""

    id: InjectionId
    site: SiteId
    side: Side
    dose: Dose
    placement: Placement | None = None
    label: str = ""
    depth: str = ""
    guidance: Guidance | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VialUse:
    """Vials of one lot used in this treatment. `diluent_ml` and `vial_units` are per vial.

    Of what the vials held, `injected_units` went into this patient, `discarded_units` were thrown
    away (None = not recorded) and `carried_units` were kept for another treatment.
    `brought_units` came from a vial that an earlier treatment had opened; then `vials` may be 0.
    """

    lot: str = ""
    expiry: date | None = None
    vial_units: Decimal | None = None
    diluent_ml: Decimal | None = None
    vials: int = 1
    discarded_units: Decimal | None = None
    discard_reason: str = ""
    discard_witness: str = ""
    injected_units: Decimal | None = None
    carried_units: Decimal | None = None
    brought_units: Decimal | None = None
    diluent: str = ""
    reconstituted_at: datetime | None = None

    @property
    def opened_units(self) -> Decimal | None:
        """Units in the vials opened; None where their size is not known."""
        return None if self.vial_units is None else self.vial_units * self.vials

    @property
    def units_per_ml(self) -> Decimal | None:
        """Concentration in units per millilitre, where vial size and diluent are known."""
        if self.vial_units is None or not self.diluent_ml:
            return None
        return self.vial_units / self.diluent_ml


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """A check that was open when the treatment was stored, with the reason given for going on.

    `fact` is what the check said then: when it says something else, the reason has lapsed. ""
    stands for whatever it says.
    """

    code: str
    reason: str = field(repr=False)
    rule_version: str = ""
    fact: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """One session of injections for one indication with one product.

    `injections` may be empty for imported history, where only `stated_total` is known. A
    `placebo` treatment has a product (the one it stood for) and no dose. `day` is the clinical
    date. `version` counts stored corrections; 0 = not stored yet. `back_entered` is history that
    was written down later. `amends` names the signed treatment this one replaces. Who signed and
    when is written by signing alone.
    """

    id: TreatmentId
    patient_id: PatientId
    indication: IndicationId
    day: date
    product: ProductId | None
    injections: tuple[Injection, ...] = ()
    stated_total: Dose | None = None
    placebo: bool = False
    vials: tuple[VialUse, ...] = ()
    protocol: ProtocolId | None = None
    guidance: Guidance | None = None
    needle: str = ""
    injector: PersonId | None = None
    injector_name: str = ""
    clinic_site: str = ""
    note: str = field(default="", repr=False)
    acknowledgements: tuple[Acknowledgement, ...] = ()
    status: TreatmentStatus = TreatmentStatus.RECORDED
    time_out: TimeOut = NOTHING_ASKED
    back_entered: bool = False
    amends: TreatmentId | None = None
    signed_by: PersonId | None = None
    signed_at: datetime | None = None
    batch: BatchId | None = None
    version: int = 0

    @property
    def dose(self) -> Dose | None:
        """The total given: the sum of the points, else the stated total, else unknown (None)."""
        if self.product is None or self.placebo:
            return None
        if self.injections:
            return total((i.dose for i in self.injections), self.product)
        return self.stated_total

    def units_in(self, site: SiteId, side: Side | None = None) -> Decimal:
        """Units given in a site, on one side or over all."""
        return sum(
            (
                i.dose.units
                for i in self.injections
                if i.site == site and (side is None or i.side is side)
            ),
            Decimal(0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one visit stores in one transaction: the treatment and all that was measured then."""

    treatment: Treatment
    assessments: tuple[Assessment, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    started: datetime | None = None
