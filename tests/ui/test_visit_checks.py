"""The checks panel: rules run as the visit changes, an answer lapses when its fact does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.db.engine import Database
from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.values import ProtocolId
from outcomes_app.records import patients, treatments
from outcomes_app.settings import SettingsFile
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.jobs import InlineJobs
from outcomes_app.ui.notices import Notices
from outcomes_app.ui.pages.visit import VisitPage
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.visit_finding import FindingCard
from tests import factories
from tests.database import PERSON

CATALOG = catalogs.load()
TODAY = factories.CLOCK.today()


@pytest.fixture
def page(
    qtbot: QtBot, qapp: QApplication, file_database: Database, tmp_path: Path
) -> Iterator[VisitPage]:
    """PREEMPT ten weeks after the last one: too early, with everything placed."""
    ctx = AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=Theme(qapp, mode="light"),
        jobs=InlineJobs(),
        notices=Notices(),
    )
    ctx.enter(file_database, PERSON, factories.practice())
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    plan = plans.place_protocol(Plan(product=factories.ONA), protocol, CATALOG.sites)
    patient = factories.patient()
    earlier = factories.treatment(
        patient.id,
        day=TODAY - timedelta(weeks=10),
        injections=plans.injections(plan),
        vials=(factories.vial(),),
    )
    with file_database.writing(PERSON.id, "test") as session:
        patients.record(session, patient, catalog=CATALOG, today=TODAY)
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
    made.repeat_last()
    made.model.confirm_all()
    made.check_now()
    yield made
    window.close()
    ctx.leave()


def card(page: VisitPage, rule: str) -> FindingCard:
    found = page.findChild(FindingCard, f"finding_{rule}")
    assert isinstance(found, FindingCard), rule
    return found


def rules(page: VisitPage) -> set[str]:
    return {f.rule for f in page.findings}


def open_rules(page: VisitPage) -> set[str]:
    draft = page.draft
    assert draft is not None
    return {f.rule for f in page.judged.open_findings(draft.reasons)}


def test_a_warning_says_fact_rule_and_source_and_takes_one_acknowledgement(
    qtbot: QtBot, page: VisitPage
) -> None:
    early = card(page, "interval_under_12_weeks")
    words = " ".join(label.text() for label in early.findChildren(QLabel))
    assert "Source" in words
    assert "12 weeks" in words
    assert "interval_under_12_weeks" in open_rules(page)

    button = early.findChild(QPushButton, "answer_interval_under_12_weeks")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "interval_under_12_weeks" not in open_rules(page)


def test_an_answer_lapses_when_the_data_change(qtbot: QtBot, page: VisitPage) -> None:
    button = page.findChild(QPushButton, "answer_interval_under_12_weeks")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    draft = page.draft
    assert draft is not None

    page._take(replace(draft, day=TODAY - timedelta(days=3)), "another day")
    page.check_now()

    assert "interval_under_12_weeks" in open_rules(page)
    lapsed = card(page, "interval_under_12_weeks")
    assert any("lapsed" in label.text() for label in lapsed.findChildren(QLabel))


def test_a_stop_needs_its_reason_and_stores_it(qtbot: QtBot, page: VisitPage) -> None:
    first = page.model.plan.points[0]
    page.model.set_units((first.id,), Decimal(300))
    page.check_now()
    assert "cum_ona_adult" in rules(page)

    button = page.findChild(QPushButton, "answer_cum_ona_adult")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "cum_ona_adult" in open_rules(page)

    reason = page.findChild(QLineEdit, "reason_cum_ona_adult")
    qtbot.keyClicks(reason, "Agreed at the team meeting")
    qtbot.keyClick(reason, Qt.Key.Key_Return)
    assert "cum_ona_adult" not in open_rules(page)
    assert page.draft is not None
    assert page.draft.reason_for("cum_ona_adult") == "Agreed at the team meeting"


def test_a_limit_is_told_once(page: VisitPage) -> None:
    first = page.model.plan.points[0]
    page.model.set_units((first.id,), Decimal(300))
    page.check_now()
    assert not [p for p in page.problems if ".above_" in p.code or p.code.startswith("above_")]


def test_information_is_quiet_until_it_is_asked_for(qtbot: QtBot, page: VisitPage) -> None:
    quiet = page.findChild(QPushButton, "quietFindings")
    assert quiet is not None
    info = [f.rule for f in page.findings if f.level.value == "info"]
    assert info
    assert card(page, info[0]).isHidden()
    qtbot.mouseClick(quiet, Qt.MouseButton.LeftButton)
    assert not card(page, info[0]).isHidden()


def test_the_footer_counts_what_is_open(page: VisitPage) -> None:
    label = page.findChild(QLabel, "openItems")
    assert label is not None
    count = len(open_rules(page))
    assert f"{count} check" in label.text()


def test_all_rules_run_within_a_burst_of_typing(page: VisitPage) -> None:
    page.check_now()
    start = perf_counter()
    for _n in range(5):
        page.check_now()
    assert (perf_counter() - start) / 5 < 0.25
