"""Rebuilding the records from their history, and comparing that with what is stored.

The chain proves that the history was not changed; this proves that the records are what the
history says. A row edited past the program differs here and is named.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit
from outcomes_app.db.plain import identity, payload_of, plain
from outcomes_app.db.schema import AuditRow, Base
from outcomes_app.text import _

Key = tuple[Any, ...]
State = dict[str, dict[Key, dict[str, Any]]]

# As many patients at a time as keep their whole history in some tens of megabytes.
_BLOCK = 100
_NO_PATIENT = ""


def differences(session: Session, *, most: int = 20) -> tuple[str, ...]:
    """The rows that are not as the history says, by table and key; values are never told."""
    found: list[str] = []
    for block in _blocks(session):
        found += _compare(session, block)
        if len(found) >= most:
            break
    return tuple(found[:most])


def rebuilt(session: Session, patients: Sequence[str]) -> State:
    """The rows of these patients (hex ids; "" = rows of no patient) as the history leaves them."""
    state: State = {}
    asked = (
        select(AuditRow.payload)
        .where(AuditRow.patient_id.in_(patients), AuditRow.payload.is_not(None))
        .order_by(AuditRow.seq)
    )
    for payload in session.execute(asked).scalars():
        assert payload is not None
        _replay(state, payload_of(payload))
    return state


def stored(session: Session, patients: Sequence[str]) -> State:
    """The same rows as they are stored."""
    return {
        table.name: {_key(table, row): row for row in _rows(session, table, patients)}
        for table in audited()
        if _is_of(table, patients)
    }


def audited() -> Iterator[Table]:
    """The tables whose every change is in the audit."""
    return (t for t in Base.metadata.sorted_tables if t.name in audit.ENTITIES)


def _replay(state: State, payload: dict[str, Any]) -> None:
    for name, added in payload.get("added", {}).items():
        table = Base.metadata.tables[name]
        for values in added["rows"]:
            row = _filled(dict(zip(added["columns"], values, strict=True)))
            state.setdefault(name, {})[_key(table, row)] = row
    for change in payload.get("changed", ()):
        rows = state.setdefault(change["table"], {})
        row = rows.get(tuple(change["key"]), {})
        rows[tuple(change["key"])] = _filled(row | change["new"])


def _compare(session: Session, block: Sequence[str]) -> Iterator[str]:
    expected = rebuilt(session, block)
    try:
        found = stored(session, block)
    except (ValueError, TypeError, OverflowError, LookupError):
        if len(block) > 1:
            for one in block:
                yield from _compare(session, [one])
        else:
            yield _("A record of {patient} cannot be read.").format(patient=block[0] or "-")
        return
    for name in sorted(expected.keys() | found.keys()):
        then, now = expected.get(name, {}), found.get(name, {})
        for key in sorted(then.keys() | now.keys(), key=str):
            if then.get(key) != now.get(key):
                yield _("{table} {key} is not as its history says.").format(
                    table=name, key=" ".join(str(part) for part in key)
                )


def _blocks(session: Session) -> Iterator[Sequence[str]]:
    yield [_NO_PATIENT]
    patients = Base.metadata.tables["patient"]
    ids = {row.hex for row in session.execute(select(patients.c.id)).scalars()}
    told = select(AuditRow.patient_id).where(AuditRow.patient_id != _NO_PATIENT).distinct()
    everyone = sorted(ids | set(session.execute(told).scalars()))
    for start in range(0, len(everyone), _BLOCK):
        yield everyone[start : start + _BLOCK]


def _is_of(table: Table, patients: Sequence[str]) -> bool:
    return ("patient_id" in table.c or table.name == "patient") == (list(patients) != [_NO_PATIENT])


def _rows(session: Session, table: Table, patients: Sequence[str]) -> Iterator[dict[str, Any]]:
    asked = select(table)
    if list(patients) != [_NO_PATIENT]:
        owner = table.c.id if table.name == "patient" else table.c.patient_id
        asked = asked.where(owner.in_([identity(p) for p in patients]))
    for row in session.execute(asked).mappings():
        yield _filled({name: plain(value) for name, value in row.items()})


def _key(table: Table, row: dict[str, Any]) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """Without its empty columns: an absent one and an empty one are the same."""
    return {name: value for name, value in row.items() if value is not None}
