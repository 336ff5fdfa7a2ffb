"""The tables of people, patients, treatments and everything measured.

Every clinical table carries its patient, so that one patient's course, a row policy of the clinic
server and a later spread over several servers need no join. Children of a record (points, vials,
scores) are never deleted either: what a correction takes away stays behind as `voided`.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from outcomes_app.db.columns import Hundredths, Json, Word, search_text
from outcomes_app.db.schema.base import Base, Record, Voidable
from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.patient import Sex
from outcomes_app.domain.treatment import Guidance, TreatmentStatus
from outcomes_app.domain.values import Side


class PracticeRow(Base):
    """The clinic: exactly one row."""

    __tablename__ = "practice"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    jurisdiction: Mapped[str]
    synthetic: Mapped[bool]
    version: Mapped[int]


class PersonRow(Base):
    """Somebody who signs in. On the clinic server `login` names the person's own role."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    roles: Mapped[Any] = mapped_column(Json())
    active: Mapped[bool]
    login: Mapped[str] = mapped_column(default="")
    version: Mapped[int]


class ImportBatchRow(Base):
    """One import, which can be undone as a whole."""

    __tablename__ = "import_batch"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    file_digest: Mapped[str] = mapped_column(default="")
    format: Mapped[str]
    mapping: Mapped[Any] = mapped_column(Json())
    counts: Mapped[Any] = mapped_column(Json())
    made_at: Mapped[datetime]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    undone_reason: Mapped[str] = mapped_column(default="")


class PatientRow(Record, Voidable):
    """A patient; identifiers and indications have tables of their own."""

    __tablename__ = "patient"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    family_name: Mapped[str]
    given_name: Mapped[str]
    title: Mapped[str]
    birth_date: Mapped[date | None]
    sex: Mapped[Sex] = mapped_column(Word(Sex))
    study_group: Mapped[str]
    clinic_site: Mapped[str]
    allergies: Mapped[str]
    alerts: Mapped[Any] = mapped_column(Json())
    note: Mapped[str]
    synthetic: Mapped[bool]


class PatientIdentifierRow(Voidable):
    """A number by which somebody knows the patient: one living patient for each."""

    __tablename__ = "patient_identifier"
    __table_args__ = (
        Index(
            "uq_patient_identifier_living",
            "system",
            "value",
            unique=True,
            sqlite_where=text("voided = 0"),
            postgresql_where=text("NOT voided"),
        ),
    )

    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    system: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]


class PatientIndicationRow(Voidable):
    """One indication a patient is treated for."""

    __tablename__ = "patient_indication"

    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    indication: Mapped[str] = mapped_column(index=True)
    icd10: Mapped[Any] = mapped_column(Json())
    since: Mapped[date | None]
    detail: Mapped[str]


class PatientSearchRow(Base):
    """Folded names and numbers a search begins with. Derived, so it is replaced, not kept."""

    __tablename__ = "patient_search"
    __table_args__ = (Index(None, "words", "patient_id"),)

    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(search_text())


class TreatmentRow(Record):
    """A session of injections. The dose and the number of points are kept beside it for lists."""

    __tablename__ = "treatment"
    __table_args__ = (Index(None, "patient_id", "day"), Index(None, "day"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"))
    indication: Mapped[str] = mapped_column(index=True)
    day: Mapped[date]
    product: Mapped[str | None]
    stated_total: Mapped[Decimal | None] = mapped_column(Hundredths())
    placebo: Mapped[bool]
    protocol: Mapped[str | None]
    guidance: Mapped[Guidance | None] = mapped_column(Word(Guidance))
    needle: Mapped[str]
    injector_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    injector_name: Mapped[str]
    clinic_site: Mapped[str]
    note: Mapped[str]
    status: Mapped[TreatmentStatus] = mapped_column(Word(TreatmentStatus))
    started: Mapped[datetime | None]
    given_units: Mapped[Decimal | None] = mapped_column(Hundredths())
    points: Mapped[int]
    time_out: Mapped[Any] = mapped_column(Json())
    back_entered: Mapped[bool] = mapped_column(default=False)
    # Without foreign keys, for which SQLite would rebuild the table: only signing writes them, a
    # trigger freezes them, and the signature's row has the same links as keys.
    amends_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    signed_by_id: Mapped[uuid.UUID | None]
    signed_at: Mapped[datetime | None]


class InjectionRow(Voidable):
    """One needle point; its units are of the treatment's product."""

    __tablename__ = "injection"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    treatment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("treatment.id"), index=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    position: Mapped[int]
    site: Mapped[str]
    side: Mapped[Side] = mapped_column(Word(Side))
    units: Mapped[Decimal] = mapped_column(Hundredths())
    view: Mapped[str | None]
    x: Mapped[float | None]
    y: Mapped[float | None]
    label: Mapped[str]
    depth: Mapped[str]
    guidance: Mapped[Guidance | None] = mapped_column(Word(Guidance))
    note: Mapped[str]


class VialUseRow(Voidable):
    """Vials of one lot opened for a treatment."""

    __tablename__ = "vial_use"

    treatment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("treatment.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    lot: Mapped[str] = mapped_column(index=True)
    expiry: Mapped[date | None]
    vial_units: Mapped[Decimal | None] = mapped_column(Hundredths())
    diluent_ml: Mapped[Decimal | None]
    vials: Mapped[int]
    discarded_units: Mapped[Decimal | None] = mapped_column(Hundredths())
    discard_reason: Mapped[str]
    discard_witness: Mapped[str] = mapped_column(default="")
    injected_units: Mapped[Decimal | None] = mapped_column(Hundredths())
    carried_units: Mapped[Decimal | None] = mapped_column(Hundredths())
    brought_units: Mapped[Decimal | None] = mapped_column(Hundredths())
    diluent: Mapped[str] = mapped_column(default="")
    reconstituted_at: Mapped[datetime | None]


class AcknowledgementRow(Voidable):
    """A check that stood open when the treatment was stored, and why it was passed."""

    __tablename__ = "acknowledgement"

    treatment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("treatment.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    code: Mapped[str]
    reason: Mapped[str]
    rule_version: Mapped[str]
    fact: Mapped[str] = mapped_column(default="")


class AssessmentRow(Record, Voidable):
    """One instrument taken once."""

    __tablename__ = "assessment"
    __table_args__ = (Index(None, "patient_id", "instrument", "day"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"))
    treatment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("treatment.id"), index=True)
    instrument: Mapped[str]
    day: Mapped[date]
    occasion: Mapped[Occasion] = mapped_column(Word(Occasion))
    recall: Mapped[str]
    answers: Mapped[Any] = mapped_column(Json())
    note: Mapped[str]


class ScoreRow(Voidable):
    """One number of an assessment; a score that could not be made has no value."""

    __tablename__ = "score"

    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    part: Mapped[str]
    value: Mapped[Decimal | None]
    answered: Mapped[int | None]
    items: Mapped[int | None]
    rule: Mapped[str]


class DiaryDayRow(Record, Voidable):
    """What was written for one day. A day without a living row is unknown."""

    __tablename__ = "diary_day"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  read once by SQLAlchemy

    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    headache: Mapped[bool | None]
    peak_pain: Mapped[Decimal | None]
    peak_severity: Mapped[int | None]
    duration_hours: Mapped[Decimal | None]
    unilateral: Mapped[bool | None]
    pulsating: Mapped[bool | None]
    worse_with_activity: Mapped[bool | None]
    nausea: Mapped[bool | None]
    vomiting: Mapped[bool | None]
    photophobia: Mapped[bool | None]
    phonophobia: Mapped[bool | None]
    aura_minutes: Mapped[int | None]
    acute_medicine_taken: Mapped[bool | None]
    menses: Mapped[bool | None]
    work_missed_hours: Mapped[Decimal | None]
    note: Mapped[str]


class AcuteMedicineRow(Voidable):
    """An acute medicine taken on a diary day."""

    __tablename__ = "acute_medicine"
    __table_args__ = (
        ForeignKeyConstraint(
            ["patient_id", "day"], ["diary_day.patient_id", "diary_day.day"], name=None
        ),
        {"sqlite_with_rowid": False},
    )

    patient_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    doses: Mapped[Decimal | None]


class AdverseEventRow(Record, Voidable):
    """An adverse event, tied to the treatment and the muscle where that is known."""

    __tablename__ = "adverse_event"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    treatment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("treatment.id"), index=True)
    term: Mapped[str]
    onset: Mapped[date]
    resolved: Mapped[date | None]
    grade: Mapped[int | None]
    serious: Mapped[bool]
    site: Mapped[str | None]
    side: Mapped[Side | None] = mapped_column(Word(Side))
    note: Mapped[str]


class DraftRow(Base):
    """Unfinished work of one person, kept so that a crash loses nothing. It may be deleted."""

    __tablename__ = "draft"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    patient_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("patient.id"))
    payload: Mapped[Any] = mapped_column(Json())
    saved_at: Mapped[datetime]
