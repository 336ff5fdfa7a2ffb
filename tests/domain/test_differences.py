"""What differs between two visits is exact, symmetric, and never subtracts across products."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.domain import differences, signing
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import ProductId, Side, SiteId
from tests import factories

ABO = ProductId("abo")

muscles = st.tuples(
    st.sampled_from(["frontalis", "temporalis", "procerus"]).map(SiteId),
    st.sampled_from(Side),
    st.decimals("0.05", "100", places=2),
)
plans = st.lists(muscles, max_size=6)
products = st.sampled_from([factories.ONA, ABO])


def treated(points: list[tuple[SiteId, Side, Decimal]], product: ProductId) -> Treatment:
    return factories.treatment(
        product=product,
        injections=tuple(
            factories.injection(site=site, side=side, dose=factories.dose(str(units), product))
            for site, side, units in points
        ),
    )


def sums(points: list[tuple[SiteId, Side, Decimal]]) -> dict[tuple[SiteId, Side], Decimal]:
    found: dict[tuple[SiteId, Side], Decimal] = {}
    for site, side, units in points:
        found[site, side] = found.get((site, side), Decimal(0)) + units
    return found


@given(plans, plans, products, products)
def test_muscles_are_compared_exactly_and_both_ways(
    before: list[tuple[SiteId, Side, Decimal]],
    after: list[tuple[SiteId, Side, Decimal]],
    one: ProductId,
    other: ProductId,
) -> None:
    first, second = treated(before, one), treated(after, other)
    there = differences.between_treatments(first, second)
    back = differences.between_treatments(second, first)

    assert there.same_product is (one == other)
    assert [(m.site, m.side, m.before, m.after) for m in there.muscles] == [
        (m.site, m.side, m.after, m.before) for m in back.muscles
    ]
    assert [(f.field, f.before, f.after) for f in there.fields] == [
        (f.field, f.after, f.before) for f in back.fields
    ]
    was, now = sums(before), sums(after)
    for muscle, mirrored in zip(there.muscles, back.muscles, strict=True):
        key = (muscle.site, muscle.side)
        if key in was and key in now and one != other:
            assert muscle.change is None
            assert mirrored.change is None
        else:
            assert muscle.change == now.get(key, Decimal(0)) - was.get(key, Decimal(0))
            assert mirrored.change == -muscle.change
    if one == other:
        changed = {k for k in was.keys() | now.keys() if was.get(k) != now.get(k)}
        assert {(m.site, m.side) for m in there.muscles} == changed


def test_a_visit_does_not_differ_from_itself_or_its_fresh_amendment() -> None:
    visit = factories.visit()
    assert not differences.between(visit, visit)
    assert not differences.between(visit, signing.amendment_of(visit))


def test_a_point_that_is_gone_moves_no_other() -> None:
    left, right = factories.injection(side=Side.LEFT, note="deep"), factories.injection()
    visit = factories.visit(treatment=factories.treatment(injections=(left, right)))
    shorter = replace(visit, treatment=replace(visit.treatment, injections=(right,)))
    found = differences.between(visit, shorter)
    assert {f.field.rpartition(".")[0] for f in found.fields} <= {
        "injections.frontalis.left.0",
        "injections.frontalis.left.0.placement",
    }
    assert ("injections.frontalis.left.0.note", "deep", None) in [
        (f.field, f.before, f.after) for f in found.fields
    ]


def test_fields_and_outcomes_are_named() -> None:
    visit = factories.visit()
    new = replace(
        visit,
        treatment=replace(
            visit.treatment, needle="27 G", vials=(factories.vial(lot="NEW"),), protocol=None
        ),
        assessments=(
            replace(visit.assessments[0], scores=(factories.score(12),)),
            replace(visit.assessments[1], scores=(factories.score(None, part="average"),)),
        ),
    )
    found = differences.between(visit, new)
    assert [(f.field, f.before, f.after) for f in found.fields] == [
        ("needle", "30 G, 13 mm", "27 G"),
        ("protocol", "preempt_fixed_155", None),
        ("vials.0.lot", "C7654C3", "NEW"),
    ]
    assert [(o.instrument, o.before, o.after, o.change) for o in found.outcomes] == [
        ("headache_days_28", Decimal(18), Decimal(12), Decimal(-6)),
        ("nrs_pain", Decimal(6), None, None),
    ]
