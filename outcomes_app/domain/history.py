"""Undo and redo over any immutable value: the states themselves are kept, so undo is exact."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

State = TypeVar("State")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[State]):
    """A state and what was done to reach it, in words for the menu."""

    state: State
    deed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Generic[State]):
    """The present state with every earlier and every undone one."""

    now: Step[State]
    past: tuple[Step[State], ...] = ()
    future: tuple[Step[State], ...] = ()

    @property
    def state(self) -> State:
        """The present state."""
        return self.now.state

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier state."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone since the last edit."""
        return bool(self.future)

    def did(self, state: State, deed: str) -> "History[State]":
        """The history after an edit; a state equal to the present one is no edit."""
        if state == self.now.state:
            return self
        return History(now=Step(state=state, deed=deed), past=(*self.past, self.now))

    def amended(self, state: State) -> "History[State]":
        """The history with the present step refined, as while one field is being typed in."""
        return History(now=replace(self.now, state=state), past=self.past)

    def undo(self) -> "History[State]":
        """One step back; the same history where there is none."""
        if not self.past:
            return self
        return History(now=self.past[-1], past=self.past[:-1], future=(self.now, *self.future))

    def redo(self) -> "History[State]":
        """One step forward again; the same history where nothing was undone."""
        if not self.future:
            return self
        return History(now=self.future[0], past=(*self.past, self.now), future=self.future[1:])


def begin(state: State) -> History[State]:
    """A history that starts here."""
    return History(now=Step(state=state, deed=""))
