"""ScanBox: the line into which a scanner types, which keeps the separators Qt would drop."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_SEPARATOR = "\x1d"


class ScanBox(QLineEdit):
    """`scanned(text)` on Enter, with which a scanner ends what it typed."""

    scanned = Signal(str)

    def __init__(self, *, name: str, label: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setPlaceholderText(hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bracket = event.key() == Qt.Key.Key_BracketRight
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.text() == _SEPARATOR or (bracket and control):
            self.insert(_SEPARATOR)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Kept from the dialog, whose first button would store half of what was scanned.
            event.accept()
            if self.text().strip():
                self.scanned.emit(self.text())
        else:
            super().keyPressEvent(event)
