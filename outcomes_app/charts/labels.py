"""The words on charts: measured, broken, thinned and kept apart, so that none hides another."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.textpath import TextPath

from outcomes_app.charts.marks import figure_of, height_of, width_of
from outcomes_app.charts.style import DPI, Look, Style
from outcomes_app.text import _


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
    # Small letters are set a little wider than scaled ones.
    return widest / 100 * style.px(size) * 1.03


def wrapped(text: str, room: float, style: Style, *, size: float = 11) -> str:
    """The text broken into lines that fit into so many pixels; words too long are broken too."""
    if text_width(text, style, size=size) <= room:
        return text
    letters = max(4, int(room / style.px(size * 0.45)))
    while letters > 4:
        broken = "\n".join(wrap(text, letters))
        if text_width(broken, style, size=size) <= room:
            return broken
        letters -= 1
    return "\n".join(wrap(text, letters))


def fitted_title(
    axes: Axes, name: str, short_name: str, style: Style, *, extra: str, lift: float = 0.0
) -> None:
    """The name of a measure as a title; its short name, or its beginning, where it is too wide."""
    room = width_of(axes) + style.px(40)
    beside = text_width(extra, style) + style.px(16)
    if text_width(name, style, weight=700) + beside > room and short_name:
        name = short_name
    if text_width(name, style, weight=700) + beside > room:
        name = wrapped(name, (room - beside) * 0.88, style).split("\n")[0] + "…"
    panel_title(axes, name, style, extra=extra, lift=lift)


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


def key(axes: Axes, look: Look, style: Style, *, right: float, depth: float) -> None:
    """A series' marker on a piece of its line, right of and below the lower right corner."""
    figure, place = figure_of(axes), axes.get_position()
    x = place.x1 * figure.get_figwidth() + style.px(right) / DPI
    y = place.y0 * figure.get_figheight() - style.px(depth) / DPI
    half = style.px(9) / DPI
    figure.add_artist(
        Line2D(
            [x - half, x, x + half],
            [y, y, y],
            transform=figure.dpi_scale_trans,
            color=look.color,
            linestyle=look.line_style,
            linewidth=style.pt(2),
            marker=look.marker,
            markevery=[1],
            markersize=style.pt(7),
            markeredgecolor=style.surface,
        )
    )


def kept_apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places nearest to those wanted (least squares) with `gap` between them, in low..high.

    Taking the n-th gap off the n-th place turns "apart by a gap" into "not falling": places that
    would fall are pooled at their mean until none does.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    pools: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        pools.append((wanted[index] - rank * gap, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, count), (other, more) = pools[-2:]
            pools[-2:] = [((mean * count + other * more) / (count + more), count + more)]
    free = [mean for mean, count in pools for _n in range(count)]
    top = high - (len(order) - 1) * gap
    places = [0.0] * len(wanted)
    for rank, (index, place) in enumerate(zip(order, free, strict=True)):
        places[index] = max(min(place, top), low) + rank * gap
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class SideLabel:
    """A label at the right of a panel, at a value of its vertical scale."""

    y: float
    text: str
    color: str
    weight: int = 400


def side_labels(axes: Axes, labels: Sequence[SideLabel], style: Style) -> None:
    """Labels at the right edge, moved apart where their values lie close together; those that
    have no room are counted in the last one."""
    if not labels:
        return
    height = height_of(axes)
    low, high = axes.get_ylim()
    per_value = height / (high - low)
    tallest = max(label.text.count("\n") + 1 for label in labels)
    line = style.px(14) * tallest
    fitting_now = max(1, int(height / line) + 1)
    if len(labels) > fitting_now:
        left = len(labels) - fitting_now + 1
        more = _("… {n} more").format(n=left)
        last = SideLabel(y=low, text=more, color=style.text_muted)
        labels = [*labels[: fitting_now - 1], last]
    wanted = [(label.y - low) * per_value for label in labels]
    # Equal values keep the order in which they were given, first on top.
    wanted = [w - 0.01 * n for n, w in enumerate(wanted)]
    places = kept_apart(wanted, line, 0.0, height)
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


def better_is(*, lower: bool) -> str:
    """Which way is better, with an arrow."""
    return _("▼ lower is better") if lower else _("▲ higher is better")


def pixels(axes: Axes, xs: Sequence[float]) -> list[float]:
    """Where places of the axis lie, in pixels from its left end."""
    low, high = axes.get_xlim()
    width = width_of(axes)
    return [(x - low) / (high - low) * width for x in xs]


def fitting(places: Sequence[float], widths: Sequence[float], gap: float = 8.0) -> list[int]:
    """Which labels to show so that none touches another: evenly thinned, first and last kept."""
    count = len(places)
    for step in range(1, count + 1):
        chosen = list(range(0, count, step))
        if count - 1 not in chosen:
            # The last is worth more than the one before it.
            if len(chosen) > 1:
                chosen.pop()
            chosen.append(count - 1)
        free = all(
            abs(places[b] - places[a]) >= (widths[a] + widths[b]) / 2 + gap
            for a, b in pairwise(chosen)
        )
        if free:
            return chosen
    return list(range(min(count, 1)))


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


def halo(style: Style) -> list[AbstractPathEffect]:
    """A rim of the surface's colour that keeps a label readable over lines."""
    return [withStroke(linewidth=style.pt(3), foreground=style.surface)]
