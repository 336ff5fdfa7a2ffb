"""Getting at a record: looking, making, opening. Slow, so it runs on the database thread; it loads
the database's libraries only when it is called."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from outcomes_app.clock import Clock
from outcomes_app.domain.patient import Person, Practice
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

if TYPE_CHECKING:
    from outcomes_app.db.engine import Database
    from outcomes_app.db.recovery import RecoveryKey
    from outcomes_app.db.vault import OpenVault, VaultFound


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open record and how to close it. `folder` None = a server."""

    database: Database
    person: Person
    practice: Practice
    folder: Path | None
    close: Callable[[], object]
    notices: tuple[str, ...] = ()
    vault: OpenVault | None = None


@dataclass(frozen=True, kw_only=True)
class Created:
    """A record that was just made, and the key to write down."""

    opened: Opened
    recovery_key: RecoveryKey
    passphrase: str = field(default="", repr=False)


def look(folder: Path) -> VaultFound:
    """What is in a folder, without a key."""
    from outcomes_app.db import vault

    return vault.look(folder)


def open_vault(
    folder: Path, passphrase: str, person: str | None, clock: Clock, backups: str = ""
) -> Opened:
    """Open a practice's folder; `backups` is where its backups go, "" = as usual."""
    from outcomes_app.db import vault

    return _opened(
        vault.open(
            folder,
            passphrase=passphrase,
            person=person,
            clock=clock,
            backups=Path(backups) if backups else None,
        )
    )


def passphrase_check(opened: Opened) -> Callable[[str], bool] | None:
    """What tells whether a text is the passphrase of who opened a folder; None on a server."""
    from outcomes_app.db import vault

    if opened.folder is None:
        return None
    return partial(vault.check_passphrase, opened.folder, opened.person.id)


def last_backup(opened: Opened) -> datetime | None:
    """When the newest backup of this record was made; None = there is none."""
    from outcomes_app.db import backup

    if opened.vault is None:
        return None
    source = opened.vault.source
    mine = (b.made_at for b in backup.listed(source.into) if b.db_id == source.db_id)
    return next(mine, None)


def recover(folder: Path, typed_key: str, passphrase: str, clock: Clock) -> Opened:
    """Open with the recovery key and give the administrator a new passphrase."""
    from outcomes_app.db import recovery, vault

    opened = vault.open_with_recovery_key(folder, recovery.parse(typed_key), clock)
    try:
        vault.change_passphrase(opened, passphrase)
    except BaseException:
        opened.close()
        raise
    return _opened(opened)


def create(
    folder: Path, practice: Practice, person_name: str, passphrase: str, clock: Clock
) -> Created:
    """Make a practice in a new or empty folder and open it."""
    from outcomes_app.db import vault

    opened, key = vault.create(
        folder, practice=practice, person_name=person_name, passphrase=passphrase, clock=clock
    )
    return Created(opened=_opened(opened), recovery_key=key, passphrase=passphrase)


def create_sample(folder: Path, person_name: str, clock: Clock) -> Created:
    """Make a practice with invented patients, opened by a generated passphrase."""
    from outcomes_app import catalog
    from outcomes_app.demo import build, storing
    from outcomes_app.domain import passphrases

    definitions = catalog.load()
    made = build.make_practice(definitions, today=clock.today())
    place = folder.with_name(f"{folder.name}-{secrets.token_hex(3)}") if folder.exists() else folder
    created = create(place, made.practice, person_name, passphrases.generated(), clock)
    opened = created.opened
    try:
        opened.database.write(opened.person.id, "demo", storing.store, made, catalog=definitions)
    except BaseException:
        opened.close()
        raise
    return created


def open_server(url: str) -> Opened:
    """Open a practice on a PostgreSQL server."""
    from outcomes_app.db import postgres
    from outcomes_app.records import people
    from outcomes_app.records import practice as practices

    database = postgres.connect(url)
    try:
        with database.reading() as session:
            practice = practices.get(session)
            known = people.all(session)
    except BaseException:
        database.close()
        raise
    if not known:
        database.close()
        raise OutcomesError(
            _("Nobody is known on this server yet."),
            todo=_("Let its administrator add the first person."),
        )
    return Opened(
        database=database, person=known[0], practice=practice, folder=None, close=database.close
    )


def _opened(vault: OpenVault) -> Opened:
    return Opened(
        database=vault.database,
        person=vault.person,
        practice=vault.practice,
        folder=vault.folder,
        close=vault.close,
        notices=vault.notices,
        vault=vault,
    )


def restore(backup: Path, folder: Path, passphrase: str) -> Path:
    """Make a new folder beside a record's place out of a backup; answers the new folder."""
    from outcomes_app.db import backup as backups
    from outcomes_app.db import keys

    place = folder
    number = 1
    while place.exists():
        number += 1
        place = folder.with_name(f"{folder.name} restored {number}")
    backups.restore(backup, place, lambda found: keys.unlock(found, passphrase)[0])
    return place
