"""From the first start to a record that is there again after a restart, with real keys."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.db.lock import FolderLock
from outcomes_app.settings import SettingsFile
from outcomes_app.ui import entry
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.main_window import MainWindow
from outcomes_app.ui.pages.first_run import FirstRunPage
from outcomes_app.ui.pages.sign_in import SignInPage
from outcomes_app.ui.widgets.card import Card, ChoiceCard
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.patient_banner import PatientBanner
from tests import factories
from tests.postgres_server import PostgresServer
from tests.ui.conftest import PASSPHRASE, PERSON, PRACTICE

SLOW = 20_000


def line(parent: QWidget, name: str) -> QLineEdit:
    found = [f for f in parent.findChildren(QLineEdit, name) if not f.isHidden()]
    assert found, f"there is no input {name}"
    return found[-1]


def press(qtbot: QtBot, parent: QWidget, name: str) -> None:
    def shown() -> list[QPushButton]:
        return [b for b in parent.findChildren(QPushButton, name) if b.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=SLOW)
    qtbot.mouseClick(shown()[-1], Qt.MouseButton.LeftButton)


def type_into(qtbot: QtBot, parent: QWidget, name: str, text: str) -> None:
    field = line(parent, name)
    field.clear()
    qtbot.keyClicks(field, text)


def sign_in(qtbot: QtBot, window: MainWindow, folder: Path, passphrase: str = PASSPHRASE) -> None:
    window.begin(folder)
    qtbot.waitUntil(lambda: bool(window.findChildren(QPushButton, "sign_in")), timeout=SLOW)
    type_into(qtbot, window, "passphrase", passphrase)
    press(qtbot, window, "sign_in")


def state(window: MainWindow, name: str) -> Card | None:
    found = [c for c in window.findChildren(Card, f"state_{name}") if c.isVisible()]
    return found[-1] if found else None


def test_a_practice_is_made_used_and_found_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, settings_file: SettingsFile
) -> None:
    window.begin(None)
    press(qtbot, window, "continue")
    type_into(qtbot, window, "clinic_name", PRACTICE)
    folder = tmp_path / "records" / "riverside"
    type_into(qtbot, window, "folder", str(folder))
    press(qtbot, window, "continue")
    type_into(qtbot, window, "person_name", PERSON)
    passphrase = line(window, "new_passphrase").text()
    assert len(passphrase.split()) == 5, "a generated passphrase is offered first"
    press(qtbot, window, "continue")
    qtbot.waitUntil(lambda: window.findChild(Text, "recovery_group_14") is not None, timeout=SLOW)
    focused = window.focusWidget()
    assert focused is not None
    assert focused.objectName().startswith("confirm_group_"), "typing begins without a click"
    press(qtbot, window, "continue")
    assert window.place == "", "the recovery key has to be confirmed first"
    for field in window.findChildren(QLineEdit):
        if field.objectName().startswith("confirm_group_"):
            number = field.objectName().rpartition("_")[2]
            group = window.findChild(Text, f"recovery_group_{number}")
            assert group is not None
            field.setText(group.text().lower())
    press(qtbot, window, "continue")
    press(qtbot, window, "continue")
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)
    assert window.windowTitle() == f"Interval — {PRACTICE}"

    window.close_record()
    qtbot.waitUntil(lambda: bool(window.findChildren(QPushButton, "sign_in")), timeout=SLOW)
    assert window.windowTitle() == "Interval"
    assert settings_file.settings.vault_folder == str(folder)
    type_into(qtbot, window, "passphrase", passphrase)
    press(qtbot, window, "sign_in")
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)


def test_a_wrong_passphrase_is_said_at_the_field_and_keeps_what_was_typed(
    qtbot: QtBot, window: MainWindow, practice_folder: Path
) -> None:
    sign_in(qtbot, window, practice_folder, "not this one at all")
    field = line(window, "passphrase")
    qtbot.waitUntil(lambda: field.property("state") == "error", timeout=SLOW)
    assert "does not open" in field.accessibleDescription()
    assert field.text() == "not this one at all"
    assert window.place == ""
    type_into(qtbot, window, "passphrase", PASSPHRASE)
    assert field.property("state") == ""
    press(qtbot, window, "sign_in")
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)


def test_the_passphrase_can_be_shown(
    qtbot: QtBot, window: MainWindow, practice_folder: Path
) -> None:
    window.begin(practice_folder)
    qtbot.waitUntil(lambda: bool(window.findChildren(QPushButton, "sign_in")), timeout=SLOW)
    field = line(window, "passphrase")
    assert field.echoMode() is QLineEdit.EchoMode.Password
    eye = window.findChild(QToolButton, "passphrase_show")
    assert eye is not None
    assert eye.accessibleName() == "Show what is typed"
    eye.click()
    assert field.echoMode() is QLineEdit.EchoMode.Normal


def test_each_way_a_record_is_not_there_has_its_own_screen(
    qtbot: QtBot, window: MainWindow, practice_folder: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "holiday pictures"
    foreign.mkdir()
    (foreign / "beach.jpg").write_bytes(b"jpeg")
    damaged = tmp_path / "damaged"
    shutil.copytree(practice_folder, damaged)
    next(p for p in damaged.iterdir() if p.suffix == ".db").write_bytes(b"")
    for folder, name in (
        (tmp_path / "nowhere", "absent"),
        (foreign, "foreign"),
        (damaged, "damaged"),
    ):
        window.begin(folder)
        qtbot.waitUntil(lambda name=name: state(window, name) is not None, timeout=SLOW)
        assert any(b.isVisible() for b in window.findChildren(QPushButton, "choose_folder"))
        assert any(b.isVisible() for b in window.findChildren(QPushButton, "restore_backup"))
    assert list(foreign.iterdir()) == [foreign / "beach.jpg"], "nothing is made in a foreign folder"


def test_a_record_in_use_says_so_and_opens_once_it_is_free(
    qtbot: QtBot, window: MainWindow, practice_folder: Path
) -> None:
    held = FolderLock(practice_folder, factories.CLOCK)
    sign_in(qtbot, window, practice_folder)
    qtbot.waitUntil(lambda: state(window, "in_use") is not None, timeout=SLOW)
    held.release()
    press(qtbot, window, "try_again")
    qtbot.waitUntil(
        lambda: any(b.isVisible() for b in window.findChildren(QPushButton, "sign_in")),
        timeout=SLOW,
    )
    type_into(qtbot, window, "passphrase", PASSPHRASE)
    press(qtbot, window, "sign_in")
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)


def test_the_recovery_key_opens_and_sets_a_new_passphrase(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    created = entry.create(
        tmp_path / "lost", factories.practice(), PERSON, PASSPHRASE, factories.CLOCK
    )
    created.opened.close()
    window.begin(tmp_path / "lost")
    qtbot.waitUntil(
        lambda: bool(window.findChildren(QPushButton, "use_recovery_key")), timeout=SLOW
    )
    press(qtbot, window, "use_recovery_key")
    line(window, "recovery_key").setText("-".join(created.recovery_key.groups).lower())
    new = line(window, "new_passphrase").text()
    press(qtbot, window, "recover")
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)
    window.close_record()
    qtbot.waitUntil(lambda: bool(window.findChildren(QPushButton, "sign_in")), timeout=SLOW)
    type_into(qtbot, window, "passphrase", new)
    press(qtbot, window, "sign_in")
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)


def test_sample_patients_are_marked_everywhere(qtbot: QtBot, window: MainWindow) -> None:
    window.begin(None)
    page = window.findChild(FirstRunPage)
    assert page is not None
    card = page.findChild(ChoiceCard, "way_sample")
    assert card is not None
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.findChildren(QLineEdit, "sample_fact")), timeout=60_000)
    press(qtbot, window, "continue")
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)
    marker = window.findChild(QWidget, "synthetic_marker")
    assert marker is not None
    for section in ("worklist", "patients", "cohort", "settings"):
        window.show_section(section)
        assert marker.isVisible(), section


def test_the_window_walks_from_list_to_record_and_back(
    qtbot: QtBot, window: MainWindow, practice_folder: Path
) -> None:
    sign_in(qtbot, window, practice_folder)
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)
    window.show_section("patients")
    table = window.findChild(QWidget, "patients_table")
    assert table is not None
    qtbot.waitUntil(lambda: table.row is not None, timeout=SLOW)  # type: ignore[attr-defined]
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.place == "patient")
    banner = window.findChild(PatientBanner)
    assert banner is not None
    qtbot.waitUntil(lambda: banner.findChild(Text, "banner_name") is not None, timeout=SLOW)
    name = banner.findChild(Text, "banner_name")
    assert name is not None
    assert name.text() == "OKONKWO, Grace (Ms)"
    press(qtbot, window, "banner_start_visit")
    qtbot.waitUntil(lambda: window.place == "visit", timeout=SLOW)
    assert banner.isVisible(), "whose record it is never leaves the screen"
    note = banner.findChild(Text, "banner_note")
    assert note is not None
    qtbot.waitUntil(lambda: note.text().startswith("Treatment 2"), timeout=SLOW)
    window.back()
    qtbot.waitUntil(lambda: window.place == "patient", timeout=SLOW)
    assert note.text() == "", "no visit is being entered any more"
    window.back()
    assert window.place == "patients"
    assert not banner.isVisible()


@pytest.mark.parametrize("width", [1440, 1280])
def test_the_rail_shows_icons_alone_in_a_narrow_window(
    qtbot: QtBot, window: MainWindow, practice_folder: Path, width: int
) -> None:
    sign_in(qtbot, window, practice_folder)
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)
    window.resize(width, 720)
    button = window.findChild(QPushButton, "rail_worklist")
    assert button is not None
    qtbot.waitUntil(lambda: bool(button.text()) == (width >= 1360))
    assert button.accessibleName() == "Worklist"


def test_the_text_size_by_keys_is_remembered(
    qtbot: QtBot, window: MainWindow, settings_file: SettingsFile
) -> None:
    window.begin(None)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for _press in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert settings_file.settings.text_percent == 120
    qtbot.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert settings_file.settings.text_percent == 100


def test_no_page_before_the_record_shows_a_patient(
    qtbot: QtBot, window: MainWindow, practice_folder: Path
) -> None:
    window.begin(practice_folder)
    qtbot.waitUntil(lambda: bool(window.findChildren(QPushButton, "sign_in")), timeout=SLOW)
    page = window.findChild(SignInPage)
    assert page is not None
    texts = [label.text() for label in page.findChildren(Text)]
    assert not any("OKONKWO" in text.upper() for text in texts)
    assert not page.findChildren(QComboBox)


def test_a_clinic_server_is_opened_by_its_address(
    qtbot: QtBot,
    window: MainWindow,
    postgres_server: PostgresServer,
    server_template: str,
) -> None:
    name = f"window_{server_template}"
    address = postgres_server.create(name, template=server_template)
    window.begin(None)
    card = window.findChild(ChoiceCard, "way_server")
    assert card is not None
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    press(qtbot, window, "continue")
    type_into(qtbot, window, "server_url", "records.clinic.example")
    press(qtbot, window, "continue")
    assert "postgresql://" in line(window, "server_url").accessibleDescription()
    line(window, "server_url").setText(address)
    press(qtbot, window, "continue")
    qtbot.waitUntil(lambda: window.place == "worklist", timeout=SLOW)
    window.close_record()
    qtbot.waitUntil(lambda: window.place == "", timeout=SLOW)
    postgres_server.drop(name)


def test_the_window_opens_no_larger_than_the_screen(qtbot: QtBot, desk: AppContext) -> None:
    made = MainWindow(desk)
    qtbot.addWidget(made)
    room = made.screen().availableSize()
    assert made.width() <= max(room.width(), made.minimumSizeHint().width())
    assert made.height() <= max(room.height(), made.minimumSizeHint().height())
    made.deleteLater()
