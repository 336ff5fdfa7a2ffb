"""What the body map paints: the kept picture of the art, then sides, points and names over it."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QTransform

from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.plan_totals import PointState
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import Side
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import naming, painting
from outcomes_app.ui.widgets.bodymap.model import PlanModel
from outcomes_app.ui.widgets.bodymap.stage import Stage

_ONE_SIDED = {"whole view": Side.LEFT, "none": Side.RIGHT}
# Neighbours may touch but not hide each other.
_ROOM_BETWEEN = 0.6
_SMALLEST_RADIUS = 8.0


class Scene:
    """Paints a PlanModel on a Stage. It keeps pictures and holds no state of its own."""

    def __init__(self, theme: Theme, model: PlanModel, stage: Stage) -> None:
        self._theme = theme
        self._model = model
        self._stage = stage
        self._background: QPixmap | None = None
        self._painted_with = QTransform()
        self._sprites: painting.Sprites | None = None

    def forget(self) -> None:
        """The art has to be painted anew."""
        self._background = None

    def forget_points(self) -> None:
        """Points may look different: another theme, or nearer to each other."""
        self._sprites = None

    def sprites(self, ratio: float) -> painting.Sprites:
        """The pictures of points, as large as their neighbours allow."""
        if self._sprites is None:
            self._sprites = painting.Sprites(self._theme, self._radius(), ratio)
        return self._sprites

    def _radius(self) -> float:
        centres = [centre for _point, centre in self.places(self._model.plan)]
        wanted = painting.point_radius(self._theme)
        nearest = min(
            (
                (one - other).x() ** 2 + (one - other).y() ** 2
                for i, one in enumerate(centres)
                for other in centres[:i]
            ),
            default=wanted**2 * 16,
        )
        least = _SMALLEST_RADIUS * min(self._theme.scale, 1.25)
        return float(min(wanted, max(nearest**0.5 * _ROOM_BETWEEN, least)))

    def places(self, plan: Plan) -> list[tuple[PlanPoint, QPointF]]:
        """The points of this sheet and where they are painted, in the order of injection."""
        found = []
        for point in plan.points:
            centre = self._stage.to_widget(point.placement) if point.placement else None
            if centre is not None:
                found.append((point, centre))
        return found

    # The art

    def paint_background(self, painter: QPainter, size: QSizeF, ratio: float) -> None:
        """The kept picture of the art; stretched while somebody zooms or pushes it."""
        if self._background is None:
            self._background = self._render(size, ratio)
            self._painted_with = QTransform(self._stage.transform)
        if self._painted_with == self._stage.transform:
            painter.drawPixmap(QPoint(0, 0), self._background)
            return
        back, _possible = self._painted_with.inverted()
        painter.save()
        painter.setTransform(back * self._stage.transform, True)
        painter.drawPixmap(QPoint(0, 0), self._background)
        painter.restore()

    def _render(self, size: QSizeF, ratio: float) -> QPixmap:
        picture = QPixmap((size * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.color("surface"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painting.paint_art(painter, self._stage, self._theme, self._lit())
        painter.end()
        return picture

    def _lit(self) -> dict[str, frozenset[str]]:
        """The regions of each picture that hold points."""
        lit: dict[str, set[str]] = {}
        model = self._model
        for point in model.plan.points:
            if point.placement is None or point.placement.view not in model.views_shown:
                continue
            view = model.views[point.placement.view]
            regions = lit.setdefault(view.id, set())
            site = model.sites.get(point.site)
            for placement in site.placements if site else ():
                if placement.view == view.id and placement.side is point.side:
                    regions.update(placement.regions)
            spot = naming.spot_at(view, model.sites, point.placement.x, point.placement.y)
            if spot.site == point.site:
                regions.add(spot.region)
        return {view: frozenset(regions) for view, regions in lit.items()}

    # The letters

    def paint_sides(self, painter: QPainter, width: int, height: int) -> None:
        """The letters L and R, the patient's, always in sight."""
        for index, panel in enumerate(self._stage.panels):
            left_is = panel.view.patient_left_is
            if left_is in _ONE_SIDED:
                self._paint_letter(painter, _ONE_SIDED[left_is], index == 0, width, height)
                continue
            shown = [Side.LEFT, Side.RIGHT]
            if left_is == "viewer right":
                shown.reverse()
            self._paint_letter(painter, shown[0], True, width, height)
            self._paint_letter(painter, shown[1], False, width, height)

    def _paint_letter(
        self, painter: QPainter, side: Side, at_left: bool, width: int, height: int
    ) -> None:
        theme = self._theme
        wide = theme.px(44)
        edge = theme.px(6)
        top = height * 0.36
        painter.setPen(theme.color("textMuted"))
        painter.setFont(theme.font("subtitle"))
        line = painter.fontMetrics().height()
        box = QRectF(edge if at_left else width - wide - edge, top, wide, line)
        letter = _("L") if side is Side.LEFT else _("R")
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
        painter.setFont(theme.font("caption"))
        box.moveTop(top + line)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, naming.side_word(side))

    # The points

    def paint_points(self, painter: QPainter, plan: Plan, ratio: float) -> None:
        """All points of the sheet, the chosen ones on top, previous places under them."""
        sprites = self.sprites(ratio)
        model = self._model
        comparison = model.comparison if model.comparing else None
        if model.heating:
            self._paint_heat(painter, sprites.radius)
        if comparison is not None:
            self._paint_previous(painter, sprites)
        chosen = set(model.selection)
        for point, centre in sorted(self.places(plan), key=lambda place: place[0].id in chosen):
            change = comparison.of(point.id) if comparison else None
            look = painting.PointLook(
                text=naming.short_units(point),
                changed=change is not None and change.state is not PointState.SAME,
                unset=point.units is None or point.needs_name,
                ghost=not point.confirmed,
                note=bool(point.note),
                uneven=point.id in model.uneven,
                selected=point.id in chosen,
            )
            sprites.paint(painter, centre, look)

    def _paint_heat(self, painter: QPainter, radius: float) -> None:
        """Where the last treatments of this product went, as glow around their points."""
        product = self._model.plan.product
        given = [
            (point.placement, float(point.units))
            for plan in self._model.earlier
            if plan.product == product
            for point in plan.points
            if point.placement is not None and point.units is not None
        ]
        most = max((units for _place, units in given), default=1.0)
        share = max(len(self._model.earlier), 1)
        for place, units in given:
            centre = self._stage.to_widget(place)
            if centre is not None:
                ink = self._theme.color("changed")
                painting.paint_heat(painter, centre, radius * 2.4, units / most / share, ink)

    def _paint_previous(self, painter: QPainter, sprites: painting.Sprites) -> None:
        comparison = self._model.comparison
        gone = list(comparison.removed) if comparison else []
        for point in self._model.plan.points:
            change = comparison.of(point.id) if comparison else None
            before = change.before if change else None
            if before is not None and not plans.same_place(before.placement, point.placement):
                gone.append(before)
        for point in gone:
            centre = self._stage.to_widget(point.placement) if point.placement else None
            if centre is not None:
                painting.paint_previous(painter, centre, sprites.radius, sprites.inks)

    # Names

    def name_of_place(self, place: Placement) -> tuple[str, QPointF] | None:
        """The muscle at a place, and where to write it."""
        centre = self._stage.to_widget(place)
        view = self._model.views[place.view]
        spot = naming.spot_at(view, self._model.sites, place.x, place.y)
        return (self.spot_words(spot), centre) if centre is not None else None

    def name_at(self, pointer: QPointF, *, deep: bool) -> tuple[str, QPointF] | None:
        """The muscle under the pointer, and where to write it."""
        found = self._stage.at(pointer)
        if found is None:
            return None
        panel, x, y = found
        spot = naming.spot_at(panel.view, self._model.sites, x, y, deep=deep)
        return self.spot_words(spot), pointer

    def spot_words(self, spot: naming.Spot) -> str:
        """The muscle and side of a place, as they are written beside the pointer."""
        point = plans.new_point(spot.site, spot.side, None, None, label=spot.label)
        return _("{site}, {side}").format(
            site=naming.site_name(point, self._model.sites), side=naming.side_word(spot.side)
        )

    def paint_name(self, painter: QPainter, words: str, anchor: QPointF, bounds: QRectF) -> None:
        """A name beside the pointer."""
        painting.paint_pill(painter, anchor + QPointF(16, 14), words, bounds, self._theme)

    def paint_cross(self, painter: QPainter, centre: QPointF) -> None:
        """The cross that the arrow keys move while the Add tool is in hand."""
        painter.setPen(QPen(self._theme.color("focus"), 2))
        reach = self._theme.px(11)
        painter.drawLine(centre + QPointF(-reach, 0), centre + QPointF(reach, 0))
        painter.drawLine(centre + QPointF(0, -reach), centre + QPointF(0, reach))

    def paint_focus(self, painter: QPainter, bounds: QRectF) -> None:
        """The frame that says the map has the keyboard."""
        painter.setPen(QPen(self._theme.color("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bounds.adjusted(1, 1, -1, -1))
