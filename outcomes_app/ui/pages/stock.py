"""Stock: which vials are there, which does a day need, and where did a lot go?"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from outcomes_app.text import _, ngettext
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page
from outcomes_app.ui.pages.stock_day import DayTab
from outcomes_app.ui.pages.stock_lots import LotsTab
from outcomes_app.ui.pages.stock_recall import RecallTab
from outcomes_app.ui.widgets.buttons import Tabs
from outcomes_app.ui.widgets.page_header import PageHeader

_LOTS, _DAY, _RECALL = "lots", "day", "recall"


class StockPage(Page):
    """`patient_chosen(PatientId)` from the list of a recalled lot."""

    title = "Stock"
    shows = frozenset({"stock_lot", "stock_movement", "vial_use", "treatment", "recall"})

    patient_chosen = Signal(object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = PageHeader(ctx.theme, _("Stock"))
        self._bar = Tabs(
            ctx.theme,
            ((_LOTS, _("Vials")), (_DAY, _("Clinic day")), (_RECALL, _("Recall"))),
            name="stock_tabs",
        )
        self._bar.chosen.connect(self._show_tab)
        self._header.add_tool(self._bar)
        column.addWidget(self._header)
        self._layers = QStackedWidget()
        self._lots = LotsTab(ctx)
        self._lots.counted.connect(self._say_count)
        self._recall = RecallTab(ctx)
        self._recall.patient_chosen.connect(self.patient_chosen)
        self._tabs: dict[str, LotsTab | DayTab | RecallTab] = {
            _LOTS: self._lots,
            _DAY: DayTab(ctx),
            _RECALL: self._recall,
        }
        for tab in self._tabs.values():
            self._layers.addWidget(tab)
        column.addWidget(self._layers, 1)

    def ask(self) -> None:
        for tab in self._tabs.values():
            tab.ask()

    def escape(self) -> bool:
        return self._bar.value == _LOTS and self._lots.escape()

    def _show_tab(self, key: str) -> None:
        self._layers.setCurrentWidget(self._tabs[key])

    def _say_count(self, count: int) -> None:
        words = ngettext("{n} lot with vials left", "{n} lots with vials left", count)
        self._header.say(_("Stock"), words.format(n=count))
