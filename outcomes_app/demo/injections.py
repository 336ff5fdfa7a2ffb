"""The points of one synthetic treatment, its vials and its lot."""

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from outcomes_app.catalog import Catalog
from outcomes_app.demo.conditions import Muscle, Regimen
from outcomes_app.demo.ids import new_id
from outcomes_app.domain.definitions import ProtocolPoint
from outcomes_app.domain.treatment import Guidance, Injection, Placement, VialUse
from outcomes_app.domain.values import Dose, InjectionId, ProductId, Side, SiteId, ViewId, total

_MONTHS_TO_EXPIRY = 22
# Rows of further points below those the art shows, in fractions of the view's height.
_ROW_HEIGHT = 0.011


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given at one session. `level` scales the usual dose, `extra` points are added on
    the affected side first."""

    regimen: Regimen
    affected: Side
    level: Decimal
    extra: int


def injections(random: Random, catalog: Catalog, given: Given) -> tuple[Injection, ...]:
    """Every needle point of the session."""
    regimen = given.regimen
    made = [
        _from_protocol(random, point, regimen, given.level)
        for point in (catalog.protocols[regimen.points_of].points if regimen.points_of else ())
    ]
    made += [
        _from_protocol(random, point, regimen, Decimal(1))
        for point in _extra_points(random, catalog, given)
    ]
    for muscle in regimen.muscles:
        made += _in_muscle(random, catalog, regimen, muscle, given)
    return tuple(made)


def vials(given: Given, points: tuple[Injection, ...], day: date) -> tuple[VialUse, ...]:
    """The vials opened for the session: of one lot, with what was left over thrown away."""
    regimen = given.regimen
    units = total((p.dose for p in points), regimen.product).units
    count = math.ceil(units / regimen.vial_units)
    lot, expiry = _lot(regimen.product, day)
    left = regimen.vial_units * count - units
    return (
        VialUse(
            lot=lot,
            expiry=expiry,
            vial_units=regimen.vial_units,
            diluent_ml=regimen.diluent_ml,
            vials=count,
            discarded_units=left,
            discard_reason="single-use vial" if left else "",
        ),
    )


def _lot(product: ProductId, day: date) -> tuple[str, date]:
    """One lot per product and quarter, delivered in the quarter before it is used."""
    quarter = (day.month - 1) // 3
    months = day.year * 12 + quarter * 3 + _MONTHS_TO_EXPIRY
    return (
        f"SYN-{product.upper()}-{day.year % 100:02d}{quarter + 1}",
        date(months // 12, months % 12 + 1, 1),
    )


def _extra_points(random: Random, catalog: Catalog, given: Given) -> list[ProtocolPoint]:
    if given.regimen.optional_of is None or not given.extra:
        return []
    points = list(catalog.protocols[given.regimen.optional_of].optional_points)
    random.shuffle(points)
    points.sort(key=lambda point: point.side is not given.affected)
    return sorted(points[: given.extra], key=lambda point: point.number)


def _from_protocol(
    random: Random, point: ProtocolPoint, regimen: Regimen, level: Decimal
) -> Injection:
    return Injection(
        id=InjectionId(new_id(random)),
        site=point.site,
        side=point.side,
        dose=Dose(units=_rounded(point.units * level, regimen.step), product=regimen.product),
        placement=Placement(view=point.view, x=point.x, y=point.y),
        label=point.label,
    )


def _in_muscle(
    random: Random, catalog: Catalog, regimen: Regimen, muscle: Muscle, given: Given
) -> list[Injection]:
    units = _rounded(muscle.units * given.level, regimen.step)
    like = muscle.placed_like
    return [
        Injection(
            id=InjectionId(new_id(random)),
            site=muscle.site,
            side=side,
            dose=Dose(units=units, product=regimen.product),
            placement=_place(_places(catalog, like, side), number),
            label="" if like == muscle.site else catalog.sites[like].name,
            guidance=None if regimen.guidance is Guidance.LANDMARK else regimen.guidance,
        )
        for side in muscle.where.sides(given.affected)
        for number in range(muscle.points)
    ]


def _places(
    catalog: Catalog, site: SiteId, side: Side
) -> tuple[ViewId, tuple[tuple[float, float], ...]] | None:
    placement = catalog.sites[site].placement(side)
    if placement is None:
        return None
    return placement.view, placement.points or ((placement.x, placement.y),)


def _place(
    places: tuple[ViewId, tuple[tuple[float, float], ...]] | None, number: int
) -> Placement | None:
    if places is None:
        return None
    view, points = places
    row, index = divmod(number, len(points))
    x, y = points[index]
    return Placement(view=view, x=x, y=round(y + row * _ROW_HEIGHT * 2, 4))


def _rounded(units: Decimal, step: Decimal) -> Decimal:
    """To the nearest step, at least one step."""
    rounded = max(step, (units / step).quantize(Decimal(1)) * step)
    # Without trailing zeros, and never as 1E+2.
    return rounded.to_integral_value() if rounded % 1 == 0 else rounded.normalize()
