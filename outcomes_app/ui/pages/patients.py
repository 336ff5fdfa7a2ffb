"""Patients: find one as you type."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outcomes_app.domain.patient import PatientSummary
from outcomes_app.text import NO_BREAK_SPACE, _, day, ngettext, number, person_name
from outcomes_app.ui.actions import Actions
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.forms import born
from outcomes_app.ui.page import Page
from outcomes_app.ui.tables import Cell, Column, RowsModel
from outcomes_app.ui.widgets.buttons import PrimaryButton
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.page_header import PageHeader
from outcomes_app.ui.widgets.patient_banner import sex_word
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.search_box import SearchBox

# More rows than anybody scrolls through; typing narrows them in the database.
_SHOWN = 300


class PatientsPage(Page):
    """`patient_chosen`, `visit_requested`, `new_patient_requested`, `import_requested`."""

    title = "Patients"
    shows = frozenset({"patient", "treatment"})

    patient_chosen = Signal(object)
    visit_requested = Signal(object, object)
    new_patient_requested = Signal()
    import_requested = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        self._all = 0
        theme = ctx.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = PageHeader(theme, _("Patients"))
        new = PrimaryButton(theme, _("New patient"), icon="add", name="new_patient")
        new.clicked.connect(self.new_patient_requested)
        self._header.add_tool(new)
        column.addWidget(self._header)
        self._layers = QStackedWidget()
        self._layers.addWidget(self._build_list())
        empty = EmptyState(
            theme,
            _("No patients yet"),
            _("Enter the first patient, or import earlier treatments from a table."),
            action=_("New patient"),
            name="patients_empty",
        )
        empty.pressed.connect(self.new_patient_requested)
        self._layers.addWidget(empty)
        column.addWidget(self._layers, 1)
        self._actions = Actions(ctx, self)
        self._actions.add(self, _("Start visit"), "S", self._start_visit, name="start_visit")
        self.setFocusProxy(self._box)

    def ask(self) -> None:
        from outcomes_app.records import patients

        self.ctx.read(self, patients.count, done=self._show_count, lane="count")
        self._search(self._box.text().strip())

    def escape(self) -> bool:
        if not self._box.text():
            return False
        self._box.clear()
        return True

    def next_panel(self) -> bool:
        (self._table if self._box.hasFocus() else self._box).setFocus()
        return True

    def _build_list(self) -> QWidget:
        theme = self.ctx.theme
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(10))
        line = QHBoxLayout()
        self._box = SearchBox(theme, _("Name or ID"), name="patients_search")
        self._box.setMaximumWidth(theme.px(420))
        self._box.searched.connect(self._search)
        self._state = Text(theme, "", "body", "muted")
        line.addWidget(self._box, 1)
        line.addSpacing(theme.px(10))
        line.addWidget(self._state)
        line.addStretch(1)
        column.addLayout(line)
        frame = QFrame()
        frame.setProperty("tableFrame", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        self._model = RowsModel(self._columns(), parent=self)
        self._table = RowsTable(
            theme,
            self._model,
            name="patients_table",
            label=_("Patients"),
            two_lines=True,
            sortable=True,
        )
        self._table.opened.connect(lambda row: self.patient_chosen.emit(row.id))
        self._box.moved.connect(self._table.go)
        self._box.returnPressed.connect(self._open)
        inside.addWidget(self._table)
        column.addWidget(frame, 1)
        return holder

    def _columns(self) -> tuple[Column[PatientSummary], ...]:
        return (
            Column(_("Patient"), _name, key=_name_key, cell=self._patient_cell, stretch=3),
            Column(_("ID"), lambda p: p.identifier, stretch=1),
            Column(_("Sex"), lambda p: sex_word(p.sex)),
            Column(
                _("Treated for"),
                self._indications,
                cell=self._indications_cell,
                stretch=3,
                most=300,
            ),
            Column(
                _("Treatments"),
                lambda p: str(p.treatments),
                key=lambda p: p.treatments,
                right=True,
            ),
            Column(
                _("Last treatment"),
                lambda p: day(p.last_date) if p.last_date else _("Not treated"),
                key=lambda p: p.last_date,
                stretch=1,
            ),
            Column(
                _("Last dose"),
                lambda p: "",
                key=lambda p: p.last_dose.units if p.last_dose else None,
                cell=self._dose_cell,
                stretch=1,
            ),
        )

    def _search(self, text: str) -> None:
        from outcomes_app.records import patients

        self.ctx.read(
            self,
            patients.find,
            text,
            limit=_SHOWN,
            done=lambda found: self._show(found, text),
            lane="search",
        )

    def _show(self, found: Sequence[PatientSummary], text: str) -> None:
        chosen = self._table.row
        self._model.set_rows(found)
        self._layers.setCurrentIndex(0 if found or text else 1)
        if found:
            same = [n for n, p in enumerate(found) if chosen is not None and p.id == chosen.id]
            self._table.choose(same[0] if same else 0)
        if not found:
            self._state.setText(_("Nobody found for “{text}”.").format(text=text) if text else "")
        elif len(found) >= _SHOWN:
            self._state.setText(_("The first {n}. Type to narrow.").format(n=_SHOWN))
        else:
            self._state.setText(
                ngettext("{n} patient", "{n} patients", len(found)).format(n=len(found))
            )

    def _show_count(self, count: int) -> None:
        self._all = count
        self._header.say(
            _("Patients"),
            ngettext("{n} in the record", "{n} in the record", count).format(n=number(count)),
        )

    def _open(self) -> None:
        if self._table.row is not None:
            self.patient_chosen.emit(self._table.row.id)

    def _start_visit(self) -> None:
        if self._table.row is not None:
            self.visit_requested.emit(self._table.row.id, None)

    def _patient_cell(self, patient: PatientSummary) -> Cell:
        detail = born(patient.birth_date, self.ctx.clock.today()) if patient.birth_date else ""
        if patient.clinic_site or patient.group:
            parts = (detail, patient.clinic_site, patient.group)
            detail = " · ".join(part for part in parts if part)
        return Cell(text=_name(patient), detail=detail, strong=True)

    def _indications(self, patient: PatientSummary) -> str:
        known = self.ctx.catalog.indications
        return ", ".join(known[i].name if i in known else i for i in patient.indications)

    def _indications_cell(self, patient: PatientSummary) -> Cell:
        known = self.ctx.catalog.indications
        names = [known[i].name if i in known else i for i in patient.indications]
        if len(names) > 1:
            return Cell(text=names[0].partition(" (")[0], detail=", ".join(names[1:]))
        first, _bracket, rest = (names[0] if names else "–").partition(" (")
        return Cell(text=first, detail=rest.rstrip(")"))

    def _dose_cell(self, patient: PatientSummary) -> Cell:
        dose = patient.last_dose
        if patient.last_placebo:
            return Cell(text=_("Placebo"))
        if dose is None:
            return Cell(text=_("not known") if patient.last_date else "", tone="muted")
        product = self.ctx.catalog.products.get(dose.product)
        return Cell(
            text=f"{number(dose.units)}{NO_BREAK_SPACE}{_('units')}",
            detail=_("{n} sites").format(n=patient.last_site_count)
            if patient.last_site_count
            else "",
            product_code=product.code if product else dose.product,
        )


def _name(patient: PatientSummary) -> str:
    return person_name(patient.family_name, patient.given_name) or patient.identifier


def _name_key(patient: PatientSummary) -> tuple[str, str]:
    return (patient.family_name.casefold(), patient.given_name.casefold())
