"""The charts of a practice against the same numbers computed with pandas from the courses."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from outcomes_app import charts
from outcomes_app.analysis.response import response
from outcomes_app.charts.base import Options
from outcomes_app.domain.course import Cohort
from tests import courses

OPTIONS = Options(scales=(courses.HEADACHE_DAYS,), products=courses.PRODUCTS)


def practice(count: int = 40) -> Cohort:
    """Patients of whom some get better, some worse, and every tenth has no diary."""
    made = [courses.varied(1 + n % 7, seed=n) for n in range(count)]
    return Cohort(
        courses=tuple(replace(c, diary=()) if n % 10 == 9 else c for n, c in enumerate(made))
    )


def long_table(cohort: Cohort) -> pd.DataFrame:
    """One row per patient and cycle: patient, cycle, value, baseline."""
    rows = []
    for course in cohort.courses:
        found = response(course, courses.HEADACHE_DAYS.instrument)
        start = float(found.baseline.value) if found.baseline else None
        for cycle in found.by_cycle:
            value = None if cycle.value is None else float(cycle.value)
            rows.append((str(course.patient.id), cycle.number, value, start))
    frame = pd.DataFrame(rows, columns=["patient", "cycle", "value", "baseline"])
    frame["better_by"] = (frame["baseline"] - frame["value"]) / frame["baseline"] * 100
    return frame


def frame_of(name: str, cohort: Cohort, options: Options = OPTIONS) -> pd.DataFrame:
    chart = charts.by_name(name)
    return pd.DataFrame(chart.table(chart.prepare(cohort, options)).records())


def data_of(name: str, cohort: Cohort, options: Options = OPTIONS) -> Any:
    return charts.by_name(name).prepare(cohort, options)


def test_bands_of_each_cycle_count_missing_patients_as_missing() -> None:
    cohort = practice()
    table = long_table(cohort)
    edges = [-1e9, 0, 30, 50, 75, 1e9]
    names = ["worse", "less", "from_30", "from_50", "from_75"]
    table["band"] = (
        pd.cut(table["better_by"].round(9), edges, right=False, labels=names)
        .astype("object")
        .fillna("no_data")
    )
    expected = pd.crosstab(table["cycle"], table["band"])
    found = frame_of("responder_bands", cohort).set_index("cycle")
    for name in [*names, "no_data"]:
        column = expected[name] if name in expected else 0 * expected.iloc[:, 0]
        assert list(found[name]) == list(column), name
    assert found["no_data"].sum() > 0
    assert list(found["n"]) == list(table.groupby("cycle").size())


def test_the_waterfall_takes_the_last_cycle_that_has_a_value() -> None:
    cohort = practice()
    known = long_table(cohort).dropna(subset=["better_by"])
    expected = known.sort_values("cycle").groupby("patient")["better_by"].last().sort_values()
    found = frame_of("waterfall", cohort)
    assert list(found["better_by"]) == pytest.approx(list(expected))
    assert dict(zip(found["patient"], found["better_by"], strict=True)) == pytest.approx(
        dict(expected)
    )
    assert data_of("waterfall", cohort).missing == 4


def test_individual_courses_hold_every_value_and_the_mean_of_each_cycle() -> None:
    cohort = practice()
    table = long_table(cohort)
    found = frame_of("individual_courses", cohort)
    later = found[found["cycle"] > 0].groupby("cycle")["value"].agg(["size", "mean"])
    expected = table.dropna(subset=["value"]).groupby("cycle")["value"].agg(["size", "mean"])
    pd.testing.assert_frame_equal(later, expected, check_dtype=False, check_index_type=False)
    means = {p.step: (p.n, float(p.mean)) for p in data_of("individual_courses", cohort).means}
    assert {s: m for s, m in means.items() if s} == {
        int(c): (int(r["size"]), pytest.approx(r["mean"]))
        for c, r in expected.iterrows()  # type: ignore[call-overload]
    }


def test_a_running_cycle_is_too_early_not_missing() -> None:
    cohort = Cohort(courses=(courses.course((0, 84), letters="h" * 112, first=-28),))
    early = frame_of("responder_bands", cohort, replace(OPTIONS, today=courses.day(100)))
    assert list(early["cycle"]) == [1]
    late = frame_of("responder_bands", cohort, replace(OPTIONS, today=courses.day(300)))
    assert list(late["no_data"]) == [0, 1]


def test_nobody_is_drawn_as_a_sentence() -> None:
    for chart in charts.CHARTS:
        if chart.kind == "cohort":
            summary = chart.summary(chart.prepare(Cohort(courses=()), OPTIONS))
            assert "record or import some" in summary
