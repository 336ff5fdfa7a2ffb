"""Guesses what the columns of a table mean, from their names and cells.

A guess is marked as one: the person confirms it before anything is imported. Where a guess could
mislead (which product was injected, on which date), it is left open instead.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from outcomes_app.catalog import Catalog
from outcomes_app.domain.definitions import Scale
from outcomes_app.exchange import cells
from outcomes_app.exchange.base import Table
from outcomes_app.exchange.mapping import (
    MISSING_WORDS,
    PLACEBO,
    DiaryColumns,
    OutcomeColumn,
    PatientColumns,
    Start,
    TreatmentColumns,
    When,
)
from outcomes_app.exchange.mapping import Mapping as FileMapping

# Names as they are after `_folded`; the first that the table has is taken.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "key": (
        "patient", "patientid", "patid", "patientno", "patientnumber", "subject", "subjectid",
        "subjid", "usubjid", "participant", "participantid", "recordid", "studyid", "mrn",
        "caseid", "id", "rownames", "rowname", "patientennummer", "patienten",
    ),
    "family_name": ("familyname", "lastname", "surname", "family", "nachname", "nom"),
    "given_name": ("givenname", "firstname", "forename", "given", "vorname", "prenom"),
    "birth_date": ("birthdate", "dateofbirth", "dob", "born", "geburtsdatum"),
    "birth_year": ("yearofbirth", "birthyear", "yearbirth"),
    "birth_month": ("monthofbirth", "birthmonth", "monthbirth"),
    "birth_day": ("dayofbirth", "birthday", "daybirth"),
    "sex": ("sex", "gender", "geschlecht", "sexe"),
    "group": ("group", "arm", "treatmentgroup", "treatmentarm", "treat", "treatment", "trt"),
    "clinic_site": ("site", "clinicsite", "clinic", "centre", "center", "siteid", "centreid"),
    "date": ("date", "day", "visitdate", "assessmentdate", "datum", "fulldate", "diarydate"),
    "weeks": ("week", "weeks", "visitweek", "wk"),
    "days": ("studyday", "daysfromstart", "daysince", "days"),
    "months": ("month", "months"),
    "start": ("startdate", "firsttreatment", "treatmentdate", "injectiondate", "baselinedate"),
    "units": ("units", "totalunits", "dose", "totaldose", "treat", "treatment"),
    "product": ("product", "toxin", "drug", "brand", "productid"),
    "indication": ("indication", "diagnosis", "condition"),
}  # fmt: skip
_DIARY_NAMES: Mapping[str, tuple[str, ...]] = {
    "headache": ("headache", "headacheyesno", "headacheyn", "headacheday"),
    "peak_pain": ("pain", "peakpain", "painscore", "pain010", "peakpain010", "intensity"),
    "peak_severity": ("severity", "peakseverity", "peakseverity03", "severity03"),
    "duration_hours": ("durationh", "durationhours", "hours", "duration"),
    "unilateral": ("unilateral", "onesided"),
    "pulsating": ("pulsating", "throbbing"),
    "worse_with_activity": ("worsewithactivity",),
    "nausea": ("nausea",),
    "vomiting": ("vomiting",),
    "photophobia": ("photophobia",),
    "phonophobia": ("phonophobia",),
    "aura_minutes": ("auramin", "auraminutes"),
    "acute_medicine": ("acutemeds", "acutemedicine", "acutemedication", "medicine", "medication"),
    "menses": ("menses", "period", "menstruation"),
    "work_missed_hours": ("workmissedh", "workmissedhours"),
    "note": ("notes", "note", "comment"),
}  # fmt: skip
_TIME_UNIT = {"w": "weeks", "d": "days", "m": "months"}
_TIME_POINT = re.compile(
    r"^(?P<name>.+?)[\s._\-]*(?:\(?\b)?(?P<unit>weeks?|wks?|w|days?|d|months?|mon|m)"
    r"[\s._\-]*(?P<number>\d{1,3})\)?$",
    re.IGNORECASE,
)
_TIME_POINT_AFTER = re.compile(
    r"^(?P<name>.+?)[\s._\-]+\(?(?P<number>\d{1,3})[\s._\-]*"
    r"(?P<unit>weeks?|wks?|w|days?|d|months?|mon|m)\)?$",
    re.IGNORECASE,
)
_BASELINE = re.compile(r"^(?P<name>.+?)[\s._\-]+(?:baseline|base|bl|pre)$", re.IGNORECASE)
_UNITS_WORD = re.compile(r"^([\d,.]+)\s*(?:u|units?|mu|e|iu)?$", re.IGNORECASE)
_PLACEBO_WORDS = frozenset({"placebo", "saline", "control", "sham", "nacl"})
_SAMPLE = 2_000


def suggest(table: Table, catalog: Catalog, today: date) -> FileMapping:
    """A mapping to begin with, marked as guessed; what it cannot tell it leaves open."""
    guess = _Guess(table, catalog, today)
    diary = guess.diary()
    outcomes = () if diary else guess.outcomes()
    return FileMapping(
        name=table.file_name.rpartition(".")[0],
        guessed=True,
        start=Start(column=guess.named("start", needs_dates=True)),
        patient=guess.patient(),
        treatment=None if diary else guess.treatment(outcomes),
        outcomes=outcomes,
        diary=diary,
    )


def time_point(heading: str) -> tuple[str, Decimal, str] | None:
    """What "TWSTRS week 8" says: the name, 8 and "weeks"; None where there is no time in it."""
    if found := _BASELINE.match(heading):
        return found["name"], Decimal(0), "weeks"
    found = _TIME_POINT.match(heading) or _TIME_POINT_AFTER.match(heading)
    if not found:
        return None
    return found["name"], Decimal(found["number"]), _TIME_UNIT[found["unit"][0].lower()]


class _Guess:
    """One table being guessed at."""

    def __init__(self, table: Table, catalog: Catalog, today: date) -> None:
        self._table = table
        self._catalog = catalog
        self._today = today
        self._by_name: dict[str, str] = {}
        for column in reversed(table.columns):
            self._by_name[_folded(column)] = column
        self._scales = _scales(catalog)

    def named(self, meaning: str, *, needs_dates: bool = False) -> str:
        """The column whose name has this meaning; "" where there is none."""
        for name in _NAMES[meaning]:
            column = self._by_name.get(name, "")
            if column and (not needs_dates or self._holds_dates(column)):
                return column
        return ""

    def patient(self) -> PatientColumns:
        key = self.named("key")
        sex = self.named("sex")
        birth_date = self.named("birth_date", needs_dates=True)
        parts = [self.named(name) for name in ("birth_year", "birth_month", "birth_day")]
        if birth_date or not all(parts):
            parts = ["", "", ""]
        return PatientColumns(
            key=(key,) if key else (),
            family_name=self.named("family_name"),
            given_name=self.named("given_name"),
            birth_date=birth_date,
            birth_year=parts[0],
            birth_month=parts[1],
            birth_day=parts[2],
            sex=sex,
            group=self.named("group"),
            clinic_site=self.named("clinic_site"),
        )

    def outcomes(self) -> tuple[OutcomeColumn, ...]:
        """The columns that are named like a measure, alone or with a time point."""
        when = self._when()
        found = []
        for column in self._table.columns:
            at = time_point(column)
            scale = self._scale(at[0] if at else column, column) or self._scale(column, column)
            if scale is None:
                continue
            own = When(offset=at[1], unit=at[2]) if at and not when.offset_column else when
            found.append(
                OutcomeColumn(column=column, instrument=scale.instrument, part=scale.part, when=own)
            )
        return tuple(found)

    def treatment(self, outcomes: Sequence[OutcomeColumn]) -> TreatmentColumns | None:
        """The treatment, where a column holds doses; the product is only known from a column."""
        units = next(
            (
                column
                for name in _NAMES["units"]
                if (column := self._by_name.get(name)) and self._units_words(column) is not None
            ),
            "",
        )
        product = self.named("product")
        words = self._product_words(product) if product else {}
        if not units and not words:
            return None
        when = self._when()
        from_start = When(offset=Decimal(0), unit=when.unit if when.offset_column else "weeks")
        dated = When(column=when.column) if when.column else from_start
        indication_column = self.named("indication")
        indication_words = self._indication_words(indication_column) if indication_column else {}
        return TreatmentColumns(
            when=dated,
            product_column=product if words else "",
            product_words=words,
            indication="" if indication_words else self._indication(outcomes),
            indication_column=indication_column if indication_words else "",
            indication_words=indication_words,
            units=units,
            units_words=(self._units_words(units) or {}) if units else {},
        )

    def diary(self) -> DiaryColumns | None:
        """A diary: a date in each row, and a headache or several other fields of a diary."""
        day = self.named("date", needs_dates=True)
        columns = {
            name: column
            for name, known in _DIARY_NAMES.items()
            if (column := next((self._by_name[k] for k in known if k in self._by_name), ""))
        }
        severity = columns.get("peak_severity", "")
        # Many diaries call a pain from 0 to 10 a severity; ours goes from 0 to 3.
        if severity and "peak_pain" not in columns and self._exceeds(severity, 3):
            columns["peak_pain"] = columns.pop("peak_severity")
        sure = "headache" in columns or len(columns.keys() - {"peak_pain", "note"}) >= 2
        if not day or not sure:
            return None
        return DiaryColumns(when=When(column=day), columns=columns)

    def _when(self) -> When:
        day = self.named("date", needs_dates=True)
        if day:
            return When(column=day)
        for unit in ("weeks", "days", "months"):
            column = self.named(unit)
            if column and self._holds_numbers(column):
                return When(offset_column=column, unit=unit)
        day = self._by_name.get("day", "")
        return When(offset_column=day) if day and self._holds_numbers(day) else When()

    def _scale(self, name: str, column: str) -> Scale | None:
        folded = _folded(name)
        scale = self._scales.get(folded)
        if scale is None and re.search(r"pain$|^pain", folded):
            scale = self._scales.get("nrspain")
        return scale if scale and self._fits(column, scale) else None

    def _fits(self, column: str, scale: Scale) -> bool:
        """Whether the numbers of a column may be of a scale."""
        numbers = list(self._numbers(column))
        low, high = scale.low, scale.high
        return bool(numbers) and all(
            n is not None and (low is None or n >= low) and (high is None or n <= high)
            for n in numbers
        )

    def _exceeds(self, column: str, most: int) -> bool:
        return any(n is not None and n > most for n in self._numbers(column))

    def _numbers(self, column: str) -> Iterable[Decimal | None]:
        for cell in self._cells(column):
            try:
                yield cells.number(cell, self._table.reading.decimal or ".")
            except cells.Unreadable:
                yield None

    def _cells(self, column: str) -> list[str]:
        missing = {word.casefold() for word in MISSING_WORDS}
        found = (cell.strip() for cell in self._table.values(column)[:_SAMPLE])
        return [cell for cell in found if cell.casefold() not in missing]

    def _holds_numbers(self, column: str) -> bool:
        numbers = list(self._numbers(column))
        return bool(numbers) and None not in numbers

    def _holds_dates(self, column: str) -> bool:
        found = self._cells(column)
        dates = sum(cells.looks_like_date(cell, self._today) for cell in found)
        return bool(found) and dates >= 0.8 * len(found)

    def _units_words(self, column: str) -> dict[str, str] | None:
        """What the words of a dose column mean; {} where it holds numbers, None where no doses."""
        distinct = list(dict.fromkeys(self._cells(column)))
        if not distinct or len(distinct) > 200:
            return None
        numbers = [n for n in self._numbers(column) if n is not None]
        if len(numbers) == len(self._cells(column)):
            return {} if max(numbers) >= 5 else None
        words = {}
        for cell in distinct:
            if cell.casefold() in _PLACEBO_WORDS:
                words[cell] = PLACEBO
            elif found := _UNITS_WORD.match(cell):
                words[cell] = found[1].replace(",", "")
            else:
                return None
        return words if any(meaning != PLACEBO for meaning in words.values()) else None

    def _product_words(self, column: str) -> dict[str, str]:
        known = {}
        for product in self._catalog.products.values():
            for name in (product.id, product.name, product.code, *product.brands):
                known[_folded(name)] = str(product.id)
        return _looked_up(self._cells(column), known)

    def _indication_words(self, column: str) -> dict[str, str]:
        known = {}
        for indication in self._catalog.indications.values():
            for name in (indication.id, indication.name, *indication.icd10):
                known[_folded(name)] = str(indication.id)
        return _looked_up(self._cells(column), known)

    def _indication(self, outcomes: Sequence[OutcomeColumn]) -> str:
        """What is treated, where only one indication uses all these measures."""
        used = [
            {
                str(i)
                for i in self._catalog.indications
                if any(m.instrument == o.instrument for m in _instruments(self._catalog, str(i)))
            }
            for o in outcomes
        ]
        common = set.intersection(*used) if used else set()
        return common.pop() if len(common) == 1 else ""


def _instruments(catalog: Catalog, indication: str) -> list[Scale]:
    return [scale for i in catalog.instruments_for(indication) for scale in i.scales]


def _looked_up(found: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """The meaning of each word; nothing where most of them are not known."""
    distinct = list(dict.fromkeys(found))
    words = {cell: known[_folded(cell)] for cell in distinct if _folded(cell) in known}
    return words if len(words) * 2 > len(distinct) else {}


def _scales(catalog: Catalog) -> dict[str, Scale]:
    """Every name by which a column may mean a scale; the main scale of an instrument wins."""
    found: dict[str, Scale] = {}
    for instrument in catalog.instruments.values():
        for at, scale in enumerate(instrument.scales):
            names = [scale.name, scale.short_name, f"{instrument.id} {scale.part}"]
            if at == 0:
                names += [str(instrument.id), instrument.short_name, instrument.name]
            for name in names:
                found.setdefault(_folded(name), scale)
    return found


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.casefold())
