"""Draws a patient's response: the measures as panels on one axis, the doses below them."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.baseline import BaselineSource
from outcomes_app.charts import marks, response_axis
from outcomes_app.charts.base import Drawn, Spot, View, shown
from outcomes_app.charts.marks import Margins, SideLabel
from outcomes_app.charts.response import (
    Line,
    Mark,
    Panel,
    Plotted,
    ResponseData,
    change_words,
)
from outcomes_app.charts.style import DPI, Look, Style, mixed
from outcomes_app.domain.definitions import Direction
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _, day, ngettext, units

_DOSE_HEIGHT = 46.0


def draw(figure: Figure, data: ResponseData, style: Style) -> Drawn:
    """Draw all panels; returns the spots that answer to the pointer."""
    if data.empty:
        marks.nothing_to_show(
            figure,
            _("No treatments and no outcomes yet. The course begins with the first visit."),
            style,
        )
        return Drawn()
    shown_panels = [p for p in data.panels if p.measured or p.baseline]
    drawn_panels = shown_panels or list(data.panels[:1])
    products = () if data.view is View.WEEK else tuple(data.codes)
    note = marks.wrapped(_explanation(data, drawn_panels), _note_room(figure, style), style)
    labels = [_side_labels(p, data, style) for p in drawn_panels]
    margins = _margins(data, drawn_panels, labels, style, note)
    weights = [1.0 if n == 0 else 0.45 for n in range(len(drawn_panels))]
    axes = marks.panels(figure, weights, margins, [style.px(_DOSE_HEIGHT)] * len(products))
    spots: list[Spot] = []
    for index, panel in enumerate(drawn_panels):
        spots += _measure(axes[index], panel, data, style, index=index, top=index == 0)
        marks.side_labels(axes[index], labels[index], style)
        _few_points(axes[index], panel, style)
    for index, product in enumerate(products, start=len(drawn_panels)):
        spots += _dose(axes[index], product, data, style)
    for one in axes:
        _treatment_lines(one, data, style)
        one.set_xticks([])
    if axes:
        spots += _treatment_marks(axes[0], data, style)
        response_axis.label(axes[-1], data, style)
    marks.note(figure, note, style)
    return Drawn(spots=tuple(spots))


def _note_room(figure: Figure, style: Style) -> float:
    return float(figure.get_size_inches()[0] * DPI - style.px(24))


def _margins(
    data: ResponseData,
    panels: Sequence[Panel],
    labels: Sequence[Sequence[SideLabel]],
    style: Style,
    note: str,
) -> Margins:
    widest = max(
        (
            marks.text_width(label.text, style, weight=label.weight)
            for group in labels
            for label in group
        ),
        default=0.0,
    )
    axis_lines = response_axis.label_lines(data)
    return Margins(
        left=style.px(16) + max((_tick_width(p, style) for p in panels), default=style.px(20)),
        right=widest + style.px(22),
        top=style.px(64 if _changes(data) else 50),
        bottom=style.px(14 + 14 * axis_lines + 16 + 15 * (note.count("\n") + 1)),
        between=style.px(34),
    )


def _tick_width(panel: Panel, style: Style) -> float:
    low, high = _range(panel)
    return max(marks.text_width(shown(Fraction(v)), style) for v in (low, high)) + style.px(6)


def _range(panel: Panel) -> tuple[float, float]:
    """The whole range of a score; for counts from 0 to the next whole number of weeks."""
    values = [float(p.value) for p in panel.measured if p.value is not None]
    if panel.baseline is not None:
        values += [float(panel.baseline.value), float(panel.baseline.high)]
    scale = panel.scale
    highest = max(values, default=1.0)
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
    name = panel.scale.name
    if panel.weekly:
        name = _("{measure}, counted per week").format(measure=name)
    unit = panel.scale.unit
    title = f"{name}, {unit}" if unit and unit.casefold() not in name.casefold() else name
    room = marks.width_of(axes) - style.px(130)
    marks.panel_title(
        axes,
        marks.wrapped(title, room, style).split("\n")[0] if top else title,
        style,
        extra=marks.better_is(lower=lower),
        lift=style.px(40 if _changes(data) else 26) if top else 0.0,
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
    return _spots(axes, panel, data, low)


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
        light=[_few_days(p) for p in points],
        size=7.0 if len(points) <= 60 else 4.0,
        label=panel.scale.name,
    )
    if index == 0:
        _value_labels(axes, points, look, style)


def _few_days(point: Plotted) -> bool:
    return point.recorded is not None and point.recorded * 28 < marks.FEW_DAYS * point.recorded_of


def _value_labels(axes: Axes, points: Sequence[Plotted], look: Look, style: Style) -> None:
    """The values over their points: all where there is room, else first, last and extremes."""
    known = [p for p in points if p.value is not None]
    if not known:
        return
    texts = {id(p): shown(p.value) for p in known}
    places = response_axis.pixels(axes, [p.x for p in known])
    widths = [marks.text_width(texts[id(p)], style, weight=700) for p in known]
    if len(response_axis.fitting(places, widths, gap=4)) < len(known):
        lowest = min(known, key=lambda p: p.value or Fraction(0))
        highest = max(known, key=lambda p: p.value or Fraction(0))
        known = list(dict.fromkeys((known[0], lowest, highest, known[-1])))
    valleys = _valleys(points)
    low, high = axes.get_ylim()
    for p in known:
        if p.value is None:
            continue
        room_below = (float(p.value) - low) / (high - low) * marks.height_of(axes)
        below = id(p) in valleys and room_below > style.px(24)
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
            path_effects=marks.halo(style),
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
    labels: list[SideLabel] = []
    start = panel.baseline
    if start is not None:
        text = _("Baseline {value}").format(value=shown(start.value))
        if start.source is BaselineSource.ENTERED:
            text = _("Baseline {value} (entered)").format(value=shown(start.value))
        labels.append(SideLabel(y=float(start.value), text=text, color=style.text_muted))
    for percent, value in panel.thresholds:
        change = Fraction(percent if value > (start.value if start else 0) else -percent)
        words = change_words(change, panel.scale)
        labels.append(
            SideLabel(
                y=float(value),
                text=f"{words}: {shown(value)}",
                color=style.better if percent == 50 else style.text_muted,
            )
        )
    if data.view is View.WEEK:
        labels += _week_labels(panel, style)
    return labels


def _week_labels(panel: Panel, style: Style) -> list[SideLabel]:
    filled = [
        (line, [p for p in line.points if p.value is not None])
        for line in panel.lines
        if any(p.value is not None for p in line.points)
    ]
    labels = []
    if filled:
        line, known = filled[-1]
        labels.append(
            SideLabel(
                y=float(known[-1].value or 0),
                text=_("Tx {number}, latest").format(number=line.cycle),
                color=style.text,
                weight=700,
            )
        )
    if panel.median:
        labels.append(
            SideLabel(
                y=float(panel.median[-1][1]),
                text=ngettext("Median of {n} cycle", "Median of {n} cycles", len(filled)).format(
                    n=len(filled)
                ),
                color=style.text,
            )
        )
    return labels


def _few_points(axes: Axes, panel: Panel, style: Style) -> None:
    """Says in place why there is no course yet."""
    after = [p for p in panel.measured if p.cycle > 0]
    if after:
        return
    text = (
        _("Needs one more treatment or outcome to show a course.")
        if panel.measured
        else _("Not recorded so far.")
    )
    axes.text(
        0.5,
        0.5,
        marks.wrapped(text, marks.width_of(axes) * 0.8, style),
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=style.text_muted,
        fontsize=style.pt(12),
    )


def _changes(data: ResponseData) -> list[tuple[Mark, str]]:
    """The treatments at which the product changed, with words for it."""
    if data.view is View.WEEK:
        return []
    found = []
    for mark in data.marks:
        for given in mark.given:
            if given.changed_from is not None and given.product is not None:
                change = f"{data.codes[given.changed_from]} → {data.codes[given.product]}"
                found.append((mark, change))
                break
    return found


def _treatment_lines(axes: Axes, data: ResponseData, style: Style) -> None:
    if data.view is View.WEEK:
        axes.axvline(0, color=style.treatment, alpha=0.4, linewidth=style.pt(1), zorder=1)
        return
    changed = {mark.x for mark, _change in _changes(data)}
    for mark in data.marks:
        line = axes.axvline(
            mark.x,
            color=style.treatment,
            alpha=0.75 if mark.x in changed else 0.16,
            linewidth=style.pt(1.2 if mark.x in changed else 1),
            linestyle=(0, (2, 2)) if mark.x in changed else "-",
            zorder=0.8,
        )
        line.set_gid(f"treatment:{mark.number}")


def _treatment_marks(axes: Axes, data: ResponseData, style: Style) -> list[Spot]:
    """ "Tx 1" … above the first panel, as many as have room; the change of product above them."""
    week = data.view is View.WEEK
    xs = [0.0] if week else [m.x for m in data.marks]
    if not xs or not data.marks:
        return []
    transform = axes.get_xaxis_transform()
    axes.plot(
        xs,
        [1.0] * len(xs),
        transform=transform,
        linestyle="none",
        marker="v",
        markersize=style.pt(8),
        color=style.treatment,
        markeredgewidth=0,
        clip_on=False,
        zorder=5,
    )
    texts = [_("Injection")] if week else [_("Tx {n}").format(n=m.number) for m in data.marks]
    places = response_axis.pixels(axes, xs)
    for index in response_axis.fitting(places, [marks.text_width(t, style) for t in texts]):
        _over(axes, xs[index], texts[index], style, lift=7, color=style.text_muted)
    if week:
        return []
    changes = _changes(data)
    widths = [marks.text_width(words, style, weight=700) for _mark, words in changes]
    spots = response_axis.pixels(axes, [mark.x for mark, _words in changes])
    for index in response_axis.fitting(spots, widths):
        mark, words = changes[index]
        _over(axes, mark.x, words, style, lift=21, color=style.text, weight=700)
    top = axes.get_ylim()[1]
    return [
        Spot(
            axes=axes,
            x=m.x,
            y=top,
            lines=tuple(_mark_lines(m, data)),
            treatment_id=m.given[0].treatment_id if m.given else None,
        )
        for m in data.marks
    ]


def _over(
    axes: Axes, x: float, text: str, style: Style, *, lift: float, color: str, weight: int = 400
) -> None:
    axes.annotate(
        text,
        xy=(x, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, style.pt(lift)),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=color,
        fontsize=style.pt(11),
        fontweight=weight,
        annotation_clip=False,
    )


def _dose(axes: Axes, product: ProductId, data: ResponseData, style: Style) -> list[Spot]:
    """One product's doses as stems from zero; another product never shares the scale."""
    marks.plain_axes(axes, style)
    axes.set_xlim(*response_axis.limits(data))
    look = style.product(data.names[product], data.codes[product])
    given = [(m, d) for m in data.marks for d in m.given if d.product == product]
    known = [(m, d.units) for m, d in given if d.units is not None]
    most = max((float(u) for _m, u in known), default=1.0) or 1.0
    axes.set_ylim(0, most * 1.55)
    axes.set_yticks([])
    xs, doses = [m.x for m, _u in known], [float(u) for _m, u in known]
    stems = axes.vlines(xs, 0, doses, color=look.color, linewidth=style.pt(2), zorder=3)
    stems.set_gid(f"stems:{product}")
    (heads,) = axes.plot(
        xs,
        doses,
        linestyle="none",
        marker=look.marker,
        markersize=style.pt(8),
        color=look.color,
        markeredgecolor=style.surface,
        zorder=4,
        clip_on=False,
    )
    heads.set_gid(f"dose:{product}")
    marks.panel_title(
        axes,
        _("Dose, {code}").format(code=data.codes[product]),
        style,
        extra=_("{product}, units").format(product=data.names[product]),
    )
    _dose_labels(axes, known, style)
    marks.missing_ticks(axes, [m.x for m, d in given if d.units is None and not d.placebo], style)
    placebo = [m.x for m, d in given if d.placebo]
    for x in placebo:
        axes.plot([x], [0], marker=look.marker, markersize=style.pt(8), color=look.color,
                  markerfacecolor=style.surface, clip_on=False, zorder=4)  # fmt: skip
    for index in response_axis.fitting(
        response_axis.pixels(axes, placebo),
        [marks.text_width(_("placebo"), style)] * len(placebo),
    ):
        axes.annotate(_("placebo"), xy=(placebo[index], 0), xytext=(0, style.pt(7)),
                      textcoords="offset points", ha="center", va="bottom",
                      color=style.text_muted, fontsize=style.pt(11))  # fmt: skip
    return [
        Spot(
            axes=axes,
            x=m.x,
            y=float(d.units or 0),
            lines=tuple(_mark_lines(m, data)),
            treatment_id=d.treatment_id,
        )
        for m, d in given
    ]


def _dose_labels(axes: Axes, known: Sequence[tuple[Mark, object]], style: Style) -> None:
    """Units over the stems; where there is no room for all, those that changed."""
    texts = [shown(Fraction(str(u)), 2) for _m, u in known]
    widths = [marks.text_width(t, style) for t in texts]
    places = response_axis.pixels(axes, [m.x for m, _u in known])
    everyone = response_axis.fitting(places, widths)
    if len(everyone) < len(texts):
        changed = [n for n in range(len(texts)) if n == 0 or texts[n] != texts[n - 1]]
        kept = response_axis.fitting([places[n] for n in changed], [widths[n] for n in changed])
        everyone = [changed[n] for n in kept]
    for n in everyone:
        mark, amount = known[n]
        axes.annotate(
            texts[n],
            xy=(mark.x, float(str(amount))),
            xytext=(0, style.pt(6)),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=style.text,
            fontsize=style.pt(11),
        )


def _spots(axes: Axes, panel: Panel, data: ResponseData, low: float) -> list[Spot]:
    by_number = {m.number: m for m in data.marks}
    spots = []
    for p in panel.points:
        if p.value is None and not p.expected:
            continue
        lines = _point_lines(p, panel)
        mark = by_number.get(p.cycle)
        if mark is not None:
            lines += _mark_lines(mark, data)
        spots.append(
            Spot(
                axes=axes,
                x=p.x,
                y=float(p.value) if p.value is not None else low,
                lines=tuple(lines),
                treatment_id=p.treatment_id,
            )
        )
    return spots


def _point_lines(point: Plotted, panel: Panel) -> list[str]:
    value = shown(point.value, 2) if point.value is not None else _("not recorded")
    lines = [f"{panel.scale.short_name or panel.scale.name}: {value}"]
    if point.day is not None:
        lines[:0] = [_days(point.day, point.end)]
    if point.week is not None:
        lines.append(_("Week {n} after the injection").format(n=point.week))
    if point.recorded is not None:
        lines.append(
            _("{recorded}/{days} days recorded").format(
                recorded=point.recorded, days=point.recorded_of
            )
        )
    if point.change is not None and point.cycle > 0:
        lines.append(change_words(point.change, panel.scale))
    if point.cycle == 0 and point.value is not None:
        lines.append(_("before treatment"))
    return lines


def _days(start: date, end: date | None) -> str:
    if end is None or end == start:
        return day(start)
    return _("{start} to {end}").format(start=day(start), end=day(end))


def _mark_lines(mark: Mark, data: ResponseData) -> list[str]:
    lines = [_("Tx {n}, {day}").format(n=mark.number, day=day(mark.day))]
    for given in mark.given:
        if given.placebo:
            dose = _("placebo")
        else:
            dose = units(given.units) if given.units is not None else _("dose not known")
        code = data.codes[given.product] if given.product is not None else ""
        lines.append(f"{code} {dose}".strip())
    return lines


def _explanation(data: ResponseData, panels: Sequence[Panel]) -> str:
    """What the signs mean; only those that are in the picture."""
    parts = []
    if data.view is View.CYCLE and data.marks:
        diary = _("diary {window}, else the last value before the next injection")
        told = _("Each cycle: the last value before the next injection")
        parts.append(
            _("Each cycle: {diary}").format(diary=diary.format(window=_(data.window)))
            if data.from_diary
            else told
        )
    if data.view is View.WEEK:
        parts.append(_("Paler lines are older cycles; weeks 9–12 are shaded"))
    if data.view is View.CYCLE and data.from_diary:
        parts.append(_("n/28: diary days recorded"))
    few = any(_few_days(p) for panel in panels for p in panel.measured)
    if few and data.view is not View.WEEK:
        parts.append(_("pale points: fewer than 23 of 28 days recorded"))
    if any(p.value is None and p.expected for panel in panels for p in panel.points):
        parts.append(_("hollow tick: not recorded"))
    if any(p.baseline and p.baseline.low != p.baseline.high for p in panels):
        parts.append(_("band: what unrecorded baseline days leave open"))
    text = " · ".join(parts)
    return text[:1].upper() + text[1:]
