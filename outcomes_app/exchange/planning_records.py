"""The treatments and assessments that the rows of one patient say."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from outcomes_app.catalog import Catalog
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import (
    AssessmentId,
    Dose,
    IndicationId,
    InstrumentId,
    ProductId,
    Score,
    Severity,
    TreatmentId,
)
from outcomes_app.exchange import cells
from outcomes_app.exchange.base import Row
from outcomes_app.exchange.mapping import PLACEBO, OutcomeColumn, TreatmentColumns, When
from outcomes_app.exchange.mapping import Mapping as FileMapping
from outcomes_app.exchange.rows import Reader, meaning_of
from outcomes_app.text import _

NewId = Callable[[], uuid.UUID]


@dataclass(slots=True)
class Made:
    """The records of all patients so far, and the row each comes from."""

    patients: list[Patient] = field(default_factory=list)
    treatments: list[Treatment] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    diary_days: list[DiaryDay] = field(default_factory=list)
    rows: dict[object, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What planning has at hand for every patient, and where it puts what it makes."""

    mapping: FileMapping
    catalog: Catalog
    reader: Reader
    new_id: NewId
    made: Made = field(default_factory=Made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One patient with all their rows, and the day their offsets are counted from."""

    patient: Patient
    rows: Sequence[Row]
    start: date | None


@dataclass(frozen=True, slots=True)
class _Given:
    """What a row says of a dose."""

    units: Decimal | None = None
    placebo: bool = False


def treatments(subject: Subject, work: Work) -> list[Treatment]:
    """One treatment for each day, product and indication; rows that disagree are a problem."""
    columns = work.mapping.treatment
    if columns is None:
        return []
    first = _first_day(subject.rows, columns.when, work.reader)
    found: dict[tuple[date, str, str], tuple[Treatment, Row]] = {}
    for row in subject.rows:
        treatment = _treatment(row, subject, first, columns, work.reader)
        if treatment is None:
            continue
        key = (treatment.day, str(treatment.product), str(treatment.indication))
        known = found.setdefault(key, (treatment, row))
        if known[0] != treatment:
            work.reader.problems.add(
                row.number,
                columns.units or columns.when.column or columns.when.offset_column,
                "disagrees",
                _("The same treatment has something else here than in row {row}.").format(
                    row=known[1].number
                ),
            )
    nominal = _nominal_note(columns.when, work.mapping)
    result = []
    for key in sorted(found):
        treatment, row = found[key]
        note = " ".join(part for part in (treatment.note, nominal) if part)
        treatment = replace(treatment, id=TreatmentId(work.new_id()), note=note)
        work.made.rows[treatment.id] = row.number
        result.append(treatment)
    return result


def _nominal_note(when: When, mapping: FileMapping) -> str:
    if not when.from_start or mapping.start.nominal is None:
        return ""
    return _("Nominal day: the imported file counts {unit}, it has no dates.").format(
        unit={"weeks": _("weeks"), "months": _("months")}.get(when.unit, _("days"))
    )


def _first_day(rows: Sequence[Row], when: When, reader: Reader) -> date | None:
    if not when.first:
        return None
    days = [day for row in rows if (day := reader.day(row, when.column)) is not None]
    return min(days, default=None)


_UNSTORED = TreatmentId(uuid.UUID(int=0))


def _treatment(
    row: Row, subject: Subject, first: date | None, columns: TreatmentColumns, reader: Reader
) -> Treatment | None:
    """The treatment of a row, without an id yet; None where the row has none."""
    given = _given(row, columns, reader)
    product = columns.product
    if columns.product_column:
        product = reader.word(row, columns.product_column, columns.product_words)
    if given is None and not (columns.product_column and product):
        return None
    if not product:
        return None
    indication = columns.indication
    if columns.indication_column:
        indication = reader.word(row, columns.indication_column, columns.indication_words)
    day = first if columns.when.first else reader.when(row, columns.when, subject.start)
    if day is None or not indication:
        _say_what_is_missing(row, day, columns, reader)
        return None
    given = given or _Given()
    return Treatment(
        id=_UNSTORED,
        patient_id=subject.patient.id,
        indication=IndicationId(indication),
        day=day,
        product=ProductId(product),
        stated_total=None
        if given.units is None
        else Dose(units=given.units, product=ProductId(product)),
        placebo=given.placebo,
        clinic_site=subject.patient.clinic_site,
        note=reader.cell(row, columns.note),
    )


def _say_what_is_missing(
    row: Row, day: date | None, columns: TreatmentColumns, reader: Reader
) -> None:
    if day is None:
        column = columns.when.column or columns.when.offset_column
        if not column or reader.cell(row, column):
            return  # what is wrong with the day was said where it was read
        message = _("There is a treatment here, but not its day.")
    elif not (column := columns.indication_column) or reader.cell(row, column):
        return
    else:
        message = _("There is a treatment here, but not what was treated.")
    reader.problems.add(row.number, column, "missing", message)


def _given(row: Row, columns: TreatmentColumns, reader: Reader) -> _Given | None:
    """The dose of a row; None where the units column says nothing, so nothing was given."""
    if not columns.units:
        return _Given()
    text = reader.cell(row, columns.units)
    if not text:
        return None
    meaning = meaning_of(text, columns.units_words)
    if meaning is not None and meaning.casefold() == PLACEBO:
        return _Given(placebo=True)
    try:
        units = Decimal(meaning) if meaning is not None else reader.number_of(text)
    except cells.Unreadable as error:
        message = (
            _("The mapping does not say how many units this means.")
            if columns.units_words
            else str(error)
        )
        reader.problems.add(row.number, columns.units, "unknown_word", message)
        return None
    if units <= 0 or units * 100 != (units * 100).to_integral_value():
        reader.problems.add(
            row.number,
            columns.units,
            "units",
            _("Units have to be more than zero and no finer than a hundredth."),
        )
        return None
    return _Given(units=units)


@dataclass(frozen=True, slots=True)
class _Taken:
    """One number of the file on its way into an assessment."""

    score: Score
    row: Row
    outcome: OutcomeColumn


def assessments(subject: Subject, given: Sequence[Treatment], work: Work) -> list[Assessment]:
    """One assessment for each instrument and day, with a score for each part that has a number."""
    reader = work.reader
    found: dict[tuple[date, str, str], dict[str, _Taken]] = {}
    for outcome in work.mapping.outcomes:
        for row in subject.rows:
            value = _value(row, outcome, work.catalog, reader)
            if value is None:
                continue
            day = reader.when(row, outcome.when, subject.start)
            if day is None:
                _say_no_day(row, outcome, reader)
                continue
            parts = found.setdefault((day, outcome.instrument, outcome.label), {})
            one = _Taken(Score(part=outcome.part, value=value), row, outcome)
            known = parts.setdefault(outcome.part, one)
            if known is not one:
                _say_twice(one, known, reader)
    result = []
    for key in sorted(found):
        taken = sorted(found[key].values(), key=lambda t: t.score.part)
        assessment = _assessment(key, taken, subject, given, work)
        work.made.rows[assessment.id] = min(t.row.number for t in taken)
        result.append(assessment)
    return result


def _assessment(
    key: tuple[date, str, str],
    taken: Sequence[_Taken],
    subject: Subject,
    given: Sequence[Treatment],
    work: Work,
) -> Assessment:
    day, instrument, label = key
    return Assessment(
        id=AssessmentId(work.new_id()),
        patient_id=subject.patient.id,
        instrument=InstrumentId(instrument),
        day=day,
        scores=tuple(t.score for t in taken),
        occasion=_occasion(day, given),
        treatment_id=next((t.id for t in given if t.day == day), None),
        recall=label,
        note=_nominal_note(taken[0].outcome.when, work.mapping),
    )


def _occasion(day: date, given: Sequence[Treatment]) -> Occasion:
    """Taken before the first needle, on the day of a later one, or in between."""
    if not given:
        return Occasion.VISIT
    if day <= min(t.day for t in given):
        return Occasion.BASELINE
    return Occasion.VISIT if any(t.day == day for t in given) else Occasion.FOLLOW_UP


def _value(row: Row, outcome: OutcomeColumn, catalog: Catalog, reader: Reader) -> Decimal | None:
    value = _worded(row, outcome, reader) if outcome.words else reader.number(row, outcome.column)
    if value is None:
        return None
    scale = catalog.scale(outcome.instrument, outcome.part)
    too_low = scale.low is not None and value < scale.low
    too_high = scale.high is not None and value > scale.high
    if too_low or too_high:
        message = _("{scale} goes from {low} to {high}.").format(
            scale=scale.short_name,
            low=_("any") if scale.low is None else scale.low,
            high=_("any") if scale.high is None else scale.high,
        )
        reader.problems.add(row.number, outcome.column, "out_of_range", message)
        return None
    return value


def _worded(row: Row, outcome: OutcomeColumn, reader: Reader) -> Decimal | None:
    text = reader.cell(row, outcome.column)
    meaning = meaning_of(text, outcome.words) if text else None
    return Decimal(meaning) if meaning is not None else reader.number(row, outcome.column)


def _say_no_day(row: Row, outcome: OutcomeColumn, reader: Reader) -> None:
    column = outcome.when.column or outcome.when.offset_column
    if column and not reader.cell(row, column):
        reader.problems.add(
            row.number, column, "missing", _("There is a result here, but not its day.")
        )


def _say_twice(taken: _Taken, known: _Taken, reader: Reader) -> None:
    same = known.score == taken.score
    said = (
        _("The same result as in row {row}; it is taken once.")
        if same
        else _("Another result for the same patient, measure and day than in row {row}.")
    )
    reader.problems.add(
        taken.row.number,
        taken.outcome.column,
        "twice",
        said.format(row=known.row.number),
        Severity.CHECK if same else Severity.ERROR,
    )
