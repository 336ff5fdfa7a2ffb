"""Where the pictures of a sheet lie on the widget: fitting, zoom and pan, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from outcomes_app.domain.definitions import BodyView
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import ViewId
from outcomes_app.ui.widgets.bodymap import art, naming

_MARGIN = 0.03
_GAP = 60.0
_MAX_ZOOM = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture of the sheet and how far to the right it stands."""

    view: BodyView
    art: art.Art
    shift: QPointF


class Stage:
    """Turns fractions of a picture into places on the widget, and back."""

    def __init__(self, views: Mapping[ViewId, BodyView]) -> None:
        self._views = views
        self.panels: tuple[Panel, ...] = ()
        self._content = QRectF(0, 0, 1, 1)
        self._size = QSizeF(1, 1)
        self._inset = 0.0
        self.zoom = 1.0
        self._pan = QPointF(0, 0)
        self.transform = QTransform()

    def show(self, sheet: naming.Sheet) -> None:
        """Put the pictures of a sheet beside each other, whole."""
        panels: list[Panel] = []
        content = QRectF()
        for view_id in sheet.views:
            view = self._views[view_id]
            drawn = naming.picture(view)
            left = content.right() + _GAP if panels else 0.0
            shift = QPointF(left - drawn.content.left() if panels else 0.0, 0)
            panels.append(Panel(view=view, art=drawn, shift=shift))
            content = content.united(drawn.content.translated(shift))
        self.panels = tuple(panels)
        grow = max(content.width(), content.height()) * _MARGIN
        self._content = content.adjusted(-grow, -grow, grow, grow)
        self.fit()

    def resize(self, size: QSizeF, inset: float = 0) -> None:
        """The widget has another size; zoom and the middle of the picture stay. `inset` is kept
        free at both sides."""
        self._size = size
        self._inset = inset
        self._update()

    def fit(self) -> None:
        """The whole picture, in the middle."""
        self.zoom = 1.0
        self._pan = QPointF(0, 0)
        self._update()

    def zoom_by(self, factor: float, around: QPointF) -> None:
        """Larger or smaller; what lies under `around` stays there."""
        there = self._back(around)
        self.zoom = min(max(self.zoom * factor, 1.0), _MAX_ZOOM)
        if self.zoom == 1.0:
            self._pan = QPointF(0, 0)
        self._update()
        if self.zoom > 1.0:
            self.pan_by(around - self.transform.map(there))

    def pan_by(self, distance: QPointF) -> None:
        """Push the picture; some of it always stays in sight."""
        half = QPointF(self._size.width() * 0.45, self._size.height() * 0.45) * self.zoom
        moved = self._pan + distance
        self._pan = QPointF(
            min(max(moved.x(), -half.x()), half.x()), min(max(moved.y(), -half.y()), half.y())
        )
        self._update()

    def _update(self) -> None:
        scale = self.zoom * min(
            max(self._size.width() - 2 * self._inset, 1) / self._content.width(),
            self._size.height() / self._content.height(),
        )
        centre = self._content.center()
        self.transform = QTransform(
            scale,
            0,
            0,
            scale,
            self._size.width() / 2 + self._pan.x() - centre.x() * scale,
            self._size.height() / 2 + self._pan.y() - centre.y() * scale,
        )

    def _back(self, pos: QPointF) -> QPointF:
        inverse, _possible = self.transform.inverted()
        return inverse.map(pos)

    @property
    def scale(self) -> float:
        """Pixels of the widget per unit of the art."""
        return self.transform.m11()

    def panel_transform(self, panel: Panel) -> QTransform:
        """From the coordinates of one picture to the widget."""
        move = QTransform.fromTranslate(panel.shift.x(), panel.shift.y())
        return move * self.transform

    def to_widget(self, place: Placement) -> QPointF | None:
        """Where a place lies on the widget; None where its picture is not on this sheet."""
        for panel in self.panels:
            if panel.view.id == place.view:
                size = panel.art.size
                spot = QPointF(place.x * size.width(), place.y * size.height()) + panel.shift
                return self.transform.map(spot)
        return None

    def at(self, pos: QPointF) -> tuple[Panel, float, float] | None:
        """The picture under a place of the widget and the fractions there; None outside all."""
        spot = self._back(pos)
        for panel in self.panels:
            inside = spot - panel.shift
            if panel.art.size.contains(inside) and (
                len(self.panels) == 1 or panel.art.content.contains(inside)
            ):
                return (
                    panel,
                    inside.x() / panel.art.size.width(),
                    inside.y() / panel.art.size.height(),
                )
        return None
