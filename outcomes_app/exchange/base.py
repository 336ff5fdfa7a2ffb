"""What every file format has in common: how a file was read, the table read, and the format."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Self

from outcomes_app.domain.import_plan import ImportPlan, ImportProblem
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

__all__ = [
    "CannotRead",
    "Format",
    "ImportPlan",
    "ImportProblem",
    "Limits",
    "Reading",
    "Row",
    "Table",
]

NO_QUOTE = "none"
NO_HEADER = 0


class CannotRead(OutcomesError):
    """A file cannot be read as a table, with the reason and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of file: its name for people, its suffixes, and whether it comes in or goes out."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    reads: bool
    writes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a file may hold; beyond it the file is refused before it can fill the memory."""

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 200_000_000
    ratio: int = 200
    rows: int = 1_000_000
    columns: int = 1_000
    cells: int = 12_000_000
    cell_length: int = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is read. None = to be found out; what is set wins over what would be found.

    `quote` is a character or "none"; `header_row` is the row as a spreadsheet counts it, 0 where
    the file has no headings; `decimal` is "." or ","; `date_order` is "ymd", "dmy" or "mdy".
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    decimal: str | None = None
    date_order: str | None = None

    def over(self, found: Self) -> Self:
        """This reading where it is set, `found` elsewhere."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(found, **{k: v for k, v in own.items() if v is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the file: its number as a spreadsheet counts it, and one text per column."""

    number: int
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as read: columns with distinct names, rows as long as the columns.

    `reading` says how it was read; `unsure` names the parts of it that the file leaves open, with
    a sentence that asks; `titles` are the cells above the headings; `sheets` the workbook's sheets.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)
    reading: Reading
    unsure: Mapping[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = field(default=(), repr=False)
    sheets: tuple[str, ...] = ()
    problems: tuple[ImportProblem, ...] = ()
    file_name: str = ""

    def index(self, column: str) -> int | None:
        """The position of a column; None where the table does not have it."""
        try:
            return self.columns.index(column)
        except ValueError:
            return None

    def values(self, column: str) -> tuple[str, ...]:
        """All cells of a column, in order; nothing where the table does not have it."""
        at = self.index(column)
        return () if at is None else tuple(row.cells[at] for row in self.rows)


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The bytes of a file, refused in plain words when it is missing, a folder or too large."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise CannotRead(_("This is a folder, not a file."), todo=_("Choose a file in it."))
        if size > limits.file_bytes:
            raise CannotRead(
                _("The file is larger than {limit} MB.").format(limit=limits.file_bytes // 10**6),
                todo=_("Split it into several files and import them one after the other."),
            )
        return path.read_bytes()
    except OSError as error:
        raise CannotRead(
            _("The file cannot be opened: {reason}.").format(reason=error.strerror or _("unknown")),
            todo=_("Check that it exists, is not open elsewhere, and that you may read it."),
        ) from error
