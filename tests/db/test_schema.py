"""The migrations lead to exactly the tables the program uses, on both back ends, with guards."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from outcomes_app.db import audit, migrate
from outcomes_app.db.engine import Database
from outcomes_app.db.schema import Base
from outcomes_app.domain.adverse_event import AdverseEventFollowUp, FollowUpId
from outcomes_app.domain.patient_facts import (
    ConsentOnFile,
    FactId,
    OutsideToxin,
    PatientMedicine,
    PatientWeight,
)
from outcomes_app.domain.stock import Recall
from outcomes_app.domain.time_out import Consent, GivenElsewhere
from outcomes_app.domain.values import new_id
from tests import factories
from tests.database import PERSON, Store

_GUARDED = [*sorted(audit.ENTITIES), "audit", "audit_head", "audit_key"]


def test_head_equals_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": Base.metadata}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_is_audited_or_known_to_need_none() -> None:
    told = set(audit.ENTITIES) | audit.UNAUDITED | {"audit", "audit_head", "audit_key"}
    assert told == set(Base.metadata.tables)


def test_a_migrated_store_is_at_head(database: Database) -> None:
    assert migrate.revision(database.engine) == migrate.head()
    assert not migrate.is_due(database.engine)


def _fill_clinic(store: Store) -> None:
    """One signed visit from stock, with every fact of its patient."""
    from outcomes_app.records import (
        follow_ups,
        patient_facts,
        patients,
        recalls,
        reference_values,
        signing,
        stock,
    )

    patient = factories.patient()
    context: dict[str, Any] = {"catalog": store.catalog, "today": factories.TODAY}
    visit = factories.signable_visit(patient.id)
    event = factories.adverse_event(patient.id, treatment_id=visit.treatment.id)
    lot = factories.stock_lot()
    own: dict[str, Any] = {"id": FactId(new_id()), "patient_id": patient.id}
    with store.writing() as session:
        patients.record(session, patient, **context)
        stock.receive(session, lot, 3, person=PERSON, **context)
        visit = replace(visit, adverse_events=(event,))
        signing.store_and_sign(session, visit, person=PERSON, **context)
        look = AdverseEventFollowUp(
            id=FollowUpId(new_id()),
            event_id=event.id,
            patient_id=patient.id,
            day=factories.TODAY,
        )
        follow_ups.record(session, look, **context)
        for fact in (
            ConsentOnFile(consent=Consent(day=factories.TODAY), **own),
            PatientMedicine(name="propranolol", **own),
            PatientWeight(day=factories.TODAY, kilograms=Decimal(60), **own),
            OutsideToxin(given=GivenElsewhere(day=factories.TODAY), **own),
        ):
            patient_facts.record(session, fact, **context)
        recall = Recall(id=new_id(), product=factories.ONA, lot="X1", day=factories.TODAY)
        recalls.record(session, recall, person=PERSON, **context)
        reference_values.confirm(
            session,
            "rule.per_muscle_hard.threshold.factor",
            label_section="2",
            person=PERSON,
            **context,
        )


def _fill(store: Store) -> None:
    from outcomes_app.records import diary, patients, visits

    _fill_clinic(store)

    patient = factories.patient()
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=factories.TODAY)
        visits.record(
            session, factories.visit(patient.id), catalog=store.catalog, today=factories.TODAY
        )
        diary.record(session, [factories.diary_day(patient.id)], today=factories.TODAY)
        session.execute(
            text(
                "INSERT INTO import_batch (id, file_name, file_digest, format, mapping, counts,"
                " made_at, undone_reason) VALUES"
                " ('00000000000000000000000000000001', 'a', '', 'csv', '{}', '{}',"
                " '2026-01-01 00:00:00.000000', '')"
            )
        )


@pytest.mark.parametrize("table", _GUARDED)
def test_rows_are_never_deleted(store: Store, table: str) -> None:
    _fill(store)
    engine = store.database.engine
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0
    statements = [f"DELETE FROM {table}"]
    if store.database.dialect == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    for statement in statements:
        with (
            pytest.raises(DBAPIError, match=rf"refused: (?i:delete|truncate) on {table}"),
            engine.begin() as connection,
        ):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'because'",
        "UPDATE audit SET payload = NULL WHERE seq = 1",
        "UPDATE audit_key SET id = 2",
        "UPDATE signature SET meaning = 'review'",
        "UPDATE stock_movement SET vials = 9",
        "UPDATE reference_value SET value = '9'",
        "UPDATE adverse_event_follow_up SET resolved = NOT resolved",
    ],
)
def test_what_is_written_once_is_never_changed(store: Store, statement: str) -> None:
    _fill(store)
    with (
        pytest.raises(DBAPIError, match=r"refused: (?i:update) on"),
        store.database.engine.begin() as connection,
    ):
        connection.execute(text(statement))


def test_names_of_constraints_follow_one_convention(database: Database) -> None:
    found = inspect(database.engine)
    for table in Base.metadata.tables:
        for key in found.get_foreign_keys(table):
            column = "_".join(key["constrained_columns"])
            assert key["name"] == f"fk_{table}_{column}_{key['referred_table']}"
