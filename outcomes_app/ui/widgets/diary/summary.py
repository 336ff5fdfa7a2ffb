"""DiarySummary: what 28 days add up to, how many were recorded and what the rest could hide."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from PySide6.QtWidgets import QVBoxLayout, QWidget

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryCount, NotValid
from outcomes_app.analysis.windows import BLOCK_DAYS, Span
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _, day, ngettext, number
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text


class DiarySummary(Card):
    """The 28 days up to the focused one, counted by the definition in force."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("28 days"), parent=parent)
        self.setObjectName("diary_summary")
        self._theme = theme
        self._span = Text(theme, "", "caption", "muted")
        self.head.addWidget(self._span)
        box = QWidget()
        flow = FlowLayout(box, gap=theme.px(20), line_gap=theme.px(10), fill=True)
        self._cells: dict[str, tuple[Text, Text]] = {}
        for instrument, words in _measures():
            value = Text(theme, "", "subtitle")
            value.setObjectName(f"sum_{instrument}")
            detail = Text(theme, "", "caption", "muted", wrap=True)
            block = QWidget()
            block.setMinimumWidth(theme.px(138))
            column = QVBoxLayout(block)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.px(1))
            for label in (Text(theme, words, "caption", "muted", wrap=True), value, detail):
                column.addWidget(label)
            column.addStretch(1)
            flow.addWidget(block)
            self._cells[instrument] = (value, detail)
        self.body.addWidget(box)
        self._missing = Text(theme, "", "body", "info", wrap=True)
        self._missing.setObjectName("diary_missing")
        self.body.addWidget(self._missing)
        self._rule = Text(theme, "", "caption", "muted", wrap=True)
        self.body.addWidget(self._rule)

    def show_days(self, diary: Mapping[date, DiaryDay], last: date) -> None:
        """Count the 28 days that end on `last`."""
        span = Span(start=last - timedelta(days=BLOCK_DAYS - 1), end=last)
        self._span.setText(_("{first} to {last}").format(first=day(span.start), last=day(span.end)))
        for instrument, (value, detail) in self._cells.items():
            found = diary_counts.count(InstrumentId(instrument), diary, span)
            value.setText(value_words(found))
            detail.setText(detail_words(found))
        empty = sum(span.start + timedelta(days=n) not in diary for n in range(BLOCK_DAYS))
        self._missing.setText(
            ngettext(
                "{n} day without an entry counts as missing, not as free of headache.",
                "{n} days without an entry count as missing, not as free of headache.",
                empty,
            ).format(n=empty)
        )
        self._missing.setVisible(bool(empty))
        self._rule.setText(
            _(
                "Headache day: {definition}. Per 28 days where at least {least} days are recorded "
                "and no gap is longer than {gap}."
            ).format(
                definition=CLINIC_RULES.definition.words,
                least=CLINIC_RULES.minimum_recorded,
                gap=CLINIC_RULES.longest_gap,
            )
        )


def value_words(found: DiaryCount) -> str:
    """The number per 28 days to one decimal, or a dash where too little is recorded."""
    return "–" if found.value is None else number(_decimal(found.value), 1)


def detail_words(found: DiaryCount) -> str:
    """How much of it was recorded, and between which numbers the truth lies."""
    lines = [_("{n}/28 recorded").format(n=found.recorded)]
    if found.low != found.high:
        lines.append(
            _("between {low} and {high}").format(
                low=number(_decimal(found.low)), high=number(_decimal(found.high))
            )
        )
    if found.reason is NotValid.TOO_FEW_DAYS:
        lines.insert(0, _("not enough diary"))
    if found.reason is NotValid.LONG_GAP:
        lines.insert(0, _("gap of {n} days").format(n=found.longest_gap))
    return "\n".join(lines)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _measures() -> tuple[tuple[str, str], ...]:
    return (
        ("headache_days_28", _("Headache days")),
        ("migraine_days_28", _("Migraine days")),
        ("modsev_headache_days_28", _("Moderate or severe days")),
        ("crystal_clear_days_28", _("Crystal-clear days")),
        ("acute_med_days_28", _("Acute-medicine days")),
    )
