"""Billing lines for given and discarded toxin."""

from decimal import Decimal

import pytest

from outcomes_app import catalog as catalogs
from outcomes_app.domain.billing import lines
from outcomes_app.errors import OutcomesError

PRODUCTS = catalogs.load().products


@pytest.mark.parametrize(
    ("product", "given", "discarded", "expected"),
    [
        ("ona", "155", "45", [("J0585", "", 155, 0), ("J0585", "JW", 45, 0)]),
        ("ona", "200", "0", [("J0585", "JZ", 200, 0)]),
        ("ona", "152.5", "47.5", [("J0585", "", 153, 0), ("J0585", "JW", 47, 0)]),
        ("abo", "500", "0", [("J0586", "JZ", 100, 0)]),
        ("abo", "497", "3", [("J0586", "JZ", 100, 0)]),
        ("abo", "490", "10", [("J0586", "", 98, 0), ("J0586", "JW", 2, 0)]),
        ("abo", "490", "3", [("J0586", "", 98, 3)]),
        ("rima", "2450", "50", [("J0587", "JZ", 25, 0)]),
    ],
)
def test_lines(
    product: str, given: str, discarded: str, expected: list[tuple[str, str, int, int]]
) -> None:
    made = lines(PRODUCTS[product], Decimal(given), Decimal(discarded))
    assert [(x.code, x.modifier, x.billing_units, x.remainder_units) for x in made] == expected


def test_a_product_without_a_code_is_refused() -> None:
    with pytest.raises(OutcomesError, match="no billing code"):
        lines(PRODUCTS["leti"], Decimal(10), Decimal(0))


def test_negative_amounts_are_refused() -> None:
    with pytest.raises(OutcomesError, match="negative"):
        lines(PRODUCTS["ona"], Decimal(10), Decimal(-1))
