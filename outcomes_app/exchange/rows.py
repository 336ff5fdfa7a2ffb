"""One row of a table read through a mapping: its cells as numbers, days and words.

What cannot be read becomes a problem of that row and column, and the value counts as missing.
"""

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from outcomes_app.domain.import_plan import ImportProblem
from outcomes_app.domain.values import Severity
from outcomes_app.exchange import cells
from outcomes_app.exchange.base import Row, Table
from outcomes_app.exchange.mapping import Mapping as FileMapping
from outcomes_app.exchange.mapping import When
from outcomes_app.text import _, ngettext

_Value = TypeVar("_Value")
_MOST = 500  # of one kind in one column; a million times the same sentence helps nobody


class Problems:
    """Collects what is wrong, at most some hundred times the same."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[ImportProblem]] = {}
        self._more: dict[tuple[str, str], int] = {}

    def add(
        self,
        row: int | None,
        column: str,
        code: str,
        message: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Notes one problem."""
        same = self._found.setdefault((code, column), [])
        if len(same) < _MOST:
            same.append(
                ImportProblem(row=row, column=column, code=code, message=message, severity=severity)
            )
        else:
            self._more[code, column] = self._more.get((code, column), 0) + 1

    def extend(self, problems: tuple[ImportProblem, ...]) -> None:
        """Notes problems that were found elsewhere."""
        for p in problems:
            self.add(p.row, p.column, p.code, p.message, p.severity)

    def all(self) -> tuple[ImportProblem, ...]:
        """Every problem: those of the whole file first, then by row and column."""
        found = [p for same in self._found.values() for p in same]
        for (code, column), count in self._more.items():
            message = ngettext(
                "The same problem in {n} more row.", "The same problem in {n} more rows.", count
            ).format(n=count)
            severity = self._found[code, column][0].severity
            found.append(
                ImportProblem(
                    row=None, column=column, code=code, message=message, severity=severity
                )
            )
        return tuple(sorted(found, key=lambda p: (p.row or 0, p.column, p.code, p.message)))


class Reader:
    """Reads rows of one table by one mapping; made once, asked for every row."""

    def __init__(self, table: Table, mapping: FileMapping, today: date) -> None:
        self.problems = Problems()
        self.today = today
        self._columns = {name: at for at, name in enumerate(table.columns)}
        self._missing = frozenset(word.strip().casefold() for word in mapping.missing) | {""}
        self._decimal = mapping.reading.decimal or table.reading.decimal or "."
        self._order = mapping.reading.date_order or table.reading.date_order

    def cell(self, row: Row, column: str) -> str:
        """The text of a cell without spaces around it; "" where it is missing or not mapped."""
        at = self._columns.get(column)
        if at is None:
            return ""
        text = row.cells[at].strip()
        return "" if text.casefold() in self._missing else cells.restored(text)

    def number(self, row: Row, column: str) -> Decimal | None:
        """The number of a cell; None where it is missing or, with a problem noted, unreadable."""
        return self._read(row, column, lambda text: cells.number(text, self._decimal))

    def whole_number(self, row: Row, column: str) -> int | None:
        """The whole number of a cell, as `number`."""
        return self._read(row, column, lambda text: cells.whole_number(text, self._decimal))

    def yes_or_no(self, row: Row, column: str) -> bool | None:
        """Yes or no, as `number`."""
        return self._read(row, column, cells.yes_or_no)

    def number_of(self, text: str) -> Decimal:
        """The number a text says in the notation of this file; raises Unreadable."""
        return cells.number(text, self._decimal)

    def day(self, row: Row, column: str, *, may_be_future: bool = False) -> date | None:
        """The date of a cell, as `number`; a day in the future is a problem."""
        found = self._read(row, column, lambda t: cells.day(t, self._order, self.today))
        if found is not None and found > self.today and not may_be_future:
            self.problems.add(row.number, column, "future", _("This day is in the future."))
            return None
        return found

    def word(self, row: Row, column: str, words: Mapping[str, str]) -> str:
        """What the mapping says a word of a column means; "" where missing or not in the map."""
        text = self.cell(row, column)
        if not text:
            return ""
        meaning = meaning_of(text, words)
        if meaning is None:
            self.problems.add(
                row.number, column, "unknown_word", _("The mapping does not say what this means.")
            )
        return meaning or ""

    def when(self, row: Row, when: When, start: date | None) -> date | None:
        """The day of a row: its date, or `start` plus its offset."""
        if not when.from_start:
            return self.day(row, when.column)
        offset = when.offset
        if when.offset_column:
            offset = self.number(row, when.offset_column)
        if offset is None or start is None:
            return None
        found = _later(start, offset, when.unit)
        column = when.offset_column
        if found is None:
            self.problems.add(
                row.number, column, "offset", _("This is not a whole number of days or months.")
            )
        elif found > self.today:
            self.problems.add(row.number, column, "future", _("This day is in the future."))
            return None
        return found

    def _read(self, row: Row, column: str, read: Callable[[str], _Value]) -> _Value | None:
        text = self.cell(row, column)
        if not text:
            return None
        try:
            return read(text)
        except cells.Unreadable as error:
            self.problems.add(row.number, column, "unreadable", str(error))
            return None


def meaning_of(text: str, words: Mapping[str, str]) -> str | None:
    """The meaning of a word, upper and lower case alike; None where the map lacks it."""
    if text in words:
        return words[text]
    folded = text.casefold()
    return next((m for w, m in words.items() if w.strip().casefold() == folded), None)


def _later(start: date, offset: Decimal, unit: str) -> date | None:
    """The day `offset` after the start; None where that is no whole day or out of the calendar."""
    try:
        if unit == "months":
            if offset != offset.to_integral_value():
                return None
            months = start.year * 12 + start.month - 1 + int(offset)
            year, month = divmod(months, 12)
            last = calendar.monthrange(year, month + 1)[1]
            return date(year, month + 1, min(start.day, last))
        days = offset * 7 if unit == "weeks" else offset
        if days != days.to_integral_value():
            return None
        return start + timedelta(days=int(days))
    except (OverflowError, ValueError, calendar.IllegalMonthError):
        return None
