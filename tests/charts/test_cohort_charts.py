"""The charts of a practice against the same numbers computed with pandas from the courses."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from scipy import stats

from outcomes_app import charts
from outcomes_app.analysis.bands import Band
from outcomes_app.analysis.response import response
from outcomes_app.charts import band_look
from outcomes_app.charts import style as styles
from outcomes_app.charts.base import Chart, Options, picture
from outcomes_app.domain.course import Cohort
from tests import courses

OPTIONS = Options(scales=(courses.HEADACHE_DAYS,), products=courses.PRODUCTS)


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
    cohort = courses.practice()
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
    cohort = courses.practice()
    known = long_table(cohort).dropna(subset=["better_by"])
    expected = known.sort_values("cycle").groupby("patient")["better_by"].last().sort_values()
    found = frame_of("waterfall", cohort)
    assert list(found["better_by"]) == pytest.approx(list(expected))
    assert dict(zip(found["patient"], found["better_by"], strict=True)) == pytest.approx(
        dict(expected)
    )
    assert data_of("waterfall", cohort).missing == 4


def test_individual_courses_hold_every_value_and_the_mean_of_each_cycle() -> None:
    cohort = courses.practice()
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


def _last_known(cohort: Cohort) -> pd.DataFrame:
    """One row per patient who can be judged, with what subgroups are made of."""
    about = pd.DataFrame(
        [
            {
                "patient": str(c.patient.id),
                "cycle": n,
                "sex": c.patient.sex.value,
                "injector": t.injector_name,
                "product": t.product,
                "units": float(t.dose.units) if t.dose else None,
            }
            for c in cohort.courses
            for n, t in enumerate(c.treatments, start=1)
        ]
    )
    known = long_table(cohort).dropna(subset=["better_by"]).sort_values("cycle")
    last = known.groupby("patient").tail(1).merge(about, on=["patient", "cycle"])
    last["responded"] = last["better_by"].round(9) >= 50
    return last


def test_the_funnel_counts_each_patient_once_with_the_injector_of_that_cycle() -> None:
    cohort = courses.practice(100)
    last = _last_known(cohort)
    last.loc[last["injector"] == "", "injector"] = "not stated"
    expected = last.groupby("injector")["responded"].agg(["size", "sum"])
    found = frame_of("injector_funnel", cohort).set_index("injector")
    assert dict(found["patients"]) == dict(expected["size"])
    assert dict(found["responders"]) == dict(expected["sum"])
    pooled = last["responded"].mean()
    for name, row in found.iterrows():
        n, count = int(row["patients"]), int(row["responders"])
        if n < 10:
            assert row["judgement"] == "too few to judge", name
            continue
        outside = not (
            stats.binom.ppf(0.025, n, pooled) <= count <= stats.binom.ppf(0.975, n, pooled)
        )
        assert (row["judgement"] != "within chance") == outside, name


def test_subgroups_are_shares_of_their_own_patients() -> None:
    cohort = courses.practice()
    last = _last_known(cohort)
    found = frame_of("subgroup_forest", cohort).set_index("subgroup")
    whole = found.loc["All patients"]
    assert (whole["patients"], whole["responders"]) == (len(last), last["responded"].sum())
    for name, sex in (("Women", "female"), ("Men", "male")):
        of_sex = last[last["sex"] == sex]["responded"]
        assert (found.loc[name, "patients"], found.loc[name, "responders"]) == (
            len(of_sex),
            of_sex.sum(),
        )
    upper = last[last["baseline"] >= last["baseline"].median()]["responded"]
    assert found.loc["Baseline at the median or above", "responders"] == upper.sum()
    assert (found["ci_low"] <= found["percent"]).all()
    assert (found["percent"] <= found["ci_high"]).all()


def test_dose_and_response_keep_products_apart() -> None:
    cohort = courses.practice()
    last = _last_known(cohort)
    data = data_of("dose_response", cohort)
    assert [panel.code for panel in data.panels] == ["ABO", "ONA"]
    for panel, product in zip(data.panels, ("abo", "ona"), strict=True):
        of_product = last[last["product"] == product]
        assert len(panel.points) == len(of_product)
        expected = of_product["units"].rank().corr(of_product["better_by"].rank())
        assert panel.correlation.rho == pytest.approx(expected)


def test_the_months_of_a_practice_are_means_of_the_cycles_that_ended_in_them() -> None:
    cohort = courses.practice()
    rows = [
        (c.point.end.replace(day=1).isoformat(), float(c.value))
        for course in cohort.courses
        for c in response(course, courses.HEADACHE_DAYS.instrument).by_cycle
        if c.point is not None and c.value is not None
    ]
    expected = pd.DataFrame(rows, columns=["month", "value"]).groupby("month")["value"]
    found = frame_of("run_chart", cohort).set_index("month")
    assert list(found["n"]) == list(expected.size())
    assert list(found["mean"]) == pytest.approx(list(expected.mean()))
    assert found["centre"].iloc[0] == pytest.approx(expected.mean().mean())


def test_persistence_is_the_curve_of_the_lanes() -> None:
    cohort = courses.practice()
    options = replace(OPTIONS, today=courses.day(84 * 8))
    lanes = frame_of("swimmer", cohort, options)
    curve = frame_of("persistence", cohort, options)
    assert len(lanes) == 40
    assert list(lanes["days"]) == sorted(lanes["days"], reverse=True)
    stopped = lanes[lanes["end"] != "on treatment"]
    share = 1.0
    for time in sorted(set(stopped["days"])):
        share *= 1 - (stopped["days"] == time).sum() / (lanes["days"] >= time).sum()
        (row,) = curve[curve["day"] == time].to_dict("records")
        assert row["on_treatment"] == pytest.approx(100 * share)
    assert curve["at_risk"].iloc[0] == 40


def test_a_placebo_is_no_product_in_the_lanes() -> None:
    data = data_of("swimmer", courses.cdystonia())
    assert {name for _product, name, _code in data.products} == {
        "Placebo",
        "rimabotulinumtoxinB",
    }


@pytest.mark.parametrize(
    "chart", [c for c in charts.CHARTS if c.kind == "cohort"], ids=lambda chart: chart.name
)
def test_a_thousand_patients_are_drawn(chart: Chart[Any, Any]) -> None:
    cohort = Cohort(courses=courses.cdystonia().courses * 10)
    options = replace(OPTIONS, scales=(courses.TWSTRS,))
    data = chart.prepare(cohort, options)
    content = picture(chart, data, styles.style("light"), file_format="png", sharpness=1)
    assert content.startswith(b"\x89PNG")
    assert "record or import" not in chart.summary(data)


def test_nobody_is_drawn_as_a_sentence() -> None:
    for chart in charts.CHARTS:
        if chart.kind == "cohort":
            summary = chart.summary(chart.prepare(Cohort(courses=()), OPTIONS))
            assert "record or import some" in summary


@pytest.mark.parametrize("name", styles.names())
def test_numbers_stand_out_on_every_band(name: str) -> None:
    style = styles.style(name)
    for band in (b for b in Band if not band_look.boxed(b)):
        color = str(band_look.fill(band, style)["facecolor"])
        chosen = band_look.text_on(band, style)
        other = style.text if chosen == style.surface else style.surface
        assert _contrast(chosen, color) >= max(4.5, _contrast(other, color)), band


def _contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
