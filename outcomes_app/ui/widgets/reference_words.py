"""How a reference value stands, in words: verified, confirmed here, changed here, not verified."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from outcomes_app.domain.reference_values import ReferenceEntry, ReferenceValue
from outcomes_app.text import _, day, number

_DOT_BETWEEN_WORDS = re.compile(r"(?<!\d)\.|\.(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A value of the catalog with what the clinic last said of it."""

    entry: ReferenceEntry
    mine: ReferenceValue | None = None

    @property
    def standing(self) -> str:
        """verified, unverified, confirmed, changed, or stale = said of an older catalog."""
        mine = self.mine
        if mine is None or mine.withdrawn:
            return "verified" if self.entry.provenance.verified else "unverified"
        if mine.catalog_value != self.entry.value:
            return "stale"
        return "changed" if mine.is_change else "confirmed"

    @property
    def value(self) -> str:
        """The value the program uses."""
        counts = self.standing in ("changed", "confirmed")
        return self.mine.value if counts and self.mine else self.entry.value


def standing_words() -> Mapping[str, tuple[str, str, str]]:
    """Word, tone and icon of each standing."""
    return {
        "unverified": (_("Not verified"), "warn", "warn"),
        "stale": (_("Confirm again"), "warn", "refresh"),
        "verified": (_("Verified in source"), "ok", "check"),
        "confirmed": (_("Confirmed here"), "ok", "check"),
        "changed": (_("Changed here"), "info", "pen"),
    }


def severity_words() -> Mapping[str, str]:
    """What a rule does, in words."""
    return {
        "block": _("stops signing"),
        "warn": _("asks for a reason"),
        "info": _("informs"),
    }


def value_words(text: str) -> str:
    """A value as people read it."""
    if text in severity_words():
        return severity_words()[text]
    try:
        return number(Decimal(text))
    except InvalidOperation:
        return text


def part_words(entry: ReferenceEntry) -> str:
    """Which number of its owner a value is: "dilution 2500 in 0.5, diluent ml"."""
    parts = entry.key.split(".", 2)
    rest = parts[2] if len(parts) > 2 else entry.name
    return ", ".join(_DOT_BETWEEN_WORDS.split(rest)).replace("_", " ")


def source_words(reference: Reference) -> str:
    """Where a value comes from: the label section of the clinic, or the catalog's source."""
    mine = reference.mine
    if reference.standing in ("confirmed", "changed") and mine is not None:
        return _("{section}, by {person} on {day}").format(
            section=mine.label_section, person=mine.person_name, day=day(mine.day)
        )
    provenance = reference.entry.provenance
    if not provenance.named:
        return _("no source named")
    if provenance.verified:
        return provenance.named
    return _("to confirm in: {source}").format(source=provenance.named)
