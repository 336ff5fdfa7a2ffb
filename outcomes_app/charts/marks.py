"""The pieces charts are drawn from: panels placed by hand, labels that keep apart, series with
gaps. Placing by hand costs nothing at a redraw; a layout engine would cost as much as the chart.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.textpath import TextPath

from outcomes_app.charts.style import DPI, Look, Style, mixed
from outcomes_app.text import _

# A hollow upright tick: something was due here and is not known.
MISSING_MARK = Path([(-0.32, -1), (0.32, -1), (0.32, 1), (-0.32, 1), (-0.32, -1)])
# Shapes that look smaller than a circle of the same width.
_SIZE = {"^": 1.25, "v": 1.25, "P": 1.15, "h": 1.15}
# Fewer recorded days than this (80 % of 28) are drawn with a lighter fill.
FEW_DAYS = 23


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Room round the panels, in pixels."""

    left: float
    right: float
    top: float
    bottom: float
    between: float


@lru_cache(maxsize=4096)
def _width_at_100_points(text: str, families: tuple[str, ...], weight: int) -> float:
    if not text.strip():
        return 0.0
    properties = FontProperties(family=list(families), weight=weight)
    return float(TextPath((0, 0), text, size=100, prop=properties).get_extents().width)


def text_width(text: str, style: Style, *, size: float = 11, weight: int = 400) -> float:
    """The width in pixels of the widest line of a text."""
    families = tuple(style.rc()["font.family"])
    widest = max(_width_at_100_points(line, families, weight) for line in text.split("\n"))
    return widest / 100 * style.px(size)


def wrapped(text: str, room: float, style: Style, *, size: float = 11) -> str:
    """The text broken into lines that fit into so many pixels; words too long are broken too."""
    if text_width(text, style, size=size) <= room:
        return text
    letters = max(4, int(room / style.px(size * 0.56)))
    return "\n".join(wrap(text, letters)) or text


def panels(
    figure: Figure, weights: Sequence[float], margins: Margins, fixed: Sequence[float] = ()
) -> list[Axes]:
    """Axes below each other: the first shares the height left by `weights`, then `fixed` ones of
    so many pixels each."""
    width, height = figure.get_size_inches() * DPI
    free = height - margins.top - margins.bottom - sum(fixed)
    free -= margins.between * (len(weights) + len(fixed) - 1)
    unit = max(free, 40.0) / sum(weights) if weights else 0.0
    top = height - margins.top
    made: list[Axes] = []
    span = max(width - margins.left - margins.right, 20.0)
    for tall in [w * unit for w in weights] + list(fixed):
        box = (margins.left / width, (top - tall) / height, span / width, tall / height)
        made.append(figure.add_axes(box))
        top -= tall + margins.between
    return made


def width_of(axes: Axes) -> float:
    """The width of a panel in pixels, whatever the sharpness of the screen."""
    return float(axes.get_position().width * _figure(axes).get_size_inches()[0] * DPI)


def height_of(axes: Axes) -> float:
    """The height of a panel in pixels, whatever the sharpness of the screen."""
    return float(axes.get_position().height * _figure(axes).get_size_inches()[1] * DPI)


def _figure(axes: Axes) -> Figure:
    figure = axes.figure
    if not isinstance(figure, Figure):
        raise TypeError("charts are drawn on a Figure of their own")
    return figure


def plain_axes(axes: Axes, style: Style) -> None:
    """Only a line below and quiet horizontal rules: the data are the darkest thing."""
    axes.set_facecolor("none")
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(style.grid)
    axes.spines["bottom"].set_linewidth(style.px(1))
    axes.tick_params(length=0, pad=style.pt(6), labelsize=style.pt(11))
    axes.set_axisbelow(True)


def axis_ticks(low: float, high: float, room: float) -> list[float]:
    """Round numbers from `low` to `high`, as many as so many steps of about 44 px allow."""
    span = high - low
    if span <= 0:
        return [low]
    most = max(2, min(6, int(room / 44)))
    rough = span / most
    power = 10 ** math.floor(math.log10(rough))
    if low == 0 and span in (14, 21, 28):
        step = 7.0 if most >= span / 7 else 14.0
    else:
        step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9) * step
    count = int((high - first) / step + 1e-9)
    ticks = [first + step * n for n in range(count + 1)]
    return [round(t, 10) for t in ticks]


def set_y(axes: Axes, low: float, high: float, style: Style) -> None:
    """The vertical scale with its rules; room above so that the top value is not cut."""
    room = height_of(axes)
    axes.set_ylim(low, high + (high - low) * min(0.12, style.px(14) / max(room, 1)))
    ticks = axis_ticks(low, high, room / style.scale)
    axes.set_yticks(ticks, [_tick(t) for t in ticks])
    axes.grid(axis="y", color=style.grid, linewidth=style.px(0.8))


def _tick(value: float) -> str:
    return f"{value:,.10g}".replace("-", "\u2212")


def step_for(count: int, room: float, label_width: float) -> int:
    """Every how-manieth label fits, from 1, 2, 5, 10, 20 …"""
    if count <= 1:
        return 1
    fitting = max(1, int(room / (label_width + 8)))
    step = 1
    for candidate in (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 50, 100):
        step = candidate
        if math.ceil(count / candidate) <= fitting:
            break
    return step


def kept_apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to those wanted as they can be with `gap` between them, in low..high."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [min(max(wanted[i], low), high) for i in order]
    for _round in range(60):
        moved = False
        for below in range(len(placed) - 1):
            lack = gap - (placed[below + 1] - placed[below])
            if lack > 0.01:
                placed[below] -= lack / 2
                placed[below + 1] += lack / 2
                moved = True
        over = placed[-1] - high if placed else 0
        under = low - placed[0] if placed else 0
        if over > 0.01:
            placed[-1] = high
            moved = True
        if under > 0.01:
            placed[0] = low
            moved = True
        if not moved:
            break
    result = [0.0] * len(wanted)
    for position, index in zip(placed, order, strict=True):
        result[index] = position
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class SideLabel:
    """A label at the right of a panel, at a value of its vertical scale."""

    y: float
    text: str
    color: str
    weight: int = 400


def side_labels(axes: Axes, labels: Sequence[SideLabel], style: Style) -> None:
    """Labels at the right edge, moved apart where their values lie close together."""
    if not labels:
        return
    height = height_of(axes)
    low, high = axes.get_ylim()
    per_value = height / (high - low)
    line = style.px(14)
    wanted = [(label.y - low) * per_value for label in labels]
    # Equal values keep the order in which they were given, first on top.
    wanted = [w - 0.01 * n for n, w in enumerate(wanted)]
    tallest = max(label.text.count("\n") + 1 for label in labels)
    places = kept_apart(wanted, line * tallest, 0.0, height)
    for label, place in zip(labels, places, strict=True):
        axes.annotate(
            label.text,
            xy=(1, place / height),
            xycoords="axes fraction",
            xytext=(style.pt(8), 0),
            textcoords="offset points",
            va="center",
            ha="left",
            color=label.color,
            fontsize=style.pt(11),
            fontweight=label.weight,
            annotation_clip=False,
        )


def runs(values: Sequence[Fraction | None]) -> list[tuple[int, int]]:
    """Stretches of known values as (first, last + 1): a line is never drawn over a gap."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, value in enumerate([*values, None]):
        if value is not None and start is None:
            start = index
        elif value is None and start is not None:
            found.append((start, index))
            start = None
    return found


def series(
    axes: Axes,
    xs: Sequence[float],
    values: Sequence[Fraction | None],
    look: Look,
    style: Style,
    *,
    light: Sequence[bool] = (),
    width: float = 2.0,
    size: float = 7.0,
    label: str = "",
    zorder: float = 3,
) -> None:
    """A line with a marker at each value and a gap where one is missing; `light` fills paler."""
    gapped = [float("nan") if v is None else float(v) for v in values]
    (line,) = axes.plot(
        xs,
        gapped,
        color=look.color,
        linestyle=look.line_style,
        linewidth=style.pt(width),
        zorder=zorder,
        solid_capstyle="round",
    )
    line.set_gid(f"series:{label}")
    for pale in (False, True):
        chosen = [i for i, v in enumerate(values) if v is not None and _at(light, i) is pale]
        if not chosen or size <= 0:
            continue
        axes.plot(
            [xs[i] for i in chosen],
            [gapped[i] for i in chosen],
            linestyle="none",
            marker=look.marker,
            markersize=style.pt(size * _SIZE.get(look.marker, 1.0)),
            markerfacecolor=mixed(look.color, style.surface, 0.3) if pale else look.color,
            markeredgecolor=look.color if pale else style.surface,
            markeredgewidth=style.pt(1.2) if size >= 5 else 0.0,
            zorder=zorder + 0.5,
            clip_on=False,
        )


def _at(flags: Sequence[bool], index: int) -> bool:
    return flags[index] if index < len(flags) else False


def halo(style: Style) -> list[AbstractPathEffect]:
    """A rim of the surface's colour that keeps a label readable over lines."""
    return [withStroke(linewidth=style.pt(3), foreground=style.surface)]


def missing_ticks(axes: Axes, xs: Sequence[float], style: Style) -> None:
    """A hollow tick on the lower line for each missing value: never a zero, never joined."""
    if not xs:
        return
    (ticks,) = axes.plot(
        xs,
        [0.0] * len(xs),
        linestyle="none",
        marker=MISSING_MARK,
        markersize=style.pt(9),
        markerfacecolor=style.surface,
        markeredgecolor=style.axis,
        markeredgewidth=style.pt(1.1),
        transform=axes.get_xaxis_transform(),
        clip_on=False,
        zorder=4,
    )
    ticks.set_gid("missing")


def note(figure: Figure, text: str, style: Style, *, bottom: float = 6) -> None:
    """A quiet line of explanation below everything, broken to the width of the figure."""
    figure.text(
        style.px(10) / (figure.get_size_inches()[0] * DPI),
        style.px(bottom) / (figure.get_size_inches()[1] * DPI),
        text,
        ha="left",
        va="bottom",
        color=style.text_muted,
        fontsize=style.pt(11),
        linespacing=1.3,
    )


def nothing_to_show(figure: Figure, text: str, style: Style) -> None:
    """The sentence that stands where there is nothing to draw."""
    room = figure.get_size_inches()[0] * DPI * 0.8
    figure.text(
        0.5,
        0.5,
        wrapped(text, room, style, size=13),
        ha="center",
        va="center",
        color=style.text_muted,
        fontsize=style.pt(13),
        linespacing=1.5,
    )


def panel_title(axes: Axes, text: str, style: Style, *, extra: str = "", lift: float = 0.0) -> None:
    """What a panel shows, above its top left corner; `extra` (which way is better) after it.
    `lift` pixels are left free below the title."""
    above = style.pt(5) + lift * 72 / DPI
    axes.annotate(
        text,
        xy=(0, 1),
        xycoords="axes fraction",
        xytext=(0, above),
        textcoords="offset points",
        va="bottom",
        ha="left",
        color=style.text,
        fontsize=style.pt(11),
        fontweight=700,
        annotation_clip=False,
    )
    if extra:
        axes.annotate(
            extra,
            xy=(0, 1),
            xycoords="axes fraction",
            xytext=(
                (text_width(text, style, weight=700) + style.px(10)) * 72 / DPI,
                above,
            ),
            textcoords="offset points",
            va="bottom",
            ha="left",
            color=style.text_muted,
            fontsize=style.pt(11),
            annotation_clip=False,
        )


def better_is(*, lower: bool) -> str:
    """Which way is better, with an arrow."""
    return _("▼ lower is better") if lower else _("▲ higher is better")
