"""Who may do what: the one table that the window, the records and the clinic server's grants read.

In a local file this is a rule of the program; on the clinic server the same table becomes grants
and row policies, so the two cannot differ.
"""

from dataclasses import dataclass
from enum import StrEnum

from outcomes_app.domain.patient import Person, Role
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _


class NotAllowed(OutcomesError):
    """This person's roles do not include the action."""


class Action(StrEnum):
    """What a person may be allowed to do."""

    OPEN_RECORD = "open_record"
    OPEN_RESTRICTED_RECORD = "open_restricted_record"
    SEE_WORKLIST = "see_worklist"
    EDIT_RECORD = "edit_record"
    COMMENT = "comment"
    SIGN = "sign"
    AMEND = "amend"
    VOID = "void"
    MERGE_PATIENTS = "merge_patients"
    REVIEW_TRENDS = "review_trends"
    SEE_AGGREGATES = "see_aggregates"
    SEE_STOCK = "see_stock"
    EDIT_STOCK = "edit_stock"
    EXPORT_IDENTIFIED = "export_identified"
    EXPORT_DEIDENTIFIED = "export_deidentified"
    IMPORT = "import"
    ADMINISTER = "administer"
    RUN_BACKUP = "run_backup"
    RESTORE = "restore"
    READ_OWN_AUDIT = "read_own_audit"
    READ_AUDIT = "read_audit"


class Care(StrEnum):
    """What else an allowed action asks for."""

    OWN = "own"  # only what the person recorded
    PASSPHRASE = "passphrase"  # noqa: S105  enter it again
    REASON = "reason"
    PURPOSE = "purpose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The roles that may do something, and the care it needs."""

    roles: frozenset[Role]
    care: frozenset[Care] = frozenset()


_C, _R, _M, _A = Role.CLINICIAN, Role.REVIEWER, Role.MANAGER, Role.ADMINISTRATOR


def _to(*roles: Role, care: tuple[Care, ...] = ()) -> Grant:
    return Grant(roles=frozenset(roles), care=frozenset(care))


TABLE: dict[Action, Grant] = {
    Action.OPEN_RECORD: _to(_C, _R),
    Action.OPEN_RESTRICTED_RECORD: _to(_C, _R, care=(Care.PASSPHRASE, Care.REASON)),
    Action.SEE_WORKLIST: _to(_C, _R, _M),
    Action.EDIT_RECORD: _to(_C),
    Action.COMMENT: _to(_C, _R),
    Action.SIGN: _to(_C, care=(Care.PASSPHRASE,)),
    Action.AMEND: _to(_C, care=(Care.OWN, Care.PASSPHRASE, Care.REASON)),
    Action.VOID: _to(_C, care=(Care.OWN, Care.REASON)),
    Action.MERGE_PATIENTS: _to(_C, care=(Care.PASSPHRASE,)),
    Action.REVIEW_TRENDS: _to(_C, _R),
    Action.SEE_AGGREGATES: _to(_C, _R, _M),
    Action.SEE_STOCK: _to(_C, _M),
    Action.EDIT_STOCK: _to(_C, _M),
    Action.EXPORT_IDENTIFIED: _to(_C, care=(Care.PASSPHRASE, Care.PURPOSE)),
    Action.EXPORT_DEIDENTIFIED: _to(_C, _R, _M),
    Action.IMPORT: _to(_C, care=(Care.PASSPHRASE,)),
    Action.ADMINISTER: _to(_A, care=(Care.PASSPHRASE,)),
    Action.RUN_BACKUP: _to(_C, _M, _A),
    Action.RESTORE: _to(_A, care=(Care.PASSPHRASE,)),
    Action.READ_OWN_AUDIT: _to(_C),
    Action.READ_AUDIT: _to(_A),
}


def allowed(person: Person, action: Action) -> bool:
    """Whether the person may do it; whatever the table does not grant is refused."""
    grant = TABLE.get(action)
    return person.active and grant is not None and not grant.roles.isdisjoint(person.roles)


def care_for(action: Action) -> frozenset[Care]:
    """What the action asks for beside the role."""
    return TABLE[action].care


def require(person: Person, action: Action) -> None:
    """Raise NotAllowed unless the person may do it."""
    if not allowed(person, action):
        raise NotAllowed(
            _("Your role does not include this."),
            todo=_("Ask an administrator of the practice."),
        )
