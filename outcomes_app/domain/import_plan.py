"""What an import would store, decided before anything is stored.

It is a domain value because exchange makes it, records stores it, and neither may know the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import BatchId, PatientId, PersonId, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProblem:
    """Something wrong or notable in a file. Its message never repeats the cell, which may be a
    name: whoever shows it looks the cell up. `row` is the row as a spreadsheet counts it, None for
    the whole file; `code` is stable and never translated."""

    row: int | None
    column: str
    code: str
    message: str
    severity: Severity = Severity.ERROR


class MatchedBy(StrEnum):
    """Why a patient of the file is taken for one who is in the register already."""

    IDENTIFIER = "identifier"
    NAME_AND_BIRTH_DATE = "name_and_birth_date"


class MatchDecision(StrEnum):
    """What to do with a patient who is in the register already; only a person decides this."""

    ADD = "add"  # the records of the file go to the patient of the register
    SKIP = "skip"  # nothing of this patient is taken from the file
    SEPARATE = "separate"  # somebody else of the same name and birth date


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientMatch:
    """A patient of the file (first named in `row`) and the one of the register they seem to be."""

    planned: PatientId
    existing: PatientId
    matched_by: MatchedBy
    row: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """Everything a file would add, every problem in it, and what had to be assumed.

    `declarations` are sentences about the whole import, such as a nominal start date; `rows` says
    from which row of the file a record comes, by its
    id, a diary day by its patient and day; `decisions` holds the person's answers.
    """

    patients: tuple[Patient, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    diary_days: tuple[DiaryDay, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    problems: tuple[ImportProblem, ...] = ()
    declarations: tuple[str, ...] = ()
    rows: Mapping[object, int] = field(default_factory=dict, repr=False)
    decisions: Mapping[PatientId, MatchDecision] = field(default_factory=dict, repr=False)

    @property
    def errors(self) -> tuple[ImportProblem, ...]:
        """The problems for which the whole file is refused."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each kind the plan would add."""
        return {
            "patients": len(self.patients),
            "clinic_sites": len({p.clinic_site for p in self.patients if p.clinic_site}),
            "treatments": len(self.treatments),
            "injections": sum(len(t.injections) for t in self.treatments),
            "scores": sum(len(a.scores) for a in self.assessments),
            "assessments": len(self.assessments),
            "diary_days": len(self.diary_days),
            "adverse_events": len(self.adverse_events),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBatch:
    """One import that was stored. `counts` says what it added, and as "known" how many records
    of the file were in the register already and were not stored twice."""

    id: BatchId
    file_name: str
    format: str
    made_at: datetime
    person: PersonId | None
    person_name: str
    counts: Mapping[str, int]
    mapping: Mapping[str, object]
    undone_at: datetime | None = None
    undone_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """A record of an import that undoing left in place, because somebody worked on it since."""

    entity: str
    patient: PatientId
    patient_number: str = field(default="", repr=False)
    day: date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What undoing an import did: how many records were voided, and which were kept and why."""

    voided: Mapping[str, int]
    kept: tuple[KeptRecord, ...] = ()
