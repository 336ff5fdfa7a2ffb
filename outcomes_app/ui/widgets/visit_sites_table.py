"""The rows of a plan: the same points as on the map, walked with arrows and typed into."""

from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from outcomes_app.text import _
from outcomes_app.ui.forms import Unreadable, read_number
from outcomes_app.ui.widgets.bodymap import PlanModel, naming

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
NUMBER, SITE, UNITS = range(3)


class SitesModel(QAbstractTableModel):
    """Rows of a PlanModel: number, site with its side, units."""

    def __init__(self, plan_model: PlanModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._plan_model = plan_model
        self._count = 0
        self.refused = ""
        plan_model.changed.connect(self.follow)

    def follow(self) -> None:
        """The plan changed: keep rows where only their contents did."""
        count = len(self._plan_model.plan.points)
        if count != self._count:
            self.beginResetModel()
            self._count = count
            self.endResetModel()
        elif count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, UNITS))

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (_("#"), _("Site"), _("Units"))[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        points = self._plan_model.plan.points
        if not index.isValid() or index.row() >= len(points):
            return None
        point = points[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if column == SITE else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return naming.accessible_name(
                self._plan_model.plan,
                point,
                self._plan_model.sites,
                self._plan_model.comparison,
                uneven=point.id in self._plan_model.uneven,
            )
        if role == Qt.ItemDataRole.ToolTipRole and point.note:
            return point.note
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        if column == NUMBER:
            return index.row() + 1
        if column == UNITS:
            return naming.short_units(point) if point.units is not None else ""
        return self._plan_model.name(point) + (" •" if point.note else "")

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Typed units; what cannot be read leaves the old number and says why."""
        if role != Qt.ItemDataRole.EditRole or index.column() != UNITS:
            return False
        point = self._plan_model.plan.points[index.row()]
        try:
            units = read_number(str(value))
        except Unreadable as error:
            self.refused = str(error)
            return False
        if units is not None and not Decimal(0) < units < Decimal(100_000):
            self.refused = _("Write units above 0.")
            return False
        self.refused = ""
        chosen = self._plan_model.selection
        # Typed into one of several chosen rows, the number is meant for all of them.
        self._plan_model.set_units(chosen if point.id in chosen else (point.id,), units)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return base | Qt.ItemFlag.ItemIsEditable if index.column() == UNITS else base


class SitesTable(QTableView):
    """Arrow keys walk the sites; a digit starts typing units; Del removes."""

    remove_requested = Signal()
    note_requested = Signal()

    def sizeHintForRow(self, row: int) -> int:
        """A little air above and below wrapped names."""
        return super().sizeHintForRow(row) + self.fontMetrics().height() // 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Long names wrap, so that rows are as tall as their names need."""
        super().resizeEvent(event)
        self.resizeRowsToContents()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything the map can do to a site, by the same keys."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
            return
        if event.key() == Qt.Key.Key_N and not event.modifiers():
            self.note_requested.emit()
            return
        now = self.currentIndex()
        typed = event.text()[:1]
        if now.isValid() and (typed.isdigit() or event.key() == Qt.Key.Key_Return):
            self.setCurrentIndex(now.siblingAtColumn(UNITS))
        super().keyPressEvent(event)
