"""The audit chain: its rows, its key and its end."""

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, mapped_column

from outcomes_app.db.schema.base import Base


class AuditRow(Base):
    """One change or event in the chain. Plain text and numbers only, so that the bytes that were
    sealed are the bytes that are read on either back end."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[str]
    utc_offset_minutes: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[str]
    session_id: Mapped[str]
    workstation: Mapped[str]
    deed_id: Mapped[str] = mapped_column(index=True)
    deed: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str] = mapped_column(index=True)
    patient_id: Mapped[str] = mapped_column(index=True)
    version: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str]
    payload: Mapped[str | None]
    payload_mac: Mapped[str]
    prev: Mapped[str]
    mac: Mapped[str]


class AuditKeyRow(Base):
    """The random key of the chain. It lives in the encrypted record, so a new file key or a new
    passphrase does not break the chain."""

    __tablename__ = "audit_key"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[bytes]


class AuditHeadRow(Base):
    """The end of the chain, sealed; writers on the clinic server queue on this one row."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[str]
    seal: Mapped[str]
