"""The synthetic practice: the same each time, plausible to every check, and with the patients it
promises to show."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import mean

import pytest

from outcomes_app.catalog import Catalog
from outcomes_app.demo.build import DemoPractice, make_practice
from outcomes_app.demo.conditions import Condition, conditions
from outcomes_app.demo.courses import Course
from outcomes_app.demo.progress import Progress, Story
from outcomes_app.domain import checks
from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.values import IndicationId, Problem, Severity, Side, total

TODAY = date(2026, 11, 20)
MIGRAINE = IndicationId("chronic_migraine")

# What the program is for; one of each group has to be there to look at.
CONDITIONS_TREATED = {
    "chronic migraine": {"chronic_migraine"},
    "cervical dystonia": {"cervical_dystonia"},
    "blepharospasm": {"blepharospasm"},
    "spasticity": {"upper_limb_spasticity", "lower_limb_spasticity"},
    "muscle spasm": {"muscle_spasm"},
    "myofascial pain": {"myofascial_pain"},
    "neuropathic pain": {"neuropathic_pain", "neuropathic_back_pain"},
    "hyperhidrosis": {"hyperhidrosis_axillary", "hyperhidrosis_palmar", "hyperhidrosis_plantar"},
    "back, neck and shoulder pain": {"back_pain", "neck_pain", "shoulder_pain"},
    "arthritis": {"arthritis_joint_pain"},
}


@pytest.fixture(scope="module")
def made(catalog: Catalog) -> DemoPractice:
    return make_practice(catalog, today=TODAY)


def _indication(course: Course) -> str:
    return course.patient.indications[0].indication


def _shows(made: DemoPractice, story: Story) -> Course:
    return next(course for course in made.courses if course.story is story)


def _values(course: Course, instrument: str, part: str = "total") -> list[Decimal]:
    """At the visits, in order, those that are there."""
    found = [
        a.value(part) for v in course.visits for a in v.assessments if a.instrument == instrument
    ]
    return [value for value in found if value is not None]


def test_the_same_seed_and_day_make_the_same_practice_to_the_last_byte(
    catalog: Catalog, made: DemoPractice
) -> None:
    again = make_practice(catalog, today=TODAY)
    assert again == made
    assert repr(again).encode() == repr(made).encode()


def test_another_seed_makes_other_patients(catalog: Catalog, made: DemoPractice) -> None:
    other = make_practice(catalog, today=TODAY, seed=2, patients=3)
    assert {c.patient.id for c in other.courses}.isdisjoint(c.patient.id for c in made.courses)


def test_further_patients_leave_the_others_as_they_were(
    catalog: Catalog, made: DemoPractice
) -> None:
    assert make_practice(catalog, today=TODAY, patients=7).courses == made.courses[:7]


def test_everything_is_marked_as_synthetic(made: DemoPractice) -> None:
    assert made.practice.synthetic
    assert all(course.patient.synthetic for course in made.courses)
    assert all(course.patient.note.startswith("Synthetic") for course in made.courses)


@pytest.mark.parametrize("group", CONDITIONS_TREATED)
def test_every_condition_the_program_is_for_is_there(group: str, made: DemoPractice) -> None:
    present = {_indication(course) for course in made.courses}
    assert CONDITIONS_TREATED[group] <= present


def test_a_practice_of_sixty_has_one_to_twelve_treatments_each(made: DemoPractice) -> None:
    counts = [len(c.visits) for c in made.courses if c.story is not Story.NOT_STARTED]
    assert len(made.courses) == 60
    assert (min(counts), max(counts)) == (1, 12)
    assert sum(course.story is Story.NOT_STARTED for course in made.courses) == 2


@pytest.mark.parametrize("condition", conditions(), ids=lambda c: c.indication)
def test_products_sites_and_protocols_belong_to_the_indication(
    condition: Condition, catalog: Catalog, made: DemoPractice
) -> None:
    indication = catalog.indications[condition.indication]
    for course in made.courses:
        for visit in course.visits:
            treatment = visit.treatment
            if treatment.indication != indication.id:
                continue
            assert treatment.protocol is None or treatment.protocol in indication.protocols
            assert {i.site for i in treatment.injections} <= set(indication.sites)
            if treatment.protocol:
                assert treatment.product in catalog.protocols[treatment.protocol].products


def _problems(made: DemoPractice, catalog: Catalog) -> Iterator[Problem]:
    today = made.today
    for course in made.courses:
        yield from checks.check_patient(course.patient, today=today, catalog=catalog)
        days = {visit.treatment.id: visit.treatment.day for visit in course.visits}
        for visit in course.visits:
            yield from checks.check_treatment(
                visit.treatment, catalog, today=today, birth_date=course.patient.birth_date
            )
        taken = [a for v in course.visits for a in v.assessments]
        for assessment in (*taken, *course.follow_ups):
            yield from checks.check_assessment(assessment, catalog, today=today)
        for diary_day in course.diary:
            yield from checks.check_diary_day(diary_day, today=today)
        for event in course.adverse_events:
            treated = days[event.treatment_id] if event.treatment_id else None
            yield from checks.check_adverse_event(
                event, catalog, today=today, treatment_day=treated
            )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("today", [TODAY, date(2024, 2, 29), date(2026, 11, 22)])
def test_no_check_finds_an_error(seed: int, today: date, catalog: Catalog) -> None:
    practice = make_practice(catalog, today=today, seed=seed)
    errors = [p for p in _problems(practice, catalog) if p.severity is Severity.ERROR]
    assert errors == []


def test_every_dose_is_the_sum_of_its_points_and_vials_account_for_all(
    made: DemoPractice,
) -> None:
    for course in made.courses:
        for visit in course.visits:
            treatment = visit.treatment
            assert treatment.product is not None
            given = total((i.dose for i in treatment.injections), treatment.product)
            assert treatment.dose == given
            assert given.units > 0
            (vial,) = treatment.vials
            assert vial.vial_units is not None
            assert vial.discarded_units is not None
            assert vial.vial_units * vial.vials == given.units + vial.discarded_units
            assert vial.expiry is not None
            assert vial.expiry > treatment.day


def test_migraine_is_given_as_preempt_with_extra_points_where_it_hurts(
    made: DemoPractice,
) -> None:
    doses = Counter(
        visit.treatment.dose.units
        for course in made.courses
        if _indication(course) == MIGRAINE
        for visit in course.visits
        if visit.treatment.dose
    )
    assert min(doses) == 155
    assert max(doses) == 195
    assert len(doses) >= 4


def test_points_lie_on_the_map_on_the_side_they_name(made: DemoPractice, catalog: Catalog) -> None:
    for course in made.courses:
        for visit in course.visits:
            for point in visit.treatment.injections:
                assert point.placement is not None
                assert 0 < point.placement.x < 1
                assert 0 < point.placement.y < 1
                assert point.placement.view in catalog.views
                assert point.side in catalog.sites[point.site].sides


def test_diaries_have_recorded_headache_free_and_missing_days(made: DemoPractice) -> None:
    keepers = [course for course in made.courses if course.diary]
    assert {_indication(course) for course in keepers} == {MIGRAINE}
    for course in keepers:
        days = [entry.day for entry in course.diary]
        span = (days[-1] - days[0]).days + 1
        assert days == sorted(set(days))
        assert len(days) < span
        assert {entry.headache for entry in course.diary} == {True, False}
    gaps = [
        (after.day - before.day).days
        for course in keepers
        for before, after in pairwise(course.diary)
    ]
    assert max(gaps) >= 5


def test_some_numbers_are_missing_and_some_could_not_be_scored(made: DemoPractice) -> None:
    later = [v for c in made.courses for v in c.visits[1:]]
    usual = Counter(v.treatment.indication for v in later if v.assessments)
    assert usual
    asked = {c.indication: {m.instrument for m in c.measures} for c in conditions()}
    incomplete = [
        v for v in later if asked[v.treatment.indication] - {a.instrument for a in v.assessments}
    ]
    unscored = [s for v in later for a in v.assessments for s in a.scores if s.value is None]
    assert incomplete
    assert unscored
    assert all(s.answered is not None and s.items is not None for s in unscored)


def test_visits_are_on_time_late_and_missed_and_never_on_a_weekend(made: DemoPractice) -> None:
    gaps = []
    for course in made.courses:
        days = [visit.treatment.day for visit in course.visits]
        usual = next(c for c in conditions() if c.indication == _indication(course)).interval_days
        gaps += [(after - before).days - usual for before, after in pairwise(days)]
        assert all(day.weekday() < 5 for day in days)
    assert min(gaps) >= 0
    assert sum(gap <= 8 for gap in gaps) > len(gaps) / 2
    assert any(8 < gap < 40 for gap in gaps)
    assert any(gap > 70 for gap in gaps)


def test_some_are_due_today_soon_overdue_and_just_treated(
    made: DemoPractice, catalog: Catalog
) -> None:
    ahead = []
    for course in made.courses:
        if course.visits:
            treatment = course.visits[-1].treatment
            weeks = catalog.indications[treatment.indication].interval_weeks_usual
            assert weeks is not None
            ahead.append((treatment.day + timedelta(days=int(weeks * 7)) - TODAY).days)
    assert 0 in ahead
    assert any(0 < days <= 7 for days in ahead)
    assert any(-60 < days < 0 for days in ahead)
    assert any((TODAY - c.visits[-1].treatment.day).days <= 11 for c in made.courses if c.visits)


def test_the_one_without_response_stays_as_before(made: DemoPractice) -> None:
    course = _shows(made, Story.NO_RESPONSE)
    days = _values(course, "headache_days_28")
    assert len(course.visits) >= 4
    assert abs(mean(days[1:]) - days[0]) < 4
    assert "no response" in course.patient.note


def test_an_ordinary_migraine_gets_better(made: DemoPractice) -> None:
    course = made.courses[0]
    days = _values(course, "headache_days_28")
    assert mean(days[1:]) < Decimal("0.8") * days[0]


def test_the_one_that_wears_off_is_well_in_between_and_poorly_at_the_visit(
    made: DemoPractice,
) -> None:
    course = _shows(made, Story.WEARING_OFF)
    treated = [visit.treatment.day for visit in course.visits]

    def share(first: int, last: int) -> float:
        """Of headache days among the days written, so many days after a treatment."""
        written = [
            entry.headache
            for entry in course.diary
            for day in treated
            if first <= (entry.day - day).days <= last and entry.headache is not None
        ]
        return sum(written) / len(written)

    assert share(15, 45) < 0.7 * share(72, 84)


def test_the_change_of_product_is_to_another_one_and_helps(made: DemoPractice) -> None:
    course = _shows(made, Story.PRODUCT_CHANGE)
    products = [visit.treatment.product for visit in course.visits]
    change = products.index(products[-1])
    assert len(set(products)) == 2
    assert products == [products[0]] * change + [products[-1]] * (len(products) - change)
    told = [(a.day, a.value("total")) for a in course.follow_ups if a.instrument == "twstrs"] + [
        (v.treatment.day, a.value("total"))
        for v in course.visits
        for a in v.assessments
        if a.instrument == "twstrs"
    ]
    changed = course.visits[change].treatment.day
    before = [value for day, value in told if day <= changed and value is not None]
    after = [value for day, value in told if day > changed and value is not None]
    assert min(after) < min(before)


def test_a_new_referral_has_a_baseline_and_no_treatment(made: DemoPractice) -> None:
    course = _shows(made, Story.NOT_STARTED)
    assert not course.visits
    assert course.follow_ups
    assert {a.occasion for a in course.follow_ups} == {Occasion.BASELINE}


def test_adverse_events_follow_their_treatment_and_some_still_last(made: DemoPractice) -> None:
    events = [event for course in made.courses for event in course.adverse_events]
    assert len(events) > 15
    assert any(event.grade is None for event in events)
    assert all(event.resolved is None or event.resolved > event.onset for event in events)


def test_effect_rises_holds_and_is_gone_again() -> None:
    progress = Progress(injections=((TODAY, 0.8),), lasts_days=70)
    assert progress.effect(TODAY) == 0
    assert 0 < progress.effect(TODAY + timedelta(days=5)) < 0.8
    assert progress.effect(TODAY + timedelta(days=40)) == 0.8
    assert progress.effect(TODAY + timedelta(days=120)) == 0


def test_left_and_right_are_both_affected(made: DemoPractice) -> None:
    one_sided = Counter(
        visit.treatment.injections[0].side
        for course in made.courses
        if _indication(course) == "upper_limb_spasticity"
        for visit in course.visits[:1]
    )
    assert set(one_sided) <= {Side.LEFT, Side.RIGHT}
