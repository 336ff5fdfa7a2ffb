"""Every instrument's form: opened, filled with the keyboard, scored as the domain scores it."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.domain import scoring
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.instruments import Instrument
from outcomes_app.domain.values import IndicationId, PatientId
from outcomes_app.records import assessments, patients
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.add_outcome import AddOutcomeDialog
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.instruments.answer_input import ChoiceInput, NumberInput
from outcomes_app.ui.widgets.instruments.form import InstrumentForm, total_scales
from outcomes_app.ui.widgets.labels import Text
from tests import factories
from tests.ui.test_accessible import complaints

CATALOG = catalogs.load()
INSTRUMENTS = tuple(CATALOG.instruments.values())
MIGRAINE = IndicationId("chronic_migraine")
Key = Qt.Key


def shown_form(
    qtbot: QtBot, theme: Theme, instrument: Instrument, *, totals: bool = False
) -> InstrumentForm:
    form = InstrumentForm(theme, CATALOG, instrument, totals=totals)
    qtbot.addWidget(form)
    form.resize(1000, 800)
    form.show()
    qtbot.waitExposed(form)
    form.activateWindow()
    return form


def fill(qtbot: QtBot, form: InstrumentForm) -> None:
    """The middle answer of every question, with keys alone."""
    for combo in form.findChildren(QComboBox):
        if combo.objectName().startswith("place_") and combo.count() > 1:
            combo.setFocus()
            qtbot.keyClick(combo, Key.Key_Down)
    for place, question in enumerate(form.questions):
        field = question.input
        if isinstance(field, ChoiceInput):
            field.setFocus()
            for _number in range(2):
                qtbot.keyClick(field, Key.Key_Right)
        else:
            assert isinstance(field, NumberInput)
            field.field.setFocus()
            low, high = field.field._low, field.field._high
            value = (low or Decimal(0)) + 10 * (place + 1)
            if high is not None:
                value = (low or Decimal(0)) + (high - (low or Decimal(0))) // 2
            qtbot.keyClicks(field.field, str(value))


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda i: i.id)
def test_every_form_is_filled_by_keyboard_and_scored(
    qtbot: QtBot, theme: Theme, instrument: Instrument
) -> None:
    form = shown_form(qtbot, theme, instrument)
    assert form.answers() == {}
    assert form.scoring() is None
    fill(qtbot, form)
    assert form.problem == ""
    assert form.answered == len(form.questions)
    found = form.scoring()
    assert found == scoring.score(instrument, form.answers())
    assert found is not None
    assert any(s.value is not None for s in found.scores)
    for question in form.questions:
        assert question.input.accessibleName()


@pytest.mark.parametrize(
    "instrument", [i for i in INSTRUMENTS if i.items and total_scales(i)], ids=lambda i: i.id
)
def test_every_instrument_with_a_total_takes_the_score_alone(
    qtbot: QtBot, theme: Theme, instrument: Instrument
) -> None:
    form = shown_form(qtbot, theme, instrument, totals=True)
    fill(qtbot, form)
    found = form.scoring()
    assert found is not None
    assert [s.part for s in found.scores] == [s.part for s in total_scales(instrument)]
    assert {s.answered for s in found.scores} == {None}
    assert form.plain_answers() == ()


def test_there_are_fifty_two() -> None:
    assert len(INSTRUMENTS) == 52


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda i: i.id)
def test_wording_is_only_there_where_it_may_be_shown(instrument: Instrument) -> None:
    if not instrument.item_text_allowed:
        assert not any(item.text for item in instrument.items)


def the_patient(ctx: AppContext) -> PatientId:
    with ctx.database.reading() as session:
        return patients.summaries(session)[0].id


def stored(ctx: AppContext, instrument: str) -> list[Assessment]:
    with ctx.database.reading() as session:
        found = assessments.for_patient(session, the_patient(ctx))
    return [a for a in found if a.instrument == instrument]


@pytest.fixture
def stage(qtbot: QtBot) -> QWidget:
    """What dialogs stand on; it outlives them."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 720)
    return made


def open_dialog(qtbot: QtBot, ctx: AppContext, stage: QWidget, instrument: str) -> AddOutcomeDialog:
    dialog = AddOutcomeDialog(ctx, the_patient(ctx), MIGRAINE, stage)
    dialog.open()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    dialog.instrument.setCurrentIndex(dialog.instrument.findData(instrument))
    QApplication.processEvents()  # a form just made is shown with the next events
    return dialog


def click(dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None, name
    button.click()


def texts(dialog: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(t.text() for t in dialog.findChildren(Text) if not t.isHidden())


def test_the_instruments_of_the_indication_come_first(
    qtbot: QtBot, ctx: AppContext, stage: QWidget
) -> None:
    dialog = open_dialog(qtbot, ctx, stage, "hit6")
    listed = [dialog.instrument.itemData(n) for n in range(dialog.instrument.count())]
    assert set(listed[:7]) >= {"headache_days_28", "hit6", "midas", "msq21", "pgic"}
    assert sum(bool(entry) for entry in listed) == 52


def test_phq9_is_typed_with_one_key_each_and_its_alarm_is_told(
    qtbot: QtBot, ctx: AppContext, stage: QWidget
) -> None:
    dialog = open_dialog(qtbot, ctx, stage, "phq9")
    form = dialog.form
    assert form is not None
    form.questions[0].input.setFocus()
    for key in "111111111":
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClicks(focus, key)
        place = [q.input for q in form.questions].index(QApplication.focusWidget())
        box = form.questions[place].box
        qtbot.waitUntil(lambda b=box: b.visibleRegion().boundingRect() == b.rect())
    assert "PHQ-9 total 9 (mild)" in texts(dialog)
    assert "answered 9 of 9, rule phq9/prorated_sum/1" in texts(dialog)
    assert "ask about the patient's safety today" in texts(dialog)
    click(dialog, "save_outcome")
    (kept,) = stored(ctx, "phq9")
    assert kept.value() == 9
    assert dict(kept.answers)["9"] == "several days"
    assert dict(kept.answers)["difficulty"] is None
    assert (kept.day, kept.occasion) == (factories.TODAY, Occasion.VISIT)


def test_a_missing_answer_stays_missing(qtbot: QtBot, ctx: AppContext, stage: QWidget) -> None:
    dialog = open_dialog(qtbot, ctx, stage, "hit6")
    form = dialog.form
    assert form is not None
    for question in form.questions[:-1]:
        question.input.setFocus()
        qtbot.keyClick(question.input, Key.Key_5)
    assert "HIT-6 total not scored" in texts(dialog)
    assert "5 of 6 answered" in texts(dialog)
    click(dialog, "save_outcome")
    (kept,) = stored(ctx, "hit6")
    assert (kept.value(), kept.scores[0].answered, kept.scores[0].items) == (None, 5, 6)
    assert kept.answers == ()  # the licence lets only the numbers be kept


def test_days_counted_twice_are_told(qtbot: QtBot, ctx: AppContext, stage: QWidget) -> None:
    dialog = open_dialog(qtbot, ctx, stage, "midas")
    form = dialog.form
    assert form is not None
    for question in form.questions[:2]:
        question.input.setFocus()
        qtbot.keyClicks(question.input.focusProxy(), "60")
    assert "leaves out days already counted in the first" in texts(dialog)


def test_a_total_outside_its_range_is_refused(
    qtbot: QtBot, ctx: AppContext, stage: QWidget
) -> None:
    dialog = open_dialog(qtbot, ctx, stage, "hit6")
    click(dialog, "outcome_way_totals")
    field = dialog.findChild(QLineEdit, "total_total")
    assert field is not None
    qtbot.keyClicks(field, "79")
    click(dialog, "save_outcome")
    assert stored(ctx, "hit6") == []
    assert "Between 36 and 78" in texts(dialog)
    field.clear()
    qtbot.keyClicks(field, "64")
    click(dialog, "save_outcome")
    (kept,) = stored(ctx, "hit6")
    assert (kept.value(), kept.scores[0].rule) == (64, "hit6/given/1")


def test_nothing_entered_is_nothing_stored(qtbot: QtBot, ctx: AppContext, stage: QWidget) -> None:
    dialog = open_dialog(qtbot, ctx, stage, "gad7")
    click(dialog, "save_outcome")
    assert stored(ctx, "gad7") == []
    assert "Enter at least one answer" in texts(dialog)


def test_one_at_a_time_shows_one(qtbot: QtBot, ctx: AppContext, stage: QWidget) -> None:
    dialog = open_dialog(qtbot, ctx, stage, "gad7")
    click(dialog, "outcome_pages_one")
    form = dialog.form
    assert form is not None
    for place in range(7):
        assert [q.box.isVisible() for q in form.questions] == [n == place for n in range(7)]
        qtbot.keyClick(form.questions[place].input, Key.Key_1)
    assert form.answered == 7
    click(dialog, "outcome_back")
    assert form.questions[5].box.isVisible()


def test_goals_and_places_can_be_several(qtbot: QtBot, theme: Theme) -> None:
    gas = shown_form(
        qtbot, theme, CATALOG.instruments[next(i.id for i in INSTRUMENTS if i.scoring == "gas")]
    )
    gas.add_group()
    for question in gas.questions:
        if question.key == "rating":
            question.input.set_raw("0")
    assert gas.answers() == {"goals": [{"rating": "0"}, {"rating": "0"}]}
    found = gas.scoring()
    assert found is not None
    assert found.scores[0].value == 50


def test_the_same_place_twice_is_told(qtbot: QtBot, theme: Theme) -> None:
    form = shown_form(qtbot, theme, next(i for i in INSTRUMENTS if i.id == "mas"))
    form.add_group()
    fill(qtbot, form)
    assert form.problem == "A muscle or place is there twice. Keep one."


def test_ten_is_typed_with_two_keys(qtbot: QtBot, theme: Theme) -> None:
    form = shown_form(qtbot, theme, next(i for i in INSTRUMENTS if i.id == "peg"))
    field = form.questions[0].input
    field.setFocus()
    qtbot.keyClicks(field, "10")
    assert field.raw == "10"
    qtbot.keyClick(field, Key.Key_Delete)
    assert field.raw is None


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("instrument", ["phq9", "mas", "gas", "midas", "bpi_sf", "twstrs2"])
def test_what_one_can_act_on_is_named_and_fits(
    qtbot: QtBot, ctx: AppContext, stage: QWidget, instrument: str, percent: int
) -> None:
    ctx.theme.use(text_percent=percent)
    dialog = open_dialog(qtbot, ctx, stage, instrument)
    assert complaints(dialog) == []
    assert dialog.minimumSizeHint().width() <= 1280
    form = dialog.form
    assert form is not None
    qtbot.waitUntil(lambda: clipped(form) == [])


def clipped(form: InstrumentForm) -> list[str]:
    """The answers that do not show whole."""
    return [
        button.accessibleName()
        for question in form.questions
        for button in question.input.findChildren(QPushButton)
        if button.width() < button.sizeHint().width()
        or not question.box.rect().contains(button.mapTo(question.box, button.rect().bottomRight()))
    ]
