"""`outcomes-app verify`: checks that a record is whole, and says what is in it."""

import argparse

from outcomes_app.cli.arguments import Command, add_database_arguments, add_json_argument
from outcomes_app.cli.opening import Opening, emit
from outcomes_app.db import verify
from outcomes_app.text import _, ngettext, number


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_database_arguments(parser)
    add_json_argument(parser)


def _run(arguments: argparse.Namespace, opening: Opening) -> int:
    with opening.open_database(arguments) as (database, _person, practice):
        report = verify.verify(database)
        data = {
            "practice": practice.name,
            "passed": report.passed,
            "checks": {check.name: list(check.found) for check in report.checks},
            "counts": dict(report.counts),
            "audit_rows": report.audit_rows,
            "audit_digest": report.audit_digest,
        }
        # Said before closing: no backup is made of a damaged record, and closing says so too.
        emit(arguments, data, _words(practice.name, report))
    return 0 if report.passed else 1


def _words(practice: str, report: verify.Report) -> str:
    lines = [practice]
    for check in report.checks:
        lines.append(f"  {check.title}: {_('whole') if check.passed else _('DAMAGED')}")
        lines += [f"    {found}" for found in check.found]
    lines.append(
        "  "
        + ngettext(
            "{n} change in the history; its end is {digest}",
            "{n} changes in the history; its end is {digest}",
            report.audit_rows,
        ).format(n=number(report.audit_rows), digest=report.audit_digest[:8])
    )
    if not report.passed:
        lines.append(_("Keep the folder as it is, and restore the newest backup into a new one."))
    return "\n".join(lines)


COMMAND = Command(
    name="verify",
    help=_("Check that a record is whole: pages, structure, links and the history of changes."),
    add_arguments=_add_arguments,
    run=_run,
    example="outcomes-app verify --vault ~/Practice.vault",
)
