"""Access: zones and who may enter, signed passes, doors, presence folded from the passages."""

import sqlalchemy as sa
from alembic import op

from tierslieu.migrations.guards_of_access import for_access, write_checks

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_zone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_site", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("counts_staff", sa.Integer(), nullable=False),
        sa.Column("passback", sa.String(length=4), nullable=False),
        sa.Column("passback_s", sa.Integer(), nullable=False),
        sa.Column("early_s", sa.Integer(), nullable=False),
        sa.Column("stale_s", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("passback IN ('off', 'soft', 'hard')", name=op.f("ck_access_zone_passback")),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_access_zone_capacity")),
        sa.CheckConstraint("number BETWEEN 1 AND 255", name=op.f("ck_access_zone_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_zone")),
        sa.UniqueConstraint("key", name=op.f("uq_access_zone_key")),
        sa.UniqueConstraint("number", name=op.f("uq_access_zone_number")),
    )
    with op.batch_alter_table("access_zone", schema=None) as batch_op:
        batch_op.create_index(
            "uq_access_zone_site",
            ["is_site"],
            unique=True,
            sqlite_where=sa.text("is_site = 1 AND retired_at = 0"),
            postgresql_where=sa.text("is_site = 1 AND retired_at = 0"),
        )

    op.create_table(
        "zone_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=14), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("moment", sa.String(length=8), nullable=False),
        sa.Column("pin", sa.String(length=10), nullable=False),
        sa.CheckConstraint("moment IN ('open', 'staffed', 'always')", name=op.f("ck_zone_rule_moment")),
        sa.CheckConstraint("pin IN ('never', 'unstaffed', 'always')", name=op.f("ck_zone_rule_pin")),
        sa.CheckConstraint(
            "who IN ('anyone', 'role', 'plan', 'qualification', 'reservation')", name=op.f("ck_zone_rule_who")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["access_zone.id"], name=op.f("fk_zone_rule_zone_id_access_zone"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_rule")),
    )
    with op.batch_alter_table("zone_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_zone_rule_zone_id"), ["zone_id"], unique=False)

    with op.batch_alter_table("kiosk", schema=None) as batch_op:
        batch_op.add_column(sa.Column("zone_id", sa.BigInteger(), server_default="0", nullable=False))

    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=12), server_default="badge", nullable=False))
        batch_op.add_column(sa.Column("direction", sa.String(length=3), server_default="in", nullable=False))
        batch_op.add_column(sa.Column("zone_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("decided_by", sa.String(length=8), server_default="service", nullable=False))
        batch_op.add_column(sa.Column("flags", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("badge_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("guest_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("people", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("band", sa.String(length=12), server_default="", nullable=False))
        batch_op.create_index("ix_scan_zone_id", ["zone_id", "at"], unique=False)

    write_checks()
    for statement in for_access(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward: restore the backup made before the upgrade")
