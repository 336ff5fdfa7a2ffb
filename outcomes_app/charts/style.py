"""How charts look: colours, shapes and fonts from resources/tokens.json, for light, dark and print.

Colour is never the only sign: every series and product also has its own marker, and series a dash.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb

from outcomes_app import resources
from outcomes_app.errors import OutcomesError

DPI = 100

_MARKERS = {
    "circle": "o",
    "square": "s",
    "triangle": "^",
    "diamond": "D",
    "hexagon": "h",
    "pentagon": "p",
    "triangle_down": "v",
    "plus": "P",
}
# Beyond the designed series: the same colours again with other shapes and dashes.
_FURTHER = (("triangle_down", (5, 1)), ("hexagon", (3, 1)), ("pentagon", (7, 2)), ("plus", (1, 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One series or product: colour, matplotlib marker, dash pattern (none = solid) and code."""

    color: str
    marker: str
    dash: tuple[float, ...] = ()
    code: str = ""

    @property
    def line_style(self) -> Any:
        """The dash as matplotlib takes it."""
        return (0, self.dash) if self.dash else "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One look of all charts. `scale` is the text scale: 1.0 to 2.0."""

    name: str
    surface: str
    text: str
    text_muted: str
    grid: str
    axis: str
    baseline: str
    treatment: str
    threshold: str
    better: str
    worse: str
    band: str
    wearing_off: str
    series: tuple[Look, ...]
    products: Mapping[str, Look]
    raised: str
    border: str
    scale: float = 1.0

    def scaled(self, scale: float) -> "Style":
        """The same style at another text size."""
        return replace(self, scale=scale)

    def px(self, length: float) -> float:
        """A length at 100 % text, in pixels at this text size."""
        return length * self.scale

    def pt(self, length: float) -> float:
        """A length in pixels at 100 % text, in points at this text size."""
        return self.px(length) * 72 / DPI

    def look(self, index: int) -> Look:
        """The look of the n-th series; beyond the designed ones colours return with new shapes."""
        turn, place = divmod(index, len(self.series))
        base = self.series[place]
        if not turn:
            return base
        marker, dash = _FURTHER[(place + turn - 1) % len(_FURTHER)]
        return replace(base, marker=_MARKERS[marker], dash=dash)

    def product(self, name: str, code: str) -> Look:
        """The look of a product by its generic name; unknown products share a neutral one."""
        neutral = Look(color=self.text_muted, marker="X", code=code)
        return self.products.get(name, neutral)

    def rc(self) -> Any:
        """The matplotlib settings under which figures are made and rendered."""
        return {
            "font.family": [*_families(), "DejaVu Sans"],
            "font.size": self.pt(11),
            "axes.edgecolor": self.grid,
            "axes.labelcolor": self.axis,
            "text.color": self.text,
            "xtick.color": self.axis,
            "ytick.color": self.axis,
            "axes.unicode_minus": True,
            # Hinted letters sit on whole pixels, which leaves small text widely spaced.
            "text.hinting": "no_hinting",
            # A dollar sign in a group's name is a dollar sign.
            "text.parse_math": False,
            "svg.hashsalt": "interval",
            "pdf.fonttype": 42,
        }


@cache
def _families() -> tuple[str, ...]:
    """Inter from the bundled files where they are there; charts then look alike everywhere."""
    names = resources.names("fonts", ".ttf")
    for name in names:
        font_manager.fontManager.addfont(str(resources.folder(name)))
    return ("Inter",) if names else ()


@cache
def _tokens() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(resources.read_text("tokens.json"))
    return loaded


def names() -> tuple[str, ...]:
    """The styles there are."""
    return ("light", "dark", "print")


@cache
def style(name: str) -> Style:
    """The style of this name: "light", "dark" or "print" (greyscale on white)."""
    if name not in names():
        raise OutcomesError(f"There is no chart style {name}.", todo=", ".join(names()))
    if name == "print":
        return _grey(_from_tokens("light"))
    return _from_tokens(name)


def _from_tokens(name: str) -> Style:
    colors, chart = _tokens()["color"][name], _tokens()["chart"][name]
    return Style(
        name=name,
        surface=colors["surface"],
        text=colors["text"],
        text_muted=colors["textMuted"],
        grid=chart["grid"],
        axis=chart["axis"],
        baseline=chart["baseline"],
        treatment=chart["treatment"],
        threshold=chart["threshold"],
        better=chart["better"],
        worse=chart["worse"],
        band=chart["band"],
        wearing_off=to_hex((*to_rgb(chart["worse"]), 0.08), keep_alpha=True),
        series=tuple(
            Look(
                color=s["color"],
                marker=_MARKERS[s["marker"]],
                dash=tuple(float(length) * 0.6 for length in s["dash"]),
            )
            for s in chart["series"]
        ),
        products={
            product: Look(color=p["color"], marker=_MARKERS[p["marker"]], code=p["code"])
            for product, p in chart["products"].items()
        },
        raised=colors["surfaceRaised"],
        border=colors["borderStrong"],
    )


def _grey(light: Style) -> Style:
    """Everything in greys of the same lightness; series and products keep shape and dash."""
    return replace(
        light,
        name="print",
        surface="#FFFFFF",
        text="#000000",
        text_muted="#333333",
        grid="#D9D9D9",
        axis="#333333",
        baseline="#4D4D4D",
        treatment="#000000",
        threshold="#4D4D4D",
        better="#333333",
        worse="#333333",
        band="#00000014",
        wearing_off="#0000000F",
        series=tuple(
            replace(look, color=grey)
            for look, grey in zip(
                light.series, ("#000000", "#4D4D4D", "#262626", "#666666"), strict=True
            )
        ),
        products={name: replace(p, color=_as_grey(p.color)) for name, p in light.products.items()},
        raised="#FFFFFF",
        border="#4D4D4D",
    )


def _as_grey(color: str) -> str:
    red, green, blue = to_rgb(color)
    lightness = 0.299 * red + 0.587 * green + 0.114 * blue
    return to_hex((lightness * 0.8,) * 3)


def mixed(color: str, surface: str, share: float) -> str:
    """A colour mixed with the surface: share 1 is the colour itself, 0 the surface."""
    front, back = to_rgb(color), to_rgb(surface)
    red, green, blue = (f * share + b * (1 - share) for f, b in zip(front, back, strict=True))
    return to_hex((red, green, blue))


def readable_on(color: str, style: Style) -> str:
    """The style's text or surface colour, whichever stands out more on this one."""

    def luminance(of: str) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(of)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    def contrast(one: str) -> float:
        low, high = sorted((luminance(one), luminance(color)))
        return (high + 0.05) / (low + 0.05)

    return max(style.text, style.surface, key=contrast)
