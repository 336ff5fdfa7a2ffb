"""A practice: making it, opening it, and closing it with a backup.

Nothing here ever makes a new record because an old one could not be read: a missing, empty or
foreign file is said, and left as it is.
"""

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outcomes_app import paths
from outcomes_app.clock import Clock
from outcomes_app.db import backup, faults, founding, keyfiles, keys, migrate, verify
from outcomes_app.db.backup import Backup, Source
from outcomes_app.db.engine import Database, VaultFile
from outcomes_app.db.faults import NewerSchema
from outcomes_app.db.folder import (
    DatabaseForeign,
    DatabaseMissing,
    KnownPerson,
    NotAVault,
    State,
    VaultFound,
    VaultMissing,
    look,
    require_database,
    require_own,
    require_vault,
)
from outcomes_app.db.founding import DATABASE, FolderTaken
from outcomes_app.db.keys import DataKey, Hardness, KeyFile, KeyFileDamaged, WrongPassphrase
from outcomes_app.db.lock import FolderLock, InUse
from outcomes_app.db.recovery import MistypedRecoveryKey, RecoveryKey
from outcomes_app.db.schema import PersonRow, PracticeRow
from outcomes_app.domain import passphrases
from outcomes_app.domain.patient import Person, Practice, Role
from outcomes_app.domain.values import PersonId, new_id
from outcomes_app.errors import Refused
from outcomes_app.text import _

__all__ = [
    "DatabaseForeign",
    "DatabaseMissing",
    "FolderTaken",
    "InUse",
    "KeyFileDamaged",
    "KnownPerson",
    "MistypedRecoveryKey",
    "NewerSchema",
    "NotAVault",
    "OpenVault",
    "RecoveryKey",
    "State",
    "VaultFound",
    "VaultMissing",
    "WrongPassphrase",
    "backup_folder",
    "change_passphrase",
    "check_passphrase",
    "create",
    "look",
    "open",
    "open_with_recovery_key",
]

_CLOSING = "close"
_MIGRATING = "migration"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVault:
    """An open practice. `close` makes the backup and lets go of the folder; `notices` is what the
    person should be told about the opening."""

    folder: Path
    database: Database
    person: Person
    practice: Practice
    db_id: uuid.UUID
    notices: tuple[str, ...] = ()
    source: Source = field(repr=False)
    _lock: FolderLock = field(repr=False)

    def back_up(self, reason: str) -> Backup:
        """Make a verified backup now."""
        return backup.make(self.source, reason)

    def verify(self) -> verify.Report:
        """Check the open record thoroughly."""
        return verify.verify(self.database)

    def close(self, *, with_backup: bool = True) -> Backup | None:
        """Close the record and let others in, after a backup of what is not in one yet.

        Everything is closed even where the backup fails; its error is raised afterwards.
        """
        try:
            return backup.make_if_changed(self.source, _CLOSING) if with_backup else None
        finally:
            self.database.close()
            self._lock.release()


def create(
    folder: Path,
    *,
    practice: Practice,
    person_name: str,
    passphrase: str,
    clock: Clock,
    backups: Path | None = None,
    hardness: Hardness | None = None,
) -> tuple[OpenVault, RecoveryKey]:
    """Make a new practice in a folder that is missing or empty, and open it.

    It is built beside its place and renamed when it is whole. `hardness` None = fitted to this
    computer.
    """
    folder = folder.absolute()
    _require_good(passphrase, practice.name, person_name)
    person = Person(id=PersonId(new_id()), name=person_name)
    data_key, recovery_key = founding.found(
        folder,
        founding.Founding(
            practice=practice,
            person=person,
            passphrase=passphrase,
            hardness=hardness or keys.calibrated(),
            clock=clock,
        ),
    )
    return _open(folder, clock, backups, lambda _keys: (data_key, str(person.id))), recovery_key


def open(
    folder: Path,
    *,
    passphrase: str,
    person: PersonId | str | None = None,
    clock: Clock,
    backups: Path | None = None,
    hardness: Hardness = keys.FLOOR,
) -> OpenVault:
    """Open a practice with a person's passphrase; `person` is an id or a name, or anybody.

    `backups` None = the app's own folder for them. A slot cheaper than `hardness` is written again
    with it.
    """
    who = None if person is None else str(person)
    opened = _open(folder, clock, backups, lambda found: keys.unlock(found, passphrase, person=who))
    key_file = keyfiles.load(opened.folder).keys
    if keys.is_weak(key_file, str(opened.person.id), hardness):
        _set_passphrase(opened, passphrase, hardness)
    return opened


def open_with_recovery_key(
    folder: Path, key: RecoveryKey, clock: Clock, *, backups: Path | None = None
) -> OpenVault:
    """Open a practice with its recovery key, as its first administrator.

    A new passphrase is to be set at once, with `change_passphrase`.
    """
    return _open(
        folder, clock, backups, lambda found: (keys.unlock_with_recovery(found, key.secret), "")
    )


def backup_folder(folder: Path, backups: Path | None = None) -> Path:
    """The folder with this practice's backups, inside the folder of all backups."""
    return _place_of_backups(folder, keyfiles.load(folder).keys, backups)


def check_passphrase(folder: Path, person: PersonId, passphrase: str) -> bool:
    """Whether this is the person's passphrase, asked again before signing; nothing is opened."""
    try:
        keys.unlock(keyfiles.load(folder).keys, passphrase, person=str(person))
    except WrongPassphrase:
        return False
    return True


def change_passphrase(
    opened: OpenVault, passphrase: str, *, hardness: Hardness | None = None
) -> None:
    """Give the person who is signed in a new passphrase. Older backups keep the older one."""
    _require_good(passphrase, opened.practice.name, opened.person.name)
    _set_passphrase(opened, passphrase, hardness or keys.calibrated())


def _set_passphrase(opened: OpenVault, passphrase: str, hardness: Hardness) -> None:
    key_file = keys.with_person(
        keyfiles.load(opened.folder).keys,
        opened.source.data_key,
        person=opened.person.id,
        name=opened.person.name,
        passphrase=passphrase,
        hardness=hardness,
    )
    with faults.disk_faults():
        keyfiles.save(opened.folder, key_file)


def _open(
    folder: Path,
    clock: Clock,
    backups: Path | None,
    unlock: Callable[[KeyFile], tuple[DataKey, str]],
) -> OpenVault:
    folder = folder.absolute()
    require_vault(folder)
    with ExitStack() as undo:
        with faults.disk_faults():
            held = FolderLock(folder, clock)
        undo.callback(held.release)
        found = keyfiles.load(folder)
        require_database(folder)
        data_key, person_id = unlock(found.keys)
        file = VaultFile(folder / DATABASE, data_key.raw)
        require_own(file, found.keys.db_id)
        database = Database.in_file(file, clock)
        undo.callback(database.close)
        into = _place_of_backups(folder, found.keys, backups)
        source = Source(
            vault=folder, database=database, data_key=data_key, db_id=found.keys.db_id, into=into
        )
        database.backs_up_by(partial(backup.make, source))
        migrate.upgrade(database.engine, before=partial(backup.make, source, _MIGRATING))
        with database.reading() as session:
            practice, person = _practice(session), _person(session, person_id)
        if not found.in_order:
            with faults.disk_faults():
                keyfiles.save(folder, found.keys)
        undo.pop_all()
    return OpenVault(
        folder=folder,
        database=database,
        person=person,
        practice=practice,
        db_id=found.keys.db_id,
        notices=(found.notice,) if found.notice else (),
        source=source,
        _lock=held,
    )


def _place_of_backups(folder: Path, key_file: KeyFile, backups: Path | None) -> Path:
    return (backups or paths.backups()) / f"{folder.stem}-{key_file.db_id.hex[:8]}"


def _practice(session: Session) -> Practice:
    row = session.execute(
        select(PracticeRow.name, PracticeRow.jurisdiction, PracticeRow.synthetic)
    ).one()
    return Practice(name=row.name, jurisdiction=row.jurisdiction, synthetic=row.synthetic)


def _person(session: Session, person_id: str) -> Person:
    """The person of this id; without one the first administrator, who holds the recovery key."""
    people = [
        Person(
            id=PersonId(row.id),
            name=row.name,
            roles=tuple(Role(role) for role in row.roles),
            active=row.active,
        )
        for row in session.execute(
            select(PersonRow.id, PersonRow.name, PersonRow.roles, PersonRow.active).order_by(
                PersonRow.name
            )
        )
    ]
    for person in people:
        chosen = str(person.id) == person_id or (
            not person_id and Role.ADMINISTRATOR in person.roles
        )
        if chosen and person.active:
            return person
    raise WrongPassphrase(
        _("This person no longer works in this practice."),
        todo=_("Ask an administrator of the practice."),
    )


def _require_good(passphrase: str, *names: str) -> None:
    problems = passphrases.check_passphrase(passphrase, names=names)
    if problems:
        raise Refused(
            _("This passphrase is too easy to guess."),
            problems,
            todo=_("Use five words that have nothing to do with each other."),
        )
