"""Reads the numbers a rule compares: from the diary where it was kept, else as they were told.

A told number of headache days is used only where no diary window is good enough, and always
carries its label. Nothing is carried over an injection.
"""

from datetime import date, timedelta
from fractions import Fraction

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.baseline import baselines, values_of
from outcomes_app.analysis.diary_counts import DiaryCount, NotValid
from outcomes_app.analysis.rules.question import Question
from outcomes_app.analysis.rules.verdict import Origin, WindowRead
from outcomes_app.analysis.treatment_cycles import TreatmentCycle
from outcomes_app.analysis.windows import BLOCK_DAYS, WEEKS_9_12, Span, Window, baseline_span
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _, ngettext

HEADACHE = InstrumentId("headache_days_28")
MIGRAINE = InstrumentId("migraine_days_28")
MODERATE_OR_SEVERE = InstrumentId("modsev_headache_days_28")
HOURS = InstrumentId("headache_hours_28")

# Where a questionnaire that looks back on some weeks speaks of the cycle that is ending.
LATE_IN_CYCLE = Window(name="from week 9 on", first=57, last=126)

# A number told at a visit looks back on four weeks: it speaks for a window that ended about then.
_TOLD_BEFORE, _TOLD_AFTER = 6, 14


def counted(question: Question, instrument: InstrumentId, span: Span, name: str) -> WindowRead:
    """A measure counted over some days of the diary."""
    found = diary_counts.count(instrument, question.diary, span, question.diary_rules)
    name = f"{name}, {measure_words(instrument)}"
    return WindowRead(
        name=name,
        start=span.start,
        end=span.end,
        origin=Origin.DIARY,
        value=found.value,
        recorded=found.recorded,
        of=max(BLOCK_DAYS, span.days),
        low=found.low,
        high=found.high,
        definition=found.definition.words,
        missing=_missing(name, found, question.diary_rules.minimum_recorded),
    )


def measure_words(instrument: InstrumentId) -> str:
    """What a diary is asked for."""
    return {
        HEADACHE: _("headache days"),
        MIGRAINE: _("migraine days"),
        MODERATE_OR_SEVERE: _("moderate or severe headache days"),
        HOURS: _("headache hours"),
    }.get(instrument, str(instrument))


def _missing(name: str, found: DiaryCount, minimum: int) -> str:
    if found.reason is NotValid.LONG_GAP:
        return ngettext(
            "{name}: {n} day in a row without an entry",
            "{name}: {n} days in a row without an entry",
            found.longest_gap,
        ).format(name=name, n=found.longest_gap)
    if found.reason is NotValid.TOO_FEW_DAYS:
        return _("{name}: not enough diary ({r}/{of}, {minimum} needed)").format(
            name=name, r=found.recorded, of=max(BLOCK_DAYS, found.span.days), minimum=minimum
        )
    return ""


def nothing(name: str, missing: str) -> WindowRead:
    """A window that does not exist, with why."""
    return WindowRead(
        name=name, start=None, end=None, origin=Origin.NONE, value=None, missing=missing
    )


def told(name: str, day: date, value: Fraction, *, counts: bool) -> WindowRead:
    """One value of an assessment; `counts` = a diary could have counted it."""
    return WindowRead(
        name=name,
        start=day,
        end=day,
        origin=Origin.REPORTED if counts else Origin.ASSESSMENT,
        value=value,
    )


def baseline(question: Question, instrument: InstrumentId, part: str = "total") -> WindowRead:
    """The state before the first treatment: the diary's 28 days, else what was told."""
    name = _("baseline")
    counts = diary_counts.is_counted(instrument)
    both = baselines(question.course, instrument, part, question.diary_rules)
    first = question.course.first_treatment_day
    if counts and first is not None:
        read = counted(question, instrument, baseline_span(first), name)
        if read.value is not None or both.told is None:
            return read
    if both.told is None:
        words = _("baseline: no value of {measure} was recorded")
        return nothing(name, words.format(measure=measure_words(instrument)))
    return told(name, both.told.day, both.told.value, counts=counts)


def in_cycle(
    question: Question,
    instrument: InstrumentId,
    cycle: TreatmentCycle,
    span: Span | None,
    name: str,
) -> WindowRead:
    """A measure in a window of a cycle: the diary, else a number told about its end."""
    if span is None:
        return nothing(name, _("{name}: the next injection came before it").format(name=name))
    read = counted(question, instrument, span, name)
    if read.value is not None:
        return read
    for assessment, value in sorted(
        values_of(question.course, instrument, "total"),
        key=lambda pair: abs((pair[0].day - span.end).days - 1),
    ):
        distance = (assessment.day - span.end).days
        near = -_TOLD_BEFORE <= distance <= _TOLD_AFTER
        if near and value is not None and cycle.owns_assessment(assessment.day):
            return told(name, assessment.day, value, counts=True)
    return read


def evaluation_span(cycle: TreatmentCycle) -> Span | None:
    """Weeks 9-12 of a cycle; where the next treatment came before day 84, the 28 days before it."""
    if cycle.length is not None and cycle.length <= WEEKS_9_12.last:
        return cycle.last_days(BLOCK_DAYS)
    return cycle.span(WEEKS_9_12)


def window_name(cycle: TreatmentCycle, window: Window) -> str:
    """What a window of a cycle is called."""
    return _("{window} after treatment {n}").format(window=_(window.name), n=cycle.number)


def value_in(
    question: Question,
    instrument: InstrumentId,
    part: str,
    first: date,
    last: date,
    *,
    nearest: date | None = None,
) -> tuple[date, Fraction] | None:
    """An assessment between two days, both included: the one nearest to a day, else the last; of
    two that are equally near the later one."""
    found = [
        (a.day, value)
        for a, value in values_of(question.course, instrument, part)
        if value is not None and first <= a.day <= last
    ]
    if not found:
        return None
    if nearest is None:
        return found[-1]
    return min(reversed(found), key=lambda pair: abs((pair[0] - nearest).days))


def before_cycle(
    question: Question, cycle: TreatmentCycle, instrument: InstrumentId, part: str, days: int
) -> WindowRead:
    """The last value in so many days up to and on the day of the injection (before the needle)."""
    name = _("before treatment {n}").format(n=cycle.number)
    first = cycle.start - timedelta(days=days)
    previous = question.cycle(cycle.number - 1)
    if previous is not None:
        # A value of the day of the treatment before was taken before that one's needle.
        first = max(first, previous.start + timedelta(days=1))
    found = value_in(question, instrument, part, first, cycle.start)
    if found is None:
        words = _("{name}: no value in the {n} days up to the injection")
        return nothing(name, words.format(name=name, n=days))
    return told(name, *found, counts=False)


def after_injection(
    question: Question,
    cycle: TreatmentCycle,
    instrument: InstrumentId,
    part: str,
    window: Window,
    *,
    nearest: int | None = None,
) -> WindowRead:
    """A value taken in a window of a cycle; one on the day of the next injection still counts."""
    name = window_name(cycle, window)
    last = cycle.start + timedelta(days=window.last)
    first = cycle.start + timedelta(days=max(window.first, 1))
    if cycle.next_start is not None:
        last = min(last, cycle.next_start)
    best = None if nearest is None else cycle.start + timedelta(days=nearest)
    found = value_in(question, instrument, part, first, last, nearest=best)
    if found is None:
        words = _("{name}: no value from day {first} to day {last}")
        return nothing(name, words.format(name=name, first=window.first, last=window.last))
    return told(name, *found, counts=False)


def parts_of(question: Question, instrument: InstrumentId, base: str) -> tuple[str, ...]:
    """The parts under which a measure was stored: itself, or one per place ("rank:biceps:left")."""
    found = {
        s.part
        for a in question.course.assessments
        if a.instrument == instrument
        for s in a.scores
        if s.value is not None and s.part.partition(":")[0] == base
    }
    return tuple(sorted(found))


def place_words(part: str) -> str:
    """The place of a part, readable; empty where it has none."""
    return part.partition(":")[2].replace(":", ", ").replace("_", " ")
