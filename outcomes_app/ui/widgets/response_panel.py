"""ResponsePanel: the card "Response over treatments" of a patient, by cycle, week or date."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from outcomes_app.analysis.measures import measured_scales
from outcomes_app.charts import response
from outcomes_app.charts.base import Options, View
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import IndicationId
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.buttons import Button, IconButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.chart_view import ChartView

# So many measures are legible below each other; more can be chosen.
_SHOWN_AT_FIRST = 3


class ResponsePanel(Card):
    """Give it a course with `show_course`; None empties it. `treatment_chosen(TreatmentId)` when a
    point or a treatment was clicked."""

    treatment_chosen = Signal(object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, _("Response over treatments"), parent=parent)
        self.setObjectName("response_panel")
        self._ctx = ctx
        self._course: PatientCourse | None = None
        self._scales: tuple[Scale, ...] = ()
        self._chosen: tuple[Scale, ...] = ()
        self.views = SegmentedControl(
            ctx.theme,
            ((View.CYCLE, _("By cycle")), (View.WEEK, _("By week")), (View.DATE, _("By date"))),
            name="response_view",
            label=_("Lay out"),
        )
        self.views.chosen.connect(lambda _key: self._draw())
        self.measures = Button(
            ctx.theme, _("Measures"), icon="filter", name="response_measures", compact=True
        )
        self.measures.clicked.connect(self._open_measures)
        self.more = IconButton(ctx.theme, "more", _("Table, copy and save"), name="response_more")
        self.more.clicked.connect(self._open_menu)
        for widget in (self.views, self.measures, self.more):
            self.head.addWidget(widget)
        self.chart = ChartView(ctx, name="response_chart")
        self.chart.treatment_chosen.connect(self.treatment_chosen)
        self.body.addWidget(self.chart, 1)
        self.show_course(None, None)

    def show_course(self, course: PatientCourse | None, indication: IndicationId | None) -> None:
        """Show a patient's course for one indication (None = all treatments)."""
        if course is None:
            self._course, self._scales, self._chosen = None, (), ()
            self._draw()
            return
        other = self._course is None or self._course.patient.id != course.patient.id
        self._course = course if indication is None else course.for_indication(indication)
        self._scales = measured_scales((course,), self._ctx.catalog, indication)
        kept = tuple(scale for scale in self._scales if scale in self._chosen)
        self._chosen = self._scales[:_SHOWN_AT_FIRST] if other or not kept else kept
        if not self._scales and indication is not None:
            asked = self._ctx.catalog.measures_for(indication)
            self._chosen = tuple(m.scale for m in asked[:1])
        self._draw()

    @property
    def chosen(self) -> tuple[Scale, ...]:
        """The measures shown now, the main one first."""
        return self._chosen

    def choose(self, scale: Scale, on: bool) -> None:
        """Show or hide one measure; the last one stays."""
        wanted = {*self._chosen, scale} if on else {s for s in self._chosen if s != scale}
        chosen = tuple(s for s in self._scales if s in wanted)
        self._chosen = chosen or self._chosen
        self._draw()

    def _draw(self) -> None:
        self.measures.setEnabled(len(self._scales) > 1)
        self.views.setEnabled(self._course is not None)
        self.more.setEnabled(self._course is not None)
        if self._course is None:
            self.chart.set(None, None)
            return
        options = Options(
            scales=self._chosen,
            products=self._ctx.catalog.products,
            view=View(self.views.value),
            today=self._ctx.clock.today(),
        )
        self.chart.set(response.CHART, response.CHART.prepare(self._course, options))

    def _open_measures(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("response_measures_menu")
        menu.aboutToHide.connect(menu.deleteLater)
        for scale in self._scales:
            action = QAction(scale.name, menu, checkable=True)
            action.setChecked(scale in self._chosen)
            action.toggled.connect(lambda on, scale=scale: self.choose(scale, on))
            menu.addAction(action)
        menu.popup(self.measures.mapToGlobal(QPoint(0, self.measures.height())))

    def _open_menu(self) -> None:
        self.chart.menu(self).popup(self.more.mapToGlobal(QPoint(0, self.more.height())))
