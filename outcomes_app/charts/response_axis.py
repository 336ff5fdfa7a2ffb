"""The horizontal axis of a patient's response: its extent, and labels that never collide."""

from collections.abc import Sequence
from datetime import date

from matplotlib.axes import Axes

from outcomes_app.charts import labels, marks
from outcomes_app.charts.base import View
from outcomes_app.charts.response import Plotted, ResponseData, day_at
from outcomes_app.charts.style import Style
from outcomes_app.text import _, month

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60)


def limits(data: ResponseData) -> tuple[float, float]:
    """The extent of the axis, the same for all panels."""
    xs = [p.x for panel in data.panels for p in panel.points] + [m.x for m in data.marks]
    xs += [x for panel in data.panels for x, _value in panel.median]
    if data.view is View.CYCLE:
        return -0.5, max([0.5, *(x for x in xs)]) + 0.5
    if data.view is View.WEEK:
        return -0.4, max([12.0, *xs]) + 0.4
    low, high = min(xs, default=0.0), max(xs, default=1.0)
    room = max((high - low) * 0.04, 20.0)
    return low - room, high + room


def label_lines(data: ResponseData) -> int:
    """How many lines of text the labels of the axis take."""
    if data.view is View.CYCLE:
        return 3 if data.from_diary else 2
    return 2


def label(axes: Axes, data: ResponseData, style: Style, *, in_full: bool) -> None:
    """Write the labels of the axis below the last panel."""
    if data.view is View.CYCLE:
        _cycles(axes, data, style, in_full=in_full)
    elif data.view is View.WEEK:
        _weeks(axes, style)
    else:
        _dates(axes, style)


def _put(axes: Axes, xs: Sequence[float], texts: Sequence[str], style: Style) -> None:
    """Labels below the axis, line by line, so that all first lines stand on one base line."""
    for x, text in zip(xs, texts, strict=True):
        for line, words in enumerate(text.split("\n")):
            _line(axes, x, words, style, line=line)


def _line(axes: Axes, x: float, text: str, style: Style, *, line: int) -> None:
    axes.annotate(
        text,
        xy=(x, 0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, -style.pt(19 + 14 * line)),
        textcoords="offset points",
        ha="center",
        va="baseline",
        color=style.axis,
        fontsize=style.pt(11),
        annotation_clip=False,
    )


def _title(axes: Axes, text: str, style: Style, *, line: int) -> None:
    low, high = axes.get_xlim()
    _line(axes, (low + high) / 2, text, style, line=line)


def in_full(data: ResponseData, width: float, style: Style) -> bool:
    """Whether "Cycle 1" with its months and recorded days fits below every cycle."""
    if data.view is not View.CYCLE:
        return False
    low, high = limits(data)
    numbers = _numbers(data)
    places = [(n - low) / (high - low) * width for n in numbers]
    widths = [labels.text_width(t, style) for t in _full_texts(data)]
    return len(labels.fitting(places, widths)) == len(numbers)


def _numbers(data: ResponseData) -> list[int]:
    return [0, *(m.number for m in data.marks)]


def _main_points(data: ResponseData) -> dict[int, Plotted]:
    """The points of the first panel that is drawn, by cycle."""
    first = next((p for p in data.panels if p.measured), None)
    return {p.cycle: p for p in first.points} if first else {}


def _full_texts(data: ResponseData) -> list[str]:
    points = _main_points(data)
    return [_cycle_text(n, data, points.get(n)) for n in _numbers(data)]


def _cycles(axes: Axes, data: ResponseData, style: Style, *, in_full: bool) -> None:
    """ "Baseline", "Cycle 1" … with the months they cover, or bare numbers where it is narrow."""
    numbers = _numbers(data)
    if in_full:
        _put(axes, numbers, _full_texts(data), style)
        return
    points = _main_points(data)
    title = _("Cycle")
    texts = [_("Base") if n == 0 else str(n) for n in numbers]
    if data.from_diary:
        title = _("Cycle, and below it the diary days recorded of 28")
        texts = [f"{t}\n{_recorded(points.get(n))}" for n, t in zip(numbers, texts, strict=True)]
    widths = [labels.text_width(t, style) for t in texts]
    chosen = labels.fitting(labels.pixels(axes, numbers), widths)
    _put(axes, [numbers[i] for i in chosen], [texts[i] for i in chosen], style)
    _title(axes, title, style, line=2 if data.from_diary else 1)


def _recorded(point: Plotted | None) -> str:
    return "–" if point is None or point.recorded is None else str(point.recorded)


def _cycle_text(number: int, data: ResponseData, point: Plotted | None) -> str:
    if number == 0:
        lines = [_("Baseline"), _month_and_year(point.day) if point and point.day else ""]
    else:
        mark = data.marks[number - 1]
        end = data.marks[number].day if number < len(data.marks) else None
        months = (
            f"{month(mark.day)}–{month(end)}" if end else _("from {m}").format(m=month(mark.day))
        )
        lines = [_("Cycle {n}").format(n=number), months]
    if data.from_diary:
        known = point is not None and point.recorded is not None
        lines.append(f"{point.recorded}/{point.recorded_of}" if point and known else "")
    return "\n".join(lines)


def _month_and_year(day: date) -> str:
    return f"{month(day)} {day.year}"


def _weeks(axes: Axes, style: Style) -> None:
    last = int(axes.get_xlim()[1])
    step = labels.step_for(last + 1, marks.width_of(axes), style.px(16))
    weeks = list(range(0, last + 1, step))
    _put(axes, weeks, [str(w) for w in weeks], style)
    _title(axes, _("Weeks since the injection"), style, line=1)


def _dates(axes: Axes, style: Style) -> None:
    """The first of every so many months, the year below each January and below the first."""
    low, high = axes.get_xlim()
    start, end = day_at(low), day_at(high)
    chosen: list[date] = []
    for step in _MONTH_STEPS:
        chosen = _firsts(start, end, step)
        places = labels.pixels(axes, [_x(d) for d in chosen])
        room = labels.text_width("2000", style)
        if len(labels.fitting(places, [room] * len(chosen))) == len(chosen):
            break
    if not chosen:
        chosen = [start.replace(day=1) if start.day == 1 else start]
    texts = []
    year = None
    for d in chosen:
        texts.append(f"{month(d)}\n{d.year}" if d.year != year else month(d))
        year = d.year
    _put(axes, [_x(d) for d in chosen], texts, style)


def _firsts(start: date, end: date, step: int) -> list[date]:
    """The firsts of the months from start to end whose count since year 0 is a multiple of it."""
    found = []
    for count in range(start.year * 12, end.year * 12 + 12):
        first = date(count // 12, count % 12 + 1, 1)
        if count % step == 0 and start <= first <= end:
            found.append(first)
    return found


def _x(day: date) -> float:
    return float((day - day_at(0)).days)
