"""The audit chain with its key, and the triggers that refuse what must never happen.

A record is voided and never deleted; an audit row is never changed at all. The freeze of signed
records is a trigger of the same form, added with signatures.
"""

import secrets

import sqlalchemy as sa
from alembic import op

from outcomes_app.db import chain

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEPT = (
    "practice",
    "person",
    "import_batch",
    "patient",
    "patient_identifier",
    "patient_indication",
    "treatment",
    "injection",
    "vial_use",
    "acknowledgement",
    "assessment",
    "score",
    "diary_day",
    "acute_medicine",
    "adverse_event",
    "audit",
    "audit_key",
    "audit_head",
)
_FROZEN = ("audit", "audit_key")

_REFUSE_ON_SERVER = """
CREATE FUNCTION outcomes_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'refused: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_ROW_TRIGGER_ON_SERVER = """
CREATE TRIGGER refuse_{deed}_{name} BEFORE {deed} ON {name}
FOR EACH ROW EXECUTE FUNCTION outcomes_refuse()
"""
_TRUNCATE_TRIGGER_ON_SERVER = """
CREATE TRIGGER refuse_truncate_{name} BEFORE TRUNCATE ON {name}
FOR EACH STATEMENT EXECUTE FUNCTION outcomes_refuse()
"""
_TRIGGER_IN_FILE = """
CREATE TRIGGER refuse_{deed}_{name} BEFORE {deed} ON {name}
BEGIN SELECT RAISE(ABORT, 'refused: {deed} on {name}'); END
"""


def upgrade() -> None:
    """Make the chain, give it its key, and set the guards."""
    _audit()
    _key_and_head()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_REFUSE_ON_SERVER)
        _guard(_ROW_TRIGGER_ON_SERVER)
        for name in _KEPT:
            op.execute(_TRUNCATE_TRIGGER_ON_SERVER.format(name=name))
    else:
        _guard(_TRIGGER_IN_FILE)


def _guard(trigger: str) -> None:
    for name in _KEPT:
        op.execute(trigger.format(name=name, deed="delete"))
    for name in _FROZEN:
        op.execute(trigger.format(name=name, deed="update"))


def _key_and_head() -> None:
    key = secrets.token_bytes(chain.KEY_BYTES)
    connection = op.get_bind()
    connection.execute(
        sa.text("INSERT INTO audit_key (id, key) VALUES (1, :key)").bindparams(
            sa.bindparam("key", key, sa.LargeBinary())
        )
    )
    connection.execute(
        sa.text("INSERT INTO audit_head (id, seq, mac, seal) VALUES (1, 0, :mac, :seal)"),
        {"mac": chain.GENESIS, "seal": chain.seal(key, 0, chain.GENESIS)},
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("utc_offset_minutes", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("workstation", sa.Text(), nullable=False),
        sa.Column("deed_id", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("payload_mac", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_deed_id", "audit", ["deed_id"])
    op.create_index("ix_audit_entity_id", "audit", ["entity_id"])
    op.create_index("ix_audit_patient_id", "audit", ["patient_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "audit_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_key"),
    )
