"""MiniChart: one measure from baseline over the cycles, small enough for a side panel."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor

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
        self._low, self._high, self._step = Decimal(0), Decimal(1), Decimal(1)
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
        own = high is not None and high <= top * 2
        end = high if own and high is not None else top
        self._step = _step(max(end - self._low, Decimal(1)))
        self._high = end if own else ceil(end / self._step) * self._step
        if self._high <= self._low:
            self._high = self._low + self._step
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
        widest = max(metrics.horizontalAdvance(number(v)) for v in self.ticks)
        room = QRectF(self.rect()).adjusted(
            widest + self._theme.px(8), self._theme.px(8), -self._theme.px(6), -metrics.height() - 4
        )
        self._paint_axes(painter, room, metrics)
        self._paint_line(painter, room)
        painter.end()

    @property
    def ticks(self) -> tuple[Decimal, ...]:
        """Where the lines stand."""
        first, last = ceil(self._low / self._step), floor(self._high / self._step)
        return tuple(self._step * n for n in range(first, last + 1))

    def _point(self, room: QRectF, index: int, value: Decimal) -> QPointF:
        steps = max(1, len(self._values) - 1)
        share = float((value - self._low) / (self._high - self._low))
        x = room.left() + self._theme.px(6) + (room.width() - self._theme.px(12)) * index / steps
        return QPointF(x, room.bottom() - share * room.height())

    def _paint_axes(self, painter: QPainter, room: QRectF, metrics: QFontMetrics) -> None:
        theme = self._theme
        for tick in self.ticks:
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


def _step(span: Decimal) -> Decimal:
    """The distance of the lines: a number people count in, for three or four of them."""
    size = Decimal(1).scaleb(span.adjusted() - 1)
    counted = (size * n for n in (5, 10, 20, 25, 50, 100))
    return next(step for step in counted if step * 4 >= span)
