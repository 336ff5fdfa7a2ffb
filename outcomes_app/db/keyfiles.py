"""The three copies of a practice's key file: beside the record, its .bak, and in the app's data.

Losing or damaging one of them loses nothing: the newest whole one opens, and the others are put
right after the next sign-in.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from outcomes_app import paths
from outcomes_app.db import files, keys
from outcomes_app.db.keys import KeyFile, KeyFileDamaged
from outcomes_app.text import _

NAME = "keys.json"
SPARE = "keys.json.bak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The key file that was read, and what to tell the person about it."""

    keys: KeyFile
    notice: str = ""
    in_order: bool = True  # whether all three copies are whole and equal


def replica(folder: Path) -> Path:
    """Where the app's own copy of a practice's key file lies."""
    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
    return paths.key_copies() / f"{place}.json"


def load(folder: Path) -> Found:
    """Read the key file, from a copy where the first is lost or damaged."""
    places = (folder / NAME, folder / SPARE, replica(folder))
    copies = [_read(place) for place in places]
    whole = [copy for copy in copies if copy is not None]
    if not whole:
        raise KeyFileDamaged(
            _("No whole key file of this practice was found."),
            todo=_("Put a copy of keys.json from a backup into the practice's folder."),
        )
    if copies[0] is not None:
        in_order = all(copy == copies[0] for copy in copies)
        return Found(keys=copies[0], in_order=in_order)
    newest = max(whole, key=lambda copy: copy.generation)
    return Found(
        keys=newest,
        in_order=False,
        notice=_("The key file was lost or damaged and has been restored from a copy."),
    )


def save(folder: Path, key_file: KeyFile) -> None:
    """Write all three copies, the first one first: from then on the new slots count."""
    content = keys.to_bytes(key_file)
    for place in (folder / NAME, folder / SPARE, replica(folder)):
        files.replace(place, content)


def _read(place: Path) -> KeyFile | None:
    try:
        if place.stat().st_size > keys.LONGEST_FILE:
            return None
        return keys.from_bytes(place.read_bytes())
    except (OSError, KeyFileDamaged):
        return None
