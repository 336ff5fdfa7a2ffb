"""The audit: everything stored leaves a sealed row, and whatever is changed past it is named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.orm import Session

from outcomes_app.db import audit, replay, trail
from outcomes_app.db.schema import AuditRow, Base, PatientRow, PersonRow
from outcomes_app.domain.values import new_id
from outcomes_app.errors import Refused
from outcomes_app.records import diary, history, patients, visits
from tests import factories
from tests.database import PERSON, Store

TODAY = factories.TODAY


@pytest.fixture
def worked(store: Store) -> Store:
    """A store in which two patients were treated, corrected and voided."""
    first, second = factories.patient(), factories.patient(family_name="Rossi")
    visit = factories.visit(first.id)
    with store.writing("new patients") as session:
        for patient in (first, second):
            patients.record(session, patient, catalog=store.catalog, today=TODAY)
    with store.writing("visit") as session:
        visits.record(session, visit, catalog=store.catalog, today=TODAY)
        diary.record(session, [factories.diary_day(first.id)], today=TODAY)
    with store.writing("visit put right") as session:
        stored = visits.get(session, visit.treatment.id)
        changed = replace(stored.treatment, injections=stored.treatment.injections[:1])
        visits.correct(
            session,
            replace(stored, treatment=changed),
            catalog=store.catalog,
            today=TODAY,
            reason="one point was not given",
        )
        day = factories.diary_day(first.id, peak_pain=Decimal(3))
        diary.record(session, [day], today=TODAY)
    with store.writing("wrong patient") as session:
        patients.void(session, second.id, reason="entered twice")
    return store


@contextmanager
def _past_the_guards(store: Store) -> Iterator[Connection]:
    """A connection of somebody with the key and a SQL tool; it is rolled back at the end."""
    with store.database.engine.connect() as connection:
        transaction = connection.begin()
        if store.database.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in names.all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        transaction.rollback()
        if store.database.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = origin"))


def _problems(connection: Connection) -> tuple[str, ...]:
    with Session(connection) as session:
        return trail.verify(session).problems


def _differences(connection: Connection) -> tuple[str, ...]:
    with Session(connection) as session:
        return replay.differences(session)


def test_a_chain_of_real_work_holds(worked: Store) -> None:
    with worked.reading() as session:
        found = trail.verify(session)
        assert found.problems == ()
        assert found.rows == audit.head(session)[0] > 8
        assert replay.differences(session) == ()


def test_each_record_of_a_visit_has_one_row(worked: Store) -> None:
    with worked.reading() as session:
        rows = session.execute(
            select(AuditRow.entity, AuditRow.action).where(AuditRow.deed == "visit")
        ).all()
    assert sorted(tuple(row) for row in rows) == [
        ("adverse_event", "recorded"),
        ("assessment", "recorded"),
        ("assessment", "recorded"),
        ("diary", "recorded"),
        ("treatment", "recorded"),
    ]


def test_history_tells_who_what_and_why(worked: Store) -> None:
    with worked.reading() as session:
        entries = history.recent(session)
        corrected = next(e for e in entries if e.entity == "treatment" and e.changes)
        assert history.for_record(session, "treatment", corrected.record_id)[-1] == corrected
        of_patient = history.for_patient(session, corrected.patient_id)
        assert corrected in of_patient
    assert corrected.person == PERSON.id
    assert corrected.person_name == PERSON.name
    assert corrected.action == "corrected"
    assert corrected.version == 2
    assert corrected.reason == "one point was not given"
    assert {(c.table, c.field, c.before, c.after) for c in corrected.changes} == {
        ("injection", "voided", "False", "True"),
        ("treatment", "points", "2", "1"),
        ("treatment", "given_units", "10", "5"),
    }
    voided = next(e for e in entries if e.action == "voided")
    assert (voided.entity, voided.reason) == ("patient", "entered twice")


def _bent(value: object) -> object:
    """The value with its lowest bit flipped."""
    if isinstance(value, int):
        return value ^ 1
    assert isinstance(value, str)
    return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "\x01"


@pytest.mark.parametrize("column", AuditRow.__table__.c.keys())
def test_one_bit_of_an_audit_row_is_found(worked: Store, column: str) -> None:
    table = AuditRow.__table__
    with _past_the_guards(worked) as connection:
        rows = connection.execute(select(table.c.seq, table.c[column])).all()
        for seq, value in rows:
            if value is None or (column == "seq" and seq < len(rows)):
                continue
            with connection.begin_nested() as undo:
                connection.execute(
                    update(table).where(table.c.seq == seq).values({column: _bent(value)})
                )
                problems = _problems(connection)
                assert any(str(seq) in problem for problem in problems), (seq, problems)
                undo.rollback()


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("DELETE FROM audit WHERE seq = 5", "5"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "should end"),
        ("DELETE FROM audit", "should end"),
        ("UPDATE audit SET payload = NULL WHERE seq = 4", "4"),
        ("UPDATE audit SET seq = seq + 1000 WHERE seq = 6", "6"),
        ("UPDATE audit_head SET seq = seq - 1", "seal"),
        ("DELETE FROM audit_head", "missing"),
        ("DELETE FROM audit_key", "missing"),
        (
            "INSERT INTO audit SELECT seq + 100, at, utc_offset_minutes, person_id, session_id,"
            " workstation, deed_id, deed, action, entity, entity_id, patient_id, version, reason,"
            " payload, payload_mac, prev, mac FROM audit WHERE seq = 3",
            "before row 103",
        ),
    ],
)
def test_rows_taken_away_added_or_moved_are_found(
    worked: Store, tampering: str, named: str
) -> None:
    with _past_the_guards(worked) as connection:
        assert _problems(connection) == ()
        connection.execute(text(tampering))
        assert any(named in problem for problem in _problems(connection))


def test_rows_that_change_places_are_found(worked: Store) -> None:
    table = AuditRow.__table__
    with _past_the_guards(worked) as connection:
        for old, new in ((3, 9003), (4, 3), (9003, 4)):
            connection.execute(update(table).where(table.c.seq == old).values(seq=new))
        assert any("3" in problem for problem in _problems(connection))


def test_one_field_of_any_record_changed_past_the_program_is_named(worked: Store) -> None:
    with _past_the_guards(worked) as connection:
        assert _differences(connection) == ()
        checked = 0
        for table in replay.audited():
            keys = {column.name for column in table.primary_key}
            for column in table.c:
                if column.name in keys or column.foreign_keys:
                    continue
                if not connection.execute(select(table)).first():
                    continue
                sound = _sound_other_value(table.name, column.name, worked.database.dialect)
                with connection.begin_nested() as undo:
                    connection.execute(text(f"UPDATE {table.name} SET {column.name} = {sound}"))
                    found = _differences(connection)
                    assert any(f"{table.name} " in line for line in found), (table, column)
                    undo.rollback()
                checked += 1
        assert checked > 90


_OTHER_WORDS = {
    "sex": "other",
    "side": "midline",
    "status": "signed",
    "guidance": "ct",
    "occasion": "follow_up",
    "purpose": "acute",
    "why_stopped": "other",
    "kind": "expired",
}


def _sound_other_value(table: str, column: str, dialect: str) -> str:
    """SQL for a value that the column can hold and does not."""
    kind = type(Base.metadata.tables[table].c[column].type).__name__
    day = "DATE '2020-01-02'" if dialect == "postgresql" else "737426"
    return {
        "Text": f"coalesce({column}, '') || 'x'",
        "Word": f"'{_OTHER_WORDS.get(column)}'",
        "Boolean": f"CASE WHEN {column} THEN false ELSE true END",
        "Integer": f"coalesce({column}, 0) + 1",
        "Hundredths": f"coalesce({column}, 0) + 1",
        "Float": "0.125",
        "Exact": "17",
        "Json": "'[\"x\"]'",
        "Day": day,
        "Instant": "'2020-01-01 00:00:00.000000'",
        "Uuid": "'00000000000000000000000000000009'",
        "LargeBinary": "'x'",
    }[kind]


def test_a_row_slipped_in_or_taken_away_is_named(worked: Store) -> None:
    with _past_the_guards(worked) as connection:
        key = connection.execute(select(Base.metadata.tables["injection"].c.id)).scalars().first()
        connection.execute(text("DELETE FROM injection WHERE site = 'frontalis'"))
        found = _differences(connection)
    assert key is not None
    assert any(key.hex in line for line in found)
    assert not any("frontalis" in line for line in found)


def test_a_statement_past_the_audit_is_refused(store: Store) -> None:
    patient = factories.patient()
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    with pytest.raises(audit.Unaudited), store.writing() as session:
        session.execute(update(PatientRow).values(note="changed without a trace"))
    with pytest.raises(audit.Unaudited), store.writing() as session:
        session.delete(session.get_one(PatientRow, patient.id))
    with store.reading() as session:
        assert patients.get(session, patient.id).note == patient.note


def test_rows_of_the_unit_of_work_are_audited_too(store: Store) -> None:
    person_id = new_id()
    with store.writing("hire") as session:
        session.add(PersonRow(id=person_id, name="B", roles=("manager",), active=True, version=1))
    with store.writing("leave", "moved away") as session:
        session.get_one(PersonRow, person_id).active = False
    with store.reading() as session:
        hired, left = history.for_record(session, "person", person_id)
        assert replay.differences(session) == ()
    assert (hired.action, left.action) == ("recorded", "corrected")
    assert left.reason == "moved away"
    assert [(c.field, c.before, c.after) for c in left.changes] == [("active", "True", "False")]


def test_a_refused_deed_leaves_no_row(store: Store) -> None:
    with store.reading() as session:
        before = audit.head(session)
    patient = factories.patient()
    visit = factories.visit(patient.id)
    impossible = replace(visit, adverse_events=(factories.adverse_event(patient.id, grade=9),))

    def new_patient_with_visit(session: Session) -> None:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
        visits.record(session, impossible, catalog=store.catalog, today=TODAY)

    with pytest.raises(Refused):
        store.database.write(PERSON.id, "new", new_patient_with_visit)
    with store.reading() as session:
        assert audit.head(session) == before
        assert patients.count(session) == 0


def test_what_is_put_back_in_the_same_deed_leaves_no_row(store: Store) -> None:
    patient = factories.patient()
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        before = audit.head(session)
    with store.writing() as session:
        row = session.get_one(PatientRow, patient.id)
        row.note = "another"
        session.flush()
        row.note = patient.note
    with store.reading() as session:
        assert audit.head(session) == before


def test_events_without_a_change_are_in_the_chain(store: Store) -> None:
    with store.writing("export") as session:
        audit.add_event(
            session, "exported", entity="practice", details={"rows": 3, "purpose": "referral"}
        )
        deed = audit.deed_id(session)
    with store.reading() as session:
        assert trail.verify(session).problems == ()
        assert history.recent(session, 1)[0].action == "exported"
        payload = session.execute(
            select(AuditRow.payload).order_by(AuditRow.seq.desc()).limit(1)
        ).scalar_one()
        assert json.loads(payload or "") == {"details": {"purpose": "referral", "rows": 3}}
        assert audit.was_done(session, deed)
        assert not audit.was_done(session, new_id())


def test_changes_name_tables_and_patients(store: Store) -> None:
    patient = factories.patient()
    _id, changes = store.database.write(
        PERSON.id, "new", patients.record, patient, catalog=store.catalog, today=TODAY
    )
    assert changes.tables == {"patient", "patient_identifier", "patient_indication"}
    assert changes.patients == {patient.id}
