"""Two cycles of one patient side by side, every measure on its own whole scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.dose import DoseGiven, doses
from outcomes_app.analysis.response import MeasureResponse, response
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.frames import KeyEntry
from outcomes_app.charts.style import DPI, Style, mixed
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Direction, Scale
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _, day


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One measure in both cycles; None = not known."""

    scale: Scale
    earlier: Fraction | None
    later: Fraction | None

    @property
    def better_by(self) -> Fraction | None:
        """How much better the later one is, in the unit of the measure; below zero is worse."""
        if self.earlier is None or self.later is None:
            return None
        fall = self.earlier - self.later
        return fall if self.scale.direction is Direction.HIGHER_IS_WORSE else -fall


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfterData:
    """The pairs of two cycles (0 = before treatment), and what was given to open each."""

    earlier: int
    later: int
    pairs: tuple[Pair, ...]
    given: tuple[str, str]
    cycles: int

    @property
    def known(self) -> tuple[Pair, ...]:
        """The measures with a value in either cycle."""
        return tuple(p for p in self.pairs if p.earlier is not None or p.later is not None)


def _prepare(course: PatientCourse, options: Options) -> BeforeAfterData:
    measured = [
        response(course, s.instrument, s.part, rules=options.rules, today=options.today)
        for s in options.scales
    ]
    given = doses(course)
    last = max((d.cycle for d in given), default=0)
    earlier, later = options.compare or (0, _last_known(measured) or last)
    return BeforeAfterData(
        earlier=earlier,
        later=later,
        pairs=tuple(
            Pair(scale=s, earlier=_value(m, earlier), later=_value(m, later))
            for s, m in zip(options.scales, measured, strict=True)
        ),
        given=(_given(given, earlier, options), _given(given, later, options)),
        cycles=last,
    )


def _last_known(measured: Sequence[MeasureResponse]) -> int:
    known = (c.number for m in measured for c in m.by_cycle if c.value is not None)
    return max(known, default=0)


def _value(measured: MeasureResponse, cycle: int) -> Fraction | None:
    if cycle == 0:
        return measured.baseline.value if measured.baseline else None
    return next((c.value for c in measured.by_cycle if c.number == cycle), None)


def _given(given: Sequence[DoseGiven], cycle: int, options: Options) -> str:
    words = []
    for dose in given:
        if dose.cycle == cycle:
            amount = _dose_words(dose, options.product_code(dose.product))
            words.append(f"{day(dose.day)} {amount}")
    return ", ".join(words)


def _dose_words(dose: DoseGiven, code: str) -> str:
    if dose.placebo:
        return _("placebo")
    if dose.units is None:
        return _("{product}, dose not known").format(product=code or ProductId("?"))
    return _("{product} {units} units").format(product=code, units=shown(dose.units, 2))


def cycle_name(cycle: int) -> str:
    """A cycle in words; 0 is before treatment."""
    return _("before treatment") if cycle == 0 else _("cycle {n}").format(n=cycle)


def _table(data: BeforeAfterData) -> Table:
    titles = (
        ("measure", _("Measure")),
        ("earlier_cycle", _("Earlier cycle")),
        ("earlier", _("Earlier value")),
        ("later_cycle", _("Later cycle")),
        ("later", _("Later value")),
        ("better_by", _("Better by")),
    )
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple(
            (p.scale.name, data.earlier, p.earlier, data.later, p.later, p.better_by)
            for p in data.pairs
        ),
    )


def _summary(data: BeforeAfterData) -> str:
    if not data.known:
        if not data.cycles:
            return _("No treatment has been recorded yet.")
        return _("Neither {earlier} nor {later} has a value. Choose other cycles.").format(
            earlier=cycle_name(data.earlier), later=cycle_name(data.later)
        )
    parts = [
        _("{measure}: {earlier} to {later}").format(
            measure=p.scale.name, earlier=shown(p.earlier), later=shown(p.later)
        )
        + f" ({change_words(p)})"
        for p in data.known
    ]
    return _("From {earlier} to {later}. {measures}.").format(
        earlier=cycle_name(data.earlier), later=cycle_name(data.later), measures="; ".join(parts)
    )


def change_words(pair: Pair) -> str:
    """Whether the later cycle is better, in words."""
    if pair.better_by is None:
        return _("not comparable")
    if not pair.better_by:
        return _("no change")
    words = _("{n} better") if pair.better_by > 0 else _("{n} worse")
    return words.format(n=shown(abs(pair.better_by)))


def _draw(figure: Figure, data: BeforeAfterData, style: Style) -> Drawn:
    if not data.known:
        labels.nothing_to_show(figure, _summary(data), style)
        return Drawn()
    tone = style.look(0).color
    hollow = {"marker": "o", "markersize": style.pt(9), "markerfacecolor": style.surface,
              "markeredgecolor": tone, "markeredgewidth": style.pt(1.6)}  # fmt: skip
    full = hollow | {"markerfacecolor": tone}
    panels = frames.framed(
        figure,
        style,
        left=style.px(40),
        right=style.px(40),
        top=30,
        bottom=26,
        weights=[1.0] * len(data.known),
        between=60,
        key=[
            KeyEntry(text=_named(data.earlier, data.given[0]), marker=hollow),
            KeyEntry(text=_named(data.later, data.given[1]), marker=full),
        ],
        note=_("Each line is the whole range of its measure. A cycle stands for its weeks 9–12."),
    )
    spots = []
    for axes, pair in zip(panels, data.known, strict=True):
        spots += _row(axes, pair, data, style, (hollow, full))
    return Drawn(spots=tuple(spots))


def _named(cycle: int, given: str) -> str:
    name = cycle_name(cycle)
    name = name[:1].upper() + name[1:]
    return f"{name}: {given}" if given else name


def _limits(pair: Pair) -> tuple[float, float]:
    values = [float(v) for v in (pair.earlier, pair.later) if v is not None]
    scale = pair.scale
    low = float(scale.low) if scale.low is not None else min(0.0, *values)
    high = float(scale.high) if scale.high is not None else max(values) * 1.1
    low, high = min(low, *values), max(high, *values)
    return low, high if high > low else low + 1


def _row(
    axes: Axes,
    pair: Pair,
    data: BeforeAfterData,
    style: Style,
    looks: tuple[dict[str, object], dict[str, object]],
) -> list[Spot]:
    low, high = _limits(pair)
    axes.set_xlim(low, high)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    axes.axhline(0, color=style.grid, linewidth=style.pt(4), zorder=1, solid_capstyle="round")
    lower = pair.scale.direction is Direction.HIGHER_IS_WORSE
    labels.fitted_title(
        axes, pair.scale.name, pair.scale.short_name, style,
        extra=_("◄ lower is better") if lower else _("higher is better ►"),
    )  # fmt: skip
    ends = [shown(Fraction(low)), shown(Fraction(high))]
    frames.x_words(axes, [low, high], ends, style)
    if pair.earlier is not None and pair.later is not None:
        _arrow(axes, pair, style)
    spots = []
    for cycle, value, look in zip(
        (data.earlier, data.later), (pair.earlier, pair.later), looks, strict=True
    ):
        if value is None:
            continue
        axes.plot([float(value)], [0], linestyle="none", clip_on=False, zorder=4, **look)  # type: ignore[arg-type]
        lines = (pair.scale.name, f"{cycle_name(cycle)}: {shown(value)}", change_words(pair))
        spots.append(Spot(axes=axes, x=float(value), y=0, lines=lines))
    _values(axes, pair, style)
    return spots


def _arrow(axes: Axes, pair: Pair, style: Style) -> None:
    color = style.better if (pair.better_by or 0) >= 0 else style.worse
    axes.annotate(
        "",
        xy=(float(pair.later or 0), 0),
        xytext=(float(pair.earlier or 0), 0),
        arrowprops={
            "arrowstyle": "-|>,head_width=0.3,head_length=0.5",
            "color": mixed(color, style.surface, 0.85),
            "linewidth": style.pt(2),
            "shrinkA": style.pt(5),
            "shrinkB": style.pt(5),
        },
        zorder=3,
        annotation_clip=False,
    )


def _values(axes: Axes, pair: Pair, style: Style) -> None:
    """The later value over its mark with the change, the earlier one below its mark."""
    if pair.later is not None:
        words = shown(pair.later)
        if pair.better_by is not None:
            words = f"{words} · {change_words(pair)}"
        _kept_inside(axes, float(pair.later), words, style, lift=9, weight=700)
    else:
        _kept_inside(axes, axes.get_xlim()[0], _("later: not known"), style, lift=9, weight=400)
    if pair.earlier is not None:
        _kept_inside(axes, float(pair.earlier), shown(pair.earlier), style, lift=-22, weight=400)
    else:
        low, high = axes.get_xlim()
        words = _("earlier: not known")
        _kept_inside(axes, (low + high) / 2, words, style, lift=-22, weight=400)


def _kept_inside(
    axes: Axes, x: float, text: str, style: Style, *, lift: float, weight: int
) -> None:
    (place,) = labels.pixels(axes, [x])
    half = labels.text_width(text, style, weight=weight) / 2
    room = marks.width_of(axes)
    shift = min(max(place, half - style.px(24)), room + style.px(24) - half) - place
    axes.annotate(
        text,
        xy=(x, 0),
        xytext=(shift * 72 / DPI, style.pt(lift)),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=style.text,
        fontsize=style.pt(11),
        fontweight=weight,
        annotation_clip=False,
    )


CHART: Chart[PatientCourse, BeforeAfterData] = Chart(
    name="before_after",
    kind="patient",
    title=lambda: _("Two cycles compared"),
    question=lambda: _("What changed between these two cycles, in every measure?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda data, style: style.px(110 + 110 * max(1, len(data.known))),
    reads=frozenset({"measure", "measures", "compare"}),
)
