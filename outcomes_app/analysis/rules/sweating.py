"""Hyperhidrosis: HDSS grades and gravimetry four weeks after the injection, place by place."""

from datetime import timedelta

from outcomes_app.analysis.rules.comparing import (
    answered,
    criterion,
    fall,
    fall_percent,
)
from outcomes_app.analysis.rules.movement import latest_read, no_treatment
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import (
    after_injection,
    before_cycle,
    parts_of,
    place_words,
    value_in,
)
from outcomes_app.analysis.rules.verdict import Criterion, Note, State, Verdict, WindowRead
from outcomes_app.analysis.treatment_cycles import TreatmentCycle
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

HDSS = InstrumentId("hdss")
GRAVIMETRY = InstrumentId("gravimetry")
# Sweating is scored at the visit; without one, in the weeks before it.
_BEFORE_DAYS = 84


def hdss(question: Question) -> Verdict:
    """A fall of 2 grades, a tolerable grade (1 or 2), and half of the sweat gone."""
    if not question.cycles:
        return no_treatment(question, "grades", _("grades better on the HDSS"))
    window = question.window("from_day", "to_day", _("week 4"))
    parts = parts_of(question, HDSS, "total") or ("total",)
    found = latest_read(
        question,
        lambda c: next(
            (r for r in (after_injection(question, c, HDSS, p, window) for p in parts) if r.value),
            after_injection(question, c, GRAVIMETRY, "total", window),
        ),
    )
    cycle = found[0] if found else question.cycles[-1]
    places = [_place(question, cycle, part) for part in parts]
    weight_before = before_cycle(question, cycle, GRAVIMETRY, "total", _BEFORE_DAYS)
    weight_after = after_injection(question, cycle, GRAVIMETRY, "total", window)
    weight = criterion(
        "gravimetric",
        _("fall in gravimetry"),
        fall_percent(weight_before.value, weight_after.value),
        ">=",
        question.number("gravimetric_percent"),
        unit="%",
        windows=(weight_before, weight_after),
    )
    grades = _joint([g for g, _tolerable in places])
    tolerable = _joint([t for _grades, t in places])
    if grades is State.MET:
        label, state = "responder_2_grade", State.MET
    elif tolerable is State.MET:
        label, state = "tolerable", grades
    elif weight.state is State.MET:
        label, state = "gravimetric_responder", grades
    else:
        label = "not_met" if State.NOT_MET in (grades, tolerable) else "no_data"
        state = grades
    criteria = [c for pair in places for c in pair]
    return question.verdict(
        label,
        state,
        _words(criteria, cycle),
        criteria=(*criteria, weight),
        notes=(*_retreat(question, cycle, parts), *cycle_notes(cycle)),
    )


def _place(question: Question, cycle: TreatmentCycle, part: str) -> tuple[Criterion, Criterion]:
    """The two criteria of one place: grades better, and a tolerable grade."""
    window = question.window("from_day", "to_day", _("week 4"))
    start = before_cycle(question, cycle, HDSS, part, _BEFORE_DAYS)
    end = after_injection(question, cycle, HDSS, part, window)
    place = place_words(part)
    text = _("grades better on the HDSS")
    if place:
        text = _("{place}: grades better on the HDSS").format(place=place)
    lowest = question.number("lowest_baseline")
    if start.value is not None and start.value < lowest:
        missing = _("an HDSS of 2 or less before the injection is not assessed")
        grades = answered(f"grades:{part}", text, None, missing=missing, windows=(start, end))
    else:
        grades = criterion(
            f"grades:{part}", text, fall(start.value, end.value), ">=",
            question.number("grades"), unit=_("grades"), windows=(start, end),
        )  # fmt: skip
    tolerable = criterion(
        f"tolerable:{part}",
        _("{place}: tolerable").format(place=place) if place else _("tolerable"),
        end.value,
        "<=",
        question.number("tolerable"),
        windows=(end,),
    )
    return grades, tolerable


def _joint(criteria: list[Criterion]) -> State:
    """All places have to agree to be met; one that is not met decides."""
    states = {c.state for c in criteria}
    if State.NOT_MET in states:
        return State.NOT_MET
    return State.CANNOT_TELL if State.CANNOT_TELL in states else State.MET


def _words(criteria: list[Criterion], cycle: TreatmentCycle) -> str:
    shown = [c.shown for c in criteria if c.code.startswith("grades") and c.shown]
    return _("treatment {n}: {grades} grades better").format(
        n=cycle.number, grades=", ".join(shown) or _("not assessed")
    )


def _retreat(question: Question, cycle: TreatmentCycle, parts: tuple[str, ...]) -> tuple[Note, ...]:
    """HDSS back to 3 or 4 after it had been tolerable."""
    limit = question.number("tolerable")
    for part in parts:
        reads: list[WindowRead] = [_place(question, cycle, part)[1].windows[0]]
        last = value_in(
            question, HDSS, part, cycle.start + timedelta(days=1), cycle.next_start or question.on
        )
        after = reads[0]
        if after.value is None or after.value > limit or last is None or after.end is None:
            continue
        if last[0] > after.end and last[1] > limit:
            text = _("HDSS is back to 3 or 4 after it had been tolerable")
            return (Note(code="back_to_3_or_4", text=text),)
    return ()
