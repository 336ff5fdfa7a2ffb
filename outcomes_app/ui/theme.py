"""The look: colours, fonts, sizes and icons from resources/tokens.json, in light and dark.

The palette does most of the work; the style sheet only sets borders, radii, paddings and states.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
    QStyleHints,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from outcomes_app import resources
from outcomes_app.ui import style

# Two roles beside those of tokens.json: a button's words and a badge's.
_MORE_FONTS = {"button": {"px": 13, "weight": 500}, "badge": {"px": 12, "weight": 600}}

_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLook:
    """How a product is shown everywhere: its code, colour and shape."""

    code: str
    color: QColor
    marker: str


@cache
def tokens() -> Mapping[str, Any]:
    """The design tokens, read once."""
    loaded: Mapping[str, Any] = json.loads(resources.read_text("tokens.json"))
    return loaded


class Theme(QObject):
    """Colours, fonts and icons for the chosen mode and text size; `changed` when either moves."""

    changed = Signal()

    def __init__(
        self,
        application: QApplication,
        *,
        mode: str = "system",
        text_percent: int = 100,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._application = application
        self._mode = mode
        self._scale = text_percent / 100
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        self._family = self._load_fonts()
        application.setStyle("Fusion")
        hints = QGuiApplication.styleHints()
        hints.setColorScheme(_SCHEMES[mode])
        hints.colorSchemeChanged.connect(self._follow_system)
        self._apply()

    @property
    def name(self) -> str:
        """ "light" or "dark", whichever is shown now."""
        if self._mode != "system":
            return self._mode
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    @property
    def scale(self) -> float:
        """The text scale: 1.0 to 2.0."""
        return self._scale

    def use(self, *, mode: str | None = None, text_percent: int | None = None) -> None:
        """Change mode ("system", "light", "dark") or text size, everywhere, now."""
        if mode is not None and mode != self._mode:
            self._mode = mode
            QGuiApplication.styleHints().setColorScheme(_SCHEMES[mode])
        if text_percent is not None:
            self._scale = text_percent / 100
        self._apply()

    def px(self, size: float) -> int:
        """A length at 100 % text, as pixels at the chosen text size."""
        return round(size * self._scale)

    def hex(self, role: str) -> str:
        """A colour of tokens.json as text: "#1A232E" or, with alpha, "#14RRGGBB" as Qt reads it."""
        return self.color(role).name(
            QColor.NameFormat.HexArgb
            if self.color(role).alpha() < 255
            else QColor.NameFormat.HexRgb
        )

    def color(self, role: str) -> QColor:
        """A colour of tokens.json by its role, for example "accentSoft"."""
        return _color(tokens()["color"][self.name][role])

    def chart_color(self, role: str) -> QColor:
        """A chart colour by its role, for example "better" or "baseline"."""
        return _color(tokens()["chart"][self.name][role])

    def series_color(self, index: int) -> QColor:
        """The colour of the n-th series, starting again after the last."""
        series = tokens()["chart"][self.name]["series"]
        return _color(series[index % len(series)]["color"])

    def product(self, code: str) -> ProductLook:
        """The look of a product by its code ("ONA"); products without one share a neutral look."""
        for look in tokens()["chart"][self.name]["products"].values():
            if look["code"] == code:
                return ProductLook(code=code, color=_color(look["color"]), marker=look["marker"])
        return ProductLook(code=code, color=self.color("textMuted"), marker="ring")

    def font(self, role: str = "body", *, tabular: bool = False) -> QFont:
        """A font by role: axis, caption, badge, body, bodyStrong, lead, subtitle, title, metric.

        `tabular` lines up the figures of columns; it also widens the hyphen, so words do without.
        """
        size = _MORE_FONTS.get(role) or tokens()["type"]["scale"][role]
        font = QFont(self._family)
        font.setPixelSize(self.px(size["px"]))
        font.setWeight(QFont.Weight(round(size["weight"] / 100) * 100))
        if tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def icon(self, name: str, role: str = "text", size: int = 20) -> QIcon:
        """A line icon in a colour of the theme; `size` at 100 % text."""
        key = (name, role, size)
        if key not in self._icons:
            icon = QIcon(self.pixmap(name, role, size))
            icon.addPixmap(self.pixmap(name, "disabledText", size), QIcon.Mode.Disabled)
            self._icons[key] = icon
        return self._icons[key]

    def pixmap(self, name: str, role: str = "text", size: int = 20) -> QPixmap:
        """The same icon as a picture, sharp on this screen."""
        ratio = self._application.devicePixelRatio()
        side = self.px(size)
        svg = resources.read_text(f"icons/{name}.svg").replace("currentColor", self.hex(role))
        if size >= 32:  # a large picture keeps a thin line
            svg = svg.replace('stroke-width="1.5"', 'stroke-width="0.8"')
        picture = QPixmap(QSize(round(side * ratio), round(side * ratio)))
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        QSvgRenderer(svg.encode()).render(painter, QRectF(picture.rect()))
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture

    def set_text_role(self, widget: QWidget, role: str) -> None:
        """Give a widget the font of a role; it follows the text size."""
        widget.setProperty("textRole", role)
        widget.setFont(self.font(role))

    def set_icon(self, button: Any, name: str, role: str = "text", size: int = 16) -> None:
        """Give a button, action or label an icon that follows the theme."""
        for key, value in (("iconName", name), ("iconRole", role), ("iconSize_", size)):
            button.setProperty(key, value)
        self._draw_icon(button)

    def _draw_icon(self, button: Any) -> None:
        name, role = button.property("iconName"), button.property("iconRole")
        size = int(button.property("iconSize_"))
        if hasattr(button, "setPixmap"):
            button.setPixmap(self.pixmap(name, role, size))
            return
        button.setIcon(self.icon(name, role, size))
        if hasattr(button, "setIconSize"):
            button.setIconSize(QSize(self.px(size), self.px(size)))

    def _load_fonts(self) -> list[str]:
        families = {
            family
            for name in resources.names("fonts", ".ttf")
            for family in QFontDatabase.applicationFontFamilies(
                QFontDatabase.addApplicationFontFromData(resources.read_bytes(name))
            )
        }
        return [f for f in tokens()["type"]["family"] if f in families or f != "Inter"]

    def _follow_system(self) -> None:
        if self._mode == "system":
            self._apply()

    def _apply(self) -> None:
        self._icons.clear()
        application = self._application
        application.setFont(self.font())
        if _style_hints().accessibility().contrastPreference() is _high_contrast():
            application.setStyleSheet("")
        else:
            application.setPalette(self._palette())
            application.setStyleSheet(style.sheet(tokens()["color"][self.name], self._scale))
        for widget in application.allWidgets():
            role = widget.property("textRole")
            if role:
                widget.setFont(self.font(role))
            if widget.property("iconName"):
                self._draw_icon(widget)
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in style.PALETTE.items():
            palette.setColor(role, self.color(token))
        for role in style.DISABLED:
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("disabledText"))
        return palette


@cache
def _style_hints() -> QStyleHints:
    # Kept: PySide forgets the accessibility hints for good when this wrapper is let go.
    return QGuiApplication.styleHints()


def _high_contrast() -> Qt.ContrastPreference:
    return Qt.ContrastPreference.HighContrast


def _color(text: str) -> QColor:
    # tokens.json writes alpha last, as in CSS; Qt reads it first.
    return QColor(f"#{text[7:9]}{text[1:7]}") if len(text) == 9 else QColor(text)
