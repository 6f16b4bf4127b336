"""What the database itself refuses, for steps: SQL that differs between SQLite and PostgreSQL."""

from tierslieu.migrations.guards_of_memberships import for_memberships
from tierslieu.migrations.guards_of_qualifications import for_qualifications

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


def _refuse_sqlite(table: str, verb: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} {when} BEGIN"
        f" SELECT RAISE(ABORT, 'append_only'); END"
    )


def _refuse_postgresql(table: str, verb: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW {when}"
        f" EXECUTE FUNCTION refuse_append_only()"
    )


POSTGRESQL_REFUSE = (
    "CREATE OR REPLACE FUNCTION refuse_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'append_only' USING ERRCODE = 'check_violation'; END $$"
)
SQLITE_AUDIT = (
    _refuse_sqlite("audit_entry", "UPDATE"),
    _refuse_sqlite("audit_entry", "DELETE", "WHEN OLD.seq > coalesce((SELECT seq FROM audit_anchor), 0)"),
)
POSTGRESQL_AUDIT = (
    POSTGRESQL_REFUSE,
    "CREATE FUNCTION audit_entry_is_anchored(seq bigint) RETURNS boolean LANGUAGE sql STABLE AS"
    " $$ SELECT $1 <= coalesce((SELECT audit_anchor.seq FROM audit_anchor), 0) $$",
    _refuse_postgresql("audit_entry", "UPDATE"),
    _refuse_postgresql("audit_entry", "DELETE", "WHEN (NOT audit_entry_is_anchored(OLD.seq))"),
)


def append_only_audit(dialect: str) -> tuple[str, ...]:
    """The statements that keep the audit log: no entry changes, none goes before the anchor stands for it."""
    return SQLITE_AUDIT if dialect == "sqlite" else POSTGRESQL_AUDIT


SAID = "wish, is_wanted, said_at, how"
"""What people chose about messages is never written over; a merge changes the person's id alone."""
SQLITE_CHOICES = (
    f"CREATE TRIGGER contact_choice_update BEFORE UPDATE OF {SAID} ON contact_choice BEGIN"
    " SELECT RAISE(ABORT, 'append_only'); END",
)
POSTGRESQL_CHOICES = (
    f"CREATE TRIGGER contact_choice_update BEFORE UPDATE OF {SAID} ON contact_choice FOR EACH ROW"
    " EXECUTE FUNCTION refuse_append_only()",
)


def kept_choices(dialect: str) -> tuple[str, ...]:
    """The statements that keep the history of people's choices as it was said."""
    return SQLITE_CHOICES if dialect == "sqlite" else POSTGRESQL_CHOICES


def for_people(dialect: str) -> tuple[str, ...]:
    """Every guard of people's tables."""
    return (
        *append_only_audit(dialect),
        *kept_choices(dialect),
        *for_memberships(dialect),
        *for_qualifications(dialect),
    )
