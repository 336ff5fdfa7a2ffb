"""LotPanel: the chosen lot, what can be done with it, and everything that happened to its vials."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain.permissions import Action
from outcomes_app.domain.stock import LotStanding, StockMovement
from outcomes_app.domain.values import Dose
from outcomes_app.text import _, clock_time, day, number
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.badge import Badge
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.dose_label import DoseLabel
from outcomes_app.ui.widgets.labels import Divider, Text
from outcomes_app.ui.widgets.stock.lot_words import (
    lot_state,
    movement_word,
    product_code,
    product_name,
    time_left,
    vials,
)

PANEL_WIDTH = 300


class LotPanel(Card):
    """`count_wanted` and `write_off_wanted` when their button was pressed."""

    count_wanted = Signal()
    write_off_wanted = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        self._ctx = ctx
        self._lot: LotStanding | None = None
        theme = ctx.theme
        self.setObjectName("lot_panel")
        self.setAccessibleName(_("Chosen lot"))
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self.body.addWidget(area, 1)
        self.count = Button(theme, _("Correct count"), name="correct_count")
        self.count.clicked.connect(self.count_wanted)
        self.write_off = Button(theme, _("Write off"), icon="trash", name="write_off")
        self.write_off.clicked.connect(self.write_off_wanted)
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(self.count, 1)
        line.addWidget(self.write_off, 1)
        self.body.addLayout(line)
        self.show_lot(None, ())

    def show_lot(self, found: LotStanding | None, moves: Sequence[StockMovement]) -> None:
        """Show another lot with its movements, the newest first."""
        self._lot = found
        clear_layout(self._column)
        may = self._ctx.may(Action.EDIT_STOCK)
        self.count.setEnabled(may and found is not None)
        self.write_off.setEnabled(may and found is not None and found.remaining > 0)
        if found is not None:
            self._show_facts(found)
            self._show_moves(moves)
        self._column.addStretch(1)

    def _show_facts(self, found: LotStanding) -> None:
        theme, catalog, lot = self._ctx.theme, self._ctx.catalog, found.lot
        today = self._ctx.clock.today()
        self._column.addWidget(Text(theme, _("Lot {lot}").format(lot=lot.lot), "subtitle"))
        self._column.addWidget(Text(theme, product_name(catalog, lot.product), "body", wrap=True))
        vial = Dose(units=lot.vial_units, product=lot.product)
        self._column.addWidget(DoseLabel(theme, product_code(catalog, lot.product), vial))
        state = lot_state(found, today)
        self._column.addWidget(Badge(theme, state.words, state.tone, icon=state.icon))
        expires = f"{day(lot.expiry)}, {time_left(lot.expiry, today)}"
        facts = [(_("Expires"), expires), (_("Received"), day(lot.received))]
        facts += [(_("Kept at"), lot.location)] if lot.location else []
        facts += [(_("Product number"), lot.gtin)] if lot.gtin else []
        facts += [(_("Cost of one vial"), number(lot.cost))] if lot.cost is not None else []
        facts += [(_("Storage"), lot.storage_problem)] if lot.storage_problem else []
        facts.append((_("On the shelf"), vials(found.remaining)))
        for caption, value in facts:
            line = QHBoxLayout()
            line.setSpacing(theme.px(10))
            line.addWidget(Text(theme, caption, "body", "muted"))
            shown = Text(theme, value, "button", wrap=True)
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(shown, 1)
            self._column.addLayout(line)

    def _show_moves(self, moves: Sequence[StockMovement]) -> None:
        theme = self._ctx.theme
        self._column.addWidget(Divider())
        self._column.addWidget(Text(theme, _("Movements"), "bodyStrong"))
        for move in reversed(moves):
            sign = "+" if move.change > 0 else ""
            first = QHBoxLayout()
            first.addWidget(Text(theme, movement_word(move.kind), "body", wrap=True), 1)
            first.addWidget(Text(theme, f"{sign}{number(move.change)}", "bodyStrong"))
            self._column.addLayout(first)
            when = day(move.day)
            if move.at is not None and move.at.astimezone().date() == move.day:
                when = f"{when} {clock_time(move.at)}"
            parts = [when, move.reason]
            parts += [_("for a treatment")] if move.treatment_id else []
            parts += [_("witness {name}").format(name=move.witness)] if move.witness else []
            words = " · ".join(part for part in parts if part)
            self._column.addWidget(Text(theme, words, "caption", "muted", wrap=True))
