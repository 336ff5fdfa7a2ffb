"""Rules about the row of treatments: secondary non-response and re-treatment intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from outcomes_app.analysis.rules.comparing import answered, fall_percent, figure
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import (
    HEADACHE,
    LATE_IN_CYCLE,
    after_injection,
    baseline,
    in_cycle,
    window_name,
)
from outcomes_app.analysis.rules.verdict import (
    Criterion,
    Figure,
    Note,
    State,
    Verdict,
    WindowRead,
    state_of,
)
from outcomes_app.analysis.treatment_cycles import (
    CycleName,
    IntervalCuts,
    TreatmentCycle,
    treatment_cycles,
)
from outcomes_app.analysis.windows import WEEKS_9_12, Window
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

# By what a response is judged where an indication has no diary; the first that was recorded.
_JUDGED_BY: tuple[tuple[str, str], ...] = (
    ("headache_days_28", "total"),
    ("twstrs", "total"),
    ("jrs", "total"),
    ("hfs_grade", "total"),
    ("mas", "rank"),
    ("hdss", "total"),
    ("nrs_pain", "average"),
    ("dsfs", "total"),
)
_PEAK = Window(name="weeks 3–8", first=21, last=56)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleResponse:
    """Whether one cycle was a response; None = not enough data. `counts` = its interval is one
    that the rule looks at."""

    cycle: TreatmentCycle
    percent: Fraction | None
    response: bool | None
    counts: bool
    windows: tuple[WindowRead, ...]


def judged_by(question: Question) -> tuple[InstrumentId, str]:
    """The measure by which cycles are judged: headache days in migraine, else the first of the
    main scales of which there is a baseline."""
    if question.indication in ("chronic_migraine", "tension_type_headache"):
        return HEADACHE, "total"
    for name, part in _JUDGED_BY:
        if baseline(question, InstrumentId(name), part).value is not None:
            return InstrumentId(name), part
    return InstrumentId("nrs_pain"), "average"


def cycle_responses(question: Question) -> tuple[CycleResponse, ...]:
    """The response of every cycle that is over."""
    instrument, part = judged_by(question)
    start = baseline(question, instrument, part)
    found = []
    for cycle in question.completed():
        if instrument == HEADACHE:
            name = window_name(cycle, WEEKS_9_12)
            end = in_cycle(question, HEADACHE, cycle, cycle.span(WEEKS_9_12), name)
        else:
            end = after_injection(question, cycle, instrument, part, _PEAK, nearest=28)
            if end.value is None:
                end = after_injection(question, cycle, instrument, part, LATE_IN_CYCLE)
        percent = fall_percent(start.value, end.value)
        length = cycle.length
        found.append(
            CycleResponse(
                cycle=cycle,
                percent=percent,
                response=None if percent is None else percent >= question.number("percent"),
                counts=length is None
                or question.days("interval_from_days")
                <= length
                <= question.days("interval_to_days"),
                windows=(start, end),
            )
        )
    return tuple(found)


def secondary_nonresponse(question: Question) -> Verdict:
    """Responses first, then cycles in a row without: a reason to look for causes, not a cause."""
    responses = cycle_responses(question)
    label, state = _history(question, responses)
    notes: list[Note] = [n for r in responses for n in cycle_notes(r.cycle)]
    if label == "secondary_non_response_suspected":
        notes.insert(0, _what_to_look_at())
        notes[1:1] = _changes(question, responses)
    criteria = tuple(
        Criterion(
            code=f"cycle_{r.cycle.number}",
            text=_("cycle {n}: improvement from baseline").format(n=r.cycle.number),
            state=state_of(r.response if r.counts else None),
            value=r.percent,
            relation=">=",
            threshold=question.number("percent"),
            unit="%",
            shown=figure("", "", r.percent, "%", question.number("percent")).shown,
            missing="" if r.counts and r.response is not None else _why_not(question, r),
            windows=r.windows,
        )
        for r in responses
    )
    known = [r for r in responses if r.counts and r.response is not None]
    if label == "not_enough_data":
        missing = _("more cycles with enough data: {n} are there").format(n=len(known))
        criteria += (answered("cycles", _("enough cycles to judge a row"), None, missing=missing),)
    words = _("{n} of {all} cycles with a response").format(
        n=sum(1 for r in known if r.response), all=len(known)
    )
    return question.verdict(label, state, words, criteria=criteria, notes=notes)


def _why_not(question: Question, response: CycleResponse) -> str:
    if response.response is None:
        lacking = "; ".join(dict.fromkeys(w.missing for w in response.windows if w.missing))
        return lacking or _("a baseline of 0 has no percentage")
    return _("cycle {n}: its interval is not {low} to {high} days").format(
        n=response.cycle.number,
        low=question.days("interval_from_days"),
        high=question.days("interval_to_days"),
    )


def _history(question: Question, responses: tuple[CycleResponse, ...]) -> tuple[str, State]:
    answers = [r.response if r.counts else None for r in responses]
    needed = question.days("nonresponder_cycles")
    run = 0
    for answer in reversed(answers):
        if answer is not False:
            break
        run += 1
    earlier = sum(1 for a in answers[: len(answers) - run] if a)
    if run >= needed and earlier >= question.days("responder_cycles"):
        return "secondary_non_response_suspected", State.MET
    first = question.days("primary_cycles")
    if len(answers) >= first and all(a is False for a in answers[:first]):
        return "primary_non_response", State.NOT_MET
    known = [a for a in answers if a is not None]
    if len(known) < min(first, question.days("responder_cycles") + needed):
        return "not_enough_data", State.CANNOT_TELL
    if all(known):
        return "responding", State.NOT_MET
    # The cycles at the end decide; where they are unknown, so is the answer.
    unknown = None in answers[-needed:]
    return "fluctuating", State.CANNOT_TELL if unknown else State.NOT_MET


def _what_to_look_at() -> Note:
    return Note(
        code="look_at",
        text=_(
            "most poor response is due to dose, site or technique; look at technique, muscle "
            "selection, dose, diagnosis and expectation first, then at antibodies (frontalis or "
            "extensor digitorum brevis test; immunoresistance is found in about 2 %)"
        ),
    )


def _changes(question: Question, responses: tuple[CycleResponse, ...]) -> Iterable[Note]:
    """What changed between the last cycle with a response and the first without."""
    before = max((n for n, r in enumerate(responses) if r.response and r.counts), default=None)
    if before is None or before + 1 >= len(responses):
        return
    old, new = responses[before].cycle, responses[before + 1].cycle
    if old.products != new.products:
        yield Note(code="product_changed", text=_("the product changed between the runs"))
    else:
        yield from _dose_change(question, old, new)
    if _injectors(old) and _injectors(new) and _injectors(old) != _injectors(new):
        yield Note(code="injector_changed", text=_("the injector changed between the runs"))


def _dose_change(question: Question, old: TreatmentCycle, new: TreatmentCycle) -> Iterable[Note]:
    """Units are compared only within one product."""
    given = [_units(c.treatments) for c in (old, new)]
    if len(old.products) != 1 or given[0] is None or given[1] is None or not given[0]:
        return
    change = (given[1] - given[0]) * 100 / given[0]
    if abs(change) > question.number("dose_change_percent"):
        words = _("the dose changed by {percent} % between the runs")
        shown = figure("", "", change).shown
        yield Note(code="dose_changed", text=words.format(percent=shown))


def _units(treatments: tuple[Treatment, ...]) -> Fraction | None:
    doses = [t.dose for t in treatments]
    known = [Fraction(d.units) for d in doses if d is not None]
    return sum(known, Fraction(0)) if len(known) == len(doses) else None


def _injectors(cycle: TreatmentCycle) -> frozenset[str]:
    found = (str(t.injector) if t.injector else t.injector_name for t in cycle.treatments)
    return frozenset(name for name in found if name)


def interval_adherence(question: Question) -> Verdict:
    """The days between the last two treatments, and between all; top-ups do not count."""
    cuts = IntervalCuts(
        early_below=question.days("early_below_days"),
        on_time_to=question.days("on_time_to_days"),
        late_to=question.days("late_to_days"),
        skipped_from=question.days("skipped_from_days"),
        split_within=question.days("split_within_days"),
    )
    cycles = treatment_cycles(question.course, cuts, top_ups=question.facts.top_ups)
    followed = [c for c in cycles if c.interval is not None]
    numbers = tuple(_interval_figures(question, cycles))
    notes = tuple(_interval_notes(question, cycles))
    on_time = _("the last interval is on time: {low} to {high} days").format(
        low=cuts.early_below, high=cuts.on_time_to
    )
    if not followed:
        missing = _("a second treatment")
        asked = answered("on_time", on_time, None, missing=missing)
        return question.verdict(
            "no_data", State.CANNOT_TELL, _("there is no interval yet"), criteria=(asked,),
            numbers=numbers, notes=notes,
        )  # fmt: skip
    last = followed[-1]
    named = [n for n in last.names if n in (CycleName.EARLY, CycleName.LATE, CycleName.LAPSED)]
    asked = answered(
        "on_time", on_time, not named, value=Fraction(last.interval or 0), unit=_("days")
    )
    return question.verdict(
        named[0].value if named else "on_time",
        asked.state,
        _("treatment {n} came {days} days after the one before").format(
            n=last.number, days=last.interval
        ),
        criteria=(asked,),
        numbers=numbers,
        notes=notes,
    )


def _interval_figures(question: Question, cycles: tuple[TreatmentCycle, ...]) -> Iterable[Figure]:
    for cycle in cycles[1:]:
        name = _("days from treatment {a} to treatment {b}")
        yield figure(
            f"interval_{cycle.number}",
            name.format(a=cycle.number - 1, b=cycle.number),
            cycle.interval,
            _("days"),
        )
    if cycles:
        since = cycles[-1].offset(question.on)
        yield figure("since_last", _("days since the last treatment"), since, _("days"))


def _interval_notes(question: Question, cycles: tuple[TreatmentCycle, ...]) -> Iterable[Note]:
    usual = question.facts.usual_interval_weeks
    if usual is not None and usual != 12:
        text = _("the cut points are those of a 12-week interval; usual here is {n} weeks")
        yield Note(code="other_usual_interval", text=text.format(n=usual))
    for cycle in cycles:
        yield from cycle_notes(cycle)
