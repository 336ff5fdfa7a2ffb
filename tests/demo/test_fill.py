"""A stored synthetic practice is read back as it was made, from both kinds of store."""

from dataclasses import replace
from typing import Any

from outcomes_app.demo import fill
from outcomes_app.demo.build import make_practice
from outcomes_app.records import courses, patients, practice
from tests import factories
from tests.database import Store


def _plain(value: Any) -> Any:
    return replace(value, version=0)


def test_what_was_made_is_what_is_read(store: Store) -> None:
    made = make_practice(store.catalog, today=factories.TODAY, patients=21)
    with store.writing() as session:
        fill.store(session, made, catalog=store.catalog)
    with store.reading() as session:
        assert practice.get(session) == made.practice
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
