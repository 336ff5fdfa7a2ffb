"""Two treatments of one patient laid over each other: doses, product, dilution, guidance and
outcomes. It knows no page; whoever has the visits hands them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from outcomes_app.domain import differences
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.differences import MuscleDifference, OutcomeDifference
from outcomes_app.domain.instruments import Direction
from outcomes_app.domain.treatment import Treatment, Visit
from outcomes_app.domain.values import Dose, Side
from outcomes_app.text import NO_BREAK_SPACE, _, day, number, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import clear_layout
from outcomes_app.ui.widgets.labels import Captioned, Divider, Text
from outcomes_app.ui.widgets.visit_plan import choose_data, wide_combo
from outcomes_app.ui.widgets.visit_sites import guidance_words

_ARROW = f"{NO_BREAK_SPACE}→ "


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVisit:
    """A visit with the words it is chosen by."""

    name: str
    visit: Visit


def visits_of(course: PatientCourse, catalog: Catalog) -> tuple[NamedVisit, ...]:
    """The treatments of a patient that count, the oldest first, each with its outcomes."""
    counted = [t for t in course.treatments if t.status.counts]
    several = len({t.indication for t in counted}) > 1
    found = []
    for place, treatment in enumerate(counted, start=1):
        name = _("Treatment {number} · {day}").format(number=place, day=day(treatment.day))
        known = catalog.indications.get(treatment.indication)
        if several and known is not None:
            name = f"{name} · {known.name}"
        found.append(NamedVisit(name=name, visit=_visit(treatment, course)))
    return tuple(found)


def _visit(treatment: Treatment, course: PatientCourse) -> Visit:
    return Visit(
        treatment=treatment,
        assessments=tuple(a for a in course.assessments if a.treatment_id == treatment.id),
        adverse_events=tuple(e for e in course.adverse_events if e.treatment_id == treatment.id),
    )


class WhatChanged(QWidget):
    """Two choices and what differs between them. Units of two products are never subtracted."""

    def __init__(self, theme: Theme, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._catalog = theme, catalog
        self._visits: tuple[NamedVisit, ...] = ()
        self.setObjectName("whatChanged")
        self.setAccessibleName(_("What changed"))
        self.before = wide_combo("changedFrom", _("From"))
        self.after = wide_combo("changedTo", _("To"))
        for combo in (self.before, self.after):
            combo.activated.connect(lambda _index: self._show())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(Captioned(theme, _("From"), self.before))
        column.addWidget(Captioned(theme, _("To"), self.after))
        self._summary = Text(theme, "", "bodyStrong", wrap=True)
        self._summary.setObjectName("changedSummary")
        column.addWidget(self._summary)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setColumnStretch(0, 1)
        column.addLayout(self._grid)
        column.addStretch(1)

    def show_visits(self, visits: Sequence[NamedVisit]) -> None:
        """Offer these visits; what was chosen stays, else the last two."""
        if tuple(visits) == self._visits:
            return
        chosen = [self.before.currentData(), self.after.currentData()]
        self._visits = tuple(visits)
        ids = [v.visit.treatment.id for v in visits]
        usual = [ids[max(len(ids) - 2, 0)], ids[-1]] if ids else [None, None]
        for combo, was, else_ in zip((self.before, self.after), chosen, usual, strict=True):
            combo.clear()
            for visit in self._visits:
                combo.addItem(visit.name, visit.visit.treatment.id)
            choose_data(combo, was if was in ids else else_)
        self._show()

    def choose(self, before: object, after: object) -> None:
        """Compare these two treatments, by their ids."""
        choose_data(self.before, before)
        choose_data(self.after, after)
        self._show()

    def _chosen(self, index: int) -> Visit | None:
        return self._visits[index].visit if 0 <= index < len(self._visits) else None

    def _show(self) -> None:
        clear_layout(self._grid)
        one = self._chosen(self.before.currentIndex())
        other = self._chosen(self.after.currentIndex())
        if one is None or other is None or len(self._visits) < 2:
            self._summary.setText(_("There is only one treatment, so nothing can be compared."))
            return
        found = differences.between(one, other)
        self._summary.setText(self._summary_words(one.treatment, other.treatment))
        if one.treatment.id != other.treatment.id and not found.muscles:
            self._line(_("Every muscle got the same units."), "", "")
        for muscle in found.muscles:
            self._muscle(muscle, same_product=found.same_product)
        self._whole(one.treatment, other.treatment)
        if found.outcomes:
            self._heading(_("Outcomes"))
        for outcome in found.outcomes:
            self._outcome(outcome)

    # What stands over the rows

    def _summary_words(self, one: Treatment, other: Treatment) -> str:
        if one.id == other.id:
            return _("This is one and the same treatment.")
        if one.product != other.product:
            return _("Two products: {before} and {after}. Their units are not compared.").format(
                before=self._product(one), after=self._product(other)
            )
        if one.dose is None or other.dose is None:
            return _("The total of one of them is not known.")
        change = (other.dose - one.dose).units
        if not change:
            return _("Same total, {units}").format(units=units(other.dose.units))
        return _("{before} → {after}: {change}").format(
            before=units(one.dose.units), after=units(other.dose.units), change=_signed(change)
        )

    def _product(self, treatment: Treatment) -> str:
        if treatment.product is None:
            return _("not known")
        found = self._catalog.products.get(treatment.product)
        return found.code if found else str(treatment.product)

    # Rows

    def _heading(self, words: str) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(Divider(), row, 0, 1, 2)
        self._grid.addWidget(Text(self._theme, words, "caption", "muted"), row + 1, 0, 1, 2)

    def _line(self, what: str, values: str, change: str, tone: str = "") -> None:
        theme, row = self._theme, self._grid.rowCount()
        said = Text(theme, what, "body", wrap=True)
        said.setAccessibleName(", ".join(part for part in (what, values, change) if part))
        self._grid.addWidget(said, row, 0)
        if change:
            moved = Text(theme, change, "bodyStrong", tone)
            self._grid.addWidget(moved, row, 1, Qt.AlignmentFlag.AlignRight)
        if values:
            # Under its name, because a narrow column has no room for it beside.
            self._grid.addWidget(
                Text(theme, values, "caption", "muted", wrap=True), row + 1, 0, 1, 2
            )

    def _muscle(self, muscle: MuscleDifference, *, same_product: bool) -> None:
        site = self._catalog.sites.get(muscle.site)
        name = _("{site}, {side}").format(
            site=site.name if site else str(muscle.site), side=_side(muscle.side)
        )
        values = _pair(self._dose(muscle.before), self._dose(muscle.after))
        change = muscle.change if same_product else None
        self._line(name, values, _signed(change) if change is not None else "", "changed")

    def _dose(self, dose: Dose | None) -> str:
        if dose is None:
            return _("nothing")
        found = self._catalog.products.get(dose.product)
        code = found.code if found else str(dose.product)
        return f"{code}{NO_BREAK_SPACE}{units(dose.units)}"

    def _whole(self, one: Treatment, other: Treatment) -> None:
        """Product, dilution and guidance, only where they differ."""
        pairs = (
            (_("Product"), self._product(one), self._product(other)),
            (_("Dilution"), _dilution(one), _dilution(other)),
            (_("Guidance"), _guidance(one), _guidance(other)),
        )
        differing = [(what, before, after) for what, before, after in pairs if before != after]
        if differing:
            self._heading(_("How it was given"))
        for what, before, after in differing:
            self._line(what, _pair(before, after), "")

    def _outcome(self, outcome: OutcomeDifference) -> None:
        scale = self._catalog.find_scale(outcome.instrument, outcome.part)
        name = (scale.short_name or scale.name) if scale else outcome.instrument
        values = _pair(_value(outcome.before), _value(outcome.after))
        change, words, tone = outcome.change, "", ""
        if change:
            words = f"{'▲' if change > 0 else '▼'}{NO_BREAK_SPACE}{number(abs(change))}"
            if scale is not None:
                better = (change > 0) is (scale.direction is Direction.HIGHER_IS_BETTER)
                words = f"{words} {_('better') if better else _('worse')}"
                tone = "ok" if better else "danger"
        self._line(name, values, words, tone)


def _pair(before: str, after: str) -> str:
    return f"{before}{_ARROW}{after}"


def _value(value: Decimal | None) -> str:
    return _("not measured") if value is None else number(value)


def _signed(change: Decimal) -> str:
    sign = "+" if change > 0 else ""
    return f"{sign}{units(change)}"


def _side(side: Side) -> str:
    return {Side.LEFT: _("left"), Side.RIGHT: _("right"), Side.MIDLINE: _("midline")}[side]


def _dilution(treatment: Treatment) -> str:
    """The concentrations of the vials, the first one first."""
    found = dict.fromkeys(v.units_per_ml for v in treatment.vials)
    known = [
        _("{units} per 0.1 mL").format(units=units(round(per_ml / 10, 3)))
        for per_ml in found
        if per_ml is not None
    ]
    return ", ".join(known) or _("not known")


def _guidance(treatment: Treatment) -> str:
    found = {i.guidance for i in treatment.injections if i.guidance is not None}
    if treatment.guidance is not None:
        found.add(treatment.guidance)
    return ", ".join(sorted(guidance_words(g) for g in found)) or _("not said")
