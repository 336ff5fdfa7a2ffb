"""The day's plan wastes least, counts what the usual size would waste, and mixes no products."""

import dataclasses
from decimal import Decimal
from itertools import product as every

import pytest

from outcomes_app.analysis import clinic_day
from outcomes_app.catalog import load
from outcomes_app.domain.values import Dose, ProductId, ProductMismatch

ONA = ProductId("ona")
SIZES = (Decimal(50), Decimal(100), Decimal(200))


def dose(units: str, product: ProductId = ONA) -> Dose:
    return Dose(units=Decimal(units), product=product)


def least_waste(needed: Decimal) -> Decimal:
    """By trying every handful of vials."""
    totals = (
        sum((s * n for s, n in zip(SIZES, counts, strict=True)), Decimal(0))
        for counts in every(range(9), repeat=len(SIZES))
    )
    return min(total - needed for total in totals if total >= needed)


@pytest.mark.parametrize("units", ["22.5", "50", "105", "155", "195", "300.25"])
def test_each_patient_wastes_least(units: str) -> None:
    found = clinic_day.plan([dose(units)], SIZES, usual_size=Decimal(200), shared=False)
    assert found.wasted == least_waste(Decimal(units))


def test_the_saving_is_against_the_usual_size() -> None:
    doses = [dose("155"), dose("105"), dose("100")]
    found = clinic_day.plan(doses, SIZES, usual_size=Decimal(200), shared=False)
    assert found.vials == ((Decimal(200), 1), (Decimal(100), 2), (Decimal(50), 1))
    assert found.wasted == 45 + 45
    assert found.saved == (45 + 95 + 100) - 90


def test_shared_vials_are_planned_together() -> None:
    doses = [dose("30"), dose("30"), dose("40")]
    found = clinic_day.plan(doses, SIZES, usual_size=Decimal(200), shared=True)
    assert found.vials == ((Decimal(100), 1),)
    assert (found.wasted, found.saved) == (0, 100)


def test_missing_vials_are_named() -> None:
    found = clinic_day.plan([dose("200")] * 3, SIZES, usual_size=Decimal(200), shared=False)
    assert found.lacking({Decimal(200): 1}) == ((Decimal(200), 2),)
    assert found.lacking({Decimal(200): 3}) == ()


def test_products_are_never_mixed() -> None:
    with pytest.raises(ProductMismatch):
        clinic_day.plan(
            [dose("100"), dose("100", ProductId("abo"))],
            SIZES,
            usual_size=Decimal(100),
            shared=True,
        )


def test_sharing_needs_a_label_that_allows_it() -> None:
    ona = load().products[ONA]
    assert not clinic_day.may_share(ona)
    silent = dataclasses.replace(ona, details={})
    assert not clinic_day.may_share(silent)
    allowed = dataclasses.replace(ona, details={"single_patient_vial": False})
    assert clinic_day.may_share(allowed)
    assert clinic_day.sizes_sold(ona, "us") == (Decimal(100), Decimal(200))
