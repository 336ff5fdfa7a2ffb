"""What a patient's record must fulfil."""

from datetime import date
from typing import Any

import pytest

from outcomes_app import catalog
from outcomes_app.domain import checks
from outcomes_app.domain.patient import Identifier, TreatedIndication
from outcomes_app.domain.values import IndicationId, Severity
from tests import factories
from tests.factories import TODAY


def _codes(**changes: Any) -> list[str]:
    found = checks.check_patient(factories.patient(**changes), today=TODAY, catalog=catalog.load())
    return [p.code for p in found]


def test_a_complete_patient_has_no_problem() -> None:
    assert _codes() == []


def test_a_study_patient_needs_only_an_identifier() -> None:
    assert checks.check_patient(factories.study_patient("17"), today=TODAY) == ()


def test_a_patient_without_name_and_identifier_could_not_be_found_again() -> None:
    assert _codes(family_name=" ", given_name="", identifiers=()) == ["identity_missing"]


def test_one_name_is_enough() -> None:
    assert _codes(family_name="", given_name="Grace", identifiers=()) == []


@pytest.mark.parametrize(
    ("birth", "codes"),
    [
        (TODAY, []),
        (date(2026, 11, 21), ["birth_in_future"]),
        (date(1896, 1, 1), []),
        (date(1895, 12, 31), ["birth_too_early"]),
        (None, []),
    ],
)
def test_a_birth_date_lies_in_a_living_memory(birth: date | None, codes: list[str]) -> None:
    assert _codes(birth_date=birth, indications=()) == codes


def test_an_identifier_is_neither_empty_nor_twice() -> None:
    same = Identifier(system="clinic", value="7")
    assert _codes(identifiers=(same, same)) == ["identifier_twice"]
    assert _codes(identifiers=(Identifier(system="clinic", value=" "),)) == ["identifier_empty"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("G43.709", []),
        ("G43709", ["icd10_form"]),
        ("g43.709", ["icd10_form"]),
        ("", ["icd10_form"]),
        ("L74.510", ["icd10_unusual"]),
    ],
)
def test_a_diagnosis_code_has_its_form_and_is_looked_up(code: str, expected: list[str]) -> None:
    treated = TreatedIndication(indication=IndicationId("chronic_migraine"), icd10=(code,))
    assert _codes(indications=(treated,)) == expected


def test_an_unusual_code_only_informs() -> None:
    treated = TreatedIndication(indication=IndicationId("chronic_migraine"), icd10=("L74.510",))
    found = checks.check_patient(
        factories.patient(indications=(treated,)), today=TODAY, catalog=catalog.load()
    )
    assert [p.severity for p in found] == [Severity.INFO]
    assert found[0].field == "indications.0.icd10.0"


def test_an_indication_is_known_and_stands_once() -> None:
    one = TreatedIndication(indication=IndicationId("chronic_migraine"))
    assert set(_codes(indications=(one, one))) == {"indication_twice"}
    nowhere = TreatedIndication(indication=IndicationId("hiccups"))
    assert _codes(indications=(nowhere,)) == ["unknown"]


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b", "\udfff"])
@pytest.mark.parametrize(
    "field", ["family_name", "given_name", "title", "note", "allergies", "group"]
)
def test_what_cannot_be_stored_is_refused_and_never_repeated(field: str, bad: str) -> None:
    found = checks.check_patient(factories.patient(**{field: bad}), today=TODAY)
    assert [(p.field, p.code) for p in found] == [(field, "text_not_storable")]
    assert bad not in found[0].message


def test_every_text_inside_lists_is_looked_at() -> None:
    treated = TreatedIndication(indication=IndicationId("chronic_migraine"), detail="x\0")
    found = checks.check_patient(factories.patient(indications=(treated,)), today=TODAY)
    assert [p.field for p in found] == ["indications.0.detail"]


@pytest.mark.parametrize(
    "name", ["Ńguyễn", "O’Brien-Łukasz", "王小明", "👩🏽‍⚕️", "عمر", "a\tb\nc", "x" * 5000]
)
def test_names_of_all_the_world_are_welcome(name: str) -> None:
    assert _codes(family_name=name) == []


def test_messages_hold_no_name_and_no_birth_date() -> None:
    patient = factories.patient(
        family_name="Marked\0Name", birth_date=date(2031, 5, 17), identifiers=()
    )
    words = " ".join(p.message for p in checks.check_patient(patient, today=TODAY))
    assert words
    assert "Marked" not in words
    assert "2031" not in words
