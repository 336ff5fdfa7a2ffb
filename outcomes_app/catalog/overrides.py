"""The catalog with the clinic's own reference values in the place of the files' values.

Every number that a rule or a screen relies on has a key here, so that the clinic's lead can
confirm it against the label, and everybody sees who did and when.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from outcomes_app.domain.catalog import Catalog, Loaders
from outcomes_app.domain.definitions import Indication, Product, SafetyRule, Site
from outcomes_app.domain.instruments import Provenance
from outcomes_app.domain.reference_values import ReferenceEntry, ReferenceValue, number_text

Entry = TypeVar("Entry")

_LIMIT_NUMBERS = ("units", "units_per_kg", "units_per_point", "units_both_sides", "window_days")
_RANGE_NUMBERS = ("minimum", "maximum")
_INTERVALS = ("interval_weeks_usual", "interval_weeks_min")


def entries(catalog: Catalog) -> tuple[ReferenceEntry, ...]:
    """Every value of the files that can be confirmed or changed, in the order of the files."""
    base = catalog.base
    found: list[ReferenceEntry] = []
    for rule in base.safety_rules.values():
        found += _entries_of(rule.title, _rule_part(rule), with_words=True)
    for product in base.products.values():
        for part in _product_parts(product):
            found += _entries_of(product.name, part)
    for site in base.sites.values():
        for part in _site_parts(site):
            found += _entries_of(site.name, part)
    for indication in base.indications.values():
        found += _entries_of(indication.name, _interval_part(indication))
    return tuple(found)


def entry(catalog: Catalog, key: str) -> ReferenceEntry | None:
    """One of them; None where the catalog has no such value."""
    return next((e for e in entries(catalog) if e.key == key), None)


def stale(catalog: Catalog, values: Iterable[ReferenceValue]) -> tuple[ReferenceValue, ...]:
    """The values that are not used, because the catalog now says something else or nothing."""
    now = {e.key: e.value for e in entries(catalog)}
    return tuple(v for v in values if not v.withdrawn and now.get(v.key) != v.catalog_value)


def with_overrides(catalog: Catalog, values: Iterable[ReferenceValue]) -> Catalog:
    """The catalog with the clinic's values; the newest version of each key is to be given."""
    base = catalog.base
    mine = {v.key: v for v in values if not v.withdrawn}
    if not mine:
        return base

    def changed(
        section: Callable[[], Mapping[Any, Entry]], change: Callable[[_Mine, Entry], Entry]
    ) -> Mapping[Any, Entry]:
        return MappingProxyType({k: change(_Mine(mine), e) for k, e in section().items()})

    return Catalog(
        Loaders(
            products=partial(changed, lambda: base.products, _product),
            sites=partial(changed, lambda: base.sites, _site),
            views=lambda: base.views,
            grids=lambda: base.grids,
            protocols=lambda: base.protocols,
            indications=partial(changed, lambda: base.indications, _indication),
            condition_groups=lambda: base.condition_groups,
            procedure_codes=lambda: base.procedure_codes,
            instruments=lambda: base.instruments,
            measures=lambda _instruments: base.measures,
            safety_rules=partial(changed, lambda: base.safety_rules, _rule),
            adverse_event_terms=lambda: base.adverse_event_terms,
            response_rules=lambda: base.response_rules,
            general=lambda: base.general,
        ),
        base=base,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Values that share one provenance: the numbers of a limit, a range, a rule."""

    key: str
    numbers: Mapping[str, str]
    provenance: Provenance
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Mine:
    """The clinic's values by key."""

    values: Mapping[str, ReferenceValue]

    def of(self, part: _Part) -> dict[str, ReferenceValue]:
        """Those of a part that still stand for what the catalog says, by name."""
        known = {**part.numbers, **part.words}
        found = {name: self.values.get(f"{part.key}.{name}") for name in known}
        return {
            name: value
            for name, value in found.items()
            if value is not None and value.catalog_value == known[name]
        }

    def provenance(self, part: _Part) -> Provenance:
        """The part's provenance, confirmed once every number of it is."""
        found = self.of(part)
        asked = part.numbers or part.words
        if not asked or any(name not in found for name in asked):
            return part.provenance
        last = max(found.values(), key=lambda v: (v.day, v.version))
        return replace(
            part.provenance,
            verified=True,
            confirmed_by=last.person_name,
            confirmed_on=last.day,
            label_section=last.label_section,
        )

    def numbers(self, part: _Part) -> dict[str, Any]:
        """The numbers of a part that the clinic stands for."""
        return {n: Decimal(v.value) for n, v in self.of(part).items() if n in part.numbers}


def _entries_of(owner: str, part: _Part, *, with_words: bool = False) -> Iterator[ReferenceEntry]:
    shown = {**part.numbers, **(part.words if with_words else {})}
    for name, value in shown.items():
        yield ReferenceEntry(
            key=f"{part.key}.{name}",
            owner=owner,
            name=name,
            value=value,
            provenance=part.provenance,
        )


def _numbers_of(value: Any, names: Iterable[str]) -> dict[str, str]:
    found = {name: getattr(value, name) for name in names}
    return {name: number_text(number) for name, number in found.items() if number is not None}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _rule_part(rule: SafetyRule) -> _Part:
    numbers = {
        f"threshold.{name}": number_text(value)
        for name, value in rule.threshold.items()
        if _is_number(value)
    }
    words = {"severity": rule.severity}
    return _Part(f"rule.{rule.id}", numbers, rule.provenance, words)


def _rule(mine: _Mine, rule: SafetyRule) -> SafetyRule:
    part = _rule_part(rule)
    found = mine.of(part)
    if not found:
        return rule
    thresholds = {n.removeprefix("threshold."): v for n, v in mine.numbers(part).items()}
    severity = found["severity"].value if "severity" in found else rule.severity
    return replace(
        rule,
        severity=severity,
        threshold=MappingProxyType({**rule.threshold, **thresholds}),
        provenance=mine.provenance(part),
    )


def _limit_part(product: Product, index: int) -> _Part:
    limit = product.dose_limits[index]
    numbers = _numbers_of(limit, _LIMIT_NUMBERS)
    return _Part(f"product.{product.id}.max_dose.{limit.id}", numbers, limit.provenance)


def _dilution_part(product: Product, index: int) -> _Part:
    row = product.dilutions[index]
    # The row is named by what the file says, so that another order of rows changes no key.
    name = f"{number_text(row.vial_units)}_in_{number_text(row.diluent_ml)}"
    numbers = {"diluent_ml": number_text(row.diluent_ml)}
    return _Part(f"product.{product.id}.dilution.{name}", numbers, row.provenance)


def _hours_part(product: Product) -> _Part:
    numbers = _numbers_of(product, ("hours_after_reconstitution",))
    return _Part(f"product.{product.id}", numbers, product.hours_provenance)


def _product_parts(product: Product) -> Iterator[_Part]:
    yield _hours_part(product)
    yield from (_limit_part(product, i) for i in range(len(product.dose_limits)))
    yield from (_dilution_part(product, i) for i in range(len(product.dilutions)))


def _product(mine: _Mine, product: Product) -> Product:
    hours = _hours_part(product)
    return replace(
        product,
        **mine.numbers(hours),
        hours_provenance=mine.provenance(hours),
        dose_limits=tuple(
            _with(mine, part, limit)
            for i, limit in enumerate(product.dose_limits)
            for part in (_limit_part(product, i),)
        ),
        dilutions=tuple(
            _with(mine, part, row)
            for i, row in enumerate(product.dilutions)
            for part in (_dilution_part(product, i),)
        ),
    )


def _range_part(site: Site, index: int) -> _Part:
    found = site.doses[index]
    numbers = _numbers_of(found, _RANGE_NUMBERS)
    name = f"{found.product}.{found.indication or 'any'}.{index}"
    return _Part(f"site.{site.id}.dose.{name}", numbers, found.provenance)


def _site_parts(site: Site) -> Iterator[_Part]:
    return (_range_part(site, i) for i in range(len(site.doses)))


def _site(mine: _Mine, site: Site) -> Site:
    return replace(
        site,
        doses=tuple(
            _with(mine, part, found)
            for i, found in enumerate(site.doses)
            for part in (_range_part(site, i),)
        ),
    )


def _interval_part(indication: Indication) -> _Part:
    numbers = _numbers_of(indication, _INTERVALS)
    return _Part(f"indication.{indication.id}", numbers, indication.interval_provenance)


def _indication(mine: _Mine, indication: Indication) -> Indication:
    part = _interval_part(indication)
    return replace(indication, **mine.numbers(part), interval_provenance=mine.provenance(part))


def _with(mine: _Mine, part: _Part, value: Any) -> Any:
    """A limit, range or dilution with the clinic's numbers."""
    whole = {f.name for f in fields(value) if f.type in (int, int | None)}
    numbers = {
        name: int(number) if name in whole else number
        for name, number in mine.numbers(part).items()
    }
    return replace(value, **numbers, provenance=mine.provenance(part))
