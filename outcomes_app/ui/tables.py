"""Rows and views: one model for every table, told by a tuple of columns what a cell says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")
_Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
SORT_ROLE = ROW_ROLE + 1
CELL_ROLE = ROW_ROLE + 2

_NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """A small line of values in time; None is a gap. `baseline` is drawn as a dotted line."""

    values: tuple[float | None, ...]
    baseline: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How a cell is painted; `text` and `detail` are its two lines."""

    text: str = ""
    detail: str = ""
    strong: bool = False
    tone: str = ""
    detail_tone: str = "muted"
    product_code: str = ""
    badge: str = ""
    badge_tone: str = ""
    badge_icon: str = ""
    spark: Spark | None = None

    @property
    def words(self) -> str:
        """All of it in words, for the screen reader and the tool tip."""
        first = f"{self.product_code} {self.text}".strip()
        return ", ".join(part for part in (self.badge, first, self.detail) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A row that stands over those that follow it."""

    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its title, what it says of a row, and by what it sorts (its text by default).

    `least` and `most` bound its width at 100 % text; an `optional` one goes when there is no room
    for all, so what it says has to stand elsewhere too.
    """

    title: str
    text: Callable[[Row], str]
    key: Callable[[Row], Any] | None = None
    cell: Callable[[Row], Cell] | None = None
    right: bool = False
    stretch: int = 0
    least: int = 0
    most: int = 360
    optional: bool = False


class RowsModel(QAbstractTableModel, Generic[Row]):
    """A tuple of rows under a tuple of columns. It never queries; a Group may stand among rows."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        rows: Sequence[Row | Group] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: tuple[Row | Group, ...] = tuple(rows)

    @property
    def rows(self) -> tuple[Row | Group, ...]:
        """The rows as they stand now."""
        return self._rows

    def set_rows(self, rows: Sequence[Row | Group]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, index: _Index | int) -> Row | Group | None:
        """The row at an index; None outside."""
        number = index if isinstance(index, int) else index.row()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not self.hasIndex(index.row(), index.column()):
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role == ROW_ROLE:
            return row
        if isinstance(row, Group):
            return _group_data(row, index.column(), role)
        return _data(row, column, role)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.right)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._rows[index.row()], Group):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by the column's key; what is missing stays last in both directions."""
        if not 0 <= column < len(self.columns):
            return
        if any(isinstance(row, Group) for row in self._rows):
            return
        chosen = self.columns[column]
        key: Callable[[Any], Any] = chosen.key or chosen.text
        known = [row for row in self._rows if key(row) is not None]
        missing = [row for row in self._rows if key(row) is None]
        known.sort(key=key, reverse=order == Qt.SortOrder.DescendingOrder)
        self.layoutAboutToBeChanged.emit()
        self._rows = (*known, *missing)
        self.layoutChanged.emit()


def _alignment(right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _data(row: Any, column: Column[Any], role: int) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        return column.text(row)
    if role == SORT_ROLE:
        return (column.key or column.text)(row)
    if role == CELL_ROLE:
        return column.cell(row) if column.cell else Cell(text=column.text(row))
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return _alignment(column.right)
    if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
        words = column.cell(row).words if column.cell else column.text(row)
        return f"{column.title}: {words}" if role == Qt.ItemDataRole.AccessibleTextRole else words
    return None


def _group_data(group: Group, column: int, role: int) -> Any:
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return f"{group.title} {group.count}" if column == 0 else ""
    return None
