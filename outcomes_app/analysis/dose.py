"""What was given at each treatment, each product's units kept apart."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes_app.analysis.windows import cycles
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.values import IndicationId, ProductId, TreatmentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGiven:
    """One treatment's dose. `units` None = not known, or a placebo. `changed_from` is the product
    of the treatment before it, where that was another one."""

    treatment_id: TreatmentId
    day: date
    cycle: int
    indication: IndicationId
    product: ProductId | None
    placebo: bool
    units: Decimal | None
    days_since_last: int | None
    changed_from: ProductId | None


def doses(course: PatientCourse) -> tuple[DoseGiven, ...]:
    """Every treatment in order with its dose and what changed."""
    given: list[DoseGiven] = []
    last_day: date | None = None
    last_product: ProductId | None = None
    for cycle in cycles(course):
        for treatment in cycle.treatments:
            dose = treatment.dose
            changed = last_product if treatment.product not in (None, last_product) else None
            given.append(
                DoseGiven(
                    treatment_id=treatment.id,
                    day=treatment.day,
                    cycle=cycle.number,
                    indication=treatment.indication,
                    product=treatment.product,
                    placebo=treatment.placebo,
                    units=None if dose is None else dose.units,
                    days_since_last=None if last_day is None else cycle.offset(last_day) * -1,
                    changed_from=changed,
                )
            )
            last_product = treatment.product or last_product
        last_day = cycle.start
    return tuple(given)
