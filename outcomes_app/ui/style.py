"""From tokens to Qt: which palette role takes which colour, and the style sheet."""

import re
from collections.abc import Mapping

from PySide6.QtGui import QPalette

from outcomes_app import resources

_Role = QPalette.ColorRole

PALETTE: Mapping[QPalette.ColorRole, str] = {
    _Role.Window: "window",
    _Role.WindowText: "text",
    _Role.Base: "field",
    _Role.AlternateBase: "surfaceSunken",
    _Role.ToolTipBase: "surfaceRaised",
    _Role.ToolTipText: "text",
    _Role.PlaceholderText: "textFaint",
    _Role.Text: "text",
    _Role.Button: "surface",
    _Role.ButtonText: "text",
    _Role.BrightText: "danger",
    _Role.Light: "surfaceRaised",
    _Role.Midlight: "hover",
    _Role.Dark: "borderStrong",
    _Role.Mid: "border",
    _Role.Shadow: "borderStrong",
    _Role.Highlight: "selection",
    _Role.HighlightedText: "text",
    _Role.Accent: "accent",
    _Role.Link: "accentText",
    _Role.LinkVisited: "accentText",
}

DISABLED = (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.HighlightedText)

_LENGTH = re.compile(r"\b(\d+)px")
_COLOR = re.compile(r"@(\w+)")


def sheet(colors: Mapping[str, str], scale: float) -> str:
    """The style sheet with the colours of a theme put in and every length above 2 px scaled."""

    def length(match: re.Match[str]) -> str:
        pixels = int(match[1])
        return f"{pixels if pixels <= 2 else round(pixels * scale)}px"

    template = resources.read_text("styles/interval.qss")
    template = template.replace("$styles", resources.folder("styles").as_posix())
    return _COLOR.sub(lambda match: colors[match[1]][:7], _LENGTH.sub(length, template))
