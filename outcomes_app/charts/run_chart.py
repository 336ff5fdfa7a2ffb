"""The clinic month by month as an XmR chart: is it changing, or only varying?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.cohort_cycles import patient_cycles
from outcomes_app.analysis.run_chart import FEW_POINTS, Rule, RunChart, run_chart
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import chosen_scale, nobody
from outcomes_app.charts.frames import KeyEntry
from outcomes_app.charts.labels import SideLabel
from outcomes_app.charts.style import Style
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.definitions import Direction, Scale
from outcomes_app.text import _, month, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPoint:
    """The mean of one month over `n` cycles that ended in it."""

    month: date
    n: int
    mean: Fraction
    rules: frozenset[Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChartData:
    """The months that have a value, in order, with mean and limits over all of them."""

    scale: Scale
    points: tuple[MonthPoint, ...]
    limits: RunChart | None
    treated: int

    def better(self, point: MonthPoint) -> bool | None:
        """Whether a special point lies on the better side; None where it is common cause."""
        if not point.rules or self.limits is None:
            return None
        below = point.mean < self.limits.mean
        return below is (self.scale.direction is Direction.HIGHER_IS_WORSE)


def _prepare(cohort: Cohort, options: Options) -> RunChartData:
    scale = chosen_scale(options)
    patients = patient_cycles(cohort, scale, rules=options.rules, today=options.today)
    months: dict[date, list[Fraction]] = {}
    for patient in patients:
        for cycle in patient.cycles:
            if cycle.value is not None and cycle.day is not None:
                months.setdefault(cycle.day.replace(day=1), []).append(cycle.value)
    means = [(m, len(v), sum(v, Fraction(0)) / len(v)) for m, v in sorted(months.items())]
    limits = run_chart([mean for _m, _n, mean in means])
    return RunChartData(
        scale=scale,
        points=tuple(
            MonthPoint(month=m, n=n, mean=mean, rules=rules)
            for (m, n, mean), rules in zip(means, limits.rules if limits else (), strict=True)
        ),
        limits=limits,
        treated=len(patients),
    )


def rule_words(rule: Rule) -> str:
    """What a rule says."""
    return {
        Rule.OUTSIDE: _("outside the limits"),
        Rule.SHIFT: _("seven in a row on one side of the mean"),
        Rule.TREND: _("seven in a row rising or falling"),
        Rule.TWO_OF_THREE: _("two of three near a limit"),
    }[rule]


def _table(data: RunChartData) -> Table:
    titles = (
        ("month", _("Month")),
        ("n", _("Cycles")),
        ("mean", _("Mean")),
        ("centre", _("Mean of the months")),
        ("limit_low", _("Lower limit")),
        ("limit_high", _("Upper limit")),
        ("special_cause", _("Special cause")),
    )
    found = data.limits
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple(
            (p.month, p.n, p.mean, found.mean if found else None, found.low if found else None,
             found.high if found else None, ", ".join(sorted(r.value for r in p.rules)))
            for p in data.points
        ),
    )  # fmt: skip


def _why_empty(data: RunChartData) -> str:
    if not data.treated:
        return nobody()
    return _("No cycle here has a value of “{measure}”. Choose another measure.").format(
        measure=data.scale.name
    )


def _summary(data: RunChartData) -> str:
    if data.limits is None:
        return _why_empty(data)
    count = len(data.points)
    special = sum(1 for p in data.points if p.rules)
    words = _("{months}, mean {measure} {mean}").format(
        months=ngettext("{n} month", "{n} months", count).format(n=count),
        measure=data.scale.name,
        mean=shown(data.limits.mean),
    )
    if data.limits.low is not None:
        words += _(", limits {low} to {high}").format(
            low=shown(data.limits.low), high=shown(data.limits.high)
        )
    words += "; " + (
        ngettext("{n} month is special", "{n} months are special", special).format(n=special)
        if special
        else _("nothing but ordinary variation")
    )
    if data.limits.provisional:
        words += "; " + _("the limits are provisional")
    return f"{words}."


def _draw(figure: Figure, data: RunChartData, style: Style) -> Drawn:
    found = data.limits
    if found is None:
        labels.nothing_to_show(figure, _why_empty(data), style)
        return Drawn()
    side = _side(found, style)
    low, high = _range(data, found)
    (axes,) = frames.framed(
        figure,
        style,
        left=frames.left_room([shown(Fraction(low)), shown(Fraction(high)), "n"], style),
        right=frames.left_room([label.text for label in side], style, weight=700),
        bottom=46,
        key=_key(data, style),
        note=_note(data, found),
    )
    xs = [float(p.month.year * 12 + p.month.month) for p in data.points]
    axes.set_xlim(xs[0] - 0.8, xs[-1] + 0.8)
    marks.set_y(axes, low, high, style)
    lower = data.scale.direction is Direction.HIGHER_IS_WORSE
    title = _("{measure}, mean of the month").format(measure=data.scale.name)
    labels.fitted_title(
        axes, title, data.scale.short_name, style, extra=labels.better_is(lower=lower)
    )
    _lines(axes, found, style)
    spots = _points(axes, xs, data, style)
    labels.side_labels(axes, side, style)
    texts = [f"{month(p.month)} {p.month.year}" for p in data.points]
    frames.x_words(axes, xs, texts, style, rows=((_("n"), [str(p.n) for p in data.points]),))
    return Drawn(spots=tuple(spots))


def _side(found: RunChart, style: Style) -> list[SideLabel]:
    labelled = [SideLabel(y=float(found.mean), weight=700, color=style.text,
                          text=_("mean {v}").format(v=shown(found.mean)))]  # fmt: skip
    for value in (found.high, found.low):
        if value is not None:
            text = _("limit {v}").format(v=shown(value))
            labelled.append(SideLabel(y=float(value), text=text, color=style.text_muted))
    return labelled


def _range(data: RunChartData, found: RunChart) -> tuple[float, float]:
    values = [float(p.mean) for p in data.points]
    values += [float(v) for v in (found.low, found.high) if v is not None]
    low, high = min(values), max(values)
    room = max(1.0, (high - low) * 0.08)
    # Room is spent on the variation: a run chart does not begin at zero.
    return low - room, high + room


def _lines(axes: Axes, found: RunChart, style: Style) -> None:
    axes.axhline(float(found.mean), color=style.text, linewidth=style.pt(1.2), zorder=1.5)
    for value in (found.low, found.high):
        if value is not None:
            axes.axhline(float(value), color=style.threshold, linewidth=style.pt(1.2),
                         linestyle=(0, (5, 3)), zorder=1.5)  # fmt: skip


def _mark(better: bool | None, style: Style) -> dict[str, object]:
    if better is None:
        return {"marker": "o", "markerfacecolor": style.text_muted, "markersize": style.pt(7),
                "markeredgecolor": style.surface}  # fmt: skip
    return {
        "marker": "D" if better else "X",
        "markerfacecolor": style.series[0].color if better else style.worse,
        "markersize": style.pt(8.5 if better else 10.5),
        "markeredgecolor": style.surface,
    }


def _key(data: RunChartData, style: Style) -> list[KeyEntry]:
    names = ((None, _("ordinary variation")), (True, _("special, better")),
             (False, _("special, worse")))  # fmt: skip
    there = {data.better(p) for p in data.points}
    return [KeyEntry(text=t, marker=_mark(b, style)) for b, t in names if b in there]


def _points(axes: Axes, xs: Sequence[float], data: RunChartData, style: Style) -> list[Spot]:
    # A month without a value breaks the line: it is not known, not in between.
    breaks: list[float] = []
    values: list[float] = []
    for index, (x, p) in enumerate(zip(xs, data.points, strict=True)):
        if index and x - xs[index - 1] > 1:
            breaks.append(x - 0.5)
            values.append(float("nan"))
        breaks.append(x)
        values.append(float(p.mean))
    axes.plot(breaks, values, color=style.text_muted, linewidth=style.pt(1.4), zorder=2)
    spots = []
    for x, p in zip(xs, data.points, strict=True):
        mark = _mark(data.better(p), style)
        axes.plot([x], [float(p.mean)], linestyle="none", zorder=4, clip_on=False, **mark)  # type: ignore[arg-type]
        lines = [
            f"{month(p.month)} {p.month.year}",
            _("mean {mean}, n {n}").format(mean=shown(p.mean, 2), n=p.n),
            *(rule_words(r) for r in sorted(p.rules)),
        ]
        spots.append(Spot(axes=axes, x=x, y=float(p.mean), lines=tuple(lines)))
    return spots


def _note(data: RunChartData, found: RunChart) -> str:
    parts = [_("n: cycles that ended in the month; limits: mean ± 2.66 × mean moving range")]
    if found.provisional:
        parts.append(_("provisional: fewer than {n} months with a value").format(n=FEW_POINTS))
    rules = sorted({r for p in data.points for r in p.rules})
    parts += [rule_words(r) for r in rules]
    return "\u00a0· ".join(parts)


CHART: Chart[Cohort, RunChartData] = Chart(
    name="run_chart",
    kind="cohort",
    title=lambda: _("Month by month"),
    question=lambda: _("Is the practice changing, or only varying?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda _data, style: style.px(380),
)
