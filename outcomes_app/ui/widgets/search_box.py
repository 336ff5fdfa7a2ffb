"""SearchBox: a line that tells what was typed once the typing pauses, and clears with Esc."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from outcomes_app.ui.theme import Theme

_PAUSE_MILLISECONDS = 90


class SearchBox(QLineEdit):
    """`searched(text)` after a pause in typing; `moved(±1)` for the arrow keys; Enter as usual."""

    searched = Signal(str)
    moved = Signal(int)

    def __init__(
        self, theme: Theme, placeholder: str, *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(placeholder)
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        self._theme = theme
        self._icon = self.addAction(
            theme.icon("search", "textMuted", 16), QLineEdit.ActionPosition.LeadingPosition
        )
        theme.set_icon(self._icon, "search", "textMuted", 16)
        theme.changed.connect(self._draw_icon)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(lambda: self.searched.emit(self.text().strip()))
        self.textChanged.connect(lambda _text: self._pause.start())
        self.returnPressed.connect(self._search_now)

    def _draw_icon(self) -> None:
        self._theme.set_icon(self._icon, "search", "textMuted", 16)

    def _search_now(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.searched.emit(self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)
