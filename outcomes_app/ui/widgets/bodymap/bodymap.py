"""The body map: one sheet of the art with the plan's points on it, by mouse and by keyboard."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import InjectionId
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import art, keys, naming, painting
from outcomes_app.ui.widgets.bodymap.card import PointCard
from outcomes_app.ui.widgets.bodymap.handles import SiteHandles
from outcomes_app.ui.widgets.bodymap.model import PlanModel
from outcomes_app.ui.widgets.bodymap.scene import Scene
from outcomes_app.ui.widgets.bodymap.stage import Panel, Stage

# The picture is painted anew this long after zooming or pushing it; until then it is stretched.
_SETTLE_MS = 90


@dataclass(slots=True, kw_only=True)
class _Drag:
    """What the mouse is doing since it was pressed."""

    start: QPointF
    point: InjectionId | None = None
    placing: bool = False
    moving: bool = False
    preview: Plan | None = None
    deep: bool = False


class BodyMap(QWidget):
    """Shows and edits a PlanModel. Left and right are always the patient's."""

    note_requested = Signal(object)
    units_requested = Signal(object)

    def __init__(self, theme: Theme, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self.stage = Stage(model.views)
        self._handles = SiteHandles(model, self)
        self._card = PointCard(theme, model, self)
        self._scene = Scene(theme, model, self.stage)
        self._drag: _Drag | None = None
        self._by_keyboard = False
        self.letters_on = True
        self._pointer: QPointF | None = None
        self._hovered: tuple[Panel, art.Region] | None = None
        self.cursor_place: Placement | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._repaint_all)
        self.setObjectName("bodyMap")
        self.setAccessibleName(_("Body map"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        model.changed.connect(self._plan_changed)
        model.selection_changed.connect(self._selection_changed)
        model.tool_changed.connect(self._tool_changed)
        model.sheet_changed.connect(self._sheet_changed)
        model.announced.connect(self._announce)
        theme.changed.connect(self._theme_changed)
        self._sheet_changed()

    def sizeHint(self) -> QSize:
        """Room for a face with its points apart."""
        return QSize(620, 560)

    def minimumSizeHint(self) -> QSize:
        """Below this, points would touch."""
        return QSize(260, 260)

    # Following the model

    def _plan_changed(self) -> None:
        self._scene.forget()
        self._place_handles()
        self._show_card()
        self.update()

    def _selection_changed(self) -> None:
        selected = self.model.selected
        if len(selected) == 1 and self._handles.holds_focus():
            self._handles.focus(selected[0].id)
        self._show_card()
        self.update()

    def _tool_changed(self) -> None:
        adding = self.model.adding
        self.setCursor(Qt.CursorShape.CrossCursor if adding else Qt.CursorShape.ArrowCursor)
        if not adding:
            self.cursor_place = None
        self._show_card()
        self._place_handles()
        self.update()

    def _sheet_changed(self) -> None:
        self.stage.show(naming.SHEETS[self.model.sheet])
        self._fit_stage()
        self.cursor_place = None
        self._hovered = None
        title = naming.sheet_title(naming.SHEETS[self.model.sheet])
        self.setAccessibleDescription(title)
        self._repaint_all()
        self._place_handles()
        self._show_card()

    def _theme_changed(self) -> None:
        self._card.follow_theme()
        self._place_handles()
        self._repaint_all()
        self._show_card()

    def _repaint_all(self) -> None:
        self._scene.forget()
        self.update()

    def _announce(self, words: str) -> None:
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    # Zoom and pan

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Larger or smaller, around a place of the widget or its middle."""
        self.stage.zoom_by(factor, around or QPointF(self.rect().center()))
        self._stage_moved()

    def fit(self) -> None:
        """Show the whole picture."""
        self.stage.fit()
        self._stage_moved()

    def _stage_moved(self) -> None:
        self._settle.start()
        self._place_handles()
        self._show_card()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture keeps filling the widget."""
        super().resizeEvent(event)
        self._fit_stage()
        self._scene.forget()
        self._place_handles()
        self._show_card()

    def _fit_stage(self) -> None:
        # Two pictures fill the width, so they leave room for the letters beside them.
        inset = self._theme.px(52) if len(self.stage.panels) > 1 else 0
        self.stage.resize(self.size().toSizeF(), inset)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        turned = event.angleDelta().y()
        if turned:
            self.zoom_by(1.0015**turned, event.position())
        event.accept()

    # Points and places

    def _sprites(self) -> painting.Sprites:
        return self._scene.sprites(self.devicePixelRatioF())

    def _shown_plan(self) -> Plan:
        drag = self._drag
        return drag.preview if drag is not None and drag.preview is not None else self.model.plan

    def places(self, plan: Plan | None = None) -> list[tuple[PlanPoint, QPointF]]:
        """The points of this sheet and where they are painted, in the order of injection."""
        return self._scene.places(plan or self.model.plan)

    def _point_at(self, pos: QPointF) -> PlanPoint | None:
        reach = self._sprites().radius + 3
        near = [
            ((centre - pos).manhattanLength(), index, point)
            for index, (point, centre) in enumerate(self.places())
            if (centre - pos).manhattanLength() <= reach * 1.4
        ]
        return min(near)[2] if near else None

    def _place_handles(self) -> None:
        self._scene.forget_points()
        places = [(p.id, centre) for p, centre in self.places()]
        self._handles.show(places, self._sprites().radius)

    def _show_card(self) -> None:
        selected = self.model.selected
        dragging = self._drag is not None and self._drag.moving
        if len(selected) == 1 and not dragging and not self.model.adding:
            place = selected[0].placement
            centre = self.stage.to_widget(place) if place else None
            if centre is not None and self.rect().contains(centre.toPoint()):
                others = [spot for _point, spot in self.places()]
                self._card.show_for(selected[0], centre, QRectF(self.rect()), others)
                return
        self._card.hide()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose or take hold of a point, begin to add one, or take hold of the picture."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            event.ignore()
            return
        pos = event.position()
        deep = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._drag = _Drag(start=pos, deep=deep)
        if event.button() is Qt.MouseButton.MiddleButton:
            return
        point = self._point_at(pos)
        if point is not None:
            self._press_point(point, event)
        elif self.model.adding:
            self._drag.placing = True
        elif not event.modifiers():
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _press_point(self, point: PlanPoint, event: QMouseEvent) -> None:
        chosen = self.model.selection
        several = event.modifiers() & (
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        )
        if several:
            left = tuple(i for i in chosen if i != point.id)
            self.model.select(left if point.id in chosen else (*chosen, point.id))
        elif point.id not in chosen:
            self.model.select((point.id,))
        self._handles.focus(point.id)
        if self._drag is not None and not several:
            self._drag.point = point.id

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a point or the picture; otherwise light up what is under the pointer."""
        pos = event.position()
        drag = self._drag
        if drag is None or not event.buttons():
            self._hover(pos, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
            return
        far = (pos - drag.start).manhattanLength() >= QApplication.startDragDistance()
        if not drag.moving and not far:
            return
        if not drag.moving:
            drag.moving = True
            self._card.hide()
        if drag.point is not None:
            self._drag_points(drag, pos)
        elif not drag.placing:
            self.stage.pan_by(pos - drag.start)
            drag.start = pos
            self._stage_moved()

    def _drag_points(self, drag: _Drag, pos: QPointF) -> None:
        before = self._painted_bounds(self._shown_plan())
        distance = pos - drag.start
        moves = {}
        for point, centre in self.places():
            if point.id in self.model.selection:
                found = self.stage.at(centre + distance)
                if found is not None:
                    panel, x, y = found
                    moves[point.id] = plans.placed(panel.view.id, x, y)
        drag.preview = self.model.moved(moves, deep=drag.deep)
        self._pointer = pos
        after = self._painted_bounds(drag.preview)
        self.update(before.united(after))

    def _painted_bounds(self, plan: Plan) -> QRect:
        """What has to be painted anew when the chosen points (or their twins) move."""
        room = self._sprites().half + 2
        ids = set(self.model.selection)
        if self.model.mirroring:
            ids |= set(plans.with_twins(self.model.plan, ids))
        box = QRectF()
        for point, centre in self.places(plan):
            if point.id in ids:
                box |= QRectF(centre.x() - room, centre.y() - room, 2 * room, 2 * room)
        if self._pointer is not None:
            box |= QRectF(self._pointer, self._pointer).adjusted(-260, -60, 260, 60)
        return box.toAlignedRect()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: a dragged point stays where it is, a click with the Add tool places a site."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if drag.preview is not None:
            before = self.model.plan
            moved = {
                p.id: p.placement
                for p in drag.preview.of(self.model.selection)
                if p.placement and p != before.point(p.id)
            }
            self.model.move(moved, deep=drag.deep)
        elif drag.placing and not drag.moving:
            self._add(drag.start, deep=drag.deep)
        elif drag.point is None and not drag.moving and not event.modifiers():
            self.model.select(())
        self._show_card()
        self.update()

    def _add(self, pos: QPointF, *, deep: bool) -> None:
        found = self.stage.at(pos)
        if found is not None:
            panel, x, y = found
            point = self.model.add_at(panel.view.id, x, y, deep=deep)
            self._handles.focus(point.id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type the units of a point; elsewhere, show the whole picture."""
        point = self._point_at(event.position())
        if point is not None:
            self.units_requested.emit(point.id)
        elif not self.model.adding:
            self.fit()

    def _hover(self, pos: QPointF, deep: bool) -> None:
        self._pointer = pos
        found = self.stage.at(pos)
        region = found[0].art.region_at(found[1], found[2], deep=deep) if found else None
        self._hovered = (found[0], region) if found is not None and region is not None else None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self._pointer = self._hovered = None
        self.update()

    # The keyboard

    def event(self, event: QEvent) -> bool:
        """Keys of the map come before shortcuts of the window; a pinch zooms."""
        if event.type() is QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if keys.knows(event, letters=self.letters_on):
                event.accept()
                return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1 + event.value(), event.position())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The single keys of the map; everything else goes to the window."""
        self._by_keyboard = True
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The frame of the map shows that it has the keyboard."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The frame goes."""
        super().focusOutEvent(event)
        self.update()

    def focus_point(self, point_id: InjectionId) -> None:
        """Give a point the keyboard."""
        self.model.reveal(point_id)
        if not self._handles.focus(point_id):
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_next(self, step: int) -> None:
        """Choose the next point of the sheet, in the order of injection."""
        ids = [p.id for p, _centre in self.places()]
        if not ids:
            return
        chosen = self.model.selection
        at = ids.index(chosen[0]) + step if chosen and chosen[0] in ids else 0
        self.focus_point(ids[at % len(ids)])

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The kept picture of the art, then what moves."""
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene, ratio, bounds = self._scene, self.devicePixelRatioF(), QRectF(self.rect())
        painter.fillRect(event.rect(), self._theme.color("surface"))
        scene.paint_background(painter, bounds.size(), ratio)
        if self._hovered is not None and self._drag is None:
            painting.paint_region(painter, self.stage, *self._hovered, self._theme)
        scene.paint_sides(painter, self.width(), self.height())
        scene.paint_points(painter, self._shown_plan(), ratio)
        if self.cursor_place is not None:
            cross = self.stage.to_widget(self.cursor_place)
            if cross is not None:
                scene.paint_cross(painter, cross)
        named = self._named()
        if named is not None:
            scene.paint_name(painter, *named, bounds)
        if self.hasFocus() and self._by_keyboard:
            scene.paint_focus(painter, bounds)

    def _named(self) -> tuple[str, QPointF] | None:
        """The muscle under a dragged point, under the cross or under the pointer, and where."""
        drag, pointer, scene = self._drag, self._pointer, self._scene
        if drag is not None:
            point = drag.preview.point(drag.point) if drag.preview and drag.point else None
            if point is None or pointer is None or drag.preview is None:
                return None
            return self.model.name(point, drag.preview), pointer
        if self.cursor_place is not None:
            return scene.name_of_place(self.cursor_place)
        if self._hovered is None or pointer is None or self._point_at(pointer) is not None:
            return None
        return scene.name_at(pointer, deep=self._hovered[1].css == "deep")
