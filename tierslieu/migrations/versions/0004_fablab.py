"""The FabLab: requests, the queue, machines and their links, terminals, measures, upkeep, stock."""

import sqlalchemy as sa
from alembic import op

from tierslieu.migrations.guards_of_fablab import for_fablab, write_checks

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("fabrication_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("service", sa.String(length=10), server_default="self", nullable=False))
        batch_op.add_column(sa.Column("colour", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("deadline", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("priority_reason", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("held_reason", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("parent_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("filament_g", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("estimate_cents", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("cost_cents", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("photo_sha", sa.String(length=64), nullable=True))

    with op.batch_alter_table("job_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("format", sa.String(length=20), server_default="gcode", nullable=False))

    with op.batch_alter_table("machine", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nozzle_mm", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("max_tool_c", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("max_bed_c", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("firmware", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("colour", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("takes_queue", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("hourly_cents", sa.Integer(), server_default="0", nullable=False))

    write_checks()
    for statement in for_fablab(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward: restore the backup made before the upgrade")
