"""The totals panel: how much in all, on each side and in each muscle, as the plan changes."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from outcomes_app.domain import plan_symmetry
from outcomes_app.domain.plan import FREE_POINT
from outcomes_app.domain.plan_symmetry import Asymmetry
from outcomes_app.domain.plan_totals import MuscleTotals, SideTotals, volume_ml
from outcomes_app.domain.values import Side, SiteId
from outcomes_app.text import NO_BREAK_SPACE, _, ngettext, number, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import PlanModel
from outcomes_app.ui.widgets.labels import Text, row

_COLUMNS = (Side.RIGHT, Side.MIDLINE, Side.LEFT)


class SideBar(QWidget):
    """Right, midline and left as parts of one bar."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._totals = SideTotals()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(100, self._theme.px(8))

    def show_totals(self, totals: SideTotals) -> None:
        """Show other amounts."""
        self._totals = totals
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Sides in the accent, the midline in grey, small gaps between them."""
        theme, totals = self._theme, self._totals
        painter = QPainter(self)
        whole = float(totals.units)
        if not whole:
            painter.fillRect(self.rect(), theme.color("surfaceSunken"))
            return
        left = 0.0
        for amount, role in (
            (totals.right, "accent"),
            (totals.midline, "borderStrong"),
            (totals.left, "accent"),
        ):
            width = self.width() * float(amount) / whole
            if width:
                part = QRectF(left, 0, max(width - 1.5, 1), self.height())
                painter.fillRect(part, theme.color(role))
            left += width


class MuscleRow(QFrame):
    """One muscle with its numbers; choosing it chooses its points on the map."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._site: SiteId | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("muscleRow", True)
        self.name = Text(theme, "", "body", wrap=True)
        self.numbers = [Text(theme, "", "body") for _n in range(4)]
        self.more = Text(theme, "", "caption", "warn", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(6), theme.px(3), theme.px(6), theme.px(3))
        column.setSpacing(theme.px(1))
        line = QHBoxLayout()
        line.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.more)
        line.addWidget(self.name, 1)
        for cell, width in zip(self.numbers, column_widths(theme), strict=True):
            cell.setFixedWidth(width)
            cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(cell)

    def show_muscle(
        self, name: str, muscle: MuscleTotals, changed: frozenset[Side], more: tuple[str, ...]
    ) -> None:
        """Show one muscle; sides that differ from the last treatment stand out. `more` says how
        its sides differ and what happened in it before."""
        self._site = muscle.site
        totals = muscle.totals
        self.name.setText(name)
        self.more.setText("\n".join(more))
        self.more.setVisible(bool(more))
        self.numbers[0].say(str(totals.points), "muted")
        for cell, side in zip(self.numbers[1:], _COLUMNS, strict=True):
            amount = totals.on(side)
            mark = "◆" if side in changed else ""
            cell.say(f"{mark}{number(amount)}" if amount or mark else "", "changed" if mark else "")
        said = [
            _("{side} {units}").format(side=words, units=units(totals.on(side)))
            for side, words in (
                (Side.RIGHT, _("right")),
                (Side.MIDLINE, _("midline")),
                (Side.LEFT, _("left")),
            )
            if totals.on(side)
        ]
        self.setAccessibleName(", ".join([name, *said, *more]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose this muscle."""
        super().mousePressEvent(event)
        self.chosen.emit(self._site)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose this muscle."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._site)
        else:
            super().keyPressEvent(event)


def column_widths(theme: Theme) -> tuple[int, ...]:
    """Number of sites, right, midline, left."""
    return tuple(theme.px(width) for width in (20, 38, 32, 46))


class TotalsPanel(QWidget):
    """Follows a PlanModel. It stands inside the card of totals and sites."""

    def __init__(self, theme: Theme, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._previous_words = ""
        self.setObjectName("totalsPanel")
        self._units = Text(theme, "0", "metric")
        self._unit_word = Text(theme, _("units"), "body", "muted")
        self._detail = Text(theme, "", "caption", "muted")
        self._difference = Text(theme, "", "bodyStrong", "changed")
        self._versus = Text(theme, "", "caption", "muted")
        for label in (self._difference, self._versus):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._bar = SideBar(theme)
        self._side_words = [Text(theme, "", "caption", "muted") for _n in range(3)]
        self._rows: list[MuscleRow] = []
        self._uneven: tuple[Asymmetry, ...] = ()
        self._lay_out()
        model.changed.connect(self._show)
        model.selection_changed.connect(self._show_chosen)
        self._show()

    def _lay_out(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        head = QGridLayout()
        head.setColumnStretch(0, 1)
        head.setVerticalSpacing(0)
        amount = row(self._units, self._unit_word, None, spacing=theme.px(6))
        amount.setAlignment(self._unit_word, Qt.AlignmentFlag.AlignBottom)
        head.addLayout(amount, 0, 0)
        head.addWidget(self._detail, 1, 0)
        head.addWidget(self._difference, 0, 1)
        head.addWidget(self._versus, 1, 1)
        column.addLayout(head)
        column.addWidget(self._bar)
        right, midline, left = self._side_words
        column.addLayout(row(right, None, midline, None, left))
        titles = QHBoxLayout()
        titles.setContentsMargins(theme.px(6), theme.px(4), theme.px(6), 0)
        titles.setSpacing(0)
        titles.addWidget(Text(theme, _("Muscle"), "caption", "muted"), 1)
        for words, width in zip(
            (_("n"), _("R"), _("mid"), _("L")), column_widths(theme), strict=True
        ):
            title = Text(theme, words, "caption", "muted")
            title.setFixedWidth(width)
            title.setAlignment(Qt.AlignmentFlag.AlignRight)
            titles.addWidget(title)
        column.addLayout(titles)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        self._empty = Text(theme, _("No sites yet."), "body", "muted", wrap=True)
        column.addWidget(self._empty)
        column.addStretch(1)

    def show_previous(self, words: str) -> None:
        """What is compared with, in words."""
        self._previous_words = words
        self._show()

    def _show(self) -> None:
        totals = self._model.totals
        overall = totals.overall
        self._units.setText(number(overall.units))
        parts = [ngettext("{n} site", "{n} sites", overall.points).format(n=overall.points)]
        volume = volume_ml(overall.units, self._model.units_per_ml)
        if volume:
            parts.append(f"{number(volume, 2)}{NO_BREAK_SPACE}mL")
        if overall.unset:
            parts.append(_("{n} without units").format(n=overall.unset))
        self._detail.say(" · ".join(parts), "warn" if overall.unset else "muted")
        self._show_difference()
        self._bar.show_totals(overall)
        right, midline, left = self._side_words
        right.setText(_("Right {n}").format(n=number(overall.right)))
        midline.setText(_("midline {n}").format(n=number(overall.midline)))
        left.setText(_("Left {n}").format(n=number(overall.left)))
        self._uneven = plan_symmetry.asymmetries(self._model.plan)
        self._show_muscles(totals.muscles)
        self.setAccessibleName(
            _("Total {units}, {detail}").format(
                units=units(overall.units), detail=self._detail.text()
            )
        )

    def _show_difference(self) -> None:
        comparison = self._model.comparison
        shown = comparison is not None and bool(self._model.plan.points)
        self._difference.setVisible(shown)
        self._versus.setVisible(shown)
        if comparison is None:
            return
        self._versus.setText(_("vs {previous}").format(previous=self._previous_words))
        change = comparison.difference
        if change is None:
            self._difference.setText(_("another product"))
        elif not change:
            self._difference.setText(_("same dose"))
        else:
            sign = "+" if change > 0 else ""
            self._difference.setText(f"{sign}{units(change)}")

    def _show_muscles(self, muscles: tuple[MuscleTotals, ...]) -> None:
        self._empty.setVisible(not muscles)
        while len(self._rows) < len(muscles):
            fresh = MuscleRow(self._theme)
            fresh.chosen.connect(self._choose)
            self._rows.append(fresh)
            self._list.addWidget(fresh)
        for line, muscle in zip(self._rows, muscles, strict=False):
            more = (
                *self._sides_differ(muscle),
                *(f"⚠ {words}" for words in self._model.events_at(muscle.site)),
            )
            line.show_muscle(self._name(muscle.site), muscle, self._changed(muscle), more)
            line.show()
        for line in self._rows[len(muscles) :]:
            line.hide()
        self._show_chosen()

    def _sides_differ(self, muscle: MuscleTotals) -> tuple[str, ...]:
        found = next((a for a in self._uneven if a.site == muscle.site), None)
        if found is None:
            return ()
        more = found.left - found.right
        side = _("left") if more > 0 else _("right")
        return (_("▲ {units} more {side}").format(units=units(abs(more)), side=side),)

    def _name(self, site: SiteId) -> str:
        if site == FREE_POINT:
            return _("Free points")
        found = self._model.sites.get(site)
        return found.name if found else str(site)

    def _changed(self, muscle: MuscleTotals) -> frozenset[Side]:
        previous = self._model.previous
        if previous is None or not self._model.comparing:
            return frozenset()
        if previous.product != self._model.plan.product:
            return frozenset()
        return frozenset(
            side
            for side in _COLUMNS
            if sum(p.units or 0 for p in previous.points if (p.site, p.side) == (muscle.site, side))
            != muscle.totals.on(side)
        )

    def _show_chosen(self) -> None:
        chosen = {p.site for p in self._model.selected}
        for line, muscle in zip(self._rows, self._model.totals.muscles, strict=False):
            on = muscle.site in chosen
            line.setStyleSheet(
                f"MuscleRow{{background:{self._theme.hex('selection')};border-radius:4px}}"
                if on
                else f"MuscleRow:focus{{border:2px solid {self._theme.hex('focus')}}}"
            )
            font = self._theme.font("bodyStrong" if on else "body")
            line.name.setFont(font)

    def _choose(self, site: SiteId) -> None:
        found = [p for p in self._model.plan.points if p.site == site]
        if found:
            self._model.reveal(found[0].id)
            self._model.select(p.id for p in found)
