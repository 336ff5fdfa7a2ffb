"""`outcomes-app verdict`: what the response rules say of one patient's course."""

import argparse
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from outcomes_app import catalog
from outcomes_app.analysis import rules as response_rules
from outcomes_app.analysis.diary_counts import DiaryRules, HeadacheDefinition
from outcomes_app.analysis.rules import Rulebook, RuleFacts, Verdict, facts_json, rulebook
from outcomes_app.catalog import Catalog
from outcomes_app.cli.arguments import Command, add_database_arguments, add_json_argument
from outcomes_app.cli.finding import patient_id
from outcomes_app.cli.opening import Opening, emit
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import ResponseRule
from outcomes_app.domain.patient_facts import PatientMedicine
from outcomes_app.domain.values import IndicationId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _, day, plain


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--patient",
        metavar="KEY",
        help=_("a patient's number, SYSTEM:NUMBER, or id in the record"),
    )
    what.add_argument("--list", action="store_true", help=_("list the rules"))
    parser.add_argument("--indication", metavar="ID", help=_("only treatments for this"))
    parser.add_argument(
        "--rule", metavar="ID", action="append", default=[], help=_("only this; may be repeated")
    )
    parser.add_argument(
        "--on",
        metavar="DATE",
        type=date.fromisoformat,
        help=_("as it was known on this day, for example 2026-05-04; without it, today"),
    )
    parser.add_argument(
        "--facts", metavar="FILE", type=Path, help=_("a JSON file of entered facts")
    )
    parser.add_argument(
        "--rulebook", metavar="FILE", type=Path, help=_("a local edition of the rules")
    )
    parser.add_argument(
        "--definition",
        choices=[d.value for d in HeadacheDefinition],
        default=HeadacheDefinition.ANY_30_MINUTES_OR_TREATED.value,
        help=_("what makes a headache day"),
    )
    add_json_argument(parser)
    add_database_arguments(parser)


def _run(arguments: argparse.Namespace, opening: Opening) -> int:
    definitions = catalog.load()
    edition = None
    if arguments.rulebook is not None:
        edition = rulebook.from_json(_text(arguments.rulebook))
    if arguments.list:
        listed = _listed(definitions, edition)
        emit(arguments, [_entry(r) for r in listed], "\n".join(_line(r) for r in listed))
        return 0
    on = arguments.on or opening.clock.today()
    course, medicines = _record(arguments, opening)
    indication = arguments.indication or _indication(course)
    facts = _facts(arguments, definitions, indication)
    if facts.preventives_failed is None:
        failed = response_rules.preventives_failed(medicines, on=on)
        facts = replace(facts, preventives_failed=failed)
    found = response_rules.verdicts(
        course,
        _chosen(arguments, definitions, indication, edition),
        facts,
        on=on,
        indication=indication,
        diary_rules=DiaryRules(definition=HeadacheDefinition(arguments.definition)),
    )
    words = "\n\n".join(_words(v) for v in found)
    emit(arguments, [response_rules.as_data(v) for v in found], plain(words))
    return 0


def _text(file: Path) -> str:
    try:
        return file.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutcomesError(
            _("{file} cannot be read.").format(file=file),
            todo=_("Check its name and that you may read it."),
        ) from error


def _listed(definitions: Catalog, edition: Rulebook | None) -> tuple[ResponseRule, ...]:
    known = definitions.response_rules
    return tuple((known if edition is None else rulebook.edition(edition, known)).values())


def _record(
    arguments: argparse.Namespace, opening: Opening
) -> tuple[PatientCourse, tuple[PatientMedicine, ...]]:
    from outcomes_app.records import courses, patient_facts

    with opening.open_database(arguments) as opened, opened.database.reading() as session:
        patient = patient_id(session, arguments.patient)
        return courses.course(session, patient), patient_facts.medicines(session, patient)


def _indication(course: PatientCourse) -> str:
    if course.treatments:
        return course.treatments[-1].indication
    if course.patient.indications:
        return course.patient.indications[0].indication
    raise OutcomesError(
        _("This patient has no treatment and no indication."),
        todo=_("Say which rules are meant with --indication ID."),
    )


def _facts(arguments: argparse.Namespace, definitions: Catalog, indication: str) -> RuleFacts:
    if indication not in definitions.indications:
        raise OutcomesError(
            _("There is no indication “{id}”.").format(id=indication),
            todo=_("Use an id such as chronic_migraine or cervical_dystonia."),
        )
    facts = RuleFacts()
    if arguments.facts is not None:
        facts = facts_json.from_json(_text(arguments.facts))
    if facts.usual_interval_weeks is None:
        usual = definitions.indications[IndicationId(indication)].interval_weeks_usual
        facts = replace(facts, usual_interval_weeks=usual)
    return facts


def _chosen(
    arguments: argparse.Namespace,
    definitions: Catalog,
    indication: str,
    edition: Rulebook | None,
) -> tuple[ResponseRule, ...]:
    """The rules asked for; without any, those of the indication."""
    if not arguments.rule:
        return response_rules.rules_for(definitions, indication, edition)
    known = {r.id: r for r in _listed(definitions, edition)}
    for name in arguments.rule:
        if name not in known:
            raise OutcomesError(
                _("There is no rule “{id}”.").format(id=name),
                todo=_("List them with outcomes-app verdict --list."),
            )
    return tuple(known[name] for name in arguments.rule)


def _words(verdict: Verdict) -> str:
    """One verdict for a terminal: its sentence, criteria, windows, labels and source."""
    lines = [f"{verdict.title} ({verdict.rule}, {verdict.version})", f"  {verdict.words}"]
    for criterion in verdict.criteria:
        shown = f" {criterion.shown}" if criterion.shown else ""
        compared = ""
        if criterion.threshold is not None:
            compared = f" ({criterion.relation} {float(criterion.threshold):g} {criterion.unit})"
        lines.append(f"  - {criterion.text}{compared.rstrip()}:{shown} [{criterion.state.words}]")
        if criterion.missing:
            lines.append("    " + _("missing: {what}").format(what=criterion.missing))
    lines += [f"  {n.name}: {n.shown} {n.unit}".rstrip() for n in verdict.numbers]
    lines += _window_lines(verdict)
    lines += [f"  * {note.text}" for note in verdict.notes]
    confirmed = "" if verdict.verified else " " + _("(not confirmed)")
    lines.append("  " + _("Source: {source}").format(source=verdict.source) + confirmed)
    return "\n".join(lines)


def _window_lines(verdict: Verdict) -> Iterable[str]:
    for window in verdict.windows:
        if window.start is None or window.end is None:
            continue
        recorded = f", {window.recorded}/{window.of}" if window.recorded is not None else ""
        definition = f", {window.definition}" if window.definition else ""
        yield (
            f"  {window.name}: {day(window.start)} – {day(window.end)}, {window.origin.value}"
            f"{recorded}{definition}"
        )


def _entry(rule: ResponseRule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "version": rule.version,
        "kind": rule.kind,
        "indications": rule.indications,
        "source": rule.source,
        "verified": rule.verified,
        "parameters": rule.parameters,
    }


def _line(rule: ResponseRule) -> str:
    return f"{rule.id:32} {rule.title}"


COMMAND = Command(
    name="verdict",
    help=_("judge a patient's course by the response rules"),
    add_arguments=_add_arguments,
    run=_run,
    example="outcomes-app verdict --vault ~/demo --patient SYN-0001 --rule ihs_responder_bands",
)
