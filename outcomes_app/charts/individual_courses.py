"""Everybody's own course over the cycles, thin, with the mean and its interval on top."""

from dataclasses import dataclass
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from outcomes_app.analysis.cohort_cycles import PatientCycles, patient_cycles
from outcomes_app.analysis.group_course import Axis, GroupPoint, group_course
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import chosen_scale, nobody
from outcomes_app.charts.frames import KeyEntry
from outcomes_app.charts.style import Style, mixed
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.definitions import Direction, Scale
from outcomes_app.domain.values import PatientId
from outcomes_app.text import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One patient: the values by cycle, 0 = baseline; a cycle without a value is not in it."""

    patient_id: PatientId
    values: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualData:
    """All courses and the means of the cycles."""

    scale: Scale
    courses: tuple[Course, ...]
    means: tuple[GroupPoint, ...]
    without_value: int

    @property
    def steps(self) -> range:
        """Baseline to the last cycle with a value of anybody."""
        return range(max(p.step for p in self.means) + 1)


def _prepare(cohort: Cohort, options: Options) -> IndividualData:
    scale = chosen_scale(options)
    patients = patient_cycles(cohort, scale, rules=options.rules, today=options.today)
    found = [Course(patient_id=p.patient_id, values=_values(p)) for p in patients]
    means = group_course(
        cohort,
        scale.instrument,
        scale.part,
        axis=Axis.CYCLE,
        rules=options.rules,
        today=options.today,
    )
    return IndividualData(
        scale=scale,
        courses=tuple(c for c in found if c.values),
        means=means.points,
        without_value=sum(1 for c in found if not c.values),
    )


def _values(patient: PatientCycles) -> tuple[tuple[int, Fraction], ...]:
    start = () if patient.baseline is None else ((0, patient.baseline),)
    return start + tuple((c.number, c.value) for c in patient.cycles if c.value is not None)


def _table(data: IndividualData) -> Table:
    titles = (("patient", _("Patient")), ("cycle", _("Cycle")), ("value", _("Value")))
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple(
            (str(c.patient_id), step, value) for c in data.courses for step, value in c.values
        ),
    )


def _why_empty(data: IndividualData) -> str:
    if not data.without_value:
        return nobody()
    return _("Nobody here has a value of “{measure}”. Choose another measure.").format(
        measure=data.scale.name
    )


def _summary(data: IndividualData) -> str:
    if not data.means:
        return _why_empty(data)
    first, last = data.means[0], data.means[-1]
    count = len(data.courses)
    return _(
        "{patients}. Mean {measure}: {first} at {start} (n {n1}), {last} at {end} (n {n2}); later "
        "cycles are without those who stopped."
    ).format(
        patients=ngettext("{n} patient", "{n} patients", count).format(n=count),
        measure=data.scale.name,
        first=shown(first.mean),
        start=_step(first.step),
        n1=first.n,
        last=shown(last.mean),
        end=_step(last.step),
        n2=last.n,
    )


def _step(step: int) -> str:
    return _("baseline") if step == 0 else _("cycle {n}").format(n=step)


def _draw(figure: Figure, data: IndividualData, style: Style) -> Drawn:
    if not data.means:
        labels.nothing_to_show(figure, _why_empty(data), style)
        return Drawn()
    low, high = _limits(data)
    (axes,) = frames.framed(
        figure,
        style,
        left=frames.left_room([shown(Fraction(low)), shown(Fraction(high)), "n"], style),
        right=style.px(18),
        bottom=62,
        key=_key(style),
        note=_("A line is broken where a cycle has no value. Bars: 95 % interval of the mean."),
    )
    axes.set_xlim(-0.4, data.steps[-1] + 0.4)
    marks.set_y(axes, low, high, style)
    lower = data.scale.direction is Direction.HIGHER_IS_WORSE
    labels.fitted_title(
        axes, data.scale.name, data.scale.short_name, style, extra=labels.better_is(lower=lower)
    )
    _thin_lines(axes, data, style)
    spots = _means(axes, data, style)
    by_step = {p.step: p for p in data.means}
    frames.x_words(
        axes,
        [float(s) for s in data.steps],
        [_("Base") if s == 0 else str(s) for s in data.steps],
        style,
        title=_("Treatment cycle"),
        rows=((_("n"), [str(by_step[s].n) if s in by_step else "0" for s in data.steps]),),
    )
    return Drawn(spots=tuple(spots))


def _limits(data: IndividualData) -> tuple[float, float]:
    values = [float(v) for c in data.courses for _s, v in c.values]
    scale = data.scale
    low = float(scale.low) if scale.low is not None else min(0.0, *values)
    high = float(scale.high) if scale.high is not None else max(values) * 1.05
    low, high = min(low, *values), max(high, *values)
    return low, high if high > low else low + 1


def _tone(style: Style) -> str:
    return mixed(style.axis, style.surface, 0.55)


def _key(style: Style) -> list[KeyEntry]:
    mean = style.look(0)
    return [
        KeyEntry(
            text=_("mean of those with a value"),
            marker={"marker": mean.marker, "color": mean.color, "markersize": style.pt(8)},
        ),
        KeyEntry(text=_("one patient"), marker={"marker": "_", "color": _tone(style),
                 "markersize": style.pt(12)}),
        KeyEntry(
            text=_("last value of a patient"),
            marker={"marker": "o", "markersize": style.pt(4), "markerfacecolor": style.surface,
                    "markeredgecolor": _tone(style)},
        ),
    ]  # fmt: skip


def _thin_lines(axes: Axes, data: IndividualData, style: Style) -> None:
    pieces, ends = [], []
    for course in data.courses:
        for (step, value), (following, other) in zip(
            course.values, course.values[1:], strict=False
        ):
            if following == step + 1:
                pieces.append([(step, float(value)), (following, float(other))])
        ends.append((course.values[-1][0], float(course.values[-1][1])))
    share = min(1.0, max(0.12, 12 / max(1, len(data.courses))))
    axes.add_collection(
        LineCollection(pieces, colors=_tone(style), alpha=share, linewidths=style.pt(1), zorder=2)
    )
    axes.plot(
        [x for x, _y in ends], [y for _x, y in ends], linestyle="none", marker="o",
        markersize=style.pt(4), markerfacecolor=style.surface, markeredgecolor=_tone(style),
        markeredgewidth=style.pt(0.8), alpha=max(share, 0.4), zorder=2.5, clip_on=False,
    )  # fmt: skip


def _means(axes: Axes, data: IndividualData, style: Style) -> list[Spot]:
    by_step = {p.step: p for p in data.means}
    look = style.look(0)
    for point in data.means:
        if point.low is not None and point.high is not None:
            axes.plot([point.step] * 2, [point.low, point.high], color=look.color, marker="_",
                      linewidth=style.pt(1.8), markersize=style.pt(7), zorder=4)  # fmt: skip
    marks.series(
        axes,
        [float(s) for s in data.steps],
        [by_step[s].mean if s in by_step else None for s in data.steps],
        look,
        style,
        light=[s in by_step and by_step[s].n < 2 for s in data.steps],
        width=2.6,
        size=7 if len(data.steps) < 30 else 4,
        label="mean",
        zorder=5,
    )
    return [
        Spot(
            axes=axes,
            x=p.step,
            y=float(p.mean),
            lines=(
                _step(p.step),
                _("mean {mean}, n {n}").format(mean=shown(p.mean, 2), n=p.n),
                *(
                    (
                        _("95 % CI {low} to {high}").format(
                            low=shown(p.low, 2), high=shown(p.high, 2)
                        ),
                    )
                    if p.low is not None
                    else ()
                ),
            ),
        )
        for p in data.means
    ]


CHART: Chart[Cohort, IndividualData] = Chart(
    name="individual_courses",
    kind="cohort",
    title=lambda: _("Individual courses and mean"),
    question=lambda: _("What happens on average, and how much do patients differ?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda _data, style: style.px(380),
)
