"""The shorthand line by keyboard: typed, completed, corrected and placed."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.values import IndicationId, ProductId
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import PlanModel
from outcomes_app.ui.widgets.visit_shorthand import ShorthandLine

CATALOG = catalogs.load()


@pytest.fixture
def bar(qtbot: QtBot, qapp: QApplication) -> Iterator[ShorthandLine]:
    """The line over an empty plan for chronic migraine."""
    theme = Theme(qapp, mode="light")
    model = PlanModel(CATALOG.sites, CATALOG.views)
    model.show(Plan(product=ProductId("ona")))
    made = ShorthandLine(theme, model)
    made.model = model  # type: ignore[attr-defined]  # kept alive with the widget
    made.prefer(CATALOG.indications[IndicationId("chronic_migraine")].sites)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.begin()
    yield made
    theme.use(mode="light", text_percent=100)


def said(bar: ShorthandLine) -> str:
    found = bar.findChild(QLabel, "shorthandSaid")
    assert found is not None
    return str(found.text())


def points(bar: ShorthandLine) -> int:
    return len(bar.model.plan.points)  # type: ignore[attr-defined]  # set by the fixture


def test_enter_places_and_empties_the_line(qtbot: QtBot, bar: ShorthandLine) -> None:
    qtbot.keyClicks(bar.line, "temp b 20/4")
    assert "Temporalis" in said(bar)
    assert "on each side" in said(bar)
    assert points(bar) == 0
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert points(bar) == 8
    assert bar.line.text() == ""


def test_an_unknown_word_is_told_with_suggestions_to_click(
    qtbot: QtBot, bar: ShorthandLine
) -> None:
    qtbot.keyClicks(bar.line, "temporlis b 20/4")
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert points(bar) == 0
    assert "temporlis" in said(bar)

    offer = next(b for b in bar.findChildren(QPushButton) if b.text() == "Temporalis")
    qtbot.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert bar.line.text() == "temporalis b 20/4"
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert points(bar) == 8


def test_tab_takes_the_first_suggestion(qtbot: QtBot, bar: ShorthandLine) -> None:
    qtbot.keyClicks(bar.line, "fron")
    qtbot.keyClick(bar.line, Qt.Key.Key_Tab)
    assert bar.line.text() == "frontalis "
    assert bar.line.hasFocus()
    qtbot.keyClicks(bar.line, "b 10/2")
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert points(bar) == 4


def test_one_wrong_entry_places_nothing(qtbot: QtBot, bar: ShorthandLine) -> None:
    qtbot.keyClicks(bar.line, "temp b 20/4, procerus many")
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert points(bar) == 0
    assert "many" in said(bar)


def test_escape_gives_the_keyboard_back(qtbot: QtBot, bar: ShorthandLine) -> None:
    qtbot.keyClicks(bar.line, "temp")
    with qtbot.waitSignal(bar.left):
        qtbot.keyClick(bar.line, Qt.Key.Key_Escape)
    assert bar.line.text() == ""
