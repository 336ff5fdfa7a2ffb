"""Which measures a course or a cohort has, in the order in which they are worth looking at."""

from collections.abc import Iterable
from dataclasses import replace

from outcomes_app.analysis import diary_counts
from outcomes_app.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import IndicationId, InstrumentId

# What a diary counts first; the finer counts are chosen by hand.
_FROM_DIARY = ("headache_days_28", "acute_med_days_28")


def measured_scales(
    courses: Iterable[PatientCourse], catalog: Catalog, indication: IndicationId | None
) -> tuple[Scale, ...]:
    """The scales with at least one value: first those the indication asks for, in its order, then
    the others by instrument. An instrument the catalog does not know is left out."""
    found = _keys(courses)
    asked = (
        [(m.scale.instrument, m.scale.part) for m in catalog.measures_for(indication)]
        if indication
        else []
    )
    order = {key: place for place, key in enumerate(asked)}
    in_order = sorted(found, key=lambda key: (order.get(key, len(order)), key))
    scales = (_scale(catalog, *key) for key in in_order)
    return tuple(scale for scale in scales if scale is not None)


def _keys(courses: Iterable[PatientCourse]) -> set[tuple[InstrumentId, str]]:
    found: set[tuple[InstrumentId, str]] = set()
    for course in courses:
        for assessment in course.assessments:
            for score in assessment.scores:
                if score.value is not None:
                    found.add((assessment.instrument, score.part))
        for name in _FROM_DIARY:
            instrument = InstrumentId(name)
            if any(
                diary_counts.day_value(instrument, day, diary_counts.CLINIC_RULES) is not None
                for day in course.diary
            ):
                found.add((instrument, "total"))
    return found


def _scale(catalog: Catalog, instrument: InstrumentId, part: str) -> Scale | None:
    scale = catalog.find_scale(instrument, part)
    if scale is None or scale.part == part:
        return scale
    place = part.partition(":")[2].replace(":", ", ").replace("_", " ")
    return replace(scale, part=part, name=f"{scale.name} ({place})")
