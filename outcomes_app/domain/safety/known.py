"""What is on record for a patient, read once when a visit opens, and the facts it gives the rules.

The rules run at every edit; only the visit changes then, so nothing is asked of the store again.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.patient_facts import (
    ConsentOnFile,
    OutsideToxin,
    PatientMedicine,
    PatientWeight,
)
from outcomes_app.domain.safety.facts import Evidence, VisitFacts
from outcomes_app.domain.stock import Recall
from outcomes_app.domain.time_out import Consent, GivenElsewhere
from outcomes_app.domain.treatment import Treatment, Visit
from outcomes_app.domain.values import ProductId

_BETWEEN_ALLERGIES = re.compile(r"[,;\n]+")
_NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacts:
    """All that the rules ask of the record. `misstored` are the lots that were stored outside
    their limits."""

    course: PatientCourse
    jurisdiction: str = "us"
    weights: tuple[PatientWeight, ...] = ()
    consents: tuple[ConsentOnFile, ...] = ()
    medicines: tuple[PatientMedicine, ...] = field(default=(), repr=False)
    outside: tuple[OutsideToxin, ...] = ()
    recalls: tuple[Recall, ...] = ()
    misstored: frozenset[tuple[ProductId, str]] = frozenset()

    def earlier(self, treatment: Treatment) -> tuple[Treatment, ...]:
        """The treatments that count and came before this one; not the one it replaces."""
        own = (treatment.id, treatment.amends)
        return tuple(
            t for t in self.course.treatments if t.id not in own and t.day <= treatment.day
        )


def facts_of(
    known: KnownFacts,
    visit: Visit,
    *,
    catalog: Catalog,
    evidence: Evidence = _NO_EVIDENCE,
    now: datetime | None = None,
) -> VisitFacts:
    """The facts of a visit as it stands; `now` is when it is injected, unless it says itself."""
    treatment, patient = visit.treatment, known.course.patient
    prior = known.earlier(treatment)
    weights = [w for w in known.weights if w.day <= treatment.day]
    events = {e.id: e for e in (*known.course.adverse_events, *visit.adverse_events)}
    mixed = [v.reconstituted_at for v in treatment.vials if v.reconstituted_at]
    product = treatment.product
    return VisitFacts(
        treatment=treatment,
        catalog=catalog,
        prior=prior,
        birth_date=patient.birth_date,
        weight_kg=weights[-1].kilograms if weights else None,
        weight_day=weights[-1].day if weights else None,
        jurisdiction=known.jurisdiction,
        diagnoses=tuple(c for i in patient.indications for c in i.icd10),
        allergies=tuple(
            a.strip() for a in _BETWEEN_ALLERGIES.split(patient.allergies) if a.strip()
        ),
        medicines=tuple(
            f"{m.name} {m.kind}".strip() for m in known.medicines if m.taken_on(treatment.day)
        ),
        time_out=treatment.time_out,
        known_elsewhere=_elsewhere(known, prior),
        consents=_consents(known, treatment),
        adverse_events=tuple(events.values()),
        evidence=evidence,
        recalled_lots=frozenset(r.lot for r in known.recalls if r.product == product),
        lots_opened_for_others=_opened_for_others(treatment, prior),
        lots_stored_outside_limits=frozenset(lot for p, lot in known.misstored if p == product),
        diluent=", ".join(dict.fromkeys(v.diluent for v in treatment.vials if v.diluent)),
        reconstituted_at=min(mixed, default=None),
        injected_at=visit.started or now,
        discarded_units=_discarded(treatment),
    )


def _elsewhere(known: KnownFacts, prior: tuple[Treatment, ...]) -> tuple[GivenElsewhere, ...]:
    told = [o.given for o in known.outside]
    return (*told, *(g for t in prior for g in t.time_out.toxin_elsewhere or ()))


def _consents(known: KnownFacts, treatment: Treatment) -> tuple[Consent, ...]:
    """The consents that stand on the day; one confirmed in the time-out is one of the day."""
    standing = tuple(c.consent for c in known.consents if c.stands_on(treatment.day))
    asked = treatment.time_out
    if not asked.consent_confirmed and not asked.off_label_consent:
        return standing
    today = Consent(day=treatment.day, mentions_off_label=bool(asked.off_label_consent))
    return (*standing, today)


def _opened_for_others(treatment: Treatment, prior: tuple[Treatment, ...]) -> frozenset[str]:
    """Lots of open vials brought to this visit that none of the patient's own visits had kept."""
    kept = {v.lot for t in prior for v in t.vials if v.carried_units}
    return frozenset(v.lot for v in treatment.vials if v.brought_units and v.lot not in kept)


def _discarded(treatment: Treatment) -> Decimal | None:
    known = [v.discarded_units for v in treatment.vials if v.discarded_units is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(treatment.vials) else None
