"""Scores an instrument from its answers, or takes totals that were scored elsewhere.

`score` is the door. It refuses answers that are impossible, names every one of them, and gives
back the numbers with what is worth saying about them (not scored and why, fewer answers than
questions, an answer that asks for attention).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from outcomes_app.domain.answers import as_number, names_of, plain, read_goals, read_items, refusal
from outcomes_app.domain.instruments import Instrument, Item
from outcomes_app.domain.scoring_rules import RULES, Answers
from outcomes_app.domain.values import Problem, Problems, Score, Severity
from outcomes_app.text import _, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """The numbers of one instrument, the main one first, and what is worth saying about them."""

    scores: tuple[Score, ...]
    remarks: Problems = ()


def score(instrument: Instrument, answers: Mapping[str, object]) -> Scoring:
    """Scores answers by item number or name (label, code, or None where missing), or takes totals
    by part. Raises Refused with every impossible answer."""
    if _are_totals(instrument, answers):
        return Scoring(scores=_totals(instrument, answers))
    places = _places(instrument, answers)
    if places:
        found = [_scored(instrument, read_items(instrument, a), p) for p, a in places.items()]
        return Scoring(
            scores=tuple(s for f in found for s in f.scores),
            remarks=tuple(r for f in found for r in f.remarks),
        )
    if instrument.scoring == "gas":
        return _scored(instrument, Answers(values={}, goals=read_goals(instrument, answers)))
    return _scored(instrument, read_items(instrument, answers))


def _scored(instrument: Instrument, answers: Answers, place: str = "") -> Scoring:
    made = _worth_giving(instrument, RULES[instrument.scoring](instrument, answers))
    scores = tuple(replace(s, part=f"{s.part}:{place}") if place else s for s in made)
    problems = [p for s in scores for p in _range_problems(instrument, s)]
    if problems:
        raise refusal(instrument, problems)
    return Scoring(scores=scores, remarks=tuple(_remarks(instrument, answers, scores)))


def _places(
    instrument: Instrument, answers: Mapping[str, object]
) -> Mapping[str, Mapping[str, object]]:
    """The answers by muscle or body site, where that is how they are named."""
    if not instrument.per_place or not answers:
        return {}
    item = instrument.items[0]
    if {plain(k) for k in answers} & set(names_of(item)):
        return {}
    return {plain(k): {item.key: raw} for k, raw in answers.items()}


def _are_totals(instrument: Instrument, answers: Mapping[str, object]) -> bool:
    if not instrument.items:
        return True
    items = {name for item in instrument.items for name in names_of(item)}
    parts = {plain(k.partition(":")[0]) for k in answers}
    return bool(parts) and not parts & items and parts <= {s.part for s in instrument.scales}


def _totals(instrument: Instrument, answers: Mapping[str, object]) -> tuple[Score, ...]:
    problems: list[Problem] = []
    scores: list[Score] = []
    for key, raw in answers.items():
        scale = instrument.scale(key)
        value = as_number(raw)
        if scale is None:
            problems.append(_unknown_part(instrument, key))
        elif raw is not None and value is None:
            problems.append(_not_a_number(key))
        else:
            found = Score(part=key, value=value, rule=f"{instrument.id}/given/1")
            problems += _range_problems(instrument, found)
            scores.append(found)
    if problems:
        raise refusal(instrument, problems)
    return tuple(scores)


def _worth_giving(instrument: Instrument, scores: Iterable[Score]) -> Iterator[Score]:
    """All scores but those of an optional module that nobody began."""
    optional = {i.key for i in instrument.items if i.optional}
    for found in scores:
        scale = instrument.scale(found.part)
        module = scale is not None and bool(scale.items) and set(scale.items) <= optional
        if not found.answered and (module or found.part == "baseline"):
            continue
        yield found


def _remarks(
    instrument: Instrument, answers: Answers, scores: tuple[Score, ...]
) -> Iterator[Problem]:
    for item in instrument.items:
        value = answers.get(item.key)
        if item.alert_above is not None:
            yield from _alert(item, value)
    yield from _too_many_together(instrument, answers)
    for found in scores:
        if found.answered is None or found.items is None:
            continue
        if found.value is None:
            yield _not_scored(instrument, found)
        elif found.answered < found.items:
            yield Problem(
                field=found.part,
                code="fewer_answers",
                severity=Severity.INFO,
                message=_("Scored from {answered} of {items} answers. {rule}").format(
                    answered=found.answered, items=found.items, rule=instrument.missing_rule
                ),
            )


def _alert(item: Item, value: Decimal | None) -> Iterator[Problem]:
    if value is None:
        yield Problem(
            field=item.key,
            code="alert_item_missing",
            severity=Severity.CHECK,
            message=_(
                "Item {item} is not answered, so the score says nothing about safety. Ask the "
                "patient."
            ).format(item=item.key),
        )
    elif item.alert_above is not None and value > item.alert_above:
        yield Problem(
            field=item.key,
            code="alert",
            severity=Severity.CHECK,
            message=_(
                "Item {item} is above {limit}: ask about the patient's safety today, whatever the "
                "total."
            ).format(item=item.key, limit=number(item.alert_above)),
        )


def _too_many_together(instrument: Instrument, answers: Answers) -> Iterator[Problem]:
    rules = instrument.parameters.get("together", ())
    for rule in rules if isinstance(rules, Sequence) else ():
        keys, high = rule["items"], Decimal(str(rule["high"]))
        if sum(answers.of(keys), Decimal(0)) > high:
            yield Problem(
                field=keys[-1],
                code="counted_twice",
                severity=Severity.CHECK,
                message=_(
                    "Items {items} add up to more than the {high} days of the period. The second "
                    "leaves out days already counted in the first: ask again."
                ).format(items=" + ".join(keys), high=number(high)),
            )


def _not_scored(instrument: Instrument, found: Score) -> Problem:
    return Problem(
        field=found.part,
        code="not_scored",
        severity=Severity.INFO,
        message=_("{part} could not be scored: {answered} of {items} answered. {rule}").format(
            part=found.part,
            answered=found.answered,
            items=found.items,
            rule=instrument.missing_rule,
        ),
    )


def _range_problems(instrument: Instrument, score: Score) -> Iterator[Problem]:
    scale = instrument.scale(score.part)
    if scale is None or score.value is None or scale.holds(score.value):
        return
    allowed = " ".join(
        words
        for words, bound in (
            (_("from {low}").format(low=number(scale.low or 0)), scale.low),
            (_("to {high}").format(high=number(scale.high or 0)), scale.high),
        )
        if bound is not None
    )
    yield Problem(
        field=score.part,
        code="out_of_range",
        message=_("{name} is {value}, but it can only go {allowed}. Check the numbers.").format(
            name=scale.name, value=number(score.value), allowed=allowed
        ),
    )


def _unknown_part(instrument: Instrument, key: str) -> Problem:
    known = ", ".join(s.part for s in instrument.scales)
    reason = f" {_(instrument.why_total_only)}" if instrument.why_total_only else ""
    return Problem(
        field=key,
        code="part_unknown",
        message=_("{key} is not a number of this instrument. It has: {known}.{reason}").format(
            key=key, known=known, reason=reason
        ),
    )


def _not_a_number(key: str) -> Problem:
    return Problem(
        field=key, code="not_a_number", message=_("{key} must be a number.").format(key=key)
    )
