"""What differs between two visits: field by field, and units per muscle and side.

The difference is exact and symmetric: swapping the visits swaps before and after and turns every
sign. Units of two products are set side by side and never subtracted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from outcomes_app.domain.assessment import Assessment
from outcomes_app.domain.json_values import to_plain
from outcomes_app.domain.treatment import Treatment, Visit
from outcomes_app.domain.values import Dose, Side, SiteId

# What says nothing of the content: ids, the counting of versions, and who signed.
_NOT_CONTENT = frozenset(
    ("id", "treatment_id", "version", "status", "amends", "signed_by", "signed_at", "batch")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One value that differs; None = absent. `field` is a dotted path, "vials.0.lot"."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleDifference:
    """The dose in one site on one side before and after; None = nothing given there."""

    site: SiteId
    side: Side
    before: Dose | None
    after: Dose | None

    @property
    def change(self) -> Decimal | None:
        """Units more (or fewer) than before; None where the two are of different products."""
        if self.before is not None and self.after is not None:
            if self.before.product != self.after.product:
                return None
            return (self.after - self.before).units
        if self.after is not None:
            return self.after.units
        return -self.before.units if self.before is not None else Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDifference:
    """One number measured at either visit; None = not measured there, or not scored."""

    instrument: str
    part: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """How far it moved; None where either is missing."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All that differs. Of two products no muscle has a change, only two doses side by side."""

    fields: tuple[FieldDifference, ...]
    muscles: tuple[MuscleDifference, ...]
    outcomes: tuple[OutcomeDifference, ...]
    same_product: bool

    def __bool__(self) -> bool:
        return bool(self.fields or self.muscles or self.outcomes)


def between(before: Visit, after: Visit) -> Differences:
    """What differs between two visits, or two versions of one."""
    one, other = before.treatment, after.treatment
    return Differences(
        fields=tuple(_fields(before, after)),
        muscles=tuple(_muscles(one, other)),
        outcomes=tuple(_outcomes(before.assessments, after.assessments)),
        same_product=one.product == other.product,
    )


def between_treatments(before: Treatment, after: Treatment) -> Differences:
    """The same of the treatments alone."""
    return between(Visit(treatment=before), Visit(treatment=after))


def _fields(before: Visit, after: Visit) -> Iterator[FieldDifference]:
    one, other = dict(_flat(before)), dict(_flat(after))
    for field in sorted(one.keys() | other.keys(), key=_by_number):
        if one.get(field) != other.get(field):
            yield FieldDifference(field=field, before=one.get(field), after=other.get(field))


def _by_number(field: str) -> tuple[tuple[bool, int, str], ...]:
    return tuple((p.isdigit(), int(p) if p.isdigit() else 0, p) for p in field.split("."))


def _flat(visit: Visit) -> Iterator[tuple[str, str | None]]:
    """The treatment and its adverse events as paths and texts; outcomes are told by themselves."""
    plain = to_plain(visit.treatment)
    plain["injections"] = _by_muscle(visit.treatment)
    yield from _paths("", plain)
    events = sorted((to_plain(e) for e in visit.adverse_events), key=lambda e: str(e["id"]))
    yield from _paths("adverse_events", events)


def _by_muscle(treatment: Treatment) -> dict[str, object]:
    """The points under their muscle and side, so that one that is gone moves no other."""
    found: dict[str, list[object]] = {}
    for point in treatment.injections:
        plain = to_plain(point)
        plain["units"] = str(point.dose.units)
        told_already = ("site", "side", "dose")
        bare = {name: value for name, value in plain.items() if name not in told_already}
        found.setdefault(f"{point.site}.{point.side}", []).append(bare)
    return dict(found)


def _paths(path: str, value: object) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in _NOT_CONTENT:
                yield from _paths(f"{path}.{name}" if path else name, part)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _paths(f"{path}.{index}" if path else str(index), part)
    elif value is not None:
        yield path, str(value)


def _muscles(before: Treatment, after: Treatment) -> Iterator[MuscleDifference]:
    one, other = _doses(before), _doses(after)
    for muscle in sorted(one.keys() | other.keys()):
        if one.get(muscle) != other.get(muscle):
            site, side = muscle
            yield MuscleDifference(
                site=site, side=side, before=one.get(muscle), after=other.get(muscle)
            )


def _doses(treatment: Treatment) -> dict[tuple[SiteId, Side], Dose]:
    """The dose of each muscle and side; a point of another product than the rest raises."""
    found: dict[tuple[SiteId, Side], Dose] = {}
    for point in treatment.injections:
        key = (point.site, point.side)
        found[key] = found[key] + point.dose if key in found else point.dose
    return found


def _outcomes(
    before: tuple[Assessment, ...], after: tuple[Assessment, ...]
) -> Iterator[OutcomeDifference]:
    one, other = _scores(before), _scores(after)
    for key in sorted(one.keys() | other.keys()):
        if one.get(key) != other.get(key):
            instrument, part = key
            yield OutcomeDifference(
                instrument=instrument, part=part, before=one.get(key), after=other.get(key)
            )


def _scores(assessments: tuple[Assessment, ...]) -> dict[tuple[str, str], Decimal]:
    return {
        (str(a.instrument), s.part): s.value
        for a in assessments
        for s in a.scores
        if s.value is not None
    }
