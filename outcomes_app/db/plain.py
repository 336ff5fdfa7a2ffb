"""Stored values as the audit writes them: one form in JSON, whichever back end they came from."""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


def identity(hex_id: str) -> uuid.UUID:
    """The id an audit row writes as text."""
    return uuid.UUID(hex_id)


def plain(value: Any) -> Any:
    """A stored value as JSON has it, the same whichever back end it came from."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Iterable):
        return [plain(v) for v in value]
    raise TypeError(f"the audit cannot write a {type(value).__name__}")


def _digits(value: Decimal) -> str:
    digits = format(value, "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits in ("-0", "") else digits


def payload_of(text: str) -> dict[str, Any]:
    """A stored payload as a structure again."""
    found: dict[str, Any] = json.loads(text)
    return found
