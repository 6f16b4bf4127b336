"""What readers and kiosks need to go on: doubted badges and the rest of this step."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("access_door", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pin_pad", sa.String(length=10), server_default="unknown", nullable=False))

    with op.batch_alter_table("badge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("doubted_at", sa.BigInteger(), server_default="0", nullable=False))

    with op.batch_alter_table("machine", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slots", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("pass_use", schema=None) as batch_op:
        batch_op.add_column(sa.Column("door", sa.String(length=40), server_default="", nullable=False))


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward: restore the backup made before the upgrade")
