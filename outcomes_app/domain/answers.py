"""Reads answers as people and files give them: item numbers or names, labels or codes.

Every answer that cannot be is named; nothing is guessed and nothing missing becomes a zero.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from outcomes_app.domain.instruments import Instrument, Item
from outcomes_app.domain.scoring_rules import Answers, Goal
from outcomes_app.domain.values import Problem
from outcomes_app.errors import Refused
from outcomes_app.text import _, ngettext, number

_NOT_APPLICABLE = ("n_a", "na", "not_applicable")
_YES_NO = {True: "yes", False: "no"}
_SEPARATORS = re.compile(r"[^\w+]+")
_GOALS = "goals"


def plain(name: str) -> str:
    """A name without regard to case, spaces, hyphens and slashes, for comparing."""
    return _SEPARATORS.sub("_", name.casefold()).strip("_")


def names_of(item: Item) -> tuple[str, ...]:
    """Every name by which a file may call an item."""
    return tuple(plain(n) for n in (item.key, item.name, *item.also) if n)


def read_items(instrument: Instrument, answers: Mapping[str, object]) -> Answers:
    """The answers by item. Raises Refused with every one that is impossible or unknown."""
    items = {name: i for i in instrument.items for name in names_of(i)}
    values: dict[str, Decimal] = {}
    absent: set[str] = set()
    problems: list[Problem] = []
    seen: set[str] = set()
    for key, raw in answers.items():
        item = items.get(plain(key))
        if item is None:
            problems.append(_unknown_item(instrument, key))
        elif item.key in seen:
            problems.append(_answered_twice(key))
        elif raw is not None and raw != "":
            value = read_answer(item, raw)
            if value is not None:
                values[item.key] = value
            elif item.not_applicable and isinstance(raw, str) and plain(raw) in _NOT_APPLICABLE:
                absent.add(item.key)
            else:
                problems.append(_impossible(item))
        if item is not None:
            seen.add(item.key)
    if problems:
        raise refusal(instrument, problems)
    return Answers(values=values, asked=frozenset(seen), not_applicable=frozenset(absent))


def read_answer(item: Item, raw: object) -> Decimal | None:
    """The value of an answer given as label or code; None where the item has no such answer."""
    if isinstance(raw, bool):
        raw = _YES_NO[raw] if "yes" in item.choices else None
    labels = {plain(label): value for label, value in item.choices.items()}
    if isinstance(raw, str) and plain(raw) in labels:
        return labels[plain(raw)]
    value = as_number(raw)
    if value is None:
        return None
    if item.choices:
        # Labels that are numbers themselves (Ashworth 0, 1, 1+, 2 …) win over coded values.
        if any(as_number(label) is not None for label in item.choices):
            return labels.get(number(value))
        return value if value in item.choices.values() else None
    if (item.low is not None and value < item.low) or (item.high is not None and value > item.high):
        return None
    return value if item.fractions or value == value.to_integral_value() else None


def read_goals(instrument: Instrument, answers: Mapping[str, object]) -> tuple[Goal, ...]:
    """Goals as a list under "goals", or one by one: a rating alone, or a table with rating,
    importance and difficulty (or weight), and the rating before treatment as baseline."""
    listed = answers.get(_GOALS, list(answers.values()))
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise refusal(instrument, [_goals_unclear()])
    problems: list[Problem] = []
    goals = []
    for index, goal in enumerate(listed):
        fields = goal if isinstance(goal, Mapping) else {"rating": goal}
        read = dict(_read_goal(instrument, fields, f"{_GOALS}.{index}", problems))
        goals.append((read, _weight(read)))
    if len({weight is None for _read, weight in goals}) > 1:
        problems.append(_weights_incomplete())
    if problems:
        raise refusal(instrument, problems)
    return tuple(
        Goal(
            rating=read.get("rating"),
            weight=Decimal(1) if weight is None else weight,
            baseline=read.get("baseline"),
        )
        for read, weight in goals
    )


def _read_goal(
    instrument: Instrument, goal: Mapping[str, object], path: str, problems: list[Problem]
) -> Iterator[tuple[str, Decimal]]:
    items = {name: i for i in instrument.items for name in names_of(i)}
    for key, raw in goal.items():
        item = items.get(plain(key))
        if item is None:
            problems.append(_unknown_item(instrument, f"{path}.{key}"))
        elif raw is not None:
            value = read_answer(item, raw)
            if value is None:
                problems.append(_impossible(item, f"{path}.{key}"))
            else:
                yield item.key, value


def _weight(goal: Mapping[str, Decimal]) -> Decimal | None:
    if "weight" in goal:
        return goal["weight"]
    if "importance" in goal and "difficulty" in goal:
        return goal["importance"] * goal["difficulty"]
    return None


def as_number(raw: object) -> Decimal | None:
    """A number, also one written as text; None where it is none."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str, Decimal)):
        return None
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def refusal(instrument: Instrument, problems: Sequence[Problem]) -> Refused:
    """The error that carries every problem and says the first in its message."""
    return Refused(
        ngettext(
            "{name} cannot be scored: one entry is not possible. {first}",
            "{name} cannot be scored: {n} entries are not possible. {first}",
            len(problems),
        ).format(name=instrument.short_name, n=len(problems), first=problems[0].message),
        tuple(problems),
        todo=_("Correct it and score again."),
    )


def _impossible(item: Item, field: str = "") -> Problem:
    if item.choices:
        allowed = ", ".join(f"{k} = {number(v)}" for k, v in item.choices.items())
    elif item.high is None:
        allowed = _("{low} or more").format(low=number(item.low or 0))
    else:
        allowed = _("{low} to {high}").format(low=number(item.low or 0), high=number(item.high))
        if not item.fractions:
            allowed = _("a whole number from {range}").format(range=allowed)
    return Problem(
        field=field or item.key,
        code="answer_impossible",
        message=_("The answer to item {item} must be: {allowed}.").format(
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


def _answered_twice(key: str) -> Problem:
    return Problem(
        field=key,
        code="item_twice",
        message=_("{key} is answered twice, under two names. Keep one.").format(key=key),
    )


def _goals_unclear() -> Problem:
    return Problem(
        field=_GOALS,
        code="goals_unclear",
        message=_("The goals must be a list, each with a rating from -2 to 2."),
    )


def _weights_incomplete() -> Problem:
    return Problem(
        field=_GOALS,
        code="weights_incomplete",
        message=_(
            "Some goals have importance and difficulty and some have not, so they cannot be "
            "weighed. Give both for every goal, or for none."
        ),
    )
