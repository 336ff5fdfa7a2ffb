"""The people who sign in to this practice."""

from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from outcomes_app.db import rows
from outcomes_app.db.schema import PersonRow
from outcomes_app.domain.patient import Person, Role
from outcomes_app.domain.values import PersonId
from outcomes_app.errors import NotFound
from outcomes_app.records import storing
from outcomes_app.text import _

_TABLE = rows.table_of(PersonRow)


def add(session: Session, person: Person) -> PersonId:
    """Let somebody else sign in."""
    storing.require_new(session, PersonRow, [person.id])
    rows.add(session, PersonRow, [{**_row(person), "login": "", "version": 1}])
    return person.id


def change(session: Session, person: Person) -> PersonId:
    """Change a person's name, roles or whether the person may sign in."""
    before = storing.current(session, PersonRow, person.id, None)
    after = {**before, **_row(person)}
    if after != before:
        rows.change(session, PersonRow, before, {**after, "version": before["version"] + 1})
    return person.id


def all(session: Session) -> tuple[Person, ...]:
    """Everybody, in order of name."""
    asked = select(_TABLE).order_by(PersonRow.name, PersonRow.id)
    return tuple(_person(row) for row in session.execute(asked).mappings())


def get(session: Session, person_id: PersonId) -> Person:
    """One person; NotFound where there is none."""
    found = session.execute(select(_TABLE).where(PersonRow.id == person_id)).mappings().first()
    if found is None:
        raise NotFound(_("This person does not belong to the practice."))
    return _person(found)


def _person(row: RowMapping) -> Person:
    roles = tuple(Role(role) for role in row["roles"])
    return Person(id=row["id"], name=row["name"], roles=roles, active=row["active"])


def _row(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "roles": tuple(role.value for role in person.roles),
        "active": person.active,
    }
