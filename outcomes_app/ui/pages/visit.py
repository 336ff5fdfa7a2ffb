"""The visit editor: what exactly goes where, from which vial, and how the patient is."""

from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from outcomes_app.domain import checks, history, visit_draft
from outcomes_app.domain import plan as plans
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.history import History
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import (
    IndicationId,
    PatientId,
    Problem,
    Problems,
    TreatmentId,
    errors_in,
)
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.errors import OutcomesError, Refused
from outcomes_app.records import courses, visits
from outcomes_app.text import _, day
from outcomes_app.ui import ask
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page
from outcomes_app.ui.widgets.bodymap import PlanModel
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton, Tabs
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.labels import Icon, KeyCap, Text
from outcomes_app.ui.widgets.visit_checks import ChecksPanel, open_words
from outcomes_app.ui.widgets.visit_layout import Place, VisitLayout
from outcomes_app.ui.widgets.visit_map import MapPanel
from outcomes_app.ui.widgets.visit_outcomes import OutcomesPanel
from outcomes_app.ui.widgets.visit_plan import PlanPanel
from outcomes_app.ui.widgets.visit_product import ProductPanel, default_vial
from outcomes_app.ui.widgets.visit_sites import SitesPanel
from outcomes_app.ui.widgets.visit_totals import TotalsPanel

# Checks wait for the end of a burst of edits, such as a key held down.
_CHECK_AFTER_MS = 60


class VisitPage(Page):
    """Writes one visit of one patient. Nothing is stored before Save visit."""

    title: ClassVar[str] = "Visit"
    visit_saved = Signal(object, object)
    visit_closed = Signal(object)
    banner_note = Signal(str)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        self._patient_id: PatientId | None = None
        self._treatment_id: TreatmentId | None = None
        self._course: PatientCourse | None = None
        self._history: History[VisitDraft] | None = None
        self._opened: VisitDraft | None = None
        self._problems: Problems = ()
        self._saving = False
        theme, catalog = ctx.theme, ctx.catalog
        self.model = PlanModel(catalog.sites, catalog.views, self)
        self.plan_panel = PlanPanel(theme, catalog)
        self.product_panel = ProductPanel(theme, catalog)
        self.outcomes_panel = OutcomesPanel(theme, catalog)
        self.map_panel = MapPanel(theme, self.model)
        self.totals_panel = TotalsPanel(theme, self.model)
        self.sites_panel = SitesPanel(theme, self.model)
        self.checks_panel = ChecksPanel(theme)
        self.note = QPlainTextEdit()
        self._check_timer = QTimer(self, singleShot=True, interval=_CHECK_AFTER_MS)
        self._lay_out()
        self._connect()
        self.setEnabled(False)

    @property
    def patient_shown(self) -> PatientId | None:
        """The patient whose visit is written."""
        return self._patient_id

    @property
    def draft(self) -> VisitDraft | None:
        """The visit as it is written now."""
        return self._history.state if self._history else None

    # Building

    def _lay_out(self) -> None:
        theme = self.ctx.theme
        totals = self._totals_card()
        note = Card(theme, _("Visit note"))
        note.setObjectName("notePanel")
        self.note.setObjectName("visitNote")
        self.note.setAccessibleName(_("Visit note"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(theme.px(76))
        note.body.addWidget(self.note)
        self._panels = VisitLayout(
            theme,
            self.map_panel,
            (
                Place(panel=self.plan_panel, column="left", tab="plan"),
                Place(panel=self.product_panel, column="left", tab="product"),
                Place(panel=self.outcomes_panel, column="left", tab="outcomes"),
                Place(panel=totals, column="right", tab="plan"),
                Place(panel=self.checks_panel, column="right", tab="checks"),
                Place(panel=note, column="right", tab="checks"),
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._panels, 1)
        column.addWidget(self._footer())

    def _totals_card(self) -> Card:
        """Totals and sites are two ways to see the same plan, so they share a card."""
        theme = self.ctx.theme
        card = Card(theme)
        card.setObjectName("totalsCard")
        self._views = Tabs(
            theme, (("totals", _("Totals")), ("sites", _("Sites"))), name="totalsOrSites"
        )
        self._views_stack = _FittingStack()
        self._views_stack.addWidget(self.totals_panel)
        self._views_stack.addWidget(self.sites_panel)
        self._views.chosen.connect(self._show_view)
        card.body.addWidget(self._views)
        card.body.addWidget(self._views_stack, 1)
        return card

    def _show_view(self, key: str) -> None:
        self._views.choose(key)
        self._views_stack.show_only(self.sites_panel if key == "sites" else self.totals_panel)

    def _footer(self) -> QFrame:
        theme = self.ctx.theme
        footer = QFrame()
        footer.setProperty("footer", True)
        footer.setObjectName("visitFooter")
        line = QHBoxLayout(footer)
        line.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        line.setSpacing(theme.px(8))
        self._open_icon = Icon(theme, "check", "ok", 16)
        self._open_text = Text(theme, "", "bodyStrong", wrap=True)
        self._open_text.setObjectName("openItems")
        self._close = Button(theme, _("Close"), name="closeVisit")
        self._save = PrimaryButton(theme, _("Save visit"), icon="check", name="saveVisit")
        line.addWidget(self._open_icon)
        line.addWidget(self._open_text, 1)
        line.addWidget(self._close)
        line.addWidget(self._save)
        line.addWidget(KeyCap(theme, _("Ctrl Enter")))
        return footer

    def _connect(self) -> None:
        self.model.edited.connect(self._plan_edited)
        for panel in (self.plan_panel, self.product_panel, self.outcomes_panel):
            panel.edited.connect(self._take)
        self.plan_panel.place_requested.connect(self.model.place_protocol)
        self.plan_panel.repeat_requested.connect(self.repeat_last)
        self.plan_panel.indication_chosen.connect(self._choose_indication)
        self.map_panel.undo_requested.connect(self.undo)
        self.map_panel.redo_requested.connect(self.redo)
        self.map_panel.map.note_requested.connect(self._note_site)
        self.map_panel.map.units_requested.connect(self._type_units)
        self.checks_panel.problem_chosen.connect(self._go_to)
        self.checks_panel.reason_given.connect(self._give_reason)
        self.note.textChanged.connect(self._note_typed)
        self.ctx.settings_changed.connect(lambda _settings: self._obey_settings())
        self._obey_settings()
        self._check_timer.timeout.connect(self.check_now)
        self._close.clicked.connect(self.close_visit)
        self._save.clicked.connect(self.save)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, does in (
            ("Ctrl+Return", self.save),
            ("Ctrl+Enter", self.save),
            ("Ctrl+Z", self.undo),
            ("Ctrl+Shift+Z", self.redo),
            ("Ctrl+Y", self.redo),
        ):
            QShortcut(QKeySequence(keys), self, does, context=inside)

    def _obey_settings(self) -> None:
        self.map_panel.map.letters_on = self.ctx.settings.single_letter_keys

    # Opening

    def open_visit(self, patient_id: PatientId, treatment_id: TreatmentId | None) -> None:
        """Write a new visit (None), or open a stored one to put it right."""
        self._empty()
        self._patient_id, self._treatment_id = patient_id, treatment_id
        self.ctx.read(self, courses.course, patient_id, done=self._show_course, lane="visit")

    def _empty(self) -> None:
        """Nothing of another patient stays on the screen."""
        self._history = self._opened = self._course = None
        self._problems = ()
        self.model.compare_with(None)
        self.model.show(Plan())
        self.model.set_adding(False)
        self.model.set_mirroring(False)
        self.note.blockSignals(True)
        self.note.clear()
        self.note.blockSignals(False)
        self.checks_panel.show_problems((), str)
        self.setEnabled(False)

    def _show_course(self, course: PatientCourse) -> None:
        self._course = course
        stored = next((t for t in course.treatments if t.id == self._treatment_id), None)
        known = tuple(t.indication for t in course.patient.indications)
        if stored is not None:
            draft = visit_draft.draft_of(stored, course)
        else:
            last = course.treatments[-1].indication if course.treatments else None
            choice = last if last in known else (known[0] if known else last)
            indication = choice or next(iter(self.ctx.catalog.indications))
            draft = visit_draft.new_draft(
                course.patient.id, indication, self.ctx.clock.today(), None
            )
            draft = self._with_usual_product(draft)
        offered = known or tuple(self.ctx.catalog.indications)
        if draft.indication not in offered:
            offered = (draft.indication, *offered)
        self.plan_panel.set_choices(
            offered, self.ctx.practice.jurisdiction, fixed=stored is not None
        )
        self._opened = draft
        self._history = history.begin(draft)
        self.setEnabled(True)
        self._show_draft()
        self._turn_to_first_site()
        self.check_now()
        self.map_panel.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def _with_usual_product(self, draft: VisitDraft) -> VisitDraft:
        """A new visit begins with the product of the last treatment, else of the label."""
        catalog, last = self.ctx.catalog, self._previous(draft)
        product = last.product if last else None
        indication = catalog.indications.get(draft.indication)
        if product is None and indication is not None:
            labelled = indication.on_label.get(self.ctx.practice.jurisdiction, ())
            product = labelled[0] if len(labelled) == 1 else None
        vial = default_vial(catalog.products.get(product) if product else None, draft.indication)
        return replace(draft, plan=replace(draft.plan, product=product), vial=vial)

    def _turn_to_first_site(self) -> None:
        first = next((p.placement for p in self.model.plan.points if p.placement), None)
        if first is None:
            indication = self._history.state.indication if self._history else None
            usual = self.ctx.catalog.indications.get(IndicationId(indication or ""))
            placements = [
                placement
                for site in (usual.sites if usual else ())[:1]
                if site in self.model.sites
                for placement in self.model.sites[site].placements[:1]
            ]
            view = placements[0].view if placements else None
        else:
            view = first.view
        if view is not None:
            from outcomes_app.ui.widgets.bodymap import naming

            self.model.show_sheet(naming.sheet_of(view))

    def _previous(self, draft: VisitDraft) -> Treatment | None:
        """The latest earlier treatment of the indication that has points."""
        if self._course is None:
            return None
        earlier = [
            t
            for t in self._course.treatments
            if t.indication == draft.indication
            and t.id != draft.treatment_id
            and t.injections
            and (draft.day is None or t.day <= draft.day)
        ]
        return earlier[-1] if earlier else None

    def _number(self, treatment: Treatment) -> int:
        """The place of a treatment among those of its indication."""
        course = self._course
        same = (
            [t.id for t in course.treatments if t.indication == treatment.indication]
            if course
            else []
        )
        return same.index(treatment.id) + 1 if treatment.id in same else len(same) + 1

    # Editing

    def _plan_edited(self, plan: Plan, deed: str) -> None:
        draft = self.draft
        if draft is None:
            return
        vial = draft.vial
        if plan.product != draft.plan.product:
            found = self.ctx.catalog.products.get(plan.product) if plan.product else None
            vial = default_vial(found, draft.indication)
        self._take(replace(draft, plan=plan, vial=vial), deed)

    def _take(self, draft: VisitDraft, deed: str) -> None:
        """Every edit of every panel comes here."""
        if self._history is None:
            return
        typed_on = self._history.now.deed == deed and deed in self._words_typed()
        if typed_on and self._history.can_undo:
            self._history = self._history.amended(draft)
        else:
            self._history = self._history.did(draft, deed)
        self._show_draft()
        self._check_timer.start()

    def _words_typed(self) -> frozenset[str]:
        """Deeds that come with every key: one step of undo for the word, not one per letter."""
        focused = QApplication.focusWidget()
        typing = isinstance(focused, (QLineEdit, QPlainTextEdit))
        return frozenset({self._history.now.deed}) if typing and self._history else frozenset()

    def _show_draft(self) -> None:
        draft = self.draft
        if draft is None or self._history is None:
            return
        previous = self._previous(draft)
        number = self._number(previous) if previous else None
        self.plan_panel.show_draft(draft, previous, number)
        self.product_panel.show_draft(draft)
        self.outcomes_panel.show_draft(draft, self.ctx.clock.today())
        if self.note.toPlainText() != draft.note:
            self.note.blockSignals(True)
            self.note.setPlainText(draft.note)
            self.note.blockSignals(False)
        if self.model.plan != draft.plan:
            self.model.show(draft.plan)
        if self.model.units_per_ml != draft.vial.units_per_ml:
            self.model.set_concentration(draft.vial.units_per_ml)
        self._show_comparison(previous, number)
        self.map_panel.show_history(
            can_undo=self._history.can_undo,
            can_redo=self._history.can_redo,
            undo_words=self._history.now.deed if self._history.can_undo else "",
            redo_words=self._history.future[0].deed if self._history.can_redo else "",
        )
        self._say_in_banner(draft)

    def _show_comparison(self, previous: Treatment | None, number: int | None) -> None:
        plan = plans.plan_of(previous) if previous else None
        words = _("treatment {number}").format(number=number) if previous else ""
        if self.model.previous != plan:
            self.model.compare_with(plan)
        self.map_panel.show_previous(words)
        self.totals_panel.show_previous(words)

    def _say_in_banner(self, draft: VisitDraft) -> None:
        number = self._number(visit_draft.treatment_of(draft, self.ctx.clock.today()))
        written = day(draft.day) if draft.day else _("no date")
        self.banner_note.emit(_("Treatment {number} · {day}").format(number=number, day=written))

    def undo(self) -> None:
        """One step back, over map and form alike."""
        self._step(back=True)

    def redo(self) -> None:
        """One step forward again."""
        self._step(back=False)

    def _step(self, *, back: bool) -> None:
        if self._history is not None:
            self._history = self._history.undo() if back else self._history.redo()
            self._show_draft()
            self._check_timer.start()

    def repeat_last(self) -> None:
        """Copy the latest treatment of this indication: sites, units, product and dilution."""
        draft = self.draft
        previous = self._previous(draft) if draft else None
        if draft is None or previous is None:
            return
        vial = draft.vial
        if previous.vials:
            # The lot is of the vial in the hand, so it is asked for again.
            vial = replace(
                previous.vials[0], lot="", expiry=None, discarded_units=None, discard_reason=""
            )
        repeated = replace(draft, plan=plans.repeat(previous), vial=vial)
        self._take(repeated, _("repeat the last treatment"))
        self._turn_to_first_site()

    def _choose_indication(self, indication: IndicationId) -> None:
        if self.draft is not None and indication != self.draft.indication:
            draft = replace(self.draft, indication=indication)
            if not draft.plan.points:
                draft = self._with_usual_product(draft)
            self._take(draft, _("change the indication"))
            self._turn_to_first_site()

    def _note_typed(self) -> None:
        if self.draft is not None:
            self._take(replace(self.draft, note=self.note.toPlainText()), _("change the note"))

    def _give_reason(self, code: str, reason: str) -> None:
        if self.draft is not None:
            self._take(self.draft.with_reason(code, reason), _("record a reason"))
            self.check_now()

    # Checking

    def check_now(self) -> None:
        """Run every check on the visit as it stands."""
        self._check_timer.stop()
        draft, course = self.draft, self._course
        if draft is None or course is None:
            return
        today = self.ctx.clock.today()
        found = list(visit_draft.problems_of(draft))
        found += checks.check_treatment(
            visit_draft.treatment_of(draft, today),
            self.ctx.catalog,
            today=today,
            birth_date=course.patient.birth_date,
            jurisdiction=self.ctx.practice.jurisdiction,
        )
        self._problems = tuple(dict.fromkeys(found))
        self._show_problems(draft)

    def _show_problems(self, draft: VisitDraft) -> None:
        self.checks_panel.show_problems(self._problems, draft.reason_for)
        words, tone = open_words(self._problems, draft.reason_for)
        self._open_text.say(words, tone)
        self._open_icon.show_icon("check" if tone == "ok" else "warn", tone)

    def _go_to(self, problem: Problem) -> None:
        """Move the focus to what a problem concerns."""
        parts = problem.field.split(".")
        point = self._point_of(parts)
        if point is not None:
            if parts[-1] == "site":
                self._show_view("sites")
                self._panels.reveal(self.sites_panel)
                self.sites_panel.focus_name(point.id)
            else:
                self._type_units(point.id)
            return
        widget = self._widget_of(parts)
        self._panels.reveal(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _point_of(self, parts: list[str]) -> plans.PlanPoint | None:
        draft = self.draft
        if draft is None or len(parts) < 2 or not parts[1].isdigit():
            return None
        number = int(parts[1])
        if parts[0] == "points" and number < len(draft.plan.points):
            return draft.plan.points[number]
        kept = [p for p in draft.plan.points if p.confirmed and p.units is not None]
        if parts[0] == "injections" and number < len(kept):
            return kept[number]
        return None

    def _widget_of(self, parts: list[str]) -> QWidget:
        if parts[0] == "product":
            return self.product_panel.product
        if parts[0] == "vials":
            box = self.product_panel.box(parts[-1])
            return box.field if box else self.product_panel.lot
        if parts[0] == "day":
            return self.plan_panel.day
        if parts[0] == "indication":
            return self.plan_panel.indication
        if parts[0] == "note":
            return self.note
        return self.map_panel.map

    def _type_units(self, point_id: object) -> None:
        self._show_view("sites")
        self._panels.reveal(self.sites_panel)
        self.sites_panel.focus_units(point_id)  # type: ignore[arg-type]  # a signal's object

    def _note_site(self, point_id: object) -> None:
        self._show_view("sites")
        self.model.reveal(point_id)  # type: ignore[arg-type]  # a signal's object
        self._panels.reveal(self.sites_panel.note)
        self.sites_panel.focus_note()

    # Saving and closing

    def save(self) -> None:
        """Store the visit; with something to correct, go to the first of it instead."""
        if self._saving or self.draft is None:
            return
        self._finish_typing()
        self.check_now()
        unreadable = self._first_unreadable()
        if unreadable is not None:
            self._panels.reveal(unreadable)
            unreadable.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        errors = errors_in(self._problems)
        if errors:
            self._go_to(errors[0])
            return
        self._store(self.draft)

    def _finish_typing(self) -> None:
        """What stands in a field that still has the focus counts too."""
        focused = QApplication.focusWidget()
        if isinstance(focused, (QLineEdit, QComboBox, QAbstractSpinBox)):
            focused.clearFocus()

    def _first_unreadable(self) -> QWidget | None:
        if self.plan_panel.unreadable:
            return self.plan_panel.day
        if self.product_panel.unreadable:
            return self.product_panel
        return self.outcomes_panel.first_unreadable()

    def _store(self, draft: VisitDraft) -> None:
        today = self.ctx.clock.today()
        visit = visit_draft.visit_of(draft, today)
        self._saving = True
        self._save.setEnabled(False)
        if draft.stored is None:
            visit = replace(visit, started=self.ctx.clock.now())
            self.ctx.write(
                self,
                visits.record,
                visit,
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
        self._save.setEnabled(True)
        self._opened = self.draft
        self.ctx.notices.tell(_("Visit saved."))
        self.visit_saved.emit(self._patient_id, treatment_id)

    def _refused(self, error: OutcomesError) -> None:
        self._saving = False
        self._save.setEnabled(True)
        problems = getattr(error, "problems", ()) if isinstance(error, Refused) else ()
        if problems and self.draft is not None:
            self._problems = tuple(dict.fromkeys((*problems, *self._problems)))
            self._show_problems(self.draft)
            self._mark_outcomes(problems)
            self._go_to(problems[0])
        else:
            self.ctx.notices.warn(error.message, error.todo)

    def _mark_outcomes(self, problems: Problems) -> None:
        visit = visit_draft.visit_of(self.draft, self.ctx.clock.today()) if self.draft else None
        for problem in problems:
            parts = problem.field.split(".")
            if visit is None or parts[0] != "assessments" or len(parts) < 2:
                continue
            if parts[1].isdigit() and int(parts[1]) < len(visit.assessments):
                found = visit.assessments[int(parts[1])]
                for score in found.scores:
                    self.outcomes_panel.mark(problem, found.instrument, score.part)

    @property
    def unsaved(self) -> bool:
        """Whether closing now would lose something."""
        return self.draft is not None and self.draft != self._opened

    def close_visit(self) -> None:
        """Leave the editor; what was not saved is asked about."""
        if self._patient_id is None:
            return
        self._finish_typing()
        if self.unsaved:
            self._ask_to_discard()
        else:
            self.visit_closed.emit(self._patient_id)

    def _ask_to_discard(self) -> None:
        ask.confirm(
            self,
            _("This visit has not been saved."),
            _("Keep editing, or discard what was written since it was opened."),
            action=_("Discard"),
            done=self._discard,
            danger=True,
        )

    def _discard(self) -> None:
        self._opened = self.draft
        self.visit_closed.emit(self._patient_id)

    def leave(self) -> bool:
        """The page can be left when nothing would be lost; otherwise it asks."""
        if not self.unsaved:
            return True
        self._ask_to_discard()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """R repeats the last treatment."""
        letters = self.ctx.settings.single_letter_keys
        if letters and event.key() == Qt.Key.Key_R and not event.modifiers():
            self.repeat_last()
        else:
            super().keyPressEvent(event)


class _FittingStack(QWidget):
    """One of several widgets at a time, as tall as the one that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def addWidget(self, widget: QWidget) -> None:
        """Another one, hidden unless it is the first."""
        widget.setVisible(self._column.count() == 0)
        self._column.addWidget(widget)

    def show_only(self, chosen: QWidget) -> None:
        """Show one and hide the others."""
        for number in range(self._column.count()):
            item = self._column.itemAt(number)
            widget = item.widget() if item else None
            if widget is not None:
                widget.setVisible(widget is chosen)
