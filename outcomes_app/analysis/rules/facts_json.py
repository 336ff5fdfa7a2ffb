"""Entered facts as JSON, for files and for keeping beside a verdict."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any

from outcomes_app.analysis.rules.facts import EnteredEffect, Goal, RuleFacts
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

_DAYS = ("das_target_chosen_on", "goal_review_on")


def to_json(facts: RuleFacts) -> str:
    """The facts as one JSON text."""
    data = asdict(facts)
    data["top_ups"] = sorted(facts.top_ups)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)


def from_json(text: str) -> RuleFacts:
    """The facts of a JSON object; whatever is absent is not known. Raises OutcomesError with the
    names that exist where one does not."""
    try:
        data = json.loads(text)
        known = {f.name for f in fields(RuleFacts)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise OutcomesError(
                _("There is no fact {name}.").format(name=unknown[0]),
                todo=_("Use: {names}.").format(names=", ".join(sorted(known))),
            )
        return RuleFacts(**_values(data))
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise OutcomesError(
            _("The facts cannot be read."),
            todo=_('Write them as {"preventives_failed": 3, "medication_overuse_managed": true}.'),
        ) from error


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(data)
    for name in _DAYS:
        found[name] = _day(data.get(name))
    found["top_ups"] = frozenset(date.fromisoformat(day) for day in data.get("top_ups", ()))
    found["goals"] = tuple(
        Goal(**{**goal, "agreed_on": _day(goal.get("agreed_on"))}) for goal in data.get("goals", ())
    )
    found["entered_effects"] = tuple(EnteredEffect(**e) for e in data.get("entered_effects", ()))
    weeks = data.get("usual_interval_weeks")
    found["usual_interval_weeks"] = None if weeks is None else Decimal(str(weeks))
    failed = data.get("preventives_failed")
    if failed is not None and (isinstance(failed, bool) or not isinstance(failed, int)):
        raise ValueError("preventives_failed must be a whole number")
    managed = data.get("medication_overuse_managed")
    if managed is not None and not isinstance(managed, bool):
        raise ValueError("medication_overuse_managed must be true or false")
    return found


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
