"""Signing a visit, amending it and voiding it. What is signed is frozen by the store itself.

The passphrase is asked by whoever calls this: here it is only said who signs.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from outcomes_app.analysis import visit_evidence
from outcomes_app.db import audit, rows
from outcomes_app.db.schema import AssessmentRow, SignatureRow, TreatmentRow
from outcomes_app.domain import signing
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.draft import draft_id
from outcomes_app.domain.patient import Person
from outcomes_app.domain.permissions import Action, NotAllowed, require
from outcomes_app.domain.safety import engine
from outcomes_app.domain.signing import Meaning, Sealer, Signature, SignatureId
from outcomes_app.domain.treatment import Treatment, TreatmentStatus, Visit
from outcomes_app.domain.values import Problems, TreatmentId, new_id
from outcomes_app.errors import NotFound, Refused
from outcomes_app.records import (
    adverse_events,
    drafts,
    stock,
    storing,
    treatments,
    visit_facts,
    visits,
)
from outcomes_app.text import _

_TABLE = rows.table_of(SignatureRow)
_TREATMENT = rows.table_of(TreatmentRow)
_FIELDS = (
    "id",
    "treatment_id",
    "patient_id",
    "treatment_version",
    "person_id",
    "person_name",
    "signed_at",
    "reason",
    "content",
    "content_hash",
    "algorithm",
    "public_key",
    "seal",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _By:
    """Who signs, what it means, and why the version before did not stand."""

    person: Person
    meaning: Meaning
    sealer: Sealer | None
    reason: str = ""


def unmet(session: Session, visit: Visit, *, catalog: Catalog, at: datetime) -> Problems:
    """What still keeps a visit from being signed at this moment, by the record as it is now."""
    known = visit_facts.known(session, visit.treatment.patient_id)
    # A visit that is signed on its day was injected just now, unless it says when it began.
    now = at if visit.treatment.day == at.astimezone().date() else None
    facts = visit_facts.facts_from(known, visit, catalog=catalog, now=now)
    return signing.unmet(
        visit,
        engine.findings(catalog.safety_rules.values(), facts),
        earlier=facts.prior,
        responded=visit_evidence.responded(known.course, visit),
    )


def sign(
    session: Session,
    treatment_id: TreatmentId,
    *,
    person: Person,
    meaning: Meaning = Meaning.AUTHORSHIP,
    catalog: Catalog,
    sealer: Sealer | None = None,
) -> Signature:
    """Sign a stored visit. Refused with every unmet requirement, and then nothing is changed."""
    require(person, Action.SIGN)
    by = _By(person=person, meaning=meaning, sealer=sealer)
    return _sign(session, treatment_id, by, catalog)


def store_and_sign(
    session: Session,
    visit: Visit,
    *,
    person: Person,
    meaning: Meaning = Meaning.AUTHORSHIP,
    catalog: Catalog,
    today: date,
    sealer: Sealer | None = None,
) -> Signature:
    """Store a visit as it was written, sign it and forget its draft, all or nothing."""
    require(person, Action.SIGN)
    if visit.treatment.version:
        visits.correct(session, visit, catalog=catalog, today=today)
    else:
        visits.record(session, visit, catalog=catalog, today=today)
    drafts.discard(session, draft_id(visit.treatment.id, person.id))
    by = _By(person=person, meaning=meaning, sealer=sealer)
    return _sign(session, visit.treatment.id, by, catalog)


def amend(
    session: Session,
    visit: Visit,
    *,
    reason: str,
    person: Person,
    meaning: Meaning = Meaning.AUTHORSHIP,
    catalog: Catalog,
    today: date,
    sealer: Sealer | None = None,
) -> Signature:
    """Put a signed visit right by a new version (domain.signing.amendment_of), signed at once.

    The old version stays readable; its outcomes, vials and adverse events pass to the new one.
    """
    require(person, Action.AMEND)
    _require_reason(reason)
    treatment = visit.treatment
    if treatment.amends is None:
        raise Refused(_("An amendment names the signed treatment it replaces."))
    old = _signed_row(session, treatment.amends, person)
    storing.same_patient(old, treatment.patient_id)
    _retire(session, old, TreatmentStatus.AMENDED, reason)
    stock.put_back(session, treatment.amends, reason=reason)
    replaced = AssessmentRow.treatment_id == treatment.amends
    signed_then = AssessmentRow.recorded_at <= old["signed_at"]
    storing.void_all(session, AssessmentRow, (replaced, signed_then), reason)
    visits.record(
        session,
        replace(
            visit,
            assessments=tuple(a for a in visit.assessments if not a.version),
            adverse_events=tuple(e for e in visit.adverse_events if not e.version),
        ),
        catalog=catalog,
        today=today,
    )
    _hand_over(session, visit, treatment.amends, catalog=catalog, today=today, reason=reason)
    drafts.discard(session, draft_id(treatment.id, person.id))
    by = _By(person=person, meaning=meaning, sealer=sealer, reason=reason)
    return _sign(session, treatment.id, by, catalog)


def void(session: Session, treatment_id: TreatmentId, *, reason: str, person: Person) -> None:
    """Mark a signed visit as entered in error: it stays readable and counts nowhere."""
    require(person, Action.VOID)
    _require_reason(reason)
    _signed_row(session, treatment_id, person)
    visits.void(session, treatment_id, reason=reason)


def signature(session: Session, treatment_id: TreatmentId) -> Signature | None:
    """The signature of a treatment, whatever became of it since; None where it has none."""
    row = session.execute(
        select(_TABLE).where(SignatureRow.treatment_id == treatment_id)
    ).mappings()
    return next((_signature(found) for found in row), None)


def versions(session: Session, treatment_id: TreatmentId) -> tuple[Signature, ...]:
    """Every signed version of a visit, the first one first, whichever of them is named."""
    newest = treatment_id
    while later := session.execute(
        select(SignatureRow.treatment_id).where(SignatureRow.amends_id == newest)
    ).scalar():
        newest = TreatmentId(later)
    found: list[Signature] = []
    step: TreatmentId | None = newest
    while step is not None and (one := signature(session, step)) is not None:
        found.insert(0, one)
        step = one.amends
    return tuple(found)


def broken(session: Session) -> tuple[TreatmentId, ...]:
    """The signed treatments whose kept content or stored rows are not what was signed."""
    found = []
    asked = select(_TABLE).order_by(SignatureRow.signed_at, SignatureRow.id)
    for row in session.execute(asked).mappings():
        one = _signature(row)
        if not one.is_intact or not _rows_are(session, one):
            found.append(one.treatment_id)
    return tuple(found)


def _rows_are(session: Session, one: Signature) -> bool:
    """Whether the treatment's rows are those that were signed. Outcomes of a version that was
    replaced are voided, so only the treatment itself is compared."""
    stored = treatments.load(
        session,
        (TreatmentRow.id == one.treatment_id,),
        lambda kind: kind.treatment_id == one.treatment_id,
    )
    return bool(stored) and _bare(stored[0]) == _bare(one.visit.treatment)


def _bare(treatment: Treatment) -> Treatment:
    return replace(
        treatment, status=TreatmentStatus.RECORDED, version=0, signed_by=None, signed_at=None
    )


def _sign(session: Session, treatment_id: TreatmentId, by: _By, catalog: Catalog) -> Signature:
    before = storing.current(session, TreatmentRow, treatment_id, None)
    treatments.require_unsigned(before)
    visit = visits.get(session, treatment_id)
    problems = unmet(session, visit, catalog=catalog, at=audit.instant(session))
    if problems:
        raise Refused(
            _("This visit cannot be signed yet: {message}").format(message=problems[0].message),
            problems,
        )
    stock.open_for_treatment(session, visit.treatment)
    signed = _signed(session, visit, before["version"] + 1, by)
    after = {
        "status": TreatmentStatus.SIGNED,
        "signed_by_id": signed.person_id,
        "signed_at": signed.signed_at,
        "version": signed.treatment_version,
    }
    rows.change(session, TreatmentRow, before, after)
    row = {name: getattr(signed, name) for name in _FIELDS}
    linked = {"amends_id": signed.amends, "meaning": signed.meaning.value}
    rows.add(session, SignatureRow, [{**row, **linked}])
    if by.reason:
        audit.give_reason(session, _TREATMENT, before, by.reason)
    return signed


def _signed(session: Session, visit: Visit, version: int, by: _By) -> Signature:
    text = signing.content(visit)
    signed = Signature(
        id=SignatureId(new_id()),
        treatment_id=visit.treatment.id,
        patient_id=visit.treatment.patient_id,
        treatment_version=version,
        person_id=by.person.id,
        person_name=by.person.name,
        signed_at=audit.instant(session),
        meaning=by.meaning,
        content=text,
        content_hash=signing.digest(text),
        amends=visit.treatment.amends,
        reason=by.reason,
    )
    if by.sealer is None:
        return signed
    return replace(
        signed,
        algorithm=by.sealer.algorithm,
        public_key=by.sealer.public_key,
        seal=by.sealer.seal(signed.statement),
    )


def _signed_row(session: Session, treatment_id: TreatmentId, person: Person) -> dict[str, Any]:
    """The row of a treatment that this person signed and nobody replaced."""
    row = storing.current(session, TreatmentRow, treatment_id, None)
    if row["status"] is not TreatmentStatus.SIGNED or row["signed_at"] is None:
        raise NotFound(
            _("This treatment has no signature that could be amended or voided."),
            todo=_("Open the latest version of the visit."),
        )
    if row["signed_by_id"] != person.id:
        raise NotAllowed(
            _("This visit was signed by somebody else."),
            todo=_("Ask the person who signed it."),
        )
    return row


def _retire(session: Session, before: dict[str, Any], status: TreatmentStatus, reason: str) -> None:
    after = {"status": status, "void_reason": reason, "version": before["version"] + 1}
    rows.change(session, TreatmentRow, before, after)
    audit.give_reason(session, _TREATMENT, before, reason)


def _hand_over(
    session: Session,
    visit: Visit,
    old: TreatmentId,
    *,
    catalog: Catalog,
    today: date,
    reason: str,
) -> None:
    """Link what lives on after the visit to its new version: events and later measurements."""
    new = visit.treatment.id
    edited = {event.id: event for event in visit.adverse_events}
    for event in adverse_events.for_treatment(session, old):
        event = replace(edited.get(event.id, event), treatment_id=new)  # noqa: PLW2901
        adverse_events.correct(session, event, catalog=catalog, today=today, reason=reason)
    for row in storing.stored(session, AssessmentRow, AssessmentRow.treatment_id == old):
        if not row["voided"]:
            moved = {"treatment_id": new, "version": row["version"] + 1}
            rows.change(session, AssessmentRow, row, moved)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why."), todo=_("Write the reason; it stays with the record."))


def _signature(row: RowMapping) -> Signature:
    values = {name: row[name] for name in _FIELDS}
    return Signature(**values, amends=row["amends_id"], meaning=Meaning(row["meaning"]))
