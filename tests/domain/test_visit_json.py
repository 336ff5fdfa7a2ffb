"""A draft comes back from its text exactly, with every step that can be undone or redone."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.domain import history, signing, visit_draft, visit_json
from outcomes_app.domain import plan as plans
from outcomes_app.domain.history import History
from outcomes_app.domain.json_values import from_plain, to_plain
from outcomes_app.domain.plan import Plan, PlanPoint
from outcomes_app.domain.time_out import GivenElsewhere, TimeOut
from outcomes_app.domain.treatment import Acknowledgement, Guidance, VialUse, Visit
from outcomes_app.domain.values import (
    InjectionId,
    ProductId,
    Side,
    SiteId,
    ViewId,
)
from outcomes_app.domain.visit_draft import Answer, VisitDraft
from tests import factories

texts = st.text(max_size=8)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
moments = st.datetimes(timezones=st.just(UTC))
amounts = st.none() | st.decimals("0", "9999", places=2)
fractions = st.integers(0, 10_000).map(lambda n: n / 10_000)

points = st.builds(
    PlanPoint,
    id=st.uuids().map(InjectionId),
    site=st.sampled_from(["frontalis", "temporalis"]).map(SiteId),
    side=st.sampled_from(Side),
    units=amounts,
    placement=st.none()
    | st.builds(plans.placed, st.just(ViewId("face_front")), fractions, fractions),
    label=texts,
    note=texts,
    guidance=st.none() | st.sampled_from(Guidance),
    depth=texts,
    confirmed=st.booleans(),
)
vials = st.builds(
    VialUse,
    lot=texts,
    expiry=st.none() | days,
    vial_units=amounts,
    vials=st.integers(0, 9),
    discarded_units=amounts,
    discard_witness=texts,
    injected_units=amounts,
    reconstituted_at=st.none() | moments,
)
elsewhere = st.builds(
    GivenElsewhere, day=days, product=st.none() | st.just(ProductId("abo")), units=amounts
)
time_outs = st.builds(
    TimeOut,
    pregnant=st.none() | st.booleans(),
    inr=amounts,
    surgery_planned_on=st.none() | days,
    toxin_elsewhere=st.none() | st.lists(elsewhere, max_size=2).map(tuple),
)
answers = st.builds(
    Answer, instrument=st.just("hit6"), part=texts, value=st.decimals("-5", "99", places=1)
)
reasons = st.builds(Acknowledgement, code=texts, reason=texts, rule_version=texts, fact=texts)


def drafts_of(stored: VisitDraft) -> st.SearchStrategy[VisitDraft]:
    plan = st.builds(
        Plan,
        product=st.none() | st.just(factories.ONA),
        points=st.lists(points, max_size=4, unique_by=lambda p: p.id).map(tuple),
    )
    return st.builds(
        replace,
        st.just(stored),
        day=st.none() | days,
        plan=plan,
        vial=vials,
        more_vials=st.lists(vials, max_size=2).map(tuple),
        answers=st.lists(answers, max_size=2).map(tuple),
        no_adverse_events=st.booleans(),
        reasons=st.lists(reasons, max_size=2).map(tuple),
        note=texts,
        time_out=time_outs,
        back_entered=st.booleans(),
    )


def a_stored_draft() -> VisitDraft:
    visit = factories.visit()
    course = factories.course(
        patient=factories.patient(id=visit.treatment.patient_id),
        treatments=(visit.treatment,),
        assessments=visit.assessments,
        adverse_events=visit.adverse_events,
    )
    return visit_draft.draft_of(visit.treatment, course)


STORED = a_stored_draft()


@given(
    st.lists(st.tuples(drafts_of(STORED), texts), min_size=1, max_size=5),
    st.integers(0, 4),
)
def test_a_history_comes_back_the_same(steps: list[tuple[VisitDraft, str]], undone: int) -> None:
    line: History[VisitDraft] = history.begin(steps[0][0])
    for draft, deed in steps[1:]:
        line = line.did(draft, deed)
    for _step in range(undone):
        line = line.undo()

    assert visit_json.from_json(visit_json.to_json(line)) == line


@given(drafts_of(STORED))
def test_the_same_history_has_one_text(draft: VisitDraft) -> None:
    line = history.begin(draft)
    text = visit_json.to_json(line)
    assert visit_json.to_json(visit_json.from_json(text)) == text


def test_a_long_afternoon_of_edits_stays_small() -> None:
    plan = Plan(
        product=factories.ONA,
        points=tuple(
            plans.new_point(SiteId("frontalis"), Side.LEFT, Decimal(5), None) for _n in range(60)
        ),
    )
    line = history.begin(replace(STORED, plan=plan))
    for number, point in enumerate(plan.points * 5):
        plan = plans.set_units(plan, (point.id,), Decimal(10 + number))
        line = line.did(replace(line.state, plan=plan), "units")
    text = visit_json.to_json(line)
    assert len(line.past) == 300
    assert len(text) < 200_000
    assert visit_json.from_json(text) == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format":"visit_draft","version":2,"points":[],"steps":[],"position":0}',
        '{"format":"visit_draft","version":1,"points":[],"steps":[],"position":0}',
        '{"format":"visit_draft","version":1,"points":[],"steps":[{"deed":"","set":{}}],"position":0}',
        '{"format":"visit_draft","version":1,"points":[{"units":"x"}],"steps":[],"position":0}',
    ],
)
def test_a_text_that_is_no_draft_is_said_to_be_unreadable(text: str) -> None:
    with pytest.raises(visit_json.DraftUnreadable) as caught:
        visit_json.from_json(text)
    assert "units" not in str(caught.value)


def test_a_field_of_a_later_version_is_not_dropped_silently() -> None:
    found = json.loads(visit_json.to_json(history.begin(STORED)))
    found["steps"][0]["set"]["plan"]["glow"] = True
    with pytest.raises(visit_json.DraftUnreadable):
        visit_json.from_json(json.dumps(found))


@given(st.lists(points, max_size=5, unique_by=lambda p: p.id).map(tuple), st.booleans())
def test_a_visit_comes_back_from_its_signed_text(
    shown: tuple[PlanPoint, ...], back_entered: bool
) -> None:
    plan = Plan(product=factories.ONA, points=shown)
    draft = replace(STORED, plan=plan, back_entered=back_entered)
    visit = visit_draft.visit_of(draft, factories.TODAY)
    assert from_plain(Visit, to_plain(visit)) == visit
    assert from_plain(Visit, to_plain(visit, sparse=True)) == visit


def test_the_order_of_entering_changes_no_signature() -> None:
    visit = factories.visit(started=datetime(2026, 8, 28, 9, tzinfo=UTC))
    turned = replace(visit, assessments=visit.assessments[::-1])
    assert signing.content(turned) == signing.content(visit)
    other = replace(visit, treatment=replace(visit.treatment, note="other"))
    assert signing.digest(signing.content(other)) != signing.digest(signing.content(visit))
