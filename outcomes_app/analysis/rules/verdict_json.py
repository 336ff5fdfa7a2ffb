"""Verdicts as JSON and back, so that a stored one can be explained years later.

Exact numbers are kept as fractions ("107/4"); a reader of a later version finds every word as it
was shown.
"""

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from outcomes_app.analysis.rules.verdict import (
    Criterion,
    Figure,
    Note,
    Origin,
    ParameterUsed,
    State,
    Verdict,
    WindowRead,
)
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

FORMAT = 1


def to_json(verdict: Verdict) -> str:
    """One JSON text, the same for the same verdict."""
    return json.dumps(as_data(verdict), ensure_ascii=False, sort_keys=True)


def as_data(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain lists, texts and numbers."""
    return {
        "format": FORMAT,
        "rule": verdict.rule,
        "title": verdict.title,
        "version": verdict.version,
        "kind": verdict.kind,
        "indication": verdict.indication,
        "on": verdict.on.isoformat(),
        "label": verdict.label,
        "state": verdict.state.value,
        "words": verdict.words,
        "criteria": [_criterion(c) for c in verdict.criteria],
        "numbers": [_figure(n) for n in verdict.numbers],
        "windows": [_window(w) for w in verdict.windows],
        "notes": [{"code": n.code, "text": n.text} for n in verdict.notes],
        "parameters": [_parameter(p) for p in verdict.parameters],
        "facts": [list(fact) for fact in verdict.facts],
        "source": verdict.source,
        "verified": verdict.verified,
        "app_defined": verdict.app_defined,
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _window(window: WindowRead) -> dict[str, Any]:
    return {
        "name": window.name,
        "start": window.start.isoformat() if window.start else None,
        "end": window.end.isoformat() if window.end else None,
        "origin": window.origin.value,
        "value": _exact(window.value),
        "recorded": window.recorded,
        "of": window.of,
        "low": _exact(window.low),
        "high": _exact(window.high),
        "definition": window.definition,
        "missing": window.missing,
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "text": criterion.text,
        "state": criterion.state.value,
        "value": _exact(criterion.value),
        "relation": criterion.relation,
        "threshold": _exact(criterion.threshold),
        "unit": criterion.unit,
        "shown": criterion.shown,
        "missing": criterion.missing,
        "basis": criterion.basis,
        "windows": [_window(w) for w in criterion.windows],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "code": figure.code,
        "name": figure.name,
        "value": _exact(figure.value),
        "unit": figure.unit,
        "shown": figure.shown,
    }


def _parameter(parameter: ParameterUsed) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "value": parameter.value,
        "unit": parameter.unit,
        "source": parameter.source,
        "verified": parameter.verified,
        "app_defined": parameter.app_defined,
        "changed": parameter.changed,
    }


def from_json(text: str) -> Verdict:
    """The verdict of a JSON text. Raises OutcomesError where it is none, or of a later format."""
    try:
        data = json.loads(text)
        if data["format"] > FORMAT:
            raise OutcomesError(
                _("This verdict was stored by a newer version of the program."),
                todo=_("Open it with that version."),
            )
        return _verdict(data)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise OutcomesError(
            _("The stored verdict cannot be read."), todo=_("Make the verdict again.")
        ) from error


def _verdict(data: Mapping[str, Any]) -> Verdict:
    return Verdict(
        **{name: data[name] for name in _TEXTS},
        on=date.fromisoformat(data["on"]),
        state=State(data["state"]),
        verified=data["verified"],
        criteria=tuple(_read_criterion(c) for c in data["criteria"]),
        numbers=tuple(Figure(**n | {"value": _number(n["value"])}) for n in data["numbers"]),
        windows=tuple(_read_window(w) for w in data["windows"]),
        notes=tuple(Note(**n) for n in data["notes"]),
        parameters=tuple(ParameterUsed(**p) for p in data["parameters"]),
        facts=tuple((name, words) for name, words in data["facts"]),
    )


_TEXTS = (
    "rule", "title", "version", "kind", "indication", "label", "words", "source", "app_defined",
)  # fmt: skip


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _read_window(data: Mapping[str, Any]) -> WindowRead:
    changed = {name: _number(data[name]) for name in ("value", "low", "high")}
    days = {name: data[name] and date.fromisoformat(data[name]) for name in ("start", "end")}
    return WindowRead(**{**data, **changed, **days, "origin": Origin(data["origin"])})


def _read_criterion(data: Mapping[str, Any]) -> Criterion:
    return Criterion(
        **{
            **data,
            "state": State(data["state"]),
            "value": _number(data["value"]),
            "threshold": _number(data["threshold"]),
            "windows": tuple(_read_window(w) for w in data["windows"]),
        }
    )
