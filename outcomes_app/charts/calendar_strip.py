"""A patient's headache days as a calendar: seven rows of weekdays, one column per week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from outcomes_app.charts import frames, labels
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table
from outcomes_app.charts.frames import KeyEntry
from outcomes_app.charts.style import Style, mixed
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.values import TreatmentId
from outcomes_app.text import _, month, ngettext, weekday_and_day


class Level(StrEnum):
    """What is known of one day, mildest first. UNGRADED = a headache without a severity."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    UNGRADED = "ungraded"
    MISSING = "missing"


_SHADES = {Level.NONE: 0.06, Level.MILD: 0.34, Level.MODERATE: 0.64, Level.SEVERE: 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day of the calendar; `treatment_id` where something was injected on it."""

    day: date
    level: Level
    treatment_id: TreatmentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarData:
    """All days from the first to the last that is known, none left out."""

    days: tuple[CalendarDay, ...]

    def count(self, level: Level) -> int:
        """How many days are of this level."""
        return sum(1 for d in self.days if d.level is level)


def level_of(entry: DiaryDay | None) -> Level:
    """The level of a diary day: its severity as entered, else its pain of 10 in thirds (1–3
    mild, 4–6 moderate, 7–10 severe). A day that does not say whether there was one is missing."""
    if entry is None or entry.headache is None:
        return Level.MISSING
    if not entry.headache:
        return Level.NONE
    if entry.peak_severity:
        return (Level.MILD, Level.MODERATE, Level.SEVERE)[min(entry.peak_severity, 3) - 1]
    if entry.peak_pain:
        limits = ((7, Level.SEVERE), (4, Level.MODERATE))
        return next((level for least, level in limits if entry.peak_pain >= least), Level.MILD)
    return Level.UNGRADED


def _prepare(course: PatientCourse, _options: Options) -> CalendarData:
    entries = {d.day: d for d in course.diary}
    treated: Mapping[date, TreatmentId] = {t.day: t.id for t in reversed(course.treatments)}
    if not entries:
        return CalendarData(days=())
    first = min([*entries, *treated])
    last = max([*entries, *treated])
    return CalendarData(
        days=tuple(
            CalendarDay(day=day, level=level_of(entries.get(day)), treatment_id=treated.get(day))
            for n in range((last - first).days + 1)
            for day in (first + timedelta(days=n),)
        )
    )


def words(level: Level) -> str:
    """The name of a level."""
    return {
        Level.NONE: _("no headache"),
        Level.MILD: _("mild"),
        Level.MODERATE: _("moderate"),
        Level.SEVERE: _("severe"),
        Level.UNGRADED: _("headache, severity not said"),
        Level.MISSING: _("not recorded"),
    }[level]


def _table(data: CalendarData) -> Table:
    titles = (("day", _("Day")), ("headache", _("Headache")), ("treated", _("Treated")))
    return Table(
        columns=tuple(Column(name=name, title=title) for name, title in titles),
        rows=tuple(
            (d.day, None if d.level is Level.MISSING else words(d.level),
             _("yes") if d.treatment_id else "")
            for d in data.days
        ),
    )  # fmt: skip


def _summary(data: CalendarData) -> str:
    if not data.days:
        return _("No diary has been kept yet.")
    count, missing = len(data.days), data.count(Level.MISSING)
    treated = sum(1 for d in data.days if d.treatment_id)
    with_headache = count - missing - data.count(Level.NONE)
    return _(
        "{days}: headache on {headache}, {severe} severe, {missing} not recorded; {t}."
    ).format(
        days=ngettext("{n} day", "{n} days", count).format(n=count),
        headache=with_headache,
        severe=data.count(Level.SEVERE),
        missing=missing,
        t=ngettext("{n} treatment", "{n} treatments", treated).format(n=treated),
    )


def _fill(level: Level, style: Style) -> dict[str, object]:
    if level is Level.MISSING:
        return frames.quiet_fill(style) | {"hatch": "//////"}
    tone = style.look(0).color
    if level is Level.UNGRADED:
        return {"facecolor": mixed(tone, style.surface, 0.49), "edgecolor": tone,
                "hatch": "....", "linewidth": style.pt(0.4)}  # fmt: skip
    return {
        "facecolor": mixed(tone, style.surface, _SHADES[level]),
        "edgecolor": mixed(tone, style.surface, 0.3),
        "linewidth": style.pt(0.4),
    }


def _years(data: CalendarData) -> tuple[int, ...]:
    return tuple(range(data.days[0].day.year, data.days[-1].day.year + 1)) if data.days else ()


def _draw(figure: Figure, data: CalendarData, style: Style) -> Drawn:
    if not data.days:
        labels.nothing_to_show(figure, _summary(data), style)
        return Drawn()
    years = _years(data)
    levels = [level for level in Level if data.count(level)]
    key = [KeyEntry(text=words(level), fill=_fill(level, style)) for level in levels]
    key.append(
        KeyEntry(
            text=_("day of injection"),
            fill={"facecolor": "none", "edgecolor": style.text, "linewidth": style.pt(2)},
        )
    )
    panels = frames.framed(
        figure,
        style,
        left=frames.left_room([str(years[0])], style, weight=700),
        right=style.px(14),
        top=12,
        bottom=16,
        key=key,
        note=_("One column is a week, Monday at the top. Days without an entry are unknown."),
        weights=[1.0] * len(years),
        between=20,
    )
    spots: list[Spot] = []
    for axes, year in zip(panels, years, strict=True):
        spots += _year(axes, year, [d for d in data.days if d.day.year == year], style)
    return Drawn(spots=tuple(spots))


def _place(day: date) -> tuple[int, int]:
    """Column and row of a day in its year: the week begins on Monday."""
    first = date(day.year, 1, 1)
    return ((day - first).days + first.weekday()) // 7, day.weekday()


def _year(axes: Axes, year: int, days: list[CalendarDay], style: Style) -> list[Spot]:
    axes.set_xlim(-0.2, 53.2)
    axes.set_ylim(7.1, -0.1)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    for level in Level:
        boxes = [Rectangle(_place(d.day), 1, 1) for d in days if d.level is level]
        if boxes:
            fill: Any = _fill(level, style)
            axes.add_collection(PatchCollection(boxes, zorder=2, **fill))
    treated = [Rectangle(_place(d.day), 1, 1) for d in days if d.treatment_id]
    outline = PatchCollection(
        treated, facecolor="none", edgecolor=style.text, linewidth=style.pt(1.8), zorder=4
    )
    outline.set_gid("treated")
    axes.add_collection(outline)
    axes.annotate(
        str(year), xy=(0, 0.5), xycoords="axes fraction", xytext=(-style.pt(8), 0),
        textcoords="offset points", ha="right", va="center", fontweight=700,
        color=style.text, fontsize=style.pt(11), annotation_clip=False,
    )  # fmt: skip
    _months(axes, year, style)
    return [
        Spot(
            axes=axes,
            x=_place(d.day)[0] + 0.5,
            y=_place(d.day)[1] + 0.5,
            lines=(weekday_and_day(d.day), words(d.level))
            + ((_("day of injection"),) if d.treatment_id else ()),
            treatment_id=d.treatment_id,
        )
        for d in days
    ]


def _months(axes: Axes, year: int, style: Style) -> None:
    firsts = [date(year, number, 1) for number in range(1, 13)]
    texts = [month(first) for first in firsts]
    xs = [_place(first)[0] + 0.5 for first in firsts]
    widths = [labels.text_width(t, style) for t in texts]
    for index in labels.fitting(labels.pixels(axes, xs), widths):
        frames.below(axes, xs[index], texts[index], style, depth=12)


CHART: Chart[PatientCourse, CalendarData] = Chart(
    name="calendar",
    kind="patient",
    title=lambda: _("Headache calendar"),
    question=lambda: _("Is there a pattern within the months, and round the injections?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda data, style: style.px(90 + 110 * len(_years(data))),
    reads=frozenset(),
)
