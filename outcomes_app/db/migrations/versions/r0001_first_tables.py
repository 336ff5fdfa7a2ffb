"""The tables of the first release: practice, people, patients and everything recorded of them.

The columns are written out here and stay as they are: a migration must not change with the tables
of the day.
"""

import sqlalchemy as sa
from alembic import op

from outcomes_app.db.columns import Day, Exact, Hundredths, Instant, Json, search_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _practice()
    _patient()
    _patient_parts()
    _treatment()
    _injection()
    _vials_and_acknowledgements()
    _assessment()
    _score()
    _diary_day()
    _acute_medicine()
    _adverse_event()
    _draft()


def _practice() -> None:
    op.create_table(
        "practice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_practice"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("mapping", Json(), nullable=False),
        sa.Column("counts", Json(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        _link("import_batch", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
    )


def _patient() -> None:
    op.create_table(
        "patient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("birth_date", Day(), nullable=True),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("study_group", sa.Text(), nullable=False),
        sa.Column("clinic_site", sa.Text(), nullable=False),
        sa.Column("allergies", sa.Text(), nullable=False),
        sa.Column("alerts", Json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("patient", "batch_id", "import_batch"),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
    )
    op.create_index("ix_patient_batch_id", "patient", ["batch_id"])


def _patient_parts() -> None:
    op.create_table(
        "patient_identifier",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("patient_identifier", "patient_id", "patient"),
        sa.PrimaryKeyConstraint("patient_id", "system", "value", name="pk_patient_identifier"),
    )
    op.create_index(
        "uq_patient_identifier_living",
        "patient_identifier",
        ["system", "value"],
        unique=True,
        sqlite_where=sa.text("voided = 0"),
        postgresql_where=sa.text("NOT voided"),
    )
    op.create_table(
        "patient_indication",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("indication", sa.Text(), nullable=False),
        sa.Column("icd10", Json(), nullable=False),
        sa.Column("since", Day(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("patient_indication", "patient_id", "patient"),
        sa.PrimaryKeyConstraint("patient_id", "position", name="pk_patient_indication"),
    )
    op.create_index("ix_patient_indication_indication", "patient_indication", ["indication"])
    op.create_table(
        "patient_search",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", search_text(), nullable=False),
        _link("patient_search", "patient_id", "patient"),
        sa.PrimaryKeyConstraint("patient_id", "position", name="pk_patient_search"),
    )
    op.create_index("ix_patient_search_words_patient_id", "patient_search", ["words", "patient_id"])


def _treatment() -> None:
    op.create_table(
        "treatment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("indication", sa.Text(), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("stated_total", Hundredths(), nullable=True),
        sa.Column("placebo", sa.Boolean(), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=True),
        sa.Column("guidance", sa.String(), nullable=True),
        sa.Column("needle", sa.Text(), nullable=False),
        sa.Column("injector_id", sa.Uuid(), nullable=True),
        sa.Column("injector_name", sa.Text(), nullable=False),
        sa.Column("clinic_site", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started", Instant(), nullable=True),
        sa.Column("given_units", Hundredths(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        _link("treatment", "batch_id", "import_batch"),
        _link("treatment", "injector_id", "person"),
        _link("treatment", "patient_id", "patient"),
        sa.PrimaryKeyConstraint("id", name="pk_treatment"),
    )
    op.create_index("ix_treatment_batch_id", "treatment", ["batch_id"])
    op.create_index("ix_treatment_day", "treatment", ["day"])
    op.create_index("ix_treatment_indication", "treatment", ["indication"])
    op.create_index("ix_treatment_patient_id_day", "treatment", ["patient_id", "day"])


def _injection() -> None:
    op.create_table(
        "injection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("treatment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("units", Hundredths(), nullable=False),
        sa.Column("view", sa.Text(), nullable=True),
        sa.Column("x", sa.Float(53), nullable=True),
        sa.Column("y", sa.Float(53), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("depth", sa.Text(), nullable=False),
        sa.Column("guidance", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("injection", "patient_id", "patient"),
        _link("injection", "treatment_id", "treatment"),
        sa.PrimaryKeyConstraint("id", name="pk_injection"),
    )
    op.create_index("ix_injection_patient_id", "injection", ["patient_id"])
    op.create_index("ix_injection_treatment_id", "injection", ["treatment_id"])


def _vials_and_acknowledgements() -> None:
    op.create_table(
        "vial_use",
        sa.Column("treatment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expiry", Day(), nullable=True),
        sa.Column("vial_units", Hundredths(), nullable=True),
        sa.Column("diluent_ml", Exact(), nullable=True),
        sa.Column("vials", sa.Integer(), nullable=False),
        sa.Column("discarded_units", Hundredths(), nullable=True),
        sa.Column("discard_reason", sa.Text(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("vial_use", "patient_id", "patient"),
        _link("vial_use", "treatment_id", "treatment"),
        sa.PrimaryKeyConstraint("treatment_id", "position", name="pk_vial_use"),
    )
    op.create_index("ix_vial_use_lot", "vial_use", ["lot"])
    op.create_index("ix_vial_use_patient_id", "vial_use", ["patient_id"])
    op.create_table(
        "acknowledgement",
        sa.Column("treatment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("acknowledgement", "patient_id", "patient"),
        _link("acknowledgement", "treatment_id", "treatment"),
        sa.PrimaryKeyConstraint("treatment_id", "position", name="pk_acknowledgement"),
    )
    op.create_index("ix_acknowledgement_patient_id", "acknowledgement", ["patient_id"])


def _assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("treatment_id", sa.Uuid(), nullable=True),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("recall", sa.Text(), nullable=False),
        sa.Column("answers", Json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("assessment", "batch_id", "import_batch"),
        _link("assessment", "patient_id", "patient"),
        _link("assessment", "treatment_id", "treatment"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment"),
    )
    op.create_index("ix_assessment_batch_id", "assessment", ["batch_id"])
    op.create_index(
        "ix_assessment_patient_id_instrument_day", "assessment", ["patient_id", "instrument", "day"]
    )
    op.create_index("ix_assessment_treatment_id", "assessment", ["treatment_id"])


def _score() -> None:
    op.create_table(
        "score",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("items", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("score", "assessment_id", "assessment"),
        _link("score", "patient_id", "patient"),
        sa.PrimaryKeyConstraint("assessment_id", "position", name="pk_score"),
    )
    op.create_index("ix_score_patient_id", "score", ["patient_id"])


def _diary_day() -> None:
    op.create_table(
        "diary_day",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("headache", sa.Boolean(), nullable=True),
        sa.Column("peak_pain", Exact(), nullable=True),
        sa.Column("peak_severity", sa.Integer(), nullable=True),
        sa.Column("duration_hours", Exact(), nullable=True),
        sa.Column("unilateral", sa.Boolean(), nullable=True),
        sa.Column("pulsating", sa.Boolean(), nullable=True),
        sa.Column("worse_with_activity", sa.Boolean(), nullable=True),
        sa.Column("nausea", sa.Boolean(), nullable=True),
        sa.Column("vomiting", sa.Boolean(), nullable=True),
        sa.Column("photophobia", sa.Boolean(), nullable=True),
        sa.Column("phonophobia", sa.Boolean(), nullable=True),
        sa.Column("aura_minutes", sa.Integer(), nullable=True),
        sa.Column("acute_medicine_taken", sa.Boolean(), nullable=True),
        sa.Column("menses", sa.Boolean(), nullable=True),
        sa.Column("work_missed_hours", Exact(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("diary_day", "batch_id", "import_batch"),
        _link("diary_day", "patient_id", "patient"),
        sa.PrimaryKeyConstraint("patient_id", "day", name="pk_diary_day"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_diary_day_batch_id", "diary_day", ["batch_id"])


def _acute_medicine() -> None:
    op.create_table(
        "acute_medicine",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("doses", Exact(), nullable=True),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id", "day"],
            ["diary_day.patient_id", "diary_day.day"],
            name="fk_acute_medicine_patient_id_day_diary_day",
        ),
        sa.PrimaryKeyConstraint("patient_id", "day", "position", name="pk_acute_medicine"),
        sqlite_with_rowid=False,
    )


def _adverse_event() -> None:
    op.create_table(
        "adverse_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("treatment_id", sa.Uuid(), nullable=True),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("onset", Day(), nullable=False),
        sa.Column("resolved", Day(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("side", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        _link("adverse_event", "batch_id", "import_batch"),
        _link("adverse_event", "patient_id", "patient"),
        _link("adverse_event", "treatment_id", "treatment"),
        sa.PrimaryKeyConstraint("id", name="pk_adverse_event"),
    )
    op.create_index("ix_adverse_event_batch_id", "adverse_event", ["batch_id"])
    op.create_index("ix_adverse_event_patient_id", "adverse_event", ["patient_id"])
    op.create_index("ix_adverse_event_treatment_id", "adverse_event", ["treatment_id"])


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        _link("draft", "patient_id", "patient"),
        _link("draft", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("ix_draft_person_id", "draft", ["person_id"])


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")
