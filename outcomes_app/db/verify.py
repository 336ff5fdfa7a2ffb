"""Checking that a record is whole: its pages, its structure, its links, its history.

The order matters. The page check reads the raw file, so whatever still lies in the write-ahead log
is folded in first, and each check has a connection of its own: one bad page would make the later
checks of the same connection complain too.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, func, inspect, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from outcomes_app.db import engine, faults, replay, trail
from outcomes_app.db.engine import Database, VaultFile
from outcomes_app.db.schema import AuditRow
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _


class RecordDamaged(OutcomesError):
    """A check of the record failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check and what it found; `found` is empty where all is well."""

    name: str
    title: str
    found: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a verification did, with the number of rows of each table and the audit's end."""

    checks: tuple[Check, ...]
    counts: Mapping[str, int]
    audit_rows: int
    audit_digest: str

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    def require(self) -> "Report":
        """The report itself; RecordDamaged unless every check passed."""
        if not self.passed:
            titles = ", ".join(check.title for check in self.checks if not check.passed)
            raise RecordDamaged(
                _("The record did not pass its checks: {checks}.").format(checks=titles),
                todo=_("Keep the folder as it is, and restore the newest backup into a new one."),
            )
        return self


def verify(database: Database) -> Report:
    """Check an open store, at last every record against its history. A vault's own writers wait
    while its file is read raw."""
    report = _verify_store(database)
    if not report.passed:
        return report
    with database.reading() as session:
        found = replay.differences(session)
    records = Check(name="records", title=_("records against their history"), found=found)
    return dataclasses.replace(report, checks=(*report.checks, records))


def _verify_store(database: Database) -> Report:
    if database.file is None:
        with database.reading() as session:
            return _report((), session)
    with database.quiet():
        _fold_in(database.file)
        pages = _ask(partial(engine.connect, database.file), "PRAGMA cipher_integrity_check")
    return _verify(pages, partial(engine.connect, database.file))


def verify_copy(file: VaultFile) -> Report:
    """Check a file that nobody writes, such as a backup; it is opened read-only."""
    connect = partial(engine.open_file, file, mode="ro")
    return _verify(_ask(connect, "PRAGMA cipher_integrity_check"), connect)


def _verify(pages: tuple[str, ...], connect: Callable[[], Any]) -> Report:
    structure = _ask(connect, "PRAGMA quick_check")
    links = _ask(connect, "PRAGMA foreign_key_check")
    checks = (
        Check(name="pages", title=_("pages of the file"), found=pages),
        Check(name="structure", title=_("structure of the tables"), found=structure),
        Check(name="links", title=_("links between records"), found=links),
    )
    try:
        with Session(_checking_engine(connect)) as session:
            return _report(checks, session)
    except DBAPIError:
        unread = Check(name="history", title=_("history of changes"), found=(_("unreadable"),))
        return Report(checks=(*checks, unread), counts={}, audit_rows=0, audit_digest="")


def _report(checks: tuple[Check, ...], session: Session) -> Report:
    # The tables are asked of the file: a backup before a migration has those of its own time.
    names = inspect(session.connection()).get_table_names()
    found = trail.verify(session) if AuditRow.__tablename__ in names else trail.NONE
    history = Check(name="history", title=_("history of changes"), found=found.problems)
    counts = {
        name: session.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in sorted(names)
    }
    return Report(
        checks=(*checks, history), counts=counts, audit_rows=found.rows, audit_digest=found.digest
    )


def _fold_in(file: VaultFile) -> None:
    """Move the write-ahead log into the file, waiting for readers as long as the recipe says."""
    connection = engine.connect(file)
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except dbapi2.Error as error:
        raise faults.sort(error) or error from None
    finally:
        connection.close()
    if busy:
        raise faults.StorageBusy(
            _("The record is being read at this moment and cannot be checked."),
            todo=_("Try again when nothing else is running."),
        )


def _ask(connect: Callable[[], Any], pragma: str) -> tuple[str, ...]:
    """What a check complains of, on a connection of its own."""
    try:
        connection = connect()
    except faults.StorageDamaged:
        return (_("unreadable"),)
    try:
        rows = connection.execute(pragma).fetchall()
    except dbapi2.DatabaseError:
        return (_("unreadable"),)
    finally:
        connection.close()
    return tuple(
        " ".join(str(part) for part in row if part is not None) for row in rows if row != ("ok",)
    )


def _checking_engine(connect: Callable[[], Any]) -> Engine:
    return create_engine(
        "sqlite://", module=dbapi2, creator=connect, poolclass=NullPool, hide_parameters=True
    )
