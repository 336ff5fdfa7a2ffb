"""Backups: made, checked, told from damaged ones, rotated, and restored."""

import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outcomes_app import catalog as catalogs
from outcomes_app.clock import FixedClock
from outcomes_app.db import backup, faults, founding, keyfiles, keys, vault, verify
from outcomes_app.db.backup import Backup, BackupDamaged, Source
from outcomes_app.db.engine import VaultFile
from outcomes_app.db.keys import DataKey, KeyFile
from outcomes_app.db.vault import OpenVault
from outcomes_app.errors import OutcomesError
from outcomes_app.records import patients
from tests import factories
from tests.db.conftest import PASSPHRASE, Kept


def _add(opened: OpenVault) -> None:
    opened.database.write(
        opened.person.id,
        "patient.record",
        patients.record,
        factories.patient(),
        catalog=catalogs.load(),
        today=factories.TODAY,
    )


def _unlock(found: KeyFile) -> DataKey:
    return keys.unlock(found, PASSPHRASE)[0]


def _made(opened: OpenVault) -> tuple[Backup, ...]:
    return backup.listed(opened.source.into)


def test_a_backup_holds_everything_and_says_so(opened: OpenVault) -> None:
    _add(opened)
    made = opened.back_up("test")
    assert made.reason == "test"
    assert made.counts["patient"] == 2
    assert made.db_id == opened.db_id
    assert made.audit_digest == opened.verify().audit_digest
    assert backup.check(made.folder, opened.source.data_key).passed
    assert _made(opened) == (made,)


def test_closing_makes_a_backup_of_what_changed_and_only_then(kept: Kept) -> None:
    opened = kept.open()
    into = opened.source.into
    assert opened.close() is not None
    assert kept.open().close() is None
    opened = kept.open()
    _add(opened)
    made = opened.close()
    assert made is not None
    assert made.counts["patient"] == 2
    assert len(backup.listed(into)) == 2


def test_a_new_passphrase_is_a_change(kept: Kept) -> None:
    kept.open().close()
    opened = kept.open()
    vault.change_passphrase(opened, "tulip harbor seven quiet lemon", hardness=keys.FOR_TESTS)
    assert opened.close() is not None


def test_what_was_lost_by_a_crash_is_backed_up_by_the_next_closing(kept: Kept) -> None:
    opened = kept.open()
    _add(opened)
    opened.close(with_backup=False)
    made = kept.open().close()
    assert made is not None
    assert made.counts["patient"] == 2


def test_the_database_makes_its_backup_before_an_import(opened: OpenVault) -> None:
    opened.database.back_up("import")
    assert [made.reason for made in _made(opened)] == ["import"]


def test_a_backup_is_made_while_others_write(opened: OpenVault) -> None:
    with opened.database.writing(opened.person.id, "test"):
        made = opened.back_up("test")
    assert backup.check(made.folder, opened.source.data_key).passed


def test_a_restored_practice_is_the_same(opened: OpenVault, tmp_path: Path) -> None:
    _add(opened)
    made = opened.back_up("test")
    folder = tmp_path / "back" / "Restored.vault"
    backup.restore(made.folder, folder, _unlock)
    restored = vault.open(folder, passphrase=PASSPHRASE, clock=factories.CLOCK)
    assert restored.verify() == opened.verify()
    assert restored.practice == opened.practice
    restored.close(with_backup=False)


def test_a_backup_is_restored_by_the_recovery_key_too(
    kept: Kept, opened: OpenVault, tmp_path: Path
) -> None:
    made = opened.back_up("test")
    secret = kept.recovery_key.secret
    backup.restore(
        made.folder, tmp_path / "R.vault", lambda found: keys.unlock_with_recovery(found, secret)
    )
    assert vault.look(tmp_path / "R.vault").state is vault.State.PRESENT


def test_restoring_touches_nothing_that_exists(
    kept: Kept, opened: OpenVault, tmp_path: Path
) -> None:
    made = opened.back_up("test")
    with pytest.raises(OutcomesError, match="not empty"):
        backup.restore(made.folder, kept.folder, _unlock)
    with pytest.raises(vault.WrongPassphrase):
        backup.restore(
            made.folder, tmp_path / "R.vault", lambda found: keys.unlock(found, "wrong")[0]
        )
    assert not (tmp_path / "R.vault").exists()


def _flip(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 0x10
    file.write_bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: _flip(folder / founding.DATABASE, 5000),
        lambda folder: _flip(folder / backup.MANIFEST, 60),
        lambda folder: (folder / founding.DATABASE).write_bytes(b""),
        lambda folder: (folder / founding.DATABASE).unlink(),
        lambda folder: (folder / backup.MANIFEST).unlink(),
        lambda folder: _edit(folder, counts={}),
        lambda folder: _edit(folder, made_at="2030-01-01T00:00:00+00:00"),
    ],
)
def test_a_spoiled_backup_is_never_restored(
    opened: OpenVault, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    made = opened.back_up("test")
    spoil(made.folder)
    with pytest.raises(BackupDamaged):
        backup.check(made.folder, opened.source.data_key)
    with pytest.raises(BackupDamaged):
        backup.restore(made.folder, tmp_path / "R.vault", _unlock)
    assert not (tmp_path / "R.vault").exists()


def _edit(folder: Path, **changes: object) -> None:
    file = folder / backup.MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_a_copy_that_fails_its_checks_never_becomes_a_backup(
    opened: OpenVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backup._copy_record

    def damaging(source: Source, target: Path) -> None:
        real(source, target)
        _flip(target, 20_000)

    monkeypatch.setattr(backup, "_copy_record", damaging)
    with pytest.raises(verify.RecordDamaged):
        opened.back_up("test")
    assert list(opened.source.into.iterdir()) == []


def test_flipped_bits_anywhere_in_the_file_are_found(opened: OpenVault, tmp_path: Path) -> None:
    file = opened.back_up("test").folder / founding.DATABASE
    whole, chance = file.read_bytes(), random.Random(20261120)
    missed = []
    for number in range(60):
        spoiled, place = bytearray(whole), chance.randrange(16, len(whole))
        spoiled[place] ^= 1 << chance.randrange(8)
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(spoiled)
        if verify.verify_copy(VaultFile(copy, opened.source.data_key.raw)).passed:
            missed.append(place)
        copy.unlink()
    assert missed == []


def test_a_full_disk_is_told_before_anything_is_written(
    opened: OpenVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(opened.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=1000))
    with pytest.raises(faults.DiskFull):
        opened.back_up("test")
    assert list(opened.source.into.iterdir()) == []


def test_closing_lets_go_even_if_the_backup_fails(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = kept.open()
    usage = shutil.disk_usage(kept.folder)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=1000))
        with pytest.raises(faults.DiskFull):
            opened.close()
    kept.open().close(with_backup=False)


def test_the_place_for_backups_may_be_chosen(kept: Kept, tmp_path: Path) -> None:
    second_disk = tmp_path / "second disk"
    opened = kept.open(backups=second_disk)
    made = opened.back_up("test")
    opened.close(with_backup=False)
    assert made.folder.is_relative_to(second_disk)
    assert made.folder.parent == vault.backup_folder(kept.folder, second_disk)


def test_the_last_verified_backup_is_never_rotated_away(opened: OpenVault) -> None:
    """Newer ones that are not what they say they are push no good one out."""
    good, into = opened.back_up("test"), opened.source.into
    for month in range(40):
        forged = shutil.copytree(good.folder, into / f"forged-{month}{backup.SUFFIX}")
        _edit(forged, made_at=(good.made_at + timedelta(days=31 * month + 1)).isoformat())
    much_later = good.made_at + timedelta(days=3650)
    assert backup.rotate(into, opened.source.data_key, much_later) == ()
    assert good.folder.is_dir()


def test_years_of_backups_are_thinned_out(kept: Kept) -> None:
    opened = kept.open()
    template = opened.back_up("test").folder
    into = opened.source.into
    start = datetime(2025, 1, 1, 18, tzinfo=UTC)
    for day in range(0, 300, 7):
        _back_dated(template, into, start + timedelta(days=day), opened.source.data_key)
    now = start + timedelta(days=300)
    opened.database.clock = FixedClock(now)
    shutil.rmtree(template)
    opened.back_up("test")
    assert len(backup.listed(into)) <= 12 + 10 + 9
    assert backup.listed(into)[0].made_at == now
    opened.close(with_backup=False)


def _back_dated(template: Path, into: Path, at: datetime, data_key: DataKey) -> None:
    folder = into / f"{at:%Y-%m-%d_%H%M%SZ}{backup.SUFFIX}"
    shutil.copytree(template, folder)
    _edit(folder, made_at=at.isoformat())
    body = json.loads((folder / backup.MANIFEST).read_text())
    body.pop("hmac")
    _edit(folder, hmac=backup._sign(body, data_key))


def test_leftovers_of_a_killed_backup_are_cleared_away(opened: OpenVault) -> None:
    opened.back_up("test")
    left = opened.source.into / f".abc{backup._UNFINISHED}"
    left.mkdir()
    (left / founding.DATABASE).write_bytes(b"half")
    opened.back_up("test")
    assert not left.exists()


def test_key_file_copies_open_their_backups(opened: OpenVault) -> None:
    made = opened.back_up("test")
    found = keys.from_bytes((made.folder / keyfiles.NAME).read_bytes())
    assert _unlock(found) == opened.source.data_key
