"""The tables of the clinic's day: signatures, stock, facts of a patient, reference values."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outcomes_app.db.columns import Hundredths, Json, Word
from outcomes_app.db.schema.base import Base, Record, Voidable
from outcomes_app.domain.patient_facts import Purpose, WhyStopped
from outcomes_app.domain.stock import Movement


class SignatureRow(Base):
    """Who signed which content of a treatment, and when. Written once, never changed.

    `algorithm`, `public_key` and `seal` wait for a signature by the person's own key.
    """

    __tablename__ = "signature"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    treatment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("treatment.id"), unique=True)
    amends_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("treatment.id"), unique=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    treatment_version: Mapped[int]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str]
    signed_at: Mapped[datetime]
    meaning: Mapped[str]
    reason: Mapped[str]
    content: Mapped[str]
    content_hash: Mapped[str]
    algorithm: Mapped[str]
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary())
    seal: Mapped[bytes | None] = mapped_column(LargeBinary())


class ConsentRow(Record, Voidable):
    """A consent on file: what it covers, since when, and when it was withdrawn."""

    __tablename__ = "consent"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    day: Mapped[date]
    products: Mapped[Any] = mapped_column(Json())
    indications: Mapped[Any] = mapped_column(Json())
    mentions_off_label: Mapped[bool]
    withdrawn: Mapped[date | None]
    form: Mapped[str]
    note: Mapped[str]


class PatientMedicineRow(Record, Voidable):
    """A medicine the patient takes or took, and why it was stopped."""

    __tablename__ = "patient_medicine"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose))
    dose: Mapped[str]
    start: Mapped[date | None]
    end: Mapped[date | None]
    why_stopped: Mapped[WhyStopped | None] = mapped_column(Word(WhyStopped))
    stop_detail: Mapped[str]
    note: Mapped[str]


class PatientWeightRow(Record, Voidable):
    """The patient's weight on a day."""

    __tablename__ = "patient_weight"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    day: Mapped[date]
    kilograms: Mapped[Decimal]


class OutsideToxinRow(Record, Voidable):
    """Toxin that somebody else gave, as far as it is known."""

    __tablename__ = "outside_toxin"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    day: Mapped[date]
    product: Mapped[str | None]
    units: Mapped[Decimal | None] = mapped_column(Hundredths())
    purpose: Mapped[str]
    given_by: Mapped[str]
    note: Mapped[str]


class AdverseEventFollowUpRow(Base):
    """One look at an adverse event later on. Written once; a mistake is followed by another."""

    __tablename__ = "adverse_event_follow_up"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("adverse_event.id"), index=True)
    patient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    day: Mapped[date]
    grade: Mapped[int | None]
    resolved: Mapped[bool]
    action: Mapped[str]
    note: Mapped[str]
    recorded_at: Mapped[datetime]


class StockLotRow(Voidable):
    """Vials of one lot and size at one place of the clinic."""

    __tablename__ = "stock_lot"
    __table_args__ = (
        Index(
            "uq_stock_lot_living",
            "product",
            "lot",
            "vial_units",
            "location",
            unique=True,
            sqlite_where=text("voided = 0"),
            postgresql_where=text("NOT voided"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    product: Mapped[str]
    lot: Mapped[str] = mapped_column(index=True)
    vial_units: Mapped[Decimal] = mapped_column(Hundredths())
    expiry: Mapped[date]
    gtin: Mapped[str] = mapped_column(index=True)
    received: Mapped[date]
    location: Mapped[str]
    cost: Mapped[Decimal | None]
    storage_problem: Mapped[str]
    note: Mapped[str]
    version: Mapped[int]


class StockMovementRow(Base):
    """Vials that came or went, and units that were thrown away. Written once, never changed."""

    __tablename__ = "stock_movement"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stock_lot.id"), index=True)
    treatment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("treatment.id"), index=True)
    kind: Mapped[Movement] = mapped_column(Word(Movement))
    vials: Mapped[int]
    units: Mapped[Decimal | None] = mapped_column(Hundredths())
    day: Mapped[date]
    reason: Mapped[str]
    witness: Mapped[str]
    at: Mapped[datetime]


class RecallRow(Voidable):
    """A lot that its maker or an authority called back."""

    __tablename__ = "recall"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    product: Mapped[str]
    lot: Mapped[str] = mapped_column(index=True)
    day: Mapped[date]
    reason: Mapped[str]
    source: Mapped[str]
    version: Mapped[int]
    void_reason: Mapped[str]


class ReferenceValueRow(Base):
    """One version of a reference value that the clinic confirmed or changed; the highest counts."""

    __tablename__ = "reference_value"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    value: Mapped[str]
    catalog_value: Mapped[str]
    withdrawn: Mapped[bool]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str]
    day: Mapped[date]
    label_section: Mapped[str]
    note: Mapped[str]
