"""Reads products.toml."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from outcomes_app.catalog.entry import Entry, by_id
from outcomes_app.catalog.source import Source, read
from outcomes_app.domain.definitions import Dilution, DoseLimit, Product
from outcomes_app.domain.values import IndicationId, ProductId, SiteId
from outcomes_app.text import _

_REGIONS = ("us", "eu")
# A nominal concentration on a label is rounded; elsewhere the arithmetic must be exact.
_NOMINAL_TOLERANCE = Decimal("0.05")


def products(source: Source) -> Mapping[ProductId, Product]:
    """The toxin products by id."""
    found = by_id(read(source, "products.toml").entries("product"), _product)
    return cast("Mapping[ProductId, Product]", found)


def _product(entry: Entry) -> Product:
    product = ProductId(entry.text("id"))
    vials, cosmetic = entry.table("vials_units"), entry.table("cosmetic_only", {})
    by_region = {region: vials.numbers(region) for region in _REGIONS}
    storage = entry.table("storage")
    after = storage.table("after_reconstitution", {})
    billing = entry.table("hcpcs")
    labelled = [(e.text("id"), e) for e in entry.tables("indications")]
    return Product(
        id=product,
        name=entry.text("nonproprietary_name"),
        brands=entry.texts("brands"),
        code=entry.text("code"),
        maker=entry.text("maker"),
        serotype=entry.choice("serotype", ("A", "B")),
        vial_sizes=tuple(sorted({v for sizes in by_region.values() for v in sizes})),
        vial_sizes_by_region=by_region,
        dilutions=tuple(dilution(d) for d in entry.tables("dilutions")),
        cosmetic_only=cosmetic.flag("value", False),
        cosmetic_provenance=cosmetic.provenance(),
        hours_after_reconstitution=after.number_or_none("use_within_hours"),
        hours_provenance=after.provenance(),
        billing_code=billing.text("code", ""),
        units_per_billing_unit=billing.number_or_none("units_per_billing_unit"),
        dose_limits=tuple(_dose_limit(product, d) for d in entry.tables("max_dose")),
        on_label={
            region: tuple(
                IndicationId(name) for name, e in labelled if e.text(region, "") == "on_label"
            )
            for region in _REGIONS
        },
        provenance=vials.provenance(),
        details=entry.as_filed(),
    )


def dilution(entry: Entry) -> Dilution:
    """One row of a dilution table; the stated concentration must be what the volumes give."""
    vial = entry.number("vial_units")
    # A ready-made solution has no diluent: its own volume stands instead.
    volume = entry.number("diluent_ml") or entry.number("volume_ml")
    if volume <= 0 or vial <= 0:
        raise entry.fault("diluent_ml", _("must be above 0"))
    row = Dilution(
        vial_units=vial,
        diluent_ml=volume,
        default_for=tuple(IndicationId(i) for i in entry.texts("default_for")),
        provenance=entry.provenance(),
    )
    stated = entry.number("units_per_0_1_ml")
    allowed = _NOMINAL_TOLERANCE * stated if entry.flag("nominal", False) else Decimal("1e-6")
    if abs(row.units_per_0_1_ml - stated) > allowed:
        raise entry.fault(
            "units_per_0_1_ml",
            _("is {stated}, but the volumes give {given}").format(
                stated=stated, given=row.units_per_0_1_ml
            ),
        )
    return row


def _dose_limit(product: ProductId, entry: Entry) -> DoseLimit:
    indications = entry.texts("indication") or entry.texts("indications")
    site = entry.text("site", "")
    words = [entry.text(k, "") for k in ("label_wording", "rule", "scope")]
    return DoseLimit(
        id=entry.text("id"),
        product=product,
        population=entry.choice("population", ("adult", "paediatric")),
        units=entry.number_or_none("units"),
        units_per_kg=entry.number_or_none("units_per_kg"),
        units_per_point=entry.number_or_none("units_per_point"),
        units_both_sides=entry.number_or_none("units_both_sides"),
        window_days=entry.whole_or_none("window_days"),
        indications=tuple(IndicationId(i) for i in indications),
        site=SiteId(site) if site else None,
        jurisdiction=entry.text("jurisdiction", ""),
        wording="; ".join(w for w in words if w),
        provenance=entry.provenance(),
        details=entry.as_filed(),
    )
