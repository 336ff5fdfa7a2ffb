"""Goal attainment and the patient's global impression."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from outcomes_app.analysis.rules.comparing import criterion, figure
from outcomes_app.analysis.rules.movement import latest_read, no_treatment
from outcomes_app.analysis.rules.question import Question, cycle_notes
from outcomes_app.analysis.rules.reading import (
    LATE_IN_CYCLE,
    after_injection,
    parts_of,
    told,
    value_in,
)
from outcomes_app.analysis.rules.verdict import Note, State, Verdict, WindowRead
from outcomes_app.domain.values import InstrumentId
from outcomes_app.text import _

GAS = InstrumentId("gas")
PGIC = InstrumentId("pgic")


def goal_attainment(question: Question) -> Verdict:
    """Whether the primary goal was reached (0 or better), with the share of all goals and T."""
    limit = question.number("rating")
    ratings, reads, primary = _ratings(question)
    missing = _("the rating of the primary goal at its review")
    if len(ratings) > 1 and primary is None:
        missing = _("which goal is the primary one, and its rating")
    main = criterion(
        "primary", _("the primary goal's rating"), primary, ">=", limit, windows=reads,
        missing=missing,
    )  # fmt: skip
    known = [r for r in ratings if r is not None]
    reached = sum(1 for r in known if r >= limit)
    score = _t_score(question)
    label = {State.MET: "primary_goal_achieved", State.NOT_MET: "not_achieved"}.get(
        main.state, "no_data"
    )
    notes = []
    if question.facts.goal_review_on is None and known:
        text = _("no review day was planned; the latest rating is used")
        notes.append(Note(code="no_review_day", text=text))
    return question.verdict(
        label,
        main.state,
        _("{n} of {all} rated goals were reached").format(n=reached, all=len(known)),
        criteria=(main,),
        numbers=(
            figure("goals_reached", _("goals reached"), reached if known else None),
            figure("goals_rated", _("goals rated"), len(known) if known else None),
            figure(
                "share",
                _("share of goals reached"),
                Fraction(100 * reached, len(known)) if known else None,
                "%",
            ),
            figure("gas_t", _("GAS T-score"), score),
        ),
        notes=notes,
        facts=((f"goal {n}", str(g.rating)) for n, g in enumerate(question.facts.goals, 1)),
    )


def _ratings(
    question: Question,
) -> tuple[list[Fraction | None], tuple[WindowRead, ...], Fraction | None]:
    """All ratings, where they were read, and the rating of the primary goal."""
    goals = question.facts.goals
    if goals:
        ratings = [None if g.rating is None else Fraction(g.rating) for g in goals]
        chosen = [r for g, r in zip(goals, ratings, strict=True) if g.primary]
        if not chosen and len(goals) == 1:
            chosen = ratings
        return ratings, (), chosen[0] if len(chosen) == 1 else None
    found = [(part, _reviewed(question, part)) for part in parts_of(question, GAS, "goal")]
    known = [(part, read) for part, read in found if read is not None]
    reads = tuple(told(part, day, value, counts=False) for part, (day, value) in known)
    values: list[Fraction | None] = [value for _part, (_day, value) in known]
    return values, reads, values[0] if len(values) == 1 else None


def _reviewed(question: Question, part: str) -> tuple[date, Fraction] | None:
    """The rating nearest to the planned review, or the latest after the first treatment."""
    review = question.facts.goal_review_on
    first = question.course.first_treatment_day
    if first is None:
        return None
    if review is None:
        return value_in(question, GAS, part, first + timedelta(days=1), question.on)
    near = timedelta(days=question.days("review_within_days"))
    return value_in(question, GAS, part, review - near, review + near, nearest=review)


def _t_score(question: Question) -> Fraction | None:
    found = _reviewed(question, "total")
    return None if found is None else found[1]


def global_impression(question: Question) -> Verdict:
    """Much or very much improved, four to six weeks after, and again before the next injection."""
    text = _("global impression of change, at most")
    window = question.window("from_day", "to_day", _("weeks 4–6"))
    if not question.cycles:
        return no_treatment(question, "weeks_4_6", text)
    found = latest_read(
        question,
        lambda c: next(
            (
                r
                for r in (
                    after_injection(question, c, PGIC, "total", w) for w in (window, LATE_IN_CYCLE)
                )
                if r.value is not None
            ),
            after_injection(question, c, PGIC, "total", window),
        ),
    )
    cycle = found[0] if found else question.cycles[-1]
    limit = question.number("responder")
    early, late = (
        criterion(code, name, read.value, "<=", limit, windows=(read,))
        for code, name, read in (
            ("weeks_4_6", text, after_injection(question, cycle, PGIC, "total", window)),
            (
                "before_next",
                _("the same before the next injection, at most"),
                after_injection(question, cycle, PGIC, "total", LATE_IN_CYCLE),
            ),
        )
    )
    main = early if early.state is not State.CANNOT_TELL else late
    label = {State.MET: "responder", State.NOT_MET: "not_met"}.get(main.state, "no_data")
    notes = [*_anchor(question, main.windows), *cycle_notes(cycle)]
    if State.CANNOT_TELL not in (early.state, late.state) and early.state is not late.state:
        notes.append(Note(code="depends_on_window", text=_("depends on window")))
    words = _("treatment {n}: PGIC {value}").format(n=cycle.number, value=main.shown)
    return question.verdict(label, main.state, words, criteria=(early, late), notes=notes)


_CLASSES = {1: "substantial", 2: "moderate", 3: "minimal"}


def impression_class(value: Fraction) -> str:
    """IMMPACT's word for a global impression; empty from 4 (no change) on."""
    return _CLASSES.get(int(value), "") if value.denominator == 1 else ""


def _anchor(question: Question, windows: tuple[WindowRead, ...]) -> Iterable[Note]:
    """Since when the patient was asked to judge is part of the measure."""
    days = {w.start for w in windows if w.value is not None}
    asked = [a for a in question.course.assessments if a.instrument == PGIC and a.day in days]
    if not asked:
        return
    anchor = asked[-1].recall
    value = asked[-1].value()
    if value is not None and impression_class(Fraction(value)):
        text = {
            "substantial": _("substantial improvement"),
            "moderate": _("moderate improvement"),
            "minimal": _("minimal improvement"),
        }[impression_class(Fraction(value))]
        yield Note(code="class", text=text)
    if anchor:
        yield Note(code="anchor", text=_("asked about the time {anchor}").format(anchor=anchor))
    else:
        text = _("it was not recorded since when the patient was asked to judge")
        yield Note(code="anchor_unknown", text=text)
