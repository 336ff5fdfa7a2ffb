"""What the catalog defines: products, sites, views, protocols, indications, instruments, rules.

Every value read from the reference carries its Provenance. What no rule needs yet stays in
`details`, so that nothing of the reference is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from outcomes_app.domain.values import (
    AdverseEventTermId,
    IndicationId,
    InstrumentId,
    ProductId,
    ProtocolId,
    Side,
    SiteId,
    ViewId,
)

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a value comes from. `verified` = it was read in `sources` (ids of
    docs/clinical-sources.md); otherwise `cite` says where to confirm it."""

    verified: bool = False
    sources: tuple[str, ...] = ()
    cite: str = ""
    note: str = ""
    unverified_parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilution:
    """One row of a product's dilution table."""

    vial_units: Decimal
    diluent_ml: Decimal
    default_for: tuple[IndicationId, ...] = ()
    provenance: Provenance = Provenance()

    @property
    def units_per_0_1_ml(self) -> Decimal:
        """Concentration in units per 0.1 mL."""
        return self.vial_units / self.diluent_ml / 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A toxin product. Its units are its own."""

    id: ProductId
    name: str
    brands: tuple[str, ...]
    code: str
    maker: str
    serotype: str
    vial_sizes: tuple[Decimal, ...]
    dilutions: tuple[Dilution, ...]
    cosmetic_only: bool = False
    hours_after_reconstitution: Decimal | None = None
    billing_code: str = ""
    units_per_billing_unit: Decimal | None = None
    on_label: Mapping[str, tuple[IndicationId, ...]] = field(default_factory=dict)
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlacement:
    """Where a site lies on the art, per side: its anchor, the art's regions, its usual points."""

    side: Side
    view: ViewId
    x: float
    y: float
    layer: str
    regions: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    details: Mapping[str, object] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRange:
    """A usual dose of one product in a site, with the words that say for what."""

    product: ProductId
    minimum: Decimal | None
    maximum: Decimal | None
    context: str = ""
    indication: IndicationId | None = None
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place to inject: a muscle, gland, skin area, joint or free point."""

    id: SiteId
    name: str
    kind: str
    region: str
    laterality: str
    route: str
    guidance: tuple[str, ...] = ()
    doses: tuple[DoseRange, ...] = ()
    placements: tuple[SitePlacement, ...] = ()
    also_known_as: tuple[str, ...] = ()
    notes: str = ""
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING

    def placement(self, side: Side) -> SitePlacement | None:
        """The first placement of a side; None where the art has none."""
        return next((p for p in self.placements if p.side is side), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyView:
    """One picture of the body map: file, size in artwork units, scale and mirroring."""

    id: ViewId
    title: str
    file: str
    width: int
    height: int
    pixels_per_cm: float
    mirror: bool
    patient_left_is: str
    # Region id of the art -> the sites that can be meant by it, most likely first.
    sites_by_region: Mapping[str, tuple[SiteId, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolPoint:
    """One point of a protocol that states points."""

    number: int
    site: SiteId
    side: Side
    label: str
    units: Decimal
    view: ViewId
    x: float
    y: float
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRow:
    """One muscle of a protocol that states ranges instead of points."""

    site: SiteId
    product: ProductId | None
    minimum: Decimal | None
    maximum: Decimal | None
    points_min: int | None = None
    points_max: int | None = None
    side_note: str = ""
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A named injection paradigm that can prefill a visit."""

    id: ProtocolId
    name: str
    indications: tuple[IndicationId, ...]
    products: tuple[ProductId, ...]
    population: str
    interval_weeks: int | None
    points: tuple[ProtocolPoint, ...] = ()
    optional_points: tuple[ProtocolPoint, ...] = ()
    rows: tuple[ProtocolRow, ...] = ()
    total_units: Decimal | None = None
    total_units_min: Decimal | None = None
    total_units_max: Decimal | None = None
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """A condition that is treated, with its codes, usual sites, protocols and measures."""

    id: IndicationId
    name: str
    group: str
    icd10: tuple[str, ...]
    icd10_related: tuple[str, ...]
    procedure_codes: tuple[str, ...]
    on_label: Mapping[str, tuple[ProductId, ...]]
    sites: tuple[SiteId, ...]
    protocols: tuple[ProtocolId, ...]
    measures: tuple[str, ...]
    interval_weeks_usual: Decimal | None
    interval_weeks_min: Decimal | None
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING


class Direction(StrEnum):
    """Which way a score has to move for the patient to be better off."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A severity band of a score, ends included."""

    label: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How one number is read: its range, direction and unit. `instrument` + `part` is the key
    under which it is stored; `low`/`high` None = no bound is known."""

    instrument: InstrumentId
    part: str
    name: str
    short_name: str
    low: Decimal | None
    high: Decimal | None
    direction: Direction
    unit: str = ""
    step: Decimal | None = None
    bands: tuple[Band, ...] = ()
    bands_provenance: Provenance = Provenance()
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One of the outcome instruments; `scales` has one entry per number it yields, the main one
    first. `scoring` names a function of domain.scoring, "" = totals only."""

    id: InstrumentId
    name: str
    short_name: str
    kind: str
    domain: str
    indications: tuple[str, ...]
    item_count: int | None
    scales: tuple[Scale, ...]
    recall: str = ""
    scoring: str = ""
    item_text_allowed: bool = False
    licence_note: str = ""
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeMeasure:
    """A measure an indication asks for: a part of an instrument, or a plain number of its own
    (then `scale.instrument` is this measure's id)."""

    id: str
    name: str
    scale: Scale
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyRule:
    """One safety rule of the reference: what it watches, its threshold and what it does."""

    id: str
    title: str
    severity: str
    kind: str
    condition: str
    inputs: tuple[str, ...]
    threshold: Mapping[str, object]
    scope: Mapping[str, object]
    override: str
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventTerm:
    """An adverse event that can be recorded."""

    id: AdverseEventTermId
    name: str
    meddra_pt: str
    urgent: bool
    indications: tuple[str, ...]
    grades: Mapping[str, str]
    provenance: Provenance = Provenance()
    details: Mapping[str, object] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRule:
    """A response or continuation rule, as the reference words it."""

    id: str
    title: str
    kind: str
    indications: tuple[str, ...]
    source: str
    verified: bool
    details: Mapping[str, object] = _NOTHING
