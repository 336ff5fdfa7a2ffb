"""Hostile texts come back letter for letter or are refused by field, the same on both back ends,
and no error repeats what a patient's record says."""

import json
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from outcomes_app.db.audit import TOLD
from outcomes_app.db.schema import PatientIdentifierRow
from outcomes_app.domain.diary import AcuteMedicine
from outcomes_app.domain.patient import Identifier
from outcomes_app.domain.values import new_id
from outcomes_app.errors import OutcomesError, Refused
from outcomes_app.records import (
    adverse_events,
    assessments,
    diary,
    history,
    patients,
    treatments,
)
from tests import factories
from tests.database import Store

TODAY = factories.TODAY
MARK = "Zyxquinella"
NAUGHTY: list[str] = json.loads(
    (Path(__file__).parent.parent / "data" / "naughty_strings.json").read_text(encoding="utf-8")
)
HOSTILE = [
    "a\0b",
    "half \ud800 a letter",
    "\udfff",
    "\u202eabc\u202c",
    "e\u0301 é",
    "\U0001f469\u200d\u2695\ufe0f",
    " leading and trailing ",
    "\r\n\t",
    "x" * 20_000,
]

TEXTS = (*NAUGHTY, *HOSTILE)
UNSTORABLE = HOSTILE[:3]

Build = Callable[[Any, str], Any]


def _patient(patient: Any, words: str) -> Any:
    return replace(
        patient,
        family_name=f"N{words}",
        given_name=words,
        title=words,
        group=words,
        clinic_site=words,
        allergies=words,
        alerts=(words, words),
        note=words,
        identifiers=(),
        indications=(replace(patient.indications[0], detail=words),),
    )


def _treatment(patient: Any, words: str) -> Any:
    return factories.treatment(
        patient.id,
        note=words,
        needle=words,
        injector_name=words,
        clinic_site=words,
        injections=(factories.injection(label=words, depth=words, note=words),),
        vials=(factories.vial(discard_reason=words),),
        acknowledgements=(
            replace(factories.treatment().acknowledgements[0], code=words, reason=words),
        ),
    )


def _assessment(patient: Any, words: str) -> Any:
    return factories.assessment(
        patient.id, note=words, recall=words, answers=((words, words), ("2", None))
    )


def _event(patient: Any, words: str) -> Any:
    return factories.adverse_event(patient.id, note=words)


def _day(patient: Any, words: str) -> Any:
    medicine = AcuteMedicine(kind=words, name=words)
    return factories.diary_day(patient.id, note=words, acute_medicines=(medicine,))


def _record_day(session: Session, day: Any, *, catalog: Any, today: Any) -> None:
    diary.record(session, (day,), today=today)


RECORDS: tuple[tuple[Build, Any, Any], ...] = (
    (_treatment, treatments.record, treatments.for_patient),
    (_assessment, assessments.record, assessments.for_patient),
    (_event, adverse_events.record, adverse_events.for_patient),
    (_day, _record_day, diary.for_patient),
)


def _record_patient(session: Session, patient: Any, *, catalog: Any, today: Any) -> None:
    patients.record(session, patient, catalog=catalog, today=today)


@pytest.mark.parametrize("place", range(4))
def test_every_text_of_a_record_comes_back_or_is_refused(store: Store, place: int) -> None:
    build, record, read = RECORDS[place]
    patient = factories.patient()
    values = [build(replace(patient, id=new_id()), words) for words in TEXTS]
    owners = [replace(factories.patient(), id=value.patient_id) for value in values]
    with store.writing() as session:
        patients.record_all(session, owners, catalog=store.catalog, today=TODAY)
        refused = [v for v in values if _is_refused(session, record, v, store)]
    assert [v.note for v in refused] == UNSTORABLE
    with store.reading() as session:
        for value in values:
            expected = () if value in refused else (replace(value, version=1),)
            assert read(session, value.patient_id) == expected
            history.for_patient(session, value.patient_id)


def test_every_text_of_a_patient_comes_back_or_is_refused(store: Store) -> None:
    values = [_patient(factories.patient(), words) for words in TEXTS]
    with store.writing() as session:
        refused = [v for v in values if _is_refused(session, _record_patient, v, store)]
    assert [v.note for v in refused] == UNSTORABLE
    with store.reading() as session:
        assert patients.count(session) == len(TEXTS) - len(UNSTORABLE)
        for value in values:
            if value not in refused:
                assert patients.get(session, value.id) == replace(value, version=1)
            patients.find(session, value.note)


def test_a_note_of_a_megabyte_comes_back(store: Store) -> None:
    patient = factories.patient(note="é" * 1_000_000)
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert patients.get(session, patient.id) == replace(patient, version=1)


def _is_refused(session: Session, record: Any, value: Any, store: Store) -> bool:
    try:
        record(session, value, catalog=store.catalog, today=TODAY)
    except Refused:
        return True
    return False


@pytest.mark.parametrize("words", ["", "x" * 200, *NAUGHTY[:40]])
def test_identifiers_come_back(store: Store, words: str) -> None:
    number = Identifier(system=f"s{words}"[:200], value=f"v{words}"[:200])
    patient = factories.patient(identifiers=(number,))
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert patients.by_identifier(session, number.system, number.value) == replace(
            patient, version=1
        )


def test_a_number_too_long_for_an_index_is_refused_alike(store: Store) -> None:
    patient = factories.patient(identifiers=(Identifier(system="x", value="9" * 5000),))
    lot = factories.treatment(vials=(factories.vial(lot="L" * 5000),))
    with pytest.raises(Refused) as refused, store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    assert refused.value.problems[0].code == "text_too_long"  # type: ignore[attr-defined]
    known = factories.patient(id=lot.patient_id)
    with store.writing() as session:
        patients.record(session, known, catalog=store.catalog, today=TODAY)
    with pytest.raises(Refused), store.writing() as session:
        treatments.record(session, lot, catalog=store.catalog, today=TODAY)


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def test_a_bug_never_quotes_the_record(store: Store) -> None:
    """A broken constraint is a bug of ours; its report must be safe to send."""
    patient = factories.patient(family_name=MARK, identifiers=(Identifier(system="x", value=MARK),))
    other = factories.patient()
    with store.writing() as session:
        patients.record_all(session, (patient, other), catalog=store.catalog, today=TODAY)
    row = {"patient_id": other.id, "system": "x", "value": MARK, "position": 1, "voided": False}

    def past_the_rules(session: Session) -> None:
        session.execute(insert(PatientIdentifierRow.__table__), row, execution_options={TOLD: True})  # type: ignore[arg-type]

    with pytest.raises((DBAPIError, OutcomesError)) as broken:
        store.database.write(store.person.id, "bug", past_the_rules)
    assert MARK not in _told(broken.value)

    def wrong_type(session: Session) -> None:
        session.execute(
            text("UPDATE patient SET version = :name"),
            {"name": MARK},
            execution_options={TOLD: True},
        )
        session.execute(text("SELECT no_such_column FROM patient"))

    with pytest.raises((DBAPIError, StatementError)) as broken:
        store.database.write(store.person.id, "bug", wrong_type)
    assert MARK not in _told(broken.value)


def test_refusals_never_quote_the_record(store: Store) -> None:
    patient = factories.patient(
        family_name=f"{MARK}\0", note=MARK, identifiers=(Identifier(system="x", value=MARK),) * 2
    )
    with pytest.raises(Refused) as refused, store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    assert len(refused.value.problems) >= 2
    assert MARK not in _told(refused.value)
    assert all(MARK not in str(problem) for problem in refused.value.problems)
