"""The card beside a chosen point: its name, dose and volume, what it was, and the keys for it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from outcomes_app.domain.plan import PlanPoint
from outcomes_app.domain.plan_totals import PointState, volume_ml
from outcomes_app.text import NO_BREAK_SPACE, _, number, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import naming
from outcomes_app.ui.widgets.bodymap.model import PlanModel

_WIDEST = 250
_ROOM_FOR_KEYS = 380
_MAY_HIDE = 3


class PointCard(QFrame):
    """Never in the way of the pointer: clicks fall through it to the map."""

    def __init__(self, theme: Theme, model: PlanModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.setObjectName("pointCard")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self._name, self._dose, self._note, self._keys = (QLabel(self) for _n in range(4))
        for label, role in (
            (self._name, "bodyStrong"),
            (self._dose, "body"),
            (self._note, "caption"),
            (self._keys, "caption"),
        ):
            theme.set_text_role(label, role)
        self._layout = QVBoxLayout(self)
        for label in (self._name, self._dose, self._note, self._keys):
            self._layout.addWidget(label)
        self._keys.setText(_("+ / − units    M mirror    N note").replace(" ", NO_BREAK_SPACE))
        self.follow_theme()
        self.hide()

    def follow_theme(self) -> None:
        """Take colours and lengths from the theme."""
        theme = self._theme
        self._layout.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        self._layout.setSpacing(theme.px(3))
        self.setStyleSheet(
            f"#pointCard{{background:{theme.hex('surfaceRaised')};"
            f"border:1px solid {theme.hex('borderStrong')};border-radius:{theme.px(6)}px}}"
            f"#pointCard QLabel{{background:transparent;border:none}}"
        )
        for label in (self._dose, self._note, self._keys):
            palette = label.palette()
            palette.setColor(label.foregroundRole(), theme.color("textMuted"))
            label.setPalette(palette)

    def show_for(
        self, point: PlanPoint, anchor: QPointF, bounds: QRectF, others: list[QPointF]
    ) -> None:
        """Tell of a point whose middle is at `anchor`, where the card hides fewest others."""
        self._name.setText(self._model.name(point))
        self._dose.setText(self._dose_words(point))
        said = self._more_words(point)
        self._note.setText(said)
        self._note.setVisible(bool(said))
        self._keys.setVisible(bounds.height() > self._theme.px(_ROOM_FOR_KEYS))
        widest = min(self._theme.px(_WIDEST), round(bounds.width() * 0.6))
        for label in (self._name, self._dose, self._note, self._keys):
            long = label.fontMetrics().horizontalAdvance(label.text()) > widest
            label.setWordWrap(long)
            label.setMinimumWidth(widest if long else 0)
        self.adjustSize()
        box = QRectF(0, 0, self.width(), self.height())
        places = _around(box, anchor, self._theme.px(22), bounds)
        best = min(places, key=lambda place: _hidden(place, others))
        if _hidden(best, others) > _MAY_HIDE:
            # Where there is no room, the table tells the same; the points matter more.
            self.hide()
            return
        self.move(best.topLeft().toPoint())
        self.show()
        self.raise_()

    def _more_words(self, point: PlanPoint) -> str:
        """The note, what differs on the other side, and what happened in this muscle before."""
        lines = [point.note] if point.note else []
        if point.id in self._model.uneven:
            lines.append(_("▲ No equal site on the other side"))
        lines += [f"⚠ {words}" for words in self._model.events_at(point.site, point.side)]
        return "\n".join(lines)

    def _dose_words(self, point: PlanPoint) -> str:
        parts = [naming.units_words(point)]
        if point.units is not None:
            volume = volume_ml(point.units, self._model.units_per_ml)
            if volume is not None:
                parts.append(f"{number(volume, 3)}{NO_BREAK_SPACE}mL")
        comparison = self._model.comparison if self._model.comparing else None
        change = comparison.of(point.id) if comparison else None
        if change is not None and change.state is PointState.NEW:
            parts.append(_("new"))
        elif change is not None and change.previous_units not in (None, point.units):
            parts.append(_("was {units}").format(units=units(change.previous_units or 0)))
        elif change is not None and change.state is PointState.CHANGED:
            parts.append(_("moved"))
        return " · ".join(parts)


def _hidden(place: QRectF, others: list[QPointF]) -> int:
    """How many points a card at this place would hide."""
    return sum(place.contains(other) for other in others)


def _around(box: QRectF, anchor: QPointF, gap: float, bounds: QRectF) -> list[QRectF]:
    """Below, above, right and left of a point, each pushed into the map."""
    corners = (
        QPointF(anchor.x() - box.width() / 3, anchor.y() + gap),
        QPointF(anchor.x() - box.width() / 3, anchor.y() - gap - box.height()),
        QPointF(anchor.x() + gap, anchor.y() - box.height() / 2),
        QPointF(anchor.x() - gap - box.width(), anchor.y() - box.height() / 2),
    )
    found = []
    for corner in corners:
        x = min(max(corner.x(), 4), max(bounds.right() - box.width() - 4, 4))
        y = min(max(corner.y(), 4), max(bounds.bottom() - box.height() - 4, 4))
        place = box.translated(x, y)
        if not place.contains(anchor):
            found.append(place)
    return found or [box.translated(4, 4)]
