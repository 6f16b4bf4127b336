"""What the database itself refuses about passages and badges, for steps."""

from alembic import op

CHECKS = {
    "scan": {
        "outcome": "outcome IN ('granted', 'denied')",
        "direction": "direction IN ('in', 'out')",
        "kind": "kind IN ('badge', 'desk', 'walk_in', 'group', 'correction', 'closing')",
        "decided_by": "decided_by IN ('service', 'kiosk', 'door')",
    },
}
"""Every check of the tables that this step changes: SQLite writes a table anew, and forgets those it had."""
KEPT = ("outcome",)
"""Checks that PostgreSQL knows already in the same shape."""


def write_checks() -> None:
    """Put the checks of this step on the tables that were there before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, checks in CHECKS.items():
        with op.batch_alter_table(table) as batch:
            for name, condition in checks.items():
                if is_sqlite or name not in KEPT:
                    batch.create_check_constraint(op.f(f"ck_{table}_{name}"), condition)


def for_access(dialect: str) -> tuple[str, ...]:
    """Further guards of this step's tables: SQL that differs between SQLite and PostgreSQL."""
    return ()
