"""Random stories of recording, correcting and voiding: the store equals a plain model, and its
history rebuilds exactly what is stored, after every deed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from outcomes_app.db import replay, trail
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.values import Side
from outcomes_app.records import (
    adverse_events,
    assessments,
    courses,
    diary,
    patients,
    treatments,
)
from tests import factories
from tests.database import Store

TODAY = factories.TODAY
FIRST = date(2024, 1, 1)

offsets = st.integers(0, 700)
units = st.integers(1, 40_000).map(lambda hundredths: Decimal(hundredths) / 100)
notes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
sides = st.sampled_from([Side.LEFT, Side.RIGHT])


def _story(store: Store) -> type[RuleBasedStateMachine]:
    context: dict[str, Any] = {"catalog": store.catalog, "today": TODAY}

    class Story(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.patient: Patient = factories.patient()
            self.kept: dict[str, dict[Any, Any]] = {
                "treatments": {},
                "assessments": {},
                "adverse_events": {},
                "diary": {},
            }
            self._do(patients.record, self.patient)
            self.patient = replace(self.patient, version=1)

        def _do(self, deed: Callable[..., Any], value: Any, **keywords: Any) -> None:
            with store.writing("story") as session:
                deed(session, value, **(keywords or context))

        def _pick(self, kind: str, place: int) -> Any:
            values = list(self.kept[kind].values())
            return values[place % len(values)]

        def _store(self, kind: str, module: Any, value: Any) -> None:
            self._do(module.record, value)
            self.kept[kind][value.id] = replace(value, version=1)

        def _correct(self, kind: str, module: Any, old: Any, new: Any) -> None:
            self._do(module.correct, new)
            moved = new != old
            self.kept[kind][old.id] = replace(new, version=old.version + 1) if moved else old

        def _void(self, kind: str, module: Any, place: int) -> None:
            gone = self._pick(kind, place)
            self._do(module.void, gone.id, reason="entered in error")
            del self.kept[kind][gone.id]

        @rule(note=notes, indications=st.integers(0, 1), numbers=st.integers(0, 2))
        def correct_patient(self, note: str, indications: int, numbers: int) -> None:
            full = factories.patient()
            identifiers = self.patient.identifiers[:1] + full.identifiers
            new = replace(
                self.patient,
                note=note,
                indications=full.indications[:indications],
                identifiers=identifiers[:numbers],
            )
            self._do(patients.correct, new)
            if new != self.patient:
                self.patient = replace(new, version=self.patient.version + 1)

        @rule(day=offsets, doses=st.lists(st.tuples(units, sides), max_size=4), note=notes)
        def treat(self, day: int, doses: list[tuple[Decimal, Side]], note: str) -> None:
            value = factories.treatment(
                self.patient.id,
                day=FIRST + timedelta(days=day),
                injections=tuple(
                    factories.injection(dose=factories.dose(str(u)), side=s) for u, s in doses
                ),
                note=note,
            )
            self._store("treatments", treatments, value)

        @precondition(lambda self: self.kept["treatments"])
        @rule(
            place=st.integers(0, 9),
            keep=st.integers(0, 3),
            more=st.lists(units, max_size=2),
            vials=st.integers(0, 2),
        )
        def correct_treatment(self, place: int, keep: int, more: list[Decimal], vials: int) -> None:
            old = self._pick("treatments", place)
            new = replace(
                old,
                injections=old.injections[-keep:]
                + tuple(factories.injection(dose=factories.dose(str(u))) for u in more),
                vials=(factories.vial(),) * vials,
                acknowledgements=old.acknowledgements[: keep % 2],
            )
            self._correct("treatments", treatments, old, new)

        @precondition(lambda self: self.kept["treatments"])
        @rule(place=st.integers(0, 9))
        def void_treatment(self, place: int) -> None:
            self._void("treatments", treatments, place)

        @rule(day=offsets, value=st.none() | st.integers(0, 28))
        def assess(self, day: int, value: int | None) -> None:
            score = factories.score(value)
            of = {"day": FIRST + timedelta(days=day), "scores": (score,)}
            self._store("assessments", assessments, factories.assessment(self.patient.id, **of))

        @precondition(lambda self: self.kept["assessments"])
        @rule(place=st.integers(0, 9), value=st.none() | st.integers(0, 28))
        def correct_assessment(self, place: int, value: int | None) -> None:
            old = self._pick("assessments", place)
            new = replace(old, scores=(factories.score(value),))
            self._correct("assessments", assessments, old, new)

        @precondition(lambda self: self.kept["assessments"])
        @rule(place=st.integers(0, 9))
        def void_assessment(self, place: int) -> None:
            self._void("assessments", assessments, place)

        @rule(day=offsets, serious=st.booleans())
        def harm(self, day: int, serious: bool) -> None:
            onset = FIRST + timedelta(days=day)
            event = factories.adverse_event(
                self.patient.id, onset=onset, resolved=None, serious=serious
            )
            self._store("adverse_events", adverse_events, event)

        @precondition(lambda self: self.kept["adverse_events"])
        @rule(place=st.integers(0, 9))
        def resolve(self, place: int) -> None:
            old = self._pick("adverse_events", place)
            new = replace(old, resolved=old.onset + timedelta(days=3))
            self._correct("adverse_events", adverse_events, old, new)

        @precondition(lambda self: self.kept["adverse_events"])
        @rule(place=st.integers(0, 9))
        def void_event(self, place: int) -> None:
            self._void("adverse_events", adverse_events, place)

        @rule(
            days=st.lists(st.tuples(st.integers(0, 6), st.none() | st.booleans()), max_size=5),
            medicines=st.integers(0, 2),
        )
        def write_diary(self, days: list[tuple[int, bool | None]], medicines: int) -> None:
            kept = self.kept["diary"]
            taken = factories.diary_day().acute_medicines * medicines
            written = {
                FIRST + timedelta(days=offset): factories.diary_day(
                    self.patient.id,
                    day=FIRST + timedelta(days=offset),
                    headache=headache,
                    peak_pain=None,
                    duration_hours=None,
                    acute_medicines=taken,
                )
                for offset, headache in days
            }
            with store.writing("diary") as session:
                diary.record(session, written.values(), today=TODAY)
            with store.reading() as session:
                versions = {d.day: d.version for d in diary.for_patient(session, self.patient.id)}
            for day, value in written.items():
                kept[day] = replace(value, version=versions[day])

        @precondition(lambda self: self.kept["diary"])
        @rule(place=st.integers(0, 9))
        def void_diary_day(self, place: int) -> None:
            day = self._pick("diary", place).day
            with store.writing("diary") as session:
                diary.void(session, self.patient.id, day, reason="wrong diary")
            del self.kept["diary"][day]

        @invariant()
        def stored_as_told(self) -> None:
            with store.reading() as session:
                course = courses.course(session, self.patient.id)
                assert replay.differences(session) == ()
            assert course.patient == self.patient
            for kind, kept in self.kept.items():
                found = getattr(course, kind)
                assert {getattr(v, "id", v.day if kind == "diary" else None): v for v in found} == (
                    kept
                )

        def teardown(self) -> None:
            with store.reading() as session:
                assert trail.verify(session).problems == ()
            with store.writing("end") as session:
                patients.void(session, self.patient.id, reason="end of the story")

    return Story


def test_history_rebuilds_every_state(store: Store) -> None:
    run_state_machine_as_test(
        _story(store),
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
