"""Worklist, patients, one patient and settings, on a real practice."""

import dataclasses
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.catalog import load
from outcomes_app.domain.values import PatientId, TreatmentId
from outcomes_app.records import patients, practice, treatments, visits
from outcomes_app.settings import SettingsFile
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page
from outcomes_app.ui.pages.patient import PatientPage
from outcomes_app.ui.pages.patients import PatientsPage
from outcomes_app.ui.pages.settings import SettingsPage
from outcomes_app.ui.pages.worklist import WorklistPage
from outcomes_app.ui.widgets.count_card import CountCard
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.outcome_card import OutcomeCard
from outcomes_app.ui.widgets.rows_table import RowsTable
from tests import factories


def show(qtbot: QtBot, page: Page) -> None:
    qtbot.addWidget(page)
    page.resize(1240, 820)
    page.show()
    with qtbot.waitExposed(page):
        pass


def add_patient(ctx: AppContext, **changes: object) -> PatientId:
    """Another patient, stored as the program does it, so that pages hear of it."""
    patient = factories.patient(**changes)
    holder = QWidget()
    ctx.write(
        holder,
        patients.record,
        patient,
        catalog=load(),
        today=factories.TODAY,
        deed="patient.record",
    )
    return patient.id


def add_visit(ctx: AppContext, patient_id: PatientId, days_ago: int) -> TreatmentId:
    day = factories.TODAY - timedelta(days=days_ago)
    treatment = factories.treatment(patient_id, day=day)
    holder = QWidget()
    ctx.write(
        holder,
        visits.record,
        factories.visit(treatment=treatment),
        catalog=load(),
        today=factories.TODAY,
        deed="visit.record",
    )
    return treatment.id


def the_patient(ctx: AppContext) -> PatientId:
    with ctx.database.reading() as session:
        return patients.summaries(session)[0].id


def table_of(page: Page, name: str) -> RowsTable:
    found = page.findChild(RowsTable, name)
    assert found is not None
    return found


def texts(table: RowsTable) -> list[str]:
    model = table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


# Worklist


def test_the_worklist_groups_by_how_pressing_it_is(qtbot: QtBot, ctx: AppContext) -> None:
    late = add_patient(ctx, family_name="Rossi", given_name="Giulia")
    add_visit(ctx, late, 100)
    add_patient(ctx, family_name="Newcomer", given_name="Nina")
    page = WorklistPage(ctx)
    show(qtbot, page)
    found = texts(table_of(page, "worklist_table"))
    assert found.index("Overdue 1") < found.index("ROSSI, Giulia")
    assert found.index("ROSSI, Giulia") < found.index("Not started 1")
    card = page.findChild(CountCard, "count_overdue")
    assert card is not None
    assert card.accessibleName() == "Overdue: 1"
    assert "longest 16 days" in card.accessibleDescription()


def test_a_count_narrows_the_list_and_escape_widens_it(qtbot: QtBot, ctx: AppContext) -> None:
    add_patient(ctx, family_name="Newcomer", given_name="Nina")
    page = WorklistPage(ctx)
    show(qtbot, page)
    card = page.findChild(CountCard, "count_not_started")
    assert card is not None
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert texts(table_of(page, "worklist_table")) == ["Not started 1", "NEWCOMER, Nina"]
    assert page.escape()
    assert len(texts(table_of(page, "worklist_table"))) > 2
    assert not page.escape()


def test_s_starts_a_visit_and_enter_opens(qtbot: QtBot, ctx: AppContext) -> None:
    page = WorklistPage(ctx)
    show(qtbot, page)
    page.activateWindow()
    table = table_of(page, "worklist_table")
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    with qtbot.waitSignal(page.visit_requested) as started:
        qtbot.keyClick(table, Qt.Key.Key_S)
    assert started.args == [the_patient(ctx), None]
    with qtbot.waitSignal(page.patient_chosen) as chosen:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == [the_patient(ctx)]


def test_single_letters_can_be_switched_off(qtbot: QtBot, ctx: AppContext) -> None:
    page = WorklistPage(ctx)
    show(qtbot, page)
    page.activateWindow()
    table = table_of(page, "worklist_table")
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    ctx.change_settings(single_letter_keys=False)
    with qtbot.assertNotEmitted(page.visit_requested):
        qtbot.keyClick(table, Qt.Key.Key_S)


def test_the_panel_tells_of_the_chosen_row(qtbot: QtBot, ctx: AppContext) -> None:
    page = WorklistPage(ctx)
    show(qtbot, page)
    panel = page.findChild(QWidget, "worklist_panel")
    assert panel is not None
    words = " ".join(label.text() for label in panel.findChildren(type(page._shown)))
    assert "OKONKWO, Grace (Ms)" in words
    assert "onabotulinumtoxinA" in words
    assert "1 (next is 2)" in words


def test_an_empty_practice_says_how_to_begin(qtbot: QtBot, ctx: AppContext) -> None:
    holder = QWidget()
    ctx.write(holder, patients.void, the_patient(ctx), reason="entered in error", deed="void")
    page = WorklistPage(ctx)
    show(qtbot, page)
    empty = page.findChild(EmptyState, "worklist_empty")
    assert empty is not None
    assert empty.isVisible()
    with qtbot.waitSignal(page.new_patient_requested):
        empty.button.click()


# Patients


def test_patients_are_found_as_one_types(qtbot: QtBot, ctx: AppContext) -> None:
    add_patient(ctx, family_name="Ångström", given_name="Åsa")
    page = PatientsPage(ctx)
    show(qtbot, page)
    table = table_of(page, "patients_table")
    assert texts(table) == ["ÅNGSTRÖM, Åsa", "OKONKWO, Grace"]
    box = page.findChild(QLineEdit, "patients_search")
    assert box is not None
    qtbot.keyClicks(box, "angs")
    qtbot.waitUntil(lambda: texts(table) == ["ÅNGSTRÖM, Åsa"])
    qtbot.keyClicks(box, "xxx")
    qtbot.waitUntil(lambda: texts(table) == [])
    assert page.escape()
    qtbot.waitUntil(lambda: len(texts(table)) == 2)


def test_a_list_hears_of_a_new_patient(qtbot: QtBot, ctx: AppContext) -> None:
    page = PatientsPage(ctx)
    show(qtbot, page)
    add_patient(ctx, family_name="Haddad", given_name="Youssef")
    assert texts(table_of(page, "patients_table")) == ["HADDAD, Youssef", "OKONKWO, Grace"]


def test_a_hidden_page_asks_when_it_is_shown_again(qtbot: QtBot, ctx: AppContext) -> None:
    page = PatientsPage(ctx)
    show(qtbot, page)
    page.hide()
    add_patient(ctx, family_name="Haddad", given_name="Youssef")
    assert len(texts(table_of(page, "patients_table"))) == 1
    page.show()
    assert len(texts(table_of(page, "patients_table"))) == 2


def test_a_list_has_the_focus_when_it_is_entered(qtbot: QtBot, ctx: AppContext) -> None:
    for page, name in (
        (WorklistPage(ctx), "worklist_table"),
        (PatientsPage(ctx), "patients_search"),
    ):
        show(qtbot, page)
        page.activateWindow()
        page.setFocus()
        focused = page.focusWidget()
        assert focused is not None
        assert focused.objectName() == name


# One patient


def test_a_patient_shows_treatments_outcomes_and_history(qtbot: QtBot, ctx: AppContext) -> None:
    patient_id = the_patient(ctx)
    page = PatientPage(ctx)
    page.open_patient(patient_id)
    show(qtbot, page)
    buttons = [b.text() for b in page.findChildren(QPushButton) if b.objectName() == "treatment_1"]
    assert len(buttons) == 1
    assert buttons[0].startswith("1 · ")
    assert page.findChildren(OutcomeCard)
    assert len(texts(table_of(page, "visits_table"))) == 1
    scores = table_of(page, "visits_table").model().index(0, 4).data()
    assert scores == "Headache days 18, Average pain 6", "no abbreviation that needs a key"
    assert len(texts(table_of(page, "history_table"))) >= 2


def test_a_new_treatment_appears_by_itself(qtbot: QtBot, ctx: AppContext) -> None:
    patient_id = the_patient(ctx)
    page = PatientPage(ctx)
    page.open_patient(patient_id)
    show(qtbot, page)
    add_visit(ctx, patient_id, 0)
    assert len(texts(table_of(page, "visits_table"))) == 2


def test_another_patient_empties_the_page_before_it_asks(qtbot: QtBot, ctx: AppContext) -> None:
    other = add_patient(ctx, family_name="Haddad", given_name="Youssef")
    page = PatientPage(ctx)
    page.open_patient(the_patient(ctx))
    show(qtbot, page)
    page.hide()
    page.open_patient(other)
    assert texts(table_of(page, "visits_table")) == []
    page.show()
    empty = page.findChild(EmptyState, "patient_empty")
    assert empty is not None
    assert empty.isVisible()


def test_a_treatment_is_opened_from_the_list_of_visits(qtbot: QtBot, ctx: AppContext) -> None:
    patient_id = the_patient(ctx)
    with ctx.database.reading() as session:
        treatment = treatments.for_patient(session, patient_id)[0]
    page = PatientPage(ctx)
    page.open_patient(patient_id)
    show(qtbot, page)
    with qtbot.waitSignal(page.visit_requested) as asked:
        qtbot.keyClick(table_of(page, "visits_table"), Qt.Key.Key_Return)
    assert asked.args == [patient_id, treatment.id]


# Settings


def test_the_look_changes_at_once_and_is_remembered(
    qtbot: QtBot, ctx: AppContext, settings_file: SettingsFile
) -> None:
    page = SettingsPage(ctx)
    show(qtbot, page)
    for name in ("theme_dark", "text_size_150"):
        button = page.findChild(QPushButton, name)
        assert button is not None
        button.click()
    assert ctx.theme.name == "dark"
    assert ctx.theme.scale == 1.5
    assert settings_file.settings.theme == "dark"
    letters = page.findChild(QCheckBox, "single_letter_keys")
    assert letters is not None
    letters.click()
    assert not settings_file.settings.single_letter_keys


def test_the_practice_is_renamed_in_the_record(qtbot: QtBot, ctx: AppContext) -> None:
    page = SettingsPage(ctx)
    show(qtbot, page)
    name = page.findChild(QLineEdit, "practice_name")
    save = page.findChild(QPushButton, "save_practice")
    europe = page.findChild(QPushButton, "practice_jurisdiction_eu")
    assert name is not None
    assert save is not None
    assert europe is not None
    name.setText(" ")
    save.click()
    assert name.property("state") == "error"
    name.setText("Harbour Clinic")
    europe.click()
    with qtbot.waitSignal(ctx.session_changed):
        save.click()
    with ctx.database.reading() as session:
        stored = practice.get(session)
    assert stored == dataclasses.replace(stored, name="Harbour Clinic", jurisdiction="eu")
    assert ctx.practice == stored


@pytest.mark.parametrize("percent", [100, 200])
def test_pages_can_be_drawn_in_both_modes(qtbot: QtBot, ctx: AppContext, percent: int) -> None:
    for make in (WorklistPage, PatientsPage, SettingsPage):
        page = make(ctx)
        show(qtbot, page)
        for mode in ("light", "dark"):
            ctx.theme.use(mode=mode, text_percent=percent)
            assert not page.grab().isNull()
