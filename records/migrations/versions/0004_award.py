"""Award register, data keys, disclosures and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("effect_key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_audit_effect_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_audit_prev_hash")),
    )
    op.create_index(op.f("ix_audit_case"), "audit", ["case"], unique=False)
    op.create_table(
        "awards",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("conferred_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_awards")),
        sa.UniqueConstraint("case", name=op.f("uq_awards_case")),
        sa.UniqueConstraint("prefix", "year", "sequence", name=op.f("uq_awards_prefix_year_sequence")),
    )
    op.create_table(
        "data_keys",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_data_keys")),
    )
    op.create_table(
        "disclosures",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("effect_key", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_disclosures")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_disclosures_effect_key")),
    )
    op.create_index(op.f("ix_disclosures_case"), "disclosures", ["case"], unique=False)
    op.create_index(op.f("ix_disclosures_partner"), "disclosures", ["partner"], unique=False)
    op.create_table(
        "salts",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_salts")),
    )
    op.create_table(
        "award_signatures",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["awards.number"], name=op.f("fk_award_signatures_number")),
        sa.PrimaryKeyConstraint("number", "partner", name=op.f("pk_award_signatures")),
    )
