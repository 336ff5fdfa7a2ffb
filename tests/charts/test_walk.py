"""Every chart through every kind of data that is hard to draw, in every style."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from outcomes_app import charts
from outcomes_app.analysis.group_course import Axis, GroupBy
from outcomes_app.charts import style as styles
from outcomes_app.charts.base import Chart, Options, View, drawing, new_figure, picture
from outcomes_app.domain.course import Cohort, PatientCourse
from tests import courses, factories

_LONG = replace(
    courses.HEADACHE_DAYS,
    name="An outcome with a remarkably long name in which every single word matters to somebody",
    short_name="",
)

PATIENTS: Mapping[str, Callable[[], PatientCourse]] = {
    "no data": lambda: courses.course(()),
    "one visit": lambda: courses.course((0,), assessments=courses.told({0: 66})),
    "outcomes without treatment": lambda: courses.course((), assessments=courses.told({0: 66})),
    "all missing": lambda: courses.course((0, 84, 168)),
    "typical": lambda: courses.many_cycles(7, change_at=4),
    "40 cycles": lambda: courses.many_cycles(40, change_at=17),
    "dose not known": lambda: courses.course(treatments=courses.given((0, 84), units=None)),
    "placebo": lambda: courses.course(treatments=courses.given((0, 84), units=None, placebo=True)),
    "two products on one day": lambda: courses.course(
        treatments=courses.given((0,)) + courses.given((0,), product=courses.ABO, units=500)
    ),
    "muscles and days": lambda: courses.varied(5, seed=3),
    "long muscles": lambda: courses.course(
        treatments=courses.in_muscles(
            0, {f"a muscle with a really long name {n}": 5 for n in range(30)}
        )
        + courses.given((84,))
    ),
    "the next day": lambda: courses.course((0, 1, 2), letters="h.h"),
}

COHORTS: Mapping[str, Callable[[], Cohort]] = {
    "no data": lambda: Cohort(courses=()),
    "one patient": lambda: Cohort(courses=(courses.many_cycles(2),)),
    "all missing": lambda: Cohort(courses=(courses.course((0,)), courses.course(()))),
    "trial": courses.cdystonia,
    "long names": lambda: Cohort(
        courses=tuple(
            courses.course(
                letters="h" * 112,
                first=-28,
                group=f"{n} $\\alpha$ {name}",
                assessments=courses.told({0: 60 + n, 84: 50}),
            )
            for n, name in enumerate(
                ("a group whose name needs several lines to be read", "دراسة", "研究群", "=1+1")
            )
        )
    ),
    "30 sites": lambda: Cohort(
        courses=tuple(
            courses.course(
                assessments=courses.told({0: 60, 84: n}, instrument="headache_days_28"),
                group=str(n),
                clinic_site=str(n),
            )
            for n in range(30)
        )
    ),
    "40 cycles": lambda: Cohort(courses=tuple(courses.many_cycles(40) for _n in range(3))),
    "a practice": courses.practice,
}

PATIENT_OPTIONS = {
    view.value: Options(
        scales=(courses.HEADACHE_DAYS, courses.HIT6, _LONG), products=courses.PRODUCTS, view=view
    )
    for view in View
}
COHORT_OPTIONS = {
    f"{group.value} by {axis.value}": Options(
        scales=(scale,), products=courses.PRODUCTS, group_by=group, axis=axis
    )
    for group, axis, scale in (
        (GroupBy.NONE, Axis.WEEK, courses.TWSTRS),
        (GroupBy.GROUP, Axis.WEEK, courses.HEADACHE_DAYS),
        (GroupBy.GROUP, Axis.CYCLE, courses.HIT6),
        (GroupBy.PRODUCT, Axis.CYCLE, _LONG),
        (GroupBy.CLINIC_SITE, Axis.WEEK, courses.TWSTRS),
    )
}


def _options(chart: Chart[Any, Any]) -> Mapping[str, Options]:
    """The options that make a difference to a chart, the first where none of them does."""
    every = PATIENT_OPTIONS if chart.kind == "patient" else COHORT_OPTIONS
    if chart.reads & {"view", "group_by", "axis"}:
        return every
    usual = next(iter(every))
    if "measure" not in chart.reads:
        return {"days": every[usual]}
    return {
        usual: every[usual],
        "days": replace(every[usual], scales=(courses.HEADACHE_DAYS,)),
        "long names": replace(every[usual], scales=(_LONG,)),
        "not from zero": replace(every[usual], scales=(courses.HIT6,)),
    }


_EVERYWHERE = {"days", "cycle", *(view.value for view in View), *COHORT_OPTIONS} - {"none by week"}


def _cases() -> list[Any]:
    found = []
    for chart in charts.CHARTS:
        sources: Mapping[str, Callable[[], Any]] = PATIENTS if chart.kind == "patient" else COHORTS
        options = _options(chart)
        found += [
            pytest.param(chart, make, option, id=f"{chart.name}-{what}-{how}")
            for what, make in sources.items()
            for how, option in options.items()
            # What an option does is the same for all data where a chart reads only a measure.
            if how in _EVERYWHERE or what in ("a practice", "muscles and days", "no data")
        ]
    return found


def _rendered(chart: Chart[Any, Any], data: Any, style: styles.Style) -> Figure:
    with drawing(style):
        figure = new_figure(style, 640, 560)
        canvas: Any = FigureCanvasAgg(figure)
        chart.draw(figure, data, style)
        canvas.draw()
    return figure


def _shown_texts(figure: Figure) -> list[Text]:
    texts = figure.findobj(lambda artist: isinstance(artist, Text) and bool(artist.get_text()))
    return [t for t in texts if isinstance(t, Text) and t.get_visible()]


@pytest.mark.parametrize(("chart", "make", "options"), _cases())
def test_chart_is_drawn_within_its_picture_and_no_two_labels_meet(
    chart: Chart[Any, Any], make: Callable[[], Any], options: Options
) -> None:
    data = chart.prepare(make(), options)
    figure = _rendered(chart, data, styles.style("light"))
    with drawing(styles.style("light")):
        boxes = [(t.get_text(), t.get_window_extent()) for t in _shown_texts(figure)]
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.y1 <= 561, text
        assert box.x1 <= 641, text
    for index, (text, box) in enumerate(boxes):
        for other, beside in boxes[index + 1 :]:
            inner = box.padded(-2.5)
            assert not (inner.width > 0 and inner.overlaps(beside.padded(-2.5))), (text, other)


@pytest.mark.parametrize(("chart", "make", "options"), _cases())
def test_table_and_summary_say_what_is_there(
    chart: Chart[Any, Any], make: Callable[[], Any], options: Options
) -> None:
    data = chart.prepare(make(), options)
    table = chart.table(data)
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert all(len(row) == len(names) for row in table.rows)
    assert len(table.csv().split("\r\n")) == len(table.rows) + 2
    assert chart.summary(data).endswith(".")
    assert chart.title()
    assert chart.question()


@pytest.mark.parametrize("name", styles.names())
@pytest.mark.parametrize("chart", charts.CHARTS, ids=lambda chart: chart.name)
@pytest.mark.parametrize("text_scale", [1.0, 1.5, 2.0])
def test_every_style_and_text_size_is_drawn_and_leaves_matplotlib_as_it_was(
    name: str, chart: Chart[Any, Any], text_scale: float
) -> None:
    source: Any = courses.many_cycles(7, change_at=4)
    options = PATIENT_OPTIONS["cycle"]
    if chart.kind == "cohort":
        source, options = courses.cdystonia(), COHORT_OPTIONS["site by week"]
    before = dict(mpl.rcParams)
    style = styles.style(name).scaled(text_scale)
    figure = _rendered(chart, chart.prepare(source, options), style)
    assert figure.axes
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("chart", charts.CHARTS, ids=lambda chart: chart.name)
@pytest.mark.parametrize(
    ("file_format", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_the_same_data_give_the_same_file(
    chart: Chart[Any, Any], file_format: Any, begins: bytes
) -> None:
    source: Any = courses.many_cycles(3)
    if chart.kind == "cohort":
        source = Cohort(courses=(source,))
    options = Options(scales=(courses.HEADACHE_DAYS,), products=courses.PRODUCTS)
    data = chart.prepare(source, options)
    first, again = (
        picture(chart, data, styles.style("print"), file_format=file_format) for _n in range(2)
    )
    assert first.startswith(begins)
    assert first == again


def test_no_picture_of_a_patient_holds_a_name() -> None:
    course = replace(courses.many_cycles(2), patient=factories.patient(family_name="Zzyzx"))
    chart = charts.by_name("response")
    data = chart.prepare(course, PATIENT_OPTIONS["cycle"])
    for file_format in ("svg", "pdf"):
        content = picture(chart, data, styles.style("light"), file_format=file_format)  # type: ignore[arg-type]
        assert b"Zzyzx" not in content
    assert "Zzyzx" not in chart.table(data).csv() + chart.summary(data)
