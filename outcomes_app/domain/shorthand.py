"""The shorthand line of the visit editor: `temp b 20/4` is 20 units in 4 points on each side.

A line holds entries separated by `;` or `,`. An entry is SITE SIDE UNITS[/POINTS]:
SITE is the beginning of a site's words ("temp", "lev sc", "splen cap"); SIDE is l, r, b (both) or
m (midline) and may be left out for a midline site; UNITS are per side; POINTS per side, one if left
out. Units and points are spread evenly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from outcomes_app.domain.definitions import Site
from outcomes_app.domain.values import Side, SiteId
from outcomes_app.text import _

_SIDES: Mapping[str, tuple[Side, ...]] = {
    "l": (Side.LEFT,),
    "left": (Side.LEFT,),
    "r": (Side.RIGHT,),
    "right": (Side.RIGHT,),
    "b": (Side.LEFT, Side.RIGHT),
    "both": (Side.LEFT, Side.RIGHT),
    "m": (Side.MIDLINE,),
    "mid": (Side.MIDLINE,),
    "midline": (Side.MIDLINE,),
}
_MOST_POINTS = 60
_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ShorthandEntry:
    """One entry that was understood: `units` and `points` are per side."""

    site: SiteId
    sides: tuple[Side, ...]
    units: Decimal
    points: int

    @property
    def units_per_point(self) -> Decimal:
        """Units of each point; the last point carries what does not divide evenly."""
        return (self.units / self.points).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShorthandError:
    """One entry that was not understood: its text, why, and what was perhaps meant."""

    text: str
    message: str
    suggestions: tuple[str, ...] = ()


def parse(
    line: str, sites: Iterable[Site], likely: Iterable[SiteId] = ()
) -> tuple[tuple[ShorthandEntry, ...], tuple[ShorthandError, ...]]:
    """The entries of a line and what was not understood. `likely` sites (those of the indication)
    win where a word fits several."""
    known, preferred = tuple(sites), frozenset(likely)
    entries, errors = [], []
    for text in line.replace(";", ",").split(","):
        if not text.strip():
            continue
        result = _parse_entry(text.strip(), known, preferred)
        if isinstance(result, ShorthandEntry):
            entries.append(result)
        else:
            errors.append(result)
    return tuple(entries), tuple(errors)


def _parse_entry(
    text: str, sites: tuple[Site, ...], likely: frozenset[SiteId]
) -> ShorthandEntry | ShorthandError:
    *words, amount = text.lower().split()
    if not words:
        return ShorthandError(text=text, message=_("Write a site, a side and units: temp b 20/4."))
    numbers = _amount(amount)
    if numbers is None:
        return ShorthandError(
            text=text,
            message=_("{amount} is not units, or units/points: write 20 or 20/4.").format(
                amount=amount
            ),
        )
    sides = _SIDES.get(words[-1])
    found = _find(words[:-1] if sides else words, sites, likely)
    if isinstance(found, tuple):
        named = " ".join(words[:-1] if sides else words)
        return ShorthandError(text=text, message=_unknown(named, found), suggestions=found)
    fitting = _sides_of(found, sides)
    if fitting is None:
        return ShorthandError(
            text=text,
            message=_("{site} needs a side that fits it: l, r or b; m for the midline.").format(
                site=found.name
            ),
        )
    return ShorthandEntry(site=found.id, sides=fitting, units=numbers[0], points=numbers[1])


def _unknown(named: str, near: tuple[str, ...]) -> str:
    if near:
        return _("No single site is meant by “{word}”. Perhaps: {sites}.").format(
            word=named, sites=", ".join(near)
        )
    return _("No site is called “{word}”.").format(word=named)


def _amount(text: str) -> tuple[Decimal, int] | None:
    units_text, _slash, points_text = text.partition("/")
    try:
        units = Decimal(units_text.removesuffix("u"))
        points = int(points_text) if points_text else 1
    except (InvalidOperation, ValueError):
        return None
    if not units.is_finite() or units <= 0 or not 1 <= points <= _MOST_POINTS:
        return None
    return units, points


def _names(site: Site) -> tuple[str, ...]:
    return (site.name.lower(), site.id.replace("_", " "), *(a.lower() for a in site.also_known_as))


def _fits(words: list[str], name: str) -> bool:
    """Whether each word begins a word of the name, in order."""
    rest = iter(name.split())
    return all(any(part.startswith(word) for part in rest) for word in words)


def _find(
    words: list[str], sites: tuple[Site, ...], likely: frozenset[SiteId]
) -> Site | tuple[str, ...]:
    if not words:
        return ()
    exact = [s for s in sites if " ".join(words) in _names(s)]
    if len(exact) == 1:
        return exact[0]
    fitting = [s for s in sites if any(_fits(words, name) for name in _names(s))]
    preferred = [s for s in fitting if s.id in likely] or fitting
    if len(preferred) == 1:
        return preferred[0]
    if preferred:
        return tuple(s.name for s in preferred[: _SUGGESTIONS * 2])
    names = [name for s in sites for name in (s.name, *s.also_known_as)]
    lowered = {n.lower(): n for n in names} | {n.split()[0].lower(): n for n in names}
    close = get_close_matches(" ".join(words), lowered, n=_SUGGESTIONS, cutoff=0.5)
    return tuple(dict.fromkeys(lowered[c] for c in close))


def _sides_of(site: Site, sides: tuple[Side, ...] | None) -> tuple[Side, ...] | None:
    """The sides asked for where the site has them; a midline site needs no word."""
    midline = site.laterality == "midline"
    if sides is None:
        return (Side.MIDLINE,) if midline else None
    if midline:
        return sides if sides == (Side.MIDLINE,) else None
    return None if Side.MIDLINE in sides and site.laterality == "bilateral" else sides


def candidates(entry: str, sites: Iterable[Site], likely: Iterable[SiteId] = ()) -> tuple[str, ...]:
    """The names of the sites an unfinished entry may mean, those of the indication first."""
    words = _site_words(entry)
    known, preferred = tuple(sites), frozenset(likely)
    if not words:
        return ()
    fitting = [s for s in known if any(_fits(words, name) for name in _names(s))]
    fitting.sort(key=lambda s: s.id not in preferred)
    if not fitting:
        near = _find(words, known, preferred)
        return near if isinstance(near, tuple) else (near.name,)
    return tuple(s.name for s in fitting[: _SUGGESTIONS * 2])


def with_site(entry: str, name: str) -> str:
    """The entry with its site's words replaced by a name; side and amount are kept."""
    kept = entry.split()[len(_site_words(entry)) :]
    return " ".join((name.lower(), *kept))


def _site_words(entry: str) -> list[str]:
    """The words of an entry before its side or amount."""
    words: list[str] = []
    for word in entry.lower().split():
        if words and (word in _SIDES or _amount(word) is not None):
            break
        words.append(word)
    return words
