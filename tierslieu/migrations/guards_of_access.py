"""What the database itself refuses about passages and badges, for steps."""

from alembic import op

CHECKS = {
    "badge": {
        "kind": "kind IN ('card', 'phone', 'day')",
        "state": "state IN ('active', 'revoked')",
    },
    "device": {
        "kind": "kind IN ('kiosk', 'machine', 'door', 'service', 'meter', 'agent', 'listener', 'reader')",
    },
    "scan": {
        "outcome": "outcome IN ('granted', 'denied')",
        "direction": "direction IN ('in', 'out')",
        "kind": "kind IN ('badge', 'desk', 'walk_in', 'group', 'correction', 'closing')",
        "decided_by": "decided_by IN ('service', 'kiosk', 'door')",
    },
}
"""Every check of the tables that this step changes: SQLite writes a table anew, and forgets those it had."""
KEPT = ("outcome", "state")
"""Checks that PostgreSQL knows already in the same shape."""
FORMER = (("badge", "kind"), ("device", "kind"))
"""Checks that PostgreSQL knows in another shape."""


def write_checks() -> None:
    """Put the checks of this step on the tables that were there before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, checks in CHECKS.items():
        with op.batch_alter_table(table) as batch:
            for name, condition in checks.items():
                if not is_sqlite and (table, name) in FORMER:
                    batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
                if is_sqlite or name not in KEPT:
                    batch.create_check_constraint(op.f(f"ck_{table}_{name}"), condition)


ONE_PHONE = (
    "DROP INDEX uq_badge_active",
    "CREATE UNIQUE INDEX uq_badge_active ON badge (person_id, kind) WHERE state = 'active' AND kind <> 'card'",
)
"""A person may have several cards from here on."""


def for_access(dialect: str) -> tuple[str, ...]:
    """Further guards of this step's tables: SQL that differs between SQLite and PostgreSQL."""
    return ONE_PHONE
