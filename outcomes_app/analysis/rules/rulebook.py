"""A practice's own edition of the rules: parameters it changed, under a name and a version.

The wording of a rule is never changed, only what it compares with; each change says why.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.definitions import ResponseRule, RuleParameter
from outcomes_app.domain.values import Problem, Problems
from outcomes_app.errors import OutcomesError, Refused
from outcomes_app.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterChange:
    """One changed parameter of one rule, as text; `source` says where the local value is from."""

    rule: str
    parameter: str
    value: str
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Changes to the catalog's rules. `version` counts editions; `valid_from`..`valid_to` are the
    days on which it is in force (None = without end), for example those of a payer's policy."""

    id: str
    name: str
    version: int = 1
    changes: tuple[ParameterChange, ...] = ()
    base_version: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it applies on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    def changed(self, rule: str) -> frozenset[str]:
        """The names of the parameters it changes in a rule."""
        return frozenset(c.parameter for c in self.changes if c.rule == rule)


def check(rulebook: Rulebook, rules: Mapping[str, ResponseRule]) -> Problems:
    """What keeps a rulebook from being used."""
    problems: list[Problem] = []
    if not rulebook.name.strip():
        problems.append(_problem("name", "name_missing", _("The rulebook has no name. Write it.")))
    if rulebook.valid_from and rulebook.valid_to and rulebook.valid_to < rulebook.valid_from:
        words = _("It ends before it begins. Correct one day.")
        problems.append(_problem("valid_to", "end_before_start", words))
    seen: set[tuple[str, str]] = set()
    for place, change in enumerate(rulebook.changes):
        field = f"changes.{place}"
        key = (change.rule, change.parameter)
        if key in seen:
            words = _("This parameter is changed twice. Keep one.")
            problems.append(_problem(field, "changed_twice", words))
        seen.add(key)
        problems += _change_problems(field, change, rules)
    return tuple(problems)


def _change_problems(
    field: str, change: ParameterChange, rules: Mapping[str, ResponseRule]
) -> Problems:
    rule = rules.get(change.rule)
    if rule is None:
        return (_problem(f"{field}.rule", "unknown", _("This rule does not exist. Choose one.")),)
    known = next((p for p in rule.parameters if p.name == change.parameter), None)
    if known is None:
        words = _("The rule has no such parameter. Choose one of its own.")
        return (_problem(f"{field}.parameter", "unknown", words),)
    try:
        _value(known, change.value)
    except ValueError:
        if known.choices:
            words = _("It must be one of: {words}.").format(words=", ".join(known.choices))
        else:
            words = _("It must be a number, zero or more.")
        return (_problem(f"{field}.value", "impossible", words),)
    return ()


def _problem(field: str, code: str, message: str) -> Problem:
    return Problem(field=field, code=code, message=message)


def _value(parameter: RuleParameter, text: str) -> Decimal | str:
    if parameter.choices:
        if text not in parameter.choices:
            raise ValueError(text)
        return text
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or value < 0:
        raise ValueError(text)
    return value


def edition(rulebook: Rulebook, rules: Mapping[str, ResponseRule]) -> Mapping[str, ResponseRule]:
    """The rules as the rulebook has them: a changed rule bears its name and version. Raises
    Refused with every change that is impossible."""
    problems = check(rulebook, rules)
    if problems:
        raise Refused(
            _("The rulebook cannot be used. {first}").format(first=problems[0].message),
            problems,
            todo=_("Correct it and save it again."),
        )
    found = dict(rules)
    for change in rulebook.changes:
        rule = found[change.rule]
        found[change.rule] = replace(
            rule,
            parameters=tuple(_changed(p, change, rulebook) for p in rule.parameters),
            version=f"{rules[change.rule].version}+{rulebook.id}.{rulebook.version}",
        )
    return found


def _changed(
    parameter: RuleParameter, change: ParameterChange, rulebook: Rulebook
) -> RuleParameter:
    if parameter.name != change.parameter:
        return parameter
    return replace(
        parameter,
        value=_value(parameter, change.value),
        source=change.source or _("rulebook {name}").format(name=rulebook.name),
        verified=False,
        app_defined=False,
    )


def rules_for(
    catalog: Catalog, indication: str, rulebook: Rulebook | None = None
) -> tuple[ResponseRule, ...]:
    """The rules that are asked in an indication, as a rulebook has them."""
    rules: Mapping[str, ResponseRule] = catalog.response_rules
    if rulebook is not None:
        rules = edition(rulebook, rules)
    return tuple(
        r for r in rules.values() if any(catalog.means(c, indication) for c in r.indications)
    )


def to_json(rulebook: Rulebook) -> str:
    """The rulebook as one JSON text."""
    return json.dumps(
        {
            "id": rulebook.id,
            "name": rulebook.name,
            "version": rulebook.version,
            "base_version": rulebook.base_version,
            "valid_from": rulebook.valid_from and rulebook.valid_from.isoformat(),
            "valid_to": rulebook.valid_to and rulebook.valid_to.isoformat(),
            "changes": [
                {
                    "rule": c.rule,
                    "parameter": c.parameter,
                    "value": c.value,
                    "reason": c.reason,
                    "source": c.source,
                }
                for c in rulebook.changes
            ],
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def from_json(text: str) -> Rulebook:
    """The rulebook of a JSON text. Raises OutcomesError where it is none."""
    try:
        data = json.loads(text)
        changes = _changes(data["changes"])
        return Rulebook(
            id=str(data["id"]),
            name=str(data["name"]),
            version=int(data["version"]),
            base_version=str(data["base_version"]),
            valid_from=data["valid_from"] and date.fromisoformat(data["valid_from"]),
            valid_to=data["valid_to"] and date.fromisoformat(data["valid_to"]),
            changes=changes,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise OutcomesError(
            _("This is no rulebook."), todo=_("Choose a rulebook that this program wrote.")
        ) from error


def _changes(listed: Iterable[Mapping[str, str]]) -> tuple[ParameterChange, ...]:
    return tuple(ParameterChange(**{key: str(value) for key, value in c.items()}) for c in listed)
