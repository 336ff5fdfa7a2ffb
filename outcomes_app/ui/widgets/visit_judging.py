"""Everything that stands against a visit at one moment: slips, safety findings, and what is still
missing before it can be signed. Each limit is told once."""

from dataclasses import dataclass
from datetime import date, datetime

from outcomes_app.analysis import visit_evidence
from outcomes_app.domain import checks, signing, visit_draft
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.safety import engine
from outcomes_app.domain.safety.engine import Finding, Level
from outcomes_app.domain.safety.known import KnownFacts
from outcomes_app.domain.treatment import Acknowledgement
from outcomes_app.domain.values import Problem, Problems, Severity
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.records import visit_facts
from outcomes_app.text import ngettext
from outcomes_app.ui.widgets.visit_time_out import unanswered

# Rules that speak of the same limits as the checks of the product's definition.
_DOSE_RULES = ("cum_", "session_", "paed_", "per_", "scm_")
_SAME = {
    "lot_expired": "vial_expired",
    "cosmetic_only": "cosmetic_product_therapeutic_use",
    "vials_missing": "lot_missing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`problems` keep the visit from being stored where they are errors; `findings` are the rules
    that fired; `missing` is what else has to be said before signing."""

    problems: Problems = ()
    findings: tuple[Finding, ...] = ()
    missing: Problems = ()

    def open_findings(self, answers: tuple[Acknowledgement, ...]) -> tuple[Finding, ...]:
        """The findings that are neither mended nor answered."""
        codes = {p.code for p in signing.open_findings(self.findings, answers)}
        return tuple(f for f in self.findings if f.rule in codes and f.level is not Level.INFO)


def judge(
    draft: VisitDraft, known: KnownFacts, *, catalog: Catalog, today: date, now: datetime
) -> Judgement:
    """All that stands against the draft."""
    visit = visit_draft.visit_of(draft, today)
    facts = visit_facts.facts_from(
        known, visit, catalog=catalog, now=now if visit.treatment.day == today else None
    )
    found = engine.findings(catalog.safety_rules.values(), facts)
    checked = visit_draft.problems_of(draft) + checks.check_treatment(
        visit.treatment,
        catalog,
        today=today,
        birth_date=known.course.patient.birth_date,
        jurisdiction=known.jurisdiction,
    )
    problems = tuple(p for p in dict.fromkeys(checked) if not _told_by_a_rule(p, found))
    missing = signing.unmet(
        visit,
        (),
        earlier=facts.prior,
        responded=visit_evidence.responded(known.course, visit),
    )
    asked = _time_out(draft, off_label=off_label(draft, known, catalog))
    if asked:
        # The time-out asks for adverse events itself.
        missing = tuple(p for p in missing if p.code != "adverse_events_unanswered")
    missing = asked + missing
    told = {p.code.split(".")[-1] for p in problems}
    return Judgement(
        problems=problems,
        findings=found,
        missing=tuple(p for p in missing if p.code not in told),
    )


def off_label(draft: VisitDraft, known: KnownFacts, catalog: Catalog) -> bool:
    """Whether this product is not labelled for the indication where the clinic is."""
    found = catalog.indications.get(draft.indication)
    if found is None or draft.plan.product is None:
        return False
    return draft.plan.product not in found.on_label.get(known.jurisdiction, ())


def _time_out(draft: VisitDraft, *, off_label: bool) -> Problems:
    """The lines of the time-out nobody has answered; history entered later has none."""
    waiting = unanswered(draft.time_out, off_label=off_label)
    if not waiting or draft.back_entered:
        return ()
    words = ngettext(
        "Time-out: {first} is not answered.",
        "Time-out: {n} lines are not answered, the first is {first}.",
        len(waiting),
    )
    return (
        Problem(
            field=f"time_out.{waiting[0].field}",
            code="time_out_unanswered",
            message=words.format(n=len(waiting), first=waiting[0].words),
        ),
    )


def _told_by_a_rule(problem: Problem, found: tuple[Finding, ...]) -> bool:
    """Whether a rule that fired says the same with its source."""
    code = problem.code.split(".")[-1]
    fired = {f.rule for f in found}
    if code.startswith("above_") and problem.severity is not Severity.ERROR:
        return any(rule.startswith(_DOSE_RULES) for rule in fired)
    return problem.severity is not Severity.ERROR and _SAME.get(code) in fired
