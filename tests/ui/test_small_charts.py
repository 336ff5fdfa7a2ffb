"""The small charts of lists and cards: lines at numbers people count in, no cycle left out."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.analysis.response import response
from outcomes_app.domain.values import InstrumentId
from outcomes_app.domain.worklist import WorklistRow
from outcomes_app.records import worklist
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.tables import Spark
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.mini_chart import MiniChart
from outcomes_app.ui.widgets.outcome_card import OutcomeCard
from outcomes_app.ui.widgets.rows_table import paint_spark
from outcomes_app.ui.widgets.worklist_panel import WorklistPanel
from tests import courses, factories

HIT6 = InstrumentId("hit6")


@pytest.mark.parametrize(
    ("values", "ends", "expected"),
    [
        ((21, 16, 9), (0, 28), (0, 10, 20)),
        ((43, 44), (0, 85), (0, 25, 50, 75)),
        ((66, 58), (36, 78), (40, 60)),
        ((7, 4), (0, 10), (0, 5, 10)),
        ((2, 1), (None, None), (0, Decimal("0.5"), 1, Decimal("1.5"), 2)),
    ],
)
def test_the_lines_stand_at_round_numbers(
    qtbot: QtBot,
    theme: Theme,
    values: tuple[int, ...],
    ends: tuple[int | None, int | None],
    expected: tuple[Decimal | int, ...],
) -> None:
    chart = MiniChart(theme)
    qtbot.addWidget(chart)
    low, high = (None if end is None else Decimal(end) for end in ends)
    chart.show_values([Decimal(v) for v in values], low, high, "Headache days")
    assert chart.ticks == expected


def test_a_small_change_looks_small(theme: Theme) -> None:
    """From 100 to 97 may not look like a fall to nothing."""
    image = QImage(60, 40, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_spark(painter, QRect(0, 0, 60, 40), Spark(values=(100.0, 97.0), baseline=100.0), theme)
    painter.end()
    lower_half = image.copy(0, 20, 60, 20)
    blank = QImage(60, 20, QImage.Format.Format_ARGB32)
    blank.fill(QColor("white"))
    assert lower_half == blank


def test_the_card_shows_the_value_of_the_first_cycle(qtbot: QtBot, theme: Theme) -> None:
    course = courses.course(assessments=courses.told({-1: 66, 84: 50}))
    measured = response(course, HIT6, "total", today=courses.START.replace(year=2030))
    scale = catalogs.load().scale(HIT6)
    card = OutcomeCard(theme, scale, measured)
    qtbot.addWidget(card)
    assert card.accessibleName() == "HIT-6 total: 50, was 66, ▼ 24\N{NO-BREAK SPACE}% better"


def test_the_panel_says_which_cycle_and_source_its_change_is_from(
    qtbot: QtBot, ctx: AppContext
) -> None:
    patient = next(iter(_rows(ctx)))
    panel = WorklistPanel(ctx)
    qtbot.addWidget(panel)
    told = replace(
        patient,
        measure="headache_days_month",
        series=(Decimal(22), Decimal(16), Decimal(4), None),
    )
    panel.show_row(told)
    said = [text.text() for text in panel.findChildren(Text)]
    assert "Cycle 2, as told at a visit" in said


def _rows(ctx: AppContext) -> tuple[WorklistRow, ...]:
    with ctx.database.reading() as session:
        return worklist.rows(session, today=factories.TODAY, catalog=ctx.catalog)
