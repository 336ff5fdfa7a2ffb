"""The form of a new or known patient, with the baseline, problems beside fields and look-alikes."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain import checks
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.patient import Patient, PatientSummary
from outcomes_app.domain.values import PatientId, Problem, errors_in, new_id
from outcomes_app.errors import OutcomesError, Refused
from outcomes_app.text import _, person_name
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.forms import born
from outcomes_app.ui.widgets.baseline_form import BaselineForm
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.labels import KeyCap, Text
from outcomes_app.ui.widgets.patient_form import PatientForm


class PatientDialog(QDialog):
    """`saved(PatientId)` once it is stored; `existing_chosen(PatientId)` for a look-alike."""

    saved = Signal(object)
    existing_chosen = Signal(object)

    def __init__(self, ctx: AppContext, patient_id: PatientId | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        theme = ctx.theme
        self.setObjectName("patient_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("New patient") if patient_id is None else _("Edit patient"))
        self.resize(theme.px(720), min(theme.px(720), parent.height()))
        self._tried = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._inside = QVBoxLayout()
        self._inside.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(12))
        self._inside.setSpacing(theme.px(10))
        draft = Patient(id=PatientId(new_id()))
        self._form = PatientForm(theme, ctx.catalog, draft)
        self._baseline = BaselineForm(theme, ctx.catalog, ctx.clock.today())
        column.addWidget(self._scroll_area(), 1)
        column.addWidget(self._foot())
        self._fill()
        self._form.focus_first()
        if patient_id is not None:
            self._load(patient_id)

    def _scroll_area(self) -> QScrollArea:
        inside = QWidget()
        inside.setProperty("page", True)
        inside.setLayout(self._inside)
        area = QScrollArea()
        area.setProperty("page", True)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        return area

    def _foot(self) -> QWidget:
        theme = self._ctx.theme
        foot = Card(theme)
        foot.setProperty("card", False)
        foot.setProperty("footer", True)
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        self._state = Text(theme, "", "body", "danger", wrap=True)
        line.addWidget(self._state, 1)
        cancel = Button(theme, _("Cancel"), name="cancel")
        cancel.clicked.connect(self.reject)
        line.addWidget(cancel)
        self._save = PrimaryButton(theme, _("Save patient"), name="save_patient")
        self._save.clicked.connect(self.save)
        self._save.setShortcut("Ctrl+Return")
        self._save.setDefault(True)
        line.addWidget(self._save)
        line.addWidget(KeyCap(theme, "Ctrl Enter"))
        foot.body.addLayout(line)
        return foot

    def _fill(self) -> None:
        theme = self._ctx.theme
        self._inside.addWidget(Text(theme, self.windowTitle(), "title"))
        self._alike = Card(theme, tone="warn")
        self._alike.setObjectName("look_alikes")
        self._alike.hide()
        self._inside.addWidget(self._alike)
        self._inside.addWidget(self._form)
        self._baseline_title = Text(theme, _("Before the first treatment"), "subtitle")
        self._baseline_words = Text(
            theme,
            _("What later values are compared with. Leave empty what was not measured."),
            "body",
            "muted",
            wrap=True,
        )
        for widget in (self._baseline_title, self._baseline_words, self._baseline):
            self._inside.addWidget(widget)
        self._inside.addStretch(1)
        self._form.changed.connect(self._moved)
        self._form.indications_changed.connect(self._follow_indications)
        self._baseline.changed.connect(self._moved)
        self._follow_indications()

    def _load(self, patient_id: PatientId) -> None:
        from outcomes_app.records import admissions

        self._save.setEnabled(False)
        self._ctx.read(
            self, admissions.open_for_edit, patient_id, done=self._show, failed=self._refuse
        )

    def _show(self, found: tuple[Patient, tuple[Assessment, ...]]) -> None:
        patient, assessments = found
        self._form.show_value(patient)
        self._save.setEnabled(True)
        if any(a.occasion is Occasion.BASELINE for a in assessments):
            for widget in (self._baseline_title, self._baseline_words, self._baseline):
                widget.hide()

    def _follow_indications(self) -> None:
        self._baseline.show_indications(self._form.indications)
        chosen = bool(self._form.indications)
        self._baseline_title.setVisible(chosen)
        self._baseline_words.setVisible(chosen)

    def _moved(self) -> None:
        if self._tried:
            self._check()
        self._look_for_others()

    def _check(self) -> bool:
        patient = self._form.value()
        ctx = self._ctx
        problems = checks.check_patient(patient, today=ctx.clock.today(), catalog=ctx.catalog)
        homeless = errors_in(self._form.show_problems(problems))
        wrong = self._baseline.show_problems() or self._form.unreadable
        self._state.say(homeless[0].message if homeless else "")
        return not (wrong or errors_in(problems))

    def save(self) -> None:
        """Store the draft, or say at each field why not."""
        self._tried = True
        if not self._check():
            if not self._state.text():
                self._state.say(_("Something has to be put right first."))
            return
        from outcomes_app.records import admissions

        patient = self._form.value()
        baseline = () if self._baseline.isHidden() else self._baseline.value(patient.id)
        self._save.setEnabled(False)
        self._ctx.write(
            self,
            admissions.record,
            patient,
            baseline,
            catalog=self._ctx.catalog,
            today=self._ctx.clock.today(),
            deed="patient.correct" if patient.version else "patient.record",
            done=self._stored,
            failed=self._refuse,
        )

    def _stored(self, patient_id: PatientId) -> None:
        self._ctx.notices.tell(_("Patient saved."))
        self.accept()
        self.saved.emit(patient_id)

    def _refuse(self, error: OutcomesError) -> None:
        self._save.setEnabled(True)
        words = str(error)
        if isinstance(error, Refused):
            problems = tuple(p for p in error.problems if isinstance(p, Problem))
            homeless = self._form.show_problems(problems)
            words = homeless[0].message if homeless else error.message
        self._state.say(words)

    def _look_for_others(self) -> None:
        from outcomes_app.records import admissions

        self._ctx.read(
            self,
            admissions.look_alikes,
            self._form.value(),
            done=self._show_others,
            lane="look_alikes",
        )

    def _show_others(self, others: Sequence[PatientSummary]) -> None:
        theme = self._ctx.theme
        clear_layout(self._alike.body)
        self._alike.setVisible(bool(others))
        if not others:
            return
        self._alike.body.addWidget(
            Text(theme, _("Perhaps this patient is already here"), "bodyStrong", "warn")
        )
        today = self._ctx.clock.today()
        for other in others[:3]:
            line = QHBoxLayout()
            name = person_name(other.family_name, other.given_name) or other.identifier
            words = f"{name} · {born(other.birth_date, today)} · {other.identifier}"
            line.addWidget(Text(theme, words, wrap=True), 1)
            button = Button(theme, _("Open that record"), compact=True, name="open_look_alike")
            button.clicked.connect(lambda _on=False, patient=other.id: self._choose(patient))
            line.addWidget(button)
            self._alike.body.addLayout(line)

    def _choose(self, patient_id: PatientId) -> None:
        self.reject()
        self.existing_chosen.emit(patient_id)
