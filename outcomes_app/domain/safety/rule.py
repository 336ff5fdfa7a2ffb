"""What the evaluators of rules share: reading thresholds, and whether a rule applies at all."""

from collections.abc import Callable
from decimal import Decimal

from outcomes_app.domain.definitions import SafetyRule
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.values import SiteId

# Sites of the region "neck_shoulder" that belong to the shoulder: a dose there is counted as
# shoulder dose and does not threaten swallowing. An anatomical grouping, not a clinical figure.
SHOULDER_SITES = frozenset(
    map(
        SiteId,
        (
            "supraspinatus",
            "infraspinatus",
            "subscapularis",
            "teres_major",
            "teres_minor",
            "deltoid",
            "pectoralis_major",
            "pectoralis_minor",
            "latissimus_dorsi",
            "rhomboids",
        ),
    )
)

# Says the fact that makes the rule fire, or None where it does not.
Evaluator = Callable[[SafetyRule, VisitFacts], str | None]


def threshold(rule: SafetyRule, name: str) -> Decimal:
    """A number of the rule's threshold, exactly as the reference writes it."""
    return Decimal(str(rule.threshold[name]))


def threshold_or_none(rule: SafetyRule, name: str) -> Decimal | None:
    """The same where the rule may not have it."""
    return threshold(rule, name) if name in rule.threshold else None


def threshold_days(rule: SafetyRule, name: str = "days") -> int:
    """A threshold that counts days."""
    return int(threshold(rule, name))


def in_scope(rule: SafetyRule, facts: VisitFacts) -> bool:
    """Whether product, indication and population of the visit are those the rule is about."""
    products, indications = rule.scope.get("products"), rule.scope.get("indications")
    if isinstance(products, list | tuple) and facts.treatment.product not in products:
        return False
    if isinstance(indications, list | tuple) and facts.treatment.indication not in indications:
        return False
    population = rule.scope.get("population", "all")
    if population == "adult":
        return not facts.is_child
    return population != "paediatric" or facts.is_child
