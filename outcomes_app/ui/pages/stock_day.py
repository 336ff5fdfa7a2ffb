"""DayTab: who is due on a day, with which dose, and which vials to open for them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.analysis import clinic_day
from outcomes_app.domain.stock import LotStanding
from outcomes_app.domain.values import ProductId
from outcomes_app.domain.worklist import WorklistRow
from outcomes_app.text import _, ngettext, person_name, weekday_and_day
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.buttons import SegmentedControl
from outcomes_app.ui.widgets.card import clear_layout
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.fields import DateField
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.stock.day_card import DayCard

_TODAY, _TOMORROW, _OTHER = "today", "tomorrow", "other"


class DayTab(QWidget):
    """Doses that were changed here last until another day is chosen; nothing is stored."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._rows: tuple[WorklistRow, ...] = ()
        self._lots: tuple[LotStanding, ...] = ()
        theme = ctx.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self._build_choices())
        inside = QWidget()
        inside.setProperty("page", True)
        self._cards = QVBoxLayout(inside)
        self._cards.setContentsMargins(0, 0, 0, theme.px(12))
        self._cards.setSpacing(theme.px(12))
        self._area = QScrollArea()
        self._area.setProperty("page", True)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        column.addWidget(self._area, 1)
        self._empty = EmptyState(theme, _("Nobody is due"), "", icon="calendar", name="day_empty")
        column.addWidget(self._empty, 1)

    def ask(self) -> None:
        """Ask who is due and what is in stock."""
        from outcomes_app.records import stock, worklist

        self._ctx.read(
            self,
            worklist.rows,
            today=self._ctx.clock.today(),
            catalog=self._ctx.catalog,
            done=self._show_rows,
            lane="due",
        )
        self._ctx.read(self, stock.lots, done=self._show_lots, lane="day_lots")

    def _build_choices(self) -> QWidget:
        theme = self._ctx.theme
        holder = QWidget()
        flow = FlowLayout(holder, gap=theme.px(12), line_gap=theme.px(6))
        self._which = SegmentedControl(
            theme,
            ((_TODAY, _("Today")), (_TOMORROW, _("Tomorrow")), (_OTHER, _("Another day"))),
            name="clinic_day",
            label=_("Clinic day"),
        )
        self._which.choose(_TOMORROW)
        self._which.chosen.connect(lambda _key: self._choose())
        self._day = DateField(name="clinic_day_date", label=_("Day"))
        self._day.setFixedWidth(theme.px(140))
        self._day.changed.connect(self._fill)
        self._day.hide()
        self._late = QCheckBox(_("Overdue patients as well"))
        self._late.setObjectName("clinic_day_overdue")
        self._late.setAccessibleName(self._late.text())
        self._late.toggled.connect(lambda _on: self._fill())
        self._state = Text(theme, "", "body", "muted")
        for tool in (self._which, self._day, self._late, self._state):
            flow.addWidget(tool)
        return holder

    def _choose(self) -> None:
        self._day.setVisible(self._which.value == _OTHER)
        if self._which.value == _OTHER:
            self._day.setFocus()
        self._fill()

    def _show_rows(self, rows: Sequence[WorklistRow]) -> None:
        if self._rows != tuple(rows):
            self._rows = tuple(rows)
            self._fill()

    def _show_lots(self, lots: Sequence[LotStanding]) -> None:
        if self._lots != tuple(lots):
            self._lots = tuple(lots)
            self._fill()

    def _fill(self) -> None:
        clear_layout(self._cards)
        if not self._ctx.signed_in:
            return
        today = self._ctx.clock.today()
        chosen = {_TODAY: today, _TOMORROW: today + timedelta(days=1)}.get(
            self._which.value, self._day.value()
        )
        due = [
            row
            for row in self._rows
            if row.next_due is not None
            and chosen is not None
            and (row.next_due == chosen or (self._late.isChecked() and row.next_due < today))
        ]
        by_product: dict[ProductId, list[WorklistRow]] = {}
        for row in due:
            if row.last_dose is not None:
                by_product.setdefault(row.last_dose.product, []).append(row)
        for product_id in sorted(by_product):
            self._add_card(product_id, by_product[product_id])
        self._say_unplanned([row for row in due if row.last_dose is None])
        self._cards.addStretch(1)
        self._area.setVisible(bool(due))
        self._empty.setVisible(not due)
        if chosen is None:
            self._state.setText(_("Type a day."))
            self._empty.say(_("Which day?"), _("Type the day of the clinic above."))
            return
        words = ngettext("{n} due, {day}", "{n} due, {day}", len(due))
        self._state.setText(words.format(n=len(due), day=weekday_and_day(chosen)))
        self._empty.say(
            _("Nobody is due"),
            _("By their usual interval nobody is due on {day}.").format(
                day=weekday_and_day(chosen)
            ),
        )

    def _add_card(self, product_id: ProductId, rows: Sequence[WorklistRow]) -> None:
        product = self._ctx.catalog.products.get(product_id)
        if product is None:
            return
        today = self._ctx.clock.today()
        in_stock: dict[Decimal, int] = {}
        for found in self._lots:
            if found.lot.product == product_id and found.usable_on(today):
                size = found.lot.vial_units
                in_stock[size] = in_stock.get(size, 0) + found.remaining
        self._cards.addWidget(
            DayCard(
                self._ctx.theme,
                product,
                sorted(rows, key=lambda r: (r.family_name.casefold(), r.given_name.casefold())),
                sizes=clinic_day.sizes_sold(product, self._ctx.practice.jurisdiction),
                in_stock=in_stock,
            )
        )

    def _say_unplanned(self, rows: Sequence[WorklistRow]) -> None:
        if not rows:
            return
        names = [person_name(r.family_name, r.given_name) or r.identifier for r in rows]
        words = _("Not planned, because no last dose is known: {names}.")
        said = Text(
            self._ctx.theme, words.format(names="; ".join(names)), "body", "muted", wrap=True
        )
        self._cards.addWidget(said)
