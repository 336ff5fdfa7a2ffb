"""A diary while it is typed: steps back, contradictions, and changes that meet another desk's."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from outcomes_app.domain import checks
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.diary_sheet import DiarySheet, PainScale
from outcomes_app.domain.values import PatientId, new_id

WHO = PatientId(new_id())
START = date(2026, 9, 1)
DAYS = [START + timedelta(days=n) for n in range(5)]
SEVERITY = PainScale.SEVERITY


def stored(on: date, **fields: object) -> DiaryDay:
    return replace(DiaryDay(patient_id=WHO, day=on, version=1), **fields)  # type: ignore[arg-type]


def sheet(*days: DiaryDay) -> DiarySheet:
    return DiarySheet.read(WHO, days)


def test_nothing_typed_is_nothing_to_store() -> None:
    assert sheet(stored(START, headache=True, peak_severity=2)).changes() == ()


def test_no_headache_and_no_entry_are_different() -> None:
    typed = sheet().with_pain(DAYS[:1], 0, SEVERITY)
    day = typed.day(START)
    assert day is not None
    assert day.headache is False
    assert typed.day(DAYS[1]) is None
    assert typed.cleared(DAYS[:1]).day(START) is None


def test_no_headache_takes_away_what_contradicts_it_and_keeps_the_rest() -> None:
    full = stored(
        START,
        headache=True,
        peak_severity=3,
        duration_hours=Decimal(6),
        nausea=True,
        acute_medicine_taken=True,
    )
    day = sheet(full).with_pain([START], 0, SEVERITY).day(START)
    assert day is not None
    assert (day.peak_severity, day.duration_hours) == (None, None)
    assert (day.nausea, day.acute_medicine_taken) == (True, True)
    assert checks.check_diary_day(day, today=DAYS[-1]) == ()


def test_the_two_pain_scales_are_never_both_written() -> None:
    first = sheet().with_pain([START], 2, SEVERITY)
    day = first.with_pain([START], 7, PainScale.PAIN).day(START)
    assert day is not None
    assert (day.peak_severity, day.peak_pain) == (None, Decimal(7))
    with pytest.raises(ValueError, match="not on the scale"):
        first.with_pain([START], 4, SEVERITY)


def test_medicine_is_said_then_denied() -> None:
    once = sheet().with_medicine(DAYS[:2], "triptan")
    day = once.day(START)
    assert day is not None
    assert day.acute_medicines == (AcuteMedicine(kind="triptan"),)
    assert day.headache is None
    again = once.with_medicine(DAYS[:2], "triptan").day(START)
    assert again is not None
    assert (again.acute_medicine_taken, again.acute_medicines) == (False, ())


def test_fill_down_copies_all_but_the_note() -> None:
    first = stored(START, headache=True, peak_severity=1, note="wedding")
    filled = sheet(first).filled_down(DAYS[:3])
    assert [filled.days[d].peak_severity for d in DAYS[:3]] == [1, 1, 1]
    assert [filled.days[d].note for d in DAYS[:3]] == ["wedding", "", ""]
    assert [c.version for c in filled.changes()] == [0, 0]


def test_fill_down_from_no_entry_clears() -> None:
    assert sheet(stored(DAYS[1], headache=False)).filled_down(DAYS[:2]).days == {}


def test_undo_and_redo_go_through_every_step() -> None:
    steps = [sheet()]
    steps.append(steps[-1].with_pain(DAYS[:1], 1, SEVERITY))
    steps.append(steps[-1].with_values({DAYS[0]: 0, DAYS[1]: 3}, SEVERITY))
    steps.append(steps[-1].cleared(DAYS[:2]))
    back = steps[-1]
    for expected in reversed(steps[:-1]):
        back = back.undo()
        assert back.days == expected.days
    assert back.undo() is back
    for expected in steps[1:]:
        back = back.redo()
        assert back.days == expected.days
    assert back.redo() is back


def test_an_empty_day_is_no_entry() -> None:
    typed = sheet().with_fields([START], nausea=True).with_fields([START], nausea=None)
    assert typed.day(START) is None
    assert typed.changes() == ()


def test_clearing_a_stored_day_names_its_version() -> None:
    (change,) = sheet(stored(START, headache=True)).cleared([START]).changes()
    assert (change.on, change.day, change.version) == (START, None, 1)


def test_another_desks_day_appears_and_is_no_step_of_mine() -> None:
    mine = sheet().with_pain(DAYS[:2], 2, SEVERITY)
    met = mine.read_again([stored(DAYS[3], headache=False)])
    assert met.clashes == ()
    assert met.day(DAYS[3]) is not None
    assert met.undo().day(DAYS[3]) is not None


def test_a_day_changed_here_and_elsewhere_waits_for_a_choice() -> None:
    mine = sheet(stored(START, headache=True, peak_severity=1)).with_pain(DAYS[:2], 3, SEVERITY)
    theirs = stored(START, headache=False, version=2)
    met = mine.read_again([theirs])
    assert met.clashes == (START,)
    assert met.days[START].peak_severity == 3
    assert [c.on for c in met.changes()] == [DAYS[1]]
    kept = met.keep_mine()
    assert [(c.on, c.version) for c in kept.changes()] == [(START, 2), (DAYS[1], 0)]
    taken = met.take_theirs()
    assert taken.days[START].headache is False
    assert taken.undo().days[START].peak_severity == 3


def test_what_is_typed_while_saving_stays_to_be_saved() -> None:
    first = sheet().with_pain([START], 1, SEVERITY)
    sent = first.changes()
    typed_on = first.with_pain([START], 3, SEVERITY)
    after = typed_on.saved(sent, [stored(START, headache=True, peak_severity=1)])
    assert after.clashes == ()
    assert [(c.day and c.day.peak_severity, c.version) for c in after.changes()] == [(3, 1)]


def test_the_same_thing_typed_at_two_desks_is_no_clash() -> None:
    mine = sheet().with_pain([START], 2, SEVERITY)
    met = mine.read_again([stored(START, headache=True, peak_severity=2)])
    assert met.clashes == ()
    assert met.changes() == ()
