"""OutcomeCard: one measure as a number: now, at baseline, and which way it went."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from outcomes_app.analysis.response import MeasureResponse
from outcomes_app.domain.definitions import Scale
from outcomes_app.text import _, number
from outcomes_app.ui.tables import Spark
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.response_words import change_words, exact, scale_floor
from outcomes_app.ui.widgets.rows_table import paint_spark


class _SparkLine(QWidget):
    def __init__(self, theme: Theme, spark: Spark) -> None:
        super().__init__()
        self._theme, self._spark = theme, spark
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(52), self._theme.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.rect().adjusted(2, 4, -4, -4)
        paint_spark(painter, box, self._spark, self._theme)
        painter.end()


class OutcomeCard(Card):
    """The last cycle with a value against baseline."""

    def __init__(
        self, theme: Theme, scale: Scale, response: MeasureResponse, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, margin=10, parent=parent)
        self.body.setSpacing(theme.px(2))
        self.body.addWidget(Text(theme, scale.name, "badge", "muted", wrap=True))
        values = [exact(point.value) for point in response.by_cycle]
        now = next((v for v in reversed(values) if v is not None), None)
        base = exact(response.baseline.value) if response.baseline else None
        line = QHBoxLayout()
        line.setSpacing(theme.px(6))
        line.addWidget(Text(theme, "–" if now is None else number(now, 1), "metric"))
        was = _("not measured before") if base is None else _("was {n}").format(n=number(base, 1))
        line.addWidget(Text(theme, was, "body", "muted", wrap=True), 1)
        self.body.addLayout(line)
        words, tone = change_words(base, now, scale)
        last = QHBoxLayout()
        last.addWidget(Text(theme, words or _("needs one more value"), "badge", tone), 1)
        shown = tuple(None if v is None else float(v) for v in (base, *values))
        if sum(v is not None for v in shown) > 1:
            last.addWidget(
                _SparkLine(theme, Spark(values=shown, baseline=shown[0], low=scale_floor(scale)))
            )
        self.body.addLayout(last)
        said = number(now, 1) if now is not None else _("not measured")
        self.setAccessibleName(f"{scale.name}: {said}, {was}, {words}")
