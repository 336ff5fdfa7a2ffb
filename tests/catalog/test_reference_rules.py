"""What the reference promises about itself, restated over the loaded catalog and its files."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outcomes_app import catalog, resources
from outcomes_app.domain.definitions import Protocol
from outcomes_app.domain.values import ProtocolId, Side

_FOLDERS = ("protocols", "instruments", "response_rules")
_FILES = (
    "products.toml",
    "indications.toml",
    "outcome_measures.toml",
    "sites.toml",
    "safety_rules.toml",
    "adverse_events.toml",
    "outcome_conventions.toml",
    *(name for folder in _FOLDERS for name in resources.names(folder, ".toml")),
)
_ORDERED = (
    ("min", "max"),
    ("low", "high"),
    ("min_units", "max_units"),
    ("min_units_per_kg", "max_units_per_kg"),
    ("total_units_min", "total_units_max"),
    ("total_points_min", "total_points_max"),
    ("start_min", "start_max"),
    ("step_min", "step_max"),
    ("kg_from", "kg_below"),
)
_SOURCES = Path(__file__).parents[2] / "docs" / "clinical-sources.md"


def _protocol(key: str) -> Protocol:
    return catalog.load().protocols[ProtocolId(key)]


def _tables(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from _tables(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _tables(inner, f"{path}.{index}")


def _all_tables() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in _FILES:
        yield from _tables(tomllib.loads(resources.read_text(name)), name)


def test_preempt_is_31_points_and_155_units() -> None:
    preempt = _protocol("preempt_fixed_155")
    assert len(preempt.points) == 31 == preempt.details["total_points"]
    assert sum(p.units for p in preempt.points) == 155 == preempt.total_units
    assert [p.number for p in preempt.points] == list(range(1, 32))
    assert {p.volume_ml for p in preempt.points} == {Decimal("0.1")}


def test_preempt_gives_each_muscle_its_units_and_points() -> None:
    preempt = _protocol("preempt_fixed_155")
    units: Counter[str] = Counter()
    for point in preempt.points:
        units[point.site] += int(point.units)
    assert dict(units) == preempt.details["muscle_totals"]
    assert dict(Counter(p.site for p in preempt.points)) == preempt.details["muscle_points"]


def test_preempt_is_balanced_between_left_and_right() -> None:
    points = _protocol("preempt_fixed_155").points
    assert Counter(p.side for p in points) == {Side.LEFT: 15, Side.RIGHT: 15, Side.MIDLINE: 1}
    views = {"head_left": "head_right", "head_right": "head_left"}
    for point in points:
        twins = [
            p
            for p in points
            if p.site == point.site
            and p.side is point.side.mirrored
            and p.units == point.units
            and p.view == views.get(point.view, point.view)
            and abs(p.x + point.x - 1) < 0.005
            and abs(p.y - point.y) < 0.005
        ]
        assert len(twins) == 1, point.label


def test_follow_the_pain_adds_at_most_40_units_in_8_points() -> None:
    fixed, extended = _protocol("preempt_fixed_155"), _protocol("preempt_follow_the_pain_195")
    extra = extended.details["extra"]
    assert isinstance(extra, dict)
    allowed = extra["allowed"]
    assert sum(a["max_units"] - a["fixed_units"] for a in allowed) == extra["max_extra_units"] == 40
    points_max = extended.details["total_points_max"]
    assert isinstance(points_max, int)
    assert sum(a["max_points"] - a["fixed_points"] for a in allowed) == points_max - 31 == 8
    assert 155 + sum(p.units for p in extended.optional_points) == 195 == extended.total_units_max
    assert {p.site for p in extended.optional_points} <= {a["site"] for a in allowed}
    places = {(p.view, p.x, p.y) for p in fixed.points + extended.optional_points}
    assert len(places) == 39


@pytest.mark.parametrize("key", ["sialorrhoea_inco_adult", "blepharospasm_start_ona"])
def test_points_of_other_protocols_add_up(key: str) -> None:
    protocol = _protocol(key)
    assert sum(p.units for p in protocol.points) == protocol.total_units
    assert len(protocol.points) == protocol.details["total_points"]


def test_lower_limb_rows_add_up_to_the_label_total() -> None:
    rows = _protocol("alls_ona").rows
    assert sum(r.maximum or 0 for r in rows) == 400


def test_weight_bands_of_sialorrhoea_are_whole_and_without_gaps() -> None:
    bands = _protocol("sialorrhoea_inco_paediatric").details["weight_bands"]
    assert isinstance(bands, list)
    for band in bands:
        assert 2 * (band["parotid_each"] + band["submandibular_each"]) == band["total"]
        assert band["parotid_each"] == Decimal("1.5") * band["submandibular_each"]
    assert [b.get("kg_below") for b in bands[:-1]] == [b["kg_from"] for b in bands[1:]]


def test_every_lowest_value_is_at_most_the_highest() -> None:
    for path, table in _all_tables():
        for low, high in _ORDERED:
            if isinstance(table.get(low), (int, float)) and isinstance(
                table.get(high), (int, float)
            ):
                assert table[low] <= table[high], f"{path}: {low} > {high}"
        ends = table.get("range")
        if isinstance(ends, list) and all(isinstance(e, (int, float)) for e in ends):
            assert ends[0] < ends[1], path


def test_every_source_that_is_named_is_described_in_the_documentation() -> None:
    known = set(re.findall(r"^\| (S\d\d) \|", _SOURCES.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(known) == 89
    for path, table in _all_tables():
        for source in table.get("src", []):
            assert source in known, path


def test_what_is_verified_names_its_source() -> None:
    for path, table in _all_tables():
        # A code of a terminology is its own source.
        if table.get("verified") is True and ".codes.loinc." not in path:
            assert table.get("src") or table.get("source"), path


def test_every_key_is_one_word() -> None:
    for path, table in _all_tables():
        if not path.endswith(("choices", "meaning")):
            assert not any(" " in key for key in table), path


def test_every_diagnosis_code_is_well_formed() -> None:
    indications = catalog.load().indications.values()
    codes = [c for i in indications for c in i.icd10 + i.icd10_related]
    assert len(set(codes)) == 178
    assert all(re.fullmatch(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?", c) for c in codes)


def test_every_protocol_belongs_to_an_indication() -> None:
    loaded = catalog.load()
    used = {p for i in loaded.indications.values() for p in i.protocols}
    assert used == set(loaded.protocols)


def test_every_site_but_the_free_ones_has_a_place() -> None:
    for site in catalog.load().sites.values():
        assert bool(site.placements) == (site.laterality != "any"), site.id


def test_units_of_two_products_are_nowhere_converted() -> None:
    for product in catalog.load().products.values():
        assert product.details["units_interchangeable"] is False


def test_every_adverse_event_percentage_is_one() -> None:
    for term in catalog.load().adverse_event_terms.values():
        incidence = term.details["incidence"]
        assert isinstance(incidence, list)
        assert all(0 <= i["percent"] <= 100 for i in incidence), term.id


def test_placements_hold_every_site_once() -> None:
    placed = json.loads(resources.read_text("site_placements.json"))["sites"]
    assert list(placed) == list(catalog.load().sites)
