"""Points spread over an area of skin: the catalog's grids, and a field drawn by hand."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import ceil, floor

from outcomes_app.domain import plan as plans
from outcomes_app.domain.definitions import BodyView, Grid
from outcomes_app.domain.plan import PlanPoint
from outcomes_app.domain.treatment import Placement
from outcomes_app.domain.values import Side, SiteId

# More needle points than this in one field is a slip of the hand or of the spacing.
MOST_POINTS = 150

Outline = Sequence[tuple[float, float]]


def grid_places(grid: Grid) -> tuple[Placement, ...]:
    """The places of a ready-made grid."""
    return tuple(plans.placed(grid.view, x, y) for x, y in grid.points)


def field_places(view: BodyView, outline: Outline, spacing_cm: Decimal) -> tuple[Placement, ...]:
    """Places `spacing_cm` apart inside an outline of fractions of a view, row by row.

    The rows are centred on the field, so that no edge is treated more than the opposite one.
    """
    if len(outline) < 3 or spacing_cm <= 0:
        return ()
    step_x = float(spacing_cm) * view.pixels_per_cm / view.width
    step_y = float(spacing_cm) * view.pixels_per_cm / view.height
    columns = _centred([x for x, _y in outline], step_x)
    rows = _centred([y for _x, y in outline], step_y)
    return tuple(
        plans.placed(view.id, x, y) for y in rows for x in columns if _inside(outline, x, y)
    )


def _centred(values: Sequence[float], step: float) -> list[float]:
    low, high = min(values), max(values)
    middle = (low + high) / 2
    first = ceil((low - middle) / step)
    last = floor((high - middle) / step)
    return [middle + n * step for n in range(first, last + 1)]


def _inside(outline: Outline, x: float, y: float) -> bool:
    """Whether a place lies inside a closed outline, by the number of edges to its right."""
    within = False
    for (x1, y1), (x2, y2) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            within = not within
    return within


def points_at(
    places: Iterable[tuple[Placement, Side]], site: SiteId, units: Decimal | None
) -> tuple[PlanPoint, ...]:
    """One point of a site at each place."""
    return tuple(plans.new_point(site, side, units, place) for place, side in places)
