"""What a patient's response says: the tooltips of its points, and the line that explains it."""

from collections.abc import Sequence
from datetime import date

from matplotlib.axes import Axes

from outcomes_app.charts import marks
from outcomes_app.charts.base import Spot, View, shown
from outcomes_app.charts.response import Mark, Panel, Plotted, ResponseData, change_words
from outcomes_app.text import _, day, units


def point_spots(axes: Axes, panel: Panel, data: ResponseData, low: float) -> list[Spot]:
    by_number = {m.number: m for m in data.marks}
    spots = []
    for p in panel.points:
        if p.value is None and not p.expected:
            continue
        lines = _point_lines(p, panel)
        mark = by_number.get(p.cycle)
        if mark is not None:
            lines += mark_lines(mark, data)
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
        words = change_words(point.change, panel.scale)
        lines.append(
            _("{change} than at baseline").format(change=words) if round(point.change) else words
        )
    if point.cycle == 0 and point.value is not None:
        lines.append(_("before treatment"))
    return lines


def _days(start: date, end: date | None) -> str:
    if end is None or end == start:
        return day(start)
    return _("{start} to {end}").format(start=day(start), end=day(end))


def mark_lines(mark: Mark, data: ResponseData) -> list[str]:
    lines = [_("Tx {n}, {day}").format(n=mark.number, day=day(mark.day))]
    for given in mark.given:
        if given.placebo:
            dose = _("placebo")
        else:
            dose = units(given.units) if given.units is not None else _("dose not known")
        code = data.codes[given.product] if given.product is not None else ""
        lines.append(f"{code} {dose}".strip())
    return lines


def explanation(data: ResponseData, panels: Sequence[Panel], *, in_full: bool) -> str:
    """What the signs mean; only those that are in the picture."""
    parts = []
    if data.view is View.CYCLE and data.marks and data.from_diary:
        words = _("each cycle: diary {window}, else the last value before the next injection")
        parts.append(words.format(window=_(data.window)))
    elif data.view is View.CYCLE and data.marks:
        parts.append(_("each cycle: the last value before the next injection"))
    if data.view is View.WEEK:
        parts.append(_("paler lines are older cycles; weeks 9–12 are shaded"))
    if data.view is View.CYCLE and data.from_diary and in_full:
        parts.append(_("n/28: diary days recorded"))
    few = any(few_days(p) for panel in panels for p in panel.measured)
    if few and data.view is not View.WEEK:
        parts.append(_("pale points: fewer than 23 of 28 days recorded"))
    if any(p.value is None and p.expected for panel in panels for p in panel.points):
        parts.append(_("hollow tick: not recorded"))
    if any(p.mixed for p in panels):
        parts.append(_("reported, not diary: values told at visits are compared with counted ones"))
    if any(p.baseline and p.baseline.low != p.baseline.high for p in panels):
        parts.append(_("band: what unrecorded baseline days leave open"))
    text = "\u00a0· ".join(parts)
    return text[:1].upper() + text[1:]


def few_days(point: Plotted) -> bool:
    return point.recorded is not None and point.recorded * 28 < marks.FEW_DAYS * point.recorded_of
