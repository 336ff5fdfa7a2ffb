"""The checks panel: what stands against the visit, what to do, and reasons for going on."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from outcomes_app.domain.values import Problem, Problems, Severity
from outcomes_app.text import _, ngettext
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.labels import Icon, Text, row

_LOOK = {
    Severity.ERROR: ("danger", "danger"),
    Severity.CHECK: ("warn", "warn"),
    Severity.INFO: ("", "info"),
}


class ProblemCard(Card):
    """One problem; choosing it goes to what it concerns."""

    chosen = Signal(object)
    reason_given = Signal(str, str)

    def __init__(
        self, theme: Theme, problem: Problem, reason: str, parent: QWidget | None = None
    ) -> None:
        tone, icon = _LOOK[problem.severity]
        answered = problem.severity is Severity.CHECK and bool(reason)
        super().__init__(theme, tone="ok" if answered else tone, margin=10, parent=parent)
        self.problem = problem
        self.setObjectName(f"problem_{problem.code}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("choice", True)
        self.setAccessibleName(problem.message)
        shown = ("check", "ok") if answered else (icon, icon)
        mark = Icon(theme, shown[0], shown[1], 16)
        mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme.px(3))
        words.addWidget(Text(theme, problem.message, "body", wrap=True))
        if problem.source:
            said = _("Source: {source}").format(source=problem.source)
            if problem.verified is False:
                said = _("{said}. This number has not been verified.").format(said=said)
            words.addWidget(Text(theme, said, "caption", "muted", wrap=True))
        if problem.severity is Severity.CHECK:
            self._add_reason(theme, words, reason)
        line = row(mark, spacing=theme.px(8))
        line.addLayout(words, 1)
        self.body.addLayout(line)

    def _add_reason(self, theme: Theme, words: QVBoxLayout, reason: str) -> None:
        self._reason = QLineEdit(reason)
        self._reason.setObjectName(f"reason_{self.problem.code}")
        self._reason.setAccessibleName(_("Reason to continue"))
        self._reason.setPlaceholderText(_("Reason to continue"))
        record = Button(theme, _("Record reason"), compact=True)
        record.clicked.connect(self._record)
        self._reason.returnPressed.connect(self._record)
        words.addWidget(self._reason)
        words.addLayout(row(record, None))

    def _record(self) -> None:
        self.reason_given.emit(self.problem.code, self._reason.text())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to what it concerns."""
        super().mousePressEvent(event)
        self.chosen.emit(self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to what it concerns."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.problem)
        else:
            super().keyPressEvent(event)


class ChecksPanel(Card):
    """All problems, the gravest first. Nothing here pops up or stops anybody."""

    problem_chosen = Signal(object)
    reason_given = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Checks"), parent=parent)
        self.setObjectName("checksPanel")
        self._theme = theme
        self._shown: tuple[tuple[Problem, str], ...] | None = None
        self.head.addWidget(Text(theme, _("live"), "caption", "muted"))
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(6))
        self.body.addLayout(self._list)

    def show_problems(self, problems: Problems, reason_for: Callable[[str], str]) -> None:
        """Show what stands now; the same list again leaves the panel and its focus alone."""
        order = {Severity.ERROR: 0, Severity.CHECK: 1, Severity.INFO: 2}
        found = sorted(problems, key=lambda p: order[p.severity])
        wanted = tuple((p, reason_for(p.code)) for p in found)
        if wanted == self._shown:
            return
        self._shown = wanted
        clear_layout(self._list)
        for problem, reason in wanted:
            card = ProblemCard(self._theme, problem, reason)
            card.chosen.connect(self.problem_chosen)
            card.reason_given.connect(self.reason_given)
            self._list.addWidget(card)
        if not wanted:
            words = Text(self._theme, _("Nothing stands against this visit."), wrap=True)
            line = row(Icon(self._theme, "check", "ok", 16), spacing=self._theme.px(8))
            line.addWidget(words, 1)
            self._list.addLayout(line)


def open_words(problems: Problems, reason_for: Callable[[str], str]) -> tuple[str, str]:
    """What is open, for the footer: words and tone."""
    errors = sum(p.severity is Severity.ERROR for p in problems)
    checks = sum(p.severity is Severity.CHECK and not reason_for(p.code) for p in problems)
    parts = []
    if errors:
        parts.append(
            ngettext("{n} thing to correct", "{n} things to correct", errors).format(n=errors)
        )
    if checks:
        parts.append(
            ngettext("{n} check without a reason", "{n} checks without a reason", checks).format(
                n=checks
            )
        )
    if not parts:
        return _("Ready to save"), "ok"
    return " · ".join(parts), "danger" if errors else "warn"
