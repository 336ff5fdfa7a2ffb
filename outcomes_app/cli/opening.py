"""Opens the record for a subcommand and prints its answer, as words or as JSON."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from outcomes_app.clock import Clock
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

if TYPE_CHECKING:
    from outcomes_app.db.engine import Database
    from outcomes_app.domain.patient import Person, Practice

PASSPHRASE_VARIABLE = "OUTCOMES_PASSPHRASE"  # noqa: S105  a name, not a secret


class Opened(NamedTuple):
    """An open record: where to read and write, who does it, and for which practice."""

    database: "Database"
    person: "Person"
    practice: "Practice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What `run` of a subcommand is given beside its arguments."""

    clock: Clock

    def open_database(self, arguments: argparse.Namespace) -> AbstractContextManager[Opened]:
        """`with opening.open_database(arguments) as (database, person, practice):`"""
        return open_database(arguments, self.clock)


@contextmanager
def open_database(arguments: argparse.Namespace, clock: Clock) -> Iterator[Opened]:
    """Open what `--vault` or `--database` names and close it afterwards, with its backup."""
    if arguments.database:
        with _open_server(arguments, clock) as opened:
            yield opened
        return
    folder = vault_folder(arguments)
    from outcomes_app.db import vault

    opened_vault = vault.open(
        folder, passphrase=passphrase(arguments), person=arguments.person, clock=clock
    )
    try:
        yield Opened(opened_vault.database, opened_vault.person, opened_vault.practice)
    finally:
        opened_vault.close()


@contextmanager
def _open_server(arguments: argparse.Namespace, clock: Clock) -> Iterator[Opened]:
    from outcomes_app.db import postgres
    from outcomes_app.records import people
    from outcomes_app.records import practice as practices

    database = postgres.connect(arguments.database, clock)
    try:
        with database.reading() as session:
            person = _named(people.all(session), arguments.person)
            practice = practices.get(session)
        yield Opened(database, person, practice)
    finally:
        database.close()


def _named(people: "tuple[Person, ...]", name: str | None) -> "Person":
    """The person of that name; without a name the only one there is."""
    active = [person for person in people if person.active]
    found = [person for person in active if name is None or person.name == name]
    if len(found) == 1:
        return found[0]
    if name is None:
        raise OutcomesError(
            _("Several people use this practice.") if found else _("Nobody uses this practice."),
            todo=_("Say who you are with --person NAME."),
        )
    raise OutcomesError(
        _("Nobody of that name uses this practice."),
        todo=_("Write the name as the program shows it, in quotation marks."),
    )


def vault_folder(arguments: argparse.Namespace) -> Path:
    """The folder that `--vault` names."""
    folder: Path | None = arguments.vault
    if folder is None:
        raise OutcomesError(
            _("No practice was named."),
            todo=_("Add --vault DIR with the practice's folder, or --database URL."),
        )
    return folder.expanduser()


def passphrase(arguments: argparse.Namespace) -> str:
    """The passphrase from --passphrase-file, OUTCOMES_PASSPHRASE or a prompt, in this order."""
    file: Path | None = arguments.passphrase_file
    if file is not None:
        return _first_line(file.expanduser())
    from_environment = os.environ.get(PASSPHRASE_VARIABLE)
    if from_environment:
        return from_environment
    if not sys.stdin.isatty():
        raise OutcomesError(
            _("A passphrase is needed and there is no terminal to ask for it."),
            todo=_("Use --passphrase-file FILE or set {name}.").format(name=PASSPHRASE_VARIABLE),
        )
    return getpass.getpass(_("Passphrase: "))


def _first_line(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OutcomesError(
            _("The passphrase file {file} cannot be read.").format(file=file),
            todo=_("Check its name and that you may read it."),
        ) from error
    if not lines or not lines[0]:
        raise OutcomesError(
            _("The passphrase file {file} is empty.").format(file=file),
            todo=_("Write the passphrase into its first line."),
        )
    return lines[0]


def emit(arguments: argparse.Namespace, data: object, text: str) -> None:
    """Print `data` as JSON where `--json` was given, else `text`."""
    if arguments.json:
        print(json.dumps(data, default=_as_json, ensure_ascii=False, indent=2))
    else:
        print(text)


def _as_json(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):  # an instant is a date too
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
