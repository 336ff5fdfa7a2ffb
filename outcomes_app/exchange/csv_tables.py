"""Writes the record as tidy CSV files into a folder: everything or nothing.

The folder is made beside its place and moved there when it is complete, so that a full disk or a
pulled stick leaves what was there before. Reading it back is in csv_restore.
"""

import csv
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.values import PersonId
from outcomes_app.errors import OutcomesError
from outcomes_app.exchange import cells, csv_columns
from outcomes_app.exchange.base import Format
from outcomes_app.text import _

FORMAT = Format(
    name="csv", title="CSV files, one for each kind of record", suffixes=(), reads=True, writes=True
)
DICTIONARY = "data_dictionary.csv"
# Spreadsheets take a CSV file for UTF-8 only with this mark.
ENCODING = "utf-8-sig"
_NO_NAMES: Mapping[PersonId, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where an export went, and how many rows each file has."""

    folder: Path
    rows: Mapping[str, int]


def kinds() -> tuple[str, ...]:
    """The kinds of records that can be asked for, which are the names of the files."""
    return tuple(sheet.name for sheet in csv_columns.sheets())


def write(
    folder: Path,
    courses: Iterable[PatientCourse],
    *,
    what: Sequence[str] = (),
    people: Mapping[PersonId, str] = _NO_NAMES,
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Written:
    """Writes the chosen kinds of records (all, if none is named) and the data dictionary.

    An existing folder is refused unless it is empty or `force` is given; then only the files of
    the export are replaced in it. `people` gives the names of injectors.
    """
    chosen = _chosen(what)
    folder = Path(folder)
    with _causes_named():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not force:
            raise OutcomesError(
                _("There is something at {folder} already; nothing was written.").format(
                    folder=folder
                ),
                todo=_("Choose a new folder, or say that its files may be replaced."),
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}-"))
        try:
            rows = _write_all(partial, chosen, _with_names(courses, people), progress)
            _put_in_place(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return Written(folder=folder, rows=rows)


def _chosen(what: Sequence[str]) -> tuple[csv_columns.Sheet, ...]:
    unknown = [name for name in what if name not in kinds()]
    if unknown:
        raise OutcomesError(
            _("“{name}” is not a kind of record that can be exported.").format(name=unknown[0]),
            todo=_("Choose from: {names}.").format(names=", ".join(kinds())),
        )
    return tuple(s for s in csv_columns.sheets() if not what or s.name in what)


def _with_names(
    courses: Iterable[PatientCourse], people: Mapping[PersonId, str]
) -> Iterator[PatientCourse]:
    for course in courses:
        named = tuple(
            replace(t, injector_name=people.get(t.injector, ""))
            if t.injector is not None and not t.injector_name
            else t
            for t in course.treatments
        )
        yield replace(course, treatments=named)


def _write_all(
    folder: Path,
    sheets: Sequence[csv_columns.Sheet],
    courses: Iterable[PatientCourse],
    progress: Callable[[int], None] | None,
) -> dict[str, int]:
    counts = dict.fromkeys((sheet.name for sheet in sheets), 0)
    with ExitStack() as files:
        writers = {}
        for sheet in sheets:
            file = files.enter_context(_new(folder / f"{sheet.name}.csv"))
            writers[sheet.name] = csv.writer(file)
            writers[sheet.name].writerow([column.name for column in sheet.columns])
        for number, course in enumerate(courses):
            if progress is not None:
                progress(number)
            for sheet in sheets:
                for row in sheet.rows(course):
                    writers[sheet.name].writerow([shown(row[c.name]) for c in sheet.columns])
                    counts[sheet.name] += 1
    _write_dictionary(folder, sheets)
    return counts


def _write_dictionary(folder: Path, sheets: Sequence[csv_columns.Sheet]) -> None:
    with _new(folder / DICTIONARY) as file:
        writer = csv.writer(file)
        writer.writerow(["file", "one_row_is", "column", "kind", "unit", "meaning"])
        for sheet in sheets:
            for c in sheet.columns:
                row = [f"{sheet.name}.csv", sheet.row_is, c.name, c.kind, c.unit, c.meaning]
                writer.writerow([shown(text) for text in row])


@contextmanager
def _new(path: Path) -> Iterator[TextIO]:
    with path.open("x", encoding=ENCODING, newline="") as file:
        path.chmod(0o600)
        yield file
        file.flush()
        os.fsync(file.fileno())


def shown(value: csv_columns.Value) -> str:
    """A value as its cell: ISO dates, numbers with a point, text that cannot be a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | float):
        return repr(value)
    return cells.neutralised(str(value))


def _put_in_place(partial: Path, folder: Path) -> None:
    if not folder.exists():
        partial.rename(folder)
        return
    for file in sorted(partial.iterdir()):
        file.replace(folder / file.name)


@contextmanager
def _causes_named() -> Iterator[None]:
    """Says why a folder could not be written, in words."""
    reasons = {
        errno.ENOSPC: _("the disk is full"),
        errno.EACCES: _("you may not write there, or a file is open in another program"),
        errno.EPERM: _("you may not write there"),
        errno.EROFS: _("the disk cannot be written"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.ENOENT: _("the place is gone"),
        errno.ENOTDIR: _("part of the path is a file, not a folder"),
    }
    try:
        yield
    except OSError as error:
        reason = reasons.get(error.errno or 0) or error.strerror or _("unknown")
        raise OutcomesError(
            _("The export was not written: {reason}.").format(reason=reason),
            todo=_("Choose another folder. Nothing was left behind."),
        ) from error
