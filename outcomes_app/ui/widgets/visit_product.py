"""The product panel: which toxin, how it was mixed, from which lot, and what became of the rest."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QWidget

from outcomes_app.domain import gs1
from outcomes_app.domain import plan as plans
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.definitions import Product
from outcomes_app.domain.values import ProductId
from outcomes_app.domain.visit_draft import VisitDraft, usual_vial
from outcomes_app.text import NO_BREAK_SPACE, _, number, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.fields import DateField, NumberField
from outcomes_app.ui.widgets.labels import Captioned, Text, row
from outcomes_app.ui.widgets.visit_plan import choose_data, wide_combo

# How the text of a scanned code begins, and a length that no typed lot has.
_SCANNED = ("(01)", "(10)", "(17)", "]d2", "]C1", "]e0", "]Q3")
_LONGEST_LOT = 21


class UseBar(QWidget):
    """How much of what was drawn was given; the rest is hatched."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._given = Decimal(0)
        self._drawn: Decimal | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(100, self._theme.px(8))

    def show_use(self, given: Decimal, drawn: Decimal | None) -> None:
        """Show other amounts."""
        self._given, self._drawn = given, drawn
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Given filled, the rest hatched; more than drawn in the danger colour."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(theme.color("surfaceSunken"))
        painter.drawRoundedRect(whole, 3, 3)
        if not self._drawn:
            return
        painter.setBrush(QBrush(theme.color("borderStrong"), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(whole, 3, 3)
        part = min(float(self._given / self._drawn), 1.0)
        too_much = self._given > self._drawn
        painter.setBrush(theme.color("dangerFill" if too_much else "accent"))
        painter.drawRoundedRect(QRectF(0, 0, whole.width() * part, whole.height()), 3, 3)


class ProductPanel(Card):
    """Emits the edited draft. A change of product clears the units of the plan."""

    edited = Signal(object, str)
    scanned = Signal(object)

    def __init__(self, theme: Theme, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Product and vials"), parent=parent)
        self.setObjectName("productPanel")
        self._theme = theme
        self._catalog = catalog
        self._draft: VisitDraft | None = None
        self.product = wide_combo("product", _("Product"))
        self.product.addItem(_("Choose a product"), None)
        for found in catalog.products.values():
            if not found.cosmetic_only:
                self.product.addItem(product_words(found), found.id)
        self.product.activated.connect(self._product_chosen)
        self.vial_units = wide_combo("vialUnits", _("Vial size"))
        self.vial_units.activated.connect(self._vial_chosen)
        self.diluent = wide_combo("diluent", _("Diluent volume"))
        self.diluent.setEditable(True)
        self.diluent.setInsertPolicy(self.diluent.InsertPolicy.NoInsert)
        self.diluent.activated.connect(lambda _index: self._diluent_said())
        editor = self.diluent.lineEdit()
        assert editor is not None
        editor.setAccessibleName(_("Diluent volume"))
        editor.editingFinished.connect(self._diluent_said)
        self.lot = QLineEdit()
        self.lot.setObjectName("lot")
        self.lot.textEdited.connect(lambda text: self._vial(_("change the lot"), lot=text.strip()))
        self.lot.returnPressed.connect(self._scan)
        self.expiry = DateField(name="expiry", label=_("Expiry"))
        self.expiry.setPlaceholderText("")
        self.expiry.changed.connect(self._expiry_typed)
        self.vials = NumberField(name="vials", label=_("Vials opened"), low=Decimal(1))
        self.vials.changed.connect(self._vials_typed)
        self._concentration = Text(theme, "", "bodyStrong")
        self._drawn = Text(theme, "", "caption", "muted")
        self._given = Text(theme, "", "caption")
        self._rest = Text(theme, "", "caption")
        self._bar = UseBar(theme)
        self._cleared = Text(
            theme,
            _("Units of another product are not interchangeable: type the units again."),
            "caption",
            "warn",
            wrap=True,
        )
        self._cleared.hide()
        self._units_cleared = False
        self._boxes: dict[str, Captioned] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        theme = self._theme
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(8))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        fields: tuple[tuple[str, str, QWidget], ...] = (
            ("vial_units", _("Vial size"), self.vial_units),
            ("diluent_ml", _("Diluent volume"), self.diluent),
            ("lot", _("Lot"), self.lot),
            ("expiry", _("Expiry"), self.expiry),
            ("vials", _("Vials opened"), self.vials),
        )
        for index, (key, caption, field) in enumerate(fields):
            self._boxes[key] = Captioned(theme, caption, field)
            grid.addWidget(self._boxes[key], index // 2, index % 2)
        self._boxes["product"] = Captioned(theme, _("Product"), self.product)
        concentration = Card(theme, tone="sunken", margin=8)
        concentration.body.addLayout(
            row(Text(theme, _("Concentration"), "caption", "muted"), None, self._concentration)
        )
        self.body.addWidget(self._boxes["product"])
        self.body.addWidget(self._cleared)
        self.body.addLayout(grid)
        self.body.addWidget(concentration)
        self.body.addLayout(row(self._drawn, None, self._given, self._rest, spacing=theme.px(10)))
        self.body.addWidget(self._bar)
        self.body.addLayout(row(None, self._rest))

    def box(self, field: str) -> Captioned | None:
        """The input of a field of the vial, or of the product."""
        return self._boxes.get(field)

    # Showing

    def show_draft(self, draft: VisitDraft) -> None:
        """Show the product and vials of a draft; what is being typed stays as it is."""
        before, self._draft = self._draft, draft
        product = draft.plan.product
        choose_data(self.product, product)
        if before is None or before.plan.product != product:
            self._fill_vials(product)
        vial = draft.vial
        if before is None or (before.vial.vial_units, before.plan.product) != (
            vial.vial_units,
            product,
        ):
            self._fill_dilutions(product, vial.vial_units)
        choose_data(self.vial_units, vial.vial_units)
        editor = self.diluent.lineEdit()
        if editor is not None and not editor.hasFocus():
            self.diluent.setEditText(_ml(vial.diluent_ml))
        if self.lot.text().strip() != vial.lot:
            self.lot.setText(vial.lot)
        if not self.expiry.problem and self.expiry.value() != vial.expiry:
            self.expiry.set_value(vial.expiry)
        if not self.vials.problem and self.vials.value() not in (None, vial.vials):
            self.vials.set_value(Decimal(vial.vials))
        if not self.vials.text() and not self.vials.hasFocus():
            self.vials.set_value(Decimal(vial.vials))
        without = bool(draft.plan.points) and all(p.units is None for p in draft.plan.points)
        if before is not None and before.plan.product not in (None, product):
            self._units_cleared = True
        self._units_cleared = self._units_cleared and without
        self._cleared.setVisible(self._units_cleared)
        self._show_use(draft)

    def _fill_vials(self, product: ProductId | None) -> None:
        self.vial_units.clear()
        self.vial_units.addItem(_("Not known"), None)
        found = self._catalog.products.get(product) if product else None
        for size in found.vial_sizes if found else ():
            self.vial_units.addItem(units(size), size)

    def _fill_dilutions(self, product: ProductId | None, vial: Decimal | None) -> None:
        self.diluent.clear()
        found = self._catalog.products.get(product) if product else None
        for dilution in found.dilutions if found else ():
            if dilution.vial_units == vial:
                words = _("{volume} → {units} per 0.1 mL").format(
                    volume=_ml(dilution.diluent_ml), units=units(dilution.units_per_0_1_ml)
                )
                self.diluent.addItem(words, dilution.diluent_ml)
        self.diluent.setCurrentIndex(-1)

    def _show_use(self, draft: VisitDraft) -> None:
        per_ml = draft.vial.units_per_ml
        self._concentration.setText(
            _("{units} per 0.1 mL").format(units=units(round(per_ml / 10, 3)))
            if per_ml
            else _("Not known")
        )
        drawn = draft.drawn
        self._drawn.setText(
            _("Drawn {n}").format(n=number(drawn)) if drawn is not None else _("Drawn not known")
        )
        self._given.setText(_("Given {n}").format(n=number(draft.given)))
        rest = None if drawn is None else drawn - draft.given
        too_much = rest is not None and rest < 0
        self._rest.say(
            ""
            if rest is None
            else _("{n} too many").format(n=number(-rest))
            if too_much
            else _("Rest {n} units").format(n=number(rest)),
            "danger" if too_much else "",
        )
        self._bar.show_use(draft.given, drawn)
        self._bar.setAccessibleName(
            f"{self._drawn.text()}, {self._given.text()}, {self._rest.text()}"
        )

    # Editing

    def _product_chosen(self) -> None:
        draft, chosen = self._draft, self.product.currentData()
        if draft is None or chosen == draft.plan.product:
            return
        plan = plans.change_product(draft.plan, chosen)
        vial = usual_vial(self._catalog.products.get(chosen), draft.indication)
        self.edited.emit(replace(draft, plan=plan, vial=vial), _("change the product"))

    def _vial_chosen(self) -> None:
        self._vial(_("change the vial"), vial_units=self.vial_units.currentData())

    def _diluent_said(self) -> None:
        text = self.diluent.currentText().split("→")[0].replace("mL", "")
        probe = NumberField(name="", label="", low=Decimal("0.01"), high=Decimal(100))
        probe.setText(text)
        self._boxes["diluent_ml"].error.say(probe.problem)
        if not probe.problem:
            value = probe.value()
            self.diluent.setEditText(_ml(value))
            self._vial(_("change the dilution"), diluent_ml=value)
        probe.deleteLater()

    def _expiry_typed(self) -> None:
        self._boxes["expiry"].error.say(self.expiry.problem)
        if not self.expiry.problem:
            self._vial(_("change the expiry"), expiry=self.expiry.value())

    def _vials_typed(self) -> None:
        problem, value = self.vials.problem, self.vials.value()
        if value is not None and value != int(value):
            problem = _("Write a whole number of vials.")
        self._boxes["vials"].error.say(problem)
        if value is not None and not problem:
            self._vial(_("change the vials"), vials=int(value))

    def _scan(self) -> None:
        """A scanner types the whole code into the lot and ends with Enter."""
        text = self.lot.text().strip()
        if not text.startswith(_SCANNED) and len(text) < _LONGEST_LOT:
            return
        try:
            scan = gs1.read(text)
        except gs1.NotGs1 as error:
            self._boxes["lot"].error.say(f"{error.message} {error.todo}")
            return
        self._boxes["lot"].error.say("")
        self._vial(_("scan a vial"), lot=scan.lot, expiry=scan.expiry)
        self.scanned.emit(scan)

    def _vial(self, deed: str, **values: Any) -> None:
        if self._draft is None:
            return
        vial = replace(self._draft.vial, **values)
        if vial != self._draft.vial:
            self.edited.emit(replace(self._draft, vial=vial), deed)

    def first_unreadable(self) -> QWidget | None:
        """The first input whose text has no meaning."""
        boxes = (box for box in self._boxes.values() if box.error.message)
        return next((box.field for box in boxes), None)


def product_words(product: Product) -> str:
    """A product as it is chosen: generic name, first brand in capitals."""
    brand = product.brands[0].split(" (")[0].upper() if product.brands else ""
    return f"{product.name} — {brand}" if brand else product.name


def _ml(value: Decimal | None) -> str:
    return "" if value is None else f"{number(value)}{NO_BREAK_SPACE}mL"
