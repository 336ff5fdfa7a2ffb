"""A real store for each test that asks for one, on both back ends: an encrypted file copied from a
migrated one, and a PostgreSQL database copied from a migrated one. Nothing lives in memory."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from outcomes_app import catalog as catalogs
from outcomes_app.db import migrate, postgres
from outcomes_app.db.engine import Database, VaultFile, vault_engine
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient import Person
from outcomes_app.domain.values import PersonId, new_id
from outcomes_app.records import people, practice
from tests import factories
from tests.postgres_server import PostgresServer

KEY = bytes(range(48))
PERSON = factories.person(id=PersonId(new_id()))

_TEMPLATE = "records_template"


@dataclass(frozen=True, slots=True)
class Store:
    """A database with a practice and one person, and the shortest way to use it."""

    database: Database
    catalog: Catalog
    person: Person

    @contextmanager
    def writing(self, deed: str = "test", reason: str = "") -> Iterator[Session]:
        """One deed of the person."""
        with self.database.writing(self.person.id, deed, reason) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with self.database.reading() as session:
            yield session


def make_file(path: Path) -> VaultFile:
    """An empty encrypted file with today's tables."""
    file = VaultFile(path=path, key=KEY)
    connection = dbapi2.connect(str(path))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    engine = vault_engine(file)
    migrate.upgrade(engine)
    engine.dispose()
    return file


def set_up(database: Database) -> None:
    """Give a store its practice and its person."""
    with database.writing(PERSON.id, "set up") as session:
        practice.save(session, factories.practice())
        people.add(session, PERSON)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalog of the program."""
    return catalogs.load()


@pytest.fixture(scope="session")
def file_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with a practice, closed, to be copied."""
    path = tmp_path_factory.mktemp("template") / "records.db"
    database = Database.in_file(make_file(path), factories.CLOCK)
    set_up(database)
    database.close()
    return path


@pytest.fixture
def file_database(file_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An encrypted file of this test's own."""
    path = tmp_path / "records.db"
    shutil.copyfile(file_template, path)
    database = Database.in_file(VaultFile(path=path, key=KEY), factories.CLOCK)
    yield database
    database.close()


@pytest.fixture(scope="session")
def server_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database with a practice, to be copied."""
    url = postgres_server.create(_TEMPLATE)
    database = postgres.connect(url, factories.CLOCK)
    set_up(database)
    database.close()
    return _TEMPLATE


@pytest.fixture
def server_database(postgres_server: PostgresServer, server_template: str) -> Iterator[Database]:
    """A PostgreSQL database of this test's own."""
    name = f"records_{new_id().hex}"
    url = postgres_server.create(name, template=server_template)
    database = postgres.connect(url, factories.CLOCK)
    yield database
    database.close()
    postgres_server.drop(name)


@pytest.fixture(params=["file", "server"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated store with a practice and PERSON; the test runs once on each back end."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def store(database: Database, catalog: Catalog) -> Store:
    """The same with its catalog and its person at hand."""
    return Store(database, catalog, PERSON)
