"""`outcomes-app import`: reads a table or an exported folder, all of it or nothing."""

import argparse
import hashlib
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from outcomes_app import catalog as catalogs
from outcomes_app.cli.arguments import Command, add_database_arguments, add_json_argument
from outcomes_app.cli.opening import Opening, emit
from outcomes_app.domain.import_plan import (
    ImportBatch,
    ImportPlan,
    ImportProblem,
    MatchDecision,
    PatientMatch,
    Undone,
)
from outcomes_app.domain.values import BatchId, Severity
from outcomes_app.errors import OutcomesError
from outcomes_app.exchange import csv_restore, mapping, planning, suggesting, tabular
from outcomes_app.text import _, ngettext

if TYPE_CHECKING:
    from outcomes_app.domain.catalog import Catalog

_SHOWN = 20  # problems in words; --json has all of them
# What a mapping says where a file leaves it open.
_ANSWERED_BY = {
    "date_order": '"reading": {"date_order": "dmy"}',
    "decimal": '"reading": {"decimal": ","}',
}
_ROWS_NAMED = 5  # of a problem that many rows have
_DECISIONS = {"add": MatchDecision.ADD, "skip": MatchDecision.SKIP}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=Path,
        help=_("a CSV, TSV or XLSX file, or a folder made by export"),
    )
    deed = parser.add_mutually_exclusive_group()
    deed.add_argument(
        "--mapping",
        metavar="MAP",
        help=_("what the columns mean: a file, or one of {names}").format(
            names=", ".join(mapping.shipped())
        ),
    )
    deed.add_argument(
        "--suggest", action="store_true", help=_("print a mapping to begin with, as JSON")
    )
    deed.add_argument("--undo", metavar="BATCH", type=UUID, help=_("take back an earlier import"))
    deed.add_argument("--list", action="store_true", help=_("list the earlier imports"))
    parser.add_argument(
        "--dry-run", action="store_true", help=_("only say what would be added and every problem")
    )
    parser.add_argument(
        "--existing",
        choices=tuple(_DECISIONS),
        help=_("what to do with patients who are in the record already; without it, refuse"),
    )
    parser.add_argument(
        "--reason", metavar="WORDS", default="", help=_("why an import is taken back")
    )
    add_database_arguments(parser)
    add_json_argument(parser)


def _run(arguments: argparse.Namespace, opening: Opening) -> int:
    if arguments.undo is not None:
        return _undo(arguments, opening)
    if arguments.list:
        return _list(arguments, opening)
    if arguments.file is None:
        raise OutcomesError(_("No file was named."), todo=_("Say which file to import."))
    path: Path = arguments.file.expanduser()
    catalog = catalogs.load()
    if arguments.suggest:
        table = tabular.read(path)
        print(mapping.to_json(suggesting.suggest(table, catalog, opening.clock.today())), end="")
        return 0
    plan, meaning = _plan(path, arguments.mapping, catalog, opening)
    if plan.errors or (arguments.dry_run and not _names_a_record(arguments)):
        _tell_plan(arguments, plan, ())
        return 1 if plan.errors else 0
    return _import(arguments, opening, path, plan, meaning)


def _plan(
    path: Path, name: str | None, catalog: "Catalog", opening: Opening
) -> tuple[ImportPlan, Mapping[str, object]]:
    """The plan of a file or an exported folder, and its mapping as it is kept with the batch."""
    today = opening.clock.today()
    if path.is_dir():
        return csv_restore.restore(path, catalog, today), {}
    if name is None:
        raise OutcomesError(
            _("Which column means what was not said."),
            todo=_("Add --mapping, or make one with: import --suggest {file} > map.json").format(
                file=path.name
            ),
        )
    chosen = mapping.find(name)
    table = tabular.read(path, chosen.reading)
    return planning.plan(table, chosen, catalog, today), json.loads(mapping.to_json(chosen))


def _names_a_record(arguments: argparse.Namespace) -> bool:
    return bool(arguments.database or arguments.vault)


def _import(
    arguments: argparse.Namespace,
    opening: Opening,
    path: Path,
    plan: ImportPlan,
    meaning: Mapping[str, object],
) -> int:
    from outcomes_app.records import imports

    with opening.open_database(arguments) as (database, person, _practice):
        with database.reading() as session:
            found = imports.matches(session, plan)
        decision = _DECISIONS.get(arguments.existing)
        if decision is not None:
            plan = replace(plan, decisions=dict.fromkeys((m.planned for m in found), decision))
        if arguments.dry_run:
            _tell_plan(arguments, plan, found)
            return 1 if found and decision is None else 0
        if found and decision is None:
            raise _known(found)
        database.back_up("import")
        batch, _changes = database.write(
            person.id,
            "import",
            imports.apply,
            plan,
            file_name=path.name,
            file_digest="" if path.is_dir() else _digest(path),
            file_format="csv" if path.is_dir() else "table",
            mapping=meaning,
            person=person.id,
            catalog=catalogs.load(),
            today=opening.clock.today(),
        )
    emit(
        arguments,
        {
            "batch": str(batch.id),
            "counts": dict(batch.counts),
            "declarations": plan.declarations,
            "problems": [_problem(p) for p in plan.problems],
        },
        _imported(arguments, batch, plan),
    )
    return 0


def _known(found: tuple[PatientMatch, ...]) -> OutcomesError:
    count = len({m.planned for m in found})
    return OutcomesError(
        ngettext(
            "{n} patient of the file seems to be in the record already.",
            "{n} patients of the file seem to be in the record already.",
            count,
        ).format(n=count),
        todo=_("Add --existing add to add to them, or --existing skip to leave them out."),
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _tell_plan(
    arguments: argparse.Namespace, plan: ImportPlan, found: tuple[PatientMatch, ...]
) -> None:
    known = len({m.planned for m in found})
    data = {
        "counts": plan.counts,
        "known_patients": known,
        "declarations": plan.declarations,
        "problems": [_problem(p) for p in plan.problems],
    }
    lines = [_counts(plan.counts), *plan.declarations]
    if known:
        lines.append(_known(found).message)
    emit(arguments, data, "\n".join([*lines, *_problem_lines(plan.problems)]))


def _problem(problem: ImportProblem) -> dict[str, object]:
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
    }


def _problem_lines(problems: tuple[ImportProblem, ...]) -> list[str]:
    """The problems in words, those that refuse first, the same one of several rows once."""
    ranked = sorted(problems, key=lambda p: tuple(Severity).index(p.severity))
    same: dict[tuple[Severity, str, str], list[ImportProblem]] = {}
    for problem in ranked:
        same.setdefault((problem.severity, problem.column, problem.message), []).append(problem)
    lines = [_problem_line(found) for found in list(same.values())[:_SHOWN]]
    if len(same) > _SHOWN:
        lines.append(_("… and {n} more; --json lists all.").format(n=len(same) - _SHOWN))
    return lines


def _problem_line(found: Sequence[ImportProblem]) -> str:
    problem = found[0]
    words = {
        Severity.ERROR: _("refused"),
        Severity.CHECK: _("to check"),
        Severity.INFO: _("to know"),
    }
    rows = [str(p.row) for p in found if p.row is not None]
    named = ", ".join(rows[:_ROWS_NAMED])
    if not rows:
        place = _("file")
    elif len(rows) == 1:
        place = _("row {n}").format(n=named)
    elif len(rows) <= _ROWS_NAMED:
        place = _("rows {rows}").format(rows=named)
    else:
        place = _("{n} rows ({rows} …)").format(n=len(rows), rows=named)
    column = f", {problem.column}" if problem.column else ""
    line = f"{words[problem.severity]}: {place}{column}: {problem.message}"
    if problem.code in _ANSWERED_BY:
        answer = _ANSWERED_BY[problem.code]
        line += " " + _("Answer in the mapping: {answer}").format(answer=answer)
    return line


def _counts(counts: Mapping[str, int]) -> str:
    def amount(name: str) -> int:
        return counts.get(name, 0)

    words = {
        "patients": ngettext("patient", "patients", amount("patients")),
        "clinic_sites": ngettext("clinic site", "clinic sites", amount("clinic_sites")),
        "treatments": ngettext("treatment", "treatments", amount("treatments")),
        "scores": ngettext("score", "scores", amount("scores")),
        "diary_days": ngettext("diary day", "diary days", amount("diary_days")),
        "adverse_events": ngettext("adverse event", "adverse events", amount("adverse_events")),
    }
    said = [f"{amount(name)} {word}" for name, word in words.items() if amount(name)]
    return ", ".join(said) or _("Nothing would be added.")


def _imported(arguments: argparse.Namespace, batch: ImportBatch, plan: ImportPlan) -> str:
    lines = [_("Imported: {what}.").format(what=_counts(batch.counts))]
    if known := batch.counts.get("known"):
        lines.append(_("{n} records were in the record already.").format(n=known))
    lines += plan.declarations
    lines += _problem_lines(plan.problems)
    undo = f"outcomes-app import --undo {batch.id} --reason {shlex.quote(_('wrong file'))}"
    if arguments.vault is not None:
        undo += f" --vault {shlex.quote(str(arguments.vault))}"
    lines.append(_("To take it back: {command}").format(command=undo))
    return "\n".join(lines)


def _undo(arguments: argparse.Namespace, opening: Opening) -> int:
    from outcomes_app.records import imports

    reason = arguments.reason or _("taken back on the command line")
    with opening.open_database(arguments) as (database, person, _practice):
        database.back_up("undo import")
        undone, _changes = database.write(
            person.id, "import.undo", imports.undo, BatchId(arguments.undo), reason=reason
        )
    emit(arguments, _undone_data(undone), _undone_text(undone))
    return 0


def _undone_data(undone: Undone) -> dict[str, object]:
    return {
        "voided": dict(undone.voided),
        "kept": [
            {
                "entity": k.entity,
                "patient": str(k.patient),
                "number": k.patient_number,
                "day": k.day,
                "reason": k.reason,
            }
            for k in undone.kept
        ],
    }


def _undone_text(undone: Undone) -> str:
    lines = [_("Taken back: {what}.").format(what=_counts(_as_counts(undone.voided)))]
    for kept in undone.kept[:_SHOWN]:
        day = f" {kept.day}" if kept.day else ""
        lines.append(
            _("kept: {entity}{day} of patient {patient}: {reason}").format(
                entity=kept.entity,
                day=day,
                patient=kept.patient_number or kept.patient,
                reason=kept.reason,
            )
        )
    return "\n".join(lines)


def _as_counts(voided: Mapping[str, int]) -> dict[str, int]:
    counts = dict(voided)
    counts["scores"] = counts.pop("assessments", 0)
    return counts


def _list(arguments: argparse.Namespace, opening: Opening) -> int:
    from outcomes_app.records import imports

    with (
        opening.open_database(arguments) as (database, _person, _practice),
        database.reading() as session,
    ):
        found = imports.batches(session)
    data = [
        {
            "batch": str(b.id),
            "file": b.file_name,
            "made_at": b.made_at,
            "person": b.person_name,
            "counts": dict(b.counts),
            "undone_at": b.undone_at,
            "undone_reason": b.undone_reason,
        }
        for b in found
    ]
    lines = [
        f"{b.id}  {b.made_at:%Y-%m-%d}  {b.file_name}  "
        + (_("taken back") if b.undone_at else _counts(b.counts))
        for b in found
    ]
    emit(arguments, data, "\n".join(lines) or _("Nothing was imported yet."))
    return 0


COMMAND = Command(
    name="import",
    help=_(
        "Read patients, treatments, outcomes or diaries from a table. Everything is stored, or "
        "nothing; an import can be taken back as a whole."
    ),
    add_arguments=_add_arguments,
    run=_run,
    example="outcomes-app import --vault ~/Practice.vault trial.csv --mapping map.json --dry-run",
)
