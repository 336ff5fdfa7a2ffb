"""A dose with its product's code, colour and shape, as a widget and as a painting function."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from outcomes_app.domain.values import Dose
from outcomes_app.text import _, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Text

_SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),
    "diamond": ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)),
    "triangle": ((0, -1), (1.05, 0.85), (-1.05, 0.85)),
    "hexagon": ((-0.5, -0.95), (0.5, -0.95), (1, 0), (0.5, 0.95), (-0.5, 0.95), (-1, 0)),
}


def paint_marker(
    painter: QPainter, center: QPointF, radius: float, marker: str, color: QColor
) -> None:
    """Paint the shape of a product; an unknown shape is an open ring."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if marker in _SHAPES:
        painter.drawPolygon(
            QPolygonF([center + QPointF(x * radius, y * radius) for x, y in _SHAPES[marker]])
        )
    elif marker == "circle":
        painter.drawEllipse(center, radius, radius)
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, max(1.0, radius / 2.5)))
        painter.drawEllipse(center, radius * 0.8, radius * 0.8)
    painter.restore()


class _Marker(QWidget):
    def __init__(self, theme: Theme, code: str) -> None:
        super().__init__()
        self._theme = theme
        self.code = code
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(10), self._theme.px(16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = self._theme.product(self.code)
        painter = QPainter(self)
        center = QRectF(self.rect()).center()
        paint_marker(painter, center, self._theme.px(7) / 2, look.marker, look.color)
        painter.end()


class DoseLabel(QWidget):
    """ "● ONA 155 units". A missing dose is said in words, never shown as zero."""

    def __init__(
        self, theme: Theme, code: str = "", dose: Dose | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._marker = _Marker(theme, code)
        self._code = Text(theme, code, "bodyStrong", "muted")
        self._amount = Text(theme, "")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(6))
        for widget in (self._marker, self._code, self._amount):
            line.addWidget(widget)
        line.addStretch(1)
        self.show_dose(code, dose)

    def show_dose(self, code: str, dose: Dose | None) -> None:
        """Show another dose of a product given by its code."""
        self._marker.code = code
        self._marker.setVisible(bool(code))
        self._marker.update()
        self._code.setText(code)
        self._code.setVisible(bool(code))
        self._amount.setText(units(dose.units) if dose is not None else _("dose not known"))
        self.setAccessibleName(f"{code} {self._amount.text()}".strip())
