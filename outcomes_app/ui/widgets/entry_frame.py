"""EntryFrame: the page before the record is open; the product at the left, one question at the
right."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.body_picture import BodyPicture
from outcomes_app.ui.widgets.labels import Icon, Text


class EntryFrame(QWidget):
    """Put the question into `column`; the left side goes when there is no room for it."""

    def __init__(self, theme: Theme, *, width: int = 640, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("page", True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._aside = self._build_aside()
        line.addWidget(self._aside)
        inner = QWidget()
        inner.setProperty("page", True)
        inner.setMaximumWidth(theme.px(width))
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(theme.px(20), theme.px(20), theme.px(20), theme.px(20))
        self.column.setSpacing(theme.px(12))
        holder = QWidget()
        holder.setProperty("page", True)
        middle = QHBoxLayout(holder)
        middle.addStretch(1)
        middle.addWidget(inner, 100)
        middle.addStretch(1)
        scroll = QScrollArea()
        scroll.setProperty("page", True)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        line.addWidget(scroll, 1)

    def say(self, headline: str, words: str) -> None:
        """What stands under the product's name at the left."""
        self._headline.setText(headline)
        self._words.setText(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._aside.setVisible(self.width() >= self._theme.px(1000))

    def _build_aside(self) -> QFrame:
        theme = self._theme
        aside = QFrame()
        aside.setProperty("aside", True)
        aside.setFixedWidth(theme.px(400))
        column = QVBoxLayout(aside)
        edge = theme.px(40)
        column.setContentsMargins(edge, edge, edge, theme.px(28))
        column.setSpacing(theme.px(10))
        brand = QHBoxLayout()
        brand.setSpacing(theme.px(12))
        brand.addWidget(Icon(theme, "interval", "text", 34))
        brand.addWidget(Text(theme, "Interval", "title"), 1)
        column.addLayout(brand)
        column.addSpacing(theme.px(20))
        self._headline = Text(theme, "", "metric", wrap=True)
        self._words = Text(theme, "", "lead", "muted", wrap=True)
        column.addWidget(self._headline)
        column.addWidget(self._words)
        column.addWidget(BodyPicture(theme, "head_left.svg", highlight="temporalis_left"), 1)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(10))
        foot.addWidget(Icon(theme, "shield", "textMuted", 16), 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(
            Text(
                theme,
                _(
                    "Records stay on this computer or the clinic’s own server. "
                    "Nothing is sent anywhere."
                ),
                "caption",
                "muted",
                wrap=True,
            ),
            1,
        )
        column.addLayout(foot)
        return aside
