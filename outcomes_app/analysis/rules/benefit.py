"""Rules of benefit in migraine: the AHS criteria and the wording of US payers."""

from fractions import Fraction

from outcomes_app.analysis.diary_counts import per_30
from outcomes_app.analysis.rules.comparing import (
    answered,
    criterion,
    fall,
    fall_percent,
    figure,
    holds,
    shown,
)
from outcomes_app.analysis.rules.nice import basis_note
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import (
    HEADACHE,
    HOURS,
    LATE_IN_CYCLE,
    MODERATE_OR_SEVERE,
    after_injection,
    baseline,
    evaluation_span,
    in_cycle,
    window_name,
)
from outcomes_app.analysis.rules.verdict import Criterion, Note, State, Verdict, WindowRead
from outcomes_app.analysis.treatment_cycles import TreatmentCycle
from outcomes_app.analysis.windows import WEEKS_9_12
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _


def evaluated_cycle(question: Question) -> TreatmentCycle | None:
    """The latest completed cycle with at least as many treatments as the rule waits for."""
    found = [c for c in question.completed() if c.number >= question.days("treatments")]
    return found[-1] if found else None


def ahs(question: Question) -> Verdict:
    """Any of: headache days halved, MIDAS, MPFID or HIT-6 better by what the table asks."""
    cycle = evaluated_cycle(question)
    notes = [
        Note(
            code="by_analogy",
            text=_("written for CGRP antibodies; its use for botulinum toxin is by analogy"),
        )
    ]
    if cycle is None:
        missing = _("{n} completed cycles are needed").format(n=question.days("treatments"))
        unknown = answered("A", _("fall in headache days"), None, missing=missing)
        return question.verdict(
            "incomplete", State.CANNOT_TELL, missing, criteria=(unknown,), notes=notes
        )
    days = [_days(question, cycle, HEADACHE, "A_headache_days", _("fall in headache days"))]
    days.append(
        _days(
            question, cycle, MODERATE_OR_SEVERE, "A_modsev_days",
            _("fall in moderate or severe headache days"),
        )
    )  # fmt: skip
    hit6 = _points(question, cycle, "HIT-6", "D_hit6", "hit6_points")
    criteria = (
        *days,
        _midas(question, cycle),
        _points(question, cycle, "MPFID", "C_mpfid", "mpfid_points"),
        hit6,
    )
    lower = question.number("hit6_other_points")
    if hit6.value is not None and hit6.state is State.NOT_MET and hit6.value >= lower:
        text = _("HIT-6: meets only under the >={n} reading").format(n=shown(lower))
        notes.append(Note(code="other_hit6_reading", text=text))
    met = [c.code for c in criteria if c.state is State.MET]
    if met:
        label, state = "meets", State.MET
    elif days[0].state is State.NOT_MET:
        label, state = "does_not_meet", State.NOT_MET
    else:
        label, state = "incomplete", State.CANNOT_TELL
    words = _("{n} of the alternatives A to D are met").format(n=len({code[0] for code in met}))
    return question.verdict(
        label, state, words, criteria=criteria, notes=(*notes, *cycle_notes(cycle))
    )


def _days(
    question: Question, cycle: TreatmentCycle, instrument: InstrumentId, code: str, text: str
) -> Criterion:
    start = baseline(question, instrument)
    name = window_name(cycle, WEEKS_9_12)
    end = in_cycle(question, instrument, cycle, evaluation_span(cycle), name)
    return criterion(
        code,
        text,
        fall_percent(start.value, end.value),
        ">=",
        question.number("percent"),
        unit="%",
        windows=(start, end),
        missing=_("a baseline of 0 has no percentage") if start.value == 0 else "",
    )


def _pair(
    question: Question, cycle: TreatmentCycle, instrument: str
) -> tuple[WindowRead, WindowRead]:
    key = InstrumentId(instrument)
    return baseline(question, key), after_injection(question, cycle, key, "total", LATE_IN_CYCLE)


def _points(
    question: Question, cycle: TreatmentCycle, name: str, code: str, limit: str
) -> Criterion:
    start, end = _pair(question, cycle, code.partition("_")[2])
    return criterion(
        code,
        _("fall in {name}").format(name=name),
        fall(start.value, end.value),
        ">=",
        question.number(limit),
        unit=_("points"),
        windows=(start, end),
    )


def _midas(question: Question, cycle: TreatmentCycle) -> Criterion:
    start, end = _pair(question, cycle, "midas")
    text = _("fall in MIDAS")
    if start.value is not None and start.value < question.number("midas_from"):
        missing = _("a MIDAS baseline of 10 or less is not assessed")
        return answered("B_midas", text, None, missing=missing, windows=(start, end))
    if start.value is not None and start.value > question.number("midas_to"):
        return criterion(
            "B_midas", text, fall_percent(start.value, end.value), ">=",
            question.number("midas_percent"), unit="%", windows=(start, end),
        )  # fmt: skip
    return criterion(
        "B_midas", text, fall(start.value, end.value), ">=", question.number("midas_points"),
        unit=_("points"), windows=(start, end),
    )  # fmt: skip


def us_payer(question: Question) -> Verdict:
    """At least 7 headache days or 100 headache hours a month fewer, on a month of 30 days."""
    needed = question.days("treatments")
    cycle = question.cycle(needed)
    if cycle is None or not question.over(cycle):
        missing = _("{n} completed cycles are needed").format(n=needed)
        unknown = answered("days", _("fewer headache days a month"), None, missing=missing)
        return question.verdict("too_early", State.CANNOT_TELL, missing, criteria=(unknown,))
    days, days_28, days_depend = _fewer(question, cycle, HEADACHE, "days")
    hours, hours_28, hours_depend = _fewer(question, cycle, HOURS, "hours")
    if days.state is State.MET:
        label, state = "meets_days", State.MET
    elif hours.state is State.MET:
        label, state = "meets_hours", State.MET
    elif State.CANNOT_TELL in (days.state, hours.state):
        label, state = "insufficient_diary", State.CANNOT_TELL
    else:
        label, state = "not_met", State.NOT_MET
    notes = list(cycle_notes(cycle))
    if days_depend or hours_depend:
        notes.append(basis_note())
    return question.verdict(
        label,
        state,
        _("{days} headache days and {hours} headache hours a month fewer").format(
            days=days.shown, hours=hours.shown
        ),
        criteria=(days, hours),
        numbers=(
            figure("days_28", _("fewer headache days per 28 days"), days_28),
            figure("hours_28", _("fewer headache hours per 28 days"), hours_28),
        ),
        notes=notes,
    )


def _fewer(
    question: Question, cycle: TreatmentCycle, instrument: InstrumentId, name: str
) -> tuple[Criterion, Fraction | None, bool]:
    """The criterion on 30 days, the number on 28, and whether the two give different answers."""
    texts = {"days": _("fewer headache days a month"), "hours": _("fewer headache hours a month")}
    units = {"days": _("days/month"), "hours": _("hours/month")}
    start = baseline(question, instrument)
    window = window_name(cycle, WEEKS_9_12)
    end = in_cycle(question, instrument, cycle, evaluation_span(cycle), window)
    limit = question.number(name)
    per_28 = fall(start.value, end.value)
    found = criterion(
        name,
        texts[name],
        None if per_28 is None else per_30(per_28),
        ">=",
        limit,
        unit=units[name],
        windows=(start, end),
        basis=30,
    )
    differs = per_28 is not None and holds(per_28, ">=", limit) != holds(found.value, ">=", limit)
    return found, per_28, differs
