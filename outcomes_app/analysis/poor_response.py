"""The way through a poor response: what to look at, in order, with what the record says of it.

It lists evidence and keeps what a person found; it draws no conclusion. Most poor response is due
to dose, site or technique, so antibodies come last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from outcomes_app.analysis.rules.comparing import shown
from outcomes_app.analysis.rules.facts import NO_FACTS, RuleFacts
from outcomes_app.analysis.treatment_cycles import TreatmentCycle, treatment_cycles
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.definitions import Protocol
from outcomes_app.domain.values import IndicationId, ProductId
from outcomes_app.text import _, day, ngettext, units


class Step(StrEnum):
    """What is looked at, in this order."""

    DOSE = "dose"
    MUSCLE = "muscle"
    TECHNIQUE = "technique"
    PRODUCT = "product"
    DIAGNOSIS = "diagnosis"
    EXPECTATION = "expectation"
    ANTIBODY_TEST = "antibody_test"


class StepResult(StrEnum):
    """What a person found. NOT_EXAMINED is the state of a step nobody has looked at."""

    NOT_EXAMINED = "not_examined"
    EXPLAINS = "explains"
    MAY_EXPLAIN = "may_explain"
    DOES_NOT_EXPLAIN = "does_not_explain"
    NOT_POSSIBLE = "not_possible"

    @property
    def words(self) -> str:
        """How it is shown."""
        return {
            StepResult.NOT_EXAMINED: _("not examined"),
            StepResult.EXPLAINS: _("explains the poor response"),
            StepResult.MAY_EXPLAIN: _("may explain it"),
            StepResult.DOES_NOT_EXPLAIN: _("does not explain it"),
            StepResult.NOT_POSSIBLE: _("cannot be examined"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntry:
    """What a person entered for one step."""

    step: Step
    result: StepResult
    on: date
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayStep:
    """One step: its question, what the record says of it (`found`), what would have to be recorded
    to say more (`missing`), and the result a person gave."""

    step: Step
    title: str
    question: str
    found: tuple[str, ...]
    missing: str = ""
    entry: StepEntry | None = None

    @property
    def result(self) -> StepResult:
        """The result as entered."""
        return StepResult.NOT_EXAMINED if self.entry is None else self.entry.result


@dataclass(frozen=True, slots=True, kw_only=True)
class PoorResponse:
    """The whole pathway. `next_step` is the first that nobody has looked at."""

    steps: tuple[PathwayStep, ...]

    @property
    def next_step(self) -> PathwayStep | None:
        """Where to go on; None when every step was looked at."""
        return next((s for s in self.steps if s.result is StepResult.NOT_EXAMINED), None)

    @property
    def explanations(self) -> tuple[PathwayStep, ...]:
        """The steps that were found to explain it, or perhaps."""
        wanted = (StepResult.EXPLAINS, StepResult.MAY_EXPLAIN)
        return tuple(s for s in self.steps if s.result in wanted)

    @property
    def antibodies_too_soon(self) -> bool:
        """Whether antibodies were tested before the steps that come before them."""
        *earlier, antibodies = self.steps
        return antibodies.entry is not None and any(
            s.result is StepResult.NOT_EXAMINED for s in earlier
        )


def pathway(
    course: PatientCourse,
    entries: Iterable[StepEntry] = (),
    facts: RuleFacts = NO_FACTS,
    *,
    catalog: Catalog,
    on: date,
    indication: str = "",
) -> PoorResponse:
    """The pathway of one course as it was known on a day; of two entries for a step the later
    one stands."""
    known = tuple(t for t in course.treatments if t.day <= on and t.status.counts)
    named = indication or (known[-1].indication if known else "")
    cycles = treatment_cycles(
        PatientCourse(
            patient=course.patient,
            treatments=tuple(t for t in known if t.indication == named),
        ),
        top_ups=facts.top_ups,
    )
    given = _Given(cycles=cycles, catalog=catalog, indication=IndicationId(named), facts=facts)
    by_step: dict[Step, StepEntry] = {}
    for entry in sorted((e for e in entries if e.on <= on), key=lambda e: e.on):
        by_step[entry.step] = entry
    return PoorResponse(steps=tuple(_step(step, given, by_step.get(step)) for step in Step))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the steps read."""

    cycles: tuple[TreatmentCycle, ...]
    catalog: Catalog
    indication: IndicationId
    facts: RuleFacts

    @property
    def protocol(self) -> Protocol | None:
        """The protocol that was used last."""
        used = [t.protocol for c in self.cycles for t in c.treatments if t.protocol is not None]
        return self.catalog.protocols.get(used[-1]) if used else None


def _step(step: Step, given: _Given, entry: StepEntry | None) -> PathwayStep:
    title, question = _words(step)
    finders = {
        Step.DOSE: _dose,
        Step.MUSCLE: _muscles,
        Step.TECHNIQUE: _technique,
        Step.PRODUCT: _products,
        Step.EXPECTATION: _expectation,
    }
    found = tuple(finders[step](given)) if step in finders else ()
    missing = "" if found else _missing(step)
    return PathwayStep(
        step=step, title=title, question=question, found=found, missing=missing, entry=entry
    )


def _words(step: Step) -> tuple[str, str]:
    return {
        Step.DOSE: (_("Dose"), _("Was the dose high enough, and did it change?")),
        Step.MUSCLE: (_("Muscles"), _("Were the muscles treated that cause the complaint?")),
        Step.TECHNIQUE: (_("Technique"), _("Did the toxin reach its place: guidance, dilution?")),
        Step.PRODUCT: (_("Product"), _("Did the product change, was it stored and made up well?")),
        Step.DIAGNOSIS: (_("Diagnosis"), _("Is the diagnosis right, has something been added?")),
        Step.EXPECTATION: (_("Expectation"), _("What was agreed, and was that reached?")),
        Step.ANTIBODY_TEST: (
            _("Antibody test"),
            _(
                "Frontalis or extensor digitorum brevis test; immunoresistance is found in "
                "about 2 %"
            ),
        ),
    }[step]


def _missing(step: Step) -> str:
    return {
        Step.DOSE: _("no dose is recorded"),
        Step.MUSCLE: _("no injection sites are recorded"),
        Step.TECHNIQUE: _("neither guidance nor dilution is recorded"),
        Step.PRODUCT: _("no product is recorded"),
        Step.DIAGNOSIS: _("this is for the clinician to say"),
        Step.EXPECTATION: _("no goal was agreed"),
        Step.ANTIBODY_TEST: _("no test is recorded"),
    }[step]


def _dose(given: _Given) -> Iterable[str]:
    doses = _doses(given.cycles)
    for product, listed in doses.items():
        amounts = [amount for _number, amount in listed]
        name = _name(given, product)
        yield _("{product}: {low} to {high}, last {last}").format(
            product=name, low=units(float(min(amounts))), high=units(float(max(amounts))),
            last=units(float(amounts[-1])),
        )  # fmt: skip
    if not doses:
        return
    protocol = given.protocol
    last_product, last = _last_dose(given.cycles)
    if protocol is None or last is None or last_product not in protocol.products:
        return
    low, high = protocol.total_units_min or protocol.total_units, protocol.total_units_max
    if low is not None and last < Fraction(low):
        yield _("the last dose is below the {low} of {protocol}").format(
            low=units(low), protocol=protocol.name
        )
    elif high is not None and last < Fraction(high):
        yield _("{protocol} goes up to {high}").format(protocol=protocol.name, high=units(high))


def _doses(cycles: tuple[TreatmentCycle, ...]) -> Mapping[ProductId, list[tuple[int, Fraction]]]:
    """The doses of each product by cycle; units of two products are never put together."""
    found: dict[ProductId, list[tuple[int, Fraction]]] = {}
    for cycle in cycles:
        of_cycle: dict[ProductId, Fraction] = {}
        for treatment in cycle.treatments:
            if treatment.dose is not None:
                product = treatment.dose.product
                amount = of_cycle.get(product, Fraction(0)) + Fraction(treatment.dose.units)
                of_cycle[product] = amount
        for product, amount in of_cycle.items():
            found.setdefault(product, []).append((cycle.number, amount))
    return found


def _last_dose(cycles: tuple[TreatmentCycle, ...]) -> tuple[ProductId | None, Fraction | None]:
    last = [
        (number, product, amount)
        for product, listed in _doses(cycles).items()
        for number, amount in listed
    ]
    if not last:
        return None, None
    _number, product, amount = max(last, key=lambda item: item[0])
    return product, amount


def _muscles(given: _Given) -> Iterable[str]:
    sites = [
        frozenset(i.site for t in c.treatments for i in t.injections)
        for c in given.cycles
        if any(t.injections for t in c.treatments)
    ]
    if not sites:
        return
    names = given.catalog.sites
    listed = sorted(names[s].name if s in names else str(s) for s in sites[-1])
    yield _("last treated: {sites}").format(sites=", ".join(listed))
    if len(sites) > 1:
        same = len(set(sites)) == 1
        yield (
            _("the same sites in every treatment")
            if same
            else _("the sites changed between treatments")
        )
    known = given.catalog.indications.get(given.indication)
    never = set(known.sites) - set().union(*sites) if known else set()
    if never:
        listed = sorted(names[s].name for s in never if s in names)
        yield ngettext(
            "never treated, although usual here: {sites}",
            "never treated, although usual here ({n}): {sites}",
            len(listed),
        ).format(n=len(listed), sites=", ".join(listed))


def _technique(given: _Given) -> Iterable[str]:
    used: dict[str, int] = {}
    for cycle in given.cycles:
        for treatment in cycle.treatments:
            if treatment.guidance is not None:
                used[treatment.guidance.value] = used.get(treatment.guidance.value, 0) + 1
    for name, count in used.items():
        yield _("guidance {name}: {n} times").format(name=name.replace("_", " "), n=count)
    strengths = {
        Fraction(v.units_per_ml)
        for c in given.cycles
        for t in c.treatments
        for v in t.vials
        if v.units_per_ml is not None
    }
    if strengths:
        listed = ", ".join(shown(s) for s in sorted(strengths))
        yield _("dilution, units per mL: {listed}").format(listed=listed)
    injectors = {t.injector_name for c in given.cycles for t in c.treatments if t.injector_name}
    if len(injectors) > 1:
        yield _("{n} injectors").format(n=len(injectors))


def _products(given: _Given) -> Iterable[str]:
    previous: frozenset[ProductId] = frozenset()
    for cycle in given.cycles:
        if cycle.products and cycle.products != previous:
            names = ", ".join(sorted(_name(given, p) for p in cycle.products))
            yield _("from treatment {n} ({day}): {names}").format(
                n=cycle.number, day=day(cycle.start), names=names
            )
            previous = cycle.products


def _name(given: _Given, product: ProductId) -> str:
    known = given.catalog.products.get(product)
    return str(product) if known is None else known.name


def _expectation(given: _Given) -> Iterable[str]:
    goals = given.facts.goals
    rated = [g for g in goals if g.rating is not None]
    reached = sum(1 for g in rated if g.rating is not None and g.rating >= 0)
    if goals:
        yield ngettext(
            "{n} goal agreed, {rated} rated, {reached} reached",
            "{n} goals agreed, {rated} rated, {reached} reached",
            len(goals),
        ).format(n=len(goals), rated=len(rated), reached=reached)
