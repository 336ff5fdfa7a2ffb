"""What people type as dates and numbers is read as they mean it, or refused; never guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from outcomes_app.domain.values import Problem
from outcomes_app.text import day
from outcomes_app.ui.forms import ProblemMarks, Unreadable, born, read_date, read_number
from outcomes_app.ui.widgets.fields import DateField, NumberField

NOVEMBER = date(2025, 11, 20)


@pytest.mark.parametrize(
    "typed",
    [
        "2025-11-20",
        "20-Nov-2025",
        "20‑Nov‑2025",
        "20 nov 2025",
        "20. November 2025",
        "Nov 20, 2025",
        "20.11.2025",
        "20/11/2025",
        "11/20/2025",
        "20-11-2025",
        "  2025-11-20 ",
    ],
)
def test_clear_dates(typed: str) -> None:
    assert read_date(typed) == NOVEMBER


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("04/05/2025", "Write the month as a word"),
        ("31-Feb-2026", "no day 31"),
        ("2025-13-01", "no month 13"),
        ("20-Nov-25", "20-Nov-2025"),
        ("tomorrow", "20-Nov-2025"),
        ("20-Foo-2025", "not a month"),
        ("0025-01-01", "four digits"),
    ],
)
def test_dates_that_are_refused_say_why(typed: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_date(typed)


def test_an_ambiguous_date_shows_both_readings() -> None:
    with pytest.raises(Unreadable) as refused:
        read_date("04/05/2025")
    assert day(date(2025, 5, 4)) in str(refused.value)
    assert day(date(2025, 4, 5)) in str(refused.value)


def test_the_same_number_twice_is_not_ambiguous() -> None:
    assert read_date("05/05/2025") == date(2025, 5, 5)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_shown_date_reads_back(value: date) -> None:
    assert read_date(day(value)) == value
    assert read_date(value.isoformat()) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [("7", "7"), ("2.5", "2.5"), ("2,5", "2.5"), (" 12 ", "12"), ("0,125", "0.125"), ("-1", "-1")],
)
def test_numbers(typed: str, value: str) -> None:
    assert read_number(typed) == Decimal(value)


def test_nothing_typed_is_none_and_never_zero() -> None:
    assert read_number("  ") is None
    assert read_date("") is None


@pytest.mark.parametrize("typed", ["1,234", "1.234", "12a", "1..2", "--3", "1e5", "∞"])
def test_numbers_that_are_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_number(typed)


def test_birth_date_with_age() -> None:
    assert born(date(1979, 3, 14), date(2025, 11, 20)) == "14‑Mar‑1979\u00a0(46y)"
    assert born(None, NOVEMBER) == "Not known"


def test_a_problem_stands_at_the_longest_matching_field() -> None:
    seen: dict[str, Problem | None] = {}
    marks = ProblemMarks(
        {
            "a": lambda problem: seen.update(a=problem),
            "a.0.b": lambda problem: seen.update(ab=problem),
            "c": lambda problem: seen.update(c=problem),
        }
    )
    deep = Problem(field="a.0.b.7", code="x", message="deep")
    shallow = Problem(field="a.1", code="x", message="shallow")
    homeless = Problem(field="z", code="x", message="homeless")
    assert marks.show((deep, shallow, homeless)) == (homeless,)
    assert seen == {"a": shallow, "ab": deep, "c": None}


def test_a_date_field_tidies_what_was_typed_when_it_is_left(qtbot: QtBot) -> None:
    field = DateField(name="day", label="Day")
    qtbot.addWidget(field)
    field.show()
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "20.11.2025")
    field.clearFocus()
    assert field.text() == day(NOVEMBER)
    assert field.value() == NOVEMBER


def test_a_date_field_keeps_what_it_cannot_read(qtbot: QtBot) -> None:
    field = DateField(name="day", label="Day")
    qtbot.addWidget(field)
    field.setText("04/05/2025")
    assert field.value() is None
    assert field.problem
    assert field.text() == "04/05/2025"


def test_a_number_field_knows_its_range(qtbot: QtBot) -> None:
    field = NumberField(name="hit6", label="HIT-6", low=Decimal(36), high=Decimal(78))
    qtbot.addWidget(field)
    field.setText("35")
    assert field.problem
    assert field.value() is None
    field.setText("58")
    assert (field.problem, field.value()) == ("", Decimal(58))
    field.clear()
    assert (field.problem, field.value()) == ("", None)
