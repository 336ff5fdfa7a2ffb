"""The body map: one sheet of the art with the plan's points on it, by mouse and by keyboard."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
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
from PySide6.QtWidgets import QSizePolicy, QWidget

from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import InjectionId
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import keys, naming, painting
from outcomes_app.ui.widgets.bodymap.card import PointCard
from outcomes_app.ui.widgets.bodymap.handles import SiteHandles
from outcomes_app.ui.widgets.bodymap.model import PlanModel
from outcomes_app.ui.widgets.bodymap.mouse import MapMouse
from outcomes_app.ui.widgets.bodymap.scene import Scene
from outcomes_app.ui.widgets.bodymap.stage import Stage

# The picture is painted anew this long after zooming or pushing it; until then it is stretched.
_SETTLE_MS = 90


class BodyMap(QWidget):
    """Shows and edits a PlanModel. Left and right are always the patient's."""

    note_requested = Signal(object)
    units_requested = Signal(object)
    field_drawn = Signal(object, object)  # ViewId, the outline in fractions of that view

    def __init__(self, theme: Theme, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.model = model
        self.stage = Stage(model.views)
        self._handles = SiteHandles(model, self)
        self._card = PointCard(theme, model, self)
        self._scene = Scene(theme, model, self.stage)
        self._mouse = MapMouse(self)
        self._by_keyboard = False
        self.letters_on = True
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
        self.show_card()
        self.update()

    def _selection_changed(self) -> None:
        selected = self.model.selected
        if len(selected) == 1 and self._handles.holds_focus():
            self._handles.focus(selected[0].id)
        self.show_card()
        self.update()

    def _tool_changed(self) -> None:
        adding = self.model.adding
        pointing = adding or self.model.drawing
        self.setCursor(Qt.CursorShape.CrossCursor if pointing else Qt.CursorShape.ArrowCursor)
        if not adding:
            self.cursor_place = None
        self.show_card()
        self._place_handles()
        self.update()

    def _sheet_changed(self) -> None:
        self.stage.show(naming.SHEETS[self.model.sheet])
        self._fit_stage()
        self.cursor_place = None
        self._mouse.forget()
        title = naming.sheet_title(naming.SHEETS[self.model.sheet])
        self.setAccessibleDescription(title)
        self._repaint_all()
        self._place_handles()
        self.show_card()

    def _theme_changed(self) -> None:
        self._card.follow_theme()
        self._place_handles()
        self._repaint_all()
        self.show_card()

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
        self.stage_moved()

    def fit(self) -> None:
        """Show the whole picture."""
        self.stage.fit()
        self.stage_moved()

    def stage_moved(self) -> None:
        """The picture was zoomed or pushed."""
        self._settle.start()
        self._place_handles()
        self.show_card()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture keeps filling the widget."""
        super().resizeEvent(event)
        self._fit_stage()
        self._scene.forget()
        self._place_handles()
        self.show_card()

    def _fit_stage(self) -> None:
        # Two pictures fill the width, so they leave room for the letters beside them.
        inset = self.theme.px(52) if len(self.stage.panels) > 1 else 0
        self.stage.resize(self.size().toSizeF(), inset)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        turned = event.angleDelta().y()
        if turned:
            self.zoom_by(1.0015**turned, event.position())
        event.accept()

    # Points and places

    def sprites(self) -> painting.Sprites:
        """The pictures of points at the present size."""
        return self._scene.sprites(self.devicePixelRatioF())

    def _shown_plan(self) -> Plan:
        return self._mouse.preview or self.model.plan

    def places(self, plan: Plan | None = None) -> list[tuple[PlanPoint, QPointF]]:
        """The points of this sheet and where they are painted, in the order of injection."""
        return self._scene.places(plan or self.model.plan)

    def point_at(self, pos: QPointF) -> PlanPoint | None:
        """The point under a place of the widget."""
        reach = self.sprites().radius + 3
        near = [
            ((centre - pos).manhattanLength(), index, point)
            for index, (point, centre) in enumerate(self.places())
            if (centre - pos).manhattanLength() <= reach * 1.4
        ]
        return min(near)[2] if near else None

    def _place_handles(self) -> None:
        self._scene.forget_points()
        places = [(p.id, centre) for p, centre in self.places()]
        self._handles.show(places, self.sprites().radius)

    def show_card(self) -> None:
        """Tell of the one chosen point, unless something is being dragged."""
        selected = self.model.selected
        pointing = self.model.adding or self.model.drawing
        if len(selected) == 1 and not self._mouse.dragging and not pointing:
            place = selected[0].placement
            centre = self.stage.to_widget(place) if place else None
            if centre is not None and self.rect().contains(centre.toPoint()):
                others = [spot for _point, spot in self.places()]
                self._card.show_for(selected[0], centre, QRectF(self.rect()), others)
                return
        self._card.hide()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Left works on points; middle and right push the picture."""
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was taken hold of, or light up what is under the pointer."""
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        self._mouse.release(event)

    def add_at(self, pos: QPointF, *, deep: bool) -> None:
        """A new site where somebody clicked."""
        found = self.stage.at(pos)
        if found is not None:
            panel, x, y = found
            point = self.model.add_at(panel.view.id, x, y, deep=deep)
            self.focus_handle(point.id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type the units of a point; elsewhere, show the whole picture."""
        point = self.point_at(event.position())
        if point is not None:
            self.units_requested.emit(point.id)
        elif not self.model.adding:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self._mouse.forget()
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

    def focus_handle(self, point_id: InjectionId) -> bool:
        """Give a point of this sheet the keyboard; False where it is on another."""
        return self._handles.focus(point_id)

    def focus_point(self, point_id: InjectionId) -> None:
        """Give a point the keyboard."""
        self.model.reveal(point_id)
        if not self.focus_handle(point_id):
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
        painter.fillRect(event.rect(), self.theme.color("surface"))
        scene.paint_background(painter, bounds.size(), ratio)
        if self._mouse.hovered is not None and not self._mouse.busy:
            painting.paint_region(painter, self.stage, *self._mouse.hovered, self.theme)
        scene.paint_sides(painter, self.width(), self.height())
        scene.paint_points(painter, self._shown_plan(), ratio)
        if self.cursor_place is not None:
            cross = self.stage.to_widget(self.cursor_place)
            if cross is not None:
                scene.paint_cross(painter, cross)
        self._mouse.paint(painter)
        named = self._named()
        if named is not None:
            scene.paint_name(painter, *named, bounds)
        if self.hasFocus() and self._by_keyboard:
            scene.paint_focus(painter, bounds)

    def _named(self) -> tuple[str, QPointF] | None:
        """The muscle under a dragged point, under the cross or under the pointer, and where."""
        mouse, scene = self._mouse, self._scene
        dragged = mouse.named_point()
        if dragged is not None:
            point, plan, where = dragged
            return self.model.name(point, plan), where
        if mouse.busy:
            return None
        if self.cursor_place is not None:
            return scene.name_of_place(self.cursor_place)
        pointer, hovered = mouse.pointer, mouse.hovered
        if hovered is None or pointer is None or self.point_at(pointer) is not None:
            return None
        return scene.name_at(pointer, deep=hovered[1].css == "deep")
