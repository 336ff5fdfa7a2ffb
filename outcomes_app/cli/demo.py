"""`outcomes-app demo`: makes a synthetic practice to look around in."""

import argparse
import os
import shlex
from datetime import date
from pathlib import Path

from outcomes_app import catalog, paths
from outcomes_app.cli.arguments import Command, add_json_argument, add_passphrase_argument
from outcomes_app.cli.opening import PASSPHRASE_VARIABLE, Opening, emit, passphrase
from outcomes_app.db import vault
from outcomes_app.demo import build, storing
from outcomes_app.demo.build import DemoPractice
from outcomes_app.text import _, day, number, plain

# Known to everybody: the practice holds invented people only.
USUAL_PASSPHRASE = "only invented patients"  # noqa: S105


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        help=_("the folder to make, which must be missing or empty"),
    )
    parser.add_argument(
        "--patients",
        metavar="N",
        type=_at_least_one,
        default=build.USUAL_PATIENTS,
        help=_("how many patients (usually {n})").format(n=build.USUAL_PATIENTS),
    )
    parser.add_argument(
        "--seed",
        metavar="N",
        type=int,
        default=build.USUAL_SEED,
        help=_("another number makes other patients"),
    )
    parser.add_argument(
        "--today",
        metavar="DATE",
        type=date.fromisoformat,
        help=_("the day up to which the practice has worked, as 2026-11-20 (usually today)"),
    )
    add_passphrase_argument(parser)
    add_json_argument(parser)


def _at_least_one(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(_("must be 1 or more"))
    return value


def _run(arguments: argparse.Namespace, opening: Opening) -> int:
    chosen: Path | None = arguments.folder
    folder = (chosen or paths.practices() / "synthetic").expanduser().absolute()
    given = arguments.passphrase_file or os.environ.get(PASSPHRASE_VARIABLE)
    secret = passphrase(arguments) if given else USUAL_PASSPHRASE
    definitions = catalog.load()
    made = build.make_practice(
        definitions,
        today=arguments.today or opening.clock.today(),
        seed=arguments.seed,
        patients=arguments.patients,
    )
    opened, recovery_key = vault.create(
        folder,
        practice=made.practice,
        person_name=made.person_name,
        passphrase=secret,
        clock=opening.clock,
    )
    try:
        with opened.database.writing(opened.person.id, "demo") as session:
            storing.store(session, made, catalog=definitions)
    finally:
        opened.close()
    data = _data(made, folder)
    if not given:
        data["passphrase"] = secret
    data["recovery_key"] = recovery_key.text
    emit(arguments, data, _words(made, data))
    return 0


def _data(made: DemoPractice, folder: Path) -> dict[str, object]:
    visits = [visit for course in made.courses for visit in course.visits]
    taken = sum(len(v.assessments) for v in visits) + sum(len(c.follow_ups) for c in made.courses)
    return {
        "folder": str(folder),
        "practice": made.practice.name,
        "person": made.person_name,
        "today": made.today,
        "patients": len(made.courses),
        "treatments": len(visits),
        "assessments": taken,
        "adverse_events": sum(len(c.adverse_events) for c in made.courses),
        "diary_days": sum(len(c.diary) for c in made.courses),
    }


def _words(made: DemoPractice, data: dict[str, object]) -> str:
    def amount(key: str) -> str:
        return number(int(str(data[key])))

    lines = [
        _("Made the synthetic practice in {folder}, up to {day}:").format(
            folder=data["folder"], day=plain(day(made.today))
        ),
        _("  {patients} patients, {treatments} treatments, {diary_days} diary days").format(
            patients=amount("patients"),
            treatments=amount("treatments"),
            diary_days=amount("diary_days"),
        ),
    ]
    if "passphrase" in data:
        lines.append(_("  passphrase: {passphrase}").format(passphrase=data["passphrase"]))
    lines += [
        _("All people in it are invented. Do not put real ones beside them."),
        _("Look at it:  outcomes-app --vault {folder}").format(
            folder=shlex.quote(str(data["folder"]))
        ),
    ]
    return "\n".join(lines)


COMMAND = Command(
    name="demo",
    help=_(
        "Make a synthetic practice: invented patients with treatments, outcomes and diaries up to "
        "today. The same seed and day give the same practice."
    ),
    add_arguments=_add_arguments,
    run=_run,
    example="outcomes-app demo ~/interval-demo --patients 60 --seed 1",
)
