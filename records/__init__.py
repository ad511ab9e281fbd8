"""The lead university's central records: tables, repositories, migrations and the audit log."""
