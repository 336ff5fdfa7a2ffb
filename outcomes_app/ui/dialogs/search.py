"""Ctrl K: one search for names, identifiers and commands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from outcomes_app.domain.patient import PatientSummary
from outcomes_app.text import _, person_name, plain
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.forms import born
from outcomes_app.ui.tables import Cell, Column, RowsModel
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.search_box import SearchBox

_MOST_PATIENTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    cell: Cell
    hint: str
    do: Callable[[], object]


class SearchDialog(QDialog):
    """Type, go down with the arrows, Enter opens. `patient_chosen(PatientId)`."""

    patient_chosen = Signal(object)

    def __init__(self, ctx: AppContext, commands: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        theme = ctx.theme
        self._ctx, self._commands = ctx, tuple(commands)
        self.setObjectName("search")
        self.setWindowTitle(_("Search"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(theme.px(560), theme.px(440))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(14), theme.px(14), theme.px(10))
        column.setSpacing(theme.px(8))
        self._box = SearchBox(theme, _("Name, ID or command"), name="search_text")
        self._box.searched.connect(self._search)
        column.addWidget(self._box)
        columns: tuple[Column[_Found], ...] = (
            Column(
                title=_("Found"),
                text=lambda found: found.cell.text,
                cell=lambda found: found.cell,
                stretch=1,
            ),
            Column(
                title=_("Keys"),
                text=lambda found: found.hint,
                cell=lambda found: Cell(text=found.hint, tone="muted"),
                right=True,
            ),
        )
        self._model = RowsModel(columns, parent=self)
        self._table = RowsTable(
            theme, self._model, name="search_results", label=_("Found"), two_lines=True
        )
        self._table.horizontalHeader().hide()
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._table.opened.connect(self._do)
        self._table.clicked.connect(lambda index: self._do(self._model.row(index)))
        self._box.moved.connect(self._table.go)
        self._box.returnPressed.connect(lambda: self._do(self._table.row))
        column.addWidget(self._table, 1)
        self._state = Text(theme, "", "caption", "muted")
        column.addWidget(self._state)
        self._search("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return  # the box and the table obey it; a dialog would close
        super().keyPressEvent(event)

    def _search(self, text: str) -> None:
        self._show((), text)
        if text:
            from outcomes_app.records import patients

            self._ctx.read(
                self,
                patients.find,
                text,
                limit=_MOST_PATIENTS,
                done=lambda found: self._show(found, text),
                lane="search",
            )

    def _show(self, patients: Sequence[PatientSummary], text: str) -> None:
        today = self._ctx.clock.today()
        rows = [
            _Found(
                cell=Cell(
                    text=person_name(p.family_name, p.given_name) or p.identifier,
                    detail=f"{born(p.birth_date, today)} · {p.identifier}",
                    strong=True,
                ),
                hint="",
                do=lambda patient=p: self.patient_chosen.emit(patient.id),  # type: ignore[misc]
            )
            for p in patients
        ]
        wanted = text.lower()
        rows += [
            _Found(
                cell=Cell(text=plain(action.text()), detail=_("Command")),
                hint=action.shortcut().toString(),
                do=action.trigger,
            )
            for action in self._commands
            if action.isEnabled() and wanted in action.text().lower()
        ]
        self._model.set_rows(rows)
        if rows:
            self._table.choose(0)
        self._state.say("" if rows else _("Nothing found for “{text}”.").format(text=text))

    def _do(self, found: object) -> None:
        if isinstance(found, _Found):
            self.accept()
            found.do()
