"""Pasting a column of a spreadsheet into the diary: what it would set is shown before it is set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.diary_sheet import DiarySheet, PainScale, pain_written
from outcomes_app.text import _, ngettext, weekday_and_day
from outcomes_app.ui.tables import Column, RowsModel
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton, SegmentedControl
from outcomes_app.ui.widgets.diary.words import headache_words
from outcomes_app.ui.widgets.labels import Text, row
from outcomes_app.ui.widgets.rows_table import RowsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedDay:
    """One line of the column: `value` None with a `problem`, or an empty line that sets nothing."""

    on: date
    text: str
    value: int | None = None
    problem: str = ""


def read_column(text: str, first: date, today: date, scale: PainScale) -> tuple[PastedDay, ...]:
    """The lines of a pasted column, one day each from `first` on. Empty lines stay no entry."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    found = []
    for number, line in enumerate(lines):
        cell = line.split("\t")[0].strip()
        on = first + timedelta(days=number)
        whole = cell.removesuffix(".0").removesuffix(",0")
        if not cell:
            found.append(PastedDay(on=on, text=cell))
        elif on > today:
            found.append(PastedDay(on=on, text=cell, problem=_("still to come, left out")))
        elif whole.isascii() and whole.isdigit() and int(whole) <= scale.most:
            found.append(PastedDay(on=on, text=cell, value=int(whole)))
        else:
            found.append(PastedDay(on=on, text=cell, problem=_("not understood, left out")))
    return tuple(found)


def likely_scale(text: str, typed: PainScale) -> PainScale:
    """What the numbers of a column probably are: the scale in use where they fit it."""
    numbers = [int(word) for word in text.split() if word.isascii() and word.isdigit()]
    most = max(numbers, default=0)
    if most <= 1:
        return PainScale.YES_NO
    return typed if most <= typed.most else PainScale.PAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A column as it came from the clipboard, and where in which diary it shall go."""

    sheet: DiarySheet
    text: str
    first: date
    today: date
    typed: PainScale


class PasteDialog(QDialog):
    """`accepted_values(dict[date, int], PainScale)` once the preview was agreed to."""

    accepted_values = Signal(object, object)

    def __init__(self, theme: Theme, pasted: Pasted, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._pasted, self._sheet = theme, pasted, pasted.sheet
        self._days: tuple[PastedDay, ...] = ()
        self.setObjectName("paste_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Paste into the diary"))
        self.resize(theme.px(620), theme.px(560))
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(10))
        column.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        column.addWidget(Text(theme, _("Paste into the diary"), "title"))
        self._scale = SegmentedControl(
            theme,
            (
                (PainScale.YES_NO.value, _("0 no, 1 yes")),
                (PainScale.SEVERITY.value, _("0–3 severity")),
                (PainScale.PAIN.value, _("0–10 pain")),
            ),
            name="paste_scale",
            label=_("The numbers mean"),
        )
        self._scale.choose(likely_scale(pasted.text, pasted.typed).value)
        self._scale.chosen.connect(lambda _key: self._read())
        column.addWidget(Text(theme, _("The numbers mean"), "caption", "muted"))
        column.addWidget(self._scale)
        self._model = RowsModel(self._columns(), parent=self)
        self._table = RowsTable(theme, self._model, name="paste_table", label=_("What it will set"))
        column.addWidget(self._table, 1)
        self._summary = Text(theme, "", "bodyStrong", wrap=True)
        self._summary.setObjectName("paste_summary")
        column.addWidget(self._summary)
        cancel = Button(theme, _("Cancel"), name="paste_cancel")
        cancel.clicked.connect(self.reject)
        self._set = PrimaryButton(theme, _("Set days"), name="paste_set")
        self._set.setDefault(True)
        self._set.clicked.connect(self._agree)
        column.addLayout(row(None, cancel, self._set))
        self._read()
        self._set.setFocus()

    @property
    def scale(self) -> PainScale:
        """What the numbers mean."""
        return PainScale(self._scale.value)

    @property
    def values(self) -> Mapping[date, int]:
        """What would be set on which day."""
        return {d.on: d.value for d in self._days if d.value is not None}

    def _columns(self) -> tuple[Column[PastedDay], ...]:
        return (
            Column(_("Day"), lambda d: weekday_and_day(d.on), stretch=1),
            Column(_("Pasted"), lambda d: d.text, stretch=1),
            Column(_("Now"), lambda d: headache_words(self._sheet.day(d.on)), stretch=2),
            Column(_("Will be"), self._after, stretch=2),
        )

    def _after(self, pasted: PastedDay) -> str:
        if pasted.value is None:
            return pasted.problem or _("stays as it is")
        empty = DiaryDay(patient_id=self._sheet.patient_id, day=pasted.on)
        before = self._sheet.day(pasted.on) or empty
        return headache_words(pain_written(before, pasted.value, self.scale))

    def _read(self) -> None:
        given = self._pasted
        self._days = read_column(given.text, given.first, given.today, self.scale)
        self._model.set_rows(self._days)
        values = self.values
        over = sum(
            self._sheet.day(on) is not None
            and headache_words(self._sheet.day(on)) != self._after(pasted)
            for on, pasted in ((d.on, d) for d in self._days)
            if on in values
        )
        out = sum(bool(d.problem) for d in self._days)
        said = [ngettext("Sets {n} day", "Sets {n} days", len(values)).format(n=len(values))]
        if over:
            said.append(
                ngettext("{n} entry is replaced", "{n} entries are replaced", over).format(n=over)
            )
        if out:
            said.append(
                ngettext("{n} line is left out", "{n} lines are left out", out).format(n=out)
            )
        self._summary.setText(". ".join(said) + ".")
        self._set.setEnabled(bool(values))

    def _agree(self) -> None:
        self.accepted_values.emit(self.values, self.scale)
        self.accept()
