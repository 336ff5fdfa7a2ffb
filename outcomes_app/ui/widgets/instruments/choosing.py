"""Which instruments are offered: those of the indication first, and which a patient can answer."""

from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.instruments import Instrument
from outcomes_app.domain.values import IndicationId
from outcomes_app.text import _

_GAS = "gas"


def offered(
    catalog: Catalog, indication: IndicationId | None
) -> tuple[tuple[Instrument, ...], tuple[Instrument, ...]]:
    """The instruments an indication asks for, and all others by name."""
    asked: dict[str, Instrument] = {}
    for measure in catalog.measures_for(indication) if indication else ():
        found = catalog.instruments.get(measure.scale.instrument)
        if found is not None:
            asked.setdefault(found.id, found)
    others = (i for i in catalog.instruments.values() if i.id not in asked)
    return tuple(asked.values()), tuple(sorted(others, key=lambda i: i.short_name.casefold()))


def for_patients(instrument: Instrument) -> bool:
    """Whether a patient can answer it alone: its questions are asked of patients, one by one."""
    told = "PRO" in instrument.kind.split("/") or "PRO" in instrument.kind.split("+")
    return (
        told and bool(instrument.items) and not instrument.per_place and instrument.scoring != _GAS
    )


def occasion_words(occasion: Occasion) -> str:
    """Why an instrument was taken."""
    return {
        Occasion.BASELINE: _("Before the first treatment"),
        Occasion.VISIT: _("At a visit"),
        Occasion.FOLLOW_UP: _("Between visits"),
    }[occasion]
