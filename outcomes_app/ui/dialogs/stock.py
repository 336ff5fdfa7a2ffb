"""Changing the stock: a delivery received, a count put right, vials written off."""

from decimal import Decimal

from PySide6.QtWidgets import QWidget

from outcomes_app.domain import gs1
from outcomes_app.domain.stock import (
    LotStanding,
    Movement,
    MovementId,
    StockLot,
    StockLotId,
    StockMovement,
)
from outcomes_app.domain.values import Problems, ProductId, new_id
from outcomes_app.text import _, units
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.fields import DateField, NumberField
from outcomes_app.ui.widgets.stock.lot_words import vials
from outcomes_app.ui.widgets.stock.scan_box import ScanBox

_MOST_VIALS = Decimal(10_000)


class ReceiveDialog(FormDialog):
    """A delivery: scan the carton, or type what stands on it."""

    def __init__(self, ctx: AppContext, parent: QWidget) -> None:
        super().__init__(
            ctx, _("Receive vials"), _("Receive"), name="receive_dialog", parent=parent
        )
        self._gtin = ""
        self._build_scan()
        self._build_rest()
        self._product.currentIndexChanged.connect(lambda _index: self._offer_sizes())
        self._offer_sizes()
        self._scan.setFocus()

    def _build_scan(self) -> None:
        self._scan = ScanBox(
            name="scan", label=_("Scan the carton"), hint=_("Scan here, or type below")
        )
        self._scan.scanned.connect(self._read_scan)
        self._scan_line = self.add(
            "gtin",
            _("Scan the carton"),
            self._scan,
            hint=_("The two-dimensional code fills lot and expiry, and a known product."),
        )

    def _build_rest(self) -> None:
        self._product = Combo()
        self._product.setObjectName("product")
        self._product.addItem(_("Choose"), "")
        for product in self.ctx.catalog.products.values():
            self._product.addItem(f"{product.code} · {product.name}", product.id)
        self._size = Combo()
        self._size.setObjectName("vial_units")
        self._lot = self.line("lot")
        self._expiry = DateField(name="expiry", label=_("Expires"))
        self._vials = NumberField(
            name="vials", label=_("Number of vials"), low=Decimal(1), high=_MOST_VIALS
        )
        self._received = DateField(name="received", label=_("Received on"))
        self._received.set_value(self.ctx.clock.today())
        self._place = self.line("location")
        self._cost = NumberField(name="cost", label=_("Cost of one vial"), low=Decimal(0))
        self.add("product", _("Product"), self._product, half=True)
        self.add("vial_units", _("Vial size"), self._size, half=True)
        self.add("lot", _("Lot"), self._lot, half=True)
        self.add("expiry", _("Expires"), self._expiry, half=True)
        self.add("vials", _("Number of vials"), self._vials, half=True)
        self.add("received", _("Received on"), self._received, half=True)
        self.add("location", _("Kept at"), self._place, half=True, hint=_("May stay empty."))
        self.add("cost", _("Cost of one vial"), self._cost, half=True, hint=_("May stay empty."))

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        named = {problem.field for problem in wrong}
        if not self._product.currentData():
            wrong.append(self.missing("product", _("Choose the product.")))
        elif self._size.currentData() is None:
            wrong.append(self.missing("vial_units", _("Choose the size of the vial.")))
        if self._expiry.value() is None and "expiry" not in named:
            wrong.append(self.missing("expiry", _("Type the day on the box.")))
        if self._received.value() is None and "received" not in named:
            wrong.append(self.missing("received", _("Type the day it came.")))
        count = self._vials.value()
        if "vials" not in named and (count is None or count % 1):
            wrong.append(self.missing("vials", _("Type how many vials came, as a whole number.")))
        return tuple(wrong)

    def store(self) -> None:
        from outcomes_app.records import stock

        expiry, received, count = self._expiry.value(), self._received.value(), self._vials.value()
        if expiry is None or received is None or count is None:
            return
        lot = StockLot(
            id=StockLotId(new_id()),
            product=ProductId(self._product.currentData()),
            lot=self._lot.text().strip(),
            vial_units=self._size.currentData(),
            expiry=expiry,
            received=received,
            gtin=self._gtin,
            location=self._place.text().strip(),
            cost=self._cost.value(),
        )
        self.write(
            stock.receive,
            lot,
            int(count),
            person=self.ctx.person,
            catalog=self.ctx.catalog,
            today=self.ctx.clock.today(),
            deed="stock.receive",
            told=_("{vials} of lot {lot} received.").format(vials=vials(int(count)), lot=lot.lot),
        )

    def _offer_sizes(self, chosen: Decimal | None = None) -> None:
        product = self.ctx.catalog.products.get(ProductId(self._product.currentData()))
        sizes = product.vial_sizes if product else ()
        self._size.clear()
        if len(sizes) != 1:
            self._size.addItem(_("Choose"), None)
        for size in sizes:
            self._size.addItem(units(size), size)
        if chosen is not None and chosen in sizes:
            self._size.setCurrentIndex(self._size.findText(units(chosen)))

    def _read_scan(self, text: str) -> None:
        from outcomes_app.records import stock

        try:
            scan = gs1.read(text)
        except gs1.NotGs1 as error:
            self._scan_line.error.say(f"{error.message} {error.todo}")
            self._scan.selectAll()
            return
        self._scan_line.error.say("")
        self._gtin = scan.gtin
        if scan.lot:
            self._lot.setText(scan.lot)
        if scan.expiry is not None:
            self._expiry.set_value(scan.expiry)
        self._scan.clear()
        self.ctx.read(self, stock.by_gtin, scan.gtin, done=self._know, lane="gtin")

    def _know(self, known: tuple[LotStanding, ...]) -> None:
        """Take product and size from an earlier delivery under the same product number."""
        if not self._gtin or not known:
            self._product.setFocus()
            self.say(_("This product number is new here. Choose product and size once."))
            return
        lot = known[-1].lot
        self._product.setCurrentIndex(self._product.findData(lot.product))
        self._offer_sizes(lot.vial_units)
        self.say(_("Filled from the scan. Type how many vials came."))
        self._vials.setFocus()


class CountDialog(FormDialog):
    """The vials counted on the shelf, where they differ from what should be there."""

    def __init__(self, ctx: AppContext, found: LotStanding, parent: QWidget) -> None:
        super().__init__(
            ctx, _("Correct the count"), _("Store count"), name="count_dialog", parent=parent
        )
        self._found = found
        self.say_first(
            _("Lot {lot}: {vials} should be on the shelf.").format(
                lot=found.lot.lot, vials=vials(found.remaining)
            )
        )
        self._count = NumberField(
            name="counted", label=_("Vials counted"), low=Decimal(0), high=_MOST_VIALS
        )
        self._reason = self.line("reason")
        self.add("vials", _("Vials counted"), self._count)
        self.add("reason", _("Reason"), self._reason)
        self._count.setFocus()

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        count = self._count.value()
        if not wrong and (count is None or count % 1):
            wrong.append(self.missing("vials", _("Type how many vials there are, also when 0.")))
        elif count == self._found.remaining:
            wrong.append(self.missing("vials", _("This is the number that is stored already.")))
        return tuple(wrong)

    def store(self) -> None:
        from outcomes_app.records import stock

        count = self._count.value()
        if count is None:
            return
        self.write(
            stock.count,
            self._found.lot.id,
            int(count),
            reason=self._reason.text().strip(),
            person=self.ctx.person,
            today=self.ctx.clock.today(),
            deed="stock.count",
            told=_("Count of lot {lot} stored.").format(lot=self._found.lot.lot),
        )


class WriteOffDialog(FormDialog):
    """Vials that are thrown away, with the reason and who saw it."""

    def __init__(self, ctx: AppContext, found: LotStanding, parent: QWidget) -> None:
        super().__init__(
            ctx, _("Write off vials"), _("Write off"), name="write_off_dialog", parent=parent
        )
        self._found = found
        self._expired = found.lot.expiry < ctx.clock.today()
        self.say_first(
            _("Lot {lot}: {vials} on the shelf.").format(
                lot=found.lot.lot, vials=vials(found.remaining)
            )
        )
        self._count = NumberField(
            name="vials", label=_("Number of vials"), low=Decimal(1), high=_MOST_VIALS
        )
        self._reason = self.line("reason")
        self._witness = self.line("witness")
        self.add("vials", _("Number of vials"), self._count)
        self.add("reason", _("Reason"), self._reason)
        self.add("witness", _("Witness"), self._witness, hint=_("Who saw the vials thrown away."))
        if self._expired:
            self._count.set_value(Decimal(found.remaining))
            self._reason.setText(_("expired"))
            self._witness.setFocus()
        else:
            self._count.setFocus()

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        count = self._count.value()
        if not wrong and (count is None or count % 1):
            wrong.append(self.missing("vials", _("Type how many vials, as a whole number.")))
        if not self._reason.text().strip():
            wrong.append(self.missing("reason", _("Say why they are thrown away.")))
        if not self._witness.text().strip():
            wrong.append(self.missing("witness", _("Name who saw it.")))
        return tuple(wrong)

    def store(self) -> None:
        from outcomes_app.records import stock

        count = self._count.value()
        if count is None:
            return
        movement = StockMovement(
            id=MovementId(new_id()),
            lot_id=self._found.lot.id,
            kind=Movement.EXPIRED if self._expired else Movement.DISCARDED,
            vials=int(count),
            day=self.ctx.clock.today(),
            units=self._found.lot.vial_units * int(count),
            reason=self._reason.text().strip(),
            witness=self._witness.text().strip(),
        )
        self.write(
            stock.move,
            movement,
            person=self.ctx.person,
            today=self.ctx.clock.today(),
            deed="stock.write_off",
            told=_("{vials} of lot {lot} written off.").format(
                vials=vials(int(count)), lot=self._found.lot.lot
            ),
        )
