"""Dose rules of one session: totals, doses by weight, per point, per gland, against last time."""

from collections.abc import Mapping
from decimal import Decimal

from outcomes_app.domain.definitions import SafetyRule
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.rule import (
    SHOULDER_SITES,
    Evaluator,
    threshold,
    threshold_or_none,
)
from outcomes_app.domain.values import Side, SiteId
from outcomes_app.text import _, number, units

_LIMBS_AT_ONCE = ("upper_limb_spasticity", "lower_limb_spasticity")


def most_on_a_side(facts: VisitFacts) -> Decimal:
    """The larger of the units on the left and on the right."""
    sides = facts.units_by_side()
    return max((sides.get(s, Decimal(0)) for s in (Side.LEFT, Side.RIGHT)), default=Decimal(0))


def first_session_words(given: Decimal, limit: Decimal) -> str:
    """The words of a dose above the limit of a first session."""
    return _("{given} at a first session. The limit for a first session is {limit}.").format(
        given=units(given), limit=units(limit)
    )


def _session_above(rule: SafetyRule, facts: VisitFacts) -> str | None:
    """Today's total against the rule's least, most and first-session units, whichever it has."""
    given = facts.units_today
    least, most = threshold_or_none(rule, "min_units"), threshold_or_none(rule, "units")
    first = threshold_or_none(rule, "units_first_session")
    if first is not None and not facts.same_indication() and given > first:
        return first_session_words(given, first)
    if most is not None and given > most:
        return _("{given} today. The usual most is {limit}.").format(
            given=units(given), limit=units(most)
        )
    if least is not None and 0 < given < least:
        return _("{given} today. The usual least is {limit}.").format(
            given=units(given), limit=units(least)
        )
    return None


def _session_per_side(rule: SafetyRule, facts: VisitFacts) -> str | None:
    given = most_on_a_side(facts)
    first = threshold_or_none(rule, "first_session_units_per_side")
    if first is not None and not facts.same_indication() and given > first:
        return first_session_words(given, first)
    limit = threshold(rule, "units_per_side")
    if given > limit:
        return _("{given} on one side. The limit for one side is {limit}.").format(
            given=units(given), limit=units(limit)
        )
    return _session_above(rule, facts)


def _both_limbs(rule: SafetyRule, facts: VisitFacts) -> str | None:
    """Upper and lower limb treatments of the same day count together."""
    same_day = sum(
        (
            t.dose.units
            for t in facts.prior
            if t.day == facts.treatment.day
            and t.dose is not None
            and t.product == facts.treatment.product
            and t.indication in _LIMBS_AT_ONCE
        ),
        Decimal(0),
    )
    total, limit = facts.units_today + same_day, threshold(rule, "units")
    if total > limit:
        return _("{given} over upper and lower limbs today. The limit is {limit}.").format(
            given=units(total), limit=units(limit)
        )
    return None


def _shoulder_units(facts: VisitFacts) -> Decimal:
    return sum(
        (p.dose.units for p in facts.treatment.injections if p.site in SHOULDER_SITES),
        Decimal(0),
    )


def _upper_limb_with_shoulder(rule: SafetyRule, facts: VisitFacts) -> str | None:
    shoulder = _shoulder_units(facts)
    if facts.jurisdiction == "eu" and shoulder > 0:
        most = threshold(rule, "shoulder_units_eu")
        if shoulder > most:
            return _("{given} in the shoulder. The limit there is {limit}.").format(
                given=units(shoulder), limit=units(most)
            )
        limit = threshold(rule, "units_with_shoulder_eu")
    else:
        limit = threshold(rule, "units")
    if facts.units_today > limit:
        return _("{given} in the upper limb today. The limit is {limit}.").format(
            given=units(facts.units_today), limit=units(limit)
        )
    return None


def _glands_inco(rule: SafetyRule, facts: VisitFacts) -> str | None:
    limits = _gland_limits(rule, facts)
    if limits is None:
        return None
    total_limit, parotid_limit, submandibular_limit = limits
    for (site, _side), given in facts.units_by_muscle().items():
        limit = {"parotid": parotid_limit, "submandibular": submandibular_limit}.get(
            site.split("_")[0]
        )
        if limit is not None and given > limit:
            return _("{given} in one gland. The limit for it is {limit}.").format(
                given=units(given), limit=units(limit)
            )
    if facts.units_today > total_limit:
        return _("{given} today. The limit is {limit}.").format(
            given=units(facts.units_today), limit=units(total_limit)
        )
    return None


def _gland_limits(rule: SafetyRule, facts: VisitFacts) -> tuple[Decimal, Decimal, Decimal] | None:
    if not facts.is_child:
        return (
            threshold(rule, "units"),
            threshold(rule, "parotid_units"),
            threshold(rule, "submandibular_units"),
        )
    table = facts.catalog.protocols.get(rule.threshold.get("paediatric_table"))  # type: ignore[call-overload]
    bands = table.details.get("weight_bands") if table else None
    if facts.weight_kg is None or not isinstance(bands, list | tuple):
        return None
    for band in bands:
        below = band.get("kg_below")
        if facts.weight_kg >= Decimal(str(band["kg_from"])) and (
            below is None or facts.weight_kg < Decimal(str(below))
        ):
            return (
                Decimal(str(band["total"])),
                Decimal(str(band["parotid_each"])),
                Decimal(str(band["submandibular_each"])),
            )
    return None


def _naive_or_first(rule: SafetyRule, facts: VisitFacts) -> str | None:
    given = facts.units_today
    treated = bool(facts.prior) or facts.time_out.treated_before
    if facts.time_out.treated_before is False and not facts.prior:
        naive = threshold(rule, "naive_units")
        if given >= naive:
            return _("{given} for a patient who never had toxin. Start below {limit}.").format(
                given=units(given), limit=units(naive)
            )
    first_with_product = not any(t.product == facts.treatment.product for t in facts.prior)
    limit = threshold(rule, "units")
    if treated is not None and first_with_product and given > limit:
        return first_session_words(given, limit)
    return None


def _child_by_side(rule: SafetyRule, facts: VisitFacts) -> str | None:
    """Lower of units per kilogram and a ceiling, for one side and for both."""
    if facts.weight_kg is None:
        return None
    one = min(threshold(rule, "units_per_kg") * facts.weight_kg, threshold(rule, "units"))
    if most_on_a_side(facts) > one:
        return _weight_words(most_on_a_side(facts), one, facts.weight_kg)
    both = min(
        threshold(rule, "bilateral_units_per_kg") * facts.weight_kg,
        threshold(rule, "bilateral_units"),
    )
    return (
        _weight_words(facts.units_today, both, facts.weight_kg)
        if (facts.units_today > both)
        else None
    )


def _child_session(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.weight_kg is None:
        return None
    limit = min(threshold(rule, "units_per_kg") * facts.weight_kg, threshold(rule, "units"))
    if facts.units_today > limit:
        return _weight_words(facts.units_today, limit, facts.weight_kg)
    return None


def _weight_words(given: Decimal, limit: Decimal, weight: Decimal) -> str:
    return _("{given} for a child of {weight} kg. The limit is {limit}.").format(
        given=units(given), weight=number(weight), limit=units(limit)
    )


def _largest_point(facts: VisitFacts, sites_starting: str = "") -> Decimal:
    return max(
        (p.dose.units for p in facts.treatment.injections if p.site.startswith(sites_starting)),
        default=Decimal(0),
    )


def _point_above(rule: SafetyRule, facts: VisitFacts) -> str | None:
    return _point_words(_largest_point(facts), threshold(rule, "units_per_point"))


def _eyelid_point_above(rule: SafetyRule, facts: VisitFacts) -> str | None:
    largest = _largest_point(facts, "orbicularis_oculi")
    return _point_words(largest, threshold(rule, "units_per_point"))


def _point_words(given: Decimal, limit: Decimal) -> str | None:
    if given <= limit:
        return None
    return _("{given} at one point. The usual most at one point is {limit}.").format(
        given=units(given), limit=units(limit)
    )


def _point_volume(rule: SafetyRule, facts: VisitFacts) -> str | None:
    concentrations = {v.units_per_ml for v in facts.treatment.vials if v.units_per_ml}
    if len(concentrations) != 1:
        return None
    limit = threshold(rule, "ml_per_point_paediatric" if facts.is_child else "ml_per_point_adult")
    volume = _largest_point(facts) / concentrations.pop()
    if volume > limit:
        return _("{volume} mL at one point. The most at one point is {limit} mL.").format(
            volume=number(volume, 2), limit=number(limit)
        )
    return None


def _dose_jump(rule: SafetyRule, facts: VisitFacts) -> str | None:
    last = facts.last_of_indication()
    if last is None or last.dose is None or last.product != facts.treatment.product:
        return None
    if facts.treatment.indication == "blepharospasm":
        factor = threshold(rule, "blepharospasm_factor")
        before: dict[SiteId, Decimal] = {}
        for point in last.injections:
            before[point.site] = before.get(point.site, Decimal(0)) + point.dose.units
        jumped = [
            s for s, u in facts.units_by_site().items() if before.get(s) and u > factor * before[s]
        ]
        if not jumped:
            return None
        names = ", ".join(facts.catalog.sites[s].name for s in jumped if s in facts.catalog.sites)
        return _("More than {factor} times last time in {sites}.").format(
            factor=number(factor), sites=names
        )
    factor = threshold(rule, "factor")
    if facts.units_today > factor * last.dose.units:
        return _("{given} today, {before} last time: more than {factor} times as much.").format(
            given=units(facts.units_today), before=units(last.dose.units), factor=number(factor)
        )
    return None


EVALUATORS: Mapping[str, Evaluator] = {
    "session_inco_400": _session_above,
    "session_inco_bleph": _session_per_side,
    "session_abo_adult_spasticity": _both_limbs,
    "session_abo_uls_1000": _upper_limb_with_shoulder,
    "session_abo_cd": _session_above,
    "session_ona_cm_155_195": _session_above,
    "session_ona_cd_300": _session_above,
    "session_ona_hh_axilla": _session_per_side,
    "session_abo_hh_axilla": _session_per_side,
    "session_inco_sialorrhoea": _glands_inco,
    "session_rima_sialorrhoea": _session_above,
    "session_rima_cd_start": _naive_or_first,
    "session_daxi_cd": _session_above,
    "paed_ona_uls": _child_session,
    "paed_ona_lls": _child_session,
    "paed_abo_uls": _child_by_side,
    "paed_abo_lls": _child_by_side,
    "paed_inco_uls": _child_by_side,
    "per_point_ona_50": _point_above,
    "per_point_ona_bleph_5": _eyelid_point_above,
    "per_point_volume_abo": _point_volume,
    "dose_jump": _dose_jump,
}
