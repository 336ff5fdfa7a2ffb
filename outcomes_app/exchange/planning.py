"""From a table and its mapping to the records it would add, with every problem by row and column.

The answer depends on what the rows say, never on their order: a patient's facts are gathered over
all rows, and records are sorted before anything is counted. Nothing is stored here.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from outcomes_app.catalog import Catalog
from outcomes_app.domain import values
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.import_plan import ImportPlan
from outcomes_app.domain.patient import Identifier, Patient, Sex, TreatedIndication
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import PatientId, Severity
from outcomes_app.exchange import planning_checks, planning_diary, planning_records
from outcomes_app.exchange.base import Row, Table
from outcomes_app.exchange.mapping import Mapping, columns_used, counts_from_start
from outcomes_app.exchange.planning_records import Subject, Work
from outcomes_app.exchange.rows import Reader
from outcomes_app.text import _, day

Progress = Callable[[int, int], None]
_SEXES = {
    "f": Sex.FEMALE, "female": Sex.FEMALE, "w": Sex.FEMALE, "woman": Sex.FEMALE,
    "weiblich": Sex.FEMALE, "femme": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE,
    "man": Sex.MALE, "männlich": Sex.MALE, "homme": Sex.MALE, "other": Sex.OTHER,
    "x": Sex.OTHER, "d": Sex.OTHER, "divers": Sex.OTHER, "unknown": Sex.UNKNOWN,
    "u": Sex.UNKNOWN,
}  # fmt: skip


@dataclass(slots=True)
class _Subject:
    """What the rows say of one patient, while they are gathered."""

    key: str
    id: PatientId
    rows: list[Row] = field(default_factory=list)
    facts: dict[str, tuple[object, int]] = field(default_factory=dict)


def plan(
    table: Table,
    mapping: Mapping,
    catalog: Catalog,
    today: date,
    *,
    new_id: Callable[[], uuid.UUID] = values.new_id,
    progress: Progress | None = None,
) -> ImportPlan:
    """Everything the file would add under this mapping, and every problem; stores nothing."""
    reader = Reader(table, mapping, today)
    reader.problems.extend(table.problems)
    planning_checks.check_mapping(mapping, table, catalog, reader)
    if any(p.severity is Severity.ERROR and p.row is None for p in reader.problems.all()):
        return ImportPlan(problems=reader.problems.all())
    subjects = _subjects(table, mapping, reader, new_id)
    work = Work(mapping=mapping, catalog=catalog, reader=reader, new_id=new_id)
    for number, subject in enumerate(subjects):
        if progress is not None and number % 50 == 0:
            progress(number, len(subjects))
        _plan_subject(subject, work)
    made = work.made
    declared = _declarations(table, mapping)
    found = ImportPlan(
        patients=tuple(made.patients),
        treatments=tuple(made.treatments),
        assessments=tuple(made.assessments),
        diary_days=tuple(made.diary_days),
        declarations=declared,
        rows=made.rows,
    )
    planning_checks.check_records(found, mapping, catalog, reader)
    return replace(found, problems=reader.problems.all())


def _subjects(
    table: Table, mapping: Mapping, reader: Reader, new_id: Callable[[], uuid.UUID]
) -> list[_Subject]:
    """The patients of the file in the order of their keys, each with all their rows."""
    found: dict[str, _Subject] = {}
    for row in table.rows:
        parts = [reader.cell(row, column) for column in mapping.patient.key]
        if not all(parts):
            reader.problems.add(
                row.number,
                mapping.patient.key[parts.index("")],
                "no_patient",
                _("This row does not say which patient it is about."),
            )
            continue
        key = "-".join(parts)
        if key not in found:
            found[key] = _Subject(key=key, id=PatientId(new_id()))
        found[key].rows.append(row)
    return sorted(found.values(), key=lambda subject: natural(subject.key))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts 2 before 10."""
    return tuple(
        (0, int(part), part) if part.isascii() and part.isdigit() else (1, 0, part)
        for part in re.split(r"([0-9]{1,18})", text)
        if part
    )


def _plan_subject(gathered: _Subject, work: Work) -> None:
    mapping, reader, made = work.mapping, work.reader, work.made
    for row in gathered.rows:
        _gather(gathered, row, mapping, reader)
    patient = _patient(gathered, mapping)
    subject = Subject(patient=patient, rows=gathered.rows, start=_start(gathered, mapping, reader))
    treatments = planning_records.treatments(subject, work)
    assessments = planning_records.assessments(subject, treatments, work)
    diary = planning_diary.diary_days(subject, mapping.diary, work)
    indications = tuple(dict.fromkeys(t.indication for t in treatments))
    patient = replace(
        patient, indications=tuple(TreatedIndication(indication=i) for i in indications)
    )
    says_more = mapping.treatment or mapping.outcomes or mapping.diary
    if says_more and _says_nothing(patient, treatments, assessments) and not diary:
        reader.problems.add(
            gathered.rows[0].number,
            mapping.patient.key[0],
            "nothing",
            _("Nothing but the number of this patient can be taken from the file."),
            Severity.CHECK,
        )
    made.patients.append(patient)
    made.rows[patient.id] = min(row.number for row in gathered.rows)
    made.treatments += treatments
    made.assessments += assessments
    made.diary_days += diary


def _says_nothing(
    patient: Patient, treatments: list[Treatment], assessments: list[Assessment]
) -> bool:
    known = patient.family_name or patient.given_name or patient.birth_date
    return not (known or treatments or assessments)


def _gather(subject: _Subject, row: Row, mapping: Mapping, reader: Reader) -> None:
    columns = mapping.patient
    for name in ("family_name", "given_name", "group", "clinic_site"):
        column = getattr(columns, name)
        _note(subject, name, reader.cell(row, column) or None, (row, column), reader)
    _note(subject, "sex", _sex(row, mapping, reader), (row, columns.sex), reader)
    birth_column = columns.birth_date or columns.birth_year
    _note(subject, "birth_date", _birth_date(row, mapping, reader), (row, birth_column), reader)
    if mapping.start.column:
        started = reader.day(row, mapping.start.column)
        _note(subject, "start", started, (row, mapping.start.column), reader)


def _note(
    subject: _Subject, name: str, value: object, said_in: tuple[Row, str], reader: Reader
) -> None:
    """Keeps a fact of the patient; two rows that disagree are a problem of both."""
    if value is None:
        return
    row, column = said_in
    known = subject.facts.setdefault(name, (value, row.number))
    if known[0] != value:
        reader.problems.add(
            row.number,
            column,
            "disagrees",
            _("The same patient number has something else here than in row {row}.").format(
                row=known[1]
            ),
        )


def _sex(row: Row, mapping: Mapping, reader: Reader) -> Sex | None:
    text = reader.cell(row, mapping.patient.sex)
    if not text:
        return None
    words = {word.casefold(): meaning for word, meaning in mapping.patient.sex_words.items()}
    meaning = words.get(text.casefold(), text).casefold()
    if meaning not in _SEXES:
        reader.problems.add(
            row.number,
            mapping.patient.sex,
            "unknown_word",
            _("The mapping does not say which sex this means."),
        )
        return None
    return _SEXES[meaning]


def _birth_date(row: Row, mapping: Mapping, reader: Reader) -> date | None:
    columns = mapping.patient
    if columns.birth_date:
        return reader.day(row, columns.birth_date)
    names = (columns.birth_year, columns.birth_month, columns.birth_day)
    if not all(names):
        return None
    year, month, day_of_month = (reader.whole_number(row, name) for name in names)
    if year is None or month is None or day_of_month is None:
        return None
    try:
        born = date(year, month, day_of_month)
    except (ValueError, OverflowError):
        born = date.max
    if born > reader.today:
        reader.problems.add(
            row.number, columns.birth_day, "unreadable", _("There is no such birth date.")
        )
        return None
    return born


def _start(subject: _Subject, mapping: Mapping, reader: Reader) -> date | None:
    if mapping.start.nominal is not None:
        return mapping.start.nominal
    if not mapping.start.column:
        return None
    known = subject.facts.get("start")
    if known is None:
        reader.problems.add(
            min(row.number for row in subject.rows),
            mapping.start.column,
            "no_start",
            _("No row of this patient has a start date."),
        )
        return None
    return known[0] if isinstance(known[0], date) else None


def _patient(subject: _Subject, mapping: Mapping) -> Patient:
    def text(name: str) -> str:
        return str(subject.facts.get(name, ("",))[0])

    born = subject.facts.get("birth_date", (None,))[0]
    sex = subject.facts.get("sex", (Sex.UNKNOWN,))[0]
    return Patient(
        id=subject.id,
        family_name=text("family_name"),
        given_name=text("given_name"),
        birth_date=born if isinstance(born, date) else None,
        sex=sex if isinstance(sex, Sex) else Sex.UNKNOWN,
        identifiers=(Identifier(system=mapping.patient.system, value=subject.key),),
        group=text("group"),
        clinic_site=text("clinic_site"),
    )


def _declarations(table: Table, mapping: Mapping) -> tuple[str, ...]:
    """What the person should know before they agree, in whole sentences."""
    said = []
    if mapping.start.nominal is not None and counts_from_start(mapping):
        said.append(
            _(
                "The file has no dates. Every patient starts on {day}, a nominal day, and this is "
                "written on each record."
            ).format(day=day(mapping.start.nominal))
        )
    if mapping.diary is not None:
        said.append(_("A day without a row stays unknown; it does not count as headache-free."))
    unused = [name for name in table.columns if name not in columns_used(mapping)]
    if unused:
        said.append(_("Not taken: {columns}.").format(columns=", ".join(unused)))
    return tuple(said)
