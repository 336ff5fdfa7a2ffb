"""Reference values: filtered, confirmed with the label section, changed, and used from then on."""

from collections.abc import Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app.catalog import load, overrides
from outcomes_app.domain.patient import Role
from outcomes_app.records import reference_values
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.pages.reference_values import ReferenceValuesPage
from outcomes_app.ui.widgets.field_error import FieldError
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.reference_words import Reference, part_words
from outcomes_app.ui.widgets.rows_table import RowsTable
from tests import factories

Kind = TypeVar("Kind", bound=QWidget)

PASSPHRASE = "calm otters count seven stars"
NEAR = "rule.cum_ona_adult_near.threshold.units"
CEILING = "rule.cum_ona_adult.threshold.units"


def find(parent: QWidget, kind: type[Kind], name: str) -> Kind:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def press(parent: QWidget, name: str) -> None:
    find(parent, QPushButton, name).click()


def words(widget: QWidget) -> str:
    return " | ".join(t.text() for t in widget.findChildren(Text)).replace("\u00a0", " ")


def fill(dialog: QWidget, **texts: str) -> None:
    for name, text in texts.items():
        find(dialog, QLineEdit, name).setText(text)


def problems(dialog: QWidget) -> list[str]:
    return [error.message for error in dialog.findChildren(FieldError) if error.message]


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext) -> Iterator[ReferenceValuesPage]:
    ctx.enter(ctx.database, ctx.person, ctx.practice, passphrase_is=PASSPHRASE.__eq__)
    made = ReferenceValuesPage(ctx)
    qtbot.addWidget(made)
    made.resize(1240, 820)
    made.show()
    with qtbot.waitExposed(made):
        pass
    yield made
    for dialog in made.findChildren(FormDialog):
        dialog.close()


def shown(page: ReferenceValuesPage) -> list[Reference]:
    model: Any = find(page, RowsTable, "reference_table").model()
    return list(model.rows)


def choose(page: ReferenceValuesPage, key: str) -> None:
    keys = [reference.entry.key for reference in shown(page)]
    find(page, RowsTable, "reference_table").choose(keys.index(key))


def opened(page: QWidget) -> FormDialog:
    (found,) = (d for d in page.findChildren(FormDialog) if d.isVisible())
    return found


def test_unverified_values_are_shown_first_and_said_in_words(page: ReferenceValuesPage) -> None:
    entries = overrides.entries(load())
    unverified = [e.key for e in entries if not e.provenance.verified]
    assert [reference.entry.key for reference in shown(page)] == unverified
    assert f"{len(unverified)} of {len(entries)} not verified" in words(page)
    choose(page, NEAR)
    panel = words(find(page, QWidget, "reference_panel"))
    assert "Not verified" in panel
    assert "to confirm in" in panel
    press(page, "reference_which_all")
    assert len(shown(page)) == len(entries)
    find(page, QLineEdit, "reference_search").setText("onabotulinum ceiling 400")
    page._fill()
    assert all("onabotulinum" in r.entry.owner.lower() for r in shown(page))


def test_a_value_is_confirmed_with_section_and_passphrase(
    page: ReferenceValuesPage, ctx: AppContext
) -> None:
    choose(page, NEAR)
    press(page, "confirm_value")
    dialog = opened(page)
    press(dialog, "save")
    assert problems(dialog) == ["Name the section of the label that you read."]
    fill(dialog, label_section="US label 2.1", passphrase="wrong")
    press(dialog, "save")
    assert problems(dialog) == ["This is not your passphrase. Type it again."]
    fill(dialog, passphrase=PASSPHRASE)
    press(dialog, "save")
    with ctx.database.reading() as session:
        (stored,) = reference_values.history(session, NEAR)
    assert (stored.value, stored.label_section, stored.is_change) == ("360", "US label 2.1", False)
    assert NEAR not in [reference.entry.key for reference in shown(page)]
    press(page, "reference_which_own")
    (row,) = shown(page)
    assert row.standing == "confirmed"
    assert "US label 2.1, by Dr A. Osei" in words(find(page, QWidget, "reference_panel"))


def test_a_changed_value_is_used_by_the_program_at_once(
    page: ReferenceValuesPage, ctx: AppContext
) -> None:
    press(page, "reference_which_all")
    choose(page, CEILING)
    press(page, "change_value")
    dialog = opened(page)
    fill(dialog, value="-3", label_section="US label 2.1", passphrase=PASSPHRASE)
    press(dialog, "save")
    assert problems(dialog) == ["This must be a number above 0."]
    fill(dialog, value="380")
    press(dialog, "save")
    used = overrides.entry(load(), CEILING)
    assert used is not None
    assert used.value == "400"
    rule = ctx.catalog.safety_rules["cum_ona_adult"]
    assert str(rule.threshold["units"]) == "380"
    database, person = ctx.database, ctx.person
    press(page, "change_value")
    fill(opened(page), value="390", label_section="US label 2.1", note="after the audit")
    press(opened(page), "save")
    panel = words(find(page, QWidget, "reference_panel"))
    assert "Version 2: 390" in panel
    assert "Version 1: 380" in panel
    assert "The catalog says 400." in panel
    ctx.leave()
    assert str(ctx.catalog.safety_rules["cum_ona_adult"].threshold["units"]) == "400"
    ctx.enter(database, person, factories.practice())
    assert str(ctx.catalog.safety_rules["cum_ona_adult"].threshold["units"]) == "390"


def test_only_an_administrator_confirms(qtbot: QtBot, ctx: AppContext) -> None:
    ctx.enter(ctx.database, factories.person(roles=(Role.CLINICIAN,)), ctx.practice)
    page = ReferenceValuesPage(ctx)
    qtbot.addWidget(page)
    page.show()
    choose(page, NEAR)
    assert not find(page, QPushButton, "confirm_value").isEnabled()
    assert not find(page, QPushButton, "change_value").isEnabled()
    assert "The administrator of the practice does this." in words(page)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("product.rima.dilution.2500_in_0.5.diluent_ml", "dilution, 2500 in 0.5, diluent ml"),
        (CEILING, "threshold, units"),
    ],
)
def test_a_value_is_named_in_words(key: str, said: str) -> None:
    entry = overrides.entry(load(), key)
    assert entry is not None
    assert part_words(entry) == said
