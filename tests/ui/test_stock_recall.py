"""A recalled lot: from its number to vials, treatments and patients, and the list handed on."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.catalog import load
from outcomes_app.domain.stock import StockLot, StockLotId
from outcomes_app.domain.values import Dose, ProductId, new_id
from outcomes_app.records import history, recalls, stock, visits
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.pages.stock import StockPage
from outcomes_app.ui.widgets.field_error import FieldError
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.stock.scan_box import ScanBox
from tests import factories

Kind = TypeVar("Kind", bound=QWidget)

LOT = "C7654C3"
PASSPHRASE = "calm otters count seven stars"


def find(parent: QWidget, kind: type[Kind], name: str) -> Kind:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def press(parent: QWidget, name: str) -> None:
    find(parent, QPushButton, name).click()


def words(widget: QWidget) -> str:
    return " | ".join(t.text() for t in widget.findChildren(Text)).replace("\u00a0", " ")


def texts(page: QWidget) -> list[str]:
    model = find(page, RowsTable, "recall_table").model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def dialog_of(page: QWidget, name: str) -> FormDialog:
    (found,) = (
        d for d in page.findChildren(FormDialog) if d.objectName() == name and d.isVisible()
    )
    return found


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext) -> Iterator[StockPage]:
    ctx.enter(ctx.database, ctx.person, ctx.practice, passphrase_is=PASSPHRASE.__eq__)
    made = StockPage(ctx)
    qtbot.addWidget(made)
    made.resize(1240, 820)
    made.show()
    with qtbot.waitExposed(made):
        pass
    press(made, "stock_tabs_recall")
    yield made
    for dialog in made.findChildren(FormDialog):
        dialog.close()


def trace(page: QWidget, qtbot: QtBot, lot: str) -> None:
    box = find(page, ScanBox, "recall_lot")
    box.setText(lot)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def store_same_lot_of_another_product(ctx: AppContext) -> None:
    """Another product under the same lot number, on the shelf and given to the same patient."""
    abo = ProductId("abo")
    with ctx.database.reading() as session:
        patient = recalls.trace(session, factories.ONA, LOT).uses[0].patient_id
    treatment = factories.treatment(
        patient,  # type: ignore[arg-type]
        day=factories.TODAY - timedelta(days=7),
        product=abo,
        protocol=None,
        injections=(factories.injection(dose=Dose(units=Decimal(40), product=abo)),),
        vials=(factories.vial(vial_units=Decimal(300), discarded_units=Decimal(260)),),
    )
    lot = StockLot(
        id=StockLotId(new_id()),
        product=abo,
        lot=LOT,
        vial_units=Decimal(300),
        expiry=factories.TODAY + timedelta(days=90),
        received=factories.TODAY,
    )
    with ctx.database.writing(ctx.person.id, "test") as session:
        stock.receive(session, lot, 4, person=ctx.person, catalog=load(), today=factories.TODAY)
        visit = factories.visit(treatment=treatment)
        visits.record(session, visit, catalog=load(), today=factories.TODAY)


def test_a_lot_leads_to_its_patients_product_by_product(
    qtbot: QtBot, page: StockPage, ctx: AppContext
) -> None:
    store_same_lot_of_another_product(ctx)
    trace(page, qtbot, LOT.lower())
    assert texts(page) == [
        f"onabotulinumtoxinA · {LOT} 1",
        "OKONKWO, Grace",
        f"abobotulinumtoxinA · {LOT} 1",
        "OKONKWO, Grace",
    ]
    said = words(page)
    assert "3 vials × 300 units" in said
    assert "50 units" not in said
    table = find(page, RowsTable, "recall_table")
    table.choose(1)
    with qtbot.waitSignal(page.patient_chosen) as chosen:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    with ctx.database.reading() as session:
        assert chosen.args == [recalls.trace(session, factories.ONA, LOT).uses[0].patient_id]


def test_an_unknown_lot_is_said_so(qtbot: QtBot, page: StockPage) -> None:
    trace(page, qtbot, "NOWHERE")
    assert "No vial and no treatment with lot “NOWHERE”." in words(page)
    assert not find(page, QPushButton, "export_recall_patients").isEnabled()


def test_a_lot_is_put_on_the_list_and_taken_off(
    qtbot: QtBot, page: StockPage, ctx: AppContext
) -> None:
    trace(page, qtbot, LOT)
    press(page, "put_on_recall_list")
    dialog = dialog_of(page, "recall_dialog")
    press(dialog, "save")
    assert "Say why the lot was called back." in words(dialog)
    find(dialog, QLineEdit, "reason").setText("potency out of range")
    press(dialog, "save")
    with ctx.database.reading() as session:
        (listed,) = recalls.all(session)
    assert (listed.product, listed.lot, listed.reason) == ("ona", LOT, "potency out of range")
    assert "On the recall list" in words(page)
    press(page, "take_off_0")
    dialog = dialog_of(page, "reason_dialog")
    find(dialog, QLineEdit, "reason").setText("released again")
    press(dialog, "save")
    with ctx.database.reading() as session:
        assert recalls.all(session) == ()
    assert "No lot is called back." in words(page)


def test_the_patients_are_written_only_with_purpose_and_passphrase(
    qtbot: QtBot, page: StockPage, ctx: AppContext, tmp_path: Path
) -> None:
    trace(page, qtbot, LOT)
    press(page, "export_recall_patients")
    dialog = dialog_of(page, "export_dialog")
    find(dialog, QLineEdit, "purpose").setText("call the patients")
    find(dialog, QLineEdit, "passphrase").setText("something else")
    press(dialog, "save")
    errors = [e.message for e in dialog.findChildren(FieldError) if e.message]
    assert errors == ["This is not your passphrase. Type it again."]
    assert page.findChild(QDialog, "chooser") is None
    find(dialog, QLineEdit, "passphrase").setText(PASSPHRASE)
    press(dialog, "save")
    chooser: Any = find(page, QDialog, "chooser")
    target = tmp_path / "recall.csv"
    chooser.fileSelected.emit(str(target))
    chooser.close()
    with target.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["family_name"], row["lot"], row["product"]) == (
        "Okonkwo",
        LOT,
        "onabotulinumtoxinA",
    )
    assert row["injected_units_of_this_product"] == "10"
    with ctx.database.reading() as session:
        entries = history.recent(session)
    (kept,) = (e for e in entries if e.action == "exported")
    assert kept.reason == "call the patients"
