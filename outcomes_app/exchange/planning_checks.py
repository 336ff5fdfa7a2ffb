"""Whether a mapping fits its table and the catalog, and whether the records made obey the rules."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial

from outcomes_app.catalog import Catalog
from outcomes_app.domain import checks
from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.import_plan import ImportPlan
from outcomes_app.domain.values import Problems, Severity
from outcomes_app.errors import NotFound
from outcomes_app.exchange.base import Table
from outcomes_app.exchange.mapping import (
    DIARY_FIELDS,
    PLACEBO,
    UNITS_OF_TIME,
    Mapping,
    OutcomeColumn,
    TreatmentColumns,
    When,
    columns_used,
    counts_from_start,
)
from outcomes_app.exchange.rows import Reader
from outcomes_app.text import _

_Found = Iterator[tuple[str, str, str]]  # column, code, message


def check_mapping(mapping: Mapping, table: Table, catalog: Catalog, reader: Reader) -> None:
    """Notes everything of the mapping that cannot work with this table, as problems of the file."""
    for column in columns_used(mapping):
        if table.index(column) is None:
            message = _("The file has no column of this name.")
            reader.problems.add(None, column, "no_column", message)
    for check in (_about_patient, _about_start, _about_diary):
        for column, code, message in check(mapping):
            reader.problems.add(None, column, code, message)
    if mapping.treatment is not None:
        for column, code, message in _about_treatment(mapping.treatment, catalog):
            reader.problems.add(None, column, code, message)
    for outcome in mapping.outcomes:
        for column, code, message in _about_outcome(outcome, catalog):
            reader.problems.add(None, column, code, message)
    if mapping.treatment is None and not mapping.outcomes and mapping.diary is None:
        _say_only_patients(mapping, reader)
    _about_doubts(mapping, table, reader)


def _say_only_patients(mapping: Mapping, reader: Reader) -> None:
    patient = mapping.patient
    known = (patient.family_name, patient.given_name, patient.birth_date, patient.birth_year)
    if any(known):
        message = _(
            "No column is a treatment, an outcome this program knows, or a headache diary: "
            "only the patients would be added."
        )
        reader.problems.add(None, "", "only_patients", message, Severity.CHECK)
        return
    message = _(
        "Nothing can be imported: no column is a treatment, an outcome this program knows, a "
        "headache diary, or the name or birth date of a patient."
    )
    reader.problems.add(None, "", "nothing_to_import", message)


def _about_doubts(mapping: Mapping, table: Table, reader: Reader) -> None:
    """What the file leaves open and nobody has answered; the date order only where dates are
    read."""
    dates = [mapping.start.column, mapping.patient.birth_date]
    parts = [mapping.treatment, mapping.diary, *mapping.outcomes]
    dates += [part.when.column for part in parts if part is not None]
    asked = table.unsure.get("date_order")
    if asked and any(dates) and mapping.reading.date_order is None:
        reader.problems.add(None, "", "date_order", asked)
    asked = table.unsure.get("decimal")
    if asked and mapping.reading.decimal is None:
        reader.problems.add(None, "", "decimal", asked)


def _about_patient(mapping: Mapping) -> _Found:
    if not mapping.patient.key:
        yield "", "no_key", _("Say which column tells the patients apart.")
    if not mapping.patient.system.strip():
        yield "", "no_system", _("Say whose number the patient number is.")


def _about_start(mapping: Mapping) -> _Found:
    start = mapping.start
    if start.column and start.nominal is not None:
        yield start.column, "two_starts", _("Give a start date column or one start date, not both.")
    if counts_from_start(mapping) and not start.column and start.nominal is None:
        yield "", "no_start", _("Weeks or days are counted from a start date: say which.")


def _about_when(when: When, subject: str) -> _Found:
    named = when.column or when.offset_column
    if when.unit not in UNITS_OF_TIME:
        yield named, "unit", _("Time is counted in days, weeks or months.")
    if not named and when.offset is None:
        yield (
            "",
            "no_day",
            _("Say from which column the day of the {what} comes.").format(what=subject),
        )
    if when.column and when.from_start:
        yield (
            named,
            "two_days",
            _("Give a date column or an offset for the {what}, not both.").format(what=subject),
        )


def _about_treatment(treatment: TreatmentColumns, catalog: Catalog) -> _Found:
    yield from _about_when(treatment.when, _("treatment"))
    if not treatment.product and not treatment.product_column:
        yield "", "no_product", _("Say which product was injected: units differ by product.")
    products = [treatment.product] if treatment.product else []
    for product in [*products, *treatment.product_words.values()]:
        if product not in catalog.products:
            yield (
                treatment.product_column,
                "product",
                _("“{name}” is not a product of the catalog.").format(name=product),
            )
    if not treatment.indication and not treatment.indication_column:
        yield "", "no_indication", _("Say what was treated.")
    indications = [treatment.indication] if treatment.indication else []
    for indication in [*indications, *treatment.indication_words.values()]:
        if indication not in catalog.indications:
            yield (
                treatment.indication_column,
                "indication",
                _("“{name}” is not an indication of the catalog.").format(name=indication),
            )
    for meaning in treatment.units_words.values():
        if meaning.casefold() != PLACEBO and not _is_number(meaning):
            yield (
                treatment.units,
                "units",
                _("Each word for a dose has to mean a number of units, or placebo."),
            )


def _about_outcome(outcome: OutcomeColumn, catalog: Catalog) -> _Found:
    if not outcome.column:
        yield "", "no_outcome_column", _("Say which column holds the result.")
    if not outcome.instrument:
        yield outcome.column, "no_instrument", _("Say which measure this column holds.")
        return
    for column, code, message in _about_when(outcome.when, _("result")):
        yield column or outcome.column, code, message
    try:
        catalog.scale(outcome.instrument, outcome.part)
    except NotFound:
        yield (
            outcome.column,
            "instrument",
            _("“{name}”, part “{part}”, is not a measure of the catalog.").format(
                name=outcome.instrument, part=outcome.part
            ),
        )
    for meaning in outcome.words.values():
        if not _is_number(meaning):
            yield outcome.column, "words", _("Each word for a result has to mean a number.")


def _about_diary(mapping: Mapping) -> _Found:
    if mapping.diary is None:
        return
    yield from _about_when(mapping.diary.when, _("diary entry"))
    for name, column in mapping.diary.columns.items():
        if name not in DIARY_FIELDS:
            yield column, "diary_field", _("“{name}” is not part of a diary.").format(name=name)
    if not mapping.diary.columns:
        yield "", "no_diary", _("Say what the columns of the diary hold.")


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def check_records(plan: ImportPlan, mapping: Mapping, catalog: Catalog, reader: Reader) -> None:
    """Notes what the rules of the clinic say of each record that would be added."""
    today, births = reader.today, {p.id: p.birth_date for p in plan.patients}

    def note(key: object, found: Problems, column_of: Callable[[str], str]) -> None:
        for problem in found:
            reader.problems.add(
                plan.rows.get(key),
                column_of(problem.field),
                problem.code,
                problem.message,
                problem.severity,
            )

    for patient in plan.patients:
        found = checks.check_patient(patient, today=today, catalog=catalog)
        note(patient.id, found, lambda field: _patient_column(field, mapping))
    for treatment in plan.treatments:
        born = births.get(treatment.patient_id)
        found = checks.check_treatment(treatment, catalog, today=today, birth_date=born)
        note(treatment.id, found, lambda field: _treatment_column(field, mapping.treatment))
    for assessment in plan.assessments:
        found = checks.check_assessment(assessment, catalog, today=today)
        note(assessment.id, found, partial(_outcome_column, assessment, mapping.outcomes))
    for entry in plan.diary_days:
        found = checks.check_diary_day(entry, today=today)
        note((entry.patient_id, entry.day), found, lambda field: _diary_column(field, mapping))


def _patient_column(field: str, mapping: Mapping) -> str:
    patient = mapping.patient
    if field == "birth_date":
        return patient.birth_date or patient.birth_year
    own = {"family_name": patient.family_name, "given_name": patient.given_name}
    return own.get(field) or (patient.key[0] if patient.key else "")


def _treatment_column(field: str, columns: TreatmentColumns | None) -> str:
    if columns is None:
        return ""
    if field == "day":
        return columns.when.column or columns.when.offset_column
    if field.startswith(("stated_total", "injections", "placebo")):
        return columns.units
    return {"product": columns.product_column, "indication": columns.indication_column}.get(
        field, ""
    )


def _outcome_column(assessment: Assessment, outcomes: Sequence[OutcomeColumn], field: str) -> str:
    """The column a score came from; where the mapping has several, the first of its measure."""
    place = field.split(".")
    part = None
    if len(place) > 1 and place[0] == "scores":
        part = assessment.scores[int(place[1])].part
    fitting = [
        o.column
        for o in outcomes
        if o.instrument == assessment.instrument and part in (None, o.part)
    ]
    return fitting[0] if fitting else ""


def _diary_column(field: str, mapping: Mapping) -> str:
    if mapping.diary is None:
        return ""
    if field == "day":
        return mapping.diary.when.column or mapping.diary.when.offset_column
    name = "acute_medicine" if field.startswith("acute_medicine") else field
    return mapping.diary.columns.get(name, "")
