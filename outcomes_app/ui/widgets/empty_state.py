"""EmptyState: one picture, one sentence, one button, where there is nothing to show yet."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import PrimaryButton
from outcomes_app.ui.widgets.labels import Icon, Text


class EmptyState(QWidget):
    """`pressed` when the button was; without `action` there is no button."""

    pressed = Signal()

    def __init__(
        self,
        theme: Theme,
        title: str,
        sentence: str = "",
        *,
        action: str = "",
        icon: str = "patients",
        name: str = "empty_state",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(8))
        column.addStretch(1)
        picture = Icon(theme, icon, "borderStrong", 56)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(picture)
        self._title = Text(theme, title, "subtitle")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setWordWrap(True)
        column.addWidget(self._title)
        self._sentence = Text(theme, sentence, "body", "muted", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._sentence)
        self.button = PrimaryButton(theme, action, name=f"{name}_action")
        self.button.setAccessibleName(action or title)
        if not action:
            self.button.hide()
        self.button.clicked.connect(self.pressed)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def say(self, title: str, sentence: str, action: str | None = None) -> None:
        """Say something else; `action` None keeps the button."""
        self._title.setText(title)
        self._sentence.setText(sentence)
        if action is not None:
            self.button.setText(action)
            self.button.setAccessibleName(action)
            self.button.setVisible(bool(action))
