"""How much better: the exclusive bands of response by which rules and charts tell cycles apart."""

from enum import StrEnum
from fractions import Fraction

from outcomes_app.domain.definitions import Direction, Scale


class Band(StrEnum):
    """Improvement from baseline in percent, half-open: 30 belongs to 30–49, exactly 0 to "less".
    The order is that in which they are stacked."""

    FROM_75 = "from_75"
    FROM_50 = "from_50"
    FROM_30 = "from_30"
    LESS = "less"
    WORSE = "worse"
    NO_DATA = "no_data"


_FROM = ((75, Band.FROM_75), (50, Band.FROM_50), (30, Band.FROM_30), (0, Band.LESS))


def improvement(change: Fraction | None, direction: Direction) -> Fraction | None:
    """A percent change turned so that more is better, whichever way the scale runs."""
    if change is None:
        return None
    return -change if direction is Direction.HIGHER_IS_WORSE else change


def band_of(better_by: Fraction | None) -> Band:
    """The band of an exact improvement; NO_DATA where it is not known."""
    if better_by is None:
        return Band.NO_DATA
    return next((band for least, band in _FROM if better_by >= least), Band.WORSE)


def has_percent(scale: Scale) -> bool:
    """Whether a percentage means something: only on a scale that begins at zero."""
    return scale.low == 0
