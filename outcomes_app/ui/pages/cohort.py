"""The cohort page: one chart of the patients of one indication, chosen by its question."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from outcomes_app.analysis.group_course import Axis, GroupBy, GroupPoint
from outcomes_app.charts import CHARTS, group_course
from outcomes_app.charts.base import aligned
from outcomes_app.charts.group_course import GroupCourseData, step_name
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.values import TreatmentId
from outcomes_app.records import courses
from outcomes_app.text import _, ngettext
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page
from outcomes_app.ui.pages.cohort_choice import Choice, Prepared, prepare
from outcomes_app.ui.tables import Column, RowsModel
from outcomes_app.ui.tables import Group as Heading
from outcomes_app.ui.widgets.buttons import IconButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.chart_view import ChartView
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.page_header import PageHeader
from outcomes_app.ui.widgets.rows_table import RowsTable


class CohortPage(Page):
    """One chart at a time; every control asks for other numbers at once. `patient_chosen` when a
    point that belongs to one patient was opened."""

    patient_chosen = Signal(object)

    title: ClassVar[str] = "Cohort"
    shows: ClassVar[frozenset[str]] = frozenset(
        {"patient", "treatment", "injection", "assessment", "score", "diary_day"}
    )

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        self.setAccessibleName(_("Cohort"))
        self._cohort: Cohort | None = None
        self._prepared: Prepared | None = None
        self._choice = Choice()
        self.header = PageHeader(ctx.theme, _("Cohort"))
        self.which = self._box("cohort_which", _("Chart"))
        for chart in CHARTS:
            if chart.kind == "cohort":
                self.which.addItem(chart.title(), chart.name)
        self.which.setCurrentIndex(self.which.findData(self._choice.chart))
        self.question = Text(ctx.theme, group_course.CHART.question(), "caption", "muted")
        self.question.setObjectName("cohort_question")
        self.indication = self._box("cohort_indication", _("Indication"))
        self.measure = self._box("cohort_measure", _("Measure"))
        self.group_by = SegmentedControl(
            ctx.theme,
            (
                (GroupBy.NONE, _("All together")),
                (GroupBy.GROUP, _("Group")),
                (GroupBy.PRODUCT, _("Product")),
                (GroupBy.CLINIC_SITE, _("Site")),
            ),
            name="cohort_group_by",
            label=_("Tell apart by"),
        )
        self.axis = SegmentedControl(
            ctx.theme,
            ((Axis.WEEK, _("By week")), (Axis.CYCLE, _("By cycle"))),
            name="cohort_axis",
            label=_("Lay out"),
        )
        self.chart = ChartView(ctx, name="cohort_chart")
        self.numbers: RowsModel[GroupPoint] = RowsModel(_columns(self._at), (), self)
        self.empty = EmptyState(
            ctx.theme,
            _("No treatments yet"),
            _(
                "This page compares groups of patients. It fills itself when treatments and "
                "outcomes were recorded or a table was imported."
            ),
            icon="cohort",
            name="cohort_empty",
        )
        self.nothing_measured = EmptyState(
            ctx.theme,
            _("No outcome yet"),
            _("Nobody treated for this has a value of any outcome measure."),
            icon="cohort",
            name="cohort_nothing_measured",
        )
        self._build()
        self._connect()

    def _box(self, name: str, label: str) -> QComboBox:
        box = Combo()
        box.setObjectName(name)
        box.setAccessibleName(label)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(22)
        return box

    def _build(self) -> None:
        theme = self.ctx.theme
        self.card = card = Card(theme, group_course.CHART.title(), parent=self)
        more = IconButton(theme, "more", _("Table, copy and save"), name="cohort_more")
        more.clicked.connect(
            lambda: self.chart.menu(self).popup(more.mapToGlobal(QPoint(0, more.height())))
        )
        card.head.addWidget(self.axis)
        card.head.addWidget(more)
        card.body.addWidget(self.question)
        card.body.addWidget(self.chart, 1)
        card.body.addWidget(self.nothing_measured, 1)
        self.aside = aside = Card(theme, _("Numbers"), parent=self)
        table = RowsTable(
            theme, self.numbers, name="cohort_numbers", label=_("Numbers of the chart")
        )
        aside.body.addWidget(table, 1)
        both = QHBoxLayout()
        both.setSpacing(theme.px(12))
        both.addWidget(card, 7)
        both.addWidget(aside, 5)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addWidget(self._filters())
        column.addLayout(both, 1)
        self._layers = QStackedLayout()
        self._layers.addWidget(self.empty)
        self._layers.addWidget(filled)
        self._filled = filled
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(self._layers, 1)

    def _filters(self) -> QWidget:
        """The choices, which wrap where the text is large."""
        theme = self.ctx.theme
        holder = QWidget()
        flow = FlowLayout(holder, gap=theme.px(16), line_gap=theme.px(8))
        self._pairs: dict[QWidget, QWidget] = {}
        for caption, widget in (
            (_("Chart"), self.which),
            (_("Indication"), self.indication),
            (_("Measure"), self.measure),
            (_("Tell apart by"), self.group_by),
        ):
            label = Text(theme, caption, "caption", "muted")
            label.setBuddy(widget)
            pair = QWidget()
            line = QHBoxLayout(pair)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(theme.px(8))
            line.addWidget(label)
            line.addWidget(widget)
            flow.addWidget(pair)
            self._pairs[widget] = pair
        return holder

    def _connect(self) -> None:
        self.which.activated.connect(lambda: self._choose(chart=self.which.currentData()))
        self.chart.treatment_chosen.connect(self._open_patient)
        self.indication.activated.connect(self._choose_indication)
        self.measure.activated.connect(lambda: self._choose(measure=self.measure.currentData()))
        self.group_by.chosen.connect(lambda key: self._choose(group_by=GroupBy(key)))
        self.axis.chosen.connect(lambda key: self._choose(axis=Axis(key)))

    @property
    def prepared(self) -> Prepared | None:
        """What is shown; None until the first answer came."""
        return self._prepared

    def ask(self) -> None:
        self.ctx.read(self, courses.cohort, done=self.show_cohort, lane="cohort")

    def show_cohort(self, cohort: Cohort) -> None:
        """Show these patients."""
        self._cohort = cohort
        self._compute()

    def _choose_indication(self, _index: int) -> None:
        # Another condition has other measures, groups and rhythms.
        self._choice = Choice(chart=self._choice.chart, indication=self.indication.currentData())
        self._compute()

    def _choose(self, **changes: Any) -> None:
        self._choice = replace(self._choice, **changes)
        self._compute()

    def _compute(self) -> None:
        if self._cohort is not None:
            self.ctx.work(
                self,
                prepare,
                self._cohort,
                self.ctx.catalog,
                self._choice,
                self.ctx.clock.today(),
                done=self._show,
                lane="cohort chart",
            )

    def _show(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._layers.setCurrentWidget(self._filled if prepared.indications else self.empty)
        names = self.ctx.catalog.indications
        self._fill(
            self.indication,
            [(names[i].name if i in names else i, i) for i in prepared.indications],
            prepared.indication,
        )
        self._fill(
            self.measure,
            [(scale.name, (scale.instrument, scale.part)) for scale in prepared.scales],
            prepared.measure,
        )
        self.group_by.choose(prepared.group_by)
        self.axis.choose(prepared.axis)
        self._show_chart(prepared)
        patients = ngettext("{n} patient", "{n} patients", prepared.patients)
        treatments = ngettext("{n} treatment", "{n} treatments", prepared.treatments)
        self.header.say(
            _("Cohort"),
            f"{patients.format(n=prepared.patients)} · {treatments.format(n=prepared.treatments)}"
            if prepared.patients
            else "",
        )

    def _show_chart(self, prepared: Prepared) -> None:
        """The chart with its question, and only the choices that change it."""
        chart, data = prepared.chart, prepared.data
        if self.card.title is not None:
            self.card.title.setText(chart.title())
        self.card.setAccessibleName(chart.title())
        self.question.setText(chart.question())
        self.chart.set(chart if data is not None else None, data)
        self.chart.setVisible(data is not None)
        self.nothing_measured.setVisible(data is None)
        self._pairs[self.measure].setVisible("measure" in chart.reads)
        self._pairs[self.group_by].setVisible("group_by" in chart.reads)
        self.axis.setVisible("axis" in chart.reads)
        means = chart.name == group_course.CHART.name
        self.aside.setVisible(means)
        self.numbers.set_rows(_rows(data) if means and data is not None else ())

    def _open_patient(self, treatment: TreatmentId) -> None:
        for course in self._cohort.courses if self._cohort is not None else ():
            if any(t.id == treatment for t in course.treatments):
                self.patient_chosen.emit(course.patient.id)

    def _at(self, point: GroupPoint) -> str:
        data = None if self._prepared is None else self._prepared.data
        words = step_name(point.step, data) if data is not None else str(point.step)
        return words[:1].upper() + words[1:]

    def _fill(self, box: QComboBox, items: Sequence[tuple[str, Any]], chosen: Any) -> None:
        box.clear()
        for text, value in items:
            box.addItem(text, value)
        if not items:
            box.addItem(_("None recorded"), None)
        box.setEnabled(len(items) > 1)
        values = [value for _text, value in items]
        box.setCurrentIndex(values.index(chosen) if chosen in values else 0)


def _rows(data: GroupCourseData) -> list[GroupPoint | Heading]:
    """The points of all groups, each group under its name where there are several."""
    rows: list[GroupPoint | Heading] = []
    for group in data.groups:
        if len(data.groups) > 1:
            patients = {patient for point in group.points for patient in point.patients}
            rows.append(Heading(title=group.name, count=len(patients)))
        rows += group.points
    return rows


def _columns(at: Callable[[GroupPoint], str]) -> tuple[Column[GroupPoint], ...]:
    def interval(point: GroupPoint) -> str:
        if point.low is None or point.high is None:
            return "–"
        return _("{low} to {high}").format(low=aligned(point.low), high=aligned(point.high))

    return (
        Column(_("At"), at, stretch=1, least=72),
        Column(_("n"), lambda point: str(point.n), right=True, least=44),
        Column(_("Mean"), lambda point: aligned(point.mean, 2), right=True, least=66),
        Column(_("SD"), lambda point: aligned(point.sd), right=True, least=56),
        Column(_("95 % CI"), interval, right=True, least=116),
    )
