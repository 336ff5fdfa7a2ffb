"""The European Headache Federation's definition of non-response (2018)."""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from outcomes_app.analysis.baseline import values_of
from outcomes_app.analysis.rules.comparing import answered, criterion, fall_percent, figure
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import (
    HEADACHE,
    MODERATE_OR_SEVERE,
    baseline,
    in_cycle,
)
from outcomes_app.analysis.rules.verdict import Criterion, Figure, Note, State, Verdict
from outcomes_app.analysis.treatment_cycles import TreatmentCycle
from outcomes_app.analysis.windows import Span, Window
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

AFTER_INJECTION = Window(name="weeks 1–4", first=0, last=27)
AFTER_CYCLE = Window(name="the 4 weeks after the cycle", first=84, last=111)


def nonresponse(question: Question) -> Verdict:
    """A fall below 30 % in the first two or three cycles; 30 % in any of them is a response."""
    percent = question.number("percent")
    window = AFTER_CYCLE if question.word("reading") == "after_cycle" else AFTER_INJECTION
    start = baseline(question, HEADACHE)
    latest = question.days("cycles_latest")
    cycles = [c for c in question.cycles[:latest] if question.over(c, window)]
    criteria: list[Criterion] = []
    for cycle in cycles:
        name = _("{window} after treatment {n}").format(window=_(window.name), n=cycle.number)
        end = in_cycle(question, HEADACHE, cycle, _span(cycle, window), name)
        criteria.append(
            criterion(
                f"cycle_{cycle.number}",
                _("cycle {n}: fall in headache days, less than").format(n=cycle.number),
                fall_percent(start.value, end.value),
                "<",
                percent,
                unit="%",
                windows=(start, end),
                missing=_("a baseline of 0 has no percentage") if start.value == 0 else "",
            )
        )
    label, state = _answer(question, criteria, no_percentage=start.value == 0)
    waiting = [
        answered(
            f"cycle_{n}",
            _("cycle {n}: fall in headache days, less than").format(n=n),
            None,
            missing=_("cycle {n} is not there yet").format(n=n),
        )
        for n in range(len(criteria) + 1, question.days("cycles_earliest") + 1)
    ]
    return question.verdict(
        label,
        state,
        _words(criteria, label),
        criteria=(*criteria, *waiting),
        numbers=beside(question, cycles),
        notes=(*_reading_note(question), *(n for c in cycles for n in cycle_notes(c))),
    )


def _span(cycle: TreatmentCycle, window: Window) -> Span | None:
    return cycle.cut(
        cycle.start + timedelta(days=window.first), cycle.start + timedelta(days=window.last)
    )


def _answer(
    question: Question, criteria: list[Criterion], *, no_percentage: bool
) -> tuple[str, State]:
    """The state is that of non-response, which the rule defines."""
    states = [c.state for c in criteria]
    if no_percentage:
        return "not_applicable", State.CANNOT_TELL
    if State.NOT_MET in states:
        return "responder", State.NOT_MET
    earliest = question.days("cycles_earliest")
    if len(criteria) < earliest:
        return "too_early", State.CANNOT_TELL
    if all(s is State.MET for s in states[:earliest]):
        return "non_responder", State.MET
    return "insufficient_diary", State.CANNOT_TELL


def _words(criteria: list[Criterion], label: str) -> str:
    if label == "too_early":
        return _("too early: two cycles are needed")
    shares = [f"{c.shown} %" for c in criteria if c.value is not None]
    if not shares:
        return _("no cycle can be compared with the baseline")
    return _("fall in headache days, cycle by cycle: {shares}").format(shares=", ".join(shares))


def _reading_note(question: Question) -> Iterable[Note]:
    if question.word("reading") == "after_cycle":
        text = _(
            "read as: 4 weeks before the first injection against 4 weeks after the cycle's end"
        )
    else:
        text = _("read as: 4 weeks before the first injection against 4 weeks after each injection")
    yield Note(code="reading", text=text)


def beside(question: Question, cycles: list[TreatmentCycle]) -> Iterable[Figure]:
    """What EHF asks to weigh as well: intensity, disability and the patient's own view."""
    before = baseline(question, MODERATE_OR_SEVERE)
    yield figure("modsev_before", _("moderate or severe headache days before"), before.value)
    after: Fraction | None = None
    if cycles:
        span = cycles[-1].span(AFTER_INJECTION)
        read = in_cycle(question, MODERATE_OR_SEVERE, cycles[-1], span, _("weeks 1–4"))
        after = read.value
    yield figure("modsev_after", _("moderate or severe headache days, last cycle"), after)
    for instrument, name in (("hit6", "HIT-6"), ("midas", "MIDAS")):
        start = baseline(question, InstrumentId(instrument))
        yield figure(f"{instrument}_before", _("{name} before").format(name=name), start.value)
        yield figure(
            f"{instrument}_last", _("{name}, last").format(name=name), _last(question, instrument)
        )
    yield figure("pgic_last", _("PGIC, last"), _last(question, "pgic"))


def _last(question: Question, instrument: str) -> Fraction | None:
    first = question.course.first_treatment_day
    values = values_of(question.course, InstrumentId(instrument), "total")
    after = [v for a, v in values if v is not None and first is not None and a.day > first]
    return after[-1] if after else None
