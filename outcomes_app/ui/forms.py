"""Values and inputs: what a typed date or number means, and which problem stands at which field."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from PySide6.QtWidgets import QWidget

from outcomes_app.domain.values import Problem, Problems
from outcomes_app.text import NO_BREAK_SPACE, _, day, plain

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_NAMED = re.compile(r"^(\d{1,2})[-\s./]*([a-z]{3,9})\.?[-\s./]*(\d{4})$")
_NAMED_FIRST = re.compile(r"^([a-z]{3,9})\.?[-\s./]*(\d{1,2}),?[-\s./]+(\d{4})$")
_DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")
_SLASHED = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$")


class Unreadable(ValueError):
    """What was typed has no single meaning; the text says why and what would be clear."""


def read_date(text: str) -> date | None:
    """The date that was typed; None when nothing was. Raises Unreadable rather than guess.

    Clear are 2025-11-20, 20-Nov-2025, Nov 20 2025 and 20.11.2025. 20/11/2025 is clear because no
    month is 20; 04/05/2025 is not, and is refused.
    """
    typed = plain(text).strip().lower()
    if not typed:
        return None
    if found := _ISO.match(typed):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NAMED.match(typed):
        return _date(int(found[3]), _month(found[2]), int(found[1]))
    if found := _NAMED_FIRST.match(typed):
        return _date(int(found[3]), _month(found[1]), int(found[2]))
    if found := _DOTTED.match(typed):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHED.match(typed):
        return _slashed(int(found[1]), int(found[2]), int(found[3]))
    raise Unreadable(_("Write the date as 20-Nov-2025 or 2025-11-20."))


def _slashed(first: int, second: int, year: int) -> date:
    if first == second or second > 12:
        return _date(year, first, second)
    if first > 12:
        return _date(year, second, first)
    raise Unreadable(
        _("This can be {one} or {other}. Write the month as a word.").format(
            one=day(date(year, second, first)), other=day(date(year, first, second))
        )
    )


def _month(word: str) -> int:
    english = word[:3]
    if english in _MONTHS:
        return _MONTHS.index(english) + 1
    for number in range(1, 13):
        shown = plain(day(date(2000, number, 1))).split("-")[1].lower()
        if word.startswith(shown):
            return number
    raise Unreadable(_("“{word}” is not a month.").format(word=word))


def _date(year: int, month: int, number: int) -> date:
    if not 1 <= month <= 12:
        raise Unreadable(_("There is no month {month}.").format(month=month))
    if not 1800 <= year <= 2200:
        raise Unreadable(_("Write the year with four digits."))
    try:
        return date(year, month, number)
    except ValueError as error:
        raise Unreadable(_("There is no day {day} in that month.").format(day=number)) from error


def read_number(text: str) -> Decimal | None:
    """The number that was typed, with a comma or a point; None when nothing was.

    "1,234" and "1.234" could be a thousand or a fraction, so a single mark followed by exactly
    three digits is refused unless the number starts with zero.
    """
    typed = plain(text).replace(" ", "").strip()
    if not typed:
        return None
    if re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", typed):
        whole = re.sub(r"[.,]", "", typed)
        raise Unreadable(
            _("Write {whole}, or the fraction with other than three decimals.").format(whole=whole)
        )
    if not re.fullmatch(r"-?(\d+([.,]\d*)?|[.,]\d+)", typed):
        raise Unreadable(_("Write a number, for example 7 or 2.5."))
    try:
        return Decimal(typed.replace(",", "."))
    except InvalidOperation as error:
        raise Unreadable(_("Write a number, for example 7 or 2.5.")) from error


def born(birth_date: date | None, today: date) -> str:
    """A birth date with the age beside it: 14-Mar-1979 (46y). Not known is said so."""
    from outcomes_app.text import age_in_years

    if birth_date is None:
        return _("Not known")
    return f"{day(birth_date)}{NO_BREAK_SPACE}({age_in_years(birth_date, today)}y)"


def set_state(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property and let the style sheet look at it again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class ProblemMarks:
    """Which `mark(problem | None)` belongs to which field path; the longest matching path wins."""

    def __init__(self, marks: Mapping[str, Callable[[Problem | None], object]]) -> None:
        self._marks = dict(marks)

    def show(self, problems: Iterable[Problem]) -> Problems:
        """Mark each field with its first problem, clear the others; answer those without field."""
        first: dict[str, Problem] = {}
        homeless: list[Problem] = []
        for problem in problems:
            path = self._field_of(problem.field)
            if path is None:
                homeless.append(problem)
            else:
                first.setdefault(path, problem)
        for path, mark in self._marks.items():
            mark(first.get(path))
        return tuple(homeless)

    def _field_of(self, path: str) -> str | None:
        while path:
            if path in self._marks:
                return path
            path = path.rpartition(".")[0]
        return None
