"""The days of a few months, one cell per day, months side by side: a table a reader can read."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.diary_sheet import DiarySheet
from outcomes_app.text import _
from outcomes_app.ui.widgets.diary.words import day_words

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
DAY_ROLE = int(Qt.ItemDataRole.UserRole)
WEEKS = 6
_BLOCK = 8  # seven days and a gap


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One day as it is painted."""

    on: date
    day: DiaryDay | None
    injection: bool
    future: bool


def month_start(on: date, months: int = 0) -> date:
    """The first day of the month, so many months on."""
    index = on.year * 12 + on.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_end(on: date) -> date:
    """The last day of the month."""
    return on.replace(day=monthrange(on.year, on.month)[1])


class DiaryModel(QAbstractTableModel):
    """Months side by side, each seven columns wide with an empty column between."""

    def __init__(self, today: date, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._months = tuple(month_start(today, n) for n in (-2, -1, 0))
        self._sheet: DiarySheet | None = None
        self._injections: frozenset[date] = frozenset()

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month that is shown."""
        return self._months

    def show_months(self, last: date, count: int) -> None:
        """Show so many months up to the one of `last`."""
        months = tuple(month_start(last, n) for n in range(1 - count, 1))
        if months != self._months:
            self.beginResetModel()
            self._months = months
            self.endResetModel()

    def show_sheet(self, sheet: DiarySheet | None, injections: Collection[date]) -> None:
        """Show what is written, and on which days was injected."""
        self._sheet, self._injections = sheet, frozenset(injections)
        self.dataChanged.emit(
            self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
        )

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else WEEKS

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._months) * _BLOCK - 1

    def day_at(self, index: _Index) -> date | None:
        """The day of a cell; None between months and outside them."""
        if not index.isValid() or index.column() % _BLOCK == _BLOCK - 1:
            return None
        first = self._months[index.column() // _BLOCK]
        offset = index.row() * 7 + index.column() % _BLOCK - first.weekday()
        on = first + timedelta(days=offset)
        return on if on.month == first.month and on.year == first.year else None

    def index_of(self, on: date) -> QModelIndex:
        """The cell of a day; invalid where its month is not shown."""
        first = on.replace(day=1)
        if first not in self._months:
            return QModelIndex()
        place = first.weekday() + on.day - 1
        return self.index(place // 7, self._months.index(first) * _BLOCK + place % 7)

    def cell(self, on: date) -> DayCell:
        """What a day's cell shows."""
        return DayCell(
            on=on,
            day=self._sheet.day(on) if self._sheet else None,
            injection=on in self._injections,
            future=on > self._today,
        )

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        on = self.day_at(index)
        if on is None:
            return None
        if role == DAY_ROLE:
            return self.cell(on)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(on.day)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            cell = self.cell(on)
            return day_words(on, cell.day, injection=cell.injection, future=cell.future)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        place = section % _BLOCK
        short = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"), "")
        return short[place]

    def flags(self, index: _Index) -> Qt.ItemFlag:
        on = self.day_at(index)
        if on is None or on > self._today:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
