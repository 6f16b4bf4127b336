"""What the database itself refuses about machines and jobs, for steps."""

from alembic import op

from tierslieu.migrations.guards_of_stock import for_stock

JOB_STATES = (
    "'requested', 'queued', 'held', 'dispatched', 'running', 'to_check', 'done', 'failed', 'cancelled', 'refused'"
)
CHECKS = {
    "fabrication_job": {
        "state": f"state IN ({JOB_STATES})",
        "quantity": "quantity > 0",
        "service": "service IN ('self', 'staff')",
    },
    "device": {"kind": "kind IN ('kiosk', 'machine', 'door', 'service', 'meter', 'agent', 'listener')"},
    "job_file": {"format": "format IN ('gcode', 'bgcode', 'sliced_3mf', 'model', 'drawing')"},
}
"""Every check of the tables that this step changes: SQLite writes a table anew, and forgets those it had."""
CHANGED = ("state", "kind")
"""Checks that PostgreSQL knows already in their former shape."""


def write_checks() -> None:
    """Put the checks of this step on the tables that were there before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, checks in CHECKS.items():
        with op.batch_alter_table(table) as batch:
            for name, condition in checks.items():
                if name == "quantity" and not is_sqlite:
                    continue
                if name in CHANGED and not is_sqlite:
                    batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
                batch.create_check_constraint(op.f(f"ck_{table}_{name}"), condition)


def for_fablab(dialect: str) -> tuple[str, ...]:
    """Further guards of this step's tables: SQL that differs between SQLite and PostgreSQL."""
    return for_stock(dialect)
