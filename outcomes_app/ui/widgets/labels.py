"""Text on the screen: labels with a role and a tone, key caps, dividers and captioned fields."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from outcomes_app.ui.theme import Theme


class Text(QLabel):
    """A label with a font role and a tone. Always plain text, so that data never become markup."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: str = "body",
        tone: str = "",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        theme.set_text_role(self, role)
        if tone:
            self.setProperty("tone", tone)

    def say(self, text: str, tone: str | None = None) -> None:
        """Show another text, and another tone where one is given."""
        self.setText(text)
        if tone is not None and self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class KeyCap(Text):
    """A shortcut as it stands on the keyboard."""

    def __init__(self, theme: Theme, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, keys, "axis", parent=parent)
        self.setProperty("keycap", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)


class Avatar(Text):
    """A person's initials in a disc."""

    def __init__(self, theme: Theme, letters: str = "", parent: QWidget | None = None) -> None:
        super().__init__(theme, letters, "badge", parent=parent)
        self.setProperty("avatar", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._theme = theme
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def _follow_theme(self) -> None:
        # Twice the radius in the style sheet.
        side = 2 * self._theme.px(14)
        self.setFixedSize(side, side)


class Divider(QFrame):
    """A thin line between parts."""

    def __init__(self, *, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("divider", "vertical" if vertical else True)


class Icon(QLabel):
    """A picture from resources/icons beside text that says the same."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        role: str = "text",
        size: int = 16,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.set_icon(self, name, role, size)

    def show_icon(self, name: str, role: str, size: int = 16) -> None:
        """Show another icon."""
        self._theme.set_icon(self, name, role, size)


class Captioned(QWidget):
    """An input with its caption above it as a buddy, and room for a hint or a problem below.

    `beside` is a button that belongs to the input.
    """

    def __init__(
        self,
        theme: Theme,
        caption: str,
        field: QWidget,
        *,
        hint: str = "",
        beside: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        from outcomes_app.ui.widgets.field_error import FieldError

        self.field = field
        self.caption = Text(theme, caption, "caption", "muted")
        self.caption.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(caption)
        self.error = FieldError(theme, field, hint=hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        column.addWidget(self.caption)
        if beside is None:
            column.addWidget(field)
        else:
            column.addLayout(row(field, beside, spacing=theme.px(6)))
        column.addWidget(self.error)
        column.addStretch(1)


def row(*widgets: QWidget | int | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; a number is a gap, None takes the remaining room."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            line.addStretch(1)
        elif isinstance(widget, int):
            line.addSpacing(widget)
        else:
            line.addWidget(widget)
    return line


def initials(name: str) -> str:
    """Two letters that stand for a person: "Dr A. Osei" is AO."""
    words = [
        w for w in name.replace(".", " ").split() if w.lower() not in ("dr", "prof", "mr", "ms")
    ]
    if not words:
        return "–"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
