"""Reads safety_rules.toml, adverse_events.toml, response_rules/ and what files say in general."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from outcomes_app.catalog.entry import Entry, by_id
from outcomes_app.catalog.source import Source, read
from outcomes_app.domain.definitions import (
    AdverseEventTerm,
    ResponseRule,
    RuleParameter,
    SafetyRule,
)
from outcomes_app.domain.values import AdverseEventTermId
from outcomes_app.text import _

_GENERAL = {
    "products.toml": ("global_fact", "billing_modifier", "interaction"),
    "sites.toml": ("conventions", "guidance_terms"),
    "safety_rules.toml": ("conventions",),
    "adverse_events.toml": ("seriousness_rule", "grading_general", "onset_windows"),
    "outcome_conventions.toml": ("instruments", "response_rules"),
}


def safety_rules(source: Source) -> Mapping[str, SafetyRule]:
    """The safety rules by id."""
    return by_id(read(source, "safety_rules.toml").entries("rule"), _safety_rule)


def _safety_rule(entry: Entry) -> SafetyRule:
    provenance = entry.provenance()
    if not provenance.named:
        raise entry.fault("src", _("is missing, and cite as well"))
    return SafetyRule(
        id=entry.text("id"),
        title=entry.text("title"),
        severity=entry.choice("severity", ("block", "warn", "info")),
        kind=entry.text("kind"),
        condition=entry.text("condition"),
        inputs=entry.texts("inputs"),
        threshold=MappingProxyType(dict(entry.table("threshold").items())),
        scope=MappingProxyType(dict(entry.table("scope").items())),
        override=entry.choice("override", ("none", "reason", "ack", "n/a")),
        provenance=provenance,
        details=entry.as_filed(),
    )


def adverse_event_terms(source: Source) -> Mapping[AdverseEventTermId, AdverseEventTerm]:
    """The adverse events that can be recorded, by id."""
    found = by_id(read(source, "adverse_events.toml").entries("adverse_event"), _term)
    return cast("Mapping[AdverseEventTermId, AdverseEventTerm]", found)


def _term(entry: Entry) -> AdverseEventTerm:
    for incidence in entry.tables("incidence"):
        for field in ("percent", "placebo_percent"):
            value = incidence.number_or_none(field)
            if value is not None and not 0 <= value <= 100:
                raise incidence.fault(field, _("must lie between 0 and 100"))
    grades = entry.table("ctcae_grades", {})
    return AdverseEventTerm(
        id=AdverseEventTermId(entry.text("id")),
        name=entry.text("name"),
        meddra_pt=entry.text("meddra_pt"),
        urgent=entry.flag("urgent"),
        indications=entry.texts("indications"),
        grades={key: grades.text(key) for key, _value in grades.items()},
        provenance=entry.provenance(),
        details=entry.as_filed(),
    )


def response_rules(source: Source) -> Mapping[str, ResponseRule]:
    """The response and continuation rules by id; all bear the version of their conventions."""
    found: dict[str, ResponseRule] = {}
    version = read(source, "outcome_conventions.toml").table("response_rules").text("version")
    for name in source.names("response_rules", ".toml"):
        entry = read(source, name)
        key = entry.text("id")
        if not name.endswith(f"/{key}.toml"):
            raise entry.fault("id", _("is {key!r}, but the file has another name").format(key=key))
        found[key] = ResponseRule(
            id=key,
            title=entry.text("title"),
            kind=entry.text("kind"),
            indications=entry.texts("indications"),
            source=entry.text("source"),
            verified=entry.flag("verified"),
            computation=entry.text("computation"),
            inputs=entry.texts("inputs"),
            outcomes=tuple((o.text("label"), o.text("when", "")) for o in entry.tables("outcomes")),
            edge_cases=entry.texts("edge_cases"),
            parameters=_parameters(entry),
            version=version,
            app_defined=entry.text("app_defined", ""),
            details=entry.as_filed(),
        )
    return found


def _parameters(entry: Entry) -> tuple[RuleParameter, ...]:
    found: dict[str, RuleParameter] = {}
    for table in entry.tables("parameters"):
        name, choices = table.text("name"), table.texts("choices")
        if name in found:
            raise table.fault("name", _("occurs twice"))
        found[name] = RuleParameter(
            name=name,
            value=table.choice("value", choices) if choices else table.number("value"),
            unit=table.text("unit", ""),
            meaning=table.text("meaning"),
            source=table.text("source"),
            verified=table.flag("verified"),
            app_defined=table.flag("app_defined", False),
            choices=choices,
        )
        table.done()
    return tuple(found.values())


def general(source: Source) -> Mapping[str, object]:
    """What the files say beside their entries, by "file.key"."""
    found: dict[str, object] = {}
    for name, keys in _GENERAL.items():
        entry = read(source, name)
        found.update({f"{name.removesuffix('.toml')}.{key}": entry.raw(key) for key in keys})
    return found
