"""One table of a definition file, read field by field; a mistake names file, entry and field."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

from outcomes_app.domain.instruments import Provenance
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

T = TypeVar("T")
_REQUIRED: Any = object()


class CatalogError(OutcomesError):
    """A definition file is broken."""

    def __init__(self, file: str, entry: str, field: str, fault: str) -> None:
        place = ": ".join(part for part in (file, entry, field) if part)
        super().__init__(
            _("The definition {place}: {fault}").format(place=place, fault=fault),
            todo=_("Mend the file, or install the program again."),
        )
        self.file, self.entry, self.field = file, entry, field


class Entry:
    """A table with its place. Each field that is read is ticked off: `done` finds the others."""

    def __init__(self, file: str, name: str, data: Mapping[str, Any], path: str = "") -> None:
        self.file, self.name = file, name
        self._data, self._path = data, path
        self._seen: set[str] = set()

    def fault(self, field: str, fault: str) -> CatalogError:
        """The error to raise about a field of this entry."""
        return CatalogError(self.file, self.name, self._path + field, fault)

    def has(self, field: str) -> bool:
        """Whether the field is there."""
        return field in self._data

    def raw(self, field: str, default: Any = _REQUIRED) -> Any:
        """The field as it stands in the file."""
        self._seen.add(field)
        if field in self._data:
            return self._data[field]
        if default is _REQUIRED:
            raise self.fault(field, _("is missing"))
        return default

    def _typed(self, field: str, kind: type[T] | tuple[type, ...], word: str, default: Any) -> Any:
        value = self.raw(field, default)
        if field in self._data and (
            not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        ):
            raise self.fault(
                field, _("must be {word}, not {value!r}").format(word=word, value=value)
            )
        return value

    def text(self, field: str, default: Any = _REQUIRED) -> str:
        """A text."""
        return str(self._typed(field, str, _("a text"), default))

    def flag(self, field: str, default: Any = _REQUIRED) -> bool:
        """True or false."""
        return bool(self._typed(field, bool, _("true or false"), default))

    def whole(self, field: str, default: Any = _REQUIRED) -> int:
        """A whole number."""
        return int(self._typed(field, int, _("a whole number"), default))

    def whole_or_none(self, field: str) -> int | None:
        """A whole number, or None where the field is absent."""
        return self.whole(field) if self.has(field) else None

    def number(self, field: str, default: Any = _REQUIRED) -> Decimal:
        """A number."""
        return Decimal(str(self._typed(field, (int, Decimal, float), _("a number"), default)))

    def number_or_none(self, field: str) -> Decimal | None:
        """A number, or None where the field is absent."""
        return self.number(field) if self.has(field) else None

    def fraction(self, field: str) -> float:
        """A place on a view: a number from 0 to 1."""
        value = float(self.number(field))
        if not 0 <= value <= 1:
            raise self.fault(field, _("must lie between 0 and 1, not {value}").format(value=value))
        return value

    def choice(self, field: str, allowed: tuple[str, ...], default: Any = _REQUIRED) -> str:
        """One of the allowed words."""
        value = self.text(field, default)
        if value not in allowed:
            words = ", ".join(allowed)
            raise self.fault(
                field, _("is {value!r}, not one of {words}").format(value=value, words=words)
            )
        return value

    def texts(self, field: str, default: Any = ()) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        value = self.raw(field, default)
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
            raise self.fault(field, _("must be a list of texts, not {value!r}").format(value=value))
        return tuple(value)

    def numbers(self, field: str, default: Any = ()) -> tuple[Decimal, ...]:
        """A list of numbers."""
        value = self.raw(field, default)
        if not isinstance(value, (list, tuple)) or any(
            isinstance(v, bool) or not isinstance(v, (int, float, Decimal)) for v in value
        ):
            raise self.fault(
                field, _("must be a list of numbers, not {value!r}").format(value=value)
            )
        return tuple(Decimal(str(v)) for v in value)

    def place(self, field: str) -> tuple[float, float]:
        """A point on a view: two fractions."""
        return self._point(field, self.raw(field))

    def places(self, field: str, default: Any = ()) -> tuple[tuple[float, float], ...]:
        """A list of points on a view."""
        return tuple(
            self._point(f"{field}.{n}", v) for n, v in enumerate(self.raw(field, default), 1)
        )

    def _point(self, field: str, value: Any) -> tuple[float, float]:
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise self.fault(field, _("must be two numbers, not {value!r}").format(value=value))
        x, y = (float(v) for v in value)
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise self.fault(field, _("must lie between 0 and 1, not {value}").format(value=value))
        return x, y

    def table(self, field: str, default: Any = _REQUIRED) -> "Entry":
        """A table inside this one."""
        value = self.raw(field, default)
        if not isinstance(value, Mapping):
            raise self.fault(field, _("must be a table, not {value!r}").format(value=value))
        return Entry(self.file, self.name, value, f"{self._path}{field}.")

    def tables(self, field: str, default: Any = ()) -> tuple["Entry", ...]:
        """A list of tables; a table that has an id goes by it."""
        value = self.raw(field, default)
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, Mapping) for v in value):
            raise self.fault(field, _("must be a list of tables"))
        return tuple(
            Entry(self.file, self.name, v, f"{self._path}{field}.{n}.")
            for n, v in enumerate(value, 1)
        )

    def entries(self, field: str) -> Iterator["Entry"]:
        """The top-level entries of a file, each under its own id."""
        value = self.raw(field)
        if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
            raise self.fault(field, _("must be a list of tables"))
        for number, data in enumerate(value, 1):
            name = data.get("id", data.get("code", f"{field} {number}"))
            yield Entry(self.file, str(name), data)

    def keyed(self, field: str, default: Any = _REQUIRED) -> Iterator[tuple[str, "Entry"]]:
        """The tables of a table of tables, with their keys."""
        for key, data in self.table(field, default)._data.items():
            if not isinstance(data, Mapping):
                raise self.fault(f"{field}.{key}", _("must be a table"))
            yield key, Entry(self.file, self.name, data, f"{self._path}{field}.{key}.")

    def items(self) -> Iterator[tuple[str, Any]]:
        """Every field as it stands, ticked off."""
        self._seen.update(self._data)
        yield from self._data.items()

    def provenance(self, *, source_field: str = "cite") -> Provenance:
        """Where the entry comes from; what is said to be verified must name a source."""
        verified = self.flag("verified", False)
        sources, cite = self.texts("src"), self.text(source_field, "")
        notes = [self.text(n) for n in ("note", "verified_note") if self.has(n)]
        if verified and not (sources or cite):
            raise self.fault("verified", _("is true, but no source is named"))
        return Provenance(
            verified=verified,
            sources=sources,
            cite=cite,
            note=" ".join(notes),
            unverified_parts=self.texts("unverified_parts"),
        )

    def check_order(self, low: str, high: str) -> None:
        """Refuses a lowest value above the highest."""
        a, b = self.number_or_none(low), self.number_or_none(high)
        if a is not None and b is not None and a > b:
            raise self.fault(
                high, _("is {high}, below {name} {low}").format(high=b, name=low, low=a)
            )

    def as_filed(self) -> Mapping[str, object]:
        """The entry as it stands in the file, so that nothing of it is lost."""
        return MappingProxyType(dict(self._data))

    def done(self) -> None:
        """Refuses fields that nobody reads, such as a misspelt one."""
        left = [k for k in self._data if k not in self._seen]
        if left:
            raise self.fault(left[0], _("is not a field that is known here"))


def by_id(entries: Iterator[Entry], make: Callable[[Entry], T]) -> dict[str, T]:
    """Entries under their ids; an id that comes twice is refused."""
    found: dict[str, T] = {}
    for entry in entries:
        key = entry.text("id")
        if key in found:
            raise entry.fault("id", _("occurs twice"))
        found[key] = make(entry)
    return found
