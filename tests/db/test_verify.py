"""Verification: whole records pass, and each kind of damage is named."""

import pytest

from outcomes_app.db import engine, verify
from outcomes_app.db.engine import Database
from outcomes_app.db.vault import OpenVault
from outcomes_app.records import people
from tests import factories
from tests.db.conftest import Kept


def _failed(kept: Kept) -> set[str]:
    database = Database.in_file(kept.file, factories.CLOCK)
    try:
        report = verify.verify(database)
    finally:
        database.close()
    return {check.name for check in report.checks if not check.passed}


def test_a_whole_record_passes(opened: OpenVault) -> None:
    report = opened.verify()
    assert report.passed
    assert report.counts["patient"] == 1
    assert report.counts["audit"] == report.audit_rows


def test_what_lies_in_the_log_is_no_damage(opened: OpenVault) -> None:
    with opened.database.writing(opened.person.id, "people.add") as session:
        people.add(session, factories.person(name="Second"))
    assert opened.verify().passed


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE audit SET reason = 'none' WHERE seq = 1", "history"),
        ("UPDATE audit SET payload = '{}' WHERE seq = 2", "history"),
        ("UPDATE audit SET seq = 99 WHERE seq = 3", "history"),
        ("DELETE FROM audit WHERE seq = 1", "history"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "history"),
        ("DELETE FROM audit_head", "history"),
        ("UPDATE audit_head SET seq = 2", "history"),
        ("DELETE FROM audit; UPDATE audit_head SET seq = 0", "history"),
        ("DELETE FROM patient", "links"),
    ],
)
def test_damage_by_another_program_is_named(kept: Kept, damage: str, check: str) -> None:
    connection = engine.connect(kept.file)
    connection.execute("PRAGMA foreign_keys = OFF")
    for (trigger,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.executescript(damage)
    connection.close()
    assert _failed(kept) == {check}


def test_a_damaged_page_is_named(kept: Kept) -> None:
    connection = engine.connect(kept.file)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'ix_injection_treatment_id'"
    ).fetchone()
    connection.close()
    content = bytearray(kept.file.path.read_bytes())
    content[page * 4096 - 2000] ^= 1
    kept.file.path.write_bytes(content)
    assert "pages" in _failed(kept)


def test_a_cut_file_is_named(kept: Kept) -> None:
    kept.file.path.write_bytes(kept.file.path.read_bytes()[:-8192])
    assert not verify.verify_copy(kept.file).passed


def test_an_unreadable_page_is_an_answer_and_no_crash(kept: Kept) -> None:
    content = bytearray(kept.file.path.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 + 100] ^= 1
    kept.file.path.write_bytes(content)
    report = verify.verify_copy(kept.file)
    assert not report.passed
    with pytest.raises(verify.RecordDamaged):
        report.require()
