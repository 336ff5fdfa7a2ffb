"""The first step: a file to choose or to drop, and the imports that were made before."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from outcomes_app.domain.import_plan import ImportBatch
from outcomes_app.text import _, clock_time, day, ngettext
from outcomes_app.ui.tables import Cell, Column, RowsModel
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import PrimaryButton
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.importing.undo_panel import UndoPanel
from outcomes_app.ui.widgets.labels import Icon, Text
from outcomes_app.ui.widgets.rows_table import RowsTable


def added(batch: ImportBatch) -> str:
    """What an import added, in words."""
    patients, treatments, results, days = (
        batch.counts.get(name, 0) for name in ("patients", "treatments", "scores", "diary_days")
    )
    said = (
        (patients, ngettext("{n} patient", "{n} patients", patients)),
        (treatments, ngettext("{n} treatment", "{n} treatments", treatments)),
        (results, ngettext("{n} result", "{n} results", results)),
        (days, ngettext("{n} diary day", "{n} diary days", days)),
    )
    return ", ".join(text.format(n=n) for n, text in said if n) or _("nothing new")


class DropCard(Card):
    """A surface that takes a file dropped on it."""

    dropped = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, margin=20)
        self.setObjectName("import_drop")
        self.setAccessibleName(_("Drop a file here"))
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _one_file(event) is not None:
            self.set_tone("info")
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.set_tone("")

    def dropEvent(self, event: QDropEvent) -> None:
        self.set_tone("")
        path = _one_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)


def _one_file(event: QDropEvent) -> Path | None:
    places = event.mimeData().urls()
    if len(places) == 1 and places[0].isLocalFile():
        return Path(places[0].toLocalFile())
    return None


class ChooseStep(QWidget):
    """`choose_wanted` when the button was pressed, `chosen(Path)` on a drop,
    `undo_wanted(batch, reason)` for an earlier import."""

    choose_wanted = Signal()
    folder_wanted = Signal()
    chosen = Signal(object)
    undo_wanted = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.earlier: RowsModel[ImportBatch] = RowsModel(_columns(), (), self)
        self.table = RowsTable(
            theme, self.earlier, name="import_earlier", label=_("Earlier imports")
        )
        self.undo = UndoPanel(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self._drop_card(theme))
        column.addWidget(self._earlier_card(theme), 1)
        self.table.picked.connect(self._pick)
        self.undo.undo_wanted.connect(self._undo)

    def _drop_card(self, theme: Theme) -> Card:
        card = DropCard(theme)
        card.dropped.connect(self.chosen)
        picture = Icon(theme, "import", "borderStrong", 44)
        words = QVBoxLayout()
        words.setSpacing(theme.px(4))
        words.addWidget(Text(theme, _("Choose a table, or drop it here"), "subtitle"))
        words.addWidget(
            Text(
                theme,
                _(
                    "CSV, TSV or XLSX: patients, treatments, outcomes or a headache diary. Nothing "
                    "is stored before you have seen what it would add."
                ),
                "body",
                "muted",
                wrap=True,
            )
        )
        button = PrimaryButton(theme, _("Choose file"), icon="folder", name="import_choose")
        button.clicked.connect(self.choose_wanted)
        line = QHBoxLayout()
        line.setSpacing(theme.px(18))
        line.addWidget(picture)
        line.addLayout(words, 1)
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(line)
        return card

    def _earlier_card(self, theme: Theme) -> Card:
        card = self._earlier = Card(theme, _("Earlier imports"))
        self._none = Text(
            theme, _("Nothing was imported into this record yet."), "body", "muted", wrap=True
        )
        card.body.addWidget(self._none)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.undo)
        card.body.addStretch(0)
        self.undo.hide()
        return card

    def show_earlier(self, batches: tuple[ImportBatch, ...]) -> None:
        """Show the imports of this record, the newest first."""
        self.earlier.set_rows(batches)
        self._none.setVisible(not batches)
        self.table.setVisible(bool(batches))
        layout = self._earlier.body
        layout.setStretch(layout.count() - 1, 0 if batches else 1)
        self.undo.hide()

    def _pick(self, batch: ImportBatch) -> None:
        self.undo.setVisible(batch.undone_at is None)
        self.undo.ask_about(batch.file_name)

    def _undo(self, reason: str) -> None:
        if self.table.row is not None:
            self.undo_wanted.emit(self.table.row, reason)


def _columns() -> tuple[Column[ImportBatch], ...]:
    def when(batch: ImportBatch) -> str:
        local = batch.made_at.astimezone()
        return f"{day(local.date())} {clock_time(local)}"

    def state(batch: ImportBatch) -> str:
        return _("Undone") if batch.undone_at else _("In the record")

    def state_cell(batch: ImportBatch) -> Cell:
        if batch.undone_at:
            return Cell(badge=_("Undone"), badge_icon="undo")
        return Cell(badge=_("In the record"), badge_tone="ok", badge_icon="check")

    return (
        Column(_("File"), lambda b: b.file_name, stretch=2),
        Column(_("Imported"), when, key=lambda b: b.made_at),
        Column(_("By"), lambda b: b.person_name),
        Column(_("Added"), added, stretch=3),
        Column(_("State"), state, cell=state_cell),
    )
