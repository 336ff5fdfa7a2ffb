"""Each measure an indication asks for is bound to one scale, and the two say the same of it."""

from decimal import Decimal

import pytest

from outcomes_app import catalog
from outcomes_app.domain.instruments import Direction, OutcomeMeasure
from outcomes_app.errors import NotFound

_MEASURES = tuple(catalog.load().measures.values())
_PLAIN = {
    "allodynia_area_cm2",
    "hfs_grade",
    "rom",
    "walk_10m",
    "spasm_frequency",
    "rmdq",
    "pinch_strength_kg",
    "dsfs",
    "usfr",
    "mouth_opening_mm",
    "ppt_kg_cm2",
}


@pytest.mark.parametrize("measure", _MEASURES, ids=lambda m: m.id)
def test_range_and_direction_agree_with_the_scale(measure: OutcomeMeasure) -> None:
    better = {"lower": Direction.HIGHER_IS_WORSE, "higher": Direction.HIGHER_IS_BETTER}
    assert measure.scale.direction is better[str(measure.details["better"])]
    ends = measure.details.get("range")
    if ends is not None:
        assert isinstance(ends, list)
        # Sweat has no upper end in its instrument.
        found = [measure.scale.low, measure.scale.high]
        assert all(
            mine is None or mine == Decimal(str(end)) for mine, end in zip(found, ends, strict=True)
        )


def test_what_no_instrument_covers_is_a_plain_number_of_its_own() -> None:
    assert {m.id for m in _MEASURES if m.scale.instrument == m.id and m.id in _PLAIN} == _PLAIN
    loaded = catalog.load()
    for measure in _MEASURES:
        assert (measure.id in _PLAIN) == (measure.scale.instrument not in loaded.instruments)


@pytest.mark.parametrize(
    ("measure", "instrument", "part"),
    [
        ("headache_days_month", "headache_days_28", "total"),
        ("twstrs_severity", "twstrs", "severity"),
        ("nrs_pain", "nrs_pain", "average"),
        ("bpi", "bpi_sf", "interference"),
        ("jrs_frequency", "jrs", "frequency"),
        ("womac_pain", "womac", "pain"),
        ("msq", "msq21", "role_function_restrictive"),
        ("das", "das_spasticity", "hygiene"),
        ("mas", "mas", "rank"),
        ("eq5d", "eq5d5l", "index"),
        ("rmdq", "rmdq", "total"),
    ],
)
def test_a_measure_is_stored_under_its_instrument(measure: str, instrument: str, part: str) -> None:
    scale = catalog.load().measures[measure].scale
    assert (scale.instrument, scale.part) == (instrument, part)
    assert catalog.load().scale(instrument, part) == scale


def test_measures_of_an_indication_come_in_its_order() -> None:
    measures = catalog.load().measures_for("cervical_dystonia")
    assert [m.id for m in measures[:2]] == ["twstrs_total", "twstrs_severity"]
    assert catalog.load().measures_for("hiccups") == ()


def test_a_part_may_name_a_place() -> None:
    loaded = catalog.load()
    assert loaded.scale("mas", "rank:biceps_brachii:left") == loaded.scale("mas", "rank")


def test_a_scale_nobody_has_is_not_found() -> None:
    with pytest.raises(NotFound, match="nrs_pain, part total"):
        catalog.load().scale("nrs_pain")
    with pytest.raises(NotFound):
        catalog.load().scale("twstrs_total")


def test_wide_condition_names_mean_their_indications() -> None:
    loaded = catalog.load()
    assert loaded.means("spasticity", "upper_limb_spasticity")
    assert not loaded.means("spasticity", "chronic_migraine")
    assert loaded.means("all", "chronic_migraine")
    names = {i.id for i in loaded.instruments_for("lower_limb_spasticity")}
    assert {"mas", "gas", "phq9"} <= names
    assert "hit6" not in names


def test_unverified_values_stay_marked() -> None:
    loaded = catalog.load()
    assert not loaded.scale("peg").provenance.verified
    assert loaded.scale("twstrs").provenance.verified  # its range was read, its formula not
    assert not loaded.instruments["twstrs"].provenance.verified  # type: ignore[index]
    assert not loaded.measures["rom"].provenance.verified
    rows = loaded.products["inco"].dilutions  # type: ignore[index]
    assert {r.provenance.verified for r in rows} == {True, False}
    assert all(r.provenance.cite for r in rows if not r.provenance.verified)
