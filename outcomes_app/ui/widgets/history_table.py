"""HistoryTable: who changed what in this record, and why; nothing is ever taken out of it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from outcomes_app.domain.trail import TrailEntry
from outcomes_app.text import _, clock_time, day
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.tables import Cell, Column, RowsModel
from outcomes_app.ui.widgets.rows_table import RowsTable

_MOST_FIELDS = 4


class HistoryTable(QWidget):
    """Read-only, the newest first."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = ctx.theme
        self.setProperty("page", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        frame = QFrame()
        frame.setProperty("tableFrame", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        columns: tuple[Column[TrailEntry], ...] = (
            Column(_("When"), _when, key=lambda e: e.seq, cell=_when_cell),
            Column(_("Who"), lambda e: e.person_name or _("the program"), stretch=1),
            Column(_("What"), _what, cell=lambda e: Cell(text=_what(e), strong=True), stretch=1),
            Column(_("Changed"), _changed, stretch=4),
            Column(_("Reason"), lambda e: e.reason, stretch=2),
        )
        self._model = RowsModel(columns, parent=self)
        table = RowsTable(
            theme,
            self._model,
            name="history_table",
            label=_("History of changes"),
            two_lines=True,
            sortable=True,
        )
        inside.addWidget(table)
        column.addWidget(frame)

    def show_entries(self, entries: Sequence[TrailEntry]) -> None:
        """Show other entries."""
        self._model.set_rows(entries)


def _when(entry: TrailEntry) -> str:
    return f"{day(entry.at.astimezone().date())} {clock_time(entry.at)}"


def _when_cell(entry: TrailEntry) -> Cell:
    return Cell(text=day(entry.at.astimezone().date()), detail=clock_time(entry.at))


def _what(entry: TrailEntry) -> str:
    entities = {
        "patient": _("Patient"),
        "treatment": _("Treatment"),
        "assessment": _("Assessment"),
        "diary_day": _("Diary day"),
        "diary": _("Diary"),
        "adverse_event": _("Adverse event"),
        "import_batch": _("Import"),
        "practice": _("Practice"),
        "person": _("Person"),
    }
    actions = {
        "recorded": _("recorded"),
        "corrected": _("corrected"),
        "voided": _("voided"),
        "signed": _("signed"),
        "amended": _("amended"),
    }
    entity = entities.get(entry.entity, entry.entity.replace("_", " "))
    return f"{entity} {actions.get(entry.action, entry.action)}".strip()


def _changed(entry: TrailEntry) -> str:
    shown = [
        f"{change.field.replace('_', ' ')}: {change.before or '–'} → {change.after or '–'}"
        for change in entry.changes[:_MOST_FIELDS]
    ]
    more = len(entry.changes) - len(shown)
    if more > 0:
        shown.append(_("{n} more").format(n=more))
    if not shown:
        shown = [f"{count} × {table.replace('_', ' ')}" for table, count in entry.added]
    return "; ".join(shown)
