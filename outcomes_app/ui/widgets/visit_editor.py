"""All panels of the visit editor together: they show one draft, and say how it was edited."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from outcomes_app.domain import plan as plans
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.safety.engine import Finding
from outcomes_app.domain.signing import Signature
from outcomes_app.domain.values import InjectionId, Problem
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import PlanModel
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton, Tabs
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.labels import Icon, KeyCap, Text
from outcomes_app.ui.widgets.visit_checks import ChecksPanel, open_words
from outcomes_app.ui.widgets.visit_judging import Judgement
from outcomes_app.ui.widgets.visit_keeping import DraftOffer
from outcomes_app.ui.widgets.visit_layout import Place, VisitLayout
from outcomes_app.ui.widgets.visit_map import MapPanel
from outcomes_app.ui.widgets.visit_outcomes import OutcomesPanel
from outcomes_app.ui.widgets.visit_plan import PlanPanel
from outcomes_app.ui.widgets.visit_product import ProductPanel
from outcomes_app.ui.widgets.visit_signing import SignedBar, SignPanel
from outcomes_app.ui.widgets.visit_sites import SitesPanel
from outcomes_app.ui.widgets.visit_time_out import TimeOutPanel
from outcomes_app.ui.widgets.visit_totals import TotalsPanel
from outcomes_app.ui.widgets.visit_vials import VialsPanel
from outcomes_app.ui.widgets.what_changed import WhatChanged


class VisitEditor(QWidget):
    """Knows where everything stands and where a problem is mended; it decides nothing."""

    note_typed = Signal(str)
    save_requested = Signal()
    sign_requested = Signal()
    close_requested = Signal()

    def __init__(
        self, theme: Theme, catalog: Catalog, model: PlanModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._draft: VisitDraft | None = None
        self.frozen = False
        self.plan_panel = PlanPanel(theme, catalog)
        self.product_panel = ProductPanel(theme, catalog)
        self.vials_panel = VialsPanel(theme, catalog)
        self.outcomes_panel = OutcomesPanel(theme, catalog)
        self.map_panel = MapPanel(theme, model, catalog.grids)
        self.totals_panel = TotalsPanel(theme, model)
        self.sites_panel = SitesPanel(theme, model)
        self.time_out_panel = TimeOutPanel(theme, catalog)
        self.changes_panel = WhatChanged(theme, catalog)
        self.checks_panel = ChecksPanel(theme)
        self.note = QPlainTextEdit()
        self.panels = VisitLayout(
            theme,
            self.map_panel,
            (
                Place(panel=self.plan_panel, column="left", tab="plan"),
                Place(panel=self.product_panel, column="left", tab="product"),
                Place(panel=self.vials_panel, column="left", tab="product"),
                Place(panel=self.outcomes_panel, column="left", tab="outcomes"),
                Place(panel=self._totals_card(), column="right", tab="plan"),
                Place(panel=self.time_out_panel, column="right", tab="checks"),
                Place(panel=self.checks_panel, column="right", tab="checks"),
                Place(panel=self._note_card(), column="right", tab="checks"),
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.offer = DraftOffer(theme)
        self.signed_bar = SignedBar(theme)
        self.sign_panel = SignPanel(theme)
        for bar in (self.offer, self.signed_bar):
            column.addWidget(bar)
        column.addWidget(self.panels, 1)
        column.addWidget(self.sign_panel)
        column.addWidget(self._footer())
        self.note.textChanged.connect(lambda: self.note_typed.emit(self.note.toPlainText()))
        self.map_panel.map.note_requested.connect(self._note_site)
        self.map_panel.map.units_requested.connect(self.type_units)
        self.checks_panel.problem_chosen.connect(self.go_to)
        self.time_out_panel.events_told.connect(lambda: self.focus(self.outcomes_panel.adverse))

    # Building

    def _totals_card(self) -> Card:
        """Totals and sites are two ways to see the same plan, so they share a card."""
        card = Card(self._theme)
        card.setObjectName("totalsCard")
        self._views = Tabs(
            self._theme,
            (("totals", _("Totals")), ("sites", _("Sites")), ("changes", _("What changed"))),
            name="totalsOrSites",
        )
        self._views.chosen.connect(self.show_view)
        card.body.addWidget(self._views)
        card.body.addWidget(self.totals_panel)
        card.body.addWidget(self.sites_panel)
        card.body.addWidget(self.changes_panel)
        self.sites_panel.hide()
        self.changes_panel.hide()
        return card

    def show_view(self, key: str) -> None:
        """Show the "totals" or the "sites" of the plan, or its "changes" since any visit."""
        self._views.choose(key)
        for name, panel in (
            ("totals", self.totals_panel),
            ("sites", self.sites_panel),
            ("changes", self.changes_panel),
        ):
            panel.setVisible(key == name)

    def _note_card(self) -> Card:
        card = Card(self._theme, _("Visit note"))
        card.setObjectName("notePanel")
        self.note.setObjectName("visitNote")
        self.note.setAccessibleName(_("Visit note"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(self._theme.px(76))
        card.body.addWidget(self.note)
        return card

    def _footer(self) -> QFrame:
        theme = self._theme
        footer = QFrame()
        footer.setProperty("footer", True)
        footer.setObjectName("visitFooter")
        line = QHBoxLayout(footer)
        line.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        line.setSpacing(theme.px(8))
        self._open_icon = Icon(theme, "check", "ok", 16)
        self._open_text = Text(theme, "", "bodyStrong", wrap=True)
        self._open_text.setObjectName("openItems")
        self._kept = Text(theme, "", "caption", "muted")
        self._kept.setObjectName("draftKept")
        self._close = Button(theme, _("Close"), name="closeVisit")
        self._save = Button(theme, _("Save unsigned"), name="saveVisit")
        self._save.setToolTip(_("Store the visit now and sign it later (Ctrl S)"))
        self._sign = PrimaryButton(theme, _("Sign visit"), icon="check", name="signVisit")
        self._close.clicked.connect(self.close_requested)
        self._save.clicked.connect(self.save_requested)
        self._sign.clicked.connect(self.sign_requested)
        line.addWidget(self._open_icon)
        line.addWidget(self._open_text, 1)
        line.addWidget(self._kept)
        line.addWidget(self._close)
        line.addWidget(self._save)
        line.addWidget(self._sign)
        self._sign_key = KeyCap(theme, _("Ctrl Enter"))
        line.addWidget(self._sign_key)
        return footer

    # Showing

    def empty(self) -> None:
        """Nothing of another patient stays on the screen."""
        self._draft = None
        self._show_note("")
        self.map_panel.shorthand.empty()
        self.changes_panel.show_visits(())
        self.time_out_panel.forget()
        self.offer.hide()
        self.sign_panel.close_panel()
        self.show_kept("")
        self.show_signed(())
        self.checks_panel.show_checks(Judgement(), None)

    def show_draft(self, draft: VisitDraft) -> None:
        """Show what the map and the panels do not take from the page themselves."""
        self._draft = draft
        self.product_panel.show_draft(draft)
        self._show_note(draft.note)
        if self._model.plan != draft.plan:
            self._model.show(draft.plan)
        if self._model.units_per_ml != draft.vial.units_per_ml:
            self._model.set_concentration(draft.vial.units_per_ml)

    def _show_note(self, text: str) -> None:
        if self.note.toPlainText() != text:
            self.note.blockSignals(True)
            self.note.setPlainText(text)
            self.note.blockSignals(False)

    def show_judgement(self, found: Judgement, draft: VisitDraft) -> None:
        """What stands against the visit, in the panel and counted in the footer."""
        self.checks_panel.show_checks(found, draft)
        if self.frozen:
            return
        words, tone = open_words(found, draft)
        self._open_text.say(words, tone)
        self._open_icon.show_icon("check" if tone == "ok" else "warn", tone)

    def set_saving(self, *, saving: bool) -> None:
        """While a visit is being stored it cannot be stored again."""
        self._save.setEnabled(not saving)
        self._sign.setEnabled(not saving)

    def show_kept(self, words: str) -> None:
        """When the draft was saved last."""
        self._kept.setText(words)
        self._close.setText(_("Close, keep draft") if words else _("Close"))
        self._close.setAccessibleName(self._close.text())

    def show_signed(self, versions: tuple[Signature, ...]) -> None:
        """A signed visit is read, not written; an amendment is only signed, never just saved."""
        self.signed_bar.show_signed(versions)
        self.set_frozen(bool(versions))

    def set_frozen(self, frozen: bool) -> None:
        """Nothing can be written; pictures, totals and what changed can still be looked at."""
        self.frozen = frozen
        self.map_panel.set_frozen(frozen)
        for panel in (
            self.plan_panel,
            self.product_panel,
            self.vials_panel,
            self.outcomes_panel,
            self.time_out_panel,
            self.checks_panel,
            self.sites_panel,
            self.note,
        ):
            panel.setEnabled(not frozen)
        for widget in (self._sign, self._sign_key, self._save, self._open_icon):
            widget.setVisible(not frozen)
        if frozen:
            self._open_text.say("", "")

    def show_amending(self) -> None:
        """What is written now replaces a signed version; there is no way to save it unsigned."""
        self.show_signed(())
        self._save.hide()

    # Going to what is to be mended

    def go_to(self, problem: Problem) -> None:
        """Move the focus to what a problem concerns."""
        parts = problem.field.split(".")
        point = self._point_of(parts)
        if parts[0] == "time_out":
            self.begin_time_out()
        elif point is None:
            self.focus(self._widget_of(parts))
        elif parts[-1] == "confirmed":
            self.map_panel.ghosts.begin()
        elif parts[-1] == "site":
            self.show_view("sites")
            self.panels.reveal(self.sites_panel)
            self.sites_panel.focus_name(point.id)
        else:
            self.type_units(point.id)

    def begin_time_out(self) -> None:
        """Bring the time-out into sight, at the first line nobody answered."""
        self.panels.reveal(self.time_out_panel)
        self.time_out_panel.begin()

    def go_to_finding(self, finding: Finding) -> None:
        """Move the focus to what answers a finding."""
        card = self.checks_panel.begin(finding)
        if card is not None:
            self.panels.reveal(card)
            card.begin()

    def focus(self, widget: QWidget) -> None:
        """Bring a widget into sight and give it the keyboard."""
        self.panels.reveal(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _point_of(self, parts: list[str]) -> plans.PlanPoint | None:
        draft = self._draft
        if draft is None or len(parts) < 2 or not parts[1].isdigit():
            return None
        points = draft.plan.points
        if parts[0] == "injections":
            points = tuple(p for p in points if p.confirmed and p.units is not None)
        elif parts[0] != "points":
            return None
        number = int(parts[1])
        return points[number] if number < len(points) else None

    def _widget_of(self, parts: list[str]) -> QWidget:
        if parts[0] == "vials":
            return self._vial_widget(parts)
        places: dict[str, QWidget] = {
            "product": self.product_panel.product,
            "day": self.plan_panel.day,
            "indication": self.plan_panel.indication,
            "note": self.note,
            "adverse_events": self.outcomes_panel.adverse,
            "assessments": self.outcomes_panel.first_field() or self.outcomes_panel,
        }
        return places.get(parts[0], self.map_panel.map)

    def _vial_widget(self, parts: list[str]) -> QWidget:
        index = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
        box = self.vials_panel.box(index, parts[-1])
        if parts[-1] == "lot" and index == 0:
            box = None
        elif box is None and index == 0:
            box = self.product_panel.box(parts[-1])
        if box is not None:
            return box.field
        take = self.vials_panel.take
        if self._draft is not None and not self._draft.vial.lot and not take.isHidden():
            return take
        amount = self.vials_panel.box(index, "discarded_units")
        named = self._draft is not None and bool(self._draft.vial.lot)
        return amount.field if amount is not None and named else self.product_panel.lot

    def type_units(self, point_id: InjectionId) -> None:
        """Type the units of a point in the table."""
        self.show_view("sites")
        self.panels.reveal(self.sites_panel)
        self.sites_panel.focus_units(point_id)

    def _note_site(self, point_id: InjectionId) -> None:
        self.show_view("sites")
        self._model.reveal(point_id)
        self.panels.reveal(self.sites_panel.note)
        self.sites_panel.focus_note()

    # Typing

    def finish_typing(self) -> None:
        """What stands in a field that still has the focus counts too."""
        focused = QApplication.focusWidget()
        if isinstance(focused, (QLineEdit, QComboBox)) and self.isAncestorOf(focused):
            focused.clearFocus()

    def first_unreadable(self) -> QWidget | None:
        """The first input whose text has no meaning; None where all have."""
        if self.plan_panel.unreadable:
            return self.plan_panel.day
        return (
            self.product_panel.first_unreadable()
            or self.vials_panel.first_unreadable()
            or self.outcomes_panel.first_unreadable()
        )

    def typing(self) -> bool:
        """Whether somebody is typing words or numbers."""
        focused = QApplication.focusWidget()
        return isinstance(focused, (QLineEdit, QPlainTextEdit)) and self.isAncestorOf(focused)
