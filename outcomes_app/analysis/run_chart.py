"""XmR run charts by the rules of NHS England's "Making Data Count": limits and special causes.

The arithmetic is that of the R package NHSRplotthedots: limits at mean ± 2.66 × mean moving range,
moving ranges above 3.267 × their mean left out once, and four rules for special causes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

_LIMIT = Fraction(266, 100)
_MOVING_RANGE_LIMIT = Fraction(3267, 1000)
RUN = 7
# With fewer points the limits are provisional.
FEW_POINTS = 12


class Rule(StrEnum):
    """Why a point is a special cause."""

    OUTSIDE = "outside"
    SHIFT = "shift"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChart:
    """Mean, limits and, for each point, the rules that mark it as special. Limits are None where
    there is no moving range."""

    mean: Fraction
    low: Fraction | None
    high: Fraction | None
    rules: tuple[frozenset[Rule], ...]

    @property
    def provisional(self) -> bool:
        """Whether there are too few points for limits that stay."""
        return len(self.rules) < FEW_POINTS


def run_chart(values: Sequence[Fraction]) -> RunChart | None:
    """The XmR chart of values in their order; None without any."""
    if not values:
        return None
    mean = sum(values, Fraction(0)) / len(values)
    ranges = [abs(b - a) for a, b in pairwise(values)]
    if not ranges:
        return RunChart(mean=mean, low=None, high=None, rules=(frozenset(),))
    average = _mean([r for r in ranges if r <= _MOVING_RANGE_LIMIT * _mean(ranges)])
    reach = _LIMIT * average
    found: list[set[Rule]] = [set() for _value in values]
    side = [_sign(v - mean) for v in values]
    outside = [abs(v - mean) > reach for v in values]
    for index, out in enumerate(outside):
        if out:
            found[index].add(Rule.OUTSIDE)
    _mark_runs(found, values, side)
    near = [
        not out and abs(v - mean) > reach * 2 / 3 for out, v in zip(outside, values, strict=True)
    ]
    for start in range(len(values) - 2):
        three = range(start, start + 3)
        if abs(sum(side[i] for i in three)) == 3 and sum(near[i] for i in three) >= 2:
            for index in three:
                if near[index]:
                    found[index].add(Rule.TWO_OF_THREE)
    return RunChart(
        mean=mean, low=mean - reach, high=mean + reach, rules=tuple(map(frozenset, found))
    )


def _mark_runs(found: list[set[Rule]], values: Sequence[Fraction], side: Sequence[int]) -> None:
    """Seven in a row on one side of the mean, or seven that only rise or only fall."""
    for start in range(len(values) - RUN + 1):
        seven = range(start, start + RUN)
        if abs(sum(side[i] for i in seven)) == RUN:
            for index in seven:
                found[index].add(Rule.SHIFT)
        steps = {_sign(values[i + 1] - values[i]) for i in seven[:-1]}
        if len(steps) == 1 and 0 not in steps:
            for index in seven:
                found[index].add(Rule.TREND)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
