"""ChartCanvas: a chart as a cached picture, with what the pointer finds painted over it.

The figure is rendered once into a pixmap; moving the pointer only paints that pixmap again with a
mark and a note, which takes well under a millisecond.
"""

from dataclasses import dataclass
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from outcomes_app.charts import style as styles
from outcomes_app.charts.base import Chart, Spot, drawing, new_figure
from outcomes_app.ui.theme import Theme

# A change of size that may be shown stretched for a moment, in pixels.
_LITTLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A spot where it lies on the widget, with the panel it belongs to."""

    spot: Spot
    at: QPointF
    panel: QRectF


class ChartCanvas(QWidget):
    """Shows one chart. The pointer or the arrow keys go from point to point; a click or Enter
    says which: `spot_chosen(Spot)`."""

    spot_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chart: Chart[Any, Any] | None = None
        self._data: Any = None
        self._drawn = True
        self._pixmap = QPixmap()
        self._places: tuple[_Place, ...] = ()
        self._found: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # While an edge of the window is being dragged the old picture is stretched a little.
        self._later = QTimer(self, singleShot=True, interval=60)
        self._later.timeout.connect(self._outdate)
        theme.changed.connect(self._renew)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """What answers to the pointer, in the order of the arrow keys."""
        self._draw()
        return tuple(place.spot for place in self._places)

    @property
    def found(self) -> Spot | None:
        """The spot under the pointer or reached with the arrow keys."""
        return None if self._found is None else self._places[self._found].spot

    def place_of(self, spot: Spot) -> QPointF:
        """Where a spot lies on the widget."""
        self._draw()
        return next(p.at for p in self._places if p.spot is spot)

    def set(self, chart: Chart[Any, Any] | None, data: Any) -> None:
        """Show a chart of these data; None shows an empty surface."""
        self._chart, self._data = chart, data
        self._renew()

    def _renew(self) -> None:
        """Ask for the height the chart needs at this text size, then draw it."""
        style = styles.style(self._theme.name).scaled(self._theme.scale)
        least = 0.0 if self._chart is None else self._chart.least_height(self._data, style)
        self.setMinimumSize(self._theme.px(280), round(max(least, self._theme.px(200))))
        self._outdate()

    def _outdate(self) -> None:
        """The picture is drawn anew when it is next looked at, once for many reasons."""
        self._later.stop()
        self._drawn = False
        self._found = None
        self.update()

    def _draw(self) -> None:
        """Render the figure for the present size, theme and text size, if it is outdated."""
        if self._drawn:
            return
        self._drawn = True
        self._places = ()
        self._pixmap = QPixmap()
        if self._chart is None or self.width() < 2 or self.height() < 2:
            return
        ratio = self.devicePixelRatioF()
        style = styles.style(self._theme.name).scaled(self._theme.scale)
        with drawing(style):
            figure = new_figure(style, self.width(), self.height())
            figure.set_dpi(styles.DPI * ratio)
            canvas: Any = FigureCanvasAgg(figure)
            drawn = self._chart.draw(figure, self._data, style)
            canvas.draw()
            self._pixmap = _pixmap(canvas, ratio)
            self._places = tuple(self._place(spot, ratio) for spot in drawn.spots)

    def _place(self, spot: Spot, ratio: float) -> _Place:
        x, y = spot.axes.transData.transform((spot.x, spot.y))
        box = spot.axes.bbox
        height = self.height()
        return _Place(
            spot=spot,
            at=QPointF(x / ratio, height - y / ratio),
            panel=QRectF(
                box.x0 / ratio, height - box.y1 / ratio, box.width / ratio, box.height / ratio
            ),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        before = event.oldSize()
        little = abs(before.width() - self.width()) + abs(
            before.height() - self.height()
        ) < self._theme.px(_LITTLE)
        if self._drawn and self.isVisible() and little:
            self._later.start()
        else:
            self._outdate()

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._draw()
        painter = QPainter(self)
        if not self._pixmap.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(self.rect(), self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._found is not None and not self._later.isActive():
            self._paint_found(painter, self._places[self._found])
        if self.hasFocus() and self.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _paint_found(self, painter: QPainter, place: _Place) -> None:
        theme = self._theme
        line = QPen(theme.color("borderStrong"), 1, Qt.PenStyle.DashLine)
        painter.setPen(line)
        painter.drawLine(
            QPointF(place.at.x(), place.panel.top()), QPointF(place.at.x(), place.panel.bottom())
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("text"), 2))
        painter.drawEllipse(place.at, theme.px(7), theme.px(7))
        self._paint_note(painter, place)

    def _paint_note(self, painter: QPainter, place: _Place) -> None:
        """The note beside a point, on the side where it fits."""
        theme = self._theme
        strong, body = theme.font("bodyStrong"), theme.font("body")
        lines = place.spot.lines
        fonts = [strong, *([body] * (len(lines) - 1))]
        width = max(
            QFontMetricsF(font).horizontalAdvance(text)
            for font, text in zip(fonts, lines, strict=True)
        )
        step, edge = theme.px(18), theme.px(10)
        box = QRectF(0, 0, width + 2 * edge, step * len(lines) + edge)
        gap = theme.px(14)
        x = place.at.x() + gap
        if x + box.width() > self.width() - 4:
            x = max(4.0, place.at.x() - gap - box.width())
        y = min(max(4.0, place.at.y() - box.height() / 2), self.height() - box.height() - 4)
        box.moveTo(x, y)
        painter.setPen(QPen(theme.color("borderStrong"), 1))
        painter.setBrush(theme.color("surfaceRaised"))
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        painter.setPen(theme.color("text"))
        for number, (font, text) in enumerate(zip(fonts, lines, strict=True)):
            painter.setFont(font)
            where = QRectF(box.left() + edge, box.top() + edge / 2 + number * step, width, step)
            align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(where, int(align), text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._find(self._nearest(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._nearest(event.position())
        if event.button() is Qt.MouseButton.LeftButton and number is not None:
            self._find(number)
            self.spot_chosen.emit(self._places[number].spot)
        else:
            super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._find(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._find(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        if event.key() in steps and self.spots:
            self._step(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._found is not None:
            self.spot_chosen.emit(self._places[self._found].spot)
        else:
            super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        self._draw()
        last = len(self._places) - 1
        if self._found is None:
            self._find(0 if step > 0 else last)
        else:
            self._find(min(max(self._found + step, 0), last))

    def _nearest(self, point: QPointF) -> int | None:
        self._draw()
        reach = self._theme.px(16) ** 2
        best: tuple[float, int] | None = None
        for number, place in enumerate(self._places):
            away = place.at - point
            distance = away.x() ** 2 + away.y() ** 2
            if distance <= reach and (best is None or distance < best[0]):
                best = (distance, number)
        return None if best is None else best[1]

    def _find(self, number: int | None) -> None:
        if number == self._found:
            return
        self._found = number
        opens = number is not None and self._places[number].spot.treatment_id is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        self.update()


def _pixmap(canvas: Any, ratio: float) -> QPixmap:
    width, height = canvas.get_width_height()
    image = QImage(bytes(canvas.buffer_rgba()), width, height, QImage.Format.Format_RGBA8888)
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
