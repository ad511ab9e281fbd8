-- The sandbox partner's own database.
CREATE TABLE IF NOT EXISTS persons (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    body TEXT NOT NULL,
    visible_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS persons_by_code ON persons (code);

CREATE TABLE IF NOT EXISTS student_numbers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS offerings (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS associations (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES persons (id),
    offering TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    later_state TEXT,
    later_at REAL,
    visible_at REAL NOT NULL,
    remote_state TEXT,
    message TEXT NOT NULL DEFAULT '',
    ext TEXT NOT NULL DEFAULT '{}',
    result TEXT,
    since TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS associations_by_person ON associations (person, offering);
CREATE INDEX IF NOT EXISTS associations_later ON associations (later_at) WHERE later_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS switches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL,
    left_times INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    operation TEXT NOT NULL,
    person TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS log_never_changes BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS log_never_shrinks BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
