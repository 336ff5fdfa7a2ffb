"""The patient form refuses with the reason at the field, saves, and shows who is already there."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.patient import Sex
from outcomes_app.domain.values import PatientId
from outcomes_app.records import assessments, patients
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.edit_patient import PatientDialog
from outcomes_app.ui.widgets.card import Card


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 800)
    return made


@pytest.fixture
def dialog(ctx: AppContext, parent: QWidget) -> Iterator[PatientDialog]:
    made = PatientDialog(ctx, None, parent)
    parent.show()
    made.open()
    yield made
    parent.close()


def field(dialog: QWidget, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, name)
    assert found is not None
    return found


def click(qtbot: QtBot, dialog: QWidget, name: str) -> None:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def choose_migraine(dialog: QWidget) -> None:
    box = dialog.findChild(QComboBox, "indication_0")
    assert box is not None
    box.setCurrentIndex(box.findData("chronic_migraine"))


def test_an_empty_form_is_refused_at_its_fields(qtbot: QtBot, dialog: PatientDialog) -> None:
    click(qtbot, dialog, "save_patient")
    assert field(dialog, "family_name").property("state") == "error"
    assert "Enter one of them" in field(dialog, "family_name").accessibleDescription()
    sex = dialog.findChild(QWidget, "sex")
    assert sex is not None
    assert "Choose one" in sex.accessibleDescription()
    assert dialog.isVisible()


def test_a_problem_goes_while_it_is_put_right(qtbot: QtBot, dialog: PatientDialog) -> None:
    click(qtbot, dialog, "save_patient")
    name = field(dialog, "family_name")
    name.setFocus()
    qtbot.keyClicks(name, "Haddad")
    name.editingFinished.emit()
    assert name.property("state") == ""


def test_a_date_that_could_be_two_days_is_refused_and_kept(
    qtbot: QtBot, dialog: PatientDialog
) -> None:
    field(dialog, "family_name").setText("Haddad")
    click(qtbot, dialog, "sex_male")
    field(dialog, "birth_date").setText("04/05/1979")
    click(qtbot, dialog, "save_patient")
    assert "Write the month as a word" in field(dialog, "birth_date").accessibleDescription()
    assert field(dialog, "birth_date").text() == "04/05/1979"
    assert dialog.isVisible()


def test_a_baseline_outside_its_scale_is_refused(qtbot: QtBot, dialog: PatientDialog) -> None:
    field(dialog, "family_name").setText("Haddad")
    click(qtbot, dialog, "sex_male")
    choose_migraine(dialog)
    hit6 = field(dialog, "baseline_hit6_total")
    hit6.setText("35")
    click(qtbot, dialog, "save_patient")
    assert hit6.property("state") == "error"
    assert dialog.isVisible()


def test_a_patient_and_the_baseline_are_stored_as_one_deed(
    qtbot: QtBot, ctx: AppContext, dialog: PatientDialog
) -> None:
    field(dialog, "family_name").setText("Haddad")
    field(dialog, "given_name").setText("Youssef")
    field(dialog, "birth_date").setText("19.11.1955")
    field(dialog, "identifier").setText("RC-00087")
    click(qtbot, dialog, "sex_male")
    choose_migraine(dialog)
    field(dialog, "baseline_headache_days_28_total").setText("21")
    field(dialog, "baseline_nrs_pain_average").setText("7,5")
    with (
        qtbot.waitSignal(dialog.saved) as saved,
        qtbot.waitSignal(ctx.changed) as changed,
    ):
        click(qtbot, dialog, "save_patient")
    patient_id: PatientId = saved.args[0]
    assert {"patient", "assessment"} <= changed.args[0].tables
    with ctx.database.reading() as session:
        stored = patients.get(session, patient_id)
        taken = assessments.for_patient(session, patient_id)
    assert (stored.family_name, stored.sex) == ("Haddad", Sex.MALE)
    assert stored.identifiers[0].value == "RC-00087"
    assert {(a.instrument, a.scores[0].value) for a in taken} == {
        ("headache_days_28", Decimal(21)),
        ("nrs_pain", Decimal("7.5")),
    }
    assert all(a.occasion is Occasion.BASELINE for a in taken)


def test_whoever_is_already_there_is_shown_and_can_be_opened(
    qtbot: QtBot, ctx: AppContext, dialog: PatientDialog
) -> None:
    with ctx.database.reading() as session:
        known = patients.summaries(session)[0]
    field(dialog, "family_name").setText("okonkwo")
    field(dialog, "given_name").setText("Grace")
    field(dialog, "birth_date").setText("1979-03-14")
    field(dialog, "given_name").editingFinished.emit()
    card = dialog.findChild(Card, "look_alikes")
    assert card is not None
    assert card.isVisible()
    with qtbot.waitSignal(dialog.existing_chosen) as chosen:
        click(qtbot, dialog, "open_look_alike")
    assert chosen.args == [known.id]


def test_another_birth_date_is_another_person(
    qtbot: QtBot, ctx: AppContext, dialog: PatientDialog
) -> None:
    field(dialog, "family_name").setText("Okonkwo")
    field(dialog, "given_name").setText("Grace")
    field(dialog, "birth_date").setText("1980-03-14")
    field(dialog, "given_name").editingFinished.emit()
    card = dialog.findChild(Card, "look_alikes")
    assert card is not None
    assert not card.isVisible()


def test_a_known_patient_is_corrected_and_keeps_what_the_form_does_not_show(
    qtbot: QtBot, ctx: AppContext, parent: QWidget
) -> None:
    with ctx.database.reading() as session:
        before = patients.get(session, patients.summaries(session)[0].id)
    dialog = PatientDialog(ctx, before.id, parent)
    parent.show()
    dialog.open()
    field(dialog, "given_name").setText("Gracia")
    with qtbot.waitSignal(dialog.saved):
        click(qtbot, dialog, "save_patient")
    with ctx.database.reading() as session:
        after = patients.get(session, before.id)
    assert after.given_name == "Gracia"
    assert after.version == before.version + 1
    assert after.indications == before.indications
    assert after.identifiers == before.identifiers
    parent.close()
