"""ScoreCard: the numbers while the answers come, how many questions stand behind them, by which
rule, and what is worth saying."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from outcomes_app.domain.instruments import Instrument
from outcomes_app.domain.scoring import Scoring
from outcomes_app.domain.values import Score, Severity
from outcomes_app.text import _, number
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.labels import Text


class ScoreCard(Card):
    """Shows a Scoring; None says that nothing is answered yet."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Score"), parent=parent)
        self.setObjectName("score_card")
        self._theme = theme
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.px(6))
        self.body.addLayout(self._lines)

    def show_scoring(self, instrument: Instrument, found: Scoring | None, problem: str) -> None:
        """Show the numbers, or why there are none."""
        clear_layout(self._lines)
        if problem:
            self._say(problem, "body", "danger")
        elif found is None:
            self._say(_("Nothing is answered yet."), "body", "muted")
        else:
            for score in found.scores:
                self._say(score_words(instrument, score), "bodyStrong", "")
                if detail := basis_words(score):
                    self._say(detail, "caption", "muted")
            for remark in found.remarks:
                tone = "info" if remark.severity is Severity.INFO else "warn"
                self._say(remark.message, "body", tone)
        for warning in instrument.warnings:
            self._say(warning, "caption", "muted")

    def _say(self, words: str, role: str, tone: str) -> None:
        self._lines.addWidget(Text(self._theme, words, role, tone, wrap=True))


def score_words(instrument: Instrument, score: Score) -> str:
    """A number with its name and its band: "HIT-6 total 64 (severe)"."""
    scale = instrument.scale(score.part)
    name = scale.name if scale else score.part
    place = score.part.partition(":")[2].replace("_", " ")
    if place:
        name = f"{name}, {place}"
    if score.value is None:
        return _("{name} not scored").format(name=name)
    said = _("{name} {value}").format(name=name, value=number(score.value, 2))
    band = scale.band(score.value) if scale else None
    return f"{said} ({band.label.replace('_', ' ')})" if band else said


def basis_words(score: Score) -> str:
    """How many questions were answered, and the rule with its version."""
    parts = []
    if score.answered is not None and score.items is not None:
        parts.append(_("answered {n} of {all}").format(n=score.answered, all=score.items))
    if score.rule:
        parts.append(_("rule {rule}").format(rule=score.rule))
    return ", ".join(parts)
