"""A list with names leaves only with a purpose and leave to export, and the history keeps both."""

import pytest

from outcomes_app.domain.patient import Role
from outcomes_app.domain.permissions import NotAllowed
from outcomes_app.errors import OutcomesError
from outcomes_app.records import disclosures, history
from tests import factories
from tests.database import PERSON, Store


def test_an_export_is_kept_with_its_purpose(store: Store) -> None:
    with store.writing("export.identified", reason="call the patients") as session:
        disclosures.record(session, "lot A1", 3, reason="call the patients", person=PERSON)
    with store.reading() as session:
        kept = history.recent(session)[0]
    assert (kept.action, kept.reason) == ("exported", "call the patients")


def test_without_purpose_or_leave_nothing_is_exported(store: Store) -> None:
    with store.writing("export.identified") as session:
        with pytest.raises(OutcomesError):
            disclosures.record(session, "lot A1", 3, reason=" ", person=PERSON)
        manager = factories.person(roles=(Role.MANAGER,))
        with pytest.raises(NotAllowed):
            disclosures.record(session, "lot A1", 3, reason="recall", person=manager)
