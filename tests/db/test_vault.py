"""Looking at, making, opening and closing a practice's folder; above all, what is refused."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from outcomes_app import paths
from outcomes_app.db import engine, founding, keyfiles, keys, recovery, vault
from outcomes_app.db.engine import VaultFile
from outcomes_app.errors import OutcomesError, Refused
from tests import factories
from tests.db.conftest import PASSPHRASE, ROOT, Kept

_OTHER = "seven lanterns beside the harbor"


def _make(folder: Path, passphrase: str = PASSPHRASE) -> tuple[vault.OpenVault, vault.RecoveryKey]:
    return vault.create(
        folder,
        practice=factories.practice(jurisdiction="eu"),
        person_name="Dr A. Osei",
        passphrase=passphrase,
        clock=factories.CLOCK,
        hardness=keys.FOR_TESTS,
    )


def test_what_was_made_is_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "clinic" / "New.vault"
    made, _key = _make(folder)
    made.close()
    again = vault.open(folder, passphrase=PASSPHRASE, clock=factories.CLOCK)
    assert again.practice == factories.practice(jurisdiction="eu")
    assert again.person == made.person
    assert again.verify().passed
    assert again.notices == ()
    again.close()


def test_an_empty_folder_may_become_a_practice(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    _make(folder)[0].close()
    assert vault.look(folder).state is vault.State.PRESENT


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "New.vault"
    before = os.umask(0)
    try:
        made, _key = _make(folder)
        backup = made.back_up("test")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in (*folder.iterdir(), *backup.folder.iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert stat.S_IMODE(paths.key_copies().stat().st_mode) == 0o700
    made.close()


def test_a_folder_with_something_in_it_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear colleague")
    with pytest.raises(vault.FolderTaken):
        _make(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "dear colleague"


def test_an_existing_practice_is_not_made_again(kept: Kept) -> None:
    with pytest.raises(vault.FolderTaken):
        _make(kept.folder)
    kept.open().close()


@pytest.mark.parametrize("passphrase", ["too short", "passwordpassword", "Riverside Clinic 2026"])
def test_a_passphrase_that_is_easy_to_guess_is_refused(tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(Refused) as caught:
        _make(tmp_path / "New.vault", passphrase)
    assert caught.value.problems
    assert list(tmp_path.glob("New*")) == []


def test_looking_names_the_practice_and_its_people(kept: Kept) -> None:
    found = vault.look(kept.folder)
    assert found.state is vault.State.PRESENT
    assert found.practice == "Riverside Clinic"
    assert [(person.id, person.name) for person in found.people] == [(kept.person, "Dr A. Osei")]


@pytest.mark.parametrize("who", ["id", "name", "anybody"])
def test_a_person_signs_in(kept: Kept, who: str) -> None:
    person = {"id": kept.person, "name": "Dr A. Osei", "anybody": None}[who]
    opened = kept.open(person=person)
    assert str(opened.person.id) == kept.person
    opened.close(with_backup=False)


def test_a_person_who_left_cannot_sign_in(kept: Kept) -> None:
    connection = engine.connect(kept.file)
    connection.execute("UPDATE person SET active = 0")
    connection.close()
    with pytest.raises(vault.WrongPassphrase):
        kept.open()


def test_the_same_passphrase_typed_otherwise_in_unicode_opens(tmp_path: Path) -> None:
    composed, decomposed = (
        "Schl\u00fcssel im gr\u00fcnen Garten",
        "Schlu\u0308ssel im gru\u0308nen Garten",
    )
    made, _key = _make(tmp_path / "New.vault", composed)
    made.close()
    vault.open(made.folder, passphrase=decomposed, clock=factories.CLOCK).close()


def _no_folder(kept: Kept) -> None:
    shutil.rmtree(kept.folder)


def _empty_folder(kept: Kept) -> None:
    shutil.rmtree(kept.folder)
    kept.folder.mkdir()


def _foreign_folder(kept: Kept) -> None:
    _empty_folder(kept)
    (kept.folder / "letter.txt").write_text("dear colleague")


def _a_file(kept: Kept) -> None:
    shutil.rmtree(kept.folder)
    kept.folder.write_text("not a folder")


def _no_database(kept: Kept) -> None:
    kept.file.path.unlink()


def _zero_bytes(kept: Kept) -> None:
    kept.file.path.write_bytes(b"")


def _plain_sqlite(kept: Kept) -> None:
    kept.file.path.write_bytes(b"SQLite format 3\x00" + bytes(8176))


def _random_bytes(kept: Kept) -> None:
    kept.file.path.write_bytes(os.urandom(40960))


def _another_practice(kept: Kept) -> None:
    made, _key = _make(kept.folder.with_name("Other.vault"))
    made.close()
    shutil.copyfile(made.folder / founding.DATABASE, kept.file.path)


def _same_key_other_application(kept: Kept) -> None:
    kept.file.path.write_bytes(b"")
    connection = engine.open_file(kept.file)
    connection.execute("CREATE TABLE patient (id)")
    connection.close()


def _same_key_other_practice(kept: Kept) -> None:
    connection = engine.connect(kept.file)
    connection.execute("UPDATE vault_identity SET db_id = 'other'")
    connection.close()


def _other_application(kept: Kept) -> None:
    connection = engine.connect(kept.file)
    connection.execute("PRAGMA application_id = 1")
    connection.close()


def _newer_tables(kept: Kept) -> None:
    connection = engine.connect(kept.file)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _newer_keys(kept: Kept) -> None:
    for copy in _key_copies(kept):
        copy.write_text(copy.read_text().replace('"v": 1', '"v": 2'))


def _no_keys(kept: Kept) -> None:
    for copy in _key_copies(kept):
        copy.unlink()


def _damaged_keys(kept: Kept) -> None:
    for copy in _key_copies(kept):
        copy.write_bytes(copy.read_bytes()[:-40])


def _key_copies(kept: Kept) -> list[Path]:
    places = (
        kept.folder / keyfiles.NAME,
        kept.folder / keyfiles.SPARE,
        keyfiles.replica(kept.folder),
    )
    return [place for place in places if place.exists()]


@pytest.mark.parametrize(
    ("spoil", "error", "state"),
    [
        (_no_folder, vault.VaultMissing, vault.State.ABSENT),
        (_empty_folder, vault.VaultMissing, vault.State.ABSENT),
        (_foreign_folder, vault.NotAVault, vault.State.FOREIGN),
        (_a_file, vault.NotAVault, vault.State.FOREIGN),
        (_no_database, vault.DatabaseMissing, vault.State.DAMAGED),
        (_zero_bytes, vault.DatabaseMissing, vault.State.DAMAGED),
        (_plain_sqlite, vault.DatabaseForeign, vault.State.PRESENT),
        (_random_bytes, vault.DatabaseForeign, vault.State.PRESENT),
        (_another_practice, vault.DatabaseForeign, vault.State.PRESENT),
        (_same_key_other_application, vault.DatabaseForeign, vault.State.PRESENT),
        (_same_key_other_practice, vault.DatabaseForeign, vault.State.PRESENT),
        (_other_application, vault.DatabaseForeign, vault.State.PRESENT),
        (_newer_tables, vault.NewerSchema, vault.State.PRESENT),
        (_newer_keys, vault.NewerSchema, vault.State.NEWER),
        (_no_keys, vault.KeyFileDamaged, vault.State.DAMAGED),
        (_damaged_keys, vault.KeyFileDamaged, vault.State.DAMAGED),
    ],
)
def test_what_cannot_be_opened_says_why_and_stays_as_it_is(
    kept: Kept,
    spoil: Callable[[Kept], None],
    error: type[OutcomesError],
    state: vault.State,
) -> None:
    spoil(kept)
    before = _contents(kept.folder)
    found = vault.look(kept.folder)
    assert found.state is state
    with pytest.raises(error) as caught:
        kept.open()
    assert caught.value.message
    assert caught.value.todo
    if state is not vault.State.PRESENT:
        assert (found.message, found.todo) == (caught.value.message, caught.value.todo)
    assert _contents(kept.folder) == before


def _contents(folder: Path) -> dict[str, bytes]:
    """Every file but the lock, which says nothing once it is let go."""
    if not folder.is_dir():
        return {"": folder.read_bytes()} if folder.exists() else {}
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "LOCK"}


def test_a_wrong_passphrase_opens_nothing_and_locks_nobody_out(kept: Kept) -> None:
    with pytest.raises(vault.WrongPassphrase):
        kept.open(passphrase=_OTHER)
    with pytest.raises(vault.WrongPassphrase):
        kept.open(person="Nobody")
    kept.open().close(with_backup=False)


def test_an_open_practice_is_in_use(kept: Kept) -> None:
    opened = kept.open()
    with pytest.raises(vault.InUse, match="already open in this program"):
        kept.open()
    opened.close(with_backup=False)
    kept.open().close(with_backup=False)


_HOLD = """
import sys
from pathlib import Path
from outcomes_app.clock import SystemClock
from outcomes_app.db.lock import FolderLock
FolderLock(Path(sys.argv[1]), SystemClock())
print("held", flush=True)
sys.stdin.read()
"""


def test_a_practice_open_in_another_program_says_in_which(kept: Kept) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(kept.folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(vault.InUse, match=f"process {other.pid}"):
            kept.open()
        # Killed, it lets go without a word.
        other.kill()
    kept.open().close(with_backup=False)


def test_the_recovery_key_opens_and_a_new_passphrase_replaces_the_lost_one(kept: Kept) -> None:
    typed = kept.recovery_key.text.lower().replace("-", " ")
    opened = vault.open_with_recovery_key(kept.folder, recovery.parse(typed), factories.CLOCK)
    assert str(opened.person.id) == kept.person
    vault.change_passphrase(opened, _OTHER, hardness=keys.FOR_TESTS)
    opened.close(with_backup=False)
    kept.open(passphrase=_OTHER).close(with_backup=False)
    with pytest.raises(vault.WrongPassphrase):
        kept.open()


def test_another_recovery_key_opens_nothing(kept: Kept) -> None:
    with pytest.raises(vault.WrongPassphrase):
        vault.open_with_recovery_key(kept.folder, recovery.new(), factories.CLOCK)


@pytest.mark.parametrize("spoil", ["missing", "empty", "cut", "one byte"])
def test_a_damaged_key_file_is_mended_from_its_copy(kept: Kept, spoil: str) -> None:
    place = kept.folder / keyfiles.NAME
    whole = place.read_bytes()
    kept.open().close(with_backup=False)
    if spoil == "missing":
        place.unlink()
    else:
        changed = {
            "empty": b"",
            "cut": whole[:100],
            "one byte": whole[:300] + bytes([whole[300] ^ 1]) + whole[301:],
        }
        place.write_bytes(changed[spoil])
    opened = kept.open()
    assert len(opened.notices) == 1
    opened.close(with_backup=False)
    assert place.read_bytes() == whole
    again = kept.open()
    assert again.notices == ()
    again.close(with_backup=False)


def test_the_copy_in_the_app_data_alone_is_enough(kept: Kept) -> None:
    kept.open().close(with_backup=False)
    (kept.folder / keyfiles.NAME).unlink()
    (kept.folder / keyfiles.SPARE).unlink()
    opened = kept.open()
    opened.close(with_backup=False)
    assert (kept.folder / keyfiles.NAME).exists()


def test_of_two_copies_the_newer_one_counts(kept: Kept) -> None:
    """The program was killed after it had written the first of three copies."""
    older = (kept.folder / keyfiles.NAME).read_bytes()
    opened = kept.open()
    vault.change_passphrase(opened, _OTHER, hardness=keys.FOR_TESTS)
    opened.close(with_backup=False)
    (kept.folder / keyfiles.NAME).unlink()
    (kept.folder / keyfiles.SPARE).write_bytes(older)
    with pytest.raises(vault.WrongPassphrase):
        kept.open()
    kept.open(passphrase=_OTHER).close(with_backup=False)
    assert keyfiles.load(kept.folder).in_order


def test_a_lost_file_header_loses_nothing(kept: Kept) -> None:
    content = bytearray(kept.file.path.read_bytes())
    content[:16] = bytes(16)
    kept.file.path.write_bytes(content)
    opened = kept.open()
    with opened.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM patient")).scalar_one() == 1
    opened.close(with_backup=False)


def test_a_cheap_slot_is_raised_at_the_next_sign_in(kept: Kept) -> None:
    before = keyfiles.load(kept.folder).keys
    assert keys.is_weak(before, kept.person, keys.FLOOR)
    kept.open(hardness=keys.FLOOR).close(with_backup=False)
    after = keyfiles.load(kept.folder).keys
    assert not keys.is_weak(after, kept.person, keys.FLOOR)
    assert after.generation > before.generation


def test_a_killed_program_leaves_no_lock(kept: Kept) -> None:
    (kept.folder / "LOCK").write_text('{"computer": "elsewhere", "process": 1, "since": "…"}')
    kept.open().close(with_backup=False)


def test_closing_folds_the_log_into_the_file(kept: Kept) -> None:
    kept.open().close(with_backup=False)
    assert {file.name for file in kept.folder.iterdir()} == {
        founding.DATABASE,
        keyfiles.NAME,
        keyfiles.SPARE,
        "LOCK",
    }


def test_a_file_named_with_odd_signs_opens(template: Kept, tmp_path: Path) -> None:
    copy = template.copied(tmp_path / "Praxis #1 100% ?über.vault")
    opened = copy.open()
    assert opened.verify().passed
    opened.close()
    assert isinstance(opened.database.file, VaultFile)
