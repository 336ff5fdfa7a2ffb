"""The small values every record is made of: ids, sides, doses, scores and problems.

They are apart from the records so that each record module can use them without a circle.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NewType

PatientId = NewType("PatientId", uuid.UUID)
TreatmentId = NewType("TreatmentId", uuid.UUID)
InjectionId = NewType("InjectionId", uuid.UUID)
AssessmentId = NewType("AssessmentId", uuid.UUID)
AdverseEventId = NewType("AdverseEventId", uuid.UUID)
PersonId = NewType("PersonId", uuid.UUID)
BatchId = NewType("BatchId", uuid.UUID)

# Ids of catalog entries are the readable slugs of resources/, for example "ona" or "frontalis".
ProductId = NewType("ProductId", str)
SiteId = NewType("SiteId", str)
IndicationId = NewType("IndicationId", str)
ProtocolId = NewType("ProtocolId", str)
InstrumentId = NewType("InstrumentId", str)
AdverseEventTermId = NewType("AdverseEventTermId", str)
ViewId = NewType("ViewId", str)


def new_id() -> uuid.UUID:
    """A fresh random id. Records make their own, so that they exist before they are stored."""
    return uuid.uuid4()


class Side(StrEnum):
    """The patient's own side, never the viewer's."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"

    @property
    def mirrored(self) -> "Side":
        """The other side; the midline is its own mirror."""
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(self, self)


class ProductMismatch(ValueError):
    """Units of two products were added or compared: they are not interchangeable."""


@dataclass(frozen=True, slots=True, kw_only=True, order=False)
class Dose:
    """Units of one product. Adding or comparing doses of two products raises ProductMismatch."""

    units: Decimal
    product: ProductId

    def __add__(self, other: "Dose") -> "Dose":
        self._require_same_product(other)
        return Dose(units=self.units + other.units, product=self.product)

    def __sub__(self, other: "Dose") -> "Dose":
        self._require_same_product(other)
        return Dose(units=self.units - other.units, product=self.product)

    def __lt__(self, other: "Dose") -> bool:
        self._require_same_product(other)
        return self.units < other.units

    def __le__(self, other: "Dose") -> bool:
        self._require_same_product(other)
        return self.units <= other.units

    def _require_same_product(self, other: "Dose") -> None:
        if self.product != other.product:
            raise ProductMismatch(
                f"units of {self.product} and {other.product} cannot be added or compared"
            )


def total(doses: Iterable[Dose], product: ProductId) -> Dose:
    """The sum of doses that are all of `product`; zero units where there are none.

    Raises ProductMismatch when any dose is of another product.
    """
    result = Dose(units=Decimal(0), product=product)
    for dose in doses:
        result = result + dose
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One number of an assessment: a total, a subscale or a qualifier such as "average" pain.

    `value` None means it could not be scored; it is never zero. `answered` of `items` questions
    were answered (None where only the total is known). `rule` names the scoring rule and version.
    """

    part: str = "total"
    value: Decimal | None
    answered: int | None = None
    items: int | None = None
    rule: str = ""


class Severity(StrEnum):
    """What a problem does: an error refuses, a check needs a reason, information only tells."""

    ERROR = "error"
    CHECK = "check"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One broken or notable rule, said so that the person can mend it.

    `field` is the dotted path of the value, for example "injections.3.dose"; `code` is stable and
    never translated; `source` names where a threshold comes from and `verified` whether it was
    read there (None where there is no threshold).
    """

    field: str
    code: str
    message: str
    severity: Severity = Severity.ERROR
    source: str = ""
    verified: bool | None = None


Problems = tuple[Problem, ...]


def errors_in(problems: Iterable[Problem]) -> Problems:
    """Only those that refuse."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one transaction changed: the names of the tables, and the patients concerned.

    Whoever shows any of it asks again.
    """

    tables: frozenset[str] = frozenset()
    patients: frozenset[PatientId] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.tables)
