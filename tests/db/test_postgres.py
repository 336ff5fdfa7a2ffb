"""The door to the clinic server: what it refuses, what it sets, and two people at once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from outcomes_app.db import migrate, postgres, replay, trail
from outcomes_app.db.engine import Database
from outcomes_app.db.faults import StorageBusy
from outcomes_app.domain.catalog import Catalog
from outcomes_app.errors import ChangedElsewhere
from outcomes_app.records import patients, treatments
from tests import factories
from tests.database import PERSON, Store
from tests.postgres_server import PostgresServer

TODAY = factories.TODAY


@pytest.mark.parametrize(
    "url",
    ["", "not a url", "sqlite:///records.db", "mysql://root@localhost/x", "http://example.org"],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(postgres.NoSuchServer):
        postgres.connect(url)


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    with pytest.raises(postgres.NoSuchServer) as refused:
        postgres.connect("postgresql://osei:hunter2secret@127.0.0.1:9/records")
    assert "hunter2secret" not in repr(refused.value) + str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_an_unknown_database_is_refused(postgres_server: PostgresServer) -> None:
    with pytest.raises(postgres.NoSuchServer):
        postgres.connect(postgres_server.url_of("no_such_database"))


def test_a_database_that_cannot_hold_every_letter_is_refused(
    postgres_server: PostgresServer,
) -> None:
    with psycopg.connect(postgres_server.url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        )
    try:
        with pytest.raises(postgres.ServerUnfit):
            postgres.connect(postgres_server.url_of("latin"))
    finally:
        postgres_server.drop("latin")


def test_a_far_server_is_reached_by_verified_tls_only() -> None:
    far = postgres._address("postgresql://osei@clinic.example/records")
    assert (far.query["sslmode"], far.query["sslrootcert"]) == ("verify-full", "system")
    chosen = postgres._address("postgresql://osei@clinic.example/records?sslmode=verify-ca")
    assert chosen.query["sslmode"] == "verify-ca"
    for near in ("localhost", "127.0.0.1", "[::1]", ""):
        assert "sslmode" not in postgres._address(f"postgresql://osei@{near}/records").query


def test_an_empty_database_is_migrated(postgres_server: PostgresServer) -> None:
    url = postgres_server.create("empty_one")
    database = postgres.connect(url)
    try:
        assert migrate.revision(database.engine) == migrate.head()
    finally:
        database.close()
        postgres_server.drop("empty_one")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("statement_timeout", "15s"),
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("TimeZone", "UTC"),
    ],
)
def test_no_statement_waits_for_ever(
    server_database: Database, setting: str, expected: str
) -> None:
    with server_database.reading() as session:
        assert session.execute(text(f"SHOW {setting}")).scalar_one() == expected


def _together(*deeds: Callable[[], object]) -> list[object]:
    """Run deeds in threads; what each gave or raised."""
    found: list[object] = [None] * len(deeds)

    def run(place: int) -> None:
        try:
            found[place] = deeds[place]()
        except Exception as error:  # noqa: BLE001  the test looks at it
            found[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_many_writers_at_once_lose_nothing_and_keep_one_chain(
    server_database: Database, catalog: Catalog
) -> None:
    def deed() -> int:
        for _ in range(12):
            patient = factories.patient()
            with server_database.writing(PERSON.id, "new") as session:
                patients.record(session, patient, catalog=catalog, today=TODAY)
        return 12

    assert _together(deed, deed, deed) == [12, 12, 12]
    with server_database.reading() as session:
        assert patients.count(session) == 36
        assert trail.verify(session).problems == ()
        assert replay.differences(session) == ()


def test_of_two_who_correct_the_same_record_one_is_told(
    server_database: Database, catalog: Catalog
) -> None:
    store = Store(server_database, catalog, PERSON)
    patient = factories.patient()
    treatment = factories.treatment(patient.id)
    with store.writing() as session:
        patients.record(session, patient, catalog=catalog, today=TODAY)
        treatments.record(session, treatment, catalog=catalog, today=TODAY)
    both_read = threading.Barrier(2)

    def correct(note: str) -> str:
        with store.writing() as session:
            opened = treatments.get(session, treatment.id)
            both_read.wait()
            treatments.correct(session, replace(opened, note=note), catalog=catalog, today=TODAY)
        return note

    found = _together(lambda: correct("one"), lambda: correct("two"))
    assert sum(isinstance(each, ChangedElsewhere) for each in found) == 1
    with store.reading() as session:
        kept = treatments.get(session, treatment.id)
    assert kept.version == 2
    assert kept.note in found


def test_a_record_held_by_somebody_is_busy_not_endless(
    server_database: Database, catalog: Catalog
) -> None:
    patient = factories.patient()
    store = Store(server_database, catalog, PERSON)
    with store.writing() as session:
        patients.record(session, patient, catalog=catalog, today=TODAY)

    def void(_nothing: Any = None) -> None:
        with store.writing() as session:
            patients.void(session, patient.id, reason="entered twice")

    with server_database.engine.connect() as holder, holder.begin():
        holder.execute(text("SELECT * FROM patient FOR UPDATE"))
        with pytest.raises(StorageBusy):
            void()
    void()
