"""Response rules: against a slow and obvious version, and what holds for every course."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes_app import catalog
from outcomes_app.analysis.rules import (
    NO_FACTS,
    ParameterChange,
    Rulebook,
    RuleFacts,
    State,
    edition,
    facts_json,
    from_json,
    preventives_failed,
    rulebook,
    rules_for,
    to_json,
    verdict,
    verdicts,
)
from outcomes_app.analysis.rules.comparing import holds, shown
from outcomes_app.analysis.rules.facts import EnteredEffect, Goal
from outcomes_app.analysis.rules.question import as_of
from outcomes_app.demo.build import make_practice
from outcomes_app.demo.courses import Course
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.patient_facts import FactId, PatientMedicine, Purpose, WhyStopped
from outcomes_app.errors import OutcomesError, Refused
from tests import courses, factories
from tests.analysis import slow_rules

_CATALOG = catalog.load()
_RULES = _CATALOG.response_rules
_ALL = tuple(_RULES.values())
_MIGRAINE = "chronic_migraine"
TODAY = date(2026, 11, 20)


@st.composite
def told_courses(draw: st.DrawFn) -> tuple[PatientCourse, slow_rules.Told]:
    """A course of some injections and a diary with its own habits in each stretch."""
    gaps = draw(st.lists(st.integers(5, 180), max_size=4))
    injections = [0]
    for gap in gaps:
        injections.append(injections[-1] + gap)
    letters = ""
    while len(letters) < 400:
        days = draw(st.sampled_from((7, 14, 28, 28, 56)))
        kept = draw(st.sampled_from((0, 19, 20, 25, 28)))
        bad = draw(st.integers(0, 28))
        seed = draw(st.randoms(use_true_random=False))
        letters += "".join(
            " " if seed.random() * 28 >= kept else "h" if seed.random() * 28 < bad else "."
            for _day in range(days)
        )
    on = draw(st.integers(0, 420))
    course = courses.course(injections, letters=letters, first=-28)
    told = slow_rules.Told(
        headache=frozenset(n - 28 for n, c in enumerate(letters) if c == "h"),
        free=frozenset(n - 28 for n, c in enumerate(letters) if c == "."),
        injections=tuple(injections),
        on=on,
    )
    return course, told


@pytest.mark.parametrize("name", sorted(slow_rules.RULES))
@given(told_courses())
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_rule_equals_its_slow_and_obvious_version(
    name: str, made: tuple[PatientCourse, slow_rules.Told]
) -> None:
    course, told = made
    found = verdict(course, _RULES[name], on=courses.day(told.on), indication=_MIGRAINE)
    assert found.label == slow_rules.RULES[name](told)


@given(told_courses())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_window_of_a_cycle_crosses_an_injection(
    made: tuple[PatientCourse, slow_rules.Told],
) -> None:
    course, told = made
    injections = {courses.day(n) for n in told.injections if n <= told.on}
    for rule in _ALL:
        # Consecutive months are counted through; every other window belongs to one cycle.
        if any(p.name == "months_are" for p in rule.parameters):
            continue
        found = verdict(course, rule, on=courses.day(told.on), indication=_MIGRAINE)
        for window in found.windows:
            if window.start is not None and window.end is not None:
                days = {
                    window.start + timedelta(days=n)
                    for n in range(1, (window.end - window.start).days + 1)
                }
                assert not injections & days, (rule.id, window)


@given(told_courses())
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_came_later_changes_nothing_and_every_verdict_survives_storing(
    made: tuple[PatientCourse, slow_rules.Told],
) -> None:
    course, told = made
    on = courses.day(told.on)
    found = verdicts(course, _ALL, on=on, indication=_MIGRAINE)
    assert found == verdicts(as_of(course, on), _ALL, on=on, indication=_MIGRAINE)
    assert tuple(from_json(to_json(v)) for v in found) == found


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_entry_changes_nothing(random: Any) -> None:
    course = courses.many_cycles(4)
    mixed = [list(x) for x in (course.treatments, course.assessments, course.diary)]
    for one in mixed:
        random.shuffle(one)
    shuffled = replace(
        course,
        treatments=tuple(mixed[0]),
        assessments=tuple(mixed[1]),
        diary=tuple(mixed[2]),
    )
    on = courses.day(330)
    assert verdicts(shuffled, _ALL, on=on) == verdicts(course, _ALL, on=on)


def test_nothing_recorded_is_never_met_and_never_not_met() -> None:
    for injections in ((), (0,), (0, 84, 168)):
        course = courses.course(injections)
        for found in verdicts(course, _ALL, on=courses.day(300), indication=_MIGRAINE):
            if found.rule == "interval_adherence" and len(injections) > 1:
                continue
            assert found.state is State.CANNOT_TELL, found.rule
            assert found.missing, found.rule


def test_blank_days_are_never_counted_as_days_without_headache() -> None:
    full = courses.course((0, 84, 168), letters="h" * 196, first=-28)
    thin = courses.course((0, 84, 168), letters=("h" * 20 + " " * 8) * 7, first=-28)
    on = courses.day(200)
    rule = _RULES["nice_ta260_negative_stop"]
    values = [[n.value for n in verdict(c, rule, on=on).numbers] for c in (full, thin)]
    assert values[0] == values[1]


def _as_course(made: Course) -> PatientCourse:
    return PatientCourse(
        patient=made.patient,
        treatments=tuple(v.treatment for v in made.visits),
        assessments=tuple(
            sorted(
                (*(a for v in made.visits for a in v.assessments), *made.follow_ups),
                key=lambda a: a.day,
            )
        ),
        diary=made.diary,
    )


def test_every_rule_has_a_verdict_on_every_patient_of_the_demo_practice() -> None:
    practice = make_practice(_CATALOG, today=TODAY)
    states: dict[str, set[State]] = {}
    for made in practice.courses:
        course = _as_course(made)
        indication = made.patient.indications[0].indication
        asked = rules_for(_CATALOG, indication)
        found = verdicts(course, asked, on=TODAY, indication=indication)
        assert [v.rule for v in found] == [r.id for r in asked]
        for one in found:
            states.setdefault(one.rule, set()).add(one.state)
            assert from_json(to_json(one)) == one
            assert one.words.startswith(one.state.words)
            assert one.criteria
            assert (one.state is not State.CANNOT_TELL) or one.missing
    assert set(states) == set(_RULES)
    answered = {rule for rule, seen in states.items() if seen != {State.CANNOT_TELL}}
    # What needs an entered fact cannot be answered from a course alone.
    assert set(_RULES) - answered <= {"spasticity_das", "nice_ta260_eligibility"}


def test_words_never_instruct() -> None:
    for rule in _ALL:
        found = verdict(courses.many_cycles(4), rule, on=courses.day(330))
        for word in ("should", "must ", "stop treatment", "start treatment", "recommend"):
            assert word not in found.words.lower()


@pytest.mark.parametrize(
    ("value", "threshold", "text"),
    [
        ("29.96", "30", "29.96"),
        ("30", "30", "30.00"),
        ("29.4", "30", "29.4"),
        ("29.5", "30", "29.50"),
        ("30.5", "30", "30.50"),
        ("30.51", "30", "30.5"),
        ("29.996", "30", "29.996"),
        ("29.9999996", "30", "29.9999996"),
        ("-14.58", "30", "\u221214.6"),
        ("0", "30", "0"),
        ("1234.56", "30", "1,234.6"),
    ],
)
def test_a_printed_number_lies_on_its_side_of_the_threshold(
    value: str, threshold: str, text: str
) -> None:
    assert shown(Fraction(Decimal(value)), Fraction(threshold)) == text


@given(st.fractions(Fraction(-100), Fraction(100), max_denominator=10**6))
def test_printing_never_reaches_a_threshold_the_number_does_not(value: Fraction) -> None:
    threshold = Fraction(30)
    printed = Fraction(shown(value, threshold).replace("\u2212", "-").replace(",", ""))
    if abs(value - threshold) > Fraction(1, 10**8):
        assert holds(printed, "<", threshold) == holds(value, "<", threshold)


def test_a_rulebook_changes_parameters_and_nothing_else() -> None:
    change = ParameterChange(
        rule="us_payer_7d_100h", parameter="days", value="5", reason="plan of 2026",
        source="Plan A, policy 12",
    )  # fmt: skip
    book = Rulebook(
        id="plan_a", name="Plan A", version=3, changes=(change,), base_version="2026-11-20",
        valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31),
    )  # fmt: skip
    assert rulebook.from_json(rulebook.to_json(book)) == book
    rules = edition(book, _RULES)
    changed = rules["us_payer_7d_100h"]
    assert changed.version == "2026-11-20+plan_a.3"
    assert [p.value for p in changed.parameters if p.name == "days"] == [5]
    assert changed.title == _RULES["us_payer_7d_100h"].title
    assert {k: v for k, v in rules.items() if k != changed.id} == {
        k: v for k, v in _RULES.items() if k != changed.id
    }
    assert book.in_force(date(2026, 12, 31))
    assert not book.in_force(date(2027, 1, 1))
    used = verdict(courses.many_cycles(3), changed, on=courses.day(260)).parameters
    assert [(p.name, p.source) for p in used if p.changed] == [("days", "Plan A, policy 12")]


@pytest.mark.parametrize(
    ("rule", "parameter", "value"),
    [
        ("no_such_rule", "days", "5"),
        ("us_payer_7d_100h", "no_such_parameter", "5"),
        ("us_payer_7d_100h", "days", "many"),
        ("us_payer_7d_100h", "days", "-1"),
        ("us_payer_7d_100h", "days", "NaN"),
        ("ehf_2018_nonresponse", "reading", "sometimes"),
    ],
)
def test_an_impossible_change_is_refused(rule: str, parameter: str, value: str) -> None:
    change = ParameterChange(rule=rule, parameter=parameter, value=value)
    with pytest.raises(Refused):
        edition(Rulebook(id="x", name="X", changes=(change,)), _RULES)


def test_a_parameter_changed_twice_and_dates_in_disorder_are_refused() -> None:
    change = ParameterChange(rule="us_payer_7d_100h", parameter="days", value="5")
    book = Rulebook(
        id="x", name=" ", changes=(change, change), valid_from=date(2026, 2, 1),
        valid_to=date(2026, 1, 1),
    )  # fmt: skip
    codes = {p.code for p in rulebook.check(book, _RULES)}
    assert codes == {"name_missing", "changed_twice", "end_before_start"}


def test_every_parameter_is_used_and_names_its_source() -> None:
    for rule in _ALL:
        assert rule.parameters
        for parameter in rule.parameters:
            assert parameter.meaning
            assert parameter.source
            assert not (parameter.verified and parameter.app_defined)


def test_facts_survive_their_json_form() -> None:
    facts = RuleFacts(
        preventives_failed=3,
        medication_overuse_managed=False,
        entered_effects=(EnteredEffect(cycle=2, onset_day=5, wearing_off=True),),
        das_target="hygiene",
        das_target_chosen_on=date(2026, 2, 3),
        goals=(Goal(name="open the hand", rating=-1, primary=True, agreed_on=date(2026, 2, 3)),),
        top_ups=frozenset({date(2026, 3, 1), date(2026, 2, 1)}),
        usual_interval_weeks=Decimal("12.5"),
    )
    assert facts_json.from_json(facts_json.to_json(facts)) == facts
    assert facts_json.from_json("{}") == NO_FACTS


def _medicine(name: str, **changes: Any) -> PatientMedicine:
    defaults: dict[str, Any] = {
        "id": FactId(uuid.uuid4()),
        "patient_id": factories.patient().id,
        "purpose": Purpose.PREVENTIVE,
        "why_stopped": WhyStopped.NO_BENEFIT,
        "end": date(2025, 6, 1),
    }
    return PatientMedicine(name=name, **(defaults | changes))


def test_preventives_that_failed_are_counted_once_each_and_unknown_is_not_none() -> None:
    listed = (
        _medicine("Topiramate"),
        _medicine("topiramate ", why_stopped=WhyStopped.NOT_TOLERATED),
        _medicine("Propranolol", why_stopped=WhyStopped.CONTRAINDICATED, end=None),
        _medicine("Amitriptyline", why_stopped=WhyStopped.PATIENT_WISH),
        _medicine("Candesartan", why_stopped=None, end=None),
        _medicine("Sumatriptan", purpose=Purpose.ACUTE),
        _medicine("Flunarizine", end=date(2026, 12, 1)),
    )
    assert preventives_failed(listed, on=TODAY) == 2
    assert preventives_failed(listed[3:5], on=TODAY) == 0
    assert preventives_failed(listed[5:6], on=TODAY) is None
    assert preventives_failed((), on=TODAY) is None


@pytest.mark.parametrize(
    "text", ["[]", "nothing", '{"unknown": 1}', '{"preventives_failed": "3"}', '{"top_ups": [1]}']
)
def test_facts_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(OutcomesError):
        facts_json.from_json(text)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_stored_verdict_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(OutcomesError):
        from_json(text)
