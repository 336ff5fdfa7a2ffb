"""The table of subcommands and the parser made from it.

A subcommand's module is imported only when it was chosen, so that `--help` and the window start
without the database, the catalog and the charts.
"""

import argparse
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from outcomes_app import __version__
from outcomes_app.text import _

if TYPE_CHECKING:
    from outcomes_app.cli.opening import Opening


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand. Its module exposes it as `COMMAND` and stands in `entries` below.

    `add_arguments` gets the subcommand's own parser; `run` returns the exit code: 0 done,
    1 refused. What the user can mend is raised as OutcomesError and never printed by `run`.
    """

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, "Opening"], int]
    example: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What `outcomes-app --help` says of a subcommand without importing it."""

    name: str
    module: str
    summary: str


def entries() -> tuple[Entry, ...]:
    """The subcommands in the order in which `--help` lists them."""
    return (
        Entry("demo", "demo", _("make a synthetic practice to look at")),
        Entry(
            "import", "import_", _("read patients, treatments, outcomes or diaries from a table")
        ),
        Entry("chart", "chart", _("compute a chart: its numbers or its picture")),
        Entry("verdict", "verdict", _("judge a patient's course by the response rules")),
        Entry("export", "export", _("write the record as CSV files")),
        Entry("score", "score", _("score the answers to one questionnaire")),
        Entry("verify", "verify", _("check that a vault is whole")),
        Entry("backup", "backup", _("make, list or restore verified backups")),
    )


_EXAMPLES = """\
examples:
  outcomes-app                                   open the window
  outcomes-app demo ~/demo                       make a synthetic practice in ~/demo
  outcomes-app --vault ~/demo                    open that practice in the window
  outcomes-app chart --vault ~/demo --help       what a subcommand can do

The passphrase is asked for, or read from --passphrase-file or OUTCOMES_PASSPHRASE.
Exit codes: 0 done, 1 refused with reasons, 2 wrong usage.
"""


def parse(argv: Sequence[str]) -> tuple[argparse.Namespace, Command | None]:
    """The arguments and the chosen subcommand; None = the window. Wrong usage exits with 2."""
    chosen = _parser(None)[0].parse_known_args(argv)[0].command
    command = load(chosen) if chosen is not None else None
    parser, subparsers = _parser(chosen)
    if command is not None:
        subparser = subparsers[command.name]
        subparser.description = command.help
        subparser.epilog = _example(command)
        command.add_arguments(subparser)
    return parser.parse_args(argv), command


def load(name: str) -> Command:
    """The subcommand of this name; imports its module."""
    entry = next(e for e in entries() if e.name == name)
    command = importlib.import_module(f"outcomes_app.cli.{entry.module}").COMMAND
    if not isinstance(command, Command):
        raise TypeError(f"cli.{entry.module}.COMMAND is not a Command")
    return command


def add_database_arguments(parser: argparse.ArgumentParser) -> None:
    """The options by which a subcommand finds the record and the person who opens it."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--vault",
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help=_("the practice's folder"),
    )
    place.add_argument(
        "--database",
        metavar="URL",
        default=argparse.SUPPRESS,
        help=_("a PostgreSQL server, as postgresql://person@server/name"),
    )
    parser.add_argument("--person", metavar="NAME", help=_("who opens it, if several may"))
    add_passphrase_argument(parser)


def add_passphrase_argument(parser: argparse.ArgumentParser) -> None:
    """The option for a passphrase that is neither asked for nor in the environment."""
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        type=Path,
        help=_("read the passphrase from the first line of FILE"),
    )


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    """The option that makes `emit` print JSON."""
    parser.add_argument("--json", action="store_true", help=_("print JSON instead of words"))


def _example(command: Command) -> str:
    return f"example:\n  {command.example}\n" if command.example else ""


def _parser(
    chosen: str | None,
) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser. Until a subcommand is chosen the subparsers leave --help to the second look."""
    parser = argparse.ArgumentParser(
        prog="outcomes-app",
        description=_(
            "Interval: botulinum toxin treatments and what patients report afterwards, in one "
            "record. Without a subcommand the window opens."
        ),
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"outcomes-app {__version__}")
    parser.add_argument(
        "--profile-dir",
        metavar="DIR",
        type=Path,
        help=_("keep settings, logs and data in DIR instead of the home folder"),
    )
    parser.add_argument(
        "--vault", metavar="DIR", type=Path, help=_("the practice to open in the window")
    )
    parser.set_defaults(database=None)
    subparsers = parser.add_subparsers(dest="command", metavar="SUBCOMMAND", title="subcommands")
    made = {
        entry.name: subparsers.add_parser(
            entry.name,
            help=entry.summary,
            add_help=entry.name == chosen,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        for entry in entries()
    }
    return parser, made
