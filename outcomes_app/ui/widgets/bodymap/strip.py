"""Thumbnails of all sheets, each with what it holds; they turn the map's pages."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QScrollArea, QWidget

from outcomes_app.domain.plan_totals import SideTotals
from outcomes_app.domain.values import ViewId
from outcomes_app.text import NO_BREAK_SPACE, _, ngettext, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import naming, painting
from outcomes_app.ui.widgets.bodymap.model import PlanModel
from outcomes_app.ui.widgets.bodymap.stage import Stage


class Thumbnail(QAbstractButton):
    """One sheet: picture, name, number of sites and units."""

    def __init__(self, theme: Theme, model: PlanModel, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._sheet = naming.SHEETS[index]
        self._stage = Stage(model.views)
        self._stage.show(self._sheet)
        self._picture: QPixmap | None = None
        self.bare = False
        self.setCheckable(True)
        self.setObjectName(f"sheet_{self._sheet.key}")
        self.setText(naming.sheet_title(self._sheet))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("{sheet} (key {n})").format(sheet=self.text(), n=index + 1))
        self.retell()

    def retell(self) -> None:
        """The plan changed: count again."""
        points, dose = self._counts()
        self.setAccessibleName(f"{self.text()}, {points}, {dose}" if dose else self.text())
        self.update()

    def forget(self) -> None:
        """The theme changed: paint anew."""
        self._picture = None
        self.updateGeometry()
        self.update()

    def _counts(self) -> tuple[str, str]:
        found = [self._model.totals.view(ViewId(v)) for v in self._sheet.views]
        points = sum(t.points for t in found)
        if not points:
            return _("no sites"), ""
        held = sum((t.units for t in found), SideTotals().units)
        words = ngettext("{n} site", "{n} sites", points).format(n=points)
        return words.replace(" ", NO_BREAK_SPACE), units(held) if held else _("no units")

    def sizeHint(self) -> QSize:
        """Room for the picture above its words, or for the words alone."""
        theme = self._theme
        return QSize(theme.px(62), theme.px(44 if self.bare else 106))

    def minimumSizeHint(self) -> QSize:
        """Words never touch the frame."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame, picture with dots, and words."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        edge = "focus" if self.hasFocus() else "accent" if on else "border"
        painter.setPen(QPen(theme.color(edge), 2 if on or self.hasFocus() else 1))
        ground = "accentSoft" if on else "hover" if self.underMouse() else "surface"
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(frame, theme.px(6), theme.px(6))
        top = theme.px(5)
        if not self.bare:
            self._paint_picture(painter, QRectF(0, top, self.width(), theme.px(48)))
            top += theme.px(50)
        self._paint_words(painter, top)

    def _paint_words(self, painter: QPainter, top: float) -> None:
        theme = self._theme
        points, dose = self._counts()
        small = self.width() < theme.px(72)
        for line_number, words in enumerate((self.text(), points, "" if self.bare else dose)):
            font = theme.font("axis" if small else "caption")
            font.setWeight(font.Weight.DemiBold if line_number == 0 else font.Weight.Normal)
            painter.setFont(font)
            painter.setPen(theme.color("textMuted" if line_number else "text"))
            line = theme.px(16)
            box = QRectF(2, top, self.width() - 4, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            top += line

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        self._stage.resize(QSizeF(box.size()))
        if self._picture is None:
            self._picture = self._render(box.size(), ratio)
        painter.drawPixmap(box.topLeft(), self._picture)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accentText"))
        dot = self._theme.px(2)
        for point in self._model.plan.points:
            centre = self._stage.to_widget(point.placement) if point.placement else None
            if centre is not None:
                painter.drawEllipse(centre + QPointF(box.left(), box.top()), dot, dot)

    def _render(self, size: QSizeF, ratio: float) -> QPixmap:
        picture = QPixmap((size * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painting.paint_art(painter, self._stage, self._theme, {})
        painter.end()
        return picture

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another picture."""
        super().resizeEvent(event)
        self._picture = None


class ViewStrip(QScrollArea):
    """All sheets side by side; it scrolls where they do not fit."""

    def __init__(self, theme: Theme, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.setObjectName("viewStrip")
        self.setAccessibleName(_("Body views"))
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._line = QHBoxLayout(inside)
        self._group = QButtonGroup(self)
        self._thumbnails = []
        for index in range(len(naming.SHEETS)):
            thumbnail = Thumbnail(theme, model, index, inside)
            self._group.addButton(thumbnail, index)
            self._line.addWidget(thumbnail, 1)
            self._thumbnails.append(thumbnail)
        self._group.idClicked.connect(model.show_sheet)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        model.changed.connect(self._recount)
        model.sheet_changed.connect(self._turn)
        theme.changed.connect(self._lay_out)
        self._lay_out()
        self._turn()

    def set_bare(self, bare: bool) -> None:
        """Words without pictures, where there is little height."""
        if self._thumbnails[0].bare != bare:
            for thumbnail in self._thumbnails:
                thumbnail.bare = bare
            self._lay_out()

    def _lay_out(self) -> None:
        gap = self._theme.px(4)
        self._line.setContentsMargins(gap, gap, gap, gap)
        self._line.setSpacing(gap)
        for thumbnail in self._thumbnails:
            thumbnail.forget()
        needed = self._thumbnails[0].sizeHint().height() + 2 * gap
        self.setFixedHeight(needed + self._bar_room())

    def _bar_room(self) -> int:
        """Where the sheets do not fit beside each other, their scroll bar needs a line."""
        gap = self._theme.px(4)
        wide = sum(t.sizeHint().width() + gap for t in self._thumbnails) + gap
        return self.horizontalScrollBar().sizeHint().height() if wide > self.width() else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Room for the scroll bar only where it is needed."""
        super().resizeEvent(event)
        gap = self._theme.px(4)
        needed = self._thumbnails[0].sizeHint().height() + 2 * gap + self._bar_room()
        if needed != self.height():
            self.setFixedHeight(needed)

    def _recount(self) -> None:
        for thumbnail in self._thumbnails:
            thumbnail.retell()

    def _turn(self) -> None:
        now = self._thumbnails[self._model.sheet]
        now.setChecked(True)
        self.ensureWidgetVisible(now)
