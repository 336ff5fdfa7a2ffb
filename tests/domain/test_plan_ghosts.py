"""Suggested points never leak: not into totals, not into records, whatever is confirmed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from outcomes_app import catalog as catalogs
from outcomes_app.domain import plan as plans
from outcomes_app.domain import visit_draft
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.plan_totals import totals
from outcomes_app.domain.treatment import Guidance, Treatment, TreatmentStatus
from outcomes_app.domain.values import ProductId, ProtocolId
from tests import factories

CATALOG = catalogs.load()


def earlier() -> Treatment:
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    plan = plans.place_protocol(Plan(product=ProductId("ona")), protocol, CATALOG.sites)
    return factories.treatment(
        factories.patient().id,
        guidance=Guidance.EMG,
        injections=tuple(replace(i, guidance=None) for i in plans.injections(plan)),
    )


EARLIER = earlier()


@given(chosen=st.sets(st.integers(min_value=0, max_value=30)))
def test_only_confirmed_points_count_and_are_stored(chosen: set[int]) -> None:
    draft = visit_draft.new_draft(EARLIER.patient_id, EARLIER.indication, date(2026, 11, 20))
    draft = visit_draft.repeated(draft, EARLIER)
    ids = [draft.plan.points[i].id for i in sorted(chosen)]
    draft = replace(draft, plan=plans.confirm(draft.plan, ids))

    stored = visit_draft.treatment_of(draft, date(2026, 11, 20))
    assert [i.id for i in stored.injections] == [p.id for p in draft.plan.of(ids)]
    assert totals(draft.plan).overall.units == draft.given == 5 * len(chosen)
    assert (stored.dose.units if stored.dose else Decimal(0)) == draft.given
    codes = {p.code for p in visit_draft.problems_of(draft)}
    assert ("plan.not_confirmed" in codes) is (len(chosen) < 31)


def test_a_repeat_keeps_how_the_needle_was_guided() -> None:
    draft = visit_draft.new_draft(EARLIER.patient_id, EARLIER.indication, date(2026, 11, 20))
    draft = visit_draft.repeated(draft, EARLIER)
    assert {p.guidance for p in draft.plan.points} == {Guidance.EMG}


def test_a_treatment_that_was_replaced_or_voided_is_not_repeated() -> None:
    draft = visit_draft.new_draft(EARLIER.patient_id, EARLIER.indication, date(2026, 11, 20))
    patient = factories.patient(id=EARLIER.patient_id)
    for status in (TreatmentStatus.AMENDED, TreatmentStatus.VOIDED, TreatmentStatus.DRAFT):
        course = factories.course(patient=patient, treatments=(replace(EARLIER, status=status),))
        assert visit_draft.previous_treatment(draft, course) is None
