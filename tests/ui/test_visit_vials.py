"""Vials of a visit: from stock, scanned, balanced to the unit, and billed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.db.engine import Database
from outcomes_app.domain.plan import Applying
from outcomes_app.domain.stock import StockLot, StockLotId
from outcomes_app.domain.values import ProductId, ProtocolId, Side, new_id
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.records import patients, stock
from outcomes_app.settings import SettingsFile
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.jobs import InlineJobs
from outcomes_app.ui.notices import Notices
from outcomes_app.ui.pages.visit import VisitPage
from outcomes_app.ui.theme import Theme
from tests import factories
from tests.database import PERSON

CATALOG = catalogs.load()
TODAY = factories.CLOCK.today()
GTIN = "00300231145015"


def lot(name: str, expiry: date, size: int = 100) -> StockLot:
    return StockLot(
        id=StockLotId(new_id()),
        product=ProductId("ona"),
        lot=name,
        vial_units=Decimal(size),
        expiry=expiry,
        received=TODAY - timedelta(days=20),
    )


@pytest.fixture
def page(
    qtbot: QtBot, qapp: QApplication, file_database: Database, tmp_path: Path
) -> Iterator[VisitPage]:
    """PREEMPT placed; one old vial of 100 and several newer ones in stock."""
    ctx = AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=Theme(qapp, mode="light"),
        jobs=InlineJobs(),
        notices=Notices(),
    )
    ctx.enter(file_database, PERSON, factories.practice())
    patient = factories.patient()
    with file_database.writing(PERSON.id, "test") as session:
        patients.record(session, patient, catalog=CATALOG, today=TODAY)
        for found, vials in (
            (lot("NEW2", TODAY + timedelta(days=400)), 5),
            (lot("OLD1", TODAY + timedelta(days=60)), 1),
        ):
            stock.receive(session, found, vials, person=PERSON, catalog=CATALOG, today=TODAY)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1600, 1000)
    made = VisitPage(ctx, window)
    made.resize(1384, 814)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    made.open_visit(patient.id, None)
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    made.model.change_product(ProductId("ona"))
    made.model.place_protocol(protocol, (Side.RIGHT, Side.LEFT), Applying.REPLACE)
    yield made
    window.close()
    ctx.leave()


def written(page: VisitPage) -> VisitDraft:
    assert page.draft is not None
    return page.draft


def field(page: VisitPage, name: str) -> QLineEdit:
    found = page.findChild(QLineEdit, name)
    assert found is not None, name
    return found


def text(page: VisitPage, name: str) -> str:
    found = page.findChild(QLabel, name)
    assert found is not None
    return str(found.text())


def test_the_lot_that_expires_first_is_taken_first_and_all_is_accounted_for(
    qtbot: QtBot, page: VisitPage
) -> None:
    qtbot.mouseClick(page.editor.vials_panel.take, Qt.MouseButton.LeftButton)

    draft = written(page)
    vials = (draft.vial, *draft.more_vials)
    assert [(v.lot, v.vials, v.injected_units, v.discarded_units) for v in vials] == [
        ("OLD1", 1, Decimal(100), Decimal(0)),
        ("NEW2", 1, Decimal(55), Decimal(45)),
    ]
    assert vials[1].discard_reason
    page.check_now()
    assert not [p for p in page.judged.missing if p.field.startswith("vials")]
    assert "45 discarded" in text(page, "vialBalance")


def test_the_billing_lines_of_155_from_a_vial_of_200(qtbot: QtBot, page: VisitPage) -> None:
    page._take(
        replace(
            written(page),
            vial=replace(written(page).vial, lot="X1", vial_units=Decimal(200), vials=1),
        ),
        "vial",
    )
    assert page.findChild(QLabel, "billingLines").isHidden()
    qtbot.mouseClick(page.editor.vials_panel.rest, Qt.MouseButton.LeftButton)

    assert written(page).vial.discarded_units == 45
    assert text(page, "billingLines") == (
        "Billing: J0585\u00a0×\u00a0155 · J0585-JW\u00a0×\u00a045"
    )


def test_units_that_are_not_accounted_for_are_told(qtbot: QtBot, page: VisitPage) -> None:
    vial = replace(written(page).vial, lot="X1", vial_units=Decimal(200), vials=1)
    page._take(replace(written(page), vial=vial), "vial")
    discarded = field(page, "discarded")
    discarded.setFocus()
    qtbot.keyClicks(discarded, "30")
    page.check_now()

    assert "15\u00a0units not accounted for" in text(page, "vialBalance")
    assert "vial_out_of_balance" in {p.code for p in page.judged.missing}


def test_discarding_asks_for_the_reason_and_keeps_the_witness(
    qtbot: QtBot, page: VisitPage
) -> None:
    vial = replace(written(page).vial, lot="X1", vial_units=Decimal(200), vials=1)
    page._take(replace(written(page), vial=vial), "vial")
    discarded = field(page, "discarded")
    qtbot.keyClicks(discarded, "45")
    page.check_now()
    assert "discard_reason_missing" in {p.code for p in page.judged.missing}

    qtbot.keyClicks(field(page, "discardReason"), "Dropped")
    qtbot.keyClicks(field(page, "discardWitness"), "Nurse B.")
    page.check_now()
    assert "discard_reason_missing" not in {p.code for p in page.judged.missing}
    assert written(page).vial.discard_witness == "Nurse B."


def test_a_scan_fills_lot_and_expiry(qtbot: QtBot, page: VisitPage) -> None:
    line = field(page, "lot")
    line.setFocus()
    qtbot.keyClicks(line, "(17)280331(10)C8214C3")
    qtbot.keyClick(line, Qt.Key.Key_Return)

    assert (written(page).vial.lot, written(page).vial.expiry) == ("C8214C3", date(2028, 3, 31))
    assert line.text() == "C8214C3"


def test_a_further_lot_is_named_and_removed(qtbot: QtBot, page: VisitPage) -> None:
    another = page.findChild(QPushButton, "anotherLot")
    qtbot.mouseClick(another, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(field(page, "lot_1"), "SECOND")
    assert written(page).more_vials[0].lot == "SECOND"

    remove = next(
        b
        for b in page.editor.vials_panel.findChildren(QPushButton)
        if "Remove" in b.text() and not b.isHidden()
    )
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert written(page).more_vials == ()


def test_the_hours_since_mixing_count_from_the_press_of_a_button(
    qtbot: QtBot, page: VisitPage
) -> None:
    assert written(page).vial.reconstituted_at is None
    qtbot.mouseClick(page.editor.vials_panel.mixed, Qt.MouseButton.LeftButton)
    assert written(page).vial.reconstituted_at == factories.CLOCK.now()
    assert page.editor.vials_panel.mixed.isHidden()
