"""Badge: a status as an icon and a word, so that colour is never the only sign."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from outcomes_app.ui.forms import set_state
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Icon, Text

_ICONS = {"ok": "check", "info": "info", "warn": "warn", "danger": "danger"}


class Badge(QFrame):
    """A pill with icon and word. Tones: "" (neutral), ok, info, warn, danger."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        tone: str = "",
        *,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("badge", True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._theme = theme
        theme.changed.connect(self._follow_theme)
        self._follow_theme()
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(7), 0, theme.px(9), 0)
        line.setSpacing(theme.px(4))
        self._icon = Icon(theme, "info", "textMuted", 13)
        self._text = Text(theme, text, "badge")
        line.addWidget(self._icon)
        line.addWidget(self._text)
        self.show_status(text, tone, icon=icon)

    def _follow_theme(self) -> None:
        # Twice the radius in the style sheet: Qt draws no rounded corner that does not fit.
        self.setFixedHeight(2 * self._theme.px(10))

    def show_status(self, text: str, tone: str = "", *, icon: str = "") -> None:
        """Show another status."""
        shown = icon or _ICONS.get(tone, "")
        self._icon.setVisible(bool(shown))
        if shown:
            self._icon.show_icon(shown, tone or "textMuted", 13)
        self._text.say(text, tone or "muted")
        self.setAccessibleName(text)
        set_state(self, "tone", tone)
