"""Dose against improvement, each product in a panel of its own: units are not interchangeable."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.bands import has_percent
from outcomes_app.analysis.cohort_cycles import patient_cycles
from outcomes_app.analysis.cohort_responders import DosePoint, dose_points
from outcomes_app.analysis.proportions import Correlation, rank_correlation
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import chosen_scale, no_change_known, no_percent, nobody
from outcomes_app.charts.style import Style
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.definitions import Scale
from outcomes_app.text import _, ngettext

# A worsening beyond this is drawn at the edge.
_WORST = -100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePanel:
    """One product with its patients and their rank correlation."""

    name: str
    code: str
    points: tuple[DosePoint, ...]
    correlation: Correlation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseResponseData:
    """One panel per product."""

    scale: Scale
    panels: tuple[DosePanel, ...]
    treated: int


def _prepare(cohort: Cohort, options: Options) -> DoseResponseData:
    scale = chosen_scale(options)
    patients = patient_cycles(cohort, scale, rules=options.rules, today=options.today)
    return DoseResponseData(
        scale=scale,
        panels=tuple(
            DosePanel(
                name=options.product_name(product),
                code=options.product_code(product),
                points=points,
                correlation=rank_correlation(
                    [float(p.units) for p in points], [float(p.better_by) for p in points]
                ),
            )
            for product, points in dose_points(patients).items()
        ),
        treated=len(patients),
    )


def _table(data: DoseResponseData) -> Table:
    titles = (
        ("product", _("Product")),
        ("patient", _("Patient")),
        ("cycle", _("Cycle")),
        ("units", _("Units")),
        ("better_by", _("Better by, %")),
    )
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple(
            (panel.name, str(p.patient.patient_id), p.cycle.number, p.units, p.better_by)
            for panel in data.panels
            for p in panel.points
        ),
    )


def _why_empty(data: DoseResponseData) -> str:
    if not data.treated:
        return nobody()
    if not has_percent(data.scale):
        return no_percent(data.scale)
    return no_change_known(data.scale)


def _correlation(panel: DosePanel) -> str:
    found = panel.correlation
    count = len(panel.points)
    patients = ngettext("{n} patient", "{n} patients", count).format(n=count)
    if found is None:
        return _("{patients}, no correlation can be computed").format(patients=patients)
    p = _("p < 0.001") if found.p < 0.001 else _("p = {p}").format(p=shown(found.p, 3))
    return _("{patients}, rank correlation {rho} ({p})").format(
        patients=patients, rho=shown(found.rho, 2), p=p
    )


def _summary(data: DoseResponseData) -> str:
    if not data.panels:
        return _why_empty(data)
    parts = [f"{panel.name}: {_correlation(panel)}" for panel in data.panels]
    return "; ".join(parts) + "."


def _draw(figure: Figure, data: DoseResponseData, style: Style) -> Drawn:
    if not data.panels:
        labels.nothing_to_show(figure, _why_empty(data), style)
        return Drawn()
    panels = frames.framed(
        figure,
        style,
        left=frames.left_room(["−100"], style),
        right=style.px(24),
        bottom=48,
        note=_(
            "Each patient's last cycle with a value. Doses were chosen for the patient, so this "
            "is not the effect of a dose. Bars: median of five or more patients."
        ),
        weights=[1.0] * len(data.panels),
        between=66,
    )
    low = _lowest(data)
    spots: list[Spot] = []
    for axes, panel in zip(panels, data.panels, strict=True):
        spots += _panel(axes, panel, style, low)
    return Drawn(spots=tuple(spots))


def _lowest(data: DoseResponseData) -> float:
    worst = min(float(p.better_by) for panel in data.panels for p in panel.points)
    return max(_WORST, min(-25.0, worst * 1.05))


def _panel(axes: Axes, panel: DosePanel, style: Style, low: float) -> list[Spot]:
    look = style.product(panel.name, panel.code)
    units = [float(p.units) for p in panel.points]
    room = max((max(units) - min(units)) * 0.06, max(units) * 0.03, 1.0)
    axes.set_xlim(min(units) - room, max(units) + room)
    marks.set_y(axes, low, 100, style)
    axes.axhline(0, color=style.axis, linewidth=style.pt(1), zorder=1.5)
    beside = marks.width_of(axes) - labels.text_width(panel.name, style, weight=700)
    extra = _correlation(panel)
    if labels.text_width(extra, style) + style.px(16) > beside:
        extra = ""
    labels.fitted_title(axes, panel.name, panel.code, style, extra=extra)
    heights = [max(float(p.better_by), _WORST) for p in panel.points]
    axes.plot(units, heights, linestyle="none", marker=look.marker, color=look.color,
              markersize=style.pt(7 if len(units) < 200 else 4), markeredgecolor=style.surface,
              markeredgewidth=style.pt(0.6), alpha=0.85, zorder=3, clip_on=False)  # fmt: skip
    _medians(axes, panel.points, style)
    ticks = [t for t in marks.axis_ticks(*axes.get_xlim(), marks.width_of(axes) / 2) if t >= 0]
    frames.x_words(
        axes, ticks, [shown(Fraction(t)) for t in ticks], style,
        title=_("Units of {product}; improvement upwards in %").format(product=panel.code),
    )  # fmt: skip
    return [
        Spot(
            axes=axes,
            x=x,
            y=y,
            lines=(
                _("{units} units of {product}").format(units=shown(p.units, 2), product=panel.name),
                _("{n} % better").format(n=shown(p.better_by, 0))
                if p.better_by >= 0
                else _("{n} % worse").format(n=shown(-p.better_by, 0)),
                _("cycle {n}").format(n=p.cycle.number),
            ),
            treatment_id=p.cycle.treatment.id,
        )
        for x, y, p in zip(units, heights, panel.points, strict=True)
    ]


def _medians(axes: Axes, points: Sequence[DosePoint], style: Style) -> None:
    """A bar at the median of each dose that at least five patients had."""
    by_dose: dict[float, list[float]] = {}
    for point in points:
        by_dose.setdefault(float(point.units), []).append(float(point.better_by))
    left, right = axes.get_xlim()
    half = (right - left) * 0.018
    for units, found in by_dose.items():
        if len(found) >= 5:
            middle = median(found)
            axes.plot([units - half, units + half], [middle, middle], color=style.text,
                      linewidth=style.pt(3), solid_capstyle="butt", zorder=4)  # fmt: skip


CHART: Chart[Cohort, DoseResponseData] = Chart(
    name="dose_response",
    kind="cohort",
    title=lambda: _("Dose and response"),
    question=lambda: _("Within one product, do higher doses go with more improvement?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda data, style: style.px(110 + 220 * max(1, len(data.panels))),
)
