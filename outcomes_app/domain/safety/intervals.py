"""Rules about when and what came before: intervals, product switches, label and history."""

from collections.abc import Mapping
from decimal import Decimal

from outcomes_app.domain.definitions import SafetyRule
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.rule import SHOULDER_SITES, Evaluator, threshold_days
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import SiteId
from outcomes_app.text import _, day, units, weeks_and_days

_SWALLOWING_AND_VOICE = ("dysphagia", "dysphonia", "aspiration")
_NECK_REGION = "neck_shoulder"
_SPASTICITY = ("upper_limb_spasticity", "lower_limb_spasticity")


def _since(facts: VisitFacts, earlier: Treatment, least_days: int) -> str | None:
    gone = (facts.treatment.day - earlier.day).days
    if gone >= least_days:
        return None
    return _("{gone} since the treatment of {day}. The rule asks for {least}.").format(
        gone=weeks_and_days(gone), day=day(earlier.day), least=weeks_and_days(least_days)
    )


def _same_indication_too_soon(rule: SafetyRule, facts: VisitFacts) -> str | None:
    last = facts.last_of_indication()
    return _since(facts, last, threshold_days(rule)) if last else None


def _same_region_too_soon(rule: SafetyRule, facts: VisitFacts) -> str | None:
    regions = facts.regions(facts.treatment)
    for earlier in reversed(facts.prior):
        if earlier.indication == facts.treatment.indication or regions & facts.regions(earlier):
            return _since(facts, earlier, threshold_days(rule))
    return None


def _history_unknown(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.time_out.treated_before and not facts.prior and not facts.elsewhere:
        return _("Treated with toxin before, and neither date nor dose of it is recorded.")
    return None


def _elsewhere_not_asked(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.time_out.toxin_elsewhere is None:
        return _("Toxin given elsewhere in the past {days} days was not asked about.").format(
            days=threshold_days(rule, "window_days")
        )
    return None


def _switched(rule: SafetyRule, facts: VisitFacts) -> str | None:
    last = facts.last_of_indication()
    if not _is_switch(facts, last) or facts.time_out.dose_set_afresh:
        return None
    return _(
        "The product differs from last time, and units are not interchangeable. "
        "Confirm that the dose was set afresh."
    )


def _is_switch(facts: VisitFacts, last: Treatment | None) -> bool:
    return (
        last is not None
        and last.product is not None
        and facts.treatment.product is not None
        and last.product != facts.treatment.product
    )


def _switched_with_same_units(rule: SafetyRule, facts: VisitFacts) -> str | None:
    last = facts.last_of_indication()
    if last is None or not _is_switch(facts, last) or not facts.units_today:
        return None
    # Numbers are compared to catch a dose carried over by mistake, not as amounts of toxin.
    before: dict[tuple[SiteId, str], Decimal] = {}
    for point in last.injections:
        key = (point.site, point.side.value)
        before[key] = before.get(key, Decimal(0)) + point.dose.units
    same_total = last.dose is not None and last.dose.units == facts.units_today
    if same_total or (before and before == dict(facts.units_by_muscle())):
        return _(
            "Another product than last time with the same number of units ({given}). "
            "Units are not interchangeable: set the dose for this product."
        ).format(given=units(facts.units_today))
    return None


def _cosmetic_product(rule: SafetyRule, facts: VisitFacts) -> str | None:
    product = (
        facts.catalog.products.get(facts.treatment.product) if (facts.treatment.product) else None
    )
    if product is None:
        return None
    return _("{product} is a cosmetic product and the indication is therapeutic.").format(
        product=product.name
    )


def is_off_label(facts: VisitFacts) -> bool:
    """Whether the product is not on label for the indication in this jurisdiction."""
    indication = facts.catalog.indications.get(facts.treatment.indication)
    if indication is None or facts.treatment.product is None:
        return False
    return facts.treatment.product not in indication.on_label.get(facts.jurisdiction, ())


def _off_label(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if not is_off_label(facts):
        return None
    return _("This product is off label for this indication here ({place}).").format(
        place=facts.jurisdiction.upper()
    )


def _off_label_without_consent(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if not is_off_label(facts) or facts.consents is None:
        return None
    if any(c.mentions_off_label for c in facts.consents):
        return None
    return _("Off-label use, and the consent on file does not mention it.")


def _consent_missing(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.consents is None:
        return None
    oldest, today = threshold_days(rule, "max_age_days"), facts.treatment.day
    for consent in facts.consents:
        covers = (not consent.products or facts.treatment.product in consent.products) and (
            not consent.indications or facts.treatment.indication in consent.indications
        )
        if covers and 0 <= (today - consent.day).days <= oldest:
            return None
    return _("No consent on file from the last {days} days covers today's treatment.").format(
        days=oldest
    )


def _medication_guide(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.jurisdiction == "us" and facts.time_out.medication_guide_given is False:
        return _("No medication guide for this product is recorded as given.")
    return None


def _child_below_label_age(rule: SafetyRule, facts: VisitFacts) -> str | None:
    indication, age = facts.treatment.indication, facts.age
    key = "spasticity" if indication in _SPASTICITY else str(indication)
    if age is None or key not in rule.threshold:
        return None
    least = threshold_days(rule, key)
    if age < least:
        return _("The patient is {age}. The label begins at {least} years.").format(
            age=age, least=least
        )
    return None


def _cerebral_palsy(rule: SafetyRule, facts: VisitFacts) -> str | None:
    prefix = str(rule.threshold["icd10_prefix"])
    if any(code.startswith(prefix) for code in facts.diagnoses):
        return _("The label for children leaves out cerebral palsy, which is among the diagnoses.")
    return None


def _swallowing_trouble_before(rule: SafetyRule, facts: VisitFacts) -> str | None:
    """An event is that of the latest session on or before its onset."""
    sessions = facts.prior[-threshold_days(rule, "lookback_sessions") :]
    neck_today = _neck_units(facts, facts.treatment)
    if not neck_today:
        return None
    for event in facts.adverse_events:
        if event.voided or not event.term.startswith(_SWALLOWING_AND_VOICE):
            continue
        linked = [
            s
            for s in sessions
            if event.treatment_id == s.id or (event.treatment_id is None and s.day <= event.onset)
        ]
        same_product = [s for s in linked if s.product == facts.treatment.product]
        if same_product and neck_today >= _neck_units(facts, same_product[-1]):
            term = facts.catalog.adverse_event_terms.get(event.term)
            return _(
                "{event} after the treatment of {day}; the neck dose today is not lower."
            ).format(event=term.name if term else event.term, day=day(same_product[-1].day))
    return None


def _neck_units(facts: VisitFacts, treatment: Treatment) -> Decimal:
    sites = facts.catalog.sites
    return sum(
        (
            p.dose.units
            for p in treatment.injections
            if p.site in sites
            and sites[p.site].region == _NECK_REGION
            and p.site not in SHOULDER_SITES
        ),
        Decimal(0),
    )


EVALUATORS: Mapping[str, Evaluator] = {
    "interval_under_12_weeks": _same_indication_too_soon,
    "interval_under_8_weeks": _same_region_too_soon,
    "interval_sialorrhoea_inco": _same_indication_too_soon,
    "interval_sialorrhoea_rima": _same_indication_too_soon,
    "interval_hyperhidrosis": _same_indication_too_soon,
    "interval_abo_paed_upper": _same_indication_too_soon,
    "booster_antibody_risk": _same_region_too_soon,
    "interval_unknown": _history_unknown,
    "outside_botulinum_unknown": _elsewhere_not_asked,
    "product_switched": _switched,
    "product_switched_same_units": _switched_with_same_units,
    "cosmetic_product_therapeutic_use": _cosmetic_product,
    "off_label_use": _off_label,
    "off_label_consent": _off_label_without_consent,
    "consent_missing": _consent_missing,
    "medication_guide_us": _medication_guide,
    "paed_age_below_label": _child_below_label_age,
    "paed_inco_cp_us": _cerebral_palsy,
    "previous_dysphagia_after_toxin": _swallowing_trouble_before,
}
