"""Learning agreements, registrations, results, credits and fees."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    op.create_table(
        "registration_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("effect_key", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_registration_events")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_registration_events_effect_key")),
    )
    op.create_index(
        op.f("ix_registration_events_case_number_partner_course"),
        "registration_events",
        ["case", "number", "partner", "course"],
        unique=False,
    )
    op.create_index(op.f("ix_registration_events_partner"), "registration_events", ["partner"], unique=False)
    op.create_table(
        "student_numbers",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "partner", name=op.f("pk_student_numbers")),
        sa.UniqueConstraint("partner", "number", name=op.f("uq_student_numbers_partner_number")),
    )
    op.create_table(
        "agreement_signatures",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_agreement_signatures_case")),
        sa.PrimaryKeyConstraint("case", "version", "role", "partner", name=op.f("pk_agreement_signatures")),
    )
    op.create_table(
        "credits",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("ects", sa.String(), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_credits_case")),
        sa.PrimaryKeyConstraint("case", "course", name=op.f("pk_credits")),
    )
    op.create_table(
        "fees",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid", sa.String(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_fees_case")),
        sa.PrimaryKeyConstraint("case", "number", name=op.f("pk_fees")),
    )
    op.create_table(
        "learning_agreements",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_learning_agreements_case")),
        sa.PrimaryKeyConstraint("case", "version", name=op.f("pk_learning_agreements")),
    )
    op.create_table(
        "registrations",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_registrations_case")),
        sa.PrimaryKeyConstraint("case", "number", "partner", "course", name=op.f("pk_registrations")),
    )
    op.create_index(
        op.f("ix_registrations_partner_state"), "registrations", ["partner", "state"], unique=False
    )
    op.create_table(
        "results",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("conversion", sa.Text(), nullable=True),
        sa.Column("joint_grade", sa.String(), nullable=True),
        sa.Column("examiner", sa.String(), nullable=False),
        sa.Column("ects_awarded", sa.String(), nullable=False),
        sa.Column("awarded_by", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.case"], name=op.f("fk_results_case")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_results")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_results_decision_id")),
    )
    op.create_index(op.f("ix_results_case_course"), "results", ["case", "course"], unique=False)
