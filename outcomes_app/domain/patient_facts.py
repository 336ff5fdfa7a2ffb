"""What is known of a patient beside visits: consents, medicines, weight, toxin given elsewhere.

Each fact is a record of its own: versioned, and voided where it was wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType, TypeAlias
from uuid import UUID

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.clean_text import text_problems
from outcomes_app.domain.time_out import Consent, GivenElsewhere
from outcomes_app.domain.values import PatientId, Problem, Problems, ProductId
from outcomes_app.text import _

FactId = NewType("FactId", UUID)

_HEAVIEST_KG = Decimal(500)


class Purpose(StrEnum):
    """What a medicine is taken for."""

    PREVENTIVE = "preventive"
    ACUTE = "acute"
    OTHER = "other"


class WhyStopped(StrEnum):
    """Why a medicine ended; the rules of continuation ask for it."""

    NO_BENEFIT = "no_benefit"
    NOT_TOLERATED = "not_tolerated"
    CONTRAINDICATED = "contraindicated"
    NO_LONGER_NEEDED = "no_longer_needed"
    PATIENT_WISH = "patient_wish"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentOnFile:
    """A consent with the form it was given on. `withdrawn` None = it stands."""

    id: FactId
    patient_id: PatientId
    consent: Consent
    withdrawn: date | None = None
    form: str = ""
    note: str = field(default="", repr=False)
    version: int = 0

    def stands_on(self, day: date) -> bool:
        """Whether it had been given and not been withdrawn by that day."""
        return self.consent.day <= day and (self.withdrawn is None or day < self.withdrawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientMedicine:
    """A medicine of the patient. `kind` is its class ("beta blocker"); `start` and `end` None =
    not known, or not ended."""

    id: FactId
    patient_id: PatientId
    name: str = field(repr=False)
    kind: str = ""
    purpose: Purpose = Purpose.OTHER
    dose: str = ""
    start: date | None = None
    end: date | None = None
    why_stopped: WhyStopped | None = None
    stop_detail: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    version: int = 0

    def taken_on(self, day: date) -> bool:
        """Whether it was taken that day, as far as is known."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientWeight:
    """The weight on a day, in kilograms."""

    id: FactId
    patient_id: PatientId
    day: date
    kilograms: Decimal
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideToxin:
    """Toxin that somebody else gave."""

    id: FactId
    patient_id: PatientId
    given: GivenElsewhere
    given_by: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    version: int = 0


PatientFact: TypeAlias = ConsentOnFile | PatientMedicine | PatientWeight | OutsideToxin


def check(fact: PatientFact, catalog: Catalog, *, today: date) -> Problems:
    """What keeps a fact from being stored."""
    return tuple(text_problems(fact)) + tuple(_problems(fact, catalog, today))


def _problems(fact: PatientFact, catalog: Catalog, today: date) -> Iterator[Problem]:
    if isinstance(fact, ConsentOnFile):
        yield from _in_order("consent.day", fact.consent.day, fact.withdrawn, today)
        for product in fact.consent.products:
            yield from _known_product("consent.products", product, catalog)
    elif isinstance(fact, PatientMedicine):
        if not fact.name.strip():
            yield _error("name", "name_missing", _("The medicine has no name. Write it."))
        yield from _in_order("start", fact.start, fact.end, today)
    elif isinstance(fact, PatientWeight):
        yield from _in_order("day", fact.day, None, today)
        if not fact.kilograms.is_finite() or not 0 < fact.kilograms <= _HEAVIEST_KG:
            yield _error(
                "kilograms",
                "out_of_range",
                _("The weight must lie above 0 and up to {most} kg. Correct it.").format(
                    most=_HEAVIEST_KG
                ),
            )
    else:
        yield from _in_order("given.day", fact.given.day, None, today)
        yield from given_problems("given", fact.given, catalog)


def given_problems(path: str, given: GivenElsewhere, catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with what a patient says was given elsewhere."""
    if given.product is not None:
        yield from _known_product(f"{path}.product", given.product, catalog)
    units = given.units
    if units is not None and not (units.is_finite() and units > 0 and units * 100 % 1 == 0):
        yield _error(
            f"{path}.units",
            "units_not_positive",
            _("The units must be above 0, with two decimals at most. Leave them empty if unknown."),
        )
    if units is not None and given.product is None:
        yield _error(
            f"{path}.product",
            "product_missing",
            _("Units mean nothing without their product. Choose it, or leave the units empty."),
        )


def _known_product(field: str, product: ProductId, catalog: Catalog) -> Iterator[Problem]:
    if product not in catalog.products:
        yield _error(field, "unknown", _("This is no product of the catalog. Choose one."))


def _in_order(field: str, begin: date | None, end: date | None, today: date) -> Iterator[Problem]:
    if begin is not None and begin > today:
        yield _error(field, "in_the_future", _("This day lies in the future. Correct it."))
    if begin is not None and end is not None and end < begin:
        yield _error(field, "end_before_start", _("It ends before it began. Correct one day."))


def _error(field: str, code: str, message: str) -> Problem:
    return Problem(field=field, code=code, message=message)
