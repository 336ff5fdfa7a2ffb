"""The Stock page on a real practice: deliveries scanned, counts put right, vials written off."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.catalog import load
from outcomes_app.domain.stock import LotStanding, Movement, StockLot, StockLotId
from outcomes_app.domain.values import ProductId, new_id
from outcomes_app.records import stock
from outcomes_app.text import units
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.pages.stock import StockPage
from outcomes_app.ui.tables import CELL_ROLE, Cell
from outcomes_app.ui.widgets.count_card import CountCard
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.field_error import FieldError
from outcomes_app.ui.widgets.labels import Captioned, Text
from outcomes_app.ui.widgets.rows_table import RowsTable
from outcomes_app.ui.widgets.stock.scan_box import ScanBox
from tests import factories

Kind = TypeVar("Kind", bound=QWidget)

GTIN = "00300231145014"
SCAN = f"01{GTIN}17280131" + "10C8214C3\x1d21ABC123"


def a_lot(**changes: object) -> StockLot:
    values: dict[str, object] = {
        "id": StockLotId(new_id()),
        "product": factories.ONA,
        "lot": "C8214C3",
        "vial_units": Decimal(200),
        "expiry": factories.TODAY + timedelta(days=400),
        "received": factories.TODAY - timedelta(days=40),
        "gtin": GTIN,
    }
    return StockLot(**(values | changes))  # type: ignore[arg-type]


def receive(ctx: AppContext, lot: StockLot, vials: int) -> None:
    ctx.write(
        QWidget(),
        stock.receive,
        lot,
        vials,
        person=ctx.person,
        catalog=load(),
        today=factories.TODAY,
        deed="stock.receive",
    )


def in_stock(ctx: AppContext) -> tuple[LotStanding, ...]:
    with ctx.database.reading() as session:
        return stock.lots(session)


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext) -> Iterator[StockPage]:
    made = StockPage(ctx)
    qtbot.addWidget(made)
    made.resize(1240, 820)
    made.show()
    with qtbot.waitExposed(made):
        pass
    yield made
    for dialog in made.findChildren(FormDialog):
        dialog.close()


def find(parent: QWidget, kind: type[Kind], name: str) -> Kind:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def press(parent: QWidget, name: str) -> None:
    find(parent, QPushButton, name).click()


def dialog_of(page: QWidget, name: str) -> FormDialog:
    found = [d for d in page.findChildren(FormDialog) if d.objectName() == name and d.isVisible()]
    assert len(found) == 1
    return found[0]


def fill(dialog: QWidget, name: str, text: str) -> None:
    find(dialog, QLineEdit, name).setText(text)


def problems(dialog: QWidget) -> list[str]:
    return [
        captioned.findChild(FieldError).message  # type: ignore[union-attr]
        for captioned in dialog.findChildren(Captioned)
        if captioned.error.message
    ]


def words(widget: QWidget) -> str:
    return " | ".join(t.text() for t in widget.findChildren(Text))


def cells(table: RowsTable, column: int) -> list[str]:
    model = table.model()
    found = [model.index(row, column).data(CELL_ROLE) for row in range(model.rowCount())]
    return [cell.words for cell in found if isinstance(cell, Cell)]


def scan(box: ScanBox, text: str, qtbot: QtBot) -> None:
    """Type as a keyboard-wedge scanner does, the separator as Ctrl + ]."""
    for letter in text:
        if letter == "\x1d":
            qtbot.keyClick(box, Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier)
        else:
            qtbot.keyClicks(box, letter)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def test_an_empty_stock_offers_the_first_delivery(qtbot: QtBot, page: StockPage) -> None:
    empty = find(page, EmptyState, "stock_empty")
    assert empty.isVisible()
    empty.button.click()
    assert dialog_of(page, "receive_dialog").isVisible()


def test_a_scan_fills_lot_and_expiry_and_the_delivery_is_stored(
    qtbot: QtBot, page: StockPage, ctx: AppContext
) -> None:
    find(page, EmptyState, "stock_empty").button.click()
    dialog = dialog_of(page, "receive_dialog")
    scan(find(dialog, ScanBox, "scan"), SCAN, qtbot)
    assert find(dialog, QLineEdit, "lot").text() == "C8214C3"
    assert "new here" in words(dialog)
    product = find(dialog, QComboBox, "product")
    product.setCurrentIndex(product.findData("ona"))
    size = find(dialog, QComboBox, "vial_units")
    size.setCurrentIndex(size.findText(units(Decimal(200))))
    fill(dialog, "vials", "3")
    press(dialog, "save")
    (found,) = in_stock(ctx)
    assert (found.lot.lot, found.lot.gtin, found.remaining) == ("C8214C3", GTIN, 3)
    assert found.lot.expiry.isoformat() == "2028-01-31"
    assert "C8214C3" in cells(find(page, RowsTable, "lots_table"), 1)[0]


def test_a_known_product_number_fills_product_and_size(
    qtbot: QtBot, page: StockPage, ctx: AppContext
) -> None:
    receive(ctx, a_lot(vial_units=Decimal(100)), 2)
    press(page, "receive_vials")
    dialog = dialog_of(page, "receive_dialog")
    scan(find(dialog, ScanBox, "scan"), SCAN.replace("C8214C3", "D1"), qtbot)
    fill(dialog, "vials", "1")
    press(dialog, "save")
    found = {f.lot.lot: f for f in in_stock(ctx)}["D1"]
    assert (found.lot.product, found.lot.vial_units) == ("ona", Decimal(100))


def test_an_unreadable_scan_says_so_and_keeps_what_was_typed(qtbot: QtBot, page: StockPage) -> None:
    find(page, EmptyState, "stock_empty").button.click()
    dialog = dialog_of(page, "receive_dialog")
    fill(dialog, "lot", "TYPED")
    scan(find(dialog, ScanBox, "scan"), "hello", qtbot)
    assert any("GS1" in problem for problem in problems(dialog))
    assert find(dialog, QLineEdit, "lot").text() == "TYPED"


def test_a_delivery_is_refused_at_the_field(qtbot: QtBot, page: StockPage, ctx: AppContext) -> None:
    find(page, EmptyState, "stock_empty").button.click()
    dialog = dialog_of(page, "receive_dialog")
    press(dialog, "save")
    assert len(problems(dialog)) == 3
    product = find(dialog, QComboBox, "product")
    product.setCurrentIndex(product.findData("ona"))
    size = find(dialog, QComboBox, "vial_units")
    size.setCurrentIndex(size.findText(units(Decimal(100))))
    fill(dialog, "expiry", "2020-01-31")
    fill(dialog, "vials", "2")
    press(dialog, "save")
    assert any("expired on" in problem for problem in problems(dialog))
    assert any("no number" in problem for problem in problems(dialog))
    assert in_stock(ctx) == ()


def test_expiry_is_said_in_words_and_counts_narrow_the_list(
    qtbot: QtBot, page: StockPage, ctx: AppContext
) -> None:
    day = factories.TODAY
    receive(ctx, a_lot(lot="OLD", expiry=day - timedelta(days=3)), 1)
    receive(ctx, a_lot(lot="SOON", expiry=day + timedelta(days=30)), 2)
    receive(ctx, a_lot(lot="GOOD", expiry=day + timedelta(days=31)), 3)
    table = find(page, RowsTable, "lots_table")
    said = [cell.partition(",")[0] for cell in cells(table, 2)]
    assert said == ["Expired", "Expires soon", "In date"]
    assert "3 days ago" in cells(table, 2)[0]
    card = find(page, CountCard, "count_soon")
    assert card.accessibleName() == "Expires within 30 days: 1"
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert cells(table, 1) == ["SOON"]
    assert page.escape()
    assert len(cells(table, 1)) == 3


def test_expired_vials_are_written_off_with_a_witness(
    qtbot: QtBot, page: StockPage, ctx: AppContext
) -> None:
    receive(ctx, a_lot(expiry=factories.TODAY - timedelta(days=3)), 2)
    press(page, "write_off")
    dialog = dialog_of(page, "write_off_dialog")
    press(dialog, "save")
    assert problems(dialog) == ["Name who saw it."]
    fill(dialog, "witness", "Nurse B. Lund")
    press(dialog, "save")
    (found,) = in_stock(ctx)
    assert (found.expired, found.remaining) == (2, 0)
    with ctx.database.reading() as session:
        moves = stock.movements(session, found.lot.id)
    (last,) = (m for m in moves if m.kind is Movement.EXPIRED)
    assert (last.reason, last.witness) == ("expired", "Nurse B. Lund")
    assert last.units == Decimal(400)
    assert cells(find(page, RowsTable, "lots_table"), 1) == []
    which = find(page, QComboBox, "stock_which")
    which.setCurrentIndex(1)
    assert cells(find(page, RowsTable, "lots_table"), 2)[0].startswith("Used up")
    assert "witness Nurse B. Lund" in words(find(page, QWidget, "lot_panel"))


def test_more_than_there_is_cannot_be_written_off(page: StockPage, ctx: AppContext) -> None:
    receive(ctx, a_lot(), 2)
    press(page, "write_off")
    dialog = dialog_of(page, "write_off_dialog")
    for name, text in (("vials", "3"), ("reason", "broken"), ("witness", "B. Lund")):
        fill(dialog, name, text)
    press(dialog, "save")
    assert problems(dialog) == ["Only 2 vials of this lot are left."]
    assert in_stock(ctx)[0].remaining == 2


def test_a_count_is_put_right_with_its_reason(page: StockPage, ctx: AppContext) -> None:
    receive(ctx, a_lot(), 5)
    press(page, "correct_count")
    dialog = dialog_of(page, "count_dialog")
    fill(dialog, "counted", "4")
    press(dialog, "save")
    assert problems(dialog) == ["Say why, so that the stock can be explained."]
    fill(dialog, "reason", "one broken on the shelf")
    press(dialog, "save")
    assert in_stock(ctx)[0].remaining == 4
    panel = words(find(page, QWidget, "lot_panel"))
    assert "one broken on the shelf" in panel
    assert "4 vials" in panel


def test_vials_of_two_products_are_never_added(page: StockPage, ctx: AppContext) -> None:
    receive(ctx, a_lot(), 2)
    receive(ctx, a_lot(lot="X1", product=ProductId("abo"), vial_units=Decimal(500), gtin=""), 3)
    assert "2 lots with vials left" in words(page)
    assert "1,300" not in words(page)
    product = find(page, QComboBox, "stock_product")
    product.setCurrentIndex(product.findData("abo"))
    assert cells(find(page, RowsTable, "lots_table"), 1) == ["X1"]
