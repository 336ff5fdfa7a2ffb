"""Every page: what one can act on has a name, is large enough, and fits a small screen."""

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from outcomes_app.records import patients
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.edit_patient import PatientDialog
from outcomes_app.ui.dialogs.search import SearchDialog
from outcomes_app.ui.dialogs.shortcuts import ShortcutsDialog
from outcomes_app.ui.page import Page
from outcomes_app.ui.pages.first_run import FirstRunPage
from outcomes_app.ui.pages.patient import PatientPage
from outcomes_app.ui.sections import SECTIONS
from outcomes_app.ui.shell import Shell

INPUTS = (
    QLineEdit,
    QComboBox,
    QPlainTextEdit,
    QAbstractSpinBox,
    QAbstractButton,
    QAbstractItemView,
)
LEAST_TARGET = 24  # 26 px with the outline that a style sheet leaves out of the height


def inputs(widget: QWidget) -> list[QWidget]:
    """What a person can act on, without the parts Qt itself puts inside."""
    return [
        child
        for kind in INPUTS
        for child in cast("list[QWidget]", widget.findChildren(kind))
        if not child.objectName().startswith("qt_") and not _inside(child)
    ]


def _inside(child: QWidget) -> bool:
    parent = child.parentWidget()
    while parent is not None:
        if isinstance(parent, (QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView)):
            return True
        parent = parent.parentWidget()
    return False


def complaints(widget: QWidget) -> list[str]:
    found = []
    for child in inputs(widget):
        who = f"{type(child).__name__} {child.objectName()!r}"
        if not child.objectName():
            found.append(f"{who} has no object name; it says {child.accessibleName()!r}")
        if not child.accessibleName().strip():
            found.append(f"{who} has no accessible name")
        small = isinstance(child, QAbstractButton) and child.isVisible()
        if small and min(child.width(), child.height()) < LEAST_TARGET:
            found.append(f"{who} is only {child.width()}x{child.height()}")
    return found


def make_section(key: str) -> Callable[[AppContext, QWidget], QWidget]:
    section = next(s for s in SECTIONS if s.key == key)
    return lambda ctx, _parent: section.make(ctx)


def make_patient(ctx: AppContext, _parent: QWidget) -> QWidget:
    page = PatientPage(ctx)
    with ctx.database.reading() as session:
        page.open_patient(patients.summaries(session)[0].id)
    return page


PLACES: dict[str, Callable[[AppContext, QWidget], QWidget]] = {
    **{s.key: make_section(s.key) for s in SECTIONS if s.key != "patient"},
    "patient": make_patient,
    "first_run": lambda ctx, _parent: FirstRunPage(ctx),
    "shell": lambda ctx, _parent: Shell(ctx),
    "new_patient": lambda ctx, parent: PatientDialog(ctx, None, parent),
    "search": lambda ctx, parent: SearchDialog(ctx, (), parent),
    "shortcuts": lambda ctx, parent: ShortcutsDialog(ctx.theme, letters_on=True, parent=parent),
}


@pytest.mark.parametrize("percent", [100, 150])
@pytest.mark.parametrize("place", PLACES)
def test_everything_one_can_act_on_has_a_name(
    qtbot: QtBot, ctx: AppContext, place: str, percent: int
) -> None:
    ctx.theme.use(text_percent=percent)
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1280, 720)
    widget = PLACES[place](ctx, parent)
    qtbot.addWidget(widget)
    widget.resize(1280, 720)
    widget.show()
    with qtbot.waitExposed(widget):
        pass
    assert complaints(widget) == []


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("place", [s.key for s in SECTIONS])
def test_no_page_is_wider_than_a_small_screen(
    qtbot: QtBot, ctx: AppContext, place: str, percent: int
) -> None:
    ctx.theme.use(text_percent=percent)
    parent = QWidget()
    qtbot.addWidget(parent)
    page = PLACES[place](ctx, parent)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    with qtbot.waitExposed(page):
        pass
    assert page.minimumSizeHint().width() <= 1200
    assert page.width() == 1200


def test_every_page_says_which_tables_it_follows(ctx: AppContext, qtbot: QtBot) -> None:
    for section in SECTIONS:
        page = section.make(ctx)
        qtbot.addWidget(page)
        assert isinstance(page, Page)
        # The visit editor keeps what is being typed, whatever is stored meanwhile.
        assert bool(page.shows) is (section.key != "visit"), section.key
        assert page.title, section.key
