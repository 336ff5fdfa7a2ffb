"""VisitsTable: every treatment of a patient in rows."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.treatment import Treatment
from outcomes_app.text import NO_BREAK_SPACE, _, day, number, weeks_and_days
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.tables import Cell, Column, RowsModel
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.labels import row
from outcomes_app.ui.widgets.response_words import plain_name
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.what_changed import WhatChanged, visits_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    number: int
    treatment: Treatment
    interval: int | None
    scores: tuple[str, ...]
    events: tuple[str, ...]


class VisitsTable(QWidget):
    """`treatment_chosen(TreatmentId)` on Enter or double click."""

    treatment_chosen = Signal(object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        theme = ctx.theme
        self.setProperty("page", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        frame = QFrame()
        frame.setProperty("tableFrame", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        self._model = RowsModel(self._columns(), parent=self)
        self._table = RowsTable(
            theme,
            self._model,
            name="visits_table",
            label=_("Visits"),
            two_lines=True,
            sortable=True,
        )
        self._table.opened.connect(lambda visit: self.treatment_chosen.emit(visit.treatment.id))
        inside.addWidget(self._table)
        column.addWidget(frame, 3)
        self._compare = Button(theme, _("What changed"), icon="eye", name="compareVisits")
        self._compare.setCheckable(True)
        self._compare.setToolTip(_("Lay any two treatments over each other"))
        self._changed = WhatChanged(theme, ctx.catalog)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self._changed)
        self._area.hide()
        self._compare.toggled.connect(self._area.setVisible)
        column.addLayout(row(self._compare, None))
        column.addWidget(self._area, 2)

    def show_course(self, course: PatientCourse | None) -> None:
        """Show the treatments of a course, the newest first."""
        visits: list[_Visit] = []
        before: dict[str, Treatment] = {}
        for number_, treatment in enumerate(course.treatments if course else (), start=1):
            earlier = before.get(treatment.indication)
            visits.append(
                _Visit(
                    number=number_,
                    treatment=treatment,
                    interval=(treatment.day - earlier.day).days if earlier else None,
                    scores=self._scores(course, treatment),
                    events=self._events(course, treatment),
                )
            )
            before[treatment.indication] = treatment
        self._model.set_rows(tuple(reversed(visits)))
        named = visits_of(course, self._ctx.catalog) if course else ()
        self._compare.setVisible(len(named) > 1)
        self._area.setVisible(len(named) > 1 and self._compare.isChecked())
        self._changed.show_visits(named)
        if visits:
            self._table.choose(0)

    def _scores(self, course: PatientCourse | None, treatment: Treatment) -> tuple[str, ...]:
        asked = self._ctx.catalog.measures_for(treatment.indication) if course else ()
        order = {m.scale.instrument: place for place, m in enumerate(asked)}
        found: list[tuple[int, str]] = []
        for assessment in course.assessments if course else ():
            if assessment.treatment_id != treatment.id:
                continue
            for score in assessment.scores:
                scale = self._ctx.catalog.find_scale(assessment.instrument, score.part)
                name = plain_name(scale) if scale else assessment.instrument
                if score.value is not None:
                    place = order.get(assessment.instrument, len(order))
                    found.append((place, f"{name} {number(score.value)}"))
        return tuple(words for _place, words in sorted(found))

    def _events(self, course: PatientCourse | None, treatment: Treatment) -> tuple[str, ...]:
        terms = self._ctx.catalog.adverse_event_terms
        return tuple(
            terms[e.term].name if e.term in terms else e.term
            for e in (course.adverse_events if course else ())
            if e.treatment_id == treatment.id
        )

    def _columns(self) -> tuple[Column[_Visit], ...]:
        return (
            Column(_("No."), lambda v: str(v.number), key=lambda v: v.number, right=True),
            Column(
                _("Date"),
                lambda v: day(v.treatment.day),
                key=lambda v: v.treatment.day,
                cell=_date_cell,
            ),
            Column(_("Indication"), self._indication, stretch=1),
            Column(_("Dose"), lambda v: "", key=_dose_key, cell=self._dose_cell),
            Column(_("Scores at the visit"), lambda v: ", ".join(v.scores), stretch=2),
            Column(_("Adverse events"), lambda v: ", ".join(v.events) or "–", stretch=2),
            Column(_("Injector"), lambda v: v.treatment.injector_name, stretch=1),
        )

    def _indication(self, visit: _Visit) -> str:
        known = self._ctx.catalog.indications.get(visit.treatment.indication)
        return known.name if known else visit.treatment.indication

    def _dose_cell(self, visit: _Visit) -> Cell:
        treatment = visit.treatment
        if treatment.placebo:
            return Cell(text=_("Placebo"))
        product = self._ctx.catalog.products.get(treatment.product) if treatment.product else None
        dose = treatment.dose
        amount = f"{number(dose.units)}{NO_BREAK_SPACE}{_('units')}" if dose else _("not known")
        points = len(treatment.injections)
        return Cell(
            text=amount,
            detail=_("{n} sites").format(n=points) if points else "",
            product_code=product.code if product else "",
        )


def _date_cell(visit: _Visit) -> Cell:
    detail = (
        _("First treatment")
        if visit.interval is None
        else _("Interval {time}").format(time=weeks_and_days(visit.interval))
    )
    return Cell(text=day(visit.treatment.day), detail=detail, strong=True)


def _dose_key(visit: _Visit) -> object:
    dose = visit.treatment.dose
    return (str(dose.product), dose.units) if dose else None
