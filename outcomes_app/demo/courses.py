"""One synthetic patient from first visit to today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from outcomes_app.catalog import Catalog
from outcomes_app.demo import diaries, names, schedule, scores
from outcomes_app.demo.conditions import Condition, Regimen
from outcomes_app.demo.ids import new_id
from outcomes_app.demo.injections import Given, injections, vials
from outcomes_app.demo.progress import Progress, Story
from outcomes_app.domain import checks
from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.patient import Identifier, Patient, Sex, TreatedIndication
from outcomes_app.domain.treatment import Acknowledgement, Treatment, Visit
from outcomes_app.domain.values import (
    AdverseEventId,
    PatientId,
    Severity,
    Side,
    SiteId,
    TreatmentId,
)

_NOTES = {
    Story.ORDINARY: "Synthetic patient.",
    Story.NO_RESPONSE: "Synthetic patient: shows no response over several treatments.",
    Story.WEARING_OFF: "Synthetic patient: shows the effect wearing off before the next visit.",
    Story.PRODUCT_CHANGE: "Synthetic patient: shows a change of product after a poor response.",
    Story.MISSED_VISITS: "Synthetic patient: shows late and missed visits.",
    Story.NOT_STARTED: "Synthetic patient: shows a new referral before the first treatment.",
}
_FEWEST_CYCLES = {
    Story.NO_RESPONSE: 4,
    Story.WEARING_OFF: 5,
    Story.PRODUCT_CHANGE: 7,
    Story.MISSED_VISITS: 5,
}
_CHANGE_AFTER = 4
_WEARS_OFF_AFTER = 50
_LEVELS = ("0.8", "0.9", "1", "1", "1.1", "1.2")
_MENOPAUSE_YEARS = 48
_CLINIC_SITES = ("Riverside", "Harbour")
_INJECTORS = ("Dr. Mara Lindqvist", "Dr. Tomasz Wieland")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything that is stored of one synthetic patient."""

    patient: Patient
    story: Story
    visits: tuple[Visit, ...] = ()
    follow_ups: tuple[Assessment, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    diary: tuple[DiaryDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What all parts of one course are made from."""

    random: Random
    catalog: Catalog
    today: date
    condition: Condition
    story: Story
    affected: Side
    patient: Patient


def course(
    random: Random,
    catalog: Catalog,
    *,
    today: date,
    condition: Condition,
    story: Story,
    number: int,
) -> Course:
    """The course of patient `number` of the practice."""
    affected = random.choice((Side.LEFT, Side.RIGHT))
    days = () if story is Story.NOT_STARTED else _days(random, today, condition, story, number)
    started = days[0] if days else today - timedelta(days=random.randint(3, 20))
    setting = _Setting(
        random=random,
        catalog=catalog,
        today=today,
        condition=condition,
        story=story,
        affected=affected,
        patient=_patient(
            random, condition, affected=affected, story=story, number=number, started=started
        ),
    )
    progress = _progress(setting, days)
    true_days = _true_days(setting, progress, started)
    visits = _visits(setting, days, progress, true_days)
    return Course(
        patient=setting.patient,
        story=story,
        visits=visits,
        follow_ups=_follow_ups(setting, days, progress, started),
        adverse_events=tuple(e for v in visits for e in _events(setting, v.treatment)),
        diary=_diary(setting, true_days, started),
    )


def _days(
    random: Random, today: date, condition: Condition, story: Story, number: int
) -> tuple[date, ...]:
    cycles = max(random.randint(*condition.cycles), _FEWEST_CYCLES.get(story, 1))
    return schedule.treatment_days(
        random,
        today=today,
        how=schedule.standing(number),
        interval_days=condition.interval_days,
        cycles=condition.cycles[1] if number == 0 else cycles,
        often_missed=story is Story.MISSED_VISITS,
    )


def _patient(
    random: Random,
    condition: Condition,
    *,
    affected: Side,
    story: Story,
    number: int,
    started: date,
) -> Patient:
    sex = Sex.FEMALE if random.random() < condition.women else Sex.MALE
    family, given = names.draw(random, sex)
    age_days = random.randint(condition.ages[0] * 366, condition.ages[1] * 365)
    return Patient(
        id=PatientId(new_id(random)),
        family_name=family,
        given_name=given,
        birth_date=started - timedelta(days=age_days),
        sex=sex,
        identifiers=(Identifier(system="clinic", value=f"SYN-{number + 1:04d}"),),
        indications=(
            TreatedIndication(
                indication=condition.indication,
                icd10=condition.icd10[affected],
                since=started - timedelta(days=random.randint(200, 3000)),
            ),
        ),
        clinic_site=random.choice(_CLINIC_SITES),
        allergies=random.choice(("",) * 9 + ("Penicillin", "Latex")),
        alerts=random.choice(((),) * 12 + (("Takes an anticoagulant",), ("Faints at injections",))),
        note=_NOTES[story],
        synthetic=True,
    )


def _progress(setting: _Setting, days: Sequence[date]) -> Progress:
    random, story = setting.random, setting.story
    usual = random.uniform(0.62, 1.0)
    strengths = []
    for cycle in range(len(days)):
        strength = usual * min(1.0, 0.78 + 0.11 * cycle) + random.gauss(0, 0.05)
        if story is Story.NO_RESPONSE:
            strength = random.uniform(0.0, 0.1)
        elif story is Story.PRODUCT_CHANGE:
            strength = random.uniform(0.2, 0.35) if cycle < _CHANGE_AFTER else 0.9
        strengths.append(max(0.0, min(1.0, strength)))
    usual_days = setting.condition.lasts_days
    lasts = (
        _WEARS_OFF_AFTER
        if story is Story.WEARING_OFF
        else random.randint(usual_days - 6, usual_days + 8)
    )
    return Progress(injections=tuple(zip(days, strengths, strict=True)), lasts_days=lasts)


def _visits(
    setting: _Setting,
    days: Sequence[date],
    progress: Progress,
    true_days: dict[date, diaries.Day],
) -> tuple[Visit, ...]:
    random = setting.random
    regimens = setting.condition.regimens
    first = 0 if setting.story is Story.PRODUCT_CHANGE else random.randrange(len(regimens))
    found = []
    for cycle, day in enumerate(days):
        changed = setting.story is Story.PRODUCT_CHANGE and cycle >= _CHANGE_AFTER
        treatment = _treatment(setting, regimens[1 if changed else first], day, cycle)
        occasion = Occasion.VISIT if cycle else Occasion.BASELINE
        taken = scores.taken(
            random,
            setting.catalog,
            patient_id=setting.patient.id,
            measures=setting.condition.measures,
            progress=progress,
            day=day,
            occasion=occasion,
            treatment_id=treatment.id,
        )
        taken += diaries.told(
            random,
            true_days,
            day,
            patient_id=setting.patient.id,
            occasion=occasion,
            treatment_id=treatment.id,
        )
        found.append(Visit(treatment=treatment, assessments=tuple(taken)))
    return tuple(found)


def _treatment(setting: _Setting, regimen: Regimen, day: date, cycle: int) -> Treatment:
    random = setting.random
    given = Given(
        regimen=regimen,
        affected=setting.affected,
        level=Decimal(_LEVELS[min(cycle, random.randrange(len(_LEVELS)))]),
        extra=random.choice((0, 2, 4, 4, 6, 8)) if cycle else 0,
    )
    points = injections(random, setting.catalog, given)
    treatment = Treatment(
        id=TreatmentId(new_id(random)),
        patient_id=setting.patient.id,
        indication=setting.condition.indication,
        day=day,
        product=regimen.product,
        injections=points,
        vials=vials(given, points, day),
        protocol=regimen.protocol,
        guidance=regimen.guidance,
        needle="30 G, 13 mm",
        injector_name=_INJECTORS[_CLINIC_SITES.index(setting.patient.clinic_site)],
        clinic_site=setting.patient.clinic_site,
    )
    return replace(treatment, acknowledgements=_acknowledgements(setting, treatment))


def _acknowledgements(setting: _Setting, treatment: Treatment) -> tuple[Acknowledgement, ...]:
    """What a careful clinician would have been asked, and the answer."""
    problems = checks.check_treatment(
        treatment, setting.catalog, today=setting.today, birth_date=setting.patient.birth_date
    )
    codes = dict.fromkeys(p.code for p in problems if p.severity is Severity.CHECK)
    return tuple(
        Acknowledgement(code=code, reason="Discussed with the patient; benefit outweighs the risk.")
        for code in codes
    )


def _follow_ups(
    setting: _Setting, days: Sequence[date], progress: Progress, started: date
) -> tuple[Assessment, ...]:
    """Calls and letters some weeks after a treatment; before the first one, the referral."""
    random = setting.random
    if not days:
        asked = [(started, Occasion.BASELINE)]
    else:
        calls = [
            day + timedelta(days=random.randint(28, 45)) for day in days if random.random() < 0.55
        ]
        asked = [(day, Occasion.FOLLOW_UP) for day in calls if day <= setting.today]
    return tuple(
        assessment
        for day, occasion in asked
        for assessment in scores.taken(
            random,
            setting.catalog,
            patient_id=setting.patient.id,
            measures=setting.condition.measures,
            progress=progress,
            day=day,
            occasion=occasion,
        )
    )


def _events(setting: _Setting, treatment: Treatment) -> list[AdverseEvent]:
    random = setting.random
    found = []
    for event in setting.condition.events:
        onset = treatment.day + timedelta(days=random.randint(0, 9))
        ended = onset + timedelta(days=max(1, round(random.gauss(event.days, event.days / 4))))
        if random.random() < event.chance and onset <= setting.today:
            found.append(
                AdverseEvent(
                    id=AdverseEventId(new_id(random)),
                    patient_id=setting.patient.id,
                    treatment_id=treatment.id,
                    term=event.term,
                    onset=onset,
                    resolved=ended if ended <= setting.today else None,
                    grade=event.grade if random.random() < 0.85 else None,
                    site=event.site,
                    side=_side(setting, event.site),
                )
            )
    return found


def _side(setting: _Setting, site: SiteId | None) -> Side | None:
    if site is None:
        return None
    sides = setting.catalog.sites[site].sides
    return setting.affected if setting.affected in sides else sides[0]


def _true_days(setting: _Setting, progress: Progress, started: date) -> dict[date, diaries.Day]:
    if not setting.condition.diary:
        return {}
    before = timedelta(days=setting.random.randint(30, 56))
    return diaries.true_days(setting.random, progress, started - before, setting.today)


def _diary(
    setting: _Setting, true_days: dict[date, diaries.Day], started: date
) -> tuple[DiaryDay, ...]:
    if not true_days:
        return ()
    random, patient = setting.random, setting.patient
    age = (started - patient.birth_date).days // 365 if patient.birth_date else 0
    how = diaries.habit(random)
    # Some give the diary up after a year or so; those who show something keep it.
    given_up = random.random() < 0.25 and setting.story is Story.ORDINARY
    last = started + timedelta(days=random.randint(250, 500)) if given_up else setting.today
    kept = {day: true for day, true in true_days.items() if day <= last}
    has_menses = patient.sex is Sex.FEMALE and age < _MENOPAUSE_YEARS
    return tuple(diaries.written(random, patient.id, how, kept, has_menses=has_menses))
