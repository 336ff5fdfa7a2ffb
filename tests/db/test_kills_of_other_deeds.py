"""Killing the program while it makes a practice, changes a passphrase, backs up, restores or
brings the tables up to date: afterwards there is the old or the new, and nothing between."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from outcomes_app.db import backup, engine, founding, keyfiles, keys, migrate, vault
from outcomes_app.db.engine import VaultFile
from tests import factories
from tests.db import survivors
from tests.db.conftest import PASSPHRASE, Crash, Kept

_MOST = 30  # places of each deed, spread evenly over all of them
_FILES = {"records.db", "keys.json", "keys.json.bak", "LOCK"} | {
    ".keys.json.tmp",
    ".keys.json.bak.tmp",
}
_NEW = "tulip harbor seventeen quiet lemon"


def _places(outcome: dict[str, Any]) -> list[int]:
    points = next(words["points"] for words in outcome["said"] if "points" in words)
    step = -(-points // _MOST)
    return sorted({*range(1, points + 1, step), points})


def _kill(crash: Crash, job: dict[str, Any], at: int) -> None:
    outcome = crash({**job, "fault": {"at": at, "how": "kill"}})
    assert outcome["status"] == -9


def test_making_a_practice(kept: Kept, tmp_path: Path, crash: Crash) -> None:
    assert list(_make_and_kill(kept, tmp_path, crash)) == []


def test_a_practice_built_in_its_place_is_found(kept: Kept, tmp_path: Path, crash: Crash) -> None:
    assert "damaged" in next(_make_and_kill(kept, tmp_path, crash, defect="built in its place"))


def _make_and_kill(kept: Kept, tmp_path: Path, crash: Crash, *, defect: str = "") -> Iterator[str]:
    def job(folder: Path) -> dict[str, Any]:
        return kept.job("create", vault=str(folder), defect=defect)

    for at in _places(crash(job(tmp_path / "count" / "new.vault"))):
        place = tmp_path / str(at)
        folder = place / "new.vault"
        _kill(crash, job(folder), at)
        found = vault.look(folder).state
        if found not in (vault.State.ABSENT, vault.State.PRESENT):
            yield f"{found} at {at}"
            continue
        if found is vault.State.ABSENT:
            crash(job(folder))
            # The next founding clears away what was left.
            assert [entry.name for entry in place.iterdir()] == [folder.name]
        _opens(folder, PASSPHRASE)
        shutil.rmtree(place)


def test_changing_a_passphrase(kept: Kept, tmp_path: Path, crash: Crash) -> None:
    count = kept.copied(tmp_path / "count.vault")
    for at in _places(crash(count.job("change_passphrase", new=_NEW))):
        copy = kept.copied(tmp_path / f"{at}.vault")
        _kill(crash, copy.job("change_passphrase", new=_NEW), at)
        # Each copy is the old or the new one: whole without the help of another.
        assert keyfiles.load(copy.folder).notice == ""
        assert _opens_by_one_of(copy.folder, PASSPHRASE, _NEW)
        assert {file.name for file in copy.folder.iterdir()} <= _FILES


def test_backing_up(kept: Kept, tmp_path: Path, crash: Crash) -> None:
    data_key = keys.DataKey(key=kept.key[:32], salt=kept.key[32:])
    into = tmp_path / "backups"
    job = kept.job("back_up", into=str(into))
    for at in _places(crash(job)):
        _kill(crash, job, at)
        for found in into.glob(f"*{backup.SUFFIX}"):
            assert backup.check(found, data_key).passed
    assert survivors.damage(kept.file) == ()
    crash(job)
    leftovers = [entry for entry in into.iterdir() if entry.name.startswith(".")]
    assert leftovers == []


def test_restoring(kept: Kept, tmp_path: Path, crash: Crash) -> None:
    opened = kept.open()
    made = opened.back_up("test")
    opened.close(with_backup=False)

    def job(folder: Path) -> dict[str, Any]:
        return kept.job("restore", vault=str(folder), backup=str(made.folder))

    for at in _places(crash(job(tmp_path / "count" / "new.vault"))):
        folder = tmp_path / str(at) / "new.vault"
        _kill(crash, job(folder), at)
        assert vault.look(folder).state in (vault.State.ABSENT, vault.State.PRESENT)
        if vault.look(folder).state is vault.State.ABSENT:
            crash(job(folder))
        _opens(folder, PASSPHRASE)


def test_bringing_the_tables_up_to_date(kept: Kept, tmp_path: Path, crash: Crash) -> None:
    assert list(_upgrade_and_kill(kept, tmp_path, crash)) == []


def test_tables_changed_outside_a_transaction_are_found(
    kept: Kept, tmp_path: Path, crash: Crash
) -> None:
    assert "between" in next(_upgrade_and_kill(kept, tmp_path, crash, defect="no transaction"))


def _upgrade_and_kill(
    kept: Kept, tmp_path: Path, crash: Crash, *, defect: str = ""
) -> Iterator[str]:
    older = replace(kept, folder=_at_first_revision(tmp_path / "old.vault", kept.key))
    tables = {migrate.head(): _tables(kept.file), "0001": _tables(older.file)}
    count = older.copied(tmp_path / "count.vault")
    for at in _places(crash(count.job("upgrade", defect=defect))):
        copy = older.copied(tmp_path / f"{at}.vault")
        _kill(crash, copy.job("upgrade", defect=defect), at)
        revision = _revision(copy.file)
        if _tables(copy.file) != tables.get(revision):
            yield f"between {revision} and the next at {at}"
            continue
        _upgrade(copy.file)
        assert _revision(copy.file) == migrate.head()


def _tables(file: VaultFile) -> frozenset[str]:
    """The names of tables, indices and triggers."""
    connection = engine.connect(file)
    try:
        names = connection.execute("SELECT name FROM sqlite_schema").fetchall()
        return frozenset(row[0] for row in names) - {"vault_identity"}
    finally:
        connection.close()


def _at_first_revision(folder: Path, key: bytes) -> Path:
    folder.mkdir()
    file = VaultFile(folder / founding.DATABASE, key)
    file.path.touch()
    _upgrade(file, to="0001")
    return folder


def _upgrade(file: VaultFile, *, to: str = "head") -> None:
    vault_engine = engine.vault_engine(file)
    migrate.upgrade(vault_engine, to=to)
    vault_engine.dispose()


def _revision(file: VaultFile) -> str:
    vault_engine = engine.vault_engine(file)
    try:
        return migrate.revision(vault_engine) or ""
    finally:
        vault_engine.dispose()


def _opens(folder: Path, passphrase: str) -> None:
    opened = vault.open(
        folder, passphrase=passphrase, clock=factories.CLOCK, hardness=keys.FOR_TESTS
    )
    try:
        assert opened.verify().passed
    finally:
        opened.close(with_backup=False)


def _opens_by_one_of(folder: Path, *passphrases: str) -> bool:
    return any(_tried(folder, passphrases))


def _tried(folder: Path, passphrases: tuple[str, ...]) -> Iterator[bool]:
    for passphrase in passphrases:
        try:
            _opens(folder, passphrase)
        except vault.WrongPassphrase:
            continue
        yield True
