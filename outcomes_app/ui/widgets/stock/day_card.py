"""DayCard: the planned doses of one product, and the vials to open for them."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from outcomes_app.analysis import clinic_day
from outcomes_app.analysis.vial_planner import VialPlan
from outcomes_app.domain.definitions import Product
from outcomes_app.domain.values import Dose, total
from outcomes_app.domain.worklist import WorklistRow
from outcomes_app.text import _, day, ngettext, number, person_name, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.badge import Badge
from outcomes_app.ui.widgets.buttons import SegmentedControl
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.dose_label import DoseLabel
from outcomes_app.ui.widgets.fields import NumberField
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Captioned, Divider, Text

_MOST_UNITS = Decimal(20_000)


class DayCard(Card):
    """The last dose of each patient stands as the planned one and can be changed; who is not
    ticked is not planned for. Nothing of it is stored."""

    def __init__(
        self,
        theme: Theme,
        product: Product,
        rows: Sequence[WorklistRow],
        *,
        sizes: Sequence[Decimal],
        in_stock: dict[Decimal, int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, product.name, parent=parent)
        self.setObjectName(f"day_{product.id}")
        self._theme, self._product = theme, product
        self._sold, self._in_stock = tuple(sizes), in_stock
        self._total = DoseLabel(theme, product.code, total((), product.id))
        self.head.addWidget(self._total)
        self.body.addWidget(self._build_choices())
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(4, 3)
        self._lines = [self._add_line(number_, row) for number_, row in enumerate(rows)]
        self.body.addLayout(self._grid)
        self.body.addWidget(Divider())
        self._open = Text(theme, "", "subtitle", wrap=True)
        self._waste = Text(theme, "", "body", wrap=True)
        self._short = Badge(theme, "", "warn")
        for part in (self._open, self._waste, self._short):
            self.body.addWidget(part)
        self._plan()

    def _build_choices(self) -> QWidget:
        theme, product = self._theme, self._product
        holder = QWidget()
        flow = FlowLayout(holder, gap=theme.px(16), line_gap=theme.px(6))
        name = f"day_{product.id}"
        self._from = SegmentedControl(
            theme,
            (("stock", _("In stock")), ("sold", _("All sizes"))),
            name=f"{name}_from",
            label=_("Vial sizes"),
        )
        if not self._in_stock:
            self._from.choose("sold")
            self._from.set_enabled("stock", False, _("No usable vial of this product is in stock."))
        self._policy = SegmentedControl(
            theme,
            (("single", _("One patient")), ("shared", _("Shared"))),
            name=f"{name}_policy",
            label=_("A vial is for"),
        )
        if not clinic_day.may_share(product):
            why = _("The label knows this vial as single-patient only.")
            self._policy.set_enabled("shared", False, why)
        self._usual = Combo()
        self._usual.setObjectName(f"{name}_usual")
        for size in sorted({*self._sold, *self._in_stock}, reverse=True):
            self._usual.addItem(units(size), str(size))
        self._from.chosen.connect(lambda _key: self._plan())
        self._policy.chosen.connect(lambda _key: self._plan())
        self._usual.currentIndexChanged.connect(lambda _index: self._plan())
        flow.addWidget(Captioned(theme, _("Vial sizes"), self._from))
        flow.addWidget(Captioned(theme, _("A vial is for"), self._policy))
        flow.addWidget(Captioned(theme, _("Usual size, to compare"), self._usual))
        return holder

    def _add_line(self, number_: int, row: WorklistRow) -> tuple[QCheckBox, NumberField, Text]:
        theme = self._theme
        who = person_name(row.family_name, row.given_name) or row.identifier
        box = QCheckBox(who)
        box.setObjectName(f"{self.objectName()}_comes_{number_}")
        box.setAccessibleName(_("Plan for {name}").format(name=who))
        box.setChecked(True)
        due = Text(theme, "", "body", "muted")
        if row.next_due is not None:
            due.setText(_("due {date}").format(date=day(row.next_due)))
        planned = NumberField(
            name=f"{self.objectName()}_dose_{number_}",
            label=_("Planned units for {name}").format(name=who),
            low=Decimal(0),
            high=_MOST_UNITS,
        )
        planned.setFixedWidth(theme.px(90))
        planned.setAlignment(Qt.AlignmentFlag.AlignRight)
        planned.set_value(row.last_dose.units if row.last_dose else None)
        said = Text(theme, "", "body", "muted", wrap=True)
        for column, widget in enumerate(
            (box, due, planned, Text(theme, _("units"), "body", "muted"), said)
        ):
            self._grid.addWidget(widget, number_, column)
        box.toggled.connect(lambda _on: self._plan())
        planned.changed.connect(self._plan)
        return box, planned, said

    def _plan(self) -> None:
        wanted: list[tuple[Dose, Text]] = []
        for box, planned, said in self._lines:
            value = planned.value()
            said.say("", "muted")
            planned.setEnabled(box.isChecked())
            if box.isChecked() and value:
                wanted.append((Dose(units=value, product=self._product.id), said))
            elif box.isChecked():
                said.say(planned.problem or _("no dose planned"), "warn")
        doses = [dose for dose, _said in wanted]
        self._total.show_dose(self._product.code, total(doses, self._product.id))
        sizes = tuple(self._in_stock) if self._from.value == "stock" else self._sold
        self._short.hide()
        if not wanted or not sizes:
            self._open.setText(_("No dose is planned.") if sizes else _("No vial size is known."))
            self._waste.setText("")
            return
        shared = self._policy.value == "shared"
        found = clinic_day.plan(
            doses,
            sizes,
            usual_size=Decimal(self._usual.currentData()),
            shared=shared,
        )
        if not shared:
            for (_dose, said), plan in zip(wanted, found.best, strict=True):
                said.say(_patient_words(plan))
        self._say(found)

    def _say(self, found: clinic_day.DayPlan) -> None:
        self._open.setText(_("Open {vials}").format(vials=vial_words(found.vials)))
        usual = units(found.usual_size)
        if found.saved > 0:
            saving = _("{saved} less than with vials of {usual} alone").format(
                saved=units(found.saved), usual=usual
            )
        elif found.saved < 0:
            saving = _("{more} more than with vials of {usual}, which this stock lacks").format(
                more=units(-found.saved), usual=usual
            )
        else:
            saving = _("as much as with vials of {usual} alone").format(usual=usual)
        wasted = _("{units} left over").format(units=units(found.wasted))
        self._waste.setText(f"{wasted}, {saving}")
        lacking = found.lacking(self._in_stock)
        self._short.setVisible(bool(lacking))
        if lacking:
            words = _("Not enough in stock: {vials} missing").format(vials=vial_words(lacking))
            self._short.show_status(words, "warn")


def vial_words(counts: Sequence[tuple[Decimal, int]]) -> str:
    """Vials by size: "2 vials of 200 units, 1 vial of 100 units"."""
    return ", ".join(
        ngettext("{n} vial of {size}", "{n} vials of {size}", count).format(
            n=number(count), size=units(size)
        )
        for size, count in counts
    )


def _patient_words(plan: VialPlan) -> str:
    vials = vial_words(clinic_day.vials_of((plan,)))
    if not plan.wasted:
        return vials
    return _("{vials}, {units} left over").format(vials=vials, units=units(plan.wasted))
