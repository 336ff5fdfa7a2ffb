"""BodyPicture: one of the drawings of the body as a still picture in the colours of the theme."""

import json
import re

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from outcomes_app import resources
from outcomes_app.ui.theme import Theme

_STYLE = re.compile(r"(<style[^>]*>).*?(</style>)", re.DOTALL)


class BodyPicture(QWidget):
    """Decoration: it says nothing, so it is hidden from screen readers by an empty name."""

    def __init__(self, theme: Theme, view: str, *, highlight: str = "", side: int = 300) -> None:
        super().__init__()
        self._theme, self._view, self._highlight, self._side = theme, view, highlight, side
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
        self._renderer.render(painter, box)
        painter.end()

    def _colour(self) -> None:
        rules = json.loads(resources.read_text("bodymaps/theme_css.json"))[self._theme.name]
        css = "".join(f".{name}{{{body}}}" for name, body in rules.items())
        svg = resources.read_text(f"bodymaps/{self._view}.svg")
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
