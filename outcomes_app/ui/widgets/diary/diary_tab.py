"""DiaryTab: how were the days? The grid, the focused day, what it adds up to, and the keys."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QHBoxLayout,
    QLayout,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.diary_sheet import DiarySheet, PainScale
from outcomes_app.text import _, day, ngettext
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.buttons import Button, IconButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.diary.day_panel import DayPanel, medicine_kinds
from outcomes_app.ui.widgets.diary.grid import DiaryGrid
from outcomes_app.ui.widgets.diary.keeping import DiaryKeeper
from outcomes_app.ui.widgets.diary.legend import keys_card, legend
from outcomes_app.ui.widgets.diary.pasting import Pasted, PasteDialog
from outcomes_app.ui.widgets.diary.summary import DiarySummary
from outcomes_app.ui.widgets.diary.words import class_words, headache_words
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text, row

_SIDE_FROM = 860
_SIDE = 300


class DiaryTab(QScrollArea):
    """Shows and stores the diary of the patient whose course it was given last."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._medicine: str | None = None
        self.keeper = DiaryKeeper(ctx, self)
        theme = ctx.theme
        self.setProperty("page", True)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setProperty("page", True)
        self._line = QHBoxLayout(inside)
        self._line.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self._line.setSpacing(theme.px(12))
        self.grid = DiaryGrid(ctx)
        self.panel = DayPanel(theme)
        self.summary = DiarySummary(theme)
        main = QVBoxLayout()
        main.setSpacing(theme.px(12))
        main.addWidget(self._build_card())
        main.addWidget(self.summary)
        main.addStretch(1)
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(theme.px(12))
        for card in (self.panel, keys_card(theme)):
            side.addWidget(card)
        side.addStretch(1)
        self._line.addLayout(main, 1)
        self._line.addWidget(self._side)
        self.setWidget(inside)
        self._connect()
        self._fold()

    def show_course(self, course: PatientCourse | None) -> None:
        """Show the diary of a course; None empties it. Another patient starts at today."""
        before = self.keeper.sheet
        self.keeper.show_course(course)
        sheet = self.keeper.sheet
        if sheet is not None and (before is None or before.patient_id != sheet.patient_id):
            self._medicine = None
            self.without.setChecked(False)
            self._use_scale(_usual_scale(sheet))
            self.grid.move_to(self._ctx.clock.today())

    def leave(self) -> bool:
        """Store what was typed; False while a choice is open."""
        return self.keeper.leave()

    def focus_grid(self) -> None:
        """Put the keyboard on the days."""
        self.grid.setFocus()

    # Building

    def _build_card(self) -> Card:
        theme = self._ctx.theme
        card = Card(theme, _("Headache diary"))
        self._state = Text(theme, "", "caption", "muted")
        self._state.setObjectName("diary_state")
        earlier = IconButton(theme, "chevron_left", _("Earlier month"), name="diary_earlier")
        later = IconButton(theme, "chevron_right", _("Later month"), name="diary_later")
        today = Button(theme, _("Today"), compact=True, name="diary_today")
        earlier.clicked.connect(lambda: self._go(lambda: self.grid.turn(-1)))
        later.clicked.connect(lambda: self._go(lambda: self.grid.turn(1)))
        today.clicked.connect(lambda: self._go(lambda: self.grid.move_to(self._ctx.clock.today())))
        for widget in (self._state, earlier, today, later):
            card.head.addWidget(widget)
        self.scale = SegmentedControl(
            theme,
            (
                (PainScale.SEVERITY.value, _("0–3 severity")),
                (PainScale.PAIN.value, _("0–10 pain")),
            ),
            name="diary_scale",
            label=_("Keys write"),
        )
        self.without = QCheckBox(_("A day typed without M had no acute medicine"))
        self.without.setObjectName("diary_without_medicine")
        self.without.setAccessibleName(self.without.text())
        theme.set_text_role(self.without, "body")
        options = QWidget()
        flow = FlowLayout(options, gap=theme.px(12))
        flow.addWidget(self.scale)
        flow.addWidget(self.without)
        card.body.addWidget(options)
        card.body.addWidget(self._build_clashes())
        # The titles follow the columns of the grid and must not hold its width.
        titles = QWidget()
        titles.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._titles = QHBoxLayout(titles)
        self._titles.setContentsMargins(0, 0, 0, 0)
        self._titles.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        card.body.addWidget(titles)
        card.body.addWidget(self.grid)
        card.body.addWidget(legend(theme))
        return card

    def _build_clashes(self) -> Card:
        theme = self._ctx.theme
        self._clashes = Card(theme, tone="warn")
        self._clashes.setObjectName("diary_clashes")
        self._clash_words = Text(theme, "", "body", wrap=True)
        mine = Button(theme, _("Keep mine"), name="diary_keep_mine")
        theirs = Button(theme, _("Take what is stored"), name="diary_take_theirs")
        mine.clicked.connect(lambda: self._edit(DiarySheet.keep_mine))
        theirs.clicked.connect(lambda: self._edit(DiarySheet.take_theirs))
        self._clashes.body.addWidget(self._clash_words)
        self._clashes.body.addLayout(row(mine, theirs, None))
        self._clashes.hide()
        return self._clashes

    def _connect(self) -> None:
        grid, keeper = self.grid, self.keeper
        keeper.moved.connect(self._show_sheet)
        keeper.state_changed.connect(self._state.setText)
        grid.pain_written.connect(self._write_pain)
        grid.medicine_wanted.connect(self._write_medicine)
        grid.cleared.connect(lambda: self._edit(lambda s: s.cleared(grid.days)))
        grid.filled_down.connect(lambda: self._edit(lambda s: s.filled_down(grid.days)))
        grid.undo_wanted.connect(lambda: self._edit(DiarySheet.undo))
        grid.redo_wanted.connect(lambda: self._edit(DiarySheet.redo))
        grid.paste_wanted.connect(self._paste)
        grid.focus_moved.connect(lambda _on: self._show_focus())
        grid.months_moved.connect(self._show_titles)
        self.panel.fields_changed.connect(self._write_fields)
        self.scale.chosen.connect(lambda key: self._use_scale(PainScale(key)))

    def _go(self, do: Callable[[], None]) -> None:
        do()
        self.grid.setFocus()

    # Writing

    def _edit(self, change: Callable[[DiarySheet], DiarySheet]) -> None:
        sheet = self.keeper.sheet
        if sheet is not None:
            self.keeper.edit(change(sheet))

    def _write_pain(self, value: int) -> None:
        grid, untreated = self.grid, self.without.isChecked()
        self._edit(lambda s: s.with_pain(grid.days, value, grid.scale, untreated=untreated))

    def _write_medicine(self, choose: bool) -> None:
        if choose or self._medicine is None:
            self._choose_medicine()
            return
        kind = self._medicine
        self._edit(lambda s: s.with_medicine(self.grid.days, kind))

    def _choose_medicine(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("diary_medicine_menu")
        menu.setAccessibleName(_("Class of acute medicine"))
        for number, kind in enumerate((*medicine_kinds(), ""), start=1):
            words = class_words(kind) if kind else _("class not known")
            action = menu.addAction(f"&{number} {words}")
            action.triggered.connect(lambda _on=False, k=kind: self._medicine_chosen(k))
        menu.aboutToHide.connect(menu.deleteLater)
        place = self.grid.visualRect(self.grid.currentIndex()).bottomLeft()
        menu.popup(self.grid.viewport().mapToGlobal(place + QPoint(0, 4)))
        menu.setActiveAction(menu.actions()[0])

    def _medicine_chosen(self, kind: str) -> None:
        self._medicine = kind
        self._write_medicine(False)
        self.grid.setFocus()

    def _write_fields(self, fields: Mapping[str, object]) -> None:
        self._edit(lambda s: s.with_fields((self.grid.focused_day,), **fields))

    def _paste(self) -> None:
        sheet, text = self.keeper.sheet, QGuiApplication.clipboard().text()
        if sheet is None or not text.strip():
            self._ctx.notices.warn(
                _("There is no text to paste."),
                _("Copy a column of numbers from a table, one day in each row."),
            )
            return
        today, first = self._ctx.clock.today(), self.grid.days[0]
        dialog = PasteDialog(
            self._ctx.theme,
            Pasted(sheet=sheet, text=text, first=first, today=today, typed=self.grid.scale),
            self.window(),
        )
        dialog.accepted_values.connect(self._set_pasted)
        dialog.open()

    def _set_pasted(self, values: Mapping[date, int], scale: PainScale) -> None:
        self._edit(lambda s: s.with_values(values, scale))
        self.grid.move_to(max(values) + timedelta(days=1))
        self.grid.setFocus()

    # Showing

    def _use_scale(self, scale: PainScale) -> None:
        self.grid.scale = scale
        self.scale.choose(scale.value)
        self.grid.setFocus()

    def _show_sheet(self) -> None:
        sheet = self.keeper.sheet
        self.grid.show_sheet(sheet, self.keeper.injections)
        self._show_titles()
        self._show_focus()
        clashes = sheet.clashes if sheet else ()
        self._clashes.setVisible(bool(clashes))
        if sheet is not None and clashes:
            self._clash_words.setText(
                _("Changed elsewhere while you typed:") + "\n" + _clash_lines(sheet)
            )

    def _show_focus(self) -> None:
        sheet, on = self.keeper.sheet, self.grid.focused_day
        place = bisect_right(self.keeper.injections, on)
        since = (on - self.keeper.injections[place - 1]).days if place else None
        if self.grid.hasFocus():
            self._scroll_to_focus()
        self.panel.setEnabled(sheet is not None)
        self.panel.show_day(on, sheet.day(on) if sheet else None, since)
        self.summary.show_days(sheet.days if sheet else {}, on)

    def _scroll_to_focus(self) -> None:
        inside, grid = self.widget(), self.grid
        if inside is not None:
            cell = grid.visualRect(grid.currentIndex())
            middle = grid.viewport().mapTo(inside, cell.center())
            self.ensureVisible(middle.x(), middle.y(), 0, cell.height())

    def _show_titles(self) -> None:
        theme = self._ctx.theme
        clear_layout(self._titles)
        wide, gap = self.grid.month_widths()
        self._titles.setSpacing(gap)
        days = self.keeper.sheet.days.values() if self.keeper.sheet else ()
        for first in self.grid.days_model.months:
            box = QWidget()
            box.setFixedWidth(max(1, wide))
            count = sum(bool(d.headache) for d in days if d.day.replace(day=1) == first)
            line = QHBoxLayout(box)
            line.setContentsMargins(theme.px(4), 0, theme.px(4), 0)
            line.addWidget(Text(theme, month_name(first), "bodyStrong"))
            line.addStretch(1)
            words = ngettext("{n} with headache", "{n} with headache", count).format(n=count)
            line.addWidget(Text(theme, words, "caption", "muted"))
            self._titles.addWidget(box)
        self._titles.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        theme = self._ctx.theme
        beside = self.width() >= theme.px(_SIDE_FROM)
        direction = QBoxLayout.Direction
        self._line.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._side.setMinimumWidth(theme.px(_SIDE) if beside else 0)
        self._side.setMaximumWidth(theme.px(_SIDE) if beside else 16777215)


def month_name(first: date) -> str:
    """A month with its year in full: September 2026."""
    names = (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )
    return f"{names[first.month - 1]} {first.year}"


def _usual_scale(sheet: DiarySheet) -> PainScale:
    def written(on: DiaryDay) -> bool:
        return on.peak_pain is not None and on.peak_severity is None

    of_pain = sum(written(d) for d in sheet.days.values())
    of_severity = sum(bool(d.peak_severity) for d in sheet.days.values())
    return PainScale.PAIN if of_pain > of_severity else PainScale.SEVERITY


def _clash_lines(sheet: DiarySheet) -> str:
    return "\n".join(
        _("{day}: yours {mine}, stored {theirs}").format(
            day=day(on),
            mine=headache_words(sheet.day(on)),
            theirs=headache_words(sheet.stored.get(on)),
        )
        for on in sheet.clashes
    )
