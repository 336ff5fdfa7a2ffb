"""What a chart is: a question, the numbers that answer it, and the drawing of those numbers.

`prepare` turns records into data, `draw` puts data on a Figure, `table` and `summary` say the same
in rows and in words. Screen, files and reports all use the same four functions.
"""

import csv
import io
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, Literal, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryRules
from outcomes_app.analysis.group_course import Axis, GroupBy
from outcomes_app.charts.style import DPI, Style
from outcomes_app.domain.definitions import Product, Scale, Site
from outcomes_app.domain.values import ProductId, SiteId, TreatmentId
from outcomes_app.text import number

# Matplotlib is not thread-safe: the canvas and every report draw under this lock.
DRAWING = threading.RLock()

Choice = Literal["measure", "measures", "view", "group_by", "axis", "compare"]

Cell = str | int | bool | date | Decimal | Fraction | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a chart's table: a stable name for files and a title for people."""

    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers of a chart, unrounded; None = not known."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, object]]:
        """The rows as JSON takes them; exact numbers become the nearest float."""
        names = [c.name for c in self.columns]
        return [dict(zip(names, map(_json, row), strict=True)) for row in self.rows]

    def csv(self) -> str:
        """The rows as CSV with a header; empty = not known."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(c.name for c in self.columns)
        writer.writerows([_csv(cell) for cell in row] for row in self.rows)
        return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place that answers to the pointer: what it says, and the treatment a click opens."""

    axes: Axes
    x: float
    y: float
    lines: tuple[str, ...]
    treatment_id: TreatmentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a drawing leaves for the pointer."""

    spots: tuple[Spot, ...] = ()


class View(StrEnum):
    """The three ways to lay out a patient's response."""

    CYCLE = "cycle"
    WEEK = "week"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be chosen for a chart; each chart reads what concerns it."""

    scales: tuple[Scale, ...] = ()
    products: Mapping[ProductId, Product] = field(default_factory=dict)
    sites: Mapping[SiteId, Site] = field(default_factory=dict)
    compare: tuple[int, int] | None = None
    view: View = View.CYCLE
    group_by: GroupBy = GroupBy.NONE
    axis: Axis = Axis.WEEK
    rules: DiaryRules = CLINIC_RULES
    today: date | None = None

    def product_code(self, product: ProductId | None) -> str:
        """The short code of a product; its id in capitals where the catalog has none."""
        if product is None:
            return ""
        known = self.products.get(product)
        return known.code if known is not None and known.code else str(product).upper()

    def site_name(self, site: SiteId) -> str:
        """The name of a site; its id where the catalog does not know it."""
        known = self.sites.get(site)
        return known.name if known is not None else str(site)

    def product_name(self, product: ProductId | None) -> str:
        """The generic name of a product; its id where the catalog does not know it."""
        if product is None:
            return ""
        known = self.products.get(product)
        return known.name if known is not None else str(product)


S = TypeVar("S")
D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(Generic[S, D]):
    """One chart of the program: S is what it reads (a course or a cohort), D its numbers.

    `title` and `question` are functions, so that they are in the language of the moment.
    `least_height` is the height in pixels below which it would not be legible; `reads` names the
    options that change it, so that nobody is offered others.
    """

    name: str
    kind: Literal["patient", "cohort"]
    title: Callable[[], str]
    question: Callable[[], str]
    prepare: Callable[[S, Options], D]
    draw: Callable[[Figure, D, Style], Drawn]
    table: Callable[[D], Table]
    summary: Callable[[D], str]
    least_height: Callable[[D, Style], float]
    reads: frozenset[Choice] = frozenset({"measure"})


@contextmanager
def drawing(style: Style) -> Iterator[None]:
    """Hold the lock with the settings of a style, for making and for rendering figures."""
    with DRAWING, mpl.rc_context(style.rc()), warnings.catch_warnings():
        # A name in a script that no font here has is drawn as boxes; it is right in the table.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def new_figure(style: Style, width: float, height: float) -> Figure:
    """An empty figure of so many pixels on the style's surface."""
    return Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=style.surface)


def picture(
    chart: Chart[Any, D],
    data: D,
    style: Style,
    *,
    file_format: Literal["png", "svg", "pdf"],
    width: float = 1000,
    height: float = 640,
    sharpness: float = 2.0,
) -> bytes:
    """The chart as the bytes of a PNG, SVG or PDF file, the same for the same data."""
    metadata = {
        "png": {"Software": None},
        "svg": {"Date": None, "Title": chart.title()},
        "pdf": {"CreationDate": None, "Title": chart.title()},
    }[file_format]
    out = io.BytesIO()
    with drawing(style):
        figure = new_figure(style, width, height)
        chart.draw(figure, data, style)
        figure.savefig(
            out, format=file_format, dpi=DPI * sharpness, facecolor=style.surface, metadata=metadata
        )
    return out.getvalue()


def shown(value: Fraction | Decimal | float | None, places: int = 1) -> str:
    """A number rounded for reading; an en dash where it is not known."""
    if value is None:
        return "–"
    exact = Fraction(value)
    rounded = round(exact, places)
    return number(Decimal(rounded.numerator) / Decimal(rounded.denominator))


def aligned(value: Fraction | Decimal | float | None, places: int = 1) -> str:
    """As `shown`, with all its places, so that the numbers of a column stand under each other."""
    if value is None:
        return "–"
    rounded = round(Fraction(value), places)
    exact = Decimal(rounded.numerator) / Decimal(rounded.denominator)
    return f"{exact:,.{places}f}".replace("-", "\u2212")


def _json(cell: Cell) -> object:
    if isinstance(cell, Decimal | Fraction):
        return int(cell) if cell == int(cell) else float(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _csv(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        # A spreadsheet would run a cell that begins like a formula.
        return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
    return str(_json(cell))
