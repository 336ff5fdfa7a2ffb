"""The cohort page: the mean course of the patients of one indication, told apart by groups."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Any, ClassVar

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from outcomes_app.analysis.group_course import Axis, GroupBy, GroupPoint
from outcomes_app.analysis.measures import measured_scales
from outcomes_app.catalog import Catalog
from outcomes_app.charts import group_course
from outcomes_app.charts.base import Options, aligned
from outcomes_app.charts.group_course import GroupCourseData, step_name
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import IndicationId
from outcomes_app.records import courses
from outcomes_app.text import _, ngettext
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the page was asked for; None or "" = what suits the patients best."""

    indication: IndicationId | None = None
    measure: tuple[str, str] | None = None
    group_by: GroupBy | None = None
    axis: Axis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the page shows: the choices there are, those that were made, and the numbers."""

    indications: tuple[IndicationId, ...]
    scales: tuple[Scale, ...]
    indication: IndicationId | None
    group_by: GroupBy
    axis: Axis
    data: GroupCourseData | None
    patients: int
    treatments: int


def prepare(cohort: Cohort, catalog: Catalog, choice: Choice, today: date) -> Prepared:
    """The numbers for a choice; runs away from the window."""
    counts = Counter(t.indication for c in cohort.courses for t in c.treatments)
    indications = tuple(sorted(counts, key=lambda i: (-counts[i], i)))
    indication = choice.indication if choice.indication in counts else next(iter(indications), None)
    chosen = _treated_for(cohort, indication)
    scales = measured_scales(chosen, catalog, indication)
    scale = next((s for s in scales if (s.instrument, s.part) == choice.measure), None)
    scale = scale or next(iter(scales), None)
    group_by = choice.group_by or _usual_grouping(chosen)
    axis = choice.axis or _usual_axis(chosen)
    data = None
    if scale is not None:
        options = Options(
            scales=(scale,),
            products=catalog.products,
            group_by=group_by,
            axis=axis,
            today=today,
        )
        data = group_course.CHART.prepare(Cohort(courses=tuple(chosen)), options)
    return Prepared(
        indications=indications,
        scales=scales,
        indication=indication,
        group_by=group_by,
        axis=axis,
        data=data,
        patients=len(chosen),
        treatments=sum(len(c.treatments) for c in chosen),
    )


def _treated_for(cohort: Cohort, indication: IndicationId | None) -> list[PatientCourse]:
    if indication is None:
        return []
    narrowed = (c.for_indication(indication) for c in cohort.courses)
    return [c for c in narrowed if c.treatments]


def _usual_grouping(chosen: Sequence[PatientCourse]) -> GroupBy:
    return GroupBy.GROUP if any(c.patient.group for c in chosen) else GroupBy.NONE


def _usual_axis(chosen: Sequence[PatientCourse]) -> Axis:
    """Weeks where patients are usually treated once, as in a trial; else cycles."""
    repeated = chosen and median(len(c.treatments) for c in chosen) > 1
    return Axis.CYCLE if repeated else Axis.WEEK


class CohortPage(Page):
    """Chart and table of the mean course; every control asks for other numbers at once."""

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
        card = Card(theme, _("Mean course"), parent=self)
        more = IconButton(theme, "more", _("Table, copy and save"), name="cohort_more")
        more.clicked.connect(
            lambda: self.chart.menu(self).popup(more.mapToGlobal(QPoint(0, more.height())))
        )
        card.head.addWidget(self.axis)
        card.head.addWidget(more)
        card.body.addWidget(self.chart, 1)
        card.body.addWidget(self.nothing_measured, 1)
        aside = Card(theme, _("Numbers"), parent=self)
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
        for caption, widget in (
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
        return holder

    def _connect(self) -> None:
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
        self._choice = Choice(indication=self.indication.currentData())
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
        data = prepared.data
        self._fill(
            self.measure,
            [(s.name, (s.instrument, s.part)) for s in prepared.scales],
            (data.scale.instrument, data.scale.part) if data else None,
        )
        self.group_by.choose(prepared.group_by)
        self.axis.choose(prepared.axis)
        self.chart.set(group_course.CHART if data else None, data)
        self.chart.setVisible(data is not None)
        self.nothing_measured.setVisible(data is None)
        self.numbers.set_rows(_rows(data) if data else ())
        patients = ngettext("{n} patient", "{n} patients", prepared.patients)
        treatments = ngettext("{n} treatment", "{n} treatments", prepared.treatments)
        self.header.say(
            _("Cohort"),
            f"{patients.format(n=prepared.patients)} · {treatments.format(n=prepared.treatments)}"
            if prepared.patients
            else "",
        )

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
