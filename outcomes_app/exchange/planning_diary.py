"""The diary days that the rows of one patient say; a day without a row is not made up."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.values import Severity
from outcomes_app.exchange import cells
from outcomes_app.exchange.base import Row
from outcomes_app.exchange.mapping import DiaryColumns
from outcomes_app.exchange.planning_records import Subject, Work
from outcomes_app.exchange.rows import Reader
from outcomes_app.text import _

_YES_NO = (
    "headache", "unilateral", "pulsating", "worse_with_activity", "nausea", "vomiting",
    "photophobia", "phonophobia", "menses",
)  # fmt: skip
# The least and the most each number may be; hours are within one day.
_NUMBERS: Mapping[str, tuple[int, int]] = {
    "peak_pain": (0, 10),
    "duration_hours": (0, 24),
    "work_missed_hours": (0, 24),
}
_SEVERITIES = {"none": 0, "no": 0, "mild": 1, "moderate": 2, "severe": 3}
_MEDICINE_KINDS = frozenset(
    {
        "triptan", "ergot", "opioid", "combination", "combination_analgesic", "nsaid",
        "paracetamol", "simple_analgesic", "gepant", "ditan", "antiemetic", "other", "unknown",
    }
)  # fmt: skip


def diary_days(subject: Subject, diary: DiaryColumns | None, work: Work) -> list[DiaryDay]:
    """One diary day for each dated row; two rows of one day must say the same."""
    if diary is None:
        return []
    reader = work.reader
    found: dict[date, tuple[DiaryDay, Row]] = {}
    for row in subject.rows:
        day = reader.when(row, diary.when, subject.start)
        if day is None:
            column = diary.when.column or diary.when.offset_column
            if not reader.cell(row, column):
                reader.problems.add(row.number, column, "missing", _("This diary row has no day."))
            continue
        written = _written(row, diary.columns, reader)
        if not written:
            continue  # an empty row says nothing, so the day stays unknown
        entry = DiaryDay(patient_id=subject.patient.id, day=day, **written)
        known = found.setdefault(day, (entry, row))
        if known[1] is not row:
            _say_twice(row, entry == known[0], known[1], diary.when.column, reader)
    for day, (_entry, row) in found.items():
        work.made.rows[subject.patient.id, day] = row.number
    return [found[day][0] for day in sorted(found)]


def _say_twice(row: Row, same: bool, known: Row, column: str, reader: Reader) -> None:
    said = (
        _("The same day as in row {row}; it is taken once.")
        if same
        else _("Another entry for the same patient and day than in row {row}.")
    )
    severity = Severity.CHECK if same else Severity.ERROR
    reader.problems.add(row.number, column, "twice", said.format(row=known.number), severity)


def _written(row: Row, columns: Mapping[str, str], reader: Reader) -> dict[str, Any]:
    """The fields of a day that the row fills in."""
    written: dict[str, Any] = {}
    for name, column in columns.items():
        value = _field(name, row, column, reader)
        if value is not None:
            written[name] = value
    medicine = written.pop("acute_medicine", None)
    if medicine is not None:
        written["acute_medicine_taken"], written["acute_medicines"] = medicine
    return written


def _field(name: str, row: Row, column: str, reader: Reader) -> Any:
    if name in _YES_NO:
        return reader.yes_or_no(row, column)
    if name in _NUMBERS:
        return _within(reader.number(row, column), _NUMBERS[name], row, column, reader)
    if name == "aura_minutes":
        return _within(reader.whole_number(row, column), (0, 10_080), row, column, reader)
    if name == "peak_severity":
        return _severity(row, column, reader)
    if name == "acute_medicine":
        return _medicine(row, column, reader)
    return reader.cell(row, column) or None


def _within(
    value: Decimal | int | None, limits: tuple[int, int], row: Row, column: str, reader: Reader
) -> Decimal | int | None:
    if value is not None and not limits[0] <= value <= limits[1]:
        reader.problems.add(
            row.number,
            column,
            "out_of_range",
            _("This has to be from {low} to {high}.").format(low=limits[0], high=limits[1]),
        )
        return None
    return value


def _severity(row: Row, column: str, reader: Reader) -> Decimal | int | None:
    word = reader.cell(row, column).casefold()
    if word in _SEVERITIES:
        return _SEVERITIES[word]
    return _within(reader.whole_number(row, column), (0, 3), row, column, reader)


def _medicine(
    row: Row, column: str, reader: Reader
) -> tuple[bool, tuple[AcuteMedicine, ...]] | None:
    """Yes, no, or a list "class:name:doses; …"; a name alone has an unknown class."""
    text = reader.cell(row, column)
    if not text:
        return None
    try:
        return cells.yes_or_no(text), ()
    except cells.Unreadable:
        pass  # then it is a list of medicines
    taken = tuple(
        _one_medicine(part.strip(), row, column, reader) for part in text.split(";") if part.strip()
    )
    return bool(taken), taken


def _one_medicine(text: str, row: Row, column: str, reader: Reader) -> AcuteMedicine:
    kind, name, doses, *_rest = [part.strip() for part in text.split(":")] + ["", "", ""]
    if ":" not in text:
        kind, name = "unknown", text
    if kind.casefold() not in _MEDICINE_KINDS:
        reader.problems.add(
            row.number,
            column,
            "medicine_class",
            _("The class of this medicine is not known; it is kept as written."),
            Severity.CHECK,
        )
    return AcuteMedicine(
        kind=kind.casefold() or "unknown", name=name, doses=_doses(doses, row, column, reader)
    )


def _doses(text: str, row: Row, column: str, reader: Reader) -> Decimal | None:
    if not text:
        return None
    try:
        doses = reader.number_of(text)
    except cells.Unreadable as error:
        reader.problems.add(row.number, column, "unreadable", str(error))
        return None
    if not 0 <= doses <= 100:
        reader.problems.add(
            row.number, column, "out_of_range", _("This number of doses cannot be right.")
        )
        return None
    return doses
