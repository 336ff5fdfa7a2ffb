"""The days on which a synthetic patient was treated, counted back from today."""

from datetime import date, timedelta
from enum import Enum, auto
from random import Random

_SATURDAY = 5


class Standing(Enum):
    """How the patient's next visit stands on the day the practice is made for."""

    MID_CYCLE = auto()
    RECENT = auto()
    THIS_WEEK = auto()
    OVERDUE = auto()
    DUE_TODAY = auto()
    LOST = auto()


# Dealt out one after the other, so that every practice has some of each.
_M, _R, _W, _O = Standing.MID_CYCLE, Standing.RECENT, Standing.THIS_WEEK, Standing.OVERDUE
_DEALT = (_M, _R, _W, _M, _O, _M, Standing.DUE_TODAY, _R, _M, _W, _M, _M, _R, _O, _M, _M, _W, _M)
_ONE_IN_LOST = 23


def standing(number: int) -> Standing:
    """The standing of the patient of this number."""
    if number % _ONE_IN_LOST == _ONE_IN_LOST - 1:
        return Standing.LOST
    return _DEALT[number % len(_DEALT)]


def treatment_days(
    random: Random,
    *,
    today: date,
    how: Standing,
    interval_days: int,
    cycles: int,
    often_missed: bool,
) -> tuple[date, ...]:
    """`cycles` weekdays in order of time: mostly on time, some late, now and then one left out."""
    day = _weekday(today - timedelta(days=_days_since_last(random, how, interval_days)))
    days = [day]
    while len(days) < cycles:
        gap = interval_days + _delay(random, interval_days, often_missed)
        day = _weekday(day - timedelta(days=gap))
        days.append(day)
    return tuple(reversed(days))


def _days_since_last(random: Random, how: Standing, interval: int) -> int:
    return {
        Standing.MID_CYCLE: random.randint(18, interval - 15),
        Standing.RECENT: random.randint(0, 11),
        Standing.THIS_WEEK: interval - random.randint(1, 6),
        Standing.OVERDUE: interval + random.randint(4, 45),
        Standing.DUE_TODAY: interval,
        Standing.LOST: interval + random.randint(140, 320),
    }[how]


def _delay(random: Random, interval: int, often_missed: bool) -> int:
    chance = random.random()
    if chance < (0.4 if often_missed else 0.05):
        return interval + random.randint(-3, 14)
    if chance < (0.7 if often_missed else 0.25):
        return random.randint(8, 33)
    return random.randint(0, 5)


def _weekday(day: date) -> date:
    """The day, or the Friday before a weekend: an interval never gets shorter by it."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))
