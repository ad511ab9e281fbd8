"""The database itself refuses to change or remove what only grows, and what is closed or conferred."""

from collections.abc import Iterator

from alembic import op

revision = "0005"
down_revision: str | None = "0004"

APPEND_ONLY = (
    "case_events",
    "deadline_extensions",
    "agreement_versions",
    "learning_agreements",
    "agreement_signatures",
    "evidence_verifications",
    "recognitions",
    "registration_events",
    "results",
    "credits",
    "decisions",
    "award_signatures",
    "disclosures",
    "audit",
)
FINAL_SINCE = {"ballots": "closed_at", "sessions": "closed_at", "fees": "paid_at", "awards": "conferred_at"}


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """
        )
    for table, act, condition, sentence in _guards():
        when = f"WHEN ({condition})" if condition else ""
        refuse = (
            f"FOR EACH ROW {when} EXECUTE FUNCTION refuse_change('{sentence}')"
            if on_postgresql
            else f"{when} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )
        op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refuse}")
    if on_postgresql:
        _no_truncate()


def _guards() -> Iterator[tuple[str, str, str, str]]:
    """Tell for each table which act is refused, when, and what is said."""
    for act in ("UPDATE", "DELETE"):
        for table in APPEND_ONLY:
            yield table, act, "", f"Rows of {table} are added, never changed or removed"
        for table, since in FINAL_SINCE.items():
            sentence = f"A row of {table} is final once {since} is set; it is never changed or removed"
            yield table, act, f"OLD.{since} IS NOT NULL", sentence
    changed = "NEW.salt IS NOT NULL OR NEW.subject <> OLD.subject"
    yield "salts", "UPDATE", changed, "A salt is destroyed for an erasure, never changed"
    yield "salts", "DELETE", "", "The row of a salt stays, also when the salt is destroyed"


def _no_truncate() -> None:
    for table in (*APPEND_ONLY, *FINAL_SINCE, "salts"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{table} is never emptied')"
        )
