import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.analysis.group_course import (
    Axis,
    GroupBy,
    GroupCourse,
    group_course,
    student_t_975,
)
from outcomes_app.domain.course import Cohort
from outcomes_app.domain.values import InstrumentId
from tests import courses

TWSTRS, HIT6 = InstrumentId("twstrs"), InstrumentId("hit6")


@pytest.fixture(scope="module")
def trial() -> Cohort:
    return courses.cdystonia()


@pytest.mark.parametrize(
    ("group_by", "column"),
    [(GroupBy.GROUP, "treat"), (GroupBy.CLINIC_SITE, "site"), (GroupBy.NONE, None)],
)
def test_the_trial_equals_what_pandas_computes(
    trial: Cohort, group_by: GroupBy, column: str | None
) -> None:
    frame = pd.read_csv(courses.DATA / "cdystonia.csv")
    frame["key"] = frame[column].astype(str) if column else ""
    expected = frame.groupby(["key", "week"])["twstrs"].agg(["count", "sum", "mean", "std"])
    found = group_course(trial, TWSTRS, group_by=group_by)
    assert {(p.group, p.step) for p in found.points} == set(expected.index)
    for point in found.points:
        row = expected.loc[(point.group, point.step)]
        assert point.n == row["count"]
        assert point.mean == Fraction(int(row["sum"]), int(row["count"]))
        assert float(point.mean) == pytest.approx(row["mean"], rel=1e-14)
        assert point.sd == pytest.approx(row["std"], rel=1e-12)
    assert found.patients == 109


def test_the_groups_stand_in_the_order_of_their_numbers(trial: Cohort) -> None:
    groups = group_course(trial, TWSTRS, group_by=GroupBy.GROUP).groups
    assert groups == ("5000U", "10000U", "Placebo")


def test_placebo_is_a_product_of_its_own(trial: Cohort) -> None:
    found = group_course(trial, TWSTRS, group_by=GroupBy.PRODUCT)
    at_start = {p.group: p.n for p in found.points if p.step == 0}
    assert at_start == {"placebo": 36, "rima": 73}


def _cohort(*values: dict[int, str | int | None]) -> Cohort:
    return Cohort(courses=tuple(courses.course(assessments=courses.told(v)) for v in values))


def test_a_patient_without_a_value_is_not_counted_and_not_a_zero() -> None:
    found = group_course(_cohort({0: 60, 28: 50}, {0: 64, 28: None}, {}), HIT6)
    assert [(p.step, p.n, p.mean) for p in found.points] == [(0, 2, 62), (4, 1, 50)]
    assert (found.patients, found.without_value) == (2, 1)


def test_an_untreated_patient_has_no_weeks() -> None:
    cohort = Cohort(courses=(courses.course((), assessments=courses.told({0: 60})),))
    found = group_course(cohort, HIT6)
    assert (found.points, found.without_treatment) == ((), 1)


def test_of_two_values_in_a_week_the_nearest_to_its_day_stands_then_the_later() -> None:
    near = group_course(_cohort({0: 60, 26: 1, 29: 50}), HIT6)
    tie = group_course(_cohort({0: 60, 27: 1, 29: 50}), HIT6)
    assert [(p.step, p.mean) for p in near.points] == [(0, 60), (4, 50)]
    assert [(p.step, p.mean) for p in tie.points] == [(0, 60), (4, 50)]


def test_by_cycle_each_patient_counts_once_per_cycle() -> None:
    repeated = courses.course((0, 84), assessments=courses.told({0: 60, 28: 50, 84: 40, 168: 30}))
    found = group_course(Cohort(courses=(repeated,)), HIT6, axis=Axis.CYCLE)
    assert [(p.step, p.mean) for p in found.points] == [(0, 60), (1, 40), (2, 30)]


def test_a_block_of_diary_days_stands_for_the_week_it_completes() -> None:
    kept = courses.course(letters="h" * 28 + "." * 28 + "h" * 56, first=-28)
    found = group_course(Cohort(courses=(kept,)), InstrumentId("headache_days_28"))
    assert [(p.step, p.mean) for p in found.points] == [(0, 28), (4, 0), (8, 28), (12, 28)]


def test_one_patient_has_no_interval() -> None:
    (point,) = group_course(_cohort({0: 60}), HIT6).points
    assert (point.n, point.sd, point.low, point.high) == (1, None, None, None)


@given(st.lists(st.integers(36, 78), min_size=2, max_size=12))
def test_the_order_of_patients_changes_nothing(values: list[int]) -> None:
    def points(order: list[int]) -> GroupCourse:
        return group_course(_cohort(*({0: value} for value in order)), HIT6)

    forwards, backwards = points(values).points[0], points(values[::-1]).points[0]
    assert (forwards.mean, forwards.sd, forwards.n) == (backwards.mean, backwards.sd, backwards.n)
    assert forwards.mean == Fraction(sum(values), len(values))
    series = pd.Series(values, dtype=float)
    assert forwards.sd is not None
    assert math.isclose(forwards.sd, float(series.std()), rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("degrees", "printed"),
    # The 0.975 column of any printed table of Student's t.
    [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)],
)
def test_student_t_equals_the_printed_table(degrees: int, printed: float) -> None:
    assert student_t_975(degrees) == pytest.approx(printed, abs=5e-4)
