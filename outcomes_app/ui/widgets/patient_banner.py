"""PatientBanner: whose record is open. It never leaves the screen while a record is open."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from outcomes_app.domain.patient import Patient, Sex
from outcomes_app.domain.values import Changes, PatientId
from outcomes_app.text import _, person_name
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.forms import born
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.badge import Badge
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import clear_layout
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text


def sex_word(sex: Sex) -> str:
    """The register's sex, in words."""
    return {
        Sex.FEMALE: _("Female"),
        Sex.MALE: _("Male"),
        Sex.OTHER: _("Other"),
        Sex.UNKNOWN: _("Not known"),
    }[sex]


def shown_name(patient: Patient) -> str:
    """The name as the banner has it; an unnamed study patient goes by the identifier."""
    name = person_name(patient.family_name, patient.given_name, patient.title)
    if name:
        return name
    return patient.identifiers[0].value if patient.identifiers else _("Name not known")


class PatientBanner(QFrame):
    """Name, birth date, sex, identifier and alerts, read from the record itself."""

    visit_wanted = Signal(object)
    edit_wanted = Signal(object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._patient_id: PatientId | None = None
        theme = ctx.theme
        self.setObjectName("patient_banner")
        self.setProperty("bar", True)
        self.setMinimumHeight(theme.px(50))
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(20), theme.px(6), theme.px(20), theme.px(6))
        line.setSpacing(theme.px(14))
        self._known = QWidget()
        self._facts = FlowLayout(self._known, gap=theme.px(14))
        line.addWidget(self._known, 1)
        self._note = Text(theme, "", "bodyStrong")
        self._note.setObjectName("banner_note")
        line.addWidget(self._note)
        self._edit = Button(theme, _("Edit"), icon="pen", name="banner_edit")
        self._edit.clicked.connect(lambda: self.edit_wanted.emit(self._patient_id))
        line.addWidget(self._edit)
        self._start = PrimaryButton(
            theme, _("Start visit"), icon="syringe", name="banner_start_visit"
        )
        self._start.clicked.connect(lambda: self.visit_wanted.emit(self._patient_id))
        line.addWidget(self._start)
        ctx.changed.connect(self._follow_changes)
        self.hide()

    @property
    def patient_id(self) -> PatientId | None:
        """Whose banner this is; None while no record is open."""
        return self._patient_id

    def follow(self, patient_id: PatientId | None, *, in_visit: bool = False) -> None:
        """Show this patient; None when no record is open."""
        self._start.setVisible(not in_visit)
        self._edit.setVisible(not in_visit)
        self.setVisible(patient_id is not None)
        if patient_id == self._patient_id:
            return
        self._patient_id = patient_id
        self._clear()
        if patient_id is not None:
            self._ask()

    def say(self, words: str) -> None:
        """Words at the right end, for example which treatment is being entered."""
        self._note.setText(words)

    def _ask(self) -> None:
        from outcomes_app.records import patients

        self._ctx.read(self, patients.get, self._patient_id, done=self._show, lane="banner")

    def _follow_changes(self, changes: Changes) -> None:
        if self._patient_id is not None and self._patient_id in changes.patients:
            self._ask()

    def _clear(self) -> None:
        self._note.setText("")
        clear_layout(self._facts)

    def _show(self, patient: Patient) -> None:
        note = self._note.text()
        self._clear()
        self._note.setText(note)
        theme, add = self._ctx.theme, self._facts.addWidget
        name = Text(theme, shown_name(patient), "subtitle")
        name.setObjectName("banner_name")
        add(name)
        facts = [(_("Born"), born(patient.birth_date, self._ctx.clock.today()))]
        facts.append((_("Sex"), sex_word(patient.sex)))
        facts += [(_("ID"), identifier.value) for identifier in patient.identifiers[:1]]
        for caption, value in facts:
            add(_fact(theme, caption, value))
        if patient.allergies:
            add(Badge(theme, _("Allergies: {words}").format(words=patient.allergies), "warn"))
        for alert in patient.alerts:
            add(Badge(theme, alert, "warn"))
        if patient.synthetic:
            add(Badge(theme, _("Invented patient"), icon="sample"))
        self.updateGeometry()


def _fact(theme: Theme, caption: str, value: str) -> QWidget:
    fact = QWidget()
    line = QHBoxLayout(fact)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.px(5))
    line.addWidget(Text(theme, caption, "body", "muted"))
    line.addWidget(Text(theme, value, "bodyStrong"))
    return fact
