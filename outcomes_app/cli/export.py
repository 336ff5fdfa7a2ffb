"""`outcomes-app export`: writes the record as CSV files into a folder."""

import argparse
from pathlib import Path

from outcomes_app.cli.arguments import Command, add_database_arguments, add_json_argument
from outcomes_app.cli.opening import Opening, emit
from outcomes_app.exchange import csv_tables
from outcomes_app.text import _


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=Path, help=_("the folder to make"))
    parser.add_argument(
        "--what",
        metavar="KINDS",
        default="",
        help=_("only these kinds, with commas: {kinds}").format(kinds=",".join(csv_tables.kinds())),
    )
    parser.add_argument(
        "--force", action="store_true", help=_("replace files of an earlier export in the folder")
    )
    add_database_arguments(parser)
    add_json_argument(parser)


def _run(arguments: argparse.Namespace, opening: Opening) -> int:
    from outcomes_app.db import audit
    from outcomes_app.records import courses, people

    what = [name.strip() for name in arguments.what.split(",") if name.strip()]
    folder: Path = arguments.folder.expanduser()
    with opening.open_database(arguments) as (database, person, _practice):
        with database.reading() as session:
            names = {p.id: p.name for p in people.all(session)}
            found = courses.cohort(session).courses
        written = csv_tables.write(folder, found, what=what, people=names, force=arguments.force)
        with database.writing(person.id, "export") as session:
            details: dict[str, object] = {"format": "csv", "rows": dict(written.rows)}
            audit.add_event(session, "exported", entity="export", details=details)
    lines = [f"{name}.csv: {count}" for name, count in written.rows.items()]
    emit(
        arguments,
        {"folder": str(written.folder), "rows": dict(written.rows)},
        "\n".join(
            [
                _("Written to {folder}:").format(folder=written.folder),
                *lines,
                _("The files hold names and health data. Keep them safe."),
            ]
        ),
    )
    return 0


COMMAND = Command(
    name="export",
    help=_("Write patients, treatments, injections, outcomes and diaries as CSV files."),
    add_arguments=_add_arguments,
    run=_run,
    example="outcomes-app export --vault ~/Practice.vault ~/export --what patients,outcomes",
)
