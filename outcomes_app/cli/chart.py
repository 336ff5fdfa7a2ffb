"""`outcomes-app chart`: the numbers of a chart as JSON, or its picture or table as a file."""

import argparse
from itertools import chain
from pathlib import Path
from typing import Any

from outcomes_app import catalog, charts
from outcomes_app.analysis.group_course import Axis, GroupBy
from outcomes_app.analysis.measures import measured_scales
from outcomes_app.catalog import Catalog
from outcomes_app.charts import files, style
from outcomes_app.charts.base import Chart, Options, View
from outcomes_app.cli.arguments import Command, add_database_arguments, add_json_argument
from outcomes_app.cli.finding import patient_id
from outcomes_app.cli.opening import Opening, emit
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import IndicationId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _, plain

_MEASURES_AT_FIRST = 3


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("chart", nargs="?", metavar="NAME", help=_("the chart"))
    what.add_argument("--list", action="store_true", help=_("list the charts"))
    parser.add_argument(
        "--patient",
        metavar="KEY",
        help=_("a patient's number, SYSTEM:NUMBER, or id in the record"),
    )
    parser.add_argument("--indication", metavar="ID", help=_("only treatments for this"))
    parser.add_argument(
        "--measure",
        metavar="ID[:PART]",
        action="append",
        default=[],
        help=_("an outcome, for example twstrs or nrs_pain:worst; may be repeated"),
    )
    parser.add_argument(
        "--group-by",
        choices=[g.value for g in GroupBy],
        default=GroupBy.NONE.value,
        help=_("what groups are told apart by"),
    )
    parser.add_argument(
        "--axis",
        choices=[a.value for a in Axis],
        default=Axis.WEEK.value,
        help=_("weeks since the first treatment, or treatment cycles"),
    )
    parser.add_argument(
        "--view",
        choices=[v.value for v in View],
        default=View.CYCLE.value,
        help=_("how a patient's course is laid out"),
    )
    parser.add_argument(
        "--cycles",
        nargs=2,
        type=int,
        metavar=("EARLIER", "LATER"),
        help=_("the two cycles to compare; 0 is before treatment"),
    )
    _add_output(parser)
    add_json_argument(parser)
    add_database_arguments(parser)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help=_("write a .png, .svg, .pdf, .csv or .json file")
    )
    parser.add_argument(
        "--style", choices=style.names(), default="light", help=_("the colours of a picture")
    )
    parser.add_argument("--width", type=int, default=1000, help=_("pixels at normal sharpness"))
    parser.add_argument("--height", type=int, default=640, help=_("pixels at normal sharpness"))


def _run(arguments: argparse.Namespace, opening: Opening) -> int:
    if arguments.list:
        listed = [
            {"name": c.name, "kind": c.kind, "title": c.title(), "question": c.question()}
            for c in charts.CHARTS
        ]
        words = [f"{c['name']:<14} {c['title']}. {c['question']}" for c in listed]
        emit(arguments, listed, "\n".join(words))
        return 0
    chart = charts.by_name(arguments.chart)
    definitions = catalog.load()
    source = _read(arguments, opening, chart)
    options = Options(
        scales=_scales(arguments, definitions, source) if "measure" in chart.reads else (),
        products=definitions.products,
        sites=definitions.sites,
        compare=None if arguments.cycles is None else (arguments.cycles[0], arguments.cycles[1]),
        view=View(arguments.view),
        group_by=GroupBy(arguments.group_by),
        axis=Axis(arguments.axis),
        today=opening.clock.today(),
    )
    data = chart.prepare(source, options)
    if arguments.out is not None:
        path = files.save(
            chart,
            data,
            style.style(arguments.style),
            arguments.out.expanduser(),
            width=arguments.width,
            height=arguments.height,
        )
        emit(arguments, {"written": str(path)}, _("Written: {file}").format(file=path))
        return 0
    emit(arguments, files.described(chart, data), _words(chart, data))
    return 0


def _read(
    arguments: argparse.Namespace, opening: Opening, chart: Chart[Any, Any]
) -> PatientCourse | Cohort:
    """The course or cohort that the chart is about."""
    from outcomes_app.records import courses

    indication = IndicationId(arguments.indication) if arguments.indication else None
    if indication is not None and indication not in catalog.load().indications:
        raise OutcomesError(
            _("There is no indication “{id}”.").format(id=indication),
            todo=_("Use an id such as chronic_migraine or cervical_dystonia."),
        )
    if chart.kind == "patient" and not arguments.patient:
        raise OutcomesError(
            _("This chart is about one patient."), todo=_("Say which with --patient KEY.")
        )
    with opening.open_database(arguments) as opened, opened.database.reading() as session:
        if chart.kind == "cohort":
            return courses.cohort(session, indication=indication)
        found = courses.course(session, patient_id(session, arguments.patient))
    return found if indication is None else found.for_indication(indication)


def _scales(
    arguments: argparse.Namespace, definitions: Catalog, source: PatientCourse | Cohort
) -> tuple[Scale, ...]:
    """The measures asked for; without any, those that the records have values of."""
    if arguments.measure:
        return tuple(_scale(definitions, name) for name in arguments.measure)
    among = source.courses if isinstance(source, Cohort) else (source,)
    indication = IndicationId(arguments.indication) if arguments.indication else None
    if indication is None:
        treated = (t.indication for c in among for t in c.treatments)
        named = (i.indication for c in among for i in c.patient.indications)
        indication = next(chain(treated, named), None)
    found = measured_scales(among, definitions, indication)[:_MEASURES_AT_FIRST]
    if not found:
        raise OutcomesError(
            _("No outcome was recorded that could be charted."),
            todo=_("Record or import outcomes first, or name one with --measure."),
        )
    return found


def _scale(definitions: Catalog, name: str) -> Scale:
    """A measure by its own id (twstrs_total), or by instrument and part (nrs_pain:worst)."""
    if name in definitions.measures:
        return definitions.measures[name].scale
    instrument, _colon, part = name.partition(":")
    known = next((i for key, i in definitions.instruments.items() if key == instrument), None)
    if known is not None and not part:
        return known.main
    return definitions.scale(instrument, part or "total")


def _words(chart: Chart[Any, Any], data: Any) -> str:
    """The chart for a terminal: its sentence and its table."""
    table = chart.table(data)
    cells = [[c.title for c in table.columns]]
    for record in table.records():
        cells.append([_cell(value) for value in record.values()])
    widths = [max(len(row[i]) for row in cells) for i in range(len(table.columns))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return plain("\n".join([chart.summary(data), "", *lines]))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


COMMAND = Command(
    name="chart",
    help=_("compute a chart: its numbers or its picture"),
    add_arguments=_add_arguments,
    run=_run,
    example="outcomes-app chart group_course --vault ~/demo --measure twstrs --group-by group",
)
