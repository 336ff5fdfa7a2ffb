"""What the cohort page shows: the choices there are, those that suit, and the chart's numbers.

Apart from the page, because it is computed away from the window.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from outcomes_app import charts
from outcomes_app.analysis.group_course import Axis, GroupBy
from outcomes_app.analysis.measures import measured_scales
from outcomes_app.catalog import Catalog
from outcomes_app.charts import group_course
from outcomes_app.charts.base import Chart, Options
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import IndicationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the page was asked for; None or "" = what suits the patients best."""

    chart: str = group_course.CHART.name
    indication: IndicationId | None = None
    measure: tuple[str, str] | None = None
    group_by: GroupBy | None = None
    axis: Axis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the page shows: the choices there are, those that were made, and the numbers."""

    indications: tuple[IndicationId, ...]
    scales: tuple[Scale, ...]
    indication: IndicationId | None
    measure: tuple[str, str] | None
    group_by: GroupBy
    axis: Axis
    chart: Chart[Any, Any]
    data: Any
    patients: int
    treatments: int


def prepare(cohort: Cohort, catalog: Catalog, choice: Choice, today: date) -> Prepared:
    """The numbers for a choice; runs away from the window."""
    counts = Counter(t.indication for c in cohort.courses for t in c.treatments)
    indications = tuple(sorted(counts, key=lambda i: (-counts[i], i)))
    indication = choice.indication if choice.indication in counts else next(iter(indications), None)
    chosen = _treated_for(cohort, indication)
    scales = measured_scales(chosen, catalog, indication)
    scale = next((s for s in scales if (s.instrument, s.part) == choice.measure), None)
    scale = scale or next(iter(scales), None)
    group_by = choice.group_by or _usual_grouping(chosen)
    axis = choice.axis or _usual_axis(chosen)
    chart = charts.by_name(choice.chart)
    data = None
    if scale is not None or "measure" not in chart.reads:
        options = Options(
            scales=() if scale is None else (scale,),
            products=catalog.products,
            sites=catalog.sites,
            group_by=group_by,
            axis=axis,
            today=today,
        )
        data = chart.prepare(Cohort(courses=tuple(chosen)), options)
    return Prepared(
        indications=indications,
        scales=scales,
        indication=indication,
        measure=None if scale is None else (scale.instrument, scale.part),
        group_by=group_by,
        axis=axis,
        chart=chart,
        data=data,
        patients=len(chosen),
        treatments=sum(len(c.treatments) for c in chosen),
    )


def _treated_for(cohort: Cohort, indication: IndicationId | None) -> list[PatientCourse]:
    if indication is None:
        return []
    narrowed = (c.for_indication(indication) for c in cohort.courses)
    return [c for c in narrowed if c.treatments]


def _usual_grouping(chosen: Sequence[PatientCourse]) -> GroupBy:
    return GroupBy.GROUP if any(c.patient.group for c in chosen) else GroupBy.NONE


def _usual_axis(chosen: Sequence[PatientCourse]) -> Axis:
    """Weeks where patients are usually treated once, as in a trial; else cycles."""
    repeated = chosen and median(len(c.treatments) for c in chosen) > 1
    return Axis.CYCLE if repeated else Axis.WEEK
