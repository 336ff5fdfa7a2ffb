"""One bar per patient: the change at the last cycle that can be judged, worst to best."""

from dataclasses import dataclass
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from outcomes_app.analysis.bands import Band, has_percent
from outcomes_app.analysis.cohort_cycles import CycleResult, patient_cycles
from outcomes_app.charts import band_look, frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import chosen_scale, no_change_known, no_percent, nobody
from outcomes_app.charts.labels import SideLabel
from outcomes_app.charts.style import Style
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import PatientId
from outcomes_app.text import _, ngettext

# A worsening beyond this is drawn as this and said in the note: one bar must not flatten all.
_WORST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One patient's last cycle that has a change."""

    patient_id: PatientId
    cycle: CycleResult
    cycles: int

    @property
    def better_by(self) -> Fraction:
        """The improvement in percent."""
        return self.cycle.better_by if self.cycle.better_by is not None else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallData:
    """The bars, least improved first, and how many patients have none."""

    scale: Scale
    bars: tuple[Bar, ...]
    missing: int


def _prepare(cohort: Cohort, options: Options) -> WaterfallData:
    scale = chosen_scale(options)
    patients = patient_cycles(cohort, scale, rules=options.rules, today=options.today)
    bars = [
        Bar(patient_id=p.patient_id, cycle=p.last_adequate, cycles=len(p.cycles))
        for p in patients
        if p.last_adequate is not None
    ]
    return WaterfallData(
        scale=scale,
        bars=tuple(sorted(bars, key=lambda b: (b.better_by, str(b.patient_id)))),
        missing=len(patients) - len(bars),
    )


def _why_empty(data: WaterfallData) -> str:
    if not data.missing:
        return nobody()
    return no_change_known(data.scale) if has_percent(data.scale) else no_percent(data.scale)


def _table(data: WaterfallData) -> Table:
    titles = (
        ("place", _("Place")),
        ("patient", _("Patient")),
        ("cycle", _("Cycle")),
        ("better_by", _("Better by, %")),
        ("band", _("Band")),
    )
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple(
            (place, str(b.patient_id), b.cycle.number, b.better_by, band_look.words(b.cycle.band))
            for place, b in enumerate(data.bars, start=1)
        ),
    )


def _summary(data: WaterfallData) -> str:
    if not data.bars:
        return _why_empty(data)
    count = len(data.bars)
    half = sum(1 for b in data.bars if b.better_by >= 50)
    worse = sum(1 for b in data.bars if b.better_by < 0)
    middle = (data.bars[(count - 1) // 2].better_by + data.bars[count // 2].better_by) / 2
    return _(
        "{patients} at their last cycle with a value: {half} at least 50 % better, {worse} worse, "
        "median {median} % better; {missing} without a value."
    ).format(
        patients=ngettext("{n} patient", "{n} patients", count).format(n=count),
        half=half,
        worse=worse,
        median=shown(middle),
        missing=data.missing,
    )


def _draw(figure: Figure, data: WaterfallData, style: Style) -> Drawn:
    if not data.bars:
        labels.nothing_to_show(figure, _why_empty(data), style)
        return Drawn()
    thresholds = [_("{n} % better").format(n=n) for n in (30, 50, 75)]
    (axes,) = frames.framed(
        figure,
        style,
        left=frames.left_room(["−100"], style),
        right=frames.left_room(thresholds, style),
        bottom=28,
        key=band_look.key(style, tuple(b for b in Band if b is not Band.NO_DATA)),
        note=_note(data),
    )
    count = len(data.bars)
    axes.set_xlim(-0.02 * count - 0.5, count + 0.02 * count + 0.5)
    low = max(-_WORST, min(-25.0, float(data.bars[0].better_by) * 1.05))
    marks.set_y(axes, low, 100, style)
    axes.axhline(0, color=style.axis, linewidth=style.pt(1), zorder=4)
    for percent in (30, 50, 75):
        axes.axhline(percent, color=style.threshold, linewidth=style.pt(1),
                     linestyle=(0, (4, 3)), zorder=1)  # fmt: skip
    side = [SideLabel(y=n, text=t, color=style.text_muted)
            for n, t in zip((30, 50, 75), thresholds, strict=True)]  # fmt: skip
    labels.side_labels(axes, side, style)
    title = _("{measure}, improvement in %").format(measure=data.scale.name)
    labels.fitted_title(axes, title, _("Improvement in %"), style, extra=_("▲ better"))
    spots = _bars(axes, data, style)
    patients = ngettext("{n} patient, one bar", "{n} patients, one bar each", count)
    frames.x_words(axes, [], [], style, title="")
    frames.below(axes, count / 2, patients.format(n=count), style, depth=18)
    return Drawn(spots=tuple(spots))


def _bars(axes: Axes, data: WaterfallData, style: Style) -> list[Spot]:
    wide = 0.86 if len(data.bars) < 200 else 1.0
    for band in Band:
        boxes = [
            Rectangle((place, 0), wide, max(float(b.better_by), -_WORST))
            for place, b in enumerate(data.bars)
            if b.cycle.band is band
        ]
        if boxes:
            fill = band_look.fill(band, style)
            if len(data.bars) >= 200:
                fill |= {"linewidth": 0}
            axes.add_collection(PatchCollection(boxes, zorder=3, **fill))  # type: ignore[arg-type]
    zeros = [place + 0.43 for place, b in enumerate(data.bars) if not b.better_by]
    axes.plot(zeros, [0.0] * len(zeros), "D", color=style.text, markersize=style.pt(4), zorder=5)
    return [
        Spot(
            axes=axes,
            x=place + 0.43,
            y=max(float(b.better_by), -_WORST),
            lines=(
                _("Cycle {n} of {of}").format(n=b.cycle.number, of=b.cycles),
                _("{n} % better").format(n=shown(b.better_by, 0))
                if b.better_by >= 0
                else _("{n} % worse").format(n=shown(-b.better_by, 0)),
                _("value {value}").format(value=shown(b.cycle.value)),
            ),
            treatment_id=b.cycle.treatment.id,
        )
        for place, b in enumerate(data.bars)
    ]


def _note(data: WaterfallData) -> str:
    parts = [_("Each at the last cycle that has a value, not at the best one")]
    if data.missing:
        parts.append(
            ngettext(
                "{n} patient without a value is not in it",
                "{n} patients without a value are not in it",
                data.missing,
            ).format(n=data.missing)
        )
    beyond = sum(1 for b in data.bars if b.better_by < -_WORST)
    if beyond:
        parts.append(
            ngettext(
                "{n} bar is cut at 100 % worse", "{n} bars are cut at 100 % worse", beyond
            ).format(n=beyond)
        )
    return "\u00a0· ".join(parts)


CHART: Chart[Cohort, WaterfallData] = Chart(
    name="waterfall",
    kind="cohort",
    title=lambda: _("Change of each patient"),
    question=lambda: _("How differently do patients respond?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda _data, style: style.px(360),
)
