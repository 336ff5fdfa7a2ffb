"""The screen in the patient's hands: only questions, stored as they end, a passphrase to leave."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.db import vault
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.values import IndicationId, InstrumentId, PatientId
from outcomes_app.records import assessments, patients
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.hand_over import HandOverDialog
from outcomes_app.ui.dialogs.patient_mode import PatientMode
from outcomes_app.ui.entry import Opened
from outcomes_app.ui.pages.patient import PatientPage
from outcomes_app.ui.widgets.labels import Text
from tests import factories
from tests.ui.conftest import PASSPHRASE
from tests.ui.test_accessible import complaints

CATALOG = catalogs.load()
Key = Qt.Key
Start = Callable[..., PatientMode]


def the_patient(ctx: AppContext) -> PatientId:
    with ctx.database.reading() as session:
        return patients.summaries(session)[0].id


def stored(ctx: AppContext, *instruments: str) -> list[Assessment]:
    with ctx.database.reading() as session:
        found = assessments.for_patient(session, the_patient(ctx))
    return [a for a in found if a.instrument in instruments]


@pytest.fixture
def start(qtbot: QtBot, ctx: AppContext, opened: Opened) -> Iterator[Start]:
    """Hands the screen over; what is still open at the end is left with the passphrase."""
    modes: list[PatientMode] = []
    assert opened.folder is not None
    right = partial(vault.check_passphrase, opened.folder, opened.person.id)

    def begin(*instruments: str) -> PatientMode:
        chosen = [CATALOG.instruments[catalogs_id(i)] for i in instruments]
        mode = PatientMode(ctx, the_patient(ctx), chosen, Occasion.FOLLOW_UP, right)
        modes.append(mode)
        mode.left.connect(lambda _told: modes.remove(mode))
        mode.begin()
        qtbot.waitExposed(mode)
        QApplication.processEvents()
        return mode

    yield begin
    for mode in list(modes):
        leave(qtbot, mode, PASSPHRASE)


def catalogs_id(name: str) -> str:
    return next(i for i in CATALOG.instruments if i == name)


def click(mode: QWidget, name: str) -> None:
    button = mode.findChild(QPushButton, name)
    assert button is not None, name
    button.click()
    QApplication.processEvents()


def leave(qtbot: QtBot, mode: PatientMode, passphrase: str) -> None:
    mode._show_door()
    field = mode.findChild(QLineEdit, "patient_passphrase")
    assert field is not None
    qtbot.keyClicks(field, passphrase)
    qtbot.keyClick(field, Key.Key_Return)
    QApplication.processEvents()


def shown(mode: PatientMode) -> str:
    return "\n".join(t.text() for t in mode.findChildren(Text) if t.isVisible())


def answer_all(qtbot: QtBot, mode: PatientMode, key: Qt.Key) -> None:
    assert mode.form is not None
    for question in mode.form.questions:
        qtbot.keyClick(question.input, key)
    click(mode, "patient_next")


def test_only_the_questions_are_shown(qtbot: QtBot, ctx: AppContext, start: Start) -> None:
    mode = start("gad7")
    assert mode.isFullScreen()
    assert complaints(mode) == []
    assert mode.isModal()
    assert mode.windowTitle() == "Questions"
    words = shown(mode)
    assert "Question 1 of 7" in words
    assert "Feeling nervous, anxious or on edge" in words
    for secret in ("OKONKWO", "Okonkwo", "Grace", "Riverside", "Osei", "total", "score"):
        assert secret not in words
        assert secret not in mode.accessibleName()


def test_each_instrument_is_stored_as_it_ends(qtbot: QtBot, ctx: AppContext, start: Start) -> None:
    mode = start("gad7", "peg")
    answer_all(qtbot, mode, Key.Key_2)
    (first,) = stored(ctx, "gad7", "peg")
    assert (first.value(), first.occasion, first.day) == (14, Occasion.FOLLOW_UP, factories.TODAY)
    assert "Part 2 of 2" in shown(mode)
    answer_all(qtbot, mode, Key.Key_5)
    assert [a.value() for a in stored(ctx, "peg")] == [5]
    assert "Thank you" in shown(mode)
    assert "14" not in shown(mode)


def test_nothing_but_the_passphrase_leaves(qtbot: QtBot, ctx: AppContext, start: Start) -> None:
    mode = start("gad7")
    left: list[object] = []
    mode.left.connect(left.append)
    qtbot.keyClick(mode, Key.Key_Escape)
    mode.close()
    mode.reject()
    assert mode.isVisible()
    leave(qtbot, mode, "calm otters count seven bears")
    assert mode.isVisible()
    assert left == []
    assert "This is not your passphrase" in shown(mode)
    click(mode, "patient_door_back")
    assert "Question 1 of 7" in shown(mode)
    leave(qtbot, mode, PASSPHRASE)
    assert left == [()]
    assert stored(ctx, "gad7") == []


def test_what_was_answered_is_kept_and_told_on_leaving(
    qtbot: QtBot, ctx: AppContext, start: Start
) -> None:
    mode = start("phq9")
    told: list[tuple[str, ...]] = []
    mode.left.connect(told.append)
    assert mode.form is not None
    qtbot.keyClick(mode.form.questions[0].input, Key.Key_3)
    qtbot.keyClick(mode.form.questions[1].input, Key.Key_3)
    leave(qtbot, mode, PASSPHRASE)
    (kept,) = stored(ctx, "phq9")
    assert (kept.value(), kept.scores[0].answered) == (None, 2)
    assert "PHQ-9 was left after 2 of 10 answers" in told[0][0]
    assert any("Item 9 is not answered" in words for words in told[0])


def test_an_alarming_answer_is_told_to_staff_only(
    qtbot: QtBot, ctx: AppContext, start: Start
) -> None:
    mode = start("phq9")
    told: list[tuple[str, ...]] = []
    mode.left.connect(told.append)
    answer_all(qtbot, mode, Key.Key_1)
    assert "safety" not in shown(mode)
    leave(qtbot, mode, PASSPHRASE)
    assert any("ask about the patient's safety today" in words for words in told[0])


def test_a_question_can_be_passed_over(qtbot: QtBot, ctx: AppContext, start: Start) -> None:
    mode = start("peg")
    for _number in range(3):
        click(mode, "patient_next")
    assert "Thank you" in shown(mode)
    assert stored(ctx, "peg") == []


def test_only_what_patients_answer_is_offered(qtbot: QtBot, ctx: AppContext) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = HandOverDialog(ctx, IndicationId("chronic_migraine"), parent)
    dialog.open()
    assert complaints(dialog) == []
    names = [dialog.list.item(n).text() for n in range(dialog.list.count())]
    assert names[0].startswith("HIT-6")
    assert not any(name.startswith(("MAS", "Tsui", "GAS")) for name in names)
    begin = dialog.findChild(QPushButton, "hand_over_begin")
    assert begin is not None
    assert not begin.isEnabled()
    dialog.list.item(1).setCheckState(Qt.CheckState.Checked)
    got: list[tuple[object, ...]] = []
    dialog.chosen.connect(lambda *chosen: got.append(chosen))
    begin.click()
    assert got == [(("midas",), Occasion.VISIT)]


def test_the_record_is_hidden_while_the_patient_answers(
    qtbot: QtBot, ctx: AppContext, opened: Opened
) -> None:
    assert opened.folder is not None
    ctx.enter(
        opened.database,
        opened.person,
        opened.practice,
        passphrase_is=partial(vault.check_passphrase, opened.folder, opened.person.id),
    )
    told: list[str] = []
    ctx.notices.posted.connect(lambda notice: told.append(notice.text))
    page = PatientPage(ctx)
    qtbot.addWidget(page)
    page.open_patient(the_patient(ctx))
    page.show()
    qtbot.waitExposed(page)
    click(page, "hand_to_patient")
    dialog = page.findChild(HandOverDialog)
    assert dialog is not None
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    click(dialog, "hand_over_begin")
    mode = QApplication.activeModalWidget()
    assert isinstance(mode, PatientMode)
    assert not page.isVisible()
    assert mode.form is not None
    qtbot.keyClick(mode.form.questions[0].input, Key.Key_1)
    leave(qtbot, mode, PASSPHRASE)
    assert page.isVisible()
    assert told == ["HIT-6 was left after 1 of 6 answers. These are stored."]


def test_without_a_passphrase_the_screen_is_not_handed_over(qtbot: QtBot, ctx: AppContext) -> None:
    told: list[str] = []
    ctx.notices.posted.connect(lambda notice: told.append(notice.text))
    page = PatientPage(ctx)
    qtbot.addWidget(page)
    page.open_patient(the_patient(ctx))
    page.show()
    page._start_patient_mode([InstrumentId("hit6")], Occasion.VISIT)
    assert page.isVisible()
    assert len(told) == 1
