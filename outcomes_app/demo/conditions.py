"""What the synthetic practice treats and how: resources/demo/conditions.toml as values."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from outcomes_app import resources
from outcomes_app.domain.treatment import Guidance
from outcomes_app.domain.values import (
    AdverseEventTermId,
    IndicationId,
    InstrumentId,
    ProductId,
    ProtocolId,
    Side,
    SiteId,
)


class Where(StrEnum):
    """On which sides a muscle is treated, as seen from the side that is affected."""

    BOTH = "both"
    AFFECTED = "affected"
    OTHER = "other"
    MIDLINE = "midline"

    def sides(self, affected: Side) -> tuple[Side, ...]:
        """The patient's sides that are meant."""
        return {
            Where.BOTH: (Side.LEFT, Side.RIGHT),
            Where.AFFECTED: (affected,),
            Where.OTHER: (affected.mirrored,),
            Where.MIDLINE: (Side.MIDLINE,),
        }[self]


@dataclass(frozen=True, slots=True)
class Muscle:
    """Points of one site with the units of each. `placed_like` names the site whose places on the
    map are used, where the site itself is placed freely."""

    site: SiteId
    where: Where
    units: Decimal
    points: int
    placed_like: SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """How a treatment is given: by the points of a protocol, by muscles, or both."""

    product: ProductId
    vial_units: Decimal
    diluent_ml: Decimal
    protocol: ProtocolId | None
    points_of: ProtocolId | None
    optional_of: ProtocolId | None
    muscles: tuple[Muscle, ...]
    step: Decimal
    guidance: Guidance


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number that is taken: `at_rest` without effect, `at_best` at full effect.

    `looks_back` = it judges the whole cycle and is asked only after a treatment.
    """

    instrument: InstrumentId
    part: str
    at_rest: float
    at_best: float
    noise: float
    places: int
    looks_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An adverse event that may follow a treatment."""

    term: AdverseEventTermId
    chance: float
    grade: int
    days: int
    site: SiteId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One indication of the practice. `lasts_days` is how long the effect usually holds."""

    indication: IndicationId
    count: int
    icd10: Mapping[Side, tuple[str, ...]]
    ages: tuple[int, int]
    women: float
    cycles: tuple[int, int]
    interval_days: int
    lasts_days: int
    diary: bool
    regimens: tuple[Regimen, ...]
    measures: tuple[Measure, ...]
    events: tuple[Event, ...]


@cache
def conditions() -> tuple[Condition, ...]:
    """Every condition the practice treats, the most frequent kinds first."""
    read = tomllib.loads(resources.read_text("demo/conditions.toml"))
    return tuple(_condition(entry) for entry in read["condition"])


def _condition(entry: Mapping[str, Any]) -> Condition:
    either = tuple(entry.get("icd10", ()))
    return Condition(
        indication=IndicationId(entry["indication"]),
        count=entry["count"],
        icd10={
            Side.LEFT: tuple(filter(None, (entry.get("icd10_left"),))) or either,
            Side.RIGHT: tuple(filter(None, (entry.get("icd10_right"),))) or either,
        },
        ages=(entry["ages"][0], entry["ages"][1]),
        women=entry["women"],
        cycles=(entry["cycles"][0], entry["cycles"][1]),
        interval_days=entry.get("interval_days", 84),
        lasts_days=entry.get("lasts_days", 78),
        diary=entry.get("diary", False),
        regimens=tuple(_regimen(r) for r in entry["regimen"]),
        measures=tuple(_measure(m) for m in entry["measures"]),
        events=tuple(_event(*e) for e in entry.get("events", ())),
    )


def _regimen(entry: Mapping[str, Any]) -> Regimen:
    def protocol(key: str) -> ProtocolId | None:
        return ProtocolId(entry[key]) if key in entry else None

    return Regimen(
        product=ProductId(entry["product"]),
        vial_units=Decimal(entry["vial"][0]),
        diluent_ml=Decimal(entry["vial"][1]),
        protocol=protocol("protocol"),
        points_of=protocol("points_of"),
        optional_of=protocol("optional_of"),
        muscles=tuple(_muscle(*m) for m in entry.get("muscles", ())),
        step=Decimal(entry.get("step", "2.5")),
        guidance=Guidance(entry.get("guidance", "landmark")),
    )


def _muscle(site: str, where: str, units: str, points: int, placed_like: str = "") -> Muscle:
    return Muscle(SiteId(site), Where(where), Decimal(units), points, SiteId(placed_like or site))


def _measure(row: Sequence[Any]) -> Measure:
    instrument, part, at_rest, at_best, noise, places, *when = row
    return Measure(
        instrument=InstrumentId(instrument),
        part=part,
        at_rest=at_rest,
        at_best=at_best,
        noise=noise,
        places=places,
        looks_back=when == ["looks_back"],
    )


def _event(term: str, chance: float, grade: int, days: int, site: str) -> Event:
    return Event(
        term=AdverseEventTermId(term),
        chance=chance,
        grade=grade,
        days=days,
        site=SiteId(site) if site else None,
    )
