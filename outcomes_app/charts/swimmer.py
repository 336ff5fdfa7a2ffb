"""One lane per patient: time on treatment, every injection, and how it ended."""

from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from outcomes_app.analysis.group_course import PLACEBO
from outcomes_app.analysis.persistence import LASTS, STOPPED_AFTER, Stay, stays
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import nobody
from outcomes_app.charts.frames import KeyEntry
from outcomes_app.charts.style import Look, Style, mixed
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _, day, ngettext

_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SwimmerData:
    """The stays, longest first, and the products with their names and codes."""

    stays: tuple[Stay, ...]
    products: tuple[tuple[ProductId | None, str, str], ...]
    today: date | None


def _prepare(cohort: Cohort, options: Options) -> SwimmerData:
    found = stays(cohort, today=options.today)
    used = dict.fromkeys(p for s in found for _day, p, _id in s.injections)
    return SwimmerData(
        stays=tuple(sorted(found, key=lambda s: (-s.days, s.start, str(s.patient_id)))),
        products=tuple((p, _name(p, options), options.product_code(p)) for p in used),
        today=options.today,
    )


def _name(product: ProductId | None, options: Options) -> str:
    return _("Placebo") if product == PLACEBO else options.product_name(product)


def _end(stay: Stay) -> str:
    if stay.returned:
        return _("stopped, returned later")
    return _("stopped") if stay.stopped else _("on treatment")


def _table(data: SwimmerData) -> Table:
    titles = (
        ("place", _("Place")),
        ("patient", _("Patient")),
        ("first_treatment", _("First treatment")),
        ("days", _("Days on treatment")),
        ("injections", _("Treatments")),
        ("end", _("At the end")),
    )
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple(
            (place, str(s.patient_id), s.start, s.days, len(s.injections), _end(s))
            for place, s in enumerate(data.stays, start=1)
        ),
    )


def _summary(data: SwimmerData) -> str:
    if not data.stays:
        return nobody()
    count = len(data.stays)
    stopped = sum(1 for s in data.stays if s.stopped)
    longest, middle = data.stays[0], data.stays[count // 2]
    return _(
        "{patients}, {on} on treatment and {stopped} stopped; the longest for {longest} weeks, "
        "the middle one for {middle}."
    ).format(
        patients=ngettext("{n} patient", "{n} patients", count).format(n=count),
        on=count - stopped,
        stopped=stopped,
        longest=longest.days // _WEEK,
        middle=middle.days // _WEEK,
    )


def _look(product: ProductId | None, data: SwimmerData, style: Style) -> Look:
    name, code = next(((n, c) for p, n, c in data.products if p == product), ("", ""))
    return style.product(name, code)


def _draw(figure: Figure, data: SwimmerData, style: Style) -> Drawn:
    if not data.stays:
        labels.nothing_to_show(figure, nobody(), style)
        return Drawn()
    count = len(data.stays)
    (axes,) = frames.framed(
        figure,
        style,
        left=style.px(20),
        right=style.px(24),
        bottom=44,
        key=_key(data, style),
        note=_(
            "Longest first. Stopped: {gap} weeks without another injection; a lane ends {lasts} "
            "weeks after the last one."
        ).format(gap=STOPPED_AFTER // _WEEK, lasts=LASTS // _WEEK),
    )
    last = max(1.0, data.stays[0].days / _WEEK)
    axes.set_xlim(-last * 0.01, last * 1.03)
    axes.set_ylim(count, -1)
    axes.set_yticks([])
    per_lane = marks.height_of(axes) / (count + 1)
    _lanes(axes, data, style, per_lane)
    spots = _injections(axes, data, style, min(style.px(8), max(1.2, per_lane * 0.8)))
    patients = ngettext("{n} patient, one lane", "{n} patients, one lane each", count)
    labels.panel_title(axes, patients.format(n=count), style)
    step = next((s for s in (4, 12, 26, 52, 104, 260) if last / s <= 8), 520)
    weeks = [float(w) for w in range(0, int(last) + 1, step)]
    frames.x_words(
        axes, weeks, [f"{w:g}" for w in weeks], style, title=_("Weeks since first treatment")
    )
    return Drawn(spots=tuple(spots))


def _key(data: SwimmerData, style: Style) -> list[KeyEntry]:
    entries = []
    for product, name, _code in data.products:
        look = _look(product, data, style)
        entries.append(
            KeyEntry(
                text=name or _("product not known"),
                marker={"marker": look.marker, "color": look.color, "markersize": style.pt(8)},
            )
        )
    for mark, words in ((">", _("on treatment")), ("x", _("stopped"))):
        entries.append(
            KeyEntry(text=words, marker={"marker": mark, "color": style.text,
                                         "markersize": style.pt(6)})
        )  # fmt: skip
    return entries


def _lanes(axes: Axes, data: SwimmerData, style: Style, per_lane: float) -> None:
    color = mixed(style.axis, style.surface, 0.28)
    lanes = [[(0, y), (s.days / _WEEK, y)] for y, s in enumerate(data.stays)]
    width = min(style.px(7), max(0.5, per_lane * 0.6)) * 72 / 100
    axes.add_collection(LineCollection(lanes, colors=color, linewidths=width, zorder=1))
    size = min(style.px(6), max(1.5, per_lane * 0.7)) * 72 / 100
    for stopped, mark in ((False, ">"), (True, "x")):
        ends = [(s.days / _WEEK, y) for y, s in enumerate(data.stays) if s.stopped is stopped]
        axes.plot([x for x, _y in ends], [y for _x, y in ends], linestyle="none", marker=mark,
                  color=style.text, markersize=size, clip_on=False, zorder=4)  # fmt: skip


def _injections(axes: Axes, data: SwimmerData, style: Style, size: float) -> list[Spot]:
    for product, _name, _code in data.products:
        look = _look(product, data, style)
        places = [
            (days / _WEEK, y)
            for y, s in enumerate(data.stays)
            for days, given, _id in s.injections
            if given == product
        ]
        axes.plot(
            [x for x, _y in places], [y for _x, y in places], linestyle="none",
            marker=look.marker, color=look.color, markersize=size * 72 / 100,
            markeredgewidth=0.3 if size > 3 else 0, markeredgecolor=style.surface, zorder=3,
        )  # fmt: skip
    if sum(len(s.injections) for s in data.stays) > 4000:
        return []
    return [
        Spot(
            axes=axes,
            x=days / _WEEK,
            y=y,
            lines=(
                _("Week {n} on treatment").format(n=shown(days / _WEEK, 0)),
                next((name for p, name, _c in data.products if p == product), ""),
                _("first treated {day}, {end}").format(day=day(s.start), end=_end(s)),
            ),
            treatment_id=treatment,
        )
        for y, s in enumerate(data.stays)
        for days, product, treatment in s.injections
    ]


CHART: Chart[Cohort, SwimmerData] = Chart(
    name="swimmer",
    kind="cohort",
    title=lambda: _("Time on treatment"),
    question=lambda: _("Who stays on treatment, for how long, and with what?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda data, style: style.px(170 + min(900, max(200, 7 * len(data.stays)))),
    reads=frozenset(),
)
