"""The cohort page with a real trial: controls, chart and numbers tell the same."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from outcomes_app import charts
from outcomes_app.analysis.group_course import Axis, GroupBy
from outcomes_app.domain.course import Cohort
from outcomes_app.settings import SettingsFile
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.jobs import InlineJobs
from outcomes_app.ui.notices import Notices
from outcomes_app.ui.pages.cohort import CohortPage
from outcomes_app.ui.theme import Theme
from tests import courses, factories

# The offscreen plugin says so of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class _Page(CohortPage):
    """The page with its cohort handed to it instead of read."""

    cohort = Cohort(courses=())

    def ask(self) -> None:
        self.show_cohort(self.cohort)


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> _Page:
    ctx = AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=Theme(qapp, mode="light"),
        jobs=InlineJobs(),
        notices=Notices(),
    )
    made = _Page(ctx)
    qtbot.addWidget(made)
    made.resize(1080, 700)
    return made


def _press(page: CohortPage, qtbot: QtBot, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_trial_is_shown_by_its_groups_and_weeks(page: _Page) -> None:
    page.cohort = courses.cdystonia()
    page.show()
    shown = page.prepared
    assert shown is not None
    assert (shown.patients, shown.group_by, shown.axis) == (109, GroupBy.GROUP, Axis.WEEK)
    assert page.numbers.rowCount() == 3 + 18
    assert page.numbers.index(0, 0).data() == "5000U 36"
    first = [page.numbers.index(1, column).data() for column in range(4)]
    assert first == ["Baseline", "36", "46.42", "10.4"]
    ten_thousand = [page.numbers.index(9, column).data() for column in range(3)]
    assert ten_thousand == ["Week 2", "36", "36.00"], "the places of a column are one number"
    assert "109 patients" in page.chart.summary


def test_each_control_asks_for_other_numbers(page: _Page, qtbot: QtBot) -> None:
    page.cohort = courses.cdystonia()
    page.show()
    _press(page, qtbot, "cohort_group_by_site")
    assert page.numbers.rowCount() == 9 * (1 + 6)
    _press(page, qtbot, "cohort_group_by_none")
    assert page.numbers.rowCount() == 6
    _press(page, qtbot, "cohort_axis_cycle")
    assert page.numbers.rowCount() == 2


def test_another_indication_has_its_own_measures(page: _Page, qtbot: QtBot) -> None:
    page.cohort = Cohort(courses=(*courses.cdystonia().courses, courses.many_cycles(3)))
    page.show()
    assert page.indication.count() == 2
    page.indication.setCurrentIndex(1)
    page.indication.activated.emit(1)
    measures = [page.measure.itemText(n) for n in range(page.measure.count())]
    assert measures[0] == "Headache days per 28 days"
    assert page.prepared is not None
    assert page.prepared.axis is Axis.CYCLE


def test_an_empty_record_is_explained(page: _Page) -> None:
    page.show()
    assert page.empty.isVisible()
    assert not page.chart.isVisible()


def test_patients_without_outcomes_are_explained(page: _Page) -> None:
    page.cohort = Cohort(courses=(courses.course((0, 84)),))
    page.show()
    assert not page.chart.isVisible()
    assert page.measure.currentText() == "None recorded"
    assert not page.measure.isEnabled()
    assert page.nothing_measured.isVisible()


def _choose(page: CohortPage, name: str) -> None:
    index = page.which.findData(name)
    page.which.setCurrentIndex(index)
    page.which.activated.emit(index)


@pytest.mark.parametrize("name", [c.name for c in charts.CHARTS if c.kind == "cohort"])
def test_every_chart_of_a_practice_is_offered_with_its_question(page: _Page, name: str) -> None:
    page.cohort = courses.practice(12)
    page.show()
    _choose(page, name)
    chart = charts.by_name(name)
    assert page.question.text() == chart.question()
    assert page.chart.isVisible()
    assert page.chart.summary.endswith(".")
    assert page.measure.isVisible() is ("measure" in chart.reads)
    assert page.group_by.isVisible() is ("group_by" in chart.reads)
    assert page.axis.isVisible() is ("axis" in chart.reads)
    page.chart.toggle_table()
    assert page.chart.shows_table


def test_a_chart_without_a_measure_is_drawn_where_nothing_was_measured(page: _Page) -> None:
    page.cohort = Cohort(courses=(courses.course((0, 84)),))
    page.show()
    _choose(page, "swimmer")
    assert page.chart.isVisible()
    assert not page.nothing_measured.isVisible()
    _choose(page, "waterfall")
    assert page.nothing_measured.isVisible()


def test_a_bar_of_the_waterfall_opens_its_patient(page: _Page, qtbot: QtBot) -> None:
    page.cohort = courses.practice(12)
    page.show()
    _choose(page, "waterfall")
    spot = page.chart.canvas.spots[0]
    owner = next(
        c.patient.id
        for c in page.cohort.courses
        if any(t.id == spot.treatment_id for t in c.treatments)
    )
    with qtbot.waitSignal(page.patient_chosen) as opened:
        page.chart.canvas.spot_chosen.emit(spot)
    assert opened.args == [owner]


def test_the_chosen_chart_stays_when_the_indication_changes(page: _Page) -> None:
    page.cohort = Cohort(courses=(*courses.cdystonia().courses, courses.many_cycles(3)))
    page.show()
    _choose(page, "waterfall")
    page.indication.setCurrentIndex(1)
    page.indication.activated.emit(1)
    assert page.prepared is not None
    assert page.prepared.chart.name == "waterfall"
    assert page.which.currentData() == "waterfall"
