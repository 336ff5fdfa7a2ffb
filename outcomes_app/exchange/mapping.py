"""What the columns of a file mean: a small value that is saved as JSON and used again."""

import json
import os
import re
import tempfile
from collections.abc import Mapping as AnyMapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from outcomes_app import resources
from outcomes_app.errors import OutcomesError
from outcomes_app.exchange.base import Reading
from outcomes_app.text import _

VERSION = 1
UNITS_OF_TIME = ("days", "weeks", "months")
PLACEBO = "placebo"
MISSING_WORDS = (
    "", "NA", "N/A", "#N/A", "NaN", "NULL", "None", ".", "-", "–", "?", "missing", "unknown",
    "not known", "n.a.", "k.A.",
)  # fmt: skip
DIARY_FIELDS = (
    "headache", "peak_pain", "peak_severity", "duration_hours", "unilateral", "pulsating",
    "worse_with_activity", "nausea", "vomiting", "photophobia", "phonophobia", "aura_minutes",
    "acute_medicine", "menses", "work_missed_hours", "note",
)  # fmt: skip
_Value = TypeVar("_Value")
_Words = AnyMapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """How a row says its day: a date column, or the start date plus an offset, or the first date
    of the patient in `column`. Exactly one of `column` and (`offset_column` or `offset`) is set."""

    column: str = ""
    first: bool = False
    offset_column: str = ""
    offset: Decimal | None = None
    unit: str = "days"

    @property
    def from_start(self) -> bool:
        """Whether the day is counted from the patient's start date."""
        return bool(self.offset_column) or self.offset is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The day offsets are counted from: a column with a date, or one nominal day for everybody
    where the file has no dates at all."""

    column: str = ""
    nominal: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientColumns:
    """Who a row is about. `key` are the columns that together tell patients apart; their values,
    joined by "-", become an identifier of `system`."""

    key: tuple[str, ...] = ()
    system: str = "study"
    family_name: str = ""
    given_name: str = ""
    birth_date: str = ""
    birth_year: str = ""
    birth_month: str = ""
    birth_day: str = ""
    sex: str = ""
    sex_words: _Words = field(default_factory=dict)
    group: str = ""
    clinic_site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentColumns:
    """The treatment of a row. A fixed `product` or `indication` stands for every row; with a
    column, the words of the column are looked up. `units_words` maps a word to a number of units
    or to "placebo"; without it the units column holds numbers."""

    when: When = field(default_factory=When)
    product: str = ""
    product_column: str = ""
    product_words: _Words = field(default_factory=dict)
    indication: str = ""
    indication_column: str = ""
    indication_words: _Words = field(default_factory=dict)
    units: str = ""
    units_words: _Words = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeColumn:
    """One column of numbers: which instrument and part of it, taken when. `label` says in words
    what tells it from another of the same day, for example "30 min after surgery"."""

    column: str
    instrument: str = ""
    part: str = "total"
    when: When = field(default_factory=When)
    words: _Words = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryColumns:
    """A headache diary, one row a day. `columns` says which column holds which field."""

    when: When = field(default_factory=When)
    columns: AnyMapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What a file means. `guessed` = suggested by the program and not confirmed yet."""

    name: str = ""
    version: int = VERSION
    about: str = ""
    guessed: bool = False
    reading: Reading = field(default_factory=Reading)
    missing: tuple[str, ...] = MISSING_WORDS
    start: Start = field(default_factory=Start)
    patient: PatientColumns = field(default_factory=PatientColumns)
    treatment: TreatmentColumns | None = None
    outcomes: tuple[OutcomeColumn, ...] = ()
    diary: DiaryColumns | None = None

    @property
    def layout(self) -> str:
        """ "wide" where time points are columns, else "long"."""
        return "wide" if any(o.when.offset is not None for o in self.outcomes) else "long"


def columns_used(mapping: Mapping) -> tuple[str, ...]:
    """Every column the mapping reads, each once."""
    patient = mapping.patient
    names = [*patient.key, patient.family_name, patient.given_name, patient.birth_date]
    names += [patient.birth_year, patient.birth_month, patient.birth_day, patient.sex]
    names += [patient.group, patient.clinic_site, mapping.start.column]
    if (treatment := mapping.treatment) is not None:
        names += [treatment.product_column, treatment.indication_column, treatment.units]
        names += [treatment.note, treatment.when.column, treatment.when.offset_column]
    for outcome in mapping.outcomes:
        names += [outcome.column, outcome.when.column, outcome.when.offset_column]
    if (diary := mapping.diary) is not None:
        names += [diary.when.column, diary.when.offset_column, *diary.columns.values()]
    return tuple(dict.fromkeys(name for name in names if name))


def counts_from_start(mapping: Mapping) -> bool:
    """Whether any day of the mapping is counted from the patient's start date."""
    whens = [outcome.when for outcome in mapping.outcomes]
    whens += [part.when for part in (mapping.treatment, mapping.diary) if part is not None]
    return any(when.from_start for when in whens)


def shipped() -> tuple[str, ...]:
    """The names of the mappings that come with the program."""
    return tuple(Path(n).stem for n in resources.names("mappings", ".json"))


def find(name_or_path: str) -> Mapping:
    """A mapping by the name it is shipped under, else from a file."""
    if name_or_path in shipped():
        return from_json(resources.read_text(f"mappings/{name_or_path}.json"))
    return load(Path(name_or_path))


def load(path: Path) -> Mapping:
    """A mapping from its file."""
    try:
        if path.stat().st_size > 1_000_000:
            raise OutcomesError(_("This file is too large to be a mapping."))
        return from_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise OutcomesError(
            _("The mapping cannot be opened: {reason}.").format(reason=error.strerror or ""),
            todo=_("Give a file, or one of: {names}.").format(names=", ".join(shipped())),
        ) from error
    except UnicodeDecodeError as error:
        raise OutcomesError(_("The mapping is not a UTF-8 text file.")) from error


def save(mapping: Mapping, path: Path) -> None:
    """Writes a mapping so that the file is either the old one or the new one, never half of it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".mapping-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(to_json(mapping))
            Path(partial).replace(path)
        except OSError:
            Path(partial).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutcomesError(
            _("The mapping cannot be saved: {reason}.").format(reason=error.strerror or ""),
            todo=_("Choose another folder or name."),
        ) from error


def to_json(mapping: Mapping) -> str:
    """The mapping as text: JSON with only what is set."""
    return json.dumps(_plain(mapping, top=True), ensure_ascii=False, indent=2) + "\n"


def from_json(text: str) -> Mapping:
    """The mapping a JSON text holds; refuses what it does not know by its place in the text."""
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise OutcomesError(_("The mapping is not valid JSON.")) from error
    if not isinstance(data, dict):
        raise _wrong("", _("an object"))
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise _wrong("version", _("a number"))
    if version > VERSION:
        raise OutcomesError(
            _("The mapping was made by a newer version of the program."),
            todo=_("Update the program, or make the mapping again."),
        )
    return _value(Mapping, data, "")


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _plain(value: Any, *, top: bool = False) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        usual = OutcomeColumn(column="") if isinstance(value, OutcomeColumn) else type(value)()
        return {
            f.name: _plain(getattr(value, f.name))
            for f in fields(value)
            if (top and f.name == "version")
            or (f.default is MISSING and f.default_factory is MISSING)
            or getattr(value, f.name) != getattr(usual, f.name)
        }
    if isinstance(value, AnyMapping):
        return {key: _plain(v) for key, v in value.items()}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value.isoformat() if isinstance(value, date) else value


def _value(kind: type[_Value], data: Any, place: str) -> _Value:
    if not isinstance(data, dict):
        raise _wrong(place, _("an object"))
    hints = get_type_hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise OutcomesError(
            _("The mapping has “{name}”, which is not known.").format(
                name=_join(place, str(unknown[0]))
            ),
            todo=_("Check its spelling: {names}.").format(names=", ".join(hints)),
        )
    arguments = {key: _read(hints[key], item, _join(place, key)) for key, item in data.items()}
    try:
        return kind(**arguments)
    except TypeError as error:
        raise _wrong(place, _("an object with all its parts")) from error


def _read(hint: Any, data: Any, place: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        if data is None:
            return None
        return _read(next(a for a in arguments if a is not type(None)), data, place)
    if origin is tuple:
        if not isinstance(data, list):
            raise _wrong(place, _("a list"))
        return tuple(_read(arguments[0], item, f"{place}[{n}]") for n, item in enumerate(data))
    if origin is not None:
        if not isinstance(data, dict):
            raise _wrong(place, _("an object"))
        return {str(k): _read(str, v, _join(place, str(k))) for k, v in data.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return _value(hint, data, place)
    return _simple(hint, data, place)


def _simple(hint: Any, data: Any, place: str) -> Any:
    try:
        if hint is Decimal and isinstance(data, str | int | Decimal):
            return _finite(data)
        if hint is date and isinstance(data, str):
            return date.fromisoformat(data)
    except (ValueError, InvalidOperation) as error:
        raise _wrong(place, _("a number") if hint is Decimal else _("a date")) from error
    if hint is str and isinstance(data, int | Decimal) and not isinstance(data, bool):
        return str(data)
    if type(data) is not hint:
        words = {str: _("a text"), bool: _("true or false"), int: _("a whole number")}
        raise _wrong(place, words.get(hint, _("a value")))
    return data


def _finite(data: str | int | Decimal) -> Decimal:
    value = Decimal(data)
    if isinstance(data, bool) or not value.is_finite() or abs(value.adjusted()) > 15:
        raise ValueError("not a number")
    return value


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _wrong(place: str, expected: str) -> OutcomesError:
    return OutcomesError(
        _("The mapping is wrong at “{place}”: it should be {expected}.").format(
            place=place or "{}", expected=expected
        )
    )


def slug(name: str) -> str:
    """A file name for a mapping of this name."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:80] or "mapping"
