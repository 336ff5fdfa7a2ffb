"""How the bands of response look and what they are called, the same in every chart."""

from outcomes_app.analysis.bands import Band
from outcomes_app.charts.frames import KeyEntry, quiet_fill
from outcomes_app.charts.style import Style, mixed, readable_on
from outcomes_app.text import _

_SHARES = {Band.FROM_75: 1.0, Band.FROM_50: 0.51, Band.FROM_30: 0.28}


def words(band: Band) -> str:
    """The name of a band."""
    return {
        Band.FROM_75: _("75 % or more better"),
        Band.FROM_50: _("50 to under 75 %"),
        Band.FROM_30: _("30 to under 50 %"),
        Band.LESS: _("0 to under 30 %"),
        Band.WORSE: _("worse"),
        Band.NO_DATA: _("no data"),
    }[band]


def fill(band: Band, style: Style) -> dict[str, object]:
    """Facecolor, edge and hatch of a band: the stronger the better; worse and missing hatched."""
    if band in _SHARES:
        color = mixed(style.better, style.surface, _SHARES[band])
        edge = style.better if band is Band.FROM_30 else style.surface
        return {"facecolor": color, "edgecolor": edge, "linewidth": style.pt(0.6)}
    if band is Band.LESS:
        # The fill is quiet; its edge keeps the bar visible on the surface.
        color = mixed(style.text_muted, style.surface, 0.07)
        return {"facecolor": color, "edgecolor": style.text_muted, "linewidth": style.pt(0.6)}
    if band is Band.WORSE:
        return {
            "facecolor": mixed(style.worse, style.surface, 0.75),
            "edgecolor": style.surface,
            "hatch": "\\\\",
            "linewidth": style.pt(0.6),
        }
    return quiet_fill(style)


def boxed(band: Band) -> bool:
    """Whether a number on a band stands in a box of the surface's colour: it is hatched."""
    return band in (Band.NO_DATA, Band.WORSE)


def text_on(band: Band, style: Style) -> str:
    """The colour of a number that stands on a band."""
    return readable_on(str(fill(band, style)["facecolor"]), style)


def key(style: Style, bands: tuple[Band, ...] = tuple(Band)) -> list[KeyEntry]:
    """The key of these bands."""
    return [KeyEntry(text=words(band), fill=fill(band, style)) for band in bands]
