"""Refuses what would cost a record in real life: opening a live database file past the library.

Closing such a file again would drop every lock that SQLite holds on it in this process. An audit
hook of Python sees each `open`; it cannot be taken away again, so it has a switch.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from outcomes_app.db import founding, lock

_SUFFIXES = ("", "-wal", "-shm", "-journal")

_live: set[str] = set()
_switch = {"installed": False, "on": False}
_make, _release = lock.FolderLock.__init__, lock.FolderLock.release


class OpenedLiveFile(AssertionError):
    """Somebody opened a live database file."""


@contextmanager
def guarded() -> Iterator[None]:
    """Refuse it within this block."""
    if not _switch["installed"]:
        sys.addaudithook(_watch)
        _switch["installed"] = True
    lock.FolderLock.__init__, lock.FolderLock.release = _locked, _released
    _switch["on"] = True
    try:
        yield
    finally:
        _switch["on"] = False
        lock.FolderLock.__init__, lock.FolderLock.release = _make, _release
        _live.clear()


def _locked(self: Any, folder: Path, clock: Any) -> None:
    _make(self, folder, clock)
    _live.update(str(folder.resolve() / (founding.DATABASE + end)) for end in _SUFFIXES)


def _released(self: Any) -> None:
    _release(self)
    folder = self._path.parent
    _live.difference_update(str(folder.resolve() / (founding.DATABASE + end)) for end in _SUFFIXES)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _switch["on"] or not _live:
        return
    path, _mode, flags = arguments
    # A new, empty file cannot be live yet: that is how a database is begun.
    if isinstance(path, str | bytes | os.PathLike) and not (
        isinstance(flags, int) and flags & os.O_EXCL
    ):
        name = os.fsdecode(path)
        if founding.DATABASE in name and os.path.realpath(name) in _live:
            raise OpenedLiveFile(f"{name} is open in the database library")
