"""One safety rule that fired, as a card in the checks panel: fact, reason, source, and the answer
it takes. Nothing here pops up."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from outcomes_app.domain.safety.engine import Finding, Level, Override
from outcomes_app.domain.treatment import Acknowledgement
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.labels import Icon, Text, row


class FindingCard(Card):
    """Emits `answered(Finding, reason)` and `taken_back(Finding)`."""

    answered = Signal(object, str)
    taken_back = Signal(object)

    def __init__(
        self,
        theme: Theme,
        finding: Finding,
        answer: Acknowledgement | None,
        parent: QWidget | None = None,
    ) -> None:
        self._standing = answer is not None and answer.fact in ("", finding.fact)
        tone, icon = _look(finding, answered=self._standing)
        super().__init__(theme, tone=tone, margin=10, parent=parent)
        self.finding = finding
        self._theme = theme
        self._reason: QLineEdit | None = None
        self._button: Button | None = None
        self.setObjectName(f"finding_{finding.rule}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{level_words(finding)}: {finding.fact} {finding.reason}")
        mark = Icon(theme, icon, tone or "info", 16)
        mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme.px(3))
        words.addWidget(Text(theme, finding.fact, "body", wrap=True))
        words.addWidget(Text(theme, finding.reason, "caption", "muted", wrap=True))
        words.addWidget(Text(theme, source_words(finding), "caption", "muted", wrap=True))
        self._add_answer(words, answer)
        line = row(mark, spacing=theme.px(8))
        line.addLayout(words, 1)
        self.body.addLayout(line)

    def _add_answer(self, words: QVBoxLayout, answer: Acknowledgement | None) -> None:
        theme, finding = self._theme, self.finding
        if finding.level is Level.INFO:
            return
        if finding.stops_signing:
            words.addWidget(
                Text(theme, _("Correct it: no reason lifts this."), "caption", "danger", wrap=True)
            )
            return
        if self._standing and answer is not None:
            said = _("Reason recorded: {reason}").format(reason=answer.reason)
            words.addWidget(
                Text(theme, said if answer.reason else _("Acknowledged"), "bodyStrong", wrap=True)
            )
            back = Button(theme, _("Take back"), "link", compact=True)
            back.clicked.connect(lambda: self.taken_back.emit(finding))
            words.addLayout(row(back, None))
            return
        if answer is not None:
            lapsed = _("The data changed, so the earlier answer has lapsed.")
            words.addWidget(Text(theme, lapsed, "caption", "warn", wrap=True))
        needed = finding.level is Level.BLOCK
        if finding.override is Override.REASON:
            self._reason = QLineEdit(answer.reason if answer else "")
            self._reason.setObjectName(f"reason_{finding.rule}")
            self._reason.setAccessibleName(_("Reason to continue"))
            self._reason.setPlaceholderText(
                _("Reason to continue") if needed else _("Reason, may stay empty")
            )
            self._reason.returnPressed.connect(self._record)
            words.addWidget(self._reason)
        said = _("Record reason") if needed else _("Acknowledge")
        self._button = Button(theme, said, compact=True, name=f"answer_{finding.rule}")
        self._button.clicked.connect(self._record)
        words.addLayout(row(self._button, None))

    def _record(self) -> None:
        reason = self._reason.text().strip() if self._reason is not None else ""
        if self.finding.level is Level.BLOCK and not reason and self._reason is not None:
            self._reason.setFocus()
            return
        self.answered.emit(self.finding, reason)

    def begin(self) -> None:
        """Give the keyboard to what answers this finding."""
        needed = self.finding.level is Level.BLOCK
        first = self._reason if needed and self._reason is not None else self._button
        (first or self).setFocus(Qt.FocusReason.OtherFocusReason)


def _look(finding: Finding, *, answered: bool) -> tuple[str, str]:
    if finding.level is Level.INFO:
        return "", "info"
    if answered and not finding.stops_signing:
        return "ok", "check"
    return ("danger", "danger") if finding.level is Level.BLOCK else ("warn", "warn")


def level_words(finding: Finding) -> str:
    """How grave a finding is, in a word."""
    return {
        Level.BLOCK: _("Stop"),
        Level.WARN: _("Check"),
        Level.INFO: _("Information"),
    }[finding.level]


def source_words(finding: Finding) -> str:
    """Where the limit comes from, and whether anybody has verified it."""
    named = finding.cite or ", ".join(finding.sources)
    said = _("Source: {source}").format(source=named) if named else _("No source is named")
    return said if finding.verified else _("{said}. Not verified.").format(said=said)
