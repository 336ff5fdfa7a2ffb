"""What every record module does around its own rows: refuse, compare versions, keep children.

The limits here are those of the stores, not of medicine: what one back end could not hold is
refused field by field, and alike on both.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Select, inspect, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.columns import HUNDREDTHS
from outcomes_app.db.schema import Base
from outcomes_app.domain.values import Problem, Problems, errors_in
from outcomes_app.errors import ChangedElsewhere, NotFound, Refused
from outcomes_app.text import _

# Texts that are searched by an index; a longer one does not fit into a page of it.
_SHORT = frozenset({"system", "value", "lot", "gtin", "instrument", "indication"})
_SHORT_LETTERS = 200
_LARGEST = 2**31 - 1

Value = TypeVar("Value")
_ROWS_A_QUESTION = 500


def refuse(problems: Iterable[Problem]) -> None:
    """Raise Refused if any of the problems is an error; it carries all of them."""
    found = tuple(problems)
    errors = errors_in(found)
    if errors:
        raise Refused(
            _("This cannot be stored yet: {message}").format(message=errors[0].message), found
        )


def unstorable(value: object) -> Problems:
    """What is sound but does not fit into the columns of both back ends."""
    return tuple(_unstorable(value, ""))


def _unstorable(value: object, path: str) -> Iterator[Problem]:
    name = path.rpartition(".")[2]
    if isinstance(value, str):
        if name in _SHORT and len(value) > _SHORT_LETTERS:
            yield Problem(
                field=path,
                code="text_too_long",
                message=_("At most {n} letters fit here.").format(n=_SHORT_LETTERS),
            )
    elif isinstance(value, int):
        if abs(value) > _LARGEST:
            yield Problem(
                field=path,
                code="number_too_large",
                message=_("This number is too large. Correct it."),
            )
    elif isinstance(value, Decimal):
        if name.endswith("_units") and value.is_finite() and value * HUNDREDTHS % 1:
            yield Problem(
                field=path,
                code="units_too_fine",
                message=_("Units are counted in hundredths; this is finer. Round it."),
            )
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _unstorable(item, f"{path}.{place}")
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            inner = f"{path}.{each.name}" if path else each.name
            yield from _unstorable(getattr(value, each.name), inner)


def require_new(session: Session, kind: Any, ids: Sequence[Any]) -> None:
    """Raise ChangedElsewhere if a record of one of these ids is stored already."""
    for part in parts(ids):
        if session.execute(select(kind.id).where(kind.id.in_(part)).limit(1)).first():
            raise ChangedElsewhere(
                _("This record is stored already."),
                todo=_("Open it again to see what is stored."),
            )


def current(session: Session, kind: Any, record_id: Any, version: int | None) -> dict[str, Any]:
    """The stored row as column values, held until the deed ends.

    NotFound where there is none or it was voided; ChangedElsewhere where `version` is given and is
    not the stored one: a dialog was left open while somebody else corrected the record.
    """
    found = (
        session.execute(_columns(kind).where(kind.id == record_id).with_for_update())
        .mappings()
        .first()
    )
    if found is None or found.get("voided") or found.get("status") == "voided":
        raise NotFound(
            _("This record does not exist any more."), todo=_("Go back and open the list again.")
        )
    if version is not None and found["version"] != version:
        raise changed_elsewhere()
    return dict(found)


def changed_elsewhere() -> ChangedElsewhere:
    """What is said when a record moved on while it was being edited."""
    return ChangedElsewhere(
        _("This record was changed since you opened it."),
        todo=_("Open it again, look at what changed, and enter your change once more."),
    )


def stored(session: Session, kind: Any, *where: Any) -> list[dict[str, Any]]:
    """Whole rows as column values, for comparing with what shall be stored."""
    return [dict(m) for m in session.execute(_columns(kind).where(*where)).mappings()]


def keep_children(
    session: Session,
    kind: type[Base],
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
) -> bool:
    """Make the children of one record as `after` says; what is gone stays behind as voided."""
    names = [column.name for column in rows.table_of(kind).primary_key]
    old = {tuple(row[n] for n in names): row for row in before}
    new = {tuple(row[n] for n in names): row for row in after}
    moved = False
    for key, row in old.items():
        moved |= rows.change(session, kind, row, new.get(key, {"voided": True}))
    fresh = [row for key, row in new.items() if key not in old]
    rows.add(session, kind, fresh)
    return moved or bool(fresh)


def parts(items: Sequence[Value], size: int = _ROWS_A_QUESTION) -> Iterator[Sequence[Value]]:
    """The items in portions that fit into one question."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def grouped(items: Iterable[Value], key: Callable[[Value], Any]) -> dict[Any, list[Value]]:
    """The items by their key, in the order they came."""
    found: dict[Any, list[Value]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def _columns(kind: Any) -> Select[Any]:
    return select(*(inspect(kind).local_table.c))


def void(session: Session, kind: Any, record_id: Any, reason: str) -> None:
    """Mark one record as entered in error."""
    _void(session, kind, current(session, kind, record_id, None), reason)


def void_all(session: Session, kind: Any, where: Sequence[Any], reason: str) -> int:
    """Mark every living record that fulfils the conditions as entered in error; how many."""
    living = stored(session, kind, *where, not_(kind.voided))
    for before in living:
        _void(session, kind, before, reason)
    return len(living)


def _void(session: Session, kind: Any, before: Mapping[str, Any], reason: str) -> None:
    after = {"voided": True, "void_reason": reason, "version": before["version"] + 1}
    rows.change(session, kind, before, after)
    audit.give_reason(session, rows.table_of(kind), before, reason)


def same_patient(before: Mapping[str, Any], patient_id: object) -> None:
    """Refuse to move a record to another patient: it is voided here and recorded there."""
    if before["patient_id"] != patient_id:
        raise Refused(
            _("A record stays with its patient."),
            todo=_("Void it here, and record it for the other patient."),
        )
