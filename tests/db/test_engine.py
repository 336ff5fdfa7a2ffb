"""The connection recipe, sessions that read, deeds that write, and errors in plain words."""

import threading
import traceback
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from outcomes_app import catalog as catalogs
from outcomes_app import log
from outcomes_app.db import engine, faults
from outcomes_app.db.engine import Database, VaultFile
from outcomes_app.db.vault import OpenVault
from outcomes_app.domain.values import PersonId, new_id
from outcomes_app.errors import OutcomesError
from outcomes_app.records import patients, people
from tests import factories
from tests.db.conftest import PATIENT, Kept

SOMEBODY = PersonId(new_id())

# What section and verse ask of every connection, read back from a live one.
RECIPE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "fullfsync": 1,
    "checkpoint_fullfsync": 1,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "secure_delete": 1,
    "busy_timeout": 5000,
    "mmap_size": 0,
}


@pytest.mark.parametrize("pragma", RECIPE)
def test_every_connection_follows_the_recipe(opened: OpenVault, pragma: str) -> None:
    with opened.database.reading() as session, opened.database.reading() as another:
        for each in (session, another):
            assert each.execute(text(f"PRAGMA {pragma}")).scalar_one() == RECIPE[pragma]


def test_a_setting_that_does_not_take_is_refused(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_RECIPE", (*engine._RECIPE, ("journal_mode", "WAL", "delete")))
    with pytest.raises(faults.StorageFailed, match="journal_mode"):
        engine.connect(kept.file)


def test_a_library_with_the_wal_fault_is_refused(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(engine.LibraryTooOld):
        engine.connect(kept.file)


def test_a_missing_file_is_never_made(tmp_path: Path) -> None:
    file = VaultFile(tmp_path / "records.db", bytes(48))
    with pytest.raises(OutcomesError):
        engine.connect(file)
    assert not file.path.exists()


def test_a_reading_session_cannot_write(opened: OpenVault) -> None:
    with (
        pytest.raises(OperationalError, match="readonly"),
        opened.database.reading() as session,
    ):
        session.execute(text("UPDATE practice SET name = 'Other'"))


def test_a_reading_session_sees_one_state_throughout(opened: OpenVault) -> None:
    with opened.database.reading() as session:
        before = patients.count(session)
        _add(opened, "Second")
        assert patients.count(session) == before
    with opened.database.reading() as session:
        assert patients.count(session) == before + 1


def test_a_deed_says_what_it_changed(opened: OpenVault) -> None:
    changes = _add(opened, "Second")
    assert "patient" in changes.tables
    assert len(changes.patients) == 1
    assert PATIENT.id not in changes.patients


def test_a_deed_that_fails_leaves_nothing(opened: OpenVault) -> None:
    def half(session: Session) -> None:
        people.add(session, factories.person(name="Half"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        opened.database.write(opened.person.id, "people.add", half)
    with opened.database.reading() as session:
        assert [person.name for person in people.all(session)] == ["Dr A. Osei"]


def test_a_reason_goes_to_the_function_and_into_the_audit(opened: OpenVault) -> None:
    def correct(session: Session, *, reason: str) -> str:
        session.execute(text("SELECT 1"))
        people.add(session, factories.person(name="Second"))
        return reason

    answer, _changes = opened.database.write(
        opened.person.id, "people.add", correct, reason="new colleague"
    )
    assert answer == "new colleague"
    with opened.database.reading() as session:
        reasons = session.execute(text("SELECT reason FROM audit ORDER BY seq DESC LIMIT 1"))
        assert reasons.scalar_one() == "new colleague"


def test_writers_of_one_program_wait_for_each_other(opened: OpenVault) -> None:
    def write(number: int) -> None:
        _add(opened, f"Patient{number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with opened.database.reading() as session:
        assert patients.count(session) == 9


def test_a_deed_begins_immediately(opened: OpenVault) -> None:
    said: list[str] = []
    event.listen(
        opened.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_more: said.append(statement),
    )
    _add(opened, "Second")
    assert "BEGIN IMMEDIATE" in said
    assert "BEGIN" not in said


def test_a_file_that_somebody_writes_is_busy(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = tuple(
        (name, "0", 0) if name == "busy_timeout" else (name, value, expected)
        for name, value, expected in engine._RECIPE
    )
    monkeypatch.setattr(engine, "_RECIPE", at_once)
    database = Database.in_file(kept.file, factories.CLOCK)
    another = engine.connect(kept.file)
    another.execute("BEGIN IMMEDIATE")
    with pytest.raises(faults.StorageBusy), database.writing(SOMEBODY, "people.add") as session:
        people.add(session, factories.person())
    another.close()
    database.close()


def test_the_text_of_a_database_error_names_no_value(database: Database) -> None:
    mark = "-".join(("CANARY", "7391"))  # so that this line is not what is found
    # PostgreSQL quotes the whole row that breaks a constraint.
    incomplete = text("INSERT INTO person (id, name) VALUES (:id, :name)")
    with (
        pytest.raises(IntegrityError) as caught,
        database.writing(SOMEBODY, "people.add") as session,
    ):
        session.execute(incomplete, {"id": new_id().hex, "name": mark})
    assert mark not in str(caught.value)
    assert mark not in "".join(traceback.format_exception(caught.value))
    assert mark not in log.safe_traceback(caught.value)
    assert "person" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (5, faults.StorageBusy),
        (6, faults.StorageBusy),
        (8, faults.StorageReadOnly),
        (10 | 4 << 8, faults.StorageFailed),
        (11, faults.StorageDamaged),
        (13, faults.DiskFull),
        (14, faults.StorageFailed),
        (26, faults.StorageDamaged),
        (19, type(None)),
        (1, type(None)),
    ],
)
def test_known_errors_of_the_file_are_sorted(code: int, kind: type) -> None:
    error = dbapi2.OperationalError("…")
    error.sqlite_errorcode = code
    found = faults.sort(error)
    assert type(found) is kind
    if found is not None:
        assert found.todo


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (None, faults.ServerLost),
        ("08006", faults.ServerLost),
        ("57P01", faults.ServerLost),
        ("40P01", faults.StorageBusy),
        ("55P03", faults.StorageBusy),
        ("53100", faults.DiskFull),
        ("25006", faults.StorageReadOnly),
        ("58030", faults.StorageFailed),
        ("XX001", faults.StorageFailed),
        ("23505", type(None)),
        ("42601", type(None)),
    ],
)
def test_known_errors_of_the_server_are_sorted(state: str | None, kind: type) -> None:
    class FromServer(Exception):
        sqlstate = state

    assert type(faults.sort(FromServer())) is kind


def _add(opened: OpenVault, family_name: str) -> engine.Changes:
    _id, changes = opened.database.write(
        opened.person.id,
        "patient.record",
        patients.record,
        factories.patient(family_name=family_name),
        catalog=catalogs.load(),
        today=factories.TODAY,
    )
    return changes
