"""FieldError: the line under an input that says what is wrong with it, and marks the input."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from outcomes_app.domain.values import Problem, Severity
from outcomes_app.ui.forms import set_state
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Icon, Text

_LOOK = {
    Severity.ERROR: ("error", "danger", "warn"),
    Severity.CHECK: ("check", "warn", "warn"),
    Severity.INFO: ("", "info", "info"),
}


class FieldError(QWidget):
    """Hidden while there is nothing to say; never takes away what was typed."""

    def __init__(
        self, theme: Theme, field: QWidget, *, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._field = field
        self._hint = hint
        self._icon = Icon(theme, "warn", "danger", 14)
        self._text = Text(theme, hint, "caption", "muted", wrap=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(4))
        line.addWidget(self._icon)
        line.addWidget(self._text, 1)
        self._icon.hide()
        if not hint:
            self.hide()

    @property
    def message(self) -> str:
        """What it says now; "" when nothing is wrong."""
        return "" if self._icon.isHidden() else self._text.text()

    def mark(self, problem: Problem | None) -> None:
        """Show a problem at the input, or that there is none."""
        if problem is None:
            self.say("")
        else:
            self.say(problem.message, problem.severity)

    def say(self, message: str, severity: Severity = Severity.ERROR) -> None:
        """Show a sentence at the input; "" clears it and the hint returns."""
        state, tone, icon = _LOOK[severity] if message else ("", "muted", "info")
        news = bool(message) and message != self.message
        set_state(self._field, "state", state)
        self._icon.setVisible(bool(message))
        if message:
            self._icon.show_icon(icon, tone, 14)
        self._text.say(message or self._hint, tone)
        self.setVisible(bool(message or self._hint))
        self._field.setAccessibleDescription(message or self._hint)
        if news:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._field, message))
