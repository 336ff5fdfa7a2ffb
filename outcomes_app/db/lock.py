"""One program at a time in a practice's folder.

The lock is the system's, on a file of its own: it ends with the process that holds it, and the
words in the file are only there to say who that is.
"""

import errno
import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path

from outcomes_app.clock import Clock
from outcomes_app.db import files
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

NAME = "LOCK"

# Windows locks bytes against reading too; this one lies far behind the words.
_LOCKED_BYTE = 1 << 20


_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


class InUse(OutcomesError):
    """Another program, or another window of this one, has the practice open."""


class FolderLock:
    """Holds a folder until `release`, or until the process ends."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / NAME
        flags = os.O_RDWR | os.O_CREAT
        self._descriptor = os.open(self._path, flags, files.OWNER_ONLY_FILE)
        try:
            _lock(self._descriptor)
        except OSError as error:
            holder = _holder(self._descriptor)
            os.close(self._descriptor)
            if error.errno not in _HELD:
                raise  # a drive that knows no locks is no place for a record
            raise InUse(holder, todo=_("Close it there, then try again.")) from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, _words(clock.now()))

    def release(self) -> None:
        """Let others in. Safe to call twice."""
        if self._descriptor < 0:
            return
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = -1


def _words(now: datetime) -> bytes:
    return json.dumps(
        {"computer": socket.gethostname(), "process": os.getpid(), "since": now.isoformat()}
    ).encode()


def _holder(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        found = json.loads(os.read(descriptor, 4096))
        computer, process = str(found["computer"]), int(found["process"])
    except (OSError, ValueError, KeyError, TypeError):
        return _("This practice is open in another program.")
    if computer == socket.gethostname() and process == os.getpid():
        return _("This practice is already open in this program.")
    if computer == socket.gethostname():
        return _("This practice is already open on this computer (process {process}).").format(
            process=process
        )
    return _("This practice is open on the computer {computer}.").format(computer=computer)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
