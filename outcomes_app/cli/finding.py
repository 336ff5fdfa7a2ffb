"""Finds the patient that a key on the command line means."""

import uuid
from typing import TYPE_CHECKING

from outcomes_app.domain.values import PatientId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

if TYPE_CHECKING:
    from outcomes_app.records import Session


def patient_id(session: "Session", key: str) -> PatientId:
    """The patient a key means: an id, SYSTEM:NUMBER, or a number. Neither the key nor a name is
    repeated in a refusal."""
    from outcomes_app.records import patients

    try:
        return PatientId(uuid.UUID(key))
    except ValueError:
        pass
    system, colon, value = key.partition(":")
    known = patients.by_identifier(session, system, value) if colon else None
    if known is not None:
        return known.id
    found = [s.id for s in patients.find(session, key) if s.identifier == key]
    if len(found) == 1:
        return found[0]
    raise OutcomesError(
        _("Several patients have this number.") if found else _("No patient has this number."),
        todo=_("Use SYSTEM:NUMBER, for example clinic:RC-00231."),
    )
