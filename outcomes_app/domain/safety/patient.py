"""Rules about the patient today: allergy, infection, pregnancy, nerves, medicines, events."""

from collections.abc import Iterable, Mapping

from outcomes_app.domain.definitions import SafetyRule
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.rule import (
    SHOULDER_SITES,
    Evaluator,
    threshold,
    threshold_days,
)
from outcomes_app.domain.values import SiteId
from outcomes_app.text import _, day, number

# Excipients an allergy may name, by product, as the allergy rule words them.
_EXCIPIENTS: Mapping[str, tuple[str, ...]] = {
    "ona": ("albumin",),
    "abo": ("albumin", "lactose"),
    "inco": ("albumin", "sucrose"),
    "rima": ("albumin",),
}
_TOXIN_WORDS = ("botulin", "botox", "dysport", "xeomin", "myobloc", "neurobloc", "daxxify")
_MILK_WORDS = ("cow milk", "cow's milk", "milk protein", "casein")


def _allergy_words(facts: VisitFacts) -> str:
    return " ".join(facts.allergies).lower()


def _allergy_to_product(rule: SafetyRule, facts: VisitFacts) -> str | None:
    said = _allergy_words(facts)
    words = _TOXIN_WORDS + _EXCIPIENTS.get(facts.treatment.product or "", ())
    if any(word in said for word in words):
        return _("The allergy list names a toxin or an ingredient of this product.")
    return None


def _allergy_to_milk(rule: SafetyRule, facts: VisitFacts) -> str | None:
    said = _allergy_words(facts)
    if any(word in said for word in _MILK_WORDS):
        return _("The allergy list names cow milk protein, of which this product may hold traces.")
    return None


def _infection(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.time_out.infection_at_site:
        return _("An infection or marked inflammation is recorded at a planned site.")
    return None


def _nerve_disease(rule: SafetyRule, facts: VisitFacts) -> str | None:
    prefixes = rule.threshold.get("icd10_prefixes")
    coded = isinstance(prefixes, list | tuple) and any(
        code.startswith(tuple(prefixes)) for code in facts.diagnoses
    )
    if coded or facts.time_out.neuromuscular_disease:
        return _("A disease of the neuromuscular junction or the motor neuron is recorded.")
    return None


def _pregnant(rule: SafetyRule, facts: VisitFacts) -> str | None:
    answers = facts.time_out
    if answers.pregnant:
        return _("The patient is pregnant.")
    if answers.could_be_pregnant and answers.pregnant is None:
        return _("The patient could be pregnant and it is not known whether she is.")
    return None


def _breast_feeding(rule: SafetyRule, facts: VisitFacts) -> str | None:
    return _("The patient is breast-feeding.") if facts.time_out.breast_feeding else None


def _agents(facts: VisitFacts, groups: Iterable[str]) -> tuple[str, ...]:
    listed = facts.catalog.general.get("products.interaction")
    wanted, agents = set(groups), []
    for entry in listed if isinstance(listed, list | tuple) else ():
        if entry["id"] in wanted:
            agents += [str(agent).lower() for agent in entry["agents"]]
    return tuple(agents)


def _taken(facts: VisitFacts, groups: Iterable[str]) -> tuple[str, ...]:
    agents = _agents(facts, groups)
    return tuple(m for m in facts.medicines if any(agent in m.lower() for agent in agents))


def _groups_of(rule: SafetyRule) -> tuple[str, ...]:
    groups = rule.threshold.get("groups")
    return tuple(groups) if isinstance(groups, list | tuple) else ()


def _interacting(rule: SafetyRule, facts: VisitFacts) -> str | None:
    taken = _taken(facts, _groups_of(rule))
    if not taken and rule.id == "interacting_drugs_strong" and facts.time_out.interacting_medicine:
        return _("A medicine is taken that can add to the effect of toxin.")
    if not taken:
        return None
    return _("The medicine list has {medicines}, which can add to the effect of toxin.").format(
        medicines=", ".join(taken)
    )


def _anticoagulant(rule: SafetyRule, facts: VisitFacts) -> str | None:
    taken = _taken(facts, ("anticoagulants",))
    if not taken and not facts.time_out.anticoagulant:
        return None
    words = _("An anticoagulant or antiplatelet is taken.")
    inr = facts.time_out.inr
    if inr is not None and inr > threshold(rule, "inr_warn_above"):
        words += " " + _("INR {inr}.").format(inr=number(inr))
    deep = rule.threshold.get("deep_sites")
    sites = [s for s in facts.units_by_site() if isinstance(deep, list | tuple) and s in deep]
    if sites:
        names = ", ".join(facts.catalog.sites[s].name for s in sites if s in facts.catalog.sites)
        words += " " + _("Deep sites are planned: {sites}.").format(sites=names)
    return words


def _heart(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.time_out.cardiovascular_disease:
        return _("Cardiovascular disease is recorded.")
    return None


def _breathing(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.time_out.respiratory_compromise:
        return _("Chronic trouble with breathing is recorded.")
    return None


def _cornea(rule: SafetyRule, facts: VisitFacts) -> str | None:
    listed = rule.threshold.get("sites")
    near_eye = any(s in listed for s in facts.units_by_site() if isinstance(listed, list | tuple))
    if near_eye and facts.time_out.eye_surface_at_risk:
        return _("Facial palsy, a dry eye or a numb cornea is recorded, with points by the eye.")
    return None


def _surgery(rule: SafetyRule, facts: VisitFacts) -> str | None:
    planned = facts.time_out.surgery_planned_on
    if planned is None:
        return None
    if 0 <= (planned - facts.treatment.day).days <= threshold_days(rule, "window_days"):
        return _("An operation is planned on {day}. Tell the anaesthetist.").format(
            day=day(planned)
        )
    return None


def _joint(rule: SafetyRule, facts: VisitFacts) -> str | None:
    kinds, sites = rule.threshold.get("site_kinds"), facts.catalog.sites
    into_joint = any(
        s in sites and isinstance(kinds, list | tuple) and sites[s].kind in kinds
        for s in facts.units_by_site()
    )
    if into_joint and facts.time_out.joint_infection_or_prosthesis:
        return _("A joint is planned that may be infected or holds a prosthesis.")
    return None


def _swallowing_history(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if not facts.time_out.swallowing_or_breathing_problem:
        return None
    planned = [s for s in facts.units_by_site() if _risks_swallowing(rule, facts, s)]
    if not planned:
        return None
    names = ", ".join(facts.catalog.sites[s].name for s in planned)
    return _("Trouble with swallowing or breathing is recorded, and {sites} is planned.").format(
        sites=names
    )


def _risks_swallowing(rule: SafetyRule, facts: VisitFacts, site_id: SiteId) -> bool:
    site = facts.catalog.sites.get(site_id)
    if site is None or site.id in SHOULDER_SITES:
        return False
    listed = {
        key: values if isinstance(values, list | tuple) else ()
        for key, values in rule.threshold.items()
    }
    return (
        site.region in listed.get("regions", ())
        or site.kind in listed.get("site_kinds", ())
        or site.id in listed.get("sites", ())
    )


def _weight(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.weight_kg is None or facts.weight_day is None:
        return _("The patient is under 18 and no weight is recorded.")
    old = (facts.treatment.day - facts.weight_day).days
    limit = threshold_days(rule, "max_weight_age_days")
    if old > limit:
        return _("The weight is {old} days old. It must not be older than {limit} days.").format(
            old=old, limit=limit
        )
    return None


def _events_not_asked(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if not facts.prior or facts.time_out.adverse_events_asked:
        return None
    last = facts.prior[-1].day
    if any(e.onset >= last for e in facts.adverse_events if not e.voided):
        return None
    return _("Adverse events since {day} were not asked about.").format(day=day(last))


def _urgent_event_open(rule: SafetyRule, facts: VisitFacts) -> str | None:
    terms = facts.catalog.adverse_event_terms
    for event in facts.adverse_events:
        urgent = event.serious or (event.term in terms and terms[event.term].urgent)
        if urgent and event.resolved is None and not event.voided:
            name = terms[event.term].name if event.term in terms else str(event.term)
            return _("{event} since {day} is urgent and still open.").format(
                event=name, day=day(event.onset)
            )
    return None


EVALUATORS: Mapping[str, Evaluator] = {
    "allergy_toxin": _allergy_to_product,
    "allergy_cow_milk": _allergy_to_milk,
    "infection_at_site": _infection,
    "nmj_disease": _nerve_disease,
    "pregnancy": _pregnant,
    "lactation": _breast_feeding,
    "anticoagulation": _anticoagulant,
    "interacting_drugs_strong": _interacting,
    "interacting_drugs_mild": _interacting,
    "cardiovascular_daxi": _heart,
    "respiratory_compromise": _breathing,
    "seventh_nerve_cornea": _cornea,
    "surgery_planned": _surgery,
    "intra_articular_infection": _joint,
    "dysphagia_history_neck": _swallowing_history,
    "paed_weight_missing": _weight,
    "ae_followup_missing": _events_not_asked,
    "serious_ae_open": _urgent_event_open,
}
