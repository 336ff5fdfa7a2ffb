"""Everything the safety rules look at. What was not asked is None, and no rule guesses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.time_out import NOTHING_ASKED, Consent, GivenElsewhere, TimeOut
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import ProductId, SiteId
from outcomes_app.text import age_in_years

__all__ = ["ADULT_YEARS", "Consent", "Evidence", "GivenElsewhere", "TimeOut", "VisitFacts"]

ADULT_YEARS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What outcomes say at this visit; None = not enough recorded to say."""

    baseline_headache_days: Decimal | None = None
    baseline_migraine_days: Decimal | None = None
    months_of_headache: Decimal | None = None
    baseline_diary_days: int | None = None
    percent_fall_now: Decimal | None = None
    specific_medicine_days: Decimal | None = None
    simple_analgesic_days: Decimal | None = None
    months_of_overuse: Decimal | None = None
    # Percent improvement measured 4–6 weeks after each earlier session, oldest first.
    falls_by_session: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """One visit as the rules see it. `prior` are the counted treatments before this one."""

    treatment: Treatment
    catalog: Catalog
    prior: tuple[Treatment, ...] = ()
    birth_date: date | None = field(default=None, repr=False)
    weight_kg: Decimal | None = None
    weight_day: date | None = None
    jurisdiction: str = "us"
    diagnoses: tuple[str, ...] = ()
    allergies: tuple[str, ...] = field(default=(), repr=False)
    medicines: tuple[str, ...] = field(default=(), repr=False)
    time_out: TimeOut = NOTHING_ASKED
    # What was recorded of toxin elsewhere before today; today's answers stand in the time-out.
    known_elsewhere: tuple[GivenElsewhere, ...] = ()
    consents: tuple[Consent, ...] | None = None
    adverse_events: tuple[AdverseEvent, ...] = ()
    evidence: Evidence = Evidence()
    recalled_lots: frozenset[str] = frozenset()
    lots_opened_for_others: frozenset[str] = frozenset()
    lots_stored_outside_limits: frozenset[str] = frozenset()
    diluent: str = ""
    reconstituted_at: datetime | None = None
    injected_at: datetime | None = None
    billed_units: Decimal | None = None
    discarded_units: Decimal | None = None

    @property
    def age(self) -> int | None:
        """Completed years on the day of the visit; None where the birth date is unknown."""
        if self.birth_date is None:
            return None
        return age_in_years(self.birth_date, self.treatment.day)

    @property
    def is_child(self) -> bool:
        """Under 18. Where the age is unknown the adult rules are used."""
        age = self.age
        return age is not None and age < ADULT_YEARS

    @property
    def elsewhere(self) -> tuple[GivenElsewhere, ...]:
        """Toxin given elsewhere, told today or before; what was told twice counts once."""
        told = (*self.known_elsewhere, *(self.time_out.toxin_elsewhere or ()))
        return tuple({(g.day, g.product, g.units): g for g in told}.values())

    @property
    def units_today(self) -> Decimal:
        """Units given today; zero before the first point is placed."""
        dose = self.treatment.dose
        return dose.units if dose else Decimal(0)

    def units_by_side(self) -> Mapping[str, Decimal]:
        """Units of today per side."""
        sums: dict[str, Decimal] = {}
        for point in self.treatment.injections:
            sums[point.side] = sums.get(point.side, Decimal(0)) + point.dose.units
        return sums

    def units_by_site(self) -> Mapping[SiteId, Decimal]:
        """Units of today per site, both sides together."""
        sums: dict[SiteId, Decimal] = {}
        for point in self.treatment.injections:
            sums[point.site] = sums.get(point.site, Decimal(0)) + point.dose.units
        return sums

    def units_by_muscle(self) -> Mapping[tuple[SiteId, str], Decimal]:
        """Units of today per site and side."""
        sums: dict[tuple[SiteId, str], Decimal] = {}
        for point in self.treatment.injections:
            key = (point.site, point.side.value)
            sums[key] = sums.get(key, Decimal(0)) + point.dose.units
        return sums

    def same_indication(self) -> tuple[Treatment, ...]:
        """Earlier treatments of this indication, oldest first."""
        return tuple(t for t in self.prior if t.indication == self.treatment.indication)

    def last_of_indication(self) -> Treatment | None:
        """The latest earlier treatment of this indication."""
        same = self.same_indication()
        return same[-1] if same else None

    def regions(self, treatment: Treatment) -> frozenset[str]:
        """The body regions a treatment reached, by the catalog's sites."""
        sites = self.catalog.sites
        return frozenset(sites[p.site].region for p in treatment.injections if p.site in sites)

    def trailing_units(self, product: ProductId, days: int) -> Decimal:
        """Units of one product today and on the `days` - 1 days before, given here or elsewhere.

        The day exactly `days` ago is out, so that a visit every 12 weeks is not counted twice.
        """
        today = self.treatment.day
        earlier = sum(
            (
                t.dose.units
                for t in self.prior
                if t.dose is not None and t.product == product and 0 <= (today - t.day).days < days
            ),
            Decimal(0),
        )
        elsewhere = sum(
            (
                g.units
                for g in self.elsewhere
                if g.product == product and g.units is not None and 0 <= (today - g.day).days < days
            ),
            Decimal(0),
        )
        own = self.units_today if self.treatment.product == product else Decimal(0)
        return own + earlier + elsewhere
