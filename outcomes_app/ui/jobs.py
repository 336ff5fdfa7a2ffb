"""Threads: one for the database, a pool for other work. Answers come back on the GUI thread.

A worker never holds the asker or its callbacks, so a widget is only ever freed by the GUI thread.
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal, Slot
from shiboken6 import isValid

from outcomes_app.errors import Cancelled, OutcomesError

Done = Callable[[Any], object]
Failed = Callable[[OutcomesError], object]
Progress = Callable[[int, int], None]


class Report(Protocol):
    """What long work calls now and then: raises Cancelled once the user has stopped it."""

    def __call__(self, step: int, steps: int) -> None: ...


@dataclass
class Job:
    """A request on its way. `cancel` asks it to stop; its answer is then dropped."""

    number: int
    owner: QObject
    done: Done | None
    failed: Failed | None
    progress: Progress | None
    lane: tuple[int, str] | None
    cancelled: bool = field(default=False)

    def cancel(self) -> None:
        """Stop at the next report and answer with Cancelled, so that the asker can say so."""
        self.cancelled = True


@dataclass(frozen=True)
class _Answer:
    number: int
    value: object = None
    error: BaseException | None = None


class Jobs(QObject):
    """Runs functions away from the GUI thread and brings their answers back to it.

    `refused` carries an OutcomesError nobody asked for, `crashed` a bug; `busy_changed` tells
    whether anything is under way.
    """

    refused = Signal(object)
    crashed = Signal(object)
    busy_changed = Signal(bool)
    _arrived = Signal(object)
    _reported = Signal(int, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._newest: dict[tuple[int, str], int] = {}
        self._database = QThreadPool(self)
        self._database.setMaxThreadCount(1)
        # The one database thread lives as long as the program: connections belong to it.
        self._database.setExpiryTimeout(-1)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._reported.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._jobs)

    def on_database(
        self,
        owner: QObject,
        function: Callable[[], object],
        *,
        done: Done | None = None,
        failed: Failed | None = None,
        progress: Progress | None = None,
        lane: str | None = None,
    ) -> Job:
        """Run on the database thread, one after the other in the order asked."""
        job = self._new(owner, lane, done=done, failed=failed, progress=progress)
        return self._start(self._database, job, function)

    def in_pool(
        self,
        owner: QObject,
        function: Callable[[], object],
        *,
        done: Done | None = None,
        failed: Failed | None = None,
        progress: Progress | None = None,
        lane: str | None = None,
    ) -> Job:
        """Run in the pool, beside the database."""
        job = self._new(owner, lane, done=done, failed=failed, progress=progress)
        return self._start(self._pool, job, function)

    def reporter(self, number: int) -> Report:
        """A function that long work calls with (step, steps); at most 20 reports a second show."""
        last = [0.0]

        def report(step: int, steps: int) -> None:
            job = self._jobs.get(number)
            if job is not None and job.cancelled:
                raise Cancelled("Stopped. Nothing of it was kept.")
            now = time.monotonic()
            if now - last[0] >= 0.05 or step >= steps:
                last[0] = now
                self._reported.emit(number, step, steps)

        return report

    def finish(self, milliseconds: int = 30_000) -> bool:
        """Wait for the threads at the end of the program; late answers are dropped."""
        self._newest.clear()
        for job in self._jobs.values():
            job.cancel()
        ended = self._database.waitForDone(milliseconds) and self._pool.waitForDone(milliseconds)
        self._jobs.clear()
        return ended

    def _new(
        self,
        owner: QObject,
        lane: str | None,
        *,
        done: Done | None,
        failed: Failed | None,
        progress: Progress | None,
    ) -> Job:
        key = None if lane is None else (id(owner), lane)
        return Job(next(self._numbers), owner, done, failed, progress, key)

    def _start(self, pool: QThreadPool, job: Job, function: Callable[..., object]) -> Job:
        was_busy = self.busy
        self._jobs[job.number] = job
        if job.lane is not None:
            self._newest[job.lane] = job.number
        if not was_busy:
            self.busy_changed.emit(True)
        call = function
        if job.progress is not None:
            call = partial(function, progress=self.reporter(job.number))
        self._launch(pool, partial(self._run, job.number, call))
        return job

    def _launch(self, pool: QThreadPool, runnable: Callable[[], None]) -> None:
        pool.start(runnable)

    def _run(self, number: int, function: Callable[[], object]) -> None:
        try:
            answer = _Answer(number, value=function())
        except BaseException as error:  # noqa: BLE001  handed to the GUI thread, which sorts it
            answer = _Answer(number, error=error)
        self._arrived.emit(answer)

    @Slot(object)
    def _deliver(self, answer: _Answer) -> None:
        job = self._jobs.pop(answer.number, None)
        if job is None:
            return
        try:
            if self._wanted(job):
                self._hand_over(job, answer)
            elif answer.error is not None and not isinstance(answer.error, OutcomesError):
                self.crashed.emit(answer.error)
        finally:
            if job.lane is not None and self._newest.get(job.lane) == job.number:
                del self._newest[job.lane]
            if not self._jobs:
                self.busy_changed.emit(False)

    def _wanted(self, job: Job) -> bool:
        if not isValid(job.owner):
            return False
        return job.lane is None or self._newest.get(job.lane) == job.number

    def _hand_over(self, job: Job, answer: _Answer) -> None:
        if answer.error is None:
            if job.done is not None:
                job.done(answer.value)
        elif not isinstance(answer.error, OutcomesError):
            self.crashed.emit(answer.error)
            if job.failed is not None:
                job.failed(OutcomesError("That did not work. Nothing was changed."))
        elif job.failed is not None:
            job.failed(answer.error)
        elif not isinstance(answer.error, Cancelled):
            self.refused.emit(answer.error)

    @Slot(int, int, int)
    def _show_progress(self, number: int, step: int, steps: int) -> None:
        job = self._jobs.get(number)
        if job is not None and job.progress is not None and self._wanted(job):
            job.progress(step, steps)


class InlineJobs(Jobs):
    """The same, but each job runs and answers before the call returns. For tests."""

    def _launch(self, pool: QThreadPool, runnable: Callable[[], None]) -> None:
        runnable()

    def _run(self, number: int, function: Callable[[], object]) -> None:
        try:
            answer = _Answer(number, value=function())
        except Exception as error:  # noqa: BLE001  sorted by _deliver
            answer = _Answer(number, error=error)
        self._deliver(answer)

    def reporter(self, number: int) -> Report:
        """Reports are shown at once."""
        return lambda step, steps: self._show_progress(number, step, steps)
