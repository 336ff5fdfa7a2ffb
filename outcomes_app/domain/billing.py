"""Billing lines of one treatment in the United States: given (JZ), or given and discarded (JW).

Codes and units per billing unit come from the catalog; rules from the CMS policy on discarded drug
amounts named in docs/clinical-sources.md.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from outcomes_app.domain.definitions import Product
from outcomes_app.domain.treatment import Treatment
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingLine:
    """One line of a claim. `remainder_units` is discarded toxin below one billing unit, which the
    payer's own rounding decides; it is shown and never billed by itself."""

    code: str
    modifier: str
    billing_units: int
    remainder_units: Decimal = Decimal(0)


def lines(product: Product, given: Decimal, discarded: Decimal) -> tuple[BillingLine, ...]:
    """The lines for what was given and discarded from single-dose vials, in toxin units.

    A given amount that is no whole number of billing units is billed up to the next one, and the
    discarded amount down. Raises OutcomesError without a billing code or for negative amounts.
    """
    if not product.billing_code or not product.units_per_billing_unit:
        raise OutcomesError(
            _("{product} has no billing code in the catalog.").format(product=product.name),
            todo=_("Ask the payer for the code and add it to the product."),
        )
    if given < 0 or discarded < 0:
        raise OutcomesError(
            _("Given and discarded units cannot be negative."),
            todo=_("Check the vials opened and the units given."),
        )
    per_unit = product.units_per_billing_unit
    billed = (given / per_unit).to_integral_value(ROUND_CEILING)
    # What rounding up already billed is not billed a second time as discarded.
    left = max(discarded - (billed * per_unit - given), Decimal(0))
    wasted = (left / per_unit).to_integral_value(ROUND_FLOOR)
    if wasted <= 0:
        return (
            BillingLine(
                code=product.billing_code,
                modifier="JZ" if left == 0 else "",
                billing_units=int(billed),
                remainder_units=left,
            ),
        )
    return (
        BillingLine(code=product.billing_code, modifier="", billing_units=int(billed)),
        BillingLine(
            code=product.billing_code,
            modifier="JW",
            billing_units=int(wasted),
            remainder_units=left - wasted * per_unit,
        ),
    )


def lines_of(treatment: Treatment, product: Product) -> tuple[BillingLine, ...]:
    """The lines of a stored treatment: what its points make, and what its vials say was discarded.

    Raises OutcomesError where the dose or what was discarded is not known: neither is ever guessed.
    """
    discarded = [vial.discarded_units for vial in treatment.vials]
    known = [units for units in discarded if units is not None]
    if treatment.dose is None or not discarded or len(known) != len(discarded):
        raise OutcomesError(
            _("The dose or what was discarded is not known, so there is nothing to bill yet."),
            todo=_("Complete the vials of the visit."),
        )
    return lines(product, treatment.dose.units, sum(known, Decimal(0)))
