"""Backups of a vault: made by the database itself, reopened and checked before they count.

A backup is a folder with the record, its key file and a manifest. It is built under a hidden name
and renamed when it passed its checks, so a folder with a backup's name is a good backup.
"""

import hashlib
import hmac
import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

import outcomes_app
from outcomes_app.db import audit, engine, faults, files, keyfiles, keys, rotation, verify
from outcomes_app.db.engine import Database, VaultFile
from outcomes_app.db.founding import DATABASE
from outcomes_app.db.keys import DataKey, KeyFile
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

MANIFEST = "manifest.json"
SUFFIX = ".backup"

_VERSION = 1
_UNFINISHED = ".unfinished"
_LEAVING = ".leaving"
_PURPOSE = "backup manifest"
# A copy, its journal while it is checked, and something left for everybody else.
_ROOM_TIMES, _ROOM_BESIDE = 2, 32 * 1024 * 1024


class BackupDamaged(OutcomesError):
    """This backup is not whole, or it is not what it says it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished backup, as its manifest describes it."""

    folder: Path
    db_id: uuid.UUID
    made_at: datetime
    reason: str
    program: str
    size: int
    counts: Mapping[str, int]
    audit_rows: int
    audit_digest: str
    key_generation: int
    file_digest: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The open vault a backup is made of, and the folder its backups go to."""

    vault: Path
    database: Database
    data_key: DataKey = field(repr=False)
    db_id: uuid.UUID
    into: Path


def make(source: Source, reason: str) -> Backup:
    """Make a backup, check it, and clear away the ones that rotation gives up."""
    with faults.disk_faults():
        source.into.mkdir(mode=files.OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        _require_room(source)
        _clear(source.into)
        made_at = source.database.clock.now().astimezone(UTC)
        building = source.into / f".{uuid.uuid4().hex}{_UNFINISHED}"
        building.mkdir(mode=files.OWNER_ONLY_FOLDER)
        try:
            _fill(building, source, made_at, reason)
            folder = _free_name(source.into, made_at)
            building.rename(folder)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        files.sync_folder(source.into)
    made = read(folder, source.data_key)
    rotate(source.into, source.data_key, made_at)
    return made


def make_if_changed(source: Source, reason: str) -> Backup | None:
    """Make a backup unless the newest one already holds everything; None = it does."""
    newest = next(iter(good(source.into, source.data_key)), None)
    if newest is not None:
        generation = keyfiles.load(source.vault).keys.generation
        with source.database.reading() as session:
            digest = audit.head(session)[1]
        if (newest.audit_digest, newest.key_generation) == (digest, generation):
            return None
    return make(source, reason)


def listed(into: Path) -> tuple[Backup, ...]:
    """The backups in a folder, the newest first, as they describe themselves."""
    found = []
    for folder in into.glob(f"*{SUFFIX}"):
        try:
            found.append(read(folder))
        except BackupDamaged:
            continue
    return tuple(sorted(found, key=_age, reverse=True))


def good(into: Path, data_key: DataKey) -> tuple[Backup, ...]:
    """The backups in a folder that were verifiably made with this key, the newest first."""
    found = []
    for backup in listed(into):
        try:
            found.append(read(backup.folder, data_key))
        except BackupDamaged:
            continue
    return tuple(found)


def read(folder: Path, data_key: DataKey | None = None) -> Backup:
    """The manifest of a backup. With the key it must also be signed by it."""
    try:
        body = json.loads((folder / MANIFEST).read_bytes())
        signature = body.pop("hmac")
        backup = _from_json(folder, body)
        size = (folder / DATABASE).stat().st_size
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(folder) from None
    if size != backup.size:
        raise _damaged(folder)
    if data_key is not None and not hmac.compare_digest(str(signature), _sign(body, data_key)):
        raise _damaged(folder)
    return backup


def check(folder: Path, data_key: DataKey) -> verify.Report:
    """Check a backup as thoroughly as when it was made, and against its manifest."""
    backup = read(folder, data_key)
    if _digest(folder / DATABASE) != backup.file_digest:
        raise _damaged(folder)
    report = verify.verify_copy(VaultFile(path=folder / DATABASE, key=data_key.raw))
    if dict(report.counts) != dict(backup.counts) or report.audit_digest != backup.audit_digest:
        raise _damaged(folder)
    return report


def restore(backup: Path, folder: Path, unlock: Callable[[KeyFile], DataKey]) -> Backup:
    """Make a practice's folder out of a backup; nothing that exists is touched.

    `unlock` opens the key file of the backup, by the passphrase it had then or by recovery key.
    """
    folder = folder.absolute()
    with faults.disk_faults():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutcomesError(
                _("{folder} is not empty.").format(folder=folder),
                todo=_("Choose a new or an empty folder. Nothing here was changed."),
            )
        key_file = _key_file(backup)
        data_key = unlock(key_file)
        check(backup, data_key).require()
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}{_UNFINISHED}")
        building.mkdir(mode=files.OWNER_ONLY_FOLDER)
        try:
            _copy(backup / DATABASE, building / DATABASE)
            content = keys.to_bytes(key_file)
            files.write_new(building / keyfiles.NAME, content)
            files.write_new(building / keyfiles.SPARE, content)
            files.sync_folder(building)
            if folder.is_dir():
                folder.rmdir()
            building.rename(folder)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        files.sync_folder(folder.parent)
        keyfiles.save(folder, key_file)
    return read(backup, data_key)


def rotate(into: Path, data_key: DataKey, now: datetime) -> tuple[Path, ...]:
    """Delete the backups that rotation gives up; only ever while a good one stays."""
    backups = good(into, data_key)
    stay = rotation.kept((backup.made_at for backup in backups), now)
    leaving = tuple(backup.folder for backup in backups if backup.made_at not in stay)
    for folder in leaving:
        # Renamed first: a backup that is half deleted must not look like one.
        hidden = folder.with_name(f".{folder.name}{_LEAVING}")
        folder.rename(hidden)
        shutil.rmtree(hidden, ignore_errors=True)
    return leaving


def _fill(building: Path, source: Source, made_at: datetime, reason: str) -> None:
    copy = VaultFile(path=building / DATABASE, key=source.data_key.raw)
    _copy_record(source, copy.path)
    files.sync_file(copy.path)
    report = verify.verify_copy(copy).require()
    key_file = keyfiles.load(source.vault).keys
    files.write_new(building / keyfiles.NAME, keys.to_bytes(key_file))
    body: dict[str, Any] = {
        "v": _VERSION,
        "db_id": str(source.db_id),
        "made_at": made_at.isoformat(),
        "reason": reason,
        "program": outcomes_app.__version__,
        "size": copy.path.stat().st_size,
        "sha256": _digest(copy.path),
        "counts": dict(report.counts),
        "audit_rows": report.audit_rows,
        "audit_digest": report.audit_digest,
        "key_generation": key_file.generation,
    }
    signed = body | {"hmac": _sign(body, source.data_key)}
    files.write_new(building / MANIFEST, json.dumps(signed, indent=1).encode())
    files.sync_folder(building)


def _copy_record(source: Source, target: Path) -> None:
    """Let the database write the copy: it is the only one that may read a live file."""
    assert source.database.file is not None
    files.write_new(target, b"")  # ours alone before anything is in it
    connection = engine.connect(source.database.file)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    except dbapi2.Error as error:
        raise faults.sort(error) or error from None
    finally:
        connection.close()


def _copy(source: Path, target: Path) -> None:
    """Copy a finished file, never a live one."""
    files.write_new(target, b"")
    with source.open("rb") as there, target.open("wb") as here:
        shutil.copyfileobj(there, here)
    files.sync_file(target)


def _require_room(source: Source) -> None:
    assert source.database.file is not None
    needed = source.database.file.path.stat().st_size * _ROOM_TIMES + _ROOM_BESIDE
    if shutil.disk_usage(source.into).free < needed:
        raise faults.DiskFull(
            _("There is no room for a backup in {folder}.").format(folder=source.into),
            todo=_("Free some space there, or choose another folder for backups."),
        )


def _clear(into: Path) -> None:
    """Remove what an earlier, interrupted backup or rotation left."""
    for suffix in (_UNFINISHED, _LEAVING):
        for left in into.glob(f".*{suffix}"):
            shutil.rmtree(left, ignore_errors=True)


def _age(backup: Backup) -> tuple[datetime, int, int]:
    return backup.made_at, backup.audit_rows, backup.key_generation


def _free_name(into: Path, made_at: datetime) -> Path:
    stamp = made_at.strftime("%Y-%m-%d_%H%M%SZ")
    names = [f"{stamp}{SUFFIX}", *(f"{stamp}-{n}{SUFFIX}" for n in range(2, 1000))]
    return next(into / name for name in names if not (into / name).exists())


def _key_file(backup: Path) -> KeyFile:
    try:
        return keys.from_bytes((backup / keyfiles.NAME).read_bytes())
    except OSError:
        raise _damaged(backup) from None


def _from_json(folder: Path, body: Mapping[str, Any]) -> Backup:
    return Backup(
        folder=folder,
        db_id=uuid.UUID(body["db_id"]),
        made_at=datetime.fromisoformat(body["made_at"]),
        reason=str(body["reason"]),
        program=str(body["program"]),
        size=int(body["size"]),
        counts={str(name): int(number) for name, number in body["counts"].items()},
        audit_rows=int(body["audit_rows"]),
        audit_digest=str(body["audit_digest"]),
        key_generation=int(body["key_generation"]),
        file_digest=str(body["sha256"]),
    )


def _sign(body: Mapping[str, Any], data_key: DataKey) -> str:
    message = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(data_key.derived(_PURPOSE), message, "sha256").hex()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(folder: Path) -> BackupDamaged:
    return BackupDamaged(
        _("The backup {name} is not whole.").format(name=folder.name),
        todo=_("Use another backup."),
    )
