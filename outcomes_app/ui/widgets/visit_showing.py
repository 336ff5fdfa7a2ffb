"""What the visit editor shows: the draft, what stood before it, and what the checks say of it.

It is apart from the page so that showing, writing and storing can each be read in one go.
"""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from outcomes_app.domain import plan as plans
from outcomes_app.domain import visit_draft
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.history import History
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.safety.engine import Finding
from outcomes_app.domain.safety.known import KnownFacts
from outcomes_app.domain.signing import Signature
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import (
    PatientId,
    Problems,
    ProductId,
    TreatmentId,
)
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.records import stock
from outcomes_app.text import _, day
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page
from outcomes_app.ui.widgets import visit_past, what_changed
from outcomes_app.ui.widgets.bodymap import PlanModel, naming
from outcomes_app.ui.widgets.visit_editor import VisitEditor
from outcomes_app.ui.widgets.visit_judging import Judgement, judge, off_label
from outcomes_app.ui.widgets.visit_keeping import DraftKeeper
from outcomes_app.ui.widgets.visit_signer import VisitSigner

# Checks wait for the end of a burst of edits, such as a key held down.
_CHECK_AFTER_MS = 60


class VisitShowing(Page):
    """Holds the visit that is written and puts it on screen; it changes nothing."""

    banner_note = Signal(str)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        self._patient_id: PatientId | None = None
        self._treatment_id: TreatmentId | None = None
        self._course: PatientCourse | None = None
        self._known: KnownFacts | None = None
        self._judged = Judgement()
        self._stock_of: ProductId | None = None
        self._history: History[VisitDraft] | None = None
        self._opened: VisitDraft | None = None
        self._saving = False
        self._offered: History[VisitDraft] | None = None
        self._signatures: tuple[Signature, ...] = ()
        self._keeper = DraftKeeper(ctx, self)
        self._signer = VisitSigner(ctx, self)
        self.model = PlanModel(ctx.catalog.sites, ctx.catalog.views, self)
        self.editor = VisitEditor(ctx.theme, ctx.catalog, self.model)
        self._text_scale = ctx.theme.scale
        self._check_timer = QTimer(self, singleShot=True, interval=_CHECK_AFTER_MS)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.editor)
        self.editor.setEnabled(False)

    @property
    def patient_shown(self) -> PatientId | None:
        """The patient whose visit is written."""
        return self._patient_id

    @property
    def draft(self) -> VisitDraft | None:
        """The visit as it is written now."""
        return self._history.state if self._history else None

    @property
    def unsaved(self) -> bool:
        """Whether closing now would lose something."""
        return self.draft is not None and self.draft != self._opened

    @property
    def problems(self) -> Problems:
        """What stood against the visit at the last check."""
        return self._judged.problems

    @property
    def judged(self) -> Judgement:
        """All that stood against the visit at the last check."""
        return self._judged

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The safety rules that fired at the last check."""
        return self._judged.findings

    def _empty(self) -> None:
        self._history = self._opened = self._course = self._known = None
        self._judged = Judgement()
        self._stock_of = None
        self._offered = None
        self._signatures = ()
        self._saving = False
        self.model.compare_with(None)
        self.model.set_past((), {})
        self.model.show(Plan())
        self.model.set_adding(False)
        self.model.set_mirroring(False)
        self.editor.empty()
        self.editor.setEnabled(False)

    def check_now(self) -> None:
        """Run every check on the visit as it stands."""
        self._check_timer.stop()
        draft, known = self.draft, self._known
        if draft is None or known is None:
            return
        self._judged = judge(
            draft,
            known,
            catalog=self.ctx.catalog,
            today=self.ctx.clock.today(),
            now=self.ctx.clock.now(),
        )
        self.editor.show_judgement(self._judged, draft)

    def _show_draft(self) -> None:
        draft, line, course = self.draft, self._history, self._course
        if draft is None or line is None or course is None:
            return
        previous = self._previous(draft)
        number = visit_draft.number_of(previous.id, draft, course) if previous else None
        self.editor.plan_panel.show_draft(draft, previous, number)
        self.editor.outcomes_panel.show_draft(draft, self.ctx.clock.today())
        self.editor.show_draft(draft)
        if self._known is not None:
            now = self.ctx.clock.now()
            self.editor.vials_panel.show_draft(draft, self.ctx.clock.today(), now)
            self._ask_stock(draft)
            outside = off_label(draft, self._known, self.ctx.catalog)
            self.editor.time_out_panel.show_draft(draft, off_label=outside)
        self._show_comparison(previous, number)
        self._show_changes(draft, course)
        self.editor.map_panel.show_history(
            can_undo=line.can_undo,
            can_redo=line.can_redo,
            undo_words=line.now.deed if line.can_undo else "",
            redo_words=line.future[0].deed if line.can_redo else "",
        )
        self.banner_note.emit(
            _("Treatment {number} · {day}").format(
                number=visit_draft.number_of(draft.treatment_id, draft, course),
                day=day(draft.day) if draft.day else _("no date"),
            )
        )

    def _ask_stock(self, draft: VisitDraft) -> None:
        """The lots of another product are asked for when the product changes."""
        product = draft.plan.product
        if product == self._stock_of:
            return
        self._stock_of = product
        self.editor.vials_panel.set_stock(())
        if product is not None:
            show = self.editor.vials_panel.set_stock
            self.ctx.read(self, stock.lots, product, done=show, lane="visit stock")

    def _show_comparison(self, previous: Treatment | None, number: int | None) -> None:
        plan = plans.plan_of(previous) if previous else None
        words = _("treatment {number}").format(number=number) if previous else ""
        if self.model.previous != plan:
            self.model.compare_with(plan)
        self.editor.map_panel.show_previous(words)
        self.editor.totals_panel.show_previous(words)

    def _show_changes(self, draft: VisitDraft, course: PatientCourse) -> None:
        """This visit as it is written stands last among those that can be compared."""
        own = (draft.treatment_id,)
        stored = [
            named
            for named in what_changed.visits_of(course, self.ctx.catalog)
            if named.visit.treatment.id not in own
        ]
        visit = visit_draft.visit_of(draft, self.ctx.clock.today())
        this = what_changed.NamedVisit(name=_("This visit"), visit=visit)
        self.editor.changes_panel.show_visits((*stored, this))

    def _show_past(self, draft: VisitDraft, course: PatientCourse) -> None:
        """What earlier treatments left behind, for the map; it changes with the indication."""
        self.model.set_past(
            visit_past.earlier_plans(draft, course),
            visit_past.events_by_site(draft, course, self.ctx.catalog),
        )
        indication = self.ctx.catalog.indications.get(draft.indication)
        sites = indication.sites if indication else ()
        self.editor.map_panel.area.prefer(sites)
        self.editor.map_panel.shorthand.prefer(sites)

    def _offer_indications(self, course: PatientCourse) -> None:
        draft = self.draft
        if draft is None:
            return
        known = tuple(t.indication for t in course.patient.indications)
        offered = known or tuple(self.ctx.catalog.indications)
        if draft.indication not in offered:
            offered = (draft.indication, *offered)
        self.editor.plan_panel.set_choices(
            offered, self.ctx.practice.jurisdiction, fixed=draft.stored is not None
        )

    def _new_draft(self, course: PatientCourse) -> VisitDraft:
        known = tuple(t.indication for t in course.patient.indications)
        last = course.treatments[-1].indication if course.treatments else None
        choice = last if last in known else (known[0] if known else last)
        indication = choice or next(iter(self.ctx.catalog.indications))
        draft = visit_draft.new_draft(course.patient.id, indication, self.ctx.clock.today())
        return self._with_usual_product(draft)

    def _with_usual_product(self, draft: VisitDraft) -> VisitDraft:
        previous = self._previous(draft)
        return visit_draft.with_usual_product(
            draft, previous, self.ctx.catalog, self.ctx.practice.jurisdiction
        )

    def _turn_to_first_site(self) -> None:
        view = visit_draft.first_view(self.draft, self.ctx.catalog) if self.draft else None
        if view is not None:
            self.model.show_sheet(naming.sheet_of(view))

    def _previous(self, draft: VisitDraft) -> Treatment | None:
        return visit_draft.previous_treatment(draft, self._course) if self._course else None

    def _focus_map(self) -> None:
        self.editor.map_panel.map.setFocus(Qt.FocusReason.OtherFocusReason)
