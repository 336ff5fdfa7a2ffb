"""Which measures a course or a cohort has, in the order in which they are worth looking at."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

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
    """The scales with at least one value: first those somebody has a course of, then those told
    only once; within each those the indication asks for in its order, then the others by
    instrument. An instrument the catalog does not know is left out."""
    found = _keys(courses)
    asked = (
        [(m.scale.instrument, m.scale.part) for m in catalog.measures_for(indication)]
        if indication
        else []
    )
    order = {key: place for place, key in enumerate(asked)}
    in_order = sorted(found, key=lambda key: (not found[key], order.get(key, len(order)), key))
    scales = (_scale(catalog, *key) for key in in_order)
    return tuple(scale for scale in scales if scale is not None)


def _keys(courses: Iterable[PatientCourse]) -> dict[tuple[InstrumentId, str], bool]:
    """What was measured, and whether any one patient has it on more than one day."""
    found: dict[tuple[InstrumentId, str], bool] = {}
    for course in courses:
        days: dict[tuple[InstrumentId, str], set[date]] = {}
        for assessment in course.assessments:
            for score in assessment.scores:
                if score.value is not None:
                    days.setdefault((assessment.instrument, score.part), set()).add(assessment.day)
        for key, on in days.items():
            found[key] = found.get(key, False) or len(on) > 1
        for name in _FROM_DIARY:
            instrument = InstrumentId(name)
            if any(
                diary_counts.day_value(instrument, day, diary_counts.CLINIC_RULES) is not None
                for day in course.diary
            ):
                found[instrument, "total"] = True
    return found


def _scale(catalog: Catalog, instrument: InstrumentId, part: str) -> Scale | None:
    scale = catalog.find_scale(instrument, part)
    if scale is None or scale.part == part:
        return scale
    place = part.partition(":")[2].replace(":", ", ").replace("_", " ")
    return replace(scale, part=part, name=f"{scale.name} ({place})")
