"""Outcome instruments as the catalog defines them: items, scales, bands, thresholds, rules.

They are apart from the injection side of the catalog (definitions.py, which re-exports them)
because scoring and analysis need them and nothing of products or sites.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from outcomes_app.domain.values import InstrumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a value comes from. `verified` = it was read in `sources` (ids of
    docs/clinical-sources.md); otherwise `cite` says where to confirm it."""

    verified: bool = False
    sources: tuple[str, ...] = ()
    cite: str = ""
    note: str = ""
    unverified_parts: tuple[str, ...] = ()
    # What the clinic's lead said of the value: who confirmed it, when, and where in the label.
    confirmed_by: str = ""
    confirmed_on: date | None = None
    label_section: str = ""

    @property
    def named(self) -> str:
        """The source in one line: the ids where it was read, else where to confirm it."""
        return ", ".join(self.sources) or self.cite


# What an entry has that names no source of its own.
UNSOURCED = Provenance()


class Direction(StrEnum):
    """Which way a score has to move for the patient to be better off."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A severity band of a score, ends included."""

    label: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeThreshold:
    """A published change that matters. `value` is None where the source gives words (`text`)."""

    kind: str
    value: Decimal | None
    text: str
    unit: str
    scope: str
    provenance: Provenance = UNSOURCED


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How one number is read: its range, direction and unit. `instrument` + `part` is the key
    under which it is stored; `low`/`high` None = no bound is known. A stored part may name a place
    after a colon ("rank:biceps_brachii:left"): its scale is that of the part before the colon.

    `items` are the keys of the questions it is scored from (none = only a total can be given) and
    `needed` is how many of them must be answered (None = all).
    """

    instrument: InstrumentId
    part: str
    name: str
    short_name: str
    low: Decimal | None
    high: Decimal | None
    direction: Direction
    unit: str = ""
    step: Decimal | None = None
    bands: tuple[Band, ...] = ()
    bands_provenance: Provenance = UNSOURCED
    items: tuple[str, ...] = ()
    needed: int | None = None
    provenance: Provenance = UNSOURCED

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies in the range, ends included."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def band(self, value: Decimal) -> Band | None:
        """The severity band of a value; between two bands the lower one. None where none fits."""
        reached = [b for b in self.bands if b.low <= value]
        return reached[-1] if reached and value <= self.bands[-1].high else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of an instrument, by number or by a word of our own. Its wording is `text`, and
    only where the licence lets everybody show it.

    `choices` maps the answer labels to their values; without them any whole number from `low` to
    `high` is an answer (any number where `fractions`). An item that is not `scored` is only kept.
    """

    key: str
    name: str = ""
    # Other names by which a file may call it, such as its number on the form.
    also: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    choices: Mapping[str, Decimal] = field(default_factory=dict)
    fractions: bool = False
    not_applicable: bool = False
    optional: bool = False
    scored: bool = True
    # An answer above this asks for attention at once, whatever the total.
    alert_above: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One of the outcome instruments; `scales` has one entry per number it yields, the main one
    first. `scoring` names a function of domain.scoring, "given" = totals only, and
    `why_total_only` says why then. `indications` are the condition names of the reference."""

    id: InstrumentId
    name: str
    short_name: str
    kind: str
    domain: str
    indications: tuple[str, ...]
    item_count: int | None
    scales: tuple[Scale, ...]
    items: tuple[Item, ...] = ()
    recall: str = ""
    scoring: str = ""
    scoring_version: int = 1
    why_total_only: str = ""
    # The one item may be answered for several muscles or body sites, each under its own name.
    per_place: bool = False
    parameters: Mapping[str, object] = field(default_factory=dict)
    rule: str = ""
    missing_rule: str = ""
    thresholds: tuple[ChangeThreshold, ...] = ()
    warnings: tuple[str, ...] = ()
    item_text_allowed: bool = False
    stores_items: bool = False
    licence_status: str = ""
    licence_note: str = ""
    licence_provenance: Provenance = UNSOURCED
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def main(self) -> Scale:
        """The scale that stands for the instrument when one number is asked for."""
        return self.scales[0]

    def scale(self, part: str) -> Scale | None:
        """The scale of a part, also of a part with a place after a colon; None where unknown."""
        base = part.partition(":")[0]
        return next((s for s in self.scales if s.part == base), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeMeasure:
    """A measure an indication asks for: a part of an instrument, or a plain number of its own
    (then `scale.instrument` is this measure's id). `scales` holds every part that belongs to it;
    `scale` is the first of them."""

    id: str
    name: str
    scale: Scale
    scales: tuple[Scale, ...] = ()
    provenance: Provenance = UNSOURCED
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParameter:
    """One number or word a response rule compares with. `choices` are the words it may be;
    `app_defined` = the source gives no value, so it is the program's own."""

    name: str
    value: Decimal | str
    unit: str = ""
    meaning: str = ""
    source: str = ""
    verified: bool = False
    app_defined: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRule:
    """A response or continuation rule, as the reference words it. `parameters` are what it
    compares with; a local rulebook may change their values."""

    id: str
    title: str
    kind: str
    indications: tuple[str, ...]
    source: str
    verified: bool
    computation: str = ""
    inputs: tuple[str, ...] = ()
    # The words for each result, with the condition under which it is given ("" = not stated).
    outcomes: tuple[tuple[str, str], ...] = ()
    edge_cases: tuple[str, ...] = ()
    parameters: tuple[RuleParameter, ...] = ()
    version: str = ""
    app_defined: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
