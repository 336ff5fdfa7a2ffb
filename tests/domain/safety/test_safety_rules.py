"""Every safety rule against the tables of tests/spec/safety: when it fires, when it is silent."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outcomes_app import catalog as catalogs
from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.safety.engine import EVALUATORS, Finding, Level, Override, findings
from outcomes_app.domain.safety.facts import (
    Consent,
    Evidence,
    GivenElsewhere,
    TimeOut,
    VisitFacts,
)
from outcomes_app.domain.treatment import Injection, Treatment, VialUse
from outcomes_app.domain.values import (
    Dose,
    PatientId,
    ProductId,
    Side,
    SiteId,
    new_id,
)

TODAY = date(2026, 11, 20)
SPECS = sorted((Path(__file__).parents[2] / "spec" / "safety").glob("*.toml"))
CASES = [case for path in SPECS for case in tomllib.loads(path.read_text("utf-8"))["case"]]
PATIENT = PatientId(new_id())


def _exact(value: object) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) else value


def _treatment(day: date, **given: Any) -> Treatment:
    product = ProductId(given.get("product", "ona"))
    points = given.get("points", [])
    if given.get("whole_protocol"):
        protocol = catalogs.load().protocols[given["protocol"]]
        points = [[p.site, p.side, p.units] for p in protocol.points]
    total = given.get("total")
    return Treatment(
        id=new_id(),
        patient_id=PATIENT,
        indication=given.get("indication", "chronic_migraine"),
        day=day,
        product=product,
        protocol=given.get("protocol"),
        stated_total=None if total is None else Dose(units=Decimal(str(total)), product=product),
        injections=tuple(
            Injection(
                id=new_id(),
                site=SiteId(site),
                side=Side(side),
                dose=Dose(units=Decimal(str(units)), product=product),
            )
            for site, side, units in points
        ),
        vials=tuple(_vial(v, day) for v in given.get("vials", [])),
    )


def _vial(given: dict[str, Any], day: date) -> VialUse:
    expires = given.get("expires_in")
    return VialUse(
        lot=given["lot"],
        expiry=None if expires is None else day + timedelta(days=expires),
        vial_units=_exact(given.get("size")),
        diluent_ml=_exact(given.get("ml")),
        vials=given.get("count", 1),
    )


def _time_out(given: dict[str, Any]) -> TimeOut:
    elsewhere = tuple(
        GivenElsewhere(
            day=TODAY - timedelta(days=g["days"]),
            product=g.get("product"),
            units=_exact(g.get("units")),
        )
        for g in given.get("elsewhere", [])
    )
    return TimeOut(
        toxin_elsewhere=None if given.get("elsewhere_not_asked") else elsewhere,
        surgery_planned_on=(
            TODAY + timedelta(days=given["surgery_in"]) if "surgery_in" in given else None
        ),
        **given.get("time_out", {}),
    )


def _event(given: dict[str, Any]) -> AdverseEvent:
    onset = TODAY - timedelta(days=given["days_ago"])
    return AdverseEvent(
        id=new_id(),
        patient_id=PATIENT,
        treatment_id=None,
        term=given["term"],
        onset=onset,
        resolved=onset + timedelta(days=1) if given["resolved"] else None,
    )


def _evidence(given: dict[str, Any]) -> Evidence:
    exact = {k: _exact(v) for k, v in given.items() if k != "falls_by_session"}
    if "baseline_diary_days" in given:
        exact["baseline_diary_days"] = given["baseline_diary_days"]
    return Evidence(
        falls_by_session=tuple(_exact(f) for f in given.get("falls_by_session", [])), **exact
    )


def facts_of(given: dict[str, Any]) -> VisitFacts:
    """The facts a case describes; see the head of doses.toml for the words it may use."""
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    prior = [_treatment(TODAY - timedelta(days=b["days"]), **b) for b in given.get("before", [])]
    return VisitFacts(
        treatment=_treatment(TODAY, **given),
        catalog=catalogs.load(),
        prior=tuple(sorted(prior, key=lambda t: t.day)),
        birth_date=TODAY.replace(year=TODAY.year - given.get("age", 40)),
        weight_kg=_exact(given.get("weight")),
        weight_day=(
            TODAY - timedelta(days=given.get("weight_days", 0)) if "weight" in given else None
        ),
        jurisdiction=given.get("jurisdiction", "us"),
        diagnoses=tuple(given.get("diagnoses", [])),
        allergies=tuple(given.get("allergies", [])),
        medicines=tuple(given.get("medicines", [])),
        time_out=_time_out(given),
        consents=(
            tuple(
                Consent(
                    day=TODAY - timedelta(days=c["days"]),
                    products=tuple(c.get("products", [])),
                    mentions_off_label=c.get("off_label", False),
                )
                for c in given["consents"]
            )
            if "consents" in given
            else None
        ),
        adverse_events=tuple(_event(e) for e in given.get("events", [])),
        evidence=_evidence(given.get("evidence", {})),
        recalled_lots=frozenset(given.get("recalled", [])),
        lots_opened_for_others=frozenset(given.get("opened_for_others", [])),
        lots_stored_outside_limits=frozenset(given.get("outside_limits", [])),
        diluent=given.get("diluent", ""),
        reconstituted_at=(
            noon - timedelta(hours=given["hours_open"]) if "hours_open" in given else None
        ),
        injected_at=noon,
        billed_units=_exact(given.get("billed")),
        discarded_units=_exact(given.get("discarded")),
    )


def fired(given: dict[str, Any], rule: str) -> Finding | None:
    """The finding of one rule, None where it is silent."""
    found = findings([catalogs.load().safety_rules[rule]], facts_of(given))
    return found[0] if found else None


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['rule']}: {c['says']}")
def test_rule_fires_as_the_table_says(case: dict[str, Any]) -> None:
    finding = fired(case["given"], case["rule"])
    assert (finding is not None) == case["fires"], finding and finding.fact


def test_every_rule_of_the_reference_is_run_and_has_a_case_on_each_side() -> None:
    rules = set(catalogs.load().safety_rules)
    assert set(EVALUATORS) == rules
    assert {c["rule"] for c in CASES if c["fires"]} == rules
    assert {c["rule"] for c in CASES if not c["fires"]} == rules


def test_a_finding_carries_the_source_and_says_when_it_is_not_verified() -> None:
    near = fired({"total": 370}, "cum_ona_adult_near")
    above = fired({"total": 420}, "cum_ona_adult")
    assert near is not None
    assert above is not None
    assert not near.verified
    assert near.cite
    assert above.verified
    assert above.sources == ("S08", "S09", "S10")
    assert (above.level, above.override) == (Level.BLOCK, Override.REASON)
    assert not above.stops_signing


def test_an_expired_vial_stops_signing_whatever_the_reason() -> None:
    finding = fired({"vials": [{"lot": "A1", "expires_in": -1}]}, "vial_expired")
    assert finding is not None
    assert finding.stops_signing


def test_an_on_time_retreatment_by_protocol_raises_nothing_but_information() -> None:
    given = {
        "protocol": "preempt_fixed_155",
        "whole_protocol": True,
        "before": [{"days": 84, "protocol": "preempt_fixed_155", "whole_protocol": True}],
        "vials": [{"lot": "A1", "size": 200, "ml": 4, "expires_in": 200}],
        "time_out": {"adverse_events_asked": True},
        "consents": [{"days": 20}],
    }
    loud = [
        f
        for f in findings(catalogs.load().safety_rules.values(), facts_of(given))
        if f.level is not Level.INFO
    ]
    assert loud == []
