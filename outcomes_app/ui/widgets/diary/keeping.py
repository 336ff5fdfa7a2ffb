"""DiaryKeeper: holds the sheet of one patient and stores it shortly after the last edit."""

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.diary_sheet import DayChange, DiarySheet
from outcomes_app.domain.values import PatientId
from outcomes_app.errors import ChangedElsewhere, OutcomesError
from outcomes_app.text import _, clock_time, ngettext
from outcomes_app.ui.context import AppContext

SAVE_AFTER_MS = 800


class DiaryKeeper(QObject):
    """`moved` when the sheet is another one, `state_changed(str)` says how storing goes."""

    moved = Signal()
    state_changed = Signal(str)

    def __init__(self, ctx: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self.sheet: DiarySheet | None = None
        self.injections: tuple[date, ...] = ()
        self._sent: dict[PatientId, tuple[DayChange, ...]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)

    @property
    def waiting(self) -> bool:
        """Whether something typed is not stored yet."""
        return self.sheet is not None and bool(self.sheet.changes() or self.sheet.clashes)

    def show_course(self, course: PatientCourse | None) -> None:
        """Follow what is stored of a patient; what is being typed stays."""
        if course is None:
            self.sheet, self.injections = None, ()
        else:
            self.injections = tuple(sorted({t.day for t in course.treatments}))
            if self.sheet is None or self.sheet.patient_id != course.patient.id:
                self.sheet = DiarySheet.read(course.patient.id, course.diary)
                self.state_changed.emit("")
            elif not self._sent:
                # While a deed is under way its own answer says what is stored.
                self.sheet = self.sheet.read_again(course.diary)
        self.moved.emit()

    def edit(self, sheet: DiarySheet) -> None:
        """Show the next sheet, and store it when the typing rests."""
        self.sheet = sheet
        self.moved.emit()
        if self.waiting:
            self.state_changed.emit(_("Not stored yet"))
            self._timer.start()

    def save(self) -> None:
        """Store now what was typed."""
        self._timer.stop()
        sheet = self.sheet
        changes = sheet.changes() if sheet else ()
        if sheet is None or not changes or self._sent:
            return
        from outcomes_app.records import diary

        who = sheet.patient_id
        self._sent[who] = changes
        self._ctx.write(
            self,
            diary.keep,
            who,
            changes,
            today=self._ctx.clock.today(),
            deed="diary.record",
            done=lambda stored: self._saved(who, changes, stored),
            failed=lambda error: self._not_saved(who, error),
        )

    def leave(self) -> bool:
        """Store what is waiting; False while a choice between two desks is open."""
        if self.sheet is not None and self.sheet.clashes:
            self._tell_clashes()
            return False
        self.save()
        return True

    def _saved(
        self, who: PatientId, changes: tuple[DayChange, ...], stored: Sequence[DiaryDay]
    ) -> None:
        self._sent.pop(who, None)
        if self.sheet is None or self.sheet.patient_id != who:
            return
        self.sheet = self.sheet.saved(changes, stored)
        self.state_changed.emit(_("Stored {time}").format(time=_now(self._ctx.clock.now())))
        self.moved.emit()
        if self.sheet.changes():
            self._timer.start()

    def _not_saved(self, who: PatientId, error: OutcomesError) -> None:
        self._sent.pop(who, None)
        self.state_changed.emit(_("Not stored"))
        if not isinstance(error, ChangedElsewhere):
            self._ctx.notices.warn(error.message, error.todo)
            return
        from outcomes_app.records import diary

        self._ctx.read(self, diary.for_patient, who, done=lambda days: self._met(who, days))

    def _met(self, who: PatientId, stored: Sequence[DiaryDay]) -> None:
        if self.sheet is None or self.sheet.patient_id != who:
            return
        self.sheet = self.sheet.read_again(stored)
        self.moved.emit()
        if self.sheet.clashes:
            self._tell_clashes()
        if self.sheet.changes():
            self._timer.start()

    def _tell_clashes(self) -> None:
        count = len(self.sheet.clashes) if self.sheet else 0
        self._ctx.notices.warn(
            ngettext(
                "{n} day was changed elsewhere while you typed. Yours is kept beside it.",
                "{n} days were changed elsewhere while you typed. Yours are kept beside them.",
                count,
            ).format(n=count),
            _("Choose in the diary which to keep."),
        )


def _now(instant: datetime) -> str:
    return clock_time(instant)
