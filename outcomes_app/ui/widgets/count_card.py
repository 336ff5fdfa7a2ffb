"""CountCard: a number with its word; switching it on narrows the list below to what it counts."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from outcomes_app.ui.forms import set_state
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Icon, Text


class CountCard(QFrame):
    """`switched(on)` when a person turned it on or off."""

    switched = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        title: str,
        *,
        icon: str,
        tone: str,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._title = title
        self.setProperty("card", True)
        self.setProperty("choice", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.px(14), theme.px(8), theme.px(10), theme.px(8))
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(0)
        self._count = Text(theme, "–", "title", tone)
        self._detail = Text(theme, "", "caption", "muted")
        grid.addWidget(self._count, 0, 0, 2, 1)
        grid.addWidget(Icon(theme, icon, tone or "text", 15), 0, 1)
        grid.addWidget(Text(theme, title, "bodyStrong"), 0, 2)
        grid.addWidget(self._detail, 1, 1, 1, 2)
        grid.setColumnStretch(2, 1)
        self._name_it()

    @property
    def on(self) -> bool:
        """Whether the list shows only what this counts."""
        return bool(self.property("on"))

    def show_count(self, count: int | None, detail: str) -> None:
        """Show a number (None = not known yet) and what stands under it."""
        self._count.setText("–" if count is None else str(count))
        self._detail.setText(detail)
        self._name_it()

    def set_on(self, on: bool) -> None:
        """Switch it without telling."""
        set_state(self, "on", on)
        self._name_it()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._switch()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._switch()
        else:
            super().keyPressEvent(event)

    def _switch(self) -> None:
        self.set_on(not self.on)
        self.switched.emit(self.on)

    def _name_it(self) -> None:
        self.setAccessibleName(f"{self._title}: {self._count.text()}")
        self.setAccessibleDescription(self._detail.text())
