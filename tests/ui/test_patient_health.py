"""The Health tab: facts written down, corrected and voided; adverse events followed to the end."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.catalog import load
from outcomes_app.domain.patient import Role
from outcomes_app.domain.patient_facts import Purpose, WhyStopped
from outcomes_app.domain.values import PatientId, Side
from outcomes_app.records import adverse_events, patient_facts, patients, treatments
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.pages.patient import PatientPage
from outcomes_app.ui.widgets.choice import Choice
from outcomes_app.ui.widgets.fact_card import FactCard
from outcomes_app.ui.widgets.field_error import FieldError
from outcomes_app.ui.widgets.labels import Text
from tests import factories

Kind = TypeVar("Kind", bound=QWidget)


def find(parent: QWidget, kind: type[Kind], name: str) -> Kind:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def press(parent: QWidget, name: str) -> None:
    find(parent, QPushButton, name).click()


def words(widget: QWidget) -> str:
    return " | ".join(t.text() for t in widget.findChildren(Text)).replace("\u00a0", " ")


def problems(dialog: QWidget) -> list[str]:
    return [error.message for error in dialog.findChildren(FieldError) if error.message]


def choose(parent: QWidget, name: str, value: object) -> None:
    box: Any = find(parent, Choice, name)
    box.choose(value)


def fill(dialog: QWidget, **texts: str) -> None:
    for name, text in texts.items():
        find(dialog, QLineEdit, name).setText(text)


@pytest.fixture
def patient_id(ctx: AppContext) -> PatientId:
    with ctx.database.reading() as session:
        return patients.summaries(session)[0].id


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext, patient_id: PatientId) -> Iterator[PatientPage]:
    made = PatientPage(ctx)
    qtbot.addWidget(made)
    made.open_patient(patient_id)
    made.resize(1240, 820)
    made.show()
    with qtbot.waitExposed(made):
        pass
    press(made, "patient_tabs_health")
    yield made
    for dialog in made.findChildren(FormDialog):
        dialog.close()


def opened(page: QWidget) -> FormDialog:
    (found,) = (d for d in page.findChildren(FormDialog) if d.isVisible())
    return found


def card(page: QWidget, name: str) -> FactCard:
    return find(page, FactCard, name)


def test_a_medicine_is_written_down_and_stopped_with_its_reason(
    page: PatientPage, ctx: AppContext, patient_id: PatientId
) -> None:
    press(page, "health_medicines_add")
    dialog = opened(page)
    press(dialog, "save")
    assert problems(dialog) == ["The medicine has no name. Write it."]
    fill(dialog, name="propranolol", kind="beta blocker", dose="80 mg a day", start="2024-02-01")
    press(dialog, "save")
    medicines = card(page, "health_medicines")
    assert "beta blocker · 80 mg a day · since 01" in words(medicines)
    assert "Preventive" in words(medicines)
    press(page, "health_medicines_0_0")
    dialog = opened(page)
    choose(dialog, "why_stopped", WhyStopped.NO_BENEFIT)
    press(dialog, "save")
    assert problems(dialog) == ["Type the day it was stopped, or leave the reason open."]
    fill(dialog, end="2024-09-01")
    press(dialog, "save")
    with ctx.database.reading() as session:
        (stored,) = patient_facts.medicines(session, patient_id)
    assert (stored.purpose, stored.why_stopped) == (Purpose.PREVENTIVE, WhyStopped.NO_BENEFIT)
    assert stored.version == 2
    assert "Stopped" in words(medicines)
    assert "No benefit" in words(medicines)


def test_a_fact_is_voided_only_with_a_reason(
    page: PatientPage, ctx: AppContext, patient_id: PatientId
) -> None:
    press(page, "health_weights_add")
    dialog = opened(page)
    fill(dialog, kilograms="715")
    press(dialog, "save")
    assert any("up to 500 kg" in problem for problem in problems(dialog))
    fill(dialog, kilograms="71.5")
    press(dialog, "save")
    assert "71.5 kg" in words(card(page, "health_weights"))
    press(page, "health_weights_0_1")
    dialog = opened(page)
    press(dialog, "save")
    assert problems(dialog) == ["Say why, so that it can be understood later."]
    fill(dialog, reason="another patient's weight")
    press(dialog, "save")
    with ctx.database.reading() as session:
        assert patient_facts.weights(session, patient_id) == ()
    assert "Not known." in words(card(page, "health_weights"))


def test_a_consent_says_what_it_covers_and_when_it_was_withdrawn(
    page: PatientPage, ctx: AppContext, patient_id: PatientId
) -> None:
    press(page, "health_consents_add")
    dialog = opened(page)
    choose(dialog, "consent_products", (factories.ONA,))
    find(dialog, QCheckBox, "off_label").click()
    press(dialog, "save")
    consents = card(page, "health_consents")
    assert "onabotulinumtoxinA · every indication · names off-label use" in words(consents)
    assert "Stands" in words(consents)
    press(page, "health_consents_0_0")
    fill(opened(page), withdrawn="2026-11-20")
    press(opened(page), "save")
    assert "Withdrawn" in words(consents)
    with ctx.database.reading() as session:
        (stored,) = patient_facts.consents(session, patient_id)
    assert stored.consent.products == (factories.ONA,)
    assert not stored.stands_on(factories.TODAY)


def test_toxin_given_elsewhere_keeps_its_units_with_the_product(
    page: PatientPage, ctx: AppContext, patient_id: PatientId
) -> None:
    press(page, "health_outside_add")
    dialog = opened(page)
    fill(dialog, given_day="2026-08-01", given_units="50")
    press(dialog, "save")
    assert any("without their product" in problem for problem in problems(dialog))
    choose(dialog, "given_product", "abo")
    press(dialog, "save")
    assert "abobotulinumtoxinA 50 units" in words(card(page, "health_outside"))
    with ctx.database.reading() as session:
        (stored,) = patient_facts.outside_toxin(session, patient_id)
    assert (stored.given.product, stored.given.units) == ("abo", Decimal(50))


def test_an_adverse_event_is_followed_until_it_is_over(
    page: PatientPage, ctx: AppContext, patient_id: PatientId
) -> None:
    with ctx.database.reading() as session:
        (treatment,) = treatments.for_patient(session, patient_id)
        before = {e.id for e in adverse_events.for_patient(session, patient_id)}
    term = next(t for t in load().adverse_event_terms.values() if "eyelid" in t.name.lower())
    press(page, "health_events_add")
    dialog = opened(page)
    onset = treatment.day + timedelta(days=5)
    choose(dialog, "term", term.id)
    choose(dialog, "site", "frontalis")
    choose(dialog, "side", Side.LEFT)
    choose(dialog, "grade", 2)
    fill(dialog, onset=onset.isoformat())
    press(dialog, "save")
    events = card(page, "health_events")
    assert f"{term.name}" in words(events)
    assert "5 days after the treatment of" in words(events)
    assert "left" in words(events)
    line = next(
        button.objectName()
        for button in events.findChildren(QPushButton)
        if button.accessibleName() == f"Follow up, {term.name}"
    )
    press(page, line)
    dialog = opened(page)
    choose(dialog, "grade", 1)
    find(dialog, QCheckBox, "resolved").click()
    fill(dialog, action="nothing needed")
    press(dialog, "save")
    with ctx.database.reading() as session:
        (stored,) = (
            e for e in adverse_events.for_patient(session, patient_id) if e.id not in before
        )
    assert (stored.grade, stored.resolved) == (2, factories.TODAY)
    assert (stored.treatment_id, stored.site) == (treatment.id, "frontalis")
    assert "Grade 1, mild, over, nothing needed" in words(events)
    assert "Over 20" in words(events)


def test_an_event_before_its_treatment_is_refused_at_the_day(
    page: PatientPage, ctx: AppContext
) -> None:
    press(page, "health_events_add")
    dialog = opened(page)
    press(dialog, "save")
    assert problems(dialog) == ["Choose what happened.", "Type the day it began."]
    choose(dialog, "term", next(iter(load().adverse_event_terms)))
    fill(dialog, onset="2030-01-01")
    press(dialog, "save")
    assert any("future" in problem for problem in problems(dialog))


def test_another_patient_empties_the_tab_first(
    page: PatientPage, ctx: AppContext, patient_id: PatientId
) -> None:
    press(page, "health_weights_add")
    fill(opened(page), kilograms="71.5")
    press(opened(page), "save")
    other = factories.patient(family_name="Haddad", allergies="lidocaine")
    with ctx.database.writing(ctx.person.id, "test") as session:
        patients.record(session, other, catalog=load(), today=factories.TODAY)
    page.hide()
    page.open_patient(other.id)
    assert "71.5" not in words(card(page, "health_weights"))
    page.show()
    assert "lidocaine" in words(card(page, "health_alerts"))


def test_who_may_only_review_sees_no_verbs(
    qtbot: QtBot, ctx: AppContext, patient_id: PatientId
) -> None:
    reviewer = factories.person(roles=(Role.REVIEWER,))
    ctx.enter(ctx.database, reviewer, ctx.practice)
    page = PatientPage(ctx)
    qtbot.addWidget(page)
    page.open_patient(patient_id)
    page.show()
    press(page, "patient_tabs_health")
    assert not find(page, QPushButton, "health_weights_add").isEnabled()
    names = [b.objectName() for b in page.findChildren(QPushButton)]
    assert not any(name.startswith("health_events_0") for name in names)
