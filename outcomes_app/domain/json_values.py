"""Turns the frozen values of the domain into plain JSON and back, by their type hints.

One door for drafts and signed contents, so that a new field needs no second list of names.
Decimals, days, instants and ids are texts, exactly as they are.
"""

import dataclasses
import json
import types
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def canonical(plain: object) -> str:
    """The one JSON text of a plain structure: sorted keys, no spaces, letters as they are."""
    return json.dumps(
        plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def to_plain(value: object, *, sparse: bool = False) -> Any:
    """A value as JSON has it; `sparse` leaves out the fields that have their default."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, tuple | list):
        return [to_plain(part, sparse=sparse) for part in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name), sparse=sparse)
            for field in dataclasses.fields(value)
            if not (sparse and _is_default(field, getattr(value, field.name)))
        }
    raise TypeError(f"a {type(value).__name__} has no JSON form here")


def from_plain(kind: type[Value], plain: Any) -> Value:
    """The value of a type again; ValueError or TypeError where the structure is not one of it.

    A field that is missing has its default, so that older texts stay readable.
    """
    found: Value = _read(kind, plain)
    return found


def _is_default(field: "dataclasses.Field[Any]", value: object) -> bool:
    return field.default is not dataclasses.MISSING and field.default == value


def _read(kind: Any, plain: Any) -> Any:
    kind = getattr(kind, "__supertype__", kind)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_optional(get_args(kind), plain)
    if origin is tuple:
        return _read_tuple(get_args(kind), plain)
    if dataclasses.is_dataclass(kind):
        return _read_fields(kind, plain)
    return _read_simple(kind, plain)


def _read_optional(kinds: tuple[Any, ...], plain: Any) -> Any:
    if plain is None:
        if type(None) not in kinds:
            raise ValueError("a value is missing")
        return None
    (kind,) = (k for k in kinds if k is not type(None))
    return _read(kind, plain)


def _read_tuple(kinds: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if not isinstance(plain, list | tuple):
        raise ValueError("a list was expected")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], part) for part in plain)
    return tuple(_read(kind, part) for kind, part in zip(kinds, plain, strict=True))


def _read_fields(kind: Any, plain: Any) -> Any:
    if not isinstance(plain, Mapping):
        raise ValueError("a structure was expected")
    hints = _hints(kind)
    if unknown := plain.keys() - hints.keys():
        raise ValueError(f"{kind.__name__} has no field {min(unknown)}")
    return kind(**{name: _read(hints[name], part) for name, part in plain.items()})


def _read_simple(kind: Any, plain: Any) -> Any:
    if kind in (bool, int, str, float):
        wanted = (int, float) if kind is float else kind
        if not isinstance(plain, wanted) or (kind is not bool and isinstance(plain, bool)):
            raise ValueError(f"a {kind.__name__} was expected")
        return plain
    if not isinstance(plain, str):
        raise ValueError("a text was expected")
    if kind is Decimal:
        return Decimal(plain)
    if kind in (date, datetime):
        return kind.fromisoformat(plain)
    if kind is uuid.UUID or (isinstance(kind, type) and issubclass(kind, Enum)):
        return kind(plain)
    raise TypeError(f"{kind} has no JSON form here")


@cache
def _hints(kind: type) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}
