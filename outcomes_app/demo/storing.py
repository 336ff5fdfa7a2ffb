"""Stores a synthetic practice through the same doors, and with the same checks, as a real one."""

from outcomes_app.demo.build import DemoPractice
from outcomes_app.domain.catalog import Catalog
from outcomes_app.errors import OutcomesError
from outcomes_app.records import (
    Session,
    adverse_events,
    assessments,
    diary,
    patients,
    practice,
    treatments,
)
from outcomes_app.text import _


class NotSynthetic(OutcomesError):
    """Invented patients are never put among real ones."""


def store(session: Session, made: DemoPractice, *, catalog: Catalog) -> None:
    """Store everything in this transaction, or nothing; only in a practice marked as synthetic."""
    if not practice.get(session).synthetic:
        raise NotSynthetic(
            _("This practice is a real one; invented patients do not belong in it."),
            todo=_("Make a synthetic practice of its own."),
        )
    today, courses = made.today, made.courses
    visits = [visit for course in courses for visit in course.visits]
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
