"""Makes the synthetic practice as values: the same seed, day and catalog give the same practice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, islice
from random import Random

from outcomes_app.catalog import Catalog
from outcomes_app.demo.conditions import Condition, conditions
from outcomes_app.demo.courses import Course, course
from outcomes_app.demo.progress import Story
from outcomes_app.domain.patient import Practice

USUAL_PATIENTS = 60
USUAL_SEED = 1

# The patients that are there to show something: indication and number within it.
_STORIES = {
    ("chronic_migraine", 1): Story.WEARING_OFF,
    ("chronic_migraine", 2): Story.NO_RESPONSE,
    ("chronic_migraine", 3): Story.MISSED_VISITS,
    ("chronic_migraine", 9): Story.NOT_STARTED,
    ("cervical_dystonia", 1): Story.PRODUCT_CHANGE,
    ("back_pain", 1): Story.NOT_STARTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPractice:
    """A whole practice, ready to be stored."""

    practice: Practice
    person_name: str
    today: date
    courses: tuple[Course, ...]


def make_practice(
    catalog: Catalog, *, today: date, seed: int = USUAL_SEED, patients: int = USUAL_PATIENTS
) -> DemoPractice:
    """A practice with this many patients whose visits lead up to `today`."""
    return DemoPractice(
        practice=Practice(name="Synthetic Practice", synthetic=True),
        person_name="Dr. Mara Lindqvist",
        today=today,
        courses=tuple(
            # One generator per patient: a further patient leaves the others as they were.
            course(
                Random(f"{seed}:{number}"),  # noqa: S311  nothing secret
                catalog,
                today=today,
                condition=condition,
                story=story,
                number=number,
            )
            for number, (condition, story) in enumerate(islice(_dealt(), patients))
        ),
    )


def _dealt() -> Iterator[tuple[Condition, Story]]:
    """Without end: one of each condition, then a second of those that are frequent, and so on."""
    most = max(condition.count for condition in conditions())
    for number in count():
        for condition in conditions():
            if number % most < condition.count:
                key = (condition.indication, number)
                yield condition, _STORIES.get(key, Story.ORDINARY)
