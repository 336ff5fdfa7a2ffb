"""Rules about consecutive months with few headache days: NICE's change to episodic, EHF's <10."""

from fractions import Fraction

from outcomes_app.analysis.rules.comparing import basis_dependent, month_criterion
from outcomes_app.analysis.rules.nice import basis_note, months_back
from outcomes_app.analysis.rules.question import Question
from outcomes_app.analysis.rules.verdict import Criterion, Note, State, Verdict
from outcomes_app.text import _, ngettext


def positive_stop(question: Question) -> Verdict:
    """Fewer than 15 headache days in each of three consecutive months."""
    note = Note(
        code="joined_by_or",
        text=_(
            "NICE 1.2 joins its two stopping criteria by “or”; many clinics read this one as a "
            "reason to consider a pause"
        ),
    )
    return _low(question, "stop_now_episodic", (note,))


def stop_when_low(question: Question) -> Verdict:
    """Fewer than 10 headache days in each of three consecutive months."""
    note = Note(
        code="review_later",
        text=_("where treatment stops, EHF looks again after {start} to {end} months").format(
            start=question.days("review_from_months"), end=question.days("review_to_months")
        ),
    )
    return _low(question, "stop_and_reevaluate", (note,))


def _low(question: Question, met_label: str, notes: tuple[Note, ...]) -> Verdict:
    threshold = question.number("headache_days")
    reads = months_back(question, question.days("months"))
    criteria = tuple(
        month_criterion(f"month_{n}", read.name, read, "<", threshold)
        for n, read in enumerate(reads, 1)
    )
    label, state = _answer(criteria, met_label)
    if any(basis_dependent(read.value, "<", threshold) for read in reads):
        notes = (basis_note(), *notes)
    below = sum(1 for c in criteria if c.state is State.MET)
    words = ngettext(
        "{below} of {n} month has fewer than {days} headache days",
        "{below} of {n} months have fewer than {days} headache days",
        len(criteria),
    ).format(below=below, n=len(criteria), days=_plain(threshold))
    return question.verdict(label, state, words, criteria=criteria, notes=notes)


def _answer(criteria: tuple[Criterion, ...], met_label: str) -> tuple[str, State]:
    states = [c.state for c in criteria]
    if State.NOT_MET in states:
        return "continue", State.NOT_MET
    if State.CANNOT_TELL not in states:
        return met_label, State.MET
    if any(c.state is State.CANNOT_TELL and c.value is None for c in criteria):
        return "insufficient_diary", State.CANNOT_TELL
    return "basis_dependent", State.CANNOT_TELL


def _plain(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):g}"
