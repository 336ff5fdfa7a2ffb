"""GS1 text as scanners type it."""

from datetime import date

import pytest

from outcomes_app.domain.gs1 import NotGs1, Scan, read

GTIN = "00300231145014"


def _with_check_digit(first: str) -> str:
    weighted = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(first))
    return first + str((10 - weighted % 10) % 10)


GOOD = _with_check_digit(GTIN[:-1])


@pytest.mark.parametrize(
    "text",
    [
        f"]d201{GOOD}17270331" + "10C8214C3",
        f"01{GOOD}1727033110C8214C3\x1d2112345",
        f"01{GOOD}10C8214C3\x1d17270331",
        f"(01){GOOD}(17)270331(10)C8214C3",
        f"01{GOOD}10C8214C3\x1d17270300\r\n",
    ],
)
def test_lot_expiry_and_number_are_read_in_any_order(text: str) -> None:
    scan = read(text)
    assert (scan.gtin, scan.lot, scan.expiry) == (GOOD, "C8214C3", date(2027, 3, 31))


def test_day_zero_is_the_last_day_of_the_month() -> None:
    assert read("17280200").expiry == date(2028, 2, 29)


def test_serial_is_kept() -> None:
    assert read("10A1\x1d21S99") == Scan(lot="A1", serial="S99")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "17271331",
        "1727033",
        "0112345678901234",
        "10" + "X" * 21,
        "17270230",
        "(17270331",
    ],
)
def test_what_cannot_be_read_whole_is_refused(text: str) -> None:
    with pytest.raises(NotGs1):
        read(text)
