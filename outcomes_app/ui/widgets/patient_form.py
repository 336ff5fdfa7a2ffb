"""PatientForm: who the patient is and what is treated. Shows a value, gives back the draft."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient import Identifier, Patient, Sex, TreatedIndication
from outcomes_app.domain.values import IndicationId, Problem, Problems
from outcomes_app.text import _
from outcomes_app.ui.forms import ProblemMarks
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, IconButton, SegmentedControl
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.fields import DateField
from outcomes_app.ui.widgets.labels import Captioned, Text

_OWN_SYSTEM = "clinic"


class IndicationRow(QWidget):
    """One indication with its diagnosis code."""

    changed = Signal()
    removed = Signal()

    def __init__(
        self, theme: Theme, catalog: Catalog, number: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._kept = TreatedIndication(indication=IndicationId(""))
        self._indication = Combo()
        self._indication.setObjectName(f"indication_{number}")
        self._code = Combo()
        self._code.setObjectName(f"icd10_{number}")
        for box, width in ((self._indication, 24), (self._code, 10)):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(width)
        self._indication.addItem(_("Choose"), "")
        for indication in catalog.indications.values():
            self._indication.addItem(indication.name, indication.id)
        self.indication = Captioned(theme, _("Indication"), self._indication)
        self.code = Captioned(theme, _("ICD-10 code"), self._code)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(10))
        line.addWidget(self.indication, 3)
        line.addWidget(self.code, 2)
        remove = IconButton(theme, "trash", _("Remove this indication"), name=f"remove_{number}")
        remove.clicked.connect(self.removed)
        line.addWidget(remove, 0, Qt.AlignmentFlag.AlignVCenter)
        self._indication.currentIndexChanged.connect(lambda _index: self._offer_codes())
        self._code.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self._offer_codes()

    def value(self) -> TreatedIndication | None:
        """The indication; None while none is chosen."""
        chosen = self._indication.currentData()
        if not chosen:
            return None
        code = self._code.currentData()
        others = self._kept.icd10[1:] if self._kept.indication == chosen else ()
        return replace(
            self._kept,
            indication=IndicationId(chosen),
            icd10=(code, *(c for c in others if c != code)) if code else (),
        )

    def show_value(self, treated: TreatedIndication) -> None:
        """Show an indication of the record."""
        self._kept = treated
        self._indication.setCurrentIndex(self._indication.findData(treated.indication))
        if treated.icd10:
            if self._code.findData(treated.icd10[0]) < 0:
                self._code.addItem(treated.icd10[0], treated.icd10[0])
            self._code.setCurrentIndex(self._code.findData(treated.icd10[0]))

    def _offer_codes(self) -> None:
        known = self._catalog.indications.get(self._indication.currentData())
        self._code.blockSignals(True)
        self._code.clear()
        self._code.addItem(_("Not coded"), "")
        for code in (*known.icd10, *known.icd10_related) if known else ():
            self._code.addItem(code, code)
        if known and len(known.icd10) == 1:
            self._code.setCurrentIndex(1)
        self._code.setEnabled(known is not None)
        self._code.blockSignals(False)
        self.changed.emit()


class PatientForm(QWidget):
    """`changed` when it moved; `indications_changed` when other measures are to be asked for."""

    changed = Signal()
    indications_changed = Signal()

    def __init__(
        self, theme: Theme, catalog: Catalog, patient: Patient, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._catalog, self._patient = theme, catalog, patient
        self._rows: list[IndicationRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))
        self._build_person()
        self._column.addSpacing(theme.px(8))
        self._column.addWidget(Text(theme, _("Treated for"), "subtitle"))
        self._rows_column = QVBoxLayout()
        self._rows_column.setSpacing(theme.px(6))
        self._column.addLayout(self._rows_column)
        add = Button(theme, _("Another indication"), "link", icon="add", name="add_indication")
        add.clicked.connect(lambda: self._add_row(None))
        line = QHBoxLayout()
        line.addWidget(add)
        line.addStretch(1)
        self._column.addLayout(line)
        self.show_value(patient)

    @property
    def indications(self) -> tuple[str, ...]:
        """The indications chosen now."""
        return tuple(v.indication for row in self._rows if (v := row.value()) is not None)

    def show_value(self, patient: Patient) -> None:
        """Show a patient."""
        self._patient = patient
        self._family.setText(patient.family_name)
        self._given.setText(patient.given_name)
        self._title.setText(patient.title)
        self._born.set_value(patient.birth_date)
        if patient.version or patient.sex is not Sex.UNKNOWN:
            self._sex.choose(patient.sex.value)
        self._identifier.setText(patient.identifiers[0].value if patient.identifiers else "")
        self._allergies.setText(patient.allergies)
        self._alerts.setText("; ".join(patient.alerts))
        for row in list(self._rows):
            self._remove_row(row)
        for treated in patient.indications or (None,):
            self._add_row(treated)

    def value(self) -> Patient:
        """The draft. Unreadable input leaves the field empty; `show` then refuses."""
        known = self._patient.identifiers
        system = known[0].system if known else _OWN_SYSTEM
        typed = self._identifier.text().strip()
        first = (Identifier(system=system, value=typed),) if typed else ()
        return replace(
            self._patient,
            family_name=self._family.text().strip(),
            given_name=self._given.text().strip(),
            title=self._title.text().strip(),
            birth_date=self._born.value(),
            sex=Sex(self._sex.value) if self._sex.value else Sex.UNKNOWN,
            identifiers=(*first, *known[1:]),
            indications=tuple(v for row in self._rows if (v := row.value()) is not None),
            allergies=self._allergies.text().strip(),
            alerts=tuple(a.strip() for a in self._alerts.text().split(";") if a.strip()),
        )

    def show_problems(self, problems: Problems) -> Problems:
        """Mark the fields; answers the problems that stand at no field."""
        own: list[Problem] = []
        if self._born.problem:
            own.append(_own("birth_date", self._born.problem))
        if not self._sex.value:
            own.append(_own("sex", _("Choose one. “Not known” is an answer.")))
        marks = {
            "family_name": self._fields["family_name"].error.mark,
            "given_name": self._fields["given_name"].error.mark,
            "birth_date": self._fields["birth_date"].error.mark,
            "sex": self._fields["sex"].error.mark,
            "identifiers": self._fields["identifier"].error.mark,
            "allergies": self._fields["allergies"].error.mark,
            "alerts": self._fields["alerts"].error.mark,
        }
        rows = [row for row in self._rows if row.value() is not None]
        for number, row in enumerate(rows):
            marks[f"indications.{number}"] = row.indication.error.mark
            marks[f"indications.{number}.icd10"] = row.code.error.mark
        return ProblemMarks(marks).show((*own, *problems))

    def focus_first(self) -> None:
        """Begin with the family name."""
        self._family.setFocus()

    @property
    def unreadable(self) -> bool:
        """Whether an input has no meaning yet."""
        return bool(self._born.problem) or not self._sex.value

    def _build_person(self) -> None:
        theme = self._theme
        self._family, self._given = QLineEdit(), QLineEdit()
        self._title, self._identifier = QLineEdit(), QLineEdit()
        self._allergies, self._alerts = QLineEdit(), QLineEdit()
        self._born = DateField(name="birth_date", label=_("Birth date"))
        self._sex = SegmentedControl(
            theme,
            (
                (Sex.FEMALE.value, _("Female")),
                (Sex.MALE.value, _("Male")),
                (Sex.OTHER.value, _("Other")),
                (Sex.UNKNOWN.value, _("Not known")),
            ),
            name="sex",
            label=_("Sex"),
            none_on=True,
        )
        inputs: tuple[tuple[str, QWidget, str, tuple[int, int, int]], ...] = (
            ("family_name", self._family, _("Family name"), (0, 0, 3)),
            ("given_name", self._given, _("Given name"), (0, 3, 2)),
            ("title", self._title, _("Title"), (0, 5, 1)),
            ("birth_date", self._born, _("Birth date"), (1, 0, 2)),
            ("sex", self._sex, _("Sex"), (1, 2, 4)),
            ("identifier", self._identifier, _("Clinic ID"), (2, 0, 2)),
            ("allergies", self._allergies, _("Allergies"), (2, 2, 4)),
            ("alerts", self._alerts, _("Alerts, separated by semicolons"), (3, 0, 6)),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(6))
        self._fields: dict[str, Captioned] = {}
        for name, field, caption, (row, column, width) in inputs:
            field.setObjectName(name)
            self._fields[name] = Captioned(theme, caption, field)
            grid.addWidget(self._fields[name], row, column, 1, width)
            if isinstance(field, QLineEdit):
                field.editingFinished.connect(self.changed)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        self._sex.chosen.connect(lambda _key: self.changed.emit())
        self._column.addLayout(grid)

    def _add_row(self, treated: TreatedIndication | None) -> None:
        row = IndicationRow(self._theme, self._catalog, len(self._rows))
        if treated is not None:
            row.show_value(treated)
        row.changed.connect(self._rows_changed)
        row.removed.connect(lambda: self._remove_row(row))
        self._rows.append(row)
        self._rows_column.addWidget(row)
        self._rows_changed()

    def _remove_row(self, row: IndicationRow) -> None:
        self._rows.remove(row)
        self._rows_column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._rows_changed()

    def _rows_changed(self) -> None:
        self.indications_changed.emit()
        self.changed.emit()


def _own(field: str, message: str) -> Problem:
    return Problem(field=field, code="unreadable", message=message)
