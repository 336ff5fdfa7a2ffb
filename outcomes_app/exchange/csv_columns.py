"""The columns of the CSV export: their names are a promise, and each says what it holds.

A reader of the files, docs/file-formats.md and the data dictionary all rest on this one table.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.diary import AcuteMedicine
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.treatment import Injection, Treatment, VialUse
from outcomes_app.domain.values import Dose, Score
from outcomes_app.text import _

# What a cell holds before it is written: text is neutralised, all others cannot be a formula.
Value = str | Decimal | int | float | bool | date | None
Values = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what kind of value it holds, its unit, and its meaning in words."""

    name: str
    kind: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of the export: its name, what a row is, its columns, and the rows of a course."""

    name: str
    row_is: str
    columns: tuple[Column, ...]
    rows: Callable[[PatientCourse], Iterator[Values]]


def sheets() -> tuple[Sheet, ...]:
    """The files of a full export, in the order in which they are read back."""
    return (
        Sheet("patients", _("one patient"), _patient_columns(), _patients),
        Sheet("treatments", _("one treatment"), _treatment_columns(), _treatments),
        Sheet("injections", _("one injected point"), _injection_columns(), _injections),
        Sheet("vials", _("vials of one lot in one treatment"), _vial_columns(), _vials),
        Sheet("outcomes", _("one number of one assessment"), _outcome_columns(), _outcomes),
        Sheet("diary", _("one diary day"), _diary_columns(), _diary),
        Sheet("adverse_events", _("one adverse event"), _event_columns(), _events),
    )


def pack(items: tuple[tuple[str, ...], ...]) -> str:
    r"""Several things in one cell: "a:b; c:d", with \ before a : ; or \ that is meant."""
    return "; ".join(":".join(_escaped(part) for part in item) for item in items)


def unpack(text: str) -> tuple[tuple[str, ...], ...]:
    """What `pack` was given."""
    items: list[list[str]] = [[""]]
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            items[-1][-1] += next(letters, "")
        elif letter == ":":
            items[-1].append("")
        elif letter == ";":
            items.append([""])
            next(letters, "")
        else:
            items[-1][-1] += letter
    return tuple(tuple(item) for item in items) if text else ()


def _escaped(text: str) -> str:
    for sign in "\\:;":
        text = text.replace(sign, "\\" + sign)
    return text


def _patient_columns() -> tuple[Column, ...]:
    return (
        Column("patient_id", "id", _("the patient in these files")),
        Column("family_name", "text", _("family name")),
        Column("given_name", "text", _("given name")),
        Column("title", "text", _("title")),
        Column("birth_date", "date", _("date of birth")),
        Column("sex", "word", _("female, male, other or unknown")),
        Column("identifiers", "list", _("numbers of the patient, as system:number; …")),
        Column(
            "indications", "list", _("what is treated, as indication:ICD-10 codes:since:detail; …")
        ),
        Column("group", "text", _("group of a study")),
        Column("clinic_site", "text", _("site of the clinic or study")),
        Column("allergies", "text", _("allergies")),
        Column("alerts", "list", _("alerts, one after the other")),
        Column("note", "text", _("note")),
        Column("synthetic", "yes/no", _("made up for demonstration")),
    )


def _patients(course: PatientCourse) -> Iterator[Values]:
    patient: Patient = course.patient
    yield {
        "patient_id": str(patient.id),
        "family_name": patient.family_name,
        "given_name": patient.given_name,
        "title": patient.title,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "identifiers": pack(tuple((i.system, i.value) for i in patient.identifiers)),
        "indications": pack(
            tuple(
                (t.indication, " ".join(t.icd10), t.since.isoformat() if t.since else "", t.detail)
                for t in patient.indications
            )
        ),
        "group": patient.group,
        "clinic_site": patient.clinic_site,
        "allergies": patient.allergies,
        "alerts": pack(tuple((alert,) for alert in patient.alerts)),
        "note": patient.note,
        "synthetic": patient.synthetic,
    }


def _treatment_columns() -> tuple[Column, ...]:
    return (
        Column("treatment_id", "id", _("the treatment in these files")),
        Column("patient_id", "id", _("the patient")),
        Column("date", "date", _("day of the treatment")),
        Column("indication", "word", _("what was treated")),
        Column("product", "word", _("the product; units of two products cannot be compared")),
        Column("total_units", "number", _("total given, empty = not known"), _("units of product")),
        Column(
            "stated_units",
            "number",
            _("total as stated, where no points are known"),
            _("units of product"),
        ),
        Column("points", "number", _("how many points were injected")),
        Column("placebo", "yes/no", _("placebo of a study: no dose of the product was given")),
        Column("protocol", "word", _("protocol that was followed")),
        Column("guidance", "word", _("how the needle was guided")),
        Column("needle", "text", _("needle")),
        Column("injector", "text", _("who injected")),
        Column("clinic_site", "text", _("where it was given")),
        Column("status", "word", _("recorded or signed")),
        Column("note", "text", _("note")),
    )


def _treatments(course: PatientCourse) -> Iterator[Values]:
    for treatment in course.treatments:
        given, stated = treatment.dose, treatment.stated_total
        yield {
            "treatment_id": str(treatment.id),
            "patient_id": str(treatment.patient_id),
            "date": treatment.day,
            "indication": treatment.indication,
            "product": treatment.product,
            "total_units": given.units if given else None,
            "stated_units": stated.units if stated else None,
            "points": len(treatment.injections),
            "placebo": treatment.placebo,
            "protocol": treatment.protocol,
            "guidance": treatment.guidance,
            "needle": treatment.needle,
            "injector": treatment.injector_name,
            "clinic_site": treatment.clinic_site,
            "status": treatment.status,
            "note": treatment.note,
        }


def _injection_columns() -> tuple[Column, ...]:
    return (
        Column("injection_id", "id", _("the point in these files")),
        Column("treatment_id", "id", _("the treatment")),
        Column("patient_id", "id", _("the patient")),
        Column("date", "date", _("day of the treatment")),
        Column("number", "number", _("place in the order of injection")),
        Column("site", "word", _("muscle, gland or area")),
        Column("side", "word", _("the patient's left or right, or midline")),
        Column("units", "number", _("dose of the point"), _("units of product")),
        Column("product", "word", _("the product")),
        Column("view", "word", _("picture of the body map")),
        Column("x", "number", _("place on it from its left edge"), _("share of the width")),
        Column("y", "number", _("place on it from its top"), _("share of the height")),
        Column("label", "text", _("label of the point")),
        Column("depth", "text", _("depth")),
        Column("guidance", "word", _("how the needle was guided")),
        Column("note", "text", _("note")),
    )


def _injections(course: PatientCourse) -> Iterator[Values]:
    for treatment in course.treatments:
        for number, point in enumerate(treatment.injections, start=1):
            yield _injection(treatment, number, point)


def _injection(treatment: Treatment, number: int, point: Injection) -> Values:
    place, dose = point.placement, point.dose
    return {
        "injection_id": str(point.id),
        "treatment_id": str(treatment.id),
        "patient_id": str(treatment.patient_id),
        "date": treatment.day,
        "number": number,
        "site": point.site,
        "side": point.side,
        **_dose(dose),
        "view": place.view if place else None,
        "x": place.x if place else None,
        "y": place.y if place else None,
        "label": point.label,
        "depth": point.depth,
        "guidance": point.guidance,
        "note": point.note,
    }


def _dose(dose: Dose) -> Values:
    return {"units": dose.units, "product": dose.product}


def _vial_columns() -> tuple[Column, ...]:
    return (
        Column("treatment_id", "id", _("the treatment")),
        Column("patient_id", "id", _("the patient")),
        Column("date", "date", _("day of the treatment")),
        Column("number", "number", _("place in the list of vials")),
        Column("product", "word", _("the product")),
        Column("lot", "text", _("lot")),
        Column("expiry", "date", _("expires on")),
        Column("vial_units", "number", _("content of one vial"), _("units of product")),
        Column("diluent_ml", "number", _("diluent for one vial"), "mL"),
        Column("vials", "number", _("how many vials")),
        Column(
            "discarded_units", "number", _("discarded, empty = not known"), _("units of product")
        ),
        Column("discard_reason", "text", _("why")),
    )


def _vials(course: PatientCourse) -> Iterator[Values]:
    for treatment in course.treatments:
        for number, vial in enumerate(treatment.vials, start=1):
            yield _vial(treatment, number, vial)


def _vial(treatment: Treatment, number: int, vial: VialUse) -> Values:
    return {
        "treatment_id": str(treatment.id),
        "patient_id": str(treatment.patient_id),
        "date": treatment.day,
        "number": number,
        "product": treatment.product,
        "lot": vial.lot,
        "expiry": vial.expiry,
        "vial_units": vial.vial_units,
        "diluent_ml": vial.diluent_ml,
        "vials": vial.vials,
        "discarded_units": vial.discarded_units,
        "discard_reason": vial.discard_reason,
    }


def _outcome_columns() -> tuple[Column, ...]:
    return (
        Column("assessment_id", "id", _("the assessment in these files")),
        Column("patient_id", "id", _("the patient")),
        Column("treatment_id", "id", _("the treatment of the same visit")),
        Column("date", "date", _("day of the assessment")),
        Column("instrument", "word", _("instrument or measure")),
        Column("part", "word", _("which number of it")),
        Column("value", "number", _("the number; empty = it could not be scored")),
        Column("answered", "number", _("questions answered")),
        Column("items", "number", _("questions asked")),
        Column("rule", "word", _("scoring rule")),
        Column("occasion", "word", _("baseline, visit or follow_up")),
        Column("recall", "text", _("the time that was asked about")),
        Column("answers", "list", _("answers, as question:answer; …")),
        Column("note", "text", _("note")),
    )


def _outcomes(course: PatientCourse) -> Iterator[Values]:
    for assessment in course.assessments:
        for score in assessment.scores or (Score(part="", value=None),):
            yield _outcome(assessment, score)


def _outcome(assessment: Assessment, score: Score) -> Values:
    treatment = assessment.treatment_id
    return {
        "assessment_id": str(assessment.id),
        "patient_id": str(assessment.patient_id),
        "treatment_id": str(treatment) if treatment else None,
        "date": assessment.day,
        "instrument": assessment.instrument,
        "part": score.part,
        "value": score.value,
        "answered": score.answered,
        "items": score.items,
        "rule": score.rule,
        "occasion": assessment.occasion,
        "recall": assessment.recall,
        "answers": pack(tuple((q,) if a is None else (q, a) for q, a in assessment.answers)),
        "note": assessment.note,
    }


def _diary_columns() -> tuple[Column, ...]:
    return (
        Column("patient_id", "id", _("the patient")),
        Column("date", "date", _("the day; a day without a row is not known")),
        Column("headache", "yes/no", _("headache on this day; empty = not said")),
        Column("peak_pain", "number", _("worst pain"), _("0 to 10")),
        Column("peak_severity", "number", _("worst severity"), _("0 none to 3 severe")),
        Column("duration_hours", "number", _("hours of headache"), _("hours")),
        Column("unilateral", "yes/no", _("on one side")),
        Column("pulsating", "yes/no", _("pulsating")),
        Column("worse_with_activity", "yes/no", _("worse with activity")),
        Column("nausea", "yes/no", _("nausea")),
        Column("vomiting", "yes/no", _("vomiting")),
        Column("photophobia", "yes/no", _("light was hard to bear")),
        Column("phonophobia", "yes/no", _("noise was hard to bear")),
        Column("aura_minutes", "number", _("aura"), _("minutes")),
        Column("acute_medicine_taken", "yes/no", _("acute medicine on this day")),
        Column("acute_medicines", "list", _("which, as class:name:doses; …")),
        Column("menses", "yes/no", _("menstruation")),
        Column("work_missed_hours", "number", _("work missed"), _("hours")),
        Column("note", "text", _("note")),
    )


def _diary(course: PatientCourse) -> Iterator[Values]:
    names = [column.name for column in _diary_columns()]
    plain = [name for name in names if name not in ("patient_id", "date", "acute_medicines")]
    for entry in course.diary:
        row: Values = {"patient_id": str(entry.patient_id), "date": entry.day}
        row |= {name: getattr(entry, name) for name in plain}
        yield row | {"acute_medicines": pack(tuple(_medicine(m) for m in entry.acute_medicines))}


def _medicine(medicine: AcuteMedicine) -> tuple[str, ...]:
    doses = "" if medicine.doses is None else f"{medicine.doses:f}"
    return medicine.kind, medicine.name, doses


def _event_columns() -> tuple[Column, ...]:
    return (
        Column("adverse_event_id", "id", _("the event in these files")),
        Column("patient_id", "id", _("the patient")),
        Column("treatment_id", "id", _("the treatment it is linked to")),
        Column("term", "word", _("what happened")),
        Column("onset", "date", _("first day")),
        Column("resolved", "date", _("last day; empty = not known to have ended")),
        Column("grade", "number", _("grade; empty = not graded"), _("1 to 5")),
        Column("serious", "yes/no", _("serious")),
        Column("site", "word", _("muscle, gland or area")),
        Column("side", "word", _("the patient's left or right, or midline")),
        Column("note", "text", _("note")),
    )


def _events(course: PatientCourse) -> Iterator[Values]:
    for event in course.adverse_events:
        yield _event(event)


def _event(event: AdverseEvent) -> Values:
    return {
        "adverse_event_id": str(event.id),
        "patient_id": str(event.patient_id),
        "treatment_id": str(event.treatment_id) if event.treatment_id else None,
        "term": event.term,
        "onset": event.onset,
        "resolved": event.resolved,
        "grade": event.grade,
        "serious": event.serious,
        "site": event.site,
        "side": event.side,
        "note": event.note,
    }
