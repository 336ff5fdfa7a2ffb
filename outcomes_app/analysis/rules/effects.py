"""Wearing-off before re-injection, and onset, peak and duration of the effect in each cycle."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from outcomes_app.analysis.baseline import values_of
from outcomes_app.analysis.diary_counts import count_days
from outcomes_app.analysis.medicine_days import WITH_THRESHOLD, any_of
from outcomes_app.analysis.rules.comparing import answered, criterion, figure
from outcomes_app.analysis.rules.history import judged_by
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import HEADACHE, baseline
from outcomes_app.analysis.rules.verdict import (
    Criterion,
    Figure,
    Note,
    Origin,
    State,
    Verdict,
    WindowRead,
)
from outcomes_app.analysis.treatment_cycles import TreatmentCycle
from outcomes_app.analysis.wear_off import (
    Block,
    Effect,
    EffectRules,
    EffectState,
    WearOff,
    WearOffRules,
    cycle_effect,
    effect,
    median_duration,
    told_series,
    trend,
    wear_off,
)
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _


def wear_off_limits(question: Question) -> WearOffRules:
    """The limits of the rule as the analysis takes them."""
    return WearOffRules(
        days=question.number("days"),
        ratio=question.number("ratio"),
        best_from=question.days("best_from_day"),
        best_to=question.days("best_to_day"),
        late_not_before=question.days("late_not_before_day"),
        short_interval=question.days("short_interval_days"),
        short_late=question.days("short_late_days"),
    )


def headache_wear_off(question: Question) -> Verdict:
    """Whether the latest ended cycle wore off: reported by the patient, or counted."""
    limits = wear_off_limits(question)
    ended = [c for c in question.cycles if c.next_start is not None]
    all_found = [
        wear_off(question.diary, c, rules=question.diary_rules, limits=limits) for c in ended
    ]
    cycle, found = _judged(question, ended, all_found)
    entered = None if cycle is None else question.facts.entered(cycle.number)
    reported = None if entered is None else entered.wearing_off
    criteria = (_reported(reported), *_counted(found, limits))
    if reported:
        label, state = "wear_off_reported", State.MET
    elif found is not None and found.flag:
        label, state = "wear_off_quantitative", State.MET
    elif found is not None and found.flag is False:
        label, state = "none", State.NOT_MET
    else:
        label, state = "not_assessable", State.CANNOT_TELL
    notes = [
        Note(code="ours", text=_("the figures of 4 days and 1.3 are the program's own")),
        *(() if cycle is None else cycle_notes(cycle)),
    ]
    if found is not None and found.shortened:
        text = _("the interval was shorter than 12 weeks: the late weeks are 14 days, scaled")
        notes.append(Note(code="late_weeks_shortened", text=text))
    return question.verdict(
        label,
        state,
        _wear_off_words(cycle, found),
        criteria=criteria,
        numbers=(*_weeks(all_found), *_medicine(question, found)),
        notes=notes,
        facts=() if reported is None else (("wearing_off", "yes" if reported else "no"),),
    )


def _judged(
    question: Question, ended: list[TreatmentCycle], found: list[WearOff]
) -> tuple[TreatmentCycle | None, WearOff | None]:
    """The cycle the verdict is about: the running one where its wearing-off was reported already,
    else the one that ended last."""
    last = question.cycles[-1] if question.cycles else None
    entered = None if last is None else question.facts.entered(last.number)
    if last is not None and last.next_start is None and entered and entered.wearing_off:
        return last, None
    return (ended[-1], found[-1]) if ended else (None, None)


def _reported(reported: bool | None) -> Criterion:
    return answered(
        "reported",
        _("the patient reports wearing-off before the next injection"),
        reported,
        missing=_("whether the patient noticed wearing-off"),
    )


def _counted(found: WearOff | None, limits: WearOffRules) -> tuple[Criterion, ...]:
    missing = _("a diary of the best and of the last weeks of an ended cycle")
    best, late = (None, None) if found is None else (found.best, found.late)
    windows = tuple(
        _read(name, block)
        for name, block in ((_("best weeks"), best), (_("late weeks"), late))
        if block is not None
    )
    ratio = None
    if best is not None and late is not None and best.value:
        ratio = late.value / best.value
    rise = None if found is None else found.rise
    days = criterion(
        "rise", _("headache days per 28 more in the late than in the best weeks"), rise, ">=",
        limits.days, unit=_("days per 28"), windows=windows, missing=missing,
    )  # fmt: skip
    if best is not None and late is not None and not best.value:
        # Any number is 1.3 times nothing.
        text = _("late weeks divided by best weeks; the best weeks had no headache")
        return days, answered("ratio", text, True, windows=windows)
    times = criterion(
        "ratio", _("late weeks divided by best weeks"), ratio, ">=", limits.ratio,
        windows=windows, missing=missing,
    )  # fmt: skip
    return days, times


def _read(name: str, block: Block) -> WindowRead:
    return WindowRead(
        name=name,
        start=block.span.start,
        end=block.span.end,
        origin=Origin.DIARY,
        value=block.value,
        recorded=block.recorded,
        of=block.span.days,
        low=block.low,
        high=block.high,
    )


def _wear_off_words(cycle: TreatmentCycle | None, found: WearOff | None) -> str:
    if cycle is None:
        return _("no cycle has ended with a further injection yet")
    if found is not None and found.week is not None:
        return _("wearing-off in cycle {n} from week {week} on").format(
            n=cycle.number, week=found.week
        )
    return _("wearing-off in cycle {n}").format(n=cycle.number)


def _weeks(found: list[WearOff]) -> Iterable[Figure]:
    for one in found:
        yield figure(
            f"rise_{one.cycle}",
            _("cycle {n}: late minus best, headache days per 28").format(n=one.cycle),
            one.rise,
        )
        yield figure(
            f"week_{one.cycle}", _("cycle {n}: wearing-off week").format(n=one.cycle), one.week
        )


def _medicine(question: Question, found: WearOff | None) -> Iterable[Figure]:
    """Acute medicine days in the best and the late weeks, which the paper looks at as well."""
    for code, name, block in (
        ("medicine_best", _("acute medicine days, best weeks"), found.best if found else None),
        ("medicine_late", _("acute medicine days, late weeks"), found.late if found else None),
    ):
        value = None
        if block is not None:
            value = count_days(
                lambda day: any_of(day, WITH_THRESHOLD),
                question.diary,
                block.span,
                question.diary_rules,
            ).value
        yield figure(code, name, value, _("days per 28"))


def effect_rules(question: Question) -> EffectRules:
    """The parameters of the rule as the analysis takes them."""
    return EffectRules(
        onset_share=question.number("onset_share"),
        onset_stays=question.days("onset_stays_days"),
        end_share=question.number("end_share"),
        end_stays=question.days("end_stays_days"),
        mean_days=question.days("mean_days"),
        mean_needs=question.days("mean_needs_days"),
        last_day=question.days("last_day"),
    )


def onset_peak_duration(question: Question) -> Verdict:
    """When the effect began, was strongest and ended, cycle by cycle."""
    instrument, part = judged_by(question)
    start = baseline(question, instrument, part)
    if instrument == HEADACHE:
        effects = _from_diary(question, start)
    else:
        effects = _from_values(question, start, instrument, part)
    known = [e for e in effects if e.state is not EffectState.NOT_ENOUGH_DATA]
    # A cycle that has only begun says little; it speaks only where no other does.
    over = {c.number for c in question.completed()}
    known = [e for e in known if e.cycle in over] or known
    labels: Mapping[EffectState, tuple[str, State]] = {
        EffectState.ENDED: ("duration_days", State.MET),
        EffectState.CENSORED: ("censored", State.MET),
        EffectState.NO_ONSET: ("no_onset", State.NOT_MET),
    }
    label, state = ("not_enough_data", State.CANNOT_TELL)
    if known:
        label, state = labels[known[-1].state]
    asked = answered(
        "onset",
        _("the effect began: the weekly mean fell to 0.7 of the baseline and stayed there"),
        {State.MET: True, State.NOT_MET: False}.get(state),
        missing=_("not enough data: a diary before the first injection and through a cycle"),
        windows=(start,),
    )
    notes = [Note(code="ours", text=_("all thresholds are the program's own"))]
    if any(e.censored for e in effects):
        text = _("censored: the effect lasted to the next injection or to the last day known")
        notes.append(Note(code="censored", text=text))
    return question.verdict(
        label,
        state,
        _effect_words(known[-1] if known else None),
        criteria=(asked,),
        numbers=(*_effect_figures(question, effects), *_over_cycles(effects)),
        notes=notes,
    )


def _from_diary(question: Question, start: WindowRead) -> list[Effect]:
    # A told baseline is no measure for counted weeks.
    per_28 = start.value if start.origin is Origin.DIARY else None
    rules = effect_rules(question)
    return [
        cycle_effect(
            question.diary, cycle, per_28, on=question.on, rules=question.diary_rules,
            effect_rules=rules,
        )
        for cycle in question.cycles
    ]  # fmt: skip


def _from_values(
    question: Question, start: WindowRead, instrument: InstrumentId, part: str
) -> list[Effect]:
    """The same from a score that was told daily or weekly."""
    values = [(a.day, v) for a, v in values_of(question.course, instrument, part) if v is not None]
    found = []
    for cycle in question.cycles:
        last = cycle.offset(question.on) if cycle.length is None else cycle.length - 1
        series = told_series(values, cycle)
        found.append(effect(cycle.number, series, start.value, last, effect_rules(question)))
    return found


def _effect_words(last: Effect | None) -> str:
    if last is None:
        return _("not enough data")
    if last.state is EffectState.NO_ONSET:
        return _("cycle {n}: the effect threshold was not reached").format(n=last.cycle)
    words = (
        _("cycle {n}: onset day {onset}, peak day {peak}, at least {days} days")
        if last.censored
        else _("cycle {n}: onset day {onset}, peak day {peak}, lasted {days} days")
    )
    return words.format(n=last.cycle, onset=last.onset, peak=last.peak, days=last.duration)


def _effect_figures(question: Question, effects: list[Effect]) -> Iterable[Figure]:
    day = _("day")
    for one in effects:
        n = one.cycle
        names = (
            ("onset", _("cycle {n}: onset"), one.onset),
            ("peak", _("cycle {n}: peak"), one.peak),
            ("end", _("cycle {n}: end of effect"), one.end),
            ("duration", _("cycle {n}: duration"), one.duration),
        )
        for code, name, value in names:
            yield figure(f"{code}_{n}", name.format(n=n), value, day)
        entered = question.facts.entered(n)
        if entered is not None:
            yield figure(
                f"entered_onset_{n}", _("cycle {n}: onset as told").format(n=n),
                entered.onset_day, day,
            )  # fmt: skip
            yield figure(
                f"entered_duration_{n}", _("cycle {n}: duration as told").format(n=n),
                entered.duration_days, day,
            )  # fmt: skip


def _over_cycles(effects: list[Effect]) -> Iterable[Figure]:
    yield figure(
        "median_duration", _("median duration (Kaplan–Meier)"), median_duration(effects), _("days")
    )
    slope: Fraction | None = trend([(e.cycle, e.onset) for e in effects]).per_cycle
    yield figure("onset_trend", _("change of onset per cycle"), slope, _("days"))
    ended = [(e.cycle, None if e.censored else e.duration) for e in effects]
    slope = trend(ended).per_cycle
    yield figure("duration_trend", _("change of duration per cycle"), slope, _("days"))
