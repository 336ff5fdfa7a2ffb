"""What a record must fulfil before it is stored: one pure function per record.

Forms call them on every edit, imports on every row, records before storing. Errors refuse; checks
need a reason; information only tells. Paths in `Problem.field` count from 0. The safety rules of
the catalog will run beside these; here are only the rules without which a record makes no sense.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from outcomes_app.domain.adverse_event import AdverseEvent, AdverseEventFollowUp
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.clean_text import text_problems
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.patient import Patient, TreatedIndication
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.treatment_checks import treatment_problems
from outcomes_app.domain.values import Problem, Problems, Score, Severity, Side, SiteId
from outcomes_app.text import _, day, number

_OLDEST_YEARS = 130
_ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")


def check_patient(patient: Patient, *, today: date, catalog: Catalog | None = None) -> Problems:
    """What is wrong with a patient's record; diagnosis codes are looked up where there is a
    catalog."""
    found = list(text_problems(patient))
    if not (
        patient.family_name.strip()
        or patient.given_name.strip()
        or any(i.value.strip() for i in patient.identifiers)
    ):
        found.append(
            Problem(
                field="family_name",
                code="identity_missing",
                message=_(
                    "There is neither a name nor an identifier, so the patient could not be found "
                    "again. Enter one of them."
                ),
            )
        )
    if patient.birth_date is not None:
        found += _birth_problems(patient.birth_date, today)
    found += _identifier_problems(patient)
    for index, treated in enumerate(patient.indications):
        found += _indication_problems(f"indications.{index}", treated, patient, today, catalog)
    return tuple(found)


def check_treatment(
    treatment: Treatment,
    catalog: Catalog,
    *,
    today: date,
    birth_date: date | None = None,
    jurisdiction: str = "us",
    ceilings: bool = True,
) -> Problems:
    """What is wrong with a treatment; with the birth date also against the patient's age, and
    dose ceilings by the label of the jurisdiction. `ceilings` False where the safety rules look
    at the same treatment: they know the same limits, and more of the patient."""
    found = list(text_problems(treatment))
    found += treatment_problems(treatment, catalog, birth_date, jurisdiction, ceilings=ceilings)
    found += _past_problems("day", treatment.day, today, _("The treatment"))
    if birth_date is not None and treatment.day < birth_date:
        found.append(
            Problem(
                field="day",
                code="before_birth",
                message=_(
                    "The treatment is dated {day}, before the patient's birth. Correct one of the "
                    "two dates."
                ).format(day=day(treatment.day)),
            )
        )
    return tuple(found)


def check_assessment(assessment: Assessment, catalog: Catalog, *, today: date) -> Problems:
    """What is wrong with an assessment: its instrument, its day and every number in it."""
    found = list(text_problems(assessment))
    found += _past_problems("day", assessment.day, today, _("The assessment"))
    if not assessment.scores and not assessment.answers:
        found.append(
            Problem(
                field="scores",
                code="assessment_empty",
                message=_("The assessment holds no number and no answer. Enter one or remove it."),
            )
        )
    parts = [s.part for s in assessment.scores]
    for index, score in enumerate(assessment.scores):
        path = f"scores.{index}"
        if parts.index(score.part) != index:
            found.append(
                Problem(
                    field=path,
                    code="part_twice",
                    message=_(
                        "{part} is given twice in one assessment, so it is not clear which number "
                        "counts. Keep one."
                    ).format(part=score.part),
                )
            )
        found += score_problems(path, assessment.instrument, score, catalog)
    return tuple(found)


def check_diary_day(diary_day: DiaryDay, *, today: date) -> Problems:
    """What is wrong with one day of a headache diary."""
    found = list(text_problems(diary_day))
    found += _past_problems("day", diary_day.day, today, _("The diary day"))
    for field, value, high in (
        ("peak_pain", diary_day.peak_pain, 10),
        ("peak_severity", diary_day.peak_severity, 3),
        ("duration_hours", diary_day.duration_hours, 24),
        ("work_missed_hours", diary_day.work_missed_hours, 24),
        ("aura_minutes", diary_day.aura_minutes, 24 * 60),
    ):
        if value is not None:
            found += _range_problems(field, Decimal(value), Decimal(0), Decimal(high))
    found += _contradictions(diary_day)
    for index, medicine in enumerate(diary_day.acute_medicines):
        if medicine.doses is not None and not _positive(medicine.doses):
            found.append(
                Problem(
                    field=f"acute_medicines.{index}.doses",
                    code="not_positive",
                    message=_(
                        "The number of doses must be above 0. Leave it empty if it is not known."
                    ),
                )
            )
    return tuple(found)


def check_adverse_event(
    event: AdverseEvent, catalog: Catalog, *, today: date, treatment_day: date | None = None
) -> Problems:
    """What is wrong with an adverse event; with the treatment's day also whether it can follow."""
    found = list(text_problems(event))
    found += _past_problems("onset", event.onset, today, _("The onset"))
    if event.term not in catalog.adverse_event_terms:
        found.append(_unknown("term", event.term, _("adverse event")))
    if event.resolved is not None:
        found += _past_problems("resolved", event.resolved, today, _("The end"))
        if event.resolved < event.onset:
            found.append(
                Problem(
                    field="resolved",
                    code="end_before_onset",
                    message=_("The event ends before it began. Correct one of the two dates."),
                )
            )
    if event.grade is not None and event.grade not in range(1, 6):
        found += _range_problems("grade", Decimal(event.grade), Decimal(1), Decimal(5))
    if event.site is not None:
        found += site_problems("site", event.site, event.side, catalog)
    if treatment_day is not None and event.onset < treatment_day:
        found.append(
            Problem(
                field="onset",
                code="onset_before_treatment",
                severity=Severity.CHECK,
                message=_(
                    "The event began before the treatment of {day} it is linked to, so it cannot "
                    "come from it. Correct the date or choose another treatment."
                ).format(day=day(treatment_day)),
            )
        )
    return tuple(found)


def check_follow_up(look: AdverseEventFollowUp, event: AdverseEvent, *, today: date) -> Problems:
    """What is wrong with a follow-up of an adverse event."""
    found = list(text_problems(look))
    found += _past_problems("day", look.day, today, _("The follow-up"))
    if look.day < event.onset:
        found.append(
            Problem(
                field="day",
                code="before_onset",
                message=_("The follow-up lies before the event began. Correct one of the days."),
            )
        )
    if look.grade is not None and look.grade not in range(1, 6):
        found += _range_problems("grade", Decimal(look.grade), Decimal(1), Decimal(5))
    return tuple(found)


def score_problems(path: str, instrument: str, score: Score, catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with one number of an instrument."""
    scale = catalog.find_scale(instrument, score.part)
    if scale is None:
        yield _unknown(path, f"{instrument} / {score.part}", _("instrument and part"))
        return
    if score.value is None:
        return
    if not score.value.is_finite() or not scale.holds(score.value):
        yield _outside(path, scale.name, score.value, scale.low, scale.high)
    elif scale.step and (score.value - (scale.low or 0)) % scale.step:
        yield Problem(
            field=path,
            code="between_steps",
            severity=Severity.INFO,
            message=_(
                "{name} moves in steps of {step}; {value} lies between two of them, as a mean "
                "would. Check that it was copied correctly."
            ).format(name=scale.name, step=number(scale.step), value=number(score.value)),
        )


def site_problems(
    path: str, site: SiteId, side: Side | None, catalog: Catalog
) -> Iterator[Problem]:
    """Whether a site exists and can be on this side."""
    found = catalog.sites.get(site)
    if found is None:
        yield _unknown(path, site, _("injection site"))
    elif side is not None and side not in found.sides:
        yield Problem(
            field=path.removesuffix("site") + "side",
            code="side_impossible",
            message=_("{site} has no {side} side. Choose {sides}.").format(
                site=found.name, side=_(side), sides=_(" or ").join(_(s) for s in found.sides)
            ),
        )


def _birth_problems(birth: date, today: date) -> Iterator[Problem]:
    if birth > today:
        yield Problem(
            field="birth_date",
            code="birth_in_future",
            message=_("The birth date lies in the future. Check the year."),
        )
    elif today.year - birth.year > _OLDEST_YEARS:
        yield Problem(
            field="birth_date",
            code="birth_too_early",
            message=_(
                "The birth date is more than {years} years ago, older than anybody has become. "
                "Check the year."
            ).format(years=_OLDEST_YEARS),
        )


def _identifier_problems(patient: Patient) -> Iterator[Problem]:
    seen = set()
    for index, identifier in enumerate(patient.identifiers):
        if not identifier.value.strip():
            yield Problem(
                field=f"identifiers.{index}",
                code="identifier_empty",
                message=_("The identifier is empty. Enter the number or remove the line."),
            )
        if (identifier.system, identifier.value) in seen:
            yield Problem(
                field=f"identifiers.{index}",
                code="identifier_twice",
                message=_("The same identifier stands twice. Remove one."),
            )
        seen.add((identifier.system, identifier.value))


def _indication_problems(
    path: str, treated: TreatedIndication, patient: Patient, today: date, catalog: Catalog | None
) -> Iterator[Problem]:
    known = catalog.indications.get(treated.indication) if catalog else None
    if catalog and known is None:
        yield _unknown(f"{path}.indication", treated.indication, _("indication"))
    if [t.indication for t in patient.indications].count(treated.indication) > 1:
        yield Problem(
            field=f"{path}.indication",
            code="indication_twice",
            message=_("The same indication stands twice. Keep one and put all codes there."),
        )
    if treated.since is not None:
        yield from _past_problems(f"{path}.since", treated.since, today, _("The diagnosis"))
    for index, code in enumerate(treated.icd10):
        field = f"{path}.icd10.{index}"
        if not _ICD10.fullmatch(code):
            yield Problem(
                field=field,
                code="icd10_form",
                message=_(
                    "{code} does not have the form of an ICD-10 code. Write it with its point, "
                    "for example G43.709."
                ).format(code=code if code.isprintable() else "?"),
            )
        elif known and code not in known.icd10 and code not in known.icd10_related:
            yield Problem(
                field=field,
                code="icd10_unusual",
                severity=Severity.INFO,
                message=_(
                    "{code} is not among the codes known for {indication}. Check it against the "
                    "code list in force."
                ).format(code=code, indication=known.name),
            )


def _past_problems(field: str, when: date, today: date, what: str) -> Iterator[Problem]:
    if when > today:
        yield Problem(
            field=field,
            code="in_future",
            message=_("{what} is dated {day}, in the future. Check the date.").format(
                what=what, day=day(when)
            ),
        )
    elif today.year - when.year > _OLDEST_YEARS:
        yield Problem(
            field=field,
            code="too_long_ago",
            message=_("{what} is dated {day}, which no living patient saw. Check the year.").format(
                what=what, day=day(when)
            ),
        )


def _contradictions(diary_day: DiaryDay) -> Iterator[Problem]:
    signs: Iterable[tuple[str, Decimal | int | None, str]] = (
        ("peak_pain", diary_day.peak_pain, _("pain")),
        ("peak_severity", diary_day.peak_severity, _("severity")),
        ("duration_hours", diary_day.duration_hours, _("hours of headache")),
    )
    for field, value, word in signs:
        if diary_day.headache is False and value is not None and value > 0:
            yield Problem(
                field=field,
                code="headache_contradiction",
                message=_(
                    "The day is marked as free of headache, yet {word} is above 0. Correct one "
                    "of them."
                ).format(word=word),
            )
    if diary_day.acute_medicine_taken is False and diary_day.acute_medicines:
        yield Problem(
            field="acute_medicines",
            code="medicine_contradiction",
            message=_(
                "The day is marked as free of acute medicine, yet one is named. Correct one of "
                "them."
            ),
        )


def _positive(value: Decimal) -> bool:
    return value.is_finite() and value > 0


def _range_problems(field: str, value: Decimal, low: Decimal, high: Decimal) -> Iterator[Problem]:
    if not value.is_finite() or not low <= value <= high:
        yield _outside(field, _("This value"), value, low, high)


def _outside(
    field: str, name: str, value: Decimal, low: Decimal | None, high: Decimal | None
) -> Problem:
    if high is None:
        allowed = _("{low} or more").format(low=number(low or 0))
    elif low is None:
        allowed = _("{high} or less").format(high=number(high))
    else:
        allowed = _("{low} to {high}").format(low=number(low), high=number(high))
    shown = number(value) if value.is_finite() else str(value)
    return Problem(
        field=field,
        code="out_of_range",
        message=_("{name} is {value}, but only {allowed} is possible. Correct the number.").format(
            name=name, value=shown, allowed=allowed
        ),
    )


def _unknown(field: str, value: str, what: str) -> Problem:
    return Problem(
        field=field,
        code="unknown",
        message=_("{value} is no {what} of the catalog. Choose one from the list.").format(
            value=value if value.isprintable() else "?", what=what
        ),
    )
