"""Several sites at once on the body map: a band, the same words for all, areas, and both sides."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Applying, Plan
from outcomes_app.domain.treatment import Guidance
from outcomes_app.domain.values import ProductId, ProtocolId, Side, SiteId, ViewId
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import BodyMap, PlanModel, naming
from outcomes_app.ui.widgets.visit_map import MapPanel
from outcomes_app.ui.widgets.visit_sites import SitesPanel
from outcomes_app.ui.widgets.visit_totals import MuscleRow, TotalsPanel

CATALOG = catalogs.load()
FRONTALIS = SiteId("frontalis")


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The light theme at 100 % text."""
    made = Theme(qapp, mode="light")
    yield made
    made.use(mode="light", text_percent=100)


@pytest.fixture
def model() -> PlanModel:
    """PREEMPT with its 31 sites, the face in front."""
    made = PlanModel(CATALOG.sites, CATALOG.views)
    made.show(Plan(product=ProductId("ona")))
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    made.place_protocol(protocol, (Side.RIGHT, Side.LEFT), Applying.REPLACE)
    made.show_sheet(0)
    return made


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, model: PlanModel) -> MapPanel:
    """The map with its tools on the screen."""
    made = MapPanel(theme, model, CATALOG.grids)
    qtbot.addWidget(made)
    made.resize(900, 760)
    made.show()
    qtbot.waitExposed(made)
    return made


def pull(
    qtbot: QtBot,
    body_map: BodyMap,
    path: list[QPoint],
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    qtbot.mousePress(body_map, Qt.MouseButton.LeftButton, modifier, path[0])
    for pos in path[1:]:
        qtbot.mouseMove(body_map, pos)
    qtbot.mouseRelease(body_map, Qt.MouseButton.LeftButton, modifier, path[-1])


def spots(body_map: BodyMap, site: SiteId) -> list[QPoint]:
    return [centre.toPoint() for point, centre in body_map.places() if point.site == site]


def test_a_band_chooses_all_sites_in_it(qtbot: QtBot, panel: MapPanel, model: PlanModel) -> None:
    forehead = spots(panel.map, FRONTALIS)
    assert len(forehead) == 4
    left, right = min(p.x() for p in forehead), max(p.x() for p in forehead)
    top, bottom = min(p.y() for p in forehead), max(p.y() for p in forehead)

    corner, opposite = QPoint(left - 14, top - 14), QPoint(right + 14, bottom + 14)
    pull(qtbot, panel.map, [corner, (corner + opposite) / 2, opposite])

    assert {p.site for p in model.selected} == {FRONTALIS}
    assert len(model.selected) == 4


def test_plus_and_copy_and_undoable_words_are_for_the_whole_selection(model: PlanModel) -> None:
    chosen = [p.id for p in model.plan.points if p.site == FRONTALIS]
    model.select(chosen)

    model.step_units(1)
    assert {p.units for p in model.selected} == {Decimal("7.5")}

    model.copy_selected()
    assert len(model.plan.points) == 35
    assert len(model.selected) == 4
    assert not set(chosen) & set(model.selection)


def test_guidance_depth_and_note_are_said_once_for_all_chosen_sites(
    qtbot: QtBot, theme: Theme, model: PlanModel
) -> None:
    sites = SitesPanel(theme, model)
    qtbot.addWidget(sites)
    sites.show()
    model.select(p.id for p in model.plan.points if p.site == FRONTALIS)

    guidance = sites.findChild(QComboBox, "guidanceOfPoint")
    at = guidance.findData(Guidance.ULTRASOUND)
    guidance.setCurrentIndex(at)
    guidance.activated.emit(at)
    depth = sites.findChild(QLineEdit, "depthOfPoint")
    depth.setFocus()
    qtbot.keyClicks(depth, "Intradermal")
    depth.editingFinished.emit()

    said = {(p.guidance, p.depth) for p in model.plan.points if p.site == FRONTALIS}
    assert said == {(Guidance.ULTRASOUND, "Intradermal")}
    assert all(p.guidance is None for p in model.plan.points if p.site != FRONTALIS)


def test_what_differs_among_the_chosen_sites_is_not_overwritten(
    qtbot: QtBot, theme: Theme, model: PlanModel
) -> None:
    sites = SitesPanel(theme, model)
    qtbot.addWidget(sites)
    chosen = [p.id for p in model.plan.points if p.site == FRONTALIS]
    model.describe(chosen[:1], note="Old scar")
    model.select(chosen)

    note = sites.findChild(QLineEdit, "noteOfPoint")
    assert (note.text(), note.placeholderText()) == ("", "Several")
    note.editingFinished.emit()
    assert [p.note for p in model.plan.of(chosen)] == ["Old scar", "", "", ""]


def test_the_usual_guidance_and_an_earlier_event_stand_beside_the_muscle(
    qtbot: QtBot, theme: Theme, model: PlanModel
) -> None:
    totals = TotalsPanel(theme, model)
    qtbot.addWidget(totals)
    model.set_past((), {FRONTALIS: ((Side.LEFT, "Brow droop, grade 2"),)})

    rows = [r for r in totals.findChildren(MuscleRow) if "Brow droop" in r.accessibleName()]
    assert len(rows) == 1
    assert "Frontalis" in rows[0].accessibleName()
    assert model.events_at(FRONTALIS, Side.LEFT) == ("Brow droop, grade 2",)
    assert model.events_at(FRONTALIS, Side.RIGHT) == ()


def test_unequal_sides_are_marked_and_said(qtbot: QtBot, theme: Theme, model: PlanModel) -> None:
    totals = TotalsPanel(theme, model)
    qtbot.addWidget(totals)
    assert model.uneven == frozenset()

    one = next(p for p in model.plan.points if (p.site, p.side) == (FRONTALIS, Side.LEFT))
    model.set_units((one.id,), Decimal(10))

    twin = plans.twin(model.plan, model.plan.of((one.id,))[0])
    assert twin is not None
    assert model.uneven == {one.id, twin.id}
    said = [r.accessibleName() for r in totals.findChildren(MuscleRow)]
    assert any("5\u00a0units more left" in words for words in said)


def test_a_grid_of_the_axilla_is_placed_in_its_skin_on_its_side(
    qtbot: QtBot, panel: MapPanel, model: PlanModel
) -> None:
    model.show(Plan(product=ProductId("ona")))
    model.show_sheet(naming.sheet_of(ViewId("axilla_left")))
    qtbot.mouseClick(panel.findChild(QPushButton, "tool_area"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.findChild(QPushButton, "grid_axilla_left"), Qt.MouseButton.LeftButton)

    points = model.plan.points
    assert len(points) == len(CATALOG.grids["axilla_left"].points)
    assert {(p.site, p.side, p.units) for p in points} == {
        ("axilla_skin", Side.LEFT, model.new_units)
    }
    assert len(model.selection) == len(points)
    assert not model.drawing


def test_a_drawn_field_is_filled_at_its_spacing(
    qtbot: QtBot, panel: MapPanel, model: PlanModel
) -> None:
    model.show(Plan(product=ProductId("ona")))
    view = ViewId("body_back")
    model.show_sheet(naming.sheet_of(view))
    panel.area.prefer((SiteId("neuropathic_area_trunk"),))
    model.set_drawing(True)
    corners = [(0.52, 0.22), (0.62, 0.22), (0.62, 0.28), (0.52, 0.28), (0.52, 0.22)]
    path = []
    for x, y in corners:
        found = panel.map.stage.to_widget(plans.placed(view, x, y))
        assert found is not None
        path.append(found.toPoint())
    pull(qtbot, panel.map, path)

    points = model.plan.points
    assert points
    assert {p.site for p in points} == {"neuropathic_area_trunk"}
    places = [p.placement for p in points if p.placement]
    assert all(0.51 < p.x < 0.63 and 0.21 < p.y < 0.29 for p in places)
    rows = sorted({p.y for p in places})
    apart = (rows[1] - rows[0]) * CATALOG.views[view].height / CATALOG.views[view].pixels_per_cm
    assert apart == pytest.approx(1.5, abs=0.05)


def test_the_right_button_pushes_the_picture(qtbot: QtBot, panel: MapPanel) -> None:
    before = panel.map.stage.transform.dx()
    start = QPoint(300, 300)
    qtbot.mousePress(panel.map, Qt.MouseButton.MiddleButton, pos=start)
    qtbot.mouseMove(panel.map, start + QPoint(30, 0))
    qtbot.mouseMove(panel.map, start + QPoint(60, 0))
    qtbot.mouseRelease(panel.map, Qt.MouseButton.MiddleButton, pos=start + QPoint(60, 0))
    assert panel.map.stage.transform.dx() == pytest.approx(before + 60, abs=1)


def test_h_shows_where_the_last_treatments_went(
    qtbot: QtBot, panel: MapPanel, model: PlanModel
) -> None:
    model.set_past((model.plan,), {})
    model.show(Plan(product=ProductId("ona")))
    bare = panel.map.grab().toImage()
    panel.map.setFocus()
    qtbot.keyClick(panel.map, Qt.Key.Key_H)
    assert panel.map.grab().toImage() != bare
    qtbot.keyClick(panel.map, Qt.Key.Key_H)
    assert not model.heating
