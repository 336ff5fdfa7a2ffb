"""Opening the store and using it: the connection recipe, and sessions that read or write.

Every connection to a vault is made here and read back pragma by pragma, because a setting that
silently did not take (a disk that refuses WAL, an older library) would cost a visit one day.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from outcomes_app.clock import Clock, SystemClock
from outcomes_app.db import audit, faults
from outcomes_app.domain.values import Changes, PersonId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

__all__ = ["Changes", "Database", "VaultFile", "connect", "open_file", "vault_engine"]

P = ParamSpec("P")
R = TypeVar("R")

SQLCIPHER = "sqlcipher"
POSTGRESQL = "postgresql"

# Every earlier SQLite with WAL can lose pages when a write meets a checkpoint.
_OLDEST_SQLITE = (3, 51, 3)
_BUSY_MILLISECONDS = 5000

# Pragma, what it is set to, what it must read back.
_RECIPE: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("secure_delete", "ON", 1),
    ("busy_timeout", str(_BUSY_MILLISECONDS), _BUSY_MILLISECONDS),
    ("mmap_size", "0", 0),
)

# An execution option: tells the begin listener that the transaction must not write.
_READING = "outcomes_reading"


@dataclass(frozen=True, slots=True)
class VaultFile:
    """A record's file and the key that opens it: the data key followed by the file's salt.

    With the salt kept by us a damaged file header stays readable.
    """

    path: Path
    key: bytes = field(repr=False)


class LibraryTooOld(OutcomesError):
    """The database library has a known fault that loses records."""


def open_file(file: VaultFile, *, mode: str = "rw") -> Any:
    """A bare connection with its key set and nothing else; it never makes a file.

    Nothing is read yet, so a wrong key shows at the first question.
    """
    _require_sound_library()
    try:
        connection = dbapi2.connect(
            f"file:{quote(str(file.path))}?mode={mode}",
            uri=True,
            isolation_level=None,  # the begin listener says BEGIN, the driver never does
            check_same_thread=False,  # the pool hands a connection to one thread at a time
            timeout=_BUSY_MILLISECONDS / 1000,
        )
    except dbapi2.Error as error:
        raise faults.sort(error) or error from None
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr
    connection.execute(f"PRAGMA key = \"x'{file.key.hex()}'\"")
    return connection


def connect(file: VaultFile) -> Any:
    """A connection to a vault's file by the whole recipe, each setting read back."""
    connection = open_file(file)
    try:
        for pragma, value, _expected in _RECIPE:
            connection.execute(f"PRAGMA {pragma} = {value}").fetchall()
        for pragma, _value, expected in _RECIPE:
            found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
            if found != expected:
                raise faults.StorageFailed(
                    _("The record cannot be kept safely here: {setting} is refused.").format(
                        setting=pragma
                    ),
                    todo=_("Move the practice's folder to a disk of this computer."),
                )
    except dbapi2.Error as error:
        connection.close()
        raise faults.sort(error) or error from None
    except BaseException:
        connection.close()
        raise
    return connection


def vault_engine(file: VaultFile) -> Engine:
    """The SQLAlchemy engine of a vault's file; each of its connections follows the recipe."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: connect(file),
        poolclass=QueuePool,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get(_READING, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    # A deferred write would fail with "locked" when its turn comes, whatever the timeout.
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _require_sound_library() -> None:
    if dbapi2.sqlite_version_info < _OLDEST_SQLITE:
        raise LibraryTooOld(
            _("The database library {version} is too old to keep records safely.").format(
                version=dbapi2.sqlite_version
            ),
            todo=_("Install the program again with its own libraries."),
        )


class Database:
    """The open store, one for the program: sessions that read, and deeds that write."""

    def __init__(
        self,
        engine: Engine,
        *,
        dialect: str,
        clock: Clock | None = None,
        file: VaultFile | None = None,
    ) -> None:
        self.dialect = dialect
        self.file = file
        self.engine = engine
        self.clock: Clock = clock or SystemClock()
        # Held open and never used: as long as the file has a connection, a commit that failed on
        # the disk stays out of sight, and the next one is written over it. Reopening the file
        # would find it in the log, and show what was said not to be stored.
        self._anchor: Any = None if file is None else connect(file)
        self._back_up: Callable[[str], object] = _no_backup
        self._reader = engine.execution_options(**{_READING: True})
        # One writer at a time in a file; a server sorts its writers itself.
        self._write_lock: AbstractContextManager[object] = (
            threading.Lock() if dialect == SQLCIPHER else nullcontext()
        )

    @classmethod
    def in_file(cls, file: VaultFile, clock: Clock | None = None) -> "Database":
        """The store in a vault's file, which must exist."""
        return cls(vault_engine(file), dialect=SQLCIPHER, clock=clock, file=file)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot write and sees one state of the store throughout."""
        with _session(self._reader, reading=True) as session:
            if self.dialect == POSTGRESQL:
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield session

    @contextmanager
    def writing(self, who: PersonId, deed: str, reason: str = "") -> Iterator[Session]:
        """A session for one deed: all of it is stored and audited at the end, or nothing."""
        with self._transaction(who, deed, reason) as (session, _tally):
            yield session

    def write(
        self,
        who: PersonId,
        deed: str,
        function: Callable[Concatenate[Session, P], R],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[R, Changes]:
        """Call function(session, …) as one deed; its result, and what it changed.

        A `reason` among the keywords goes to the function and into the audit.
        """
        reason = str(kwargs.get("reason", ""))
        with self._transaction(who, deed, reason) as (session, tally):
            result = function(session, *args, **kwargs)
        return result, tally()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Hold back this program's own writers, for a check that reads the file itself."""
        with self._write_lock:
            yield

    def back_up(self, reason: str) -> None:
        """Make a verified backup now, as before an import; a server is backed up by its keeper."""
        self._back_up(reason)

    def backs_up_by(self, back_up: Callable[[str], object]) -> None:
        """Say how a backup is made; the vault does this, which knows the place for it."""
        self._back_up = back_up

    def close(self) -> None:
        """Give back every connection; the last one folds the write-ahead log into the file."""
        self.engine.dispose()
        if self._anchor is not None:
            self._anchor.close()

    @contextmanager
    def _transaction(
        self, who: PersonId, deed: str, reason: str
    ) -> Iterator[tuple[Session, Callable[[], Changes]]]:
        with self._write_lock, _session(self.engine, reading=False) as session:
            tally = audit.begin(session, who=who, deed=deed, reason=reason, clock=self.clock)
            yield session, tally
            session.commit()


def _no_backup(_reason: str) -> None:
    return None


@contextmanager
def _session(bind: Engine, *, reading: bool) -> Iterator[Session]:
    """A session whose storage errors come out sorted; the connection that met one is dropped."""
    try:
        with Session(bind, autoflush=not reading) as session:
            try:
                yield session
            except DBAPIError as error:
                if faults.sort(error) is not None:
                    session.invalidate()
                raise
    except DBAPIError as error:
        known = faults.sort(error)
        # Writing in a reading session is a bug of ours, not a write-protected disk.
        if known is None or (reading and isinstance(known, faults.StorageReadOnly)):
            raise faults.cleaned(error).with_traceback(error.__traceback__) from None
        raise known from None
