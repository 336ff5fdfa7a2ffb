"""Whether every id that one definition file takes from another exists, and files agree.

It reads every section, so it is run by the tests and by whoever edits definitions, not at start.
"""

from collections.abc import Iterable, Iterator

from outcomes_app.catalog.entry import CatalogError
from outcomes_app.domain.catalog import EVERY_INDICATION, Catalog
from outcomes_app.domain.definitions import Indication, Protocol
from outcomes_app.text import _

_INDICATIONS = "indications.toml"


def faults(catalog: Catalog) -> tuple[CatalogError, ...]:
    """Every reference that leads nowhere and every disagreement, with file, entry and field."""
    return (
        *_product_faults(catalog),
        *_site_faults(catalog),
        *_view_faults(catalog),
        *_protocol_faults(catalog),
        *_indication_faults(catalog),
        *_rule_faults(catalog),
        *_condition_faults(catalog),
    )


def _unknown(
    file: str, entry: str, field: str, ids: Iterable[object], known: Iterable[object]
) -> Iterator[CatalogError]:
    there = set(known)
    for name in ids:
        if name is not None and name not in there:
            yield CatalogError(
                file, entry, field, _("{name!r} exists nowhere").format(name=str(name))
            )


def _product_faults(catalog: Catalog) -> Iterator[CatalogError]:
    file, indications = "products.toml", catalog.indications
    for product in catalog.products.values():
        for row in product.dilutions:
            yield from _unknown(file, product.id, "dilutions", row.default_for, indications)
        for limit in product.dose_limits:
            where = f"max_dose.{limit.id}"
            yield from _unknown(file, product.id, where, limit.indications, indications)
            yield from _unknown(file, product.id, where, [limit.site], catalog.sites)
        for region, listed in product.on_label.items():
            yield from _unknown(file, product.id, "indications", listed, indications)
            agreed = [i.id for i in indications.values() if product.id in i.on_label[region]]
            for name in set(agreed) ^ set(listed):
                yield CatalogError(
                    file,
                    product.id,
                    "indications",
                    _("label status of {name} ({region}) differs from {file}").format(
                        name=name, region=region, file=_INDICATIONS
                    ),
                )


def _site_faults(catalog: Catalog) -> Iterator[CatalogError]:
    for site in catalog.sites.values():
        products = [d.product for d in site.doses]
        yield from _unknown("sites.toml", site.id, "doses.product", products, catalog.products)
        indications = [d.indication for d in site.doses]
        yield from _unknown(
            "sites.toml", site.id, "doses.indication", indications, catalog.indications
        )
        for place in site.placements:
            view = catalog.views.get(place.view)
            regions = view.sites_by_region if view else ()
            file = "site_placements.json"
            yield from _unknown(file, site.id, "view", [place.view], catalog.views)
            yield from _unknown(file, site.id, "regions", place.regions + place.host, regions)
        if {p.side for p in site.placements} != (
            set() if site.laterality == "any" else set(site.sides)
        ):
            yield CatalogError(
                "site_placements.json", site.id, "", _("is not placed on exactly its sides")
            )


def _view_faults(catalog: Catalog) -> Iterator[CatalogError]:
    file = "body_views.json"
    for view in catalog.views.values():
        for region, sites in view.sites_by_region.items():
            yield from _unknown(file, view.id, f"region_sites.{region}", sites, catalog.sites)
        regions = [a.region for a in view.anchors]
        yield from _unknown(file, view.id, "anchors", regions, view.sites_by_region)
    grids = [g.view for g in catalog.grids.values()]
    yield from _unknown(file, "grids", "view", grids, catalog.views)


def _protocol_faults(catalog: Catalog) -> Iterator[CatalogError]:
    for protocol in catalog.protocols.values():
        file = f"protocols/{protocol.id}.toml"
        for name in ("indications", "products"):
            ids = getattr(protocol, name)
            yield from _unknown(file, protocol.id, name, ids, getattr(catalog, name))
        for point in protocol.points + protocol.optional_points:
            where = f"points.{point.number}"
            view = catalog.views.get(point.view)
            regions = view.sites_by_region if view else ()
            yield from _unknown(file, protocol.id, f"{where}.site", [point.site], catalog.sites)
            yield from _unknown(file, protocol.id, f"{where}.view", [point.view], catalog.views)
            yield from _unknown(
                file, protocol.id, f"{where}.region", [point.region or None], regions
            )
        rows = protocol.rows + protocol.rows_international
        yield from _unknown(
            file, protocol.id, "rows.product", [r.product for r in rows], catalog.products
        )
        yield from _unknown(file, protocol.id, "rows.site", [r.site for r in rows], catalog.sites)
        yield from _prefill_faults(catalog, file, protocol)


def _prefill_faults(catalog: Catalog, file: str, protocol: Protocol) -> Iterator[CatalogError]:
    """A prefilled row needs a usual range of that product; its site belongs to the condition."""
    used = {p.site for p in protocol.points}
    for row in protocol.rows + protocol.rows_international:
        used.add(row.site)
        site = catalog.sites.get(row.site)
        ranges = [d.product for d in site.doses] if site else []
        if row.minimum is not None:
            yield from _unknown(file, protocol.id, f"rows.{row.site}", [row.product], ranges)
    for name in protocol.indications:
        indication = catalog.indications.get(name)
        if indication is not None:
            yield from _unknown(_INDICATIONS, name, "sites", sorted(used), indication.sites)
            yield from _unknown(
                _INDICATIONS, name, "protocols", [protocol.id], indication.protocols
            )


def _indication_faults(catalog: Catalog) -> Iterator[CatalogError]:
    for indication in catalog.indications.values():
        for field, ids, known in _links(indication, catalog):
            yield from _unknown(_INDICATIONS, indication.id, field, ids, known)
        for region, products in indication.on_label.items():
            yield from _unknown(
                _INDICATIONS, indication.id, f"label_status.{region}", products, catalog.products
            )
        for name in indication.protocols:
            protocol = catalog.protocols.get(name)
            if protocol and indication.id not in protocol.indications:
                yield CatalogError(
                    f"protocols/{name}.toml",
                    name,
                    "indications",
                    _("does not list {name}").format(name=indication.id),
                )
    for group, members in catalog.condition_groups.items():
        yield from _unknown(_INDICATIONS, "condition_groups", group, members, catalog.indications)


def _links(
    indication: Indication, catalog: Catalog
) -> Iterator[tuple[str, Iterable[object], Iterable[object]]]:
    yield "sites", indication.sites, catalog.sites
    yield "protocols", indication.protocols, catalog.protocols
    yield "outcome_measures", indication.measures, catalog.measures
    yield "cpt", indication.procedure_codes, catalog.procedure_codes


def _rule_faults(catalog: Catalog) -> Iterator[CatalogError]:
    file = "safety_rules.toml"
    for rule in catalog.safety_rules.values():
        for name, known in (("products", catalog.products), ("indications", catalog.indications)):
            ids = _words(rule.scope.get(name, ()))
            yield from _unknown(file, rule.id, f"scope.{name}", ids, {*known, EVERY_INDICATION})
        for name in ("site", "sites", "deep_sites"):
            ids = _words(rule.threshold.get(name, ()))
            yield from _unknown(file, rule.id, f"threshold.{name}", ids, catalog.sites)


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple)) else ()


def _condition_faults(catalog: Catalog) -> Iterator[CatalogError]:
    known = {*catalog.indications, *catalog.condition_groups, EVERY_INDICATION}
    for instrument in catalog.instruments.values():
        file = f"instruments/{instrument.id}.toml"
        yield from _unknown(file, instrument.id, "indications", instrument.indications, known)
    for rule in catalog.response_rules.values():
        file = f"response_rules/{rule.id}.toml"
        yield from _unknown(file, rule.id, "indications", rule.indications, known)
    for term in catalog.adverse_event_terms.values():
        yield from _unknown("adverse_events.toml", term.id, "indications", term.indications, known)
