"""ChartView: one chart as a picture or, with T, as the table of its numbers; to save and copy."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QStackedLayout, QWidget

from outcomes_app.charts import files
from outcomes_app.charts import style as styles
from outcomes_app.charts.base import Cell, Chart, Spot, Table, shown
from outcomes_app.text import _, day
from outcomes_app.ui import ask
from outcomes_app.ui.actions import Actions
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.tables import Column, RowsModel
from outcomes_app.ui.widgets.chart_canvas import ChartCanvas
from outcomes_app.ui.widgets.rows_table import RowsTable


class ChartView(QWidget):
    """Shows a chart of given data. `treatment_chosen(TreatmentId)` when a point was clicked that
    belongs to a treatment; `table_shown(bool)` when T changed picture into table or back."""

    treatment_chosen = Signal(object)
    table_shown = Signal(bool)

    def __init__(
        self, ctx: AppContext, *, name: str = "chart", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._ctx = ctx
        self._chart: Chart[Any, Any] | None = None
        self._data: Any = None
        self.canvas = ChartCanvas(ctx.theme)
        self.canvas.setObjectName(f"{name}_canvas")
        self.canvas.spot_chosen.connect(self._choose)
        self._layers = QStackedLayout(self)
        self._layers.setContentsMargins(0, 0, 0, 0)
        # Where there is less room than the chart needs it is scrolled, not squeezed.
        self._scroll = QScrollArea()
        self._scroll.setObjectName(f"{name}_scroll")
        self._scroll.setWidget(self.canvas)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._layers.addWidget(self._scroll)
        self._table: RowsTable | None = None
        self._actions = Actions(ctx, self)
        self.toggle_action = self._actions.add(
            self, _("Show as table"), "T", self.toggle_table, name=f"{name}_toggle_table"
        )
        self.toggle_action.setCheckable(True)
        self._save_actions = self._make_actions()
        self.set(None, None)

    def set(self, chart: Chart[Any, Any] | None, data: Any) -> None:
        """Show this chart of these data; None shows nothing."""
        self._chart, self._data = chart, data
        self.canvas.set(chart, data)
        summary = chart.summary(data) if chart is not None else ""
        title = chart.title() if chart is not None else _("Chart")
        for widget in (self, self.canvas):
            widget.setAccessibleName(title)
            widget.setAccessibleDescription(summary)
        for action in (self.toggle_action, *self._save_actions):
            action.setEnabled(chart is not None)
        if self._table is not None:
            self._drop_table()
            if chart is not None:
                self._add_table()

    @property
    def summary(self) -> str:
        """What the chart says, in one sentence."""
        return self.canvas.accessibleDescription()

    @property
    def shows_table(self) -> bool:
        """Whether the table is shown instead of the picture."""
        return self._table is not None

    def toggle_table(self) -> None:
        """Change between picture and table."""
        if self._chart is None:
            return
        if self._table is None:
            self._add_table()
        else:
            self._drop_table()
        self.toggle_action.setChecked(self.shows_table)
        self.table_shown.emit(self.shows_table)

    def menu(self, parent: QWidget) -> QMenu:
        """A fresh menu of what can be done with the chart; it is deleted when it closes."""
        menu = QMenu(parent)
        menu.setObjectName(f"{self.objectName()}_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.toggle_action)
        menu.addSeparator()
        menu.addActions(self._save_actions)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._chart is not None:
            self.menu(self).popup(event.globalPos())

    def _make_actions(self) -> list[QAction]:
        def action(text: str, name: str, do: Callable[[], object]) -> QAction:
            return self._actions.add(self, text, "", do, name=f"{self.objectName()}_{name}")

        return [
            action(_("Copy"), "copy", self.copy),
            action(_("Save picture…"), "save_picture", self.save_picture),
            action(_("Save table…"), "save_table", self.save_table),
        ]

    def _choose(self, spot: Spot) -> None:
        if spot.treatment_id is not None:
            self.treatment_chosen.emit(spot.treatment_id)

    def _add_table(self) -> None:
        if self._chart is None:
            return
        table = self._chart.table(self._data)
        model = RowsModel(_columns(table), table.rows, self)
        self._table = RowsTable(
            self._ctx.theme,
            model,
            name=f"{self.objectName()}_table",
            label=_("{chart}, as a table").format(chart=self._chart.title()),
        )
        self._layers.addWidget(self._table)
        self._layers.setCurrentWidget(self._table)
        self._table.setFocus()

    def _drop_table(self) -> None:
        if self._table is None:
            return
        table, self._table = self._table, None
        self._layers.setCurrentWidget(self._scroll)
        self._layers.removeWidget(table)
        table.model().deleteLater()
        table.deleteLater()
        self.canvas.setFocus()

    def copy(self) -> None:
        """Put the picture and the table's text on the clipboard."""
        if self._chart is None:
            return
        content = QMimeData()
        content.setImageData(self.canvas.grab().toImage())
        content.setText(_tab_separated(self._chart.table(self._data)))
        QGuiApplication.clipboard().setMimeData(content)
        self._ctx.notices.tell(_("Chart copied."))

    def save_picture(self) -> None:
        """Ask for a file and write the picture there: PNG, SVG or PDF by its ending."""
        if self._chart is None:
            return
        kinds = ";;".join(
            (_("PNG picture (*.png)"), _("SVG drawing (*.svg)"), _("PDF document (*.pdf)"))
        )
        proposed = Path.home() / f"{self._chart.name}.png"
        ask.choose_new_file(self, _("Save picture"), proposed, kinds, self._write)

    def save_table(self) -> None:
        """Ask for a file and write the table there as CSV."""
        if self._chart is None:
            return
        proposed = Path.home() / f"{self._chart.name}.csv"
        kinds = _("CSV table (*.csv)")
        ask.choose_new_file(self, _("Save table"), proposed, kinds, self._write)

    def _write(self, path: Path) -> None:
        if self._chart is None:
            return
        self._ctx.work(
            self,
            files.save,
            self._chart,
            self._data,
            styles.style("light"),
            path,
            width=max(self.canvas.width(), 640),
            height=max(self.canvas.height(), 420),
            done=self._saved,
        )

    def _saved(self, path: Path) -> None:
        self._ctx.notices.tell(_("Saved: {file}").format(file=path.name))


def _columns(table: Table) -> tuple[Column[tuple[Cell, ...]], ...]:
    def column(index: int, title: str) -> Column[tuple[Cell, ...]]:
        numbers = all(not isinstance(row[index], str) for row in table.rows)
        return Column(title, lambda row: _words(row[index]), right=numbers)

    return tuple(column(i, c.title) for i, c in enumerate(table.columns))


def _words(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return day(cell)
    return shown(cell, 2)


def _tab_separated(table: Table) -> str:
    lines = ["\t".join(c.title for c in table.columns)]
    lines += ["\t".join("" if c is None else _words(c) for c in row) for row in table.rows]
    return "\n".join(lines)
