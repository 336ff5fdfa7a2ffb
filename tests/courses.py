"""Courses for analyses and charts, told in a few letters: one letter per diary day, day 0 first."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.course import Cohort, PatientCourse
from outcomes_app.domain.definitions import Direction, Product, Scale
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.patient import Sex
from outcomes_app.domain.treatment import Treatment
from outcomes_app.domain.values import (
    Dose,
    IndicationId,
    InstrumentId,
    PatientId,
    ProductId,
    Side,
    SiteId,
)
from tests import factories

START = date(2024, 4, 11)
DATA = Path(__file__).parent / "data"

ONA, ABO, RIMA = ProductId("ona"), ProductId("abo"), ProductId("rima")


def scale(
    instrument: str = "headache_days_28",
    part: str = "total",
    *,
    name: str = "Headache days per 28 days",
    short_name: str = "MHD",
    low: int | None = 0,
    high: int | None = 28,
    direction: Direction = Direction.HIGHER_IS_WORSE,
) -> Scale:
    """A scale, by default that of headache days."""
    return Scale(
        instrument=InstrumentId(instrument),
        part=part,
        name=name,
        short_name=short_name,
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        direction=direction,
    )


HEADACHE_DAYS = scale()
MEDICINE_DAYS = scale("acute_med_days_28", name="Acute medicine days per 28 days", short_name="AMD")
HIT6 = scale("hit6", name="HIT-6 total", short_name="HIT-6", low=36, high=78)
TWSTRS = scale("twstrs", name="TWSTRS total", short_name="TWSTRS", high=85)


def product(key: ProductId, name: str, code: str) -> Product:
    """A product with a name and a code."""
    return Product(
        id=key,
        name=name,
        brands=(),
        code=code,
        maker="",
        serotype="A",
        vial_sizes=(),
        dilutions=(),
    )


PRODUCTS: Mapping[ProductId, Product] = {
    ONA: product(ONA, "onabotulinumtoxinA", "ONA"),
    ABO: product(ABO, "abobotulinumtoxinA", "ABO"),
    RIMA: product(RIMA, "rimabotulinumtoxinB", "RIMA"),
}


def day(offset: int) -> date:
    """The date so many days after the first injection."""
    return START + timedelta(days=offset)


def diary(letters: str, *, first: int = 0) -> tuple[DiaryDay, ...]:
    """Days from offset `first` on: h headache, m headache with medicine, . none, space no entry."""
    return tuple(
        DiaryDay(
            patient_id=PatientId(factories.new_id()),
            day=day(first + place),
            headache=letter in "hm",
            acute_medicine_taken=letter == "m",
        )
        for place, letter in enumerate(letters)
        if letter != " "
    )


def told(
    values: Mapping[int, str | int | None],
    *,
    instrument: str = "hit6",
    part: str = "total",
    occasion: Occasion = Occasion.VISIT,
) -> tuple[Assessment, ...]:
    """One assessment per offset in days."""
    return tuple(
        factories.assessment(
            instrument=InstrumentId(instrument),
            day=day(offset),
            scores=(factories.score(value, part=part),),
            occasion=occasion,
        )
        for offset, value in values.items()
    )


def given(
    offsets: Iterable[int],
    *,
    product: ProductId = ONA,
    units: int | None = 155,
    placebo: bool = False,
) -> tuple[Treatment, ...]:
    """One treatment per offset in days, of which the total is known (or not)."""
    return tuple(
        factories.treatment(
            day=day(offset),
            product=product,
            injections=(),
            placebo=placebo,
            stated_total=None if units is None else Dose(units=Decimal(units), product=product),
        )
        for offset in offsets
    )


def course(
    injections: Iterable[int] = (0,),
    *,
    letters: str = "",
    first: int = 0,
    assessments: tuple[Assessment, ...] = (),
    treatments: tuple[Treatment, ...] | None = None,
    group: str = "",
    clinic_site: str = "",
) -> PatientCourse:
    """A course with treatments at offsets, a diary in letters and assessments."""
    made = given(injections) if treatments is None else treatments
    return PatientCourse(
        patient=factories.study_patient("7", group=group, clinic_site=clinic_site),
        treatments=tuple(sorted(made, key=lambda t: t.day)),
        assessments=tuple(sorted(assessments, key=lambda a: a.day)),
        diary=diary(letters, first=first),
    )


def many_cycles(cycles: int, *, change_at: int | None = None) -> PatientCourse:
    """A diary and HIT-6 over many cycles of 84 days, getting better, with a change of product."""
    treatments = given(84 * n for n in range(cycles))
    if change_at is not None:
        changed = given((84 * n for n in range(change_at, cycles)), product=ABO, units=500)
        treatments = treatments[:change_at] + changed
    letters = "".join(
        "m" if (offset * 7919) % 28 < max(5, 20 - offset // 40) else "."
        for offset in range(84 * cycles)
    )
    return course(
        treatments=treatments,
        letters="h" * 20 + "." * 8 + letters,
        first=-28,
        assessments=told({84 * n: 66 - min(n, 8) for n in range(cycles)}),
    )


_GRADES = {".": 0, "1": 1, "2": 2, "3": 3}


def graded(letters: str, *, first: int = 0) -> tuple[DiaryDay, ...]:
    """Days from offset `first` on: . none, 1 mild, 2 moderate, 3 severe, h not said, space none."""
    return tuple(
        replace(
            entry,
            headache=letter != ".",
            peak_severity=_GRADES.get(letter),
            acute_medicine_taken=None,
        )
        for entry, letter in zip(
            diary(letters.replace(" ", "?"), first=first), letters, strict=True
        )
        if letter != " "
    )


def in_muscles(
    offset: int, muscles: Mapping[str, int], *, product: ProductId = ONA
) -> tuple[Treatment, ...]:
    """One treatment of named sites, each injected left and right with so many units."""
    injections = tuple(
        factories.injection(
            site=SiteId(site),
            side=side,
            dose=Dose(units=Decimal(units), product=product),
            placement=None,
        )
        for site, units in muscles.items()
        for side in (Side.LEFT, Side.RIGHT)
    )
    return (factories.treatment(day=day(offset), product=product, injections=injections),)


def varied(cycles: int, *, seed: int = 1, sites: int = 5, product_at: int = 3) -> PatientCourse:
    """A patient with a graded diary, muscles and HIT-6; `seed` tells patients apart."""
    names = [f"muscle_{n}" for n in range(sites)]
    treatments: tuple[Treatment, ...] = ()
    for n in range(cycles):
        product = ABO if seed % 3 == 0 and n >= product_at else ONA
        factor = 3 if product is ABO else 1
        doses = {
            name: factor * (5 + seed % 4 + 5 * ((i + n * seed) % 3)) for i, name in enumerate(names)
        }
        treatments += in_muscles(84 * n, doses, product=product)
    letters = ""
    for offset in range(84 * cycles):
        # Some patients get better from cycle to cycle, some stay, some get worse.
        longer = 8 + (offset // 84 + 1) * (seed % 4) * 3
        place = (offset * (2 * seed + 3)) % longer
        letters += " " if offset % 41 == seed % 7 else ("1.2.3h.1" + "." * 200)[place]
        if seed % 9 == 4:
            letters = letters[:-1] + "3"
    made = course(
        treatments=treatments,
        assessments=told({84 * n: 66 - min(n * (seed % 4), 20) for n in range(cycles + 1)}),
    )
    return replace(
        made,
        diary=graded("3" * (12 + seed % 9) + "." * (16 - seed % 9), first=-28) + graded(letters),
    )


_INJECTORS = ("A. Osei", "B. Lindqvist", "C. Moreau-Fontaine de la Tour", "")


def practice(count: int = 40) -> Cohort:
    """Patients of both sexes and several injectors of whom some get better and some worse; every
    tenth has no diary."""
    made = []
    for n in range(count):
        found = varied(1 + n % 7, seed=n)
        name = _INJECTORS[min(n % 5, 3)] if n % 11 else "D. Rare"
        patient = replace(
            found.patient,
            sex=(Sex.FEMALE, Sex.MALE, Sex.UNKNOWN)[n % 3],
            birth_date=date(1950 + n % 50, 1, 1) if n % 7 else None,
        )
        made.append(
            replace(
                found,
                patient=patient,
                treatments=tuple(replace(t, injector_name=name) for t in found.treatments),
                diary=() if n % 10 == 9 else found.diary,
            )
        )
    return Cohort(courses=tuple(made))


def cdystonia() -> Cohort:
    """The trial of tests/data/cdystonia.csv: 109 patients treated once, TWSTRS at six weeks."""
    rows: dict[str, list[dict[str, str]]] = {}
    with (DATA / "cdystonia.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["patient"], []).append(row)
    return Cohort(courses=tuple(_trial_patient(visits) for visits in rows.values()))


def _trial_patient(visits: Sequence[Mapping[str, str]]) -> PatientCourse:
    arm = visits[0]["treat"]
    placebo = arm == "Placebo"
    units = None if placebo else int(arm.removesuffix("U"))
    treatment = replace(
        given((0,), product=RIMA, units=units, placebo=placebo)[0],
        indication=IndicationId("cervical_dystonia"),
    )
    return course(
        treatments=(treatment,),
        assessments=told({7 * int(v["week"]): v["twstrs"] for v in visits}, instrument="twstrs"),
        group=arm,
        clinic_site=visits[0]["site"],
    )
