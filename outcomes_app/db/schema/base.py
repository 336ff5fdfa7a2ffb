"""What all tables share: names of constraints, column types, and the marks of a stored record."""

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, Float, ForeignKey, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from outcomes_app.db.columns import Day, Exact, Instant

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What all tables share: names of constraints, and the column type of each Python type."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  read once by SQLAlchemy
        str: Text(),
        bool: Boolean(create_constraint=False),
        float: Float(53),
        date: Day(),
        datetime: Instant(),
        uuid.UUID: Uuid(),
        bytes: LargeBinary(),
        Decimal: Exact(),
    }


class Voidable(Base):
    """A row that a correction takes away by marking it."""

    __abstract__ = True

    voided: Mapped[bool] = mapped_column(default=False)


class Record(Base):
    """A record of its own: versioned, voided with a reason, and perhaps part of an import."""

    __abstract__ = True

    version: Mapped[int]
    void_reason: Mapped[str] = mapped_column(default="")
    batch_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    recorded_at: Mapped[datetime]
