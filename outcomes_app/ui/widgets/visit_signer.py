"""Carries a signature from the question to the store: passphrase, deed, answer."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from outcomes_app.domain import signing as versions_of
from outcomes_app.domain import visit_draft
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.signing import Signature
from outcomes_app.domain.treatment import Visit
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.errors import OutcomesError
from outcomes_app.records import signing
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.visit_signing import Deed, SignPanel, sentence


class VisitSigner(QObject):
    """`signed(TreatmentId)` and `voided(TreatmentId)` when the store has it; `refused(error)`."""

    signed = Signal(object)
    voided = Signal(object)
    refused = Signal(object)

    def __init__(self, ctx: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._draft: VisitDraft | None = None
        self._panel: SignPanel | None = None

    def ask(self, draft: VisitDraft, course: PatientCourse, panel: SignPanel) -> None:
        """Read back what is signed, and ask for the passphrase."""
        deed = Deed.SIGN if draft.amends is None else Deed.AMEND
        self._begin(draft, panel)
        panel.ask(deed, sentence(draft, course.patient, self._ctx.catalog))

    def ask_void(self, draft: VisitDraft, panel: SignPanel) -> None:
        """Ask why a signed visit was entered in error."""
        self._begin(draft, panel)
        panel.ask(
            Deed.VOID,
            _("A voided visit stays readable and counts nowhere. Say why it is voided."),
        )

    def _begin(self, draft: VisitDraft, panel: SignPanel) -> None:
        self._draft, self._panel = draft, panel

    def confirm(self, deed: Deed, passphrase: str, reason: str) -> None:
        """Check the passphrase away from the window, then do it."""
        if deed is Deed.VOID:
            self._void(reason)
            return
        try:
            check = self._ctx.passphrase_is
        except OutcomesError as error:
            self._say(error)
            return
        self._ctx.work(
            self,
            check,
            passphrase,
            done=lambda right: self._checked(bool(right), deed, reason),
            failed=self._say,
            lane="passphrase",
        )

    def _checked(self, right: bool, deed: Deed, reason: str) -> None:
        if not right:
            if self._panel is not None:
                self._panel.say(_("This is not your passphrase. Nothing was signed."))
            return
        draft = self._draft
        if draft is None:
            return
        today = self._ctx.clock.today()
        visit = visit_draft.visit_of(draft, today)
        if not visit.treatment.version:
            visit = replace(visit, started=self._ctx.clock.now())
        if deed is Deed.AMEND:
            self._ctx.write(
                self,
                signing.amend,
                visit,
                reason=reason,
                person=self._ctx.person,
                catalog=self._ctx.catalog,
                today=today,
                done=self._done,
                failed=self._say,
                deed="visit.amend",
            )
            return
        self._ctx.write(
            self,
            signing.store_and_sign,
            visit,
            person=self._ctx.person,
            catalog=self._ctx.catalog,
            today=today,
            done=self._done,
            failed=self._say,
            deed="visit.sign",
        )

    def _void(self, reason: str) -> None:
        draft = self._draft
        if draft is None:
            return
        self._ctx.write(
            self,
            signing.void,
            draft.treatment_id,
            reason=reason,
            person=self._ctx.person,
            done=lambda _nothing: self._voided(draft),
            failed=self._say,
            deed="visit.void",
        )

    def _voided(self, draft: VisitDraft) -> None:
        if self._panel is not None:
            self._panel.close_panel()
        self.voided.emit(draft.treatment_id)

    def _done(self, signature: object) -> None:
        if self._panel is not None:
            self._panel.close_panel()
        if isinstance(signature, Signature):
            self.signed.emit(signature.treatment_id)

    def _say(self, error: OutcomesError) -> None:
        if self._panel is not None:
            self._panel.close_panel()
        self.refused.emit(error)


def amended(signed: Visit, course: PatientCourse) -> VisitDraft:
    """The next version of a signed visit, as a draft under ids of its own."""
    fresh = versions_of.amendment_of(signed)
    own = replace(course, assessments=fresh.assessments, adverse_events=fresh.adverse_events)
    return visit_draft.draft_of(fresh.treatment, own)
