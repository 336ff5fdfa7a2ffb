"""The clinic server: the same tables and the same questions on PostgreSQL.

One role for each person, grants from domain.permissions and row policies by patient belong here:
they are statements run once on the server, and nothing else in the program changes with them. A
server is reached by TLS unless it is this very machine; nobody's password is kept.
"""

from ipaddress import ip_address

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from outcomes_app.clock import Clock
from outcomes_app.db import migrate
from outcomes_app.db.engine import POSTGRESQL, Database
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

_DRIVER = "postgresql+psycopg"
_OLDEST_SERVER = 13
_SECOND = 1000

# A dead line is noticed while the person still looks at the screen, and no statement waits for
# another person's lock longer than that.
_STATEMENT_MILLISECONDS = 15 * _SECOND
_LOCK_MILLISECONDS = 3 * _SECOND
_IDLE_IN_TRANSACTION_MILLISECONDS = 60 * _SECOND
_CONNECT = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10 * _SECOND,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "Interval",
}


class NoSuchServer(OutcomesError):
    """The address is not one of a PostgreSQL server, or nothing answers there."""


class ServerUnfit(OutcomesError):
    """The server answers, and cannot keep records as it is set up."""


def connect(url: str, clock: Clock | None = None) -> Database:
    """The store on a server, brought to this version's tables.

    The URL is an ordinary one: postgresql://person@server/database.
    """
    engine = _engine(_address(url))
    try:
        _require_fit(engine)
        migrate.upgrade(engine)
    except DBAPIError:
        engine.dispose()
        # The driver's words name hosts and roles, and never help a clinician.
        raise NoSuchServer(
            _("The server does not answer or does not let you in."),
            todo=_("Check the address, the name and the password, and that the server runs."),
        ) from None
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, dialect=POSTGRESQL, clock=clock)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = URL.create("")
    if address.get_backend_name() not in ("postgresql", "postgres"):
        raise NoSuchServer(
            _("This is not the address of a PostgreSQL server."),
            todo=_("Write it as postgresql://person@server/database."),
        )
    address = address.set(drivername=_DRIVER)
    if "sslmode" not in address.query and not _is_this_machine(address):
        address = address.update_query_dict({"sslmode": "verify-full", "sslrootcert": "system"})
    return address


def _is_this_machine(address: URL) -> bool:
    host = address.host or str(address.query.get("host", ""))
    if host in ("", "localhost") or host.startswith("/"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _engine(address: URL) -> Engine:
    settings = {
        "statement_timeout": _STATEMENT_MILLISECONDS,
        "lock_timeout": _LOCK_MILLISECONDS,
        "idle_in_transaction_session_timeout": _IDLE_IN_TRANSACTION_MILLISECONDS,
        "timezone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return create_engine(
        address,
        connect_args={**_CONNECT, "options": options},
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=3,
        max_overflow=2,
    )


def _require_fit(engine: Engine) -> None:
    with engine.connect() as connection:
        version = connection.execute(text("SHOW server_version_num")).scalar_one()
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if int(version) // 10_000 < _OLDEST_SERVER:
        raise ServerUnfit(
            _("This server is too old: version {oldest} is needed.").format(oldest=_OLDEST_SERVER),
            todo=_("Ask whoever looks after the server."),
        )
    if encoding != "UTF8":
        raise ServerUnfit(
            _("This database cannot hold every letter: it was not made with UTF-8."),
            todo=_("Ask whoever looks after the server for a database with encoding UTF8."),
        )
