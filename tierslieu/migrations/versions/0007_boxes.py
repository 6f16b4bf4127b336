"""The terminal of a machine has an account and a place on the bus of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


PLACES = """
UPDATE terminal SET device = CASE
    WHEN EXISTS (SELECT 1 FROM machine_link WHERE machine_link.machine_id = terminal.machine_id)
    THEN 'box-' || CAST(terminal.id AS VARCHAR(20))
    ELSE (SELECT machine.key FROM machine WHERE machine.id = terminal.machine_id) END
"""
"""Terminals spoke as their machines, and go on until they get new secrets. Where an adapter took that account since, the
terminal is heard no more anyway: its next secrets are for a place of its own."""


def upgrade() -> None:
    with op.batch_alter_table("terminal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("is_online", sa.Integer(), server_default="0", nullable=False))

    op.execute(PLACES)
    with op.batch_alter_table("terminal", schema=None) as batch_op:
        batch_op.create_index("ux_terminal_device", ["device"], unique=True)


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward: restore the backup made before the upgrade")
