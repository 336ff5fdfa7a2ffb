"""Suggested points never leak: they are not counted, stored, signed or billed before somebody
confirms them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.domain import history, visit_draft, visit_json
from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan_totals import totals
from outcomes_app.domain.treatment import Injection, TreatmentStatus
from outcomes_app.domain.values import Side
from tests import factories

DAY = date(2026, 11, 20)

doses = st.lists(
    st.tuples(st.decimals("0.05", "400", places=2), st.sampled_from([Side.LEFT, Side.RIGHT])),
    min_size=1,
    max_size=8,
)


def points_of(given_doses: list[tuple[Decimal, Side]]) -> tuple[Injection, ...]:
    return tuple(
        factories.injection(dose=factories.dose(str(units)), side=side)
        for units, side in given_doses
    )


@given(doses, st.data())
def test_only_confirmed_points_are_counted_or_stored(
    earlier: list[tuple[Decimal, Side]], data: st.DataObject
) -> None:
    previous = factories.treatment(injections=points_of(earlier))
    ghosts = plans.ghosts(previous)
    chosen = data.draw(st.sets(st.sampled_from([p.id for p in ghosts.points])))

    plan = plans.confirm(ghosts, chosen)

    draft = visit_draft.new_draft(previous.patient_id, previous.indication, DAY, plan)
    visit = visit_draft.visit_of(draft, DAY)
    real = [p for p in plan.points if p.id in chosen]
    units = sum((p.units for p in real if p.units), Decimal(0))
    assert {i.id for i in visit.treatment.injections} == chosen
    assert draft.given == units
    assert totals(plan).overall.units == units
    assert totals(plan).overall.points == len(chosen)
    assert visit.treatment.dose is None or visit.treatment.dose.units == units
    again = visit_json.from_json(visit_json.to_json(history.begin(draft))).state
    assert [p.confirmed for p in again.plan.points] == [p.id in chosen for p in plan.points]


@given(doses)
def test_ghosts_have_ids_of_their_own(earlier: list[tuple[Decimal, Side]]) -> None:
    previous = factories.treatment(injections=points_of(earlier))
    ghosts = plans.ghosts(previous)
    assert not {p.id for p in ghosts.points} & {i.id for i in previous.injections}
    assert plans.injections(ghosts) == ()
    everything = plans.injections(plans.confirm(ghosts))
    assert [i.dose for i in everything] == [i.dose for i in previous.injections]


def test_a_repeat_brings_the_signed_treatment_as_suggestions() -> None:
    patient = factories.patient()
    signed = factories.treatment(patient.id, status=TreatmentStatus.SIGNED)
    later = factories.treatment(patient.id, day=date(2026, 10, 1))
    course = factories.course(patient=patient, treatments=(signed, later))
    draft = visit_draft.new_draft(patient.id, signed.indication, DAY)
    assert visit_draft.last_signed(draft, course) == signed
    again = visit_draft.repeated(draft, signed)
    assert again.plan.product == signed.product
    assert visit_draft.visit_of(again, DAY).treatment.injections == ()


def test_a_repeat_brings_no_lot_and_no_ledger_of_last_time() -> None:
    used = factories.vial(
        injected_units=Decimal(155),
        carried_units=Decimal(1),
        brought_units=Decimal(2),
        discard_witness="N",
        reconstituted_at=factories.NOW,
    )
    previous = factories.treatment(vials=(used,))
    draft = visit_draft.new_draft(previous.patient_id, previous.indication, DAY)
    vial = visit_draft.repeated(draft, previous).vial
    fresh = replace(factories.vial(), lot="", expiry=None, discarded_units=None, discard_reason="")
    assert vial == fresh
