"""A patient's response over successive treatments: by cycle, by week since injection, by date.

This module holds the numbers, their table and their sentence; response_panels.py draws them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from matplotlib.figure import Figure

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.baseline import Baseline
from outcomes_app.analysis.dose import DoseGiven, doses
from outcomes_app.analysis.response import (
    CycleByWeek,
    CyclePoint,
    MeasureResponse,
    Point,
    Source,
    State,
    response,
)
from outcomes_app.analysis.windows import BLOCK_DAYS, Cycle, cycles
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Table, View, shown
from outcomes_app.charts.style import Style
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Direction, Scale
from outcomes_app.domain.values import ProductId, TreatmentId
from outcomes_app.text import _, ngettext

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plotted:
    """One point of a panel, with all that its tooltip and its table row say. `expected` False =
    it is too early for a value, which is then not missing."""

    x: float
    value: Fraction | None
    cycle: int
    day: date | None
    end: date | None = None
    week: int | None = None
    recorded: int | None = None
    recorded_of: int = BLOCK_DAYS
    source: Source | None = None
    change: Fraction | None = None
    expected: bool = True
    treatment_id: TreatmentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points joined in order. `cycle` tells the cycles of the week view apart."""

    points: tuple[Plotted, ...]
    cycle: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One measure. `thresholds` are (percent, value): a change by so many percent. `mixed` = told
    and counted values are compared, which must be said."""

    scale: Scale
    baseline: Baseline | None
    lines: tuple[Line, ...]
    median: tuple[tuple[float, Fraction], ...] = ()
    thresholds: tuple[tuple[int, Fraction], ...] = ()
    weekly: bool = False
    mixed: bool = False

    @property
    def points(self) -> tuple[Plotted, ...]:
        """All points of all lines."""
        return tuple(p for line in self.lines for p in line.points)

    @property
    def measured(self) -> tuple[Plotted, ...]:
        """The points that have a value."""
        return tuple(p for p in self.points if p.value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One day of treatment on the axis, with what was given then."""

    x: float
    number: int
    day: date
    given: tuple[DoseGiven, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseData:
    """All numbers of the chart. `codes` and `names` are those of the products."""

    view: View
    panels: tuple[Panel, ...]
    marks: tuple[Mark, ...]
    codes: Mapping[ProductId, str]
    names: Mapping[ProductId, str]
    window: str
    minimum_recorded: int

    @property
    def empty(self) -> bool:
        """Whether nothing can be drawn."""
        return not self.marks and not any(p.measured or p.baseline for p in self.panels)

    @property
    def from_diary(self) -> bool:
        """Whether any point was counted from a diary."""
        return any(p.recorded is not None for panel in self.panels for p in panel.points)


def _prepare(course: PatientCourse, options: Options) -> ResponseData:
    all_cycles = cycles(course)
    given = doses(course)
    marks = tuple(
        Mark(
            x=_mark_x(cycle, options.view),
            number=cycle.number,
            day=cycle.start,
            given=tuple(d for d in given if d.cycle == cycle.number),
        )
        for cycle in all_cycles
    )
    measured = [
        (
            scale,
            response(
                course, scale.instrument, scale.part, rules=options.rules, today=options.today
            ),
        )
        for scale in options.scales
    ]
    products = tuple(dict.fromkeys(d.product for d in given if d.product is not None))
    return ResponseData(
        view=options.view,
        panels=tuple(_panel(s, r, all_cycles, options.view) for s, r in measured),
        marks=marks,
        codes={p: options.product_code(p) for p in products},
        names={p: options.product_name(p) for p in products},
        window=measured[0][1].window.name if measured else "",
        minimum_recorded=options.rules.minimum_recorded,
    )


def _mark_x(cycle: Cycle, view: View) -> float:
    if view is View.DATE:
        return _day_x(cycle.start)
    return cycle.number - 0.5 if view is View.CYCLE else 0.0


def day_at(x: float) -> date:
    """The day at a place of the date axis."""
    return _EPOCH + timedelta(days=round(x))


def _day_x(day: date) -> float:
    return float((day - _EPOCH).days)


def _panel(
    scale: Scale, measured: MeasureResponse, all_cycles: tuple[Cycle, ...], view: View
) -> Panel:
    opened = {c.number: c.treatments[0].id for c in all_cycles}
    if view is View.WEEK:
        return Panel(
            scale=scale,
            baseline=None if measured.weekly else measured.baseline,
            lines=tuple(
                _week_line(c, opened, all_cycles, weekly=measured.weekly) for c in measured.by_week
            ),
            median=tuple((_week_x(w, weekly=measured.weekly), v) for w, v in measured.medians),
            weekly=measured.weekly,
        )
    if view is View.CYCLE:
        points = _cycle_points(measured, opened)
    else:
        points = _dated_points(measured, all_cycles, opened)
    return Panel(
        scale=scale,
        baseline=measured.baseline,
        lines=(Line(points=points),),
        thresholds=_thresholds(scale, measured.baseline),
        mixed=measured.mixed,
    )


def _thresholds(scale: Scale, start: Baseline | None) -> tuple[tuple[int, Fraction], ...]:
    """30 % and 50 % from baseline, where a percentage means something: the scale begins at 0."""
    if start is None or not start.value or scale.low != 0:
        return ()
    sign = -1 if scale.direction is Direction.HIGHER_IS_WORSE else 1
    values = ((p, start.value * (100 + sign * p) / 100) for p in (30, 50))
    return tuple((p, v) for p, v in values if scale.high is None or v <= Fraction(scale.high))


def _cycle_points(
    measured: MeasureResponse, opened: Mapping[int, TreatmentId]
) -> tuple[Plotted, ...]:
    start = measured.baseline
    before = Plotted(
        x=0.0,
        value=start.value if start else None,
        cycle=0,
        day=start.day if start else None,
        end=start.end if start else None,
        recorded=start.recorded if start else None,
        expected=bool(opened),
    )
    return (before, *(_cycle_plotted(point, opened) for point in measured.by_cycle))


def _cycle_plotted(point: CyclePoint, opened: Mapping[int, TreatmentId]) -> Plotted:
    found = point.point
    return Plotted(
        x=float(point.number),
        value=point.value,
        cycle=point.number,
        day=found.day if found else None,
        end=found.end if found else None,
        recorded=found.recorded if found else None,
        source=found.source if found else None,
        change=found.change if found else None,
        expected=point.state is not State.NOT_YET,
        treatment_id=opened[point.number],
    )


def _dated(point: Point, opened: Mapping[int, TreatmentId]) -> Plotted:
    return Plotted(
        x=_day_x(point.middle),
        value=point.value,
        cycle=point.cycle,
        day=point.day,
        end=point.end,
        recorded=point.recorded,
        source=point.source,
        change=point.change,
        treatment_id=opened.get(point.cycle),
    )


def _dated_points(
    measured: MeasureResponse, all_cycles: tuple[Cycle, ...], opened: Mapping[int, TreatmentId]
) -> tuple[Plotted, ...]:
    """The points by date; where a whole cycle has none, its end is marked as missing."""
    points = [_dated(p, opened) for p in measured.by_date]
    with_points = {p.cycle for p in points}
    for cycle in all_cycles:
        if cycle.next_start is None or cycle.number in with_points:
            continue
        # A day before the needle, so that the tick does not hide under the treatment's line.
        end = cycle.next_start - timedelta(days=1)
        points.append(
            Plotted(
                x=_day_x(end),
                value=None,
                cycle=cycle.number,
                day=end,
                treatment_id=opened[cycle.number],
            )
        )
    return tuple(sorted(points, key=lambda p: p.x))


def _week_x(week: int, *, weekly: bool) -> float:
    return week - 0.5 if weekly else float(week)


def _week_line(
    laid_out: CycleByWeek,
    opened: Mapping[int, TreatmentId],
    all_cycles: tuple[Cycle, ...],
    *,
    weekly: bool,
) -> Line:
    start = all_cycles[laid_out.number - 1].start
    return Line(
        cycle=laid_out.number,
        points=tuple(
            Plotted(
                x=float(p.days / 7),
                value=p.value,
                cycle=laid_out.number,
                day=start + timedelta(days=7 * (p.week - 1) if weekly else int(p.days)),
                week=p.week,
                recorded=p.recorded,
                recorded_of=7,
                source=Source.DIARY if weekly else Source.ASSESSMENT,
                treatment_id=opened[laid_out.number],
            )
            for p in laid_out.points
        ),
    )


def _draw(figure: Figure, data: ResponseData, style: Style) -> Drawn:
    from outcomes_app.charts import response_panels

    return response_panels.draw(figure, data, style)


def _least_height(data: ResponseData, style: Style) -> float:
    """Room for the main measure, flatter ones below it, the doses, and the words between."""
    panels = max(1, sum(1 for p in data.panels if p.measured or p.baseline))
    products = 0 if data.view is View.WEEK else len(data.codes)
    words = 170 + 34 * (panels + products - 1)
    return style.px(words + 110 + 46 * (panels - 1) + 46 * products)


_COLUMNS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("measure", lambda: _("Measure")),
    ("cycle", lambda: _("Cycle")),
    ("from_day", lambda: _("From")),
    ("to_day", lambda: _("To")),
    ("week", lambda: _("Week since injection")),
    ("value", lambda: _("Value")),
    ("percent_change", lambda: _("Change from baseline, %")),
    ("days_recorded", lambda: _("Diary days recorded")),
    ("days_possible", lambda: _("of days")),
    ("source", lambda: _("Source")),
    ("product", lambda: _("Product")),
    ("units", lambda: _("Units")),
)


def _table(data: ResponseData) -> Table:
    given = {m.number: m.given for m in data.marks}
    rows = []
    for panel in data.panels:
        for p in panel.points:
            treatments = given.get(p.cycle, ())
            single = treatments[0] if len(treatments) == 1 else None
            codes = [data.codes[d.product] for d in treatments if d.product is not None]
            rows.append(
                (
                    panel.scale.name,
                    p.cycle,
                    p.day,
                    p.end or p.day,
                    p.week,
                    p.value,
                    p.change,
                    p.recorded,
                    p.recorded_of if p.recorded is not None else None,
                    p.source.value if p.source else ("baseline" if p.value is not None else None),
                    " + ".join(codes) or None,
                    single.units if single else None,
                )
            )
    return Table(
        columns=tuple(Column(name=name, title=title()) for name, title in _COLUMNS),
        rows=tuple(rows),
    )


def _summary(data: ResponseData) -> str:
    count = len(data.marks)
    if not count:
        return _("No treatment has been recorded yet.")
    treated = ngettext("{n} treatment", "{n} treatments", count).format(n=count)
    panel = next((p for p in data.panels if p.measured), None)
    if panel is None:
        return _("{treatments}; no outcome has been recorded yet.").format(treatments=treated)
    last = panel.measured[-1]
    if panel.weekly:
        words = _("{treatments}. {measure}: {value} in the most recent week recorded").format(
            treatments=treated, measure=panel.scale.name, value=shown(last.value)
        )
    else:
        words = _("{treatments}. {measure}: {value} most recently").format(
            treatments=treated, measure=panel.scale.name, value=shown(last.value)
        )
    if panel.baseline is not None and last.cycle > 0 and not panel.weekly:
        words = _("{words}, {baseline} at baseline").format(
            words=words, baseline=shown(panel.baseline.value)
        )
        if last.change is not None:
            words = f"{words} ({change_words(last.change, panel.scale)})"
    missing = sum(1 for p in panel.points if p.value is None and p.expected)
    if missing:
        gaps = ngettext("{n} value is missing", "{n} values are missing", missing)
        words = f"{words}; {gaps.format(n=missing)}"
    return f"{words}."


def change_words(change: Fraction, scale: Scale) -> str:
    """A change in words that name the direction: "57 % fewer", "12 % higher"."""
    size = shown(abs(change), 0)
    if not round(change):
        return _("no change")
    if diary_counts.is_counted(scale.instrument):
        return (_("{n} % fewer") if change < 0 else _("{n} % more")).format(n=size)
    return (_("{n} % lower") if change < 0 else _("{n} % higher")).format(n=size)


CHART: Chart[PatientCourse, ResponseData] = Chart(
    name="response",
    kind="patient",
    title=lambda: _("Response over treatments"),
    question=lambda: _("Is this patient better since treatment began?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=_least_height,
    reads=frozenset({"measure", "measures", "view"}),
)
