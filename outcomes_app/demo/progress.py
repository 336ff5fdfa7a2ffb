"""How well a synthetic patient is on a day: the effect of the injections so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# Onset over about ten days, and three weeks from full effect to none, are what a chart of such a
# course usually looks like; the demo practice is no evidence for either.
_ONSET_DAYS = 10
_FADING_DAYS = 24


class Story(StrEnum):
    """What a patient of the practice is there to show."""

    ORDINARY = "ordinary"
    NO_RESPONSE = "no_response"
    WEARING_OFF = "wearing_off"
    PRODUCT_CHANGE = "product_change"
    MISSED_VISITS = "missed_visits"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Injection days with the strength (0–1) of each, and how long one holds."""

    injections: Sequence[tuple[date, float]]
    lasts_days: int

    def effect(self, day: date) -> float:
        """Between 0 (as before the first treatment) and 1. On the day of an injection it is still
        that of the one before."""
        return max(
            (strength * self._share(day - given) for given, strength in self._before(day)),
            default=0.0,
        )

    def best_since_last(self, day: date) -> float:
        """The best effect of the cycle that `day` ends."""
        before = self._before(day)
        return before[-1][1] if before else 0.0

    def _before(self, day: date) -> list[tuple[date, float]]:
        return [(given, strength) for given, strength in self.injections if given < day]

    def _share(self, since: timedelta) -> float:
        rising = since.days / _ONSET_DAYS
        falling = (self.lasts_days + _FADING_DAYS - since.days) / _FADING_DAYS
        return max(0.0, min(1.0, rising, falling))
