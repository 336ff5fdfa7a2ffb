"""The patients of a lot as a table that a spreadsheet opens, one row for each treatment."""

import csv
from collections.abc import Sequence
from pathlib import Path

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.stock import LotTrace
from outcomes_app.exchange.cells import neutralised
from outcomes_app.ui.widgets.stock.lot_words import product_name

_HEAD = (
    "product",
    "lot",
    "treatment_day",
    "family_name",
    "given_name",
    "identifier",
    "vials",
    "injected_units_of_this_product",
)


def write(target: Path, traces: Sequence[LotTrace], catalog: Catalog) -> int:
    """Write the rows of every product, never added together; the number of rows."""
    rows = [
        (
            product_name(catalog, trace.product),
            neutralised(trace.lot),
            use.day.isoformat(),
            neutralised(use.family_name),
            neutralised(use.given_name),
            neutralised(use.identifier),
            str(use.vials),
            "" if use.injected_units is None else format(use.injected_units.normalize(), "f"),
        )
        for trace in traces
        for use in trace.uses
    ]
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([_HEAD, *rows])
    return len(rows)
