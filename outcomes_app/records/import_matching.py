"""Which patients of an import are in the register already, and what of theirs is stored already.

Nobody is merged silently: a patient who seems known is asked about, and records that would say
something else than the stored ones refuse the import.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from outcomes_app.db.schema import (
    AdverseEventRow,
    AssessmentRow,
    PatientIdentifierRow,
    PatientRow,
    ScoreRow,
    TreatmentRow,
)
from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.import_plan import ImportPlan, MatchDecision, MatchedBy, PatientMatch
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import PatientId, Problem, TreatmentId
from outcomes_app.errors import Refused
from outcomes_app.records import adverse_events, assessments, diary, search, storing, treatments
from outcomes_app.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What is left to store once known patients are led to their records. `known` counts records
    of the file that are stored already with the same values."""

    patients: tuple[Patient, ...]
    treatments: tuple[Treatment, ...]
    assessments: tuple[Assessment, ...]
    diary_days: tuple[DiaryDay, ...]
    adverse_events: tuple[AdverseEvent, ...]
    known: int


def matches(session: Session, plan: ImportPlan) -> tuple[PatientMatch, ...]:
    """The patients of the plan who seem to be in the register, by number or name and birth date."""
    by_number = _by_number(session, plan.patients)
    by_name = _by_name(session, plan.patients)
    found = []
    for patient in plan.patients:
        row = plan.rows.get(patient.id)
        owners = {by_number[key] for key in _numbers(patient) if key in by_number}
        for owner in sorted(owners, key=str):
            found.append(_match(patient, owner, MatchedBy.IDENTIFIER, row))
        for owner in by_name.get(_name(patient), ()) if not owners else ():
            found.append(_match(patient, owner, MatchedBy.NAME_AND_BIRTH_DATE, row))
    return tuple(found)


def resolve(session: Session, plan: ImportPlan) -> Resolved:
    """The records to store after the decisions of the plan; refused while one is missing."""
    found = matches(session, plan)
    _refuse_undecided(found, plan)
    owner_of = {
        m.planned: m.existing for m in found if plan.decisions.get(m.planned) is MatchDecision.ADD
    }
    skipped = {p for p, decision in plan.decisions.items() if decision is MatchDecision.SKIP}
    skipped &= {m.planned for m in found}
    new = tuple(p for p in plan.patients if p.id not in owner_of and p.id not in skipped)
    merge = _Merge(session, plan, owner_of, skipped)
    given = merge.treatments()
    resolved = Resolved(
        patients=new,
        treatments=given,
        assessments=merge.assessments(),
        diary_days=merge.diary_days(),
        adverse_events=merge.adverse_events(),
        known=merge.known,
    )
    if merge.conflicts:
        raise Refused(
            _("The file says something else than the register in {n} places.").format(
                n=len(merge.conflicts)
            ),
            tuple(merge.conflicts),
            todo=_("Correct the file or the register, or leave these patients out."),
        )
    return resolved


def _refuse_undecided(found: Sequence[PatientMatch], plan: ImportPlan) -> None:
    problems = []
    owners = defaultdict(set)
    for match in found:
        owners[match.planned].add(match.existing)
        decision = plan.decisions.get(match.planned)
        if decision is None:
            message = _("This patient seems to be in the register already.")
        elif decision is MatchDecision.SEPARATE and match.matched_by is MatchedBy.IDENTIFIER:
            message = _("Two patients cannot have the same number.")
        elif decision is MatchDecision.ADD and len(owners[match.planned]) > 1:
            message = _("Several patients of the register fit, so none can be chosen.")
        else:
            continue
        problems.append(_problem(match.row, "patient_known", message))
    if problems:
        raise Refused(
            _("{n} patients of the file seem to be in the register already.").format(
                n=len({p.field for p in problems})
            ),
            tuple(problems),
            todo=_("Say for each whether to add to the patient, or to leave the patient out."),
        )


def _problem(row: int | None, code: str, message: str) -> Problem:
    return Problem(field="rows" if row is None else f"rows.{row}", code=code, message=message)


def _match(
    patient: Patient, owner: PatientId, matched_by: MatchedBy, row: int | None
) -> PatientMatch:
    return PatientMatch(planned=patient.id, existing=owner, matched_by=matched_by, row=row)


def _numbers(patient: Patient) -> list[tuple[str, str]]:
    return [(i.system, i.value) for i in patient.identifiers]


def _by_number(session: Session, patients: Sequence[Patient]) -> dict[tuple[str, str], PatientId]:
    row = PatientIdentifierRow
    found: dict[tuple[str, str], PatientId] = {}
    wanted = list({value for p in patients for _system, value in _numbers(p)})
    for part in storing.parts(wanted):
        asked = select(row.system, row.value, row.patient_id).where(
            row.value.in_(part), not_(row.voided)
        )
        found.update(
            ((system, value), PatientId(owner)) for system, value, owner in session.execute(asked)
        )
    return found


def _name(patient: Any) -> tuple[str, str, Any]:
    return search.fold(patient.family_name), search.fold(patient.given_name), patient.birth_date


def _by_name(
    session: Session, patients: Sequence[Patient]
) -> dict[tuple[str, str, Any], list[PatientId]]:
    """The living patients of the same name and birth date; accents and case do not matter."""
    row = PatientRow
    born = [p.birth_date for p in patients if p.birth_date and (p.family_name or p.given_name)]
    found: dict[tuple[str, str, Any], list[PatientId]] = defaultdict(list)
    for part in storing.parts(list(dict.fromkeys(born))):
        asked = (
            select(row.id, row.family_name, row.given_name, row.birth_date)
            .where(row.birth_date.in_(part), not_(row.voided))
            .order_by(row.id)
        )
        for known in session.execute(asked):
            found[_name(known)].append(PatientId(known.id))
    return found


class _Merge:
    """Leads the records of known patients to the register and leaves out what is there already."""

    def __init__(
        self,
        session: Session,
        plan: ImportPlan,
        owner_of: Mapping[PatientId, PatientId],
        skipped: set[PatientId],
    ) -> None:
        self.conflicts: list[Problem] = []
        self.known = 0
        self._session = session
        self._plan = plan
        self._owner_of = owner_of
        self._skipped = skipped
        self._owners = list(dict.fromkeys(owner_of.values()))
        self._stored_treatment: dict[uuid.UUID, TreatmentId] = {}

    def treatments(self) -> tuple[Treatment, ...]:
        row = TreatmentRow
        stored = {
            (t.patient_id, t.day, t.indication, t.product): t
            for part in storing.parts(self._owners)
            for t in treatments.load(
                self._session,
                (row.patient_id.in_(part), row.status.in_(("recorded", "signed"))),
                lambda kind, part=part: kind.patient_id.in_(part),  # type: ignore[misc]
            )
        }
        kept = []
        for planned in self._led(self._plan.treatments):
            known = stored.get(
                (planned.patient_id, planned.day, planned.indication, planned.product)
            )
            if known is not None:
                self._stored_treatment[planned.id] = known.id
            if not self._is_known(known, planned, _given, planned.id):
                kept.append(planned)
        return tuple(kept)

    def assessments(self) -> tuple[Assessment, ...]:
        stored = defaultdict(list)
        for part in storing.parts(self._owners):
            for a in assessments.load(
                self._session, AssessmentRow.patient_id.in_(part), ScoreRow.patient_id.in_(part)
            ):
                stored[a.patient_id, a.instrument, a.day, a.recall].append(a)
        kept = []
        for planned in self._led(self._plan.assessments):
            key = (planned.patient_id, planned.instrument, planned.day, planned.recall)
            parts = {s.part for s in planned.scores}
            known = next((a for a in stored[key] if parts & {s.part for s in a.scores}), None)
            if not self._is_known(known, planned, _scores, planned.id):
                kept.append(self._relinked(planned))
        return tuple(kept)

    def diary_days(self) -> tuple[DiaryDay, ...]:
        stored = {
            (d.patient_id, d.day): d
            for owner in self._owners
            for d in diary.for_patient(self._session, owner)
        }
        origin = {owner: planned for planned, owner in self._owner_of.items()}
        kept = []
        for planned in self._led(self._plan.diary_days):
            known = stored.get((planned.patient_id, planned.day))
            row_key = (origin.get(planned.patient_id, planned.patient_id), planned.day)
            if not self._is_known(known, planned, _entry, row_key):
                kept.append(planned)
        return tuple(kept)

    def adverse_events(self) -> tuple[AdverseEvent, ...]:
        stored = {
            (e.patient_id, e.term, e.onset, e.site, e.side): e
            for part in storing.parts(self._owners)
            for e in adverse_events.load(self._session, AdverseEventRow.patient_id.in_(part))
        }
        kept = []
        for planned in self._led(self._plan.adverse_events):
            key = (planned.patient_id, planned.term, planned.onset, planned.site, planned.side)
            if not self._is_known(stored.get(key), planned, _course, planned.id):
                kept.append(self._relinked(planned))
        return tuple(kept)

    def _led(self, planned: Iterable[Any]) -> Iterable[Any]:
        for value in planned:
            if value.patient_id in self._skipped:
                continue
            owner = self._owner_of.get(value.patient_id)
            yield value if owner is None else replace(value, patient_id=owner)

    def _relinked(self, planned: Any) -> Any:
        stored = self._stored_treatment.get(planned.treatment_id)
        return planned if stored is None else replace(planned, treatment_id=stored)

    def _is_known(
        self, known: Any, planned: Any, content: Callable[[Any], object], row_key: object
    ) -> bool:
        """Whether the register has the planned record; one that differs is a conflict."""
        if known is None:
            return False
        if content(known) == content(planned):
            self.known += 1
        else:
            row = self._plan.rows.get(row_key)
            message = _("The register has something else for this patient and day.")
            self.conflicts.append(_problem(row, "differs_from_register", message))
        return True


def _given(treatment: Treatment) -> object:
    return (
        treatment.placebo,
        treatment.dose,
        sorted((i.site, i.side, i.dose.units) for i in treatment.injections),
    )


def _scores(assessment: Assessment) -> object:
    return sorted((s.part, s.value is None, s.value) for s in assessment.scores)


def _entry(entry: DiaryDay) -> object:
    return replace(entry, batch=None, version=0)


def _course(event: AdverseEvent) -> object:
    return event.resolved, event.grade, event.serious
