"""Bringing the tables of a store to this version of the program: linear, checked, all or nothing.

Alembic is driven from here, without an ini file and without env.py, because the store is opened
by a key that no file holds.
"""

from collections.abc import Callable
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from outcomes_app.db import faults
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

_FOLDER = Path(__file__).parent / "migrations"
# Any number will do, as long as every copy of the program uses the same.
_SERVER_LOCK = 4_837_105


class MigrationFailed(OutcomesError):
    """The tables could not be brought to this version; they are as they were."""


def head() -> str:
    """The revision this version of the program works with."""
    revision = _script().get_current_head()
    if revision is None:
        raise LookupError("there are no migrations")
    return revision


def revision(engine: Engine) -> str | None:
    """The revision of a store; None where it has no tables yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_due(engine: Engine) -> bool:
    """Whether the tables are older than this program. faults.NewerSchema where they are younger."""
    found = revision(engine)
    if found is not None and found not in _known():
        raise faults.NewerSchema(
            _("A newer version of this program has changed this practice's record."),
            todo=_("Install the newest version of the program. Nothing was changed."),
        )
    return found != head()


def upgrade(
    engine: Engine, *, to: str = "head", before: Callable[[], object] | None = None
) -> bool:
    """Bring the tables to this version in one transaction; True if there was something to do.

    `before` makes the backup; it is called only if a filled store is about to change.
    """
    if to == "head" and not is_due(engine):
        return False
    if before is not None and revision(engine) is not None:
        before()
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _upgrade_file(connection, to)
        else:
            with connection.begin():
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SERVER_LOCK})")
                _run(connection, to)
    return True


def _upgrade_file(connection: Connection, to: str) -> None:
    # Inside a transaction the pragma does nothing, so it goes to the driver before BEGIN.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            _run(connection, to)
            _require_whole(connection)
    finally:
        # A connection that met a fault is not worth keeping.
        connection.invalidate()


def _require_whole(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    report = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if report != "ok":
        raise faults.damaged()
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        raise MigrationFailed(
            _("The record could not be brought to this version: {tables} would lose links.").format(
                tables=tables
            ),
            todo=_("Keep using the version you had, and tell the maker of the program."),
        )


def _run(connection: Connection, to: str) -> None:
    script = _script()
    with EnvironmentContext(
        Config(), script, fn=lambda revision, _context: script._upgrade_revs(to, revision)
    ) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        with environment.begin_transaction():
            environment.run_migrations()


def _script() -> ScriptDirectory:
    return ScriptDirectory(_FOLDER)


def _known() -> frozenset[str]:
    return frozenset(step.revision for step in _script().walk_revisions())
