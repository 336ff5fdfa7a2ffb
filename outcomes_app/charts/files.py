"""Charts as files: picture or table by the ending of the name, written whole or not at all."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Literal, cast

from outcomes_app.charts.base import Chart, picture
from outcomes_app.charts.style import Style
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

PICTURES = ("png", "svg", "pdf")
TABLES = ("csv", "json")


def save(
    chart: Chart[Any, Any],
    data: Any,
    style: Style,
    path: Path,
    *,
    width: float = 1000,
    height: float = 640,
) -> Path:
    """Write the chart as PNG, SVG or PDF, or its table as CSV or JSON."""
    ending = path.suffix.lower().lstrip(".")
    if ending in PICTURES:
        file_format = cast("Literal['png', 'svg', 'pdf']", ending)
        content = picture(chart, data, style, file_format=file_format, width=width, height=height)
    elif ending == "csv":
        # With the mark that makes spreadsheets read it as UTF-8.
        content = chart.table(data).csv().encode("utf-8-sig")
    elif ending == "json":
        content = json.dumps(described(chart, data), ensure_ascii=False, indent=2).encode()
    else:
        raise OutcomesError(
            _("A chart cannot be saved as “{ending}”.").format(ending=path.suffix or path.name),
            todo=_("Use a name that ends in .png, .svg, .pdf, .csv or .json."),
        )
    return write_whole(path, content)


def described(chart: Chart[Any, Any], data: Any) -> dict[str, object]:
    """The chart as JSON takes it: what it is, what it says, and its table."""
    table = chart.table(data)
    return {
        "chart": chart.name,
        "title": chart.title(),
        "question": chart.question(),
        "summary": chart.summary(data),
        "columns": {column.name: column.title for column in table.columns},
        "rows": table.records(),
    }


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file beside its place and move it there, so that no half file is left behind."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".interval-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutcomesError(
            _("The file “{file}” could not be written.").format(file=path.name),
            todo=_("Choose another folder, or see that there is room on the disk."),
        ) from error
    return path
