"""Reservations: all the rules, series, waiting lists, presence, calendars."""

import sqlalchemy as sa
from alembic import op

from tierslieu.migrations.filling_of_reservations import reservations
from tierslieu.migrations.guards_of_reservations import for_reservations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_import")),
    )
    op.create_table(
        "kept_outcome",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_kept_outcome")),
    )
    with op.batch_alter_table("kept_outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_outcome_kept_at"), ["kept_at"], unique=False)

    op.create_table(
        "rule_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("in_force_at", sa.BigInteger(), nullable=False),
        sa.Column("put_in_force_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'in_force', 'past')", name=op.f("ck_rule_set_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
    )
    with op.batch_alter_table("rule_set", schema=None) as batch_op:
        batch_op.create_index(
            "uq_rule_set_in_force",
            ["state"],
            unique=True,
            sqlite_where=sa.text("state = 'in_force'"),
            postgresql_where=sa.text("state = 'in_force'"),
        )

    op.create_table(
        "visio_meeting",
        sa.Column("origin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("origin_id", name=op.f("pk_visio_meeting")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=80), nullable=False),
        sa.Column("former_secret", sa.String(length=80), nullable=False),
        sa.Column("former_until", sa.BigInteger(), nullable=False),
        sa.Column("paused_because", sa.String(length=10), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("paused_because IN ('', 'staff', 'failing', 'gone')", name=op.f("ck_webhook_pause")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "calendar_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["person.id"], name=op.f("fk_calendar_draft_staff_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_draft")),
    )
    with op.batch_alter_table("calendar_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_draft_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("detail IN ('own', 'busy', 'names', 'opening')", name=op.f("ck_calendar_feed_detail")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_calendar_feed_token_sha256")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feed_person_id"), ["person_id"], unique=False)

    op.create_table(
        "rule_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_id", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("audience", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["rule_set.id"], name=op.f("fk_rule_line_set_id_rule_set"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_line")),
        sa.UniqueConstraint(
            "set_id", "target", "audience", "name", name=op.f("uq_rule_line_set_id_target_audience_name")
        ),
    )
    op.create_table(
        "waiting_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.BigInteger(), nullable=True),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("alerted_on", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'taken', 'declined', 'lapsed', 'withdrawn', 'expired')",
            name=op.f("ck_waiting_entry_state"),
        ),
        sa.CheckConstraint(
            "from_minute >= 0 AND from_minute < to_minute AND to_minute <= 1440", name=op.f("ck_waiting_entry_window")
        ),
        sa.CheckConstraint("minutes > 0 AND people > 0", name=op.f("ck_waiting_entry_size")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_entry_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entry")),
    )
    with op.batch_alter_table("waiting_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_waiting_entry_earlier",
            ["reservation_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'offered')"),
            postgresql_where=sa.text("state IN ('waiting', 'offered')"),
        )
        batch_op.create_index(
            "ix_waiting_entry_open",
            ["until_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'offered')"),
            postgresql_where=sa.text("state IN ('waiting', 'offered')"),
        )
        batch_op.create_index("ix_waiting_entry_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "ix_waiting_entry_same",
            ["person_id", "target", "first_day", "last_day", "from_minute", "to_minute", "minutes", "people"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'offered')"),
            postgresql_where=sa.text("state IN ('waiting', 'offered')"),
        )

    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'taken', 'failed', 'held')", name=op.f("ck_webhook_delivery_state")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_webhook_delivery_due", ["webhook_id", "state", "due_at"], unique=False)

    op.create_table(
        "break_period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens < closes AND opens >= 0 AND closes <= 2880", name=op.f("ck_break_period_order")),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_break_period_space_id_space"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_period")),
        sa.UniqueConstraint("space_id", "weekday", "opens", name=op.f("uq_break_period_space_id_weekday_opens")),
    )
    op.create_table(
        "floor_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=True),
        sa.Column("view_box", sa.String(length=60), nullable=False),
        sa.Column("walls", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_floor_plan_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_floor_plan_space_id_space"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor_plan")),
        sa.UniqueConstraint("key", name=op.f("uq_floor_plan_key")),
    )
    op.create_table(
        "space_neighbour",
        sa.Column("space_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["space.id"], name=op.f("fk_space_neighbour_other_id_space"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_space_neighbour_space_id_space"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("space_id", "other_id", name=op.f("pk_space_neighbour")),
    )
    op.create_table(
        "door_code",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_door_code_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_door_code")),
    )
    with op.batch_alter_table("door_code", schema=None) as batch_op:
        batch_op.create_index(
            "uq_door_code_in_force",
            ["resource_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at = 0"),
            postgresql_where=sa.text("revoked_at = 0"),
        )

    op.create_table(
        "imported_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.CheckConstraint("state IN ('claimed', 'left_out')", name=op.f("ck_imported_event_state")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_imported_event_order")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["calendar_import.id"],
            name=op.f("fk_imported_event_import_id_calendar_import"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_imported_event_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_event")),
    )
    with op.batch_alter_table("imported_event", schema=None) as batch_op:
        batch_op.create_index("ix_imported_event_ends_at", ["ends_at"], unique=False)
        batch_op.create_index("ix_imported_event_import_id", ["import_id", "starts_at"], unique=False)
        batch_op.create_index("uq_imported_event_known", ["resource_id", "uid", "occurrence"], unique=True)

    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("cause_id", sa.BigInteger(), nullable=False),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('waiting', 'earlier', 'request', 'displaced', 'ask_again')", name=op.f("ck_offer_cause")
        ),
        sa.CheckConstraint("state IN ('open', 'taken', 'declined', 'lapsed', 'void')", name=op.f("ck_offer_state")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_offer_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_offer_person_id_person")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_offer_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_cause_id", ["cause_id"], unique=False)
        batch_op.create_index(
            "ix_offer_open",
            ["cause", "cause_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index("ix_offer_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "ix_offer_until",
            ["until_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "photo",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=True),
        sa.Column("resource_id", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("small_sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("(space_id IS NULL) <> (resource_id IS NULL)", name=op.f("ck_photo_subject")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_photo_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_photo_space_id_space"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_resource_id"), ["resource_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_small_sha256"), ["small_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_space_id"), ["space_id"], unique=False)

    op.create_table(
        "plan_picture",
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["floor_plan.id"], name=op.f("fk_plan_picture_plan_id_floor_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_plan_picture_name")),
    )
    op.create_table(
        "plan_place",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("outline", sa.Text(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["floor_plan.id"], name=op.f("fk_plan_place_plan_id_floor_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_place")),
        sa.UniqueConstraint("plan_id", "key", name=op.f("uq_plan_place_plan_id_key")),
    )
    op.create_table(
        "reservation_series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("from_minutes", sa.Integer(), nullable=False),
        sa.Column("to_minutes", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("former_id", sa.BigInteger(), nullable=True),
        sa.Column("kept_until", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'ended')", name=op.f("ck_reservation_series_state")),
        sa.CheckConstraint(
            "from_minutes >= 0 AND from_minutes < to_minutes AND to_minutes <= 2880",
            name=op.f("ck_reservation_series_order"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reservation_series_person_id_person")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_reservation_series_resource_id_resource")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation_series")),
    )
    with op.batch_alter_table("reservation_series", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reservation_series_kept_until",
            ["kept_until"],
            unique=False,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index("ix_reservation_series_person_id", ["person_id"], unique=False)

    op.create_table(
        "resource_day",
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("periods", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_resource_day_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "day", name=op.f("pk_resource_day")),
    )
    op.create_table(
        "resource_period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens < closes AND opens >= 0 AND closes <= 2880", name=op.f("ck_resource_period_order")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_resource_period_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_period")),
        sa.UniqueConstraint(
            "resource_id", "weekday", "opens", name=op.f("uq_resource_period_resource_id_weekday_opens")
        ),
    )
    op.create_table(
        "visio_room",
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("plug", sa.String(length=300), nullable=False),
        sa.Column("camera", sa.String(length=300), nullable=False),
        sa.Column("microphone", sa.String(length=300), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('fixed', 'jitsi', 'bbb')", name=op.f("ck_visio_room_kind")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_visio_room_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_visio_room")),
    )
    op.create_table(
        "attendance",
        sa.Column("reservation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        sa.Column("booked_until", sa.BigInteger(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("how IN ('kiosk', 'code', 'app', 'desk', '')", name=op.f("ck_attendance_how")),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_attendance_reservation_id_reservation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "displacement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closure_id", sa.BigInteger(), nullable=True),
        sa.Column("reservation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=True),
        sa.Column("was", sa.String(length=20), nullable=False),
        sa.Column("because", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_displacement_closure_id_closure")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_displacement_person_id_person")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_displacement_reservation_id_reservation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_displacement")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_displacement_reservation_id")),
    )
    with op.batch_alter_table("displacement", schema=None) as batch_op:
        batch_op.create_index("ix_displacement_closure_id", ["closure_id"], unique=False)
        batch_op.create_index("ix_displacement_person_id", ["person_id", "created_at"], unique=False)

    op.create_table(
        "no_show_pardon",
        sa.Column("reservation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pardoned_at", sa.BigInteger(), nullable=False),
        sa.Column("pardoned_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_no_show_pardon_reservation_id_reservation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_no_show_pardon")),
    )
    op.create_table(
        "request_file",
        sa.Column("reservation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_request_file_person_id_person")),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_request_file_reservation_id_reservation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_request_file")),
    )
    with op.batch_alter_table("request_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_file_person_id"), ["person_id"], unique=False)

    op.create_table(
        "series_date",
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("origin_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'kept', 'unchanged', 'dropped')", name=op.f("ck_series_date_state")),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["reservation_series.id"],
            name=op.f("fk_series_date_series_id_reservation_series"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "day", name=op.f("pk_series_date")),
    )
    op.create_table(
        "visio_test",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reservation_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_visio_test_reservation_id_reservation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visio_test")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_visio_test_reservation_id")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(length=50), server_default="", nullable=False))
        batch_op.add_column(sa.Column("kind", sa.String(length=20), server_default="closure", nullable=False))
        batch_op.add_column(sa.Column("source", sa.String(length=50), server_default="", nullable=False))
        batch_op.add_column(sa.Column("created_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("lifted_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.alter_column("resource_id", nullable=True)
        batch_op.create_index("ix_closure_ends_at", ["ends_at"], unique=False)

    with op.batch_alter_table("kiosk", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resource_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("shows_names", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("series_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("title", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("price_cents", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("ended_because", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("late_until", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_reservation_checked_in",
            ["ends_at"],
            unique=False,
            sqlite_where=sa.text("state = 'checked_in'"),
            postgresql_where=sa.text("state = 'checked_in'"),
        )
        batch_op.create_index(
            "ix_reservation_confirmed",
            ["ends_at"],
            unique=False,
            sqlite_where=sa.text("state = 'confirmed'"),
            postgresql_where=sa.text("state = 'confirmed'"),
        )
        batch_op.create_index(
            "ix_reservation_missed",
            ["ends_at"],
            unique=False,
            sqlite_where=sa.text("state = 'missed'"),
            postgresql_where=sa.text("state = 'missed'"),
        )
        batch_op.create_index(
            "ix_reservation_series_id",
            ["series_id"],
            unique=False,
            sqlite_where=sa.text("series_id IS NOT NULL"),
            postgresql_where=sa.text("series_id IS NOT NULL"),
        )
        batch_op.create_index("ix_reservation_starts_at", ["starts_at", "id"], unique=False)

    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.add_column(sa.Column("min_people", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("move_minutes", sa.Integer(), server_default="-1", nullable=False))
        batch_op.add_column(sa.Column("one_at_a_time", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("holds_requests", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("grace_minutes", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("noise", sa.String(length=10), server_default="", nullable=False))
        batch_op.add_column(sa.Column("referent", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("parts", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("equipment", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("description", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("instructions", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("retired_at", sa.BigInteger(), server_default="0", nullable=False))

    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("phone", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("access", sa.Text(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("access_note", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.add_column(sa.Column("description", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("access", sa.Text(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("access_note", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("has_break_week", sa.Integer(), server_default="0", nullable=False))

    reservations(op.get_bind())
    for statement in for_reservations(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward: restore the backup made before the upgrade")
