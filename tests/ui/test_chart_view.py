"""The chart on screen: pointer, keys, table, files; and the card of a patient that holds it."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from outcomes_app.charts.base import Options, Spot, View
from outcomes_app.charts.response import CHART
from outcomes_app.domain.values import IndicationId
from outcomes_app.settings import SettingsFile
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.jobs import InlineJobs
from outcomes_app.ui.notices import Notice, Notices
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.chart_view import ChartView
from outcomes_app.ui.widgets.response_panel import ResponsePanel
from outcomes_app.ui.widgets.rows_table import RowsTable
from tests import courses, factories

# The offscreen plugin says so of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

MIGRAINE = IndicationId("chronic_migraine")


@pytest.fixture
def ctx(qapp: QApplication, tmp_path: Path) -> AppContext:
    return AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=Theme(qapp, mode="light"),
        jobs=InlineJobs(),
        notices=Notices(),
    )


@pytest.fixture
def view(qtbot: QtBot, ctx: AppContext) -> ChartView:
    made = ChartView(ctx)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    made.set(CHART, _data())
    return made


def _data(cycles: int = 4) -> object:
    options = Options(
        scales=(courses.HEADACHE_DAYS, courses.HIT6), products=courses.PRODUCTS, view=View.CYCLE
    )
    return CHART.prepare(courses.many_cycles(cycles), options)


def _place(view: ChartView, spot: Spot) -> QPoint:
    return view.canvas.place_of(spot).toPoint()


def _value_spots(view: ChartView) -> list[Spot]:
    return [s for s in view.canvas.spots if any("MHD" in line for line in s.lines)]


def test_it_says_in_one_sentence_what_it_shows(view: ChartView) -> None:
    assert view.accessibleName() == "Response over treatments"
    assert view.accessibleDescription() == CHART.summary(_data())
    assert view.canvas.accessibleDescription() == view.summary


def test_the_pointer_finds_the_point_under_it_and_nothing_elsewhere(
    view: ChartView, qtbot: QtBot
) -> None:
    spot = _value_spots(view)[2]
    qtbot.mouseMove(view.canvas, _place(view, spot))
    assert view.canvas.found is spot
    qtbot.mouseMove(view.canvas, QPoint(2, 2))
    assert view.canvas.found is None


def test_a_click_on_a_point_opens_its_treatment(view: ChartView, qtbot: QtBot) -> None:
    spot = _value_spots(view)[1]
    with qtbot.waitSignal(view.treatment_chosen) as chosen:
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=_place(view, spot))
    assert chosen.args == [spot.treatment_id]
    assert spot.treatment_id is not None


def test_points_are_reached_with_the_arrow_keys(view: ChartView, qtbot: QtBot) -> None:
    for _press in range(2):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    assert view.canvas.found is view.canvas.spots[1]
    qtbot.keyClick(view.canvas, Qt.Key.Key_Left)
    assert view.canvas.found is view.canvas.spots[0]
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.treatment_chosen):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)


def test_t_shows_the_numbers_as_a_table_and_the_picture_again(
    view: ChartView, qtbot: QtBot
) -> None:
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_T)
    assert view.shows_table
    table = view.findChild(RowsTable)
    assert table is not None
    assert table.model().rowCount() == len(CHART.table(_data()).rows)
    view.set(CHART, _data(2))
    assert view.shows_table
    view.toggle_table()
    assert not view.shows_table


def test_an_unknown_value_is_a_dash_in_the_table(view: ChartView) -> None:
    missing = courses.course((0, 84), assessments=courses.told({84: 60}))
    view.set(CHART, CHART.prepare(missing, Options(scales=(courses.HIT6,))))
    view.toggle_table()
    table = view.findChild(RowsTable)
    assert table is not None
    values = [table.model().index(row, 5).data() for row in range(table.model().rowCount())]
    assert values == ["–", "60", "–"]


def test_the_spots_move_with_the_picture(view: ChartView, qtbot: QtBot) -> None:
    before = _place(view, _value_spots(view)[-1])
    view.resize(900, 500)
    qtbot.waitUntil(lambda: _place(view, _value_spots(view)[-1]) != before)
    assert all(view.canvas.rect().contains(_place(view, spot)) for spot in view.canvas.spots)


def test_a_change_of_theme_draws_it_anew(view: ChartView, ctx: AppContext) -> None:
    light = view.canvas.grab().toImage().pixelColor(3, 3)
    ctx.theme.use(mode="dark", text_percent=150)
    dark = view.canvas.grab().toImage().pixelColor(3, 3)
    ctx.theme.use(mode="light", text_percent=100)
    assert light.lightness() > 200
    assert dark.lightness() < 80


@pytest.mark.parametrize(
    ("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_the_picture_is_saved_in_the_format_of_its_name(
    view: ChartView, tmp_path: Path, ctx: AppContext, ending: str, begins: bytes
) -> None:
    told: list[Notice] = []
    ctx.notices.posted.connect(told.append)
    path = tmp_path / f"response.{ending}"
    view.save_picture()
    _chosen(view, path)
    assert path.read_bytes().startswith(begins)
    assert [notice.text for notice in told] == [f"Saved: response.{ending}"]
    assert [p.name for p in tmp_path.glob(".interval-*")] == []


def test_the_table_is_saved_as_csv(view: ChartView, tmp_path: Path) -> None:
    path = tmp_path / "response.csv"
    view.save_table()
    _chosen(view, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(CHART.table(_data()).rows)
    assert rows[1]["units"] == "155"


def test_a_folder_that_cannot_be_written_is_said_in_words(
    view: ChartView, tmp_path: Path, ctx: AppContext
) -> None:
    refused: list[str] = []
    ctx.notices.posted.connect(lambda notice: refused.append(notice.text))
    view.save_table()
    _chosen(view, tmp_path / "missing" / "response.csv")
    assert refused == ["The file “response.csv” could not be written."]


def _chosen(view: ChartView, path: Path) -> None:
    chooser: Any = view.findChild(QDialog, "chooser")
    chooser.fileSelected.emit(str(path))
    chooser.close()


def test_copy_takes_picture_and_numbers(view: ChartView) -> None:
    view.copy()
    content = QGuiApplication.clipboard().mimeData()
    assert content.hasImage()
    assert content.text().splitlines()[0].startswith("Measure\tCycle\tFrom")
    QGuiApplication.clipboard().clear()


@pytest.fixture
def panel(qtbot: QtBot, ctx: AppContext) -> ResponsePanel:
    made = ResponsePanel(ctx)
    qtbot.addWidget(made)
    made.resize(700, 700)
    made.show()
    return made


def test_the_panel_shows_the_measures_of_the_indication_first(panel: ResponsePanel) -> None:
    panel.show_course(courses.many_cycles(3), MIGRAINE)
    assert [scale.instrument for scale in panel.chosen] == [
        "headache_days_28",
        "acute_med_days_28",
        "hit6",
    ]
    assert "headache days" in panel.chart.summary.casefold()


def test_the_panel_empties_itself(panel: ResponsePanel) -> None:
    panel.show_course(courses.many_cycles(3), MIGRAINE)
    panel.show_course(None, None)
    assert panel.chart.summary == ""
    assert panel.chart.canvas.spots == ()
    assert not panel.views.isEnabled()


def test_the_panel_lays_out_by_week_and_by_date(panel: ResponsePanel, qtbot: QtBot) -> None:
    panel.show_course(courses.many_cycles(3), MIGRAINE)
    summaries = []
    for key in ("week", "date", "cycle"):
        button = panel.findChild(QPushButton, f"response_view_{key}")
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert panel.views.value == key
        summaries.append(panel.chart.summary)
    assert "week" in summaries[0]


def test_a_measure_is_hidden_and_stays_hidden_for_this_patient(panel: ResponsePanel) -> None:
    course = courses.many_cycles(3)
    panel.show_course(course, MIGRAINE)
    hidden = panel.chosen[0]
    panel.choose(hidden, on=False)
    assert hidden not in panel.chosen
    panel.show_course(course, MIGRAINE)
    assert hidden not in panel.chosen
    for scale in panel.chosen:
        panel.choose(scale, on=False)
    assert len(panel.chosen) == 1


@pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")
def test_the_menus_open_and_close(panel: ResponsePanel, qtbot: QtBot) -> None:
    panel.show_course(courses.many_cycles(3), MIGRAINE)
    for button in (panel.measures, panel.more):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert menu.actions()
        menu.close()


def test_a_patient_without_anything_is_explained(
    panel: ResponsePanel, check: Callable[[], None]
) -> None:
    panel.show_course(courses.course(()), MIGRAINE)
    assert panel.chart.summary == "No treatment has been recorded yet."
    check()


@pytest.fixture
def check(panel: ResponsePanel) -> Callable[[], None]:
    def grabbed() -> None:
        assert not panel.grab().isNull()

    return grabbed
