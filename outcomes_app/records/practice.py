"""The practice itself: one row, made with the record."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outcomes_app.db import rows
from outcomes_app.db.schema import PracticeRow
from outcomes_app.domain.patient import Practice
from outcomes_app.domain.values import new_id
from outcomes_app.errors import NotFound
from outcomes_app.records import storing
from outcomes_app.text import _


def get(session: Session) -> Practice:
    """The practice; NotFound in a store that was never set up."""
    found = session.execute(select(rows.table_of(PracticeRow))).mappings().first()
    if found is None:
        raise NotFound(_("No practice has been set up here yet."))
    return Practice(
        name=found["name"], jurisdiction=found["jurisdiction"], synthetic=found["synthetic"]
    )


def save(session: Session, practice: Practice) -> None:
    """Store the practice's name and jurisdiction."""
    after = {
        "name": practice.name,
        "jurisdiction": practice.jurisdiction,
        "synthetic": practice.synthetic,
    }
    before = storing.stored(session, PracticeRow)
    if not before:
        rows.add(session, PracticeRow, [{"id": new_id(), **after, "version": 1}])
    elif any(before[0][name] != value for name, value in after.items()):
        rows.change(session, PracticeRow, before[0], {**after, "version": before[0]["version"] + 1})
