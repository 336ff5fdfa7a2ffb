"""How large the response is: responder bands, first response by cycle, the CGRP comparator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from outcomes_app.analysis.rules.comparing import (
    answered,
    basis_dependent,
    criterion,
    fall,
    fall_percent,
    figure,
    month_criterion,
    on_both_bases,
)
from outcomes_app.analysis.rules.nice import basis_note, fall_words
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import (
    HEADACHE,
    HOURS,
    LATE_IN_CYCLE,
    MIGRAINE,
    after_injection,
    baseline,
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
from outcomes_app.analysis.windows import BLOCK_DAYS, WEEKS_9_12
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

HIT6 = InstrumentId("hit6")
# PREEMPT, onabotulinumtoxinA, n = 688: percent responding for the first time in cycles 1, 2, 3.
_BENCHMARKS = {
    "days": "49.3, 11.3, 10.3",
    "hours": "54.2, 11.6, 7.4",
    "hit6": "56.3, 14.5, 7.7",
}


def responder_bands(question: Question) -> Verdict:
    """The fall in headache days in weeks 9-12 of the latest completed cycle, in bands."""
    cycles = question.completed()
    start = baseline(question, HEADACHE)
    if not cycles:
        read = nothing(_("weeks 9–12"), _("no cycle of twelve weeks is over yet"))
        return _band_verdict(question, start, read, None)
    falls = []
    for cycle in cycles:
        name = window_name(cycle, WEEKS_9_12)
        falls.append((cycle, in_cycle(question, HEADACHE, cycle, cycle.span(WEEKS_9_12), name)))
    numbers = tuple(
        figure(
            f"cycle_{cycle.number}",
            _("cycle {n}: fall in headache days").format(n=cycle.number),
            fall_percent(start.value, read.value),
            "%",
            *_limits(question),
        )
        for cycle, read in falls
    )
    cycle, read = falls[-1]
    pct = fall_percent(start.value, read.value)
    notes = tuple(cycle_notes(cycle))
    return _band_verdict(question, start, read, pct, numbers=numbers, notes=notes)


def _limits(question: Question) -> tuple[Fraction, ...]:
    names = ("first_percent", "second_percent", "third_percent", "full_percent")
    return tuple(question.number(name) for name in names)


def _band_verdict(
    question: Question,
    start: WindowRead,
    read: WindowRead,
    pct: Fraction | None,
    *,
    numbers: tuple[Figure, ...] = (),
    notes: tuple[Note, ...] = (),
) -> Verdict:
    limits = _limits(question)
    criteria = tuple(
        criterion(
            f"fall_{n}",
            _("fall in headache days from baseline, at least"),
            pct,
            ">=",
            limit,
            unit="%",
            windows=(start, read),
            missing=_("a baseline of 0 has no percentage") if start.value == 0 else "",
        )
        for n, limit in enumerate(limits[:3], 1)
    )
    kept = Note(code="kept_in_denominator", text=_("counted as “no data” in every rate"))
    if pct is None:
        label, words = "no_data", criteria[0].missing
        notes = (*notes, kept)
    else:
        label, words = band(pct, limits), fall_words(pct, *limits)
    # The usual responder rate is that of the second band.
    return question.verdict(
        label, criteria[1].state, words, criteria=criteria, numbers=numbers, notes=notes
    )


def band(pct: Fraction, limits: tuple[Fraction, ...]) -> str:
    """The band of a fall: each holds its lower end and not its upper one."""
    first, second, third, full = limits
    if pct < 0:
        return "worse"
    if pct < first:
        return "0_to_29"
    if pct < second:
        return "30_to_49"
    if pct < third:
        return "50_to_74"
    return "75_to_99" if pct < full else "100"


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """The first cycle that responds. `certain` = no cycle before it is unknown."""

    cycle: int | None
    certain: bool
    seen: int

    @property
    def answer(self) -> bool | None:
        if self.cycle is not None:
            return True
        return False if self.certain and self.seen else None


def first_response(question: Question) -> Verdict:
    """The first cycle whose last 28 days show a response, by days, by hours and by HIT-6."""
    cycles = question.completed()
    ways = {
        "days": _by_diary(question, cycles, HEADACHE, "days"),
        "hours": _by_diary(question, cycles, HOURS, "hours"),
        "hit6": _by_hit6(question, cycles),
    }
    names = {
        "days": _("headache days halved"),
        "hours": _("headache hours halved"),
        "hit6": _("HIT-6 better by {n} points").format(n=question.days("hit6_points")),
    }
    firsts = {key: _first(criteria) for key, criteria in ways.items()}
    main = firsts["days"]
    if main.cycle is not None:
        label, state = f"first_responder_cycle_{main.cycle}", State.MET
        words = _("headache days were first halved in cycle {n}").format(n=main.cycle)
    elif main.answer is False:
        label, state = "never", State.NOT_MET
        words = _("headache days were not halved in any of {n} cycles").format(n=main.seen)
    else:
        label, state = "no_data", State.CANNOT_TELL
        words = _("not every cycle can be compared with the baseline")
    numbers = tuple(
        figure(f"first_{k}", _("first cycle with {way}").format(way=names[k]), f.cycle)
        for k, f in firsts.items()
    )
    criteria = [c for found in ways.values() for c in found]
    if not criteria:
        missing = _("no cycle of twelve weeks is over yet")
        criteria = [answered("days_1", names["days"], None, missing=missing)]
    return question.verdict(
        label, state, words, criteria=criteria, numbers=numbers, notes=_benchmarks(main, names)
    )


def _benchmarks(main: _First, names: Mapping[str, str]) -> Iterable[Note]:
    for key, way in names.items():
        words = _("PREEMPT (n = 688), {way}: {shares} % first responded in cycles 1, 2, 3")
        yield Note(code=f"benchmark_{key}", text=words.format(way=way, shares=_BENCHMARKS[key]))
    yield Note(code="open_label", text=_("cycle 3 of PREEMPT was open label"))
    if main.cycle is not None and not main.certain:
        text = _("an earlier cycle is not known, so the response may have begun before")
        yield Note(code="earlier_unknown", text=text)


def _first(criteria: Iterable[Criterion]) -> _First:
    certain, seen = True, 0
    for number, found in enumerate(criteria, 1):
        seen += 1
        if found.state is State.MET:
            return _First(cycle=number, certain=certain, seen=seen)
        certain = certain and found.state is State.NOT_MET
    return _First(cycle=None, certain=certain, seen=seen)


def _by_diary(
    question: Question, cycles: tuple[TreatmentCycle, ...], instrument: InstrumentId, code: str
) -> list[Criterion]:
    start = baseline(question, instrument)
    found = []
    for cycle in cycles:
        name = _("last 28 days of cycle {n}").format(n=cycle.number)
        end = in_cycle(question, instrument, cycle, cycle.last_days(BLOCK_DAYS), name)
        found.append(
            criterion(
                f"{code}_{cycle.number}",
                _("cycle {n}: fall in headache {what}").format(
                    n=cycle.number, what=_("hours") if code == "hours" else _("days")
                ),
                fall_percent(start.value, end.value),
                ">=",
                question.number("percent"),
                unit="%",
                windows=(start, end),
            )
        )
    return found


def _by_hit6(question: Question, cycles: tuple[TreatmentCycle, ...]) -> list[Criterion]:
    start = baseline(question, HIT6)
    found = []
    for cycle in cycles:
        end = after_injection(question, cycle, HIT6, "total", LATE_IN_CYCLE)
        found.append(
            criterion(
                f"hit6_{cycle.number}",
                _("cycle {n}: fall in HIT-6").format(n=cycle.number),
                fall(start.value, end.value),
                ">=",
                question.number("hit6_points"),
                unit=_("points"),
                windows=(start, end),
            )
        )
    return found


def uk_cgrp(question: Question) -> Verdict:
    """What UK policy asks of CGRP antibodies after 3 months, in migraine days; to compare only."""
    note = Note(
        code="migraine_days",
        text=_("counts migraine days; NICE TA260 counts headache days: the two are never mixed"),
    )
    cycle = question.cycle(1)
    if cycle is None or not question.over(cycle):
        missing = _("the first twelve weeks are not over yet")
        unknown = answered("fall", _("fall in migraine days"), None, missing=missing)
        return question.verdict(
            "too_early", State.CANNOT_TELL, missing, criteria=(unknown,), notes=(note,)
        )
    headache = baseline(question, HEADACHE)
    border = question.number("chronic_headache_days")
    chronic = on_both_bases(headache.value, ">=", border)
    kind = month_criterion(
        "chronic", _("headache days a month at baseline: chronic"), headache, ">=", border
    )
    found = _cgrp_falls(question, cycle)
    notes = [note, *cycle_notes(cycle)]
    if basis_dependent(headache.value, ">=", border):
        notes.append(basis_note())
    if chronic is None:
        # A fall too small for chronic migraine is too small for episodic migraine as well.
        low = found[True].state is State.NOT_MET
        state, label = (State.NOT_MET, "not_met") if low else (State.CANNOT_TELL, "no_data")
        words = _("it is not known whether the migraine was chronic")
        return question.verdict(label, state, words, criteria=(kind, *found.values()), notes=notes)
    asked = found[chronic]
    label = {State.NOT_MET: "not_met", State.CANNOT_TELL: "no_data"}.get(asked.state, "")
    words = _("migraine days fell by {percent} %").format(percent=asked.shown)
    if asked.value is None:
        words = asked.missing
    return question.verdict(
        label or ("continue_chronic" if chronic else "continue_episodic"),
        asked.state,
        words,
        criteria=(kind, asked),
        notes=notes,
    )


def _cgrp_falls(question: Question, cycle: TreatmentCycle) -> dict[bool, Criterion]:
    """The fall in migraine days against the limit of chronic (True) and episodic migraine."""
    start = baseline(question, MIGRAINE)
    name = window_name(cycle, WEEKS_9_12)
    end = in_cycle(question, MIGRAINE, cycle, cycle.span(WEEKS_9_12), name)
    pct = fall_percent(start.value, end.value)
    texts = {
        True: ("chronic_percent", _("chronic migraine: fall in migraine days")),
        False: ("episodic_percent", _("episodic migraine: fall in migraine days")),
    }
    return {
        kind: criterion(
            limit, text, pct, ">=", question.number(limit), unit="%", windows=(start, end),
            missing=_("a baseline of 0 has no percentage") if start.value == 0 else "",
        )
        for kind, (limit, text) in texts.items()
    }  # fmt: skip
