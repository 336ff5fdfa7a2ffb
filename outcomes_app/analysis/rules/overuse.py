"""Medication overuse by class (ICHD-3 8.2), over three consecutive months."""

from dataclasses import dataclass
from fractions import Fraction

from outcomes_app.analysis.diary_counts import MONTH_DAYS, per_30
from outcomes_app.analysis.medicine_days import (
    WITH_THRESHOLD,
    MedicineClass,
    OveruseLimits,
    OveruseMonth,
    class_days,
    overuse_month,
)
from outcomes_app.analysis.rules.comparing import answered, figure, on_both_bases
from outcomes_app.analysis.rules.nice import basis_note, month_spans
from outcomes_app.analysis.rules.question import Question
from outcomes_app.analysis.rules.reading import HEADACHE, counted
from outcomes_app.analysis.rules.verdict import (
    Criterion,
    Figure,
    Note,
    State,
    Verdict,
    WindowRead,
)
from outcomes_app.analysis.windows import BLOCK_DAYS, Span
from outcomes_app.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """One month with its answer on the two bases."""

    span: Span
    headache: WindowRead
    per_28: OveruseMonth
    per_30: OveruseMonth
    answer: bool | None
    basis_dependent: bool


def medication_overuse(question: Question) -> Verdict:
    """Overuse in each of three months, or in the latest only, with headache on 15 days a month."""
    spans = month_spans(question, question.days("months"))
    months = [_month(question, span, place) for place, span in enumerate(spans, 1)]
    criteria = tuple(_criterion(m, n) for n, m in enumerate(months, 1))
    answers = [m.answer for m in months]
    notes = [
        Note(
            code="least_evidence",
            text=_("ICHD-3 asks for more than 3 months: three full months are the least evidence"),
        ),
        Note(
            code="no_threshold",
            text=_("gepants and ditans are counted; ICHD-3 gives them no threshold"),
        ),
    ]
    if any(m.basis_dependent for m in months):
        notes.insert(0, basis_note())
    if answers[-1] is None:
        label, state = "incomplete", State.CANNOT_TELL
        if months[-1].basis_dependent:
            label = "basis_dependent"
    elif not answers[-1]:
        label, state = "none", State.NOT_MET
    elif all(answers):
        label, state = "overuse_criteria_met", State.MET
    else:
        # The latest month alone; whether the three months are met may still be unknown.
        label = "overuse_this_month"
        state = State.NOT_MET if False in answers else State.CANNOT_TELL
    return question.verdict(
        label,
        state,
        _words(months),
        criteria=criteria,
        numbers=_figures(question, months[-1]),
        notes=notes,
    )


def _month(question: Question, span: Span, place: int) -> _Month:
    limits = OveruseLimits(
        specific=question.number("specific_days"),
        simple=question.number("simple_days"),
        together=question.number("together_days"),
    )
    headache = counted(question, HEADACHE, span, _("month {n}").format(n=place))
    per_28, on_30 = (
        overuse_month(question.diary, span, limits, question.diary_rules, basis=basis)
        for basis in (BLOCK_DAYS, MONTH_DAYS)
    )
    border = question.number("headache_days")
    often = on_both_bases(headache.value, ">=", border)
    same = per_28.overused is on_30.overused
    overused = per_28.overused if same else None
    if overused is False or often is False:
        answer: bool | None = False
    else:
        answer = True if overused and often else None
    depends = answer is None and (
        not same or (often is None and headache.value is not None and overused is True)
    )
    return _Month(
        span=span,
        headache=headache,
        per_28=per_28,
        per_30=on_30,
        answer=answer,
        basis_dependent=depends,
    )


def _criterion(month: _Month, number: int) -> Criterion:
    missing = month.headache.missing
    if month.basis_dependent:
        missing = _("basis dependent: 28 and 30 days disagree")
    elif not missing:
        missing = _("month {n}: the classes of the medicines taken").format(n=number)
    return answered(
        f"month_{number}",
        _("month {n}: overuse of a class, with headache often enough").format(n=number),
        month.answer,
        missing=missing,
        windows=(month.headache,),
        value=month.per_28.together,
        unit=_("days with medicine per 28 days"),
    )


def _words(months: list[_Month]) -> str:
    latest = months[-1].per_30
    classes = ", ".join(c.words for c in latest.overused_classes)
    count = sum(1 for m in months if m.answer)
    if classes:
        return _("{n} of {all} months with overuse; latest month: {classes}").format(
            n=count, all=len(months), classes=classes
        )
    return _("{n} of {all} months with overuse").format(n=count, all=len(months))


def _figures(question: Question, month: _Month) -> tuple[Figure, ...]:
    """The days of every class in the latest month, those without a threshold too."""
    found = []
    for kind in MedicineClass:
        limit: tuple[Fraction, ...] = ()
        if kind in WITH_THRESHOLD:
            name = "simple_days" if kind is MedicineClass.SIMPLE else "specific_days"
            limit = (question.number(name),)
        value = class_days(kind, question.diary, month.span, question.diary_rules).value
        found.append(
            figure(
                f"{kind.value}_days",
                _("days with {class_name} per 30 days, latest month").format(class_name=kind.words),
                None if value is None else per_30(value),
                _("days/month"),
                *limit,
            )
        )
    return tuple(found)
