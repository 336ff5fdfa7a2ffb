"""The one table model: Qt's own checker, sorting with missing values last, groups among rows."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from outcomes_app.ui.tables import CELL_ROLE, ROW_ROLE, SORT_ROLE, Cell, Column, Group, RowsModel
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.rows_table import RowsTable


@dataclass(frozen=True)
class Dose:
    name: str
    units: int | None


COLUMNS = (
    Column("Name", lambda d: d.name, stretch=1),
    Column(
        "Units",
        lambda d: "not known" if d.units is None else str(d.units),
        key=lambda d: d.units,
        cell=lambda d: Cell(text=str(d.units), detail="units"),
        right=True,
    ),
)
ROWS = (Dose("b", 20), Dose("a", None), Dose("c", 100))


@pytest.fixture
def model() -> RowsModel[Dose]:
    return RowsModel(COLUMNS, ROWS)


def names(model: RowsModel[Dose]) -> str:
    return "".join(row.name for row in model.rows if isinstance(row, Dose))


def test_qt_finds_nothing_wrong(qtmodeltester: ModelTester, model: RowsModel[Dose]) -> None:
    qtmodeltester.check(model)
    model.set_rows((Group(title="Overdue", count=1), Dose("d", 1)))
    qtmodeltester.check(model)


def test_a_missing_value_sorts_last_both_ways(model: RowsModel[Dose]) -> None:
    model.sort(1, Qt.SortOrder.AscendingOrder)
    assert names(model) == "bca"
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert names(model) == "cba"


def test_sorting_is_by_the_key_and_not_by_the_text(model: RowsModel[Dose]) -> None:
    model.set_rows((Dose("x", 9), Dose("y", 10)))
    model.sort(1)
    assert names(model) == "xy"


def test_roles_give_row_key_and_cell(model: RowsModel[Dose]) -> None:
    index = model.index(0, 1)
    assert index.data(ROW_ROLE) == ROWS[0]
    assert index.data(SORT_ROLE) == 20
    assert index.data(CELL_ROLE) == Cell(text="20", detail="units")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Units: 20, units"


def test_groups_cannot_be_chosen_and_are_jumped_over(qtbot: QtBot, theme: Theme) -> None:
    model = RowsModel(COLUMNS, (Group(title="Due", count=1), ROWS[0], Group(title="Late", count=1)))
    model.set_rows((*model.rows, ROWS[2]))
    table = RowsTable(theme, model, name="doses", label="Doses")
    qtbot.addWidget(table)
    table.choose(1)
    table.go(1)
    assert table.row == ROWS[2]
    table.go(1)
    assert table.row == ROWS[2]
    table.go(-1)
    assert table.row == ROWS[0]


def test_enter_opens_and_moving_tells(qtbot: QtBot, theme: Theme, model: RowsModel[Dose]) -> None:
    table = RowsTable(theme, model, name="doses", label="Doses")
    qtbot.addWidget(table)
    table.show()
    table.choose(0)
    with qtbot.waitSignal(table.picked) as picked:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert picked.args == [ROWS[1]]
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [ROWS[1]]


def test_an_optional_column_goes_when_there_is_no_room(qtbot: QtBot, theme: Theme) -> None:
    columns = (
        Column("Name", lambda d: d.name * 40),
        Column("Spark", lambda d: "", least=200, optional=True),
    )
    table = RowsTable(theme, RowsModel(columns, ROWS), name="doses", label="Doses")
    qtbot.addWidget(table)
    table.resize(900, 200)
    table.show()
    assert not table.isColumnHidden(1)
    table.resize(420, 200)
    qtbot.waitUntil(lambda: table.isColumnHidden(1))


def test_a_hundred_thousand_rows_are_shown_at_once(qtbot: QtBot, theme: Theme) -> None:
    model = RowsModel(COLUMNS, tuple(Dose(str(n), n) for n in range(100_000)))
    table = RowsTable(theme, model, name="doses", label="Doses")
    qtbot.addWidget(table)
    table.show()
    asked: list[int] = []
    rows = model.rows
    counting = (Column("Name", lambda d: asked.append(1) or d.name), COLUMNS[1])
    model.columns = counting
    model.set_rows(rows)
    assert len(asked) < 2_000, "the table looks at rows that nobody sees"
