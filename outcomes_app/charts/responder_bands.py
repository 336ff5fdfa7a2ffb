"""Which share of a practice's patients responded how well in each cycle, missing ones included."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.bands import Band, has_percent
from outcomes_app.analysis.cohort_cycles import CycleBands, bands_by_cycle, patient_cycles
from outcomes_app.charts import band_look, frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import chosen_scale, no_change_known, no_percent, nobody
from outcomes_app.charts.style import Style
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.definitions import Scale
from outcomes_app.text import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderBandsData:
    """The bands of each cycle."""

    scale: Scale
    cycles: tuple[CycleBands, ...]
    patients: int

    @property
    def measured(self) -> bool:
        """Whether any cycle of anybody has a percent change."""
        return any(c.n > c.counts[Band.NO_DATA] for c in self.cycles)


def _prepare(cohort: Cohort, options: Options) -> ResponderBandsData:
    scale = chosen_scale(options)
    patients = patient_cycles(cohort, scale, rules=options.rules, today=options.today)
    return ResponderBandsData(scale=scale, cycles=bands_by_cycle(patients), patients=len(patients))


def _why_empty(data: ResponderBandsData) -> str:
    if not data.patients:
        return nobody()
    if not has_percent(data.scale):
        return no_percent(data.scale)
    return no_change_known(data.scale)


def _table(data: ResponderBandsData) -> Table:
    titles = [("cycle", _("Cycle")), ("n", _("Patients"))]
    titles += [(band.value, band_look.words(band)) for band in Band]
    titles += [("too_early", _("Too early to say"))]
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple(
            (c.cycle, c.n, *(c.counts[band] for band in Band), c.too_early) for c in data.cycles
        ),
    )


def _summary(data: ResponderBandsData) -> str:
    if not data.measured:
        return _why_empty(data)
    last = next(c for c in reversed(data.cycles) if c.n > c.counts[Band.NO_DATA])
    responded = last.counts[Band.FROM_75] + last.counts[Band.FROM_50]
    first = data.cycles[0]
    early = first.counts[Band.FROM_75] + first.counts[Band.FROM_50]
    return _(
        "{measure}: at least 50 % better were {early} of {n1} patients in cycle {c1} and {late} "
        "of {n2} in cycle {c2}; without data {m1} and {m2}."
    ).format(
        measure=data.scale.name,
        early=early,
        n1=first.n,
        c1=first.cycle,
        late=responded,
        n2=last.n,
        c2=last.cycle,
        m1=first.counts[Band.NO_DATA],
        m2=last.counts[Band.NO_DATA],
    )


def _draw(figure: Figure, data: ResponderBandsData, style: Style) -> Drawn:
    if not data.measured:
        labels.nothing_to_show(figure, _why_empty(data), style)
        return Drawn()
    (axes,) = frames.framed(
        figure,
        style,
        left=frames.left_room(["100", "n"], style),
        right=style.px(14),
        bottom=62,
        key=band_look.key(style),
        note=_note(data),
    )
    axes.set_xlim(0.4, len(data.cycles) + 0.6)
    marks.set_y(axes, 0, 100, style)
    title = _("{measure}, share of patients in %").format(measure=data.scale.name)
    labels.fitted_title(axes, title, _("Share of patients in %"), style, extra="")
    spots: list[Spot] = []
    for place, cycle in enumerate(data.cycles, start=1):
        spots += _column(axes, place, cycle, style)
    frames.x_words(
        axes,
        [float(n) for n in range(1, len(data.cycles) + 1)],
        [str(c.cycle) for c in data.cycles],
        style,
        title=_("Treatment cycle"),
        rows=((_("n"), [str(c.n) for c in data.cycles]),),
    )
    return Drawn(spots=tuple(spots))


def _column(axes: Axes, place: int, cycle: CycleBands, style: Style) -> list[Spot]:
    left, right = axes.get_xlim()
    wide = marks.width_of(axes) / (right - left) * 0.78
    per_percent = marks.height_of(axes) / (axes.get_ylim()[1] or 1)
    bottom, spots = 0.0, []
    for band in Band:
        count, share = cycle.counts[band], float(cycle.share(band))
        if not count:
            continue
        fill = band_look.fill(band, style)
        axes.bar([place], [share], bottom=bottom, width=0.78, zorder=3, **fill)  # type: ignore[arg-type]
        text = str(count)
        if share * per_percent >= style.px(15) and wide >= labels.text_width(text, style):
            boxed = band_look.boxed(band)
            axes.annotate(
                text, xy=(place, bottom + share / 2), ha="center", va="center", zorder=5,
                color=style.text if boxed else band_look.text_on(band, style),
                fontsize=style.pt(11),
                bbox={"facecolor": style.surface, "edgecolor": "none", "pad": style.pt(2)}
                if boxed else None,
            )  # fmt: skip
        lines = (
            _("Cycle {n}").format(n=cycle.cycle),
            band_look.words(band),
            _("{count} of {n} patients, {share} %").format(
                count=count, n=cycle.n, share=shown(cycle.share(band))
            ),
        )
        spots.append(Spot(axes=axes, x=place, y=bottom + share / 2, lines=lines))
        bottom += share
    return spots


def _note(data: ResponderBandsData) -> str:
    parts = [_("n: patients treated in that cycle, all of them; numbers are patients")]
    early = sum(c.too_early for c in data.cycles)
    if early:
        parts.append(
            ngettext(
                "{n} running cycle is too young to count",
                "{n} running cycles are too young to count",
                early,
            ).format(n=early)
        )
    parts.append(_("who stopped is not in later cycles"))
    return "\u00a0· ".join(parts)


CHART: Chart[Cohort, ResponderBandsData] = Chart(
    name="responder_bands",
    kind="cohort",
    title=lambda: _("Response by cycle"),
    question=lambda: _("What share of patients respond, and of how many is nothing known?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda _data, style: style.px(400),
)
