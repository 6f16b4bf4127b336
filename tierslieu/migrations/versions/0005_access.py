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
        sa.Column("passback", sa.String(length=5), nullable=False),
        sa.Column("passback_s", sa.Integer(), nullable=False),
        sa.Column("early_s", sa.Integer(), nullable=False),
        sa.Column("stale_s", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("passback IN ('off', 'soft', 'timed', 'hard')", name=op.f("ck_access_zone_passback")),
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
        "alarm",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("is_on", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index("ix_alarm_ended_at", ["ended_at"], unique=False)

    op.create_table(
        "group_visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=12), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_group_visit_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_visit")),
    )
    with op.batch_alter_table("group_visit", schema=None) as batch_op:
        batch_op.create_index("ix_group_visit_left_at", ["left_at", "arrived_at"], unique=False)

    op.create_table(
        "guest_pass",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handle", sa.String(length=10), nullable=False),
        sa.Column("kid", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_guest_pass_window")),
        sa.CheckConstraint("zone BETWEEN 0 AND 255", name=op.f("ck_guest_pass_zone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_pass")),
        sa.UniqueConstraint("handle", name=op.f("uq_guest_pass_handle")),
    )
    with op.batch_alter_table("guest_pass", schema=None) as batch_op:
        batch_op.create_index("ix_guest_pass_valid_until", ["valid_until"], unique=False)

    op.create_table(
        "headcount",
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("people >= 0 AND places >= 0", name=op.f("ck_headcount_people")),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("pk_headcount")),
    )
    op.create_table(
        "house_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_number", sa.String(length=6), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_card")),
        sa.UniqueConstraint("card_number", name=op.f("uq_house_card_card_number")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_house_card_secret_sha256")),
    )
    op.create_table(
        "kiosk_call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kiosk", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'coming', 'over')", name=op.f("ck_kiosk_call_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_call")),
        sa.UniqueConstraint("call_id", name=op.f("uq_kiosk_call_call_id")),
    )
    with op.batch_alter_table("kiosk_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kiosk_call_asked_at"), ["asked_at"], unique=False)

    op.create_table(
        "kiosk_health",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.String(length=16), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("snapshot_at", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("is_durable", sa.Integer(), nullable=False),
        sa.Column("has_camera", sa.Integer(), nullable=False),
        sa.Column("copied_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kiosk_health")),
    )
    op.create_table(
        "pass_key",
        sa.Column("kid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kid BETWEEN 0 AND 15", name=op.f("ck_pass_key_kid")),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_pass_key")),
    )
    with op.batch_alter_table("pass_key", schema=None) as batch_op:
        batch_op.create_index(
            "uq_pass_key_signing",
            ["until"],
            unique=True,
            sqlite_where=sa.text("until = 0"),
            postgresql_where=sa.text("until = 0"),
        )

    op.create_table(
        "pass_use",
        sa.Column("handle", sa.String(length=14), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("handle", "slot", name=op.f("pk_pass_use")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("pass_use", schema=None) as batch_op:
        batch_op.create_index("ix_pass_use_at", ["at"], unique=False)

    op.create_table(
        "presence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("is_inside", sa.Integer(), nullable=False),
        sa.Column("takes_place", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("last_direction", sa.String(length=3), nullable=False),
        sa.Column("last_mark", sa.String(length=120), nullable=False),
        sa.CheckConstraint("is_inside = 0 OR last_direction = 'in'", name=op.f("ck_presence_inside")),
        sa.CheckConstraint("last_direction IN ('in', 'out')", name=op.f("ck_presence_direction")),
        sa.CheckConstraint("(person_id = 0) <> (guest_id = 0)", name=op.f("ck_presence_who")),
        sa.CheckConstraint("takes_place = 0 OR is_inside = 1", name=op.f("ck_presence_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
    )
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.create_index("ix_presence_zone_id", ["zone_id", "is_inside"], unique=False)
        batch_op.create_index("uq_presence_who", ["person_id", "guest_id"], unique=True)

    op.create_table(
        "snapshot_row",
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("holder_id", name=op.f("pk_snapshot_row")),
        sa.UniqueConstraint("number", name=op.f("uq_snapshot_row_number")),
    )
    with op.batch_alter_table("snapshot_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshot_row_rev"), ["rev"], unique=False)

    op.create_table(
        "snapshot_state",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("holders", sa.Integer(), nullable=False),
        sa.Column("profiles", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_state")),
    )
    op.create_table(
        "zone_count",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("band", sa.String(length=12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_zone_count_direction")),
        sa.PrimaryKeyConstraint("hour", "zone_id", "direction", "band", name=op.f("pk_zone_count")),
    )
    op.create_table(
        "access_door",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("pulse_ms", sa.Integer(), nullable=False),
        sa.Column("kiosk_key", sa.String(length=40), nullable=False),
        sa.Column("opens_online", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=False),
        sa.Column("is_online", sa.Integer(), nullable=False),
        sa.Column("boot_id", sa.String(length=32), nullable=False),
        sa.Column("former_boot_id", sa.String(length=32), nullable=False),
        sa.Column("state_seq", sa.BigInteger(), nullable=False),
        sa.Column("strike", sa.String(length=10), nullable=False),
        sa.Column("leaf", sa.String(length=10), nullable=False),
        sa.Column("is_alarm", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(length=10), nullable=False),
        sa.Column("list_version", sa.BigInteger(), nullable=True),
        sa.Column("list_at", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.String(length=64), nullable=True),
        sa.Column("uptime_s", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("reborn_at", sa.BigInteger(), nullable=False),
        sa.Column("rebirths", sa.Integer(), nullable=False),
        sa.CheckConstraint("side IN ('in', 'out', 'both')", name=op.f("ck_access_door_side")),
        sa.CheckConstraint("pulse_ms BETWEEN 1000 AND 10000", name=op.f("ck_access_door_pulse_ms")),
        sa.ForeignKeyConstraint(["zone_id"], ["access_zone.id"], name=op.f("fk_access_door_zone_id_access_zone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_door")),
        sa.UniqueConstraint("key", name=op.f("uq_access_door_key")),
    )
    with op.batch_alter_table("access_door", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_door_zone_id"), ["zone_id"], unique=False)

    op.create_table(
        "evacuation_help",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_evacuation_help_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_evacuation_help")),
    )
    op.create_table(
        "kiosk_turn",
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("kiosk", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kiosk_turn_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("secret_sha256", name=op.f("pk_kiosk_turn")),
    )
    with op.batch_alter_table("kiosk_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kiosk_turn_person_id"), ["person_id"], unique=False)

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

    op.create_table(
        "door_command",
        sa.Column("cmd_id", sa.String(length=64), nullable=False),
        sa.Column("door_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("op", sa.String(length=12), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("scan_ref", sa.String(length=80), nullable=True),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("reservation_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('granted', 'sent', 'confirmed', 'refused', 'unknown', 'expired')",
            name=op.f("ck_door_command_state"),
        ),
        sa.ForeignKeyConstraint(["door_id"], ["access_door.id"], name=op.f("fk_door_command_door_id_access_door")),
        sa.PrimaryKeyConstraint("cmd_id", name=op.f("pk_door_command")),
        sa.UniqueConstraint("scan_ref", name=op.f("uq_door_command_scan_ref")),
    )
    with op.batch_alter_table("door_command", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_door_command_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index("ix_door_command_door_id", ["door_id", "issued_at"], unique=False)

    op.create_table(
        "door_event",
        sa.Column("door_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["door_id"], ["access_door.id"], name=op.f("fk_door_event_door_id_access_door")),
        sa.PrimaryKeyConstraint("door_id", "event_id", name=op.f("pk_door_event")),
    )
    with op.batch_alter_table("door_event", schema=None) as batch_op:
        batch_op.create_index("ix_door_event_at", ["door_id", "at"], unique=False)

    with op.batch_alter_table("badge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("label", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("handle", sa.String(length=14), server_default="", nullable=False))
        batch_op.add_column(sa.Column("valid_until", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index(
            "uq_badge_handle",
            ["handle"],
            unique=True,
            sqlite_where=sa.text("handle <> ''"),
            postgresql_where=sa.text("handle <> ''"),
        )

    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_sha256", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("former_sha256", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("turned_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_device_former_sha256"), ["former_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_next_sha256"), ["next_sha256"], unique=False)

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
