"""The room round a chart's panel: margins by its words, an axis of words, a key, a note below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from outcomes_app.charts import labels, marks
from outcomes_app.charts.marks import Margins
from outcomes_app.charts.style import DPI, Style, mixed

_LINE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One sign of a key: a patch (`fill` as matplotlib takes it) or a marker, and what it means."""

    text: str
    fill: Mapping[str, object] | None = None
    marker: Mapping[str, object] | None = None


def width_of(figure: Figure) -> float:
    """The width of a figure in pixels at ordinary sharpness."""
    return float(figure.get_size_inches()[0] * DPI)


def framed(
    figure: Figure,
    style: Style,
    *,
    left: float,
    right: float = 16,
    top: float = 30,
    bottom: float = 44,
    note: str = "",
    key: Sequence[KeyEntry] = (),
    weights: Sequence[float] = (1.0,),
    between: float = 0.0,
) -> list[Axes]:
    """Panels below each other with a key and a note below them. All lengths at 100 % text, but
    `left` and `right`, which were measured."""
    room = width_of(figure) - style.px(24)
    words = labels.wrapped(note, room, style) if note else ""
    lines = words.count("\n") + 1 if words else 0
    rows = _key_rows(key, room, style)
    margins = Margins(
        left=left,
        right=right,
        top=style.px(top),
        bottom=style.px(bottom + 12 + _LINE * lines + 20 * len(rows)),
        between=style.px(between),
    )
    made = marks.panels(figure, weights, margins)
    for axes in made:
        marks.plain_axes(axes, style)
    if words:
        labels.note(figure, words, style)
    for number, row in enumerate(reversed(rows)):
        _draw_key(figure, row, style, bottom=style.px(12 + _LINE * lines + 20 * number))
    return made


def left_room(texts: Sequence[str], style: Style, *, weight: int = 400) -> float:
    """The margin that words at the left of a panel need."""
    widest = max((labels.text_width(t, style, weight=weight) for t in texts), default=0.0)
    return widest + style.px(22)


def below(
    axes: Axes,
    x: float,
    text: str,
    style: Style,
    *,
    depth: float,
    color: str = "",
    weight: int = 400,
    align: str = "center",
    shift: float = 0.0,
) -> None:
    """A word under the lower line, at a place of the axis."""
    axes.annotate(
        text,
        xy=(x, 0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(style.pt(shift), -style.pt(depth)),
        textcoords="offset points",
        ha=align,
        va="baseline",
        color=color or style.axis,
        fontsize=style.pt(11),
        fontweight=weight,
        annotation_clip=False,
    )


def over(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    style: Style,
    *,
    lift: float = 4,
    color: str = "",
    weight: int = 400,
) -> None:
    """A word above (or, with a negative lift, below) a place of the panel."""
    axes.annotate(
        text,
        xy=(x, y),
        xytext=(0, style.pt(lift)),
        textcoords="offset points",
        ha="center",
        va="bottom" if lift >= 0 else "top",
        color=color or style.text,
        fontsize=style.pt(11),
        fontweight=weight,
        annotation_clip=False,
    )


def x_words(
    axes: Axes,
    xs: Sequence[float],
    texts: Sequence[str],
    style: Style,
    *,
    title: str = "",
    rows: Sequence[tuple[str, Sequence[str]]] = (),
) -> None:
    """The axis in words, thinned to what fits, its title, and rows of words under the same
    places; each row has a name at the left."""
    axes.set_xticks([])
    every = [texts, *(row for _name, row in rows)]
    widths = [max(labels.text_width(row[i], style) for row in every) for i in range(len(texts))]
    chosen = labels.fitting(labels.pixels(axes, xs), widths)
    for index in chosen:
        below(axes, xs[index], texts[index], style, depth=19)
        for number, (_name, row) in enumerate(rows):
            below(axes, xs[index], row[index], style, depth=34 + 15 * number, color=style.text)
    left, right = axes.get_xlim()
    for number, (name, _row) in enumerate(rows):
        below(axes, left, name, style, depth=34 + 15 * number, color=style.text_muted,
              align="right", shift=-6)  # fmt: skip
    if title:
        depth = 36 + 15 * len(rows)
        below(axes, (left + right) / 2, title, style, depth=depth)


def signed(text: str, positive: bool) -> str:
    """A number with its sign, where a change must say which way it goes."""
    return f"+{text}" if positive else text


def _key_rows(entries: Sequence[KeyEntry], room: float, style: Style) -> list[list[KeyEntry]]:
    rows: list[list[KeyEntry]] = []
    used = room
    for entry in entries:
        width = _entry_width(entry, style)
        if used + width > room or not rows:
            rows.append([])
            used = 0.0
        rows[-1].append(entry)
        used += width
    return rows


def _entry_width(entry: KeyEntry, style: Style) -> float:
    return labels.text_width(entry.text, style) + style.px(38)


def _draw_key(figure: Figure, row: Sequence[KeyEntry], style: Style, *, bottom: float) -> None:
    x, y = style.px(10) / DPI, (bottom + style.px(5)) / DPI
    side = style.px(11) / DPI
    for entry in row:
        if entry.fill is not None:
            figure.add_artist(
                Rectangle(
                    (x, y - side / 2), side * 1.3, side, transform=figure.dpi_scale_trans,
                    **entry.fill,  # type: ignore[arg-type]
                )
            )  # fmt: skip
        if entry.marker is not None:
            figure.add_artist(
                Line2D(
                    [x + side * 0.6], [y], transform=figure.dpi_scale_trans,
                    linestyle="none", **entry.marker,  # type: ignore[arg-type]
                )
            )  # fmt: skip
        figure.text(
            x + side * 1.3 + style.px(6) / DPI,
            y,
            entry.text,
            transform=figure.dpi_scale_trans,
            ha="left",
            va="center",
            color=style.text,
            fontsize=style.pt(11),
        )
        x += _entry_width(entry, style) / DPI


def quiet_fill(style: Style) -> dict[str, object]:
    """What missing looks like: an empty hatched patch, on paper too."""
    return {
        "facecolor": style.surface,
        "edgecolor": mixed(style.axis, style.surface, 0.55),
        "hatch": "////",
        "linewidth": style.pt(0.6),
    }
