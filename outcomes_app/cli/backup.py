"""`outcomes-app backup`: makes, lists and restores verified backups of a vault."""

import argparse
from pathlib import Path

from outcomes_app import paths
from outcomes_app.cli.arguments import Command, add_json_argument, add_passphrase_argument
from outcomes_app.cli.opening import Opening, emit, passphrase, vault_folder
from outcomes_app.db import backup, keys, vault
from outcomes_app.db.backup import Backup
from outcomes_app.text import _, clock_time, day, number


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--vault",
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help=_("the practice's folder; with --restore the new one to make"),
    )
    deed = parser.add_mutually_exclusive_group()
    deed.add_argument("--list", action="store_true", help=_("list the backups instead"))
    deed.add_argument(
        "--restore",
        metavar="BACKUP",
        type=Path,
        help=_("make the folder --vault out of this backup"),
    )
    parser.add_argument(
        "--into", metavar="DIR", type=Path, help=_("the folder of all backups, if not the usual")
    )
    add_passphrase_argument(parser)
    add_json_argument(parser)


def _run(arguments: argparse.Namespace, opening: Opening) -> int:
    folder = vault_folder(arguments)
    if arguments.restore is not None:
        secret = passphrase(arguments)
        restored = backup.restore(
            arguments.restore.expanduser(), folder, lambda found: keys.unlock(found, secret)[0]
        )
        text = _("Restored the backup of {when} into {folder}.")
        emit(arguments, _data(restored), text.format(when=_when(restored), folder=folder))
        return 0
    if arguments.list:
        found = backup.listed(vault.backup_folder(folder, _into(arguments)))
        text = "\n".join(map(_line, found)) or _("There is no backup yet.")
        emit(arguments, [_data(one) for one in found], text)
        return 0
    opened = vault.open(
        folder, passphrase=passphrase(arguments), clock=opening.clock, backups=_into(arguments)
    )
    try:
        made = opened.back_up("command")
    finally:
        opened.close(with_backup=False)
    emit(arguments, _data(made), _("Made and checked {folder}.").format(folder=made.folder))
    return 0


def _into(arguments: argparse.Namespace) -> Path:
    chosen: Path | None = arguments.into
    return paths.backups() if chosen is None else chosen.expanduser()


def _data(one: Backup) -> dict[str, object]:
    return {
        "folder": str(one.folder),
        "made_at": one.made_at,
        "reason": one.reason,
        "size": one.size,
        "counts": dict(one.counts),
        "audit_digest": one.audit_digest,
    }


def _line(one: Backup) -> str:
    patients = number(one.counts.get("patient", 0))
    return _("{when}  {patients} patients  {folder}").format(
        when=_when(one), patients=patients, folder=one.folder
    )


def _when(one: Backup) -> str:
    local = one.made_at.astimezone()
    return f"{day(local.date())} {clock_time(local)}"


COMMAND = Command(
    name="backup",
    help=_("Make a backup of a vault and check it, list the backups, or restore one."),
    add_arguments=_add_arguments,
    run=_run,
    example="outcomes-app backup --vault ~/Practice.vault",
)
