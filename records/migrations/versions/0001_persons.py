"""Persons, cases, agreement versions and intakes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    op.create_table(
        "agreement_versions",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("programme", "version", name=op.f("pk_agreement_versions")),
    )
    op.create_table(
        "deadline_extensions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=True),
        sa.Column("deadline", sa.String(), nullable=False),
        sa.Column("old", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_deadline_extensions")),
    )
    op.create_index(
        op.f("ix_deadline_extensions_programme_cohort"),
        "deadline_extensions",
        ["programme", "cohort"],
        unique=False,
    )
    op.create_table(
        "intakes",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("programme", "cohort", name=op.f("pk_intakes")),
    )
    op.create_table(
        "notices",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case", "key", name=op.f("pk_notices")),
    )
    op.create_table(
        "persons",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("mail_key", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("nationality", sa.String(), nullable=True),
        sa.Column("esi", sa.String(), nullable=True),
        sa.Column("schac_home", sa.String(), nullable=True),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_persons")),
    )
    op.create_index(op.f("ix_persons_esi"), "persons", ["esi"], unique=False)
    op.create_index(op.f("ix_persons_mail_key"), "persons", ["mail_key"], unique=False)
    op.create_table(
        "cases",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("agreement_version", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("main_partner", sa.String(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["persons.ref"], name=op.f("fk_cases_person")),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_person"), "cases", ["person"], unique=False)
    op.create_index(
        op.f("ix_cases_programme_cohort_state"), "cases", ["programme", "cohort", "state"], unique=False
    )
    op.create_table(
        "applications",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_applications_case")),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_applications")),
    )
    op.create_table(
        "case_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_case_events_case")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_case_events")),
        sa.UniqueConstraint("case", "event", name=op.f("uq_case_events_case_event")),
    )
    op.create_table(
        "evidence",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_evidence_case")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_case"), "evidence", ["case"], unique=False)
    op.create_table(
        "recognitions",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("ects", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_recognitions_case")),
        sa.PrimaryKeyConstraint("case", "course", name=op.f("pk_recognitions")),
    )
    op.create_table(
        "evidence_verifications",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["evidence.reference"], name=op.f("fk_evidence_verifications_reference")
        ),
        sa.PrimaryKeyConstraint("reference", "partner", name=op.f("pk_evidence_verifications")),
    )
