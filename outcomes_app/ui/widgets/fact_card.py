"""FactCard: one kind of fact of a patient, a line for each, with what can be done about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.badge import Badge
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.labels import Divider, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """What a line says, and its verbs: each a word on a button with what it does."""

    title: str = field(repr=False)
    detail: str = field(default="", repr=False)
    badge: str = ""
    tone: str = ""
    verbs: Sequence[tuple[str, Callable[[], object]]] = ()


class FactCard(Card):
    """`add_wanted` when something new is to be written down."""

    add_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        title: str,
        *,
        add: str,
        nothing: str,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, title, parent=parent)
        self.setObjectName(name)
        self._theme, self._nothing = theme, nothing
        self.add = Button(theme, add, compact=True, icon="add", name=f"{name}_add")
        self.add.clicked.connect(self.add_wanted)
        self.head.addWidget(self.add)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.px(6))
        self.body.addLayout(self._lines)

    def show_lines(self, lines: Sequence[FactLine], *, may_edit: bool) -> None:
        """Show other lines; without leave to edit they stand there without their verbs."""
        clear_layout(self._lines)
        self.add.setEnabled(may_edit)
        if not lines:
            self._lines.addWidget(Text(self._theme, self._nothing, "body", "muted", wrap=True))
        for number, line in enumerate(lines):
            if number:
                self._lines.addWidget(Divider())
            self._lines.addLayout(self._line(number, line, may_edit=may_edit))

    def _line(self, number: int, line: FactLine, *, may_edit: bool) -> QHBoxLayout:
        theme = self._theme
        across = QHBoxLayout()
        across.setSpacing(theme.px(10))
        words = QVBoxLayout()
        words.setSpacing(theme.px(1))
        words.addWidget(Text(theme, line.title, "bodyStrong", wrap=True))
        if line.detail:
            words.addWidget(Text(theme, line.detail, "body", "muted", wrap=True))
        across.addLayout(words, 1)
        if line.badge:
            across.addWidget(Badge(theme, line.badge, line.tone))
        for place, (word, do) in enumerate(line.verbs if may_edit else ()):
            button = Button(theme, word, "link", name=f"{self.objectName()}_{number}_{place}")
            button.setAccessibleName(_("{verb}, {title}").format(verb=word, title=line.title))
            button.clicked.connect(lambda _on=False, do=do: do())
            across.addWidget(button)
        return across
