"""What the catalog defines: products, sites, views, protocols, indications, instruments, rules.

Every value read from the reference carries its Provenance. `details` is the whole entry as its file
has it, so that nothing of the reference is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from outcomes_app.domain.instruments import (
    UNSOURCED,
    Band,
    ChangeThreshold,
    Direction,
    Instrument,
    Item,
    OutcomeMeasure,
    Provenance,
    ResponseRule,
    RuleParameter,
    Scale,
)
from outcomes_app.domain.values import (
    AdverseEventTermId,
    IndicationId,
    ProductId,
    ProtocolId,
    Side,
    SiteId,
    ViewId,
)

__all__ = [
    "AdverseEventTerm",
    "Band",
    "BodyView",
    "ChangeThreshold",
    "Dilution",
    "Direction",
    "DoseLimit",
    "DoseRange",
    "Grid",
    "Indication",
    "Instrument",
    "Item",
    "OutcomeMeasure",
    "ProcedureCode",
    "Product",
    "Protocol",
    "ProtocolPoint",
    "ProtocolRow",
    "Provenance",
    "RegionAnchor",
    "ResponseRule",
    "RuleParameter",
    "SafetyRule",
    "Scale",
    "Site",
    "SitePlacement",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilution:
    """One row of a product's dilution table."""

    vial_units: Decimal
    diluent_ml: Decimal
    default_for: tuple[IndicationId, ...] = ()
    provenance: Provenance = UNSOURCED

    @property
    def units_per_0_1_ml(self) -> Decimal:
        """Concentration in units per 0.1 mL."""
        return self.vial_units / self.diluent_ml / 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLimit:
    """One dose ceiling of a product, as its label or the reference states it. Whatever is None is
    not limited by this entry; no `indications` = any, `site` None = any."""

    id: str
    product: ProductId
    population: str
    units: Decimal | None = None
    units_per_kg: Decimal | None = None
    units_per_point: Decimal | None = None
    units_both_sides: Decimal | None = None
    window_days: int | None = None
    indications: tuple[IndicationId, ...] = ()
    site: SiteId | None = None
    jurisdiction: str = ""
    wording: str = ""
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)


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
    cosmetic_provenance: Provenance = UNSOURCED
    vial_sizes_by_region: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    hours_after_reconstitution: Decimal | None = None
    hours_provenance: Provenance = UNSOURCED
    billing_code: str = ""
    units_per_billing_unit: Decimal | None = None
    dose_limits: tuple[DoseLimit, ...] = ()
    on_label: Mapping[str, tuple[IndicationId, ...]] = field(default_factory=dict)
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlacement:
    """Where a site lies on the art, per side: its anchor, the art's regions, its usual points.

    `host` is the region under the point of a site that has none of its own: hit-tested, never
    highlighted. `variants` are the same site at another ray or level.
    """

    side: Side
    view: ViewId
    x: float
    y: float
    layer: str
    regions: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    variants: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    note: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRange:
    """A usual dose of one product in a site, with the words that say for what.

    `per` tells what the range covers: muscle (one muscle on one side), both_sides, site (one
    point), gland, joint, area, side. `status` tells whose range it is: label_us, practice, ….
    """

    product: ProductId
    minimum: Decimal | None
    maximum: Decimal | None
    context: str = ""
    per: str = ""
    status: str = ""
    points_min: int | None = None
    points_max: int | None = None
    indication: IndicationId | None = None
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place to inject: a muscle, gland, skin area, joint or free point.

    `laterality` is "bilateral", "midline" or "any"; a site of laterality "any" is placed freely
    and has no placements. On views that show it again it has further placements of the same side.
    """

    id: SiteId
    name: str
    kind: str
    region: str
    laterality: str
    route: str
    guidance: tuple[str, ...] = ()
    usual_points_min: int = 1
    usual_points_max: int = 1
    usual_points_per: str = "site"
    doses: tuple[DoseRange, ...] = ()
    placements: tuple[SitePlacement, ...] = ()
    also_known_as: tuple[str, ...] = ()
    notes: str = ""
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides on which it can be injected."""
        if self.laterality == "bilateral":
            return (Side.LEFT, Side.RIGHT)
        return (Side.MIDLINE,) if self.laterality == "midline" else tuple(Side)

    def placement(self, side: Side) -> SitePlacement | None:
        """The first placement of a side; None where the art has none."""
        return next((p for p in self.placements if p.side is side), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionAnchor:
    """Where the name of a region of the art goes."""

    region: str
    muscle: str
    name: str
    side: Side
    layer: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Ready-made points over a skin area (axilla, palm, sole), about `spacing_cm` apart."""

    id: str
    view: ViewId
    spacing_cm: float
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyView:
    """One picture of the body map: file, size in artwork units, scale and mirroring.

    With `mirror` the file is drawn flipped about x = 0.5 and a region id ending in _left reads
    _right. `patient_left_is` says where the patient's left is: "viewer right", "whole view", ….
    """

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
    landmarks: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    anchors: tuple[RegionAnchor, ...] = ()
    description: str = ""


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
    volume_ml: Decimal | None = None
    locate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRow:
    """One muscle of a protocol that states ranges instead of points."""

    site: SiteId
    product: ProductId | None
    minimum: Decimal | None
    maximum: Decimal | None
    minimum_per_kg: Decimal | None = None
    maximum_per_kg: Decimal | None = None
    points_min: int | None = None
    points_max: int | None = None
    side_note: str = ""
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A named injection paradigm that can prefill a visit."""

    id: ProtocolId
    name: str
    indications: tuple[IndicationId, ...]
    products: tuple[ProductId, ...]
    population: str
    interval_weeks: int | None
    label_status: Mapping[str, str] = field(default_factory=dict)
    points: tuple[ProtocolPoint, ...] = ()
    optional_points: tuple[ProtocolPoint, ...] = ()
    rows: tuple[ProtocolRow, ...] = ()
    # The rows another region's label gives for the same protocol.
    rows_international: tuple[ProtocolRow, ...] = ()
    dilutions: tuple[Dilution, ...] = ()
    total_units: Decimal | None = None
    total_units_min: Decimal | None = None
    total_units_max: Decimal | None = None
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureCode:
    """A procedure code (CPT) with its purpose in our own words."""

    code: str
    purpose: str
    provenance: Provenance = UNSOURCED


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
    interval_provenance: Provenance = UNSOURCED
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)


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
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventTerm:
    """An adverse event that can be recorded."""

    id: AdverseEventTermId
    name: str
    meddra_pt: str
    urgent: bool
    indications: tuple[str, ...]
    grades: Mapping[str, str]
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)
