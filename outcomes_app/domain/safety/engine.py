"""Runs every safety rule over the facts of a visit, in the order of the reference."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from outcomes_app.domain.definitions import SafetyRule
from outcomes_app.domain.instruments import UNSOURCED, Provenance
from outcomes_app.domain.safety import clock, doses, evidence, intervals, patient, sites, vials
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.rule import Evaluator, in_scope

_VERSION_LETTERS = 12


class Level(StrEnum):
    """BLOCK stops signing until mended or overridden as the rule says; WARN needs one answer."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Override(StrEnum):
    """What lifts a finding: nothing but correction, a written reason, or one acknowledgement."""

    NONE = "none"
    REASON = "reason"
    ACKNOWLEDGE = "ack"
    NOT_NEEDED = "n/a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that fired: `fact` says what with its numbers, `reason` which rule that touches."""

    rule: str
    level: Level
    override: Override
    fact: str
    reason: str
    sources: tuple[str, ...]
    cite: str
    verified: bool
    version: str = ""
    provenance: Provenance = UNSOURCED

    @property
    def stops_signing(self) -> bool:
        """Whether nothing but a correction of the visit clears it."""
        return self.level is Level.BLOCK and self.override is Override.NONE


EVALUATORS: Mapping[str, Evaluator] = {
    **clock.EVALUATORS,
    **doses.EVALUATORS,
    **sites.EVALUATORS,
    **intervals.EVALUATORS,
    **vials.EVALUATORS,
    **patient.EVALUATORS,
    **evidence.EVALUATORS,
}


def findings(rules: Iterable[SafetyRule], facts: VisitFacts) -> tuple[Finding, ...]:
    """Every rule that fires on these facts. A rule whose input is unknown stays silent, except
    those that are about the missing input itself."""
    fired = []
    for rule in rules:
        if not in_scope(rule, facts):
            continue
        fact = EVALUATORS[rule.id](rule, facts)
        if fact:
            fired.append(_finding(rule, fact))
    return tuple(fired)


def _finding(rule: SafetyRule, fact: str) -> Finding:
    return Finding(
        rule=rule.id,
        level=Level(rule.severity),
        override=Override(rule.override),
        fact=fact,
        reason=rule.title,
        sources=rule.provenance.sources,
        cite=rule.provenance.cite,
        verified=rule.provenance.verified,
        version=version_of(rule),
        provenance=rule.provenance,
    )


def version_of(rule: SafetyRule) -> str:
    """A short digest of what a rule asks, kept with an answer: it changes with any threshold."""
    asks = repr((rule.id, rule.severity, rule.override, sorted(map(str, rule.threshold.items()))))
    return hashlib.sha256(asks.encode()).hexdigest()[:_VERSION_LETTERS]
