"""The diary rules once more, slow and obvious: day by day, with floats nowhere and nothing shared.

It knows a course only as a set of headache days, a set of days without, and days of injection, all
counted from the first injection.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Told:
    """A course in whole numbers: which days had headache, which had none, when was injected."""

    headache: frozenset[int]
    free: frozenset[int]
    injections: tuple[int, ...]
    on: int

    def month(self, first: int, last: int, scale: int = 28) -> Fraction | None:
        """k / R x 28, if at least 20 days are recorded and no gap is longer than 10 days."""
        k = recorded = gap = 0
        for day in range(first, last + 1):
            if day <= self.on and (day in self.headache or day in self.free):
                recorded += 1
                gap = 0
                if day in self.headache:
                    k += 1
            else:
                gap += 1
                if gap > 10:
                    return None
        if recorded < 20:
            return None
        return Fraction(k, recorded) * scale

    def cycles(self) -> list[tuple[int, int | None]]:
        """(start, next start); sessions within 14 days of a start belong to it."""
        starts: list[int] = []
        for day in self.injections:
            if day <= self.on and (not starts or day - starts[-1] > 14):
                starts.append(day)
        return [(s, starts[n + 1] if n + 1 < len(starts) else None) for n, s in enumerate(starts)]

    def clear_to(self, first: int, last: int) -> int:
        """The last day of a window that no injection after its first day is in."""
        for day in range(first + 1, last + 1):
            if day in self.injections and day <= self.on:
                return day - 1
        return last

    def over(self, cycle: tuple[int, int | None], last: int = 83) -> bool:
        start, following = cycle
        return following is not None or self.on > start + last

    def weeks(self, cycle: tuple[int, int | None], first: int, last: int) -> Fraction | None:
        start, following = cycle
        if following is not None and start + first >= following:
            return None
        return self.month(start + first, self.clear_to(start + first, start + last))

    def baseline(self) -> Fraction | None:
        return self.month(-28, -1)


def _fall(start: Fraction | None, end: Fraction | None) -> Fraction | None:
    if start is None or end is None or start == 0:
        return None
    return 100 * (start - end) / start


def negative_stop(told: Told) -> str:
    cycles = told.cycles()
    if len(cycles) < 2 or not told.over(cycles[1]):
        return "too_early"
    start, following = cycles[1]
    if following is not None and following - start <= 83:
        sessions = [d for d in told.injections if start <= d < following]
        first = max(following - 28, sessions[-1])
        end = told.month(first, following - 1)
    else:
        end = told.weeks(cycles[1], 56, 83)
    before = told.baseline()
    if before is None or (end is None and before != 0):
        return "insufficient_diary"
    if before == 0:
        return "not_applicable"
    assert end is not None
    return "stop_not_adequately_responding" if 10 * (before - end) < 3 * before else "continue"


def _low(told: Told, limit: int, label: str) -> str:
    answers: list[bool | None] = []
    for back in (2, 1, 0):
        last = told.on - 28 * back
        if not told.cycles() or last - 27 < told.cycles()[0][0]:
            answers.append(None)
            continue
        on_28, on_30 = told.month(last - 27, last), told.month(last - 27, last, 30)
        if on_28 is None or on_30 is None:
            answers.append(None)
        elif (on_28 < limit) != (on_30 < limit):
            return _borderline(told, limit)
        else:
            answers.append(on_28 < limit)
    if False in answers:
        return "continue"
    return label if None not in answers else "insufficient_diary"


def _borderline(told: Told, limit: int) -> str:
    """A month that depends on the basis: any month of clearly too many days still decides."""
    unknown = False
    for back in (2, 1, 0):
        last = told.on - 28 * back
        inside = told.cycles() and last - 27 >= told.cycles()[0][0]
        on_28 = told.month(last - 27, last) if inside else None
        if on_28 is None:
            unknown = True
        elif on_28 >= limit:
            return "continue"
    return "insufficient_diary" if unknown else "basis_dependent"


def positive_stop(told: Told) -> str:
    return _low(told, 15, "stop_now_episodic")


def stop_when_low(told: Told) -> str:
    return _low(told, 10, "stop_and_reevaluate")


def nonresponse(told: Told) -> str:
    falls = [
        _fall(told.baseline(), told.weeks(cycle, 0, 27))
        for cycle in told.cycles()[:3]
        if told.over(cycle, 27)
    ]
    if told.baseline() == 0:
        return "not_applicable"
    if any(f is not None and f >= 30 for f in falls):
        return "responder"
    if len(falls) < 2:
        return "too_early"
    first_two = [f is not None and f < 30 for f in falls[:2]]
    return "non_responder" if all(first_two) else "insufficient_diary"


def responder_bands(told: Told) -> str:
    over = [c for c in told.cycles() if told.over(c)]
    fall = _fall(told.baseline(), told.weeks(over[-1], 56, 83)) if over else None
    if fall is None:
        return "no_data"
    if fall < 0:
        return "worse"
    if fall == 100:
        return "100"
    for lowest, label in ((75, "75_to_99"), (50, "50_to_74"), (30, "30_to_49")):
        if fall >= lowest:
            return label
    return "0_to_29"


def headache_wear_off(told: Told) -> str:
    ended = [(s, n) for s, n in told.cycles() if n is not None]
    if not ended:
        return "not_assessable"
    start, following = ended[-1]
    length = following - start
    late_days = 14 if length < 84 else 28
    late_first = length - late_days
    if late_first < 42:
        return "not_assessable"
    late = _block(told, start, late_first, late_days)
    blocks = [
        value
        for first in range(14, min(69, late_first - 1) - 28 + 2)
        if (value := _block(told, start, first, 28)) is not None
    ]
    if late is None or not blocks:
        return "not_assessable"
    best = min(blocks)
    worn = late - best >= 4 and 10 * late >= 13 * best
    return "wear_off_quantitative" if worn else "none"


def _block(told: Told, start: int, first: int, days: int) -> Fraction | None:
    """A block of which 5 of 7 days are recorded, without a gap over 10 days or an injection."""
    k = recorded = gap = 0
    for day in range(start + first, start + first + days):
        if day in told.injections and day != start + first and day <= told.on:
            return None
        if day <= told.on and (day in told.headache or day in told.free):
            recorded, gap = recorded + 1, 0
            k += day in told.headache
        else:
            gap += 1
        if gap > 10:
            return None
    return Fraction(28 * k, recorded) if recorded * 28 >= 20 * days else None


RULES: dict[str, Callable[[Told], str]] = {
    "nice_ta260_negative_stop": negative_stop,
    "nice_ta260_positive_stop": positive_stop,
    "ehf_2018_nonresponse": nonresponse,
    "ehf_2018_stop_when_low": stop_when_low,
    "ihs_responder_bands": responder_bands,
    "headache_wear_off": headache_wear_off,
}
