"""What the database itself refuses about reservations, for steps: SQL that differs between SQLite and PostgreSQL."""

from tierslieu.migrations.guards import SQLITE_NO_OVERLAP

CAUSES = "'reservation', 'closure', 'maintenance', 'run', 'hold', 'import', 'session', 'appointment'"
SQLITE_CAUSES = (
    "CREATE TABLE claim_anew (unit_id BIGINT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,"
    " cause VARCHAR(20) NOT NULL, cause_id BIGINT NOT NULL,"
    " CONSTRAINT pk_claim PRIMARY KEY (unit_id, starts_at),"
    " CONSTRAINT ck_claim_order CHECK (starts_at < ends_at),"
    f" CONSTRAINT ck_claim_cause CHECK (cause IN ({CAUSES})),"
    " CONSTRAINT fk_claim_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id)) WITHOUT ROWID",
    "INSERT INTO claim_anew SELECT unit_id, starts_at, ends_at, cause, cause_id FROM claim ORDER BY unit_id, starts_at",
    "DROP TABLE claim",
    "ALTER TABLE claim_anew RENAME TO claim",
    "CREATE INDEX ix_claim_cause_id ON claim (cause_id)",
    *SQLITE_NO_OVERLAP,
)
"""SQLite cannot change a check: the table is written anew, with its guards."""
POSTGRESQL_CAUSES = (
    "ALTER TABLE claim DROP CONSTRAINT ck_claim_cause",
    f"ALTER TABLE claim ADD CONSTRAINT ck_claim_cause CHECK (cause IN ({CAUSES}))",
)


def for_reservations(dialect: str) -> tuple[str, ...]:
    """Every guard of this step's tables."""
    return SQLITE_CAUSES if dialect == "sqlite" else POSTGRESQL_CAUSES
