"""HealthTab: what is known of a patient beside visits, and what went wrong after them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from outcomes_app.domain.adverse_event import AdverseEvent, AdverseEventFollowUp
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.patient_facts import (
    ConsentOnFile,
    OutsideToxin,
    PatientFact,
    PatientMedicine,
    PatientWeight,
)
from outcomes_app.domain.permissions import Action
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import PatientId
from outcomes_app.text import _, day, number, units
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.adverse_events import EventDialog, FollowUpDialog
from outcomes_app.ui.dialogs.facts import (
    ConsentDialog,
    MedicineDialog,
    OutsideToxinDialog,
    WeightDialog,
)
from outcomes_app.ui.dialogs.form import ReasonDialog
from outcomes_app.ui.widgets.fact_card import FactCard, FactLine
from outcomes_app.ui.widgets.fact_words import (
    grades,
    onset_words,
    place_words,
    purposes,
    reasons_stopped,
    span,
)

if TYPE_CHECKING:
    from outcomes_app.records import Session

_TWO_COLUMNS_FROM = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Everything this tab shows of one patient."""

    patient: Patient
    treatments: tuple[Treatment, ...]
    medicines: tuple[PatientMedicine, ...]
    weights: tuple[PatientWeight, ...]
    consents: tuple[ConsentOnFile, ...]
    outside: tuple[OutsideToxin, ...]
    events: tuple[tuple[AdverseEvent, tuple[AdverseEventFollowUp, ...]], ...]


def health_of(session: "Session", patient_id: PatientId) -> Health:
    """Read it in one go, so that it fits together."""
    from outcomes_app.records import (
        adverse_events,
        follow_ups,
        patient_facts,
        patients,
        treatments,
    )

    return Health(
        patient=patients.get(session, patient_id),
        treatments=treatments.for_patient(session, patient_id),
        medicines=patient_facts.medicines(session, patient_id),
        weights=patient_facts.weights(session, patient_id),
        consents=patient_facts.consents(session, patient_id),
        outside=patient_facts.outside_toxin(session, patient_id),
        events=tuple(
            (event, follow_ups.for_event(session, event.id))
            for event in adverse_events.for_patient(session, patient_id)
        ),
    )


class HealthTab(QScrollArea):
    """`show_patient(None)` empties it; it asks for itself with `ask`."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._health: Health | None = None
        theme = ctx.theme
        self.setObjectName("patient_health")
        self.setProperty("page", True)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setProperty("page", True)
        self._grid = QGridLayout(inside)
        edge = theme.px(16)
        self._grid.setContentsMargins(edge, theme.px(12), edge, edge)
        self._grid.setSpacing(theme.px(12))
        self._build_cards()
        self.setWidget(inside)
        self._columns = 0
        self._fold()
        ctx.theme.changed.connect(self._fold)

    def ask(self, patient_id: PatientId) -> None:
        """Ask for what is known of a patient."""
        self._ctx.read(self, health_of, patient_id, done=self._show, lane="health")

    def clear(self) -> None:
        """Show nothing, before another patient is asked for."""
        self._health = None
        for card in self._cards:
            card.show_lines((), may_edit=False)

    def _build_cards(self) -> None:
        def card(name: str, title: str, nothing: str, add: Callable[[], object]) -> FactCard:
            made = FactCard(self._ctx.theme, title, add=_("Add"), nothing=nothing, name=name)
            made.add.setAccessibleName(_("Add to {title}").format(title=title))
            made.add_wanted.connect(add)
            return made

        self._alerts = card(
            "health_alerts", _("Allergies and alerts"), _("None written down."), lambda: None
        )
        self._alerts.add.hide()
        self._events = card(
            "health_events", _("Adverse events"), _("None written down."), self._edit_event
        )
        self._medicines = card(
            "health_medicines", _("Medicines"), _("None written down."), self._edit_medicine
        )
        self._outside = card(
            "health_outside",
            _("Toxin given elsewhere"),
            _("None known of."),
            self._edit_outside,
        )
        self._consents = card(
            "health_consents", _("Consents"), _("No consent on file."), self._edit_consent
        )
        self._weights = card("health_weights", _("Weight"), _("Not known."), self._edit_weight)
        self._cards = (
            self._events,
            self._medicines,
            self._consents,
            self._outside,
            self._weights,
            self._alerts,
        )

    def _show(self, health: Health) -> None:
        self._health = health
        may = self._ctx.may(Action.EDIT_RECORD)
        for card, lines in (
            (self._alerts, self._alert_lines(health.patient)),
            (self._events, [self._event_line(*each) for each in reversed(health.events)]),
            (self._medicines, [self._medicine_line(m) for m in _current_first(health.medicines)]),
            (self._consents, [self._consent_line(c) for c in reversed(health.consents)]),
            (self._outside, [self._outside_line(o) for o in reversed(health.outside)]),
            (self._weights, [self._weight_line(w) for w in reversed(health.weights)]),
        ):
            card.show_lines(lines, may_edit=may)

    # Lines

    def _alert_lines(self, patient: Patient) -> list[FactLine]:
        lines = [FactLine(title=alert, badge=_("Alert"), tone="warn") for alert in patient.alerts]
        if patient.allergies:
            lines.append(FactLine(title=patient.allergies, badge=_("Allergy"), tone="danger"))
        return lines

    def _event_line(self, event: AdverseEvent, looks: Sequence[AdverseEventFollowUp]) -> FactLine:
        term = self._ctx.catalog.adverse_event_terms.get(event.term)
        treated = {t.id: t.day for t in self._health.treatments} if self._health else {}
        parts = [
            grades().get(event.grade or 0, _("not graded")),
            place_words(event, self._ctx.catalog),
            onset_words(event, treated.get(event.treatment_id) if event.treatment_id else None),
            _("serious") if event.serious else "",
            event.note,
        ]
        lines = [" · ".join(part for part in parts if part)]
        for look in looks:
            grade = grades().get(look.grade or 0, "")
            said = [grade, _("over") if look.resolved else "", look.action, look.note]
            words = ", ".join(part for part in said if part) or _("no change")
            lines.append(f"{day(look.day)}: {words}")
        verbs: list[tuple[str, Callable[[], object]]] = []
        if event.is_open:
            verbs.append((_("Follow up"), partial(self._follow_up, event)))
        verbs.append((_("Edit"), partial(self._edit_event, event)))
        verbs.append((_("Void"), partial(self._void_event, event)))
        over = event.resolved
        return FactLine(
            title=term.name if term else event.term,
            detail="\n".join(lines),
            badge=_("Over {day}").format(day=day(over)) if over else _("Open"),
            tone="ok" if over else "warn",
            verbs=verbs,
        )

    def _medicine_line(self, fact: PatientMedicine) -> FactLine:
        why = reasons_stopped().get(fact.why_stopped) if fact.why_stopped else ""
        stopped = ", ".join(part for part in (why, fact.stop_detail) if part)
        purpose = purposes()[fact.purpose]
        parts = [
            purpose if fact.end else "",
            fact.kind,
            fact.dose,
            span(fact.start, fact.end),
            stopped,
        ]
        return FactLine(
            title=fact.name,
            detail=" · ".join(part for part in parts if part),
            badge=_("Stopped") if fact.end else purpose,
            tone="" if fact.end else "info",
            verbs=self._verbs(fact, self._edit_medicine),
        )

    def _consent_line(self, fact: ConsentOnFile) -> FactLine:
        catalog, consent = self._ctx.catalog, fact.consent
        products = [catalog.products[p].name for p in consent.products if p in catalog.products]
        indications = [
            catalog.indications[i].name for i in consent.indications if i in catalog.indications
        ]
        parts = [
            ", ".join(products) or _("every product"),
            ", ".join(indications) or _("every indication"),
            _("names off-label use") if consent.mentions_off_label else "",
            fact.form,
        ]
        stands = fact.stands_on(self._ctx.clock.today())
        return FactLine(
            title=_("Given {day}").format(day=day(consent.day)),
            detail=" · ".join(part for part in parts if part),
            badge=_("Stands") if stands else _("Withdrawn"),
            tone="ok" if stands else "danger",
            verbs=self._verbs(fact, self._edit_consent),
        )

    def _outside_line(self, fact: OutsideToxin) -> FactLine:
        given = fact.given
        product = self._ctx.catalog.products.get(given.product) if given.product else None
        amount = units(given.units) if given.units is not None else _("units not known")
        parts = [
            f"{product.name} {amount}" if product else _("product not known"),
            given.purpose,
            fact.given_by,
        ]
        return FactLine(
            title=day(given.day),
            detail=" · ".join(part for part in parts if part),
            verbs=self._verbs(fact, self._edit_outside),
        )

    def _weight_line(self, fact: PatientWeight) -> FactLine:
        return FactLine(
            title=_("{n} kg").format(n=number(fact.kilograms)),
            detail=day(fact.day),
            verbs=self._verbs(fact, self._edit_weight),
        )

    def _verbs(
        self, fact: PatientFact, edit: Callable[[Any], object]
    ) -> tuple[tuple[str, Callable[[], object]], ...]:
        return ((_("Edit"), partial(edit, fact)), (_("Void"), partial(self._void, fact)))

    # Forms

    def _edit_medicine(self, fact: PatientMedicine | None = None) -> None:
        if self._health is not None:
            MedicineDialog(self._ctx, self._health.patient.id, fact, self).show_form()

    def _edit_weight(self, fact: PatientWeight | None = None) -> None:
        if self._health is not None:
            WeightDialog(self._ctx, self._health.patient.id, fact, self).show_form()

    def _edit_outside(self, fact: OutsideToxin | None = None) -> None:
        if self._health is not None:
            OutsideToxinDialog(self._ctx, self._health.patient.id, fact, self).show_form()

    def _edit_consent(self, fact: ConsentOnFile | None = None) -> None:
        if self._health is not None:
            patient = self._health.patient
            treated = [i.indication for i in patient.indications]
            ConsentDialog(self._ctx, patient.id, fact, treated, self).show_form()

    def _edit_event(self, event: AdverseEvent | None = None) -> None:
        if self._health is not None:
            EventDialog(
                self._ctx, self._health.patient.id, event, self._health.treatments, self
            ).show_form()

    def _follow_up(self, event: AdverseEvent) -> None:
        FollowUpDialog(self._ctx, event, self).show_form()

    def _void(self, fact: PatientFact) -> None:
        from outcomes_app.records import patient_facts

        self._ask_why(
            lambda dialog, reason: dialog.write(
                patient_facts.void, fact, reason=reason, deed="fact.void", told=_("Voided.")
            )
        )

    def _void_event(self, event: AdverseEvent) -> None:
        from outcomes_app.records import adverse_events

        self._ask_why(
            lambda dialog, reason: dialog.write(
                adverse_events.void,
                event.id,
                reason=reason,
                deed="adverse_event.void",
                told=_("Voided."),
            )
        )

    def _ask_why(self, do: Callable[[ReasonDialog, str], object]) -> None:
        ReasonDialog(
            self._ctx,
            _("Void this entry"),
            _("Void"),
            _("It counts nowhere any more and stays in the history with the reason."),
            do,
            parent=self,
        ).show_form()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        columns = 2 if self.width() >= self._ctx.theme.px(_TWO_COLUMNS_FROM) else 1
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(self._cards):
            self._grid.removeWidget(card)
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(card, place // columns, place % columns, top)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._grid.setRowStretch(len(self._cards), 1)


def _current_first(medicines: Sequence[PatientMedicine]) -> list[PatientMedicine]:
    return sorted(medicines, key=lambda m: (m.end is not None, m.name.casefold()))
