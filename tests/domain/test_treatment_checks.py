"""What a treatment must fulfil."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from outcomes_app import catalog
from outcomes_app.domain import checks
from outcomes_app.domain.definitions import DoseLimit
from outcomes_app.domain.treatment import Placement, Treatment, TreatmentStatus
from outcomes_app.domain.values import (
    Dose,
    IndicationId,
    ProductId,
    ProtocolId,
    Severity,
    Side,
    SiteId,
    ViewId,
)
from tests import factories
from tests.factories import TODAY

_BORN = date(1979, 3, 14)


def _codes(treatment: Treatment, **context: Any) -> list[str]:
    return [
        p.code for p in checks.check_treatment(treatment, catalog.load(), today=TODAY, **context)
    ]


def _with(**changes: Any) -> list[str]:
    return _codes(factories.treatment(**changes))


def _point(**changes: Any) -> list[str]:
    return _with(injections=(factories.injection(**changes),))


def _vial(**changes: Any) -> list[str]:
    return _with(vials=(factories.vial(**changes),))


def test_a_complete_treatment_has_no_problem() -> None:
    assert _with() == []


def test_a_whole_preempt_visit_has_no_problem() -> None:
    protocol = catalog.load().protocols[ProtocolId("preempt_fixed_155")]
    points = tuple(
        factories.injection(
            site=p.site,
            side=p.side,
            dose=factories.dose(str(p.units)),
            placement=Placement(view=p.view, x=p.x, y=p.y),
        )
        for p in protocol.points
    )
    assert _with(injections=points) == []


def test_a_total_without_points_is_enough() -> None:
    treatment = factories.imported_treatment(factories.patient().id)
    assert _codes(replace(treatment, stated_total=factories.dose(2500, ProductId("rima")))) == []


def test_an_unknown_dose_is_said_and_not_refused() -> None:
    found = checks.check_treatment(factories.treatment(injections=()), catalog.load(), today=TODAY)
    assert [(p.code, p.severity) for p in found] == [("dose_unknown", Severity.INFO)]


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (TODAY, []),
        (date(2026, 11, 21), ["in_future"]),
        (_BORN, []),
        (date(1979, 3, 13), ["before_birth"]),
        (date(26, 8, 28), ["too_long_ago", "before_birth"]),
    ],
)
def test_the_day_lies_between_birth_and_today(day: date, codes: list[str]) -> None:
    treatment = factories.treatment(day=day, vials=())
    # A child is measured by other ceilings; this test is about the day alone.
    found = [c for c in _codes(treatment, birth_date=_BORN) if not c.startswith("above_")]
    assert found == codes


def test_a_product_is_needed_unless_it_is_a_draft() -> None:
    assert _with(product=None, injections=(), vials=()) == ["product_missing", "dose_unknown"]
    draft = {"product": None, "injections": (), "vials": (), "status": TreatmentStatus.DRAFT}
    assert _with(**draft) == ["dose_unknown"]


def test_names_the_catalog_does_not_know_are_refused() -> None:
    assert _with(indication=IndicationId("hiccups")) == ["unknown"]
    assert _with(protocol=ProtocolId("nobody")) == ["unknown"]
    assert _point(site=SiteId("third_elbow")) == ["unknown"]
    assert _point(placement=Placement(view=ViewId("inside"), x=0.5, y=0.5)) == ["unknown"]
    assert "unknown" in _with(product=ProductId("elixir"), injections=())


@pytest.mark.parametrize(
    ("units", "code"),
    [
        ("0.01", None),
        ("0", "units_not_positive"),
        ("-5", "units_not_positive"),
        ("NaN", "units_not_positive"),
        ("Infinity", "units_not_positive"),
        ("2.25", None),
        ("2.50", None),
        ("2.255", "units_too_fine"),
        ("1E-30", "units_too_fine"),
    ],
)
def test_units_are_a_dose_a_syringe_can_give(units: str, code: str | None) -> None:
    assert _point(dose=factories.dose(units)) == ([code] if code else [])


def test_every_point_is_of_the_treatments_product() -> None:
    found = checks.check_treatment(
        factories.treatment(
            injections=(
                factories.injection(),
                factories.injection(dose=factories.dose(5, ProductId("abo"))),
            )
        ),
        catalog.load(),
        today=TODAY,
    )
    assert [(p.field, p.code) for p in found] == [("injections.1.dose", "other_product")]


@pytest.mark.parametrize(
    ("site", "side", "codes"),
    [
        ("frontalis", Side.LEFT, []),
        ("frontalis", Side.MIDLINE, ["side_impossible"]),
        ("procerus", Side.MIDLINE, []),
        ("procerus", Side.LEFT, ["side_impossible"]),
        ("trigger_point", Side.MIDLINE, []),
        ("free_point", Side.RIGHT, []),
    ],
)
def test_a_side_fits_its_site(site: str, side: Side, codes: list[str]) -> None:
    assert _point(site=SiteId(site), side=side) == codes


@pytest.mark.parametrize(
    ("x", "y", "codes"),
    [
        (0, 1, []),
        (1.0001, 0.5, ["off_the_map"]),
        (0.5, -0.0001, ["off_the_map"]),
        (float("nan"), 0.5, ["off_the_map"]),
    ],
)
def test_a_point_lies_on_its_picture(x: float, y: float, codes: list[str]) -> None:
    assert _point(placement=Placement(view=ViewId("face_front"), x=x, y=y)) == codes


def test_a_point_stands_once() -> None:
    point = factories.injection()
    assert _with(injections=(point, point)) == ["point_twice"]


def test_a_total_that_differs_from_the_points_is_asked_about() -> None:
    assert _with(stated_total=factories.dose(10)) == []
    assert _with(stated_total=factories.dose("10.01")) == ["total_differs"]


def test_a_placebo_has_no_dose() -> None:
    assert _with(placebo=True) == ["placebo_with_dose"]
    assert _with(placebo=True, injections=(), vials=()) == []


@pytest.mark.parametrize(
    ("expiry", "codes"),
    [(date(2026, 8, 28), []), (date(2026, 8, 27), ["lot_expired"]), (None, [])],
)
def test_a_lot_is_not_expired_on_the_day_of_treatment(
    expiry: date | None, codes: list[str]
) -> None:
    assert _vial(expiry=expiry) == codes


def test_vials_hold_something() -> None:
    assert _vial(diluent_ml=Decimal(0)) == ["not_positive"]
    assert _vial(diluent_ml=Decimal("-1")) == ["not_positive"]
    assert _vial(diluent_ml=Decimal("0.01")) == []
    assert _vial(diluent_ml=None) == []
    assert _vial(vials=0) == ["not_positive", "discarded_impossible"]
    assert "not_positive" in _vial(vial_units=Decimal(0))


def test_a_ready_made_solution_needs_no_diluent() -> None:
    treatment = factories.treatment(
        indication=IndicationId("cervical_dystonia"),
        product=ProductId("rima"),
        protocol=None,
        injections=(),
        stated_total=factories.dose(2500, ProductId("rima")),
        vials=(factories.vial(vial_units=Decimal(2500), diluent_ml=Decimal(0)),),
    )
    assert _codes(treatment) == []


def test_discarded_units_fit_into_the_vials() -> None:
    assert _vial(discarded_units=Decimal(200)) == []
    assert _vial(discarded_units=Decimal("200.01")) == ["discarded_impossible"]
    assert _vial(discarded_units=Decimal("-0.01")) == ["discarded_impossible"]
    assert _vial(discarded_units=Decimal(400), vials=2) == []


def test_a_vial_size_nobody_sells_is_asked_about() -> None:
    assert _vial(vial_units=Decimal(150), discarded_units=None) == ["vial_size_unknown"]


def _session_limits() -> list[DoseLimit]:
    return [
        limit
        for product in catalog.load().products.values()
        for limit in product.dose_limits
        if limit.units is not None and limit.units_per_kg is None
    ]


@pytest.mark.parametrize("limit", _session_limits(), ids=lambda limit: limit.id)
def test_a_dose_above_the_ceiling_asks_for_a_reason_and_names_its_source(limit: DoseLimit) -> None:
    assert limit.units is not None
    indication = next(iter(limit.indications), IndicationId("muscle_spasm"))
    born = date(1979, 3, 14) if limit.population == "adult" else date(2016, 3, 14)

    def found(units: Decimal) -> list[tuple[Severity, str, bool | None]]:
        treatment = factories.treatment(
            indication=indication,
            product=limit.product,
            injections=(),
            vials=(),
            stated_total=Dose(units=units, product=limit.product),
        )
        problems = checks.check_treatment(
            treatment,
            catalog.load(),
            today=TODAY,
            birth_date=born,
            jurisdiction=limit.jurisdiction or "us",
        )
        return [
            (p.severity, p.source, p.verified) for p in problems if p.code == f"above_{limit.id}"
        ]

    assert found(limit.units) == []
    known = limit.provenance
    assert found(limit.units + Decimal("0.01")) == [(Severity.CHECK, known.named, known.verified)]
    assert known.named


def test_a_ceiling_per_point_names_the_point() -> None:
    points = (
        factories.injection(site=SiteId("biceps_brachii"), dose=factories.dose(50)),
        factories.injection(site=SiteId("biceps_brachii"), dose=factories.dose("50.01")),
    )
    treatment = factories.treatment(
        indication=IndicationId("upper_limb_spasticity"), protocol=None, injections=points
    )
    found = checks.check_treatment(treatment, catalog.load(), today=TODAY)
    assert [(p.field, p.code) for p in found] == [("injections.1.dose", "above_ona_point")]


def test_a_ceiling_over_both_sides_counts_both() -> None:
    points = tuple(
        factories.injection(site=SiteId("sternocleidomastoid"), side=side, dose=factories.dose(u))
        for side, u in ((Side.LEFT, "50"), (Side.RIGHT, "50"))
    )
    treatment = factories.treatment(
        indication=IndicationId("cervical_dystonia"), protocol=None, injections=points
    )
    assert _codes(treatment) == []
    more = (
        *points,
        factories.injection(site=SiteId("sternocleidomastoid"), dose=factories.dose("0.5")),
    )
    assert _codes(replace(treatment, injections=more)) == ["above_ona_scm_both"]


def test_another_indications_ceiling_is_not_this_ones() -> None:
    points = (factories.injection(dose=factories.dose(60)),)
    assert _with(injections=points) == []


def test_a_cosmetic_product_asks_for_a_reason() -> None:
    treatment = factories.treatment(
        product=ProductId("prabo"),
        injections=(factories.injection(dose=factories.dose(5, ProductId("prabo"))),),
        vials=(),
    )
    found = checks.check_treatment(treatment, catalog.load(), today=TODAY)
    assert [(p.code, p.source, p.verified) for p in found] == [("cosmetic_only", "S86", True)]


@pytest.mark.parametrize("field", ["note", "needle", "injector_name", "clinic_site"])
def test_texts_that_cannot_be_stored_are_refused(field: str) -> None:
    assert _with(**{field: "a\0"}) == ["text_not_storable"]


def test_texts_of_points_and_vials_are_looked_at() -> None:
    assert _point(note="\ud83d") == ["text_not_storable"]
    assert _vial(lot="C\0") == ["text_not_storable"]


def test_every_message_says_what_to_do_next() -> None:
    treatment = factories.treatment(
        product=ProductId("abo"),
        day=date(2027, 1, 1),
        vials=(factories.vial(expiry=date(2020, 1, 1), diluent_ml=Decimal(0)),),
    )
    for problem in checks.check_treatment(treatment, catalog.load(), today=TODAY):
        assert problem.message.count(".") >= 2, problem.message


def test_a_ceiling_of_one_jurisdiction_does_not_bind_the_other() -> None:
    treatment = factories.treatment(
        indication=IndicationId("upper_limb_spasticity"),
        product=ProductId("abo"),
        injections=(),
        vials=(),
        stated_total=factories.dose(1200, ProductId("abo")),
    )
    assert _codes(treatment, jurisdiction="us") == ["above_abo_adult_uls_us"]
    assert _codes(treatment, jurisdiction="eu") == []
