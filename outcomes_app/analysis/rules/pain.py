"""Pain by IMMPACT: how much average pain fell in weeks 4, 8 and 12, like compared with like."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from outcomes_app.analysis.baseline import values_of
from outcomes_app.analysis.rules.comparing import criterion, fall, fall_percent, figure, shown
from outcomes_app.analysis.rules.movement import no_treatment
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import (
    after_injection,
    baseline,
    before_cycle,
)
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
from outcomes_app.analysis.windows import Window
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

PAIN = InstrumentId("nrs_pain")
_PART = "average"
_WEEKS = (4, 8, 12)
_PGIC_WINDOW = Window(name="the whole cycle", first=1, last=126)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Baseline and one week by the same statistic."""

    week: int
    start: WindowRead
    end: WindowRead

    @property
    def percent(self) -> Fraction | None:
        return fall_percent(self.start.value, self.end.value)


def immpact(question: Question) -> Verdict:
    """Minimal, moderate or substantial improvement of average pain in the latest cycle."""
    text = _("fall in average pain")
    if not question.cycles:
        return no_treatment(question, "minimal", text)
    cycle, pairs = _latest(question)
    limits = _limits(question)
    known = [p for p in pairs if p.percent is not None]
    pair = known[0] if known else pairs[0]
    pct = pair.percent
    criteria = [
        criterion(
            code, text, pct, ">=", limit, unit="%", windows=(pair.start, pair.end),
            missing=_("a baseline of 0 has no percentage") if pair.start.value == 0 else "",
        )
        for code, limit in zip(("minimal", "moderate", "substantial"), limits, strict=True)
    ]  # fmt: skip
    beside = (_global(question, cycle), _interference(question, cycle))
    if pct is not None:
        label = band(pct, limits)
        state = criteria[0].state
        words = _("treatment {n}, week {week}: average pain fell by {percent} %").format(
            n=cycle.number, week=pair.week, percent=shown(pct, *limits)
        )
    elif State.MET in (c.state for c in beside):
        # Pain cannot be compared, but what the patient says of the whole can.
        met = next(c for c in beside if c.state is State.MET)
        label, state, words = met.code, State.CANNOT_TELL, criteria[0].missing
    else:
        label, state, words = "no_data", State.CANNOT_TELL, criteria[0].missing
    return question.verdict(
        label,
        state,
        words,
        criteria=(*criteria, *beside),
        numbers=(
            *_figures(pairs, limits),
            figure(
                "untreated",
                _("fall from before the first injection"),
                fall_percent(baseline(question, PAIN, _PART).value, pair.end.value),
                "%",
                *limits,
            ),
        ),
        notes=(*_notes(question, pair, known, limits), *cycle_notes(cycle)),
    )


def _limits(question: Question) -> tuple[Fraction, ...]:
    names = ("minimal_percent", "moderate_percent", "substantial_percent")
    return tuple(question.number(name) for name in names)


def band(pct: Fraction, limits: tuple[Fraction, ...]) -> str:
    """The word for a fall; each band holds its lower end and not its upper one."""
    minimal, moderate, substantial = limits
    if pct < minimal:
        return "not_met"
    if pct < moderate:
        return "minimal"
    return "moderate" if pct < substantial else "substantial"


def _latest(question: Question) -> tuple[TreatmentCycle, list[_Pair]]:
    """The latest cycle in which something can be compared; else the latest."""
    found = []
    for cycle in reversed(question.cycles):
        pairs = [_pair(question, cycle, week) for week in _WEEKS]
        if any(p.percent is not None for p in pairs):
            return cycle, pairs
        found.append((cycle, pairs))
    return found[0]


def _pair(question: Question, cycle: TreatmentCycle, week: int) -> _Pair:
    """Means of seven days on both sides where both exist, else single values on both sides."""
    before = _mean(question, cycle.start - timedelta(days=7), cycle.start - timedelta(days=1))
    first = cycle.start + timedelta(days=7 * week - 6)
    last = cycle.start + timedelta(days=7 * week)
    if cycle.next_start is not None:
        last = min(last, cycle.next_start)
    after = _mean(question, first, last) if first <= last else None
    if before is not None and after is not None:
        return _Pair(week=week, start=before, end=after)
    near = question.days("single_within_days")
    window = Window(
        name=_("week {n}").format(n=week), first=max(1, 7 * week - near), last=7 * week + near
    )
    return _Pair(
        week=week,
        start=before_cycle(question, cycle, PAIN, _PART, 2 * near),
        end=after_injection(question, cycle, PAIN, _PART, window, nearest=7 * week),
    )


def _mean(question: Question, first: date, last: date) -> WindowRead | None:
    """The mean of daily average pain over a week with enough entries."""
    known = [
        value
        for a, value in values_of(question.course, PAIN, _PART)
        if value is not None and first <= a.day <= last
    ]
    if len(known) < question.days("mean_needs_entries"):
        return None
    return WindowRead(
        name=_("mean of 7 days"),
        start=first,
        end=last,
        origin=Origin.ASSESSMENT,
        value=sum(known, Fraction(0)) / len(known),
        recorded=len(known),
        of=7,
    )


def _global(question: Question, cycle: TreatmentCycle) -> Criterion:
    read = after_injection(question, cycle, InstrumentId("pgic"), "total", _PGIC_WINDOW)
    return criterion(
        "pgic_much_improved",
        _("global impression of change, at most"),
        read.value,
        "<=",
        question.number("pgic"),
        windows=(read,),
    )


def _interference(question: Question, cycle: TreatmentCycle) -> Criterion:
    bpi = InstrumentId("bpi_sf")
    start = before_cycle(question, cycle, bpi, "interference", 28)
    end = after_injection(question, cycle, bpi, "interference", _PGIC_WINDOW)
    return criterion(
        "bpi_interference",
        _("fall in BPI interference"),
        fall(start.value, end.value),
        ">=",
        question.number("bpi_points"),
        unit=_("points"),
        windows=(start, end),
    )


def _figures(pairs: list[_Pair], limits: tuple[Fraction, ...]) -> Iterable[Figure]:
    for pair in pairs:
        name = _("week {n}: fall in average pain").format(n=pair.week)
        yield figure(f"week_{pair.week}", name, pair.percent, "%", *limits)


def _notes(
    question: Question, pair: _Pair, known: list[_Pair], limits: tuple[Fraction, ...]
) -> Iterable[Note]:
    low = question.number("low_baseline")
    if pair.start.value is not None and pair.start.value < low:
        yield Note(code="low_baseline", text=_("low baseline"))
    if pair.percent is not None and pair.end.recorded is None:
        yield Note(code="single_values", text=_("single clinic values, not means of 7 days"))
    if len({band(p.percent, limits) for p in known if p.percent is not None}) > 1:
        yield Note(code="depends_on_window", text=_("depends on window"))
    text = _("IMMPACT gives 10–20 % for minimal; 20–29 % is placed in minimal here")
    yield Note(code="minimal_is_wider", text=text)
