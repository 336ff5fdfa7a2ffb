"""The triggers that freeze signed records, as revision 0003 sets them, for both back ends.

They are apart from the revision only for their length, and like it never change: a later rule is a
later revision with triggers of its own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

# What may still move in a signed treatment: its status, why, and the version that counts moves.
_TREATMENT_MOVES = ("status", "void_reason", "version")
# What was measured at a signed visit can only be marked as replaced or entered in error.
_ASSESSMENT_MOVES = ("voided", "void_reason", "version")
_PARTS = ("injection", "vial_use", "acknowledgement")

_TREATMENT_ON_SERVER = """
CREATE FUNCTION outcomes_freeze_treatment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.signed_at IS NOT NULL AND (
    to_jsonb(NEW) - ARRAY['{moves}'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['{moves}']
    OR OLD.status <> 'signed' OR NEW.status NOT IN ('amended', 'voided')
  ) THEN
    RAISE EXCEPTION 'refused: this treatment is signed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
_ASSESSMENT_ON_SERVER = """
CREATE FUNCTION outcomes_freeze_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM treatment t WHERE t.id = OLD.treatment_id
             AND OLD.recorded_at <= t.signed_at)
     AND (to_jsonb(NEW) - ARRAY['{moves}'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['{moves}']
          OR NOT NEW.voided) THEN
    RAISE EXCEPTION 'refused: this assessment is signed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
_SCORE_ON_SERVER = """
CREATE FUNCTION outcomes_freeze_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM assessment a JOIN treatment t ON t.id = a.treatment_id
             WHERE a.id IN (OLD.assessment_id, NEW.assessment_id)
             AND a.recorded_at <= t.signed_at) THEN
    RAISE EXCEPTION 'refused: this score is signed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
_PART_ON_SERVER = """
CREATE FUNCTION outcomes_freeze_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM treatment t WHERE t.signed_at IS NOT NULL
             AND (t.id = NEW.treatment_id OR (TG_OP = 'UPDATE' AND t.id = OLD.treatment_id))) THEN
    RAISE EXCEPTION 'refused: this treatment is signed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
_SET_ON_SERVER = """
CREATE TRIGGER freeze_{deed}_{table} BEFORE {deed} ON {table}
FOR EACH ROW EXECUTE FUNCTION outcomes_freeze_{what}()
"""

_TREATMENT_IN_FILE = """
CREATE TRIGGER freeze_update_treatment BEFORE UPDATE ON treatment
WHEN OLD.signed_at IS NOT NULL AND (
  {changed} OR OLD.status <> 'signed' OR NEW.status NOT IN ('amended', 'voided'))
BEGIN SELECT RAISE(ABORT, 'refused: this treatment is signed'); END
"""
_ASSESSMENT_IN_FILE = """
CREATE TRIGGER freeze_update_assessment BEFORE UPDATE ON assessment
WHEN EXISTS (SELECT 1 FROM treatment t WHERE t.id = OLD.treatment_id
             AND OLD.recorded_at <= t.signed_at)
  AND ({changed} OR NOT NEW.voided)
BEGIN SELECT RAISE(ABORT, 'refused: this assessment is signed'); END
"""
_SCORE_IN_FILE = """
CREATE TRIGGER freeze_update_score BEFORE UPDATE ON score
WHEN EXISTS (SELECT 1 FROM assessment a JOIN treatment t ON t.id = a.treatment_id
             WHERE a.id IN (OLD.assessment_id, NEW.assessment_id)
             AND a.recorded_at <= t.signed_at)
BEGIN SELECT RAISE(ABORT, 'refused: this score is signed'); END
"""
_PART_IN_FILE = """
CREATE TRIGGER freeze_{deed}_{table} BEFORE {deed} ON {table}
WHEN EXISTS (SELECT 1 FROM treatment t WHERE t.signed_at IS NOT NULL AND t.id IN ({ids}))
BEGIN SELECT RAISE(ABORT, 'refused: this treatment is signed'); END
"""


def freeze() -> None:
    """Set the triggers on the store that is migrated."""
    if op.get_bind().dialect.name == "postgresql":
        _on_server()
    else:
        _in_file()


def _on_server() -> None:
    op.execute(_TREATMENT_ON_SERVER.format(moves="','".join(_TREATMENT_MOVES)))
    op.execute(_ASSESSMENT_ON_SERVER.format(moves="','".join(_ASSESSMENT_MOVES)))
    op.execute(_SCORE_ON_SERVER)
    op.execute(_PART_ON_SERVER)
    for table in ("treatment", "assessment", "score"):
        op.execute(_SET_ON_SERVER.format(deed="update", table=table, what=table))
    for table in _PARTS:
        for deed in ("insert", "update"):
            op.execute(_SET_ON_SERVER.format(deed=deed, table=table, what="part"))


def _in_file() -> None:
    changed = _changed("treatment", _TREATMENT_MOVES)
    op.execute(_TREATMENT_IN_FILE.format(changed=changed))
    changed = _changed("assessment", _ASSESSMENT_MOVES)
    op.execute(_ASSESSMENT_IN_FILE.format(changed=changed))
    op.execute(_SCORE_IN_FILE)
    for table in _PARTS:
        for deed, ids in (
            ("insert", "NEW.treatment_id"),
            ("update", "NEW.treatment_id, OLD.treatment_id"),
        ):
            op.execute(_PART_IN_FILE.format(deed=deed, table=table, ids=ids))


def _changed(table: str, moves: Sequence[str]) -> str:
    columns = [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table)]
    return " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in columns if c not in moves)
