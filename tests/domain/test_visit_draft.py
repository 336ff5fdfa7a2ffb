"""The visit being written: what is missing is said, and a stored visit opens as it was saved."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from outcomes_app.domain import plan as plans
from outcomes_app.domain import visit_draft
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.values import SiteId
from outcomes_app.domain.visit_draft import VisitDraft
from tests import factories

DAY = date(2026, 1, 5)


def a_draft() -> VisitDraft:
    """A visit with two points, a vial, pain and a note."""
    treatment = factories.treatment(day=DAY)
    draft = visit_draft.new_draft(
        treatment.patient_id, treatment.indication, DAY, plans.plan_of(treatment)
    )
    draft = replace(draft, vial=factories.vial(), note="calm")
    return draft.answered("nrs_pain", "average", Decimal(4))


def test_what_was_saved_opens_again() -> None:
    draft = a_draft()
    visit = visit_draft.visit_of(draft, DAY)
    course = factories.course(
        patient=factories.patient(id=draft.patient_id),
        treatments=(visit.treatment,),
        assessments=visit.assessments,
        diary=(),
        adverse_events=(),
    )

    opened = visit_draft.draft_of(visit.treatment, course)

    assert opened.plan == draft.plan
    assert opened.vial == draft.vial
    assert opened.answers == draft.answers
    assert opened.note == "calm"
    assert visit_draft.visit_of(opened, DAY) == visit


def test_zero_is_an_answer_and_empty_is_none() -> None:
    draft = a_draft().answered("nrs_pain", "average", Decimal(0))
    assert draft.answer("nrs_pain", "average") == 0
    assert visit_draft.visit_of(draft, DAY).assessments[0].value("average") == 0

    silent = draft.answered("nrs_pain", "average", None)
    assert silent.answer("nrs_pain", "average") is None
    assert visit_draft.visit_of(silent, DAY).assessments == ()


def test_missing_units_names_and_date_are_told() -> None:
    nameless = plans.new_point(plans.FREE_POINT, plans.Side.LEFT, None, None)
    draft = replace(a_draft(), day=None, plan=Plan(product=factories.ONA, points=(nameless,)))

    codes = [p.code for p in visit_draft.problems_of(draft)]

    assert codes == ["plan.site_not_named", "plan.units_not_set", "treatment.day_missing"]


def test_a_named_free_point_is_no_problem() -> None:
    point = plans.new_point(
        SiteId("free_point"), plans.Side.LEFT, Decimal(5), None, label="Scar on the back"
    )
    draft = replace(a_draft(), plan=Plan(product=factories.ONA, points=(point,)))

    assert visit_draft.problems_of(draft) == ()


def test_none_reported_is_kept_and_never_assumed() -> None:
    draft = a_draft()
    assert visit_draft.treatment_of(draft, DAY).acknowledgements == ()

    asked = visit_draft.treatment_of(replace(draft, no_adverse_events=True), DAY)
    course = factories.course(treatments=(asked,), adverse_events=())
    assert visit_draft.draft_of(asked, course).no_adverse_events


def test_a_reason_replaces_the_earlier_one() -> None:
    draft = a_draft().with_reason("rule", "first").with_reason("rule", "second")

    assert draft.reason_for("rule") == "second"
    assert draft.with_reason("rule", " ").reasons == ()


def test_what_was_drawn_is_known_only_with_the_vial() -> None:
    draft = a_draft()
    assert draft.drawn == 200
    assert replace(draft, vial=replace(draft.vial, vial_units=None)).drawn is None
