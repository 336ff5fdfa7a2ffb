"""What the mouse does on the body map: choose, drag, draw a band or a field, push the picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication

from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.values import InjectionId
from outcomes_app.ui.widgets.bodymap import art, painting
from outcomes_app.ui.widgets.bodymap.stage import Panel

if TYPE_CHECKING:
    from outcomes_app.ui.widgets.bodymap.bodymap import BodyMap

_CHOOSING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


@dataclass(slots=True, kw_only=True)
class _Drag:
    """What the mouse is doing since it was pressed; `kind` is pan, point, place, band or field."""

    start: QPointF
    kind: str
    point: InjectionId | None = None
    adding_to: tuple[InjectionId, ...] = ()
    moving: bool = False
    preview: Plan | None = None
    deep: bool = False
    path: list[QPointF] = field(default_factory=list)


class MapMouse:
    """Belongs to one BodyMap. Left works on points, middle and right push the picture."""

    def __init__(self, body_map: BodyMap) -> None:
        self._map = body_map
        self._drag: _Drag | None = None
        self.pointer: QPointF | None = None
        self.hovered: tuple[Panel, art.Region] | None = None

    @property
    def busy(self) -> bool:
        """Whether a button is held."""
        return self._drag is not None

    @property
    def dragging(self) -> bool:
        """Whether something is being moved or drawn."""
        return self._drag is not None and self._drag.moving

    @property
    def preview(self) -> Plan | None:
        """The plan as it would be if the dragged points were let go here."""
        return self._drag.preview if self._drag is not None else None

    def forget(self) -> None:
        """Nothing is under the pointer any more."""
        self.pointer = self.hovered = None

    def press(self, event: QMouseEvent) -> None:
        """Choose or take hold of a point, begin to add or to draw, or take hold of the picture."""
        pos, model = event.position(), self._map.model
        deep = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.button() is not Qt.MouseButton.LeftButton:
            self._drag = _Drag(start=pos, kind="pan")
            return
        point = None if model.drawing else self._map.point_at(pos)
        if point is not None:
            self._press_point(point, event)
        elif model.drawing:
            self._drag = _Drag(start=pos, kind="field", path=[pos])
        elif model.adding:
            self._drag = _Drag(start=pos, kind="place", deep=deep)
        else:
            kept = model.selection if event.modifiers() & _CHOOSING else ()
            self._drag = _Drag(start=pos, kind="band", adding_to=kept)
            self._map.setFocus(Qt.FocusReason.MouseFocusReason)

    def _press_point(self, point: PlanPoint, event: QMouseEvent) -> None:
        model = self._map.model
        chosen = model.selection
        several = event.modifiers() & _CHOOSING
        if several:
            left = tuple(i for i in chosen if i != point.id)
            model.select(left if point.id in chosen else (*chosen, point.id))
        elif point.id not in chosen:
            model.select((point.id,))
        self._map.focus_handle(point.id)
        deep = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        kind = "none" if several else "point"
        self._drag = _Drag(start=event.position(), kind=kind, point=point.id, deep=deep)

    def move(self, event: QMouseEvent) -> None:
        """Drag what was taken hold of; otherwise light up what is under the pointer."""
        pos, drag = event.position(), self._drag
        if drag is None or not event.buttons():
            self._hover(pos, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
            return
        far = (pos - drag.start).manhattanLength() >= QApplication.startDragDistance()
        if not drag.moving and not far:
            return
        if not drag.moving:
            drag.moving = True
            self._map.show_card()
        self.pointer = pos
        if drag.kind == "point":
            self._drag_points(drag, pos)
        elif drag.kind == "pan":
            self._map.stage.pan_by(pos - drag.start)
            drag.start = pos
            self._map.stage_moved()
        elif drag.kind == "band":
            self._map.update()
        elif drag.kind == "field":
            drag.path.append(pos)
            self._map.update()

    def _drag_points(self, drag: _Drag, pos: QPointF) -> None:
        body_map = self._map
        before = self._painted_bounds(drag.preview or body_map.model.plan)
        distance = pos - drag.start
        moves = {}
        for point, centre in body_map.places():
            if point.id in body_map.model.selection:
                found = body_map.stage.at(centre + distance)
                if found is not None:
                    panel, x, y = found
                    moves[point.id] = plans.placed(panel.view.id, x, y)
        drag.preview = body_map.model.moved(moves, deep=drag.deep)
        after = self._painted_bounds(drag.preview)
        body_map.update(before.united(after))

    def _painted_bounds(self, plan: Plan) -> QRect:
        """What has to be painted anew when the chosen points (or their twins) move."""
        body_map = self._map
        room = body_map.sprites().half + 2
        ids = set(body_map.model.selection)
        if body_map.model.mirroring:
            ids |= set(plans.with_twins(body_map.model.plan, ids))
        box = QRectF()
        for point, centre in body_map.places(plan):
            if point.id in ids:
                box |= QRectF(centre.x() - room, centre.y() - room, 2 * room, 2 * room)
        if self.pointer is not None:
            box |= QRectF(self.pointer, self.pointer).adjusted(-260, -60, 260, 60)
        return box.toAlignedRect()

    def release(self, event: QMouseEvent) -> None:
        """Let go: points stay where they are, a click adds or chooses, a drawing is taken."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        model = self._map.model
        if drag.preview is not None:
            moved = {
                p.id: p.placement
                for p in drag.preview.of(model.selection)
                if p.placement and p != model.plan.point(p.id)
            }
            model.move(moved, deep=drag.deep)
        elif drag.kind == "place" and not drag.moving:
            self._map.add_at(drag.start, deep=drag.deep)
        elif drag.kind == "band":
            self._take_band(drag, event.position())
        elif drag.kind == "field" and drag.moving:
            self._take_field(drag)
        self._map.show_card()
        self._map.update()

    def _take_band(self, drag: _Drag, pos: QPointF) -> None:
        if not drag.moving:
            if not drag.adding_to:
                self._map.model.select(())
            return
        band = QRectF(drag.start, pos).normalized()
        caught = tuple(p.id for p, centre in self._map.places() if band.contains(centre))
        self._map.model.select((*drag.adding_to, *caught))

    def _take_field(self, drag: _Drag) -> None:
        """The outline in fractions of the picture it was begun on."""
        found = [self._map.stage.at(pos) for pos in drag.path]
        inside = [place for place in found if place is not None]
        if not inside:
            return
        panel = inside[0][0]
        outline = [(x, y) for other, x, y in inside if other is panel]
        self._map.field_drawn.emit(panel.view.id, outline)

    def _hover(self, pos: QPointF, deep: bool) -> None:
        self.pointer = pos
        found = self._map.stage.at(pos)
        region = found[0].art.region_at(found[1], found[2], deep=deep) if found else None
        self.hovered = (found[0], region) if found is not None and region is not None else None
        self._map.update()

    def named_point(self) -> tuple[PlanPoint, Plan, QPointF] | None:
        """The dragged point as it would be called here, and where to write it."""
        drag = self._drag
        if drag is None or drag.preview is None or drag.point is None or self.pointer is None:
            return None
        point = drag.preview.point(drag.point)
        return (point, drag.preview, self.pointer) if point is not None else None

    def paint(self, painter: QPainter) -> None:
        """The band or the field while it is drawn."""
        drag = self._drag
        if drag is None or not drag.moving or self.pointer is None:
            return
        ink = self._map.theme.color("focus")
        painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(painting.tinted(ink, 0.10))
        if drag.kind == "band":
            painter.drawRect(QRectF(drag.start, self.pointer).normalized())
        elif drag.kind == "field":
            painter.drawPolygon(QPolygonF(drag.path))
