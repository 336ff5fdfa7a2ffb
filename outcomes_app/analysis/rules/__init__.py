"""Response and continuation rules: a course in, one verdict per rule out, side by side.

Every rule of the catalog has one evaluator in EVALUATORS; what it compares with are the rule's
parameters, which a local rulebook may change.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryRules
from outcomes_app.analysis.rules import (
    bands,
    benefit,
    effects,
    ehf,
    goals,
    history,
    low_months,
    movement,
    nice,
    overuse,
    pain,
    sweating,
)
from outcomes_app.analysis.rules.facts import (
    NO_FACTS,
    EnteredEffect,
    Goal,
    RuleFacts,
    preventives_failed,
)
from outcomes_app.analysis.rules.question import Question, ask
from outcomes_app.analysis.rules.rulebook import ParameterChange, Rulebook, edition, rules_for
from outcomes_app.analysis.rules.verdict import (
    Criterion,
    Figure,
    Note,
    Origin,
    ParameterUsed,
    State,
    Verdict,
    WindowRead,
)
from outcomes_app.analysis.rules.verdict_json import as_data, from_json, to_json
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import ResponseRule

__all__ = [
    "EVALUATORS",
    "NO_FACTS",
    "Criterion",
    "EnteredEffect",
    "Figure",
    "Goal",
    "Note",
    "Origin",
    "ParameterChange",
    "ParameterUsed",
    "RuleFacts",
    "Rulebook",
    "State",
    "Verdict",
    "WindowRead",
    "as_data",
    "edition",
    "from_json",
    "preventives_failed",
    "rules_for",
    "to_json",
    "verdict",
    "verdicts",
]

EVALUATORS: Mapping[str, Callable[[Question], Verdict]] = {
    "nice_ta260_eligibility": nice.eligibility,
    "nice_ta260_negative_stop": nice.negative_stop,
    "nice_ta260_positive_stop": low_months.positive_stop,
    "ehf_2018_nonresponse": ehf.nonresponse,
    "ehf_2018_stop_when_low": low_months.stop_when_low,
    "ahs_continuation": benefit.ahs,
    "us_payer_7d_100h": benefit.us_payer,
    "ihs_responder_bands": bands.responder_bands,
    "preempt_first_response_by_cycle": bands.first_response,
    "uk_cgrp_comparator": bands.uk_cgrp,
    "medication_overuse": overuse.medication_overuse,
    "headache_wear_off": effects.headache_wear_off,
    "onset_peak_duration": effects.onset_peak_duration,
    "secondary_nonresponse": history.secondary_nonresponse,
    "cd_twstrs": movement.cervical_dystonia,
    "spasticity_mas": movement.spasticity_tone,
    "spasticity_das": movement.spasticity_target,
    "gas_goal": goals.goal_attainment,
    "blepharospasm": movement.blepharospasm,
    "hyperhidrosis_hdss": sweating.hdss,
    "pain_immpact": pain.immpact,
    "pgic_generic": goals.global_impression,
    "interval_adherence": history.interval_adherence,
}


def verdicts(
    course: PatientCourse,
    rules: Iterable[ResponseRule],
    facts: RuleFacts = NO_FACTS,
    *,
    on: date,
    indication: str = "",
    diary_rules: DiaryRules = CLINIC_RULES,
) -> tuple[Verdict, ...]:
    """The verdict of each rule on a course as it was known on a day, in the order of the rules.

    `rules` are usually those of `rules_for(catalog, indication)`; without an `indication` that of
    the latest treatment is meant.
    """
    return tuple(
        verdict(course, rule, facts, on=on, indication=indication, diary_rules=diary_rules)
        for rule in rules
    )


def verdict(
    course: PatientCourse,
    rule: ResponseRule,
    facts: RuleFacts = NO_FACTS,
    *,
    on: date,
    indication: str = "",
    diary_rules: DiaryRules = CLINIC_RULES,
) -> Verdict:
    """The verdict of one rule."""
    question = ask(rule, course, facts, on=on, indication=indication, diary_rules=diary_rules)
    return EVALUATORS[rule.id](question)
