"""A stored synthetic practice is read back as it was made, from both kinds of store."""

from dataclasses import replace
from typing import Any

import pytest

from outcomes_app import demo
from outcomes_app.demo.build import USUAL_PATIENTS, make_practice
from outcomes_app.demo.storing import NotSynthetic
from outcomes_app.demo.storing import store as store_practice
from outcomes_app.records import courses, patients, practice
from tests import factories
from tests.database import Store


def _plain(value: Any) -> Any:
    return replace(value, version=0)


def _mark_as_synthetic(store: Store) -> None:
    with store.writing() as session:
        practice.save(session, factories.practice(synthetic=True))


def test_what_was_made_is_what_is_read(store: Store) -> None:
    made = make_practice(store.catalog, today=factories.TODAY, patients=21)
    _mark_as_synthetic(store)
    with store.writing() as session:
        store_practice(session, made, catalog=store.catalog)
    with store.reading() as session:
        assert patients.count(session) == 21
        for course in made.courses:
            read = courses.course(session, course.patient.id)
            assert _plain(read.patient) == course.patient
            assert [_plain(t) for t in read.treatments] == [v.treatment for v in course.visits]
            assert [_plain(d) for d in read.diary] == list(course.diary)
            taken = [a for v in course.visits for a in v.assessments] + list(course.follow_ups)
            assert {a.id: _plain(a) for a in read.assessments} == {a.id: a for a in taken}
            assert {e.id: _plain(e) for e in read.adverse_events} == {
                e.id: e for e in course.adverse_events
            }


def test_the_window_fills_a_new_synthetic_practice_in_one_deed(store: Store) -> None:
    _mark_as_synthetic(store)
    store.database.write(
        store.person.id, "demo", demo.fill, catalog=store.catalog, clock=factories.CLOCK
    )
    with store.reading() as session:
        assert patients.count(session) == USUAL_PATIENTS


def test_invented_patients_are_not_put_into_a_real_practice(store: Store) -> None:
    with pytest.raises(NotSynthetic), store.writing() as session:
        demo.fill(session, catalog=store.catalog, clock=factories.CLOCK)
    with store.reading() as session:
        assert patients.count(session) == 0
