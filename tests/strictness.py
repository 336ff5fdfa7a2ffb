"""Fails a test that logs a warning nobody expected, or leaves a window, timer or thread behind.

Warnings and Qt's own messages fail too: see filterwarnings and qt_log_level_fail in pyproject.toml.
"""

import gc
import logging
import re
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

_GRACE_SECONDS = 2.0


class UnexpectedLogs(logging.Handler):
    """Collects warnings; `expect` says which of them a test provokes on purpose."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[logging.LogRecord] = []
        self._expected: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def expect(self, pattern: str) -> None:
        """A warning that matches `pattern` has to come in this test."""
        self._expected.append(re.compile(pattern))

    def complaints(self) -> list[str]:
        """Warnings that were not expected, and expectations that were not met."""
        texts = [record.getMessage() for record in self._records]
        unexpected = [t for t in texts if not any(p.search(t) for p in self._expected)]
        unmet = [p.pattern for p in self._expected if not any(p.search(t) for t in texts)]
        return [f"unexpected log record: {t}" for t in unexpected] + [
            f"expected log record did not come: {p}" for p in unmet
        ]


@pytest.fixture(autouse=True)
def logs() -> Iterator[UnexpectedLogs]:
    """`logs.expect(pattern)` allows, and asks for, a log record of level WARNING or above."""
    handler = UnexpectedLogs()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    complaints = handler.complaints()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A thread that a test started has ended when the test ends."""
    before = set(threading.enumerate())
    yield
    for thread in _python_threads() - before:
        thread.join(_GRACE_SECONDS)
    left = _python_threads() - before
    if left:
        pytest.fail(f"threads still run: {sorted(t.name for t in left)}", pytrace=False)


def _python_threads() -> set[threading.Thread]:
    # Python calls a foreign thread "dummy" and keeps it listed after its end; Qt's own threads
    # are watched below.
    return {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}


class _Started:
    """Weakly remembers the Qt timers and threads that Python code started."""

    def __init__(self) -> None:
        self.objects: weakref.WeakSet[Any] = weakref.WeakSet()

    def watch(self, qt_class: Any) -> None:
        original = qt_class.start

        def start(this: Any, *args: Any) -> Any:
            self.objects.add(this)
            return original(this, *args)

        qt_class.start = start

    def running(self) -> list[str]:
        from shiboken6 import isValid

        valid = [o for o in self.objects if isValid(o)]
        return [
            f"{type(o).__name__} {o.objectName()!r} of {type(o.parent()).__name__}"
            for o in valid
            if (o.isRunning() if hasattr(o, "isRunning") else o.isActive())
        ]


_started = _Started()


@pytest.fixture(scope="session")
def qapp(qapp: Any) -> Any:
    """The QApplication, with timers and threads watched from now on."""
    from PySide6.QtCore import QThread, QTimer

    _started.watch(QTimer)
    _started.watch(QThread)
    return qapp


@pytest.fixture(autouse=True)
def no_leaked_qt_objects() -> Iterator[None]:
    """No window, timer or Qt thread of a test outlives it."""
    before = set(map(id, _windows()))
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool

    if QCoreApplication.instance() is None:
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if any(id(w) not in before for w in _windows()) or _started.running():
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [w for w in _windows() if id(w) not in before]
    complaints = [f"window left: {type(w).__name__} {w.objectName()!r}" for w in left]
    complaints += [f"still running: {name}" for name in _started.running()]
    if not QThreadPool.globalInstance().waitForDone(int(_GRACE_SECONDS * 1000)):
        complaints.append("the global thread pool still works")
    for window in left:
        window.close()
        window.deleteLater()
    _started.objects.clear()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def _windows() -> list[Any]:
    """Top-level widgets that no other widget owns; none where Qt was not even imported."""
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return []
    return [w for w in QApplication.topLevelWidgets() if w.parent() is None]
