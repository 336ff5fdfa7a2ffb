"""Stock: which vials are there, and what may still be opened?"""

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from outcomes_app.text import _, ngettext
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page
from outcomes_app.ui.pages.stock_lots import LotsTab
from outcomes_app.ui.widgets.page_header import PageHeader


class StockPage(Page):
    """Lots and their movements."""

    title = "Stock"
    shows = frozenset({"stock_lot", "stock_movement"})

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = PageHeader(ctx.theme, _("Stock"))
        column.addWidget(self._header)
        self._layers = QStackedWidget()
        self._lots = LotsTab(ctx)
        self._lots.counted.connect(self._say_count)
        self._layers.addWidget(self._lots)
        column.addWidget(self._layers, 1)

    def ask(self) -> None:
        self._lots.ask()

    def escape(self) -> bool:
        return self._lots.escape()

    def _say_count(self, count: int) -> None:
        words = ngettext("{n} lot with vials left", "{n} lots with vials left", count)
        self._header.say(_("Stock"), words.format(n=count))
