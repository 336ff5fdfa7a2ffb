"""A visit while it is being written: everything the editor shows, as one immutable value.

It may be unfinished. `visit_of` makes the record of it, `problems_of` says what is still missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from outcomes_app.domain import plan as plans
from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Product
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.time_out import NOTHING_ASKED, TimeOut
from outcomes_app.domain.treatment import (
    Acknowledgement,
    Treatment,
    TreatmentStatus,
    VialUse,
    Visit,
)
from outcomes_app.domain.values import (
    AssessmentId,
    IndicationId,
    InstrumentId,
    PatientId,
    Problem,
    Problems,
    Score,
    TreatmentId,
    ViewId,
    new_id,
)
from outcomes_app.text import _, ngettext

# The acknowledgement that says the patient was asked and reported no adverse event.
NO_ADVERSE_EVENTS = "adverse_events.none_reported"

_NO_PLAN = Plan()
_UNTOUCHED_VIAL = VialUse(vials=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One outcome of the visit, as a number. What was not asked has no Answer; it is never zero."""

    instrument: InstrumentId
    part: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDraft:
    """What the visit editor shows. `stored` is the treatment being corrected, None for a new one;
    whatever the editor does not show is kept from it."""

    patient_id: PatientId
    treatment_id: TreatmentId
    indication: IndicationId
    day: date | None
    plan: Plan = _NO_PLAN
    vial: VialUse = _UNTOUCHED_VIAL
    answers: tuple[Answer, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    no_adverse_events: bool = False
    reasons: tuple[Acknowledgement, ...] = ()
    note: str = field(default="", repr=False)
    more_vials: tuple[VialUse, ...] = ()
    time_out: TimeOut = NOTHING_ASKED
    back_entered: bool = False
    amends: TreatmentId | None = None
    stored: Treatment | None = None
    stored_assessments: tuple[Assessment, ...] = ()

    def answer(self, instrument: str, part: str) -> Decimal | None:
        """The number of one outcome; None where it was not asked."""
        return next(
            (a.value for a in self.answers if (a.instrument, a.part) == (instrument, part)), None
        )

    def answered(self, instrument: str, part: str, value: Decimal | None) -> "VisitDraft":
        """The draft with one outcome said, or taken back with None."""
        others = tuple(a for a in self.answers if (a.instrument, a.part) != (instrument, part))
        if value is None:
            return replace(self, answers=others)
        said = Answer(instrument=InstrumentId(instrument), part=part, value=value)
        return replace(self, answers=(*others, said))

    def reason_for(self, code: str) -> str:
        """Why a check was passed over; "" where no reason was given."""
        return next((a.reason for a in self.reasons if a.code == code), "")

    def acknowledged(self, passed: Acknowledgement) -> "VisitDraft":
        """The draft with a check passed over, with or without a reason."""
        others = tuple(a for a in self.reasons if a.code != passed.code)
        return replace(self, reasons=(*others, passed))

    def with_reason(self, code: str, reason: str) -> "VisitDraft":
        """The draft with a reason for going on; an empty one takes it back."""
        others = tuple(a for a in self.reasons if a.code != code)
        if not reason.strip():
            return replace(self, reasons=others)
        said = Acknowledgement(code=code, reason=reason.strip())
        return replace(self, reasons=(*others, said))

    @property
    def given(self) -> Decimal:
        """The units in all confirmed points."""
        return sum(
            (p.units for p in self.plan.points if p.confirmed and p.units is not None), Decimal(0)
        )

    @property
    def drawn(self) -> Decimal | None:
        """The units in the opened vials; None where the size of one is not known."""
        opened = [vial.opened_units for vial in (self.vial, *self.more_vials)]
        known = [units for units in opened if units is not None]
        return sum(known, Decimal(0)) if len(known) == len(opened) else None


def new_draft(
    patient_id: PatientId, indication: IndicationId, day: date, plan: Plan | None = None
) -> VisitDraft:
    """An empty visit."""
    return VisitDraft(
        patient_id=patient_id,
        treatment_id=TreatmentId(new_id()),
        indication=indication,
        day=day,
        plan=plan or _NO_PLAN,
    )


def draft_of(treatment: Treatment, course: PatientCourse) -> VisitDraft:
    """A stored visit opened again, with all that was measured then."""
    assessments = tuple(a for a in course.assessments if a.treatment_id == treatment.id)
    none_reported = any(a.code == NO_ADVERSE_EVENTS for a in treatment.acknowledgements)
    return VisitDraft(
        patient_id=treatment.patient_id,
        treatment_id=treatment.id,
        indication=treatment.indication,
        day=treatment.day,
        plan=plans.plan_of(treatment),
        vial=treatment.vials[0] if treatment.vials else _UNTOUCHED_VIAL,
        answers=tuple(
            Answer(instrument=a.instrument, part=s.part, value=s.value)
            for a in assessments
            for s in a.scores
            if s.value is not None
        ),
        adverse_events=tuple(e for e in course.adverse_events if e.treatment_id == treatment.id),
        no_adverse_events=none_reported,
        reasons=tuple(a for a in treatment.acknowledgements if a.code != NO_ADVERSE_EVENTS),
        note=treatment.note,
        more_vials=treatment.vials[1:],
        time_out=treatment.time_out,
        back_entered=treatment.back_entered,
        amends=treatment.amends,
        stored=treatment,
        stored_assessments=assessments,
    )


def previous_treatment(draft: VisitDraft, course: PatientCourse) -> Treatment | None:
    """The latest earlier treatment of the indication that has points; None before the first."""
    earlier = [
        t
        for t in course.treatments
        if t.indication == draft.indication
        and t.id not in (draft.treatment_id, draft.amends)
        and t.status.counts
        and t.injections
        and (draft.day is None or t.day <= draft.day)
    ]
    return earlier[-1] if earlier else None


def last_signed(draft: VisitDraft, course: PatientCourse) -> Treatment | None:
    """The latest signed treatment of the indication before this one: the one a repeat brings."""
    signed = tuple(t for t in course.treatments if t.status is TreatmentStatus.SIGNED)
    return previous_treatment(draft, replace(course, treatments=signed))


def number_of(treatment_id: TreatmentId, draft: VisitDraft, course: PatientCourse) -> int:
    """The place of a treatment among those of the indication; a new one comes last."""
    same = [t.id for t in course.treatments if t.indication == draft.indication]
    return same.index(treatment_id) + 1 if treatment_id in same else len(same) + 1


def repeated(draft: VisitDraft, previous: Treatment) -> VisitDraft:
    """The draft with an earlier treatment's sites, units, product and dilution. Its points are
    suggestions that count once they are confirmed.

    The lot is of the vial in the hand, so it is asked for again.
    """
    vial = draft.vial
    if previous.vials:
        before = previous.vials[0]
        vial = VialUse(
            vial_units=before.vial_units,
            diluent_ml=before.diluent_ml,
            vials=max(before.vials, 1),
            diluent=before.diluent,
        )
    plan = plans.ghosts(previous)
    points = tuple(replace(p, guidance=p.guidance or previous.guidance) for p in plan.points)
    return replace(draft, plan=replace(plan, points=points), vial=vial, more_vials=())


def usual_vial(product: Product | None, indication: IndicationId) -> VialUse:
    """The vial and dilution the catalog names for an indication, else the largest vial."""
    if product is None:
        return _UNTOUCHED_VIAL
    usual = [d for d in product.dilutions if indication in d.default_for]
    if usual:
        largest = max(usual, key=lambda d: d.vial_units)
        return VialUse(vial_units=largest.vial_units, diluent_ml=largest.diluent_ml, vials=1)
    return VialUse(vial_units=max(product.vial_sizes, default=None), vials=1)


def with_usual_product(
    draft: VisitDraft, previous: Treatment | None, catalog: Catalog, jurisdiction: str
) -> VisitDraft:
    """A new visit begins with the product of the last treatment, else the only labelled one."""
    product = previous.product if previous else None
    indication = catalog.indications.get(draft.indication)
    if product is None and indication is not None:
        labelled = indication.on_label.get(jurisdiction, ())
        product = labelled[0] if len(labelled) == 1 else None
    found = catalog.products.get(product) if product else None
    vial = usual_vial(found, draft.indication)
    return replace(draft, plan=replace(draft.plan, product=product), vial=vial)


def first_view(draft: VisitDraft, catalog: Catalog) -> ViewId | None:
    """The picture to begin with: of the first point, else of the indication's first usual site."""
    placed = (p.placement.view for p in draft.plan.points if p.placement)
    indication = catalog.indications.get(draft.indication)
    usual = (
        placement.view
        for site in (indication.sites if indication else ())
        if site in catalog.sites
        for placement in catalog.sites[site].placements
    )
    return next(placed, None) or next(usual, None)


def problems_of(draft: VisitDraft) -> Problems:
    """What keeps the plan from being a record: names and units that are missing."""
    found = []
    for index, point in enumerate(draft.plan.points):
        if not point.confirmed:
            continue
        if point.needs_name:
            found.append(
                Problem(
                    field=f"points.{index}.site",
                    code="plan.site_not_named",
                    message=_("Site {n} lies in no muscle. Choose what it is, or move it.").format(
                        n=index + 1
                    ),
                )
            )
    found += _without_units(draft)
    found += _not_confirmed(draft)
    if draft.day is None:
        found.append(
            Problem(
                field="day",
                code="treatment.day_missing",
                message=_("The visit has no date. Write the day of the injections."),
            )
        )
    return tuple(found)


def _not_confirmed(draft: VisitDraft) -> Problems:
    """One problem for all suggested points, at the first of them."""
    waiting = [i for i, p in enumerate(draft.plan.points) if not p.confirmed]
    if not waiting:
        return ()
    message = ngettext(
        "{n} site of the last treatment is not confirmed. Confirm it, or discard it.",
        "{n} sites of the last treatment are not confirmed. Confirm them, or discard them.",
        len(waiting),
    )
    return (
        Problem(
            field=f"points.{waiting[0]}.confirmed",
            code="plan.not_confirmed",
            message=message.format(n=len(waiting)),
        ),
    )


def _without_units(draft: VisitDraft) -> Problems:
    """One problem for all points without units, at the first of them."""
    unset = [i for i, p in enumerate(draft.plan.points) if p.confirmed and p.units is None]
    if not unset:
        return ()
    message = ngettext(
        "Site {first} has no units yet. Type them, or remove the site.",
        "{n} sites have no units yet, the first is site {first}. Type them, or remove the sites.",
        len(unset),
    )
    return (
        Problem(
            field=f"points.{unset[0]}.units",
            code="plan.units_not_set",
            message=message.format(n=len(unset), first=unset[0] + 1),
        ),
    )


def treatment_of(draft: VisitDraft, day: date) -> Treatment:
    """The treatment of a draft; `day` stands in while no date is written."""
    base = draft.stored or Treatment(
        id=draft.treatment_id,
        patient_id=draft.patient_id,
        indication=draft.indication,
        day=day,
        product=None,
    )
    reasons = draft.reasons
    if draft.no_adverse_events and not draft.adverse_events:
        reasons = (*reasons, Acknowledgement(code=NO_ADVERSE_EVENTS, reason=_("None reported")))
    return replace(
        base,
        indication=draft.indication,
        day=draft.day or day,
        product=draft.plan.product,
        injections=plans.injections(draft.plan),
        vials=_vials(draft),
        protocol=draft.plan.protocol,
        note=draft.note,
        time_out=draft.time_out,
        back_entered=draft.back_entered,
        amends=draft.amends,
        acknowledgements=reasons,
    )


def _vials(draft: VisitDraft) -> tuple[VialUse, ...]:
    first = () if draft.vial == _UNTOUCHED_VIAL else (draft.vial,)
    return first + draft.more_vials


def visit_of(draft: VisitDraft, day: date) -> Visit:
    """All that the visit stores, in one value."""
    return Visit(
        treatment=treatment_of(draft, day),
        assessments=tuple(_assessments(draft, draft.day or day)),
        adverse_events=draft.adverse_events,
    )


def _assessments(draft: VisitDraft, day: date) -> Iterable[Assessment]:
    stored = {a.instrument: a for a in draft.stored_assessments}
    for instrument in dict.fromkeys(a.instrument for a in draft.answers):
        said = {a.part: a.value for a in draft.answers if a.instrument == instrument}
        base = stored.get(instrument)
        scores = _scores(said, base.scores if base else ())
        if base is not None:
            yield replace(base, day=day, scores=scores)
            continue
        yield Assessment(
            id=AssessmentId(new_id()),
            patient_id=draft.patient_id,
            instrument=instrument,
            day=day,
            scores=scores,
            treatment_id=draft.treatment_id,
        )


def _scores(said: dict[str, Decimal], stored: tuple[Score, ...]) -> tuple[Score, ...]:
    """The numbers said now; a score that stayed as it was keeps how it was computed."""
    kept = {s.part: s for s in stored}
    return tuple(
        kept[part] if part in kept and kept[part].value == value else Score(part=part, value=value)
        for part, value in said.items()
    )
