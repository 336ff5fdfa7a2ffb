"""From an open patient to a signed visit: drafts, keys counted, signing, amending, voiding."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.db.engine import Database
from outcomes_app.domain import plan as plans
from outcomes_app.domain.assessment import Score
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.stock import StockLot, StockLotId
from outcomes_app.domain.treatment import TreatmentStatus, Visit
from outcomes_app.domain.values import ProductId, ProtocolId, TreatmentId, new_id
from outcomes_app.errors import NotFound
from outcomes_app.records import drafts, patients, signing, stock, treatments, visits
from outcomes_app.settings import SettingsFile
from outcomes_app.ui import entry
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.entry import Opened
from outcomes_app.ui.jobs import InlineJobs
from outcomes_app.ui.notices import Notices
from outcomes_app.ui.pages.visit import VisitPage
from outcomes_app.ui.theme import Theme
from tests import factories
from tests.database import PERSON

CATALOG = catalogs.load()
TODAY = factories.CLOCK.today()
PASSPHRASE = "2718"


@pytest.fixture
def ctx(qapp: QApplication, file_database: Database, tmp_path: Path) -> Iterator[AppContext]:
    """Signed in to a real file."""
    made = AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=Theme(qapp, mode="light"),
        jobs=InlineJobs(),
        notices=Notices(),
    )
    made.enter(
        file_database, PERSON, factories.practice(), passphrase_is=lambda text: text == PASSPHRASE
    )
    yield made
    made.leave()


@pytest.fixture
def patient(ctx: AppContext) -> Patient:
    """Had PREEMPT 13 weeks ago after a baseline; a vial of 200 units is in stock."""
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    plan = plans.place_protocol(Plan(product=factories.ONA), protocol, CATALOG.sites)
    made = factories.patient()
    earlier = factories.treatment(
        made.id,
        day=TODAY - timedelta(weeks=13),
        injections=plans.injections(plan),
        vials=(factories.vial(),),
    )
    baseline = factories.assessment(
        made.id,
        day=earlier.day,
        treatment_id=earlier.id,
        scores=(Score(part="total", value=Decimal(20)),),
    )
    lot = StockLot(
        id=StockLotId(new_id()),
        product=ProductId("ona"),
        lot="C8214C3",
        vial_units=Decimal(200),
        expiry=TODAY + timedelta(days=300),
        received=TODAY - timedelta(days=9),
    )
    with ctx.database.writing(PERSON.id, "test") as session:
        patients.record(session, made, catalog=CATALOG, today=TODAY)
        visits.record(
            session,
            Visit(treatment=earlier, assessments=(baseline,)),
            catalog=CATALOG,
            today=TODAY,
        )
        stock.receive(session, lot, 3, person=PERSON, catalog=CATALOG, today=TODAY)
    return made


def shown_page(qtbot: QtBot, ctx: AppContext) -> VisitPage:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1600, 1000)
    made = VisitPage(ctx, window)
    made.resize(1384, 814)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    made.window_shown = window  # type: ignore[attr-defined]  # kept alive with the page
    return made


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext) -> VisitPage:
    """The page on the screen."""
    return shown_page(qtbot, ctx)


class Hands:
    """Presses keys where the focus is, and counts those that are no typed numbers."""

    def __init__(self, qtbot: QtBot, page: VisitPage) -> None:
        self.qtbot, self.page, self.presses = qtbot, page, 0

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        self.presses += 1
        QApplication.processEvents()
        target = QApplication.focusWidget() or self.page
        self.qtbot.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)
        QApplication.processEvents()

    def sign(self) -> None:
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def number(self, text: str) -> None:
        focused = QApplication.focusWidget()
        assert isinstance(focused, QLineEdit)
        assert text.isdigit()
        self.qtbot.keyClicks(focused, text)


def walk_to_the_signature(hands: Hands) -> None:
    """Everything of a repeated visit up to the passphrase."""
    hands.press(Qt.Key.Key_R)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_T)
    hands.press(Qt.Key.Key_Y)
    hands.press(Qt.Key.Key_Y)
    hands.press(Qt.Key.Key_0)
    hands.sign()
    hands.number("4")
    hands.sign()
    hands.press(Qt.Key.Key_Return)
    hands.sign()


def signed_visit(qtbot: QtBot, page: VisitPage, patient: Patient) -> TreatmentId:
    page.open_visit(patient.id, None)
    hands = Hands(qtbot, page)
    walk_to_the_signature(hands)
    hands.number(PASSPHRASE)
    with qtbot.waitSignal(page.visit_saved) as saved:
        hands.press(Qt.Key.Key_Return)
    return TreatmentId(saved.args[1])


def test_a_repeated_preempt_visit_takes_at_most_twelve_keys(
    qtbot: QtBot, page: VisitPage, ctx: AppContext, patient: Patient
) -> None:
    hands = Hands(qtbot, page)
    hands.presses = 1  # S on the patient's page opens the editor
    page.open_visit(patient.id, None)
    walk_to_the_signature(hands)
    assert page.editor.sign_panel.isVisible(), page.judged
    hands.number(PASSPHRASE)
    with qtbot.waitSignal(page.visit_saved) as saved:
        hands.press(Qt.Key.Key_Return)

    assert hands.presses <= 12
    with ctx.database.reading() as session:
        visit = visits.get(session, saved.args[1])
        assert drafts.for_patient(session, patient.id) == ()
    assert visit.treatment.status is TreatmentStatus.SIGNED
    assert visit.treatment.dose == factories.dose("155")
    assert (visit.treatment.vials[0].lot, visit.treatment.vials[0].discarded_units) == (
        "C8214C3",
        Decimal(45),
    )


def test_a_wrong_passphrase_signs_nothing(
    qtbot: QtBot, page: VisitPage, ctx: AppContext, patient: Patient
) -> None:
    page.open_visit(patient.id, None)
    hands = Hands(qtbot, page)
    walk_to_the_signature(hands)
    hands.number("9999")
    with qtbot.assertNotEmitted(page.visit_saved):
        hands.press(Qt.Key.Key_Return)
    assert page.editor.sign_panel.isVisible()
    with ctx.database.reading() as session:
        assert len(treatments.for_patient(session, patient.id)) == 1


def test_what_is_signed_is_read_back(qtbot: QtBot, page: VisitPage, patient: Patient) -> None:
    page.open_visit(patient.id, None)
    walk_to_the_signature(Hands(qtbot, page))
    label = page.findChild(QLabel, "signSentence")
    assert label is not None
    for words in (patient.family_name.upper(), "155\u00a0units", "31 sites", "C8214C3"):
        assert words in label.text()


def test_an_unfinished_visit_cannot_be_signed_and_leads_to_what_is_open(
    qtbot: QtBot, page: VisitPage, patient: Patient
) -> None:
    page.open_visit(patient.id, None)
    page.sign()
    assert page.editor.sign_panel.isHidden()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused is not page.editor.map_panel.map


def test_every_edit_is_kept_within_three_seconds_and_offered_after_a_crash(
    qtbot: QtBot, page: VisitPage, ctx: AppContext, patient: Patient
) -> None:
    page.open_visit(patient.id, None)
    page.repeat_last()
    page.model.confirm_all()

    def kept() -> int:
        with ctx.database.reading() as session:
            return len(drafts.for_patient(session, patient.id))

    qtbot.waitUntil(lambda: kept() == 1, timeout=3000)
    label = page.findChild(QLabel, "draftKept")
    assert label is not None
    assert label.text().startswith("Draft saved ")

    again = shown_page(qtbot, ctx)
    again.open_visit(patient.id, None)
    assert again.model.plan.points == ()
    assert again.editor.offer.isVisible()
    qtbot.mouseClick(again.editor.offer.take, Qt.MouseButton.LeftButton)
    assert again.model.totals.overall.units == 155
    again.undo()
    assert len(again.model.ghosts) == 31


def test_a_refused_draft_is_gone(
    qtbot: QtBot, page: VisitPage, ctx: AppContext, patient: Patient
) -> None:
    page.open_visit(patient.id, None)
    page.repeat_last()
    page.close_visit()
    page.open_visit(patient.id, None)
    refuse = page.findChild(QPushButton, "discardDraft")
    qtbot.mouseClick(refuse, Qt.MouseButton.LeftButton)
    with ctx.database.reading() as session:
        assert drafts.for_patient(session, patient.id) == ()
    assert page.editor.offer.isHidden()


def test_a_signed_visit_is_read_only_until_it_is_amended_with_a_reason(
    qtbot: QtBot, page: VisitPage, ctx: AppContext, patient: Patient
) -> None:
    first = signed_visit(qtbot, page, patient)
    page.open_visit(patient.id, first)
    assert page.editor.signed_bar.isVisible()
    assert page.editor.frozen
    before = page.draft
    page.model.select([page.model.plan.points[0].id])
    page.model.step_units(1)
    page.repeat_last()
    assert page.draft == before

    qtbot.mouseClick(page.editor.signed_bar.amend, Qt.MouseButton.LeftButton)
    assert not page.editor.frozen
    point = page.model.plan.points[0]
    page.model.set_units((point.id,), Decimal(4))
    assert "\u22121\u00a0unit" in page.findChild(QLabel, "changedSummary").text()
    draft = page.draft
    assert draft is not None
    rest = replace(draft.vial, discarded_units=Decimal(46), injected_units=Decimal(154))
    page._take(replace(draft, vial=rest), "discard")
    page.check_now()
    for finding in page.judged.open_findings(draft.reasons):
        page._answer(finding, "Known")
    page.check_now()
    page.sign()
    assert page.editor.sign_panel.isVisible(), page.judged
    qtbot.keyClicks(page.editor.sign_panel.reason, "Wrong number typed")
    qtbot.keyClicks(page.editor.sign_panel.passphrase.field, PASSPHRASE)
    with qtbot.waitSignal(page.visit_saved) as saved:
        qtbot.mouseClick(page.editor.sign_panel.do, Qt.MouseButton.LeftButton)

    with ctx.database.reading() as session:
        found = signing.versions(session, saved.args[1])
        old = treatments.get(session, first)
    assert [one.visit.treatment.dose for one in found] == [
        factories.dose("155"),
        factories.dose("154"),
    ]
    assert found[-1].reason == "Wrong number typed"
    assert old.status is TreatmentStatus.AMENDED


def test_voiding_needs_a_reason_and_no_typing_over(
    qtbot: QtBot, page: VisitPage, ctx: AppContext, patient: Patient
) -> None:
    first = signed_visit(qtbot, page, patient)
    page.open_visit(patient.id, first)
    qtbot.mouseClick(page.editor.signed_bar.void, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(page.visit_closed):
        qtbot.mouseClick(page.editor.sign_panel.do, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(page.editor.sign_panel.reason, "Wrong patient")
    with qtbot.waitSignal(page.visit_closed):
        qtbot.mouseClick(page.editor.sign_panel.do, Qt.MouseButton.LeftButton)
    with ctx.database.reading() as session:
        assert [t.id for t in treatments.for_patient(session, patient.id)] != [first]
        with pytest.raises(NotFound):
            treatments.get(session, first)


def test_nothing_of_the_passphrase_stays_in_the_panel(
    qtbot: QtBot, page: VisitPage, patient: Patient
) -> None:
    signed_visit(qtbot, page, patient)
    fields: list[QObject] = page.findChildren(QLineEdit, "signPassphrase")
    assert [f.text() for f in fields if isinstance(f, QLineEdit)] == [""]


def test_the_passphrase_of_the_folder_is_the_one_that_signs(opened: Opened) -> None:
    check = entry.passphrase_check(opened)
    assert check is not None
    assert check("calm otters count seven stars")
    assert not check("calm otters count seven star")


def test_signing_needs_a_record_with_a_passphrase(
    qtbot: QtBot, page: VisitPage, ctx: AppContext, patient: Patient
) -> None:
    page.open_visit(patient.id, None)
    walk_to_the_signature(Hands(qtbot, page))
    ctx._passphrase_is = None
    qtbot.keyClicks(page.editor.sign_panel.passphrase.field, PASSPHRASE)
    with qtbot.assertNotEmitted(page.visit_saved):
        qtbot.mouseClick(page.editor.sign_panel.do, Qt.MouseButton.LeftButton)
    with ctx.database.reading() as session:
        assert len(treatments.for_patient(session, patient.id)) == 1
