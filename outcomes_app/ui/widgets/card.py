"""Card: a bordered surface with an optional title; ChoiceCard can be chosen like a big button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from outcomes_app.ui.forms import set_state
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Avatar, Icon, Text


class Card(QFrame):
    """A surface for one matter. Fill `body`; put small things beside the title in `head`."""

    def __init__(
        self,
        theme: Theme,
        title: str = "",
        *,
        tone: str = "",
        margin: int = 14,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        if tone:
            self.setProperty("tone", tone)
        if title:
            self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        edge = theme.px(margin)
        self.body.setContentsMargins(edge, theme.px(min(margin, 12)), edge, edge)
        self.body.setSpacing(theme.px(8))
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.px(8))
        self.title: Text | None = None
        if title:
            self.title = Text(theme, title, "subtitle")
            self.head.addWidget(self.title)
            self.head.addStretch(1)
            self.body.addLayout(self.head)

    def set_tone(self, tone: str) -> None:
        """Colour the surface: "" or ok, info, warn, danger, sunken."""
        set_state(self, "tone", tone)


class ChoiceCard(QFrame):
    """A card that is chosen with a click, Space or Enter."""

    chosen = Signal()
    confirmed = Signal()

    def __init__(
        self,
        theme: Theme,
        title: str,
        detail: str,
        *,
        icon: str,
        name: str,
        aside: str = "",
        initials: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(f"{title}. {detail}" if detail else title)
        self.setProperty("card", True)
        self.setProperty("choice", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(18), theme.px(12), theme.px(14), theme.px(12))
        line.setSpacing(theme.px(14))
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(Text(theme, title, "bodyStrong"))
        if detail:
            words.addWidget(Text(theme, detail, "body", "muted", wrap=True))
        if initials:
            line.addWidget(Avatar(theme, initials))
        elif icon:
            line.addWidget(Icon(theme, icon, "textMuted", 18))
        line.addLayout(words, 1)
        if aside:
            line.addWidget(Text(theme, aside, "caption", "muted"))
        self.mark = Icon(theme, "chevron_right", "textMuted", 16)
        line.addWidget(self.mark)

    @property
    def on(self) -> bool:
        """Whether it is the chosen one."""
        return bool(self.property("on"))

    def set_on(self, on: bool) -> None:
        """Show it as chosen or not."""
        set_state(self, "on", on)
        self.mark.show_icon("check" if on else "chevron_right", "accentText" if on else "textMuted")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.confirmed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.chosen.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout; the widgets in it are deleted."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear_layout(inner)
