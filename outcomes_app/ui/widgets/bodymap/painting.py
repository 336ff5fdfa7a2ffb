"""How the art and the points on it are painted: shapes tell the states apart, colour only helps."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QRadialGradient,
)

from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import art
from outcomes_app.ui.widgets.bodymap.stage import Panel, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLook:
    """All that decides how one point looks."""

    text: str
    changed: bool = False
    unset: bool = False
    ghost: bool = False
    note: bool = False
    uneven: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PointInks:
    """The colours of points in the present theme."""

    fill: QColor
    text: QColor
    changed: QColor
    ring: QColor
    note: QColor
    ghost: QColor
    halo: QColor

    @staticmethod
    def of(theme: Theme) -> "PointInks":
        """The colours from the tokens."""
        return PointInks(
            fill=theme.color("accentText"),
            text=theme.color("surface"),
            changed=theme.color("changed"),
            ring=theme.color("surface"),
            note=theme.color("warnFill"),
            ghost=theme.color("textFaint"),
            halo=theme.color("focus"),
        )


def point_radius(theme: Theme) -> float:
    """The radius of a point; it grows with the text, but less, so that neighbours stay apart."""
    return 10.0 * min(theme.scale, 1.5)


def tinted(colour: QColor, alpha: float) -> QColor:
    """The same colour, partly transparent."""
    result = QColor(colour)
    result.setAlphaF(alpha)
    return result


def paint_art(
    painter: QPainter,
    stage: Stage,
    theme: Theme,
    lit: Mapping[str, frozenset[str]],
) -> None:
    """All pictures of the sheet; `lit` names, by view, the regions that hold points."""
    inks = art.inks(dark=theme.name == "dark")
    accent = theme.color("accentText")
    on = art.Ink(QPen(accent, 2.2), QBrush(tinted(accent, 0.17)))
    for panel in stage.panels:
        painter.save()
        painter.setTransform(stage.panel_transform(panel), True)
        holding = lit.get(panel.view.id, frozenset())
        for shape in panel.art.shapes:
            ink = on if shape.id in holding else inks.get(shape.css)
            if ink is None:
                continue
            painter.setPen(ink.pen)
            painter.setBrush(ink.brush)
            painter.drawPath(shape.path)
        painter.restore()


def paint_region(
    painter: QPainter, stage: Stage, panel: Panel, region: art.Region, theme: Theme
) -> None:
    """Light up the region under the pointer."""
    painter.save()
    painter.setTransform(stage.panel_transform(panel), True)
    accent = theme.color("accentText")
    painter.setPen(QPen(accent, 3.0))
    painter.setBrush(QBrush(tinted(accent, 0.22)))
    painter.drawPath(region.path)
    painter.restore()


def paint_previous(painter: QPainter, centre: QPointF, radius: float, inks: PointInks) -> None:
    """The dashed ring at a place that was injected before."""
    pen = QPen(inks.changed, 1.6)
    pen.setDashPattern([3, 2.2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, radius * 0.85, radius * 0.85)


class Sprites:
    """Pictures of points, kept because most points look alike and dragging paints them often."""

    def __init__(self, theme: Theme, radius: float, ratio: float) -> None:
        self.inks = PointInks.of(theme)
        self.radius = radius
        self.font = theme.font("caption")
        self._ratio = ratio
        self._kept: dict[PointLook, QPixmap] = {}

    @property
    def half(self) -> float:
        """From the corner of a picture to its middle."""
        return self.radius * 1.9 + 2

    def paint(self, painter: QPainter, centre: QPointF, look: PointLook) -> None:
        """Paint one point."""
        picture = self._kept.get(look)
        if picture is None:
            picture = self._kept[look] = self._draw(look)
        painter.drawPixmap(centre - QPointF(self.half, self.half), picture)

    def _draw(self, look: PointLook) -> QPixmap:
        side = self.half * 2 * self._ratio
        picture = QPixmap(QSizeF(side, side).toSize())
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_point(painter, QPointF(self.half, self.half), look, self)
        painter.end()
        return picture


def _paint_point(painter: QPainter, centre: QPointF, look: PointLook, sprites: Sprites) -> None:
    inks, radius = sprites.inks, sprites.radius
    colour = inks.changed if look.changed else inks.fill
    if look.selected:
        painter.setPen(QPen(inks.halo, 2.0))
        painter.setBrush(QBrush(tinted(inks.halo, 0.16)))
        painter.drawEllipse(centre, radius * 1.6, radius * 1.6)
    hollow = look.unset or look.ghost
    edge = inks.ghost if look.ghost else colour
    painter.setPen(QPen(edge if hollow else inks.ring, 2.0 if hollow else 1.6))
    painter.setBrush(QBrush(inks.ring if hollow else colour))
    if look.changed:
        painter.drawPolygon(_diamond(centre, radius * 1.32))
    else:
        painter.drawEllipse(centre, radius, radius)
    painter.setPen(edge if hollow else inks.text)
    _paint_units(painter, centre, look.text, sprites)
    if look.uneven:
        _paint_uneven(painter, centre, sprites)
    if look.note:
        painter.setPen(QPen(inks.ring, 1.2))
        painter.setBrush(QBrush(inks.note))
        painter.drawEllipse(centre + QPointF(radius * 0.85, -radius * 0.85), radius / 3, radius / 3)


def _paint_uneven(painter: QPainter, centre: QPointF, sprites: Sprites) -> None:
    """A small triangle at the foot: this point has no equal on the other side."""
    radius = sprites.radius
    foot = centre + QPointF(0, radius * 1.05)
    half = max(radius * 0.42, 3.5)
    painter.setPen(QPen(sprites.inks.ring, 1.2))
    painter.setBrush(QBrush(sprites.inks.note))
    painter.drawPolygon(
        QPolygonF(
            [
                foot + QPointF(-half, half),
                foot + QPointF(half, half),
                foot + QPointF(0, -half),
            ]
        )
    )


def paint_heat(
    painter: QPainter, centre: QPointF, reach: float, weight: float, ink: QColor
) -> None:
    """A soft disc, the darker the more was given there."""
    glow = QRadialGradient(centre, reach)
    glow.setColorAt(0.0, tinted(ink, 0.65 * weight))
    glow.setColorAt(1.0, tinted(ink, 0.0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(glow))
    painter.drawEllipse(centre, reach, reach)


def _diamond(centre: QPointF, reach: float) -> QPolygonF:
    return QPolygonF(
        [
            centre + QPointF(0, -reach),
            centre + QPointF(reach, 0),
            centre + QPointF(0, reach),
            centre + QPointF(-reach, 0),
        ]
    )


def _paint_units(painter: QPainter, centre: QPointF, text: str, sprites: Sprites) -> None:
    font = QFont(sprites.font)
    font.setWeight(QFont.Weight.Bold)
    size = sprites.radius * (1.1 if len(text) < 3 else 0.95 if len(text) < 4 else 0.75)
    font.setPixelSize(max(round(size), 7))
    painter.setFont(font)
    reach = sprites.radius * 1.5
    box = QRectF(centre.x() - reach, centre.y() - reach, 2 * reach, 2 * reach)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_pill(
    painter: QPainter, anchor: QPointF, text: str, bounds: QRectF, theme: Theme
) -> QRectF:
    """A small name beside the pointer, kept inside `bounds`."""
    font = theme.font("caption")
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    words = painter.fontMetrics().boundingRect(text)
    pad = theme.px(6)
    box = QRectF(0, 0, words.width() + 2 * pad, words.height() + pad)
    box.moveTopLeft(anchor)
    box.moveRight(min(box.right(), bounds.right() - 4))
    box.moveBottom(min(box.bottom(), bounds.bottom() - 4))
    box.moveLeft(max(box.left(), bounds.left() + 4))
    shape = QPainterPath()
    shape.addRoundedRect(box, 5, 5)
    painter.fillPath(shape, theme.color("surfaceRaised"))
    painter.setPen(QPen(theme.color("borderStrong"), 1))
    painter.drawPath(shape)
    painter.setPen(theme.color("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return box
