"""The mean course of groups of patients, with the number of patients behind every point."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from outcomes_app.analysis.group_course import (
    Axis,
    GroupBy,
    GroupCourse,
    GroupPoint,
    group_course,
)
from outcomes_app.charts.base import Cell, Chart, Column, Drawn, Options, Table, shown
from outcomes_app.charts.cohort_words import group_title
from outcomes_app.charts.style import Style
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.definitions import Scale
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _, ngettext

# More rows of numbers than this would leave no room for the chart.
MOST_ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group under the name that is shown."""

    key: str
    name: str
    points: tuple[GroupPoint, ...]

    def at(self, step: int) -> GroupPoint | None:
        """Its point at a week or cycle; None where nobody has a value."""
        return next((p for p in self.points if p.step == step), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCourseData:
    """All numbers of the chart."""

    scale: Scale
    axis: Axis
    group_by: GroupBy
    groups: tuple[Group, ...]
    steps: tuple[int, ...]
    patients: int
    without_treatment: int
    without_value: int
    description: str


def _prepare(cohort: Cohort, options: Options) -> GroupCourseData:
    if not options.scales:
        raise OutcomesError(_("No measure was chosen."), todo=_("Choose one outcome measure."))
    scale = options.scales[0]
    found = group_course(
        cohort,
        scale.instrument,
        scale.part,
        group_by=options.group_by,
        axis=options.axis,
        rules=options.rules,
        today=options.today,
    )
    return GroupCourseData(
        scale=scale,
        axis=options.axis,
        group_by=options.group_by,
        groups=tuple(
            Group(
                key=key,
                name=group_title(key, options),
                points=tuple(p for p in found.points if p.group == key),
            )
            for key in found.groups
        ),
        steps=_steps(found),
        patients=found.patients,
        without_treatment=found.without_treatment,
        without_value=found.without_value,
        description=cohort.description,
    )


def _steps(found: GroupCourse) -> tuple[int, ...]:
    return tuple(sorted({p.step for p in found.points}))


def step_name(step: int, data: GroupCourseData) -> str:
    if step == 0:
        return _("baseline")
    words = _("week {n}") if data.axis is Axis.WEEK else _("cycle {n}")
    return words.format(n=step)


def why_empty(data: GroupCourseData) -> str:
    if not data.without_treatment and not data.without_value:
        return _("No patients match. Choose another indication, or record or import some.")
    if not data.without_value:
        return _("No patient here has been treated yet.")
    return _("Nobody here has a value of “{measure}”. Choose another measure.").format(
        measure=data.scale.name
    )


_COLUMNS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("group", lambda: _("Group")),
    ("week", lambda: _("Week")),
    ("n", lambda: _("n")),
    ("mean", lambda: _("Mean")),
    ("sd", lambda: _("Standard deviation")),
    ("ci_low", lambda: _("95 % CI from")),
    ("ci_high", lambda: _("95 % CI to")),
)


def _table(data: GroupCourseData) -> Table:
    columns = [Column(name=name, title=title()) for name, title in _COLUMNS]
    if data.axis is Axis.CYCLE:
        columns[1] = Column(name="cycle", title=_("Cycle"))
    rows: list[tuple[Cell, ...]] = [
        (_cell(group, data), p.step, p.n, p.mean, p.sd, p.low, p.high)
        for group in data.groups
        for p in group.points
    ]
    return Table(columns=tuple(columns), rows=tuple(rows))


def _cell(group: Group, data: GroupCourseData) -> str:
    return group.name if data.group_by is GroupBy.NONE or not group.key else group.key


def _summary(data: GroupCourseData) -> str:
    if not data.groups:
        return why_empty(data)
    words = ngettext("{n} patient", "{n} patients", data.patients).format(n=data.patients)
    parts = []
    for group in data.groups[:6]:
        first, last = group.points[0], group.points[-1]
        parts.append(
            _("{group}: {first} at {start}, {last} at {end} (n {n})").format(
                group=group.name,
                first=shown(first.mean),
                start=step_name(first.step, data),
                last=shown(last.mean),
                end=step_name(last.step, data),
                n=last.n,
            )
        )
    more = len(data.groups) - len(parts)
    if more > 0:
        parts.append(ngettext("{n} more group", "{n} more groups", more).format(n=more))
    return _("{patients}, mean {measure}. {groups}.").format(
        patients=words, measure=data.scale.name, groups="; ".join(parts)
    )


def _draw(figure: Figure, data: GroupCourseData, style: Style) -> Drawn:
    from outcomes_app.charts import group_panels

    return group_panels.draw(figure, data, style)


CHART: Chart[Cohort, GroupCourseData] = Chart(
    name="group_course",
    kind="cohort",
    title=lambda: _("Mean course by group"),
    question=lambda: _("How do groups of patients do on average?"),
    prepare=_prepare,
    draw=_draw,
    table=_table,
    summary=_summary,
    least_height=lambda data, style: style.px(270 + 15 * min(len(data.groups), MOST_ROWS)),
    reads=frozenset({"measure", "group_by", "axis"}),
)
