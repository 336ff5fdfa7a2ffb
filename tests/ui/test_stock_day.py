"""The clinic day: last doses stand as planned ones, can be changed, and say which vials to open."""

from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.catalog import load
from outcomes_app.domain.stock import StockLot, StockLotId
from outcomes_app.domain.values import Dose, ProductId, new_id
from outcomes_app.records import patients, stock, visits
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.pages.stock import StockPage
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.stock.day_card import DayCard
from tests import factories

TWELVE_WEEKS = timedelta(days=84)


def due_tomorrow(ctx: AppContext, family: str, units: str, product: str = "ona") -> None:
    """A patient whose usual interval ends tomorrow."""
    person = factories.patient(family_name=family, given_name="A.")
    dose = Dose(units=Decimal(units), product=ProductId(product))
    treatment = factories.treatment(
        person.id,
        day=factories.TODAY + timedelta(days=1) - TWELVE_WEEKS,
        product=dose.product,
        protocol=None,
        injections=(factories.injection(dose=dose),),
        vials=(),
    )
    with ctx.database.writing(ctx.person.id, "test") as session:
        patients.record(session, person, catalog=load(), today=factories.TODAY)
        visit = factories.visit(treatment=treatment)
        visits.record(session, visit, catalog=load(), today=factories.TODAY)


def receive(ctx: AppContext, size: int, vials: int) -> None:
    lot = StockLot(
        id=StockLotId(new_id()),
        product=factories.ONA,
        lot=f"L{size}",
        vial_units=Decimal(size),
        expiry=factories.TODAY + timedelta(days=90),
        received=factories.TODAY,
    )
    with ctx.database.writing(ctx.person.id, "test") as session:
        stock.receive(session, lot, vials, person=ctx.person, catalog=load(), today=factories.TODAY)


def words(widget: QWidget) -> str:
    shown = [t.text() for t in widget.findChildren(Text) if t.isVisibleTo(widget)]
    return " | ".join(shown).replace("\u00a0", " ")


def press(parent: QWidget, name: str) -> None:
    found = parent.findChild(QPushButton, name)
    assert found is not None, name
    found.click()


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext) -> StockPage:
    due_tomorrow(ctx, "Adams", "155")
    due_tomorrow(ctx, "Brown", "95")
    due_tomorrow(ctx, "Clark", "240", "inco")
    receive(ctx, 100, 1)
    receive(ctx, 200, 5)
    made = StockPage(ctx)
    qtbot.addWidget(made)
    made.resize(1240, 820)
    made.show()
    with qtbot.waitExposed(made):
        pass
    press(made, "stock_tabs_day")
    return made


def card(page: StockPage, product: str) -> DayCard:
    found = page.findChild(DayCard, f"day_{product}")
    assert found is not None
    return found


def test_last_doses_are_planned_product_by_product(page: StockPage) -> None:
    ona = words(card(page, "ona"))
    assert "Open 1 vial of 200 units, 1 vial of 100 units" in ona
    assert "50 units left over, 100 units less than with vials of 200 units alone" in ona
    assert "ONA | 250 units" in ona
    assert "INCO | 240 units" in words(card(page, "inco"))
    assert "490" not in words(page)


def test_a_changed_dose_changes_the_vials(page: StockPage) -> None:
    ona = card(page, "ona")
    dose = ona.findChild(QLineEdit, "day_ona_dose_1")
    assert dose is not None
    assert dose.accessibleName() == "Planned units for BROWN, A."
    dose.setText("105")
    dose.textEdited.emit("105")
    assert "Open 2 vials of 200 units" in words(ona)
    dose.setText("")
    dose.textEdited.emit("")
    assert "no dose planned" in words(ona)
    assert "Open 1 vial of 200 units" in words(ona)


def test_who_does_not_come_is_not_planned_for(page: StockPage) -> None:
    ona = card(page, "ona")
    box = ona.findChild(QCheckBox, "day_ona_comes_0")
    assert box is not None
    box.click()
    assert "Open 1 vial of 100 units" in words(ona)


def test_vials_that_are_not_there_are_said(page: StockPage, ctx: AppContext) -> None:
    for name in ("Davis", "Evans"):
        due_tomorrow(ctx, name, "100")
    page.ask()
    ona = words(card(page, "ona"))
    assert "Not enough in stock: 2 vials of 100 units missing" in ona


def test_sharing_is_closed_where_the_label_forbids_it(page: StockPage) -> None:
    shared = card(page, "ona").findChild(QPushButton, "day_ona_policy_shared")
    assert shared is not None
    assert not shared.isEnabled()
    assert "single-patient" in shared.toolTip()


def test_another_day_asks_for_its_own_patients(page: StockPage) -> None:
    press(page, "clinic_day_today")
    assert "OKONKWO" in " ".join(box.text() for box in page.findChildren(QCheckBox))
    press(page, "clinic_day_other")
    day = page.findChild(QLineEdit, "clinic_day_date")
    empty = page.findChild(EmptyState, "day_empty")
    assert day is not None
    assert empty is not None
    for typed, nobody in (("2026-11-25", True), ("2026-11-21", False)):
        day.setText(typed)
        day.textEdited.emit(typed)
        assert empty.isVisible() is nobody
    assert "Open 1 vial of 200 units" in words(card(page, "ona"))
