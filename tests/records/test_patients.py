"""Finding patients as one types, and what recording refuses."""

from dataclasses import replace

import pytest

from outcomes_app.domain.patient import Identifier
from outcomes_app.errors import ChangedElsewhere, NotFound, Refused
from outcomes_app.records import patients, treatments
from tests import factories
from tests.database import Store

TODAY = factories.TODAY


def _record(store: Store, *new: object) -> None:
    with store.writing() as session:
        patients.record_all(session, new, catalog=store.catalog, today=TODAY)  # type: ignore[arg-type]


def _found(store: Store, text: str) -> list[str]:
    with store.reading() as session:
        return [p.family_name for p in patients.find(session, text)]


@pytest.fixture
def clinic(store: Store) -> Store:
    _record(
        store,
        factories.patient(family_name="de la Cruz", given_name="María José"),
        factories.patient(family_name="O'Brien", given_name="Seán"),
        factories.patient(family_name="Müller-Lüdenscheidt", given_name="Jürgen"),
        factories.patient(
            family_name="Rossi",
            given_name="Anna",
            identifiers=(Identifier(system="clinic", value="RC-00231"),),
        ),
        factories.patient(family_name="Rossini", given_name="Gioachino"),
        factories.patient(family_name="Straße", given_name="Żaneta"),
    )
    return store


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ross", ["Rossi", "Rossini"]),
        ("ROSSI, Anna", ["Rossi"]),
        ("anna r", ["Rossi"]),
        ("anna", ["Rossi"]),
        ("cruz", ["de la Cruz"]),
        ("maria", ["de la Cruz"]),
        ("jose de", ["de la Cruz"]),
        ("de la cruz maria", ["de la Cruz"]),
        ("obrien", ["O'Brien"]),
        ("O’Brien", ["O'Brien"]),
        ("sean", ["O'Brien"]),
        ("muller", ["Müller-Lüdenscheidt"]),
        ("ludens", ["Müller-Lüdenscheidt"]),
        ("strasse", ["Straße"]),
        ("żan", ["Straße"]),
        ("rc-00231", ["Rossi"]),
        ("RC 00231", ["Rossi"]),
        ("00231", ["Rossi"]),
        ("231", ["Rossi"]),
        ("nobody", []),
        ("%", []),
        ("r%", []),
    ],
)
def test_find(clinic: Store, typed: str, expected: list[str]) -> None:
    assert _found(clinic, typed) == expected


def test_nothing_typed_lists_everybody_in_order_of_name(clinic: Store) -> None:
    assert _found(clinic, " ") == [
        "de la Cruz",
        "Müller-Lüdenscheidt",
        "O'Brien",
        "Rossi",
        "Rossini",
        "Straße",
    ]


def test_find_follows_a_correction_and_a_void(store: Store) -> None:
    patient = factories.patient(family_name="Maiden")
    _record(store, patient)
    with store.writing() as session:
        stored = patients.get(session, patient.id)
        married = replace(stored, family_name="Wedded")
        patients.correct(session, married, catalog=store.catalog, today=TODAY)
    assert (_found(store, "maiden"), _found(store, "wedded")) == ([], ["Wedded"])
    with store.writing() as session:
        patients.void(session, patient.id, reason="entered twice")
    assert _found(store, "wedded") == []
    with store.reading() as session:
        assert patients.count(session) == 0
        with pytest.raises(NotFound):
            patients.get(session, patient.id)


def test_summary_tells_the_last_treatment_that_counts(store: Store) -> None:
    patient = factories.patient()
    old, new, wrong = (
        factories.treatment(patient.id, day=factories.TODAY.replace(month=month))
        for month in (1, 5, 9)
    )
    _record(store, patient)
    with store.writing() as session:
        treatments.record_all(session, (new, old, wrong), catalog=store.catalog, today=TODAY)
        treatments.void(session, wrong.id, reason="wrong patient")
    with store.reading() as session:
        (found,) = patients.summaries(session)
        assert found == patients.find(session, "okonkwo")[0]
    assert (found.treatments, found.last_treatment, found.last_date) == (2, new.id, new.day)
    assert found.last_dose == new.dose
    assert found.last_site_count == 2
    assert found.last_indication == new.indication
    assert found.indications == (factories.MIGRAINE,)
    assert found.identifier == patient.identifiers[0].value


def test_a_patient_without_name_is_found_and_listed_by_number(store: Store) -> None:
    _record(store, factories.study_patient("17"), factories.study_patient("18"))
    with store.reading() as session:
        assert [p.identifier for p in patients.find(session, "17")] == ["17"]
        assert [p.identifier for p in patients.summaries(session, limit=1)] == ["17"]
        found = patients.by_identifier(session, "study", "18")
        assert found is not None
        assert patients.by_identifier(session, "clinic", "18") is None
        assert patients.by_identifiers(session, "study", ["18", "19"]) == {"18": found.id}


def test_an_identifier_belongs_to_one_living_patient(store: Store) -> None:
    first, second = factories.study_patient("17"), factories.study_patient("17")
    _record(store, first)
    with pytest.raises(Refused) as refused:
        _record(store, second)
    assert [p.field for p in refused.value.problems] == ["identifiers.0.value"]  # type: ignore[attr-defined]
    with store.writing() as session:
        patients.void(session, first.id, reason="entered twice")
    _record(store, second)
    with store.reading() as session:
        found = patients.by_identifier(session, "study", "17")
    assert found is not None
    assert found.id == second.id


def test_an_identifier_taken_away_and_given_back(store: Store) -> None:
    patient = factories.patient()
    _record(store, patient)
    for identifiers in ((), patient.identifiers):
        with store.writing() as session:
            stored = patients.get(session, patient.id)
            changed = replace(stored, identifiers=identifiers)
            patients.correct(session, changed, catalog=store.catalog, today=TODAY)
    with store.reading() as session:
        assert patients.get(session, patient.id) == replace(patient, version=3)


def test_a_broken_rule_refuses_and_names_the_field(store: Store) -> None:
    unborn = factories.patient(birth_date=TODAY.replace(year=2027))
    with pytest.raises(Refused) as refused:
        _record(store, unborn)
    assert refused.value.problems[0].field == "birth_date"  # type: ignore[attr-defined]
    with store.reading() as session:
        assert patients.count(session) == 0


def test_a_dialog_left_open_does_not_overwrite(store: Store) -> None:
    patient = factories.patient()
    _record(store, patient)
    with store.reading() as session:
        opened = patients.get(session, patient.id)
    with store.writing() as session:
        mine = replace(opened, note="mine")
        patients.correct(session, mine, catalog=store.catalog, today=TODAY)
    with pytest.raises(ChangedElsewhere), store.writing() as session:
        patients.correct(
            session, replace(opened, note="theirs"), catalog=store.catalog, today=TODAY
        )
    with store.reading() as session:
        assert patients.get(session, patient.id) == replace(opened, note="mine", version=2)


def test_correcting_nothing_changes_no_version(store: Store) -> None:
    patient = factories.patient()
    _record(store, patient)
    with store.writing() as session:
        stored = patients.get(session, patient.id)
        patients.correct(session, stored, catalog=store.catalog, today=TODAY)
        assert patients.get(session, patient.id).version == 1


def test_the_same_patient_twice_is_refused(store: Store) -> None:
    patient = factories.patient()
    _record(store, patient)
    with pytest.raises(ChangedElsewhere):
        _record(store, patient)
