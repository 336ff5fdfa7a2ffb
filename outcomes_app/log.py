"""The log file: what happened and where, never about whom.

Exceptions are written as their kind and the lines they passed through. Their texts are left out
unless this program wrote them for the screen, because others quote what they stumbled over.
"""

import copy
import logging
import logging.handlers
import traceback
from pathlib import Path

from outcomes_app.errors import OutcomesError

FILE = "interval.log"

_LARGEST, _KEPT = 1_000_000, 5
_LINE = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


def start(folder: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Write everything that is logged into a rotating file in `folder`, and return its handler."""
    handler = logging.handlers.RotatingFileHandler(
        folder / FILE, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(PrivateFormatter(_LINE))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(max(level, logging.WARNING))  # it talks at each opening
    logging.captureWarnings(True)
    return handler


def stop(handler: logging.Handler) -> None:
    """Close the file that `start` opened."""
    logging.captureWarnings(False)
    logging.getLogger().removeHandler(handler)
    handler.close()


def described(error: BaseException) -> str:
    """The kind of an exception, with its text where it is known to be about no patient."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if isinstance(error, OutcomesError):
        return f"{name}: {error.message}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    codes = _codes(error)
    return f"{name} ({codes})" if codes else name


def safe_traceback(error: BaseException) -> str:
    """The way an exception took through the program, and those that led to it, without texts."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = "".join(
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n'
            for frame in traceback.extract_tb(current.__traceback__, limit=-40)
        )
        parts.append(f"Traceback (most recent call last):\n{frames}{described(current)}")
        current = current.__cause__ or current.__context__
    return "\nwhich followed from\n".join(parts)


class PrivateFormatter(logging.Formatter):
    """Formats records without the texts of exceptions, also where they are arguments."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as a line, and the traceback below it."""
        # A copy: other handlers cache a full traceback in the record itself.
        private = copy.copy(record)
        private.exc_text = private.stack_info = None
        error = record.exc_info[1] if record.exc_info else None
        private.exc_info = None
        if isinstance(record.args, tuple):
            private.args = tuple(map(_without_text, record.args))
        if isinstance(record.msg, BaseException):
            private.msg = described(record.msg)
        try:
            line = super().format(private)
        except (TypeError, ValueError):
            private.args = None
            private.msg = f"unformattable message at {record.pathname}:{record.lineno}"
            line = super().format(private)
        return line if error is None else f"{line}\n{safe_traceback(error)}"


def _without_text(argument: object) -> object:
    return described(argument) if isinstance(argument, BaseException) else argument


def _codes(error: BaseException) -> str:
    """What a database says of an error besides its text: result code, state, constraint, table."""
    original = getattr(error, "orig", None) or error
    details = getattr(original, "diag", None)
    found = (
        getattr(original, "sqlite_errorname", None),
        getattr(original, "sqlstate", None),
        getattr(details, "constraint_name", None),
        getattr(details, "table_name", None),
    )
    return " ".join(str(part) for part in found if part)
