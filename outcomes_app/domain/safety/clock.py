"""The toxin clock: everything given in the trailing window, here and elsewhere, by product."""

from collections.abc import Mapping
from decimal import Decimal

from outcomes_app.domain.definitions import SafetyRule
from outcomes_app.domain.safety.doses import first_session_words, most_on_a_side
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.rule import Evaluator, threshold, threshold_days
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _, number, units

_TWO_PRODUCTS = 2


def _product_name(facts: VisitFacts, product: ProductId | None = None) -> str:
    wanted = product or facts.treatment.product
    found = facts.catalog.products.get(wanted) if wanted else None
    return found.name if found else str(wanted or "")


def _trailing_above(rule: SafetyRule, facts: VisitFacts) -> str | None:
    product = facts.treatment.product
    if product is None:
        return None
    days = threshold_days(rule, "window_days")
    total, limit = facts.trailing_units(product, days), threshold(rule, "units")
    if total > limit:
        return _trailing_words(facts, total, days, limit)
    return None


def _trailing_words(facts: VisitFacts, total: Decimal, days: int, limit: Decimal) -> str:
    return _(
        "{total} of {product} in the last {days} days, counting today and toxin given "
        "elsewhere. The limit is {limit}."
    ).format(total=units(total), product=_product_name(facts), days=days, limit=units(limit))


def _trailing_near(rule: SafetyRule, facts: VisitFacts) -> str | None:
    above = facts.catalog.safety_rules["cum_ona_adult"]
    return None if _trailing_above(above, facts) else _trailing_above(rule, facts)


def _trailing_per_kg(rule: SafetyRule, facts: VisitFacts) -> str | None:
    if facts.weight_kg is None or facts.treatment.product is None:
        return None
    days = threshold_days(rule, "window_days")
    limit = min(threshold(rule, "units_per_kg") * facts.weight_kg, threshold(rule, "units"))
    total = facts.trailing_units(facts.treatment.product, days)
    return _trailing_words(facts, total, days, limit) if total > limit else None


def _bleph_eu(rule: SafetyRule, facts: VisitFacts) -> str | None:
    side_limit = threshold(rule, "first_session_units_per_side")
    if not facts.same_indication() and most_on_a_side(facts) > side_limit:
        return first_session_words(most_on_a_side(facts), side_limit)
    return _trailing_above(rule, facts)


def _other_product_lately(rule: SafetyRule, facts: VisitFacts) -> str | None:
    days, today = threshold_days(rule, "window_days"), facts.treatment.day
    here = {
        t.product
        for t in facts.prior
        if t.product != facts.treatment.product and 0 <= (today - t.day).days < days
    }
    elsewhere = [
        g
        for g in facts.elsewhere
        if g.product != facts.treatment.product and 0 <= (today - g.day).days < days
    ]
    names = sorted(_product_name(facts, p) for p in here if p)
    names += [_product_name(facts, g.product) or _("a toxin not named") for g in elsewhere]
    if not names:
        return None
    return _("{products} was given within {days} days, beside today's {product}.").format(
        products=", ".join(names), days=days, product=_product_name(facts)
    )


def _ceiling(facts: VisitFacts, product: ProductId) -> Decimal | None:
    """The product's own adult ceiling over the window, as its cumulative rule states it."""
    for rule in facts.catalog.safety_rules.values():
        if rule.kind == "cumulative_dose" and rule.id.endswith("_adult"):
            products = rule.scope.get("products")
            if isinstance(products, list | tuple) and product in products:
                return threshold(rule, "units")
    return None


def _fractions_of_ceilings(rule: SafetyRule, facts: VisitFacts) -> str | None:
    """Shares of each product's own ceiling are added; units of two products never are."""
    days = threshold_days(rule, "window_days")
    given = {t.product for t in facts.prior if t.product} | {facts.treatment.product}
    given |= {g.product for g in facts.elsewhere}
    shares = {}
    for product in given:
        ceiling = _ceiling(facts, product) if product else None
        total = facts.trailing_units(product, days) if product else Decimal(0)
        if product and ceiling and total > 0:
            shares[product] = total / ceiling
    if len(shares) < _TWO_PRODUCTS or sum(shares.values()) <= threshold(rule, "fraction"):
        return None
    words = ", ".join(
        _("{product} {percent} % of its limit").format(
            product=_product_name(facts, p), percent=number(s * 100, 0)
        )
        for p, s in sorted(shares.items())
    )
    return _("Within {days} days: {shares}. Together that is more than one full limit.").format(
        days=days, shares=words
    )


EVALUATORS: Mapping[str, Evaluator] = {
    "cum_ona_adult": _trailing_above,
    "cum_ona_adult_near": _trailing_near,
    "cum_ona_paediatric": _trailing_per_kg,
    "cum_abo_adult": _trailing_above,
    "cum_inco_adult": _trailing_above,
    "cum_rima_adult": _trailing_above,
    "cum_daxi_adult": _trailing_above,
    "cum_cross_product": _other_product_lately,
    "cum_cross_product_fraction": _fractions_of_ceilings,
    "session_ona_bleph_30_days": _trailing_above,
    "session_ona_bleph_eu_100": _bleph_eu,
}
