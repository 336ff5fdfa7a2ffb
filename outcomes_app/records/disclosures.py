"""What left the program with names on it: asked for a purpose, and kept in the history."""

from sqlalchemy.orm import Session

from outcomes_app.db import audit
from outcomes_app.domain.patient import Person
from outcomes_app.domain.permissions import Action, require
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _


def record(session: Session, what: str, rows: int, *, reason: str, person: Person) -> None:
    """Write down that a list with names was exported, how long it was, by whom and what for."""
    require(person, Action.EXPORT_IDENTIFIED)
    if not reason.strip():
        raise OutcomesError(
            _("An export with names needs its purpose."), todo=_("Say what the list is for.")
        )
    audit.add_event(
        session, "exported", entity="identified_list", details={"what": what, "rows": rows}
    )
