"""Signing a visit: what has to be in order before, what exactly is signed, and by whom.

What is signed is the canonical JSON of the whole visit. Its digest stands in the signature, and
the text is kept beside it, so that every version stays readable as it was signed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType, Protocol
from uuid import UUID

from outcomes_app.domain.json_values import canonical, from_plain, to_plain
from outcomes_app.domain.safety.engine import Finding, Level, Override
from outcomes_app.domain.stock import ledger_problems
from outcomes_app.domain.treatment import Acknowledgement, Treatment, TreatmentStatus, Visit
from outcomes_app.domain.values import (
    AssessmentId,
    InjectionId,
    PatientId,
    PersonId,
    Problem,
    Problems,
    TreatmentId,
    new_id,
)
from outcomes_app.domain.visit_draft import NO_ADVERSE_EVENTS
from outcomes_app.text import _

SignatureId = NewType("SignatureId", UUID)

_FORMAT = "visit"
_VERSION = 1


class Meaning(StrEnum):
    """What a signature says: who did it, who answers for it, or who reviewed it."""

    AUTHORSHIP = "authorship"
    RESPONSIBILITY = "responsibility"
    REVIEW = "review"


class Sealer(Protocol):
    """The signer's own key, where there is one: it seals the statement of a signature."""

    algorithm: str
    public_key: bytes

    def seal(self, statement: bytes) -> bytes:
        """The seal of these bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed which content, when and with what meaning. `amends` and `reason` are those of an
    amendment; `seal` is None until people have keys of their own."""

    id: SignatureId
    treatment_id: TreatmentId
    patient_id: PatientId
    treatment_version: int
    person_id: PersonId
    person_name: str
    signed_at: datetime
    meaning: Meaning
    content: str = field(repr=False)
    content_hash: str
    amends: TreatmentId | None = None
    reason: str = field(default="", repr=False)
    algorithm: str = ""
    public_key: bytes | None = None
    seal: bytes | None = None

    @property
    def fingerprint(self) -> str:
        """The first letters of the digest, as printed below a note."""
        return self.content_hash[:8]

    @property
    def statement(self) -> bytes:
        """The bytes a person's own key seals: what was signed, by whom, when, and what it says."""
        return canonical(
            {
                "visit": self.treatment_id.hex,
                "version": self.treatment_version,
                "content_hash": self.content_hash,
                "signer": self.person_id.hex,
                "signed_at": self.signed_at.astimezone(UTC).isoformat(),
                "meaning": self.meaning.value,
            }
        ).encode()

    @property
    def is_intact(self) -> bool:
        """Whether the kept content is the one that was signed."""
        return digest(self.content) == self.content_hash

    @property
    def visit(self) -> Visit:
        """The visit exactly as it was signed."""
        found = json.loads(self.content)
        return from_plain(Visit, found["visit"])


def content(visit: Visit) -> str:
    """The one text of a visit, whatever the order in which its outcomes were entered."""
    treatment = replace(
        visit.treatment,
        status=TreatmentStatus.RECORDED,
        version=0,
        signed_by=None,
        signed_at=None,
    )
    whole = replace(
        visit,
        treatment=treatment,
        assessments=tuple(
            replace(a, version=0, voided=False)
            for a in sorted(visit.assessments, key=lambda a: a.id)
        ),
        adverse_events=tuple(
            replace(e, version=0) for e in sorted(visit.adverse_events, key=lambda e: e.id)
        ),
    )
    return canonical({"format": _FORMAT, "version": _VERSION, "visit": to_plain(whole)})


def digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def amendment_of(signed: Visit) -> Visit:
    """The next version of a signed visit, to be edited: the same content under ids of its own.

    Adverse events stay the same records, because they live on after the visit.
    """
    old = signed.treatment
    new = TreatmentId(new_id())
    return replace(
        signed,
        treatment=replace(
            old,
            id=new,
            injections=tuple(replace(i, id=InjectionId(new_id())) for i in old.injections),
            status=TreatmentStatus.RECORDED,
            amends=old.id,
            signed_by=None,
            signed_at=None,
            version=0,
        ),
        assessments=tuple(
            replace(a, id=AssessmentId(new_id()), treatment_id=new, version=0, voided=False)
            for a in signed.assessments
        ),
        adverse_events=tuple(replace(e, treatment_id=new) for e in signed.adverse_events),
    )


def unmet(
    visit: Visit,
    findings: Iterable[Finding],
    *,
    earlier: tuple[Treatment, ...],
    responded: bool,
) -> Problems:
    """What still keeps a visit from being signed; an empty tuple = it may be.

    `earlier` are the treatments that count before it; `responded` says whether this cycle's
    response is recorded. History that is entered later needs neither response nor ledger.
    """
    found = list(_nothing_given(visit.treatment))
    if not visit.treatment.back_entered:
        found += _repeat_problems(visit, earlier, responded=responded)
        found += ledger_problems(visit.treatment)
    found += open_findings(findings, visit.treatment.acknowledgements)
    return tuple(found)


def _nothing_given(treatment: Treatment) -> Iterator[Problem]:
    if treatment.product is None:
        yield _problem("product", "product_missing", _("No product is chosen. Choose it."))
    elif treatment.dose is None and not treatment.placebo:
        yield _problem(
            "injections", "dose_unknown", _("No site is confirmed. Place the points or confirm.")
        )


def _repeat_problems(
    visit: Visit, earlier: tuple[Treatment, ...], *, responded: bool
) -> Iterator[Problem]:
    treatment = visit.treatment
    if not earlier:
        return
    codes = {a.code for a in treatment.acknowledgements}
    if not (
        visit.adverse_events
        or NO_ADVERSE_EVENTS in codes
        or treatment.time_out.adverse_events_asked
    ):
        words = _("Adverse events since the last treatment are not answered. Record them or none.")
        yield _problem("adverse_events", "adverse_events_unanswered", words)
    if all(t.indication != treatment.indication for t in earlier):
        return
    if not responded:
        words = _("The response to the last treatment is not recorded. Record one outcome.")
        yield _problem("assessments", "response_missing", words)
    for index, vial in enumerate(treatment.vials):
        if not vial.lot.strip() or vial.expiry is None:
            words = _("Lot and expiry of today's vial are missing. Scan it, or choose the lot.")
            yield _problem(f"vials.{index}.lot", "lot_not_fresh", words)


def open_findings(
    findings: Iterable[Finding], acknowledgements: Iterable[Acknowledgement]
) -> Problems:
    """The findings that are neither mended nor answered. An answer to another fact has lapsed."""
    answers = {a.code: a for a in acknowledgements}
    return tuple(
        _problem(f"rules.{f.rule}", f.rule, f.fact)
        for f in findings
        if f.level is not Level.INFO and not _answered(f, answers.get(f.rule))
    )


def _answered(finding: Finding, answer: Acknowledgement | None) -> bool:
    if finding.stops_signing or answer is None:
        return False
    if answer.fact and answer.fact != finding.fact:
        return False
    needs_reason = finding.level is Level.BLOCK and finding.override is Override.REASON
    return bool(answer.reason.strip()) or not needs_reason


def answer_to(finding: Finding, reason: str = "") -> Acknowledgement:
    """The acknowledgement of a finding, bound to what it says now and to the rule's version."""
    return Acknowledgement(
        code=finding.rule, reason=reason.strip(), rule_version=finding.version, fact=finding.fact
    )


def _problem(field: str, code: str, message: str) -> Problem:
    return Problem(field=field, code=code, message=message)
