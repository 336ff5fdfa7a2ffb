"""Errors whose messages are safe and useful to show: what is wrong, and what to do next.

Anything that is not an OutcomesError is a bug: it goes to the log and the crash dialog.
"""


class OutcomesError(Exception):
    """Something the user or the machine can put right. Its text never holds a patient's data."""

    def __init__(self, message: str, *, todo: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.message} {self.todo}".strip()


class ChangedElsewhere(OutcomesError):
    """The stored record is newer than the one that was edited."""


class NotFound(OutcomesError):
    """No record has this id, or it was voided."""


class Refused(OutcomesError):
    """A value broke its rules; `problems` lists every one of them (domain.values.Problem)."""

    def __init__(self, message: str, problems: tuple[object, ...] = (), *, todo: str = "") -> None:
        super().__init__(message, todo=todo)
        self.problems = problems


class Cancelled(OutcomesError):
    """The user stopped a long job; nothing of it was kept."""
