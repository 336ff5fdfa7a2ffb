"""Reads the GS1 text that a scanner types: product number (GTIN), expiry, lot and serial.

Source: GS1 General Specifications, application identifiers 01, 10, 17, 21 and 30.
"""

import calendar
from dataclasses import dataclass
from datetime import date

from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

_SEPARATOR = "\x1d"
_SYMBOLOGY = ("]d2", "]C1", "]e0", "]Q3")
_FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "13": 6, "15": 6, "17": 6}
_VARIABLE = {"10": 20, "21": 20, "30": 8, "240": 30, "710": 20, "711": 20, "712": 20, "714": 20}
_CENTURY = 2000


class NotGs1(OutcomesError):
    """The text is not a GS1 element string this program can read whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a scanned vial or carton says; a part that was not in it is empty or None."""

    gtin: str = ""
    lot: str = ""
    expiry: date | None = None
    serial: str = ""


def read(text: str) -> Scan:
    """Reads one scan, with the separator character or with identifiers in brackets.

    Raises NotGs1 when a part cannot be read or the GTIN's check digit is wrong.
    """
    elements = _bracketed(text) if "(" in text else _element_string(text)
    gtin = elements.get("01", "")
    if gtin and not _check_digit_is_right(gtin):
        raise NotGs1(
            _("The product number {gtin} has a wrong check digit.").format(gtin=gtin),
            todo=_("Scan again, or type lot and expiry."),
        )
    return Scan(
        gtin=gtin,
        lot=elements.get("10", ""),
        expiry=_day(elements["17"]) if "17" in elements else None,
        serial=elements.get("21", ""),
    )


def _bracketed(text: str) -> dict[str, str]:
    elements = {}
    for part in text.strip().split("(")[1:]:
        identifier, bracket, value = part.partition(")")
        if not bracket:
            raise _unreadable()
        elements[identifier] = value.strip()
    return elements


def _element_string(text: str) -> dict[str, str]:
    rest = text.strip("\r\n \t")
    for mark in _SYMBOLOGY:
        rest = rest.removeprefix(mark)
    elements: dict[str, str] = {}
    while rest := rest.lstrip(_SEPARATOR):
        identifier, length, fixed = _identifier(rest)
        rest = rest[len(identifier) :]
        value, ended, after = rest.partition(_SEPARATOR)
        if fixed:
            value, after = rest[:length], rest[length:]
            if len(value) < length or not value.isdigit():
                raise _unreadable()
        elif len(value) > length or not value:
            raise _unreadable()
        elif not ended:
            after = ""
        elements[identifier] = value
        rest = after
    if not elements:
        raise _unreadable()
    return elements


def _identifier(text: str) -> tuple[str, int, bool]:
    for digits in (2, 3):
        candidate = text[:digits]
        if candidate in _FIXED:
            return candidate, _FIXED[candidate], True
        if candidate in _VARIABLE:
            return candidate, _VARIABLE[candidate], False
    raise _unreadable()


def _day(text: str) -> date:
    """YYMMDD; day 00 means the last day of the month."""
    if not text.isdigit() or len(text) != _FIXED["17"]:
        raise _unreadable()
    year, month, day_of_month = _CENTURY + int(text[:2]), int(text[2:4]), int(text[4:])
    try:
        last = calendar.monthrange(year, month)[1]
        return date(year, month, day_of_month or last)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise _unreadable() from error


def _check_digit_is_right(gtin: str) -> bool:
    if len(gtin) != _FIXED["01"] or not gtin.isdigit():
        return False
    weighted = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(gtin[:-1]))
    return (10 - weighted % 10) % 10 == int(gtin[-1])


def _unreadable() -> NotGs1:
    return NotGs1(
        _("This is not a GS1 code that can be read whole."),
        todo=_("Scan the two-dimensional code on the carton again, or type lot and expiry."),
    )
