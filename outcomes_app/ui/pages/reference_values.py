"""Reference values: which numbers does the program rely on, and who has read them where?"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain.permissions import Action
from outcomes_app.domain.reference_values import ReferenceEntry, ReferenceValue
from outcomes_app.text import _, day, number
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.reference_value import ReferenceValueDialog
from outcomes_app.ui.page import Page
from outcomes_app.ui.tables import Cell, Column, RowsModel
from outcomes_app.ui.widgets.badge import Badge
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Divider, Text
from outcomes_app.ui.widgets.page_header import PageHeader
from outcomes_app.ui.widgets.reference_words import (
    Reference,
    part_words,
    source_words,
    standing_words,
    value_words,
)
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.search_box import SearchBox

_PANEL_WIDTH = 300
_PANEL_MOST = 400
_OPEN = ("unverified", "stale")


class ReferenceValuesPage(Page):
    """`settings_requested` goes back to where this page was opened."""

    title = "Reference values"
    shows = frozenset({"reference_value"})

    settings_requested = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        self._all: tuple[Reference, ...] = ()
        self._is_proved = False
        theme = ctx.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = PageHeader(theme, _("Reference values"))
        back = Button(theme, _("Settings"), icon="chevron_left", name="back_to_settings")
        back.clicked.connect(self.settings_requested)
        self._header.add_tool(back)
        column.addWidget(self._header)
        holder = QWidget()
        holder.setMinimumWidth(1)
        line = QHBoxLayout(holder)
        line.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        line.setSpacing(theme.px(12))
        left = QVBoxLayout()
        left.setSpacing(theme.px(10))
        left.addWidget(self._build_tools())
        left.addWidget(self._build_table(), 1)
        line.addLayout(left, 1)
        line.addWidget(self._build_panel())
        column.addWidget(holder, 1)

    def ask(self) -> None:
        from outcomes_app.records import reference_values

        self.ctx.read(self, reference_values.current, done=self._show, lane="reference")

    def leave(self) -> bool:
        # Whoever comes to this desk next proves who they are.
        self._is_proved = False
        return True

    def _build_tools(self) -> QWidget:
        theme = self.ctx.theme
        holder = QWidget()
        flow = FlowLayout(holder, gap=theme.px(8), line_gap=theme.px(6))
        self._box = SearchBox(theme, _("Product, rule or muscle"), name="reference_search")
        self._box.setFixedWidth(min(theme.px(280), 420))
        self._box.searched.connect(lambda _text: self._fill())
        self._which = SegmentedControl(
            theme,
            (("open", _("Not verified")), ("own", _("By this clinic")), ("all", _("All"))),
            name="reference_which",
            label=_("Values shown"),
        )
        self._which.chosen.connect(lambda _key: self._fill())
        self._shown = Text(theme, "", "body", "muted")
        for tool in (self._box, self._which, self._shown):
            flow.addWidget(tool)
        return holder

    def _build_table(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("tableFrame", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        self._model: RowsModel[Reference] = RowsModel(_columns(), parent=self)
        self._table = RowsTable(
            self.ctx.theme,
            self._model,
            name="reference_table",
            label=_("Reference values"),
            two_lines=True,
            sortable=True,
        )
        self._table.picked.connect(self._pick)
        inside.addWidget(self._table)
        return frame

    def _build_panel(self) -> Card:
        theme = self.ctx.theme
        card = Card(theme)
        card.setObjectName("reference_panel")
        card.setAccessibleName(_("Chosen value"))
        self._panel = card
        self._fold()
        theme.changed.connect(self._fold)
        inside = QWidget()
        self._facts = QVBoxLayout(inside)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setSpacing(theme.px(8))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        card.body.addWidget(area, 1)
        self._confirm = PrimaryButton(theme, _("Confirm"), icon="check", name="confirm_value")
        self._confirm.clicked.connect(lambda: self._open(change=False))
        self._change = Button(theme, _("Change"), icon="pen", name="change_value")
        self._change.clicked.connect(lambda: self._open(change=True))
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(self._confirm, 1)
        line.addWidget(self._change, 1)
        card.body.addLayout(line)
        self._why_not = Text(
            theme, _("The administrator of the practice does this."), "caption", "muted", wrap=True
        )
        card.body.addWidget(self._why_not)
        self._show_panel(None, ())
        return card

    def _show(self, mine: Sequence[ReferenceValue]) -> None:
        from outcomes_app.catalog import overrides

        said = {value.key: value for value in mine}
        entries: tuple[ReferenceEntry, ...] = overrides.entries(self.ctx.catalog)
        self._all = tuple(Reference(entry=e, mine=said.get(e.key)) for e in entries)
        left = sum(reference.standing in _OPEN for reference in self._all)
        words = _("{n} of {all} not verified").format(n=number(left), all=number(len(self._all)))
        self._header.say(_("Reference values"), words)
        self._fill()

    def _fill(self) -> None:
        chosen, sought = self._table.row, self._box.text().casefold().split()
        which = self._which.value
        rows = [
            r
            for r in self._all
            if (which != "open" or r.standing in _OPEN)
            and (which != "own" or r.mine is not None)
            and all(word in _searched(r) for word in sought)
        ]
        self._model.set_rows(rows)
        self._shown.setText(_("{n} shown").format(n=number(len(rows))))
        same = [n for n, r in enumerate(rows) if chosen and r.entry.key == chosen.entry.key]
        if rows:
            self._table.choose(same[0] if same else 0)
        else:
            self._show_panel(None, ())

    def _pick(self, reference: Reference) -> None:
        from outcomes_app.records import reference_values

        def show(versions: tuple[ReferenceValue, ...]) -> None:
            self._show_panel(reference, versions)

        self.ctx.read(
            self, reference_values.history, reference.entry.key, done=show, lane="versions"
        )

    def _show_panel(self, reference: Reference | None, said: Sequence[ReferenceValue]) -> None:
        theme = self.ctx.theme
        clear_layout(self._facts)
        may = self.ctx.may(Action.ADMINISTER)
        self._confirm.setEnabled(may and reference is not None)
        self._change.setEnabled(may and reference is not None)
        self._why_not.setVisible(not may)
        if reference is not None:
            entry = reference.entry
            word, tone, icon = standing_words()[reference.standing]
            self._facts.addWidget(Text(theme, entry.owner, "subtitle", wrap=True))
            self._facts.addWidget(Text(theme, part_words(entry), "body", "muted", wrap=True))
            self._facts.addWidget(Text(theme, value_words(reference.value), "title"))
            self._facts.addWidget(Badge(theme, word, tone, icon=icon))
            self._facts.addWidget(Text(theme, source_words(reference), "body", wrap=True))
            if entry.provenance.note:
                self._facts.addWidget(Text(theme, entry.provenance.note, "body", wrap=True))
            self._show_versions(entry, said)
        self._facts.addStretch(1)

    def _show_versions(self, entry: ReferenceEntry, said: Sequence[ReferenceValue]) -> None:
        theme = self.ctx.theme
        if not said:
            return
        self._facts.addWidget(Divider())
        self._facts.addWidget(Text(theme, _("By this clinic"), "bodyStrong"))
        for value in reversed(said):
            words = _("Version {n}: {value}").format(
                n=value.version, value=value_words(value.value)
            )
            self._facts.addWidget(Text(theme, words, "body", wrap=True))
            parts = (day(value.day), value.person_name, value.label_section, value.note)
            detail = " · ".join(part for part in parts if part)
            self._facts.addWidget(Text(theme, detail, "caption", "muted", wrap=True))
        words = _("The catalog says {value}.").format(value=value_words(entry.value))
        self._facts.addWidget(Text(theme, words, "caption", "muted", wrap=True))

    def _open(self, *, change: bool) -> None:
        reference = self._table.row
        if reference is None:
            return
        dialog = ReferenceValueDialog(
            self.ctx,
            reference.entry,
            reference.value,
            change=change,
            is_proved=self._is_proved,
            parent=self,
        )
        dialog.proved.connect(self._remember)
        dialog.show_form()

    def _fold(self) -> None:
        self._panel.setFixedWidth(min(self.ctx.theme.px(_PANEL_WIDTH), _PANEL_MOST))

    def _remember(self) -> None:
        self._is_proved = True


def _columns() -> tuple[Column[Reference], ...]:
    return (
        Column(
            _("Value of"),
            lambda r: r.entry.owner,
            cell=lambda r: Cell(text=r.entry.owner, detail=part_words(r.entry), strong=True),
            stretch=4,
            most=190,
        ),
        Column(_("Value"), lambda r: value_words(r.value), right=True, least=70, most=105),
        Column(
            _("Status"),
            lambda r: standing_words()[r.standing][0],
            cell=_status_cell,
            stretch=3,
            most=175,
        ),
    )


def _status_cell(reference: Reference) -> Cell:
    word, tone, icon = standing_words()[reference.standing]
    return Cell(badge=word, badge_tone=tone, badge_icon=icon, detail=source_words(reference))


def _searched(reference: Reference) -> str:
    return f"{reference.entry.owner} {part_words(reference.entry)} {reference.entry.key}".casefold()
