"""The rules of one treatment: product, points, sides, vials and dose ceilings.

`checks.check_treatment` is the door; the rules are here because they are the longest.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.definitions import DoseLimit, Product, Site
from outcomes_app.domain.patient_facts import given_problems
from outcomes_app.domain.treatment import Injection, Treatment, TreatmentStatus, VialUse
from outcomes_app.domain.values import Dose, Problem, ProductId, Severity
from outcomes_app.text import _, age_in_years, day, number, units

_ADULT_YEARS = 18
_MOST_DECIMALS = 2


def treatment_problems(
    treatment: Treatment,
    catalog: Catalog,
    birth_date: date | None,
    jurisdiction: str,
    *,
    ceilings: bool = True,
) -> Iterator[Problem]:
    """Everything but dates and texts that is wrong with a treatment; `ceilings` = dose limits of
    the product as well."""
    yield from _named_in_catalog(treatment, catalog)
    yield from _dose_stated(treatment)
    seen = set()
    for index, injection in enumerate(treatment.injections):
        path = f"injections.{index}"
        if injection.id in seen:
            yield Problem(
                field=path,
                code="point_twice",
                message=_("This point stands twice in the treatment. Remove one."),
            )
        seen.add(injection.id)
        yield from _injection_problems(path, injection, treatment.product, catalog)
    for index, given in enumerate(treatment.time_out.toxin_elsewhere or ()):
        yield from given_problems(f"time_out.toxin_elsewhere.{index}", given, catalog)
    product = catalog.products.get(treatment.product) if treatment.product else None
    for index, vial in enumerate(treatment.vials):
        yield from _vial_problems(f"vials.{index}", vial, treatment, product)
    if product is not None and ceilings:
        yield from _product_problems(treatment, product, birth_date, jurisdiction)


def _named_in_catalog(treatment: Treatment, catalog: Catalog) -> Iterator[Problem]:
    if treatment.indication not in catalog.indications:
        yield _unknown("indication", treatment.indication, _("indication"))
    if treatment.protocol is not None and treatment.protocol not in catalog.protocols:
        yield _unknown("protocol", treatment.protocol, _("protocol"))
    if treatment.product is None:
        if treatment.status is not TreatmentStatus.DRAFT:
            yield Problem(
                field="product",
                code="product_missing",
                message=_(
                    "No product is chosen, and units mean nothing without one. Choose the product."
                ),
            )
    elif treatment.product not in catalog.products:
        yield _unknown("product", treatment.product, _("product"))


def _dose_stated(treatment: Treatment) -> Iterator[Problem]:
    stated = treatment.stated_total
    if treatment.placebo and (treatment.injections or stated is not None):
        yield Problem(
            field="placebo",
            code="placebo_with_dose",
            message=_(
                "A placebo treatment has no dose of toxin. Remove the units or the placebo mark."
            ),
        )
        return
    if stated is not None:
        yield from _dose_problems("stated_total", stated, treatment.product)
    elif not treatment.injections and not treatment.placebo:
        yield Problem(
            field="injections",
            code="dose_unknown",
            severity=Severity.INFO,
            message=_(
                "No point and no total is entered, so the dose counts as unknown. Place the points "
                "or enter the total."
            ),
        )
    if stated is not None and treatment.injections:
        given = sum((i.dose.units for i in treatment.injections), Decimal(0))
        if given.is_finite() and stated.units.is_finite() and given != stated.units:
            yield Problem(
                field="stated_total",
                code="total_differs",
                severity=Severity.CHECK,
                message=_(
                    "The points add up to {given}, but the total says {stated}. The points count; "
                    "correct one of them."
                ).format(given=units(given), stated=units(stated.units)),
            )


def _injection_problems(
    path: str, injection: Injection, product: ProductId | None, catalog: Catalog
) -> Iterator[Problem]:
    yield from _dose_problems(f"{path}.dose", injection.dose, product)
    site = catalog.sites.get(injection.site)
    if site is None:
        yield _unknown(f"{path}.site", injection.site, _("injection site"))
    elif injection.side not in site.sides:
        yield _impossible_side(f"{path}.side", injection, site)
    place = injection.placement
    if place is None:
        return
    if place.view not in catalog.views:
        yield _unknown(f"{path}.placement.view", place.view, _("view of the body map"))
    if not (0 <= place.x <= 1 and 0 <= place.y <= 1):
        yield Problem(
            field=f"{path}.placement",
            code="off_the_map",
            message=_("The point lies outside the picture. Place it again on the body map."),
        )


def _impossible_side(field: str, injection: Injection, site: Site) -> Problem:
    return Problem(
        field=field,
        code="side_impossible",
        message=_("{site} cannot be injected on the side “{side}”. Choose {sides}.").format(
            site=site.name, side=_(injection.side), sides=_(" or ").join(_(s) for s in site.sides)
        ),
    )


def _dose_problems(field: str, dose: Dose, product: ProductId | None) -> Iterator[Problem]:
    if product is not None and dose.product != product:
        yield Problem(
            field=field,
            code="other_product",
            message=_(
                "These units are of another product than the treatment. Units are never converted: "
                "enter the dose again for the product that was given."
            ),
        )
    if not dose.units.is_finite() or dose.units <= 0:
        yield Problem(
            field=field,
            code="units_not_positive",
            message=_("The units must be a number above 0. Enter the dose or remove the point."),
        )
    elif _decimals(dose.units) > _MOST_DECIMALS:
        yield Problem(
            field=field,
            code="units_too_fine",
            message=_(
                "{units} has more than two decimals, finer than any syringe. Round the dose."
            ).format(units=dose.units),
        )


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _vial_problems(
    path: str, vial: VialUse, treatment: Treatment, product: Product | None
) -> Iterator[Problem]:
    treated = treatment.day
    if vial.expiry is not None and vial.expiry < treated:
        yield Problem(
            field=f"{path}.expiry",
            code="lot_expired",
            # What was given long ago cannot be taken back, so it is recorded as it was.
            severity=Severity.CHECK if treatment.back_entered else Severity.ERROR,
            message=_(
                "Lot {lot} expired on {expiry}, before the treatment of {day}. Use another vial or "
                "correct the date."
            ).format(lot=vial.lot or "?", expiry=day(vial.expiry), day=day(treated)),
        )
    for field, amount, word in (
        ("diluent_ml", vial.diluent_ml, _("volume of diluent")),
        ("vial_units", vial.vial_units, _("size of the vial")),
        ("vials", _opened_vials(vial), _("number of vials")),
    ):
        # A ready-made solution needs no diluent: 0 is right only there.
        if amount is None or (field == "diluent_ml" and amount == 0 and _is_ready_made(product)):
            continue
        if not amount.is_finite() or amount <= 0:
            yield Problem(
                field=f"{path}.{field}",
                code="not_positive",
                message=_("The {word} must be above 0. Correct the number.").format(word=word),
            )
    yield from _discard_problems(path, vial)
    if product and vial.vial_units and vial.vial_units not in product.vial_sizes:
        yield _unknown_size(f"{path}.vial_units", vial.vial_units, product)


def _opened_vials(vial: VialUse) -> Decimal | None:
    """How many vials were opened; none may have been where an open one was brought."""
    return None if vial.vials == 0 and vial.brought_units else Decimal(vial.vials)


def _unknown_size(field: str, size: Decimal, product: Product) -> Problem:
    return Problem(
        field=field,
        code="vial_size_unknown",
        severity=Severity.CHECK,
        message=_(
            "No vial of {product} with {size} is known ({known}). Check the size on the box."
        ).format(
            product=product.name,
            size=units(size) if size.is_finite() else "?",
            known=", ".join(number(v) for v in product.vial_sizes),
        ),
        source=product.provenance.named,
        verified=product.provenance.verified,
    )


def _is_ready_made(product: Product | None) -> bool:
    return product is not None and "ready-to-use" in str(product.details.get("form", ""))


def _discard_problems(path: str, vial: VialUse) -> Iterator[Problem]:
    held = None if vial.opened_units is None else vial.opened_units + (vial.brought_units or 0)
    for field, amount, word in (
        ("discarded_units", vial.discarded_units, _("discarded")),
        ("injected_units", vial.injected_units, _("injected")),
        ("carried_units", vial.carried_units, _("kept")),
    ):
        if amount is None:
            continue
        too_much = held is not None and amount.is_finite() and amount > held
        if not amount.is_finite() or amount < 0 or too_much:
            yield Problem(
                field=f"{path}.{field}",
                code=f"{field.removesuffix('_units')}_impossible",
                message=_(
                    "The {word} units must lie between 0 and what the vials held. Correct the "
                    "number."
                ).format(word=word),
            )
    brought = vial.brought_units
    if brought is not None and not (brought.is_finite() and brought >= 0):
        yield Problem(
            field=f"{path}.brought_units",
            code="brought_impossible",
            message=_("The units brought from an open vial must be 0 or more. Correct the number."),
        )


def _product_problems(
    treatment: Treatment, product: Product, birth_date: date | None, jurisdiction: str
) -> Iterator[Problem]:
    if product.cosmetic_only:
        yield Problem(
            field="product",
            code="cosmetic_only",
            severity=Severity.CHECK,
            message=_(
                "{product} is authorised for cosmetic use only. Choose another product or give a "
                "reason."
            ).format(product=product.name),
            source=product.cosmetic_provenance.named,
            verified=product.cosmetic_provenance.verified,
        )
    age = age_in_years(birth_date, treatment.day) if birth_date else _ADULT_YEARS
    population = "adult" if age >= _ADULT_YEARS else "paediatric"
    for limit in product.dose_limits:
        if (
            limit.population == population
            and limit.jurisdiction in ("", jurisdiction)
            and (not limit.indications or treatment.indication in limit.indications)
        ):
            yield from _above(limit, treatment, product)


def _above(limit: DoseLimit, treatment: Treatment, product: Product) -> Iterator[Problem]:
    dose = (
        treatment.dose if all(i.dose.product == product.id for i in treatment.injections) else None
    )
    if limit.units is not None and dose is not None and _more(dose.units, limit.units):
        yield _ceiling("injections", _("The total"), dose.units, limit.units, limit)
    if limit.units_both_sides is not None and limit.site is not None:
        given = treatment.units_in(limit.site)
        if _more(given, limit.units_both_sides):
            what = _("The dose over both sides of this muscle")
            yield _ceiling("injections", what, given, limit.units_both_sides, limit)
    if limit.units_per_point is not None:
        for index, injection in enumerate(treatment.injections):
            if _more(injection.dose.units, limit.units_per_point):
                field, what = f"injections.{index}.dose", _("This point")
                yield _ceiling(field, what, injection.dose.units, limit.units_per_point, limit)


def _more(given: Decimal, allowed: Decimal) -> bool:
    return given.is_finite() and given > allowed


def _ceiling(field: str, what: str, given: Decimal, allowed: Decimal, limit: DoseLimit) -> Problem:
    known = limit.provenance
    return Problem(
        field=field,
        code=f"above_{limit.id}",
        severity=Severity.CHECK,
        message=_(
            "{what} is {given}, above the {allowed} stated for this product{wording}. Check the "
            "dose or give a reason."
        ).format(
            what=what,
            given=units(given),
            allowed=units(allowed),
            wording=f" ({limit.wording})" if limit.wording else "",
        ),
        source=known.named,
        verified=known.verified,
    )


def _unknown(field: str, value: str, what: str) -> Problem:
    return Problem(
        field=field,
        code="unknown",
        message=_("{value} is no {what} of the catalog. Choose one from the list.").format(
            value=value if value.isprintable() else "?", what=what
        ),
    )
