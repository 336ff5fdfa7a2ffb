"""The treatments of a patient's response: lines and numbers over the panels, doses below them."""

from collections.abc import Sequence
from decimal import Decimal

from matplotlib.axes import Axes

from outcomes_app.charts import labels, marks, response_axis
from outcomes_app.charts.base import Spot, View, shown
from outcomes_app.charts.response import Mark, ResponseData
from outcomes_app.charts.response_words import mark_lines
from outcomes_app.charts.style import Style
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _


def product_changes(data: ResponseData) -> list[tuple[Mark, str]]:
    """The treatments at which the product changed, with words for it."""
    if data.view is View.WEEK:
        return []
    found = []
    for mark in data.marks:
        for given in mark.given:
            if given.changed_from is not None and given.product is not None:
                change = f"{data.codes[given.changed_from]} → {data.codes[given.product]}"
                found.append((mark, change))
                break
    return found


def treatment_lines(axes: Axes, data: ResponseData, style: Style) -> None:
    if data.view is View.WEEK:
        axes.axvline(0, color=style.treatment, alpha=0.4, linewidth=style.pt(1), zorder=1)
        return
    changed = {mark.x for mark, _change in product_changes(data)}
    for mark in data.marks:
        line = axes.axvline(
            mark.x,
            color=style.treatment,
            alpha=0.75 if mark.x in changed else 0.16,
            linewidth=style.pt(1.2 if mark.x in changed else 1),
            linestyle=(0, (2, 2)) if mark.x in changed else "-",
            zorder=0.8,
        )
        line.set_gid(f"treatment:{mark.number}")


def treatment_marks(axes: Axes, data: ResponseData, style: Style) -> list[Spot]:
    """ "Tx 1" … above the first panel, as many as have room; the change of product above them."""
    week = data.view is View.WEEK
    xs = [0.0] if week else [m.x for m in data.marks]
    if not xs or not data.marks:
        return []
    transform = axes.get_xaxis_transform()
    axes.plot(
        xs,
        [1.0] * len(xs),
        transform=transform,
        linestyle="none",
        marker="v",
        markersize=style.pt(8),
        color=style.treatment,
        markeredgewidth=0,
        clip_on=False,
        zorder=5,
    )
    texts = [_("Injection")] if week else [_("Tx {n}").format(n=m.number) for m in data.marks]
    places = labels.pixels(axes, xs)
    for index in labels.fitting(places, [labels.text_width(t, style) for t in texts]):
        _over(axes, xs[index], texts[index], style, lift=7, color=style.text_muted)
    if week:
        return []
    changes = product_changes(data)
    widths = [labels.text_width(words, style, weight=700) for _mark, words in changes]
    spots = labels.pixels(axes, [mark.x for mark, _words in changes])
    for index in labels.fitting(spots, widths):
        mark, words = changes[index]
        _over(axes, mark.x, words, style, lift=21, color=style.text, weight=700)
    top = axes.get_ylim()[1]
    return [
        Spot(
            axes=axes,
            x=m.x,
            y=top,
            lines=tuple(mark_lines(m, data)),
            treatment_id=m.given[0].treatment_id if m.given else None,
        )
        for m in data.marks
    ]


def _over(
    axes: Axes, x: float, text: str, style: Style, *, lift: float, color: str, weight: int = 400
) -> None:
    axes.annotate(
        text,
        xy=(x, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, style.pt(lift)),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=color,
        fontsize=style.pt(11),
        fontweight=weight,
        annotation_clip=False,
    )


def dose_panel(axes: Axes, product: ProductId, data: ResponseData, style: Style) -> list[Spot]:
    """One product's doses as stems from zero; another product never shares the scale."""
    marks.plain_axes(axes, style)
    axes.set_xlim(*response_axis.limits(data))
    look = style.product(data.names[product], data.codes[product])
    given = [(m, d) for m in data.marks for d in m.given if d.product == product]
    known = [(m, d.units) for m, d in given if d.units is not None]
    most = max((float(u) for _m, u in known), default=1.0) or 1.0
    axes.set_ylim(0, most * 1.55)
    axes.set_yticks([])
    xs, doses = [m.x for m, _u in known], [float(u) for _m, u in known]
    stems = axes.vlines(xs, 0, doses, color=look.color, linewidth=style.pt(2), zorder=3)
    stems.set_gid(f"stems:{product}")
    (heads,) = axes.plot(
        xs,
        doses,
        linestyle="none",
        marker=look.marker,
        markersize=style.pt(8),
        color=look.color,
        markeredgecolor=style.surface,
        zorder=4,
        clip_on=False,
    )
    heads.set_gid(f"dose:{product}")
    labels.panel_title(
        axes,
        _("Dose, {code}").format(code=data.codes[product]),
        style,
        extra=_("{product}, units").format(product=data.names[product]),
    )
    _dose_labels(axes, known, style)
    marks.missing_ticks(axes, [m.x for m, d in given if d.units is None and not d.placebo], style)
    placebo = [m.x for m, d in given if d.placebo]
    for x in placebo:
        axes.plot([x], [0], marker=look.marker, markersize=style.pt(8), color=look.color,
                  markerfacecolor=style.surface, clip_on=False, zorder=4)  # fmt: skip
    for index in labels.fitting(
        labels.pixels(axes, placebo),
        [labels.text_width(_("placebo"), style)] * len(placebo),
    ):
        axes.annotate(_("placebo"), xy=(placebo[index], 0), xytext=(0, style.pt(7)),
                      textcoords="offset points", ha="center", va="bottom",
                      color=style.text_muted, fontsize=style.pt(11))  # fmt: skip
    return [
        Spot(
            axes=axes,
            x=m.x,
            y=float(d.units or 0),
            lines=tuple(mark_lines(m, data)),
            treatment_id=d.treatment_id,
        )
        for m, d in given
    ]


def _dose_labels(axes: Axes, known: Sequence[tuple[Mark, Decimal]], style: Style) -> None:
    """Units over the stems; where there is no room for all, those that changed."""
    texts = [shown(u, 2) for _m, u in known]
    widths = [labels.text_width(t, style) for t in texts]
    places = labels.pixels(axes, [m.x for m, _u in known])
    everyone = labels.fitting(places, widths)
    if len(everyone) < len(texts):
        changed = [n for n in range(len(texts)) if n == 0 or texts[n] != texts[n - 1]]
        kept = labels.fitting([places[n] for n in changed], [widths[n] for n in changed])
        everyone = [changed[n] for n in kept]
    for n in everyone:
        mark, amount = known[n]
        axes.annotate(
            texts[n],
            xy=(mark.x, float(amount)),
            xytext=(0, style.pt(6)),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=style.text,
            fontsize=style.pt(11),
        )
