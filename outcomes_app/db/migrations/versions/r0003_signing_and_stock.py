"""Signatures, stock and what is known of a patient beside visits; signed records are frozen.

The freeze is kept by the store itself: a signed treatment, its points, vials, reasons and what was
measured at its visit are refused to every UPDATE and INSERT, whoever sends it. Only the status may
move on, from signed to amended or voided.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from outcomes_app.db.columns import Day, Exact, Hundredths, Instant, Json
from outcomes_app.db.migrations.freeze import freeze

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = (
    "signature",
    "consent",
    "patient_medicine",
    "patient_weight",
    "outside_toxin",
    "adverse_event_follow_up",
    "stock_lot",
    "stock_movement",
    "recall",
    "reference_value",
)
_WRITTEN_ONCE = ("signature", "adverse_event_follow_up", "stock_movement", "reference_value")

_TRIGGER_ON_SERVER = """
CREATE TRIGGER refuse_{deed}_{name} BEFORE {deed} ON {name}
FOR EACH {what} EXECUTE FUNCTION outcomes_refuse()
"""
_TRIGGER_IN_FILE = """
CREATE TRIGGER refuse_{deed}_{name} BEFORE {deed} ON {name}
BEGIN SELECT RAISE(ABORT, 'refused: {deed} on {name}'); END
"""


def upgrade() -> None:
    """Add the columns and tables, then set the guards."""
    _columns()
    _signature()
    _consent()
    _medicine()
    _weight_and_outside_toxin()
    _follow_up()
    _stock()
    _recall()
    _reference_value()
    _guards()
    freeze()


def _columns() -> None:
    of_treatment: tuple[sa.Column[Any], ...] = (
        sa.Column("time_out", Json(), server_default="{}", nullable=False),
        sa.Column("back_entered", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("amends_id", sa.Uuid(), nullable=True),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", Instant(), nullable=True),
    )
    for column in of_treatment:
        op.add_column("treatment", column)
    op.create_index("ix_treatment_amends_id", "treatment", ["amends_id"])
    of_vials: tuple[sa.Column[Any], ...] = (
        _text("discard_witness", server_default=""),
        sa.Column("injected_units", Hundredths(), nullable=True),
        sa.Column("carried_units", Hundredths(), nullable=True),
        sa.Column("brought_units", Hundredths(), nullable=True),
        _text("diluent", server_default=""),
        sa.Column("reconstituted_at", Instant(), nullable=True),
    )
    for column in of_vials:
        op.add_column("vial_use", column)
    op.add_column("acknowledgement", _text("fact", server_default=""))


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, **more)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [_text(name) for name in names]


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")


def _make(table: str, *parts: sa.Column[Any] | sa.Constraint, indexes: Sequence[str] = ()) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for column in indexes:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _make_fact(table: str, *parts: sa.Column[Any]) -> None:
    """A table of a patient's facts: versioned, voidable, perhaps part of an import."""
    _make(
        table,
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        *parts,
        sa.Column("version", sa.Integer(), nullable=False),
        _text("void_reason"),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link(table, "patient_id", "patient"),
        _link(table, "batch_id", "import_batch"),
        indexes=("patient_id", "batch_id"),
    )


def _signature() -> None:
    _make(
        "signature",
        sa.Column("treatment_id", sa.Uuid(), nullable=False),
        sa.Column("amends_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("treatment_version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _text("person_name"),
        sa.Column("signed_at", Instant(), nullable=False),
        *_texts("meaning", "reason", "content", "content_hash", "algorithm"),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        _link("signature", "treatment_id", "treatment"),
        _link("signature", "amends_id", "treatment"),
        _link("signature", "patient_id", "patient"),
        _link("signature", "person_id", "person"),
        sa.UniqueConstraint("treatment_id", name="uq_signature_treatment_id"),
        sa.UniqueConstraint("amends_id", name="uq_signature_amends_id"),
        indexes=("patient_id",),
    )


def _consent() -> None:
    _make_fact(
        "consent",
        sa.Column("day", Day(), nullable=False),
        sa.Column("products", Json(), nullable=False),
        sa.Column("indications", Json(), nullable=False),
        sa.Column("mentions_off_label", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", Day(), nullable=True),
        *_texts("form", "note"),
    )


def _medicine() -> None:
    _make_fact(
        "patient_medicine",
        *_texts("name", "kind"),
        sa.Column("purpose", sa.String(), nullable=False),
        _text("dose"),
        sa.Column("start", Day(), nullable=True),
        sa.Column("end", Day(), nullable=True),
        sa.Column("why_stopped", sa.String(), nullable=True),
        *_texts("stop_detail", "note"),
    )


def _weight_and_outside_toxin() -> None:
    _make_fact(
        "patient_weight",
        sa.Column("day", Day(), nullable=False),
        sa.Column("kilograms", Exact(), nullable=False),
    )
    _make_fact(
        "outside_toxin",
        sa.Column("day", Day(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("units", Hundredths(), nullable=True),
        *_texts("purpose", "given_by", "note"),
    )


def _follow_up() -> None:
    _make(
        "adverse_event_follow_up",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        *_texts("action", "note"),
        sa.Column("recorded_at", Instant(), nullable=False),
        _link("adverse_event_follow_up", "event_id", "adverse_event"),
        _link("adverse_event_follow_up", "patient_id", "patient"),
        indexes=("event_id", "patient_id"),
    )


def _stock() -> None:
    _make(
        "stock_lot",
        *_texts("product", "lot"),
        sa.Column("vial_units", Hundredths(), nullable=False),
        sa.Column("expiry", Day(), nullable=False),
        _text("gtin"),
        sa.Column("received", Day(), nullable=False),
        _text("location"),
        sa.Column("cost", Exact(), nullable=True),
        *_texts("storage_problem", "note"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        indexes=("lot", "gtin"),
    )
    op.create_index(
        "uq_stock_lot_living",
        "stock_lot",
        ["product", "lot", "vial_units", "location"],
        unique=True,
        sqlite_where=sa.text("voided = 0"),
        postgresql_where=sa.text("NOT voided"),
    )
    _make(
        "stock_movement",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("treatment_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("vials", sa.Integer(), nullable=False),
        sa.Column("units", Hundredths(), nullable=True),
        sa.Column("day", Day(), nullable=False),
        *_texts("reason", "witness"),
        sa.Column("at", Instant(), nullable=False),
        _link("stock_movement", "lot_id", "stock_lot"),
        _link("stock_movement", "treatment_id", "treatment"),
        indexes=("lot_id", "treatment_id"),
    )


def _recall() -> None:
    _make(
        "recall",
        *_texts("product", "lot"),
        sa.Column("day", Day(), nullable=False),
        *_texts("reason", "source"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("void_reason"),
        sa.Column("voided", sa.Boolean(), nullable=False),
        indexes=("lot",),
    )


def _reference_value() -> None:
    _make(
        "reference_value",
        _text("key"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_texts("value", "catalog_value"),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _text("person_name"),
        sa.Column("day", Day(), nullable=False),
        *_texts("label_section", "note"),
        _link("reference_value", "person_id", "person"),
        sa.UniqueConstraint("key", "version", name="uq_reference_value_key_version"),
    )


def _guards() -> None:
    server = op.get_bind().dialect.name == "postgresql"
    trigger = _TRIGGER_ON_SERVER if server else _TRIGGER_IN_FILE
    for name in _TABLES:
        op.execute(trigger.format(name=name, deed="delete", what="ROW"))
        if server:
            op.execute(trigger.format(name=name, deed="truncate", what="STATEMENT"))
    for name in _WRITTEN_ONCE:
        op.execute(trigger.format(name=name, deed="update", what="ROW"))
