"""What comes in and goes out: one module per file format, each with its FORMAT."""

from outcomes_app.exchange import csv_tables, tabular

# Every file format; a module that exposes FORMAT and is not here fails a test.
FORMATS = (tabular.FORMAT, csv_tables.FORMAT)
