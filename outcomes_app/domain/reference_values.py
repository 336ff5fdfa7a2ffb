"""Reference values that the clinic's lead confirmed against the label, or changed.

A value is named by a key ("rule.cum_ona_adult.threshold.units"). What the catalog said when it was
confirmed is kept with it: when the catalog says something else since, the confirmation is stale
and no longer used, and is to be made again.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NewType
from uuid import UUID

from outcomes_app.domain.clean_text import text_problems
from outcomes_app.domain.instruments import Provenance
from outcomes_app.domain.values import PersonId, Problem, Problems
from outcomes_app.text import _

ReferenceValueId = NewType("ReferenceValueId", UUID)

# The only values that are words: what a rule does.
SEVERITIES = ("block", "warn", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceEntry:
    """One value of the catalog that can be confirmed: its owner, what it says, its source."""

    key: str
    owner: str
    name: str
    value: str
    provenance: Provenance

    @property
    def is_word(self) -> bool:
        """Whether it is one of the words of SEVERITIES instead of a number."""
        return self.value in SEVERITIES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceValue:
    """One version of a value the clinic stands for. `withdrawn` = back to the catalog's own."""

    id: ReferenceValueId
    key: str
    value: str
    catalog_value: str
    person_id: PersonId
    person_name: str
    day: date
    label_section: str
    note: str = field(default="")
    withdrawn: bool = False
    version: int = 0

    @property
    def is_change(self) -> bool:
        """Whether it differs from what the catalog said, instead of confirming it."""
        return self.value != self.catalog_value


def number_text(value: object) -> str:
    """The one text of a number, so that 4 and 4.0 are the same value."""
    digits = format(Decimal(str(value)).normalize(), "f")
    return "0" if digits == "-0" else digits


def check(value: ReferenceValue, entry: ReferenceEntry | None, *, today: date) -> Problems:
    """What keeps a reference value from being stored."""
    found = list(text_problems(value))
    if entry is None:
        return (*found, _error("key", "unknown", _("The catalog has no such value.")))
    if value.withdrawn:
        return tuple(found)
    if not value.label_section.strip():
        words = _("Name the section of the label that you read.")
        found.append(_error("label_section", "label_section_missing", words))
    if value.day > today:
        found.append(_error("day", "in_the_future", _("This day lies in the future.")))
    if not _fits(value.value, entry):
        words = _("This must be a number above 0.")
        if entry.is_word:
            words = _("Choose one of {words}.").format(words=", ".join(SEVERITIES))
        found.append(_error("value", "value_impossible", words))
    return tuple(found)


def _fits(text: str, entry: ReferenceEntry) -> bool:
    if entry.is_word:
        return text in SEVERITIES
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    # A threshold of zero is one of the catalog's own; nobody sets one.
    return number.is_finite() and (number > 0 or text == entry.value)


def _error(field_name: str, code: str, message: str) -> Problem:
    return Problem(field=field_name, code=code, message=message)
