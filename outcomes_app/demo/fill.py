"""Stores a synthetic practice through the same doors, and with the same checks, as a real one."""

from datetime import date

from sqlalchemy.orm import Session

from outcomes_app.catalog import Catalog
from outcomes_app.demo.build import DemoPractice
from outcomes_app.records import adverse_events, assessments, diary, patients, practice, treatments


def store(session: Session, made: DemoPractice, *, catalog: Catalog) -> None:
    """Store everything in this transaction, or nothing."""
    today: date = made.today
    courses = made.courses
    visits = [visit for course in courses for visit in course.visits]
    practice.save(session, made.practice)
    patients.record_all(session, [c.patient for c in courses], catalog=catalog, today=today)
    treatments.record_all(session, [v.treatment for v in visits], catalog=catalog, today=today)
    assessments.record_all(
        session,
        [a for v in visits for a in v.assessments] + [a for c in courses for a in c.follow_ups],
        catalog=catalog,
        today=today,
    )
    adverse_events.record_all(
        session, [e for c in courses for e in c.adverse_events], catalog=catalog, today=today
    )
    diary.record(session, (day for c in courses for day in c.diary), today=today)
