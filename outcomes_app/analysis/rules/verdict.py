"""The verdict of a response rule: criteria with their numbers, windows and what is missing.

A verdict says met, not met or cannot tell; it never says what to do. It carries everything that
is needed to explain it years later: rule, version, parameters, definitions, facts and windows.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from outcomes_app.text import _


class State(StrEnum):
    """What can be said of a criterion."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"

    @property
    def words(self) -> str:
        """How it is shown."""
        return {
            State.MET: _("criterion met"),
            State.NOT_MET: _("criterion not met"),
            State.CANNOT_TELL: _("cannot tell"),
        }[self]


def state_of(answer: bool | None) -> State:
    """The state for yes, no or unknown."""
    if answer is None:
        return State.CANNOT_TELL
    return State.MET if answer else State.NOT_MET


class Origin(StrEnum):
    """Where a number comes from."""

    DIARY = "diary"
    REPORTED = "reported"
    ASSESSMENT = "assessment"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRead:
    """The days a number was read from. Diary windows have `recorded` of `of` days, the bounds that
    unknown days leave open and the definition of a headache day in force; `value` None comes with
    what is `missing`."""

    name: str
    start: date | None
    end: date | None
    origin: Origin
    value: Fraction | None
    recorded: int | None = None
    of: int | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    definition: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One question of a rule. `value` is compared by `relation` with `threshold`, both exact;
    `shown` is how the value is printed, with enough decimals to be on its side of the threshold.
    `basis` is 28 or 30 days where the number is per month."""

    code: str
    text: str
    state: State
    value: Fraction | None = None
    relation: str = ""
    threshold: Fraction | None = None
    unit: str = ""
    shown: str = ""
    missing: str = ""
    basis: int | None = None
    windows: tuple[WindowRead, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that belongs beside a verdict; None = not known."""

    code: str
    name: str
    value: Fraction | None
    unit: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A label on a verdict, such as "interval deviation"."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterUsed:
    """A parameter of the rule as it was in force; `changed` = a local rulebook set it."""

    name: str
    value: str
    unit: str = ""
    source: str = ""
    verified: bool = False
    app_defined: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule says of one course on one day. `label` is the rule's own word for the result;
    `facts` are the entered facts it used, as name and words."""

    rule: str
    title: str
    version: str
    kind: str
    indication: str
    on: date
    label: str
    state: State
    words: str
    criteria: tuple[Criterion, ...] = ()
    numbers: tuple[Figure, ...] = ()
    windows: tuple[WindowRead, ...] = ()
    notes: tuple[Note, ...] = ()
    parameters: tuple[ParameterUsed, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    source: str = ""
    verified: bool = False
    app_defined: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What would have to be known for the criteria that cannot be told, each once."""
        found = (c.missing for c in self.criteria if c.state is State.CANNOT_TELL and c.missing)
        return tuple(dict.fromkeys(found))

    def has_note(self, code: str) -> bool:
        """Whether a label is on it."""
        return any(note.code == code for note in self.notes)
