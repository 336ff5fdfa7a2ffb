"""The stock: lots received, vials opened for visits, what is left, what expires, what is recalled.

A lot's row says what it is; how many vials are left follows from its movements alone.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import StockLotRow, StockMovementRow
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient import Person
from outcomes_app.domain.permissions import Action, require
from outcomes_app.domain.stock import (
    LotStanding,
    Movement,
    MovementId,
    NotEnoughStock,
    StockLot,
    StockLotId,
    StockMovement,
    standing,
)
from outcomes_app.domain.stock_checks import check_lot, check_movement
from outcomes_app.domain.treatment import Treatment, VialUse
from outcomes_app.domain.values import ProductId, TreatmentId, new_id
from outcomes_app.records import storing
from outcomes_app.text import _

_LOT = rows.table_of(StockLotRow)
_MOVEMENT = rows.table_of(StockMovementRow)


def receive(
    session: Session, lot: StockLot, vials: int, *, person: Person, catalog: Catalog, today: date
) -> StockLotId:
    """Put vials into stock. More vials of a lot that lies there already join it."""
    require(person, Action.EDIT_STOCK)
    storing.refuse((*check_lot(lot, catalog, today=today), *storing.unstorable(lot)))
    known = _row_of(session, lot)
    lot_id = lot.id if known is None else StockLotId(known["id"])
    if known is None:
        storing.require_new(session, StockLotRow, [lot.id])
        rows.add(session, StockLotRow, [{**_lot_row(lot), "version": 1, "voided": False}])
    _move(session, lot_id, Movement.RECEIVED, vials, day=lot.received)
    return lot_id


def move(session: Session, movement: StockMovement, *, person: Person, today: date) -> MovementId:
    """Discard, put back, write off or count vials of a lot; a reason is asked for each."""
    require(person, Action.EDIT_STOCK)
    found = standings(session, StockLotRow.id == movement.lot_id)
    storing.refuse(check_movement(movement, found[0] if found else None, today=today))
    rows.add(session, StockMovementRow, [_movement_row(session, movement)])
    return movement.id


def count(
    session: Session, lot_id: StockLotId, on_shelf: int, *, reason: str, person: Person, today: date
) -> None:
    """Make the stock of a lot what was counted on the shelf."""
    found = standings(session, StockLotRow.id == lot_id)
    difference = on_shelf - (found[0].remaining if found else 0)
    if difference:
        adjusted = StockMovement(
            id=MovementId(new_id()),
            lot_id=lot_id,
            kind=Movement.ADJUSTED,
            vials=difference,
            day=today,
            reason=reason,
        )
        move(session, adjusted, person=person, today=today)


def correct(
    session: Session, lot: StockLot, *, person: Person, catalog: Catalog, today: date
) -> StockLotId:
    """Store what was put right of a lot, such as its expiry or that it was stored too warm."""
    require(person, Action.EDIT_STOCK)
    storing.refuse((*check_lot(lot, catalog, today=today), *storing.unstorable(lot)))
    before = storing.current(session, StockLotRow, lot.id, lot.version)
    after = {**before, **_lot_row(lot)}
    if after != before:
        rows.change(session, StockLotRow, before, {**after, "version": before["version"] + 1})
    return lot.id


def lots(session: Session, product: ProductId | None = None) -> tuple[LotStanding, ...]:
    """The lots of a product, or all, with their standing; first to expire first."""
    return standings(session, *(() if product is None else (StockLotRow.product == product,)))


def remaining(session: Session, product: ProductId) -> int:
    """The vials of a product that should be on the shelf."""
    return sum(found.remaining for found in lots(session, product))


def expiring(session: Session, days: int, *, today: date) -> tuple[LotStanding, ...]:
    """Lots with vials left that expire within so many days, or have expired."""
    last = today + timedelta(days=days)
    found = standings(session, StockLotRow.expiry <= last)
    return tuple(each for each in found if each.remaining > 0)


def by_gtin(session: Session, gtin: str, lot: str = "") -> tuple[LotStanding, ...]:
    """The lots under a product number, the scanned lot alone where it is given."""
    where = [StockLotRow.gtin == gtin]
    if lot:
        where.append(StockLotRow.lot == lot)
    return standings(session, *where)


def movements(session: Session, lot_id: StockLotId) -> tuple[StockMovement, ...]:
    """Everything that happened to a lot, in order."""
    asked = (
        select(_MOVEMENT)
        .where(StockMovementRow.lot_id == lot_id)
        .order_by(StockMovementRow.at, StockMovementRow.id)
    )
    return tuple(_movement(row) for row in session.execute(asked).mappings())


def standings(session: Session, *where: ColumnElement[bool]) -> tuple[LotStanding, ...]:
    """Living lots that fulfil the conditions, each with what its movements add up to."""
    asked = (
        select(_LOT)
        .where(not_(StockLotRow.voided), *where)
        .order_by(StockLotRow.expiry, StockLotRow.lot, StockLotRow.vial_units, StockLotRow.id)
    )
    found = [_lot(row) for row in session.execute(asked).mappings()]
    moves: dict[Any, list[StockMovement]] = {}
    for part in storing.parts([lot.id for lot in found]):
        of_part = select(_MOVEMENT).where(StockMovementRow.lot_id.in_(part))
        for row in session.execute(of_part).mappings():
            moves.setdefault(row["lot_id"], []).append(_movement(row))
    return tuple(standing(lot, moves.get(lot.id, ())) for lot in found)


def open_for_treatment(session: Session, treatment: Treatment) -> None:
    """Make the stock as this treatment says: vials it opens leave it, vials it no longer opens
    come back. Called in the deed that stores the treatment, as often as that happens.

    Lots that are not in stock are left alone. NotEnoughStock where too few vials are left; of
    history entered later only what is there is taken.
    """
    wanted: dict[StockLotId, int] = {}
    if treatment.status.counts and treatment.product is not None:
        for vial in treatment.vials:
            lot = _lot_for(session, treatment, vial)
            if lot is not None and vial.vials > 0:
                wanted[lot] = wanted.get(lot, 0) + vial.vials
    booked = _booked(session, treatment.id)
    touched: set[StockLotId] = {*wanted, *booked}
    for lot_id in sorted(touched, key=str):
        more = wanted.get(lot_id, 0) - booked.get(lot_id, 0)
        if more > 0:
            _open(session, treatment, lot_id, more)
        elif more < 0:
            _move(session, lot_id, Movement.RETURNED, -more, day=treatment.day, of=treatment.id)


def put_back(session: Session, treatment_id: TreatmentId, *, reason: str) -> None:
    """Put every vial back that was booked for a treatment, because it was never given."""
    day = audit.instant(session).date()
    for lot_id, vials in _booked(session, treatment_id).items():
        if vials:
            _move(
                session,
                lot_id,
                Movement.RETURNED,
                vials,
                day=day,
                of=treatment_id,
                reason=reason,
            )


def _open(session: Session, treatment: Treatment, lot_id: StockLotId, vials: int) -> None:
    # The row is held until the deed ends, so that two visits cannot open the same last vial.
    session.execute(select(_LOT.c.id).where(_LOT.c.id == lot_id).with_for_update())
    (found,) = standings(session, StockLotRow.id == lot_id)
    if found.remaining < vials:
        if treatment.back_entered:
            return
        raise NotEnoughStock(
            _("Of lot {lot} only {left} vials are left.").format(
                lot=found.lot.lot, left=found.remaining
            ),
            todo=_("Choose another lot, or count the stock and put it right."),
        )
    _move(session, lot_id, Movement.OPENED, vials, day=treatment.day, of=treatment.id)


def _lot_for(session: Session, treatment: Treatment, vial: VialUse) -> StockLotId | None:
    """The lot in stock a vial comes from: where this treatment took it before, else at the
    treatment's own place, else where most are left."""
    where = [
        StockLotRow.product == treatment.product,
        StockLotRow.lot == vial.lot,
    ]
    if vial.vial_units is not None:
        where.append(StockLotRow.vial_units == vial.vial_units)
    found = standings(session, *where)
    if treatment.back_entered:
        found = tuple(f for f in found if f.lot.received <= treatment.day)
    booked = _booked(session, treatment.id)

    def nearness(each: LotStanding) -> tuple[bool, bool, int]:
        here = each.lot.location == treatment.clinic_site
        return (each.lot.id in booked, here, each.remaining)

    return max(found, key=nearness).lot.id if found else None


def _booked(session: Session, treatment_id: TreatmentId) -> dict[StockLotId, int]:
    """The vials of each lot that are opened for a treatment now."""
    asked = (
        select(StockMovementRow.lot_id, StockMovementRow.kind, func.sum(StockMovementRow.vials))
        .where(StockMovementRow.treatment_id == treatment_id)
        .group_by(StockMovementRow.lot_id, StockMovementRow.kind)
    )
    found: dict[StockLotId, int] = {}
    for lot_id, kind, vials in session.execute(asked):
        lot = StockLotId(lot_id)
        found[lot] = found.get(lot, 0) - kind.sign * int(vials)
    return found


def _move(
    session: Session,
    lot_id: StockLotId,
    kind: Movement,
    vials: int,
    *,
    day: date,
    of: TreatmentId | None = None,
    reason: str = "",
) -> None:
    movement = StockMovement(
        id=MovementId(new_id()),
        lot_id=lot_id,
        kind=kind,
        vials=vials,
        day=day,
        treatment_id=of,
        reason=reason,
    )
    storing.refuse(check_movement(movement, None, today=None))
    rows.add(session, StockMovementRow, [_movement_row(session, movement)])


def _row_of(session: Session, lot: StockLot) -> RowMapping | None:
    row = StockLotRow
    here: Sequence[ColumnElement[bool]] = (
        row.product == lot.product,
        row.lot == lot.lot,
        row.vial_units == lot.vial_units,
        row.location == lot.location,
    )
    return session.execute(select(_LOT).where(*here, not_(row.voided))).mappings().first()


_LOT_FIELDS = (
    "id",
    "product",
    "lot",
    "vial_units",
    "expiry",
    "gtin",
    "received",
    "location",
    "cost",
    "storage_problem",
    "note",
)
_MOVEMENT_FIELDS = (
    "id",
    "lot_id",
    "treatment_id",
    "kind",
    "vials",
    "units",
    "day",
    "reason",
    "witness",
)


def _lot(row: RowMapping) -> StockLot:
    return StockLot(**{name: row[name] for name in (*_LOT_FIELDS, "version")})


def _lot_row(lot: StockLot) -> dict[str, Any]:
    return {name: getattr(lot, name) for name in _LOT_FIELDS}


def _movement(row: RowMapping) -> StockMovement:
    return StockMovement(**{name: row[name] for name in (*_MOVEMENT_FIELDS, "at")})


def _movement_row(session: Session, movement: StockMovement) -> dict[str, Any]:
    values = {name: getattr(movement, name) for name in _MOVEMENT_FIELDS}
    return {**values, "at": audit.instant(session)}
