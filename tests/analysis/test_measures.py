"""Which measures are shown first."""

from outcomes_app import catalog as catalogs
from outcomes_app.analysis.measures import measured_scales
from outcomes_app.domain.values import IndicationId
from tests import courses

MIGRAINE = IndicationId("chronic_migraine")


def test_what_has_a_course_comes_before_what_was_told_once() -> None:
    told = (
        courses.told({-1: 20}, instrument="headache_days_28")
        + courses.told({-1: 15}, instrument="migraine_days_28")
        + courses.told({-1: 66, 84: 58})
        + courses.told({-1: 7, 84: 4}, instrument="nrs_pain", part="average")
    )
    course = courses.course(assessments=told)
    found = measured_scales((course,), catalogs.load(), MIGRAINE)
    assert [scale.instrument for scale in found] == [
        "hit6",
        "nrs_pain",
        "headache_days_28",
        "migraine_days_28",
    ]


def test_with_a_course_of_each_the_indication_decides() -> None:
    told = courses.told({-1: 66, 84: 58}) + courses.told(
        {-1: 20, 84: 9}, instrument="headache_days_28"
    )
    course = courses.course(assessments=told)
    found = measured_scales((course,), catalogs.load(), MIGRAINE)
    assert [scale.instrument for scale in found] == ["headache_days_28", "hit6"]


def test_an_empty_course_has_no_measure() -> None:
    assert measured_scales((courses.course(),), catalogs.load(), MIGRAINE) == ()
