"""What one rule is asked about: the course as it was known on a day, the facts, the parameters.

Evaluators read only this, so nothing later than the day of the verdict can enter one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryByDay, DiaryRules
from outcomes_app.analysis.rules.facts import RuleFacts
from outcomes_app.analysis.rules.verdict import (
    Criterion,
    Figure,
    Note,
    Origin,
    ParameterUsed,
    State,
    Verdict,
    WindowRead,
)
from outcomes_app.analysis.treatment_cycles import CycleName, TreatmentCycle, treatment_cycles
from outcomes_app.analysis.windows import WEEKS_9_12, Window
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import ResponseRule
from outcomes_app.domain.values import IndicationId
from outcomes_app.text import _

_MINIMUM = "min_recorded_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One rule about one course on one day. `course` holds only what was known then, and only the
    treatments of the indication."""

    rule: ResponseRule
    course: PatientCourse
    indication: str
    facts: RuleFacts
    on: date
    cycles: tuple[TreatmentCycle, ...]
    diary: DiaryByDay
    diary_rules: DiaryRules

    def number(self, name: str) -> Fraction:
        """A parameter that is a number."""
        value = self._value(name)
        if isinstance(value, str):
            raise KeyError(f"{self.rule.id}: {name} is no number")
        return Fraction(value)

    def days(self, name: str) -> int:
        """A parameter that is a whole number; a fraction of a day is cut off."""
        return int(self.number(name))

    def word(self, name: str) -> str:
        """A parameter that is one of some words."""
        return str(self._value(name))

    def _value(self, name: str) -> Decimal | str:
        found = next((p.value for p in self.rule.parameters if p.name == name), None)
        if found is None:
            raise KeyError(f"{self.rule.id} has no parameter {name}")
        return found

    def window(self, first: str, last: str, name: str) -> Window:
        """A window from two parameters."""
        return Window(name=name, first=self.days(first), last=self.days(last))

    def cycle(self, number: int) -> TreatmentCycle | None:
        """The cycle of a number; None where there were not so many treatments."""
        return self.cycles[number - 1] if 0 < number <= len(self.cycles) else None

    def over(self, cycle: TreatmentCycle, window: Window = WEEKS_9_12) -> bool:
        """Whether a window of a cycle lies in the past: its last day has gone by, or the next
        treatment has come."""
        return cycle.next_start is not None or cycle.offset(self.on) > window.last

    def completed(self) -> tuple[TreatmentCycle, ...]:
        """The cycles whose twelve weeks are over."""
        return tuple(c for c in self.cycles if self.over(c))

    def verdict(
        self,
        label: str,
        state: State,
        detail: str,
        *,
        criteria: Iterable[Criterion] = (),
        numbers: Iterable[Figure] = (),
        windows: Iterable[WindowRead] = (),
        notes: Iterable[Note] = (),
        facts: Iterable[tuple[str, str]] = (),
    ) -> Verdict:
        """A verdict on this question, with all windows its criteria read."""
        listed = tuple(criteria)
        read = dict.fromkeys((*windows, *(w for c in listed for w in c.windows)))
        return Verdict(
            rule=self.rule.id,
            title=_(self.rule.title),
            version=self.rule.version,
            kind=self.rule.kind,
            indication=self.indication,
            on=self.on,
            label=label,
            state=state,
            words=f"{state.words}: {detail}",
            criteria=listed,
            numbers=tuple(numbers),
            windows=tuple(read),
            notes=tuple(dict.fromkeys((*notes, *_origin_notes(read)))),
            parameters=tuple(_used(self.rule)),
            facts=tuple(facts),
            source=self.rule.source,
            verified=self.rule.verified,
            app_defined=self.rule.app_defined,
        )


def ask(
    rule: ResponseRule,
    course: PatientCourse,
    facts: RuleFacts,
    *,
    on: date,
    indication: str = "",
    diary_rules: DiaryRules = CLINIC_RULES,
) -> Question:
    """The question of one rule about a course as it was known on a day."""
    known = as_of(course, on)
    named = indication or _indication(known)
    if named:
        known = known.for_indication(IndicationId(named))
    minimum = next((p.value for p in rule.parameters if p.name == _MINIMUM), None)
    if isinstance(minimum, Decimal):
        diary_rules = replace(diary_rules, minimum_recorded=int(minimum))
    return Question(
        rule=rule,
        course=known,
        indication=named,
        facts=facts,
        on=on,
        cycles=treatment_cycles(known, top_ups=facts.top_ups),
        # The last entry of a day stands, as in the record.
        diary={d.day: d for d in known.diary},
        diary_rules=diary_rules,
    )


def as_of(course: PatientCourse, on: date) -> PatientCourse:
    """The course without what came after a day, and without what does not count."""
    treatments = (t for t in course.treatments if t.day <= on and t.status.counts)
    assessments = (a for a in course.assessments if a.day <= on and not a.voided)
    return replace(
        course,
        treatments=tuple(sorted(treatments, key=lambda t: t.day)),
        assessments=tuple(sorted(assessments, key=lambda a: a.day)),
        diary=tuple(d for d in course.diary if d.day <= on),
    )


def _indication(course: PatientCourse) -> str:
    if course.treatments:
        return course.treatments[-1].indication
    return course.patient.indications[0].indication if course.patient.indications else ""


def _used(rule: ResponseRule) -> Iterable[ParameterUsed]:
    filed = rule.details.get("parameters", ())
    original = (
        {str(p["name"]): str(p["value"]) for p in filed if isinstance(p, dict)}
        if isinstance(filed, (list, tuple))
        else {}
    )
    for parameter in rule.parameters:
        yield ParameterUsed(
            name=parameter.name,
            value=str(parameter.value),
            unit=parameter.unit,
            source=parameter.source,
            verified=parameter.verified,
            app_defined=parameter.app_defined,
            changed=original.get(parameter.name, str(parameter.value)) != str(parameter.value),
        )


def _origin_notes(windows: Iterable[WindowRead]) -> Iterable[Note]:
    origins = {w.origin for w in windows if w.value is not None}
    if Origin.REPORTED not in origins:
        return
    if Origin.DIARY in origins:
        text = _("reported, not diary: a told number is compared with counted days")
    else:
        text = _("reported, not diary")
    yield Note(code="reported_not_diary", text=text)


def cycle_notes(cycle: TreatmentCycle) -> Iterable[Note]:
    """What is notable about a cycle, as labels."""
    for name in cycle.names:
        words = _("treatment {n}: {what}").format(n=cycle.number, what=name.words)
        yield Note(code=f"cycle_{name.value}", text=words)


def deviation_note(cycle: TreatmentCycle, late_days: int) -> Iterable[Note]:
    """The label on a cycle whose treatment came late."""
    if cycle.interval is not None and cycle.interval > late_days:
        words = _("interval deviation: treatment {n} came {days} days after the one before")
        yield Note(
            code="interval_deviation", text=words.format(n=cycle.number, days=cycle.interval)
        )


def switched(cycles: Iterable[TreatmentCycle]) -> bool:
    """Whether another product was given in one of the cycles than before it."""
    return any(CycleName.PRODUCT_SWITCH in c.names for c in cycles)
