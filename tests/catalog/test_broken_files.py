"""A broken definition is refused with its file, its entry and its field."""

import pytest

from outcomes_app import catalog
from outcomes_app.catalog import CatalogError
from tests.catalog.overlay import Overlay

_CASES = {
    "not TOML": ("products.toml", 'code = "ONA"', "code = ", "products", "products.toml: cannot"),
    "missing field": (
        "products.toml",
        'code = "ONA"\n',
        "",
        "products",
        "products.toml: ona: code: is missing",
    ),
    "wrong type": (
        "products.toml",
        'code = "ONA"',
        "code = 7",
        "products",
        "products.toml: ona: code: must be a text, not 7",
    ),
    "an unknown word": (
        "products.toml",
        'serotype = "B"',
        'serotype = "C"',
        "products",
        "products.toml: rima: serotype: is 'C', not one of A, B",
    ),
    "dilution that does not add up": (
        "products.toml",
        "vial_units = 50, diluent_ml = 1, units_per_0_1_ml = 5, verified = true",
        "vial_units = 50, diluent_ml = 1, units_per_0_1_ml = 6, verified = true",
        "products",
        "products.toml: ona: dilutions.1.units_per_0_1_ml: is 6, but the volumes give 5",
    ),
    "an id twice": (
        "safety_rules.toml",
        'id = "cum_ona_adult_near"',
        'id = "cum_ona_adult"',
        "safety_rules",
        "safety_rules.toml: cum_ona_adult: id: occurs twice",
    ),
    "verified without a source": (
        "sites.toml",
        'points = { min = 4, max = 4 }, status = "label_us", verified = true, src = ["S01", "S02"]',
        'points = { min = 4, max = 4 }, status = "label_us", verified = true',
        "sites",
        "verified: is true, but no source is named",
    ),
    "lowest above highest": (
        "indications.toml",
        "usual = 28\nmin = 16",
        "usual = 28\nmin = 36",
        "indications",
        "indications.toml: hyperhidrosis_axillary: interval_weeks.usual: is 28, below min 36",
    ),
    "a code without its point": (
        "indications.toml",
        'icd10cm = ["G50.0"]',
        'icd10cm = ["G500"]',
        "indications",
        "indications.toml: trigeminal_neuralgia: icd10cm: 'G500' is not an ICD-10 code",
    ),
    "points that do not add up": (
        "protocols/preempt_fixed_155.toml",
        "total_units = 155",
        "total_units = 160",
        "protocols",
        "preempt_fixed_155: total_units: is 160, but the points add up to 155",
    ),
    "a place off the picture": (
        "protocols/preempt_fixed_155.toml",
        "x = 0.454, y = 0.311",
        "x = 1.454, y = 0.311",
        "protocols",
        "preempt_fixed_155: points.1.x: must lie between 0 and 1, not 1.454",
    ),
    "another file name": (
        "instruments/hit6.toml",
        'id = "hit6"',
        'id = "hit7"',
        "instruments",
        "instruments/hit6.toml: hit6: id: is 'hit7', but the file has another name",
    ),
    "an item nobody defined": (
        "instruments/jrs.toml",
        'items = ["severity", "frequency"]',
        'items = ["severity", "often"]',
        "instruments",
        "instruments/jrs.toml: jrs: scale.1.items: 'often' is not an item",
    ),
    "a misspelt field of a scale": (
        "instruments/hit6.toml",
        "low = 36\n",
        "lo = 36\n",
        "instruments",
        "instruments/hit6.toml: hit6: scale.1.lo: is not a field that is known here",
    ),
    "bands that overlap": (
        "instruments/hit6.toml",
        'label = "some", min = 50',
        'label = "some", min = 49',
        "instruments",
        "instruments/hit6.toml: hit6: severity.bands.2.min: lies in the band before",
    ),
    "a measure of no instrument": (
        "outcome_measures.toml",
        'instrument = "dlqi"',
        'instrument = "dlqi2"',
        "measures",
        "outcome_measures.toml: dlqi: instrument: is not one of instruments/",
    ),
}


@pytest.mark.parametrize("case", _CASES)
def test_a_broken_definition_is_named(case: str) -> None:
    file, old, new, section, message = _CASES[case]
    broken = catalog.load_from(Overlay().replace(file, old, new))
    with pytest.raises(CatalogError) as caught:
        getattr(broken, section)
    assert message in caught.value.message
    assert caught.value.todo


def test_other_sections_still_load_when_one_is_broken() -> None:
    broken = catalog.load_from(Overlay().replace("products.toml", 'code = "ONA"', "code = 7"))
    assert broken.sites
