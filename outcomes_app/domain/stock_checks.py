"""What a lot and a movement of vials must fulfil before they are stored."""

from collections.abc import Iterator
from datetime import date

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.clean_text import text_problems
from outcomes_app.domain.stock import LotStanding, Movement, Recall, StockLot, StockMovement
from outcomes_app.domain.values import Problem, Problems, Severity
from outcomes_app.text import _, day, units


def check_lot(lot: StockLot, catalog: Catalog, *, today: date) -> Problems:
    """What keeps a lot from being received."""
    return tuple(text_problems(lot)) + tuple(_lot_problems(lot, catalog, today))


def _lot_problems(lot: StockLot, catalog: Catalog, today: date) -> Iterator[Problem]:
    product = catalog.products.get(lot.product)
    if product is None:
        yield _error("product", "unknown", _("This is no product of the catalog. Choose one."))
    if not lot.lot.strip():
        yield _error("lot", "lot_missing", _("The lot has no number. Scan it or type it."))
    if not lot.vial_units.is_finite() or lot.vial_units <= 0:
        yield _error("vial_units", "not_positive", _("The size of the vial must be above 0."))
    elif product and product.vial_sizes and lot.vial_units not in product.vial_sizes:
        words = _("No vial of {product} with {size} is known. Check the size on the box.")
        yield Problem(
            field="vial_units",
            code="vial_size_unknown",
            severity=Severity.CHECK,
            message=words.format(product=product.name, size=units(lot.vial_units)),
        )
    if lot.received > today:
        yield _error("received", "in_the_future", _("It cannot have come in the future."))
    if lot.expiry < lot.received:
        words = _("The lot expired on {day}, before it was received. Check the date.")
        yield _error("expiry", "expired_on_receipt", words.format(day=day(lot.expiry)))
    if lot.cost is not None and not (lot.cost.is_finite() and lot.cost >= 0):
        yield _error("cost", "not_positive", _("The cost must be 0 or more, or stay empty."))


def check_movement(
    movement: StockMovement, found: LotStanding | None, *, today: date | None
) -> Problems:
    """What keeps a movement from being stored; with the lot's standing also whether enough vials
    are there. `today` None for the movements a visit makes by itself."""
    return tuple(text_problems(movement)) + tuple(_movement_problems(movement, found, today))


def _movement_problems(
    movement: StockMovement, found: LotStanding | None, today: date | None
) -> Iterator[Problem]:
    signed = movement.kind is Movement.ADJUSTED
    if movement.vials == 0 or (movement.vials < 0 and not signed):
        yield _error("vials", "not_positive", _("The number of vials must be above 0."))
    amount = movement.units
    if amount is not None and not (amount.is_finite() and amount >= 0):
        yield _error("units", "not_positive", _("The units must be 0 or more, or stay empty."))
    if today is None:
        return
    if found is None:
        yield _error("lot_id", "unknown", _("This lot is not in stock."))
    elif found.remaining + movement.change < 0:
        words = _("Only {left} vials of this lot are left.")
        yield _error("vials", "not_enough", words.format(left=found.remaining))
    if movement.day > today:
        yield _error("day", "in_the_future", _("This day lies in the future. Correct it."))
    if movement.kind is not Movement.EXPIRED and not movement.reason.strip():
        yield _error("reason", "reason_missing", _("Say why, so that the stock can be explained."))


def check_recall(recall: Recall, catalog: Catalog, *, today: date) -> Problems:
    """What keeps a recall from being stored."""
    found = list(text_problems(recall))
    if recall.product not in catalog.products:
        found.append(_error("product", "unknown", _("This is no product of the catalog.")))
    if not recall.lot.strip():
        found.append(_error("lot", "lot_missing", _("The lot has no number. Type it.")))
    if recall.day > today:
        found.append(_error("day", "in_the_future", _("This day lies in the future.")))
    return tuple(found)


def _error(field: str, code: str, message: str) -> Problem:
    return Problem(field=field, code=code, message=message)
