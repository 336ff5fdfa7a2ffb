"""Loads the definitions in resources/ and refuses broken ones with the file, entry and field."""

from functools import cache, partial

from outcomes_app import resources
from outcomes_app.catalog import body, conditions, instruments, protocols, rules, toxins
from outcomes_app.catalog.entry import CatalogError
from outcomes_app.catalog.overrides import with_overrides
from outcomes_app.catalog.source import Source
from outcomes_app.domain.catalog import Catalog, Loaders

__all__ = ["Catalog", "CatalogError", "Source", "load", "load_from", "with_overrides"]


@cache
def load() -> Catalog:
    """The catalog of this installation; each section is read when it is first asked for."""
    return load_from(resources)


def load_from(source: Source) -> Catalog:
    """A catalog read from another source of files, laid out like resources/."""
    return Catalog(
        Loaders(
            products=partial(toxins.products, source),
            sites=partial(body.sites, source),
            views=partial(body.views, source),
            grids=partial(body.grids, source),
            protocols=partial(protocols.protocols, source),
            indications=partial(conditions.indications, source),
            condition_groups=partial(conditions.condition_groups, source),
            procedure_codes=partial(conditions.procedure_codes, source),
            instruments=partial(instruments.instruments, source),
            measures=partial(instruments.measures, source),
            safety_rules=partial(rules.safety_rules, source),
            adverse_event_terms=partial(rules.adverse_event_terms, source),
            response_rules=partial(rules.response_rules, source),
            general=partial(rules.general, source),
        )
    )
