"""`outcomes-app score`: the numbers of one questionnaire from a file of answers."""

import argparse
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from outcomes_app import catalog
from outcomes_app.catalog import Catalog
from outcomes_app.cli.arguments import Command, add_json_argument
from outcomes_app.cli.opening import Opening, emit
from outcomes_app.domain import scoring
from outcomes_app.domain.instruments import Instrument
from outcomes_app.domain.values import Problem, Score
from outcomes_app.errors import OutcomesError, Refused
from outcomes_app.text import _, number


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("instrument", nargs="?", metavar="ID", help=_("the questionnaire"))
    what.add_argument("--list", action="store_true", help=_("list the questionnaires"))
    parser.add_argument(
        "--items",
        metavar="FILE",
        type=Path,
        help=_(
            "a JSON object: item number or name, and its answer as code or label (null = missing); "
            "or a total under the name of its part"
        ),
    )
    add_json_argument(parser)


def _run(arguments: argparse.Namespace, opening: Opening) -> int:
    loaded = catalog.load()
    instruments = loaded.instruments
    if arguments.list:
        listed = [_entry(i) for i in instruments.values()]
        emit(arguments, listed, "\n".join(_line(i) for i in instruments.values()))
        return 0
    instrument = _named(loaded, arguments.instrument)
    if instrument is None:
        raise OutcomesError(
            _("There is no questionnaire with this id."),
            todo=_("See the ids with: outcomes-app score --list"),
        )
    if arguments.items is None:
        raise OutcomesError(
            _("There are no answers to score."), todo=_("Name a file of answers with --items FILE.")
        )
    try:
        result = scoring.score(instrument, _answers(arguments.items))
    except Refused as refused:
        if not arguments.json:
            raise
        emit(arguments, {"instrument": instrument.id, "refused": _reasons(refused)}, "")
        return 1
    emit(arguments, _data(instrument, result), _words(instrument, result))
    return 0


def _named(loaded: Catalog, name: str) -> Instrument | None:
    """The questionnaire of this id, abbreviation ("HIT-6") or measure ("bpi")."""
    wanted = _letters(name)
    for instrument in loaded.instruments.values():
        if wanted == _letters(instrument.id):
            return instrument
    for instrument in loaded.instruments.values():
        if wanted == _letters(instrument.short_name):
            return instrument
    measure = loaded.measures.get(name.casefold())
    return loaded.instruments.get(measure.scale.instrument) if measure else None


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _answers(file: Path) -> dict[str, Any]:
    try:
        text = file.expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OutcomesError(
            _("The file {file} cannot be read as text.").format(file=file),
            todo=_("Check its name and that it is UTF-8."),
        ) from error
    try:
        found = json.loads(text, parse_float=Decimal, object_pairs_hook=_without_doubles)
    except json.JSONDecodeError as error:
        raise OutcomesError(
            _("{file} is not JSON: line {line}, column {column}.").format(
                file=file, line=error.lineno, column=error.colno
            ),
            todo=_('Write the answers as {"1": 3, "2": null, …}.'),
        ) from error
    if not isinstance(found, dict):
        raise OutcomesError(
            _("{file} holds no JSON object.").format(file=file),
            todo=_('Write the answers as {"1": 3, "2": null, …}.'),
        )
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise OutcomesError(
            _("One item is answered twice in the file."), todo=_("Keep one of the answers.")
        )
    return found


def _reasons(refused: Refused) -> list[dict[str, str]]:
    return [
        {"field": p.field, "code": p.code, "message": p.message}
        for p in refused.problems
        if isinstance(p, Problem)
    ]


def _data(instrument: Instrument, result: scoring.Scoring) -> dict[str, Any]:
    return {
        "instrument": instrument.id,
        "name": instrument.name,
        "scores": [_score_data(instrument, s) for s in result.scores],
        "remarks": [
            {"field": r.field, "code": r.code, "severity": r.severity, "message": r.message}
            for r in result.remarks
        ],
        "scoring_verified": instrument.provenance.verified,
        "scoring_source": instrument.provenance.named,
    }


def _score_data(instrument: Instrument, score: Score) -> dict[str, Any]:
    scale = instrument.scale(score.part)
    band = scale.band(score.value) if scale and score.value is not None else None
    return {
        "part": score.part,
        "name": scale.name if scale else score.part,
        "value": score.value,
        "unit": scale.unit if scale else "",
        "low": scale.low if scale else None,
        "high": scale.high if scale else None,
        "direction": scale.direction if scale else None,
        "band": band.label if band else None,
        "band_verified": scale.bands_provenance.verified if scale and band else None,
        "answered": score.answered,
        "items": score.items,
        "rule": score.rule,
    }


def _words(instrument: Instrument, result: scoring.Scoring) -> str:
    lines = [instrument.name]
    for data in (_score_data(instrument, s) for s in result.scores):
        shown = _("not scored") if data["value"] is None else number(data["value"], 2)
        unit = f" {data['unit']}" if data["unit"] and data["value"] is not None else ""
        counted = ""
        if data["answered"] is not None:
            counted = _(", {answered} of {items} answered").format(
                answered=data["answered"], items=data["items"]
            )
        band = f" ({data['band'].replace('_', ' ')})" if data["band"] else ""
        lines.append(f"  {data['name']}: {shown}{unit}{band}{counted}; {data['rule']}")
    lines += [f"  {r.message}" for r in result.remarks]
    if not instrument.provenance.verified:
        lines.append("  " + _("The scoring rule was not confirmed in its source."))
    return "\n".join(lines)


def _entry(instrument: Instrument) -> dict[str, Any]:
    return {
        "id": instrument.id,
        "name": instrument.name,
        "items": [i.key for i in instrument.items],
        "parts": [s.part for s in instrument.scales],
        "scoring": instrument.scoring,
        "why_total_only": instrument.why_total_only,
        "scoring_verified": instrument.provenance.verified,
    }


def _line(instrument: Instrument) -> str:
    how = _("totals only") if instrument.scoring == "given" else _("from items or totals")
    return f"{instrument.id:26} {instrument.name} ({how})"


COMMAND = Command(
    name="score",
    help=_("score the answers to one questionnaire"),
    add_arguments=_add_arguments,
    run=_run,
    example="outcomes-app score hit6 --items answers.json --json",
)
