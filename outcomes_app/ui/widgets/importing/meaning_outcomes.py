"""The parts of the third step about results and diary days."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from outcomes_app.catalog import Catalog
from outcomes_app.exchange.base import Table
from outcomes_app.exchange.mapping import DIARY_FIELDS, DiaryColumns, OutcomeColumn, When
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, IconButton
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.fields import NumberField
from outcomes_app.ui.widgets.importing.inputs import Choice, ColumnChoice
from outcomes_app.ui.widgets.labels import Captioned, Text


def measures(catalog: Catalog) -> list[tuple[str, str]]:
    """Every number that can be recorded, as "instrument/part" and its name."""
    found = {
        f"{scale.instrument}/{scale.part}": scale.name
        for instrument in catalog.instruments.values()
        for scale in instrument.scales
    }
    for measure in catalog.measures.values():
        scale = measure.scale
        found.setdefault(f"{scale.instrument}/{scale.part}", measure.name)
    return sorted(found.items(), key=lambda item: item[1].casefold())


class _OutcomeLine(QWidget):
    """One result: its column, its measure, and its time where headings say the time."""

    changed = Signal()
    removed = Signal()

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[str],
        items: Sequence[tuple[str, str]],
        outcome: OutcomeColumn,
    ) -> None:
        super().__init__()
        self._kept = outcome
        self.column = ColumnChoice(name="outcome_column", label=_("Column of the result"))
        self.column.setMinimumContentsLength(8)
        self.column.set_columns(columns)
        self.column.choose(outcome.column)
        self.measure = Choice(
            [("", _("choose or type a measure")), *items],
            name="outcome_measure",
            label=_("Measure"),
            typed=True,
            letters=8,
        )
        self.measure.choose(f"{outcome.instrument}/{outcome.part}")
        self.offset = NumberField(
            name="outcome_offset", label=_("Time"), low=Decimal(-1000), high=Decimal(1000)
        )
        self.offset.setPlaceholderText(_("time"))
        self.offset.setMaximumWidth(theme.px(64))
        self.offset.set_value(outcome.when.offset)
        self.unit = Choice(
            [("weeks", _("weeks")), ("days", _("days")), ("months", _("months"))],
            name="outcome_unit",
            label=_("Unit of time"),
            letters=6,
        )
        self.unit.choose(outcome.when.unit)
        self.unit.setMaximumWidth(theme.px(110))
        remove = IconButton(theme, "remove", _("Remove this result"), name="outcome_remove")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(6))
        line.addWidget(self.column, 2)
        line.addWidget(self.measure, 3)
        line.addWidget(self.offset)
        line.addWidget(self.unit)
        line.addWidget(remove)
        for choice in (self.column, self.measure, self.unit):
            choice.picked.connect(self.changed)
        self.offset.editingFinished.connect(self.changed)
        remove.clicked.connect(self.removed)

    def show_times(self, by_headings: bool) -> None:
        """Show the time only where each column has its own."""
        self.offset.setVisible(by_headings)
        self.unit.setVisible(by_headings)

    def outcome(self, when: When, *, by_headings: bool) -> OutcomeColumn:
        """What this line says."""
        instrument, _slash, part = self.measure.value.partition("/")
        own = When(offset=self.offset.value(), unit=self.unit.value) if by_headings else when
        return replace(
            self._kept,
            column=self.column.value,
            instrument=instrument,
            part=part or "total",
            when=own,
        )


class OutcomesPart(Card):
    """The results of the file, one line each."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Results"))
        self._theme = theme
        self._items: list[tuple[str, str]] = []
        self._columns: tuple[str, ...] = ()
        self._by_headings = False
        self._none = Text(theme, _("No column is a result yet."), "body", "muted", wrap=True)
        self.body.addWidget(self._none)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.px(6))
        self.body.addLayout(self._lines)
        self.add = Button(theme, _("Add a result"), "soft", icon="add", name="outcome_add")
        self.add.clicked.connect(self._add_empty)
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addStretch(1)
        self.body.addLayout(line)

    def offer(self, catalog: Catalog) -> None:
        """Offer the measures of the catalog."""
        self._items = measures(catalog)

    def show_part(self, table: Table, outcomes: Sequence[OutcomeColumn]) -> None:
        """Show the results."""
        clear_layout(self._lines)
        self._columns = table.columns
        for outcome in outcomes:
            self._add(outcome)
        self._count()

    def show_times(self, by_headings: bool) -> None:
        """Show times at the lines, where the headings say them."""
        self._by_headings = by_headings
        for line in self.lines:
            line.show_times(by_headings)

    def part(self, when: When) -> tuple[OutcomeColumn, ...]:
        """What the person said."""
        return tuple(
            line.outcome(when, by_headings=self._by_headings)
            for line in self.lines
            if line.column.value or line.measure.value
        )

    @property
    def lines(self) -> list[_OutcomeLine]:
        """The lines as they stand."""
        found = (self._lines.itemAt(at) for at in range(self._lines.count()))
        widgets = (item.widget() for item in found if item is not None)
        return [widget for widget in widgets if isinstance(widget, _OutcomeLine)]

    def _add(self, outcome: OutcomeColumn) -> None:
        line = _OutcomeLine(self._theme, self._columns, self._items, outcome)
        line.show_times(self._by_headings)
        line.changed.connect(self.changed)
        line.removed.connect(lambda: self._remove(line))
        self._lines.addWidget(line)

    def _add_empty(self) -> None:
        self._add(OutcomeColumn(column=""))
        self._count()
        self.lines[-1].column.setFocus()

    def _remove(self, line: _OutcomeLine) -> None:
        self._lines.removeWidget(line)
        line.hide()
        line.setParent(None)
        line.deleteLater()
        self._count()
        self.changed.emit()

    def _count(self) -> None:
        self._none.setVisible(not self.lines)


class DiaryPart(Card):
    """What the columns of a headache diary hold."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Headache diary"))
        self.body.addWidget(
            Text(
                theme,
                _("One row is one day. A day without a row stays unknown."),
                "body",
                "muted",
                wrap=True,
            )
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(8))
        self.fields: dict[str, ColumnChoice] = {}
        for at, name in enumerate(DIARY_FIELDS):
            choice = ColumnChoice(name=f"diary_{name}", label=_diary_words()[name])
            choice.picked.connect(self.changed)
            self.fields[name] = choice
            grid.addWidget(Captioned(theme, _diary_words()[name], choice), at // 2, at % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)

    def show_part(self, table: Table, diary: DiaryColumns | None) -> None:
        """Show the columns of the diary."""
        for name, choice in self.fields.items():
            choice.set_columns(table.columns)
            choice.choose(diary.columns.get(name, "") if diary else "")

    def part(self, when: When) -> DiaryColumns:
        """What the person said."""
        said = {name: choice.value for name, choice in self.fields.items() if choice.value}
        return DiaryColumns(when=when, columns=said)


def _diary_words() -> dict[str, str]:
    return {
        "headache": _("Headache, yes or no"),
        "peak_pain": _("Worst pain, 0 to 10"),
        "peak_severity": _("Severity, 0 to 3"),
        "duration_hours": _("Hours of headache"),
        "unilateral": _("On one side"),
        "pulsating": _("Pulsating"),
        "worse_with_activity": _("Worse with activity"),
        "nausea": _("Nausea"),
        "vomiting": _("Vomiting"),
        "photophobia": _("Light hard to bear"),
        "phonophobia": _("Noise hard to bear"),
        "aura_minutes": _("Aura, minutes"),
        "acute_medicine": _("Acute medicine"),
        "menses": _("Menstruation"),
        "work_missed_hours": _("Work missed, hours"),
        "note": _("Note"),
    }
