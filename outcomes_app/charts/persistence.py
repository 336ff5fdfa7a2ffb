"""Kaplan–Meier curves of staying on treatment, with the numbers at risk below."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.persistence import (
    LASTS,
    STOPPED_AFTER,
    Comparison,
    Curve,
    by_group,
    compared,
    curve,
    stays,
)
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import group_title, nobody
from outcomes_app.charts.frames import KeyEntry
from outcomes_app.charts.style import Look, Style, mixed
from outcomes_app.domain.course import Cohort
from outcomes_app.text import _, ngettext

# A curve is not drawn on where fewer than this are left: a few patients would move it by chance.
FEWEST = 10
MOST_GROUPS = 6
_WEEK = 7
_TABLE_TITLES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("group", lambda: _("Group")),
    ("day", lambda: _("Day")),
    ("on_treatment", lambda: _("Share on treatment, %")),
    ("ci_low", lambda: _("95 % CI from")),
    ("ci_high", lambda: _("95 % CI to")),
    ("at_risk", lambda: _("At risk")),
    ("stopped", lambda: _("Stopped")),
    ("censored", lambda: _("Still on treatment when last known")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistenceData:
    """The curves of the largest groups and the log-rank test of all groups."""

    curves: tuple[Curve, ...]
    names: tuple[str, ...]
    comparison: Comparison | None
    left_out: int
    returned: int
    last_day: int


def _prepare(cohort: Cohort, options: Options) -> PersistenceData:
    found = stays(cohort, today=options.today, group_by=options.group_by)
    groups = by_group(found)
    largest = sorted(groups, key=lambda g: -len(groups[g][0]))[:MOST_GROUPS]
    chosen = [g for g in groups if g in largest]
    return PersistenceData(
        curves=tuple(curve(*groups[g], group=g) for g in chosen),
        names=tuple(group_title(g, options) for g in chosen),
        comparison=compared(groups),
        left_out=len(groups) - len(chosen),
        returned=sum(1 for s in found if s.returned),
        last_day=max((s.days for s in found), default=0),
    )


def _table(data: PersistenceData) -> Table:
    return Table(
        columns=tuple(Column(name=n, title=t()) for n, t in _TABLE_TITLES),
        rows=tuple(
            (name, int(s.time), s.share * 100, s.low * 100, s.high * 100, s.at_risk, s.events,
             s.censored)
            for name, c in zip(data.names, data.curves, strict=True)
            for s in c.steps
        ),
    )  # fmt: skip


def _summary(data: PersistenceData) -> str:
    if not data.curves:
        return nobody()
    parts = []
    for name, found in zip(data.names, data.curves, strict=True):
        half = (
            _("half stayed {weeks} weeks or longer").format(weeks=shown(found.median / _WEEK, 0))
            if found.median is not None
            else _("more than half are still on treatment")
        )
        count = ngettext("{n} patient", "{n} patients", found.n).format(n=found.n)
        parts.append(
            _("{group}: {patients}, {stopped} stopped, {half}").format(
                group=name, patients=count, stopped=found.events, half=half
            )
        )
    words = "; ".join(parts)
    if data.comparison is not None:
        words = f"{words}; {_test(data.comparison)}"
    return f"{words}."


def _test(test: Comparison) -> str:
    p = _("p < 0.001") if test.p < 0.001 else _("p = {p}").format(p=shown(test.p, 3))
    return _("log-rank {p}").format(p=p)


def _draw(figure: Figure, data: PersistenceData, style: Style) -> Drawn:
    if not data.curves:
        labels.nothing_to_show(figure, nobody(), style)
        return Drawn()
    room = frames.width_of(figure) * 0.24
    names = [labels.wrapped(n, room, style).split("\n")[0] for n in data.names]
    names = [n if n == full else f"{n}…" for n, full in zip(names, data.names, strict=True)]
    (axes,) = frames.framed(
        figure,
        style,
        left=frames.left_room(["100", _("at risk"), *names], style),
        right=style.px(18),
        bottom=60 + 15 * (len(names) + 1),
        note=_note(data),
        key=_key(data, names, style),
    )
    last = max(1.0, data.last_day / _WEEK)
    axes.set_xlim(0, last * 1.02)
    marks.set_y(axes, 0, 100, style)
    labels.fitted_title(
        axes, _("Share on treatment, in %"), _("On treatment, %"), style,
        extra=_test(data.comparison) if data.comparison is not None else "",
    )  # fmt: skip
    spots: list[Spot] = []
    for index, (name, found) in enumerate(zip(data.names, data.curves, strict=True)):
        spots += _curve(axes, found, name, style.look(index), style)
    _risk_table(axes, data, names, style, last)
    return Drawn(spots=tuple(spots))


def _key(data: PersistenceData, names: list[str], style: Style) -> list[KeyEntry]:
    entries = []
    if len(names) > 1:
        for index, name in enumerate(names):
            look = style.look(index)
            entries.append(
                KeyEntry(text=name, marker={"marker": look.marker, "color": look.color,
                                            "markersize": style.pt(8)})
            )  # fmt: skip
    entries.append(
        KeyEntry(text=_("still on treatment when last known"),
                 marker={"marker": "|", "color": style.text, "markersize": style.pt(9)})
    )  # fmt: skip
    return entries


def _curve(axes: Axes, found: Curve, name: str, look: Look, style: Style) -> list[Spot]:
    least = FEWEST if found.n >= FEWEST else 1
    drawn = [s for s in found.steps if s.at_risk >= least]
    weeks = [s.time / _WEEK for s in drawn]
    share = [s.share * 100 for s in drawn]
    band = mixed(look.color, style.surface, 0.25)
    axes.fill_between(
        weeks, [s.low * 100 for s in drawn], [s.high * 100 for s in drawn], step="post",
        color=band, alpha=0.6, linewidth=0, zorder=1.5,
    )  # fmt: skip
    (line,) = axes.plot(
        weeks, share, drawstyle="steps-post", color=look.color, linestyle=look.line_style,
        linewidth=style.pt(2), zorder=3,
    )  # fmt: skip
    line.set_gid(f"curve:{name}")
    ticks = [(w, s) for w, s, step in zip(weeks, share, drawn, strict=True) if step.censored]
    axes.plot([w for w, _s in ticks], [s for _w, s in ticks], linestyle="none", marker="|",
              markersize=style.pt(8), color=look.color, zorder=4)  # fmt: skip
    events = [(w, s, step) for w, s, step in zip(weeks, share, drawn, strict=True) if step.events]
    axes.plot([w for w, _s, _e in events], [s for _w, s, _e in events], linestyle="none",
              marker=look.marker, markersize=style.pt(5), color=look.color, zorder=4)  # fmt: skip
    return [
        Spot(
            axes=axes,
            x=week,
            y=value,
            lines=(
                name,
                _("week {n}: {share} % on treatment").format(n=shown(week, 0), share=shown(value)),
                _("95 % CI {low} to {high}").format(
                    low=shown(step.low * 100), high=shown(step.high * 100)
                ),
                _("{stopped} stopped of {n} at risk").format(stopped=step.events, n=step.at_risk),
            ),
        )
        for week, value, step in events
    ]


def _risk_table(
    axes: Axes, data: PersistenceData, names: list[str], style: Style, last: float
) -> None:
    """Below the weeks: how many of each group were still observed then."""
    step = next((s for s in (4, 12, 26, 52, 104, 260) if last / s <= 8), 520)
    weeks = [float(w) for w in range(0, int(last) + 1, step)]
    frames.x_words(axes, weeks, [f"{w:g}" for w in weeks], style)
    widths = [labels.text_width(str(max(c.n for c in data.curves)), style)] * len(weeks)
    left = axes.get_xlim()[0]
    middle = sum(axes.get_xlim()) / 2
    frames.below(axes, middle, _("Weeks since first treatment"), style, depth=34)
    frames.below(axes, left, _("at risk"), style, depth=52, color=style.text_muted,
                 align="right", shift=-12)  # fmt: skip
    for row, (name, found) in enumerate(zip(names, data.curves, strict=True)):
        depth = 67 + 15 * row
        frames.below(axes, left, name, style, depth=depth, color=style.text, align="right",
                     shift=-12)  # fmt: skip
        for index in labels.fitting(labels.pixels(axes, weeks), widths):
            count = str(found.at_risk(weeks[index] * _WEEK))
            frames.below(axes, weeks[index], count, style, depth=depth, color=style.text)


def _note(data: PersistenceData) -> str:
    parts = [
        _("Stopped: {gap} weeks without another injection; the end is {lasts} weeks after the "
          "last. Band: 95 % interval (log-log)").format(
            gap=STOPPED_AFTER // _WEEK, lasts=LASTS // _WEEK
        )
    ]  # fmt: skip
    if any(c.n > FEWEST for c in data.curves):
        parts.append(_("not drawn on below {n} at risk").format(n=FEWEST))
    if data.returned:
        parts.append(
            ngettext("{n} patient returned later", "{n} patients returned later",
                     data.returned).format(n=data.returned)
        )  # fmt: skip
    if data.left_out:
        parts.append(
            ngettext("{n} smaller group is not drawn", "{n} smaller groups are not drawn",
                     data.left_out).format(n=data.left_out)
        )  # fmt: skip
    return "\u00a0· ".join(parts)


CHART: Chart[Cohort, PersistenceData] = Chart(
    name="persistence",
    kind="cohort",
    title=lambda: _("Staying on treatment"),
    question=lambda: _("How many patients continue, and for how long?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda data, style: style.px(390 + 15 * len(data.curves)),
    reads=frozenset({"group_by"}),
)
