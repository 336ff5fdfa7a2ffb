"""What the clinic's lead confirms or changes is used by the rules, says who did, and is kept."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from outcomes_app.catalog import overrides
from outcomes_app.domain.definitions import Product
from outcomes_app.domain.patient import Role
from outcomes_app.domain.permissions import NotAllowed
from outcomes_app.domain.reference_values import ReferenceValue
from outcomes_app.domain.safety import engine
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.errors import Refused
from outcomes_app.records import history, reference_values
from tests import factories
from tests.database import PERSON, Store

TODAY = factories.TODAY
CEILING = "rule.cum_ona_adult.threshold.units"
FACTOR = "rule.per_muscle_hard.threshold.factor"


def change(store: Store, key: str, value: str, **more: Any) -> ReferenceValue:
    given = {"label_section": "2.1", "person": PERSON, "catalog": store.catalog, "today": TODAY}
    with store.writing("reference.change") as session:
        return reference_values.change(session, key, value, **(given | more))


def confirm(store: Store, key: str, **more: Any) -> ReferenceValue:
    given = {"label_section": "2.1", "person": PERSON, "catalog": store.catalog, "today": TODAY}
    with store.writing("reference.confirm") as session:
        return reference_values.confirm(session, key, **(given | more))


def test_a_changed_ceiling_is_the_one_that_fires(store: Store) -> None:
    change(store, CEILING, "150")
    with store.reading() as session:
        mine = reference_values.effective(session, store.catalog)
    visit = factories.signable_visit()
    facts = VisitFacts(treatment=visit.treatment, catalog=mine)
    fired = {f.rule: f for f in engine.findings(mine.safety_rules.values(), facts)}
    assert "150" in fired["cum_ona_adult"].fact
    without = replace(facts, catalog=store.catalog)
    rules = store.catalog.safety_rules.values()
    assert "cum_ona_adult" not in {f.rule for f in engine.findings(rules, without)}
    assert fired["cum_ona_adult"].version != engine.version_of(
        store.catalog.safety_rules["cum_ona_adult"]
    )


def test_a_confirmed_value_says_who_when_and_where(store: Store) -> None:
    assert not store.catalog.safety_rules["per_muscle_hard"].provenance.verified
    confirm(store, FACTOR, label_section="table 4")
    with store.reading() as session:
        mine = reference_values.effective(session, store.catalog)
    known = mine.safety_rules["per_muscle_hard"].provenance
    assert known.verified
    assert (known.confirmed_by, known.confirmed_on, known.label_section) == (
        PERSON.name,
        TODAY,
        "table 4",
    )
    assert mine.safety_rules["per_muscle_range"] == store.catalog.safety_rules["per_muscle_range"]


def test_a_rule_is_confirmed_only_by_all_its_numbers(store: Store) -> None:
    confirm(store, "rule.cum_ona_paediatric.threshold.units")
    with store.reading() as session:
        mine = reference_values.effective(session, store.catalog)
    assert not mine.safety_rules["cum_ona_paediatric"].provenance.verified


def test_every_version_is_kept_and_can_be_withdrawn(store: Store) -> None:
    change(store, CEILING, "380", note="clinic policy")
    change(store, CEILING, "360.0")
    with store.writing() as session:
        reference_values.withdraw(
            session, CEILING, person=PERSON, catalog=store.catalog, today=TODAY
        )
    with store.reading() as session:
        versions = reference_values.history(session, CEILING)
        (now,) = reference_values.current(session)
        assert reference_values.effective(session, store.catalog) is store.catalog
        trail = history.for_record(session, "reference_value", versions[0].id)
    assert [(v.version, v.value, v.withdrawn) for v in versions] == [
        (1, "380", False),
        (2, "360", False),
        (3, "400", True),
    ]
    assert now == versions[-1]
    assert versions[0].note == "clinic policy"
    assert (trail[0].person, trail[0].action) == (PERSON.id, "recorded")


@pytest.mark.parametrize(
    ("key", "value", "more", "code"),
    [
        (CEILING, "many", {}, "value_impossible"),
        (CEILING, "-1", {}, "value_impossible"),
        (CEILING, "NaN", {}, "value_impossible"),
        ("rule.cum_ona_adult.severity", "loud", {}, "value_impossible"),
        ("rule.none.threshold.units", "1", {}, "unknown"),
        (CEILING, "380", {"label_section": " "}, "label_section_missing"),
    ],
)
def test_a_broken_value_is_refused(
    store: Store, key: str, value: str, more: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        change(store, key, value, **more)
    assert [getattr(p, "code", "") for p in refused.value.problems] == [code]


def test_only_an_administrator_changes_them(store: Store) -> None:
    for roles in ((Role.CLINICIAN,), (Role.MANAGER, Role.REVIEWER)):
        with pytest.raises(NotAllowed):
            change(store, CEILING, "380", person=replace(PERSON, roles=roles))


def test_a_value_of_another_catalog_is_stale(store: Store) -> None:
    kept = change(store, CEILING, "380")
    old = replace(kept, catalog_value="500")
    mine = overrides.with_overrides(store.catalog, [old])
    assert overrides.stale(store.catalog, [old, kept]) == (old,)
    assert mine.safety_rules["cum_ona_adult"].threshold["units"] == 400


def test_every_value_can_be_confirmed_and_changed(store: Store) -> None:
    entries = overrides.entries(store.catalog)
    assert len({e.key for e in entries}) == len(entries) > 500

    def of(entry: Any, value: str) -> ReferenceValue:
        return ReferenceValue(
            id=factories.new_id(),
            key=entry.key,
            value=value,
            catalog_value=entry.value,
            person_id=PERSON.id,
            person_name=PERSON.name,
            day=TODAY,
            label_section="1",
            version=1,
        )

    same = overrides.with_overrides(store.catalog, [of(e, e.value) for e in entries])
    assert {e.key: e.value for e in overrides.entries(same)} == {e.key: e.value for e in entries}
    for product in same.products.values():
        assert _bare(product) == _bare(store.catalog.products[product.id])
    for rule in same.safety_rules.values():
        assert rule.provenance.verified, rule.id
    numbers = [e for e in entries if not e.is_word]
    other = overrides.with_overrides(store.catalog, [of(e, "777") for e in numbers])
    assert other.products[factories.ONA].dose_limits[0].units == Decimal(777)
    assert other.products[factories.ONA].hours_after_reconstitution == Decimal(777)
    assert {d.diluent_ml for d in other.products[factories.ONA].dilutions} == {Decimal(777)}
    assert other.sites["frontalis"].doses[0].maximum == Decimal(777)
    assert other.indications[factories.MIGRAINE].interval_weeks_usual == Decimal(777)
    assert all(isinstance(x.window_days, int | None) for x in _limits(other.products.values()))


def _limits(products: Any) -> list[Any]:
    return [limit for product in products for limit in product.dose_limits]


def _bare(product: Product) -> list[Any]:
    return [
        product.hours_after_reconstitution,
        [(x.units, x.units_per_kg, x.window_days) for x in product.dose_limits],
        [(d.vial_units, d.diluent_ml) for d in product.dilutions],
    ]
