"""DiaryGrid: months of days under the keyboard. One key writes a day and goes on to the next."""

from collections.abc import Collection
from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from outcomes_app.domain.diary_sheet import DiarySheet, PainScale
from outcomes_app.text import _
from outcomes_app.ui.actions import is_single_letter
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.diary.model import WEEKS, DiaryModel, month_end, month_start
from outcomes_app.ui.widgets.diary.painting import DayDelegate
from outcomes_app.ui.widgets.diary.words import day_words

_MOST_MONTHS = 3
_MONTH_NEEDS = 236
_GAP = 14
_TALLEST, _LOWEST = 76, 48
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


class DiaryGrid(QTableView):
    """Tells what was asked for; whoever owns the sheet does it and shows the next one."""

    pain_written = Signal(int)
    medicine_wanted = Signal(bool)
    cleared = Signal()
    filled_down = Signal()
    paste_wanted = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_moved = Signal(object)
    months_moved = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._today = ctx.clock.today()
        self._focus = self._anchor = self._today
        self._ten_may_follow = False
        self.scale = PainScale.SEVERITY
        self.days_model = DiaryModel(self._today, self)
        self._delegate = DayDelegate(ctx.theme, self)
        self.setObjectName("diary_grid")
        self.setAccessibleName(_("Headache diary"))
        self.setModel(self.days_model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(1)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        ctx.theme.set_text_role(header, "caption")
        ctx.theme.changed.connect(self._fit)
        self.move_to(self._today)

    @property
    def focused_day(self) -> date:
        """The day with the focus."""
        return self._focus

    @property
    def days(self) -> tuple[date, ...]:
        """The selected days in order; only the focused one where no run is selected."""
        first, last = sorted((self._focus, self._anchor))
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))

    def show_sheet(self, sheet: DiarySheet | None, injections: Collection[date]) -> None:
        """Show what is written, and on which days was injected."""
        self.days_model.show_sheet(sheet, injections)

    def move_to(self, on: date, *, extend: bool = False) -> None:
        """Put the focus on a day, never on one to come; `extend` selects up to it."""
        self._focus = min(on, self._today)
        self._ten_may_follow = False
        if not extend:
            self._anchor = self._focus
        months = self.days_model.months
        if self._focus > month_end(months[-1]):
            self._show_months(self._focus, len(months))
        elif self._focus < months[0]:
            self._show_months(month_start(self._focus, len(months) - 1), len(months))
        self._delegate.focus = self._focus
        self._delegate.run = frozenset(self.days) if self._focus != self._anchor else frozenset()
        self.setCurrentIndex(self.days_model.index_of(self._focus))
        self.viewport().update()
        self.focus_moved.emit(self._focus)

    def turn(self, months: int) -> None:
        """Go so many months on, with the focus."""
        self._go_months(months, extend=False)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._edit_key(event) or self._digit_key(event) or self._moving_key(event)):
            event.ignore()

    def _edit_key(self, event: QKeyEvent) -> bool:
        standard = QKeySequence.StandardKey
        deeds = {
            standard.Undo: self.undo_wanted,
            standard.Redo: self.redo_wanted,
            standard.Paste: self.paste_wanted,
        }
        for keys, signal in deeds.items():
            if event.matches(keys):
                signal.emit()
                return True
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cleared.emit()
            self._announce()
            return True
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() == Qt.Key.Key_D:
            self.filled_down.emit()
            return True
        return False

    def _digit_key(self, event: QKeyEvent) -> bool:
        command = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.modifiers() & command:
            return False
        if event.key() == Qt.Key.Key_M:
            if is_single_letter("M") and not self._ctx.settings.single_letter_keys:
                return False
            self.medicine_wanted.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            self._announce()
            return True
        typed = event.text()
        if len(typed) != 1 or typed not in "0123456789":
            return False
        if self.scale is PainScale.PAIN:
            ten, self._ten_may_follow = self._ten_may_follow and typed == "0", typed == "1"
            self.pain_written.emit(10 if ten else int(typed))
            self._announce()
        elif int(typed) <= self.scale.most:
            self.pain_written.emit(int(typed))
            self._announce()
            self.move_to(self.days[-1] + _DAY)
        return True

    def _moving_key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key, at = event.key(), self._focus
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.move_to(at - _DAY if extend else self.days[-1] + _DAY)
            return True
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._go_months(-1 if key == Qt.Key.Key_PageUp else 1, extend=extend)
            return True
        places = {
            Qt.Key.Key_Left: at - _DAY,
            Qt.Key.Key_Right: at + _DAY,
            Qt.Key.Key_Up: at - _WEEK,
            Qt.Key.Key_Down: at + _WEEK,
            Qt.Key.Key_Home: at.replace(day=1),
            Qt.Key.Key_End: month_end(at),
        }
        if key not in places:
            return False
        self.move_to(places[Qt.Key(key)], extend=extend)
        return True

    def _go_months(self, months: int, *, extend: bool) -> None:
        start = month_start(self._focus, months)
        there = start.replace(day=min(self._focus.day, month_end(start).day))
        self.move_to(there, extend=extend)

    def _announce(self) -> None:
        cell = self.days_model.cell(self._focus)
        words = day_words(cell.on, cell.day, injection=cell.injection)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._point(event.position().toPoint(), extend=_shifted(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._point(event.position().toPoint(), extend=True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _point(self, where: QPoint, *, extend: bool) -> None:
        on = self.days_model.day_at(self.indexAt(where))
        if on is not None and on <= self._today:
            self.move_to(on, extend=extend)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setCurrentIndex(self.days_model.index_of(self._focus))

    def _fit(self) -> None:
        theme = self._ctx.theme
        room = self.viewport().width()
        count = min(_MOST_MONTHS, max(1, room // theme.px(_MONTH_NEEDS)))
        if count != len(self.days_model.months):
            last = max(self.days_model.months[-1], self._focus.replace(day=1))
            self._show_months(last, count)
            if self._focus < self.days_model.months[0]:
                self._show_months(month_start(self._focus, count - 1), count)
        gap = theme.px(_GAP)
        wide = max(1, (room - gap * (count - 1)) // (7 * count))
        for column in range(self.days_model.columnCount()):
            self.setColumnWidth(column, gap if column % 8 == 7 else wide)
        high = min(theme.px(_TALLEST), max(theme.px(_LOWEST), round(wide * 1.5)))
        for row in range(WEEKS):
            self.setRowHeight(row, high)
        self.setFixedHeight(high * WEEKS + self.horizontalHeader().sizeHint().height() + 4)
        self.months_moved.emit()

    def month_widths(self) -> tuple[int, int]:
        """How wide a month is now, and the gap after it, for the titles above."""
        return self.columnWidth(0) * 7, self._ctx.theme.px(_GAP)

    def _show_months(self, last: date, count: int) -> None:
        self.days_model.show_months(min(last, self._today), count)
        # Other months are another table, which has forgotten where the focus was.
        self.setCurrentIndex(self.days_model.index_of(self._focus))
        self._fit()


def _shifted(event: QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
