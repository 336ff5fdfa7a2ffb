"""A delivery, a recall and a confirmed limit, in the real window with its real passphrase."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from outcomes_app.ui.main_window import MainWindow
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.rows_table import RowsTable
from tests.journeys.robot import SLOW, Robot
from tests.ui.conftest import PASSPHRASE


@pytest.fixture
def robot(qtbot: QtBot, window: MainWindow, practice_folder: Path) -> Robot:
    made = Robot(qtbot, window)
    window.begin(practice_folder)
    made.type("passphrase", PASSPHRASE)
    made.click("sign_in")
    made.arrive("worklist")
    return made


def says(robot: Robot, words: str) -> None:
    """Wait until the window says something."""

    def said() -> bool:
        texts = [t.text() for t in robot.window.findChildren(Text) if t.isVisible()]
        return any(words in text.replace("\u00a0", " ") for text in texts)

    robot.qtbot.waitUntil(said, timeout=SLOW)


def keys(robot: Robot, key: Qt.Key) -> None:
    robot.qtbot.keyClick(robot.window, key, Qt.KeyboardModifier.ControlModifier)


def test_a_lot_is_received_written_off_and_traced(robot: Robot) -> None:
    keys(robot, Qt.Key.Key_6)
    robot.arrive("stock")
    robot.click("stock_empty_action")
    robot.type("lot", "C7654C3")
    robot.choose("product", "ona")
    robot.see(QComboBox, "vial_units").setCurrentText("200\u00a0units")
    robot.type("expiry", "2028-01-31")
    robot.type("vials", "3")
    robot.click("save")
    says(robot, "3 vials")
    robot.click("write_off")
    robot.type("vials", "1")
    robot.type("reason", "fell on the floor")
    robot.type("witness", "B. Lund")
    robot.click("save")
    says(robot, "witness B. Lund")
    robot.click("stock_tabs_recall")
    robot.type("recall_lot", "C7654C3")
    robot.click("trace_lot")
    says(robot, "2 vials × 200 units · 1 treatment · 1 patient")
    table = robot.see(RowsTable, "recall_table")
    table.choose(1)
    robot.qtbot.keyClick(table, Qt.Key.Key_Return)
    robot.arrive("patient")


def test_a_limit_is_confirmed_with_the_real_passphrase(robot: Robot) -> None:
    robot.window.show_section("settings")
    robot.click("reference_values")
    robot.arrive("reference")
    says(robot, "not verified")
    before = robot.see(RowsTable, "reference_table").row.entry.key
    robot.click("confirm_value")
    robot.type("label_section", "US label 2.1")
    robot.see(QLineEdit, "passphrase").setText("something else")
    robot.click("save")
    says(robot, "This is not your passphrase.")
    robot.see(QLineEdit, "passphrase").setText(PASSPHRASE)
    robot.click("save")
    robot.click("reference_which_own")
    says(robot, "Confirmed here")
    assert robot.see(RowsTable, "reference_table").row.entry.key == before
    robot.qtbot.keyClick(robot.window, Qt.Key.Key_Escape)
    robot.arrive("settings")
