"""The checks panel: what stands against the visit, what to do, and reasons for going on."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from outcomes_app.domain.safety.engine import Finding, Level
from outcomes_app.domain.treatment import Acknowledgement
from outcomes_app.domain.values import Problem, Severity
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.text import _, ngettext
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.labels import Icon, Text, row
from outcomes_app.ui.widgets.visit_finding import FindingCard
from outcomes_app.ui.widgets.visit_judging import Judgement

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
    """What is to be corrected, the rules that fired, and what signing still asks for."""

    problem_chosen = Signal(object)
    reason_given = Signal(str, str)
    finding_answered = Signal(object, str)
    finding_taken_back = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Checks"), parent=parent)
        self.setObjectName("checksPanel")
        self._theme = theme
        self._shown: object = None
        self._cards: dict[str, FindingCard] = {}
        self._quiet_shown = False
        self.head.addWidget(Text(theme, _("live"), "caption", "muted"))
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(6))
        self.body.addLayout(self._list)

    def show_checks(self, found: Judgement, draft: VisitDraft | None) -> None:
        """Show what stands now; the same list again leaves the panel and its focus alone."""
        answers = draft.reasons if draft is not None else ()
        wanted = (found, answers)
        if wanted == self._shown:
            return
        self._shown = wanted
        clear_layout(self._list)
        self._cards.clear()
        self._add_problems(found, draft)
        said = {a.code: a for a in answers}
        loud = [f for f in found.findings if f.level is not Level.INFO]
        loud.sort(key=lambda f: (f.rule in said, f.level is not Level.BLOCK))
        for finding in loud:
            self._add_finding(finding, said.get(finding.rule))
        if found.missing:
            self._list.addWidget(Text(self._theme, _("Before signing"), "caption", "muted"))
        for problem in found.missing:
            # Nothing is wrong with it yet: it only has to be said.
            self._add_problem(replace(problem, severity=Severity.INFO), "")
        self._add_quiet([f for f in found.findings if f.level is Level.INFO])
        if not (found.problems or found.missing or found.findings):
            words = Text(self._theme, _("Nothing stands against this visit."), wrap=True)
            line = row(Icon(self._theme, "check", "ok", 16), spacing=self._theme.px(8))
            line.addWidget(words, 1)
            self._list.addLayout(line)

    def _add_problems(self, found: Judgement, draft: VisitDraft | None) -> None:
        order = {Severity.ERROR: 0, Severity.CHECK: 1, Severity.INFO: 2}
        for problem in sorted(found.problems, key=lambda p: order[p.severity]):
            self._add_problem(problem, draft.reason_for(problem.code) if draft else "")

    def _add_problem(self, problem: Problem, reason: str) -> None:
        card = ProblemCard(self._theme, problem, reason)
        card.chosen.connect(self.problem_chosen)
        card.reason_given.connect(self.reason_given)
        self._list.addWidget(card)

    def _add_finding(self, finding: Finding, answer: Acknowledgement | None) -> None:
        card = FindingCard(self._theme, finding, answer)
        card.answered.connect(self.finding_answered)
        card.taken_back.connect(self.finding_taken_back)
        self._cards[finding.rule] = card
        self._list.addWidget(card)

    def _add_quiet(self, quiet: list[Finding]) -> None:
        """Information stays folded until somebody asks for it."""
        if not quiet:
            return
        words = ngettext("{n} note for information", "{n} notes for information", len(quiet))
        more = Button(self._theme, words.format(n=len(quiet)), "link", name="quietFindings")
        more.setCheckable(True)
        more.setChecked(self._quiet_shown)
        self._list.addLayout(row(more, None))
        cards = [FindingCard(self._theme, finding, None) for finding in quiet]
        for card in cards:
            self._list.addWidget(card)
            card.setVisible(self._quiet_shown)

        def unfold(shown: bool) -> None:
            self._quiet_shown = shown
            for card in cards:
                card.setVisible(shown)

        more.toggled.connect(unfold)

    def begin(self, finding: Finding) -> FindingCard | None:
        """Give the keyboard to the card of a finding."""
        card = self._cards.get(finding.rule)
        if card is not None:
            card.begin()
        return card


def open_words(found: Judgement, draft: VisitDraft) -> tuple[str, str]:
    """What is open, for the footer: words and tone."""
    waiting = found.open_findings(draft.reasons)
    stops = sum(f.stops_signing for f in waiting)
    errors = stops + sum(p.severity is Severity.ERROR for p in found.problems)
    checks = len(waiting) - stops
    checks += sum(
        p.severity is Severity.CHECK and not draft.reason_for(p.code) for p in found.problems
    )
    missing = len(found.missing)
    parts = []
    if errors:
        parts.append(
            ngettext("{n} thing to correct", "{n} things to correct", errors).format(n=errors)
        )
    if checks:
        parts.append(
            ngettext("{n} check to answer", "{n} checks to answer", checks).format(n=checks)
        )
    if missing:
        parts.append(
            ngettext(
                "{n} thing to say before signing", "{n} things to say before signing", missing
            ).format(n=missing)
        )
    if not parts:
        return _("Ready to sign"), "ok"
    return " · ".join(parts), "danger" if errors else "warn"
