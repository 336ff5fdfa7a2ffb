"""What the visit editor shows of earlier treatments beside the present plan."""

from outcomes_app.domain import plan as plans
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import Side, SiteId
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.text import _, day

_HEATED = 4

Events = dict[SiteId, tuple[tuple[Side | None, str], ...]]


def earlier_plans(draft: VisitDraft, course: PatientCourse) -> tuple[Plan, ...]:
    """The last treatments of the indication before this one, at most four."""
    return tuple(plans.plan_of(t) for t in _before(draft, course)[-_HEATED:])


def _before(draft: VisitDraft, course: PatientCourse) -> list[Treatment]:
    return [
        t
        for t in course.treatments
        if t.indication == draft.indication
        and t.id != draft.treatment_id
        and (draft.day is None or t.day <= draft.day)
    ]


def events_by_site(draft: VisitDraft, course: PatientCourse, catalog: Catalog) -> Events:
    """The adverse events of earlier treatments in words, by the muscle they struck."""
    found: Events = {}
    for event in sorted(course.adverse_events, key=lambda e: e.onset):
        if event.site is None or event.voided or event.treatment_id == draft.treatment_id:
            continue
        term = catalog.adverse_event_terms.get(event.term)
        parts = [term.name if term else str(event.term)]
        if event.grade is not None:
            parts.append(_("grade {n}").format(n=event.grade))
        parts.append(day(event.onset))
        if event.resolved is None:
            parts.append(_("not known to have ended"))
        said = (event.side, ", ".join(parts))
        found[event.site] = (*found.get(event.site, ()), said)
    return found
