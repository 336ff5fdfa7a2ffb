"""Reads a CSV, TSV or XLSX file to a Table, and says how: everything found can be corrected."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

from outcomes_app.domain.import_plan import ImportProblem
from outcomes_app.domain.values import Severity
from outcomes_app.exchange import cells, text_files, workbooks
from outcomes_app.exchange.base import (
    NO_HEADER,
    CannotRead,
    Format,
    Limits,
    Reading,
    Row,
    Table,
    read_bytes,
)
from outcomes_app.text import _, ngettext

FORMAT = Format(
    name="table",
    title="CSV, TSV or XLSX table",
    suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
    reads=True,
    writes=False,
)
LIMITS = Limits()
_HEADER_SEARCH = 30
_Grid = Sequence[Sequence[workbooks.Cell]]


def read(path: Path, reading: Reading | None = None, limits: Limits = LIMITS) -> Table:
    """Reads a file; what `reading` sets is obeyed, the rest is found out and told in the table."""
    return read_data(read_bytes(path, limits), path.name, reading, limits)


def read_data(
    data: bytes, file_name: str, reading: Reading | None = None, limits: Limits = LIMITS
) -> Table:
    """Reads a file that is in memory already; see `read`."""
    wanted = reading or Reading()
    sheets: tuple[str, ...] = ()
    grid: _Grid
    unreadable = 0
    if workbooks.is_workbook(data):
        grid, sheet, sheets = workbooks.read(data, wanted.sheet, limits)
        found = Reading(sheet=sheet).over(wanted)
    elif workbooks.is_old_workbook(data):
        raise CannotRead(
            _("This is an old XLS workbook, or one that is locked with a password."),
            todo=_("Open it in a spreadsheet program and save it as XLSX or CSV."),
        )
    else:
        text, encoding = text_files.decode(data, wanted.encoding)
        text, unreadable = text_files.clean(text)
        if unreadable > max(20, len(text) // 20):
            raise CannotRead(
                _("This file is not a table: most of it is not text."),
                todo=_("Choose a CSV, TSV or XLSX file."),
            )
        grid, found = text_files.split(text, Reading(encoding=encoding).over(wanted), limits)
    return _table(grid, found, file_name, sheets, unreadable)


def _table(
    grid: _Grid, found: Reading, file_name: str, sheets: tuple[str, ...], unreadable: int
) -> Table:
    header_row = found.header_row if found.header_row is not None else _find_header(grid)
    if not 0 <= header_row <= len(grid):
        raise CannotRead(
            _("The file has no row {row}.").format(row=header_row),
            todo=_("Say in which row the headings are."),
        )
    body = grid[header_row:]
    decimal, decimal_doubt = (
        (found.decimal, "") if found.decimal else _find_decimal(_texts(body), found.delimiter)
    )
    order, order_doubt = (
        (found.date_order, "") if found.date_order else _find_date_order(_texts(body))
    )
    columns = _columns(grid, header_row, decimal)
    problems: list[ImportProblem] = []
    rows = tuple(_rows(grid, header_row, len(columns), decimal, problems))
    if unreadable:
        problems.append(_unreadable(unreadable))
    if not rows:
        raise CannotRead(
            _("The file has headings at most, and no rows below them."),
            todo=_("Choose another file, or say in which row the headings are."),
        )
    doubts = {"decimal": decimal_doubt, "date_order": order_doubt}
    return Table(
        columns=columns,
        rows=rows,
        reading=Reading(header_row=header_row, decimal=decimal, date_order=order).over(found),
        unsure={name: doubt for name, doubt in doubts.items() if doubt},
        titles=tuple(
            text for row in grid[: max(header_row - 1, 0)] for c in row if (text := _text(c, "."))
        ),
        sheets=sheets,
        problems=tuple(problems),
        file_name=file_name,
    )


def _unreadable(count: int) -> ImportProblem:
    message = ngettext(
        "{n} character of the file cannot be read; it is shown as \ufffd.",
        "{n} characters of the file cannot be read; they are shown as \ufffd.",
        count,
    ).format(n=count)
    return ImportProblem(
        row=None, column="", code="unreadable_text", message=message, severity=Severity.CHECK
    )


def _text(cell: workbooks.Cell, decimal: str) -> str:
    """A cell as text; numbers of a workbook as a spreadsheet shows them, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    if not math.isfinite(cell):
        return ""
    text = f"{Decimal(f'{cell:.15g}'):f}"
    return text.replace(".", decimal)


def _texts(grid: _Grid) -> Iterable[str]:
    return (cell for row in grid for cell in row if isinstance(cell, str) and cell)


def _filled(row: Sequence[workbooks.Cell]) -> int:
    return sum(1 for cell in row if not isinstance(cell, str) or cell.strip())


def _find_header(grid: _Grid) -> int:
    """The row of the headings: the first that is about as wide as the table and mostly words."""
    widths = Counter(n for row in islice(grid, 500) if (n := _filled(row)))
    if not widths:
        raise CannotRead(_("The file is empty."), todo=_("Choose another file."))
    usual = max(widths, key=lambda n: (widths[n], n))
    for number, row in enumerate(islice(grid, _HEADER_SEARCH), start=1):
        filled = _filled(row)
        if filled < max(1, 0.7 * usual):
            continue
        words = sum(1 for c in row if isinstance(c, str) and c.strip() and not _is_value(c))
        return number if words > filled / 2 or (words and number == 1) else number - 1
    return NO_HEADER


def _is_value(cell: str) -> bool:
    try:
        cells.number(cell, ".")
    except cells.Unreadable:
        return cells.evidence_of_order(cell) is not None
    return True


def _columns(grid: _Grid, header_row: int, decimal: str) -> tuple[str, ...]:
    """Distinct names: a repeated heading takes the group heading above it, else a number."""
    if header_row == NO_HEADER:
        width = max((len(row) for row in islice(grid, 500)), default=0)
        return tuple(_("Column {n}").format(n=n + 1) for n in range(width))
    names = [" ".join(cells.restored(_text(c, decimal)).split()) for c in grid[header_row - 1]]
    # A heading may be missing above a filled column; empty columns at the end are dropped.
    width = max((at + 1 for at, name in enumerate(names) if name), default=0)
    width = max(width, min(len(names), _used_width(grid, header_row)))
    names = names[:width]
    repeated = {name for name, n in Counter(names).items() if n > 1 and name}
    if repeated and header_row > 1:
        above = _spread(grid[header_row - 2], len(names))
        names = [
            f"{group} {name}" if name in repeated and group else name
            for group, name in zip(above, names, strict=True)
        ]
    return _distinct(names)


def _used_width(grid: _Grid, header_row: int) -> int:
    """The last column that is filled in any of the first rows below the headings."""
    return max(
        (
            at + 1
            for row in islice(grid, header_row, header_row + 500)
            for at, cell in enumerate(row)
            if not isinstance(cell, str) or cell.strip()
        ),
        default=0,
    )


def _spread(row: Sequence[workbooks.Cell], width: int) -> list[str]:
    """Group headings over the columns they stand above: each holds until the next one."""
    groups, current = [], ""
    for at in range(width):
        own = _text(row[at], ".").strip() if at < len(row) else ""
        current = own or current
        groups.append(current)
    return groups


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    given: set[str] = set()
    result = []
    for at, name in enumerate(names, start=1):
        base = name or _("Column {n}").format(n=at)
        candidate, n = base, 2
        while candidate in given:
            candidate, n = f"{base} ({n})", n + 1
        given.add(candidate)
        result.append(candidate)
    return tuple(result)


def _rows(
    grid: _Grid, header_row: int, width: int, decimal: str, problems: list[ImportProblem]
) -> Iterable[Row]:
    for number, row in enumerate(islice(grid, header_row, None), start=header_row + 1):
        texts = [c if isinstance(c, str) else _text(c, decimal) for c in row]
        if not any(text and not text.isspace() for text in texts):
            continue
        if any(text.strip() for text in texts[width:]):
            problems.append(
                ImportProblem(
                    row=number,
                    column="",
                    code="too_many_cells",
                    message=_("This row has more cells than there are headings."),
                )
            )
        if len(texts) < width:
            if len(texts) > 1 or width == 1 or number < len(grid):
                problems.append(_short_row(number))
            texts += [""] * (width - len(texts))
        yield Row(number=number, cells=tuple(texts[:width]))


def _short_row(number: int) -> ImportProblem:
    return ImportProblem(
        row=number,
        column="",
        code="too_few_cells",
        message=_(
            "This row has fewer cells than there are headings; the rest is taken as missing."
        ),
        severity=Severity.CHECK,
    )


def _find_decimal(texts: Iterable[str], delimiter: str | None) -> tuple[str, str]:
    """The decimal sign the numbers use, and a doubt where 1,234 could be either."""
    commas = points = thousands = 0
    for text in islice(texts, 200_000):
        number = text.strip().lstrip("+-\u2212")
        whole, comma, rest = number.partition(",")
        if comma and whole.isdecimal() and rest.isdecimal():
            commas += 1
            thousands += len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
        elif not comma and "." in number and number.replace(".", "", 1).isdecimal():
            points += 1
        elif comma and "." in number and number.replace(",", "").replace(".", "").isdecimal():
            return (",", "") if number.rfind(",") > number.rfind(".") else (".", "")
    if commas > thousands:
        doubt = _("Some numbers have a decimal comma and some a decimal point.") if points else ""
        return (",", doubt) if commas >= points else (".", doubt)
    if commas and not points:
        return (
            "," if delimiter == ";" else ".",
            _("Does 1,234 mean one thousand two hundred and thirty-four?"),
        )
    return ".", ""


def _find_date_order(texts: Iterable[str]) -> tuple[str | None, str]:
    """The order of day and month, or None with the question where the file leaves it open."""
    evidence: Counter[str] = Counter()
    example = ""
    for text in texts:
        if len(text) <= 32 and (said := cells.evidence_of_order(text)):
            evidence[said] += 1
            if said == "either" and not example:
                example = text.strip()
    if evidence["dmy"] and evidence["mdy"]:
        return None, _("Some dates have the day first and some the month. Which is right?")
    for order in ("dmy", "mdy"):
        if evidence[order]:
            return order, ""
    if evidence["either"]:
        return None, _("Is the day or the month first in {date}?").format(date=example)
    return "ymd", ""
