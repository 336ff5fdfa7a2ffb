"""Which backups stay: all of two days, then one a day, a week and a month, ever further back."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

_ALL_OF = timedelta(days=2)
# For each kind of period: what names it, and of how many of them the newest backup stays.
_PERIODS: tuple[tuple[Callable[[datetime], tuple[int, ...]], int], ...] = (
    (lambda at: (at.year, at.month, at.day), 12),
    (lambda at: tuple(at.isocalendar()[:2]), 10),
    (lambda at: (at.year, at.month), 9),
)


def kept(moments: Iterable[datetime], now: datetime) -> frozenset[datetime]:
    """The moments whose backups stay. The newest is always among them."""
    newest_first = sorted(set(moments), reverse=True)
    stay = {moment for moment in newest_first if now - moment <= _ALL_OF}
    for name, most in _PERIODS:
        newest_of: dict[tuple[int, ...], datetime] = {}
        for moment in newest_first:
            newest_of.setdefault(name(moment), moment)
        stay.update(list(newest_of.values())[:most])
    return frozenset(stay)
