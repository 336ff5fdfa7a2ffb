"""Runs the worked examples of tests/spec/rules: a course told in a few lines, and the verdict.

Days are counted from the first treatment (day 0), which is `first` (default 2024-04-11).

treatments   the days of injection; `products` and `units` may follow one by one
diary        stretches of days: from, days (28), headache (days with headache, the first ones),
             recorded (all; the rest is left blank at its end), migraine (headache days with
             features), modsev (headache days that are moderate), hours (each headache day),
             medicine and medicine_days (the first ones), days_without_medicine_known
told         day, instrument, value, part ("total"), baseline (false), recall
facts        what a person enters; days as numbers
parameters   changed by a local rulebook
on           the day of the verdict
"""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outcomes_app import catalog
from outcomes_app.analysis.rules import (
    EVALUATORS,
    EnteredEffect,
    Goal,
    ParameterChange,
    Rulebook,
    RuleFacts,
    edition,
    from_json,
    to_json,
    verdict,
)
from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.values import Dose, IndicationId, InstrumentId, ProductId
from tests import courses, factories

_FILES = sorted((Path(__file__).parent / "rules").glob("*.toml"))
_KEYS = {
    "says", "first", "indication", "treatments", "products", "units", "injectors", "diary", "told",
    "facts", "parameters", "on", "label", "state", "notes", "no_notes", "shown", "states",
    "numbers", "missing", "words",
}  # fmt: skip
_SEGMENT = {
    "from", "days", "headache", "recorded", "migraine", "modsev", "hours", "medicine",
    "medicine_days",
}  # fmt: skip


def _cases() -> list[Any]:
    cases = []
    for file in _FILES:
        table = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        usual = table.get("usual", {})
        cases += [
            pytest.param(file.stem, usual | c, id=f"{file.stem}-{c['says']}") for c in table["case"]
        ]
    return cases


def _diary(first: date, segment: dict[str, Any]) -> Iterator[DiaryDay]:
    assert set(segment) <= _SEGMENT
    days = segment.get("days", 28)
    bad = segment.get("headache", 0)
    for place in range(segment.get("recorded", days)):
        headache = place < bad
        medicine = place < segment.get("medicine_days", 0)
        moderate = headache and place < segment.get("modsev", 0)
        features = headache and place < segment.get("migraine", 0)
        yield DiaryDay(
            patient_id=factories.patient().id,
            day=first + timedelta(days=segment["from"] + place),
            headache=headache,
            duration_hours=Decimal(str(segment["hours"]))
            if headache and "hours" in segment
            else None,
            peak_severity=(2 if moderate else 1) if headache else None,
            unilateral=features,
            pulsating=features,
            worse_with_activity=False,
            nausea=features,
            vomiting=False,
            photophobia=False,
            phonophobia=False,
            aura_minutes=0,
            acute_medicine_taken=medicine,
            acute_medicines=tuple(
                AcuteMedicine(kind=kind)
                for kind in segment.get("medicine", "").split("+")
                if medicine
            ),
        )


def _course(case: dict[str, Any], indication: IndicationId) -> PatientCourse:
    first = case.get("first", courses.START)
    days = case.get("treatments", [])
    products = case.get("products", ["ona"] * len(days))
    units = case.get("units", [155] * len(days))
    injectors = case.get("injectors", [""] * len(days))
    treatments = tuple(
        factories.treatment(
            indication=indication,
            day=first + timedelta(days=day),
            product=ProductId(product),
            injections=(),
            injector_name=injector,
            stated_total=Dose(units=Decimal(dose), product=ProductId(product)),
        )
        for day, product, dose, injector in zip(days, products, units, injectors, strict=True)
    )
    assessments = tuple(
        factories.assessment(
            instrument=InstrumentId(told["instrument"]),
            day=first + timedelta(days=told["day"]),
            scores=(
                factories.score(
                    None if told["value"] == "missing" else str(told["value"]),
                    part=told.get("part", "total"),
                ),
            ),
            occasion=Occasion.BASELINE if told.get("baseline") else Occasion.VISIT,
            recall=told.get("recall", ""),
        )
        for told in case.get("told", [])
    )
    return PatientCourse(
        patient=replace(factories.study_patient("7"), indications=()),
        treatments=treatments,
        assessments=assessments,
        diary=tuple(d for segment in case.get("diary", []) for d in _diary(first, segment)),
    )


def _facts(case: dict[str, Any]) -> RuleFacts:
    first = case.get("first", courses.START)
    facts = dict(case.get("facts", {}))
    for name in ("das_target_chosen_on", "goal_review_on"):
        if name in facts:
            facts[name] = first + timedelta(days=facts[name])
    facts["top_ups"] = frozenset(first + timedelta(days=n) for n in facts.get("top_ups", ()))
    facts["goals"] = tuple(Goal(**g) for g in facts.get("goals", ()))
    facts["entered_effects"] = tuple(EnteredEffect(**e) for e in facts.get("entered_effects", ()))
    return RuleFacts(**facts)


@pytest.mark.parametrize(("name", "case"), _cases())
def test_a_worked_example(name: str, case: dict[str, Any]) -> None:
    assert set(case) <= _KEYS
    rules = catalog.load().response_rules
    changes = tuple(
        ParameterChange(rule=name, parameter=key, value=str(value))
        for key, value in case.get("parameters", {}).items()
    )
    rule = edition(Rulebook(id="local", name="Local", changes=changes), rules)[name]
    indication = IndicationId(case.get("indication", rules[name].indications[0]))
    on = case.get("first", courses.START) + timedelta(days=case["on"])
    found = verdict(_course(case, indication), rule, _facts(case), on=on, indication=indication)
    assert (found.label, found.state.value) == (case["label"], case["state"]), found.words
    codes = {note.code for note in found.notes}
    assert set(case.get("notes", ())) <= codes
    assert not set(case.get("no_notes", ())) & codes
    criteria = {c.code: c for c in found.criteria}
    for code, shown in case.get("shown", {}).items():
        assert criteria[code].shown == shown
    for code, state in case.get("states", {}).items():
        assert criteria[code].state.value == state, code
    numbers = {f.code: f for f in found.numbers}
    for code, shown in case.get("numbers", {}).items():
        assert numbers[code].shown == shown, code
    for words in case.get("missing", ()):
        assert any(words in missing for missing in found.missing), found.missing
    assert case.get("words", "") in found.words
    assert from_json(to_json(found)) == found


def test_every_rule_has_worked_examples_and_an_evaluator() -> None:
    rules = set(catalog.load().response_rules)
    assert {f.stem for f in _FILES} == rules == set(EVALUATORS)


def test_every_label_of_every_rule_is_shown_by_an_example() -> None:
    shown: dict[str, set[str]] = {}
    for param in _cases():
        name, case = param.values
        shown.setdefault(name, set()).add(case["label"])
    # The first two are numbers of a verdict, the last stands for every number of a cycle.
    aside = {"onset_day", "peak_day", "first_responder_cycle_n"}
    for rule in catalog.load().response_rules.values():
        labels = {label for label, _when in rule.outcomes} - aside
        assert labels <= shown[rule.id], rule.id


def test_the_documentation_has_every_rule_with_its_parameters() -> None:
    text = (Path(__file__).parents[2] / "docs" / "response-rules.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert set(rows) == set(EVALUATORS)
    for rule in catalog.load().response_rules.values():
        row = rows[rule.id]
        assert row.endswith(f"| {'yes' if rule.verified else 'no'} |")
        for parameter in rule.parameters:
            assert f"{parameter.name} {parameter.value}" in row
