"""MiniChart: one measure from baseline over the cycles, small enough for a side panel."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from outcomes_app.text import _, number
from outcomes_app.ui.theme import Theme

_MOST_LABELS = 8


class MiniChart(QWidget):
    """The first value is the baseline, the others one per cycle; None is a gap, never zero."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: tuple[Decimal | None, ...] = ()
        self._low, self._high = Decimal(0), Decimal(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_values(
        self, values: Sequence[Decimal | None], low: Decimal | None, high: Decimal | None, name: str
    ) -> None:
        """Show other values; `low` and `high` are the ends of the scale where it has any."""
        self._values = tuple(values)
        known = [v for v in self._values if v is not None]
        top = max(known, default=Decimal(1))
        bottom = min(known, default=Decimal(0))
        self._low = low if low is not None else min(bottom, Decimal(0))
        # The scale's own end only where it does not press the values flat.
        self._high = high if high is not None and high <= top * 2 else _round_up(top)
        if self._high <= self._low:
            self._high = self._low + 1
        said = ", ".join(_("missing") if v is None else number(v) for v in self._values)
        self.setAccessibleName(_("{name}, from baseline: {values}").format(name=name, values=said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(220), self._theme.px(140))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("axis"))
        metrics = painter.fontMetrics()
        widest = max(metrics.horizontalAdvance(number(v)) for v in self._ticks())
        room = QRectF(self.rect()).adjusted(
            widest + self._theme.px(8), self._theme.px(8), -self._theme.px(6), -metrics.height() - 4
        )
        self._paint_axes(painter, room, metrics)
        self._paint_line(painter, room)
        painter.end()

    def _ticks(self) -> tuple[Decimal, ...]:
        step = (self._high - self._low) / 3
        return tuple(round(self._low + step * n, 1) for n in range(4))

    def _point(self, room: QRectF, index: int, value: Decimal) -> QPointF:
        steps = max(1, len(self._values) - 1)
        share = float((value - self._low) / (self._high - self._low))
        x = room.left() + self._theme.px(6) + (room.width() - self._theme.px(12)) * index / steps
        return QPointF(x, room.bottom() - share * room.height())

    def _paint_axes(self, painter: QPainter, room: QRectF, metrics: QFontMetrics) -> None:
        theme = self._theme
        for tick in self._ticks():
            y = self._point(room, 0, tick).y()
            painter.setPen(theme.chart_color("grid"))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(theme.chart_color("axis"))
            box = QRectF(0, y - 10, room.left() - theme.px(6), 20)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number(tick)
            )
        every = max(1, -(-len(self._values) // _MOST_LABELS))
        for index in range(0, len(self._values), every):
            words = _("Base") if index == 0 else str(index)
            x = self._point(room, index, self._low).x()
            box = QRectF(x - 24, room.bottom() + 3, 48, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        if self._values and self._values[0] is not None:
            y = self._point(room, 0, self._values[0]).y()
            painter.setPen(QPen(theme.chart_color("baseline"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))

    def _paint_line(self, painter: QPainter, room: QRectF) -> None:
        theme = self._theme
        color = theme.series_color(0)
        points = [
            None if v is None else self._point(room, index, v)
            for index, v in enumerate(self._values)
        ]
        painter.setPen(QPen(color, theme.px(2)))
        for before, after in pairwise(points):
            if before is not None and after is not None:
                painter.drawLine(before, after)
        painter.setPen(QPen(theme.color("surface"), 1.5))
        painter.setBrush(color)
        for point in points:
            if point is not None:
                painter.drawEllipse(point, theme.px(4), theme.px(4))


def _round_up(value: Decimal) -> Decimal:
    step = Decimal(10) if value > 30 else Decimal(4) if value > 4 else Decimal(1)
    return -(-value // step) * step
