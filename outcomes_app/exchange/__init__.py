"""What comes in and goes out: one module per file format, listed in `formats`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outcomes_app.exchange.base import Format


def formats() -> tuple["Format", ...]:
    """Every file format; a module that exposes FORMAT and is not here fails a test."""
    from outcomes_app.exchange import csv_tables, tabular

    return (tabular.FORMAT, csv_tables.FORMAT)
