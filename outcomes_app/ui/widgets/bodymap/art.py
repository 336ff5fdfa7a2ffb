"""The pictures of the body: parsed once, coloured for the theme, and asked which muscle is where.

The art knows one path grammar, absolute M C L Z, and one class per path; see resources/bodymaps.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree as ET  # the art is our own, so no defence against foreign XML

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen, QTransform

from outcomes_app import resources

REGION_CLASSES = ("muscle", "deep", "gland", "area")

_COMMAND = re.compile(r"([MCLZ])([^MCLZ]*)")
_NUMBER = re.compile(r"-?\d*\.?\d+")
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One path of a picture with the class that colours it."""

    id: str
    css: str
    path: QPainterPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A muscle, gland or skin area of a picture: what a click can mean."""

    id: str
    css: str
    path: QPainterPath
    area: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Art:
    """One picture, in its own coordinates."""

    size: QRectF
    content: QRectF
    shapes: tuple[Shape, ...]
    regions: tuple[Region, ...]

    def region(self, region_id: str) -> Region | None:
        """The region with this id; None where the picture has none."""
        return next((r for r in self.regions if r.id == region_id), None)

    def region_at(self, x: float, y: float, *, deep: bool = False) -> Region | None:
        """The region at fractions of the picture: superficial before deep, or the reverse with
        `deep`; skin areas last; of several the smallest. None outside all."""
        spot = QPointF(x * self.size.width(), y * self.size.height())
        ranks = {"deep": 0, "area": 2} if deep else {"deep": 1, "area": 2}
        otherwise = 1 if deep else 0
        hits = (r for r in self.regions if r.path.contains(spot))
        return min(hits, key=lambda r: (ranks.get(r.css, otherwise), r.area), default=None)


@dataclass(frozen=True, slots=True)
class Ink:
    """How the paths of one class are painted."""

    pen: QPen
    brush: QBrush


@cache
def load(file: str, *, mirror: bool = False) -> Art:
    """The picture in resources/bodymaps; a mirrored one shows the other side of the body."""
    # Parsed from the program's own resources, never from a file the user gives.
    root = ET.fromstring(resources.read_text(f"bodymaps/{file}"))  # noqa: S314
    box = [float(n) for n in root.attrib["viewBox"].split()]
    size = QRectF(0, 0, box[2], box[3])
    flip = QTransform(-1, 0, 0, 1, box[2], 0)
    shapes = []
    for element in root.iter(f"{_SVG}path"):
        path = _path(element.attrib["d"])
        name = element.attrib.get("id", "")
        if mirror:
            path, name = flip.map(path), _other_side(name)
        shapes.append(Shape(id=name, css=element.attrib.get("class", ""), path=path))
    content = QRectF()
    for shape in shapes:
        content = content.united(shape.path.boundingRect())
    return Art(
        size=size,
        content=content.intersected(size),
        shapes=tuple(shapes),
        regions=tuple(_regions(shapes)),
    )


def _other_side(name: str) -> str:
    for one, other in (("_left", "_right"), ("_right", "_left")):
        if name.endswith(one):
            return name.removesuffix(one) + other
    return name


def _regions(shapes: list[Shape]) -> Iterator[Region]:
    for shape in shapes:
        if shape.id and shape.css in REGION_CLASSES:
            yield Region(id=shape.id, css=shape.css, path=shape.path, area=_area(shape.path))


def _path(d: str) -> QPainterPath:
    path = QPainterPath()
    for command, arguments in _COMMAND.findall(d):
        n = [float(value) for value in _NUMBER.findall(arguments)]
        if command == "M":
            path.moveTo(n[0], n[1])
            for i in range(2, len(n), 2):
                path.lineTo(n[i], n[i + 1])
        elif command == "L":
            for i in range(0, len(n), 2):
                path.lineTo(n[i], n[i + 1])
        elif command == "C":
            for i in range(0, len(n), 6):
                path.cubicTo(n[i], n[i + 1], n[i + 2], n[i + 3], n[i + 4], n[i + 5])
        else:
            path.closeSubpath()
    return path


def _area(path: QPainterPath) -> float:
    total = 0.0
    for polygon in path.toSubpathPolygons():
        corners = [(p.x(), p.y()) for p in polygon.toList()]
        pairs = zip(corners, corners[1:] + corners[:1], strict=True)
        total += abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2
    return total


@cache
def inks(*, dark: bool) -> dict[str, Ink]:
    """Pens and brushes of every class of the art, for the light or the dark theme."""
    css = json.loads(resources.read_text("bodymaps/theme_css.json"))["dark" if dark else "light"]
    return {name: _ink(rule) for name, rule in css.items()}


def _ink(rule: str) -> Ink:
    said = dict(part.split(":", 1) for part in rule.split(";") if part)
    brush = QBrush(Qt.BrushStyle.NoBrush)
    if said.get("fill", "none") != "none":
        brush = QBrush(_colour(said["fill"], said.get("fill-opacity")))
    if said.get("stroke", "none") == "none":
        return Ink(QPen(Qt.PenStyle.NoPen), brush)
    width = float(said.get("stroke-width", 1))
    pen = QPen(_colour(said["stroke"], said.get("stroke-opacity")), width)
    if said.get("stroke-linecap") == "round":
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if said.get("stroke-linejoin") == "round":
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if "stroke-dasharray" in said:
        # Qt counts dashes in widths of the pen, the art in its own units.
        pen.setDashPattern([float(n) / width for n in said["stroke-dasharray"].split()])
    return Ink(pen, brush)


def _colour(name: str, opacity: str | None) -> QColor:
    colour = QColor(name)
    if opacity is not None:
        colour.setAlphaF(float(opacity))
    return colour
