"""LastTreatment: where the last treatment went, its product and lot, and what followed it."""

from collections import Counter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.treatment import Treatment
from outcomes_app.text import _, day, units
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.body_picture import BodyPicture
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.labels import Text

_MOST_PICTURES = 3


class LastTreatment(Card):
    """`treatment_chosen(TreatmentId)` when it is to be opened."""

    treatment_chosen = Signal(object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, _("Last treatment"), parent=parent)
        self._ctx = ctx
        self._treatment: Treatment | None = None
        self.setObjectName("last_treatment")
        self._open = Button(ctx.theme, _("Open"), "link", name="open_last_treatment")
        self._open.clicked.connect(self._choose)
        self.head.addWidget(self._open)
        self._pictures = QHBoxLayout()
        self._pictures.setSpacing(ctx.theme.px(4))
        self.body.addLayout(self._pictures)
        self._product = Text(ctx.theme, "", "bodyStrong", wrap=True)
        self._details = Text(ctx.theme, "", "body", "muted", wrap=True)
        self.body.addWidget(self._product)
        self.body.addWidget(self._details)

    def show_course(self, course: PatientCourse | None) -> None:
        """Show the last treatment of a course."""
        clear_layout(self._pictures)
        treatment = course.treatments[-1] if course and course.treatments else None
        self._treatment = treatment
        self._open.setVisible(treatment is not None)
        self._product.setVisible(treatment is not None)
        if course is None or treatment is None:
            self._details.setText(_("Nothing was given yet.") if course else "")
            return
        self._add_pictures(treatment)
        self._product.setText(self._product_words(treatment))
        self._details.setText(self._detail_words(course, treatment))

    def _add_pictures(self, treatment: Treatment) -> None:
        theme = self._ctx.theme
        views = Counter(i.placement.view for i in treatment.injections if i.placement)
        for view_id, _count in views.most_common(_MOST_PICTURES):
            view = self._ctx.catalog.views.get(view_id)
            if view is None:
                continue
            points = [
                (i.placement.x, i.placement.y)
                for i in treatment.injections
                if i.placement and i.placement.view == view_id
            ]
            picture = BodyPicture(theme, view.file, mirror=view.mirror, points=points)
            picture.setFixedHeight(theme.px(84))
            picture.setToolTip(view.title)
            picture.setAccessibleName(_("{view}: {n} sites").format(view=view.title, n=len(points)))
            self._pictures.addWidget(picture)

    def _product_words(self, treatment: Treatment) -> str:
        product = self._ctx.catalog.products.get(treatment.product) if treatment.product else None
        name = product.name if product else (treatment.product or _("Product not known"))
        if treatment.placebo:
            return _("Placebo for {product}").format(product=name)
        dose = treatment.dose
        amount = units(dose.units) if dose else _("not known")
        brand = product.brands[0].upper() if product and product.brands else ""
        parts = [name, brand, _("DOSE {amount}").format(amount=amount)]
        return " — ".join(part for part in parts if part)

    def _detail_words(self, course: PatientCourse, treatment: Treatment) -> str:
        parts = [day(treatment.day)]
        lots = [vial.lot for vial in treatment.vials if vial.lot]
        if lots:
            parts.append(_("lot {lots}").format(lots=", ".join(lots)))
        events = [e for e in course.adverse_events if e.treatment_id == treatment.id]
        terms = self._ctx.catalog.adverse_event_terms
        names = [terms[e.term].name if e.term in terms else e.term for e in events]
        parts.append(
            _("afterwards: {events}").format(events=", ".join(names))
            if names
            else _("no adverse event recorded")
        )
        return " · ".join(parts)

    def _choose(self) -> None:
        if self._treatment is not None:
            self.treatment_chosen.emit(self._treatment.id)
