"""The only door to resources/: definitions, pictures, fonts, icons, translations.

An installed wheel carries the folder as outcomes_app/_resources; a checkout uses its own.
"""

from pathlib import Path

from outcomes_app.errors import OutcomesError

_PACKAGED = Path(__file__).parent / "_resources"
_CHECKOUT = Path(__file__).parent.parent / "resources"


def _root() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def folder(name: str) -> Path:
    """The path of a folder of resources, for libraries that want a path themselves."""
    return _root() / name


def read_bytes(name: str) -> bytes:
    """A resource as bytes; `name` is its path below resources/. Raises OutcomesError if missing."""
    try:
        return (_root() / name).read_bytes()
    except FileNotFoundError as error:
        raise OutcomesError(
            f"A part of the program is missing: {name}.", todo="Install the program again."
        ) from error


def read_text(name: str) -> str:
    """A resource as UTF-8 text; `name` is its path below resources/."""
    return read_bytes(name).decode("utf-8")


def names(folder_name: str, suffix: str) -> tuple[str, ...]:
    """The names of the files in a folder of resources that end in `suffix`, sorted."""
    root = _root() / folder_name
    return tuple(sorted(f"{folder_name}/{p.name}" for p in root.glob(f"*{suffix}")))
