"""Draws the mean course of groups, and below it how many patients stand behind each point."""

from collections.abc import Sequence
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.group_course import Axis, GroupBy, GroupPoint
from outcomes_app.charts import labels, marks
from outcomes_app.charts.base import Drawn, Spot, shown
from outcomes_app.charts.group_course import MOST_ROWS, Group, GroupCourseData, step_name, why_empty
from outcomes_app.charts.labels import SideLabel
from outcomes_app.charts.marks import Margins
from outcomes_app.charts.style import DPI, Look, Style
from outcomes_app.domain.definitions import Direction
from outcomes_app.text import _, ngettext


def draw(figure: Figure, data: GroupCourseData, style: Style) -> Drawn:
    if not data.groups:
        labels.nothing_to_show(figure, why_empty(data), style)
        return Drawn()
    rows = data.groups if len(data.groups) <= MOST_ROWS else ()
    note = labels.wrapped(_explanation(data), _inches(figure) - style.px(24), style)
    names = [labels.wrapped(g.name, _inches(figure) * 0.26, style) for g in data.groups]
    widest = max(labels.text_width(n, style, weight=700) for n in names)
    row_height = max(style.px(15) * (n.count("\n") + 1) for n in names)
    low, high = _range(data)
    ticks = [labels.text_width(shown(Fraction(v)), style) for v in (low, high)]
    margins = Margins(
        left=style.px(26) + max(ticks),
        right=widest + style.px(46),
        top=style.px(30),
        bottom=style.px(64) + row_height * len(rows) + style.px(15) * (note.count("\n") + 1),
        between=0,
    )
    (axes,) = marks.panels(figure, [1.0], margins)
    marks.plain_axes(axes, style)
    room = 0.6 if data.axis is Axis.CYCLE else max((data.steps[-1] - data.steps[0]) * 0.04, 0.6)
    axes.set_xlim(data.steps[0] - room, data.steps[-1] + room)
    marks.set_y(axes, low, high, style)
    axes.set_xticks([])
    lower = data.scale.direction is Direction.HIGHER_IS_WORSE
    title = _("{measure}, mean").format(measure=data.scale.name)
    labels.fitted_title(
        axes, title, data.scale.short_name, style, extra=labels.better_is(lower=lower)
    )
    spots: list[Spot] = []
    for index, group in enumerate(data.groups):
        spots += _group(axes, group, data, style, index=index)
    labels.side_labels(axes, _labels(data, names, style), style)
    _numbers(axes, data, rows, names, style, row_height=row_height)
    labels.note(figure, note, style)
    return Drawn(spots=tuple(spots))


def _inches(figure: Figure) -> float:
    return float(figure.get_size_inches()[0] * DPI)


def _range(data: GroupCourseData) -> tuple[float, float]:
    """The whole range of a bounded score; else from 0 to above the highest interval."""
    points = [p for g in data.groups for p in g.points]
    scale = data.scale
    means = [float(p.mean) for p in points]
    # An interval may leave the range of its score; the axis does not.
    highest = max(means if scale.high is not None else [p.high or float(p.mean) for p in points])
    lowest = min(means if scale.low is not None else [p.low or float(p.mean) for p in points])
    low = float(scale.low) if scale.low is not None else min(0.0, lowest)
    if scale.high is not None and float(scale.high) - low <= 300:
        return min(low, lowest), max(float(scale.high), highest)
    ticks = marks.axis_ticks(low, max(highest, low + 1), 220)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    return min(low, lowest), ticks[-1] if ticks[-1] >= highest else ticks[-1] + step


def _look(group: Group, data: GroupCourseData, style: Style, index: int) -> Look:
    if data.group_by is GroupBy.PRODUCT:
        return style.product(group.name, group.key)
    return style.look(index)


def _apart(axes: Axes, index: int, count: int, style: Style) -> float:
    """How far a group's points are moved sideways, so that no interval hides another."""
    left, right = axes.get_xlim()
    pixel = (right - left) / marks.width_of(axes)
    step = min(style.px(5), style.px(36) / count)
    return (index - (count - 1) / 2) * step * pixel


def _group(
    axes: Axes, group: Group, data: GroupCourseData, style: Style, *, index: int
) -> list[Spot]:
    look = _look(group, data, style, index)
    shift = _apart(axes, index, len(data.groups), style)
    points = [group.at(step) for step in data.steps]
    xs = [step + shift for step in data.steps]
    small = len(data.steps) > 30
    for x, p in zip(xs, points, strict=True):
        if p is not None and p.low is not None and p.high is not None:
            _interval(axes, x, (p.low, p.high), look, style, thin=small)
    marks.series(
        axes,
        xs,
        [None if p is None else p.mean for p in points],
        look,
        style,
        light=[p is not None and p.n < 2 for p in points],
        size=4.0 if small else 7.0,
        label=group.name,
        zorder=3 + 0.01 * index,
    )
    return [
        Spot(axes=axes, x=x, y=float(p.mean), lines=_spot_lines(group, p, data))
        for x, p in zip(xs, points, strict=True)
        if p is not None
    ]


def _interval(
    axes: Axes, x: float, ends: tuple[float, float], look: Look, style: Style, *, thin: bool
) -> None:
    axes.plot(
        [x, x],
        ends,
        color=look.color,
        linewidth=style.pt(1 if thin else 1.4),
        marker="_",
        markersize=style.pt(3 if thin else 6),
        alpha=0.8,
        zorder=2,
    )


def _spot_lines(group: Group, p: GroupPoint, data: GroupCourseData) -> tuple[str, ...]:
    lines = [
        f"{group.name} · {step_name(p.step, data)}",
        _("mean {mean}, n {n}").format(mean=shown(p.mean, 2), n=p.n),
    ]
    if p.low is not None and p.high is not None:
        lines.append(
            _("95 % CI {low} to {high}").format(low=shown(p.low, 2), high=shown(p.high, 2))
        )
        lines.append(_("standard deviation {sd}").format(sd=shown(p.sd, 2)))
    return tuple(lines)


def _labels(data: GroupCourseData, names: Sequence[str], style: Style) -> list[SideLabel]:
    """The groups' names at the ends of their lines, where the rows below do not name them."""
    if len(data.groups) <= MOST_ROWS:
        return []
    return [
        SideLabel(
            y=float(group.points[-1].mean),
            text=name,
            color=_look(group, data, style, index).color,
            weight=700,
        )
        for index, (group, name) in enumerate(zip(data.groups, names, strict=True))
    ]


def _numbers(
    axes: Axes,
    data: GroupCourseData,
    rows: Sequence[Group],
    names: Sequence[str],
    style: Style,
    *,
    row_height: float,
) -> None:
    """Below the axis: the weeks or cycles, then how many patients stand behind each point."""
    texts = [_("Base") if step == 0 else str(step) for step in data.steps]
    widths = [labels.text_width(t, style) for t in texts]
    places = labels.pixels(axes, [float(s) for s in data.steps])
    chosen = labels.fitting(places, widths)
    for index in chosen:
        _below(axes, data.steps[index], texts[index], style, depth=19, color=style.axis)
    title = _("Weeks since first treatment") if data.axis is Axis.WEEK else _("Treatment cycle")
    left, right = axes.get_xlim()
    _below(axes, (left + right) / 2, title, style, depth=34, color=style.axis)
    for number, group in enumerate(rows):
        depth = 52 + number * row_height / style.scale
        look = _look(group, data, style, number)
        for index in chosen:
            point = group.at(data.steps[index])
            count = str(point.n) if point else "–"
            _below(axes, data.steps[index], count, style, depth=depth, color=style.text)
        _row_name(axes, names[number], look, style, depth=depth)
    if rows:
        _below(axes, left, "n", style, depth=52, color=style.text_muted, shift=-10)


def _below(
    axes: Axes,
    x: float,
    text: str,
    style: Style,
    *,
    depth: float,
    color: str,
    shift: float = 0.0,
) -> None:
    axes.annotate(
        text,
        xy=(x, 0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(style.pt(shift), -style.pt(depth)),
        textcoords="offset points",
        ha="center",
        va="baseline",
        color=color,
        fontsize=style.pt(11),
        annotation_clip=False,
    )


def _row_name(axes: Axes, name: str, look: Look, style: Style, *, depth: float) -> None:
    axes.annotate(
        name,
        xy=(1, 0),
        xycoords="axes fraction",
        xytext=(style.pt(34), -style.pt(depth - 9)),
        textcoords="offset points",
        ha="left",
        va="top",
        color=style.text,
        fontsize=style.pt(11),
        fontweight=700,
        annotation_clip=False,
    )
    labels.key(axes, look, style, right=18, depth=depth - 4)


def _explanation(data: GroupCourseData) -> str:
    parts = [_("Bars: 95 % confidence interval of the mean; n: patients with a value")]
    if data.axis is Axis.WEEK:
        parts.append(_("nearest week, one value per patient"))
    if any(p.n < 2 for g in data.groups for p in g.points):
        parts.append(_("pale points: one patient"))
    left_out = data.without_treatment + data.without_value
    if left_out:
        words = ngettext(
            "{n} patient without treatment or value is not in it",
            "{n} patients without treatment or value are not in it",
            left_out,
        )
        parts.append(words.format(n=left_out))
    return "\u00a0· ".join(parts)
