"""The visit editor against a real encrypted file: what is written is stored and opens again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.db.engine import Database
from outcomes_app.domain import plan as plans
from outcomes_app.domain.patient import Patient, TreatedIndication
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.treatment import Treatment, Visit
from outcomes_app.domain.values import (
    IndicationId,
    InjectionId,
    ProductId,
    ProtocolId,
    Side,
    TreatmentId,
    new_id,
)
from outcomes_app.records import drafts, patients, treatments, visits
from outcomes_app.settings import SettingsFile
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.jobs import InlineJobs
from outcomes_app.ui.notices import Notices
from outcomes_app.ui.pages.visit import VisitPage
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.visit_checks import ProblemCard
from tests import factories
from tests.database import PERSON

CATALOG = catalogs.load()
TODAY = factories.CLOCK.today()


@pytest.fixture
def ctx(qapp: QApplication, file_database: Database, tmp_path: Path) -> Iterator[AppContext]:
    """Signed in to a real file; every job answers before its call returns."""
    theme = Theme(qapp, mode="light")
    made = AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=theme,
        jobs=InlineJobs(),
        notices=Notices(),
    )
    made.enter(file_database, PERSON, factories.practice())
    yield made
    made.leave()
    theme.use(mode="light", text_percent=100)


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext) -> Iterator[VisitPage]:
    """The page on the screen, inside a window that asks nothing of its size."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1600, 1000)
    made = VisitPage(ctx, window)
    made.resize(1384, 814)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield made
    window.close()


def stored_patient(ctx: AppContext, **changes: object) -> Patient:
    patient = factories.patient(**changes)
    with ctx.database.writing(PERSON.id, "test") as session:
        patients.record(session, patient, catalog=CATALOG, today=TODAY)
    return patient


def preempt_treatment(patient: Patient, weeks_ago: int) -> Treatment:
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    plan = plans.place_protocol(Plan(product=factories.ONA), protocol, CATALOG.sites)
    return factories.treatment(
        patient.id,
        day=TODAY - timedelta(weeks=weeks_ago),
        injections=plans.injections(plan),
        vials=(factories.vial(),),
    )


def store_treatment(ctx: AppContext, treatment: Treatment) -> None:
    with ctx.database.writing(PERSON.id, "test") as session:
        treatments.record(session, treatment, catalog=CATALOG, today=TODAY)


def reload(ctx: AppContext, treatment_id: TreatmentId) -> Visit:
    with ctx.database.reading() as session:
        return visits.get(session, treatment_id)


def child(page: QWidget, kind: type, name: str):  # type: ignore[no-untyped-def]  # any widget
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def press(qtbot: QtBot, page: VisitPage, name: str) -> None:
    qtbot.mouseClick(child(page, QPushButton, name), Qt.MouseButton.LeftButton)


def write(qtbot: QtBot, page: VisitPage, name: str, text: str) -> None:
    field = child(page, QLineEdit, name)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def choose(page: VisitPage, name: str, data: object) -> None:
    combo = child(page, QComboBox, name)
    at = next(i for i in range(combo.count()) if combo.itemData(i) == data)
    combo.setCurrentIndex(at)
    combo.activated.emit(at)


def save(qtbot: QtBot, page: VisitPage) -> Visit:
    with qtbot.waitSignal(page.visit_saved) as saved:
        press(qtbot, page, "saveVisit")
    return reload(page.ctx, saved.args[1])


def test_preempt_with_pain_and_headache_days_is_stored_and_opens_again(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    patient = stored_patient(ctx)
    page.open_visit(patient.id, None)
    press(qtbot, page, "placeProtocol")
    write(qtbot, page, "lot", "C8214C3")
    write(qtbot, page, "expiry", "31-Mar-2028")
    write(qtbot, page, "outcome_nrs_pain_average", "4.5")
    write(qtbot, page, "outcome_headache_days_28_total", "9")
    page.editor.note.setPlainText("Neck pain left > right.")

    visit = save(qtbot, page)

    treatment = visit.treatment
    assert treatment.dose == factories.dose("155")
    assert len(treatment.injections) == 31
    assert treatment.product == "ona"
    assert treatment.protocol == "preempt_fixed_155"
    assert (treatment.vials[0].lot, treatment.vials[0].vial_units) == ("C8214C3", 200)
    assert treatment.note == "Neck pain left > right."
    measured = {(a.instrument, s.part): s.value for a in visit.assessments for s in a.scores}
    assert measured == {
        ("nrs_pain", "average"): Decimal("4.5"),
        ("headache_days_28", "total"): Decimal(9),
    }

    page.open_visit(patient.id, treatment.id)
    assert page.draft is not None
    assert not page.unsaved
    assert plans.injections(page.draft.plan) == treatment.injections
    assert child(page, QLineEdit, "outcome_nrs_pain_average").text() == "4.5"
    assert child(page, QLineEdit, "lot").text() == "C8214C3"


def test_what_was_not_asked_is_not_stored(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    patient = stored_patient(ctx)
    page.open_visit(patient.id, None)
    press(qtbot, page, "placeProtocol")
    write(qtbot, page, "outcome_nrs_pain_average", "0")

    visit = save(qtbot, page)

    assert [a.instrument for a in visit.assessments] == ["nrs_pain"]
    assert visit.assessments[0].value("average") == 0
    assert visit.adverse_events == ()


def test_a_number_out_of_range_is_told_kept_and_not_stored(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    write(qtbot, page, "outcome_hit6_total", "99")

    with qtbot.assertNotEmitted(page.visit_saved):
        press(qtbot, page, "saveVisit")

    field = child(page, QLineEdit, "outcome_hit6_total")
    assert field.hasFocus()
    assert field.text() == "99"


def test_the_editor_opens_the_chart_measures_of_another_indication(
    page: VisitPage, ctx: AppContext
) -> None:
    dystonia = (TreatedIndication(indication=IndicationId("cervical_dystonia")),)
    page.open_visit(stored_patient(ctx, indications=dystonia).id, None)

    assert page.findChild(QLineEdit, "outcome_twstrs_total") is not None
    assert page.findChild(QLineEdit, "outcome_headache_days_28_total") is None


def test_repeat_copies_sites_units_and_vial_but_not_the_lot(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    patient = stored_patient(ctx)
    earlier = preempt_treatment(patient, 12)
    store_treatment(ctx, earlier)
    page.open_visit(patient.id, None)

    press(qtbot, page, "repeat")
    press(qtbot, page, "confirmAll")

    draft = page.draft
    assert draft is not None
    assert draft.given == 155
    assert not {p.id for p in draft.plan.points} & {i.id for i in earlier.injections}
    assert (draft.vial.lot, draft.vial.vial_units, draft.vial.diluent_ml) == ("", 200, 4)
    visit = save(qtbot, page)
    assert visit.treatment.dose == earlier.dose


def test_a_changed_site_is_told_beside_the_last_treatment(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    patient = stored_patient(ctx)
    store_treatment(ctx, preempt_treatment(patient, 12))
    page.open_visit(patient.id, None)
    page.repeat_last()
    page.model.confirm_all()
    point = page.model.plan.points[-1]
    page.model.select((point.id,))
    page.model.step_units(2)

    assert page.editor.totals_panel._difference.text() == "+5\u00a0units"
    assert page.editor.totals_panel._versus.text() == "vs treatment 1"


def test_map_and_table_are_the_same_plan(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    press(qtbot, page, "totalsOrSites_sites")
    table = page.editor.sites_panel.table
    assert table.model().rowCount() == 31

    table.setFocus()
    table.selectRow(4)
    assert page.model.selection == (page.model.plan.points[4].id,)

    qtbot.keyClicks(table, "7")
    editor = table.findChild(QLineEdit)
    qtbot.keyClicks(editor, ".5")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.plan.points[4].units == Decimal("7.5"))

    page.model.select((page.model.plan.points[0].id,))
    page.model.remove_selected()
    assert table.model().rowCount() == 30


def test_a_site_is_added_by_its_name(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "totalsOrSites_sites")
    page.editor.sites_panel.new_side.choose("left")
    press(qtbot, page, "addSite")
    assert page.model.plan.points == ()

    page.editor.sites_panel.new_site.setEditText("masseter")
    press(qtbot, page, "addSite")

    (point,) = page.model.plan.points
    assert (point.site, point.side) == ("masseter", Side.LEFT)
    assert isinstance(QApplication.focusWidget(), QLineEdit)


def test_undo_goes_back_over_map_and_form_alike(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    opened = page.draft
    press(qtbot, page, "placeProtocol")
    write(qtbot, page, "outcome_nrs_pain_average", "10")
    page.model.set_adding(True)
    page.model.add_at(page.model.views_shown[0], 0.6, 0.25)
    states = []
    while page._history is not None and page._history.can_undo:
        page.undo()
        states.append(page.draft)

    assert page.draft == opened
    assert len(states) == 3
    assert child(page, QLineEdit, "outcome_nrs_pain_average").text() == ""
    page.redo()
    page.redo()
    page.redo()
    assert page.draft is not None
    assert len(page.draft.plan.points) == 32
    assert child(page, QLineEdit, "outcome_nrs_pain_average").text() == "10"


def test_placing_over_sites_asks_inline(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    press(qtbot, page, "placeProtocol")
    assert len(page.model.plan.points) == 31

    press(qtbot, page, "placeAdd")
    assert len(page.model.plan.points) == 62
    page.undo()
    press(qtbot, page, "placeProtocol")
    press(qtbot, page, "placeReplace")
    assert len(page.model.plan.points) == 31


def test_another_product_clears_the_units_and_saving_leads_to_the_first(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    choose(page, "product", ProductId("abo"))
    assert page.draft is not None
    assert all(p.units is None for p in page.draft.plan.points)

    with qtbot.assertNotEmitted(page.visit_saved):
        press(qtbot, page, "saveVisit")
    assert page.model.selection == (page.model.plan.points[0].id,)
    assert isinstance(QApplication.focusWidget(), QLineEdit)


def test_an_unassigned_site_must_be_named(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    point = page.model.add_at(page.model.views_shown[0], 0.97, 0.5)
    with qtbot.assertNotEmitted(page.visit_saved):
        press(qtbot, page, "saveVisit")

    page.model.describe((point.id,), label="Scar behind the ear")
    visit = save(qtbot, page)
    assert visit.treatment.injections[-1].label == "Scar behind the ear"


def test_a_stored_visit_is_put_right(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    patient = stored_patient(ctx)
    page.open_visit(patient.id, None)
    press(qtbot, page, "placeProtocol")
    write(qtbot, page, "outcome_nrs_pain_average", "6")
    first = save(qtbot, page)

    page.open_visit(patient.id, first.treatment.id)
    page.model.select((page.model.plan.points[0].id,))
    page.model.remove_selected()
    write(qtbot, page, "outcome_nrs_pain_average", "5")
    second = save(qtbot, page)

    assert second.treatment.id == first.treatment.id
    assert second.treatment.dose == factories.dose("150")
    assert second.assessments[0].id == first.assessments[0].id
    assert second.assessments[0].value("average") == 5


def test_an_earlier_day_is_allowed_and_a_future_one_is_not(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    write(qtbot, page, "visitDay", (TODAY + timedelta(days=3)).isoformat())
    with qtbot.assertNotEmitted(page.visit_saved):
        press(qtbot, page, "saveVisit")

    write(qtbot, page, "visitDay", (TODAY - timedelta(days=30)).isoformat())
    visit = save(qtbot, page)
    assert visit.treatment.day == TODAY - timedelta(days=30)


def test_adverse_events_none_and_some(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    patient = stored_patient(ctx)
    page.open_visit(patient.id, None)
    press(qtbot, page, "placeProtocol")
    choose(page, "adverseEvents", "none")
    visit = save(qtbot, page)
    page.open_visit(patient.id, visit.treatment.id)
    assert page.draft is not None
    assert page.draft.no_adverse_events

    choose(page, "adverseEvents", "add")
    term = child(page, QComboBox, "adverseEventTerm").itemData(1)
    choose(page, "adverseEventTerm", term)
    visit = save(qtbot, page)
    assert [e.term for e in visit.adverse_events] == [term]


def test_closing_keeps_what_was_written_as_a_draft(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    patient = stored_patient(ctx)
    page.open_visit(patient.id, None)
    with qtbot.waitSignal(page.visit_closed):
        press(qtbot, page, "closeVisit")
    with ctx.database.reading() as session:
        assert drafts.for_patient(session, patient.id) == ()

    press(qtbot, page, "placeProtocol")
    with qtbot.waitSignal(page.visit_closed) as closed:
        press(qtbot, page, "closeVisit")
    assert closed.args == [patient.id]
    with ctx.database.reading() as session:
        assert len(drafts.for_patient(session, patient.id)) == 1


def test_opening_another_patient_shows_nothing_of_the_last(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    first, second = stored_patient(ctx), stored_patient(ctx)
    page.open_visit(first.id, None)
    press(qtbot, page, "placeProtocol")
    page.editor.note.setPlainText("only of the first")
    write(qtbot, page, "outcome_nrs_pain_average", "7")

    page.open_visit(second.id, None)

    assert page.patient_shown == second.id
    assert page.model.plan.points == ()
    assert page.editor.note.toPlainText() == ""
    assert child(page, QLineEdit, "outcome_nrs_pain_average").text() == ""
    assert not page.unsaved


def test_signing_out_leaves_nothing_of_a_patient(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    page.editor.note.setPlainText("private")

    ctx.leave()

    assert page.patient_shown is None
    assert page.draft is None
    assert page.model.plan.points == ()
    assert page.editor.note.toPlainText() == ""


def test_a_problem_leads_to_what_it_concerns(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    dystonia = (TreatedIndication(indication=IndicationId("cervical_dystonia")),)
    page.open_visit(stored_patient(ctx, indications=dystonia).id, None)
    card = next(c for c in page.findChildren(ProblemCard) if c.problem.code == "product_missing")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(6, 6))

    assert page.editor.product_panel.product.hasFocus()


def test_a_reason_for_a_check_is_stored(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    page.editor.checks_panel.reason_given.emit("some_check", "Discussed with the patient")

    visit = save(qtbot, page)
    assert [(a.code, a.reason) for a in visit.treatment.acknowledgements] == [
        ("some_check", "Discussed with the patient")
    ]


def test_a_note_typed_for_a_site_stays_with_that_site(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    first, second = page.model.plan.points[:2]
    page.editor.map_panel.map.note_requested.emit(first.id)
    qtbot.keyClicks(page.editor.sites_panel.note, "sore")
    page.model.select((second.id,))

    assert page.model.plan.point(first.id).note == "sore"  # type: ignore[union-attr]  # there
    assert page.model.plan.point(second.id).note == ""  # type: ignore[union-attr]  # there


@pytest.mark.parametrize(
    ("size", "percent", "folded"),
    [
        ((1384, 814), 100, False),
        ((1224, 634), 100, False),
        ((1384, 770), 150, True),
        ((1384, 770), 200, True),
    ],
)
def test_panels_fold_instead_of_clipping(
    qtbot: QtBot,
    page: VisitPage,
    ctx: AppContext,
    size: tuple[int, int],
    percent: int,
    *,
    folded: bool,
) -> None:
    ctx.theme.use(text_percent=percent)
    page.resize(*size)
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    QApplication.processEvents()

    assert (page.width(), page.height()) == size
    assert page.editor.panels.folded is folded
    for panel in (
        page.editor.plan_panel,
        page.editor.product_panel,
        page.editor.vials_panel,
        page.editor.outcomes_panel,
        page.editor.checks_panel,
    ):
        if panel.isVisible():
            seen = panel.visibleRegion().boundingRect().width()
            # Zero = scrolled out of sight.
            assert seen in (panel.width(), 0), f"{panel.objectName()} is cut off at its side"
    for tool in ("tool_select", "tool_add", "tool_area"):
        button = page.findChild(QPushButton, tool)
        assert button is not None
        assert button.width() >= button.sizeHint().width(), f"{tool} is cut off"


def test_a_text_size_changed_while_writing_loses_nothing(
    qtbot: QtBot, page: VisitPage, ctx: AppContext
) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    press(qtbot, page, "placeProtocol")
    write(qtbot, page, "outcome_nrs_pain_average", "4")
    before = page.draft

    ctx.theme.use(text_percent=150)
    QApplication.processEvents()

    assert page.draft == before
    assert child(page.editor, QLineEdit, "outcome_nrs_pain_average").text() == "4"
    page.undo()
    assert page.draft != before


def test_f6_walks_through_the_panels(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    page.open_visit(stored_patient(ctx).id, None)
    page.editor.plan_panel.day.setFocus()
    walked = []
    for _step in range(3):
        page.next_panel()
        focused = QApplication.focusWidget()
        walked.append(
            [
                panel.objectName()
                for panel in (page.editor.map_panel, page.editor.plan_panel)
                if panel.isAncestorOf(focused)
            ]
        )

    assert walked == [["mapPanel"], [], ["planPanel"]]


def test_a_repeated_visit_takes_few_actions(qtbot: QtBot, page: VisitPage, ctx: AppContext) -> None:
    """R, Enter, a typed pain score, Ctrl Enter."""
    patient = stored_patient(ctx)
    earlier = preempt_treatment(patient, 13)
    store_treatment(ctx, replace(earlier, id=TreatmentId(new_id())))
    page.open_visit(patient.id, None)
    page.editor.map_panel.map.setFocus()
    qtbot.keyClick(page.editor.map_panel.map, Qt.Key.Key_R)
    qtbot.keyClick(page.editor.map_panel.map, Qt.Key.Key_Return)
    write(qtbot, page, "outcome_nrs_pain_average", "3")
    with qtbot.waitSignal(page.visit_saved) as saved:
        page.save()

    visit = reload(ctx, saved.args[1])
    assert visit.treatment.dose == earlier.dose
    assert visit.treatment.units_in(earlier.injections[0].site, Side.RIGHT) == 5
    assert InjectionId(visit.treatment.injections[0].id)
