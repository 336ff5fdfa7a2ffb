"""Answers arrive on the GUI thread, only for the newest question, only to an asker who lives."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from outcomes_app.errors import Cancelled, OutcomesError
from outcomes_app.ui.jobs import InlineJobs, Jobs, Report


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    """Real threads."""
    made = Jobs()
    yield made
    assert made.finish()


@pytest.fixture
def asker(qapp: QApplication) -> Iterator[QObject]:
    """Whoever asks."""
    made = QObject()
    yield made
    if Shiboken.isValid(made):
        Shiboken.delete(made)


def test_the_work_is_elsewhere_and_the_answer_here(
    qtbot: QtBot, jobs: Jobs, asker: QObject
) -> None:
    places: list[object] = []

    def ask() -> str:
        places.append(threading.get_ident())
        return "answer"

    def done(answer: str) -> None:
        places.append((answer, QThread.currentThread() is asker.thread()))

    jobs.on_database(asker, ask, done=done)
    qtbot.waitUntil(lambda: len(places) == 2)
    assert places[0] != threading.get_ident()
    assert places[1] == ("answer", True)


def test_database_work_keeps_its_order_and_its_thread(
    qtbot: QtBot, jobs: Jobs, asker: QObject
) -> None:
    threads: list[int] = []
    answers: list[object] = []
    for number in range(20):
        jobs.on_database(
            asker,
            lambda number=number: threads.append(threading.get_ident()) or number,
            done=answers.append,
        )
    qtbot.waitUntil(lambda: len(answers) == 20)
    assert answers == list(range(20))
    assert len(set(threads)) == 1


def test_a_late_answer_of_the_same_lane_is_dropped(
    qtbot: QtBot, jobs: Jobs, asker: QObject
) -> None:
    first_may_go = threading.Event()
    shown: list[object] = []

    def slow() -> str:
        first_may_go.wait(10)
        return "first patient"

    jobs.in_pool(asker, slow, done=shown.append, lane="patient")
    jobs.in_pool(asker, lambda: "second patient", done=shown.append, lane="patient")
    qtbot.waitUntil(lambda: shown == ["second patient"])
    first_may_go.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert shown == ["second patient"]


def test_lanes_of_two_askers_do_not_meet(qtbot: QtBot, jobs: Jobs, asker: QObject) -> None:
    other = QObject()
    shown: list[object] = []
    jobs.on_database(asker, lambda: "mine", done=shown.append, lane="patient")
    jobs.on_database(other, lambda: "yours", done=shown.append, lane="patient")
    qtbot.waitUntil(lambda: len(shown) == 2)


def test_an_asker_who_died_gets_no_answer(qtbot: QtBot, jobs: Jobs) -> None:
    asker = QObject()
    may_go = threading.Event()
    shown: list[object] = []
    jobs.in_pool(asker, lambda: may_go.wait(10), done=shown.append)
    Shiboken.delete(asker)
    may_go.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert shown == []


def test_what_the_user_can_mend_goes_to_the_asker_or_becomes_a_notice(
    qtbot: QtBot, jobs: Jobs, asker: QObject
) -> None:
    def refuse() -> None:
        raise OutcomesError("The disk is full.")

    refused: list[object] = []
    told: list[object] = []
    jobs.refused.connect(refused.append)
    jobs.on_database(asker, refuse, failed=told.append)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert refused == []
    with qtbot.waitSignal(jobs.refused):
        jobs.on_database(asker, refuse)


def test_a_bug_goes_to_the_crash_hook_and_frees_the_asker(
    qtbot: QtBot, jobs: Jobs, asker: QObject
) -> None:
    failed: list[OutcomesError] = []
    with qtbot.waitSignal(jobs.crashed) as crash:
        jobs.on_database(asker, lambda: 1 // 0, failed=failed.append)
    assert isinstance(crash.args[0], ZeroDivisionError)
    qtbot.waitUntil(lambda: len(failed) == 1)


def test_a_bug_is_reported_even_when_nobody_waits(qtbot: QtBot, jobs: Jobs) -> None:
    asker = QObject()
    may_go = threading.Event()

    def fall() -> None:
        may_go.wait(10)
        raise KeyError("gone")

    with qtbot.waitSignal(jobs.crashed):
        jobs.in_pool(asker, fall)
        Shiboken.delete(asker)
        may_go.set()


def test_progress_is_shown_and_cancelling_stops_the_work(
    qtbot: QtBot, jobs: Jobs, asker: QObject
) -> None:
    seen: list[tuple[int, int]] = []
    failed: list[OutcomesError] = []
    go_on = threading.Event()

    def count(progress: Report) -> str:
        progress(1, 10)
        go_on.wait(10)
        for step in range(2, 11):
            progress(step, 10)
        return "all of it"

    done: list[object] = []
    job = jobs.in_pool(
        asker,
        count,
        done=done.append,
        failed=failed.append,
        progress=lambda step, steps: seen.append((step, steps)),
    )
    qtbot.waitUntil(lambda: seen == [(1, 10)])
    job.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: len(failed) == 1)
    assert isinstance(failed[0], Cancelled)
    assert done == []


def test_busy_is_told_once_for_many_jobs(qtbot: QtBot, jobs: Jobs, asker: QObject) -> None:
    told: list[bool] = []
    jobs.busy_changed.connect(told.append)
    for _number in range(5):
        jobs.on_database(asker, lambda: None)
    qtbot.waitUntil(lambda: told == [True, False])


def test_inline_jobs_answer_before_the_call_returns(asker: QObject) -> None:
    jobs = InlineJobs()
    seen: list[object] = []

    def work(progress: Report) -> int:
        progress(1, 1)
        return 7

    jobs.in_pool(asker, work, done=seen.append, progress=lambda *steps: seen.append(steps))
    assert seen == [(1, 1), 7]
    assert not jobs.busy
