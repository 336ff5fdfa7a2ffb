"""Reading a file for the page, away from the window: its table, and the mapping that fits it."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from outcomes_app import paths
from outcomes_app.catalog import Catalog
from outcomes_app.errors import OutcomesError
from outcomes_app.exchange import mapping as mappings
from outcomes_app.exchange import suggesting, tabular
from outcomes_app.exchange.base import Reading, Table
from outcomes_app.exchange.mapping import Mapping, columns_used
from outcomes_app.ui.widgets.importing.meaning_step import GUESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A file that was read: its table, the saved mappings, and the one to begin with."""

    path: Path
    digest: str
    table: Table
    guess: Mapping
    saved: dict[str, Mapping]
    fitting: str


def own_mappings() -> Path:
    """The folder of the mappings that were saved on this desk."""
    return paths.config() / "mappings"


def prepare(path: Path, reading: Reading, catalog: Catalog, today: date, folder: Path) -> Prepared:
    """Reads a file and looks for a mapping that fits it; runs away from the window."""
    table = tabular.read(path, reading)
    saved = saved_mappings(folder)
    fitting = next((key for key, found in saved.items() if _fits(found, table)), GUESS)
    return Prepared(
        path=path,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        table=table,
        guess=suggesting.suggest(table, catalog, today),
        saved=saved,
        fitting=fitting,
    )


def saved_mappings(folder: Path) -> dict[str, Mapping]:
    """The mappings of this desk, then those of the program; one that cannot be read is left out."""
    found: dict[str, Mapping] = {}
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            found[str(path)] = mappings.load(path)
        except OutcomesError:
            continue  # somebody else's JSON; choosing it is not offered
    for name in mappings.shipped():
        found[name] = mappings.find(name)
    return found


def _fits(found: Mapping, table: Table) -> bool:
    """Whether the table has every column of a mapping that says more than who the patients are."""
    says_enough = bool(found.outcomes or found.treatment or found.diary)
    return says_enough and set(columns_used(found)) <= set(table.columns)
