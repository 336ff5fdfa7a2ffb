"""The catalog holds all of the reference, and every id in it leads somewhere."""

import pytest

from outcomes_app import catalog
from outcomes_app.catalog import references
from tests.catalog.overlay import Overlay


@pytest.mark.parametrize(
    ("section", "count"),
    [
        ("products", 7),
        ("indications", 21),
        ("measures", 46),
        ("procedure_codes", 26),
        ("sites", 143),
        ("views", 12),
        ("grids", 6),
        ("protocols", 37),
        ("safety_rules", 97),
        ("adverse_event_terms", 52),
        ("instruments", 52),
        ("response_rules", 23),
    ],
)
def test_every_entry_of_the_reference_is_there(section: str, count: int) -> None:
    assert len(getattr(catalog.load(), section)) == count


def test_the_ten_conditions_of_the_mission_are_indications() -> None:
    names = set(catalog.load().indications)
    assert {
        "chronic_migraine",
        "cervical_dystonia",
        "muscle_spasm",
        "myofascial_pain",
        "neuropathic_pain",
        "neuropathic_back_pain",
        "hyperhidrosis_axillary",
        "back_pain",
        "neck_pain",
        "shoulder_pain",
        "arthritis_joint_pain",
        "upper_limb_spasticity",
        "lower_limb_spasticity",
    } <= names


def test_products_have_the_codes_doses_are_labelled_with() -> None:
    codes = [p.code for p in catalog.load().products.values()]
    assert codes == ["ONA", "ABO", "INCO", "RIMA", "DAXI", "PRABO", "LETI"]


def test_every_reference_leads_somewhere() -> None:
    assert [str(f) for f in references.faults(catalog.load())] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "protocols/tmd_masseter_ona.toml",
            'indications = ["tmd_bruxism"]',
            'indications = ["tmd_bruxsm"]',
            "protocols/tmd_masseter_ona.toml: tmd_masseter_ona: indications: 'tmd_bruxsm' "
            "exists nowhere",
        ),
        (
            "products.toml",
            'default_for = ["sialorrhoea"]',
            'default_for = ["drooling"]',
            "products.toml: inco: dilutions: 'drooling' exists nowhere",
        ),
        (
            "indications.toml",
            'outcome_measures = ["dsfs", "usfr", "pgic"]',
            'outcome_measures = ["dsfs", "usfr", "pgi"]',
            "indications.toml: sialorrhoea: outcome_measures: 'pgi' exists nowhere",
        ),
        (
            "instruments/hit6.toml",
            'indications = ["chronic_migraine"]',
            'indications = ["migraine"]',
            "instruments/hit6.toml: hit6: indications: 'migraine' exists nowhere",
        ),
        (
            "indications.toml",
            'cpt = ["64615"]',
            'cpt = ["64616", "64699"]',
            "indications.toml: chronic_migraine: cpt: '64699' exists nowhere",
        ),
    ],
)
def test_a_reference_into_nothing_is_named(file: str, old: str, new: str, message: str) -> None:
    broken = catalog.load_from(Overlay().replace(file, old, new))
    assert any(message in str(fault) for fault in references.faults(broken))
