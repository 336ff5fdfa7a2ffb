"""Draws a patient's response: the measures as panels on one axis, the doses below them."""

from collections.abc import Sequence
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.baseline import BaselineSource
from outcomes_app.charts import (
    labels,
    marks,
    response_axis,
    response_treatments,
    response_words,
)
from outcomes_app.charts.base import Drawn, Spot, View, shown
from outcomes_app.charts.labels import SideLabel
from outcomes_app.charts.marks import Margins
from outcomes_app.charts.response import (
    Line,
    Panel,
    Plotted,
    ResponseData,
    change_words,
)
from outcomes_app.charts.style import DPI, Look, Style, mixed
from outcomes_app.domain.definitions import Direction
from outcomes_app.text import _, ngettext

_DOSE_HEIGHT = 46.0


def draw(figure: Figure, data: ResponseData, style: Style) -> Drawn:
    """Draw all panels; returns the spots that answer to the pointer."""
    if data.empty:
        labels.nothing_to_show(
            figure,
            _("No treatments and no outcomes yet. The course begins with the first visit."),
            style,
        )
        return Drawn()
    shown_panels = [p for p in data.panels if p.measured or p.baseline]
    drawn_panels = shown_panels or list(data.panels[:1])
    products = () if data.view is View.WEEK else tuple(data.codes)
    beside = [_side_labels(p, data, style) for p in drawn_panels]
    left, right = _sides(drawn_panels, beside, style)
    width = float(figure.get_size_inches()[0] * DPI)
    in_full = response_axis.in_full(data, width - left - right, style)
    words = response_words.explanation(data, drawn_panels, in_full=in_full)
    note = labels.wrapped(words, width - style.px(24), style)
    below = 14 + 14 * response_axis.label_lines(data) + 16 + 15 * (note.count("\n") + 1)
    margins = Margins(
        left=left,
        right=right,
        top=style.px(64 if response_treatments.product_changes(data) else 50),
        bottom=style.px(below),
        between=style.px(34),
    )
    weights = [1.0 if n == 0 else 0.45 for n in range(len(drawn_panels))]
    axes = marks.panels(figure, weights, margins, [style.px(_DOSE_HEIGHT)] * len(products))
    spots: list[Spot] = []
    # Said once: it is as true of the panels below.
    lacking = next((p for p in drawn_panels if not _has_course(p)), None)
    for index, panel in enumerate(drawn_panels):
        spots += _measure(axes[index], panel, data, style, index=index, top=index == 0)
        labels.side_labels(axes[index], beside[index], style)
        if panel is lacking:
            _few_points(axes[index], panel, style)
    for index, product in enumerate(products, start=len(drawn_panels)):
        spots += response_treatments.dose_panel(axes[index], product, data, style)
    for one in axes:
        response_treatments.treatment_lines(one, data, style)
        one.set_xticks([])
    if axes:
        spots += response_treatments.treatment_marks(axes[0], data, style)
        response_axis.label(axes[-1], data, style, in_full=in_full)
    labels.note(figure, note, style)
    return Drawn(spots=tuple(spots))


def _sides(
    panels: Sequence[Panel], beside: Sequence[Sequence[SideLabel]], style: Style
) -> tuple[float, float]:
    """Room left for the numbers of the scales and right for the labels, in pixels."""
    widest = max(
        (
            labels.text_width(label.text, style, weight=label.weight)
            for group in beside
            for label in group
        ),
        default=0.0,
    )
    numbers = max((_tick_width(p, style) for p in panels), default=style.px(20))
    return style.px(16) + numbers, widest + style.px(22)


def _tick_width(panel: Panel, style: Style) -> float:
    low, high = _range(panel)
    return max(labels.text_width(shown(Fraction(v)), style) for v in (low, high)) + style.px(6)


def _range(panel: Panel) -> tuple[float, float]:
    """The whole range of a score; for counts from 0 to the next whole number of weeks."""
    values = [float(p.value) for p in panel.measured if p.value is not None]
    if panel.baseline is not None:
        values += [float(panel.baseline.value), float(panel.baseline.high)]
    scale = panel.scale
    highest = max(values, default=float(scale.high) if scale.high is not None else 1.0)
    if diary_counts.is_counted(scale.instrument) and scale.instrument != "headache_hours_28":
        if panel.weekly:
            return 0.0, 7.0
        return 0.0, next((float(w) for w in (7, 14, 21, 28) if highest <= w), highest)
    low = float(scale.low) if scale.low is not None else min(0.0, *values, 0.0)
    if scale.high is not None and (scale.low is not None and scale.high - scale.low <= 300):
        return low, max(float(scale.high), highest)
    ticks = marks.axis_ticks(low, max(highest, low + 1), 176)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    return low, ticks[-1] if ticks[-1] >= highest else ticks[-1] + step


def _measure(
    axes: Axes, panel: Panel, data: ResponseData, style: Style, *, index: int, top: bool
) -> list[Spot]:
    marks.plain_axes(axes, style)
    axes.set_xlim(*response_axis.limits(data))
    low, high = _range(panel)
    marks.set_y(axes, low, high, style)
    lower = panel.scale.direction is Direction.HIGHER_IS_WORSE
    extra = labels.better_is(lower=lower)
    labels.fitted_title(
        axes,
        panel.scale.name,
        panel.scale.short_name,
        style,
        extra=_("{n}, counted per week").format(n=extra) if panel.weekly else extra,
        lift=style.px(40 if response_treatments.product_changes(data) else 26) if top else 0.0,
    )
    _baseline(axes, panel, style)
    if data.view is View.WEEK:
        _weeks(axes, panel, style, index=index)
    else:
        for line in panel.lines:
            _course(axes, line, panel, style, index=index)
    looked_at = panel.lines[-1:] if data.view is View.WEEK else panel.lines
    missing = [p.x for line in looked_at for p in line.points if p.value is None and p.expected]
    marks.missing_ticks(axes, missing, style)
    return response_words.point_spots(axes, panel, data, low)


def _baseline(axes: Axes, panel: Panel, style: Style) -> None:
    start = panel.baseline
    if start is None:
        return
    if start.high != start.low:
        band = axes.axhspan(
            float(start.low), float(start.high), color=style.band, linewidth=0, zorder=0.5
        )
        band.set_gid("baseline-band")
    line = axes.axhline(
        float(start.value),
        color=style.baseline,
        linewidth=style.pt(1.4),
        linestyle=(0, (7, 3)),
        zorder=1.5,
    )
    line.set_gid("baseline")
    for percent, value in panel.thresholds:
        if percent == 50:
            lower = panel.scale.direction is Direction.HIGHER_IS_WORSE
            edge = axes.get_ylim()[0 if lower else 1]
            axes.axhspan(
                *sorted((float(value), edge)),
                color=mixed(style.better, style.surface, 0.06),
                linewidth=0,
                zorder=0.2,
            )
        threshold = axes.axhline(
            float(value),
            color=style.better if percent == 50 else style.threshold,
            linewidth=style.pt(1.2),
            linestyle=(0, (4, 3)) if percent == 50 else (0, (1.5, 2.5)),
            zorder=1.4,
        )
        threshold.set_gid(f"threshold:{percent}")


def _course(axes: Axes, line: Line, panel: Panel, style: Style, *, index: int) -> None:
    look = style.look(index)
    points = line.points
    marks.series(
        axes,
        [p.x for p in points],
        [p.value for p in points],
        look,
        style,
        light=[response_words.few_days(p) for p in points],
        size=7.0 if len(points) <= 60 else 4.0,
        label=panel.scale.name,
    )
    if index == 0:
        _value_labels(axes, points, look, style)


def _value_labels(axes: Axes, points: Sequence[Plotted], look: Look, style: Style) -> None:
    """The values over their points: all where there is room, else first, last and extremes."""
    known = [p for p in points if p.value is not None]
    if not known:
        return
    texts = {id(p): shown(p.value) for p in known}
    places = labels.pixels(axes, [p.x for p in known])
    widths = [labels.text_width(texts[id(p)], style, weight=700) for p in known]
    if len(labels.fitting(places, widths, gap=4)) < len(known):
        lowest = min(known, key=lambda p: p.value or Fraction(0))
        highest = max(known, key=lambda p: p.value or Fraction(0))
        known = list(dict.fromkeys((known[0], lowest, highest, known[-1])))
    valleys = _valleys(points)
    low, high = axes.get_ylim()
    for p in known:
        if p.value is None:
            continue
        share = (float(p.value) - low) / (high - low)
        height = marks.height_of(axes)
        # Neither onto the axis below nor onto the marks of the treatments above.
        crowded = (1 - share) * height < style.px(24)
        below = (id(p) in valleys or crowded) and share * height > style.px(24)
        axes.annotate(
            texts[id(p)],
            xy=(p.x, float(p.value)),
            xytext=(0, style.pt(-8 if below else 8)),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
            color=look.color,
            fontsize=style.pt(11),
            fontweight=700,
            path_effects=labels.halo(style),
            zorder=6,
        )


def _valleys(points: Sequence[Plotted]) -> set[int]:
    """The points from which the line rises on both sides: their label goes below."""
    found = set()
    for index, point in enumerate(points):
        if point.value is None:
            continue
        beside = [
            p.value
            for p in (*points[max(index - 1, 0) : index], *points[index + 1 : index + 2])
            if p.value is not None
        ]
        if beside and all(value > point.value for value in beside):
            found.add(id(point))
    return found


def _weeks(axes: Axes, panel: Panel, style: Style, *, index: int) -> None:
    """Cycles over each other: the older the paler, the latest thick, the median dashed."""
    look = style.look(index)
    shaded = axes.axvspan(8, 12, color=style.wearing_off, linewidth=0, zorder=0.3)
    shaded.set_gid("weeks 9-12")
    filled = [line for line in panel.lines if any(p.value is not None for p in line.points)]
    for place, line in enumerate(filled):
        latest = place == len(filled) - 1
        share = 1.0 if latest else 0.25 + 0.4 * place / max(len(filled) - 1, 1)
        paler = Look(color=mixed(look.color, style.surface, share), marker=look.marker)
        marks.series(
            axes,
            [p.x for p in line.points],
            [p.value for p in line.points],
            paler,
            style,
            width=2.6 if latest else 1.2,
            size=6.0 if latest else 3.0,
            label=f"{panel.scale.name} {line.cycle}",
            zorder=4 if latest else 2,
        )
    if panel.median:
        (median,) = axes.plot(
            [x for x, _value in panel.median],
            [float(value) for _x, value in panel.median],
            color=style.text,
            linewidth=style.pt(1.8),
            linestyle=(0, (5, 2)),
            zorder=5,
        )
        median.set_gid("median")


def _side_labels(panel: Panel, data: ResponseData, style: Style) -> list[SideLabel]:
    found: list[SideLabel] = []
    start = panel.baseline
    if start is not None:
        text = _("Baseline {value}").format(value=shown(start.value))
        if start.source is BaselineSource.ENTERED:
            text = _("Baseline {value} (entered)").format(value=shown(start.value))
        if start.not_diary and panel.mixed:
            text = _("Baseline {value} (reported)").format(value=shown(start.value))
        found.append(SideLabel(y=float(start.value), text=text, color=style.text_muted))
    for percent, value in panel.thresholds:
        change = Fraction(percent if value > (start.value if start else 0) else -percent)
        words = change_words(change, panel.scale)
        found.append(
            SideLabel(
                y=float(value),
                text=f"{words}: {shown(value)}",
                color=style.better if percent == 50 else style.text_muted,
            )
        )
    if data.view is View.WEEK:
        found += _week_labels(panel, style)
    return found


def _week_labels(panel: Panel, style: Style) -> list[SideLabel]:
    filled = [
        (line, [p for p in line.points if p.value is not None])
        for line in panel.lines
        if any(p.value is not None for p in line.points)
    ]
    found = []
    if filled:
        line, known = filled[-1]
        found.append(
            SideLabel(
                y=float(known[-1].value or 0),
                text=_("Tx {number}, latest").format(number=line.cycle),
                color=style.text,
                weight=700,
            )
        )
    if panel.median:
        found.append(
            SideLabel(
                y=float(panel.median[-1][1]),
                text=ngettext("Median of {n} cycle", "Median of {n} cycles", len(filled)).format(
                    n=len(filled)
                ),
                color=style.text,
            )
        )
    return found


def _has_course(panel: Panel) -> bool:
    return any(p.cycle > 0 for p in panel.measured) or len(panel.measured) > 1


def _few_points(axes: Axes, panel: Panel, style: Style) -> None:
    """Says in place why there is no course yet."""
    text = (
        _("Needs one more treatment or outcome to show a course.")
        if panel.measured
        else _("Not recorded so far.")
    )
    axes.text(
        0.5,
        0.22,
        labels.wrapped(text, marks.width_of(axes) * 0.8, style),
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=style.text_muted,
        fontsize=style.pt(12),
        bbox={"facecolor": style.surface, "edgecolor": "none", "pad": style.pt(5)},
        zorder=7,
    )
