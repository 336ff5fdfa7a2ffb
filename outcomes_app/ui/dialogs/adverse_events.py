"""The forms of an adverse event: what happened where and when, and each later look at it."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QCheckBox, QWidget

from outcomes_app.domain.adverse_event import AdverseEvent, AdverseEventFollowUp, FollowUpId
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import AdverseEventId, PatientId, Problems, SiteId, new_id
from outcomes_app.text import _, day
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.widgets.choice import Choice
from outcomes_app.ui.widgets.fact_words import grades, sides
from outcomes_app.ui.widgets.fields import DateField


class EventDialog(FormDialog):
    """An adverse event, linked to a treatment and, where one can be named, to a muscle."""

    def __init__(
        self,
        ctx: AppContext,
        patient_id: PatientId,
        known: AdverseEvent | None,
        treatments: Sequence[Treatment],
        parent: QWidget,
    ) -> None:
        title = _("Edit adverse event") if known else _("Add adverse event")
        super().__init__(ctx, title, _("Save"), name="event_dialog", parent=parent)
        self._patient_id, self._known = patient_id, known
        self._treatments = {t.id: t for t in reversed(treatments)}
        terms = sorted(ctx.catalog.adverse_event_terms.values(), key=lambda term: term.name)
        self._term = Choice(
            "term",
            {t.id: t.name for t in terms},
            known.term if known else None,
            nothing=_("Choose"),
        )
        latest = next(iter(self._treatments), None)
        self._treatment = Choice(
            "treatment_id",
            {t.id: self._name_of(t) for t in self._treatments.values()},
            known.treatment_id if known else latest,
            nothing=_("No treatment"),
        )
        self._site: Choice[SiteId] = Choice("site", {}, None, nothing=_("No muscle named"))
        self._side = Choice("side", sides(), known.side if known else None, nothing=_("No side"))
        self._grade = Choice(
            "grade", grades(), known.grade if known else None, nothing=_("Not graded")
        )
        self._build(known)
        self._treatment.currentIndexChanged.connect(lambda _index: self._offer_sites())
        self._offer_sites(known.site if known else None)
        self._term.setFocus()

    def _build(self, known: AdverseEvent | None) -> None:
        self._onset = DateField(name="onset", label=_("Began"))
        self._onset.set_value(known.onset if known else None)
        self._resolved = DateField(name="resolved", label=_("Over since"))
        self._resolved.set_value(known.resolved if known else None)
        self._serious = QCheckBox(_("Serious: death, danger to life, admission, lasting harm"))
        self._serious.setObjectName("serious")
        self._serious.setAccessibleName(self._serious.text())
        self._serious.setChecked(bool(known and known.serious))
        self._note = self.line("note")
        self._note.setText(known.note if known else "")
        self.add("term", _("What happened"), self._term)
        self.add("treatment_id", _("After the treatment"), self._treatment)
        self.add("site", _("Muscle"), self._site, half=True)
        self.add("side", _("Side"), self._side, half=True)
        self.add("onset", _("Began"), self._onset, half=True)
        self.add("resolved", _("Over since"), self._resolved, half=True, hint=_("Empty = not yet."))
        self.add("grade", _("Grade"), self._grade)
        self.add("serious", _("Serious"), self._serious)
        self.add("note", _("Note"), self._note)

    def _name_of(self, treatment: Treatment) -> str:
        product = self.ctx.catalog.products.get(treatment.product) if treatment.product else None
        return f"{day(treatment.day)} · {product.name}" if product else day(treatment.day)

    def _offer_sites(self, chosen: SiteId | None = None) -> None:
        """The muscles of the treatment first: those the event can come from."""
        wanted = chosen or self._site.value
        given = self._treatment.value
        treatment = self._treatments.get(given) if given else None
        used = {point.site for point in treatment.injections} if treatment else set()
        known = self.ctx.catalog.sites
        order = sorted(known.values(), key=lambda site: (site.id not in used, site.name))
        self._site.offer({site.id: site.name for site in order}, wanted)

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        if self._term.value is None:
            wrong.append(self.missing("term", _("Choose what happened.")))
        if self._onset.value() is None and not self._onset.problem:
            wrong.append(self.missing("onset", _("Type the day it began.")))
        return tuple(wrong)

    def store(self) -> None:
        from outcomes_app.records import adverse_events

        onset, term, known = self._onset.value(), self._term.value, self._known
        if onset is None or term is None:
            return
        event = AdverseEvent(
            id=known.id if known else AdverseEventId(new_id()),
            patient_id=self._patient_id,
            treatment_id=self._treatment.value,
            term=term,
            onset=onset,
            resolved=self._resolved.value(),
            grade=self._grade.value,
            serious=self._serious.isChecked(),
            site=self._site.value,
            side=self._side.value,
            note=self._note.text().strip(),
            batch=known.batch if known else None,
            version=known.version if known else 0,
        )
        self.write(
            adverse_events.correct if known else adverse_events.record,
            event,
            catalog=self.ctx.catalog,
            today=self.ctx.clock.today(),
            deed="adverse_event.correct" if known else "adverse_event.record",
            told=_("Adverse event saved."),
        )


class FollowUpDialog(FormDialog):
    """One later look at an adverse event; the event takes its worst grade and its end from it."""

    def __init__(self, ctx: AppContext, event: AdverseEvent, parent: QWidget) -> None:
        super().__init__(
            ctx, _("Follow up adverse event"), _("Save"), name="follow_up_dialog", parent=parent
        )
        self._event = event
        term = ctx.catalog.adverse_event_terms.get(event.term)
        self.say_first(
            _("{event}, began {day}.").format(
                event=term.name if term else event.term, day=day(event.onset)
            )
        )
        self._day = DateField(name="day", label=_("Looked at on"))
        self._day.set_value(ctx.clock.today())
        self._grade = Choice("grade", grades(), event.grade, nothing=_("Not graded"))
        self._over = QCheckBox(_("It is over"))
        self._over.setObjectName("resolved")
        self._over.setAccessibleName(self._over.text())
        self._action = self.line("action")
        self._note = self.line("note")
        self.add("day", _("Looked at on"), self._day, half=True)
        self.add("grade", _("Grade now"), self._grade, half=True)
        self.add("resolved", _("State"), self._over)
        self.add("action", _("What was done"), self._action)
        self.add("note", _("Note"), self._note)

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        if not wrong and self._day.value() is None:
            wrong.append(self.missing("day", _("Type the day.")))
        return tuple(wrong)

    def store(self) -> None:
        from outcomes_app.records import follow_ups

        looked: date | None = self._day.value()
        if looked is None:
            return
        look = AdverseEventFollowUp(
            id=FollowUpId(new_id()),
            event_id=self._event.id,
            patient_id=self._event.patient_id,
            day=looked,
            grade=self._grade.value,
            resolved=self._over.isChecked(),
            action=self._action.text().strip(),
            note=self._note.text().strip(),
        )
        self.write(
            follow_ups.record,
            look,
            catalog=self.ctx.catalog,
            today=self.ctx.clock.today(),
            deed="adverse_event.follow_up",
            told=_("Follow-up saved."),
        )
