"""Sections are read at first use, quickly, and once."""

import time

from outcomes_app import catalog, resources
from outcomes_app.domain.catalog import Catalog
from tests.catalog.overlay import Overlay

_SECTIONS = (
    "products", "sites", "views", "grids", "protocols", "indications", "condition_groups",
    "procedure_codes", "instruments", "measures", "safety_rules", "adverse_event_terms",
    "response_rules", "general",
)  # fmt: skip


def test_products_are_opened_without_reading_anything_else() -> None:
    source = Overlay()
    assert catalog.load_from(source).products
    assert source.asked == ["products.toml"]


def test_a_section_is_read_once() -> None:
    source = Overlay()
    loaded = catalog.load_from(source)
    assert loaded.sites is loaded.sites
    assert source.asked.count("sites.toml") == 1


def test_nothing_is_read_before_it_is_asked_for() -> None:
    source = Overlay()
    catalog.load_from(source)
    assert source.asked == []


def test_the_whole_catalog_loads_in_time() -> None:
    # 0.7 s on the machine of the limits; the best of three, because other work may run beside it.
    assert min(_seconds_for(_SECTIONS) for _attempt in range(3)) < 0.7
    assert min(_seconds_for(("products",)) for _attempt in range(3)) < 0.05


def _seconds_for(sections: tuple[str, ...]) -> float:
    loaded: Catalog = catalog.load_from(resources)
    started = time.perf_counter()
    for section in sections:
        assert getattr(loaded, section)
    return time.perf_counter() - started
