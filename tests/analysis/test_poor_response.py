from datetime import date
from decimal import Decimal

from outcomes_app import catalog
from outcomes_app.analysis.poor_response import (
    PathwayStep,
    PoorResponse,
    Step,
    StepEntry,
    StepResult,
    pathway,
)
from outcomes_app.analysis.rules import Goal, RuleFacts
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.values import Dose, Side, SiteId
from tests import courses, factories

_ON = date(2026, 1, 1)
_CATALOG = catalog.load()


def _made(
    course: PatientCourse, *entries: StepEntry, facts: RuleFacts | None = None
) -> PoorResponse:
    return pathway(course, entries, facts or RuleFacts(), catalog=_CATALOG, on=_ON)


def _entry(step: Step, result: StepResult, on: date = _ON) -> StepEntry:
    return StepEntry(step=step, result=result, on=on)


def _of(found: PoorResponse, step: Step) -> PathwayStep:
    return next(s for s in found.steps if s.step is step)


def test_the_steps_come_in_order_and_antibodies_last() -> None:
    found = _made(courses.course((0, 84)))
    assert [s.step for s in found.steps] == list(Step)
    assert found.steps[-1].step is Step.ANTIBODY_TEST
    assert found.next_step == found.steps[0]
    assert {s.result for s in found.steps} == {StepResult.NOT_EXAMINED}


def test_nothing_recorded_names_what_is_missing() -> None:
    found = _made(courses.course(treatments=courses.given((0,), units=None)))
    assert _of(found, Step.DOSE).missing
    assert _of(found, Step.MUSCLE).missing
    assert _of(found, Step.EXPECTATION).missing == "no goal was agreed"


def test_doses_of_two_products_are_never_put_together() -> None:
    treatments = (
        *courses.given((0, 84), units=155),
        *courses.given((168,), product=courses.ABO, units=500),
    )
    found = _made(courses.course(treatments=treatments))
    words = " ".join(_of(found, Step.DOSE).found)
    assert "155" in words
    assert "500" in words
    assert "655" not in words
    assert len(_of(found, Step.PRODUCT).found) == 2


def test_a_dose_below_the_protocol_is_named() -> None:
    low = Dose(units=Decimal(100), product=courses.ONA)
    treatment = factories.treatment(day=courses.START, injections=(), stated_total=low)
    found = _made(courses.course(treatments=(treatment,)))
    assert any("below" in words for words in _of(found, Step.DOSE).found)
    enough = factories.treatment(
        day=courses.START, injections=(), stated_total=Dose(units=Decimal(155), product=courses.ONA)
    )
    found = _made(courses.course(treatments=(enough,)))
    assert not any("below" in words for words in _of(found, Step.DOSE).found)


def test_sites_that_never_changed_and_sites_never_treated_are_named() -> None:
    treatments = tuple(
        factories.treatment(
            day=courses.day(offset),
            injections=(factories.injection(site=SiteId("frontalis"), side=Side.LEFT),),
        )
        for offset in (0, 84)
    )
    words = _of(_made(courses.course(treatments=treatments)), Step.MUSCLE).found
    assert "the same sites in every treatment" in words
    assert any(w.startswith("never treated") and "trapezius" in w.lower() for w in words)


def test_an_entered_result_stays_and_the_later_one_stands() -> None:
    found = _made(
        courses.course((0,)),
        _entry(Step.DOSE, StepResult.DOES_NOT_EXPLAIN, date(2025, 6, 1)),
        _entry(Step.DOSE, StepResult.MAY_EXPLAIN, date(2025, 7, 1)),
        _entry(Step.MUSCLE, StepResult.EXPLAINS, date(2027, 1, 1)),
    )
    assert _of(found, Step.DOSE).result is StepResult.MAY_EXPLAIN
    assert _of(found, Step.MUSCLE).result is StepResult.NOT_EXAMINED
    assert [s.step for s in found.explanations] == [Step.DOSE]
    assert found.next_step == _of(found, Step.MUSCLE)


def test_antibodies_before_the_other_steps_are_too_soon() -> None:
    test = _entry(Step.ANTIBODY_TEST, StepResult.DOES_NOT_EXPLAIN)
    assert _made(courses.course((0,)), test).antibodies_too_soon
    others = [_entry(s, StepResult.DOES_NOT_EXPLAIN) for s in Step if s is not Step.ANTIBODY_TEST]
    found = _made(courses.course((0,)), test, *others)
    assert not found.antibodies_too_soon
    assert found.next_step is None


def test_goals_are_what_was_expected() -> None:
    goals = (Goal(name="a", rating=0), Goal(name="b", rating=-1), Goal(name="c"))
    found = _made(courses.course((0,)), facts=RuleFacts(goals=goals))
    assert _of(found, Step.EXPECTATION).found == ("3 goals agreed, 2 rated, 1 reached",)
