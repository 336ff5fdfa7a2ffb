"""The pieces charts are drawn from: panels placed by hand, scales, series with gaps.

Placing by hand costs nothing at a redraw; a layout engine would cost as much as the chart.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path

from outcomes_app.charts.style import DPI, Look, Style, mixed

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
    return float(axes.get_position().width * figure_of(axes).get_size_inches()[0] * DPI)


def height_of(axes: Axes) -> float:
    """The height of a panel in pixels, whatever the sharpness of the screen."""
    return float(axes.get_position().height * figure_of(axes).get_size_inches()[1] * DPI)


def figure_of(axes: Axes) -> Figure:
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
