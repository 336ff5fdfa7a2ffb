"""LotsTab: every lot with its vials, what expires, and what happened to the chosen one."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outcomes_app.domain.permissions import Action
from outcomes_app.domain.stock import LotStanding, StockMovement
from outcomes_app.text import NO_BREAK_SPACE, _, day, ngettext, number
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.stock import CountDialog, ReceiveDialog, WriteOffDialog
from outcomes_app.ui.tables import Cell, Column, RowsModel
from outcomes_app.ui.widgets.buttons import PrimaryButton
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.count_card import CountCard
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.stock.lot_words import (
    SOON_DAYS,
    lot_state,
    product_code,
    product_name,
    time_left,
)
from outcomes_app.ui.widgets.stock.lots_panel import PANEL_WIDTH, LotPanel


class LotsTab(QWidget):
    """Ask it with `ask`; it emits `counted(int)` with the number of lots that have vials left."""

    counted = Signal(int)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._lots: tuple[LotStanding, ...] = ()
        self._asked_for = ""
        theme = ctx.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._layers = QStackedWidget()
        self._layers.setMinimumWidth(1)
        self._layers.addWidget(self._build_list())
        empty = EmptyState(
            theme,
            _("No vials in stock yet"),
            _("Receive the first delivery: scan the carton, or type its lot and expiry."),
            action=_("Receive vials"),
            icon="stock",
            name="stock_empty",
        )
        empty.pressed.connect(self.receive)
        self._layers.addWidget(empty)
        column.addWidget(self._layers)
        theme.changed.connect(self._fold)
        self._fold()

    def ask(self) -> None:
        """Ask for every lot; the chosen one keeps its place."""
        from outcomes_app.records import stock

        self._ctx.read(self, stock.lots, done=self._show, lane="lots")

    def escape(self) -> bool:
        """Widen a list that a count narrowed."""
        if not self._asked_for:
            return False
        self._cards[self._asked_for].set_on(False)
        self._narrow(self._asked_for, False)
        return True

    def receive(self) -> None:
        """Open the form of a delivery."""
        ReceiveDialog(self._ctx, self).show_form()

    def _build_list(self) -> QWidget:
        theme = self._ctx.theme
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        line.setSpacing(theme.px(12))
        left = QVBoxLayout()
        left.setSpacing(theme.px(10))
        left.addWidget(self._build_cards())
        left.addWidget(self._build_tools())
        frame = QFrame()
        frame.setProperty("tableFrame", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        self._model = RowsModel(self._columns(), parent=self)
        self._table = RowsTable(
            theme,
            self._model,
            name="lots_table",
            label=_("Lots"),
            two_lines=True,
            sortable=True,
        )
        self._table.picked.connect(self._pick)
        inside.addWidget(self._table)
        left.addWidget(frame, 1)
        line.addLayout(left, 1)
        self._panel = LotPanel(self._ctx)
        self._panel.count_wanted.connect(self._count)
        self._panel.write_off_wanted.connect(self._write_off)
        line.addWidget(self._panel)
        return holder

    def _build_cards(self) -> QWidget:
        theme = self._ctx.theme
        holder = QWidget()
        flow = FlowLayout(holder, gap=theme.px(10), line_gap=theme.px(8), fill=True)
        self._cards: dict[str, CountCard] = {}
        for key, title, icon, tone in (
            ("expired", _("Expired"), "danger", "danger"),
            ("soon", _("Expires within {n} days").format(n=SOON_DAYS), "clock", "warn"),
            ("good", _("In date"), "check", "ok"),
        ):
            card = CountCard(theme, title, icon=icon, tone=tone, name=f"count_{key}")
            card.switched.connect(lambda on, key=key: self._narrow(key, on))
            self._cards[key] = card
            flow.addWidget(card)
        return holder

    def _build_tools(self) -> QWidget:
        theme = self._ctx.theme
        holder = QWidget()
        line = FlowLayout(holder, gap=theme.px(8), line_gap=theme.px(6))
        self._product = Combo()
        self._product.setObjectName("stock_product")
        self._product.setAccessibleName(_("Product"))
        self._product.setMaximumWidth(theme.px(240))
        self._product.addItem(_("Every product"), "")
        self._product.currentIndexChanged.connect(lambda _index: self._fill())
        self._which = Combo()
        self._which.setObjectName("stock_which")
        self._which.setAccessibleName(_("Lots shown"))
        self._which.addItem(_("With vials left"), False)
        self._which.addItem(_("Used up as well"), True)
        self._which.currentIndexChanged.connect(lambda _index: self._fill())
        self._shown = Text(theme, "", "body", "muted")
        receive = PrimaryButton(theme, _("Receive vials"), icon="add", name="receive_vials")
        receive.clicked.connect(self.receive)
        receive.setEnabled(self._ctx.may(Action.EDIT_STOCK))
        for tool in (receive, self._product, self._which, self._shown):
            line.addWidget(tool)
        return holder

    def _columns(self) -> tuple[Column[LotStanding], ...]:
        return (
            Column(_("Vial"), self._vial_words, cell=self._vial_cell, stretch=3),
            Column(
                _("Lot"),
                lambda f: f.lot.lot,
                cell=lambda f: Cell(text=f.lot.lot, detail=f.lot.location, strong=True),
                stretch=2,
            ),
            Column(
                _("Expires"),
                lambda f: day(f.lot.expiry),
                key=lambda f: f.lot.expiry,
                cell=self._expiry_cell,
                stretch=2,
            ),
            _number(_("Received"), lambda f: f.received),
            _number(_("Opened"), lambda f: f.opened - f.returned),
            _number(_("Written off"), lambda f: f.discarded + f.expired),
            Column(
                _("Left"),
                lambda f: number(f.remaining),
                key=lambda f: f.remaining,
                cell=_left_cell,
                right=True,
                least=70,
            ),
        )

    def _show(self, lots: Sequence[LotStanding]) -> None:
        self._lots = tuple(lots)
        self._layers.setCurrentIndex(0 if lots else 1)
        today = self._ctx.clock.today()
        for key, card in self._cards.items():
            found = [f for f in lots if lot_state(f, today).key == key]
            words = ngettext("{n} lot", "{n} lots", len(found)).format(n=len(found))
            card.show_count(len(found), words if found else _("none"))
        chosen = self._product.currentData()
        self._product.blockSignals(True)
        while self._product.count() > 1:
            self._product.removeItem(1)
        for product in dict.fromkeys(f.lot.product for f in lots):
            self._product.addItem(product_name(self._ctx.catalog, product), product)
        self._product.setCurrentIndex(max(0, self._product.findData(chosen)))
        self._product.blockSignals(False)
        self._fill()
        self.counted.emit(sum(f.remaining > 0 for f in lots))

    def _fill(self) -> None:
        chosen, today = self._table.row, self._ctx.clock.today()
        product, used_too = self._product.currentData(), self._which.currentData()
        rows = [
            f
            for f in self._lots
            if (not product or f.lot.product == product)
            and (used_too or f.remaining > 0)
            and (not self._asked_for or lot_state(f, today).key == self._asked_for)
        ]
        self._model.set_rows(rows)
        self._shown.setText(_("{n} of {all}").format(n=len(rows), all=len(self._lots)))
        same = [n for n, f in enumerate(rows) if chosen is not None and f.lot.id == chosen.lot.id]
        if rows:
            self._table.choose(same[0] if same else 0)
        else:
            self._panel.show_lot(None, ())

    def _narrow(self, key: str, on: bool) -> None:
        self._asked_for = key if on else ""
        for other, card in self._cards.items():
            if other != key:
                card.set_on(False)
        self._fill()

    def _pick(self, found: LotStanding) -> None:
        from outcomes_app.records import stock

        def show(moves: tuple[StockMovement, ...]) -> None:
            self._panel.show_lot(found, moves)

        self._ctx.read(self, stock.movements, found.lot.id, done=show, lane="movements")

    def _count(self) -> None:
        if self._table.row is not None:
            CountDialog(self._ctx, self._table.row, self).show_form()

    def _write_off(self) -> None:
        if self._table.row is not None:
            WriteOffDialog(self._ctx, self._table.row, self).show_form()

    def _fold(self) -> None:
        self._panel.setFixedWidth(min(self._ctx.theme.px(PANEL_WIDTH), 380))

    # Cells

    def _vial_words(self, found: LotStanding) -> str:
        return product_name(self._ctx.catalog, found.lot.product)

    def _vial_cell(self, found: LotStanding) -> Cell:
        return Cell(
            text=f"{number(found.lot.vial_units)}{NO_BREAK_SPACE}{_('units')}",
            product_code=product_code(self._ctx.catalog, found.lot.product),
            detail=product_name(self._ctx.catalog, found.lot.product),
        )

    def _expiry_cell(self, found: LotStanding) -> Cell:
        today = self._ctx.clock.today()
        state = lot_state(found, today)
        return Cell(
            badge=state.words,
            badge_tone=state.tone,
            badge_icon=state.icon,
            detail=f"{day(found.lot.expiry)} · {time_left(found.lot.expiry, today)}",
            detail_tone=state.tone if state.tone in ("warn", "danger") else "muted",
        )


def _number(title: str, of: Callable[[LotStanding], int]) -> Column[LotStanding]:
    return Column(title, lambda f: number(of(f)), key=of, right=True, optional=True)


def _left_cell(found: LotStanding) -> Cell:
    counted = found.adjusted
    sign = "+" if counted > 0 else ""
    detail = _("count {n}").format(n=f"{sign}{number(counted)}") if counted else ""
    return Cell(text=number(found.remaining), detail=detail, strong=True)
