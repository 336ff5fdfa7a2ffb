"""Exact comparisons and how their numbers are printed.

A share is never rounded before it is compared. What is printed has enough decimals to lie on the
side of the threshold on which the number lies.
"""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction

from outcomes_app.analysis.diary_counts import MONTH_DAYS, per_30
from outcomes_app.analysis.rules.verdict import Criterion, Figure, WindowRead, state_of
from outcomes_app.analysis.windows import BLOCK_DAYS
from outcomes_app.text import _

_RELATIONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
_NEAR = Fraction(1, 2)
_MOST_DECIMALS = 9


def holds(value: Fraction | None, relation: str, threshold: Fraction) -> bool | None:
    """Whether the relation holds, ties as the sign says; None where the value is not known."""
    return None if value is None else _RELATIONS[relation](value, threshold)


def fall_percent(start: Fraction | None, end: Fraction | None) -> Fraction | None:
    """100 × (B - E) / B, exact; None where one is not known or the baseline is 0."""
    if end is None or not start:
        return None
    return (start - end) * 100 / start


def fall(start: Fraction | None, end: Fraction | None) -> Fraction | None:
    """B - E; None where one is not known."""
    return None if start is None or end is None else start - end


def shown(value: Fraction | None, *thresholds: Fraction) -> str:
    """A number as printed: one decimal; within 0.5 of a threshold two, and more where two would
    print the threshold itself although the number is another."""
    if value is None:
        return _("not known")
    near = [t for t in thresholds if abs(value - t) <= _NEAR]
    if not near:
        return _rounded(value, 0 if value.denominator == 1 else 1)
    decimals = 2
    while decimals < _MOST_DECIMALS and any(
        value != t and _half_up(value, decimals) == _half_up(t, decimals) for t in near
    ):
        decimals += 1
    return _rounded(value, decimals)


def _in_unit(value: Fraction | None, threshold: Fraction, unit: str) -> str:
    """Whole points and days have no decimals; a share always has them near its threshold."""
    if value is not None and unit != "%" and value.denominator == 1:
        return _rounded(value, 0)
    return shown(value, threshold)


def _half_up(value: Fraction, decimals: int) -> int:
    """The value in units of its last decimal, halves away from zero."""
    scaled = abs(value) * 10**decimals
    whole: int = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if value >= 0 else -whole


def _rounded(value: Fraction, decimals: int) -> str:
    units = _half_up(value, decimals)
    sign = "\u2212" if units < 0 else ""
    whole, rest = divmod(abs(units), 10**decimals)
    return f"{sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")


def criterion(
    code: str,
    text: str,
    value: Fraction | None,
    relation: str,
    threshold: Fraction,
    *,
    unit: str = "",
    missing: str = "",
    windows: tuple[WindowRead, ...] = (),
    basis: int | None = None,
) -> Criterion:
    """A criterion that compares one number; what is missing is taken from its windows."""
    lacking = missing or "; ".join(dict.fromkeys(w.missing for w in windows if w.missing))
    return Criterion(
        code=code,
        text=text,
        state=state_of(holds(value, relation, threshold)),
        value=value,
        relation=relation,
        threshold=threshold,
        unit=unit,
        shown=_in_unit(value, threshold, unit),
        missing="" if value is not None else lacking or _("the number is not known"),
        windows=windows,
        basis=basis,
    )


def answered(
    code: str,
    text: str,
    answer: bool | None,
    *,
    missing: str = "",
    windows: tuple[WindowRead, ...] = (),
    value: Fraction | None = None,
    unit: str = "",
) -> Criterion:
    """A criterion that is a yes or a no."""
    return Criterion(
        code=code,
        text=text,
        state=state_of(answer),
        value=value,
        unit=unit,
        shown="" if value is None else shown(value),
        missing="" if answer is not None else missing,
        windows=windows,
    )


def figure(
    code: str, name: str, value: Fraction | int | None, unit: str = "", *thresholds: Fraction
) -> Figure:
    """A number beside a verdict."""
    exact = None if value is None else Fraction(value)
    near = thresholds if unit == "%" or exact is None or exact.denominator != 1 else ()
    return Figure(code=code, name=name, value=exact, unit=unit, shown=shown(exact, *near))


def on_both_bases(per_28: Fraction | None, relation: str, threshold: Fraction) -> bool | None:
    """Whether a number per month passes on the basis of 28 days and of 30 days alike; None where
    the two disagree or the number is not known."""
    if per_28 is None:
        return None
    both = {holds(per_28, relation, threshold), holds(per_30(per_28), relation, threshold)}
    return both.pop() if len(both) == 1 else None


def basis_dependent(per_28: Fraction | None, relation: str, threshold: Fraction) -> bool:
    """Whether the answer hangs on what is meant by a month."""
    return per_28 is not None and on_both_bases(per_28, relation, threshold) is None


def month_criterion(
    code: str, text: str, read: WindowRead, relation: str, threshold: Fraction
) -> Criterion:
    """A criterion on days per month: met or not met only where 28 and 30 days agree."""
    per_28 = read.value
    answer = on_both_bases(per_28, relation, threshold)
    words = ""
    missing = read.missing
    if per_28 is not None:
        words = _("{a} per {n} days, {b} per {m} days").format(
            a=_in_unit(per_28, threshold, ""),
            n=BLOCK_DAYS,
            b=_in_unit(per_30(per_28), threshold, ""),
            m=MONTH_DAYS,
        )
        missing = "" if answer is not None else _("basis dependent: 28 and 30 days disagree")
    return Criterion(
        code=code,
        text=text,
        state=state_of(answer),
        value=per_28,
        relation=relation,
        threshold=threshold,
        unit=_("days/month"),
        shown=words or shown(None),
        missing=missing,
        basis=BLOCK_DAYS,
        windows=(read,),
    )
