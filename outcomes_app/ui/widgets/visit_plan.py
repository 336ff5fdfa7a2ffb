"""The plan panel: what is treated on which day, repeat or protocol, and what the label says."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from outcomes_app.domain import plan as plans
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.definitions import Protocol
from outcomes_app.domain.plan import Applying
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import IndicationId, Side
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.text import NO_BREAK_SPACE, _, day, ngettext, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.badge import Badge
from outcomes_app.ui.widgets.buttons import Button, SegmentedControl
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.fields import DateField
from outcomes_app.ui.widgets.labels import Captioned, Text, row

_SIDES = {
    "both": (Side.RIGHT, Side.LEFT),
    "right": (Side.RIGHT,),
    "left": (Side.LEFT,),
}


def wide_combo(name: str, label: str) -> QComboBox:
    """A choice whose entries may be longer than the panel: the list shows them whole."""
    combo = Combo()
    combo.setObjectName(name)
    combo.setAccessibleName(label)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    # As wide as the panel lets it be, never wider.
    combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return combo


def choose_data(combo: QComboBox, data: object) -> None:
    """Choose the entry with this value; the first where none has it."""
    found = (i for i in range(combo.count()) if combo.itemData(i) == data)
    combo.setCurrentIndex(next(found, 0))


class PlanPanel(Card):
    """Emits the edited draft; placing and repeating are asked of the page."""

    edited = Signal(object, str)
    indication_chosen = Signal(object)
    place_requested = Signal(object, object, object)  # Protocol, sides, Applying
    repeat_requested = Signal()

    def __init__(self, theme: Theme, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Plan"), parent=parent)
        self.setObjectName("planPanel")
        self._theme = theme
        self._catalog = catalog
        self._draft: VisitDraft | None = None
        self._jurisdiction = "us"
        self._placed = Text(theme, "", "caption", "muted")
        self.head.addWidget(self._placed)
        self.indication = wide_combo("indication", _("Indication"))
        self.indication.activated.connect(self._choose_indication)
        self.day = DateField(name="visitDay", label=_("Date of visit"))
        self.day.changed.connect(self._day_typed)
        self._day_box = Captioned(theme, _("Date of visit"), self.day)
        self.repeat = Button(
            theme, _("Repeat last treatment"), "soft", icon="repeat", name="repeat"
        )
        self.repeat.clicked.connect(self.repeat_requested)
        self.protocol = wide_combo("protocol", _("Protocol"))
        self.protocol.currentIndexChanged.connect(lambda _index: self._show_protocol())
        self.place = Button(theme, _("Place"), icon="place", name="placeProtocol")
        self.place.clicked.connect(self._place)
        self._sides = SegmentedControl(
            theme,
            (("both", _("Both")), ("right", _("Right")), ("left", _("Left"))),
            name="protocolSides",
            label=_("Sides"),
        )
        self._label = Badge(theme, "")
        self._verified = Badge(theme, "")
        self._whole_name = Text(theme, "", "caption", wrap=True)
        self._said = Text(theme, "", "caption", "muted", wrap=True)
        self._asking = self._ask_how()
        self._only_indication = Text(theme, "", "bodyStrong", wrap=True)
        self._indication_box = Captioned(theme, _("Indication"), self.indication)
        self.body.addWidget(self._only_indication)
        self.body.addWidget(self._indication_box)
        self.body.addWidget(self._day_box)
        self.body.addWidget(self.repeat)
        self.body.addWidget(Captioned(theme, _("Protocol"), self.protocol))
        self.body.addWidget(self._whole_name)
        self.body.addLayout(row(self._label, self._verified, None, spacing=theme.px(6)))
        self.body.addWidget(self._said)
        self.body.addLayout(row(self._sides, None))
        self.body.addWidget(self.place)
        self.body.addWidget(self._asking)

    def _ask_how(self) -> QWidget:
        """The question that stands in the panel when sites are there already."""
        theme = self._theme
        box = Card(theme, tone="info", margin=10)
        box.setObjectName("placeQuestion")
        box.body.addWidget(
            Text(theme, _("There are sites on the map already."), "caption", wrap=True)
        )
        self.replace = Button(theme, _("Replace"), compact=True, name="placeReplace")
        add = Button(theme, _("Add"), compact=True, name="placeAdd")
        cancel = Button(theme, _("Cancel"), "ghost", compact=True, name="placeCancel")
        self.replace.clicked.connect(lambda: self._answer(Applying.REPLACE))
        add.clicked.connect(lambda: self._answer(Applying.ADD))
        cancel.clicked.connect(box.hide)
        box.body.addLayout(row(self.replace, add, cancel, None, spacing=theme.px(4)))
        box.hide()
        return box

    def set_choices(
        self, indications: Sequence[IndicationId], jurisdiction: str, *, fixed: bool
    ) -> None:
        """The indications this patient is treated for; `fixed` once a visit is stored."""
        self._jurisdiction = jurisdiction
        self.indication.clear()
        for known in indications:
            found = self._catalog.indications.get(known)
            self.indication.addItem(found.name if found else str(known), known)
        # Where there is nothing to choose, the words alone say what is treated.
        choice = not fixed and len(indications) > 1
        self._indication_box.setVisible(choice)
        self._only_indication.setVisible(not choice)

    def show_draft(self, draft: VisitDraft, previous: Treatment | None, number: int | None) -> None:
        """Show the plan's frame; `previous` is what Repeat would copy, with its number."""
        before, self._draft = self._draft, draft
        choose_data(self.indication, draft.indication)
        self._only_indication.setText(self.indication.currentText())
        if before is None or _what_for(before) != _what_for(draft):
            self._fill_protocols(draft)
        if self.day.value() != draft.day and not self.day.problem:
            self.day.set_value(draft.day)
        waiting = len(plans.unconfirmed(draft.plan))
        count = len(draft.plan.points) - waiting
        words = ngettext("{n} site placed", "{n} sites placed", count).format(n=count)
        if waiting:
            words = _("{n} to confirm").format(n=waiting)
        self._placed.setText(words if count or waiting else _("nothing placed"))
        self.repeat.setVisible(previous is not None)
        if previous is not None:
            self.repeat.setText(_("Repeat treatment {number}").format(number=number))
            self.repeat.setToolTip(
                _("Copy the treatment of {day} (R)").format(day=day(previous.day))
            )
        self.repeat.setAccessibleName(self.repeat.text())
        self._asking.hide()
        self._show_protocol()

    def _fill_protocols(self, draft: VisitDraft) -> None:
        before = self._catalog.protocols.get(self.protocol.currentData())
        # A protocol chosen by hand stays chosen, unless it cannot belong to what is treated now.
        kept = before.id if before and draft.plan.product in before.products else None
        self.protocol.blockSignals(True)
        self.protocol.clear()
        for found in sorted(self._usable(draft), key=lambda p: self._distance(p, draft)):
            self.protocol.addItem(_protocol_words(found), found.id)
        if self.protocol.findData(draft.plan.protocol or kept) >= 0:
            choose_data(self.protocol, draft.plan.protocol or kept)
        self.protocol.blockSignals(False)
        self.protocol.setEnabled(self.protocol.count() > 0)

    def _usable(self, draft: VisitDraft) -> list[Protocol]:
        """The protocols of the indication that have something to place."""
        return [
            p
            for p in self._catalog.protocols.values()
            if draft.indication in p.indications and (p.points or p.rows)
        ]

    def _distance(self, protocol: Protocol, draft: VisitDraft) -> tuple[bool, bool, bool]:
        """Of the product in use first, then those the label knows, then those with points."""
        status = str(protocol.label_status.get(self._jurisdiction, ""))
        return (
            draft.plan.product not in protocol.products,
            not status.startswith("on_label"),
            not protocol.points,
        )

    def _chosen(self) -> Protocol | None:
        return self._catalog.protocols.get(self.protocol.currentData())

    def _show_protocol(self) -> None:
        chosen = self._chosen()
        placeable = chosen is not None and plans.has_places(chosen, self._catalog.sites)
        self.place.setEnabled(placeable)
        self._sides.setVisible(chosen is not None and placeable and not chosen.points)
        # The closed choice shows what fits; the whole name stands under it.
        self._whole_name.setText(_protocol_words(chosen) if chosen else "")
        self._show_whole_name()
        if chosen is None:
            self._label.hide()
            self._verified.hide()
            self._said.setText(_("The catalog has no protocol for this indication."))
            return
        self._label.show()
        self._verified.show()
        where = self._jurisdiction.upper()
        status = str(chosen.label_status.get(self._jurisdiction, ""))
        if status.startswith("on_label"):
            self._label.show_status(_("On label ({where})").format(where=where), "ok")
        else:
            self._label.show_status(_("Off label ({where})").format(where=where), "info")
        if chosen.provenance.verified:
            self._verified.show_status(_("Verified"), "ok")
        else:
            self._verified.show_status(_("Not verified"), "warn")
        source = chosen.provenance.cite or ", ".join(chosen.provenance.sources)
        said = _("Source: {source}").format(source=source) if source else ""
        self._verified.setToolTip(said)
        usual = _("Places the usual points of its muscles; you type the units.")
        if not placeable:
            usual = _("It names no fixed places: add the sites on the map where they are found.")
        parts = [
            "" if chosen.points else usual,
            "" if chosen.provenance.verified else said,
        ]
        words = " ".join(part for part in parts if part)
        self._said.setText(words)
        self._said.setVisible(bool(words))

    def _show_whole_name(self) -> None:
        words = self._whole_name.text()
        room = self.protocol.width() - self._theme.px(46)
        fits = self.protocol.fontMetrics().horizontalAdvance(words) <= room
        self._whole_name.setVisible(bool(words) and not fits)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wider panel may show the whole name in the closed choice."""
        super().resizeEvent(event)
        self._show_whole_name()

    def _choose_indication(self) -> None:
        self.indication_chosen.emit(self.indication.currentData())

    def _day_typed(self) -> None:
        self._day_box.error.say(self.day.problem)
        if self._draft is not None and not self.day.problem and self.day.value() != self._draft.day:
            self.edited.emit(replace(self._draft, day=self.day.value()), _("change the date"))

    def _place(self) -> None:
        if self._draft is not None and self._draft.plan.points:
            self._asking.show()
            self.replace.setFocus()
        else:
            self._answer(Applying.REPLACE)

    def _answer(self, applying: Applying) -> None:
        self._asking.hide()
        chosen = self._chosen()
        if chosen is not None:
            self.place_requested.emit(chosen, _SIDES[self._sides.value], applying)

    @property
    def unreadable(self) -> bool:
        """Whether the date cannot be read."""
        return bool(self.day.problem)


def _what_for(draft: VisitDraft) -> tuple[object, ...]:
    """What decides which protocols are offered first."""
    return draft.treatment_id, draft.indication, draft.plan.product


def _protocol_words(protocol: Protocol) -> str:
    """A protocol with its total where it states one."""
    if protocol.total_units is not None:
        return f"{protocol.name} · {units(protocol.total_units)}"
    low, high = protocol.total_units_min, protocol.total_units_max
    if low is not None and high is not None:
        return f"{protocol.name} · {low:f}–{units(high)}".replace(" – ", f"{NO_BREAK_SPACE}–")
    return protocol.name
