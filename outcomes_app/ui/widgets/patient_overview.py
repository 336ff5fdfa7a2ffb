"""PatientOverview: is it working? Treatments, response, outcomes and the last treatment on one
sheet that folds when there is little room."""

from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.analysis.measures import measured_scales
from outcomes_app.analysis.response import MeasureResponse, response
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import IndicationId, TreatmentId
from outcomes_app.text import _, day, number
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.card import clear_layout
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.last_treatment import LastTreatment
from outcomes_app.ui.widgets.outcome_card import OutcomeCard
from outcomes_app.ui.widgets.response_panel import ResponsePanel
from outcomes_app.ui.widgets.response_words import change_words, exact, plain_name
from outcomes_app.ui.widgets.treatment_list import TreatmentList

_THREE_COLUMNS_FROM = 1180
_TWO_COLUMNS_FROM = 760
_MOST_CARDS = 4


class PatientOverview(QScrollArea):
    """`treatment_chosen(TreatmentId)` opens a visit, `all_wanted` the tab of visits."""

    treatment_chosen = Signal(object)
    all_wanted = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self.setProperty("page", True)
        self.setWidgetResizable(True)
        theme = ctx.theme
        inside = QWidget()
        inside.setProperty("page", True)
        self._line = QHBoxLayout(inside)
        self._line.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self._line.setSpacing(theme.px(12))
        self.treatments = TreatmentList(ctx)
        self.panel = ResponsePanel(ctx)
        self.last = LastTreatment(ctx)
        for source in (self.treatments, self.panel, self.last):
            source.treatment_chosen.connect(self.treatment_chosen)
        self.treatments.all_wanted.connect(self.all_wanted)
        self._left, middle, self._right = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._left.addWidget(self.treatments, 1)
        middle.setSpacing(theme.px(12))
        middle.addWidget(self.panel, 1)
        cards = QWidget()
        self._cards = FlowLayout(cards, gap=theme.px(10), line_gap=theme.px(10), fill=True)
        middle.addWidget(cards)
        self._right.addWidget(self.last)
        self._right.addStretch(1)
        self._line.addLayout(self._left)
        self._line.addLayout(middle, 1)
        self._line.addLayout(self._right)
        self.setWidget(inside)
        self._columns = 0
        self._fold()

    def show_course(self, course: PatientCourse | None, indication: IndicationId | None) -> None:
        """Show a course for one indication; None empties the sheet."""
        clear_layout(self._cards)
        shown = course.for_indication(indication) if course and indication else course
        if course is None or shown is None:
            self.treatments.show_course(None, {}, "")
            self.panel.show_course(None, None)
            self.last.show_course(None)
            return
        scales = measured_scales((course,), self._ctx.catalog, indication)
        today = self._ctx.clock.today()
        found = [
            (scale, response(shown, scale.instrument, scale.part, today=today))
            for scale in scales[:_MOST_CARDS]
        ]
        main = found[0] if found else None
        self.treatments.show_course(
            shown, _changes(shown, *main) if main else {}, _baseline_words(found)
        )
        self.panel.show_course(course, indication)
        self.last.show_course(shown)
        for scale, measured in found:
            self._cards.addWidget(OutcomeCard(self._ctx.theme, scale, measured))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        theme = self._ctx.theme
        width = self.width() / theme.scale
        columns = 3 if width >= _THREE_COLUMNS_FROM else 2 if width >= _TWO_COLUMNS_FROM else 1
        if columns == self._columns:
            return
        self._columns = columns
        (self._right if columns == 3 else self._left).insertWidget(
            0 if columns == 3 else 1, self.last
        )
        self._line.setDirection(
            QBoxLayout.Direction.TopToBottom if columns == 1 else QBoxLayout.Direction.LeftToRight
        )
        free = 16777215
        self.treatments.setMinimumWidth(0 if columns == 1 else theme.px(268))
        self.treatments.setMaximumWidth(free if columns == 1 else theme.px(276))
        self.treatments.setMinimumHeight(theme.px(220))
        self.last.setMinimumWidth(0 if columns == 1 else theme.px(236))
        self.last.setMaximumWidth(free if columns == 1 else theme.px(276 if columns == 2 else 250))
        self.panel.setMinimumHeight(theme.px(430))


def _changes(
    course: PatientCourse, scale: Scale, measured: MeasureResponse
) -> dict[TreatmentId, tuple[str, str]]:
    base = exact(measured.baseline.value) if measured.baseline else None
    by_cycle = {point.number: exact(_value(point.value)) for point in measured.by_cycle}
    return {
        treatment.id: change_words(base, by_cycle.get(number), scale)
        for number, treatment in enumerate(course.treatments, start=1)
    }


def _value(value: Fraction | None) -> Fraction | None:
    return value


def _baseline_words(found: list[tuple[Scale, MeasureResponse]]) -> str:
    lines = [
        _("{name} {value} on {date}").format(
            name=plain_name(scale),
            value=number(exact(measured.baseline.value) or 0, 1),
            date=day(measured.baseline.day),
        )
        for scale, measured in found
        if measured.baseline is not None
    ]
    return "\n".join(lines)
