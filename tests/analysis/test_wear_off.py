from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes_app.analysis.treatment_cycles import TreatmentCycle, treatment_cycles
from outcomes_app.analysis.wear_off import (
    Effect,
    EffectState,
    cycle_effect,
    effect,
    lasting,
    median_duration,
    trend,
    wear_off,
)
from tests import courses


@dataclass(frozen=True)
class Truth:
    """A synthetic cycle: the level falls over `ramp` days from `onset` on, and comes back."""

    onset: int
    ramp: int
    fades: int
    best: Fraction
    length: int

    def level(self, day: int) -> Fraction:
        depth = 1 - self.best
        down = min(Fraction(1), max(Fraction(0), Fraction(day - self.onset + 1, self.ramp)))
        back = min(Fraction(1), max(Fraction(0), Fraction(day - self.fades + 1, self.ramp)))
        return 1 - depth * down + depth * back

    @property
    def true_onset(self) -> int:
        return next(d for d in range(self.length) if self.level(d) <= Fraction(7, 10))

    @property
    def true_end(self) -> int:
        days = range(self.fades, self.length + 60)
        return next(d for d in days if self.level(d) > Fraction(8, 10))


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    ramp = draw(st.integers(1, 12))
    onset = draw(st.integers(1, 16))
    fades = draw(st.integers(onset + ramp + 21, 80))
    return Truth(
        onset=onset,
        ramp=ramp,
        fades=fades,
        best=draw(st.fractions(Fraction(0), Fraction(1, 2), max_denominator=20)),
        length=112,
    )


@given(truths(), st.fractions(Fraction(1, 5), Fraction(24), max_denominator=10), st.data())
@settings(max_examples=300)
def test_a_synthetic_course_is_recovered_within_three_days(
    truth: Truth, baseline: Fraction, data: st.DataObject
) -> None:
    # One day of each week is never written down.
    gap = data.draw(st.integers(0, 6))
    series = {d: baseline * truth.level(d) for d in range(truth.length) if d % 7 != gap or d < 7}
    found = effect(1, series, baseline, truth.length - 1)
    assert found.state is EffectState.ENDED
    assert found.onset is not None
    assert found.peak is not None
    assert found.end is not None
    assert abs(found.onset - truth.true_onset) <= 3
    assert abs(found.end - truth.true_end) <= 3
    assert found.duration == found.end - found.onset
    assert truth.level(found.peak) <= truth.best + (1 - truth.best) * Fraction(1, 2)


@given(st.integers(2, 16), st.integers(40, 80))
def test_headache_days_that_stop_and_come_back_are_recovered(onset: int, fades: int) -> None:
    letters = "h" * onset + "." * (fades - onset) + "h" * (112 - fades)
    course = courses.course((0,), letters="h" * 28 + letters, first=-28)
    (cycle,) = treatment_cycles(course)
    diary = {d.day: d for d in course.diary}
    found = cycle_effect(diary, cycle, Fraction(28), on=courses.day(111))
    assert found.onset is not None
    assert found.end is not None
    assert abs(found.onset - onset) <= 3
    assert abs(found.end - fades) <= 3


def _effect(letters: str, length: int = 84, baseline: int | None = 28) -> Effect:
    course = courses.course((0, length), letters=letters)
    first = treatment_cycles(course)[0]
    diary = {d.day: d for d in course.diary}
    per_28 = None if baseline is None else Fraction(baseline)
    return cycle_effect(diary, first, per_28, on=courses.day(length))


def test_an_effect_that_lasts_to_the_next_injection_is_censored_there() -> None:
    found = _effect("h" * 7 + "." * 77)
    assert found.state is EffectState.CENSORED
    assert found.censored
    assert found.end is None
    assert found.onset is not None
    assert found.duration == 83 - found.onset


def test_only_a_rise_seen_for_fourteen_days_is_an_end() -> None:
    assert _effect("h" * 7 + "." * 57 + "h" * 18).state is EffectState.CENSORED
    assert _effect("h" * 7 + "." * 56 + "h" * 21).state is EffectState.ENDED


def test_no_effect_has_no_onset_and_it_is_not_day_zero() -> None:
    found = _effect("h" * 84)
    assert found.state is EffectState.NO_ONSET
    assert (found.onset, found.peak, found.end, found.duration) == (None, None, None, None)


@pytest.mark.parametrize(
    ("letters", "baseline"),
    [
        ("h" * 7 + "." * 77, None),
        ("h" * 7 + "." * 77, 0),
        ("", 28),
        ("h" * 7 + " " * 30 + "." * 47, 28),
        ("h" * 8, 28),
    ],
)
def test_too_little_is_not_enough_data(letters: str, baseline: int | None) -> None:
    assert _effect(letters, baseline=baseline).state is EffectState.NOT_ENOUGH_DATA


def test_days_of_the_next_cycle_never_enter() -> None:
    alone = _effect("h" * 7 + "." * 77)
    assert _effect("h" * 7 + "." * 77 + "h" * 60) == alone


def test_onset_at_exactly_seven_tenths_of_the_baseline_counts() -> None:
    flat = dict.fromkeys(range(60), Fraction(7))
    assert effect(1, flat, Fraction(10), 59).onset is not None
    over = dict.fromkeys(range(60), Fraction(7) + Fraction(1, 1000))
    assert effect(1, over, Fraction(10), 59).state is EffectState.NO_ONSET


def _cycle(letters: str, length: int) -> tuple[dict, TreatmentCycle]:  # type: ignore[type-arg]
    course = courses.course((0, length), letters=letters)
    return {d.day: d for d in course.diary}, treatment_cycles(course)[0]


def _spread(days: int, of: int) -> str:
    return "".join("h" if (n + 1) * days // of > n * days // of else "." for n in range(of))


@pytest.mark.parametrize(
    ("late", "best", "flag"),
    [
        (8, 4, True),
        (7, 4, False),
        (17, 13, True),
        (18, 14, False),
        (4, 0, True),
        (3, 0, False),
        (26, 20, True),
    ],
)
def test_wearing_off_needs_four_days_and_three_tenths(late: int, best: int, flag: bool) -> None:
    letters = "h" * 28 + _spread(best, 28) + _spread(late, 28)
    diary, cycle = _cycle(letters, 84)
    found = wear_off(diary, cycle)
    assert found.best is not None
    assert found.late is not None
    assert found.late.value == late
    assert found.best.value == best
    assert found.flag is flag
    assert found.best.span.end < found.late.span.start


def test_after_a_short_interval_the_late_weeks_are_two_and_scaled() -> None:
    diary, cycle = _cycle("." * 56 + "h" * 14, 70)
    found = wear_off(diary, cycle)
    assert found.shortened
    assert found.late is not None
    assert (found.late.span.days, found.late.value) == (14, 28)
    assert found.flag is True
    assert found.week == 9


def test_wearing_off_cannot_be_told_from_a_gap_or_a_cycle_that_runs() -> None:
    diary, cycle = _cycle("." * 56 + " " * 28, 84)
    assert wear_off(diary, cycle).flag is None
    running = treatment_cycles(courses.course((0,)))[0]
    assert wear_off(diary, running).flag is None
    diary, cycle = _cycle("h" * 55, 55)
    assert wear_off(diary, cycle).flag is None


def test_the_week_of_wearing_off_is_where_the_bad_weeks_begin() -> None:
    diary, cycle = _cycle("h" * 14 + "." * 49 + "h" * 21, 84)
    found = wear_off(diary, cycle)
    assert (found.flag, found.week) == (True, 10)


def test_a_trend_needs_three_values_and_ignores_unknown_ones() -> None:
    assert trend([(1, 80), (2, 70)]).per_cycle is None
    assert trend([(1, 80), (2, None), (3, 70), (4, 62)]).per_cycle == Fraction(-6)
    assert trend([(1, 80), (2, 80), (3, 80), (4, 20)]).per_cycle == Fraction(-10)


def test_kaplan_meier_counts_censored_cycles_as_long_as_they_were_seen() -> None:
    def lasted(days: int, *, censored: bool) -> Effect:
        state = EffectState.CENSORED if censored else EffectState.ENDED
        return Effect(cycle=1, state=state, onset=0, duration=days)

    effects = [
        lasted(60, censored=False), lasted(70, censored=True), lasted(75, censored=False),
        lasted(80, censored=True),
    ]  # fmt: skip
    assert lasting(effects) == ((60, Fraction(3, 4)), (75, Fraction(3, 8)))
    assert median_duration(effects) == 75
    assert median_duration([lasted(70, censored=True)]) is None
