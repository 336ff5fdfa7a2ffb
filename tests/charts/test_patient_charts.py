"""The charts of one patient: their numbers, and what is drawn where nothing is known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from outcomes_app import charts
from outcomes_app.charts import style as styles
from outcomes_app.charts.base import Drawn, Options, drawing, new_figure
from outcomes_app.charts.calendar_strip import Level, level_of
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Direction
from tests import courses

OPTIONS = Options(scales=(courses.HEADACHE_DAYS, courses.HIT6), products=courses.PRODUCTS)


def _prepared(name: str, course: PatientCourse, options: Options = OPTIONS) -> Any:
    return charts.by_name(name).prepare(course, options)


def _frame(name: str, course: PatientCourse, options: Options = OPTIONS) -> pd.DataFrame:
    chart = charts.by_name(name)
    return pd.DataFrame(chart.table(chart.prepare(course, options)).records())


def _drawn(name: str, course: PatientCourse, options: Options = OPTIONS) -> Drawn:
    chart, style = charts.by_name(name), styles.style("light")
    with drawing(style):
        figure = new_figure(style, 760, 560)
        FigureCanvasAgg(figure)
        return chart.draw(figure, chart.prepare(course, options), style)


def _two_cycles() -> PatientCourse:
    """20 headache days of 28 before, 10 in weeks 9–12 of cycle 1, no diary in cycle 2."""
    return courses.course(
        (0, 84, 168), letters="h" * 20 + "." * 8 + "." * 56 + "h" * 10 + "." * 18, first=-28
    )


def test_percent_change_names_each_cycle_and_its_band() -> None:
    frame = _frame("percent_change", _two_cycles())
    assert list(frame["cycle"]) == [1, 2, 3]
    assert frame["percent_change"][0] == -50
    assert frame["band"][0] == "50 to under 75 %"
    assert list(frame["band"][1:]) == ["no data", "no data"]
    assert frame["days_recorded"][0] == 28


def test_percent_change_is_refused_on_a_scale_that_does_not_begin_at_zero() -> None:
    course = courses.course((0, 84), assessments=courses.told({0: 66, 84: 50}))
    options = replace(OPTIONS, scales=(courses.HIT6,))
    data = _prepared("percent_change", course, options)
    assert data.known == ()
    assert "does not begin at zero" in charts.by_name("percent_change").summary(data)


def test_a_bar_opens_its_treatment() -> None:
    course = _two_cycles()
    spots = _drawn("percent_change", course).spots
    assert [s.treatment_id for s in spots] == [course.treatments[0].id]
    assert "−50 %" in spots[0].lines[1]


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({"headache": None}, Level.MISSING),
        ({"headache": False}, Level.NONE),
        ({"headache": True}, Level.UNGRADED),
        ({"headache": True, "peak_severity": 2}, Level.MODERATE),
        ({"headache": True, "peak_pain": Decimal(3)}, Level.MILD),
        ({"headache": True, "peak_pain": Decimal(4)}, Level.MODERATE),
        ({"headache": True, "peak_pain": Decimal(7)}, Level.SEVERE),
        ({"headache": True, "peak_severity": 1, "peak_pain": Decimal(9)}, Level.MILD),
    ],
)
def test_a_day_of_the_calendar_is_as_bad_as_was_written(
    changes: dict[str, Any], level: Level
) -> None:
    (entry,) = courses.diary("h")
    assert level_of(replace(entry, **changes)) is level


def test_the_calendar_leaves_no_day_out_and_marks_the_injection() -> None:
    course = replace(courses.course((3,)), diary=courses.graded("1.3  2"))
    data = _prepared("calendar", course)
    assert [d.level.value for d in data.days] == [
        "mild", "none", "severe", "missing", "missing", "moderate",
    ]  # fmt: skip
    assert [d.day for d in data.days if d.treatment_id] == [courses.day(3)]
    assert data.days[0].day == date(2024, 4, 11)


def test_a_calendar_begins_with_the_first_thing_known() -> None:
    assert _prepared("calendar", courses.course((0,))).days == ()
    course = replace(courses.course((0,)), diary=courses.graded("1", first=10))
    assert len(_prepared("calendar", course).days) == 11


def test_doses_by_muscle_equal_the_sums_of_the_points() -> None:
    course = courses.varied(5, seed=3)
    frame = _frame("muscle_doses", course)
    points = pd.DataFrame(
        [
            {
                "product": courses.PRODUCTS[i.dose.product].name,
                "cycle": n,
                "muscle": f"{i.site}, {i.side}",
                "units": float(i.dose.units),
            }
            for n, t in enumerate(course.treatments, start=1)
            for i in t.injections
        ]
    )
    keys = ["product", "cycle", "muscle"]
    expected = points.groupby(keys)["units"].sum().sort_index()
    found = frame.set_index(keys)["units"].astype(float).sort_index()
    pd.testing.assert_series_equal(found, expected)


def test_two_products_never_share_a_panel_and_unknown_muscles_are_not_zero() -> None:
    course = courses.course(
        treatments=courses.in_muscles(0, {"corrugator": 5})
        + courses.in_muscles(84, {"corrugator": 15}, product=courses.ABO)
        + courses.given((168,))
    )
    data = _prepared("muscle_doses", course)
    assert [p.product for p in data.panels] == [courses.ONA, courses.ABO]
    assert [c.known for c in data.panels[0].columns] == [True, False]
    frame = _frame("muscle_doses", course)
    assert frame[frame["cycle"] == 3]["units"].isna().all()


def test_two_cycles_are_compared_in_the_direction_of_each_measure() -> None:
    better_up = courses.scale(
        "eq_vas", name="EQ VAS", short_name="", high=100, direction=Direction.HIGHER_IS_BETTER
    )
    course = courses.course(
        (0, 84),
        assessments=courses.told({0: 66, 84: 54})
        + courses.told({0: 40, 84: 70}, instrument="eq_vas"),
    )
    options = replace(OPTIONS, scales=(courses.HIT6, better_up))
    frame = _frame("before_after", course, options)
    assert list(frame["earlier"]) == [66, 40]
    assert list(frame["later"]) == [54, 70]
    assert list(frame["better_by"]) == [12, 30]
    chosen = _prepared("before_after", course, replace(options, compare=(1, 2)))
    assert [p.later for p in chosen.pairs] == [None, None]
    assert "HIT-6 total: 54 to – (not comparable)" in charts.by_name("before_after").summary(chosen)


def test_cycles_that_do_not_exist_are_said_to_have_no_value() -> None:
    options = replace(OPTIONS, compare=(7, 9))
    data = _prepared("before_after", _two_cycles(), options)
    summary = charts.by_name("before_after").summary(data)
    assert summary == "Neither cycle 7 nor cycle 9 has a value. Choose other cycles."
