"""Making a new practice: built beside its place, whole, and then renamed into it.

Apart from opening, so that only this module ever makes a record's file. A program killed on the
way leaves a folder with a leading dot, which the next founding there clears away.
"""

import os
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from outcomes_app.clock import Clock
from outcomes_app.db import engine, faults, files, keyfiles, keys, lock, migrate, recovery
from outcomes_app.db.engine import Database, VaultFile
from outcomes_app.db.keys import DataKey, Hardness, KeyFile
from outcomes_app.db.lock import FolderLock
from outcomes_app.db.recovery import RecoveryKey
from outcomes_app.db.schema import PersonRow, PracticeRow
from outcomes_app.domain.patient import Person, Practice
from outcomes_app.domain.values import new_id
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

DATABASE = "records.db"

# Stands in the header of every record's file: "IVAL".
APPLICATION = 0x4956414C

_UNFINISHED = ".new"


class FolderTaken(OutcomesError):
    """A new practice cannot be made where something is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new practice begins with."""

    practice: Practice
    person: Person
    passphrase: str = field(repr=False)
    hardness: Hardness
    clock: Clock = field(repr=False)


def found(folder: Path, new: Founding) -> tuple[DataKey, RecoveryKey]:
    """Make the practice in a folder that is missing or empty; all of it, or nothing."""
    _require_free(folder)
    data_key, recovery_key = keys.new_data_key(), recovery.new()
    key_file = KeyFile(db_id=new_id(), practice=new.practice.name, slots=())
    key_file = keys.with_recovery(key_file, data_key, recovery_key.secret)
    key_file = keys.with_person(
        key_file,
        data_key,
        person=new.person.id,
        name=new.person.name,
        passphrase=new.passphrase,
        hardness=new.hardness,
    )
    with faults.disk_faults():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear_unfinished(folder, new.clock)
        _build_and_rename(folder, new, key_file, data_key)
        keyfiles.save(folder, key_file)
    return data_key, recovery_key


def _build_and_rename(folder: Path, new: Founding, key_file: KeyFile, data_key: DataKey) -> None:
    building = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}{_UNFINISHED}")
    building.mkdir(mode=files.OWNER_ONLY_FOLDER)
    held = FolderLock(building, new.clock)
    try:
        file = VaultFile(path=building / DATABASE, key=data_key.raw)
        _build(file, new, key_file.db_id)
        content = keys.to_bytes(key_file)
        files.write_new(building / keyfiles.NAME, content)
        files.write_new(building / keyfiles.SPARE, content)
        held.release()  # Windows renames no folder with an open file in it
        files.sync_folder(building)
        if folder.is_dir():
            folder.rmdir()  # it is empty, and Windows renames onto nothing only
        building.rename(folder)
        files.sync_folder(folder.parent)
    except BaseException:
        held.release()
        shutil.rmtree(building, ignore_errors=True)
        raise


def _build(file: VaultFile, new: Founding, db_id: uuid.UUID) -> None:
    os.close(os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.OWNER_ONLY_FILE))
    connection = engine.open_file(file)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("CREATE TABLE vault_identity (db_id TEXT NOT NULL) STRICT")
        connection.execute("INSERT INTO vault_identity VALUES (?)", (str(db_id),))
    except dbapi2.Error as error:
        raise faults.sort(error) or error from None
    finally:
        connection.close()
    database = Database.in_file(file, new.clock)
    try:
        migrate.upgrade(database.engine)
        database.write(new.person.id, "practice.create", _store_first, new)
    finally:
        database.close()


def _store_first(session: Session, new: Founding) -> None:
    session.add(
        PracticeRow(
            id=new_id(),
            name=new.practice.name,
            jurisdiction=new.practice.jurisdiction,
            synthetic=new.practice.synthetic,
            version=1,
        )
    )
    session.add(
        PersonRow(
            id=new.person.id,
            name=new.person.name,
            roles=tuple(role.value for role in new.person.roles),
            active=new.person.active,
            login="",
            version=1,
        )
    )


def _require_free(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(
            _("{folder} is not empty.").format(folder=folder),
            todo=_("Choose a new or an empty folder. Nothing here was changed."),
        )


def _clear_unfinished(folder: Path, clock: Clock) -> None:
    for left in folder.parent.glob(f".{folder.name}.*{_UNFINISHED}"):
        try:
            FolderLock(left, clock).release()
        except (lock.InUse, OSError):
            continue  # another program is building there at this moment
        shutil.rmtree(left, ignore_errors=True)
