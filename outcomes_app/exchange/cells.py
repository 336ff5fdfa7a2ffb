"""What one cell says: a number, a day, yes or no, a text. None = the cell says nothing.

A cell that cannot be read raises Unreadable, whose message never repeats the cell.
"""

import re
from datetime import date
from decimal import Decimal

from outcomes_app.text import _

_SPACES = re.compile("[\u0020\u00a0\u2009\u202f]")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"),
    ",": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?"),
}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\.?")
_DAY_MONTH_NAME = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?[-/\s]*([^\W\d_]{3,9})\.?[-/,\s]*(\d{4})"
)
_MONTH_NAME_DAY = re.compile(r"([^\W\d_]{3,9})\.?[-/\s]*(\d{1,2})(?:st|nd|rd|th)?[-/,\s]+(\d{4})")
_TIME_OF_DAY = re.compile(
    r"[T ]\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2}|[AaPp][Mm])?$"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LARGEST = 15  # digits a spreadsheet keeps; anything longer is an identifier, not a measurement

YES = frozenset({"1", "1.0", "y", "yes", "true", "t", "x", "ja", "oui", "si", "sí", "sim", "wahr"})
NO = frozenset({"0", "0.0", "n", "no", "false", "f", "nein", "non", "não", "falsch", "none"})

_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
_NEUTRALISED = re.compile(f"'+[{re.escape(_FORMULA_STARTS)}]")
_DANGEROUS = re.compile(f"'*[{re.escape(_FORMULA_STARTS)}]")


class Unreadable(ValueError):
    """The cell does not hold what its column should hold; the message says what was expected."""


def neutralised(text: str) -> str:
    """The text as a spreadsheet may open it: one ' before anything it would take for a formula."""
    return "'" + text if _DANGEROUS.match(text) else text


def restored(text: str) -> str:
    """The text before `neutralised`; any other text is unchanged."""
    return text[1:] if _NEUTRALISED.match(text) else text


def number(cell: str, decimal: str) -> Decimal:
    """The number a cell says, with `decimal` as its decimal sign and spaces between thousands."""
    if len(cell) < 10 and cell.isascii() and cell.isdigit():
        return Decimal(cell)  # by far the most numbers are written like this
    text = restored(_SPACES.sub("", cell).replace("\u2212", "-"))
    if _GROUPED[decimal].fullmatch(text):
        text = text.replace("." if decimal == "," else ",", "")
    if decimal == ",":
        if "." in text:
            raise Unreadable(_("This is not a number with a decimal comma."))
        text = text.replace(",", ".")
    if not text.isascii() or not _PLAIN_NUMBER.fullmatch(text):
        raise Unreadable(_("This is not a number."))
    value = Decimal(text)
    if value and not -_LARGEST <= value.adjusted() <= _LARGEST:
        raise Unreadable(_("This number is too large or too small to be a measurement."))
    return value


def whole_number(cell: str, decimal: str) -> int:
    """The whole number a cell says."""
    value = number(cell, decimal)
    if value != value.to_integral_value():
        raise Unreadable(_("This is not a whole number."))
    return int(value)


def yes_or_no(cell: str) -> bool:
    """Whether a cell says yes; it may be a word or 1 and 0."""
    word = cell.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unreadable(_("This is neither yes nor no."))


def day(cell: str, order: str | None, today: date) -> date:
    """The date a cell says. `order` "dmy" or "mdy" is needed for 3/4/2026, never guessed here."""
    text = restored(cell.strip())
    if len(text) == 10 and (found := _YEAR_FIRST.fullmatch(text)):
        return _day(found[1], found[3], found[4], today)
    text = _TIME_OF_DAY.sub("", text).strip()
    if not text.isascii() and not any(c.isalpha() for c in text):
        raise Unreadable(_("This is not a date."))
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[3], found[4], today)
    if found := _YEAR_LAST.fullmatch(text):
        if order not in ("dmy", "mdy"):
            raise Unreadable(_("Whether the day or the month comes first has to be said."))
        first_is_day = order == "dmy"
        days, months = (found[1], found[3]) if first_is_day else (found[3], found[1])
        return _day(found[4], months, days, today)
    if found := _DAY_MONTH_NAME.fullmatch(text):
        return _day(found[3], _month(found[2]), found[1], today)
    if found := _MONTH_NAME_DAY.fullmatch(text):
        return _day(found[3], _month(found[1]), found[2], today)
    raise Unreadable(_("This is not a date."))


def evidence_of_order(cell: str) -> str | None:
    """What a cell tells of the date order: "dmy", "mdy", "either", or None where it is no such
    date."""
    found = _YEAR_LAST.fullmatch(_TIME_OF_DAY.sub("", cell.strip()).strip())
    if not found or not found[0].isascii():
        return None
    first, second = int(found[1]), int(found[3])
    if first > 12 >= second:
        return "dmy"
    if second > 12 >= first:
        return "mdy"
    return "either" if first <= 12 else None


def looks_like_date(cell: str, today: date) -> bool:
    """Whether a cell is a date in any of the notations that are read."""
    for order in ("dmy", "mdy"):
        try:
            day(cell, order, today)
        except Unreadable:
            continue
        return not cell.strip().isdigit() or len(cell.strip()) == 8
    return False


def _month(name: str) -> str:
    try:
        return str(_MONTHS.index(name[:3].lower()) + 1)
    except ValueError:
        raise Unreadable(_("This is not a date: the name of the month is not known.")) from None


def _day(year: str, month: str, day_of_month: str, today: date) -> date:
    try:
        if len(year) == 4:
            return date(int(year), int(month), int(day_of_month))
        # Two digits mean the latest such year that is not in the future.
        century = today.year // 100 * 100
        found = date(century + int(year), int(month), int(day_of_month))
        return found if found <= today else found.replace(year=found.year - 100)
    except ValueError:
        raise Unreadable(_("There is no such day in the calendar.")) from None
