"""All that an analysis reads: one patient's course, or a cohort of courses."""

from dataclasses import dataclass
from datetime import date

from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import IndicationId


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCourse:
    """One patient with everything that counts, each tuple in order of day. Voided records and
    drafts are not in it."""

    patient: Patient
    treatments: tuple[Treatment, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    diary: tuple[DiaryDay, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()

    def for_indication(self, indication: IndicationId) -> "PatientCourse":
        """The same course with only the treatments of one indication."""
        return PatientCourse(
            patient=self.patient,
            treatments=tuple(t for t in self.treatments if t.indication == indication),
            assessments=self.assessments,
            diary=self.diary,
            adverse_events=self.adverse_events,
        )

    @property
    def first_treatment_day(self) -> date | None:
        """The day everything is compared with; None before the first treatment."""
        return self.treatments[0].day if self.treatments else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Courses looked at together, with words that say how they were chosen."""

    courses: tuple[PatientCourse, ...]
    description: str = ""
