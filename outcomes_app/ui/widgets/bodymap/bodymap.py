"""The body map: one sheet of the art with the plan's points on it, by mouse and by keyboard."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.plan_totals import PointState
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import InjectionId, Side
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import art, keys, naming, painting
from outcomes_app.ui.widgets.bodymap.card import PointCard
from outcomes_app.ui.widgets.bodymap.handles import SiteHandles
from outcomes_app.ui.widgets.bodymap.model import PlanModel
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
        self._background: QPixmap | None = None
        self._painted_with = QTransform()
        self._sprites: painting.Sprites | None = None
        self._drag: _Drag | None = None
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
        self._background = None
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
        self.cursor_place = None
        self._hovered = None
        title = naming.sheet_title(naming.SHEETS[self.model.sheet])
        self.setAccessibleDescription(title)
        self._repaint_all()
        self._place_handles()
        self._show_card()

    def _theme_changed(self) -> None:
        self._sprites = None
        self._card.follow_theme()
        self._repaint_all()
        self._show_card()

    def _repaint_all(self) -> None:
        self._background = None
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
        self.stage.resize(self.size().toSizeF())
        self._background = None
        self._place_handles()
        self._show_card()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        turned = event.angleDelta().y()
        if turned:
            self.zoom_by(1.0015**turned, event.position())
        event.accept()

    # Points and places

    def _shown_plan(self) -> Plan:
        drag = self._drag
        return drag.preview if drag is not None and drag.preview is not None else self.model.plan

    def places(self, plan: Plan | None = None) -> list[tuple[PlanPoint, QPointF]]:
        """The points of this sheet and where they are painted, in the order of injection."""
        found = []
        for point in (plan or self.model.plan).points:
            if point.placement is None:
                continue
            centre = self.stage.to_widget(point.placement)
            if centre is not None:
                found.append((point, centre))
        return found

    def _point_at(self, pos: QPointF) -> PlanPoint | None:
        reach = self._sprite_book().radius + 3
        near = [
            ((centre - pos).manhattanLength(), index, point)
            for index, (point, centre) in enumerate(self.places())
            if (centre - pos).manhattanLength() <= reach * 1.4
        ]
        return min(near)[2] if near else None

    def _place_handles(self) -> None:
        radius = painting.point_radius(self._theme)
        self._handles.show([(p.id, centre) for p, centre in self.places()], radius)

    def _show_card(self) -> None:
        selected = self.model.selected
        dragging = self._drag is not None and self._drag.moving
        if len(selected) == 1 and not dragging and not self.model.adding:
            place = selected[0].placement
            centre = self.stage.to_widget(place) if place else None
            if centre is not None and self.rect().contains(centre.toPoint()):
                self._card.show_for(selected[0], centre, QRectF(self.rect()))
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
        room = self._sprite_book().half + 2
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
            if keys.knows(event):
                event.accept()
                return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1 + event.value(), event.position())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The single keys of the map; everything else goes to the window."""
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The frame of the map shows that it has the keyboard."""
        super().focusInEvent(event)
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

    def _sprite_book(self) -> painting.Sprites:
        if self._sprites is None:
            self._sprites = painting.Sprites(self._theme, self.devicePixelRatioF())
        return self._sprites

    def paintEvent(self, event: QPaintEvent) -> None:
        """The kept picture of the art, then what moves."""
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), self._theme.color("surface"))
        self._paint_background(painter)
        if self._hovered is not None and self._drag is None:
            painting.paint_region(painter, self.stage, *self._hovered, self._theme)
        self._paint_sides(painter)
        self._paint_points(painter)
        self._paint_pointer(painter)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_background(self, painter: QPainter) -> None:
        if self._background is None:
            self._background = self._render()
            self._painted_with = QTransform(self.stage.transform)
        if self._painted_with == self.stage.transform:
            painter.drawPixmap(QPoint(0, 0), self._background)
            return
        back, _possible = self._painted_with.inverted()
        painter.save()
        painter.setTransform(back * self.stage.transform, True)
        painter.drawPixmap(QPoint(0, 0), self._background)
        painter.restore()

    def _render(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap((self.size().toSizeF() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.color("surface"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painting.paint_art(painter, self.stage, self._theme, self._lit())
        painter.end()
        return picture

    def _lit(self) -> dict[str, frozenset[str]]:
        """The regions of each picture that hold points."""
        lit: dict[str, set[str]] = {}
        for point in self.model.plan.points:
            if point.placement is None or point.placement.view not in self.model.views_shown:
                continue
            view = self.model.views[point.placement.view]
            ending = {Side.LEFT: "_left", Side.RIGHT: "_right"}.get(point.side, "")
            for region, sites in view.sites_by_region.items():
                sided = region.endswith(("_left", "_right"))
                if point.site in sites[:1] and (not sided or region.endswith(ending or "-")):
                    lit.setdefault(view.id, set()).add(region)
            spot = naming.spot_at(view, self.model.sites, point.placement.x, point.placement.y)
            if spot.region and spot.site == point.site:
                lit.setdefault(view.id, set()).add(spot.region)
        return {view: frozenset(regions) for view, regions in lit.items()}

    def _paint_sides(self, painter: QPainter) -> None:
        """The letters L and R, the patient's, always in sight."""
        theme = self._theme
        one_sided = {"whole view": Side.LEFT, "none": Side.RIGHT}
        for index, panel in enumerate(self.stage.panels):
            side = one_sided.get(panel.view.patient_left_is)
            if side is None:
                left_is_right = panel.view.patient_left_is == "viewer right"
                shown = (Side.RIGHT, Side.LEFT) if left_is_right else (Side.LEFT, Side.RIGHT)
                self._paint_letter(painter, shown[0], at_left=True)
                self._paint_letter(painter, shown[1], at_left=False)
            else:
                self._paint_letter(painter, side, at_left=index == 0)
        _unused = theme

    def _paint_letter(self, painter: QPainter, side: Side, *, at_left: bool) -> None:
        theme = self._theme
        width = theme.px(64)
        left = theme.px(10) if at_left else self.width() - width - theme.px(10)
        top = self.height() * 0.36
        letter = _("L") if side is Side.LEFT else _("R")
        painter.setPen(theme.color("textMuted"))
        painter.setFont(theme.font("subtitle"))
        height = painter.fontMetrics().height()
        box = QRectF(left, top, width, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
        painter.setFont(theme.font("caption"))
        box.moveTop(top + height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, naming.side_word(side))

    def _paint_points(self, painter: QPainter) -> None:
        plan = self._shown_plan()
        sprites = self._sprite_book()
        comparison = self.model.comparison if self.model.comparing else None
        if comparison is not None:
            self._paint_previous(painter, sprites)
        chosen = set(self.model.selection)
        places = sorted(self.places(plan), key=lambda place: place[0].id in chosen)
        for point, centre in places:
            change = comparison.of(point.id) if comparison else None
            look = painting.PointLook(
                text=naming.short_units(point),
                changed=change is not None and change.state is not PointState.SAME,
                unset=point.units is None or point.needs_name,
                ghost=not point.confirmed,
                note=bool(point.note),
                selected=point.id in chosen,
            )
            sprites.paint(painter, centre, look)

    def _paint_previous(self, painter: QPainter, sprites: painting.Sprites) -> None:
        comparison = self.model.comparison
        assert comparison is not None
        gone = list(comparison.removed)
        for point in self.model.plan.points:
            change = comparison.of(point.id)
            before = change.before if change else None
            if before is not None and not plans.same_place(before.placement, point.placement):
                gone.append(before)
        for point in gone:
            centre = self.stage.to_widget(point.placement) if point.placement else None
            if centre is not None:
                painting.paint_previous(painter, centre, sprites.radius, sprites.inks)

    def _paint_pointer(self, painter: QPainter) -> None:
        """The name of the muscle under the pointer, under a dragged point or under the cross."""
        bounds = QRectF(self.rect())
        name, anchor = self._pointer_words()
        if self.cursor_place is not None:
            centre = self.stage.to_widget(self.cursor_place)
            if centre is not None:
                self._paint_cross(painter, centre)
        if name:
            painting.paint_pill(painter, anchor + QPointF(16, 14), name, bounds, self._theme)

    def _pointer_words(self) -> tuple[str, QPointF]:
        drag = self._drag
        if drag is not None and drag.preview is not None and drag.point is not None:
            point = drag.preview.point(drag.point)
            if point is not None and self._pointer is not None:
                return self.model.name(point, drag.preview), self._pointer
        if self.cursor_place is not None:
            centre = self.stage.to_widget(self.cursor_place)
            view = self.model.views[self.cursor_place.view]
            spot = naming.spot_at(view, self.model.sites, self.cursor_place.x, self.cursor_place.y)
            if centre is not None:
                return self._spot_words(spot), centre
        if self._hovered is not None and self._pointer is not None and drag is None:
            panel, region = self._hovered
            found = self.stage.at(self._pointer)
            if found is not None and self._point_at(self._pointer) is None:
                spot = naming.spot_at(
                    panel.view, self.model.sites, found[1], found[2], deep=region.css == "deep"
                )
                return self._spot_words(spot), self._pointer
        return "", QPointF()

    def _spot_words(self, spot: naming.Spot) -> str:
        point = plans.new_point(spot.site, spot.side, None, None, label=spot.label)
        return _("{site}, {side}").format(
            site=naming.site_name(point, self.model.sites), side=naming.side_word(spot.side)
        )

    def _paint_cross(self, painter: QPainter, centre: QPointF) -> None:
        painter.setPen(QPen(self._theme.color("focus"), 2))
        reach = self._theme.px(11)
        painter.drawLine(centre + QPointF(-reach, 0), centre + QPointF(reach, 0))
        painter.drawLine(centre + QPointF(0, -reach), centre + QPointF(0, reach))
