"""RowsTable: the one table view of the program, with a painting delegate for two-line cells."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from outcomes_app.ui.tables import CELL_ROLE, ROW_ROLE, Cell, Group, RowsModel, Spark
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.dose_label import paint_marker

_MEASURED_ROWS = 200


class CellDelegate(QStyledItemDelegate):
    """Paints a Cell: two lines, a product's shape, a badge or a small line of values."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def row_height(self, two_lines: bool) -> int:
        """The height of a row at the present text size."""
        return self._theme.px(42 if two_lines else 34)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        cell = index.data(CELL_ROLE)
        if not isinstance(cell, Cell):
            return super().sizeHint(option, index)
        return QSize(self.width_of(cell), self.row_height(bool(cell.detail)))

    def width_of(self, cell: Cell) -> int:
        """How wide a cell must be to say everything."""
        theme = self._theme
        tabular = "-" not in cell.text
        strong = QFontMetrics(theme.font("bodyStrong", tabular=tabular))
        body = strong if cell.strong else QFontMetrics(theme.font("body", tabular=tabular))
        first = body.horizontalAdvance(cell.text)
        if cell.product_code:
            first += strong.horizontalAdvance(cell.product_code) + theme.px(22)
        if cell.badge:
            badge = QFontMetrics(theme.font("badge")).horizontalAdvance(cell.badge)
            first = max(first, badge + theme.px(36))
        if cell.spark:
            first = max(first, theme.px(72))
        caption = QFontMetrics(theme.font("caption", tabular="-" not in cell.detail))
        detail = caption.horizontalAdvance(cell.detail)
        return max(first, detail) + theme.px(21)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        rect: QRect = option.rect
        row = index.data(ROW_ROLE)
        if isinstance(row, Group):
            self._paint_group(painter, rect, row)
        else:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_ground(painter, rect, selected=selected, first=index.column() == 0)
            cell = index.data(CELL_ROLE)
            if isinstance(cell, Cell):
                right = index.data(Qt.ItemDataRole.TextAlignmentRole)
                self._paint_cell(
                    painter, rect, cell, right=bool(right & Qt.AlignmentFlag.AlignRight)
                )
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, *, selected: bool, first: bool) -> None:
        theme = self._theme
        if selected:
            painter.fillRect(rect, theme.color("selection"))
            if first:
                bar = QRect(rect.left(), rect.top(), theme.px(3), rect.height())
                painter.fillRect(bar, theme.color("accent"))
        painter.setPen(theme.color("divider"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _paint_group(self, painter: QPainter, rect: QRect, group: Group) -> None:
        theme = self._theme
        painter.fillRect(rect, theme.color("surfaceSunken"))
        painter.setPen(theme.color("divider"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        box = rect.adjusted(theme.px(10), 0, 0, 0)
        painter.setFont(theme.font("badge"))
        painter.setPen(theme.color("text"))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, align, group.title)
        width = QFontMetrics(theme.font("badge")).horizontalAdvance(group.title)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("textMuted"))
        painter.drawText(box.adjusted(width + theme.px(10), 0, 0, 0), align, str(group.count))

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: Cell, *, right: bool) -> None:
        theme = self._theme
        box = rect.adjusted(theme.px(10), 0, -theme.px(8), 0)
        if cell.spark is not None:
            self._paint_spark(painter, box.adjusted(0, theme.px(7), 0, -theme.px(7)), cell.spark)
            return
        upper, lower = _lines(box, two=bool(cell.detail))
        if cell.badge:
            self._paint_badge(painter, upper, cell)
        else:
            self._paint_text(painter, upper, cell, right=right)
        if cell.detail:
            self._say(painter, lower, cell.detail, "caption", cell.detail_tone, right=right)

    def _paint_text(self, painter: QPainter, box: QRect, cell: Cell, *, right: bool) -> None:
        theme = self._theme
        if cell.product_code:
            look = theme.product(cell.product_code)
            center = QPointF(box.left() + theme.px(5), box.center().y() + 0.5)
            paint_marker(painter, center, theme.px(7) / 2, look.marker, look.color)
            box = box.adjusted(theme.px(16), 0, 0, 0)
            self._say(painter, box, cell.product_code, "bodyStrong", "muted", right=False)
            metrics = QFontMetrics(theme.font("bodyStrong"))
            width = metrics.horizontalAdvance(cell.product_code) + theme.px(6)
            box = box.adjusted(width, 0, 0, 0)
        role = "bodyStrong" if cell.strong else "body"
        self._say(painter, box, cell.text, role, cell.tone, right=right)

    def _say(
        self, painter: QPainter, box: QRect, text: str, font: str, tone: str, *, right: bool
    ) -> None:
        painter.setFont(self._theme.font(font, tabular="-" not in text))
        painter.setPen(self._tone(tone))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def _tone(self, tone: str) -> QColor:
        role = {"": "text", "muted": "textMuted", "accent": "accentText"}.get(tone, tone)
        return self._theme.color(role)

    def _paint_badge(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        theme = self._theme
        tone = cell.badge_tone
        font = theme.font("badge")
        icon_space = theme.px(18) if cell.badge_icon else 0
        width = QFontMetrics(font).horizontalAdvance(cell.badge) + icon_space + theme.px(18)
        height = theme.px(20)
        pill = QRect(box.left(), 0, min(width, box.width()), height)
        pill.moveTop(box.center().y() - height // 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color(f"{tone}Border" if tone else "border"))
        painter.setBrush(theme.color(f"{tone}Soft" if tone else "surfaceSunken"))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        if cell.badge_icon:
            picture = theme.pixmap(cell.badge_icon, tone or "textMuted", 13)
            side = theme.px(13)
            painter.drawPixmap(
                pill.left() + theme.px(8), pill.center().y() - side // 2 + 1, picture
            )
        inner = pill.adjusted(theme.px(9) + icon_space, 0, -theme.px(4), 0)
        painter.setFont(font)
        painter.setPen(theme.color(tone or "textMuted"))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, align, cell.badge)

    def _paint_spark(self, painter: QPainter, box: QRect, spark: Spark) -> None:
        paint_spark(painter, box, spark, self._theme)


def paint_spark(painter: QPainter, box: QRect, spark: Spark, theme: Theme) -> None:
    """Paint a small line of values: baseline dotted, gaps left open, the last value as a dot."""
    known = [v for v in spark.values if v is not None]
    if not known:
        return
    drawn = known if spark.baseline is None else [*known, spark.baseline]
    # From the foot of the scale, so that a small change looks small.
    low = min(0.0, *drawn) if spark.low is None else min(spark.low, *drawn)
    high = max(drawn) if spark.high is None else spark.high
    span = (high - low) or 1.0
    color = theme.series_color(0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)

    def height(value: float) -> float:
        return box.bottom() - (value - low) / span * box.height()

    if spark.baseline is not None:
        painter.setPen(QPen(theme.chart_color("baseline"), 1, Qt.PenStyle.DotLine))
        y = height(spark.baseline)
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
    step = (box.width() - theme.px(8)) / max(1, len(spark.values) - 1)
    path, pen_down, last = QPainterPath(), False, QPointF()
    for number, value in enumerate(spark.values):
        if value is None:
            pen_down = False
            continue
        last = QPointF(box.left() + theme.px(2) + number * step, height(value))
        if pen_down:
            path.lineTo(last)
        else:
            path.moveTo(last)
        pen_down = True
    painter.setPen(QPen(color, 1.6))
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(last, theme.px(5) / 2, theme.px(5) / 2)


def _lines(box: QRect, *, two: bool) -> tuple[QRect, QRect]:
    if not two:
        return box, QRect()
    half = box.height() // 2
    upper = QRect(box.left(), box.top() + 2, box.width(), half - 1)
    lower = QRect(box.left(), box.top() + half - 1, box.width(), half - 2)
    return upper, lower


class RowsTable(QTableView):
    """Whole rows are selected; `opened(row)` on Enter or double click, `picked(row)` on moving."""

    opened = Signal(object)
    picked = Signal(object)

    def __init__(
        self,
        theme: Theme,
        model: RowsModel[Any],
        *,
        name: str,
        label: str,
        two_lines: bool = False,
        sortable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._theme, self._two_lines = theme, two_lines
        self._rows = model
        self._delegate = CellDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(sortable)
        self.setSortingEnabled(False)
        if sortable:
            header.setSortIndicatorShown(True)
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            header.sortIndicatorChanged.connect(self._rows.sort)
        model.modelReset.connect(self._lay_out)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().currentRowChanged.connect(lambda now, _was: self._pick(now.row()))
        theme.changed.connect(self._lay_out)
        self._needed: tuple[int, ...] = ()
        self._lay_out()

    @property
    def row(self) -> Any:
        """The selected row; None when there is none."""
        chosen = self._rows.row(self.currentIndex())
        return None if isinstance(chosen, Group) else chosen

    def choose(self, number: int) -> None:
        """Select a row by its number."""
        self.setCurrentIndex(self._rows.index(number, 0))

    def go(self, step: int) -> None:
        """Select the next row down (1) or up (-1), past the groups."""
        number = self.currentIndex().row() + step
        while 0 <= number < self._rows.rowCount():
            if not isinstance(self._rows.row(number), Group):
                self.choose(number)
                return
            number += step

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex().row())
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.go(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def keyboardSearch(self, _search: str) -> None:
        """Letters belong to the shortcuts of the page, not to a search in the table."""

    def _pick(self, number: int) -> None:
        row = self._rows.row(number)
        if row is not None and not isinstance(row, Group):
            self.picked.emit(row)

    def _open(self, number: int) -> None:
        row = self._rows.row(number)
        if row is not None and not isinstance(row, Group):
            self.opened.emit(row)

    def _lay_out(self) -> None:
        height = self._delegate.row_height(self._two_lines)
        # Other rows come in their own order, whatever these were sorted by.
        self.horizontalHeader().blockSignals(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().blockSignals(False)
        self.verticalHeader().setMinimumSectionSize(self._theme.px(20))
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setFont(self._theme.font("caption"))
        self.clearSpans()
        if any(isinstance(row, Group) for row in self._rows.rows):
            for number, row in enumerate(self._rows.rows):
                group = isinstance(row, Group)
                self.setRowHeight(number, self._theme.px(27) if group else height)
                if group:
                    self.setSpan(number, 0, 1, self._rows.columnCount())
        self._needed = tuple(self._width_needed(c) for c in range(self._rows.columnCount()))
        self._share_width()

    def _width_needed(self, column: int) -> int:
        metrics = QFontMetrics(self._theme.font("caption"))
        definition = self._rows.columns[column]
        arrow = 26 if self.horizontalHeader().sectionsClickable() else 18
        widest = metrics.horizontalAdvance(definition.title) + self._theme.px(arrow)
        for row in self._rows.rows[:_MEASURED_ROWS]:
            if isinstance(row, Group):
                continue
            cell = definition.cell(row) if definition.cell else Cell(text=definition.text(row))
            widest = max(widest, self._delegate.width_of(cell))
        return max(min(widest, self._theme.px(definition.most)), self._theme.px(definition.least))

    def _share_width(self) -> None:
        if not self._needed:
            return
        width = self.viewport().width()
        tight = sum(self._needed) > width
        shown = [not (tight and column.optional) for column in self._rows.columns]
        needed = sum(n for n, here in zip(self._needed, shown, strict=True) if here)
        room = width - needed
        parts = sum(c.stretch for c in self._rows.columns)
        for number, column in enumerate(self._rows.columns):
            self.setColumnHidden(number, not shown[number])
            extra = max(0, room) * column.stretch // parts if parts else 0
            self.setColumnWidth(number, self._needed[number] + extra)
