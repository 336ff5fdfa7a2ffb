"""Reads a folder of exported CSV files back to a plan: the same values under new ids."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from outcomes_app.catalog import Catalog
from outcomes_app.domain import checks, values
from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.import_plan import ImportPlan
from outcomes_app.domain.patient import Identifier, Patient, Sex, TreatedIndication
from outcomes_app.domain.treatment import Guidance, Injection, Placement, Treatment, VialUse
from outcomes_app.domain.values import (
    AdverseEventId,
    AdverseEventTermId,
    AssessmentId,
    Dose,
    IndicationId,
    InjectionId,
    InstrumentId,
    PatientId,
    Problems,
    ProductId,
    ProtocolId,
    Score,
    Side,
    SiteId,
    TreatmentId,
    ViewId,
)
from outcomes_app.exchange import cells, csv_columns
from outcomes_app.exchange.base import CannotRead, Limits
from outcomes_app.exchange.csv_cells import ExportFolder, ExportRow
from outcomes_app.exchange.csv_tables import DICTIONARY
from outcomes_app.text import _


def is_export(folder: Path) -> bool:
    """Whether a folder holds exported CSV files."""
    return folder.is_dir() and (folder / DICTIONARY).is_file()


def restore(
    folder: Path,
    catalog: Catalog,
    today: date,
    *,
    new_id: Callable[[], uuid.UUID] = values.new_id,
    limits: Limits | None = None,
) -> ImportPlan:
    """Everything in a folder of exported files, with every problem by file, row and column."""
    if not is_export(folder):
        raise CannotRead(
            _("This folder does not hold an export: {file} is missing.").format(file=DICTIONARY),
            todo=_("Choose the folder that was exported."),
        )
    work = ExportFolder(folder=folder, new_id=new_id, limits=limits or Limits())
    patients = [_patient(cell) for cell in work.rows("patients")]
    if not patients:
        raise CannotRead(
            _("The export has no patients; the other files need them."),
            todo=_("Export again with patients."),
        )
    treatments = _treatments(work)
    found = ImportPlan(
        patients=tuple(patients),
        treatments=treatments,
        assessments=_assessments(work),
        diary_days=tuple(_diary_day(cell) for cell in work.rows("diary")),
        adverse_events=tuple(_event(cell) for cell in work.rows("adverse_events")),
        rows=work.numbers,
    )
    _check(found, work, catalog, today)
    return replace(found, problems=work.problems.all())


def _patient(cell: ExportRow) -> Patient:
    return Patient(
        id=PatientId(cell.new("patient_id", "patients")),
        family_name=cell.text("family_name"),
        given_name=cell.text("given_name"),
        title=cell.text("title"),
        birth_date=cell.day("birth_date"),
        sex=cell.word("sex", Sex) or Sex.UNKNOWN,
        identifiers=tuple(
            Identifier(system=item[0], value=item[1])
            for item in csv_columns.unpack(cell.text("identifiers"))
            if _has(item, 2, cell, "identifiers")
        ),
        indications=tuple(_treated(cell)),
        group=cell.text("group"),
        clinic_site=cell.text("clinic_site"),
        allergies=cell.text("allergies"),
        alerts=tuple(item[0] for item in csv_columns.unpack(cell.text("alerts"))),
        note=cell.text("note"),
        synthetic=bool(cell.yes("synthetic")),
    )


def _has(item: tuple[str, ...], parts: int, cell: ExportRow, column: str) -> bool:
    if len(item) != parts:
        cell.wrong(column, _("This list is not complete."))
    return len(item) == parts


def _treated(cell: ExportRow) -> Iterator[TreatedIndication]:
    for item in csv_columns.unpack(cell.text("indications")):
        if not _has(item, 4, cell, "indications"):
            continue
        indication, codes, since, detail = item
        try:
            began = date.fromisoformat(since) if since else None
        except ValueError:
            cell.wrong("indications", _("This is not a date."))
            began = None
        yield TreatedIndication(
            indication=IndicationId(indication),
            icd10=tuple(codes.split()),
            since=began,
            detail=detail,
        )


def _treatments(work: ExportFolder) -> tuple[Treatment, ...]:
    treatments = [_treatment(cell) for cell in work.rows("treatments")]
    product_of = {t.id: t.product for t in treatments}
    points: dict[uuid.UUID, list[tuple[int, Injection]]] = defaultdict(list)
    vials: dict[uuid.UUID, list[tuple[int, VialUse]]] = defaultdict(list)
    for cell in work.rows("injections"):
        owner = cell.linked("treatment_id", "treatments")
        if owner is not None:
            product = product_of[TreatmentId(owner)] or ProductId("")
            points[owner].append((cell.whole("number") or 0, _injection(cell, product)))
    for cell in work.rows("vials"):
        owner = cell.linked("treatment_id", "treatments")
        if owner is not None:
            vials[owner].append((cell.whole("number") or 0, _vial(cell)))
    return tuple(
        replace(
            t,
            injections=tuple(i for _n, i in sorted(points[t.id], key=lambda item: item[0])),
            vials=tuple(v for _n, v in sorted(vials[t.id], key=lambda item: item[0])),
        )
        for t in treatments
    )


def _treatment(cell: ExportRow) -> Treatment:
    product = ProductId(cell.text("product")) if cell.text("product") else None
    stated = cell.decimal("stated_units")
    if stated is not None and product is None:
        cell.wrong("product", _("Units without a product mean nothing."))
    protocol = cell.text("protocol")
    return Treatment(
        id=TreatmentId(cell.new("treatment_id", "treatments")),
        patient_id=cell.patient(),
        indication=IndicationId(cell.text("indication")),
        day=cell.needed_day("date"),
        product=product,
        stated_total=Dose(units=stated, product=product)
        if stated is not None and product
        else None,
        placebo=bool(cell.yes("placebo")),
        protocol=ProtocolId(protocol) if protocol else None,
        guidance=cell.word("guidance", Guidance),
        needle=cell.text("needle"),
        injector_name=cell.text("injector"),
        clinic_site=cell.text("clinic_site"),
        note=cell.text("note"),
    )


def _injection(cell: ExportRow, product: ProductId) -> Injection:
    view, x, y = cell.text("view"), cell.share("x"), cell.share("y")
    if cell.text("product") != product:
        cell.wrong("product", _("The point has another product than its treatment."))
    side, dose = cell.word("side", Side), cell.decimal("units")
    if side is None:
        cell.wrong("side", _("The side of this point is needed."))
    if dose is None:
        cell.wrong("units", _("The units of this point are needed."))
    return Injection(
        id=InjectionId(cell.new("injection_id", "injections")),
        site=SiteId(cell.text("site")),
        side=side or Side.MIDLINE,
        dose=Dose(units=dose or Decimal(0), product=product),
        placement=Placement(view=ViewId(view), x=x, y=y)
        if view and x is not None and y is not None
        else None,
        label=cell.text("label"),
        depth=cell.text("depth"),
        guidance=cell.word("guidance", Guidance),
        note=cell.text("note"),
    )


def _vial(cell: ExportRow) -> VialUse:
    vials = cell.whole("vials")
    return VialUse(
        lot=cell.text("lot"),
        expiry=cell.day("expiry"),
        vial_units=cell.decimal("vial_units"),
        diluent_ml=cell.decimal("diluent_ml"),
        vials=1 if vials is None else vials,
        discarded_units=cell.decimal("discarded_units"),
        discard_reason=cell.text("discard_reason"),
    )


def _assessments(work: ExportFolder) -> tuple[Assessment, ...]:
    found: dict[uuid.UUID, Assessment] = {}
    for cell in work.rows("outcomes"):
        key = cell.new("assessment_id", "outcomes")
        known = found.get(key) or _assessment(cell, key)
        part = cell.text("part")
        score = Score(
            part=part,
            value=cell.decimal("value"),
            answered=cell.whole("answered"),
            items=cell.whole("items"),
            rule=cell.text("rule"),
        )
        found[key] = replace(known, scores=(*known.scores, score)) if part else known
    return tuple(found.values())


def _assessment(cell: ExportRow, key: uuid.UUID) -> Assessment:
    treatment = cell.linked("treatment_id", "treatments")
    answers = csv_columns.unpack(cell.text("answers"))
    return Assessment(
        id=AssessmentId(key),
        patient_id=cell.patient(),
        treatment_id=TreatmentId(treatment) if treatment else None,
        instrument=InstrumentId(cell.text("instrument")),
        day=cell.needed_day("date"),
        scores=(),
        answers=tuple((item[0], item[1] if len(item) > 1 else None) for item in answers),
        occasion=cell.word("occasion", Occasion) or Occasion.VISIT,
        recall=cell.text("recall"),
        note=cell.text("note"),
    )


def _diary_day(cell: ExportRow) -> DiaryDay:
    entry = DiaryDay(
        patient_id=cell.patient(),
        day=cell.needed_day("date"),
        headache=cell.yes("headache"),
        peak_pain=cell.decimal("peak_pain"),
        peak_severity=cell.whole("peak_severity"),
        duration_hours=cell.decimal("duration_hours"),
        unilateral=cell.yes("unilateral"),
        pulsating=cell.yes("pulsating"),
        worse_with_activity=cell.yes("worse_with_activity"),
        nausea=cell.yes("nausea"),
        vomiting=cell.yes("vomiting"),
        photophobia=cell.yes("photophobia"),
        phonophobia=cell.yes("phonophobia"),
        aura_minutes=cell.whole("aura_minutes"),
        acute_medicine_taken=cell.yes("acute_medicine_taken"),
        acute_medicines=tuple(_medicines(cell)),
        menses=cell.yes("menses"),
        work_missed_hours=cell.decimal("work_missed_hours"),
        note=cell.text("note"),
    )
    key = (entry.patient_id, entry.day)
    if cell.work.numbers.setdefault(key, cell.number) != cell.number:
        cell.wrong("date", _("This day of the patient is in the file twice."))
    return entry


def _medicines(cell: ExportRow) -> Iterator[AcuteMedicine]:
    for item in csv_columns.unpack(cell.text("acute_medicines")):
        if not _has(item, 3, cell, "acute_medicines"):
            continue
        kind, name, doses = item
        try:
            yield AcuteMedicine(
                kind=kind, name=name, doses=cells.number(doses, ".") if doses else None
            )
        except cells.Unreadable as error:
            cell.wrong("acute_medicines", str(error))


def _event(cell: ExportRow) -> AdverseEvent:
    treatment, site = cell.linked("treatment_id", "treatments"), cell.text("site")
    return AdverseEvent(
        id=AdverseEventId(cell.new("adverse_event_id", "adverse_events")),
        patient_id=cell.patient(),
        treatment_id=TreatmentId(treatment) if treatment else None,
        term=AdverseEventTermId(cell.text("term")),
        onset=cell.needed_day("onset"),
        resolved=cell.day("resolved"),
        grade=cell.whole("grade"),
        serious=bool(cell.yes("serious")),
        site=SiteId(site) if site else None,
        side=cell.word("side", Side),
        note=cell.text("note"),
    )


def _check(plan: ImportPlan, work: ExportFolder, catalog: Catalog, today: date) -> None:
    """Notes what the rules of the clinic say of each record."""

    def note(sheet: str, key: object, found: Problems) -> None:
        for problem in found:
            work.problems.add(
                plan.rows.get(key),
                f"{sheet}.{problem.field}",
                problem.code,
                problem.message,
                problem.severity,
            )

    births = {p.id: p.birth_date for p in plan.patients}
    for patient in plan.patients:
        note("patients", patient.id, checks.check_patient(patient, today=today, catalog=catalog))
    for treatment in plan.treatments:
        born = births.get(treatment.patient_id)
        found = checks.check_treatment(treatment, catalog, today=today, birth_date=born)
        note("treatments", treatment.id, found)
    for assessment in plan.assessments:
        found = checks.check_assessment(assessment, catalog, today=today)
        note("outcomes", assessment.id, found)
    for entry in plan.diary_days:
        note("diary", (entry.patient_id, entry.day), checks.check_diary_day(entry, today=today))
    for event in plan.adverse_events:
        found = checks.check_adverse_event(event, catalog, today=today)
        note("adverse_events", event.id, found)
