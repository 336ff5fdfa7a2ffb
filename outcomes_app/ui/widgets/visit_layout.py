"""Where the panels of the visit editor stand: three columns, or map and tabs if room is short."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Tabs
from outcomes_app.ui.widgets.card import Card

# At 100 % text: below this width two columns beside the map would squeeze it.
_FOLD_BELOW = 1150
_LEFT, _RIGHT = 280, 298


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A panel with its column ("left" or "right") and the tab it goes to when folded."""

    panel: QWidget
    column: str
    tab: str


class VisitLayout(QWidget):
    """Keeps every panel in reach: nothing is clipped, everything scrolls or has a tab."""

    def __init__(
        self, theme: Theme, middle: QWidget, places: Sequence[Place], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._middle = middle
        self._places = tuple(places)
        self.folded: bool | None = None
        self._left, self._right = _Column(), _Column()
        self._folder = Card(theme, margin=0)
        self._folder.body.setContentsMargins(1, 4, 1, 1)
        self._tabs = Tabs(
            theme,
            (
                ("plan", _("Plan")),
                ("product", _("Product")),
                ("outcomes", _("Outcomes")),
                ("checks", _("Checks")),
            ),
            name="visitTabs",
        )
        self._stack = QStackedWidget()
        self._pages = {key: _Column() for key in ("plan", "product", "outcomes", "checks")}
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._folder.body.addWidget(self._tabs)
        self._folder.body.addWidget(self._stack, 1)
        self._tabs.chosen.connect(lambda key: self._stack.setCurrentWidget(self._pages[key]))
        self._line = QHBoxLayout(self)
        for widget, stretch in (
            (self._left, 0),
            (middle, 1),
            (self._right, 0),
            (self._folder, 1),
        ):
            self._line.addWidget(widget, stretch)
        self.arrange()
        theme.changed.connect(self.arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold as the room asks."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Put the panels where this width and text size have room for them."""
        theme = self._theme
        gap = theme.px(10)
        self._line.setContentsMargins(gap, gap, gap, gap)
        self._line.setSpacing(gap)
        folded = self.width() < _FOLD_BELOW * theme.scale
        self._left.setFixedWidth(theme.px(_LEFT))
        self._right.setFixedWidth(theme.px(_RIGHT))
        self._folder.setMinimumWidth(theme.px(340))
        if folded == self.folded:
            return
        self.folded = folded
        for place in self._places:
            columns = {"left": self._left, "right": self._right}
            column = self._pages[place.tab] if folded else columns[place.column]
            column.take(place.panel)
        self._left.setVisible(not folded)
        self._right.setVisible(not folded)
        self._folder.setVisible(folded)
        for column in (self._left, self._right, *self._pages.values()):
            column.set_margin(gap if folded else 0)

    def reveal(self, widget: QWidget) -> None:
        """Bring a widget into sight: its tab, then its place in the column."""
        for key, page in self._pages.items():
            if self.folded and page.isAncestorOf(widget):
                self._tabs.choose(key)
                self._stack.setCurrentWidget(page)
        for column in (self._left, self._right, *self._pages.values()):
            if column.isAncestorOf(widget):
                column.ensureWidgetVisible(widget)

    def next_panel(self) -> None:
        """Move the keyboard to the next column: plan, map, totals."""
        columns = (
            (self._middle, self._folder)
            if self.folded
            else (
                self._left,
                self._middle,
                self._right,
            )
        )
        focused = QApplication.focusWidget()
        at = next((i for i, c in enumerate(columns) if focused and c.isAncestorOf(focused)), -1)
        column = columns[(at + 1) % len(columns)]
        for widget in column.findChildren(QWidget):
            reachable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if reachable and widget.isVisibleTo(self) and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return


class _Column(QScrollArea):
    """Panels under each other, as wide as the column, scrolling where they are taller."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("column")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._column.addStretch(1)
        self.setWidget(inside)

    def take(self, panel: QWidget) -> None:
        """Another panel below those already here."""
        self._column.insertWidget(self._column.count() - 1, panel)
        panel.show()

    def set_margin(self, margin: int) -> None:
        """Room around the panels."""
        self._column.setContentsMargins(margin, margin, margin, margin)
