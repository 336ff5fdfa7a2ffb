"""UndoPanel: a reason and a button, in place, for taking an import back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.labels import Captioned


class UndoPanel(QWidget):
    """`undo_wanted(reason)`; without a reason the line asks for one."""

    undo_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.reason = QLineEdit()
        self.reason.setObjectName("undo_reason")
        self.reason.setPlaceholderText(_("for example: wrong file"))
        self.button = Button(
            theme, _("Undo this import"), "danger", icon="undo", name="undo_import"
        )
        self._captioned = Captioned(
            theme,
            _("Why is this import taken back?"),
            self.reason,
            hint=_(
                "Its records are marked as entered in error. Those changed since are kept, and you "
                "are told which."
            ),
        )
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(self._captioned, 1)
        beside = QVBoxLayout()
        beside.addSpacing(theme.px(18))
        beside.addWidget(self.button)
        beside.addStretch(1)
        line.addLayout(beside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(line)
        self.button.clicked.connect(self._press)
        self.reason.returnPressed.connect(self._press)

    def ask_about(self, file_name: str) -> None:
        """Begin again for another import."""
        self.reason.clear()
        self._captioned.error.say("")
        self._captioned.caption.setText(
            _("Why is the import of {file} taken back?").format(file=file_name)
        )

    def _press(self) -> None:
        reason = self.reason.text().strip()
        if not reason:
            self._captioned.error.say(_("Write a reason; it stays with the import."))
            self.reason.setFocus()
            return
        self._captioned.error.say("")
        self.undo_wanted.emit(reason)
