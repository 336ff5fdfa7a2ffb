"""Reads instruments/ (one file each) and outcome_measures.toml."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from outcomes_app.catalog.entry import Entry, by_id
from outcomes_app.catalog.source import Source, read
from outcomes_app.domain.instruments import (
    Band,
    ChangeThreshold,
    Direction,
    Instrument,
    Item,
    OutcomeMeasure,
    Provenance,
    Scale,
)
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

_BETTER = {"lower": Direction.HIGHER_IS_WORSE, "higher": Direction.HIGHER_IS_BETTER}


def instruments(source: Source) -> Mapping[InstrumentId, Instrument]:
    """The outcome instruments by id."""
    found: dict[InstrumentId, Instrument] = {}
    for name in source.names("instruments", ".toml"):
        entry = read(source, name)
        key = entry.text("id")
        if not name.endswith(f"/{key}.toml"):
            raise entry.fault("id", _("is {key!r}, but the file has another name").format(key=key))
        found[InstrumentId(key)] = _instrument(entry)
    return found


def _instrument(entry: Entry) -> Instrument:
    key, short = InstrumentId(entry.text("id")), entry.text("abbreviation")
    questions, scoring, licence = (
        entry.table("items"),
        entry.table("scoring"),
        entry.table("licence"),
    )
    items = _items(questions)
    scales = _scales(entry, items)
    stores = licence.text("app_stores")
    return Instrument(
        id=key,
        name=entry.text("name"),
        short_name=short,
        kind=entry.text("type"),
        domain=entry.text("domain"),
        indications=entry.texts("indications"),
        item_count=questions.whole_or_none("n"),
        scales=scales,
        items=items,
        recall=entry.text("recall_period", ""),
        scoring=scoring.text("function"),
        scoring_version=scoring.whole("version"),
        why_total_only=scoring.text("why_total_only", ""),
        per_place=questions.flag("per_place", False),
        parameters=_parameters(scoring),
        rule=scoring.text("rule", ""),
        missing_rule=scoring.text("missing", ""),
        thresholds=tuple(_threshold(t) for t in entry.tables("change_thresholds")),
        warnings=entry.texts("warnings"),
        item_text_allowed=licence.text("status") == "free_text_ok",
        stores_items=stores == "items_and_total",
        licence_status=licence.text("status"),
        licence_note=licence.text("note", ""),
        licence_provenance=licence.provenance(source_field="source"),
        provenance=_scoring_provenance(scoring),
        details=entry.as_filed(),
    )


def _scales(entry: Entry, items: tuple[Item, ...]) -> tuple[Scale, ...]:
    scoring = entry.table("scoring")
    provenance = _scoring_provenance(scoring)
    # The range of a scale may have been read where the formula was not.
    range_provenance = replace(
        provenance, verified=scoring.flag("range_verified", provenance.verified)
    )
    bands, bands_provenance = _bands(entry.table("severity", {}))
    direction = Direction(scoring.choice("direction", tuple(Direction)))
    key, short = InstrumentId(entry.text("id")), entry.text("abbreviation")
    scales = tuple(
        _scale(e, key, short, direction, items, bands, bands_provenance, range_provenance)
        for e in entry.tables("scale")
    )
    if not scales:
        raise entry.fault("scale", _("is missing: an instrument yields at least one number"))
    return scales


def _scoring_provenance(scoring: Entry) -> Provenance:
    found = scoring.provenance(source_field="source")
    notes = " ".join(t for t in (found.note, scoring.text("notes", "")) if t)
    return Provenance(verified=found.verified, cite=found.cite, note=notes)


def _parameters(scoring: Entry) -> Mapping[str, object]:
    names = ("rho", "table", "decimals", "together")
    return MappingProxyType({n: scoring.raw(n) for n in names if scoring.has(n)})


def _items(questions: Entry) -> tuple[Item, ...]:
    shared = _choices(questions)
    items = tuple(_item(e, shared) for e in questions.tables("list"))
    keys = [i.key for i in items]
    for key in keys:
        if keys.count(key) > 1:
            raise questions.fault("list", _("the item {key!r} occurs twice").format(key=key))
    return items


def _item(entry: Entry, shared: Mapping[str, Decimal]) -> Item:
    low, high = entry.number_or_none("low"), entry.number_or_none("high")
    entry.check_order("low", "high")
    item = Item(
        key=entry.text("key"),
        name=entry.text("name", ""),
        also=entry.texts("also"),
        low=low,
        high=high,
        choices=_choices(entry) or (shared if low is None else {}),
        fractions=entry.flag("fractions", False),
        not_applicable=entry.flag("not_applicable", False),
        optional=entry.flag("optional", False),
        scored=entry.flag("scored", True),
        alert_above=entry.number_or_none("alert_above"),
        text=entry.text("text", ""),
    )
    entry.done()
    return item


def _choices(entry: Entry) -> Mapping[str, Decimal]:
    table = entry.table("choices", {})
    return {label: table.number(label) for label, _value in table.items()}


def _bands(severity: Entry) -> tuple[tuple[Band, ...], Provenance]:
    bands: list[Band] = []
    for entry in severity.tables("bands"):
        entry.check_order("min", "max")
        band = Band(label=entry.text("label"), low=entry.number("min"), high=entry.number("max"))
        if bands and band.low <= bands[-1].high:
            raise entry.fault("min", _("lies in the band before"))
        bands.append(band)
        entry.done()
    return tuple(bands), severity.provenance(source_field="source")


def _scale(  # noqa: PLR0917  the parts that all scales of one instrument share
    entry: Entry,
    key: InstrumentId,
    short: str,
    direction: Direction,
    items: tuple[Item, ...],
    bands: tuple[Band, ...],
    bands_provenance: Provenance,
    provenance: Provenance,
) -> Scale:
    entry.check_order("low", "high")
    own = entry.texts("items")
    known = {i.key for i in items}
    for item in own:
        if item not in known:
            raise entry.fault("items", _("{item!r} is not an item").format(item=item))
    needed = entry.whole_or_none("needed")
    if needed is not None and needed > len(own):
        raise entry.fault("needed", _("is more than there are items"))
    scale = Scale(
        instrument=key,
        part=entry.text("part"),
        name=entry.text("name"),
        short_name=entry.text("short_name", short),
        low=entry.number_or_none("low"),
        high=entry.number_or_none("high"),
        direction=Direction(entry.choice("direction", tuple(Direction), direction)),
        unit=entry.text("unit", ""),
        step=entry.number_or_none("step"),
        bands=bands if entry.flag("bands", True) else (),
        bands_provenance=bands_provenance,
        items=own,
        needed=needed,
        provenance=provenance,
    )
    entry.done()
    return scale


def _threshold(entry: Entry) -> ChangeThreshold:
    value = entry.raw("value", None)
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return ChangeThreshold(
        kind=entry.text("kind"),
        value=Decimal(value) if number else None,
        text="" if value is None else _words(value),
        unit=entry.text("unit", ""),
        scope=entry.text("scope", ""),
        provenance=entry.provenance(source_field="source"),
    )


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items())
    return str(value)


def measures(
    source: Source, known: Mapping[InstrumentId, Instrument]
) -> Mapping[str, OutcomeMeasure]:
    """The outcome measures by id, each bound to the scales of its instrument or to its own."""
    entries = read(source, "outcome_measures.toml").entries("outcome_measure")
    return by_id(entries, lambda e: _measure(e, known))


def _measure(entry: Entry, known: Mapping[InstrumentId, Instrument]) -> OutcomeMeasure:
    scales = _bound(entry, known) if entry.has("instrument") else (_plain(entry),)
    return OutcomeMeasure(
        id=entry.text("id"),
        name=entry.text("name"),
        scale=scales[0],
        scales=scales,
        provenance=entry.provenance(),
        details=entry.as_filed(),
    )


def _bound(entry: Entry, known: Mapping[InstrumentId, Instrument]) -> tuple[Scale, ...]:
    instrument = known.get(InstrumentId(entry.text("instrument")))
    if instrument is None:
        raise entry.fault("instrument", _("is not one of instruments/"))
    found = []
    for part in entry.texts("parts"):
        scale = instrument.scale(part)
        if scale is None:
            raise entry.fault("parts", _("{part!r} is not a scale of it").format(part=part))
        found.append(scale)
    if not found:
        raise entry.fault("parts", _("is missing"))
    return tuple(found)


def _plain(entry: Entry) -> Scale:
    ends = entry.numbers("range")
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise entry.fault("range", _("must be a lowest and a highest value"))
    return Scale(
        instrument=InstrumentId(entry.text("id")),
        part="total",
        name=entry.text("name"),
        short_name=entry.text("short_name", entry.text("name")),
        low=ends[0],
        high=ends[1],
        direction=_BETTER[entry.choice("better", tuple(_BETTER))],
        unit=entry.text("unit", ""),
        step=entry.number_or_none("step"),
        provenance=entry.provenance(),
    )
