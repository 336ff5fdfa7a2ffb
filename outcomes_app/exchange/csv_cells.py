"""The cells of exported CSV files as values, and the new ids their records get."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from outcomes_app.domain.values import PatientId
from outcomes_app.exchange import cells, csv_columns, text_files
from outcomes_app.exchange.base import CannotRead, Limits, Reading, read_bytes
from outcomes_app.exchange.rows import Problems
from outcomes_app.text import _

_Read = TypeVar("_Read")
_Word = TypeVar("_Word", bound=StrEnum)
_READING = Reading(encoding="utf-8", delimiter=",", quote='"')


@dataclass(slots=True, kw_only=True)
class ExportFolder:
    """The folder being read: new ids for those of the files, row numbers, problems."""

    folder: Path
    new_id: Callable[[], uuid.UUID]
    limits: Limits
    problems: Problems = field(default_factory=Problems)
    numbers: dict[object, int] = field(default_factory=dict)
    ids: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)

    def rows(self, name: str) -> "Iterator[ExportRow]":
        """The rows of one file; nothing where the file was not exported."""
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return
        text, _encoding = text_files.decode(read_bytes(path, self.limits), None)
        rows, _reading = text_files.split(text, _READING, self.limits)
        headings = rows[0] if rows else []
        sheet = next(s for s in csv_columns.sheets() if s.name == name)
        missing = [c.name for c in sheet.columns if c.name not in headings]
        if missing:
            raise CannotRead(
                _("{file} has no column {column}.").format(file=path.name, column=missing[0]),
                todo=_("Use the files as they were exported."),
            )
        for number, row in enumerate(rows[1:], start=2):
            if row:
                texts = dict(zip(headings, row, strict=False))
                yield ExportRow(work=self, sheet=name, number=number, texts=texts)


@dataclass(slots=True, kw_only=True)
class ExportRow:
    """The cells of one row, by column, as values; what is wrong is noted and counts as missing."""

    work: ExportFolder
    sheet: str
    number: int
    texts: dict[str, str]

    def text(self, column: str) -> str:
        return cells.restored(self.texts.get(column, ""))

    def whole(self, column: str) -> int | None:
        return self._read(column, lambda t: cells.whole_number(t, "."))

    def decimal(self, column: str) -> Decimal | None:
        return self._read(column, lambda t: cells.number(t, "."))

    def share(self, column: str) -> float | None:
        return self._read(column, float)

    def yes(self, column: str) -> bool | None:
        return self._read(column, cells.yes_or_no)

    def day(self, column: str) -> date | None:
        return self._read(column, date.fromisoformat)

    def needed_day(self, column: str) -> date:
        found = self.day(column)
        if found is None:
            self.wrong(column, _("This day is needed."))
        return found or date.min

    def word(self, column: str, words: type[_Word]) -> _Word | None:
        return self._read(column, words)

    def new(self, column: str, kind: str) -> uuid.UUID:
        """The new id of the record this row is; the same id twice is the same record."""
        key = (kind, self.text(column))
        found = self.work.ids.setdefault(key, self.work.new_id())
        self.work.numbers.setdefault(found, self.number)
        return found

    def linked(self, column: str, kind: str) -> uuid.UUID | None:
        """The new id of the record a column points to; a problem where the files lack it."""
        text = self.text(column)
        found = self.work.ids.get((kind, text))
        if text and found is None:
            self.wrong(column, _("The files have no record of this id."))
        return found

    def patient(self) -> PatientId:
        found = self.linked("patient_id", "patients")
        if found is None and not self.text("patient_id"):
            self.wrong("patient_id", _("This row does not say which patient it is about."))
        return PatientId(found or uuid.UUID(int=0))

    def wrong(self, column: str, message: str) -> None:
        self.work.problems.add(self.number, f"{self.sheet}.{column}", "unreadable", message)

    def _read(self, column: str, read: Callable[[str], _Read]) -> _Read | None:
        text = self.text(column)
        if not text:
            return None
        try:
            return read(text)
        except cells.Unreadable as error:
            self.wrong(column, str(error))
        except ValueError:
            self.wrong(column, _("This cannot be read."))
        return None
