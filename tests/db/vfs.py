"""Stands between SQLite and the disk, in this process: every write, sync, truncation, deletion and
creation of a file is told to a listener first, which may refuse it, tear it, or end the process.

It patches the library's own table of functions through ctypes, so it needs no compiler and works
on the very library that ships. It cannot be taken away again: use it in a child process.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlcipher3 import _sqlite3

OK, IOERR, FULL, IOERR_WRITE, IOERR_FSYNC = 0, 10, 13, 10 | 3 << 8, 10 | 4 << 8

_OPEN_CREATE = 0x4
_WRITE, _TRUNCATE, _SYNC = 3, 4, 5
_METHODS = 19

_Open = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,  # a name, but SQLite keeps the address and reads behind it
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_int),
)
_Delete = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_Write = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", _Open),
        ("delete", _Delete),
    )


@dataclass(frozen=True, slots=True)
class Call:
    """What SQLite is about to do. `perform(n)` does it, or only its first n bytes."""

    deed: str
    path: str
    offset: int
    data: bytes
    perform: Callable[..., int]


Listener = Callable[[Call], int]

_kept: list[Any] = []  # the C side holds only addresses


def install(listener: Listener) -> None:
    """Tell `listener` from now on; what it returns is SQLite's result."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    real_open = ctypes.cast(vfs.open, _Open)
    real_delete = ctypes.cast(vfs.delete, _Delete)
    paths: dict[int, str] = {}
    tables: dict[int, Any] = {}

    def opened(of: int, name: int | None, file: int, flags: int, out: Any) -> int:
        path = _text(name)
        code = OK
        if flags & _OPEN_CREATE:
            code = listener(Call("create", path, 0, b"", lambda: OK))
        if code != OK:
            ctypes.c_void_p.from_address(file).value = None
            return code
        code = int(real_open(of, name, file, flags, out))
        methods = ctypes.c_void_p.from_address(file)
        if code == OK and methods.value:
            paths[file] = path
            if methods.value not in tables:
                tables[methods.value] = _patched(methods.value, paths, listener)
            methods.value = ctypes.addressof(tables[methods.value])
        return code

    def deleted(of: int, name: int, sync: int) -> int:
        call = Call("delete", _text(name), sync, b"", lambda: int(real_delete(of, name, sync)))
        return listener(call)

    vfs.open, vfs.delete = _Open(opened), _Delete(deleted)
    _kept.extend((library, vfs, vfs.open, vfs.delete, real_open, real_delete, opened, deleted))


def _text(address: int | None) -> str:
    return ctypes.string_at(address).decode() if address else ""


def _patched(address: int, paths: dict[int, str], listener: Listener) -> Any:
    """A copy of a table of file methods with ours in three places."""
    table = (ctypes.c_void_p * _METHODS)()
    ctypes.memmove(table, address, ctypes.sizeof(table))
    real_write = _Write(table[_WRITE])
    real_truncate = _Truncate(table[_TRUNCATE])
    real_sync = _Sync(table[_SYNC])

    def written(file: int, data: int, length: int, offset: int) -> int:
        def perform(some: int = length) -> int:
            return int(real_write(file, data, some, offset))

        content = ctypes.string_at(data, length)
        return listener(Call("write", paths[file], offset, content, perform))

    def truncated(file: int, size: int) -> int:
        call = Call("truncate", paths[file], size, b"", lambda: int(real_truncate(file, size)))
        return listener(call)

    def synced(file: int, flags: int) -> int:
        return listener(Call("sync", paths[file], 0, b"", lambda: int(real_sync(file, flags))))

    ours = (_Write(written), _Truncate(truncated), _Sync(synced))
    for place, function in zip((_WRITE, _TRUNCATE, _SYNC), ours, strict=True):
        table[place] = ctypes.cast(function, ctypes.c_void_p).value
    _kept.extend((table, ours, real_write, real_truncate, real_sync))
    return table
