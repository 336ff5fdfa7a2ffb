"""Movement disorders: cervical dystonia, spasticity and blepharospasm."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from outcomes_app.analysis.rules.comparing import (
    answered,
    criterion,
    fall,
    fall_percent,
    figure,
)
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import (
    after_injection,
    baseline,
    before_cycle,
    parts_of,
    place_words,
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
from outcomes_app.analysis.windows import Window
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

TWSTRS = InstrumentId("twstrs")
MAS = InstrumentId("mas")
DAS = InstrumentId("das_spasticity")
JRS = InstrumentId("jrs")
BSDI = InstrumentId("bsdi")


def latest_read(
    question: Question, read: Callable[[TreatmentCycle], WindowRead]
) -> tuple[TreatmentCycle, WindowRead] | None:
    """The latest cycle with a value in its window; without any, the first one, which lacks it."""
    found = None
    for cycle in reversed(question.cycles):
        found = (cycle, read(cycle))
        if found[1].value is not None:
            return found
    return found


def no_treatment(question: Question, code: str, text: str) -> Verdict:
    """The verdict where there was no treatment yet."""
    missing = _("there was no treatment yet")
    unknown = answered(code, text, None, missing=missing)
    return question.verdict("no_data", State.CANNOT_TELL, missing, criteria=(unknown,))


def cervical_dystonia(question: Question) -> Verdict:
    """TWSTRS total at the peak against the value before that injection, in points and percent."""
    text = _("fall in TWSTRS total")
    window = question.window("from_day", "to_day", _("weeks 3–6"))
    nearest = question.days("best_day")
    found = latest_read(
        question,
        lambda c: after_injection(question, c, TWSTRS, "total", window, nearest=nearest),
    )
    if found is None:
        return no_treatment(question, "points", text)
    cycle, end = found
    start = before_cycle(question, cycle, TWSTRS, "total", question.days("baseline_days"))
    untreated = baseline(question, TWSTRS)
    delta, pct = fall(start.value, end.value), fall_percent(start.value, end.value)
    points = question.number("points")
    shares = [question.number("first_percent"), question.number("second_percent")]
    main = criterion("points", text, delta, ">=", points, unit=_("points"), windows=(start, end))
    criteria = (
        main,
        *(
            criterion(f"percent_{n}", text, pct, ">=", share, unit="%", windows=(start, end))
            for n, share in enumerate(shares, 1)
        ),
    )
    words = _("treatment {n}: TWSTRS fell by {points} points").format(
        n=cycle.number, points=main.shown
    )
    return question.verdict(
        _dystonia_label(delta, pct, points, shares),
        main.state,
        words,
        criteria=criteria,
        numbers=_dystonia_figures(pct, untreated, end, points, shares),
        windows=(untreated,),
        notes=(*_dystonia_notes(delta, pct, points, shares), *cycle_notes(cycle)),
    )


def _dystonia_label(
    delta: Fraction | None, pct: Fraction | None, points: Fraction, shares: list[Fraction]
) -> str:
    if delta is None:
        return "no_data"
    if delta >= points:
        return "MCIC_met"
    if pct is None or pct < shares[0]:
        return "not_met"
    return "responder_30" if pct >= shares[1] else "responder_25"


def _dystonia_figures(
    pct: Fraction | None,
    untreated: WindowRead,
    end: WindowRead,
    points: Fraction,
    shares: list[Fraction],
) -> Iterable[Figure]:
    """The fall from before this injection and from before the first: two different questions."""
    first = _("fall from before the first injection")
    whole = fall(untreated.value, end.value)
    share = fall_percent(untreated.value, end.value)
    yield figure("percent", _("fall from before this injection"), pct, "%", *shares)
    yield figure("untreated_points", first, whole, _("points"), points)
    yield figure("untreated_percent", first, share, "%", *shares)


def _dystonia_notes(
    delta: Fraction | None, pct: Fraction | None, points: Fraction, shares: list[Fraction]
) -> Iterable[Note]:
    yield Note(code="percent_not_verified", text=_("the percentages were not confirmed"))
    if pct is not None and delta is not None and (delta >= points) != (pct >= shares[1]):
        text = _("points and percent disagree, as they can at a low or a high baseline")
        yield Note(code="points_and_percent_disagree", text=text)


def spasticity_tone(question: Question) -> Verdict:
    """Steps on the Ashworth scale, muscle group by muscle group; the principal one decides."""
    text = _("steps better on the Ashworth scale")
    window = question.window("from_day", "to_day", _("weeks 3–8"))
    parts = parts_of(question, MAS, "rank")
    if not question.cycles or not parts:
        return no_treatment(question, "steps", text) if not question.cycles else _untested(question)
    criteria: dict[str, Criterion] = {}
    zero: list[str] = []
    numbers: list[Figure] = []
    for part in parts:
        found = latest_read(question, _tone_of(question, part, window))
        if found is None:
            continue
        cycle, end = found
        start = before_cycle(question, cycle, MAS, part, 0)
        place = place_words(part) or _("the muscle group")
        numbers.append(
            figure(f"before_{part}", _("{place}: rank before").format(place=place), start.value)
        )
        if start.value == 0:
            zero.append(part)
            missing = _("{place}: no spasticity before the injection").format(place=place)
            criteria[part] = answered(f"steps:{part}", place, None, missing=missing)
            continue
        criteria[part] = criterion(
            f"steps:{part}",
            _("{place}: steps better").format(place=place),
            fall(start.value, end.value),
            ">=",
            question.number("steps"),
            unit=_("steps"),
            windows=(start, end),
        )
    return _tone_verdict(question, criteria, zero, numbers)


def _tone_of(
    question: Question, part: str, window: Window
) -> Callable[[TreatmentCycle], WindowRead]:
    return lambda cycle: after_injection(question, cycle, MAS, part, window)


def _untested(question: Question) -> Verdict:
    missing = _("no Ashworth grade was recorded")
    unknown = answered("steps", _("steps better on the Ashworth scale"), None, missing=missing)
    return question.verdict("no_data", State.CANNOT_TELL, missing, criteria=(unknown,))


def _tone_verdict(
    question: Question, criteria: dict[str, Criterion], zero: list[str], numbers: Iterable[Figure]
) -> Verdict:
    wanted = question.facts.principal_muscle
    principal = next((p for p in criteria if wanted and p.partition(":")[2] == wanted), None)
    if principal is None and len(criteria) == 1:
        principal = next(iter(criteria))
    note = Note(
        code="tone_not_function",
        text=_("tone is not function: read it beside goals, DAS or ArmA"),
    )
    if principal is None:
        # Without a principal group only agreement of all groups is an answer.
        states = {c.state for c in criteria.values()}
        state = states.pop() if len(states) == 1 else State.CANNOT_TELL
        words = _("no principal muscle group was chosen")
    else:
        state, words = criteria[principal].state, criteria[principal].shown
        words = _("{steps} steps better").format(steps=words or "0")
    label = {State.MET: "responder", State.NOT_MET: "not", State.CANNOT_TELL: "no_data"}[state]
    if state is State.CANNOT_TELL and (principal in zero or (zero and len(zero) == len(criteria))):
        label, words = "not_applicable", _("no spasticity before the injection")
    return question.verdict(
        label,
        state,
        words,
        criteria=criteria.values(),
        numbers=numbers,
        notes=(note,),
        facts=() if wanted is None else (("principal_muscle", wanted),),
    )


def spasticity_target(question: Question) -> Verdict:
    """The Disability Assessment Scale in the domain that was chosen before the injection."""
    text = _("fall in the domain chosen before treatment")
    target = question.facts.das_target
    chosen = question.facts.das_target_chosen_on
    if not question.cycles:
        return no_treatment(question, "points", text)
    if target is None:
        missing = _("the principal target that was chosen before the injection")
        unknown = answered("points", text, None, missing=missing)
        return question.verdict("no_data", State.CANNOT_TELL, missing, criteria=(unknown,))
    windows = (
        question.window("early_from_day", "early_to_day", _("weeks 4–6")),
        question.window("late_from_day", "late_to_day", _("week 12")),
    )
    found = latest_read(question, lambda c: _first_of(question, c, target, windows))
    if found is None:
        return no_treatment(question, "points", text)
    cycle, end = found
    start = before_cycle(question, cycle, DAS, target, question.days("baseline_days"))
    locked = answered(
        "locked",
        _("the target was chosen before the injection"),
        None if chosen is None else chosen <= cycle.start,
        missing=_("the day on which the target was chosen"),
    )
    main = criterion(
        "points", text, fall(start.value, end.value), ">=", question.number("points"),
        unit=_("points"), windows=(start, end),
    )  # fmt: skip
    state, label = main.state, {State.MET: "responder", State.NOT_MET: "not"}.get(main.state)
    words = _("{target} fell by {points} points").format(
        target=target.replace("_", " "), points=main.shown
    )
    if locked.state is not State.MET:
        state, label = State.CANNOT_TELL, None
        words = _("the target was not known to be chosen before the injection")
    return question.verdict(
        label or "no_data",
        state,
        words,
        criteria=(locked, main),
        notes=cycle_notes(cycle),
        facts=(("das_target", target), ("das_target_chosen_on", str(chosen or ""))),
    )


def _first_of(
    question: Question, cycle: TreatmentCycle, part: str, windows: tuple[Window, ...]
) -> WindowRead:
    reads = [after_injection(question, cycle, DAS, part, w) for w in windows]
    return next((r for r in reads if r.value is not None), reads[0])


def blepharospasm(question: Question) -> Verdict:
    """The Jankovic sum and the mean of the disability index, three to six weeks after."""
    window = question.window("from_day", "to_day", _("weeks 3–6"))
    if not question.cycles:
        return no_treatment(question, "jrs", _("fall in the Jankovic sum"))

    def read(cycle: TreatmentCycle) -> WindowRead:
        jrs = after_injection(question, cycle, JRS, "total", window)
        return (
            jrs
            if jrs.value is not None
            else after_injection(question, cycle, BSDI, "total", window)
        )

    found = latest_read(question, read)
    cycle = found[0] if found else question.cycles[-1]
    jrs = _points(question, cycle, JRS, "jrs", _("fall in the Jankovic sum"))
    before = jrs.windows[0].value if jrs.windows else None
    if before is not None and before < question.number("jrs_baseline"):
        missing = _("a Jankovic sum below 2 before the injection is not assessed")
        jrs = answered("jrs", jrs.text, None, missing=missing, windows=jrs.windows)
    bsdi = _points(question, cycle, BSDI, "bsdi", _("fall in the disability index"))
    if jrs.state is State.MET:
        label, state = "responder_jrs", State.MET
    elif bsdi.state is State.MET:
        label, state = "responder_bsdi", State.MET
    elif State.NOT_MET in (jrs.state, bsdi.state):
        label, state = "not_met", State.NOT_MET
    else:
        label, state = "no_data", State.CANNOT_TELL
    return question.verdict(
        label,
        state,
        _("treatment {n}: Jankovic sum fell by {jrs}, disability index by {bsdi}").format(
            n=cycle.number, jrs=jrs.shown or _("not assessed"), bsdi=bsdi.shown
        ),
        criteria=(jrs, bsdi),
        notes=cycle_notes(cycle),
    )


def _points(
    question: Question, cycle: TreatmentCycle, instrument: InstrumentId, code: str, text: str
) -> Criterion:
    window = question.window("from_day", "to_day", _("weeks 3–6"))
    start = before_cycle(question, cycle, instrument, "total", question.days("baseline_days"))
    end = after_injection(question, cycle, instrument, "total", window)
    return criterion(
        code,
        text,
        fall(start.value, end.value),
        ">=",
        question.number(f"{code}_points"),
        unit=_("points"),
        windows=(start, end),
    )
