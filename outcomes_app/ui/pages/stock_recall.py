"""RecallTab: from one lot number to its vials, treatments and patients."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain import gs1
from outcomes_app.domain.permissions import Action
from outcomes_app.domain.stock import LotTrace, Recall, RecalledUse
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _, day, ngettext, number, person_name, units
from outcomes_app.ui import ask
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import ReasonDialog
from outcomes_app.ui.dialogs.recall import ExportDialog, RecallDialog
from outcomes_app.ui.tables import Cell, Column, Group, RowsModel
from outcomes_app.ui.widgets.badge import Badge
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.stock import recall_csv
from outcomes_app.ui.widgets.stock.lot_words import product_code, product_name, vials
from outcomes_app.ui.widgets.stock.scan_box import ScanBox

if TYPE_CHECKING:
    from outcomes_app.records import Session

_LIST_WIDTH = 300
_LIST_MOST = 380

_Found = tuple[tuple[LotTrace, ...], tuple[Recall, ...]]


def traces_of(session: "Session", lot: str, products: Sequence[ProductId]) -> _Found:
    """Where a lot number went, for each product that has it, and the whole recall list."""
    from outcomes_app.records import recalls

    spellings = dict.fromkeys((lot, lot.upper())) if lot else ()
    found = [
        trace
        for spelling in spellings
        for product in products
        if (trace := recalls.trace(session, product, spelling)).uses or trace.on_shelf
    ]
    return tuple(found), recalls.all(session)


class RecallTab(QWidget):
    """`patient_chosen(PatientId)` when a treatment of the list was opened."""

    patient_chosen = Signal(object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._lot = ""
        self._traces: tuple[LotTrace, ...] = ()
        theme = ctx.theme
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        line.setSpacing(theme.px(12))
        left = QVBoxLayout()
        left.setSpacing(theme.px(10))
        left.addWidget(self._build_search())
        self._summary = QVBoxLayout()
        self._summary.setSpacing(theme.px(8))
        left.addLayout(self._summary)
        left.addWidget(self._build_table(), 1)
        line.addLayout(left, 1)
        line.addWidget(self._build_list())
        self._show(((), ()))

    def ask(self) -> None:
        """Ask again for the lot that is shown, and for the recall list."""
        self._ctx.read(
            self,
            traces_of,
            self._lot,
            tuple(self._ctx.catalog.products),
            done=self._show,
            lane="trace",
        )

    def _build_search(self) -> QWidget:
        theme = self._ctx.theme
        holder = QWidget()
        flow = FlowLayout(holder, gap=theme.px(8), line_gap=theme.px(6))
        self._box = ScanBox(
            name="recall_lot", label=_("Lot number"), hint=_("Lot number, typed or scanned")
        )
        self._box.setFixedWidth(min(theme.px(280), 420))
        self._box.scanned.connect(lambda _text: self._search())
        trace = PrimaryButton(theme, _("Trace lot"), icon="search", name="trace_lot")
        trace.clicked.connect(self._search)
        self._export = Button(
            theme, _("Export patients"), icon="export", name="export_recall_patients"
        )
        self._export.clicked.connect(self._ask_export)
        self._state = Text(theme, "", "body", "muted")
        for tool in (self._box, trace, self._export, self._state):
            flow.addWidget(tool)
        return holder

    def _build_table(self) -> QFrame:
        theme = self._ctx.theme
        self._frame = QFrame()
        self._frame.setProperty("tableFrame", True)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(1, 1, 1, 1)
        self._model: RowsModel[RecalledUse] = RowsModel(_columns(), parent=self)
        self._table = RowsTable(
            theme, self._model, name="recall_table", label=_("Treatments with this lot")
        )
        self._table.opened.connect(lambda use: self.patient_chosen.emit(use.patient_id))
        inside.addWidget(self._table)
        return self._frame

    def _build_list(self) -> Card:
        theme = self._ctx.theme
        card = Card(theme, _("Recall list"))
        card.setObjectName("recall_list")
        self._listed = card
        self._fold()
        theme.changed.connect(self._fold)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(theme.px(6))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        card.body.addWidget(area, 1)
        return card

    def _fold(self) -> None:
        self._listed.setFixedWidth(min(self._ctx.theme.px(_LIST_WIDTH), _LIST_MOST))

    def _search(self) -> None:
        text = self._box.text().strip()
        try:
            self._lot = gs1.read(text).lot or text
        except gs1.NotGs1:
            self._lot = text
        self._box.setText(self._lot)
        self.ask()

    def _show(self, found: _Found) -> None:
        self._traces, listed = found
        rows: list[RecalledUse | Group] = []
        for trace in self._traces:
            title = f"{product_name(self._ctx.catalog, trace.product)} · {trace.lot}"
            rows.append(Group(title=title, count=len(trace.uses)))
            rows.extend(trace.uses)
        self._model.set_rows(rows)
        self._frame.setVisible(any(t.uses for t in self._traces))
        uses = sum(len(t.uses) for t in self._traces)
        may = self._ctx.may(Action.EXPORT_IDENTIFIED)
        self._export.setEnabled(bool(uses) and may)
        self._say_state()
        clear_layout(self._summary)
        for trace in self._traces:
            self._summary.addWidget(self._card(trace, listed))
        if not rows:
            self._summary.addStretch(1)
        self._show_list(listed)

    def _say_state(self) -> None:
        if not self._lot:
            words = _("Type a lot number to see where its vials went.")
        elif not self._traces:
            words = _("No vial and no treatment with lot “{lot}”.").format(lot=self._lot)
        else:
            words = ""
        self._state.setText(words)

    def _card(self, trace: LotTrace, listed: Sequence[Recall]) -> Card:
        theme, catalog = self._ctx.theme, self._ctx.catalog
        name = product_name(catalog, trace.product)
        card = Card(theme, f"{product_code(catalog, trace.product)} · {name} · {trace.lot}")
        shelf = [
            f"{vials(s.remaining)} × {units(s.lot.vial_units)}"
            + (f" ({s.lot.location})" if s.lot.location else "")
            for s in trace.on_shelf
            if s.remaining
        ]
        people = len({use.patient_id for use in trace.uses})
        facts = (
            _("On the shelf {shelf}").format(shelf=", ".join(shelf))
            if shelf
            else _("None on the shelf"),
            ngettext("{n} treatment", "{n} treatments", len(trace.uses)).format(n=len(trace.uses)),
            ngettext("{n} patient", "{n} patients", people).format(n=people),
        )
        card.body.addWidget(Text(theme, " · ".join(facts), "body", wrap=True))
        on_list = any(r.product == trace.product and r.lot == trace.lot for r in listed)
        if on_list:
            card.head.addWidget(Badge(theme, _("On the recall list"), "danger"))
        else:
            put = Button(theme, _("Put on recall list"), compact=True, name="put_on_recall_list")
            put.setAccessibleName(_("Put {product} on the recall list").format(product=name))
            put.setEnabled(self._ctx.may(Action.EDIT_STOCK))
            put.clicked.connect(partial(self._put, trace))
            card.head.addWidget(put)
        return card

    def _show_list(self, listed: Sequence[Recall]) -> None:
        theme = self._ctx.theme
        clear_layout(self._list)
        if not listed:
            self._list.addWidget(Text(theme, _("No lot is called back."), "body", "muted"))
        for number_, recall in enumerate(listed):
            code = product_code(self._ctx.catalog, recall.product)
            line = QHBoxLayout()
            line.addWidget(Text(theme, f"{code} {recall.lot}", "bodyStrong", wrap=True), 1)
            off = Button(theme, _("Take off"), "link", name=f"take_off_{number_}")
            off.setAccessibleName(_("Take lot {lot} off the list").format(lot=recall.lot))
            off.setEnabled(self._ctx.may(Action.EDIT_STOCK))
            off.clicked.connect(partial(self._take_off, recall))
            line.addWidget(off)
            self._list.addLayout(line)
            parts = (day(recall.day), recall.reason, recall.source)
            words = " · ".join(part for part in parts if part)
            self._list.addWidget(Text(theme, words, "caption", "muted", wrap=True))
        self._list.addStretch(1)

    def _put(self, trace: LotTrace, _checked: bool = False) -> None:
        RecallDialog(self._ctx, trace, self).show_form()

    def _take_off(self, recall: Recall, _checked: bool = False) -> None:
        from outcomes_app.records import recalls

        def do(dialog: ReasonDialog, reason: str) -> None:
            dialog.write(
                recalls.void,
                recall,
                person=self._ctx.person,
                reason=reason,
                deed="recall.void",
                told=_("Lot {lot} is off the recall list.").format(lot=recall.lot),
            )

        ReasonDialog(
            self._ctx,
            _("Take lot {lot} off the recall list").format(lot=recall.lot),
            _("Take off list"),
            _("Visits with it can be signed again."),
            do,
            parent=self,
        ).show_form()

    def _ask_export(self) -> None:
        traces = self._traces
        ExportDialog(
            self._ctx, f"lot {self._lot}", traces, partial(self._choose_file, traces), self
        ).show_form()

    def _choose_file(self, traces: Sequence[LotTrace]) -> None:
        safe = "".join(c for c in self._lot if c.isalnum() or c in "-_")
        ask.choose_new_file(
            self,
            _("Patients of lot {lot}").format(lot=self._lot),
            Path.home() / f"recall-{safe}.csv",
            _("Tables (*.csv)"),
            partial(self._write, traces),
        )

    def _write(self, traces: Sequence[LotTrace], target: Path) -> None:
        def done(rows: int) -> None:
            words = ngettext("{n} treatment written.", "{n} treatments written.", rows)
            self._ctx.notices.tell(words.format(n=number(rows)))

        self._ctx.work(self, recall_csv.write, target, traces, self._ctx.catalog, done=done)


def _columns() -> tuple[Column[RecalledUse], ...]:
    return (
        Column(
            _("Patient"),
            _name,
            cell=lambda u: Cell(text=_name(u), strong=True),
            stretch=3,
        ),
        Column(_("ID"), lambda u: u.identifier, stretch=1),
        Column(_("Treated on"), lambda u: day(u.day), key=lambda u: u.day, stretch=1),
        Column(_("Vials"), lambda u: number(u.vials), key=lambda u: u.vials, right=True),
        Column(
            _("Injected"),
            lambda u: _("not known") if u.injected_units is None else units(u.injected_units),
            key=lambda u: u.injected_units,
            right=True,
        ),
    )


def _name(use: RecalledUse) -> str:
    return person_name(use.family_name, use.given_name) or use.identifier
