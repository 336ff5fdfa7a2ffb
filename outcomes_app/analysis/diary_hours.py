"""Hours of one headache split over the local calendar days it touched.

Event logs have a beginning and an end; a diary has days. Apart from the counts, because whoever
reads such logs needs it and nothing else.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

_HOUR = Decimal(3600)
# A day on which the clocks go back has 25 hours; a diary day never says more than this.
_MOST = Decimal(24)


def hours_by_day(start: datetime, end: datetime) -> Mapping[date, Decimal]:
    """The hours on each local day that a headache touched. Both ends bear the patient's time zone;
    an end at midnight touches nothing of the day that begins there.

    Raises ValueError for times without a zone or an end before the beginning.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("a headache needs times with a zone")
    if end < start:
        raise ValueError("a headache ends before it begins")
    zone = start.tzinfo
    last = end.astimezone(zone)
    found: dict[date, Decimal] = {}
    day = start.date()
    while True:
        begins = datetime.combine(day, time.min, tzinfo=zone)
        next_day = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
        # Instants, because wall-clock differences miss the hour that a change of clocks adds.
        begin = max(start.timestamp(), begins.timestamp())
        stop = min(last.timestamp(), next_day.timestamp())
        if stop > begin or not found:
            found[day] = min(Decimal(str(stop - begin)) / _HOUR, _MOST)
        if last.timestamp() <= next_day.timestamp():
            return found
        day += timedelta(days=1)
