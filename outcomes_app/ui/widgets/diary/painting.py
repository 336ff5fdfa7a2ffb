"""How a diary day looks: shape and word first, colour second."""

from datetime import date

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from outcomes_app.domain.diary import DiaryDay
from outcomes_app.text import _, number
from outcomes_app.ui.theme import Theme, tokens
from outcomes_app.ui.widgets.diary.model import DAY_ROLE, DayCell

_Index = QModelIndex | QPersistentModelIndex
# The places of none, mild, moderate and severe in the five steps of the severity colours.
_STEPS = (0, 1, 2, 4)
_DARK_ABOVE = 140


def severity_of(day: DiaryDay) -> int:
    """0 none to 3 severe; of 0–10 pain, 4 is moderate and 7 severe; an unsaid pain looks mild."""
    if not day.headache:
        return 0
    if day.peak_severity is not None:
        return day.peak_severity
    if day.peak_pain is None:
        return 1
    return 3 if day.peak_pain >= 7 else 2 if day.peak_pain >= 4 else 1


class DayPainter:
    """Paints one day into a rectangle; the grid and its legend share it."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(self, painter: QPainter, rect: QRectF, cell: DayCell, *, words: bool = True) -> None:
        """Paint a day; `words` off leaves out the number and the words, for the legend."""
        theme, day = self._theme, cell.day
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QPainterPath()
        box.addRoundedRect(rect, theme.px(5), theme.px(5))
        ink = theme.color("text")
        if cell.future:
            painter.setPen(QPen(theme.color("border"), 1))
            painter.drawPath(box)
            ink = theme.color("textFaint")
        elif day is None or day.headache is None:
            self._paint_no_entry(painter, box)
        else:
            fill = self._fill(severity_of(day))
            painter.fillPath(box, fill)
            painter.setPen(QPen(theme.color("border"), 1))
            painter.drawPath(box)
            ink = _ink(fill)
        if cell.injection:
            self._paint_injection(painter, rect)
        if words:
            self._paint_words(painter, rect, cell, ink)
        if day is not None and day.headache:
            self._paint_pain(painter, rect, day, ink)
        if day is not None and (day.acute_medicines or day.acute_medicine_taken):
            self._paint_pill(painter, rect, ink)
        painter.restore()

    def _fill(self, severity: int) -> QColor:
        steps = tokens()["chart"][self._theme.name]["severity"]
        return QColor(steps[_STEPS[severity]])

    def _paint_no_entry(self, painter: QPainter, box: QPainterPath) -> None:
        theme = self._theme
        painter.fillPath(box, QBrush(theme.color("border"), Qt.BrushStyle.BDiagPattern))
        pen = QPen(theme.color("borderStrong"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPath(box)

    def _paint_injection(self, painter: QPainter, rect: QRectF) -> None:
        theme = self._theme
        mark = theme.color("text")
        painter.setPen(QPen(mark, theme.px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = rect.adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(inner, theme.px(5), theme.px(5))
        middle, top, side = rect.center().x(), rect.top(), theme.px(5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(middle - side, top),
                    QPointF(middle + side, top),
                    QPointF(middle, top + side),
                ]
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_words(self, painter: QPainter, rect: QRectF, cell: DayCell, ink: QColor) -> None:
        theme, day = self._theme, cell.day
        headache = day is not None and bool(day.headache)
        painter.setPen(ink)
        painter.setFont(theme.font("bodyStrong" if headache else "body"))
        edge = theme.px(5)
        inside = rect.adjusted(edge, theme.px(3), -theme.px(2), -theme.px(3))
        top = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(inside, int(top), str(cell.on.day))
        if cell.future or headache:
            return
        said = _("no entry")
        if day is not None:
            said = _("none") if day.headache is False else "?"
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("textMuted"))
        bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
        space = rect.adjusted(1, theme.px(20), -1, -theme.px(3))
        painter.drawText(space, int(bottom) | int(Qt.TextFlag.TextWordWrap), said)

    def _paint_pain(self, painter: QPainter, rect: QRectF, day: DiaryDay, ink: QColor) -> None:
        theme = self._theme
        low = rect.bottom() - theme.px(8)
        if day.peak_severity is None:
            said = "?" if day.peak_pain is None else number(day.peak_pain)
            painter.setPen(ink)
            painter.setFont(theme.font("bodyStrong"))
            place = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
            painter.drawText(rect.adjusted(0, 0, 0, -theme.px(2)), int(place), said)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        gap, size = theme.px(7), theme.px(2)
        left = rect.center().x() - gap * (day.peak_severity - 1) / 2
        for dot in range(day.peak_severity):
            painter.drawEllipse(QPointF(left + dot * gap, low), size, size)

    def _paint_pill(self, painter: QPainter, rect: QRectF, ink: QColor) -> None:
        theme = self._theme
        width, height = theme.px(11), theme.px(7)
        # Below the number and above the dots or words; in the middle of a small sample.
        down = theme.px(20) if rect.height() > theme.px(30) else (rect.height() - height) / 2
        pill = QRectF(rect.center().x() - width / 2, rect.top() + down, width, height)
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(pill, height / 2, height / 2)


class DayDelegate(QStyledItemDelegate):
    """Paints the cells; `focus` and `run` are the day with the focus and the selected days."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._painter = DayPainter(theme)
        self.focus: date | None = None
        self.run: frozenset[date] = frozenset()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        cell = index.data(DAY_ROLE)
        if not isinstance(cell, DayCell):
            return
        theme = self._theme
        whole = QRectF(option.rect)
        self._painter.paint(painter, whole.adjusted(2.5, 2.5, -2.5, -2.5), cell)
        if cell.on != self.focus and cell.on not in self.run:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = 3 if cell.on == self.focus else 1.5
        painter.setPen(QPen(theme.color("focus"), wide))
        painter.drawRoundedRect(whole.adjusted(1.5, 1.5, -1.5, -1.5), theme.px(6), theme.px(6))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(self._theme.px(30), self._theme.px(48))


class DaySample(QWidget):
    """A small day for the legend."""

    def __init__(self, theme: Theme, cell: DayCell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._cell, self._painter = theme, cell, DayPainter(theme)
        self._follow()
        theme.changed.connect(self._follow)

    def _follow(self) -> None:
        self.setFixedSize(self._theme.px(24), self._theme.px(20))
        self.update()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        inner = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        self._painter.paint(painter, inner, self._cell, words=False)
        painter.end()


def _ink(fill: QColor) -> QColor:
    light = (fill.red() * 299 + fill.green() * 587 + fill.blue() * 114) / 1000
    return QColor("#1A232E") if light > _DARK_ABOVE else QColor("#FFFFFF")
