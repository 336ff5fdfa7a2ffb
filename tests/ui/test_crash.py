"""A bug is told once and logged with its places, never with a value of the record."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from outcomes_app.errors import OutcomesError
from outcomes_app.ui.crash import CrashHook, report
from outcomes_app.ui.notices import Notice, Notices
from tests.strictness import UnexpectedLogs

MARK = "OKONKWO Grace 14-Mar-1979"


def fall(name: str) -> None:
    secret = f"note about {name}"
    try:
        raise KeyError(secret)
    except KeyError as error:
        raise ValueError(name) from error


def caught() -> BaseException:
    try:
        fall(MARK)
    except ValueError as error:
        return error
    raise AssertionError


@pytest.fixture
def notices(qapp: QApplication) -> Notices:
    return Notices()


@pytest.fixture
def hook(notices: Notices) -> Iterator[CrashHook]:
    yield CrashHook(notices)
    for box in boxes():
        box.close()


def boxes() -> list[Any]:
    return [w for w in QApplication.topLevelWidgets() if w.objectName() == "details"]


def test_the_report_names_kinds_and_places_and_no_value() -> None:
    text = report(caught())
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "in fall" in text
    assert MARK not in text
    assert "note about" not in text


def test_a_bug_is_shown_once_and_logged_each_time(
    hook: CrashHook, logs: UnexpectedLogs, caplog: pytest.LogCaptureFixture
) -> None:
    logs.expect("unexpected error")
    error = caught()
    hook.tell(error)
    hook.tell(error)
    assert len(boxes()) == 1
    assert len(caplog.records) == 2
    assert MARK not in caplog.text
    assert MARK not in boxes()[0].detailedText() + boxes()[0].text()


def test_what_the_user_can_mend_is_a_notice_and_no_bug(hook: CrashHook, notices: Notices) -> None:
    told: list[Notice] = []
    notices.posted.connect(told.append)
    hook.tell(OutcomesError("The disk is full.", todo="Make room."))
    assert [(n.text, n.todo) for n in told] == [("The disk is full.", "Make room.")]
    assert boxes() == []


def test_a_bug_in_another_thread_arrives_here(
    qtbot: QtBot, hook: CrashHook, logs: UnexpectedLogs
) -> None:
    logs.expect("unexpected error")
    hook.catch(caught())
    qtbot.waitUntil(lambda: len(boxes()) == 1)
