"""Bringing a vault's tables up to date: with a backup first, whole or not at all."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from outcomes_app.db import engine, faults, migrate, vault
from outcomes_app.db.engine import VaultFile
from tests.db.conftest import Kept


@pytest.fixture
def bare(tmp_path: Path) -> VaultFile:
    """An empty file."""
    file = VaultFile(tmp_path / "records.db", bytes(range(48)))
    file.path.touch()
    return file


def test_an_empty_file_gets_todays_tables_without_a_backup(bare: VaultFile) -> None:
    vault_engine, backups = engine.vault_engine(bare), []
    assert migrate.upgrade(vault_engine, before=lambda: backups.append(1))
    assert migrate.revision(vault_engine) == migrate.head()
    assert backups == []
    assert not migrate.upgrade(vault_engine)
    vault_engine.dispose()


def test_a_filled_file_is_backed_up_first(bare: VaultFile) -> None:
    vault_engine = engine.vault_engine(bare)
    migrate.upgrade(vault_engine, to="0001")
    seen = []
    migrate.upgrade(vault_engine, before=lambda: seen.append(migrate.revision(vault_engine)))
    assert seen == ["0001"]
    vault_engine.dispose()


def test_a_failed_backup_stops_the_migration(bare: VaultFile) -> None:
    vault_engine = engine.vault_engine(bare)
    migrate.upgrade(vault_engine, to="0001")

    def fail() -> None:
        raise faults.disk_full()

    with pytest.raises(faults.DiskFull):
        migrate.upgrade(vault_engine, before=fail)
    assert migrate.revision(vault_engine) == "0001"
    vault_engine.dispose()


def test_links_that_would_be_lost_stop_the_migration(bare: VaultFile) -> None:
    vault_engine = engine.vault_engine(bare)
    migrate.upgrade(vault_engine, to="0001")
    connection = engine.connect(bare)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("INSERT INTO patient_search SELECT * FROM patient_search")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(injection)")]
    kinds = [row[2] for row in connection.execute("PRAGMA table_info(injection)")]
    values = ["x" if "CHAR" in kind or kind == "TEXT" else 0 for kind in kinds]
    marks = ", ".join("?" for _column in columns)
    connection.execute(f"INSERT INTO injection VALUES ({marks})", values)
    connection.close()
    with pytest.raises(migrate.MigrationFailed, match="injection"):
        migrate.upgrade(vault_engine)
    assert migrate.revision(vault_engine) == "0001"
    vault_engine.dispose()


def test_a_table_that_others_point_to_can_be_rebuilt(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = engine.connect(kept.file)
    person = connection.execute("SELECT id FROM person").fetchone()[0]
    connection.execute(
        "INSERT INTO draft (id, person_id, kind, payload, saved_at) VALUES ('1', ?, '', '', '')",
        (person,),
    )
    before = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    connection.close()

    def rebuild(connection: Connection, _to: str) -> None:
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = 'person'")
        statement = made.scalar_one().replace("TABLE person", "TABLE rebuilt")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO rebuilt SELECT * FROM person")
        connection.exec_driver_sql("DROP TABLE person")
        connection.exec_driver_sql("ALTER TABLE rebuilt RENAME TO person")

    monkeypatch.setattr(migrate, "_run", rebuild)
    vault_engine = engine.vault_engine(kept.file)
    migrate.upgrade(vault_engine, to="next")
    vault_engine.dispose()
    connection = engine.connect(kept.file)
    assert connection.execute("SELECT person_id FROM draft").fetchone() == (person,)
    assert connection.execute("SELECT id FROM person").fetchone() == (person,)
    assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() <= before
    connection.close()


def test_foreign_keys_are_enforced_again_afterwards(bare: VaultFile) -> None:
    vault_engine = engine.vault_engine(bare)
    migrate.upgrade(vault_engine)
    with vault_engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    vault_engine.dispose()


def test_a_newer_file_is_refused_and_not_touched(kept: Kept) -> None:
    connection = engine.connect(kept.file)
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    before = kept.file.path.read_bytes()
    with pytest.raises(vault.NewerSchema):
        kept.open()
    assert kept.file.path.read_bytes() == before
