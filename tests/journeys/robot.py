"""Drives the real window as a person does: waits for what is on screen, then types and clicks."""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.ui.main_window import MainWindow

SLOW = 60_000
Kind = TypeVar("Kind", bound=QWidget)


class Robot:
    """A person at the window."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window

    def see(self, kind: type[Kind], name: str) -> Kind:
        """Wait until a widget of that name is on screen."""

        def shown() -> list[Kind]:
            return [w for w in self.window.findChildren(kind, name) if w.isVisible()]

        self.qtbot.waitUntil(lambda: bool(shown()), timeout=SLOW)
        return shown()[-1]

    def click(self, name: str) -> None:
        """Click a button once it is on screen and can be pressed."""
        button = self.see(QPushButton, name)
        self.qtbot.waitUntil(button.isEnabled, timeout=SLOW)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        """Replace the text of an input, key by key."""
        field = self.see(QLineEdit, name)
        # A page that is still asking for its record takes no input.
        self.qtbot.waitUntil(field.isEnabled, timeout=SLOW)
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, text)

    def choose(self, name: str, data: object) -> None:
        """Choose an entry of a drop-down by what it stands for."""
        box = self.see(QComboBox, name)
        self.qtbot.waitUntil(lambda: box.findData(data) >= 0, timeout=SLOW)
        box.setCurrentIndex(box.findData(data))
        box.activated.emit(box.currentIndex())

    def arrive(self, place: str) -> None:
        """Wait until the window shows a page."""
        self.qtbot.waitUntil(lambda: self.window.place == place, timeout=SLOW)
