"""Sections are read at first use, quickly, and once."""

import json
import time
import tomllib

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


def test_reading_the_catalog_costs_little_more_than_parsing_its_files() -> None:
    # A ratio, because other work may run beside it: checked values cost at most
    # three times what the bare parser takes for the same files, measured in one run.
    parsed = min(_seconds_for_parsing() for _attempt in range(3))
    assert min(_seconds_for(_SECTIONS) for _attempt in range(3)) < 3 * parsed
    assert min(_seconds_for(("products",)) for _attempt in range(3)) < 0.2 * parsed


def _seconds_for(sections: tuple[str, ...]) -> float:
    loaded: Catalog = catalog.load_from(resources)
    started = time.process_time()
    for section in sections:
        assert getattr(loaded, section)
    return time.process_time() - started


def _seconds_for_parsing() -> float:
    folder = resources.folder("")
    started = time.process_time()
    for path in folder.glob("**/*.toml"):
        assert tomllib.loads(path.read_text("utf-8"))
    for name in ("body_views.json", "site_placements.json"):
        assert json.loads((folder / name).read_text("utf-8"))
    return time.process_time() - started
