"""Keeps the visit that is being written: every edit reaches the encrypted draft table within
seconds, and what was not finished is offered again with its undo history."""

from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from outcomes_app.domain.draft import draft_id
from outcomes_app.domain.history import History
from outcomes_app.domain.values import TreatmentId
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.records import drafts, visit_drafts
from outcomes_app.text import _, clock_time, day
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.labels import Text, row

# A pause in the edits, and the longest that edits without a pause may wait.
_IDLE_MS = 800
_LONGEST_MS = 2500


class DraftKeeper(QObject):
    """Saves the history it was given last. `kept(when)` tells that the store has it."""

    kept = Signal(object)

    def __init__(self, ctx: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._waiting: History[VisitDraft] | None = None
        self._idle = QTimer(self, singleShot=True, interval=_IDLE_MS)
        self._latest = QTimer(self, singleShot=True, interval=_LONGEST_MS)
        self._idle.timeout.connect(self.flush)
        self._latest.timeout.connect(self.flush)

    @property
    def waiting(self) -> bool:
        """Whether an edit is not in the store yet."""
        return self._waiting is not None

    def keep(self, line: History[VisitDraft]) -> None:
        """Save this after a pause, and in any case soon."""
        self._waiting = line
        self._idle.start()
        if not self._latest.isActive():
            self._latest.start()

    def flush(self) -> None:
        """Save at once what still waits."""
        line = self._waiting
        self.forget()
        if line is None or not self._ctx.signed_in:
            return
        now = self._ctx.clock.now()
        self._ctx.write(
            self,
            visit_drafts.keep,
            line,
            self._ctx.person.id,
            deed="draft.save",
            done=lambda _id: self.kept.emit(now),
        )

    def forget(self) -> None:
        """What waits is not to be saved any more."""
        self._waiting = None
        self._idle.stop()
        self._latest.stop()

    def discard(self, treatment_id: TreatmentId) -> None:
        """Forget a kept draft in the store."""
        self._ctx.write(
            self,
            drafts.discard,
            draft_id(treatment_id, self._ctx.person.id),
            deed="draft.discard",
        )


class DraftOffer(Card):
    """Offers what was not finished; nothing of it is used before somebody says so."""

    taken = Signal()
    refused = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, tone="info", margin=10, parent=parent)
        self.setObjectName("draftOffer")
        self._words = Text(theme, "", "bodyStrong", wrap=True)
        self.take = PrimaryButton(theme, _("Continue the draft"), name="continueDraft")
        refuse = Button(theme, _("Discard the draft"), name="discardDraft")
        self.take.clicked.connect(self.taken)
        refuse.clicked.connect(self.refused)
        column = QVBoxLayout()
        column.addWidget(self._words)
        column.addLayout(row(self.take, refuse, None))
        self.body.addLayout(column)
        self.hide()

    def offer(self, line: History[VisitDraft], saved_at: datetime | None) -> None:
        """Say what there is."""
        state = line.state
        when = _("earlier")
        if saved_at is not None:
            when = _("on {day} at {time}").format(
                day=day(saved_at.astimezone().date()), time=clock_time(saved_at)
            )
        self._words.setText(
            _("This visit was not finished: a draft was kept {when}, with {n} sites.").format(
                when=when, n=len(state.plan.points)
            )
        )
        self.show()
