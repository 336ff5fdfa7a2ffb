"""Where this program keeps what is not a record itself: settings, logs, key copies, backups.

The practice's own folder is chosen by its owner; everything else follows the customs of the
system, or lies under one folder that `--profile-dir` or OUTCOMES_PROFILE_DIR names.
"""

import os
from pathlib import Path

import platformdirs

from outcomes_app.errors import OutcomesError

PROFILE_VARIABLE = "OUTCOMES_PROFILE_DIR"

_NAME = "interval"
_OWNER_ONLY = 0o700


def use_profile(folder: Path) -> None:
    """Keep everything under `folder` from now on, in the programs this one starts too."""
    os.environ[PROFILE_VARIABLE] = str(folder.expanduser().absolute())


def data() -> Path:
    """The folder of what the program itself must not lose, such as copies of key files."""
    return _folder("data", platformdirs.user_data_path(_NAME, appauthor=False))


def config() -> Path:
    """The folder of this desk's preferences."""
    return _folder("config", platformdirs.user_config_path(_NAME, appauthor=False))


def logs() -> Path:
    """The folder of the log files."""
    return _folder("logs", platformdirs.user_log_path(_NAME, appauthor=False))


def cache() -> Path:
    """The folder of what can be made again at any time."""
    return _folder("cache", platformdirs.user_cache_path(_NAME, appauthor=False))


def key_copies() -> Path:
    """The folder with a copy of the key file of each practice opened here."""
    return made(data() / "keys")


def backups() -> Path:
    """The folder of backups, unless the practice chose another."""
    return made(data() / "backups")


def practices() -> Path:
    """Where a new practice is proposed: never a folder that a cloud service redirects."""
    return data() / "practices"


def made(folder: Path) -> Path:
    """The folder, made if need be, which only its owner may enter."""
    try:
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    except OSError as error:
        raise OutcomesError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            todo="Choose another with --profile-dir.",
        ) from None
    return folder


def _folder(name: str, usual: Path) -> Path:
    profile = os.environ.get(PROFILE_VARIABLE)
    return made(Path(profile) / name if profile else usual)
