"""The body map: muscles are where the art draws them, and every deed works by mouse and by key."""

from collections.abc import Iterator
from decimal import Decimal
from time import perf_counter

import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Applying, Plan, PlanPoint
from outcomes_app.domain.values import ProductId, ProtocolId, Side, SiteId, ViewId
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import BodyMap, PlanModel, ViewStrip, art, naming
from outcomes_app.ui.widgets.bodymap.stage import Stage

CATALOG = catalogs.load()
ONA = ProductId("ona")
FREE = plans.FREE_POINT


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The light theme at 100 % text."""
    made = Theme(qapp, mode="light")
    yield made
    made.use(mode="light", text_percent=100)


@pytest.fixture
def model() -> PlanModel:
    """An empty plan of onabotulinumtoxinA."""
    made = PlanModel(CATALOG.sites, CATALOG.views)
    made.show(Plan(product=ONA))
    return made


@pytest.fixture
def body_map(qtbot: QtBot, theme: Theme, model: PlanModel) -> BodyMap:
    """The map on the screen."""
    made = BodyMap(theme, model)
    qtbot.addWidget(made)
    made.resize(700, 620)
    made.show()
    qtbot.waitExposed(made)
    return made


def place_preempt(model: PlanModel) -> None:
    protocol = CATALOG.protocols[ProtocolId("preempt_fixed_155")]
    model.place_protocol(protocol, (Side.RIGHT, Side.LEFT), Applying.REPLACE)


def on_screen(body_map: BodyMap, view: str, x: float, y: float) -> QPoint:
    """A place of a picture, in pixels of the map."""
    found = body_map.stage.to_widget(plans.placed(ViewId(view), x, y))
    assert found is not None
    return found.toPoint()


def click(
    qtbot: QtBot,
    body_map: BodyMap,
    place: tuple[str, float, float],
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    where = on_screen(body_map, *place)
    qtbot.mouseClick(body_map, Qt.MouseButton.LeftButton, modifier, where)


def drag(qtbot: QtBot, body_map: BodyMap, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(body_map, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(body_map, (start + end) / 2)
    qtbot.mouseMove(body_map, end)
    qtbot.mouseRelease(body_map, Qt.MouseButton.LeftButton, pos=end)


def site_sides() -> list[tuple[str, str, str, float, float]]:
    """Every default point of every muscle and gland that the art can show."""
    return [
        (site.id, placement.side.value, placement.view, x, y)
        for site in CATALOG.sites.values()
        if site.kind in ("muscle", "gland")
        for placement in site.placements
        if placement.regions or placement.host
        for x, y in placement.points
    ]


# The art


@pytest.mark.parametrize("view", CATALOG.views.values(), ids=lambda v: v.id)
def test_every_region_of_every_picture_leads_to_a_site(view) -> None:  # type: ignore[no-untyped-def]  # pytest's parameter
    drawn = naming.picture(view)
    assert {r.id for r in drawn.regions} == set(view.sites_by_region)
    assert all(r.area > 0 for r in drawn.regions)


@pytest.mark.parametrize("dark", [False, True])
def test_every_class_of_the_art_has_its_ink(*, dark: bool) -> None:
    for view in CATALOG.views.values():
        used = {shape.css for shape in naming.picture(view).shapes}
        assert used <= set(art.inks(dark=dark))


def test_a_click_on_each_default_point_hits_a_region_of_its_site() -> None:
    missed = []
    for site, side, view_id, x, y in site_sides():
        view = CATALOG.views[ViewId(view_id)]
        placement = next(
            p
            for p in CATALOG.sites[SiteId(site)].placements
            if p.side == side and p.view == view_id
        )
        deep = placement.layer == "deep" and bool(placement.regions)
        region = naming.picture(view).region_at(x, y, deep=deep)
        offered = view.sites_by_region.get(region.id, ()) if region else ()
        if site not in offered:
            missed.append((site, side, view_id, x, y))
    assert missed == []


def test_each_anchor_is_on_the_side_it_says() -> None:
    for site, side, view_id, x, y in site_sides():
        if side == "midline":
            continue
        spot = naming.spot_at(CATALOG.views[ViewId(view_id)], CATALOG.sites, x, y)
        assert spot.side in (Side(side), Side.MIDLINE), (site, side, view_id)


@pytest.mark.parametrize(
    ("view", "x", "side"),
    [
        ("face_front", 0.7, Side.LEFT),
        ("face_front", 0.3, Side.RIGHT),
        ("face_front", 0.5, Side.MIDLINE),
        ("head_back", 0.3, Side.LEFT),
        ("body_front", 0.7, Side.LEFT),
        ("body_back", 0.7, Side.RIGHT),
        ("head_left", 0.9, Side.LEFT),
        ("hand_palm_right", 0.2, Side.RIGHT),
        ("axilla_left", 0.2, Side.LEFT),
    ],
)
def test_sides_are_the_patients(view: str, x: float, side: Side) -> None:
    assert naming.side_at(CATALOG.views[ViewId(view)], x) is side


def test_the_superficial_muscle_wins_unless_the_deep_one_is_asked_for() -> None:
    view = CATALOG.views[ViewId("head_back")]
    middle = naming.picture(view).region("rhomboids_left")
    assert middle is not None
    spot = middle.path.boundingRect().center()
    x, y = spot.x() / view.width, spot.y() / view.height

    assert naming.picture(view).region_at(x, y).css == "muscle"  # type: ignore[union-attr]  # inside
    assert naming.spot_at(view, CATALOG.sites, x, y, deep=True).region == "rhomboids_left"


def test_every_site_of_the_catalog_can_be_added_by_name(model: PlanModel) -> None:
    for site in CATALOG.sites.values():
        point = model.add_site(site.id, site.placements[0].side if site.placements else Side.LEFT)
        assert point.placement is not None or not site.placements
        if point.placement is not None:
            assert point.placement.view in model.views_shown


# The mouse


def test_preempt_is_placed_by_one_deed(body_map: BodyMap, model: PlanModel) -> None:
    place_preempt(model)

    assert model.totals.overall.points == 31
    assert model.totals.overall.units == 155
    assert len(body_map.places()) == 7


def test_a_click_adds_a_site_with_its_muscle_side_and_units(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    model.set_adding(True)
    model.set_new_units(Decimal("7.5"))
    click(qtbot, body_map, ("face_front", 0.568, 0.258))

    (point,) = model.plan.points
    assert (point.site, point.side, point.units) == ("frontalis", Side.LEFT, Decimal("7.5"))
    assert model.selection == (point.id,)


def test_the_patients_left_is_at_the_viewers_right_in_front_and_left_behind(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    model.set_adding(True)
    click(qtbot, body_map, ("face_front", 0.59, 0.258))
    model.show_sheet(3)
    click(qtbot, body_map, ("head_back", 0.208, 0.67))

    assert [p.side for p in model.plan.points] == [Side.LEFT, Side.LEFT]
    assert [p.site for p in model.plan.points] == ["frontalis", "trapezius_upper"]


def test_a_click_beside_the_body_stays_and_needs_a_name(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    model.set_adding(True)
    click(qtbot, body_map, ("face_front", 0.95, 0.5))

    (point,) = model.plan.points
    assert point.site == FREE
    assert point.needs_name
    assert naming.site_name(point, CATALOG.sites) == "Unassigned"


def test_a_muscle_the_catalog_does_not_know_keeps_the_name_of_the_art() -> None:
    view = CATALOG.views[ViewId("face_front")]
    region = naming.picture(view).region("depressor_labii_left")
    assert region is not None
    middle = region.path.boundingRect().center()
    spot = naming.spot_at(view, CATALOG.sites, middle.x() / 1000, middle.y() / 1000)

    assert (spot.site, spot.side, spot.label) == (FREE, Side.LEFT, "Depressor labii")


def test_dragging_into_another_muscle_renames(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    point = model.add_at(ViewId("face_front"), 0.59, 0.258)
    deeds: list[str] = []
    model.edited.connect(lambda _plan, deed: deeds.append(deed))

    drag(
        qtbot,
        body_map,
        on_screen(body_map, "face_front", 0.59, 0.258),
        on_screen(body_map, "face_front", 0.6527, 0.4892),
    )

    moved = model.plan.point(point.id)
    assert moved is not None
    assert moved.placement is not None
    assert (moved.site, moved.side) == ("masseter", Side.LEFT)
    assert moved.placement.x == pytest.approx(0.6527, abs=0.003)
    assert len(deeds) == 1


def test_a_point_keeps_its_place_when_the_map_has_another_size(
    body_map: BodyMap, model: PlanModel
) -> None:
    point = model.add_at(ViewId("face_front"), 0.59, 0.258)
    before = point.placement
    body_map.resize(420, 900)
    body_map.zoom_by(2.0)

    assert model.plan.points[0].placement == before
    shown = body_map.places()[0][1]
    panel, x, y = body_map.stage.at(shown)  # type: ignore[misc]  # it is on the picture
    assert (panel.view.id, round(x, 3), round(y, 3)) == ("face_front", 0.59, 0.258)


def test_zoom_keeps_what_is_under_the_pointer() -> None:
    stage = Stage(CATALOG.views)
    stage.show(naming.SHEETS[0])
    stage.resize(QSizeF(700, 620))
    before = stage.at(QPointF(400, 200))
    stage.zoom_by(3.0, QPointF(400, 200))
    after = stage.at(QPointF(400, 200))

    assert before is not None
    assert after is not None
    assert after[1:] == pytest.approx(before[1:], abs=0.001)


# The keyboard


def press(qtbot: QtBot, widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget() or widget, key)


def test_a_site_is_placed_changed_moved_and_removed_without_a_mouse(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    body_map.activateWindow()
    body_map.setFocus()
    key = Qt.Key
    press(qtbot, body_map, key.Key_A, key.Key_Down, key.Key_Up, key.Key_Up, key.Key_Return)
    assert len(model.plan.points) == 1

    press(qtbot, body_map, key.Key_V, key.Key_Plus)
    assert model.plan.points[0].units == Decimal("7.5")

    before = model.plan.points[0].placement
    press(qtbot, body_map, key.Key_Right)
    after = model.plan.points[0].placement
    assert before is not None
    assert after is not None
    assert (after.x - before.x) * 1000 == pytest.approx(2.9, abs=0.11)

    press(qtbot, body_map, key.Key_Delete)
    assert model.plan.points == ()


def test_shift_moves_five_millimetres(qtbot: QtBot, body_map: BodyMap, model: PlanModel) -> None:
    model.add_at(ViewId("face_front"), 0.59, 0.258)
    body_map.setFocus()
    qtbot.keyClick(body_map, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)

    place = model.plan.points[0].placement
    assert place is not None
    assert place.y == pytest.approx(0.258 + 0.0145, abs=0.0002)


def test_control_changes_the_whole_muscle(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    place_preempt(model)
    one = next(p for p in model.plan.points if p.site == "temporalis" and p.side is Side.LEFT)
    model.reveal(one.id)
    qtbot.keyClick(body_map, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)

    assert model.totals.muscle(SiteId("temporalis")).left == 30
    assert model.totals.muscle(SiteId("temporalis")).right == 20


def test_digits_turn_to_the_views(qtbot: QtBot, body_map: BodyMap, model: PlanModel) -> None:
    for number in range(1, 10):
        qtbot.keyClick(body_map, Qt.Key(Qt.Key.Key_0.value + number))
        assert model.sheet == number - 1


def test_letters_rest_when_they_are_switched_off(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    body_map.letters_on = False
    qtbot.keyClick(body_map, Qt.Key.Key_A)
    qtbot.keyClick(body_map, Qt.Key.Key_4)

    assert not model.adding
    assert model.sheet == 0


def test_m_copies_to_the_other_side_and_again_adds_nothing(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    model.add_at(ViewId("face_front"), 0.59, 0.258)
    qtbot.keyClick(body_map, Qt.Key.Key_M)
    assert [p.side for p in model.plan.points] == [Side.LEFT, Side.RIGHT]

    qtbot.keyClick(body_map, Qt.Key.Key_M)
    assert len(model.plan.points) == 2


def test_with_mirror_on_every_edit_is_done_twice(model: PlanModel) -> None:
    model.set_mirroring(True)
    left = model.add_at(ViewId("face_front"), 0.59, 0.258)
    assert len(model.plan.points) == 2

    model.select((left.id,))
    model.step_units(1)
    assert {p.units for p in model.plan.points} == {Decimal("7.5")}

    model.nudge(3, 0)
    one, other = (p.placement for p in model.plan.points)
    assert one is not None
    assert other is not None
    assert one.x + other.x == pytest.approx(1.0, abs=0.0002)

    model.remove_selected()
    assert model.plan.points == ()


def test_tab_walks_the_sites_in_the_order_of_injection(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    place_preempt(model)
    body_map.activateWindow()
    body_map.setFocus()
    walked = []
    for _step in range(7):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        walked.append(model.selected[0])

    assert walked == [p for p, _centre in body_map.places()]


def test_each_site_has_an_accessible_name(body_map: BodyMap, model: PlanModel) -> None:
    place_preempt(model)
    model.compare_with(model.plan)
    point = next(
        p for p in model.plan.points if p.site == "trapezius_upper" and p.side is Side.LEFT
    )
    model.reveal(point.id)
    model.set_units((point.id,), Decimal(10))

    number = model.plan.points.index(model.plan.point(point.id)) + 1  # type: ignore[arg-type]  # there
    handle = body_map.findChild(QWidget, f"site_{number}")
    name = QAccessible.queryAccessibleInterface(handle).text(QAccessible.Text.Name)
    site = CATALOG.sites[SiteId("trapezius_upper")].name
    assert name == (
        f"{site}, left, site 1, 10\u00a0units, changed from 5\u00a0units, "
        f"the other side differs, {number} of 31"
    )


# What is painted


def painted(body_map: BodyMap, place: QPoint) -> str:
    return body_map.grab().toImage().pixelColor(place).name()


def test_points_are_painted_where_they_lie_and_changed_ones_otherwise(
    body_map: BodyMap, model: PlanModel, theme: Theme
) -> None:
    point = model.add_at(ViewId("face_front"), 0.591, 0.258)
    model.select(())
    beside = on_screen(body_map, "face_front", 0.591, 0.258) + QPoint(-6, 0)
    assert painted(body_map, beside) == theme.color("accentText").name()

    model.compare_with(model.plan)
    model.set_units((point.id,), Decimal(10))
    beside = on_screen(body_map, "face_front", 0.591, 0.258) + QPoint(-8, 0)
    assert painted(body_map, beside) == theme.color("changed").name()


def test_a_muscle_with_points_and_one_under_the_pointer_light_up(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    spot = on_screen(body_map, "face_front", 0.6527, 0.52)
    plain = painted(body_map, spot)
    qtbot.mouseMove(body_map, spot)
    hovered = painted(body_map, spot)
    qtbot.mouseMove(body_map, QPoint(3, 3))
    model.add_at(ViewId("face_front"), 0.6527, 0.45)
    lit = painted(body_map, spot)

    assert len({plain, hovered, lit}) == 3


def test_the_theme_recolours_the_art(body_map: BodyMap, theme: Theme) -> None:
    corner = on_screen(body_map, "face_front", 0.5, 0.1)
    light = painted(body_map, corner)
    theme.use(mode="dark")
    assert painted(body_map, corner) != light


def test_thumbnails_count_and_turn(qtbot: QtBot, theme: Theme, model: PlanModel) -> None:
    strip = ViewStrip(theme, model)
    qtbot.addWidget(strip)
    strip.resize(800, 120)
    strip.show()
    place_preempt(model)
    back = strip.findChild(QWidget, "sheet_back")
    assert back.accessibleName() == "Back, 16\u00a0sites, 80\u00a0units"

    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert naming.SHEETS[model.sheet].key == "back"


def two_hundred() -> tuple[PlanPoint, ...]:
    """Two hundred points over the face."""
    return tuple(
        plans.new_point(
            SiteId("frontalis"),
            Side.LEFT,
            Decimal(5),
            plans.placed(ViewId("face_front"), 0.2 + (i % 20) * 0.03, 0.1 + (i // 20) * 0.08),
        )
        for i in range(200)
    )


def test_two_hundred_points_follow_the_mouse(
    qtbot: QtBot, body_map: BodyMap, model: PlanModel
) -> None:
    """Thirty repaints, each with its own move of the mouse, in a second and less."""
    model.show(Plan(product=ONA, points=two_hundred()))
    model.select((model.plan.points[110].id,))
    centre = body_map.places()[110][1].toPoint()
    body_map.repaint()
    qtbot.mousePress(body_map, Qt.MouseButton.LeftButton, pos=centre)
    started, frames = perf_counter(), 0
    while perf_counter() - started < 1.0 and frames < 60:
        qtbot.mouseMove(body_map, centre + QPoint(12 + frames, 12 + frames % 20))
        QApplication.processEvents()
        body_map.repaint()
        frames += 1
    qtbot.mouseRelease(body_map, Qt.MouseButton.LeftButton, pos=centre + QPoint(60, 20))

    assert frames >= 30
