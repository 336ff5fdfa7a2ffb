"""The vials panel: lots from stock, where every unit went, and what is billed for it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from outcomes_app.domain import billing, stock, visit_draft
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.stock import LotStanding, NotEnoughStock
from outcomes_app.domain.treatment import VialUse
from outcomes_app.domain.values import Dose
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.errors import OutcomesError
from outcomes_app.text import NO_BREAK_SPACE, _, day, ngettext, number, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.fields import DateField, NumberField
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Captioned, Divider, Text

_AMOUNTS = ("injected_units", "discarded_units", "carried_units")


class VialRow(QWidget):
    """One lot of the visit: what was injected, discarded and kept of it, with reason and witness.
    The first lot is named in the product panel, so only further ones show lot and size here."""

    changed = Signal(int, object)
    removed = Signal(int)

    def __init__(self, theme: Theme, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._vial = index, VialUse()
        self.setObjectName(f"vialRow_{index}")
        ending = "" if index == 0 else f"_{index}"
        self._title = Text(theme, "", "bodyStrong", wrap=True)
        self.boxes: dict[str, Captioned] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._title, 0, 0, 1, 2)
        fields: list[tuple[str, str, QWidget]] = []
        if index:
            fields += [
                ("lot", _("Lot"), self._line("lot", ending)),
                ("expiry", _("Expiry"), DateField(name=f"expiry{ending}", label=_("Expiry"))),
                ("vial_units", _("Vial size"), self._number("vialSize", ending, "0.01")),
                ("vials", _("Vials opened"), self._number("vials", ending, "0")),
            ]
        fields += [
            ("injected_units", _("Injected"), self._number("injected", ending, "0")),
            ("discarded_units", _("Discarded units"), self._number("discarded", ending, "0")),
            ("carried_units", _("Kept for later"), self._number("carried", ending, "0")),
            ("discard_reason", _("Why discarded"), self._line("discardReason", ending)),
            ("discard_witness", _("Witness"), self._line("discardWitness", ending)),
        ]
        if not index:
            # Hidden where there is one lot only; the first place would stay empty.
            fields.append(fields.pop(0))
        for place, (name, caption, field) in enumerate(fields):
            self.boxes[name] = Captioned(theme, caption, field)
            grid.addWidget(self.boxes[name], 1 + place // 2, place % 2)
            self._follow(name, field)
        self._remove = Button(theme, _("Remove this lot"), "link", compact=True)
        self._remove.clicked.connect(lambda: self.removed.emit(self._index))
        self._remove.setVisible(index > 0)
        grid.addWidget(self._remove, 7, 0, 1, 2)

    def _number(self, name: str, ending: str, low: str) -> NumberField:
        return NumberField(name=f"{name}{ending}", label=name, low=Decimal(low))

    def _line(self, name: str, ending: str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName(f"{name}{ending}")
        return line

    def _follow(self, name: str, field: QWidget) -> None:
        if isinstance(field, NumberField | DateField):
            field.setAccessibleName(self.boxes[name].caption.text())
            field.changed.connect(lambda: self._typed(name, field))
        elif isinstance(field, QLineEdit):
            field.textEdited.connect(lambda text: self._emit(name, text))

    def _typed(self, name: str, field: NumberField | DateField) -> None:
        problem, value = field.problem, field.value()
        if name == "vials" and isinstance(value, Decimal):
            if value != int(value):
                problem = _("Write a whole number of vials.")
            else:
                value = int(value)  # type: ignore[assignment]  # vials are counted
        self.boxes[name].error.say(problem)
        if not problem and not (name == "vials" and value is None):
            self._emit(name, value)

    def _emit(self, name: str, value: Any) -> None:
        if getattr(self._vial, name) != value:
            self.changed.emit(self._index, replace(self._vial, **{name: value}))

    def show_vial(self, vial: VialUse, *, several: bool) -> None:
        """Show the amounts of a lot; what is being typed stays as it is."""
        self._vial = vial
        self._title.setText(_("Lot {lot}").format(lot=vial.lot or _("not named")))
        self._title.setVisible(several)
        self.boxes["injected_units"].setVisible(several)
        wasted = bool(vial.discarded_units)
        for name in ("discard_reason", "discard_witness"):
            self.boxes[name].setVisible(wasted or bool(getattr(vial, name)))
        for name, box in self.boxes.items():
            field, value = box.field, getattr(vial, name)
            if isinstance(field, NumberField):
                value = None if value is None else Decimal(value)
                if not field.problem and field.value() != value:
                    field.set_value(value)
            elif isinstance(field, DateField):
                if not field.problem and field.value() != value:
                    field.set_value(value)
            elif isinstance(field, QLineEdit) and field.text() != value:
                field.setText(value)
                # The beginning of a long reason says more than its end.
                field.setCursorPosition(0)

    def first_unreadable(self) -> QWidget | None:
        """The first input whose text has no meaning."""
        return next((b.field for b in self.boxes.values() if b.error.message), None)


class VialsPanel(Card):
    """Emits the edited draft. Opened and brought must equal injected, discarded and kept."""

    edited = Signal(object, str)
    mixed_now = Signal()

    def __init__(self, theme: Theme, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Vials and waste"), parent=parent)
        self.setObjectName("vialsPanel")
        self._theme, self._catalog = theme, catalog
        self._draft: VisitDraft | None = None
        self._lots: tuple[LotStanding, ...] = ()
        self._rows: list[VialRow] = []
        self._stock = Text(theme, "", "caption", "muted", wrap=True)
        self.take = Button(theme, _("Take from stock"), "soft", icon="stock", name="takeStock")
        self.take.clicked.connect(self._take)
        self._list = QVBoxLayout()
        self._balance = Text(theme, "", "bodyStrong", wrap=True)
        self._balance.setObjectName("vialBalance")
        self.rest = Button(theme, _("Discard the rest"), compact=True, name="discardRest")
        self.rest.clicked.connect(self._discard_rest)
        self.mixed = Button(theme, _("Mixed now"), "ghost", compact=True, name="mixedNow")
        self.mixed.setToolTip(_("Notes the time of reconstitution of the vials of this visit"))
        self.mixed.clicked.connect(self.mixed_now)
        add = Button(theme, _("Another lot"), "ghost", compact=True, name="anotherLot")
        add.clicked.connect(self._another)
        self._hours = Text(theme, "", "caption", "muted", wrap=True)
        self._bill = Text(theme, "", "caption", "muted", wrap=True)
        self._bill.setObjectName("billingLines")
        for widget in (self._stock, self.take):
            self.body.addWidget(widget)
        self.body.addLayout(self._list)
        self.body.addWidget(self._balance)
        tools = QWidget()
        beside = FlowLayout(tools, gap=theme.px(6))
        for button in (self.rest, self.mixed, add):
            beside.addWidget(button)
        self.body.addWidget(tools)
        for widget in (self._hours, self._bill):
            self.body.addWidget(widget)

    # Showing

    def set_stock(self, lots: Sequence[LotStanding]) -> None:
        """The lots of this product on the shelf, first to expire first."""
        self._lots = tuple(lots)
        if self._draft is not None:
            self._show_stock(self._draft)

    def show_draft(self, draft: VisitDraft, today: date, now: datetime) -> None:
        """Show the vials of a draft."""
        self._draft = draft
        vials = vials_of(draft)
        while len(self._rows) < len(vials):
            fresh = VialRow(self._theme, len(self._rows))
            fresh.changed.connect(self._changed)
            fresh.removed.connect(self._remove)
            self._rows.append(fresh)
            if len(self._rows) > 1:
                self._list.addWidget(Divider())
            self._list.addWidget(fresh)
        if len(self._rows) > len(vials):
            clear_layout(self._list)
            self._rows.clear()
            self.show_draft(draft, today, now)
            return
        for line, vial in zip(self._rows, vials, strict=True):
            line.show_vial(vial, several=len(vials) > 1)
        self._show_stock(draft)
        self._show_balance(draft, today)
        self._show_hours(vials, now)

    def _show_stock(self, draft: VisitDraft) -> None:
        on = draft.day or date.max
        usable = [found for found in self._lots if found.usable_on(on)]
        self.take.setVisible(bool(usable))
        self.take.setEnabled(draft.given > 0)
        self._stock.setVisible(bool(usable))
        if usable:
            first = usable[0]
            left = ngettext("{n} vial left", "{n} vials left", first.remaining)
            self._stock.setText(
                _("First to expire: {lot}, {size}, expires {day}, {left}").format(
                    lot=first.lot.lot,
                    size=units(first.lot.vial_units),
                    day=day(first.lot.expiry),
                    left=left.format(n=first.remaining),
                )
            )

    def _show_balance(self, draft: VisitDraft, today: date) -> None:
        treatment = visit_draft.treatment_of(draft, today)
        found = stock.ledger(treatment)
        lines, rest = [], Decimal(0)
        for balance in found.lots:
            difference = balance.difference
            if difference is None and balance.opened is not None and balance.injected is not None:
                difference = balance.opened + balance.brought - balance.injected - balance.carried
            rest += max(difference or Decimal(0), Decimal(0))
            lines.append(_balance_words(balance, several=len(found.lots) > 1))
        tone = "ok" if found.given and found.balanced else "warn"
        self._balance.say("\n".join(line for line in lines if line), tone)
        self._balance.setVisible(bool(found.given and lines))
        self.rest.setVisible(bool(found.given) and rest > 0)
        self.rest.setText(_("Discard the rest, {units}").format(units=units(rest)))
        product = self._catalog.products.get(draft.plan.product) if draft.plan.product else None
        try:
            billed = billing.lines_of(treatment, product) if product and found.balanced else ()
        except OutcomesError:
            billed = ()
        said = " · ".join(_billed(line) for line in billed)
        self._bill.setText(_("Billing: {lines}").format(lines=said) if said else "")
        self._bill.setVisible(bool(said))

    def _show_hours(self, vials: Sequence[VialUse], now: datetime) -> None:
        said = []
        for vial in vials:
            hours = stock.hours_open(vial, now)
            if hours is not None:
                words = _("Lot {lot}: mixed {n} hours ago")
                said.append(words.format(lot=vial.lot or "–", n=number(hours, 1)))
        self._hours.setText("\n".join(said))
        self._hours.setVisible(bool(said))
        self.mixed.setVisible(any(vial.reconstituted_at is None for vial in vials))

    def box(self, index: int, name: str) -> Captioned | None:
        """The input of an amount of a lot."""
        return self._rows[index].boxes.get(name) if index < len(self._rows) else None

    def first_unreadable(self) -> QWidget | None:
        """The first input whose text has no meaning."""
        return next((f for r in self._rows if (f := r.first_unreadable()) is not None), None)

    # Editing

    def _change(self, deed: str, edit: Callable[[list[VialUse]], Sequence[VialUse]]) -> None:
        if self._draft is None:
            return
        vials = tuple(edit(list(vials_of(self._draft))))
        if vials != vials_of(self._draft):
            self.edited.emit(replace(self._draft, vial=vials[0], more_vials=vials[1:]), deed)

    def _changed(self, index: int, vial: VialUse) -> None:
        deed = _("change the vials")
        self._change(deed, lambda all_: [*all_[:index], vial, *all_[index + 1 :]])

    def _remove(self, index: int) -> None:
        self._change(_("remove a lot"), lambda all_: [*all_[:index], *all_[index + 1 :]])

    def _another(self) -> None:
        """One more lot of the same size and dilution, to be named."""

        def added(vials: list[VialUse]) -> list[VialUse]:
            first = vials[0]
            same = VialUse(
                vial_units=first.vial_units, diluent_ml=first.diluent_ml, diluent=first.diluent
            )
            return [*vials, same]

        self._change(_("add a lot"), added)

    def mix(self, now: datetime) -> None:
        """The vials were reconstituted at this moment; from now on their hours count."""
        self._change(
            _("note when the vials were mixed"),
            lambda all_: [replace(v, reconstituted_at=v.reconstituted_at or now) for v in all_],
        )

    def _discard_rest(self) -> None:
        """What nobody got is thrown away; the reason is proposed and can be changed."""
        draft = self._draft
        if draft is None:
            return
        given = draft.given

        def balanced(vials: list[VialUse]) -> list[VialUse]:
            return [_with_rest_discarded(v, given if len(vials) == 1 else None) for v in vials]

        self._change(_("discard the rest"), balanced)

    def _take(self) -> None:
        """Open the lots that expire first, as many vials as the dose needs."""
        draft = self._draft
        if draft is None or draft.plan.product is None or draft.given <= 0:
            return
        dose = Dose(units=draft.given, product=draft.plan.product)
        try:
            drawn = stock.draw(dose, self._lots, day=draft.day or date.max)
        except NotEnoughStock as error:
            self._stock.say(f"{error.message} {error.todo}", "danger")
            return
        keep = draft.vial

        def taken(_vials: list[VialUse]) -> list[VialUse]:
            return [
                replace(
                    use,
                    diluent_ml=keep.diluent_ml,
                    diluent=keep.diluent,
                    discard_reason=usual_reason() if use.discarded_units else "",
                )
                for use in drawn
            ]

        self._change(_("take vials from stock"), taken)


def vials_of(draft: VisitDraft) -> tuple[VialUse, ...]:
    """All lots of a draft, the first one first."""
    return (draft.vial, *draft.more_vials)


def usual_reason() -> str:
    """Why the rest of a single-dose vial is thrown away."""
    return _("Rest of a single-dose vial")


def _with_rest_discarded(vial: VialUse, given: Decimal | None) -> VialUse:
    injected = vial.injected_units if given is None else given
    if vial.opened_units is None or injected is None:
        return vial
    out = injected + (vial.carried_units or Decimal(0))
    rest = vial.opened_units + (vial.brought_units or Decimal(0)) - out
    if rest < 0:
        return vial
    reason = vial.discard_reason or (usual_reason() if rest else "")
    return replace(vial, discarded_units=rest, discard_reason=reason)


def _balance_words(balance: stock.VialBalance, *, several: bool) -> str:
    if balance.opened is None or balance.injected is None:
        return _("Say the vial's size, and what was injected of it.") if several else ""
    words = _("{opened} opened = {injected} injected + {discarded} discarded + {kept} kept").format(
        opened=number(balance.opened + balance.brought),
        injected=number(balance.injected),
        discarded="?" if balance.discarded is None else number(balance.discarded),
        kept=number(balance.carried),
    )
    difference = balance.difference
    if difference:
        words = f"{words}: {_('{n} not accounted for').format(n=units(difference))}"
    return f"{balance.lot or '–'}: {words}" if several else words


def _billed(line: billing.BillingLine) -> str:
    code = f"{line.code}-{line.modifier}" if line.modifier else line.code
    return f"{code}{NO_BREAK_SPACE}×{NO_BREAK_SPACE}{line.billing_units}"
