"""Injectors against what chance alone would do: a funnel, not a ranking."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.bands import has_percent
from outcomes_app.analysis.cohort_cycles import CycleResult, patient_cycles
from outcomes_app.analysis.cohort_responders import FEWEST, Funnel, Member, funnel
from outcomes_app.charts import frames, labels, marks
from outcomes_app.charts.base import Chart, Column, Drawn, Options, Spot, Table, shown
from outcomes_app.charts.cohort_words import chosen_scale, no_change_known, no_percent, nobody
from outcomes_app.charts.frames import KeyEntry
from outcomes_app.charts.labels import SideLabel
from outcomes_app.charts.style import Style, mixed
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.definitions import Scale
from outcomes_app.text import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelData:
    """The funnel, None where nobody can be judged."""

    scale: Scale
    funnel: Funnel | None
    treated: int


def _prepare(cohort: Cohort, options: Options) -> FunnelData:
    scale = chosen_scale(options)
    patients = patient_cycles(cohort, scale, rules=options.rules, today=options.today)
    return FunnelData(scale=scale, funnel=funnel(patients, _injector), treated=len(patients))


def _injector(cycle: CycleResult) -> str:
    treatment = cycle.treatment
    if treatment.injector_name:
        return treatment.injector_name
    # The record holds no other words for a person; the id tells them apart.
    return str(treatment.injector)[:8] if treatment.injector else _("not stated")


def _why_empty(data: FunnelData) -> str:
    if not data.treated:
        return nobody()
    return no_change_known(data.scale) if has_percent(data.scale) else no_percent(data.scale)


def _judgement(data: Funnel, member: Member) -> str:
    if member.n < FEWEST:
        return _("too few to judge")
    words = (_("within chance"), _("beyond 95 %"), _("beyond 99.8 %"))
    return words[data.outside(member)]


def _table(data: FunnelData) -> Table:
    titles = (
        ("injector", _("Injector")),
        ("patients", _("Patients")),
        ("responders", _("At least 50 % better")),
        ("percent", _("Share, %")),
        ("judgement", _("Against chance")),
    )
    found = data.funnel
    return Table(
        columns=tuple(Column(name=n, title=t) for n, t in titles),
        rows=tuple((m.name, m.n, m.count, m.percent, _judgement(found, m)) for m in found.members)
        if found
        else (),
    )


def _summary(data: FunnelData) -> str:
    found = data.funnel
    if found is None:
        return _why_empty(data)
    beyond = [m.name for m in found.members if found.outside(m)]
    few = sum(1 for m in found.members if m.n < FEWEST)
    count = len(found.members)
    words = _("{injectors}, {percent} % of all patients at least 50 % better; {beyond}").format(
        injectors=ngettext("{n} injector", "{n} injectors", count).format(n=count),
        percent=shown(found.pooled),
        beyond=_("beyond chance: {names}").format(names=", ".join(beyond))
        if beyond
        else _("nobody judged differs by more than chance"),
    )
    if few:
        words += "; " + _("{n} with fewer than {least} patients not judged").format(
            n=few, least=FEWEST
        )
    return f"{words}."


def _draw(figure: Figure, data: FunnelData, style: Style) -> Drawn:
    found = data.funnel
    if found is None:
        labels.nothing_to_show(figure, _why_empty(data), style)
        return Drawn()
    side = SideLabel(
        y=float(found.pooled),
        text=_("all {v} %").format(v=shown(found.pooled)),
        color=style.text,
        weight=700,
    )
    (axes,) = frames.framed(
        figure,
        style,
        left=frames.left_room(["100"], style),
        right=frames.left_room([side.text], style, weight=700),
        bottom=44,
        key=_key(style),
        note=_(
            "Each patient's last cycle with a value. Patients differ between injectors: beyond "
            "chance is a reason to look, not a judgement."
        ),
    )
    largest = found.limits[-1].n
    axes.set_xlim(0, largest * 1.08 + 0.5)
    marks.set_y(axes, 0, 100, style)
    title = _("Patients at least 50 % better, in %")
    labels.fitted_title(axes, title, _("Responders, %"), style, extra=data.scale.short_name)
    _limits(axes, found, style)
    labels.side_labels(axes, [side], style)
    spots = _members(axes, found, style)
    ticks = [t for t in marks.axis_ticks(0, largest, marks.width_of(axes) / 2) if t == int(t)]
    frames.x_words(axes, ticks, [f"{t:g}" for t in ticks], style, title=_("Patients judged"))
    return Drawn(spots=tuple(spots))


def _limits(axes: Axes, found: Funnel, style: Style) -> None:
    xs = [at.n for at in found.limits]
    axes.axhline(float(found.pooled), color=style.text, linewidth=style.pt(1.2), zorder=1.5)
    dashes: dict[str, object] = {"95": (0, (5, 3)), "998": "-"}
    for level, dash in dashes.items():
        for end in ("low", "high"):
            values = [float(getattr(at, f"{end}_{level}")) for at in found.limits]
            axes.plot(xs, values, color=style.threshold, linewidth=style.pt(1.1),
                      linestyle=dash, drawstyle="steps-mid", zorder=1.5)  # fmt: skip


def _look(kind: int | None, style: Style) -> dict[str, object]:
    """None = too few, 0 = within chance, 1 and 2 beyond."""
    if kind is None:
        return {"marker": "o", "markerfacecolor": style.surface, "markersize": style.pt(7),
                "markeredgecolor": mixed(style.axis, style.surface, 0.6)}  # fmt: skip
    if kind == 0:
        return {"marker": "o", "markerfacecolor": style.text_muted, "markersize": style.pt(8),
                "markeredgecolor": style.surface}  # fmt: skip
    return {"marker": "D" if kind == 1 else "s", "markersize": style.pt(9),
            "markerfacecolor": style.series[0].color, "markeredgecolor": style.surface}  # fmt: skip


def _key(style: Style) -> list[KeyEntry]:
    kinds = (
        (0, _("within chance")),
        (1, _("beyond 95 % (dashed)")),
        (2, _("beyond 99.8 % (line)")),
        (None, _("fewer than {n}: not judged").format(n=FEWEST)),
    )
    return [KeyEntry(text=words, marker=_look(kind, style)) for kind, words in kinds]


def _members(axes: Axes, found: Funnel, style: Style) -> list[Spot]:
    spots = []
    for member in found.members:
        kind = None if member.n < FEWEST else found.outside(member)
        y = float(member.percent)
        axes.plot([member.n], [y], linestyle="none", zorder=4, clip_on=False, **_look(kind, style))  # type: ignore[arg-type]
        lines = (
            member.name,
            _("{count} of {n} patients at least 50 % better").format(
                count=member.count, n=member.n
            ),
            _judgement(found, member),
        )
        spots.append(Spot(axes=axes, x=member.n, y=y, lines=lines))
    _names(axes, found, style)
    return spots


def _names(axes: Axes, found: Funnel, style: Style) -> None:
    """The names beside their points, where none covers another point or name."""
    left, right = axes.get_xlim()
    wide, tall = marks.width_of(axes), marks.height_of(axes)
    low, high = axes.get_ylim()
    taken = [
        ((m.n - left) / (right - left) * wide, (float(m.percent) - low) / (high - low) * tall,
         style.px(8))
        for m in found.members
    ]  # fmt: skip
    placed: list[tuple[float, float, float]] = []
    for index, member in enumerate(found.members):
        x, y, _half = taken[index]
        width = labels.text_width(member.name, style)
        begin = x + style.px(9)
        if begin + width > wide + style.px(10) or width > wide * 0.4:
            continue
        others = [t for n, t in enumerate(taken) if n != index] + placed
        free = all(
            ox + half < begin - 2 or ox - half > begin + width + 2 or abs(oy - y) > style.px(15)
            for ox, oy, half in others
        )
        if not free:
            continue
        placed.append((begin + width / 2, y, width / 2))
        axes.annotate(
            member.name, xy=(member.n, float(member.percent)), xytext=(style.pt(9), 0),
            textcoords="offset points", ha="left", va="center", color=style.text,
            fontsize=style.pt(11), path_effects=labels.halo(style), zorder=5,
            annotation_clip=False,
        )  # fmt: skip


CHART: Chart[Cohort, FunnelData] = Chart(
    name="injector_funnel",
    kind="cohort",
    title=lambda: _("Injectors and chance"),
    question=lambda: _("Does any injector differ by more than chance?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda _data, style: style.px(400),
)
