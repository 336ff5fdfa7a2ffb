"""Who may do what."""

import pytest

from outcomes_app.domain.patient import Role
from outcomes_app.domain.permissions import (
    TABLE,
    Action,
    Care,
    NotAllowed,
    allowed,
    care_for,
    require,
)
from tests import factories


def test_every_action_is_granted_to_somebody() -> None:
    assert set(TABLE) == set(Action)
    assert all(grant.roles for grant in TABLE.values())


@pytest.mark.parametrize(
    ("role", "action", "expected"),
    [
        (Role.CLINICIAN, Action.EDIT_RECORD, True),
        (Role.REVIEWER, Action.OPEN_RECORD, True),
        (Role.REVIEWER, Action.EDIT_RECORD, False),
        (Role.MANAGER, Action.OPEN_RECORD, False),
        (Role.MANAGER, Action.SEE_WORKLIST, True),
        (Role.MANAGER, Action.EXPORT_IDENTIFIED, False),
        (Role.ADMINISTRATOR, Action.OPEN_RECORD, False),
        (Role.ADMINISTRATOR, Action.RESTORE, True),
        (Role.CLINICIAN, Action.RESTORE, False),
    ],
)
def test_table(role: Role, action: Action, expected: bool) -> None:
    assert allowed(factories.person(roles=(role,)), action) is expected


def test_a_solo_user_may_do_everything() -> None:
    assert all(allowed(factories.person(), action) for action in Action)


def test_nobody_does_anything_without_a_role_or_when_gone() -> None:
    for person in (factories.person(roles=()), factories.person(active=False)):
        assert not any(allowed(person, action) for action in Action)
        with pytest.raises(NotAllowed):
            require(person, Action.OPEN_RECORD)
    require(factories.person(), Action.OPEN_RECORD)


def test_signing_asks_for_the_passphrase_again() -> None:
    assert Care.PASSPHRASE in care_for(Action.SIGN)
