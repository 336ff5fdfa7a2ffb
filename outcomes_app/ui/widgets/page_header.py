"""PageHeader: the bar over a page with its title, a word beside it, and its tools at the right."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Text


class PageHeader(QFrame):
    """Add buttons and boxes with `add_tool`; change the small words with `say`."""

    def __init__(
        self, theme: Theme, title: str, detail: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("bar", True)
        self.setMinimumHeight(theme.px(50))
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(theme.px(20), theme.px(8), theme.px(20), theme.px(8))
        self._line.setSpacing(theme.px(10))
        self._title = Text(theme, title, "title")
        self._detail = Text(theme, detail, "lead", "muted")
        self._line.addWidget(self._title)
        self._line.addWidget(self._detail)
        self._line.addStretch(1)

    def say(self, title: str, detail: str) -> None:
        """Show another title and word."""
        self._title.setText(title)
        self._detail.setText(detail)

    def add_tool(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._line.addWidget(widget)
