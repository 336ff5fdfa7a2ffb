"""The numbers on the artists are the numbers of the table, and what is missing stays missing."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from outcomes_app.analysis.group_course import GroupBy
from outcomes_app.charts import style as styles
from outcomes_app.charts.base import Drawn, Options, Table, View, drawing, new_figure
from outcomes_app.charts.group_course import CHART as GROUPS
from outcomes_app.charts.response import CHART, ResponseData
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.definitions import Direction
from tests import courses

_SCALES = (courses.HEADACHE_DAYS, courses.HIT6)


def _data(course: PatientCourse, view: View = View.CYCLE) -> ResponseData:
    options = Options(scales=_SCALES, products=courses.PRODUCTS, view=view)
    return CHART.prepare(course, options)


def _drawn(chart: Any, data: Any) -> tuple[Figure, Drawn]:
    style = styles.style("light")
    with drawing(style):
        figure = new_figure(style, 800, 640)
        FigureCanvasAgg(figure)
        return figure, chart.draw(figure, data, style)


def _lines(figure: Figure, gid: str) -> Iterator[Line2D]:
    def wanted(artist: Artist) -> bool:
        return isinstance(artist, Line2D) and str(artist.get_gid() or "").startswith(gid)

    for found in figure.findobj(wanted):
        assert isinstance(found, Line2D)
        yield found


def _points(line: Line2D) -> list[tuple[float, float | None]]:
    xs, ys = line.get_data()
    return [
        (float(x), None if math.isnan(float(y)) else float(y))
        for x, y in zip(xs, ys, strict=True)  # type: ignore[arg-type]
    ]


def _column(table: Table, name: str) -> list[Any]:
    index = [c.name for c in table.columns].index(name)
    return [row[index] for row in table.rows]


@pytest.mark.parametrize("view", list(View))
def test_the_lines_hold_the_values_of_the_table(view: View) -> None:
    data = _data(courses.many_cycles(6, change_at=3), view)
    figure, _spots = _drawn(CHART, data)
    drawn = [y for line in _lines(figure, "series:") for _x, y in _points(line)]
    told = [None if v is None else float(v) for v in _column(CHART.table(data), "value")]
    assert drawn == told


def test_a_missing_cycle_is_a_gap_with_a_hollow_tick_and_no_zero() -> None:
    course = courses.course(
        (0, 84, 168, 252), assessments=courses.told({0: 66, 84: 60, 252: 55, 300: 54})
    )
    data = CHART.prepare(course, Options(scales=(courses.HIT6,)))
    figure, _spots = _drawn(CHART, data)
    (line,) = _lines(figure, "series:")
    assert _points(line) == [(0, 66), (1, 60), (2, None), (3, 55), (4, 54)]
    (ticks,) = _lines(figure, "missing")
    assert [x for x, _y in _points(ticks)] == [2]


def test_a_gap_in_the_diary_is_not_bridged_by_date() -> None:
    course = courses.course(letters="h" * 28 + " " * 28 + "h" * 28)
    data = CHART.prepare(course, Options(scales=(courses.HEADACHE_DAYS,), view=View.DATE))
    figure, _spots = _drawn(CHART, data)
    (line,) = _lines(figure, "series:")
    assert [y for _x, y in _points(line)] == [28, None, 28]


def test_a_cycle_without_any_value_has_a_tick_before_its_end_and_the_running_one_has_none() -> None:
    course = courses.course((0, 84, 168, 252), assessments=courses.told({0: 66, 84: 60, 252: 55}))
    data = CHART.prepare(course, Options(scales=(courses.HIT6,), view=View.DATE))
    figure, _spots = _drawn(CHART, data)
    (ticks,) = _lines(figure, "missing")
    first = data.panels[0].points[0].x
    assert [x - first for x, _y in _points(ticks)] == [167]


def test_the_time_axis_is_true() -> None:
    course = courses.course((0, 50, 200), assessments=courses.told({0: 66, 50: 60, 200: 50}))
    data = CHART.prepare(course, Options(scales=(courses.HIT6,), view=View.DATE))
    figure, _spots = _drawn(CHART, data)
    (line,) = _lines(figure, "series:")
    xs = [x for x, _y in _points(line)]
    assert [x - xs[0] for x in xs] == [0, 50, 200]
    marks = sorted({_points(m)[0][0] for m in _lines(figure, "treatment:")})
    assert [x - xs[0] for x in marks] == [0, 50, 200]


def test_baseline_and_thresholds_are_drawn_at_their_values_and_labelled() -> None:
    data = _data(courses.course((0, 84), letters="h" * 20 + "." * 92, first=-28))
    figure, _spots = _drawn(CHART, data)
    horizontal = [*_lines(figure, "baseline"), *_lines(figure, "threshold")]
    heights = {line.get_gid(): _points(line)[0][1] for line in horizontal}
    assert heights["baseline"] == 20
    assert (heights["threshold:30"], heights["threshold:50"]) == (14, 10)
    words = {t.get_text() for t in figure.findobj(match=_has_text)}  # type: ignore[attr-defined]
    assert {"Baseline 20", "30 % fewer: 14", "50 % fewer: 10", "▼ lower is better"} <= words


def _has_text(artist: Artist) -> bool:
    return bool(getattr(artist, "get_text", lambda: "")())


def test_percent_lines_only_where_a_percentage_means_something() -> None:
    data = _data(courses.many_cycles(3))
    headache, hit6 = data.panels
    assert [percent for percent, _v in headache.thresholds] == [30, 50]
    assert hit6.thresholds == ()


def test_where_higher_is_better_the_thresholds_lie_above() -> None:
    scale = courses.scale("msq21", name="MSQ", high=100, direction=Direction.HIGHER_IS_BETTER)
    course = courses.course(assessments=courses.told({0: 40, 84: 60}, instrument="msq21"))
    data = CHART.prepare(course, Options(scales=(scale,)))
    assert data.panels[0].thresholds == ((30, Fraction(52)), (50, Fraction(60)))
    assert "50 % higher" in CHART.summary(data)


def test_doses_of_two_products_never_share_a_panel() -> None:
    data = _data(courses.many_cycles(6, change_at=3))
    figure, _spots = _drawn(CHART, data)
    panels = {str(line.get_gid()): line.axes for line in _lines(figure, "dose:")}
    assert set(panels) == {"dose:ona", "dose:abo"}
    assert panels["dose:ona"] is not panels["dose:abo"]
    assert [y for _x, y in _points(next(_lines(figure, "dose:abo")))] == [500, 500, 500]


def test_each_point_says_date_value_recorded_days_dose_and_opens_its_treatment() -> None:
    course = courses.many_cycles(3)
    _figure, drawn = _drawn(CHART, _data(course))
    spots = [s for s in drawn.spots if any("MHD" in line for line in s.lines)]
    after = next(s for s in spots if s.treatment_id == course.treatments[0].id)
    said = "\n".join(after.lines)
    assert "28/28 days recorded" in said
    assert "ONA 155\u00a0units" in said
    assert "Tx 1, 11\u2011Apr\u20112024" in said


def test_no_value_of_one_cycle_is_drawn_beyond_the_next_injection() -> None:
    course = courses.course((0, 40), letters="h" * 120)
    data = CHART.prepare(course, Options(scales=(courses.HEADACHE_DAYS,), view=View.WEEK))
    first = data.panels[0].lines[0]
    assert max(p.x for p in first.points) * 7 + 3.5 <= 42


def test_the_sentence_names_direction_and_what_is_missing() -> None:
    course = courses.course((0, 84, 168), assessments=courses.told({0: 60, 84: 30}))
    data = CHART.prepare(course, Options(scales=(courses.HIT6,)))
    assert CHART.summary(data) == (
        "3 treatments. HIT-6 total: 30 most recently, 60 at baseline (50 % lower); "
        "2 values are missing."
    )


def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text() -> None:
    cohort = courses.course(group="=cmd()", assessments=courses.told({0: 60}))
    options = Options(scales=(courses.HIT6,), group_by=GroupBy.GROUP)
    data = GROUPS.prepare(Cohort(courses=(cohort,)), options)
    assert "\r\n'=cmd(),0,1,60,,,\r\n" in GROUPS.table(data).csv()


def test_points_of_groups_are_their_means_and_n_stands_below() -> None:
    options = Options(scales=(courses.TWSTRS,), group_by=GroupBy.GROUP)
    data = GROUPS.prepare(courses.cdystonia(), options)
    figure, drawn = _drawn(GROUPS, data)
    means = [y for line in _lines(figure, "series:") for _x, y in _points(line)]
    assert means == [float(m) for m in _column(GROUPS.table(data), "mean")]
    words = [t.get_text() for t in figure.findobj(match=_has_text)]  # type: ignore[attr-defined]
    for n in _column(GROUPS.table(data), "n"):
        assert str(n) in words
    assert len(drawn.spots) == 18
