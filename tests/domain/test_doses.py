"""Units belong to one product: nothing adds, compares or sums units of two."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.domain.values import Dose, ProductId, ProductMismatch, total

_ONA, _ABO = ProductId("ona"), ProductId("abo")
_UNITS = st.decimals(min_value=0, max_value=10000, places=2)


def test_units_of_one_product_add_up() -> None:
    sum_ = Dose(units=Decimal("5"), product=_ONA) + Dose(units=Decimal("2.5"), product=_ONA)
    assert sum_ == Dose(units=Decimal("7.5"), product=_ONA)


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__"])
def test_units_of_two_products_never_meet(operation: str) -> None:
    ona, abo = Dose(units=Decimal(5), product=_ONA), Dose(units=Decimal(5), product=_ABO)
    with pytest.raises(ProductMismatch):
        getattr(ona, operation)(abo)


def test_equal_units_of_two_products_are_not_the_same_dose() -> None:
    assert Dose(units=Decimal(5), product=_ONA) != Dose(units=Decimal(5), product=_ABO)


def test_a_total_refuses_one_dose_of_another_product() -> None:
    with pytest.raises(ProductMismatch):
        total([Dose(units=Decimal(5), product=_ONA), Dose(units=Decimal(5), product=_ABO)], _ONA)


def test_a_total_of_nothing_is_zero_units_of_the_product() -> None:
    assert total([], _ABO) == Dose(units=Decimal(0), product=_ABO)


@given(st.lists(_UNITS, max_size=20), st.randoms())
def test_a_total_does_not_depend_on_the_order(amounts: list[Decimal], random: object) -> None:
    doses = [Dose(units=a, product=_ONA) for a in amounts]
    shuffled = list(doses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert total(doses, _ONA) == total(shuffled, _ONA)
    assert total(doses, _ONA).units == sum(amounts, Decimal(0))
