"""Rules about the outcome: is the diagnosis met, was there a baseline, does it still work."""

from collections.abc import Mapping
from itertools import pairwise

from outcomes_app.domain.definitions import SafetyRule
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.rule import Evaluator, threshold, threshold_days
from outcomes_app.text import _, number


def _criteria(rule: SafetyRule, facts: VisitFacts) -> str | None:
    seen = facts.evidence
    if seen.baseline_headache_days is not None and seen.baseline_headache_days < threshold(
        rule, "headache_days"
    ):
        return _("{days} headache days a month at baseline; chronic migraine has {least}.").format(
            days=number(seen.baseline_headache_days, 1),
            least=number(threshold(rule, "headache_days")),
        )
    if seen.baseline_migraine_days is not None and seen.baseline_migraine_days < threshold(
        rule, "migraine_days"
    ):
        return _("{days} migraine days a month at baseline; chronic migraine has {least}.").format(
            days=number(seen.baseline_migraine_days, 1),
            least=number(threshold(rule, "migraine_days")),
        )
    months = seen.months_of_headache
    if months is not None and months <= threshold(rule, "months_more_than"):
        return _("Headache for {months} months; chronic migraine needs more than {least}.").format(
            months=number(months), least=number(threshold(rule, "months_more_than"))
        )
    return None


def _no_baseline(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.same_indication():
        return None
    seen, needed = facts.evidence, threshold_days(rule, "diary_days")
    if seen.baseline_headache_days is not None or (seen.baseline_diary_days or 0) >= needed:
        return None
    return _(
        "First treatment, and neither {days} diary days nor a monthly count is recorded as "
        "baseline. Later response could not be shown."
    ).format(days=needed)


def _review(rule: SafetyRule, facts: VisitFacts) -> str | None:
    sessions, fall = len(facts.same_indication()), facts.evidence.percent_fall_now
    limit = threshold(rule, "percent")
    if sessions >= threshold(rule, "min_sessions") and fall is not None and fall < limit:
        return _(
            "{fall} % fewer headache days after {n} treatments; review asks for {limit} %."
        ).format(fall=number(fall, 1), n=sessions, limit=number(limit))
    return None


def _overuse(rule: SafetyRule, facts: VisitFacts) -> str | None:
    seen = facts.evidence
    if seen.months_of_overuse is None or seen.months_of_overuse <= threshold(rule, "months"):
        return None
    for days, limit in (
        (seen.specific_medicine_days, threshold(rule, "combination_days")),
        (seen.simple_analgesic_days, threshold(rule, "simple_days")),
    ):
        if days is not None and days >= limit:
            return _("Acute medicine on {days} days a month; overuse begins at {limit}.").format(
                days=number(days, 1), limit=number(limit)
            )
    return None


def _worn_thin(rule: SafetyRule, facts: VisitFacts) -> str | None:
    needed, least = threshold_days(rule, "sessions"), threshold(rule, "response_fall_percent")
    falls = facts.evidence.falls_by_session
    recent, earlier = falls[-needed:], falls[:-needed]
    if len(recent) < needed or any(f is None or f >= least for f in recent):
        return None
    if not any(f is not None and f >= least for f in earlier):
        return None
    doses = [t.dose for t in facts.same_indication()[-needed:]]
    if any(a and b and a.product == b.product and b < a for a, b in pairwise(doses)):
        return None
    return _(
        "A good response before, and little or none after the last {n} treatments. Consider "
        "technique, dose, a test injection and antibodies."
    ).format(n=needed)


EVALUATORS: Mapping[str, Evaluator] = {
    "cm_criteria": _criteria,
    "cm_no_baseline": _no_baseline,
    "cm_response_review": _review,
    "medication_overuse": _overuse,
    "secondary_nonresponse": _worn_thin,
}
