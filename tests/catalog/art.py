"""The regions of the body-map pictures as polygons, to test whether a point lies in its region.

The pictures use absolute M, C, L and Z only; curves are cut into straight pieces.
"""

import re
from dataclasses import dataclass, field

from outcomes_app import resources
from outcomes_app.domain.definitions import BodyView

_HIT = ("muscle", "deep", "gland", "area")
_SKIN = ("body_skin", "head_skin", "scalp")
Point = tuple[float, float]
Shape = tuple[list[list[Point]], bool]


@dataclass
class Art:
    """One view: its regions by id with their class, and the outline of the skin."""

    width: int
    height: int
    regions: dict[str, Shape] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    skin: list[Shape] = field(default_factory=list)

    def hits(self, x: float, y: float) -> list[str]:
        """The regions under a point given in fractions of the view."""
        return [
            key
            for key, shape in self.regions.items()
            if _inside(shape, x * self.width, y * self.height)
        ]

    def on_body(self, x: float, y: float) -> bool:
        """Whether a point lies on the body; toes have regions but no skin."""
        inside = any(_inside(s, x * self.width, y * self.height) for s in self.skin)
        return inside or bool(self.hits(x, y))

    def area(self, key: str) -> float:
        """The size of the box around a region."""
        points = [q for p in self.regions[key][0] for q in p]
        xs, ys = [q[0] for q in points], [q[1] for q in points]
        return (max(xs) - min(xs)) * (max(ys) - min(ys))

    def topmost(self, x: float, y: float, rank: dict[str, int]) -> str | None:
        """The region a click reaches: by rank of its class, then the smallest."""
        return min(
            self.hits(x, y),
            key=lambda key: (rank.get(self.kinds[key], 0), self.area(key)),
            default=None,
        )


def read(view: BodyView) -> Art:
    """The picture of a view, mirrored where the view is."""
    art = Art(view.width, view.height)
    for tag in re.findall(r"<path\b[^>]*>", resources.read_text(f"bodymaps/{view.file}")):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        key = found.get("id", "")
        if found.get("class") not in _HIT and key not in _SKIN:
            continue
        polygons = _polygons(found["d"])
        if view.mirror:
            polygons = [[(view.width - x, y) for x, y in p] for p in polygons]
            key = re.sub(r"_left$", "_right", key)
        shape = (polygons, found.get("fill-rule") == "evenodd")
        if found.get("class") in _HIT:
            art.regions[key], art.kinds[key] = shape, found["class"]
        else:
            art.skin.append(shape)
    return art


def _polygons(path: str) -> list[list[Point]]:
    polygons: list[list[Point]] = []
    position = (0.0, 0.0)
    for command, arguments in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [float(n) for n in re.findall(r"-?\d*\.?\d+", arguments)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            polygons.append([pairs[0]])
            polygons[-1] += pairs[1:]
        elif command == "L":
            polygons[-1] += pairs
        elif command == "C":
            for k in range(0, len(pairs), 3):
                polygons[-1] += _curve(polygons[-1][-1], pairs[k : k + 3])
        else:
            assert command == "Z", command
        position = polygons[-1][-1]
    assert position
    return polygons


def _curve(start: Point, ends: list[Point]) -> list[Point]:
    points = []
    for n in range(1, 17):
        t = n / 16
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        corners = (start, *ends)
        points.append(
            (
                sum(w * p[0] for w, p in zip(weights, corners, strict=True)),
                sum(w * p[1] for w, p in zip(weights, corners, strict=True)),
            )
        )
    return points


def _inside(shape: Shape, x: float, y: float) -> bool:
    polygons, even_odd = shape
    crossings = winding = 0
    for polygon in polygons:
        for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            if (y0 <= y) != (y1 <= y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                crossings += 1
                winding += 1 if y1 > y0 else -1
    return crossings % 2 == 1 if even_odd else winding != 0
