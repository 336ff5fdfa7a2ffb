"""What the record knows for the safety rules of a visit."""

from datetime import datetime

from sqlalchemy.orm import Session

from outcomes_app.analysis import visit_evidence
from outcomes_app.db.schema import StockLotRow
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.safety.facts import VisitFacts
from outcomes_app.domain.safety.known import KnownFacts, facts_of
from outcomes_app.domain.treatment import Visit
from outcomes_app.domain.values import PatientId
from outcomes_app.records import courses, patient_facts, practice, recalls, stock


def known(session: Session, patient_id: PatientId) -> KnownFacts:
    """Everything on record of a patient that a rule may ask; read once for an open visit."""
    misstored = stock.standings(session, StockLotRow.storage_problem != "")
    return KnownFacts(
        course=courses.course(session, patient_id),
        jurisdiction=practice.get(session).jurisdiction,
        weights=patient_facts.weights(session, patient_id),
        consents=patient_facts.consents(session, patient_id),
        medicines=patient_facts.medicines(session, patient_id),
        outside=patient_facts.outside_toxin(session, patient_id),
        recalls=recalls.all(session),
        misstored=frozenset((s.lot.product, s.lot.lot) for s in misstored),
    )


def facts(
    session: Session, visit: Visit, *, catalog: Catalog, now: datetime | None = None
) -> VisitFacts:
    """The facts of a visit, whether it is stored already or still written."""
    return facts_from(known(session, visit.treatment.patient_id), visit, catalog=catalog, now=now)


def facts_from(
    known_facts: KnownFacts, visit: Visit, *, catalog: Catalog, now: datetime | None = None
) -> VisitFacts:
    """The same from what was read before; it asks nothing of the store."""
    seen = visit_evidence.evidence(known_facts.course, visit, catalog)
    return facts_of(known_facts, visit, catalog=catalog, evidence=seen, now=now)
