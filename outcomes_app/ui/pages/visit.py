"""The visit editor: what exactly goes where, from which vial, and how the patient is."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from outcomes_app.domain import history, visit_draft
from outcomes_app.domain.history import History
from outcomes_app.domain.safety.known import KnownFacts
from outcomes_app.domain.signing import Signature
from outcomes_app.domain.treatment import Treatment, TreatmentStatus
from outcomes_app.domain.values import (
    PatientId,
    Problem,
    Problems,
    TreatmentId,
    errors_in,
)
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.errors import OutcomesError, Refused
from outcomes_app.records import signing as signing_records
from outcomes_app.records import visit_drafts, visit_facts, visits
from outcomes_app.text import _, clock_time, day
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets import what_changed
from outcomes_app.ui.widgets.visit_editor import VisitEditor
from outcomes_app.ui.widgets.visit_signer import amended
from outcomes_app.ui.widgets.visit_writing import VisitWriting


class VisitPage(VisitWriting):
    """Writes one visit of one patient. Every edit is kept as a draft; signing is deliberate."""

    title: ClassVar[str] = "Visit"
    visit_saved = Signal(object, object)
    visit_closed = Signal(object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        self._connect()
        self._connect_editor()

    def _connect_editor(self) -> None:
        editor = self.editor
        for panel in (
            editor.plan_panel,
            editor.product_panel,
            editor.outcomes_panel,
            editor.time_out_panel,
            editor.vials_panel,
        ):
            panel.edited.connect(self._take)
        editor.plan_panel.place_requested.connect(self.model.place_protocol)
        editor.plan_panel.repeat_requested.connect(self.repeat_last)
        editor.plan_panel.indication_chosen.connect(self._choose_indication)
        editor.map_panel.undo_requested.connect(self.undo)
        editor.map_panel.redo_requested.connect(self.redo)
        editor.checks_panel.reason_given.connect(self._give_reason)
        editor.checks_panel.finding_answered.connect(self._answer)
        editor.checks_panel.finding_taken_back.connect(self._take_back)
        editor.product_panel.scanned.connect(self._scanned)
        editor.vials_panel.mixed_now.connect(
            lambda: self.editor.vials_panel.mix(self.ctx.clock.now())
        )
        editor.note_typed.connect(self._note_typed)
        editor.close_requested.connect(self.close_visit)
        editor.save_requested.connect(self.save)
        editor.sign_requested.connect(self.sign)
        editor.sign_panel.confirmed.connect(self._signer.confirm)
        editor.sign_panel.cancelled.connect(self._focus_map)
        editor.signed_bar.amend_requested.connect(self.amend)
        editor.signed_bar.void_requested.connect(self._ask_void)
        editor.offer.taken.connect(self._continue_draft)
        editor.offer.refused.connect(self._refuse_draft)
        self._obey_settings()

    def _connect(self) -> None:
        self.model.edited.connect(self._plan_edited)
        self.ctx.theme.changed.connect(self._follow_text_size)
        self.ctx.session_changed.connect(self._follow_session)
        self._check_timer.timeout.connect(self.check_now)
        self._keeper.kept.connect(self._draft_kept)
        self._signer.signed.connect(self._signed)
        self._signer.voided.connect(self._voided)
        self._signer.refused.connect(self._refused)
        self.ctx.settings_changed.connect(self._obey_settings)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, does in (
            ("Ctrl+Return", self.sign),
            ("Ctrl+Enter", self.sign),
            ("Ctrl+S", self.save),
            ("Ctrl+Z", self.undo),
            ("Ctrl+Shift+Z", self.redo),
            ("Ctrl+Y", self.redo),
        ):
            QShortcut(QKeySequence(keys), self, does, context=inside)

    def _obey_settings(self, _settings: object = None) -> None:
        self.editor.map_panel.map.letters_on = self.ctx.settings.single_letter_keys

    def _follow_text_size(self) -> None:
        """Another text size asks for other lengths everywhere: the panels are made anew."""
        if self.ctx.theme.scale == self._text_scale:
            return
        self._text_scale = self.ctx.theme.scale
        old = self.editor
        self.editor = VisitEditor(self.ctx.theme, self.ctx.catalog, self.model)
        self._column.replaceWidget(old, self.editor)
        old.hide()
        old.deleteLater()
        self._connect_editor()
        self.editor.setEnabled(self._history is not None)
        if self._course is not None:
            self._offer_indications(self._course)
            self._show_draft()
            if self.draft is not None:
                self._show_past(self.draft, self._course)
            self.check_now()

    def _follow_session(self) -> None:
        """Nobody signed in: nothing of a patient stays behind."""
        if not self.ctx.signed_in:
            self._keeper.forget()
            self._empty()
            self._patient_id = self._treatment_id = None

    # Opening

    def open_visit(self, patient_id: PatientId, treatment_id: TreatmentId | None) -> None:
        """Write a new visit (None), or open a stored one to put it right."""
        self._keeper.flush()
        self._empty()
        self._patient_id, self._treatment_id = patient_id, treatment_id
        self.ctx.read(self, visit_facts.known, patient_id, done=self._show_known, lane="visit")

    def _show_known(self, known: KnownFacts) -> None:
        self._known = known
        course = self._course = known.course
        stored = next((t for t in course.treatments if t.id == self._treatment_id), None)
        if stored is not None:
            draft = visit_draft.draft_of(stored, course)
        else:
            draft = self._new_draft(course)
        self._opened = draft
        self._history = history.begin(draft)
        self._show_past(draft, course)
        self._offer_indications(course)
        self.editor.setEnabled(True)
        self._show_draft()
        self._turn_to_first_site()
        self.check_now()
        self.editor.set_saving(saving=False)
        self._focus_map()
        self._ask_what_else(stored)

    def _ask_what_else(self, stored: Treatment | None) -> None:
        """Whether a draft of this visit was kept, and who signed it."""
        patient_id, person = self._patient_id, self.ctx.person.id
        if stored is not None and stored.status is TreatmentStatus.SIGNED:
            self.editor.set_frozen(True)
            self.ctx.read(
                self, signing_records.versions, stored.id, done=self._show_signed, lane="signed"
            )
        asked = self._treatment_id
        self.ctx.read(
            self,
            visit_drafts.unfinished,
            patient_id,
            person,
            asked,
            done=self._offer_draft,
            lane="draft",
        )

    def _offer_draft(self, found: tuple[History[VisitDraft], datetime | None] | None) -> None:
        if found is not None and not self.unsaved:
            self._offered = found[0]
            self.editor.offer.offer(*found)

    def _continue_draft(self) -> None:
        """The draft as it was left, with everything that can be undone."""
        if self._offered is None or self._course is None:
            return
        self._history, self._offered = self._offered, None
        self.editor.offer.hide()
        if self._history.state.amends is not None:
            self.editor.show_amending()
        self._offer_indications(self._course)
        self._show_past(self._history.state, self._course)
        self._show_draft()
        self._turn_to_first_site()
        self.check_now()
        self._focus_map()

    def _refuse_draft(self) -> None:
        if self._offered is not None:
            self._keeper.discard(self._offered.state.treatment_id)
        self._offered = None
        self.editor.offer.hide()
        self._focus_map()

    def _show_signed(self, versions: tuple[Signature, ...]) -> None:
        self._signatures = versions
        self.editor.show_signed(versions)
        if len(versions) > 1 and self.draft is not None:
            named = [
                what_changed.NamedVisit(
                    name=_("Version {n} · {day}").format(
                        n=place, day=day(found.signed_at.astimezone().date())
                    ),
                    visit=found.visit,
                )
                for place, found in enumerate(versions, start=1)
            ]
            self.editor.changes_panel.show_visits(named)

    def _draft_kept(self, at: datetime) -> None:
        if self.draft is not None:
            self.editor.show_kept(_("Draft saved {time}").format(time=clock_time(at)))

    # Checking and saving

    def save(self) -> None:
        """Store the visit; with something to correct, go to the first of it instead."""
        self.editor.finish_typing()
        draft = self.draft
        if self._saving or draft is None or self.editor.frozen or draft.amends is not None:
            return
        self.check_now()
        unreadable = self.editor.first_unreadable()
        errors = errors_in(self._judged.problems)
        if unreadable is not None:
            self.editor.focus(unreadable)
        elif errors:
            self.editor.go_to(errors[0])
        else:
            self._store(draft)

    def sign(self) -> None:
        """Sign the visit; with something open, go to the first of it instead."""
        self.editor.finish_typing()
        draft, course = self.draft, self._course
        if self._saving or draft is None or course is None or self.editor.frozen:
            return
        self.check_now()
        unreadable = self.editor.first_unreadable()
        errors = errors_in(self._judged.problems)
        waiting = self._judged.open_findings(draft.reasons)
        if unreadable is not None:
            self.editor.focus(unreadable)
        elif errors or self._judged.missing:
            self.editor.go_to((*errors, *self._judged.missing)[0])
        elif waiting:
            self.editor.go_to_finding(waiting[0])
        else:
            self._signer.ask(draft, course, self.editor.sign_panel)

    def amend(self) -> None:
        """Write the next version of a signed visit; the signed one stays as it is."""
        course = self._course
        if not self._signatures or course is None:
            return
        signed = self._signatures[-1].visit
        draft = amended(signed, course)
        self._signatures = ()
        self._opened = draft
        self._history = history.begin(draft)
        self.editor.show_amending()
        self._show_draft()
        self.editor.changes_panel.choose(draft.amends, draft.treatment_id)
        self.editor.show_view("changes")
        self.check_now()
        self._focus_map()

    def _ask_void(self) -> None:
        if self.draft is not None:
            self._signer.ask_void(self.draft, self.editor.sign_panel)

    def _signed(self, treatment_id: TreatmentId) -> None:
        self._keeper.forget()
        self._opened = self.draft
        self.ctx.notices.tell(_("Visit signed."))
        self.visit_saved.emit(self._patient_id, treatment_id)

    def _voided(self, _treatment_id: TreatmentId) -> None:
        self._keeper.forget()
        self._opened = self.draft
        self.ctx.notices.tell(_("Visit voided."))
        self.visit_closed.emit(self._patient_id)

    def _store(self, draft: VisitDraft) -> None:
        today = self.ctx.clock.today()
        visit = visit_draft.visit_of(draft, today)
        self._saving = True
        self.editor.set_saving(saving=True)
        if draft.stored is None:
            self.ctx.write(
                self,
                visits.record,
                replace(visit, started=self.ctx.clock.now()),
                catalog=self.ctx.catalog,
                today=today,
                done=self._stored,
                failed=self._refused,
                deed="visit.record",
            )
            return
        self.ctx.write(
            self,
            visits.correct,
            visit,
            catalog=self.ctx.catalog,
            today=today,
            reason=_("Corrected in the visit editor"),
            done=self._stored,
            failed=self._refused,
            deed="visit.correct",
        )

    def _stored(self, treatment_id: object) -> None:
        self._saving = False
        self.editor.set_saving(saving=False)
        self._keeper.forget()
        if self.draft is not None:
            self._keeper.discard(self.draft.treatment_id)
        self._opened = self.draft
        self.ctx.notices.tell(_("Visit saved."))
        self.visit_saved.emit(self._patient_id, treatment_id)

    def _refused(self, error: OutcomesError) -> None:
        self._saving = False
        self.editor.set_saving(saving=False)
        problems: Problems = ()
        if isinstance(error, Refused):
            problems = tuple(p for p in error.problems if isinstance(p, Problem))
        if not problems or self.draft is None:
            self.ctx.notices.warn(error.message, error.todo)
            return
        known = dict.fromkeys((*problems, *self._judged.problems))
        self._judged = replace(self._judged, problems=tuple(known))
        self.editor.show_judgement(self._judged, self.draft)
        self.editor.go_to(problems[0])

    # Closing

    def close_visit(self) -> None:
        """Leave the editor; what was not stored stays as a draft."""
        if self._patient_id is not None and self.leave():
            self.visit_closed.emit(self._patient_id)

    def leave(self) -> bool:
        """The page can always be left: nothing written is lost."""
        self.editor.finish_typing()
        self._keeper.flush()
        return True

    def next_panel(self) -> bool:
        """F6 walks through plan, map and totals."""
        self.editor.panels.next_panel()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """R repeats, T goes to the time-out, / or : to the shorthand line."""
        letters = self.ctx.settings.single_letter_keys
        if letters and event.key() == Qt.Key.Key_R and not event.modifiers():
            self.repeat_last()
        elif letters and event.key() == Qt.Key.Key_T and not event.modifiers():
            self.editor.begin_time_out()
        elif letters and event.text() in ("/", ":"):
            self.editor.map_panel.shorthand.begin()
        else:
            super().keyPressEvent(event)
