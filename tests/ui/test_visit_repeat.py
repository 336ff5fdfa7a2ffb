"""Repeating the last treatment: suggested points never count, and never reach the record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.db.engine import Database
from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.plan_totals import PointState
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import ProtocolId, errors_in
from outcomes_app.records import patients, treatments
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


def preempt() -> Treatment:
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    plan = plans.place_protocol(Plan(product=factories.ONA), protocol, CATALOG.sites)
    return factories.treatment(
        factories.patient().id,
        day=TODAY - timedelta(weeks=13),
        injections=plans.injections(plan),
        vials=(factories.vial(),),
    )


@pytest.fixture
def page(
    qtbot: QtBot, qapp: QApplication, file_database: Database, tmp_path: Path
) -> Iterator[VisitPage]:
    """A visit opened for a patient who had PREEMPT 13 weeks ago, in a real file."""
    theme = Theme(qapp, mode="light")
    ctx = AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=theme,
        jobs=InlineJobs(),
        notices=Notices(),
    )
    ctx.enter(file_database, PERSON, factories.practice())
    patient = factories.patient()
    with file_database.writing(PERSON.id, "test") as session:
        patients.record(session, patient, catalog=CATALOG, today=TODAY)
        earlier = replace(preempt(), patient_id=patient.id)
        treatments.record(session, earlier, catalog=CATALOG, today=TODAY)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1600, 1000)
    made = VisitPage(ctx, window)
    made.resize(1384, 814)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    made.open_visit(patient.id, None)
    yield made
    window.close()
    ctx.leave()


def key(qtbot: QtBot, page: VisitPage, which: Qt.Key) -> None:
    qtbot.keyClick(page.editor.map_panel.map, which)


def test_suggested_points_are_grey_and_do_not_count(qtbot: QtBot, page: VisitPage) -> None:
    key(qtbot, page, Qt.Key.Key_R)

    assert len(page.model.ghosts) == 31
    assert page.model.totals.overall.units == 0
    assert page.draft is not None
    assert page.draft.given == 0
    assert plans.injections(page.draft.plan) == ()
    assert page.editor.map_panel.ghosts.isVisible()


def test_enter_confirms_all_and_undo_takes_that_back(qtbot: QtBot, page: VisitPage) -> None:
    key(qtbot, page, Qt.Key.Key_R)
    key(qtbot, page, Qt.Key.Key_Return)

    assert page.model.ghosts == ()
    assert page.model.totals.overall.units == 155
    assert page.editor.map_panel.ghosts.isHidden()

    page.undo()
    assert len(page.model.ghosts) == 31
    page.undo()
    assert page.model.plan.points == ()


def test_space_confirms_one_site_after_another(qtbot: QtBot, page: VisitPage) -> None:
    key(qtbot, page, Qt.Key.Key_R)
    page.model.reveal(page.model.ghosts[0].id)
    key(qtbot, page, Qt.Key.Key_Space)
    key(qtbot, page, Qt.Key.Key_Space)

    assert len(page.model.ghosts) == 29
    assert page.model.totals.overall.units == 10


def test_a_changed_value_counts_and_stands_out(qtbot: QtBot, page: VisitPage) -> None:
    key(qtbot, page, Qt.Key.Key_R)
    first = page.model.ghosts[0]
    page.model.set_units((first.id,), Decimal(10))

    assert page.model.totals.overall.units == 10
    assert page.model.comparison is not None
    change = page.model.comparison.of(first.id)
    assert change is not None
    assert change.state is PointState.CHANGED


def test_a_visit_with_suggested_points_is_not_stored(qtbot: QtBot, page: VisitPage) -> None:
    key(qtbot, page, Qt.Key.Key_R)
    with qtbot.assertNotEmitted(page.visit_saved):
        page.save()
    assert "plan.not_confirmed" in {p.code for p in errors_in(page.problems)}
    confirm = page.findChild(QPushButton, "confirmAll")
    assert confirm is not None
    assert confirm.hasFocus()


def test_discarding_leaves_what_was_confirmed(qtbot: QtBot, page: VisitPage) -> None:
    key(qtbot, page, Qt.Key.Key_R)
    page.model.confirm([page.model.ghosts[0].id])
    page.model.discard_ghosts()
    assert len(page.model.plan.points) == 1
