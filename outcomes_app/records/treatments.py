"""Treatments with their points, vials and acknowledgements: recording, correcting, voiding."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, not_, select
from sqlalchemy.orm import Session

from outcomes_app.db import audit, rows
from outcomes_app.db.schema import (
    AcknowledgementRow,
    InjectionRow,
    PatientRow,
    TreatmentRow,
    VialUseRow,
)
from outcomes_app.domain import checks
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.json_values import from_plain, to_plain
from outcomes_app.domain.time_out import TimeOut
from outcomes_app.domain.treatment import (
    Acknowledgement,
    Injection,
    Placement,
    Treatment,
    TreatmentStatus,
    VialUse,
)
from outcomes_app.domain.values import Dose, IndicationId, PatientId, TreatmentId
from outcomes_app.errors import NotFound, OutcomesError
from outcomes_app.records import storing
from outcomes_app.records.summary import COUNTS
from outcomes_app.text import _

_TABLE = rows.table_of(TreatmentRow)
_GONE = (TreatmentStatus.VOIDED, TreatmentStatus.AMENDED)


class AlreadySigned(OutcomesError):
    """A signed treatment stays as it is; only an amendment can follow it."""


def record(
    session: Session,
    treatment: Treatment,
    *,
    catalog: Catalog,
    today: date,
    started: datetime | None = None,
) -> TreatmentId:
    """Store a new treatment; `started` is when its visit began."""
    record_all(session, (treatment,), catalog=catalog, today=today, started=started)
    return treatment.id


def record_all(
    session: Session,
    treatments: Sequence[Treatment],
    *,
    catalog: Catalog,
    today: date,
    started: datetime | None = None,
) -> None:
    """Store many new treatments at once, or none of them."""
    births = _births(session, treatments)
    for treatment in treatments:
        _refuse_broken(treatment, catalog, today, births)
    storing.require_new(session, TreatmentRow, [t.id for t in treatments])
    added = {
        "version": 1,
        "recorded_at": audit.instant(session),
        "started": started,
        "signed_by_id": None,
        "signed_at": None,
    }
    rows.add(session, TreatmentRow, [{**_row(t), **added} for t in treatments])
    for kind, rows_of in _CHILDREN:
        rows.add(session, kind, [row for t in treatments for row in rows_of(t)])


def correct(
    session: Session, treatment: Treatment, *, catalog: Catalog, today: date, reason: str = ""
) -> TreatmentId:
    """Store what was put right; `treatment.version` has to be the stored one."""
    before = storing.current(session, TreatmentRow, treatment.id, treatment.version)
    require_unsigned(before)
    storing.same_patient(before, treatment.patient_id)
    _refuse_broken(treatment, catalog, today, _births(session, (treatment,)))
    moved = False
    for kind, rows_of in _CHILDREN:
        children = storing.stored(session, kind, kind.treatment_id == treatment.id)
        moved |= storing.keep_children(session, kind, children, rows_of(treatment))
    after = {**before, **_row(treatment)}
    if moved or after != before:
        rows.change(session, TreatmentRow, before, {**after, "version": before["version"] + 1})
        audit.give_reason(session, _TABLE, before, reason)
    return treatment.id


def require_unsigned(before: Mapping[str, Any]) -> None:
    """Raise AlreadySigned for the row of a treatment that was ever signed."""
    # One that was imported as signed has no signature of this practice, and stays as well.
    if before["signed_at"] is not None or before["status"] is TreatmentStatus.SIGNED:
        raise AlreadySigned(
            _("A signed treatment cannot be changed."), todo=_("Amend it and give the reason.")
        )


def void(session: Session, treatment_id: TreatmentId, *, reason: str) -> None:
    """Mark a treatment as entered in error; it stays stored and counts nowhere."""
    before = storing.current(session, TreatmentRow, treatment_id, None)
    after = {
        "status": TreatmentStatus.VOIDED,
        "void_reason": reason,
        "version": before["version"] + 1,
    }
    rows.change(session, TreatmentRow, before, after)
    audit.give_reason(session, _TABLE, before, reason)


def get(session: Session, treatment_id: TreatmentId) -> Treatment:
    """One treatment; NotFound where there is none or it was voided."""
    found = load(
        session,
        (TreatmentRow.id == treatment_id, TreatmentRow.status != TreatmentStatus.VOIDED),
        lambda kind: kind.treatment_id == treatment_id,
    )
    if not found:
        raise NotFound(_("This treatment is not in the record."))
    return found[0]


def for_patient(session: Session, patient_id: PatientId) -> tuple[Treatment, ...]:
    """A patient's treatments in order of day, without those that were voided or replaced."""
    return load(
        session,
        (TreatmentRow.patient_id == patient_id, TreatmentRow.status.not_in(_GONE)),
        lambda kind: kind.patient_id == patient_id,
    )


def latest(session: Session, patient_id: PatientId, indication: IndicationId) -> Treatment | None:
    """The newest treatment that counts for an indication; None before the first."""
    row = TreatmentRow
    newest = session.execute(
        select(row.id)
        .where(row.patient_id == patient_id, row.indication == indication, COUNTS)
        .order_by(row.day.desc(), row.recorded_at.desc(), row.id.desc())
        .limit(1)
    ).scalar()
    return None if newest is None else get(session, TreatmentId(newest))


def load(
    session: Session,
    where: Sequence[ColumnElement[bool]],
    children: Callable[[Any], ColumnElement[bool]],
) -> tuple[Treatment, ...]:
    """Treatments in order of day, in four questions; `children` says which rows belong to them."""
    row = TreatmentRow
    asked = select(_TABLE).where(*where).order_by(row.day, row.recorded_at, row.id)
    found = session.execute(asked).mappings().all()
    points = _children(session, InjectionRow, children)
    vials = _children(session, VialUseRow, children)
    passed = _children(session, AcknowledgementRow, children)
    return tuple(
        _treatment(t, points.get(t["id"], ()), vials.get(t["id"], ()), passed.get(t["id"], ()))
        for t in found
    )


def _children(
    session: Session, kind: Any, where: Callable[[Any], ColumnElement[bool]]
) -> Mapping[Any, Sequence[Any]]:
    asked = (
        select(rows.table_of(kind))
        .where(where(kind), not_(kind.voided))
        .order_by(kind.treatment_id, kind.position)
    )
    return storing.grouped(session.execute(asked), lambda row: row.treatment_id)


def _treatment(
    row: RowMapping, points: Sequence[Any], vials: Sequence[Any], passed: Sequence[Any]
) -> Treatment:
    product = row["product"]
    stated = row["stated_total"]
    return Treatment(
        id=row["id"],
        patient_id=row["patient_id"],
        indication=row["indication"],
        day=row["day"],
        product=product,
        injections=tuple(_injection(p, product) for p in points),
        stated_total=None if stated is None else Dose(units=stated, product=product),
        placebo=row["placebo"],
        vials=tuple(_vial(v) for v in vials),
        protocol=row["protocol"],
        guidance=row["guidance"],
        needle=row["needle"],
        injector=row["injector_id"],
        injector_name=row["injector_name"],
        clinic_site=row["clinic_site"],
        note=row["note"],
        acknowledgements=tuple(
            Acknowledgement(code=a.code, reason=a.reason, rule_version=a.rule_version, fact=a.fact)
            for a in passed
        ),
        status=row["status"],
        time_out=from_plain(TimeOut, row["time_out"]),
        back_entered=row["back_entered"],
        amends=row["amends_id"],
        signed_by=row["signed_by_id"],
        signed_at=row["signed_at"],
        batch=row["batch_id"],
        version=row["version"],
    )


def _injection(point: Any, product: Any) -> Injection:
    return Injection(
        id=point.id,
        site=point.site,
        side=point.side,
        dose=Dose(units=point.units, product=product),
        placement=(
            None if point.view is None else Placement(view=point.view, x=point.x, y=point.y)
        ),
        label=point.label,
        depth=point.depth,
        guidance=point.guidance,
        note=point.note,
    )


def _vial(vial: Any) -> VialUse:
    return VialUse(
        lot=vial.lot,
        expiry=vial.expiry,
        vial_units=vial.vial_units,
        diluent_ml=vial.diluent_ml,
        vials=vial.vials,
        discarded_units=vial.discarded_units,
        discard_reason=vial.discard_reason,
        discard_witness=vial.discard_witness,
        injected_units=vial.injected_units,
        carried_units=vial.carried_units,
        brought_units=vial.brought_units,
        diluent=vial.diluent,
        reconstituted_at=vial.reconstituted_at,
    )


def _row(treatment: Treatment) -> dict[str, Any]:
    given = treatment.dose
    return {
        "id": treatment.id,
        "patient_id": treatment.patient_id,
        "indication": treatment.indication,
        "day": treatment.day,
        "product": treatment.product,
        "stated_total": treatment.stated_total.units if treatment.stated_total else None,
        "placebo": treatment.placebo,
        "protocol": treatment.protocol,
        "guidance": treatment.guidance,
        "needle": treatment.needle,
        "injector_id": treatment.injector,
        "injector_name": treatment.injector_name,
        "clinic_site": treatment.clinic_site,
        "note": treatment.note,
        "status": treatment.status,
        "given_units": given.units if given else None,
        "points": len(treatment.injections),
        "time_out": to_plain(treatment.time_out, sparse=True),
        "back_entered": treatment.back_entered,
        "amends_id": treatment.amends,
        "batch_id": treatment.batch,
        "void_reason": "",
    }


def _injection_rows(treatment: Treatment) -> list[dict[str, Any]]:
    return [
        {
            "id": point.id,
            "treatment_id": treatment.id,
            "patient_id": treatment.patient_id,
            "position": position,
            "site": point.site,
            "side": point.side,
            "units": point.dose.units,
            "view": point.placement.view if point.placement else None,
            "x": point.placement.x if point.placement else None,
            "y": point.placement.y if point.placement else None,
            "label": point.label,
            "depth": point.depth,
            "guidance": point.guidance,
            "note": point.note,
            "voided": False,
        }
        for position, point in enumerate(treatment.injections)
    ]


def _vial_rows(treatment: Treatment) -> list[dict[str, Any]]:
    return [
        {
            "treatment_id": treatment.id,
            "position": position,
            "patient_id": treatment.patient_id,
            "lot": vial.lot,
            "expiry": vial.expiry,
            "vial_units": vial.vial_units,
            "diluent_ml": vial.diluent_ml,
            "vials": vial.vials,
            "discarded_units": vial.discarded_units,
            "discard_reason": vial.discard_reason,
            "discard_witness": vial.discard_witness,
            "injected_units": vial.injected_units,
            "carried_units": vial.carried_units,
            "brought_units": vial.brought_units,
            "diluent": vial.diluent,
            "reconstituted_at": vial.reconstituted_at,
            "voided": False,
        }
        for position, vial in enumerate(treatment.vials)
    ]


def _acknowledgement_rows(treatment: Treatment) -> list[dict[str, Any]]:
    return [
        {
            "treatment_id": treatment.id,
            "position": position,
            "patient_id": treatment.patient_id,
            "code": passed.code,
            "reason": passed.reason,
            "rule_version": passed.rule_version,
            "fact": passed.fact,
            "voided": False,
        }
        for position, passed in enumerate(treatment.acknowledgements)
    ]


_CHILDREN: tuple[tuple[Any, Callable[[Treatment], list[dict[str, Any]]]], ...] = (
    (InjectionRow, _injection_rows),
    (VialUseRow, _vial_rows),
    (AcknowledgementRow, _acknowledgement_rows),
)


def _births(session: Session, treatments: Sequence[Treatment]) -> dict[Any, date | None]:
    """The birth dates of the living patients who were treated."""
    found: dict[Any, date | None] = {}
    row = PatientRow
    for part in storing.parts(list({t.patient_id for t in treatments})):
        asked = select(row.id, row.birth_date).where(row.id.in_(part), not_(row.voided))
        found.update((owner, born) for owner, born in session.execute(asked))
    return found


def _refuse_broken(
    treatment: Treatment, catalog: Catalog, today: date, births: Mapping[Any, date | None]
) -> None:
    if treatment.patient_id not in births:
        raise NotFound(_("The patient of this treatment is not in the record."))
    found = checks.check_treatment(
        treatment, catalog, today=today, birth_date=births[treatment.patient_id]
    )
    storing.refuse((*found, *storing.unstorable(treatment)))
