"""The diary on the screen against a real encrypted file: typed with keys, stored, met by others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.diary_sheet import PainScale
from outcomes_app.domain.values import PatientId
from outcomes_app.records import diary, patients
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.pages.patient import PatientPage
from outcomes_app.ui.widgets.diary.diary_tab import DiaryTab
from outcomes_app.ui.widgets.diary.grid import DiaryGrid
from outcomes_app.ui.widgets.diary.model import DiaryModel
from outcomes_app.ui.widgets.diary.pasting import PasteDialog, likely_scale, read_column
from outcomes_app.ui.widgets.labels import Text
from tests import factories
from tests.ui.test_accessible import complaints

TODAY = factories.TODAY
Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def the_patient(ctx: AppContext) -> PatientId:
    with ctx.database.reading() as session:
        return patients.summaries(session)[0].id


def stored(ctx: AppContext) -> dict[date, DiaryDay]:
    with ctx.database.reading() as session:
        return {d.day: d for d in diary.for_patient(session, the_patient(ctx))}


def store(ctx: AppContext, *days: DiaryDay) -> None:
    """Written at another desk, of which this window hears nothing."""
    with ctx.database.writing(ctx.person.id, "test") as session:
        diary.record(session, days, today=TODAY)


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext) -> Iterator[PatientPage]:
    made = PatientPage(ctx)
    qtbot.addWidget(made)
    made.resize(1240, 820)
    made.open_patient(the_patient(ctx))
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    button = made.findChild(QPushButton, "patient_tabs_diary")
    assert button is not None
    button.click()
    grid = made.findChild(DiaryGrid)
    assert grid is not None
    qtbot.waitUntil(grid.hasFocus)
    yield made
    made.leave()


@pytest.fixture
def tab(page: PatientPage) -> DiaryTab:
    found = page.findChild(DiaryTab)
    assert found is not None
    return found


def type_keys(qtbot: QtBot, tab: DiaryTab, keys: str) -> None:
    qtbot.keyClicks(tab.grid, keys)


def child(tab: QWidget, kind: type, name: str) -> object:
    found = tab.findChild(kind, name)
    assert found is not None, name
    return found


def test_ninety_days_take_ninety_keys(qtbot: QtBot, ctx: AppContext, tab: DiaryTab) -> None:
    typed = "012301" * 15
    tab.grid.move_to(ago(90))
    type_keys(qtbot, tab, typed)
    assert stored(ctx) == {}  # not one deed for each key
    qtbot.waitUntil(lambda: len(stored(ctx)) == 90)
    found = stored(ctx)
    assert sorted(found) == [ago(n) for n in range(90, 0, -1)]
    assert "".join(str(found[d].peak_severity or 0) for d in sorted(found)) == typed
    assert {found[d].headache for d in found if not found[d].peak_severity} == {False}
    assert tab.grid.focused_day == TODAY


def test_what_is_typed_is_stored_on_leaving(
    qtbot: QtBot, ctx: AppContext, page: PatientPage, tab: DiaryTab
) -> None:
    tab.grid.move_to(ago(3))
    type_keys(qtbot, tab, "20")
    assert page.leave()
    assert [d.headache for d in stored(ctx).values()] == [True, False]


def test_another_tab_stores_too(
    qtbot: QtBot, ctx: AppContext, page: PatientPage, tab: DiaryTab
) -> None:
    type_keys(qtbot, tab, "3")
    button = page.findChild(QPushButton, "patient_tabs_visits")
    assert button is not None
    button.click()
    assert stored(ctx)[TODAY].peak_severity == 3


def test_no_headache_and_no_entry_read_differently(qtbot: QtBot, tab: DiaryTab) -> None:
    tab.grid.move_to(ago(2))
    type_keys(qtbot, tab, "0")
    model = tab.grid.days_model
    role = int(Qt.ItemDataRole.AccessibleTextRole)
    assert "no headache" in str(model.index_of(ago(2)).data(role))
    assert "no entry" in str(model.index_of(ago(1)).data(role))
    assert "no headache" not in str(model.index_of(ago(1)).data(role))
    tab.grid.move_to(ago(2))
    state = tab.findChild(Text, "diary_day_state")
    assert state is not None
    assert state.text() == "No headache"
    qtbot.keyClick(tab.grid, Key.Key_Delete)
    assert state.text() == "No entry"


def test_delete_takes_a_stored_day_back(qtbot: QtBot, ctx: AppContext, tab: DiaryTab) -> None:
    type_keys(qtbot, tab, "2")
    tab.keeper.save()
    assert len(stored(ctx)) == 1
    qtbot.keyClick(tab.grid, Key.Key_Delete)
    tab.keeper.save()
    assert stored(ctx) == {}
    type_keys(qtbot, tab, "1")
    tab.keeper.save()
    assert stored(ctx)[TODAY].peak_severity == 1


def test_keys_move_and_never_into_days_to_come(qtbot: QtBot, tab: DiaryTab) -> None:
    grid = tab.grid
    moves = (
        (Key.Key_Left, ago(1)),
        (Key.Key_Up, ago(8)),
        (Key.Key_Right, ago(7)),
        (Key.Key_Home, date(2026, 11, 1)),
        (Key.Key_PageUp, date(2026, 10, 1)),
        (Key.Key_End, date(2026, 10, 31)),
        (Key.Key_PageUp, date(2026, 9, 30)),
        (Key.Key_PageUp, date(2026, 8, 30)),
        (Key.Key_Return, date(2026, 8, 31)),
        (Key.Key_PageDown, date(2026, 9, 30)),
        (Key.Key_End, date(2026, 9, 30)),
        (Key.Key_PageDown, date(2026, 10, 30)),
        (Key.Key_PageDown, TODAY),
        (Key.Key_Right, TODAY),
        (Key.Key_End, TODAY),
    )
    for key, there in moves:
        qtbot.keyClick(grid, key)
        assert grid.focused_day == there, key
        assert grid.days_model.day_at(grid.currentIndex()) == there


def test_a_run_is_filled_with_one_key(qtbot: QtBot, tab: DiaryTab) -> None:
    tab.grid.move_to(ago(9))
    for _number in range(3):
        qtbot.keyClick(tab.grid, Key.Key_Right, SHIFT)
    assert len(tab.grid.days) == 4
    type_keys(qtbot, tab, "0")
    sheet = tab.keeper.sheet
    assert sheet is not None
    assert sorted(sheet.days) == [ago(n) for n in (9, 8, 7, 6)]
    assert tab.grid.days == (ago(5),)
    qtbot.keyClick(tab.grid, Key.Key_Z, CONTROL)
    assert tab.keeper.sheet is not None
    assert tab.keeper.sheet.days == {}


def test_fill_down_copies_the_first_day(qtbot: QtBot, tab: DiaryTab) -> None:
    tab.grid.move_to(ago(9))
    type_keys(qtbot, tab, "3")
    tab.grid.move_to(ago(9))
    qtbot.keyClick(tab.grid, Key.Key_Down, SHIFT)
    qtbot.keyClick(tab.grid, Key.Key_D, CONTROL)
    sheet = tab.keeper.sheet
    assert sheet is not None
    assert [sheet.days[ago(n)].peak_severity for n in range(9, 1, -1)] == [3] * 8


def test_digits_of_ten_stay_on_the_day(qtbot: QtBot, ctx: AppContext, tab: DiaryTab) -> None:
    button = tab.findChild(QPushButton, "diary_scale_pain")
    assert button is not None
    button.click()
    tab.grid.move_to(ago(3))
    type_keys(qtbot, tab, "10")
    qtbot.keyClick(tab.grid, Key.Key_Return)
    type_keys(qtbot, tab, "0")
    qtbot.keyClick(tab.grid, Key.Key_Return)
    type_keys(qtbot, tab, "7")
    tab.keeper.save()
    found = stored(ctx)
    assert [found[ago(n)].peak_pain for n in (3, 2, 1)] == [Decimal(10), None, Decimal(7)]
    assert found[ago(2)].headache is False
    assert {d.peak_severity for d in found.values()} == {None}


def test_the_class_of_medicine_is_chosen_once(qtbot: QtBot, ctx: AppContext, tab: DiaryTab) -> None:
    tab.grid.move_to(ago(2))
    qtbot.keyClick(tab.grid, Key.Key_M)
    menu = tab.findChild(QMenu, "diary_medicine_menu")
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    qtbot.keyClick(menu, Key.Key_Return)
    type_keys(qtbot, tab, "2")
    qtbot.keyClick(tab.grid, Key.Key_M)
    type_keys(qtbot, tab, "1")
    tab.keeper.save()
    found = stored(ctx)
    for on in (ago(2), ago(1)):
        assert found[on].acute_medicines == (AcuteMedicine(kind="triptan"),)
    tab.grid.move_to(ago(1))
    qtbot.keyClick(tab.grid, Key.Key_M)
    tab.keeper.save()
    assert stored(ctx)[ago(1)].acute_medicine_taken is False


def test_without_m_says_no_medicine_only_where_that_was_said(
    qtbot: QtBot, ctx: AppContext, tab: DiaryTab
) -> None:
    tab.grid.move_to(ago(3))
    type_keys(qtbot, tab, "0")
    tab.without.click()
    tab.grid.setFocus()
    type_keys(qtbot, tab, "0")
    tab.keeper.save()
    found = stored(ctx)
    assert (found[ago(3)].acute_medicine_taken, found[ago(2)].acute_medicine_taken) == (None, False)


def test_the_panel_writes_hours_signs_and_medicine(
    qtbot: QtBot, ctx: AppContext, tab: DiaryTab
) -> None:
    type_keys(qtbot, tab, "2")
    hours = tab.findChild(QLineEdit, "diary_hours")
    nausea = tab.findChild(QPushButton, "diary_nausea")
    medicine = tab.findChild(QComboBox, "diary_medicine")
    assert hours is not None
    assert nausea is not None
    assert medicine is not None
    hours.setFocus()
    qtbot.keyClicks(hours, "25")
    assert hours.property("state") == "error"
    hours.clear()
    qtbot.keyClicks(hours, "6.5")
    nausea.click()
    assert nausea.accessibleName() == "Nausea: yes"
    medicine.setFocus()
    qtbot.keyClick(medicine, Key.Key_Down)
    tab.keeper.save()
    day = stored(ctx)[TODAY]
    assert (day.duration_hours, day.nausea, day.acute_medicine_taken) == (
        Decimal("6.5"),
        True,
        False,
    )


def test_a_column_is_shown_before_it_is_set(qtbot: QtBot, ctx: AppContext, tab: DiaryTab) -> None:
    tab.grid.move_to(ago(4))
    type_keys(qtbot, tab, "3")
    tab.grid.move_to(ago(4))
    QGuiApplication.clipboard().setText("0\r\n2\r\n\r\nbad\r\n1\r\n0\r\n")
    qtbot.keyClick(tab.grid, Key.Key_V, CONTROL)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PasteDialog)
    words = dialog.findChild(Text, "paste_summary")
    assert words is not None
    assert complaints(dialog) == []
    assert words.text() == "Sets 3 days. 1 entry is replaced. 2 lines are left out."
    assert stored(ctx) == {}
    button = dialog.findChild(QPushButton, "paste_set")
    assert button is not None
    button.click()
    tab.keeper.save()
    found = stored(ctx)
    assert {d: found[d].peak_severity or 0 for d in found} == {ago(4): 0, ago(3): 2, TODAY: 1}
    assert ago(2) not in found


def test_a_column_of_yes_and_no_says_nothing_of_pain() -> None:
    assert likely_scale("0\n1\n1", PainScale.SEVERITY) is PainScale.YES_NO
    assert likely_scale("0\n3", PainScale.SEVERITY) is PainScale.SEVERITY
    assert likely_scale("0\n8", PainScale.SEVERITY) is PainScale.PAIN
    days = read_column("1.0\t9\n-1\n11\n", ago(9), TODAY, PainScale.PAIN)
    assert [d.value for d in days] == [1, None, None]


def test_a_day_changed_elsewhere_is_told_and_nothing_is_lost(
    qtbot: QtBot, ctx: AppContext, page: PatientPage, tab: DiaryTab
) -> None:
    patient_id = the_patient(ctx)
    told: list[str] = []
    ctx.notices.posted.connect(lambda notice: told.append(notice.text))
    tab.grid.move_to(ago(2))
    type_keys(qtbot, tab, "31")
    store(ctx, DiaryDay(patient_id=patient_id, day=ago(2), headache=False))
    tab.keeper.save()
    assert told
    assert "changed elsewhere" in told[0]
    assert not page.leave()
    clashes = child(tab, QWidget, "diary_clashes")
    assert isinstance(clashes, QWidget)
    assert clashes.isVisible()
    qtbot.waitUntil(lambda: ago(1) in stored(ctx))  # the other day went its way
    mine = child(tab, QPushButton, "diary_keep_mine")
    assert isinstance(mine, QPushButton)
    mine.click()
    assert page.leave()
    assert stored(ctx)[ago(2)].peak_severity == 3
    assert not clashes.isVisible()


def test_the_summary_counts_as_the_analysis_does(ctx: AppContext, tab: DiaryTab) -> None:
    patient_id = the_patient(ctx)
    days = [
        DiaryDay(
            patient_id=patient_id,
            day=ago(n),
            headache=n % 2 == 0,
            peak_severity=2 if n % 2 == 0 else None,
        )
        for n in range(24)
    ]
    sheet = tab.keeper.sheet
    assert sheet is not None
    tab.keeper.edit(replace(sheet, days={d.day: d for d in days}))
    tab.grid.move_to(TODAY)

    def words(name: str) -> str:
        found = tab.findChild(Text, f"sum_{name}")
        assert found is not None
        return found.text()

    assert words("headache_days_28") == "14"
    assert words("crystal_clear_days_28") == "14"
    assert words("acute_med_days_28") == "–"
    missing = tab.findChild(Text, "diary_missing")
    assert missing is not None
    assert missing.text().startswith("4 days without an entry count as missing")


def test_the_model_keeps_its_promises(qtmodeltester: ModelTester) -> None:
    model: QAbstractItemModel = DiaryModel(TODAY)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_the_months_fit_every_width(
    qtbot: QtBot, ctx: AppContext, page: PatientPage, tab: DiaryTab, percent: int
) -> None:
    ctx.theme.use(text_percent=percent)
    assert complaints(tab) == []
    for width in (900, 1100, 1240, 1800):
        page.resize(width, 700)
        QApplication.processEvents()
        total = sum(tab.grid.columnWidth(c) for c in range(tab.grid.days_model.columnCount()))
        assert total <= tab.grid.viewport().width()
        assert tab.grid.days_model.day_at(tab.grid.currentIndex()) == TODAY
        inside = tab.widget()
        assert inside is not None
        assert inside.width() <= tab.viewport().width()


def test_the_day_with_the_focus_is_always_in_sight(
    qtbot: QtBot, page: PatientPage, tab: DiaryTab
) -> None:
    page.resize(1240, 330)
    QApplication.processEvents()
    for on in (date(2026, 11, 1), TODAY, date(2026, 10, 31)):
        tab.grid.move_to(on)
        cell = tab.grid.visualRect(tab.grid.currentIndex())
        seen = tab.grid.viewport().visibleRegion().boundingRect()
        assert seen.contains(cell), on
