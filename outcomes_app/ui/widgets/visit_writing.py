"""How a visit is written: every edit of map and form makes a new draft that can be taken back."""

from dataclasses import replace

from outcomes_app.domain import signing, visit_draft
from outcomes_app.domain.gs1 import Scan
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.safety.engine import Finding
from outcomes_app.domain.stock import LotStanding
from outcomes_app.domain.values import (
    IndicationId,
)
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.records import stock
from outcomes_app.text import _
from outcomes_app.ui.widgets.visit_showing import VisitShowing


class VisitWriting(VisitShowing):
    """Takes the edits of the panels, the scanner and the keyboard into the draft."""

    def _plan_edited(self, plan: Plan, deed: str) -> None:
        draft = self.draft
        if draft is None:
            return
        vial = draft.vial
        if plan.product != draft.plan.product:
            found = self.ctx.catalog.products.get(plan.product) if plan.product else None
            vial = visit_draft.usual_vial(found, draft.indication)
        self._take(replace(draft, plan=plan, vial=vial), deed)

    def _take(self, draft: VisitDraft, deed: str) -> None:
        """Every edit of every panel comes here."""
        line = self._history
        if line is None or self.editor.frozen:
            return
        # What is typed in one go is one step of undo, not one for each key.
        same_word = line.can_undo and line.now.deed == deed and self.editor.typing()
        self._history = line.amended(draft) if same_word else line.did(draft, deed)
        self._show_draft()
        self._edited()

    def _edited(self) -> None:
        self._check_timer.start()
        if self._history is not None:
            self._keeper.keep(self._history)

    def _scanned(self, scan: Scan) -> None:
        if scan.gtin:
            self.ctx.read(
                self, stock.by_gtin, scan.gtin, scan.lot, done=self._take_scan, lane="scan"
            )

    def _take_scan(self, found: tuple[LotStanding, ...]) -> None:
        """A scanned vial that is in stock says its product and size."""
        draft = self.draft
        if draft is None or not found:
            return
        lot = found[0].lot
        if draft.plan.product not in (None, lot.product):
            self.ctx.notices.warn(
                _("The scanned vial holds another product than the plan."),
                _("Check the vial, or change the product."),
            )
            return
        vial = replace(draft.vial, vial_units=lot.vial_units)
        plan = replace(draft.plan, product=lot.product)
        self._take(replace(draft, plan=plan, vial=vial), _("scan a vial"))

    def undo(self) -> None:
        """One step back, over map and form alike."""
        if self._history is not None:
            self._history = self._history.undo()
            self._show_draft()
            self._edited()

    def redo(self) -> None:
        """One step forward again."""
        if self._history is not None:
            self._history = self._history.redo()
            self._show_draft()
            self._edited()

    def repeat_last(self) -> None:
        """Suggest the latest treatment of this indication again: nothing counts till confirmed."""
        draft = self.draft
        previous = self._previous(draft) if draft else None
        if draft is not None and previous is not None:
            again = visit_draft.repeated(draft, previous)
            self._take(again, _("repeat the last treatment"))
            self._turn_to_first_site()
            if not self.editor.map_panel.map.hasFocus():
                self.editor.map_panel.ghosts.begin()

    def _choose_indication(self, indication: IndicationId) -> None:
        if self.draft is not None and indication != self.draft.indication:
            draft = replace(self.draft, indication=indication)
            if not draft.plan.points:
                draft = self._with_usual_product(draft)
            self._take(draft, _("change the indication"))
            if self._course is not None:
                self._show_past(draft, self._course)
            self._turn_to_first_site()

    def _note_typed(self, text: str) -> None:
        if self.draft is not None:
            self._take(replace(self.draft, note=text), _("change the note"))

    def _give_reason(self, code: str, reason: str) -> None:
        if self.draft is not None:
            self._take(self.draft.with_reason(code, reason), _("record a reason"))
            self.check_now()

    def _answer(self, finding: Finding, reason: str) -> None:
        if self.draft is not None:
            said = signing.answer_to(finding, reason)
            self._take(self.draft.acknowledged(said), _("answer a check"))
            self.check_now()

    def _take_back(self, finding: Finding) -> None:
        if self.draft is not None:
            self._take(self.draft.with_reason(finding.rule, ""), _("take an answer back"))
            self.check_now()
