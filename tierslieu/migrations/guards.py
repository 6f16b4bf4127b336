"""What the database itself refuses, for steps: SQL that differs between SQLite and PostgreSQL."""

_PROBE = (
    "SELECT RAISE(ABORT, 'double_booking') WHERE (SELECT ends_at FROM claim WHERE unit_id = NEW.unit_id"
    " AND starts_at < NEW.ends_at {other} ORDER BY starts_at DESC LIMIT 1) > NEW.starts_at;"
)
SQLITE_NO_OVERLAP = (
    f"CREATE TRIGGER claim_no_overlap_insert BEFORE INSERT ON claim BEGIN {_PROBE.format(other='')} END",
    "CREATE TRIGGER claim_no_overlap_update BEFORE UPDATE OF unit_id, starts_at, ends_at ON claim BEGIN "
    + _PROBE.format(other="AND NOT (unit_id = OLD.unit_id AND starts_at = OLD.starts_at)")
    + " END",
)
POSTGRESQL_NO_OVERLAP = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "ALTER TABLE claim ADD CONSTRAINT claim_no_overlap EXCLUDE USING gist"
    " (unit_id WITH =, int8range(starts_at, ends_at, '[)') WITH &&)",
)


def no_overlap(dialect: str) -> tuple[str, ...]:
    """The statements that make two overlapping claims on one unit impossible."""
    return SQLITE_NO_OVERLAP if dialect == "sqlite" else POSTGRESQL_NO_OVERLAP
