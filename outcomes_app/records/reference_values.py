"""Reference values the clinic confirmed or changed: every version is kept, the highest counts."""

from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from outcomes_app.catalog import overrides
from outcomes_app.db import rows
from outcomes_app.db.schema import ReferenceValueRow
from outcomes_app.domain import reference_values
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient import Person
from outcomes_app.domain.permissions import Action, require
from outcomes_app.domain.reference_values import ReferenceValue, ReferenceValueId
from outcomes_app.domain.values import new_id
from outcomes_app.records import storing

_TABLE = rows.table_of(ReferenceValueRow)
_FIELDS = (
    "id",
    "key",
    "value",
    "catalog_value",
    "person_id",
    "person_name",
    "day",
    "label_section",
    "note",
    "withdrawn",
    "version",
)


def confirm(
    session: Session,
    key: str,
    *,
    label_section: str,
    person: Person,
    catalog: Catalog,
    today: date,
    note: str = "",
) -> ReferenceValue:
    """Say that the catalog's value was read in the label and is right."""
    entry = overrides.entry(catalog, key)
    value = entry.value if entry else ""
    return change(
        session,
        key,
        value,
        label_section=label_section,
        person=person,
        catalog=catalog,
        today=today,
        note=note,
    )


def change(
    session: Session,
    key: str,
    value: str,
    *,
    label_section: str,
    person: Person,
    catalog: Catalog,
    today: date,
    note: str = "",
) -> ReferenceValue:
    """Put the clinic's own value in the place of the catalog's."""
    entry = overrides.entry(catalog, key)
    text = value.strip()
    found = ReferenceValue(
        id=ReferenceValueId(new_id()),
        key=key,
        value=text,
        catalog_value=entry.value if entry else "",
        person_id=person.id,
        person_name=person.name,
        day=today,
        label_section=label_section.strip(),
        note=note,
    )
    return _store(session, found, person=person, catalog=catalog, today=today)


def withdraw(
    session: Session, key: str, *, person: Person, catalog: Catalog, today: date, note: str = ""
) -> ReferenceValue:
    """Go back to the catalog's own value and its own source."""
    entry = overrides.entry(catalog, key)
    value = entry.value if entry else ""
    found = ReferenceValue(
        id=ReferenceValueId(new_id()),
        key=key,
        value=value,
        catalog_value=value,
        person_id=person.id,
        person_name=person.name,
        day=today,
        label_section="",
        note=note,
        withdrawn=True,
    )
    return _store(session, found, person=person, catalog=catalog, today=today)


def current(session: Session) -> tuple[ReferenceValue, ...]:
    """The newest version of every value the clinic ever looked at, also those withdrawn."""
    row = ReferenceValueRow
    newest = select(row.key, func.max(row.version).label("version")).group_by(row.key).subquery()
    return _load(
        session,
        select(newest.c.version).where(newest.c.key == row.key).scalar_subquery() == row.version,
    )


def history(session: Session, key: str) -> tuple[ReferenceValue, ...]:
    """Every version of one value, the first one first."""
    return _load(session, ReferenceValueRow.key == key)


def effective(session: Session, catalog: Catalog) -> Catalog:
    """The catalog as this clinic uses it."""
    return overrides.with_overrides(catalog, current(session))


def _store(
    session: Session, value: ReferenceValue, *, person: Person, catalog: Catalog, today: date
) -> ReferenceValue:
    require(person, Action.ADMINISTER)
    entry = overrides.entry(catalog, value.key)
    storing.refuse((*reference_values.check(value, entry, today=today), *storing.unstorable(value)))
    if entry is not None and not entry.is_word:
        value = replace(value, value=reference_values.number_text(value.value))
    before = history(session, value.key)
    value = replace(value, version=before[-1].version + 1 if before else 1)
    rows.add(session, ReferenceValueRow, [{name: getattr(value, name) for name in _FIELDS}])
    return value


def _load(session: Session, where: ColumnElement[bool]) -> tuple[ReferenceValue, ...]:
    asked = select(_TABLE).where(where).order_by(ReferenceValueRow.key, ReferenceValueRow.version)
    return tuple(
        ReferenceValue(**{name: found[name] for name in _FIELDS})
        for found in session.execute(asked).mappings()
    )
