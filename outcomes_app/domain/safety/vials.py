"""Rules about the vial: expiry, lot, dilution, balance, time since reconstitution, billing."""

from collections.abc import Mapping
from decimal import Decimal

from outcomes_app.domain.definitions import SafetyRule
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.rule import Evaluator, threshold, threshold_days
from outcomes_app.domain.treatment import VialUse
from outcomes_app.text import _, day, number, units

_SECONDS_AN_HOUR = 3600
_SALINE = ("0.9", "sodium chloride")


def _opened_units(facts: VisitFacts) -> Decimal | None:
    """Units in the vials opened; None where any vial's size is unknown or no vial is named."""
    vials = facts.treatment.vials
    if not vials or any(v.vial_units is None for v in vials):
        return None
    return sum((v.vial_units * v.vials for v in vials if v.vial_units is not None), Decimal(0))


def _lot_words(vial: VialUse) -> str:
    return vial.lot or _("without a lot number")


def _expired(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.treatment.back_entered:
        return None
    for vial in facts.treatment.vials:
        if vial.expiry is not None and vial.expiry < facts.treatment.day:
            return _("Lot {lot} expired on {day}.").format(
                lot=_lot_words(vial), day=day(vial.expiry)
            )
    return None


def _expiring(rule: SafetyRule, facts: VisitFacts) -> str | None:
    for vial in facts.treatment.vials:
        if vial.expiry is None:
            continue
        left = (vial.expiry - facts.treatment.day).days
        if 0 <= left <= threshold_days(rule):
            return _("Lot {lot} expires on {day}.").format(
                lot=_lot_words(vial), day=day(vial.expiry)
            )
    return None


def _lot_missing(rule: SafetyRule, facts: VisitFacts) -> str | None:
    vials = facts.treatment.vials
    if facts.units_today and (not vials or any(not v.lot.strip() for v in vials)):
        return _("A vial used today has no lot number, so a recall could not find this patient.")
    return None


def _recalled(rule: SafetyRule, facts: VisitFacts) -> str | None:
    for vial in facts.treatment.vials:
        if vial.lot in facts.recalled_lots:
            return _("Lot {lot} is on the recall list.").format(lot=vial.lot)
    return None


def _hours_open(rule: SafetyRule, facts: VisitFacts) -> str | None:
    product = facts.treatment.product
    if facts.reconstituted_at is None or facts.injected_at is None or product is None:
        return None
    if product not in rule.threshold:
        return None
    seconds = (facts.injected_at - facts.reconstituted_at).total_seconds()
    hours = Decimal(str(seconds)) / _SECONDS_AN_HOUR
    limit = threshold(rule, product)
    if hours > limit:
        return _("{hours} hours since reconstitution. This product is kept {limit} hours.").format(
            hours=number(hours, 1), limit=number(limit)
        )
    return None


def _stored_outside_limits(rule: SafetyRule, facts: VisitFacts) -> str | None:
    for vial in facts.treatment.vials:
        if vial.lot and vial.lot in facts.lots_stored_outside_limits:
            return _("Lot {lot} was stored outside its limits.").format(lot=vial.lot)
    return None


def _opened_for_another_patient(rule: SafetyRule, facts: VisitFacts) -> str | None:
    for vial in facts.treatment.vials:
        if vial.lot and vial.lot in facts.lots_opened_for_others:
            return _("This vial of lot {lot} was opened for another patient.").format(lot=vial.lot)
    return None


def _more_than_drawn(rule: SafetyRule, facts: VisitFacts) -> str | None:
    opened = _opened_units(facts)
    if opened is None or facts.units_today <= opened:
        return None
    return _("{given} today, and the vials opened hold {opened}.").format(
        given=units(facts.units_today), opened=units(opened)
    )


def _much_wasted(rule: SafetyRule, facts: VisitFacts) -> str | None:
    opened = _opened_units(facts)
    if not opened or not facts.units_today:
        return None
    wasted = opened - facts.units_today
    whole_vial = any(
        v.vial_units is not None and v.vials > 0 and wasted >= v.vial_units
        for v in facts.treatment.vials
    )
    if wasted > threshold(rule, "fraction") * opened or whole_vial:
        return _("{wasted} of {opened} opened are left over.").format(
            wasted=units(wasted), opened=units(opened)
        )
    return None


def _billing(rule: SafetyRule, facts: VisitFacts) -> str | None:
    product = facts.treatment.product
    if facts.billed_units is None or product is None or product not in rule.threshold:
        return None
    billed = facts.billed_units * threshold(rule, product)
    used = facts.units_today + (facts.discarded_units or Decimal(0))
    if billed != used:
        return _("Billed lines make {billed}; injected and discarded make {used}.").format(
            billed=units(billed), used=units(used)
        )
    return None


def _points_against_dilution(rule: SafetyRule, facts: VisitFacts) -> str | None:
    """Points are logged in units; their volume must be one a syringe can show (whole 0.01 mL)."""
    concentrations = {v.units_per_ml for v in facts.treatment.vials if v.units_per_ml}
    if len(concentrations) != 1:
        return None
    per_ml = concentrations.pop()
    for point in facts.treatment.injections:
        volume = point.dose.units / per_ml
        drawn = round(volume, 2) * per_ml
        allowed = max(
            threshold(rule, "absolute_tolerance_units"),
            threshold(rule, "relative_tolerance") * point.dose.units,
        )
        if abs(drawn - point.dose.units) > allowed:
            return _(
                "{given} at this dilution is {volume} mL, which cannot be drawn exactly."
            ).format(given=units(point.dose.units), volume=number(volume, 4))
    return None


def _dilution_not_listed(rule: SafetyRule, facts: VisitFacts) -> str | None:
    product = (
        facts.catalog.products.get(facts.treatment.product) if (facts.treatment.product) else None
    )
    if product is None or not product.dilutions:
        return None
    listed = {(d.vial_units, d.diluent_ml) for d in product.dilutions}
    for vial in facts.treatment.vials:
        if vial.vial_units is None or vial.diluent_ml is None:
            continue
        if (vial.vial_units, vial.diluent_ml) not in listed:
            return _("{size} in {volume} mL is not in this product's dilution table.").format(
                size=units(vial.vial_units), volume=number(vial.diluent_ml)
            )
    return None


def _mixed(rule: SafetyRule, facts: VisitFacts) -> str | None:
    strengths = sorted({v.units_per_ml for v in facts.treatment.vials if v.units_per_ml})
    if len(strengths) > 1:
        return _("Vials of different strength: {strengths} units per 0.1 mL.").format(
            strengths=", ".join(number(s / 10) for s in strengths)
        )
    return None


def _diluent(rule: SafetyRule, facts: VisitFacts) -> str | None:
    said = facts.diluent.strip().lower()
    if not said:
        return None
    plain_saline = "saline" in said or all(word in said for word in _SALINE)
    preserved = "preserv" in said and "without" not in said and "free" not in said
    if plain_saline and not preserved:
        return None
    return _("The diluent is not preservative-free sodium chloride 0.9 %.")


EVALUATORS: Mapping[str, Evaluator] = {
    "vial_expired": _expired,
    "vial_expiring": _expiring,
    "lot_missing": _lot_missing,
    "lot_recalled": _recalled,
    "reconstituted_too_long": _hours_open,
    "storage_excursion": _stored_outside_limits,
    "vial_multi_patient": _opened_for_another_patient,
    "units_exceed_vials": _more_than_drawn,
    "wastage_large": _much_wasted,
    "billing_units_mismatch": _billing,
    "dilution_math": _points_against_dilution,
    "dilution_not_labelled": _dilution_not_listed,
    "mixed_concentrations": _mixed,
    "diluent_wrong": _diluent,
}
