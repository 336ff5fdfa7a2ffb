"""Errors of the store, sorted once: which of them a person can mend, and how.

A full disk, a lock, a read-only or failing disk and a damaged file are known and get words. All
others are bugs. The text of a database error is never repeated: it may quote a patient's values.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from outcomes_app.errors import OutcomesError
from outcomes_app.text import _


class StorageError(OutcomesError):
    """The store could not do it; nothing of the deed was kept."""


class DiskFull(StorageError):
    """No room is left where the record is kept."""


class StorageBusy(StorageError):
    """Another program or connection holds the record."""


class StorageReadOnly(StorageError):
    """The record lies where this person may not write."""


class StorageFailed(StorageError):
    """The disk or the network drive reported an error."""


class StorageDamaged(StorageError):
    """The file is not whole, or not ours."""


class NewerSchema(OutcomesError):
    """A later version of the program has changed the record or its keys."""


class ServerLost(StorageError):
    """The clinic's server does not answer."""


# SQLite's primary result codes; sqlcipher3 gives them as `sqlite_errorcode`.
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
_PRIMARY = 0xFF

# PostgreSQL's classes and codes of SQLSTATE.
_SERVER_GONE = ("08", "57P")
# Broken constraints and our own triggers: their first line names no values.
_OWN_WORDS = ("23", "P0001")
_SERVER_BUSY = ("55P03", "40P01", "40001", "57014")


def sort(error: BaseException) -> StorageError | None:
    """The storage error behind an exception of SQLAlchemy or a driver; None means it is a bug."""
    original = getattr(error, "orig", None) or error
    code = getattr(original, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _of_sqlite(code & _PRIMARY)
    if hasattr(original, "sqlstate"):
        return _of_server(original.sqlstate, lost=getattr(error, "connection_invalidated", False))
    return None


def cleaned(error: DBAPIError) -> DBAPIError:
    """The same bug without a patient's values in its text, which a server likes to quote."""
    original = error.orig
    words = [type(original).__name__]
    state = getattr(original, "sqlstate", None)
    if isinstance(getattr(original, "sqlite_errorcode", None), int):
        words.append(str(original))  # SQLite names tables and columns only
    elif state is not None:
        details = getattr(original, "diag", None)
        parts = (state, getattr(details, "constraint_name", ""), getattr(details, "table_name", ""))
        words.extend(part for part in parts if part)
        if state.startswith(_OWN_WORDS):
            words.append(getattr(details, "message_primary", "") or "")
    return type(error)(
        error.statement,
        None,
        RuntimeError(" ".join(words)),
        hide_parameters=True,
        connection_invalidated=error.connection_invalidated,
    )


def _of_sqlite(code: int) -> StorageError | None:
    if code == _FULL:
        return disk_full()
    if code in (_BUSY, _LOCKED):
        return StorageBusy(
            _("The record is in use by another program at this moment."),
            todo=_("Close other copies of this program, then try again."),
        )
    if code == _READONLY:
        return StorageReadOnly(
            _("The record cannot be changed: the disk or the file is write-protected."),
            todo=_("Remove the write protection, then try again."),
        )
    if code in (_IOERR, _CANTOPEN):
        return StorageFailed(
            _("The disk reported an error; the last action was not stored."),
            todo=_("Check the disk or the network drive, then try again."),
        )
    if code in (_CORRUPT, _NOTADB):
        return damaged()
    return None


def _of_server(state: str | None, *, lost: bool) -> StorageError | None:
    if lost or state is None or state.startswith(_SERVER_GONE):
        return ServerLost(
            _("The server does not answer; it is not certain that the last action was stored."),
            todo=_("Check the connection, look whether it is there, and only then repeat it."),
        )
    if state in _SERVER_BUSY:
        return StorageBusy(
            _("Somebody else is changing the same record at this moment."),
            todo=_("Wait a moment, then try again."),
        )
    if state == "53100":
        return disk_full()
    if state == "25006":
        return StorageReadOnly(
            _("The server accepts no changes at present."),
            todo=_("Ask whoever looks after the server."),
        )
    if state.startswith(("58", "XX")):
        return StorageFailed(
            _("The server reported a failure of its disk; the last action was not stored."),
            todo=_("Ask whoever looks after the server."),
        )
    return None


def disk_full() -> DiskFull:
    """What is said when there is no room left."""
    return DiskFull(
        _("The disk is full; the last action was not stored."),
        todo=_("Free some space on the disk, then try again."),
    )


def damaged() -> StorageDamaged:
    """What is said when the file itself is not whole."""
    return StorageDamaged(
        _("The record's file is damaged or was replaced by another file."),
        todo=_("Leave it as it is, and restore the newest backup into a new folder."),
    )


@contextmanager
def disk_faults() -> Iterator[None]:
    """Turn the system's errors about files into words, for what is not the database itself."""
    try:
        yield
    except OSError as error:
        raise _of_disk(error) from None


def _of_disk(error: OSError) -> StorageError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StorageReadOnly(
            _("You may not write in this folder."),
            todo=_("Choose another folder, or ask for the right to write there."),
        )
    return StorageFailed(
        _("The disk reported an error: {reason}.").format(reason=error.strerror),
        todo=_("Check the disk or the network drive, then try again."),
    )
