"""What somebody with the database's own rights could do to the records."""

from sqlalchemy import text

from records.database import Database


def tamper(database: Database, *statements: str) -> None:
    """Take the guards off and run the statements, past the log."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA foreign_keys = OFF"))
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in list(found.scalars()):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
        connection.invalidate()
