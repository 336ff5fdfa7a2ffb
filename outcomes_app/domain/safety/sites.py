"""Rules about where: muscle ranges, PREEMPT pattern, both sternocleidomastoids, side and lung."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from outcomes_app.domain.definitions import DoseRange, SafetyRule
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.rule import Evaluator, threshold
from outcomes_app.domain.values import ProductId, Side, SiteId
from outcomes_app.text import _, units

# Ranges that are not about one muscle on one side: the sum over both, or a single point.
_OWN_AMOUNT = ("both_sides", "site")
_PREEMPT = "preempt_fixed_155"
_FOLLOW_THE_PAIN = ("temporalis", "occipitalis", "trapezius_upper")
# ICD-10-CM families whose last digit names the side. In the first, 1 and 3 are the right (dominant
# or not) and 2 and 4 the left; in the second, 1 is the right and 2 the left.
_LIMB_FAMILIES = ("G81", "G83.1", "G83.2", "G83.3", "I69.33", "I69.34", "I69.35")
_JOINT_FAMILIES = ("M25.5", "M75", "M16.1", "M17.1", "M19.01", "G51.3")


def _site_name(facts: VisitFacts, site: SiteId) -> str:
    found = facts.catalog.sites.get(site)
    return found.name if found else str(site)


def _ranges(facts: VisitFacts, site: SiteId, product: ProductId) -> tuple[DoseRange, ...]:
    found = facts.catalog.sites.get(site)
    return tuple(d for d in found.doses if d.product == product) if found else ()


def _muscle_range(rule: SafetyRule, facts: VisitFacts) -> str | None:
    outside: dict[str, None] = {}
    for site, side in facts.units_by_muscle():
        compared = _compared(facts, site, Side(side), any_indication=False)
        if compared and all(c.is_outside for c in compared):
            first = compared[0]
            words = _("{place}: {given}, listed {low} to {high}").format(
                place=first.place,
                given=units(first.given),
                low=units(first.low) if first.low is not None else "–",
                high=units(first.high) if first.high is not None else "–",
            )
            outside[words] = None
    return "; ".join(outside) + "." if outside else None


def _muscle_far_above(rule: SafetyRule, facts: VisitFacts) -> str | None:
    factor, above = threshold(rule, "factor"), dict[str, None]()
    for site, side in facts.units_by_muscle():
        compared = _compared(facts, site, Side(side), any_indication=True)
        highs = [(c, c.high) for c in compared if c.high is not None]
        if highs and all(c.given > factor * high for c, high in highs):
            first, high = highs[0]
            words = _("{place}: {given}, highest listed {high}").format(
                place=first.place, given=units(first.given), high=units(high)
            )
            above[words] = None
    return "; ".join(above) + "." if above else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """A dose beside the ranges that are about the same: one side, both sides, or one point."""

    place: str
    given: Decimal
    low: Decimal | None
    high: Decimal | None

    @property
    def is_outside(self) -> bool:
        below = self.low is not None and self.given < self.low
        return below or (self.high is not None and self.given > self.high)


def _compared(
    facts: VisitFacts, site: SiteId, side: Side, *, any_indication: bool
) -> tuple[_Compared, ...]:
    """What was given in a muscle beside each kind of range listed for it."""
    product = facts.treatment.product
    groups: dict[str, list[DoseRange]] = {}
    for found in _ranges(facts, site, product) if product else ():
        if any_indication or found.indication in (None, facts.treatment.indication):
            groups.setdefault(found.per if found.per in _OWN_AMOUNT else "", []).append(found)
    name = _site_name(facts, site)
    one_side = _("{site} {side}").format(site=name, side=_(side))
    points = [p.dose.units for p in facts.treatment.injections if (p.site, p.side) == (site, side)]
    amounts = {
        "": (one_side, sum(points, Decimal(0))),
        "both_sides": (
            _("{site}, both sides").format(site=name),
            facts.units_by_site()[site],
        ),
        "site": (_("{place}, one point").format(place=one_side), max(points)),
    }
    return tuple(
        _Compared(
            place=amounts[per][0],
            given=amounts[per][1],
            low=min((r.minimum for r in ranges if r.minimum is not None), default=None),
            high=max((r.maximum for r in ranges if r.maximum is not None), default=None),
        )
        for per, ranges in groups.items()
    )


def _preempt_fixed(facts: VisitFacts) -> Mapping[SiteId, Decimal]:
    protocol = facts.catalog.protocols.get(_PREEMPT)  # type: ignore[call-overload]
    fixed: dict[SiteId, Decimal] = {}
    for point in protocol.points if protocol else ():
        fixed[point.site] = fixed.get(point.site, Decimal(0)) + point.units
    return fixed


def _preempt_muscle_most(rule: SafetyRule, facts: VisitFacts) -> str | None:
    fixed, given = _preempt_fixed(facts), facts.units_by_site()
    for site, amount in given.items():
        if site not in fixed:
            continue
        limit = threshold(rule, site) if site in _FOLLOW_THE_PAIN else fixed[site]
        if amount > limit:
            return _("{site}: {given} over both sides. The protocol gives at most {limit}.").format(
                site=_site_name(facts, site), given=units(amount), limit=units(limit)
            )
    extra = sum((given.get(s, Decimal(0)) - u for s, u in fixed.items()), Decimal(0))
    most = threshold(rule, "extra_units")
    if extra > most:
        return _("{extra} more than the fixed sites. The most extra is {limit}.").format(
            extra=units(extra), limit=units(most)
        )
    return None


def _preempt_incomplete(rule: SafetyRule, facts: VisitFacts) -> str | None:
    protocol = facts.treatment.protocol
    if protocol is None or not protocol.startswith("preempt"):
        return None
    given = facts.units_by_site()
    missing = [s for s in _preempt_fixed(facts) if s not in given]
    if missing:
        return _("Without {sites}, which the protocol has.").format(
            sites=", ".join(_site_name(facts, s) for s in missing)
        )
    muscles = facts.units_by_muscle()
    for site in given:
        if site in _FOLLOW_THE_PAIN:
            continue
        left = muscles.get((site, Side.LEFT.value), Decimal(0))
        right = muscles.get((site, Side.RIGHT.value), Decimal(0))
        if left != right:
            return _("{site}: right {right}, left {left}.").format(
                site=_site_name(facts, site), right=units(right), left=units(left)
            )
    return None


def _both_sternocleidomastoids(rule: SafetyRule, facts: VisitFacts) -> str | None:
    given = facts.units_by_site().get(SiteId("sternocleidomastoid"), Decimal(0))
    limit = threshold(rule, "units_both_sides")
    if given > limit:
        return _("{given} over both sternocleidomastoids. The limit is {limit}.").format(
            given=units(given), limit=units(limit)
        )
    return None


def _sternocleidomastoid_on_both_sides(rule: SafetyRule, facts: VisitFacts) -> str | None:
    muscles, site = facts.units_by_muscle(), SiteId("sternocleidomastoid")
    if all(muscles.get((site, s.value), Decimal(0)) > 0 for s in (Side.LEFT, Side.RIGHT)):
        return _(
            "Both sternocleidomastoids are treated, which raises the risk of trouble swallowing. "
            "Consider smaller doses, check swallowing, advise a soft diet."
        )
    return None


def _over_the_lung(rule: SafetyRule, facts: VisitFacts) -> str | None:
    listed = rule.threshold.get("sites")
    near = [s for s in facts.units_by_site() if isinstance(listed, list | tuple) and s in listed]
    if not near:
        return None
    return _("{sites} lies over the lung.").format(
        sites=", ".join(_site_name(facts, s) for s in near)
    )


def _side_in_code(code: str) -> Side | None:
    """The side an ICD-10-CM code names, where its family says so by a digit."""
    if code.startswith(_LIMB_FAMILIES):
        return {"1": Side.RIGHT, "3": Side.RIGHT, "2": Side.LEFT, "4": Side.LEFT}.get(code[-1])
    if code.startswith(_JOINT_FAMILIES):
        return {"1": Side.RIGHT, "2": Side.LEFT}.get(code[-1])
    return None


def _other_side_than_diagnosis(rule: SafetyRule, facts: VisitFacts) -> str | None:
    named = {s for s in map(_side_in_code, facts.diagnoses) if s}
    sided = {p.side for p in facts.treatment.injections} - {Side.MIDLINE}
    if len(named) != 1 or not sided or sided & named:
        return None
    return _("The diagnosis names the {named} side and every point lies on the {given}.").format(
        named=_(named.pop().value), given=_(sided.pop().value)
    )


EVALUATORS: Mapping[str, Evaluator] = {
    "per_muscle_range": _muscle_range,
    "per_muscle_hard": _muscle_far_above,
    "preempt_ftp_muscle_max": _preempt_muscle_most,
    "scm_total_ona_100": _both_sternocleidomastoids,
    "scm_bilateral": _sternocleidomastoid_on_both_sides,
    "pneumothorax_site": _over_the_lung,
    "laterality_mismatch": _other_side_than_diagnosis,
    "preempt_incomplete": _preempt_incomplete,
}
