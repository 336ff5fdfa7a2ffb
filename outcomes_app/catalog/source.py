"""Where definitions are read from, and the parsing of one file."""

import json
import tomllib
from decimal import Decimal
from typing import Any, Protocol

from outcomes_app.catalog.entry import CatalogError, Entry


class Source(Protocol):
    """A folder of definitions; outcomes_app.resources is one."""

    def read_text(self, name: str, /) -> str: ...

    def names(self, folder_name: str, suffix: str, /) -> tuple[str, ...]: ...


def read(source: Source, name: str) -> Entry:
    """One file as an entry that refuses what it cannot understand."""
    text = source.read_text(name)
    try:
        data: dict[str, Any] = (
            json.loads(text) if name.endswith(".json") else tomllib.loads(text, parse_float=Decimal)
        )
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise CatalogError(name, "", "", f"cannot be read: {error}") from error
    # A file in a folder is one entry and has its name; other files hold many.
    entry = name.rpartition("/")[2].partition(".")[0] if "/" in name else ""
    return Entry(name, entry, data)
