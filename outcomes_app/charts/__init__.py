"""Charts: numbers first, then their drawing. One module per chart; CHARTS names them all."""

from typing import Any

from outcomes_app.charts import (
    before_after,
    calendar_strip,
    dose_response,
    group_course,
    individual_courses,
    injector_funnel,
    muscle_doses,
    percent_change,
    persistence,
    responder_bands,
    response,
    run_chart,
    subgroup_forest,
    swimmer,
    waterfall,
)
from outcomes_app.charts.base import Chart
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

CHARTS: tuple[Chart[Any, Any], ...] = (
    response.CHART,
    percent_change.CHART,
    calendar_strip.CHART,
    muscle_doses.CHART,
    before_after.CHART,
    group_course.CHART,
    individual_courses.CHART,
    responder_bands.CHART,
    waterfall.CHART,
    persistence.CHART,
    swimmer.CHART,
    run_chart.CHART,
    injector_funnel.CHART,
    subgroup_forest.CHART,
    dose_response.CHART,
)


def by_name(name: str) -> Chart[Any, Any]:
    """The chart of this name; OutcomesError names those there are."""
    for chart in CHARTS:
        if chart.name == name:
            return chart
    raise OutcomesError(
        _("There is no chart “{name}”.").format(name=name),
        todo=_("Charts: {names}.").format(names=", ".join(c.name for c in CHARTS)),
    )
