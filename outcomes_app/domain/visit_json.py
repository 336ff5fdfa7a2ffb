"""A visit being written as text and back, with every step that can be undone or redone.

Steps hold only what differs from the step before, and a point that stayed is written once, so that
a long afternoon of edits stays small enough to be saved every second.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_type_hints

from outcomes_app.domain.history import History, Step
from outcomes_app.domain.json_values import canonical, from_plain, to_plain
from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

FORMAT = "visit_draft"
VERSION = 1


class DraftUnreadable(OutcomesError):
    """The text is no visit draft that this version of the program can read."""


def to_json(history: History[VisitDraft]) -> str:
    """The draft with its undo history, as one text."""
    pool: dict[str, int] = {}
    steps, before = [], dict[str, Any]()
    for step in (*history.past, history.now, *history.future):
        now = _plain(step.state, pool)
        changed = {name: value for name, value in now.items() if before.get(name, ...) != value}
        steps.append({"deed": step.deed, "set": changed})
        before = now
    return canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "points": [json.loads(text) for text in pool],
            "steps": steps,
            "position": len(history.past),
        }
    )


def from_json(text: str) -> History[VisitDraft]:
    """The draft with its undo history again. DraftUnreadable where the text is something else."""
    try:
        found = json.loads(text)
        if found["format"] != FORMAT or found["version"] != VERSION:
            raise _unreadable()
        points = [from_plain(PlanPoint, point) for point in found["points"]]
        steps = _steps(found["steps"], points)
        position = found["position"]
        now = steps[position]
    except (ValueError, TypeError, LookupError, ArithmeticError):
        # The text holds a patient's data, so nothing of it may stand in the error.
        raise _unreadable() from None
    return History(now=now, past=tuple(steps[:position]), future=tuple(steps[position + 1 :]))


def _plain(draft: VisitDraft, pool: dict[str, int]) -> dict[str, Any]:
    """The draft field by field; the points of its plan as numbers of the pool."""
    values = {
        name: to_plain(getattr(draft, name), sparse=True)
        for name in VisitDraft.__dataclass_fields__
        if name != "plan"
    }
    points = [canonical(to_plain(p, sparse=True)) for p in draft.plan.points]
    plan = {
        "product": draft.plan.product,
        "protocol": draft.plan.protocol,
        "points": [pool.setdefault(point, len(pool)) for point in points],
    }
    return {**values, "plan": plan}


def _steps(plain: Any, points: Sequence[PlanPoint]) -> list[Step[VisitDraft]]:
    """Each step reads only what it changed, so that a long history opens at once."""
    hints, values = get_type_hints(VisitDraft), dict[str, Any]()
    steps = []
    for step in plain:
        for name, value in step["set"].items():
            values[name] = (
                _plan(value, points) if name == "plan" else from_plain(hints[name], value)
            )
        steps.append(Step(state=VisitDraft(**values), deed=str(step["deed"])))
    return steps


def _plan(plain: Mapping[str, Any], points: Sequence[PlanPoint]) -> Plan:
    bare = from_plain(Plan, {**plain, "points": []})
    return replace(bare, points=tuple(points[number] for number in plain["points"]))


def _unreadable() -> DraftUnreadable:
    return DraftUnreadable(
        _("This draft cannot be read by this version of the program."),
        todo=_("Install the newest version, or write the visit again. The draft is kept."),
    )
