"""Vials: what is in stock, what a visit takes from it, and whether every unit is accounted for.

Opened and brought = injected + discarded + carried over, exactly, for each lot of a visit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import NewType
from uuid import UUID

from outcomes_app.domain.treatment import Treatment, VialUse
from outcomes_app.domain.values import (
    Dose,
    Problem,
    Problems,
    ProductId,
    ProductMismatch,
    TreatmentId,
)
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _, units

StockLotId = NewType("StockLotId", UUID)
MovementId = NewType("MovementId", UUID)

_NONE = Decimal(0)
_SECONDS_AN_HOUR = 3600


class NotEnoughStock(OutcomesError):
    """The lots in stock do not hold what is asked of them."""


class Movement(StrEnum):
    """What happened to vials of a lot. ADJUSTED carries its own sign: a count that differed."""

    RECEIVED = "received"
    OPENED = "opened"
    DISCARDED = "discarded"
    RETURNED = "returned"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"

    @property
    def sign(self) -> int:
        """Whether it adds vials to the stock or takes them away."""
        return -1 if self in (Movement.OPENED, Movement.DISCARDED, Movement.EXPIRED) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLot:
    """Vials of one lot and size at one place. `cost` is for one vial. `storage_problem` says how
    it was stored outside its limits; "" = it was not."""

    id: StockLotId
    product: ProductId
    lot: str
    vial_units: Decimal
    expiry: date
    received: date
    gtin: str = ""
    location: str = ""
    cost: Decimal | None = None
    storage_problem: str = ""
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMovement:
    """Vials that came or went, with the units discarded where a vial was thrown away."""

    id: MovementId
    lot_id: StockLotId
    kind: Movement
    vials: int
    day: date
    units: Decimal | None = None
    reason: str = ""
    witness: str = ""
    treatment_id: TreatmentId | None = None
    at: datetime | None = None

    @property
    def change(self) -> int:
        """By how many vials the stock changed."""
        return self.kind.sign * self.vials


@dataclass(frozen=True, slots=True, kw_only=True)
class LotStanding:
    """A lot with the vials received, opened, … so far."""

    lot: StockLot
    received: int = 0
    opened: int = 0
    discarded: int = 0
    returned: int = 0
    expired: int = 0
    adjusted: int = 0

    @property
    def remaining(self) -> int:
        """Vials that should be on the shelf."""
        added = self.received + self.returned + self.adjusted
        return added - self.opened - self.discarded - self.expired

    def usable_on(self, day: date) -> bool:
        """Whether a vial of it may be opened that day."""
        return self.remaining > 0 and self.lot.expiry >= day and not self.lot.storage_problem


def standing(lot: StockLot, movements: Iterable[StockMovement]) -> LotStanding:
    """What the movements of a lot, in any order, add up to."""
    sums = dict.fromkeys(Movement, 0)
    for movement in movements:
        sums[movement.kind] += movement.vials
    return LotStanding(lot=lot, **{kind.value: vials for kind, vials in sums.items()})


def draw(dose: Dose, lots: Sequence[LotStanding], *, day: date) -> tuple[VialUse, ...]:
    """The vials to open for a dose, first to expire first; what is left over is to be discarded.

    Raises NotEnoughStock where usable vials hold too little, ProductMismatch for another product.
    """
    if any(s.lot.product != dose.product for s in lots):
        raise ProductMismatch("a dose is drawn from vials of its own product")
    needed, uses = dose.units, []
    for found in sorted((s for s in lots if s.usable_on(day)), key=_first_to_expire):
        if needed <= 0:
            break
        size = found.lot.vial_units
        vials = min(found.remaining, int((needed / size).to_integral_value(ROUND_CEILING)))
        injected = min(needed, size * vials)
        uses.append(
            VialUse(
                lot=found.lot.lot,
                expiry=found.lot.expiry,
                vial_units=size,
                vials=vials,
                injected_units=injected,
                discarded_units=size * vials - injected,
            )
        )
        needed -= injected
    if needed > 0:
        raise NotEnoughStock(
            _("The vials in stock hold {missing} too little.").format(missing=units(needed)),
            todo=_("Receive vials, or enter the lots by hand."),
        )
    return tuple(uses)


def _first_to_expire(found: LotStanding) -> tuple[object, ...]:
    lot = found.lot
    return (lot.expiry, lot.received, lot.lot, lot.vial_units, lot.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VialBalance:
    """Where the units of one lot went in a visit. None = not known yet."""

    lot: str
    opened: Decimal | None
    brought: Decimal
    injected: Decimal | None
    discarded: Decimal | None
    carried: Decimal

    @property
    def difference(self) -> Decimal | None:
        """What is not accounted for; negative = more went out than there was."""
        if self.opened is None or self.injected is None or self.discarded is None:
            return None
        return self.opened + self.brought - self.injected - self.discarded - self.carried

    @property
    def balanced(self) -> bool:
        """Whether every unit is accounted for."""
        return self.difference == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The vials of a visit against what was given."""

    given: Decimal
    lots: tuple[VialBalance, ...]

    @property
    def injected(self) -> Decimal | None:
        """The units the lots say were injected; None while one of them does not say."""
        known = [b.injected for b in self.lots if b.injected is not None]
        return sum(known, _NONE) if len(known) == len(self.lots) else None

    @property
    def balanced(self) -> bool:
        """Whether each lot balances and all of them make the dose."""
        return all(b.balanced for b in self.lots) and self.injected == self.given


def ledger(treatment: Treatment) -> Ledger:
    """Where every unit went. With one lot, what was injected is the dose itself."""
    dose = treatment.dose
    given = dose.units if dose else _NONE
    only = len(treatment.vials) == 1
    return Ledger(
        given=given,
        lots=tuple(
            VialBalance(
                lot=vial.lot,
                opened=vial.opened_units,
                brought=vial.brought_units or _NONE,
                injected=given if only and vial.injected_units is None else vial.injected_units,
                discarded=vial.discarded_units,
                carried=vial.carried_units or _NONE,
            )
            for vial in treatment.vials
        ),
    )


def ledger_problems(treatment: Treatment) -> Problems:
    """What keeps the vials of a visit from balancing; nothing where no toxin was given."""
    found = ledger(treatment)
    if not found.given:
        return ()
    if not found.lots:
        return (_problem("vials", "vials_missing", _("No vial is named. Choose the lot.")),)
    return tuple(_lot_problems(treatment, found)) + _sum_problems(found)


def _lot_problems(treatment: Treatment, found: Ledger) -> Iterator[Problem]:
    for index, (vial, balance) in enumerate(zip(treatment.vials, found.lots, strict=True)):
        path, name = f"vials.{index}", vial.lot or str(index + 1)
        difference = balance.difference
        if difference is None:
            words = _("Lot {lot}: say the vial's size, and what was injected and discarded.")
            yield _problem(path, "vial_not_accounted", words.format(lot=name))
        elif difference:
            words = _(
                "Lot {lot}: {opened} opened, {injected} injected, {discarded} discarded and "
                "{carried} kept leave {difference} unaccounted for. Correct one of them."
            )
            yield _problem(
                path,
                "vial_out_of_balance",
                words.format(
                    lot=name,
                    opened=units((balance.opened or _NONE) + balance.brought),
                    injected=units(balance.injected or _NONE),
                    discarded=units(balance.discarded or _NONE),
                    carried=units(balance.carried),
                    difference=units(difference),
                ),
            )
        if balance.discarded and not vial.discard_reason.strip():
            words = _("Lot {lot}: {units} were discarded. Say why.")
            yield _problem(
                f"{path}.discard_reason",
                "discard_reason_missing",
                words.format(lot=name, units=units(balance.discarded)),
            )


def _sum_problems(found: Ledger) -> Problems:
    if found.injected is None or found.injected == found.given:
        return ()
    words = _("The lots say {injected} were injected, and the points make {given}. Correct one.")
    message = words.format(injected=units(found.injected), given=units(found.given))
    return (_problem("vials", "vials_differ_from_dose", message),)


def _problem(field: str, code: str, message: str) -> Problem:
    return Problem(field=field, code=code, message=message)


def hours_open(vial: VialUse, at: datetime) -> Decimal | None:
    """Hours since the vial was reconstituted; None where that was not said."""
    if vial.reconstituted_at is None:
        return None
    seconds = (at - vial.reconstituted_at).total_seconds()
    return Decimal(str(seconds)) / _SECONDS_AN_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A lot called back by its maker or an authority."""

    id: UUID
    product: ProductId
    lot: str
    day: date
    reason: str = ""
    source: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalledUse:
    """One treatment that used a lot, with who was treated and how to find them."""

    treatment_id: TreatmentId
    patient_id: UUID
    family_name: str = field(repr=False)
    given_name: str = field(repr=False)
    identifier: str = field(repr=False)
    day: date
    vials: int
    injected_units: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotTrace:
    """Everything a recall asks of a lot: vials on the shelf, treatments and patients."""

    product: ProductId
    lot: str
    on_shelf: tuple[LotStanding, ...]
    uses: tuple[RecalledUse, ...]
