"""How a change is said: glyph, number and "better" or "worse", never colour alone."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from outcomes_app.domain.definitions import Direction, Scale
from outcomes_app.text import NO_BREAK_SPACE, _, number


def latest(series: Sequence[Decimal | None]) -> Decimal | None:
    """The last known value after the baseline, which is the first of the series."""
    return next((v for v in reversed(series[1:]) if v is not None), None)


def change_words(baseline: Decimal | None, value: Decimal | None, scale: Scale) -> tuple[str, str]:
    """Words and tone ("ok", "danger", "muted"); ("", "muted") where there is nothing to compare."""
    if baseline is None or value is None:
        return "", "muted"
    if value == baseline:
        return _("– no change"), "muted"
    down = value < baseline
    better = down == (scale.direction is Direction.HIGHER_IS_WORSE)
    word = _("better") if better else _("worse")
    glyph = "▼" if down else "▲"
    if baseline > 0:
        share = abs(value - baseline) * 100 / baseline
        amount = f"{number(round(share))}{NO_BREAK_SPACE}%"
    else:
        amount = number(abs(value - baseline))
    return f"{glyph} {amount} {word}", "ok" if better else "danger"


def plain_name(scale: Scale) -> str:
    """A short name that needs no key: "HIT-6", but "Headache days" instead of "MHD"."""
    if not scale.short_name or scale.short_name in scale.name:
        return scale.short_name or scale.name
    return scale.name.partition(" per ")[0]


def scale_floor(scale: Scale) -> float:
    """Where a small line of this measure stands: the foot of its scale, zero where it has none."""
    return 0.0 if scale.low is None else float(scale.low)


def exact(value: Fraction | None) -> Decimal | None:
    """An exact value as a decimal number of four places, for showing."""
    if value is None:
        return None
    return round(Decimal(value.numerator) / Decimal(value.denominator), 4)
