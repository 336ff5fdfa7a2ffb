"""The share of responders in subgroups with its interval, against the share of all."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.bands import has_percent
from outcomes_app.analysis.cohort_cycles import patient_cycles
from outcomes_app.analysis.cohort_responders import Subgroup, subgroups
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import chosen_scale, no_change_known, no_percent, nobody
from outcomes_app.charts.style import Style
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One subgroup under the name that is shown."""

    name: str
    found: Subgroup


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestData:
    """All rows, that of all patients first."""

    scale: Scale
    rows: tuple[ForestRow, ...]
    treated: int


def _prepare(cohort: Cohort, options: Options) -> ForestData:
    scale = chosen_scale(options)
    patients = patient_cycles(cohort, scale, rules=options.rules, today=options.today)
    return ForestData(
        scale=scale,
        rows=tuple(ForestRow(name=_name(s, options), found=s) for s in subgroups(patients)),
        treated=len(patients),
    )


def _name(found: Subgroup, options: Options) -> str:
    if found.heading == "product":
        known = found.name == "placebo"
        return _("Placebo") if known else options.product_name(ProductId(found.name))
    return {
        "all": _("All patients"),
        "female": _("Women"),
        "male": _("Men"),
        "other": _("Other sex"),
        "under_40": _("Under 40 years"),
        "40_59": _("40 to 59 years"),
        "60_more": _("60 years or older"),
        "lower": _("Baseline below the median"),
        "upper": _("Baseline at the median or above"),
        "1_2": _("Judged at cycle 1 or 2"),
        "3_more": _("Judged at cycle 3 or later"),
    }[found.name]


def _why_empty(data: ForestData) -> str:
    if not data.treated:
        return nobody()
    return no_change_known(data.scale) if has_percent(data.scale) else no_percent(data.scale)


def _table(data: ForestData) -> Table:
    titles = (
        ("subgroup", _("Subgroup")),
        ("patients", _("Patients")),
        ("responders", _("At least 50 % better")),
        ("percent", _("Share, %")),
        ("ci_low", _("95 % CI from")),
        ("ci_high", _("95 % CI to")),
    )
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple(
            (r.name, s.n, s.count, s.percent, s.low, s.high)
            for r in data.rows
            for s in (r.found.share,)
        ),
    )


def _summary(data: ForestData) -> str:
    if not data.rows:
        return _why_empty(data)
    whole = data.rows[0].found.share
    apart = [
        r.name
        for r in data.rows[1:]
        if r.found.share.low > float(whole.percent) or r.found.share.high < float(whole.percent)
    ]
    words = _("{count} of {n} patients at least 50 % better ({percent} %)").format(
        count=whole.count, n=whole.n, percent=shown(whole.percent)
    )
    if len(data.rows) > 1:
        count = len(data.rows) - 1
        rows = ngettext("{n} subgroup", "{n} subgroups", count).format(n=count)
        words += "; " + (
            _("of {subgroups} these lie apart from that: {names}").format(
                subgroups=rows, names=", ".join(apart)
            )
            if apart
            else _("none of {subgroups} lies clearly apart from that").format(subgroups=rows)
        )
    return f"{words}."


def _numbers(row: ForestRow) -> str:
    found = row.found.share
    return _("{count}/{n} · {percent} % ({low}–{high})").format(
        count=found.count,
        n=found.n,
        percent=shown(found.percent, 0),
        low=shown(found.low, 0),
        high=shown(found.high, 0),
    )


def _draw(figure: Figure, data: ForestData, style: Style) -> Drawn:
    if not data.rows:
        labels.nothing_to_show(figure, _why_empty(data), style)
        return Drawn()
    numbers = [_numbers(r) for r in data.rows]
    (axes,) = frames.framed(
        figure,
        style,
        left=frames.left_room([r.name for r in data.rows], style, weight=700),
        right=frames.left_room(numbers, style),
        bottom=44,
        note=_(
            "Each patient's last cycle with a value; lines: 95 % interval (Wilson). With many "
            "subgroups some lie apart by chance alone; no difference between them was tested."
        ),
    )
    places = _places(data)
    axes.set_xlim(0, 100)
    axes.set_ylim(places[-1] + 0.7, -0.7)
    axes.set_yticks([])
    axes.grid(axis="x", color=style.grid, linewidth=style.px(0.8))
    title = _("Patients at least 50 % better, in %")
    labels.fitted_title(axes, title, _("Responders, %"), style, extra="")
    axes.axvline(float(data.rows[0].found.share.percent), color=style.text,
                 linewidth=style.pt(1.1), linestyle=(0, (4, 3)), zorder=1.5)  # fmt: skip
    spots = [
        _row(axes, row, y, text, style)
        for row, y, text in zip(data.rows, places, numbers, strict=True)
    ]
    step = 25 if marks.width_of(axes) > style.px(140) else 50
    ticks = [float(t) for t in range(0, 101, step)]
    frames.x_words(axes, ticks, [f"{t:g}" for t in ticks], style)
    axes.set_xticks(ticks, [""] * len(ticks))
    return Drawn(spots=tuple(spots))


def _places(data: ForestData) -> list[float]:
    """Rows one below the other, with a gap before each new heading."""
    places: list[float] = []
    y = 0.0
    for index, row in enumerate(data.rows):
        if index and row.found.heading != data.rows[index - 1].found.heading:
            y += 0.5
        places.append(y)
        y += 1
    return places


def _row(axes: Axes, row: ForestRow, y: float, text: str, style: Style) -> Spot:
    found = row.found.share
    whole = row.found.heading == "all"
    color = style.text if whole else style.look(0).color
    axes.plot([found.low, found.high], [y, y], color=color, linewidth=style.pt(1.8), zorder=3)
    axes.plot([float(found.percent)], [y], linestyle="none", marker="D" if whole else "s",
              color=color, markersize=style.pt(min(12, 5 + found.n**0.5 * 0.5)), zorder=4,
              markeredgecolor=style.surface, clip_on=False)  # fmt: skip
    for words, side, shift in ((row.name, 0.0, -10), (text, 1.0, 10)):
        axes.annotate(
            words, xy=(side, y), xycoords=axes.get_yaxis_transform(),
            xytext=(style.pt(shift), 0), textcoords="offset points",
            ha="right" if shift < 0 else "left", va="center", color=style.text,
            fontsize=style.pt(11), fontweight=700 if whole and shift < 0 else 400,
            annotation_clip=False,
        )  # fmt: skip
    return Spot(axes=axes, x=float(found.percent), y=y, lines=(row.name, text))


CHART: Chart[Cohort, ForestData] = Chart(
    name="subgroup_forest",
    kind="cohort",
    title=lambda: _("Subgroups"),
    question=lambda: _("Do some kinds of patients respond more often than others?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda data, style: style.px(150 + 24 * max(4, len(data.rows))),
)
