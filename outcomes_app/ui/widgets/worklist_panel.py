"""WorklistPanel: the chosen row of the worklist in detail, with what can be done about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain.worklist import Standing, WorklistRow
from outcomes_app.text import _, day, person_name, units, weeks_and_days
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.forms import born
from outcomes_app.ui.widgets.badge import Badge
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Divider, Text
from outcomes_app.ui.widgets.mini_chart import MiniChart
from outcomes_app.ui.widgets.response_words import change_words, latest

PANEL_WIDTH = 250

_TONES = {Standing.OVERDUE: "danger", Standing.DUE_TODAY: "info", Standing.RECENT: "ok"}


class WorklistPanel(Card):
    """`start` and `open` are its buttons; `show_row(None)` empties it."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        self._ctx = ctx
        theme = ctx.theme
        self.setObjectName("worklist_panel")
        self.setAccessibleName(_("Chosen patient"))
        self.setFixedWidth(theme.px(PANEL_WIDTH))
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
        self.start = PrimaryButton(theme, _("Start visit"), icon="syringe", name="panel_start")
        self.open = Button(theme, _("Open record"), name="panel_open")
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(self.start, 1)
        line.addWidget(self.open, 1)
        self.body.addLayout(line)
        hint = (
            _("Enter opens · S starts visit")
            if ctx.settings.single_letter_keys
            else _("Enter opens")
        )
        self.body.addWidget(Text(theme, hint, "caption", "muted"))
        self.show_row(None)

    def show_row(self, row: WorklistRow | None) -> None:
        """Show another row."""
        clear_layout(self._column)
        self.start.setEnabled(row is not None)
        self.open.setEnabled(row is not None)
        if row is not None:
            self._show_person(row)
            self._show_facts(row)
            self._show_response(row)
        self._column.addStretch(1)

    def _show_person(self, row: WorklistRow) -> None:
        theme = self._ctx.theme
        name = person_name(row.family_name, row.given_name, row.title) or row.identifier
        self._column.addWidget(Text(theme, name, "subtitle", wrap=True))
        known = [
            _("Born {date}").format(date=born(row.birth_date, self._ctx.clock.today()))
            if row.birth_date
            else _("Birth date not known")
        ]
        known += [row.identifier] if row.identifier else []
        self._column.addWidget(Text(theme, " · ".join(known), "body", "muted", wrap=True))
        badges = QWidget()
        flow = FlowLayout(badges, gap=theme.px(6))
        if row.standing is Standing.LAPSED:
            flow.addWidget(Badge(theme, _("Not treated for over a year"), icon="clock"))
        elif row.days_overdue is not None and row.days_overdue > 0:
            flow.addWidget(Badge(theme, _("{n} days overdue").format(n=row.days_overdue), "danger"))
        elif row.next_due is not None:
            tone = _TONES.get(row.standing, "")
            flow.addWidget(
                Badge(theme, _("Due {date}").format(date=day(row.next_due)), tone, icon="calendar")
            )
        for alert in row.alerts:
            flow.addWidget(Badge(theme, alert, "warn"))
        self._column.addWidget(badges)
        self._column.addWidget(Divider())

    def _show_facts(self, row: WorklistRow) -> None:
        catalog = self._ctx.catalog
        indication = catalog.indications.get(row.indication)
        facts = [(_("Indication"), indication.name if indication else row.indication)]
        if row.treatments:
            facts.append(
                (
                    _("Treatment number"),
                    _("{n} (next is {next})").format(n=row.treatments, next=row.treatments + 1),
                )
            )
        if row.last_day is not None:
            since = (self._ctx.clock.today() - row.last_day).days
            facts.append((_("Since last"), weeks_and_days(since)))
        if row.last_dose is not None:
            product = catalog.products.get(row.last_dose.product)
            facts.append((_("Product"), product.name if product else row.last_dose.product))
            dose = units(row.last_dose.units)
            if row.last_points:
                dose = _("{dose} · {n} sites").format(dose=dose, n=row.last_points)
            facts.append((_("Last dose"), dose))
        theme = self._ctx.theme
        for caption, value in facts:
            line = QHBoxLayout()
            line.setSpacing(theme.px(10))
            line.addWidget(Text(theme, caption, "body", "muted"))
            shown = Text(theme, value, "button", wrap=True)
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(shown, 1)
            self._column.addLayout(line)

    def _show_response(self, row: WorklistRow) -> None:
        theme = self._ctx.theme
        measure = self._ctx.catalog.measures.get(row.measure)
        known = sum(v is not None for v in row.series)
        if measure is None or not known:
            return
        self._column.addWidget(Divider())
        self._column.addWidget(Text(theme, measure.name, "bodyStrong", "muted", wrap=True))
        if known > 1:
            chart = MiniChart(theme)
            chart.show_values(row.series, measure.scale.low, measure.scale.high, measure.name)
            self._column.addWidget(chart)
            words, tone = change_words(row.series[0], latest(row.series), measure.scale)
            if words:
                self._column.addWidget(
                    Text(
                        theme,
                        _("{change} than before treatment").format(change=words),
                        "button",
                        tone,
                        wrap=True,
                    )
                )
                # The record may count the diary instead, and later cycles with it.
                cycle = max(n for n, value in enumerate(row.series) if value is not None)
                source = _("Cycle {n}, as told at a visit").format(n=cycle)
                self._column.addWidget(Text(theme, source, "caption", "muted", wrap=True))
        else:
            self._column.addWidget(
                Text(theme, _("A response needs one more treatment."), "body", "muted", wrap=True)
            )
