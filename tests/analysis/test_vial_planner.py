"""The vial planner against trying everything."""

from decimal import Decimal
from itertools import product as combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.analysis.vial_planner import plan_day, plan_dose
from outcomes_app.domain.values import Dose, ProductId, ProductMismatch
from outcomes_app.errors import OutcomesError

ONA = ProductId("ona")


def dose(units: str | Decimal, product: ProductId = ONA) -> Dose:
    """A dose of onabotulinumtoxinA unless said otherwise."""
    return Dose(units=Decimal(units), product=product)


def _by_trying_everything(needed: Decimal, sizes: list[Decimal]) -> tuple[Decimal, int]:
    ranges = [range(int(needed // s) + 2) for s in sizes]
    tried = (
        (sum((s * n for s, n in zip(sizes, counts, strict=True)), Decimal(0)), sum(counts))
        for counts in combinations(*ranges)
    )
    return min((opened - needed, number) for opened, number in tried if opened >= needed)


@given(
    st.integers(min_value=1, max_value=2400),
    st.lists(st.sampled_from([20, 50, 75, 100, 200, 300]), min_size=1, max_size=3, unique=True),
)
def test_no_choice_wastes_less_or_opens_fewer(quarter_units: int, sizes: list[int]) -> None:
    needed = Decimal(quarter_units) / 4
    offered = [Decimal(s) for s in sizes]
    plan = plan_dose(dose(needed), offered)
    assert plan.opened >= needed
    assert (plan.wasted, sum(n for _s, n in plan.vials)) == _by_trying_everything(needed, offered)


def test_small_vials_waste_less() -> None:
    sizes = [Decimal(50), Decimal(100), Decimal(200)]
    assert plan_dose(dose("155"), sizes).wasted == 45
    assert plan_dose(dose("140"), sizes).vials == ((Decimal(50), 1), (Decimal(100), 1))


def test_sharing_saves_what_patients_alone_would_waste() -> None:
    doses, sizes = [dose("155"), dose("145")], [Decimal(100), Decimal(200)]
    alone = sum(p.wasted for p in plan_day(doses, sizes, shared=False))
    (together,) = plan_day(doses, sizes, shared=True)
    assert (alone, together.wasted) == (Decimal(100), Decimal(0))


def test_two_products_are_never_planned_as_one() -> None:
    with pytest.raises(ProductMismatch):
        plan_day([dose("100"), dose("500", ProductId("abo"))], [Decimal(100)], shared=True)


def test_no_size_or_no_dose_is_refused() -> None:
    with pytest.raises(OutcomesError):
        plan_dose(dose("100"), [])
    with pytest.raises(OutcomesError):
        plan_dose(dose("0"), [Decimal(100)])
    assert plan_day([], [Decimal(100)], shared=True) == ()
