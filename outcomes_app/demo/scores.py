"""What instruments show on a day: the numbers of a visit, of a call in between, and their gaps."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from random import Random

from outcomes_app.catalog import Catalog
from outcomes_app.demo.conditions import Measure
from outcomes_app.demo.ids import new_id
from outcomes_app.demo.progress import Progress
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.values import (
    AssessmentId,
    InstrumentId,
    PatientId,
    Score,
    TreatmentId,
)

_NOT_TAKEN = 0.07
_NOT_SCORED = 0.02
_SUMMED = (InstrumentId("twstrs"), InstrumentId("jrs"))


def taken(
    random: Random,
    catalog: Catalog,
    *,
    patient_id: PatientId,
    measures: Sequence[Measure],
    progress: Progress,
    day: date,
    occasion: Occasion,
    treatment_id: TreatmentId | None = None,
) -> list[Assessment]:
    """One assessment for each instrument that was taken that day; now and then one is missing."""
    found = []
    for instrument, parts in groupby(measures, key=lambda measure: measure.instrument):
        asked = [part for part in parts if not (part.looks_back and occasion is Occasion.BASELINE)]
        # The baseline is always there: without it there is nothing to compare with.
        if not asked or (occasion is not Occasion.BASELINE and random.random() < _NOT_TAKEN):
            continue
        scores = _with_total(
            instrument,
            tuple(
                Score(part=m.part, value=_value(random, catalog, m, progress, day)) for m in asked
            ),
        )
        if occasion is not Occasion.BASELINE and random.random() < _NOT_SCORED:
            scores = _unscored(catalog, instrument, scores)
        found.append(
            Assessment(
                id=AssessmentId(new_id(random)),
                patient_id=patient_id,
                instrument=instrument,
                day=day,
                scores=scores,
                occasion=occasion,
                treatment_id=treatment_id,
            )
        )
    return found


def _with_total(instrument: InstrumentId, parts: tuple[Score, ...]) -> tuple[Score, ...]:
    if instrument not in _SUMMED:
        return parts
    total = sum((p.value for p in parts if p.value is not None), Decimal(0))
    return (Score(part="total", value=total), *parts)


def _value(
    random: Random, catalog: Catalog, measure: Measure, progress: Progress, day: date
) -> Decimal:
    effect = progress.best_since_last(day) if measure.looks_back else progress.effect(day)
    value = measure.at_rest + (measure.at_best - measure.at_rest) * effect
    value += random.gauss(0, measure.noise)
    rounded = Decimal(f"{value:.{measure.places}f}")
    return _within(catalog, measure.instrument, measure.part, rounded)


def _within(catalog: Catalog, instrument: str, part: str, value: Decimal) -> Decimal:
    """The value, or the end of its scale that it went beyond."""
    value = value + 0  # never "-0"
    scale = catalog.scale(instrument, part)
    if scale.low is not None:
        value = max(scale.low, value)
    return min(scale.high, value) if scale.high is not None else value


def _unscored(
    catalog: Catalog, instrument: InstrumentId, scores: tuple[Score, ...]
) -> tuple[Score, ...]:
    """The same questionnaire with too many questions left out."""
    known = catalog.instruments.get(instrument)
    items = known.item_count if known else None
    if items is None or items < 2:
        return scores
    return tuple(Score(part=s.part, value=None, answered=items // 2, items=items) for s in scores)
