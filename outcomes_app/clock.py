"""The time, injected: nothing else in the program asks the system what day it is."""

from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the instant (aware, UTC) and the local calendar day."""

    def now(self) -> datetime: ...

    def today(self) -> date: ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251  the one place that asks

    def today(self) -> date:
        """The local calendar day, which is what a diary and a visit are dated by."""
        return datetime.now().astimezone().date()  # noqa: TID251


class FixedClock:
    """A clock that stands still, for tests and for the deterministic demo practice."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._instant

    def today(self) -> date:
        """The day of that instant."""
        return self._instant.date()
