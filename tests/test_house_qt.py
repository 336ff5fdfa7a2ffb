"""Why PySide6 stays below 6.12: a call that returns None must not use None up."""

import sys

from pytestqt.qtbot import QtBot

_CALLS = 20_000


def test_calls_into_qt_leave_the_references_to_none_as_they_were(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWidget

    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _number in range(_CALLS):
        widget.update()
        widget.setObjectName("a")
    assert abs(sys.getrefcount(None) - before) < _CALLS / 10
