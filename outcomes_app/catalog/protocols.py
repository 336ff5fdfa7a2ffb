"""Reads protocols/: one file per injection paradigm."""

from collections.abc import Mapping
from decimal import Decimal

from outcomes_app.catalog.entry import Entry
from outcomes_app.catalog.source import Source, read
from outcomes_app.catalog.toxins import dilution
from outcomes_app.domain.definitions import Protocol, ProtocolPoint, ProtocolRow
from outcomes_app.domain.values import (
    IndicationId,
    ProductId,
    ProtocolId,
    Side,
    SiteId,
    ViewId,
)
from outcomes_app.text import _


def protocols(source: Source) -> Mapping[ProtocolId, Protocol]:
    """The injection paradigms by id. What everybody uses most comes first: files in name order."""
    found: dict[ProtocolId, Protocol] = {}
    for name in source.names("protocols", ".toml"):
        entry = read(source, name)
        key = entry.text("id")
        if not name.endswith(f"/{key}.toml"):
            raise entry.fault("id", _("is {key!r}, but the file has another name").format(key=key))
        found[ProtocolId(key)] = _protocol(entry)
    return found


def _protocol(entry: Entry) -> Protocol:
    for low, high in (
        ("total_units_min", "total_units_max"),
        ("total_points_min", "total_points_max"),
    ):
        entry.check_order(low, high)
    labels = entry.table("label_status")
    protocol = Protocol(
        id=ProtocolId(entry.text("id")),
        name=entry.text("name"),
        indications=tuple(IndicationId(i) for i in entry.texts("indications")),
        products=tuple(ProductId(p) for p in entry.texts("products")),
        population=entry.text("population"),
        interval_weeks=entry.whole_or_none("interval_weeks"),
        label_status={key: labels.text(key) for key, _value in labels.items()},
        points=tuple(_point(p) for p in entry.tables("points")),
        optional_points=tuple(_point(p) for p in entry.tables("optional_points")),
        rows=tuple(_row(r) for r in entry.tables("rows")),
        rows_international=tuple(_row(r) for r in entry.tables("rows_international")),
        dilutions=tuple(dilution(d) for d in entry.tables("dilution")),
        total_units=entry.number_or_none("total_units"),
        total_units_min=entry.number_or_none("total_units_min"),
        total_units_max=entry.number_or_none("total_units_max"),
        provenance=entry.provenance(),
        details=entry.as_filed(),
    )
    _check_total(entry, protocol)
    return protocol


def _check_total(entry: Entry, protocol: Protocol) -> None:
    if not protocol.points or protocol.total_units is None:
        return
    given = sum((p.units for p in protocol.points), Decimal(0))
    if given != protocol.total_units:
        raise entry.fault(
            "total_units",
            _("is {stated}, but the points add up to {given}").format(
                stated=protocol.total_units, given=given
            ),
        )


def _point(entry: Entry) -> ProtocolPoint:
    units = entry.number("units")
    if units <= 0:
        raise entry.fault("units", _("must be above 0"))
    return ProtocolPoint(
        number=entry.whole("n"),
        site=SiteId(entry.text("site")),
        side=Side(entry.choice("side", tuple(Side))),
        label=entry.text("label"),
        units=units,
        view=ViewId(entry.text("view")),
        x=entry.fraction("x"),
        y=entry.fraction("y"),
        region=entry.text("region", ""),
        volume_ml=entry.number_or_none("ml"),
        locate=entry.text("locate", ""),
    )


def _row(entry: Entry) -> ProtocolRow:
    entry.check_order("min_units", "max_units")
    entry.check_order("min_units_per_kg", "max_units_per_kg")
    points, product = entry.table("points", {}), entry.text("product", "")
    points.check_order("min", "max")
    return ProtocolRow(
        site=SiteId(entry.text("site")),
        product=ProductId(product) if product else None,
        minimum=entry.number_or_none("min_units"),
        maximum=entry.number_or_none("max_units"),
        minimum_per_kg=entry.number_or_none("min_units_per_kg"),
        maximum_per_kg=entry.number_or_none("max_units_per_kg"),
        points_min=points.whole_or_none("min"),
        points_max=points.whole_or_none("max"),
        side_note=entry.text("side", ""),
        provenance=entry.provenance(),
        details=entry.as_filed(),
    )
