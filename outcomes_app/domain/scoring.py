"""Scores an instrument from its answers, or takes totals that were scored elsewhere.

`score` is the door. It refuses answers that are impossible, names every one of them, and gives
back the numbers with what is worth saying about them (not scored and why, fewer answers than
questions, an answer that asks for attention).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from outcomes_app.domain.instruments import Instrument, Item
from outcomes_app.domain.scoring_rules import RULES, Answers, Goal, rule_name
from outcomes_app.domain.values import Problem, Problems, Score, Severity
from outcomes_app.errors import Refused
from outcomes_app.text import _, ngettext, number

_NOT_APPLICABLE = ("n/a", "na", "not applicable")
_YES_NO = {True: "yes", False: "no"}
_GOALS = "goals"


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
    read = _read(instrument, answers)
    scores = tuple(_worth_giving(instrument, RULES[instrument.scoring](instrument, read)))
    problems = [p for s in scores for p in _range_problems(instrument, s)]
    if problems:
        raise _refusal(instrument, problems)
    return Scoring(scores=scores, remarks=(*_remarks(instrument, read, scores),))


def _are_totals(instrument: Instrument, answers: Mapping[str, object]) -> bool:
    if not instrument.items:
        return True
    names = {_same(n) for i in instrument.items for n in (i.key, i.name) if n} | {_GOALS}
    keys = {_same(k) for k in answers}
    return bool(keys) and not keys & names


def _totals(instrument: Instrument, answers: Mapping[str, object]) -> tuple[Score, ...]:
    problems, scores = [], []
    for key, raw in answers.items():
        scale = instrument.scale(key)
        value = _as_number(raw)
        if scale is None:
            problems.append(_unknown_part(instrument, key))
        elif raw is not None and value is None:
            problems.append(_not_a_number(key))
        else:
            found = Score(part=key, value=value, rule=f"{instrument.id}/given/1")
            problems += _range_problems(instrument, found)
            scores.append(found)
    if problems:
        raise _refusal(instrument, problems)
    return tuple(scores)


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


def _read(instrument: Instrument, answers: Mapping[str, object]) -> Answers:
    if instrument.scoring == "gas":
        return Answers(values={}, goals=_goals(instrument, answers))
    items = {_same(n): i for i in instrument.items for n in (i.key, i.name) if n}
    values: dict[str, Decimal] = {}
    absent: set[str] = set()
    problems: list[Problem] = []
    for key, raw in answers.items():
        item = items.get(_same(key))
        if item is None:
            problems.append(_unknown_item(instrument, key))
        elif (
            isinstance(raw, str)
            and raw.strip().casefold() in _NOT_APPLICABLE
            and (item.not_applicable and _same("not applicable") not in map(_same, item.choices))
        ):
            absent.add(item.key)
        elif raw is not None and raw != "":
            value = read_answer(item, raw)
            if value is None:
                problems.append(_impossible(item))
            else:
                values[item.key] = value
    if problems:
        raise _refusal(instrument, problems)
    return Answers(values=values, not_applicable=frozenset(absent))


def read_answer(item: Item, raw: object) -> Decimal | None:
    """The value of an answer given as label or code; None where the item has no such answer."""
    if isinstance(raw, bool):
        raw = _YES_NO[raw] if "yes" in item.choices else None
    labels = {_same(label): value for label, value in item.choices.items()}
    if isinstance(raw, str) and _same(raw) in labels:
        return labels[_same(raw)]
    value = _as_number(raw)
    if value is None:
        return None
    if item.choices:
        # Labels that are numbers themselves (Ashworth 0, 1, 1+, 2 …) win over coded values.
        if any(_as_number(label) is not None for label in item.choices):
            return labels.get(_same(number(value)))
        return value if value in item.choices.values() else None
    if (item.low is not None and value < item.low) or (item.high is not None and value > item.high):
        return None
    return value if item.fractions or value == value.to_integral_value() else None


def _goals(instrument: Instrument, answers: Mapping[str, object]) -> tuple[Goal, ...]:
    listed = answers.get(_GOALS, list(answers.values()))
    if not isinstance(listed, Sequence) or not all(isinstance(g, Mapping) for g in listed):
        raise _refusal(instrument, [_not_a_number(_GOALS)])
    items = {i.key: i for i in instrument.items}
    goals: list[Goal] = []
    problems: list[Problem] = []
    weighted = {"importance" in g and "difficulty" in g for g in listed}
    if len(weighted) > 1:
        problems.append(
            Problem(
                field=_GOALS,
                code="weights_incomplete",
                message=_(
                    "Some goals have importance and difficulty and some have not, so they cannot "
                    "be weighed. Give both for every goal, or for none."
                ),
            )
        )
    for index, goal in enumerate(listed):
        read: dict[str, Decimal | None] = {}
        for key, raw in goal.items():
            value = None if raw is None or key not in items else read_answer(items[key], raw)
            if key not in items or (raw is not None and value is None):
                field = f"{_GOALS}.{index}.{key}"
                problems.append(
                    _unknown_item(instrument, field)
                    if key not in items
                    else _impossible(items[key], field)
                )
            read[key] = value
        importance, difficulty = read.get("importance"), read.get("difficulty")
        weight = (
            importance * difficulty
            if importance is not None and difficulty is not None
            else Decimal(1)
        )
        goals.append(Goal(rating=read.get("rating"), weight=weight, baseline=read.get("baseline")))
    if problems:
        raise _refusal(instrument, problems)
    return tuple(goals)


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


def _refusal(instrument: Instrument, problems: Sequence[Problem]) -> Refused:
    return Refused(
        ngettext(
            "{name} cannot be scored: one answer is not possible. {first}",
            "{name} cannot be scored: {n} answers are not possible. {first}",
            len(problems),
        ).format(name=instrument.short_name, n=len(problems), first=problems[0].message),
        tuple(problems),
        todo=_("Correct them and score again."),
    )


def _impossible(item: Item, field: str = "") -> Problem:
    if item.choices:
        allowed = ", ".join(f"{k} = {number(v)}" for k, v in item.choices.items())
    elif item.high is None:
        allowed = _("{low} or more").format(low=number(item.low or 0))
    else:
        allowed = _("{low} to {high}").format(low=number(item.low or 0), high=number(item.high))
    return Problem(
        field=field or item.key,
        code="answer_impossible",
        message=_("The answer to item {item} is not one of: {allowed}.").format(
            item=field or item.key, allowed=allowed
        ),
    )


def _unknown_item(instrument: Instrument, key: str) -> Problem:
    known = ", ".join(i.key for i in instrument.items)
    return Problem(
        field=key,
        code="item_unknown",
        message=_("{key} is not an item. The items are: {known}.").format(key=key, known=known),
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


def _as_number(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str, Decimal)):
        return None
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _same(key: str) -> str:
    return "_".join(str(key).casefold().replace("-", " ").replace("_", " ").split())


__all__ = ["Scoring", "read_answer", "rule_name", "score"]
