"""The third step: what the columns mean, as a mapping that can be saved and used again."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.catalog import Catalog
from outcomes_app.domain.import_plan import ImportProblem
from outcomes_app.exchange.base import Table
from outcomes_app.exchange.mapping import Mapping
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, SegmentedControl
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.importing.inputs import Choice
from outcomes_app.ui.widgets.importing.meaning_outcomes import DiaryPart, OutcomesPart
from outcomes_app.ui.widgets.importing.meaning_parts import (
    DaysPart,
    PatientPart,
    TreatmentPart,
    row_day,
)
from outcomes_app.ui.widgets.labels import Text

GUESS = "*guess*"
# Below this width (at 100 % text) the parts stand below each other.
_BESIDE_FROM = 940


class MeaningStep(QWidget):
    """`mapping_chosen(name)` asks for a saved mapping, `save_wanted(Mapping)` to save this one;
    `changed` when a person said something else."""

    mapping_chosen = Signal(str)
    save_wanted = Signal(object)
    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._mapping = Mapping()
        self.saved = Choice(
            [(GUESS, _("a guess from the headings"))],
            name="mapping_saved",
            label=_("Begin with"),
            letters=24,
        )
        self.kind = SegmentedControl(
            theme,
            (("visits", _("Treatments and results")), ("diary", _("Headache diary"))),
            name="mapping_kind",
            label=_("The file holds"),
        )
        self.name = QLineEdit()
        self.name.setObjectName("mapping_name")
        self.name.setAccessibleName(_("Name of the mapping"))
        self.name.setPlaceholderText(_("name to save it under"))
        self.name.setFixedWidth(theme.px(230))
        self.save = Button(theme, _("Save mapping"), name="mapping_save")
        self.patient = PatientPart(theme)
        self.days = DaysPart(theme)
        self.treatment = TreatmentPart(theme)
        self.outcomes = OutcomesPart(theme)
        self.diary = DiaryPart(theme)
        self._open = Card(theme, tone="warn")
        self._open_words = Text(theme, "", "body", "warn", wrap=True)
        self._open.body.addWidget(self._open_words)
        self._open.hide()
        self._build()
        self._connect()

    def _build(self) -> None:
        theme = self._theme
        head = QWidget()
        flow = FlowLayout(head, gap=theme.px(8), line_gap=theme.px(6))
        caption = Text(theme, _("Begin with"), "caption", "muted")
        caption.setBuddy(self.saved)
        self.saved.setFixedWidth(theme.px(300))
        for widget in (caption, self.saved, self.kind, self.name, self.save):
            flow.addWidget(widget)
        inside = QWidget()
        inside.setProperty("page", True)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._columns.setContentsMargins(0, 0, theme.px(6), 0)
        self._columns.setSpacing(theme.px(12))
        for parts in (
            (self.patient, self.days),
            (self.treatment, self.outcomes, self.diary),
        ):
            column = QVBoxLayout()
            column.setSpacing(theme.px(12))
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
            self._columns.addLayout(column, 1)
        area = QScrollArea()
        area.setProperty("page", True)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(12))
        whole.addWidget(head)
        whole.addWidget(self._open)
        whole.addWidget(area, 1)

    def _connect(self) -> None:
        self.saved.picked.connect(lambda: self.mapping_chosen.emit(self.saved.value))
        self.save.clicked.connect(lambda: self.save_wanted.emit(self.mapping()))
        self.kind.chosen.connect(lambda _key: self._moved())
        for part in (self.patient, self.days, self.treatment, self.outcomes, self.diary):
            part.changed.connect(self._moved)

    def offer(self, catalog: Catalog) -> None:
        """Offer what the catalog has."""
        self.treatment.offer(catalog)
        self.outcomes.offer(catalog)

    def offer_saved(self, names: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer saved mappings (key, name)."""
        self.saved.set_items([(GUESS, _("a guess from the headings")), *names])
        self.saved.choose(chosen)

    def show_mapping(self, table: Table, mapping: Mapping) -> None:
        """Show what the columns mean by this mapping."""
        self._mapping = mapping
        self.kind.choose("diary" if mapping.diary is not None else "visits")
        self.name.setText("" if mapping.guessed else mapping.name)
        self.patient.show_part(table, mapping.patient)
        self.days.show_part(table, mapping.start, row_day(mapping))
        self.treatment.show_part(table, mapping.treatment)
        self.outcomes.show_part(table, mapping.outcomes)
        self.diary.show_part(table, mapping.diary)
        self.show_open(())
        self._lay_out()

    def mapping(self) -> Mapping:
        """The mapping as it is said now."""
        when = self.days.when()
        is_diary = self.kind.value == "diary"
        return replace(
            self._mapping,
            name=self.name.text().strip(),
            guessed=False,
            start=self.days.start(),
            patient=self.patient.part(),
            treatment=None if is_diary else self.treatment.part(when),
            outcomes=() if is_diary else self.outcomes.part(when),
            diary=self.diary.part(when) if is_diary else None,
        )

    def show_open(self, problems: Sequence[ImportProblem]) -> None:
        """Show what has still to be said; nothing hides the card."""
        lines = [f"{p.column}: {p.message}" if p.column else p.message for p in problems]
        self._open_words.setText("\n".join(dict.fromkeys(lines)))
        self._open.setVisible(bool(lines))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= self._theme.px(_BESIDE_FROM)
        directions = QBoxLayout.Direction
        self._columns.setDirection(directions.LeftToRight if beside else directions.TopToBottom)

    def _moved(self) -> None:
        self._lay_out()
        self.changed.emit()

    def _lay_out(self) -> None:
        is_diary = self.kind.value == "diary"
        self.diary.setVisible(is_diary)
        self.treatment.setVisible(not is_diary)
        self.outcomes.setVisible(not is_diary)
        self.outcomes.show_times(self.days.by_headings)
