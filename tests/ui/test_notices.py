"""Notices tell without stopping anybody, and can be taken back."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from outcomes_app.ui.notices import Notices
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.notice_bar import NoticeBar


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme, notices: Notices) -> NoticeBar:
    made = NoticeBar(theme, notices)
    qtbot.addWidget(made)
    return made


def test_the_bar_is_away_while_there_is_nothing_to_tell(bar: NoticeBar) -> None:
    assert bar.isHidden()


def test_an_action_takes_it_back_and_the_notice_with_it(bar: NoticeBar, notices: Notices) -> None:
    undone: list[int] = []
    notices.tell("Site removed.", action_text="Undo", action=lambda: undone.append(1))
    button = bar.findChild(QPushButton, "notice_action")
    assert button is not None
    assert button.text() == "Undo"
    button.click()
    assert undone == [1]
    assert bar.texts == ()
    assert bar.isHidden()


def test_what_was_done_goes_by_itself_and_what_went_wrong_stays(
    bar: NoticeBar, notices: Notices
) -> None:
    notices.warn("The disk is full.", "Make room.")
    notices.tell("Patient saved.")
    assert bar.texts == ("The disk is full. Make room.", "Patient saved.")
    timers = bar.findChildren(QTimer)
    assert len(timers) == 1
    timers[0].timeout.emit()
    assert bar.texts == ("The disk is full. Make room.",)
    close = bar.findChild(QToolButton, "notice_close")
    assert close is not None
    close.click()
    assert bar.texts == ()


def test_the_same_notice_stands_once_and_only_the_newest_stay(
    bar: NoticeBar, notices: Notices
) -> None:
    notices.warn("First.")
    notices.warn("First.")
    assert bar.texts == ("First.",)
    for text in ("Second.", "Third.", "Fourth."):
        notices.warn(text)
    assert bar.texts == ("Second.", "Third.", "Fourth.")
    bar.clear()
