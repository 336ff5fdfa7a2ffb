"""What a practice's folder holds, seen from outside, and every reason why it cannot be opened.

Nothing is changed by looking, and nothing here guesses: a missing, empty or foreign file is said.
"""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlcipher3 import dbapi2

from outcomes_app.db import engine, faults, keyfiles, lock
from outcomes_app.db.engine import VaultFile
from outcomes_app.db.faults import NewerSchema
from outcomes_app.db.founding import APPLICATION, DATABASE
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

_OWN = frozenset({DATABASE, keyfiles.NAME, keyfiles.SPARE})


class VaultMissing(OutcomesError):
    """There is no practice in this folder: nothing at all."""


class NotAVault(OutcomesError):
    """The folder holds something, and it is not a practice."""


class DatabaseMissing(OutcomesError):
    """The keys are there and the record's file is missing or empty."""


class DatabaseForeign(OutcomesError):
    """The record's file does not belong to these keys."""


class State(StrEnum):
    """What a folder turned out to be."""

    ABSENT = "absent"
    PRESENT = "present"
    FOREIGN = "foreign"
    DAMAGED = "damaged"
    NEWER = "newer"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody who may sign in, as the key file names them."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultFound:
    """What a look at a folder shows without any key; `message` and `todo` where it cannot open."""

    folder: Path
    state: State
    practice: str = ""
    people: tuple[KnownPerson, ...] = ()
    message: str = ""
    todo: str = ""


def look(folder: Path) -> VaultFound:
    """Say what is in a folder, without a key and without opening the record."""
    try:
        require_vault(folder)
        found = keyfiles.load(folder).keys
        require_database(folder)
    except OutcomesError as error:
        return VaultFound(
            folder=folder, state=_state_of(error), message=error.message, todo=error.todo
        )
    people = tuple(KnownPerson(id=slot.person, name=slot.name) for slot in found.people)
    return VaultFound(folder=folder, state=State.PRESENT, practice=found.practice, people=people)


def require_vault(folder: Path) -> None:
    """Refuse a folder that is missing, empty, or something else."""
    try:
        names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
        is_file = folder.exists() and not folder.is_dir()
    except OSError:
        raise NotAVault(
            _("The folder {folder} cannot be read.").format(folder=folder),
            todo=_("Check that the disk is connected and that you may read it."),
        ) from None
    if not is_file and not names - {lock.NAME}:
        raise VaultMissing(
            _("There is no practice in {folder}.").format(folder=folder),
            todo=_("Choose the folder of your practice, or create a new practice."),
        )
    if not names & _OWN:
        raise NotAVault(
            _("{folder} is not a practice of this program.").format(folder=folder),
            todo=_("Choose the folder of your practice. Nothing here was changed."),
        )


def require_database(folder: Path) -> None:
    """Refuse a record's file that is missing or empty: the library would begin a new one there."""
    try:
        size = (folder / DATABASE).stat().st_size
    except OSError:
        raise DatabaseMissing(
            _("The record of this practice, {name}, is missing.").format(name=DATABASE),
            todo=_("Put it back where it was, or restore the newest backup into a new folder."),
        ) from None
    if size == 0:
        raise DatabaseMissing(
            _("The record of this practice, {name}, is empty.").format(name=DATABASE),
            todo=_("Leave it as it is, and restore the newest backup into a new folder."),
        )


def require_own(file: VaultFile, db_id: uuid.UUID) -> None:
    """The file must open with this key and say itself that it is this practice's record."""
    connection = engine.open_file(file)
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'vault_identity'"
        ).fetchone()[0]
        owner = (
            connection.execute("SELECT db_id FROM vault_identity").fetchone() if tables else None
        )
    except dbapi2.Error as error:
        known = faults.sort(error)
        if known is None:
            raise
        if not isinstance(known, faults.StorageDamaged):
            raise known from None
        owner, application = None, None
    finally:
        connection.close()
    if application != APPLICATION or owner != (str(db_id),):
        raise DatabaseForeign(
            _("{name} does not belong to this practice's keys, or it is damaged.").format(
                name=file.path.name
            ),
            todo=_("Leave it as it is, and restore the newest backup into a new folder."),
        )


def _state_of(error: OutcomesError) -> State:
    if isinstance(error, VaultMissing):
        return State.ABSENT
    if isinstance(error, NotAVault):
        return State.FOREIGN
    return State.NEWER if isinstance(error, NewerSchema) else State.DAMAGED
