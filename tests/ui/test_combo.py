"""A list to choose from changes only when a person chose."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.ui.context import AppContext
from outcomes_app.ui.sections import SECTIONS
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.combo import Combo


def test_the_wheel_is_left_to_the_page_and_changes_nothing(qtbot: QtBot, theme: Theme) -> None:
    combo = Combo()
    combo.addItems(["50 units", "100 units", "200 units"])
    combo.setCurrentIndex(1)
    qtbot.addWidget(combo)
    combo.show()

    assert not _wheel_down(combo), "the page below it scrolls"
    assert combo.currentText() == "100 units"
    assert combo.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_every_choice_of_the_pages_leaves_the_wheel_to_the_page(
    qtbot: QtBot, ctx: AppContext
) -> None:
    boxes: list[QComboBox] = []
    for section in SECTIONS:
        page = section.make(ctx)
        qtbot.addWidget(page)
        boxes += page.findChildren(QComboBox)

    assert len(boxes) > 5
    assert [box.objectName() for box in boxes if not isinstance(box, Combo)] == []


def _wheel_down(widget: QWidget) -> bool:
    where = QPointF(widget.rect().center())
    event = QWheelEvent(
        where,
        QPointF(widget.mapToGlobal(where.toPoint())),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()
