"""A patient's change from baseline in each cycle, against the bands that rules speak of."""

from dataclasses import dataclass
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.bands import Band, has_percent
from outcomes_app.analysis.cohort_cycles import CycleResult, patient_cycles
from outcomes_app.analysis.response import response
from outcomes_app.analysis.windows import BLOCK_DAYS
from outcomes_app.charts import band_look, frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import chosen_scale, no_percent
from outcomes_app.charts.labels import SideLabel
from outcomes_app.charts.style import Style
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.definitions import Direction, Scale
from outcomes_app.text import _, day, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentChangeData:
    """The cycles with R of 28 where the diary was counted, and the window they stand for."""

    scale: Scale
    baseline: Fraction | None
    cycles: tuple[CycleResult, ...]
    recorded: tuple[int | None, ...]
    window: str
    minimum_recorded: int

    @property
    def known(self) -> tuple[CycleResult, ...]:
        """The cycles whose change is known."""
        return tuple(c for c in self.cycles if c.better_by is not None)

    def change(self, cycle: CycleResult) -> Fraction | None:
        """The signed percent change: below zero is a fall of the value."""
        if cycle.better_by is None:
            return None
        falls = self.scale.direction is Direction.HIGHER_IS_WORSE
        return -cycle.better_by if falls else cycle.better_by


def _prepare(course: PatientCourse, options: Options) -> PercentChangeData:
    scale = chosen_scale(options)
    found = patient_cycles(
        Cohort(courses=(course,)), scale, rules=options.rules, today=options.today
    )
    measured = response(
        course, scale.instrument, scale.part, rules=options.rules, today=options.today
    )
    return PercentChangeData(
        scale=scale,
        baseline=measured.baseline.value if measured.baseline else None,
        cycles=found[0].cycles if found else (),
        recorded=tuple(c.point.recorded if c.point else None for c in measured.by_cycle),
        window=measured.window.name,
        minimum_recorded=options.rules.minimum_recorded,
    )


def why_empty(data: PercentChangeData) -> str:
    """Why there is nothing to draw."""
    if not data.cycles:
        return _("No treatment has been recorded yet.")
    if not has_percent(data.scale):
        return no_percent(data.scale)
    if not data.baseline:
        return _("There is no baseline above zero of “{measure}”.").format(measure=data.scale.name)
    return _("No cycle has a value of “{measure}” yet.").format(measure=data.scale.name)


def _table(data: PercentChangeData) -> Table:
    titles = (
        ("cycle", _("Cycle")),
        ("treated_on", _("Treated on")),
        ("value", _("Value")),
        ("percent_change", _("Change from baseline, %")),
        ("band", _("Band")),
        ("days_recorded", _("Diary days recorded")),
        ("state", _("State")),
    )
    return Table(
        columns=tuple(Column(name=name, title=title) for name, title in titles),
        rows=tuple(
            (
                c.number,
                c.treatment.day,
                c.value,
                data.change(c),
                band_look.words(c.band),
                recorded,
                c.state.value,
            )
            for c, recorded in zip(data.cycles, data.recorded, strict=True)
        ),
    )


def _summary(data: PercentChangeData) -> str:
    if not data.known:
        return why_empty(data)
    last, count = data.known[-1], len(data.cycles)
    responded = sum(1 for c in data.known if (c.better_by or 0) >= 50)
    return _(
        "{measure}: {change} % against baseline in cycle {cycle}, the last one known. "
        "{cycles}, {known} with a value, {responded} of them at least 50 % better."
    ).format(
        measure=data.scale.name,
        change=_signed(data.change(last)),
        cycle=last.number,
        cycles=ngettext("{n} cycle", "{n} cycles", count).format(n=count),
        known=len(data.known),
        responded=responded,
    )


def _signed(change: Fraction | None) -> str:
    return frames.signed(shown(change, 0), change is not None and round(change) > 0)


def _draw(figure: Figure, data: PercentChangeData, style: Style) -> Drawn:
    if not data.known:
        labels.nothing_to_show(figure, why_empty(data), style)
        return Drawn()
    shown_bands = tuple(dict.fromkeys(c.band for c in data.known))
    thresholds = [_("{n} % better").format(n=n) for n in (30, 50, 75)]
    low, high = _range(data)
    (axes,) = frames.framed(
        figure,
        style,
        left=max(
            frames.left_room([f"{low:.0f} %", f"{high:.0f} %"], style),
            frames.left_room([_("days recorded")], style) - style.px(6),
        ),
        right=frames.left_room(thresholds, style),
        bottom=62,
        note=_note(data),
        key=band_look.key(style, tuple(b for b in Band if b in shown_bands)),
    )
    axes.set_xlim(0.4, len(data.cycles) + 0.6)
    marks.set_y(axes, low, high, style)
    axes.axhline(0, color=style.axis, linewidth=style.pt(1), zorder=2)
    lower = data.scale.direction is Direction.HIGHER_IS_WORSE
    labels.fitted_title(
        axes,
        _("{measure}, change from baseline in %").format(measure=data.scale.name),
        _("{measure}, change in %").format(measure=data.scale.short_name)
        if data.scale.short_name
        else "",
        style,
        extra=labels.better_is(lower=lower),
    )
    _thresholds(axes, thresholds, style, lower=lower)
    spots = _bars(axes, data, style)
    frames.x_words(
        axes,
        [float(c.number) for c in data.cycles],
        [str(c.number) for c in data.cycles],
        style,
        title=_("Treatment cycle"),
        rows=((_("days recorded"), ["–" if r is None else str(r) for r in data.recorded]),),
    )
    return Drawn(spots=tuple(spots))


def _range(data: PercentChangeData) -> tuple[float, float]:
    changes = [float(data.change(c) or 0) for c in data.known]
    if data.scale.direction is Direction.HIGHER_IS_WORSE:
        return -100.0, max(25.0, *(c * 1.08 for c in changes))
    return min(-25.0, *(c * 1.08 for c in changes)), max(100.0, *(c * 1.08 for c in changes))


def _thresholds(axes: Axes, words: list[str], style: Style, *, lower: bool) -> None:
    sign = -1 if lower else 1
    for percent in (30, 50, 75):
        axes.axhline(
            sign * percent,
            color=style.threshold,
            linewidth=style.pt(1),
            linestyle=(0, (4, 3)),
            zorder=1,
        )
    labels.side_labels(
        axes,
        [
            SideLabel(y=sign * n, text=text, color=style.text_muted)
            for n, text in zip((30, 50, 75), words, strict=True)
        ],
        style,
    )


def _bars(axes: Axes, data: PercentChangeData, style: Style) -> list[Spot]:
    spots = []
    for cycle in data.known:
        change = float(data.change(cycle) or 0)
        fill = band_look.fill(cycle.band, style)
        axes.bar([cycle.number], [change], width=0.72, zorder=3, **fill)  # type: ignore[arg-type]
        if not change:
            axes.plot([cycle.number], [0], "D", color=style.text, markersize=style.pt(5), zorder=4)
    for cycle, recorded in zip(data.cycles, data.recorded, strict=True):
        value = data.change(cycle)
        if value is None:
            continue
        lines = [
            _("Cycle {n} · treated {day}").format(n=cycle.number, day=day(cycle.treatment.day)),
            _("{change} %, {band}").format(change=_signed(value), band=band_look.words(cycle.band)),
            _("value {value}, baseline {baseline}").format(
                value=shown(cycle.value), baseline=shown(data.baseline)
            ),
        ]
        if recorded is not None:
            lines.append(_("{n} of {of} diary days").format(n=recorded, of=BLOCK_DAYS))
        spots.append(
            Spot(
                axes=axes,
                x=float(cycle.number),
                y=float(value),
                lines=tuple(lines),
                treatment_id=cycle.treatment.id,
            )
        )
    _numbers(axes, data, style)
    marks.missing_ticks(axes, [float(c.number) for c in data.cycles if c.better_by is None], style)
    return spots


def _numbers(axes: Axes, data: PercentChangeData, style: Style) -> None:
    """The change inside the end of its bar's own half, thinned to what has room."""
    known = data.known
    texts = [_signed(data.change(c)) for c in known]
    places = labels.pixels(axes, [float(c.number) for c in known])
    for index in labels.fitting(places, [labels.text_width(t, style) for t in texts], gap=6):
        value = float(data.change(known[index]) or 0)
        # Above the line for a fall, below it for a rise: there the bar itself never lies.
        low = axes.get_ylim()[0]
        lift = 3 if value <= 0 or low > -20 else -5
        anchor = 0.0 if lift < 0 or value <= 0 else value
        frames.over(axes, known[index].number, anchor, texts[index], style, lift=lift)


def _note(data: PercentChangeData) -> str:
    parts = [
        _("Each cycle in its {window}, else the last value told before the next treatment").format(
            window=data.window
        )
    ]
    if any(r is not None for r in data.recorded):
        parts.append(
            _("a diary counts from {n} of 28 days recorded").format(n=data.minimum_recorded)
        )
    missing = len(data.cycles) - len(data.known)
    if missing:
        parts.append(
            ngettext(
                "{n} cycle without a value (hollow tick)",
                "{n} cycles without a value (hollow ticks)",
                missing,
            ).format(n=missing)
        )
    return "\u00a0· ".join(parts)


CHART: Chart[PatientCourse, PercentChangeData] = Chart(
    name="percent_change",
    kind="patient",
    title=lambda: _("Percent change per cycle"),
    question=lambda: _("Does the response meet the thresholds that rules ask for?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda _data, style: style.px(380),
)
