"""Curves, limits and rules against textbook numbers and second libraries."""

import subprocess
import sys
from fractions import Fraction
from math import exp, log, sqrt
from pathlib import Path
from statistics import NormalDist

import pandas as pd
import pytest
from scipy import stats

from outcomes_app.analysis.persistence import Curve, by_group, compared, curve, stays
from outcomes_app.analysis.proportions import limits, rank_correlation, share
from outcomes_app.analysis.run_chart import Rule, run_chart
from outcomes_app.domain.course import Cohort
from tests import courses

_LEUKEMIA = Path(__file__).parent.parent / "data" / "freireich_leukemia.csv"


def _leukemia(group: int) -> tuple[list[float], list[bool]]:
    frame = pd.read_csv(_LEUKEMIA)
    chosen = frame[frame["Rx"] == group]
    return [float(t) for t in chosen["t"]], [bool(s) for s in chosen["status"]]


def _at(found: Curve, time: float) -> float:
    return [s.share for s in found.steps if s.time <= time][-1]


def test_the_treated_leukaemia_patients_have_the_textbook_curve() -> None:
    """Shares of Cox and Oakes, Analysis of Survival Data (1984), table 4.1."""
    found = curve(*_leukemia(0))
    textbook = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {t: round(_at(found, t), 3) for t in textbook} == textbook
    assert (found.n, found.events, found.median) == (21, 9, 23)
    assert curve(*_leukemia(1)).median == 8
    assert [found.at_risk(t) for t in (0, 6, 10, 20, 30)] == [21, 21, 15, 8, 4]


def test_the_intervals_are_log_log_by_greenwood() -> None:
    times, events = _leukemia(0)
    found = curve(times, events)
    z = NormalDist().inv_cdf(0.975)
    variance = 0.0
    for step in found.steps:
        if not step.events:
            continue
        at_risk = sum(t >= step.time for t in times)
        variance += step.events / (at_risk * (at_risk - step.events))
        half = z * sqrt(variance) / abs(log(step.share))
        assert step.low == pytest.approx(step.share ** exp(half))
        assert step.high == pytest.approx(step.share ** exp(-half))


def test_the_log_rank_test_is_that_of_the_textbook_and_of_scipy() -> None:
    found = compared({"treated": _leukemia(0), "placebo": _leukemia(1)})
    assert found is not None
    assert found.statistic == pytest.approx(16.793, abs=0.001)
    assert found.degrees == 1
    samples = [
        stats.CensoredData.right_censored(times, [not e for e in events])
        for times, events in (_leukemia(0), _leukemia(1))
    ]
    assert found.p == pytest.approx(stats.logrank(*samples).pvalue)


def test_nothing_is_compared_where_there_is_one_group_or_nobody_stopped() -> None:
    assert compared({"": _leukemia(0)}) is None
    assert compared({"a": ([1.0], [False]), "b": ([2.0], [False])}) is None


def test_a_treatment_stops_with_a_long_gap_and_its_end_is_an_interval_after_the_last() -> None:
    cohort = Cohort(
        courses=(
            courses.course((0, 84, 168)),
            courses.course((0, 84)),
            courses.course((0, 84, 400)),
            courses.course(()),
        )
    )
    found = stays(cohort, today=courses.day(84 + 183))
    assert [(s.days, s.stopped, s.returned) for s in found] == [
        (252, False, False),
        (168, True, False),
        (168, True, True),
    ]
    edge = stays(cohort, today=courses.day(84 + 182))
    assert [s.stopped for s in edge] == [False, False, True]
    assert by_group(found)[""] == ([252.0, 168.0, 168.0], [False, True, True])


def test_who_was_treated_yesterday_is_observed_for_a_day() -> None:
    (found,) = stays(Cohort(courses=(courses.course((0,)),)), today=courses.day(1))
    assert (found.days, found.stopped) == (1, False)


def _rules(values: list[int]) -> list[set[str]]:
    found = run_chart([Fraction(v) for v in values])
    assert found is not None
    return [{r.value for r in rules} for rules in found.rules]


def test_limits_are_2_66_mean_moving_ranges_with_extreme_ranges_left_out_once() -> None:
    values = [10, 12, 11, 13, 12, 10, 11, 60, 12, 11, 13, 12]
    series = pd.Series(values, dtype=float)
    ranges = series.diff().abs().dropna()
    reach = 2.66 * ranges[ranges <= 3.267 * ranges.mean()].mean()
    found = run_chart([Fraction(v) for v in values])
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert float(found.low) == pytest.approx(series.mean() - reach)
    assert float(found.high) == pytest.approx(series.mean() + reach)
    assert ranges.max() > 3.267 * ranges.mean()
    assert Rule.OUTSIDE in found.rules[7]
    assert not found.provisional
    assert Fraction(60) not in (found.low, found.high)


def test_seven_on_one_side_and_seven_rising_are_special_but_six_are_not() -> None:
    shift = _rules([1, 3, 1, 3, 1, 3, 1, 7, 9, 7, 9, 7, 9, 7])
    assert all("shift" in r for r in shift)
    assert not any("shift" in r for r in _rules([1, 3, 1, 3, 1, 3, 7, 9, 7, 9, 7, 9]))
    trend = _rules([5, 4, 1, 2, 3, 4, 5, 6, 7, 5, 5])
    assert ["trend" in r for r in trend] == [False, False, *[True] * 7, False, False]
    assert not any("trend" in r for r in _rules([5, 4, 1, 2, 3, 4, 5, 6, 5, 5, 4]))


def test_two_of_three_near_one_limit_with_all_three_on_that_side() -> None:
    # Mean 10, moving ranges 3.66: near is beyond 16.5, outside beyond 19.7.
    values = [8, 11, 8, 11, 8, 11, 8, 11, 8, 11, 18, 12, 18, 7, 8, 8]
    found = run_chart([Fraction(v) for v in values])
    assert found is not None
    marked = [n for n, rules in enumerate(found.rules) if Rule.TWO_OF_THREE in rules]
    assert marked == [10, 12]
    values[11] = 8
    other = run_chart([Fraction(v) for v in values])
    assert other is not None
    assert not any(Rule.TWO_OF_THREE in rules for rules in other.rules)


def test_a_run_chart_of_one_or_no_point_has_no_limits() -> None:
    assert run_chart([]) is None
    one = run_chart([Fraction(3)])
    assert one is not None
    assert (one.mean, one.low, one.high, one.provisional) == (3, None, None, True)


def test_shares_have_wilson_intervals_and_funnels_binomial_limits() -> None:
    found = share(8, 20)
    z, n, p = NormalDist().inv_cdf(0.975), 20, 0.4
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (found.low, found.high) == pytest.approx((100 * (middle - half), 100 * (middle + half)))
    (at_20,) = limits(Fraction(2, 5), [20])
    below = next(k for k in range(21) if stats.binom.cdf(k, 20, 0.4) >= 0.025)
    assert at_20.low_95 == pytest.approx(100 * below / 20)
    assert at_20.low_998 <= at_20.low_95 <= at_20.high_95 <= at_20.high_998


def test_ranks_correlate_as_pandas_says() -> None:
    xs, ys = [155, 160, 195, 200, 155], [10, 30, 20, 60, 0]
    found = rank_correlation(xs, ys)
    assert found is not None
    expected = pd.Series(xs).rank().corr(pd.Series(ys).rank())
    assert found.rho == pytest.approx(expected)
    assert rank_correlation([155, 155, 155, 155], [1, 2, 3, 4]) is None


def test_no_statistics_library_is_loaded_before_it_is_asked_for() -> None:
    code = (
        "import sys, outcomes_app.charts, outcomes_app.cli.chart\n"
        "sys.exit(any(n in sys.modules for n in ('scipy', 'lifelines', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
