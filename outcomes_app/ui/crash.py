"""Bug reports: what the program did wrong goes to the log and to one dialog, without any value.

Exception texts and local variables can hold a patient's data, so only the kinds of errors and the
places in our code are kept.
"""

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from outcomes_app import __version__
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _
from outcomes_app.ui import ask
from outcomes_app.ui.notices import Notices

_logger = logging.getLogger(__name__)
_PACKAGE = Path(__file__).parent.parent


def report(error: BaseException) -> str:
    """The kinds of errors and the places, innermost last; never a value or a message."""
    lines = [
        f"Interval {__version__}, Python {platform.python_version()}, PySide6 {pyside_version}",
        f"{platform.system()} {platform.release()}",
    ]
    for link in _chain(error):
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
        lines += [f"  {place}" for place in _places(link.__traceback__)]
    return "\n".join(lines)


def _chain(error: BaseException) -> Iterator[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return reversed(links)


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(trace):
        path = Path(frame.f_code.co_filename)
        known = path.is_relative_to(_PACKAGE)
        shown = path.relative_to(_PACKAGE.parent) if known else path.name
        yield f"{shown}:{line} in {frame.f_code.co_qualname}"


class CrashHook(QObject):
    """Receives bugs from every thread. An OutcomesError that got here becomes a notice."""

    _caught = Signal(object)

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._shown: set[str] = set()
        self._box: QWidget | None = None
        self._caught.connect(self.tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Be the hook of this process until `remove`."""
        sys.excepthook = lambda _kind, error, _trace: self.catch(error)
        threading.excepthook = lambda args: self.catch(args.exc_value)
        # In a slot Python can only print what goes wrong while an object dies.
        sys.unraisablehook = lambda args: self.catch(args.exc_value)

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__

    def catch(self, error: BaseException | None) -> None:
        """Take an error in any thread."""
        if error is None or isinstance(error, KeyboardInterrupt):
            return
        self._caught.emit(error)

    @Slot(object)
    def tell(self, error: BaseException) -> None:
        """Log it and say it once; the same bug again is only logged."""
        if isinstance(error, OutcomesError):
            self._notices.warn(error.message, error.todo)
            return
        text = report(error)
        _logger.error("unexpected error\n%s", text)
        if text in self._shown:
            return
        self._shown.add(text)
        # Kept, because a box without a window to belong to would be gone at once.
        self._box = ask.show_details(
            QApplication.activeWindow(),
            _("Something went wrong that should not."),
            _(
                "What was saved is safe. If it happens again, send the details to whoever looks "
                "after this program: they hold no patient's data."
            ),
            text,
        )
