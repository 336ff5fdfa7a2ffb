"""Who changed what: one sealed row for each changed record, stored in the deed's own transaction.

`begin` listens to a session until it commits. Rows that go through the unit of work are seen by
themselves; rows stored in bulk are told by db.rows. A statement that would change a clinical table
past both is refused, so nothing can be stored unaudited.
"""

import platform
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, event, insert, inspect, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from outcomes_app.clock import Clock
from outcomes_app.db import chain
from outcomes_app.db.columns import to_json
from outcomes_app.db.plain import plain
from outcomes_app.db.schema import AuditHeadRow, AuditKeyRow, AuditRow, Base
from outcomes_app.domain.values import Changes, PatientId, PersonId

# Which record a table's rows belong to: its name in the audit, and the column of its id.
ENTITIES: Mapping[str, tuple[str, str]] = {
    "practice": ("practice", "id"),
    "person": ("person", "id"),
    "import_batch": ("import_batch", "id"),
    "patient": ("patient", "id"),
    "patient_identifier": ("patient", "patient_id"),
    "patient_indication": ("patient", "patient_id"),
    "treatment": ("treatment", "id"),
    "injection": ("treatment", "treatment_id"),
    "vial_use": ("treatment", "treatment_id"),
    "acknowledgement": ("treatment", "treatment_id"),
    "assessment": ("assessment", "id"),
    "score": ("assessment", "assessment_id"),
    "adverse_event": ("adverse_event", "id"),
    "adverse_event_follow_up": ("adverse_event", "event_id"),
    "signature": ("treatment", "treatment_id"),
    "consent": ("consent", "id"),
    "patient_medicine": ("patient_medicine", "id"),
    "patient_weight": ("patient_weight", "id"),
    "outside_toxin": ("outside_toxin", "id"),
    "stock_lot": ("stock_lot", "id"),
    "stock_movement": ("stock_lot", "lot_id"),
    "recall": ("recall", "id"),
    "reference_value": ("reference_value", "id"),
    "diary_day": ("diary", "patient_id"),
    "acute_medicine": ("diary", "patient_id"),
}
# Derived or passing rows: their loss or change alters no record.
UNAUDITED = frozenset({"patient_search", "draft"})

# The execution option by which db.rows says that it has told the audit.
TOLD = "outcomes_audited"

_DEED = "outcomes_deed"
_SESSION_ID = uuid.uuid4().hex  # one for each run of the program


class Unaudited(RuntimeError):
    """A bug: a statement would change a record without a trace."""


@dataclass(slots=True)
class _Note:
    """What has happened to one record so far in this deed."""

    entity: str
    entity_id: str
    patient_id: str
    reason: str = ""
    version: int | None = None
    moved_to: str = ""
    added: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)
    changed: dict[tuple[str, tuple[Any, ...]], tuple[dict[str, Any], dict[str, Any]]] = field(
        default_factory=dict
    )


@dataclass(slots=True)
class _Deed:
    """One transaction: who does what, and the notes that are not written yet."""

    id: str
    who: str
    deed: str
    reason: str
    at: datetime
    notes: dict[tuple[str, str], _Note] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    patients: set[str] = field(default_factory=set)
    rows: int = 0

    def tally(self) -> Changes:
        return Changes(
            tables=frozenset(self.tables),
            patients=frozenset(PatientId(uuid.UUID(p)) for p in self.patients),
        )


def begin(
    session: Session, *, who: PersonId | None, deed: str, reason: str = "", clock: Clock
) -> Callable[[], Changes]:
    """Audit everything this session stores until it commits; the answer tells what that was."""
    state = _Deed(
        id=uuid.uuid4().hex,
        who=plain(who) or "",
        deed=deed,
        reason=reason,
        at=clock.now().astimezone(UTC),
    )
    session.info[_DEED] = state
    event.listen(session, "do_orm_execute", _refuse_unaudited)
    event.listen(session, "before_flush", _refuse_deletion)
    event.listen(session, "after_flush", _note_flushed)
    event.listen(session, "before_commit", write_out)
    return state.tally


def instant(session: Session) -> datetime:
    """The moment the session's deed began; every row it stores is dated by it."""
    return _deed(session).at


def give_reason(session: Session, table: Table, row: Mapping[str, Any], reason: str) -> None:
    """Say why one record is changed, where the deed itself has no or another reason."""
    _note(_deed(session), table.name, row).reason = reason


def added(session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note rows that were inserted."""
    deed = _deed(session)
    names = [c.name for c in table.primary_key]
    for row in rows:
        values = {k: plain(v) for k, v in row.items()}
        note = _note(deed, table.name, row)
        note.added.setdefault(table.name, {})[tuple(values[n] for n in names)] = values
        if ENTITIES[table.name][1] == "id":
            note.version = values.get("version")
        deed.rows += 1


def changed(
    session: Session, table: Table, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Note a row that was updated: `before` is the whole row, `after` the changed columns."""
    deed = _deed(session)
    note = _note(deed, table.name, before)
    key = tuple(plain(before[c.name]) for c in table.primary_key)
    new = {k: plain(v) for k, v in after.items()}
    old = {k: plain(before[k]) for k in after}
    if ENTITIES[table.name][1] == "id":
        note.version = new.get("version", note.version)
        voided = "voided" if new.get("voided") is True else ""
        note.moved_to = voided or _move(new.get("status")) or note.moved_to
    fresh = note.added.get(table.name, {}).get(key)
    if fresh is not None:
        fresh.update(new)
    else:
        first, latest = note.changed.setdefault((table.name, key), ({}, {}))
        latest.update(new)
        for name, value in old.items():
            first.setdefault(name, value)
    deed.rows += 1


def add_event(
    session: Session,
    action: str,
    *,
    entity: str,
    entity_id: uuid.UUID | None = None,
    patient_id: PatientId | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Audit something that changes no row: a sign-in, an export, a backup, a check."""
    _deed(session).events.append(
        {
            "action": action,
            "entity": entity,
            "entity_id": plain(entity_id) or "",
            "patient_id": plain(patient_id) or "",
            "version": None,
            "reason": _deed(session).reason,
            "payload": to_json({"details": plain(details or {})}),
        }
    )


def pending(session: Session) -> int:
    """How many row changes are noted and not yet written out."""
    return _deed(session).rows


def write_out(session: Session) -> None:
    """Seal what was noted so far. The commit does it; a very large import may do it earlier."""
    deed = _deed(session)
    session.flush()
    entries = [_entry(deed, n) for n in deed.notes.values() if _has_change(n)] + deed.events
    deed.notes.clear()
    deed.events.clear()
    deed.rows = 0
    if entries:
        _append(session, deed, entries)


def verify_setting(session: Session) -> tuple[bytes, int, str, str]:
    """The chain's key and its head: seq, mac and seal."""
    key = session.execute(select(AuditKeyRow.key).where(AuditKeyRow.id == 1)).scalar_one()
    head = session.execute(
        select(AuditHeadRow.seq, AuditHeadRow.mac, AuditHeadRow.seal).where(AuditHeadRow.id == 1)
    ).one()
    return bytes(key), head.seq, head.mac, head.seal


def head(session: Session) -> tuple[int, str]:
    """The chain's end (number and digest), to be kept elsewhere as an anchor."""
    _key, seq, mac, _seal = verify_setting(session)
    return seq, mac


def was_done(session: Session, deed_id: uuid.UUID) -> bool:
    """Whether the deed of this id was committed, asked after a lost connection."""
    found = select(AuditRow.seq).where(AuditRow.deed_id == deed_id.hex).limit(1)
    return session.execute(found).first() is not None


def deed_id(session: Session) -> uuid.UUID:
    """The id of the session's deed, for `was_done`."""
    return uuid.UUID(_deed(session).id)


def _append(session: Session, deed: _Deed, entries: Sequence[Mapping[str, Any]]) -> None:
    connection = session.connection()
    # On the server this line is the queue: the next writer waits here until we commit.
    seq, prev = connection.execute(
        select(AuditHeadRow.seq, AuditHeadRow.mac).where(AuditHeadRow.id == 1).with_for_update()
    ).one()
    key = bytes(connection.execute(select(AuditKeyRow.key)).scalar_one())
    offset = deed.at.astimezone().utcoffset()
    common = {
        "at": deed.at.isoformat(timespec="microseconds"),
        "utc_offset_minutes": int(offset.total_seconds() // 60) if offset else 0,
        "person_id": deed.who,
        "session_id": _SESSION_ID,
        "workstation": platform.node(),
        "deed_id": deed.id,
        "deed": deed.deed,
    }
    rows = []
    for entry in entries:
        seq += 1
        row = {
            **common,
            **entry,
            "seq": seq,
            "prev": prev,
            "payload_mac": chain.payload_mac(key, entry["payload"]),
        }
        row["mac"] = prev = chain.link(key, prev, [row[name] for name in chain.SEALED])
        rows.append(row)
    connection.execute(insert(AuditRow), rows)
    connection.execute(
        update(AuditHeadRow)
        .where(AuditHeadRow.id == 1)
        .values(seq=seq, mac=prev, seal=chain.seal(key, seq, prev))
    )


def _entry(deed: _Deed, note: _Note) -> dict[str, Any]:
    payload: dict[str, Any] = {}
    if note.added:
        payload["added"] = {table: _columns(rows) for table, rows in note.added.items()}
    if note.changed:
        payload["changed"] = [
            {"table": table, "key": list(key), "old": old, "new": new}
            for (table, key), (old, new) in note.changed.items()
            if old != new
        ]
    recorded = note.entity in note.added or (note.entity == "diary" and not note.changed)
    return {
        "action": note.moved_to or ("recorded" if recorded else "corrected"),
        "entity": note.entity,
        "entity_id": note.entity_id,
        "patient_id": note.patient_id,
        "version": note.version,
        "reason": note.reason or deed.reason,
        "payload": to_json(payload),
    }


def _move(status: str | None) -> str:
    """The status a record moved to, where that is what the history tells of it."""
    return status if status in ("signed", "amended", "voided") else ""


def _columns(rows: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> dict[str, Any]:
    """Rows as a table without its empty columns: a year of diary is some kilobytes."""
    values = list(rows.values())
    used: dict[str, None] = {}
    for row in values:
        used.update((name, None) for name, value in row.items() if value is not None)
    return {"columns": list(used), "rows": [[row.get(n) for n in used] for row in values]}


def _has_change(note: _Note) -> bool:
    return bool(note.added) or any(old != new for old, new in note.changed.values())


def _note(deed: _Deed, table: str, row: Mapping[str, Any]) -> _Note:
    entity, id_column = ENTITIES[table]
    entity_id = plain(row[id_column])
    note = deed.notes.get((entity, entity_id))
    if note is None:
        patient = entity_id if entity == "patient" else plain(row.get("patient_id")) or ""
        note = deed.notes[entity, entity_id] = _Note(entity, entity_id, patient)
        if patient:
            deed.patients.add(patient)
    deed.tables.add(table)
    return note


def _deed(session: Session) -> _Deed:
    try:
        found: _Deed = session.info[_DEED]
    except KeyError:
        raise Unaudited("this session has no deed: use Database.writing") from None
    return found


def _refuse_unaudited(execution: ORMExecuteState) -> None:
    statement: Any = execution.statement
    if not statement.is_dml or execution.execution_options.get(TOLD):
        return
    if statement.table.name not in UNAUDITED:
        raise Unaudited(f"store rows of {statement.table.name} through db.rows")


def _refuse_deletion(session: Session, _context: object, _rows: object) -> None:
    if any(_table(row).name not in UNAUDITED for row in session.deleted):
        raise Unaudited("records are voided, never deleted")


def _note_flushed(session: Session, _context: object) -> None:
    for row in session.new:
        table = _table(row)
        if table.name not in UNAUDITED:
            added(session, table, [_stored(row)])
    for row in session.dirty:
        table = _table(row)
        if table.name not in UNAUDITED:
            _note_dirty(session, table, row)


def _note_dirty(session: Session, table: Table, row: Any) -> None:
    before, after = _stored(row), {}
    for attribute in inspect(row).attrs:
        history = attribute.history
        if history.has_changes():
            column = inspect(type(row)).column_attrs[attribute.key].columns[0].name
            after[column] = history.added[0]
            before[column] = history.deleted[0]
    if after:
        changed(session, table, before, after)


def _table(row: Any) -> Table:
    table = type(row).__table__
    assert isinstance(row, Base)
    assert isinstance(table, Table)
    return table


def _stored(row: Any) -> dict[str, Any]:
    mapper = inspect(type(row))
    return {a.columns[0].name: getattr(row, a.key) for a in mapper.column_attrs}
