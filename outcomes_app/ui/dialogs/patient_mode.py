"""PatientMode: the whole screen for one patient's questions, and a passphrase to leave it.

It has no parent and no title with a name: while it is open the record's own window is hidden.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.instruments import Instrument
from outcomes_app.domain.values import AssessmentId, PatientId, Severity, new_id
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import clear_layout
from outcomes_app.ui.widgets.instruments.form import InstrumentForm
from outcomes_app.ui.widgets.labels import Text, row
from outcomes_app.ui.widgets.passphrase import SecretField

_WIDE = 760


class PatientMode(QDialog):
    """`left(tuple[str, …])` once the passphrase was right, with what the clinician has to know."""

    left = Signal(object)

    def __init__(
        self,
        ctx: AppContext,
        patient_id: PatientId,
        instruments: Sequence[Instrument],
        occasion: Occasion,
        passphrase_is: Callable[[str], bool],
    ) -> None:
        super().__init__(None)
        self._ctx, self._patient_id, self._occasion = ctx, patient_id, occasion
        self._passphrase_is = passphrase_is
        self._waiting = list(instruments)
        self._count = len(self._waiting)
        self._place = 0
        self._free = self._leaving = False
        self._unstored: dict[AssessmentId, Assessment] = {}
        self._under_way: set[AssessmentId] = set()
        self._told: list[str] = []
        self.form: InstrumentForm | None = None
        self.setObjectName("patient_mode")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setWindowTitle(_("Questions"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        self._asking, self._thanks = self._build_asking(), self._build_thanks()
        self._door = self._build_door()
        for layer in (self._asking, self._thanks, self._door):
            self._stack.addWidget(layer)
        column.addWidget(self._stack)
        self._ask_next()

    def begin(self) -> None:
        """Take the whole screen."""
        self.showFullScreen()
        self.activateWindow()

    # Building

    def _build_asking(self) -> QWidget:
        theme = self._ctx.theme
        layer = QWidget()
        layer.setProperty("page", True)
        column = QVBoxLayout(layer)
        column.setContentsMargins(theme.px(32), theme.px(32), theme.px(32), theme.px(24))
        column.setSpacing(theme.px(16))
        self._progress = Text(theme, "", "subtitle", "muted")
        self._progress.setObjectName("patient_progress")
        self._hint = Text(theme, "", "subtitle", "muted", wrap=True)
        self._holder = QVBoxLayout()
        self._holder.setSpacing(theme.px(16))
        inside = QWidget()
        inside.setProperty("page", True)
        inside.setMaximumWidth(theme.px(_WIDE))
        within = QVBoxLayout(inside)
        for widget in (self._progress, self._hint):
            within.addWidget(widget)
        within.addLayout(self._holder)
        self._wrong = Text(theme, "", "subtitle", "danger", wrap=True)
        within.addWidget(self._wrong)
        within.addStretch(1)
        centred = QWidget()
        centred.setProperty("page", True)
        line = QHBoxLayout(centred)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        line.addWidget(inside, 100)
        line.addStretch(1)
        area = QScrollArea()
        area.setProperty("page", True)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(centred)
        column.addWidget(area, 1)
        self._back = Button(theme, _("Back"), icon="chevron_left", name="patient_back")
        self._next = PrimaryButton(theme, _("Next"), name="patient_next")
        for button in (self._back, self._next):
            theme.set_text_role(button, "subtitle")
            button.setMinimumSize(theme.px(150), theme.px(48))
        self._back.clicked.connect(lambda: self._turn(-1))
        self._next.clicked.connect(lambda: self._turn(1))
        column.addLayout(row(self._staff_button("staff"), None, self._back, self._next))
        return layer

    def _staff_button(self, name: str) -> Button:
        button = Button(self._ctx.theme, _("For staff"), "link", name=f"patient_{name}")
        button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        button.clicked.connect(self._show_door)
        return button

    def _build_thanks(self) -> QWidget:
        theme = self._ctx.theme
        layer = QWidget()
        layer.setObjectName("patient_thanks")
        layer.setProperty("page", True)
        column = QVBoxLayout(layer)
        column.setContentsMargins(theme.px(32), theme.px(32), theme.px(32), theme.px(24))
        column.addStretch(1)
        for words, role in (
            (_("Thank you"), "metric"),
            (_("Your answers are stored. Please give the screen back."), "subtitle"),
        ):
            label = Text(theme, words, role, wrap=True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(2)
        column.addLayout(row(self._staff_button("staff_end"), None))
        return layer

    def _build_door(self) -> QWidget:
        theme = self._ctx.theme
        layer = QWidget()
        layer.setObjectName("patient_door")
        layer.setProperty("page", True)
        column = QVBoxLayout(layer)
        column.addStretch(1)
        inside = QWidget()
        inside.setFixedWidth(theme.px(420))
        within = QVBoxLayout(inside)
        within.setSpacing(theme.px(12))
        self._secret = SecretField(theme, name="patient_passphrase", label=_("Your passphrase"))
        self._secret.confirmed.connect(self._try_passphrase)
        back = Button(theme, _("Back to the questions"), name="patient_door_back")
        back.clicked.connect(self._show_asking)
        self._open = PrimaryButton(theme, _("Return to the record"), name="patient_leave")
        self._open.clicked.connect(self._try_passphrase)
        within.addWidget(self._secret)
        within.addLayout(row(None, back, self._open))
        column.addWidget(inside, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return layer

    # Asking

    def _ask_next(self) -> None:
        clear_layout(self._holder)
        self.form = None
        if not self._waiting:
            self._stack.setCurrentWidget(self._thanks)
            return
        instrument = self._waiting.pop(0)
        form = InstrumentForm(self._ctx.theme, self._ctx.catalog, instrument, large=True)
        self.form = form
        form.moved.connect(self._moved)
        form.finished.connect(self._next.setFocus)
        self._holder.addWidget(form)
        hints = []
        if instrument.recall:
            hints.append(_("About: {period}").format(period=instrument.recall))
        if not any(item.text for item in instrument.items):
            hints.append(_("Answer the question of this number on the paper form."))
        self._hint.setText("\n".join(hints))
        form.show_one(0)

    def _moved(self, place: int) -> None:
        self._place = place
        count = len(self.form.questions) if self.form else 0
        said = _("Question {n} of {all}").format(n=place + 1, all=count)
        if self._count > 1:
            part = self._count - len(self._waiting)
            said = _("Part {n} of {all}, {question}").format(n=part, all=self._count, question=said)
        self._progress.setText(said)
        self._back.setEnabled(place > 0)
        last = place + 1 == count
        self._next.setText(_("Finish") if last else _("Next"))
        self._next.setAccessibleName(self._next.text())
        self._wrong.setText("")

    def _turn(self, step: int) -> None:
        form = self.form
        if form is None:
            return
        wrong = form.questions[self._place].input.problem
        if wrong and step > 0:
            self._wrong.setText(wrong)
        elif self._place + step < len(form.questions):
            form.show_one(self._place + step)
        else:
            self._finish_form(form)
            self._ask_next()

    def _finish_form(self, form: InstrumentForm) -> None:
        for question in form.questions:
            if question.input.problem:
                question.input.set_raw(None)
        found = form.scoring()
        if found is None:
            return
        name = form.instrument.short_name
        self._told += [
            f"{name}: {remark.message}"
            for remark in found.remarks
            if remark.severity is not Severity.INFO
        ]
        value = Assessment(
            id=AssessmentId(new_id()),
            patient_id=self._patient_id,
            instrument=form.instrument.id,
            day=self._ctx.clock.today(),
            scores=found.scores,
            answers=form.plain_answers(),
            occasion=self._occasion,
            recall=form.instrument.recall,
        )
        self._unstored[value.id] = value
        self._store(value)

    # Storing

    def _store(self, value: Assessment) -> None:
        from outcomes_app.records import assessments

        self._under_way.add(value.id)
        self._ctx.write(
            self,
            assessments.record,
            value,
            catalog=self._ctx.catalog,
            today=self._ctx.clock.today(),
            deed="assessment.record",
            done=self._stored,
            failed=lambda error: self._not_stored(value.id, error),
        )

    def _stored(self, assessment_id: AssessmentId) -> None:
        self._under_way.discard(assessment_id)
        self._unstored.pop(assessment_id, None)
        if self._leaving:
            self._leave_when_stored()

    def _not_stored(self, assessment_id: AssessmentId, error: OutcomesError) -> None:
        self._under_way.discard(assessment_id)
        if self._leaving:
            # Staff stand before the screen now: they read it, and may try once more.
            self._leaving = False
            self._open.setEnabled(True)
            self._secret.say(str(error))

    # Leaving

    def _show_door(self) -> None:
        self._secret.field.clear()
        self._secret.say("")
        self._stack.setCurrentWidget(self._door)
        self._secret.setFocus()

    def _show_asking(self) -> None:
        self._stack.setCurrentWidget(self._thanks if self.form is None else self._asking)
        if self.form is not None:
            self.form.show_one(self._place)

    def _try_passphrase(self) -> None:
        typed = self._secret.text
        if not typed or not self._open.isEnabled():
            return
        self._open.setEnabled(False)
        self._ctx.work(
            self,
            self._passphrase_is,
            typed,
            done=self._tried,
            failed=self._not_tried,
            lane="passphrase",
        )

    def _tried(self, right: bool) -> None:
        self._secret.field.clear()
        if not right:
            self._open.setEnabled(True)
            self._secret.say(_("This is not your passphrase. Type it again."))
            self._secret.setFocus()
            return
        form, self.form = self.form, None
        if form is not None and form.answered:
            words = _("{name} was left after {n} of {all} answers. These are stored.")
            self._told.append(
                words.format(
                    name=form.instrument.short_name, n=form.answered, all=len(form.questions)
                )
            )
            self._finish_form(form)
        self._leaving = True
        self._leave_when_stored()

    def _not_tried(self, error: OutcomesError) -> None:
        self._open.setEnabled(True)
        self._secret.say(str(error))

    def _leave_when_stored(self) -> None:
        if not self._unstored:
            self._free = True
            self.left.emit(tuple(self._told))
            self.accept()
            return
        for value in tuple(self._unstored.values()):
            if value.id not in self._under_way:
                self._store(replace(value))

    def reject(self) -> None:
        """Esc leads from the passphrase back to the questions, and nowhere else."""
        if self._stack.currentWidget() is self._door:
            self._show_asking()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._free:
            super().closeEvent(event)
        else:
            event.ignore()
