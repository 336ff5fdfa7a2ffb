"""The time-out: answered line by line from the keyboard, never for anybody."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.domain import visit_draft
from outcomes_app.domain.time_out import TimeOut
from outcomes_app.domain.values import IndicationId
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.visit_time_out import TimeOutLine, TimeOutPanel, unanswered
from tests import factories

CATALOG = catalogs.load()


class Asked:
    """The panel with the draft it writes."""

    def __init__(self, panel: TimeOutPanel) -> None:
        self.panel = panel
        self.draft = visit_draft.new_draft(
            factories.patient().id, IndicationId("chronic_migraine"), factories.TODAY
        )
        panel.edited.connect(self.take)
        panel.show_draft(self.draft, off_label=False)

    def take(self, draft: VisitDraft, _deed: str) -> None:
        self.draft = draft
        self.panel.show_draft(draft, off_label=False)

    @property
    def answers(self) -> TimeOut:
        return self.draft.time_out


@pytest.fixture
def asked(qtbot: QtBot, qapp: QApplication) -> Asked:
    """The list on the screen."""
    panel = TimeOutPanel(Theme(qapp, mode="light"), CATALOG)
    qtbot.addWidget(panel)
    panel.resize(300, 620)
    made = Asked(panel)
    panel.show()
    qtbot.waitExposed(panel)
    panel.grab()
    return made


def line(asked: Asked, field: str) -> TimeOutLine:
    found = asked.panel.findChild(TimeOutLine, f"timeOut_{field}")
    assert isinstance(found, TimeOutLine)
    return found


def test_nothing_is_answered_before_somebody_says_so(asked: Asked) -> None:
    assert asked.answers == TimeOut()
    assert all(found.choice.value == "" for found in asked.panel.lines)
    assert len(unanswered(asked.answers, off_label=False)) == 11


def test_y_and_n_answer_and_go_on(qtbot: QtBot, asked: Asked) -> None:
    asked.panel.begin()
    qtbot.keyClick(line(asked, "identity_confirmed"), Qt.Key.Key_Y)
    assert line(asked, "consent_confirmed").hasFocus()
    qtbot.keyClick(line(asked, "consent_confirmed"), Qt.Key.Key_N)

    assert asked.answers.identity_confirmed is True
    assert asked.answers.consent_confirmed is False
    assert line(asked, "pregnant").hasFocus()
    assert asked.answers.pregnant is None


def test_none_of_these_leaves_identity_consent_and_what_was_said(
    qtbot: QtBot, asked: Asked
) -> None:
    qtbot.keyClick(line(asked, "anticoagulant"), Qt.Key.Key_Y)
    qtbot.keyClick(line(asked, "pregnant"), Qt.Key.Key_0)

    answers = asked.answers
    assert answers.anticoagulant is True
    assert (answers.pregnant, answers.infection_at_site) == (False, False)
    assert answers.toxin_elsewhere == ()
    assert answers.adverse_events_asked
    assert asked.draft.no_adverse_events
    assert (answers.identity_confirmed, answers.consent_confirmed) == (None, None)


def test_none_of_these_does_nothing_before_the_list_was_seen(
    qtbot: QtBot, qapp: QApplication
) -> None:
    hidden = TimeOutPanel(Theme(qapp, mode="light"), CATALOG)
    qtbot.addWidget(hidden)
    unseen = Asked(hidden)
    hidden.say_none()
    assert unseen.answers == TimeOut()


def test_toxin_elsewhere_counts_only_with_its_day(qtbot: QtBot, asked: Asked) -> None:
    qtbot.keyClick(line(asked, "toxin_elsewhere"), Qt.Key.Key_Y)
    assert asked.answers.toxin_elsewhere is None

    day = asked.panel.findChild(QLineEdit, "elsewhereDay")
    amount = asked.panel.findChild(QLineEdit, "elsewhereUnits")
    qtbot.keyClicks(day, "2026-10-01")
    qtbot.keyClicks(amount, "40")
    add = asked.panel.findChild(QPushButton, "elsewhereAdd")
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)

    given = asked.answers.toxin_elsewhere
    assert given is not None
    assert (given[0].day.isoformat(), given[0].units) == ("2026-10-01", Decimal(40))
    assert line(asked, "toxin_elsewhere").choice.value == "yes"


def test_identity_that_is_denied_stays_open(qtbot: QtBot, asked: Asked) -> None:
    qtbot.keyClick(line(asked, "identity_confirmed"), Qt.Key.Key_N)
    waiting = [q.field for q in unanswered(asked.answers, off_label=False)]
    assert "identity_confirmed" in waiting
