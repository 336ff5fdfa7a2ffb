"""Which muscle got how much at which treatment: one panel per product, never one scale for two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from outcomes_app.analysis.windows import cycles
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.frames import KeyEntry
from outcomes_app.charts.style import Style, mixed, readable_on
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import ProductId, Side, TreatmentId
from outcomes_app.text import _, day, ngettext

_SIDES = (Side.LEFT, Side.RIGHT, Side.MIDLINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseColumn:
    """One treatment with the product of its panel. `units` by row of the panel; `known` False =
    only the total was written down."""

    cycle: int
    day: date
    treatment_id: TreatmentId
    units: Mapping[str, Decimal]
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPanel:
    """One product: rows are muscles with their side, in the order in which they were first used."""

    product: ProductId
    name: str
    rows: tuple[str, ...]
    columns: tuple[DoseColumn, ...]

    @property
    def most(self) -> Decimal:
        """The highest dose in one muscle on one side, the strong end of the scale."""
        return max((u for c in self.columns for u in c.units.values()), default=Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleData:
    """All panels."""

    panels: tuple[ProductPanel, ...]


def _prepare(course: PatientCourse, options: Options) -> MuscleData:
    given: dict[ProductId, list[tuple[int, Treatment]]] = {}
    for cycle in cycles(course):
        for treatment in cycle.treatments:
            if treatment.product is not None and not treatment.placebo:
                given.setdefault(treatment.product, []).append((cycle.number, treatment))
    return MuscleData(
        panels=tuple(_panel(p, given[p], options) for p in given),
    )


def _panel(
    product: ProductId, given: list[tuple[int, Treatment]], options: Options
) -> ProductPanel:
    columns: list[DoseColumn] = []
    order: dict[str, tuple[str, Side]] = {}
    for number, treatment in given:
        units: dict[str, Decimal] = {}
        for injection in treatment.injections:
            name = _row(options.site_name(injection.site), injection.side)
            order.setdefault(name, (options.site_name(injection.site), injection.side))
            units[name] = units.get(name, Decimal(0)) + injection.dose.units
        columns.append(
            DoseColumn(
                cycle=number,
                day=treatment.day,
                treatment_id=treatment.id,
                units=units,
                known=bool(treatment.injections),
            )
        )
    firsts = {site: n for n, (site, _side) in reversed(list(enumerate(order.values())))}
    rows = sorted(order, key=lambda r: (firsts[order[r][0]], _SIDES.index(order[r][1])))
    return ProductPanel(
        product=product,
        name=options.product_name(product),
        rows=tuple(rows),
        columns=tuple(columns),
    )


def _row(site: str, side: Side) -> str:
    words = {Side.LEFT: _("{site}, left"), Side.RIGHT: _("{site}, right")}
    return words.get(side, "{site}").format(site=site)


def _table(data: MuscleData) -> Table:
    titles = (
        ("product", _("Product")),
        ("cycle", _("Cycle")),
        ("day", _("Day")),
        ("muscle", _("Muscle")),
        ("units", _("Units")),
    )
    rows = [
        (panel.name, column.cycle, column.day, row, column.units.get(row, Decimal(0)))
        if column.known
        else (panel.name, column.cycle, column.day, row, None)
        for panel in data.panels
        for column in panel.columns
        for row in (panel.rows if column.known else ("",))
    ]
    return Table(columns=tuple(Column(name=n, title=t) for n, t in titles), rows=tuple(rows))


def _summary(data: MuscleData) -> str:
    if not data.panels:
        return _("No dose of any product has been recorded yet.")
    parts = []
    for panel in data.panels:
        count = len(panel.columns)
        treated = ngettext("{n} treatment", "{n} treatments", count).format(n=count)
        without = sum(1 for c in panel.columns if not c.known)
        words = _("{product}: {treatments}, {rows} muscle sides, most {most} units in one").format(
            product=panel.name, treatments=treated, rows=len(panel.rows), most=shown(panel.most, 2)
        )
        if without:
            words += ngettext(
                ", {n} without its muscles", ", {n} without their muscles", without
            ).format(n=without)
        parts.append(words)
    return "; ".join(parts) + "."


def _draw(figure: Figure, data: MuscleData, style: Style) -> Drawn:
    if not data.panels:
        labels.nothing_to_show(figure, _summary(data), style)
        return Drawn()
    room = frames.width_of(figure) * 0.36
    names = [[_shortened(r, room, style) for r in panel.rows] for panel in data.panels]
    key = []
    if any(not c.known for p in data.panels for c in p.columns):
        key.append(KeyEntry(text=_("muscles not recorded"), fill=frames.quiet_fill(style)))
    panels = frames.framed(
        figure,
        style,
        left=frames.left_room([n for row in names for n in row] or ["–"], style),
        note=_(
            "Units given in each muscle on each side; the stronger the colour the more, empty is "
            "none. Units of two products cannot be compared."
        ),
        key=key,
        bottom=34,
        weights=[max(1, len(p.rows)) for p in data.panels],
        between=64,
    )
    spots: list[Spot] = []
    for axes, panel, rows in zip(panels, data.panels, names, strict=True):
        spots += _grid(axes, panel, rows, style)
    return Drawn(spots=tuple(spots))


def _shortened(text: str, room: float, style: Style) -> str:
    while labels.text_width(text, style) > room and len(text) > 4:
        text = text[: max(3, len(text) - 4)].rstrip() + "…"
    return text


def _grid(axes: Axes, panel: ProductPanel, names: list[str], style: Style) -> list[Spot]:
    count, rows = len(panel.columns), max(1, len(panel.rows))
    axes.set_xlim(0, max(count, 6))
    axes.set_ylim(rows, 0)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    labels.panel_title(axes, panel.name, style, extra=_("units"))
    spots = []
    for x, column in enumerate(panel.columns):
        if not column.known:
            axes.add_patch(Rectangle((x, 0), 1, rows, zorder=1, **frames.quiet_fill(style)))  # type: ignore[arg-type]
        for y, row in enumerate(panel.rows):
            units = column.units.get(row)
            if units is None:
                continue
            color = _shade(panel, units, style)
            axes.add_patch(
                Rectangle((x, y), 1, 1, facecolor=color, edgecolor=style.surface,
                          linewidth=style.pt(0.8), zorder=2)
            )  # fmt: skip
            spots.append(_spot(axes, (x, y), row, column))
    grid = PatchCollection(
        [Rectangle((0, y), count, 1) for y in range(rows)],
        facecolor="none", edgecolor=style.grid, linewidth=style.pt(0.6), zorder=0,
    )  # fmt: skip
    axes.add_collection(grid)
    _numbers(axes, panel, style)
    _row_names(axes, names, style)
    frames.x_words(
        axes, [x + 0.5 for x in range(count)], [str(c.cycle) for c in panel.columns], style,
        title=_("Treatment cycle"),
    )  # fmt: skip
    return spots


def _shade(panel: ProductPanel, units: Decimal, style: Style) -> str:
    share = 0.12 + 0.88 * float(units) / (float(panel.most) or 1.0)
    return mixed(style.product(panel.name, "").color, style.surface, share)


def _spot(axes: Axes, place: tuple[int, int], row: str, column: DoseColumn) -> Spot:
    return Spot(
        axes=axes,
        x=place[0] + 0.5,
        y=place[1] + 0.5,
        lines=(
            row,
            _("{units} units").format(units=shown(column.units[row], 2)),
            _("Cycle {n} · {day}").format(n=column.cycle, day=day(column.day)),
        ),
        treatment_id=column.treatment_id,
    )


def _numbers(axes: Axes, panel: ProductPanel, style: Style) -> None:
    """The units in the cells, where all of them fit."""
    cells = [(x, y, c.units[r]) for x, c in enumerate(panel.columns)
             for y, r in enumerate(panel.rows) if r in c.units]  # fmt: skip
    texts = [shown(u, 2) for _x, _y, u in cells]
    left, right = axes.get_xlim()
    wide = marks.width_of(axes) / (right - left)
    tall = marks.height_of(axes) / max(1, len(panel.rows))
    widest = max((labels.text_width(t, style) for t in texts), default=0)
    if widest + style.px(4) > wide or tall < style.px(15):
        return
    for (x, y, units), text in zip(cells, texts, strict=True):
        color = readable_on(_shade(panel, units, style), style)
        axes.annotate(text, xy=(x + 0.5, y + 0.5), ha="center", va="center", color=color,
                      fontsize=style.pt(11), zorder=5)  # fmt: skip


def _row_names(axes: Axes, names: list[str], style: Style) -> None:
    tall = marks.height_of(axes) / max(1, len(names))
    step = max(1, -(-style.px(14) // max(tall, 0.1)))
    for y in range(0, len(names), int(step)):
        axes.annotate(names[y], xy=(0, y + 0.5), xytext=(-style.pt(8), 0),
                      textcoords="offset points", ha="right", va="center", color=style.axis,
                      fontsize=style.pt(11), annotation_clip=False)  # fmt: skip


def _least_height(data: MuscleData, style: Style) -> float:
    rows = sum(max(1, len(p.rows)) for p in data.panels)
    return style.px(100 + 22 * rows + 64 * len(data.panels))


CHART: Chart[PatientCourse, MuscleData] = Chart(
    name="muscle_doses",
    kind="patient",
    title=lambda: _("Doses by muscle"),
    question=lambda: _("Which muscle was given how much, and what changed?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=_least_height,
    reads=frozenset(),
)
