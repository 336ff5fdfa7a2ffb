"""BodyPicture: one of the drawings of the body as a still picture in the colours of the theme."""

import json
import re
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from outcomes_app import resources
from outcomes_app.ui.theme import Theme

_STYLE = re.compile(r"(<style[^>]*>).*?(</style>)", re.DOTALL)


class BodyPicture(QWidget):
    """`points` are fractions of the picture; `highlight` is the id of a muscle in the art."""

    def __init__(
        self,
        theme: Theme,
        file: str,
        *,
        highlight: str = "",
        mirror: bool = False,
        points: Sequence[tuple[float, float]] = (),
        side: int = 300,
    ) -> None:
        super().__init__()
        self._theme, self._file, self._highlight, self._side = theme, file, highlight, side
        self._mirror, self._points = mirror, tuple(points)
        self._renderer = QSvgRenderer(self)
        theme.changed.connect(self._colour)
        self._colour()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = min(self.width(), self.height())
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._mirror:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        self._renderer.render(painter, box)
        painter.resetTransform()
        painter.setPen(QPen(self._theme.color("surface"), 0.8))
        painter.setBrush(self._theme.color("accent"))
        for x, y in self._points:
            spot = QPointF(box.left() + x * side, box.top() + y * side)
            painter.drawEllipse(spot, max(2.2, side / 45), max(2.2, side / 45))
        painter.end()

    def _colour(self) -> None:
        rules = json.loads(resources.read_text("bodymaps/theme_css.json"))[self._theme.name]
        css = "".join(f".{name}{{{body}}}" for name, body in rules.items())
        svg = resources.read_text(f"bodymaps/{self._file}")
        svg = _STYLE.sub(lambda found: f"{found[1]}{css}{found[2]}", svg, count=1)
        if self._highlight:
            fill = self._theme.hex("accent")
            svg = re.sub(
                rf'id="{self._highlight}"',
                f'id="{self._highlight}" style="fill:{fill};fill-opacity:0.16;'
                f'stroke:{fill};stroke-opacity:0.7;stroke-width:2.4"',
                svg,
                count=1,
            )
        self._renderer.load(svg.encode())
        self.update()
