"""A diary while it is being filled in: what is stored, what is shown, every step back.

It is apart from the screen so that typing, undoing and meeting another desk's changes can be tried
without one. A sheet is a value: each edit gives the next sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.values import PatientId

# What a day without headache cannot have; only emptied, never invented.
_OF_A_HEADACHE = (
    "peak_pain",
    "peak_severity",
    "duration_hours",
    "unilateral",
    "pulsating",
    "worse_with_activity",
)
FEATURES = (
    "unilateral",
    "pulsating",
    "worse_with_activity",
    "nausea",
    "vomiting",
    "photophobia",
    "phonophobia",
)


class PainScale(StrEnum):
    """How pain is written: none to severe, 0 to 10, or only whether there was a headache."""

    SEVERITY = "severity"
    PAIN = "pain"
    YES_NO = "yes_no"

    @property
    def most(self) -> int:
        """The highest number that can be written."""
        return {PainScale.SEVERITY: 3, PainScale.PAIN: 10, PainScale.YES_NO: 1}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """What is to be stored of one day: `day` None = clear it. `version` is the one that was read,
    0 = nothing was stored."""

    on: date
    day: DiaryDay | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarySheet:
    """`stored` as last read, `days` as shown; `clashes` were changed here and elsewhere."""

    patient_id: PatientId
    stored: Mapping[date, DiaryDay] = field(default_factory=dict)
    days: Mapping[date, DiaryDay] = field(default_factory=dict)
    clashes: tuple[date, ...] = ()
    # Each step keeps only the days it touched, as they were before it.
    done: tuple[Mapping[date, DiaryDay | None], ...] = ()
    undone: tuple[Mapping[date, DiaryDay | None], ...] = ()

    def day(self, on: date) -> DiaryDay | None:
        """What is written for a day; None = no entry."""
        return self.days.get(on)

    # Reading

    @classmethod
    def read(cls, patient_id: PatientId, stored: Iterable[DiaryDay]) -> "DiarySheet":
        """The sheet as it is stored."""
        days = {d.day: d for d in stored}
        return cls(patient_id=patient_id, stored=days, days=_plain(days))

    def read_again(self, stored: Iterable[DiaryDay]) -> "DiarySheet":
        """The same edits over what is stored now. A day changed here and elsewhere becomes a
        clash: it keeps what was typed here until somebody chooses."""
        now = {d.day: d for d in stored}
        days, clashes = _plain(now), set[date]()
        for on in self._edited():
            mine, before = self.days.get(on), self.stored.get(on)
            if _same(mine, now.get(on)):
                continue
            if on in self.clashes or _version(before) != _version(now.get(on)):
                clashes.add(on)
            if mine is None:
                days.pop(on, None)
            else:
                days[on] = mine
        # A step back must not take away what came from elsewhere since.
        foreign = {on for on in days.keys() | self.days.keys() if days.get(on) != self.days.get(on)}
        return replace(
            self,
            stored=now,
            days=days,
            clashes=tuple(sorted(clashes)),
            done=_without(self.done, foreign),
            undone=_without(self.undone, foreign),
        )

    def saved(self, changes: Iterable[DayChange], stored: Iterable[DiaryDay]) -> "DiarySheet":
        """The sheet after these changes were stored; what was typed meanwhile still waits."""
        now = {d.day: d for d in stored}
        mine = {c.on for c in changes}
        known = {on: d for on, d in self.stored.items() if on not in mine}
        known |= {on: now[on] for on in mine if on in now}
        return replace(self, stored=known).read_again(now.values())

    def keep_mine(self) -> "DiarySheet":
        """Clashes end with what was typed here."""
        return replace(self, clashes=())

    def take_theirs(self) -> "DiarySheet":
        """Clashes end with what is stored; undo brings back what was typed here."""
        days = dict(self.days)
        for on in self.clashes:
            stored = self.stored.get(on)
            if stored is None:
                days.pop(on, None)
            else:
                days[on] = replace(stored, version=0)
        return replace(self._step(days), clashes=())

    def changes(self) -> tuple[DayChange, ...]:
        """What is to be stored, in order of day; clashes wait."""
        return tuple(
            DayChange(on=on, day=self.days.get(on), version=_version(self.stored.get(on)))
            for on in self._edited()
            if on not in self.clashes
        )

    def _edited(self) -> list[date]:
        known = self.days.keys() | self.stored.keys()
        return sorted(on for on in known if not _same(self.days.get(on), self.stored.get(on)))

    # Writing

    def with_pain(
        self, on: Iterable[date], value: int, scale: PainScale, *, untreated: bool = False
    ) -> "DiarySheet":
        """Write one number on each of these days; 0 = no headache. `untreated` also writes that no
        acute medicine was taken, where a day does not say."""

        def write(day: DiaryDay) -> DiaryDay:
            written = pain_written(day, value, scale)
            says = written.acute_medicines or written.acute_medicine_taken is not None
            if untreated and not says:
                return replace(written, acute_medicine_taken=False)
            return written

        return self._change(on, write)

    def with_values(self, values: Mapping[date, int], scale: PainScale) -> "DiarySheet":
        """Write a number of its own on each day, as one step."""
        return self._change(values, lambda day: pain_written(day, values[day.day], scale))

    def with_fields(self, on: Iterable[date], **fields: Any) -> "DiarySheet":
        """Write fields of a diary day on each of these days."""
        return self._change(on, lambda day: replace(day, **fields))

    def with_medicine(self, on: Sequence[date], kind: str) -> "DiarySheet":
        """Say that acute medicine of this class was taken; where all days say so already, that
        none was."""
        if all(_took(self.days.get(d)) for d in on):
            return self.with_fields(on, acute_medicine_taken=False, acute_medicines=())
        return self._change(on, lambda day: _medicine_written(day, kind))

    def filled_down(self, on: Sequence[date]) -> "DiarySheet":
        """What the first of these days says, on all of them; no entry clears them."""
        first = self.days.get(min(on))
        if first is None:
            return self.cleared(on)
        copied = {d: replace(first, day=d, note="", batch=None, version=0) for d in on}
        return self._step({**self.days, **copied, min(on): first})

    def cleared(self, on: Iterable[date]) -> "DiarySheet":
        """No entry on these days."""
        gone = set(on)
        return self._step({d: day for d, day in self.days.items() if d not in gone})

    def undo(self) -> "DiarySheet":
        """One step back; the same sheet where there is none."""
        if not self.done:
            return self
        back = self._put(self.done[-1])
        return replace(
            self,
            days=back,
            done=self.done[:-1],
            undone=(*self.undone, _difference(back, self.days)),
        )

    def redo(self) -> "DiarySheet":
        """One step forward again."""
        if not self.undone:
            return self
        forward = self._put(self.undone[-1])
        return replace(
            self,
            days=forward,
            undone=self.undone[:-1],
            done=(*self.done, _difference(forward, self.days)),
        )

    def _put(self, step: Mapping[date, DiaryDay | None]) -> dict[date, DiaryDay]:
        days = {on: day for on, day in self.days.items() if on not in step}
        return days | {on: day for on, day in step.items() if day is not None}

    def _change(self, on: Iterable[date], edit: Any) -> "DiarySheet":
        days = dict(self.days)
        for each in on:
            empty = DiaryDay(patient_id=self.patient_id, day=each)
            written = edit(days.get(each, empty))
            if _same(written, empty):
                days.pop(each, None)
            else:
                days[each] = written
        return self._step(days)

    def _step(self, days: Mapping[date, DiaryDay]) -> "DiarySheet":
        if days == self.days:
            return self
        return replace(self, days=days, done=(*self.done, _difference(days, self.days)), undone=())


def pain_written(day: DiaryDay, value: int, scale: PainScale) -> DiaryDay:
    """The day with this number written on it. Hours and features that contradict it go."""
    if not 0 <= value <= scale.most:
        raise ValueError(f"{value} is not on the scale {scale}")
    if value == 0:
        nothing: dict[str, Any] = dict.fromkeys(_OF_A_HEADACHE)
        return replace(day, headache=False, **nothing)
    if scale is PainScale.SEVERITY:
        return replace(day, headache=True, peak_severity=value, peak_pain=None)
    if scale is PainScale.PAIN:
        return replace(day, headache=True, peak_pain=Decimal(value), peak_severity=None)
    return replace(day, headache=True)


def _medicine_written(day: DiaryDay, kind: str) -> DiaryDay:
    if day.acute_medicines:
        return day
    return replace(
        day, acute_medicine_taken=True, acute_medicines=(AcuteMedicine(kind=kind),) if kind else ()
    )


def _took(day: DiaryDay | None) -> bool:
    return day is not None and (bool(day.acute_medicines) or day.acute_medicine_taken is True)


def _difference(
    after: Mapping[date, DiaryDay], before: Mapping[date, DiaryDay]
) -> Mapping[date, DiaryDay | None]:
    """What `before` said on the days on which the two differ."""
    return {
        on: before.get(on) for on in after.keys() | before.keys() if after.get(on) != before.get(on)
    }


def _without(
    steps: tuple[Mapping[date, DiaryDay | None], ...], days: set[date]
) -> tuple[Mapping[date, DiaryDay | None], ...]:
    if not days:
        return steps
    kept = ({on: day for on, day in step.items() if on not in days} for step in steps)
    return tuple(step for step in kept if step)


def _plain(days: Mapping[date, DiaryDay]) -> dict[date, DiaryDay]:
    # The version belongs to what is stored; what is shown is compared by what it says.
    return {on: replace(day, version=0) for on, day in days.items()}


def _same(one: DiaryDay | None, other: DiaryDay | None) -> bool:
    if one is None or other is None:
        return one is other
    return replace(one, version=0) == replace(other, version=0)


def _version(day: DiaryDay | None) -> int:
    return 0 if day is None else day.version
