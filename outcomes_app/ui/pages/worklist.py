"""Worklist: who needs me today, and who is about to be missed?"""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outcomes_app.domain.worklist import Standing, WorklistRow
from outcomes_app.text import (
    NO_BREAK_SPACE,
    _,
    day,
    number,
    person_name,
    weekday_and_day,
    weeks_and_days,
)
from outcomes_app.ui.actions import Actions
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.forms import born
from outcomes_app.ui.page import Page
from outcomes_app.ui.tables import Cell, Column, Group, RowsModel, Spark
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.count_card import CountCard
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import KeyCap, Text
from outcomes_app.ui.widgets.page_header import PageHeader
from outcomes_app.ui.widgets.response_words import change_words, latest, scale_floor
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.worklist_panel import PANEL_WIDTH, WorklistPanel

_PANEL_FROM = 960

# Standing, icon, tone: what the cards count, the most pressing first.
_COUNTED = (
    (Standing.OVERDUE, "danger", "danger"),
    (Standing.DUE_TODAY, "calendar", "info"),
    (Standing.DUE_SOON, "clock", ""),
    (Standing.NOT_STARTED, "person_add", ""),
    (Standing.RECENT, "check", "ok"),
)


def indication_cell(name: str) -> Cell:
    """A condition on two lines where its name has a comma or words in brackets."""
    first = name.partition(" (")[0].partition(", ")[0]
    return Cell(text=first, detail=name[len(first) :].strip(" ,()"))


def standing_title(standing: Standing) -> str:
    """The words over a group of the list."""
    return {
        Standing.OVERDUE: _("Overdue"),
        Standing.DUE_TODAY: _("Due today"),
        Standing.DUE_SOON: _("Due in 14 days"),
        Standing.NOT_STARTED: _("Not started"),
        Standing.RECENT: _("Recently treated"),
        Standing.LATER: _("Due later"),
        Standing.UNKNOWN: _("No interval known"),
        Standing.LAPSED: _("Not treated for over a year"),
    }[standing]


class WorklistPage(Page):
    """`patient_chosen`, `visit_requested`, `new_patient_requested`, `search_requested`."""

    title = "Worklist"
    shows = frozenset({"patient", "treatment", "assessment", "diary_day", "injection"})

    patient_chosen = Signal(object)
    visit_requested = Signal(object, object)
    new_patient_requested = Signal()
    import_requested = Signal()
    search_requested = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        self._rows: tuple[WorklistRow, ...] = ()
        self._asked_for: Standing | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_header())
        self._layers = QStackedWidget()
        self._layers.addWidget(self._build_list())
        self._empty = EmptyState(
            ctx.theme,
            _("No patients yet"),
            _("Enter the first patient, or import earlier treatments from a table."),
            action=_("New patient"),
            name="worklist_empty",
        )
        self._empty.pressed.connect(self.new_patient_requested)
        self._layers.addWidget(self._empty)
        # The panel goes when the window is made narrow, so it must not keep it wide.
        self._layers.setMinimumWidth(1)
        column.addWidget(self._layers, 1)
        self._add_actions()
        self.setFocusProxy(self._table)
        ctx.theme.changed.connect(self._fold)

    def ask(self) -> None:
        from outcomes_app.records import worklist

        self.ctx.read(
            self,
            worklist.rows,
            today=self.ctx.clock.today(),
            catalog=self.ctx.catalog,
            done=self._show,
            lane="worklist",
        )

    def next_panel(self) -> bool:
        if self._table.hasFocus():
            self._panel.start.setFocus()
        else:
            self._table.setFocus()
        return True

    def _build_header(self) -> PageHeader:
        theme = self.ctx.theme
        header = PageHeader(theme, _("Worklist"), weekday_and_day(self.ctx.clock.today()))
        search = Button(theme, _("Search name or ID"), icon="search", name="open_search")
        search.clicked.connect(self.search_requested)
        new = Button(theme, _("New patient"), icon="add", name="new_patient")
        new.clicked.connect(self.new_patient_requested)
        for tool in (search, KeyCap(theme, "Ctrl K"), new):
            header.add_tool(tool)
        return header

    def _build_list(self) -> QWidget:
        theme = self.ctx.theme
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        line.setSpacing(theme.px(12))
        left = QVBoxLayout()
        left.setSpacing(theme.px(10))
        left.addWidget(self._build_cards())
        left.addLayout(self._build_tools())
        frame = QFrame()
        frame.setProperty("tableFrame", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        self._model = RowsModel(self._columns(), parent=self)
        self._table = RowsTable(
            theme, self._model, name="worklist_table", label=_("Worklist"), two_lines=True
        )
        self._table.picked.connect(self._pick)
        self._table.opened.connect(lambda row: self.patient_chosen.emit(row.patient_id))
        inside.addWidget(self._table)
        left.addWidget(frame, 1)
        line.addLayout(left, 1)
        self._panel = WorklistPanel(self.ctx)
        self._panel.start.clicked.connect(self._start_visit)
        self._panel.open.clicked.connect(self._open)
        line.addWidget(self._panel)
        return holder

    def _build_cards(self) -> QWidget:
        theme = self.ctx.theme
        holder = QWidget()
        line = FlowLayout(holder, gap=theme.px(10), line_gap=theme.px(8), fill=True)
        self._cards: dict[Standing, CountCard] = {}
        for standing, icon, tone in _COUNTED:
            card = CountCard(
                theme, standing_title(standing), icon=icon, tone=tone, name=f"count_{standing}"
            )
            card.switched.connect(lambda on, standing=standing: self._narrow(standing, on))
            self._cards[standing] = card
            line.addWidget(card)
        return holder

    def _build_tools(self) -> QHBoxLayout:
        theme = self.ctx.theme
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        self._shown = Text(theme, _("All patients"), "bodyStrong")
        self._count = Text(theme, "", "body", "muted")
        line.addWidget(self._shown)
        line.addWidget(self._count)
        line.addStretch(1)
        self._indication = Combo()
        self._indication.setObjectName("worklist_indication")
        self._indication.setAccessibleName(_("Indication"))
        self._indication.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self._indication.setMaximumWidth(theme.px(240))
        self._indication.addItem(_("Every indication"), "")
        self._indication.currentIndexChanged.connect(lambda _index: self._fill())
        line.addWidget(self._indication)
        return line

    def _add_actions(self) -> None:
        self._actions = Actions(self.ctx, self)
        self._actions.add(self, _("Start visit"), "S", self._start_visit, name="start_visit")

    def _columns(self) -> tuple[Column[WorklistRow], ...]:
        return (
            Column(_("Patient"), _name, cell=self._patient_cell, stretch=3),
            Column(
                _("Indication"),
                self._indication_name,
                cell=lambda r: indication_cell(self._indication_name(r)),
                stretch=2,
                most=160,
            ),
            Column(_("Last treatment"), lambda r: "", cell=self._last_cell, stretch=1),
            Column(_("Dose"), lambda r: "", cell=self._dose_cell, stretch=1),
            Column(_("Response"), lambda r: "", cell=self._spark_cell, least=80, optional=True),
            Column(_("Next due"), lambda r: "", cell=_due_cell, stretch=1),
            Column(_("Status"), lambda r: standing_title(r.standing), cell=self._status_cell),
        )

    def _show(self, rows: Sequence[WorklistRow]) -> None:
        self._rows = tuple(rows)
        self._layers.setCurrentIndex(0 if rows else 1)
        for standing, card in self._cards.items():
            found = [r for r in rows if r.standing is standing]
            card.show_count(len(found), _card_detail(standing, found))
        chosen = self._indication.currentData()
        self._indication.blockSignals(True)
        while self._indication.count() > 1:
            self._indication.removeItem(1)
        for indication in sorted({r.indication for r in rows}, key=self._name_of):
            self._indication.addItem(self._name_of(indication), indication)
        self._indication.setCurrentIndex(max(0, self._indication.findData(chosen)))
        self._indication.blockSignals(False)
        self._fill()

    def _fill(self) -> None:
        chosen = self._table.row
        indication = self._indication.currentData()
        rows = [r for r in self._rows if not indication or r.indication == indication]
        wanted = (self._asked_for,) if self._asked_for else tuple(Standing)
        grouped: list[WorklistRow | Group] = []
        shown = 0
        for standing in wanted:
            group = [r for r in rows if r.standing is standing]
            if group:
                grouped.append(Group(title=standing_title(standing), count=len(group)))
                grouped.extend(_by_urgency(group))
                shown += len(group)
        self._model.set_rows(grouped)
        self._count.setText(_("{n} of {all}").format(n=shown, all=len(self._rows)))
        self._shown.setText(
            standing_title(self._asked_for) if self._asked_for else _("All patients")
        )
        self._choose_again(chosen, grouped)

    def _choose_again(
        self, chosen: WorklistRow | None, grouped: Sequence[WorklistRow | Group]
    ) -> None:
        places = [n for n, row in enumerate(grouped) if not isinstance(row, Group)]
        same = [n for n in places if chosen is not None and _same(grouped[n], chosen)]
        if same or places:
            self._table.choose((same or places)[0])
        else:
            self._panel.show_row(None)

    def _narrow(self, standing: Standing, on: bool) -> None:
        self._asked_for = standing if on else None
        for other, card in self._cards.items():
            if other is not standing:
                card.set_on(False)
        self._fill()

    def escape(self) -> bool:
        if self._asked_for is None:
            return False
        self._cards[self._asked_for].set_on(False)
        self._narrow(self._asked_for, False)
        return True

    def _pick(self, row: WorklistRow) -> None:
        self._panel.show_row(row)

    def _open(self) -> None:
        row = self._table.row
        if row is not None:
            self.patient_chosen.emit(row.patient_id)

    def _start_visit(self) -> None:
        row = self._table.row
        if row is not None:
            self.visit_requested.emit(row.patient_id, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        self._panel.setFixedWidth(self.ctx.theme.px(PANEL_WIDTH))
        self._panel.setVisible(self.width() >= self.ctx.theme.px(_PANEL_FROM))

    # Cells

    def _name_of(self, indication: str) -> str:
        known = self.ctx.catalog.indications.get(indication)  # type: ignore[call-overload]
        return known.name if known else indication

    def _indication_name(self, row: WorklistRow) -> str:
        return self._name_of(row.indication)

    def _patient_cell(self, row: WorklistRow) -> Cell:
        today = self.ctx.clock.today()
        detail = " · ".join(
            part
            for part in (born(row.birth_date, today) if row.birth_date else "", row.identifier)
            if part
        )
        return Cell(text=_name(row), detail=detail, strong=True)

    def _last_cell(self, row: WorklistRow) -> Cell:
        if row.last_day is None:
            return Cell(text=_("Not treated"), tone="muted")
        ago = (self.ctx.clock.today() - row.last_day).days
        return Cell(text=day(row.last_day), detail=_("{time} ago").format(time=weeks_and_days(ago)))

    def _dose_cell(self, row: WorklistRow) -> Cell:
        if row.last_day is None:
            return Cell()
        if row.last_placebo:
            return Cell(text=_("Placebo"))
        if row.last_dose is None:
            return Cell(text=_("not known"), tone="muted")
        product = self.ctx.catalog.products.get(row.last_dose.product)
        return Cell(
            text=f"{number(row.last_dose.units)}{NO_BREAK_SPACE}{_('units')}",
            product_code=product.code if product else row.last_dose.product,
        )

    def _status_cell(self, row: WorklistRow) -> Cell:
        icon, tone = next(
            ((icon, tone) for s, icon, tone in _COUNTED if s is row.standing), ("clock", "")
        )
        return Cell(
            badge=_status(row),
            badge_icon=icon,
            badge_tone=tone,
            detail=self._response(row),
        )

    def _spark_cell(self, row: WorklistRow) -> Cell:
        values = tuple(None if v is None else float(v) for v in row.series)
        measure = self.ctx.catalog.measures.get(row.measure)
        if measure is None or sum(v is not None for v in values) < 2:
            return Cell(text="", tone="muted")
        return Cell(spark=Spark(values=values, baseline=values[0], low=scale_floor(measure.scale)))

    def _response(self, row: WorklistRow) -> str:
        measure = self.ctx.catalog.measures.get(row.measure)
        if measure is None or not row.series:
            return ""
        words, _tone = change_words(row.series[0], latest(row.series), measure.scale)
        return words


def _name(row: WorklistRow) -> str:
    return person_name(row.family_name, row.given_name) or row.identifier


def _due_cell(row: WorklistRow) -> Cell:
    if row.next_due is None or row.days_overdue is None or row.standing is Standing.LAPSED:
        return Cell(text="–", tone="muted")
    late = row.days_overdue
    if late > 0:
        words, tone = _("{n} d overdue").format(n=late), "danger"
    elif late == 0:
        words, tone = _("today"), "muted"
    else:
        words, tone = _("in {n} d").format(n=-late), "muted"
    return Cell(text=day(row.next_due), detail=words, detail_tone=tone)


def _status(row: WorklistRow) -> str:
    if row.standing is Standing.DUE_SOON and row.days_overdue == -1:
        return _("Due tomorrow")
    return {
        Standing.DUE_SOON: _("Due soon"),
        Standing.LATER: _("On schedule"),
        Standing.UNKNOWN: _("No interval"),
        Standing.LAPSED: _("Over a year"),
        Standing.RECENT: _("Treated"),
    }.get(row.standing, standing_title(row.standing))


def _card_detail(standing: Standing, found: Sequence[WorklistRow]) -> str:
    late = [r.days_overdue for r in found if r.days_overdue is not None]
    if standing is Standing.OVERDUE and late:
        return _("longest {n} days").format(n=max(late))
    if standing is Standing.DUE_SOON and late:
        return _("first in {n} days").format(n=-max(late))
    return {
        Standing.OVERDUE: _("nobody"),
        Standing.DUE_TODAY: _("by the usual interval"),
        Standing.DUE_SOON: _("nobody"),
        Standing.NOT_STARTED: _("no treatment yet"),
        Standing.RECENT: _("in the last 14 days"),
    }[standing]


def _by_urgency(rows: Sequence[WorklistRow]) -> list[WorklistRow]:
    return sorted(rows, key=lambda r: (-(r.days_overdue or 0), r.family_name, r.given_name))


def _same(row: WorklistRow | Group, other: WorklistRow) -> bool:
    return (
        isinstance(row, WorklistRow)
        and row.patient_id == other.patient_id
        and row.indication == other.indication
    )
