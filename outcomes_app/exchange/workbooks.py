"""From an XLSX workbook to rows of cells, with the bombs refused before anything is unpacked.

A workbook is a zip of XML. It is read through once in small pieces, counting, before the library
that understands it may hold it in memory as one block of rows times columns.
"""

import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from outcomes_app.exchange.base import CannotRead, Limits
from outcomes_app.text import _

# A cell of a workbook: text, a number, a day; anything else was made text.
Cell = str | float | date
_Result = TypeVar("_Result")
_PIECE = 1 << 20
_CELL_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,12})\d""")
_CELL_ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,12}(\d{1,20})["']""")
_SHARED_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]{0,200}?\bt\s*=\s*["']s["']""")
_SHARED_TEXT = re.compile(rb"<(?:\w+:)?si\b")


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a zip, as every XLSX file is."""
    return data.startswith(b"PK\x03\x04")


def is_old_workbook(data: bytes) -> bool:
    """Whether the bytes are an old XLS file or a workbook locked with a password."""
    return data.startswith(b"\xd0\xcf\x11\xe0")


def read(
    data: bytes, sheet: str | None, limits: Limits
) -> tuple[list[list[Cell]], str, tuple[str, ...]]:
    """The rows of a sheet (the first visible one with cells), its name, and all sheet names."""
    _refuse_bombs(data, limits)
    return _guarded(lambda: _read(data, sheet, limits))


def _read(
    data: bytes, sheet: str | None, limits: Limits
) -> tuple[list[list[Cell]], str, tuple[str, ...]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = tuple(
        s.name
        for s in workbook.sheets_metadata
        if s.typ is SheetTypeEnum.WorkSheet and s.visible is SheetVisibleEnum.Visible
    )
    if sheet is not None and sheet not in names:
        raise CannotRead(
            _("The workbook has no sheet of that name."), todo=_("Choose one of its sheets.")
        )
    for name in (sheet,) if sheet is not None else names:
        found = workbook.get_sheet_by_name(name)
        if found.height == 0:
            continue
        rows = found.to_python(skip_empty_area=False)
        if len(rows) > limits.rows or (rows and len(rows[0]) > limits.columns):
            raise _too_large(limits)
        return [[_cell(c, limits) for c in row] for row in rows], name, names
    raise CannotRead(_("The workbook has no cells."), todo=_("Choose another file."))


def _guarded(work: Callable[[], _Result]) -> _Result:
    """Runs the library on a file nobody vouches for: whatever it trips over is the file's fault."""
    from python_calamine import CalamineError, PasswordError

    try:
        return work()
    except PasswordError as error:
        raise CannotRead(
            _("The workbook is locked with a password."),
            todo=_("Save it without a password, or as CSV."),
        ) from error
    except (CalamineError, OSError, ValueError, OverflowError, zipfile.BadZipFile) as error:
        raise _damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # what a Rust library raises on nonsense
            raise _damaged() from None
        raise


def _damaged() -> CannotRead:
    return CannotRead(
        _("The workbook is damaged, or not an XLSX file."),
        todo=_("Open it in a spreadsheet program and save it again as XLSX or CSV."),
    )


def _too_large(limits: Limits) -> CannotRead:
    return CannotRead(
        _("The sheet has more than {n:,} rows, {m:,} columns or {k:,} cells.").format(
            n=limits.rows, m=limits.columns, k=limits.cells
        ),
        todo=_("Keep only the rows and columns that are needed, or save the sheet as CSV."),
    )


def _cell(value: object, limits: Limits) -> Cell:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return float(value)
        case str():
            if len(value) > limits.cell_length:
                raise _too_large(limits)
            return value
        case float():
            return value
        case datetime():
            return value.date() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value
        case time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return ""


def _refuse_bombs(data: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise CannotRead(
                    _("This is an archive, but not an XLSX workbook."),
                    todo=_("Save the table as XLSX or CSV."),
                )
            stated = sum(e.file_size for e in entries)
            if stated > limits.unpacked_bytes or stated > limits.ratio * max(len(data), 20_000):
                raise CannotRead(
                    _("The workbook would unpack to far more than its size; it was not opened."),
                    todo=_("Save the sheet as CSV and import that."),
                )
            counts = _Counts(limits)
            for entry in entries:
                counts.read(archive, entry)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        raise _damaged() from error


class _Counts:
    """What is counted while the parts of a workbook stream by."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._longest_text = 0
        self._texts_used = 0

    def read(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        """Unpacks one part and refuses it when its sheet or its texts would fill the memory."""
        with archive.open(entry) as part:
            if entry.filename.startswith("xl/worksheets/"):
                self._sheet(part.read())
            elif entry.filename.endswith("sharedStrings.xml"):
                self._texts(part.read())
            else:
                while part.read(_PIECE):
                    continue  # only to find out that the part is as long as it says
        if self._longest_text * self._texts_used > 8 * self._limits.unpacked_bytes:
            raise _too_large(self._limits)

    def _sheet(self, xml: bytes) -> None:
        if not xml.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            raise _damaged()  # another encoding than UTF-8 would hide what is counted here
        last_row = max((int(digits) for digits in set(_CELL_ROW.findall(xml))), default=0)
        last_column = max(map(_column_number, set(_CELL_COLUMN.findall(xml))), default=0)
        self._texts_used += len(_SHARED_CELL.findall(xml))
        limits = self._limits
        if (
            last_row > limits.rows
            or last_column > limits.columns
            or last_row * last_column > limits.cells
        ):
            raise _too_large(limits)

    def _texts(self, xml: bytes) -> None:
        starts = [m.start() for m in _SHARED_TEXT.finditer(xml)] + [len(xml)]
        gaps = (b - a for a, b in itertools.pairwise(starts))
        self._longest_text = max(gaps, default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
