"""The look: contrast as the tokens promise, both modes, the text size, and icons that follow."""

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from outcomes_app import resources
from outcomes_app.ui import style
from outcomes_app.ui.theme import Theme, tokens
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.labels import Icon, Text

PAIRS = tuple(
    check
    for check in tokens()["contrast_checks"]
    if "/" in check["pair"] and "(" not in check["pair"]
)


def luminance(color: QColor) -> float:
    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(c) for c in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(params=["light", "dark"])
def mode(request: pytest.FixtureRequest, theme: Theme) -> Theme:
    theme.use(mode=request.param)
    return theme


@pytest.mark.parametrize("check", PAIRS, ids=lambda c: f"{c['theme']}-{c['pair']}")
def test_the_promised_contrast_holds(theme: Theme, check: dict[str, object]) -> None:
    theme.use(mode=str(check["theme"]))
    front, back = str(check["pair"]).split("/")
    assert contrast(theme.color(front), theme.color(back)) >= float(str(check["required"]))


def test_the_palette_comes_from_the_tokens(mode: Theme, qapp: QApplication) -> None:
    palette = qapp.palette()
    assert palette.color(QPalette.ColorRole.Window) == mode.color("window")
    assert palette.color(QPalette.ColorRole.Text) == mode.color("text")
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == mode.color(
        "disabledText"
    )


def test_the_style_sheet_leaves_no_sign_unresolved(mode: Theme) -> None:
    sheet = style.sheet(tokens()["color"][mode.name], 1.5)
    assert "@" not in sheet.partition("*/")[2]
    assert "$" not in sheet
    assert "font-size" not in sheet, "sizes come from QFont, or the text size would not count"


def test_lengths_follow_the_text_size_and_hairlines_do_not() -> None:
    colors = tokens()["color"]["light"]
    assert "padding: 0px 12px; min-height: 30px" in style.sheet(colors, 1.0)
    doubled = style.sheet(colors, 2.0)
    assert "padding: 0px 24px; min-height: 60px" in doubled
    assert "border: 1px solid" in doubled


def test_every_icon_is_drawn_in_the_colour_that_is_asked_for(mode: Theme) -> None:
    for name in resources.names("icons", ".svg"):
        icon = name.removeprefix("icons/").removesuffix(".svg")
        if icon == "interval":
            continue
        picture = mode.pixmap(icon, "danger", 20).toImage()
        wanted = mode.color("danger")
        hit = [
            picture.pixelColor(x, y)
            for x in range(picture.width())
            for y in range(picture.height())
            if picture.pixelColor(x, y).alpha() > 120
        ]
        assert hit, icon
        assert all(abs(c.red() - wanted.red()) < 16 for c in hit), icon


def test_the_bundled_font_is_used(theme: Theme) -> None:
    assert QFontInfo(theme.font()).family() == "Inter"
    assert theme.font("title").pixelSize() == 20


def test_text_and_icons_follow_a_change_while_shown(qtbot: QtBot, theme: Theme) -> None:
    text, icon = Text(theme, "155 units", "metric"), Icon(theme, "check", "ok", 16)
    button = Button(theme, "Save", "primary", icon="pen")
    for widget in (text, icon, button):
        qtbot.addWidget(widget)
    before = icon.pixmap().toImage()
    with qtbot.waitSignal(theme.changed):
        theme.use(mode="dark", text_percent=200)
    assert text.font().pixelSize() == 52
    assert icon.pixmap().toImage() != before
    assert button.iconSize().width() == 32


def test_a_product_has_its_own_colour_and_shape(mode: Theme) -> None:
    looks = [mode.product(code) for code in ("ONA", "ABO", "INCO", "RIMA", "DAXI")]
    assert len({look.color.name() for look in looks}) == 5
    assert len({look.marker for look in looks}) == 5
    assert mode.product("NEW").marker == "ring"


def test_alpha_is_read_from_the_end_as_in_css(theme: Theme) -> None:
    scrim = theme.color("scrim")
    assert (scrim.red(), scrim.green(), scrim.blue(), scrim.alpha()) == (0x1A, 0x23, 0x2E, 0x66)
