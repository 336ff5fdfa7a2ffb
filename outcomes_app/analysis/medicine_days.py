"""Days with acute medicine by class, and what of it is medication overuse in one month (ICHD-3).

Days are counted, never tablets. A day with a medicine whose class was not written is unknown for
every class it might belong to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from outcomes_app.analysis import diary_counts
from outcomes_app.analysis.diary_counts import CLINIC_RULES, DiaryByDay, DiaryCount, DiaryRules
from outcomes_app.analysis.windows import Span
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.text import _


class MedicineClass(StrEnum):
    """The classes of ICHD-3 8.2, and those that have no threshold there."""

    TRIPTAN = "triptan"
    ERGOT = "ergot"
    OPIOID = "opioid"
    COMBINATION = "combination"
    SIMPLE = "simple"
    GEPANT = "gepant"
    DITAN = "ditan"
    OTHER = "other"

    @property
    def words(self) -> str:
        """Its name as shown."""
        return {
            MedicineClass.TRIPTAN: _("triptan"),
            MedicineClass.ERGOT: _("ergot"),
            MedicineClass.OPIOID: _("opioid"),
            MedicineClass.COMBINATION: _("combination analgesic"),
            MedicineClass.SIMPLE: _("simple analgesic or NSAID"),
            MedicineClass.GEPANT: _("gepant"),
            MedicineClass.DITAN: _("ditan"),
            MedicineClass.OTHER: _("other acute medicine"),
        }[self]


# The words a diary may hold, with their class; paracetamol, aspirin and NSAID are one class.
_CLASSES: Mapping[str, MedicineClass] = {
    "triptan": MedicineClass.TRIPTAN,
    "ergot": MedicineClass.ERGOT,
    "opioid": MedicineClass.OPIOID,
    "combination": MedicineClass.COMBINATION,
    "combination_analgesic": MedicineClass.COMBINATION,
    "nsaid": MedicineClass.SIMPLE,
    "paracetamol": MedicineClass.SIMPLE,
    "aspirin": MedicineClass.SIMPLE,
    "simple_analgesic": MedicineClass.SIMPLE,
    "gepant": MedicineClass.GEPANT,
    "ditan": MedicineClass.DITAN,
    "antiemetic": MedicineClass.OTHER,
    "other": MedicineClass.OTHER,
}
SPECIFIC = (
    MedicineClass.TRIPTAN,
    MedicineClass.ERGOT,
    MedicineClass.OPIOID,
    MedicineClass.COMBINATION,
)
WITH_THRESHOLD = (*SPECIFIC, MedicineClass.SIMPLE)


def class_of(kind: str) -> MedicineClass | None:
    """The class of a medicine as a diary names it; None where it is not known."""
    return _CLASSES.get(kind)


def classes_on(day: DiaryDay) -> tuple[frozenset[MedicineClass], bool]:
    """The classes taken on a day, and whether that is all that was taken."""
    found = [class_of(m.kind) for m in day.acute_medicines]
    known = frozenset(c for c in found if c is not None)
    taken = diary_counts.treated(day)
    whole = taken is False or (taken is True and bool(found) and None not in found)
    return known, whole


def any_of(day: DiaryDay, classes: tuple[MedicineClass, ...]) -> Fraction | None:
    """1 where a medicine of one of the classes was taken, 0 where none, None where unknown."""
    known, whole = classes_on(day)
    if known & set(classes):
        return Fraction(1)
    return Fraction(0) if whole else None


def class_days(
    kind: MedicineClass, diary: DiaryByDay, span: Span, rules: DiaryRules = CLINIC_RULES
) -> DiaryCount:
    """The days with one class, per 28 days where enough is recorded."""
    return diary_counts.count_days(lambda day: any_of(day, (kind,)), diary, span, rules)


def days_by_class(
    diary: DiaryByDay, span: Span, rules: DiaryRules = CLINIC_RULES
) -> Mapping[MedicineClass, DiaryCount]:
    """The days with each class; opioid days, for example, are an outcome of their own."""
    return {kind: class_days(kind, diary, span, rules) for kind in MedicineClass}


@dataclass(frozen=True, slots=True, kw_only=True)
class OveruseLimits:
    """Days per month from which a class is overused."""

    specific: Fraction = Fraction(10)
    simple: Fraction = Fraction(15)
    together: Fraction = Fraction(10)

    def of(self, kind: MedicineClass) -> Fraction:
        """The limit of a class that has one."""
        return self.simple if kind is MedicineClass.SIMPLE else self.specific


@dataclass(frozen=True, slots=True, kw_only=True)
class OveruseMonth:
    """One month: the days of each class and of all classes together, and what they amount to.

    `days` and `together` are on the basis that was asked for (28 or 30 days). `overused` None =
    too little is known; True or False is certain whatever the unknown classes were.
    """

    span: Span
    days: Mapping[MedicineClass, Fraction | None]
    recorded: Mapping[MedicineClass, int]
    together: Fraction | None
    overused_classes: tuple[MedicineClass, ...]
    several_together: bool | None
    overused: bool | None


def overuse_month(
    diary: DiaryByDay,
    span: Span,
    limits: OveruseLimits,
    rules: DiaryRules = CLINIC_RULES,
    *,
    basis: int = diary_counts.MONTH_DAYS,
) -> OveruseMonth:
    """Overuse by class in one month, or of several classes together with none overused alone."""
    scale = Fraction(basis, 28)
    counts = {kind: class_days(kind, diary, span, rules) for kind in WITH_THRESHOLD}
    days = {k: None if c.value is None else c.value * scale for k, c in counts.items()}
    joint = diary_counts.count_days(lambda day: any_of(day, WITH_THRESHOLD), diary, span, rules)
    together = None if joint.value is None else joint.value * scale
    overused = tuple(k for k, v in days.items() if v is not None and v >= limits.of(k))
    several = _several(days, together, overused, limits)
    if overused or several:
        answer: bool | None = True
    else:
        answer = None if several is None or None in days.values() else False
    return OveruseMonth(
        span=span,
        days=days,
        recorded={kind: c.recorded for kind, c in counts.items()},
        together=together,
        overused_classes=overused,
        several_together=several,
        overused=answer,
    )


def _several(
    days: Mapping[MedicineClass, Fraction | None],
    together: Fraction | None,
    overused: tuple[MedicineClass, ...],
    limits: OveruseLimits,
) -> bool | None:
    if overused:
        return False
    if together is None:
        return None
    if together < limits.together:
        return False
    if sum(1 for value in days.values() if value) >= 2:
        return True
    return None if None in days.values() else False
