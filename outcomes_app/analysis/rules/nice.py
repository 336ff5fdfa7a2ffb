"""NICE TA260 for chronic migraine: the starting criteria and the negative stopping rule."""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from outcomes_app.analysis.medicine_days import OveruseLimits, overuse_month
from outcomes_app.analysis.rules.comparing import (
    answered,
    basis_dependent,
    criterion,
    fall_percent,
    figure,
    holds,
    month_criterion,
    shown,
)
from outcomes_app.analysis.rules.question import Question, cycle_notes, deviation_note
from outcomes_app.analysis.rules.reading import (
    HEADACHE,
    MIGRAINE,
    baseline,
    counted,
    evaluation_span,
    in_cycle,
    nothing,
    window_name,
)
from outcomes_app.analysis.rules.verdict import (
    Criterion,
    Figure,
    Note,
    State,
    Verdict,
    WindowRead,
)
from outcomes_app.analysis.treatment_cycles import TreatmentCycle
from outcomes_app.analysis.windows import WEEKS_5_8, WEEKS_9_12, WINDOWS, Span, baseline_span
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _


def basis_note() -> Note:
    """The label on an answer that hangs on what is meant by a month."""
    return Note(
        code="basis_dependent",
        text=_("borderline: basis dependent (28 and 30 days a month disagree)"),
    )


def eligibility(question: Question) -> Verdict:
    """At least 15 headache days with 8 migraine days, 3 preventives and overuse managed."""
    headache = _before_treatment(question, HEADACHE)
    migraine = _before_treatment(question, MIGRAINE)
    limits = (question.number("headache_days"), question.number("migraine_days"))
    failed = question.facts.preventives_failed
    managed = question.facts.medication_overuse_managed
    criteria = (
        month_criterion(
            "headache_days", _("headache days a month at baseline"), headache, ">=", limits[0]
        ),
        month_criterion(
            "migraine_days", _("migraine days a month at baseline"), migraine, ">=", limits[1]
        ),
        criterion(
            "preventives",
            _("preventive medicines that have not worked, or are not tolerated or are unsuitable"),
            None if failed is None else Fraction(failed),
            ">=",
            question.number("preventives"),
            missing=_("the number of preventive medicines that failed"),
        ),
        answered(
            "overuse_managed",
            _("medication overuse has been managed"),
            managed,
            missing=_("whether medication overuse has been managed"),
        ),
    )
    borderline = basis_dependent(headache.value, ">=", limits[0]) or basis_dependent(
        migraine.value, ">=", limits[1]
    )
    label, state = _eligible(criteria)
    met = sum(1 for c in criteria if c.state is State.MET)
    wording = _(
        "today's wording counts medicines that have not worked, or are not tolerated or are "
        "unsuitable; that of 2012 counted those without response"
    )
    return question.verdict(
        label,
        state,
        _("{n} of 4 starting criteria are met").format(n=met),
        criteria=criteria,
        notes=(
            *((basis_note(),) if borderline else ()),
            Note(code="wording_of_preventives", text=wording),
        ),
        facts=_facts(failed, managed),
    )


def _eligible(criteria: tuple[Criterion, ...]) -> tuple[str, State]:
    states = {c.state for c in criteria}
    if State.NOT_MET in states:
        return "not_eligible", State.NOT_MET
    if State.CANNOT_TELL not in states:
        return "eligible", State.MET
    unknown = any(c.state is State.CANNOT_TELL and c.value is None for c in criteria)
    return "incomplete" if unknown else "basis_dependent", State.CANNOT_TELL


def _before_treatment(question: Question, instrument: InstrumentId) -> WindowRead:
    if question.cycles:
        return baseline(question, instrument)
    # Before the first treatment the question is about starting now.
    now = counted(question, instrument, baseline_span(question.on), _("the last 28 days"))
    if now.value is not None:
        return now
    reported = baseline(question, instrument)
    return reported if reported.value is not None else now


def _facts(failed: int | None, managed: bool | None) -> Iterable[tuple[str, str]]:
    if failed is not None:
        yield "preventives_failed", str(failed)
    if managed is not None:
        yield "medication_overuse_managed", "yes" if managed else "no"


def negative_stop(question: Question) -> Verdict:
    """A fall in headache days below 30 % after two treatments; exactly 30 % is no reason."""
    needed = question.days("treatments")
    cycle = question.cycle(needed)
    if cycle is None or not question.over(cycle):
        return _too_early(question, needed)
    start = baseline(question, HEADACHE)
    name = window_name(cycle, WEEKS_9_12)
    end = in_cycle(question, HEADACHE, cycle, evaluation_span(cycle), name)
    percent = question.number("percent")
    pct = fall_percent(start.value, end.value)
    measured = criterion(
        "fall",
        _("fall in headache days from baseline, less than"),
        pct,
        "<",
        percent,
        unit="%",
        windows=(start, end),
        missing=_("a baseline of 0 has no percentage") if start.value == 0 else "",
    )
    others, depends = _other_windows(question, cycle, start, pct, percent)
    notes = [*cycle_notes(cycle), *deviation_note(cycle, question.days("late_interval_days"))]
    if depends:
        notes.append(Note(code="depends_on_window", text=_("depends on window")))
    notes += _overuse_withdrawn(question, end)
    if pct is None:
        label = "not_applicable" if start.value == 0 else "insufficient_diary"
    else:
        stop = measured.state is State.MET
        label = "stop_not_adequately_responding" if stop else "continue"
    return question.verdict(
        label,
        measured.state,
        measured.missing if pct is None else fall_words(pct, percent),
        criteria=(measured,),
        numbers=(
            figure("baseline", _("headache days at baseline"), start.value),
            figure("evaluation", _("headache days, {window}").format(window=name), end.value),
            *others,
        ),
        notes=notes,
    )


def fall_words(pct: Fraction, *thresholds: Fraction) -> str:
    """A change in headache days in words."""
    if pct < 0:
        return _("headache days rose by {percent} %").format(percent=shown(-pct, *thresholds))
    return _("headache days fell by {percent} %").format(percent=shown(pct, *thresholds))


def _too_early(question: Question, needed: int) -> Verdict:
    missing = _("{n} completed cycles are needed, {have} are there").format(
        n=needed, have=len(question.completed())
    )
    asked = Criterion(
        code="fall",
        text=_("fall in headache days from baseline, less than"),
        state=State.CANNOT_TELL,
        threshold=question.number("percent"),
        relation="<",
        unit="%",
        shown=shown(None),
        missing=missing,
    )
    return question.verdict("too_early", State.CANNOT_TELL, missing, criteria=(asked,))


def _other_windows(
    question: Question,
    cycle: TreatmentCycle,
    start: WindowRead,
    pct: Fraction | None,
    threshold: Fraction,
) -> tuple[tuple[Figure, ...], bool]:
    """The same fall in weeks 5-8 and as the mean of weeks 1-12, and whether the answer differs."""
    blocks = [
        in_cycle(question, HEADACHE, cycle, cycle.span(w), window_name(cycle, w)) for w in WINDOWS
    ]
    values = [b.value for b in blocks]
    # The whole cycle is the mean of three blocks; one unknown block makes it unknown.
    known = [v for v in values if v is not None]
    mean = sum(known, Fraction(0)) / 3 if len(known) == 3 else None
    middle = fall_percent(start.value, blocks[WINDOWS.index(WEEKS_5_8)].value)
    whole = fall_percent(start.value, mean)
    answers = {holds(p, "<", threshold) for p in (pct, middle, whole)} - {None}
    figures = (
        figure("fall_weeks_9_12", _("fall in weeks 9–12"), pct, "%", threshold),
        figure("fall_weeks_5_8", _("fall in weeks 5–8"), middle, "%", threshold),
        figure("fall_weeks_1_12", _("fall in weeks 1–12"), whole, "%", threshold),
    )
    return figures, len(answers) > 1


def _overuse_withdrawn(question: Question, end: WindowRead) -> Iterable[Note]:
    first = question.course.first_treatment_day
    if first is None or end.start is None or end.end is None or end.recorded is None:
        return
    spans = (baseline_span(first), Span(start=end.start, end=end.end))
    before, after = (
        overuse_month(question.diary, span, OveruseLimits(), question.diary_rules).overused
        for span in spans
    )
    if before and after is False:
        text = _("medication overuse at baseline had ended by the evaluation; nothing is adjusted")
        yield Note(code="overuse_withdrawn", text=text)


def months_back(question: Question, count: int) -> tuple[WindowRead, ...]:
    """The last months before the verdict, oldest first: blocks of 28 days that end on its day, or
    whole calendar months. Months that began before the first treatment are not there."""
    first = question.course.first_treatment_day
    found = []
    for place, span in enumerate(month_spans(question, count), 1):
        name = _("month {n}").format(n=place)
        if first is None:
            found.append(nothing(name, _("there was no treatment yet")))
        elif span.start < first:
            found.append(
                nothing(name, _("{name} began before the first treatment").format(name=name))
            )
        else:
            found.append(counted(question, HEADACHE, span, name))
    return tuple(found)


def month_spans(question: Question, count: int) -> tuple[Span, ...]:
    """The days of the last months before the verdict, oldest first, as the rule means months."""
    calendar = question.word("months_are") == "calendar"
    end = question.on
    if calendar:
        # A month is whole when its last day is the day of the verdict or before it.
        tomorrow = end + timedelta(days=1)
        end = end if tomorrow.day == 1 else end.replace(day=1) - timedelta(days=1)
    spans = []
    for _place in range(count):
        start = end.replace(day=1) if calendar else end - timedelta(days=27)
        spans.append(Span(start=start, end=end))
        end = start - timedelta(days=1)
    return tuple(reversed(spans))
