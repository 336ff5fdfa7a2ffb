"""Storing what was typed on a diary sheet: whole or not at all, never over another desk's day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.diary_sheet import DiarySheet, PainScale
from outcomes_app.domain.patient import Patient
from outcomes_app.errors import ChangedElsewhere
from outcomes_app.records import diary, patients
from tests import factories
from tests.database import Store

TODAY = factories.TODAY
DAYS = [TODAY - timedelta(days=n) for n in (3, 2, 1)]


def a_patient(store: Store) -> Patient:
    patient = factories.patient()
    with store.writing() as session:
        patients.record(session, patient, catalog=store.catalog, today=TODAY)
    return patient


def keep(store: Store, sheet: DiarySheet) -> tuple[DiaryDay, ...]:
    with store.writing() as session:
        return diary.keep(session, sheet.patient_id, sheet.changes(), today=TODAY)


def test_days_are_stored_changed_cleared_and_written_again(store: Store) -> None:
    sheet = DiarySheet(patient_id=a_patient(store).id)
    sheet = sheet.with_pain(DAYS, 2, PainScale.SEVERITY).with_medicine(DAYS[:1], "triptan")
    sent = sheet.changes()
    sheet = sheet.saved(sent, keep(store, sheet))
    assert sheet.changes() == ()
    sheet = sheet.cleared(DAYS[:2]).with_pain(DAYS[2:], 0, PainScale.SEVERITY)
    sent = sheet.changes()
    found = keep(store, sheet)
    assert [(d.day, d.headache) for d in found] == [(DAYS[2], False)]
    sheet = sheet.saved(sent, found).with_pain(DAYS[:1], 1, PainScale.SEVERITY)
    found = keep(store, sheet)
    assert [(d.peak_severity, d.acute_medicines) for d in found] == [(1, ()), (None, ())]


def test_a_day_another_desk_changed_refuses_the_whole_deed(store: Store) -> None:
    empty = DiarySheet(patient_id=a_patient(store).id)
    mine = empty.with_pain(DAYS, 3, PainScale.SEVERITY)
    found = keep(store, empty.with_pain(DAYS[1:2], 0, PainScale.SEVERITY))
    with pytest.raises(ChangedElsewhere):
        keep(store, mine)
    with pytest.raises(ChangedElsewhere):
        keep(store, replace(mine, stored={DAYS[1]: replace(found[0], version=7)}))
    with store.database.reading() as session:
        assert diary.for_patient(session, empty.patient_id) == found
