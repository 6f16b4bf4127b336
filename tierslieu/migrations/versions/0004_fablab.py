"""The FabLab: requests, the queue, machines and their links, terminals, measures, upkeep, stock."""

import sqlalchemy as sa
from alembic import op

from tierslieu.migrations.guards_of_fablab import for_fablab, write_checks

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "energy_price",
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("millicents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_energy_price")),
    )
    op.create_table(
        "material",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("colour", sa.String(length=40), nullable=False),
        sa.Column("colour_hex", sa.String(length=7), nullable=False),
        sa.Column("density", sa.Float(), nullable=True),
        sa.Column("diameter_mm", sa.Float(), nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("is_free_to_take", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('filament', 'resin', 'sheet', 'vinyl', 'other')", name=op.f("ck_material_kind")),
        sa.CheckConstraint("price_cents IS NULL OR price_cents >= 0", name=op.f("ck_material_price")),
        sa.CheckConstraint("threshold >= 0", name=op.f("ck_material_threshold")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("name", name=op.f("uq_material_name")),
        sa.UniqueConstraint("partner_id", name=op.f("uq_material_partner_id")),
    )
    op.create_table(
        "queue_policy",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("guard_hours", sa.Integer(), nullable=False),
        sa.Column("clear_minutes", sa.Integer(), nullable=False),
        sa.Column("makers_clear", sa.Integer(), nullable=False),
        sa.Column("starts_next", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "policy IN ('first_come', 'deadline', 'shortest', 'fair')", name=op.f("ck_queue_policy_policy")
        ),
        sa.CheckConstraint("guard_hours > 0 AND clear_minutes >= 0", name=op.f("ck_queue_policy_bounds")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_queue_policy")),
    )
    op.create_table(
        "request_limit",
        sa.Column("who", sa.String(length=20), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("grams", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("who IN ('member', 'minor', 'visitor')", name=op.f("ck_request_limit_who")),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_request_limit")),
    )
    op.create_table(
        "request_policy",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_always", sa.Integer(), nullable=False),
        sa.Column("for_staff", sa.Integer(), nullable=False),
        sa.Column("for_unprepared", sa.Integer(), nullable=False),
        sa.Column("for_minors", sa.Integer(), nullable=False),
        sa.Column("over_grams", sa.Integer(), nullable=True),
        sa.Column("over_minutes", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_request_policy")),
    )
    op.create_table(
        "shelf",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf")),
        sa.UniqueConstraint("code", name=op.f("uq_shelf_code")),
    )
    op.create_table(
        "stock_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_number")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("photo_sha", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_incident_closed")),
        sa.CheckConstraint(
            "kind IN ('does_not_work', 'poor_quality', 'danger', 'missing', 'dirty')", name=op.f("ck_incident_kind")
        ),
        sa.CheckConstraint("state IN ('open', 'in_hand', 'closed')", name=op.f("ck_incident_state")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_incident_machine_id_machine")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incident_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index("ix_incident_machine_id", ["machine_id", "created_at"], unique=False)
        batch_op.create_index(
            "ix_incident_open",
            ["machine_id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_incident_person_id"), ["person_id"], unique=False)

    op.create_table(
        "machine_calibration",
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("phase IN ('idle', 'busy')", name=op.f("ck_machine_calibration_phase")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_calibration_machine_id_machine")),
        sa.PrimaryKeyConstraint("machine_id", "phase", name=op.f("pk_machine_calibration")),
    )
    op.create_table(
        "machine_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_machine_card_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_card")),
        sa.UniqueConstraint("digest", name=op.f("uq_machine_card_digest")),
    )
    with op.batch_alter_table("machine_card", schema=None) as batch_op:
        batch_op.create_index("ix_machine_card_person_id", ["person_id"], unique=False)

    op.create_table(
        "machine_fold",
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("activity", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_fold_machine_id_machine")),
        sa.PrimaryKeyConstraint("machine_id", name=op.f("pk_machine_fold")),
    )
    op.create_table(
        "machine_hour",
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("power_min", sa.Float(), nullable=True),
        sa.Column("power_max", sa.Float(), nullable=True),
        sa.Column("power_ws", sa.Float(), nullable=False),
        sa.Column("power_s", sa.Float(), nullable=False),
        sa.Column("energy_wh", sa.Float(), nullable=True),
        sa.Column("tool_max", sa.Float(), nullable=True),
        sa.Column("bed_max", sa.Float(), nullable=True),
        sa.Column("off_s", sa.Integer(), nullable=False),
        sa.Column("idle_s", sa.Integer(), nullable=False),
        sa.Column("busy_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_hour_machine_id_machine")),
        sa.PrimaryKeyConstraint("machine_id", "hour", name=op.f("pk_machine_hour")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "machine_link",
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("adapter", sa.String(length=20), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("meter", sa.String(length=20), nullable=False),
        sa.Column("meter_settings", sa.Text(), nullable=False),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("bus_secret", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_link_machine_id_machine")),
        sa.PrimaryKeyConstraint("machine_id", name=op.f("pk_machine_link")),
    )
    op.create_table(
        "machine_sample",
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("power_w", sa.Float(), nullable=True),
        sa.Column("energy_wh", sa.Float(), nullable=True),
        sa.Column("tool_c", sa.Float(), nullable=True),
        sa.Column("bed_c", sa.Float(), nullable=True),
        sa.Column("chamber_c", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_sample_machine_id_machine")),
        sa.PrimaryKeyConstraint("machine_id", "at", name=op.f("pk_machine_sample")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "machine_speed",
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("ratio", sa.Float(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("measured_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_speed_machine_id_machine")),
        sa.PrimaryKeyConstraint("machine_id", name=op.f("pk_machine_speed")),
    )
    op.create_table(
        "machine_thresholds",
        sa.Column("machine_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("off_below", sa.Float(), nullable=False),
        sa.Column("idle_below", sa.Float(), nullable=False),
        sa.Column("busy_above", sa.Float(), nullable=False),
        sa.Column("busy_after", sa.Integer(), nullable=False),
        sa.Column("idle_after", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "off_below <= idle_below AND idle_below <= busy_above", name=op.f("ck_machine_thresholds_order")
        ),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_thresholds_machine_id_machine")),
        sa.PrimaryKeyConstraint("machine_id", name=op.f("pk_machine_thresholds")),
    )
    op.create_table(
        "machine_work",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.Column("filament_mm", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('job', 'session', 'set')", name=op.f("ck_machine_work_kind")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_work_machine_id_machine")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_machine_work")),
    )
    with op.batch_alter_table("machine_work", schema=None) as batch_op:
        batch_op.create_index("ix_machine_work_machine_id", ["machine_id", "at"], unique=False)

    op.create_table(
        "maintenance_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("is_blocking", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.Column("done_reading", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("blocked_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("measure IN ('hours', 'jobs', 'metres', 'days')", name=op.f("ck_maintenance_plan_measure")),
        sa.CheckConstraint("every > 0", name=op.f("ck_maintenance_plan_every")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_maintenance_plan_machine_id_machine")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_plan")),
    )
    with op.batch_alter_table("maintenance_plan", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_plan_machine_id", ["machine_id"], unique=False)

    op.create_table(
        "safety_sheet",
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signs", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_safety_sheet_machine_id_machine")),
        sa.PrimaryKeyConstraint("machine_id", "version", name=op.f("pk_safety_sheet")),
    )
    op.create_table(
        "sheet_acceptance",
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("how IN ('self', 'guardian', 'paper')", name=op.f("ck_sheet_acceptance_how")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_sheet_acceptance_machine_id_machine")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sheet_acceptance_person_id_person")),
        sa.PrimaryKeyConstraint("machine_id", "version", "person_id", name=op.f("pk_sheet_acceptance")),
    )
    with op.batch_alter_table("sheet_acceptance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_acceptance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "stock_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.String(length=80), nullable=False),
        sa.Column("location", sa.String(length=80), nullable=False),
        sa.Column("empty_mg", sa.BigInteger(), nullable=True),
        sa.Column("width_mm", sa.Integer(), nullable=True),
        sa.Column("height_mm", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("needs_weighing", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f("fk_stock_item_material_id_material")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_item")),
        sa.UniqueConstraint("number", name=op.f("uq_stock_item_number")),
        sa.UniqueConstraint("partner_id", name=op.f("uq_stock_item_partner_id")),
    )
    with op.batch_alter_table("stock_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_item_material_id"), ["material_id"], unique=False)

    op.create_table(
        "terminal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(length=32), nullable=False),
        sa.Column("former_boot_id", sa.String(length=32), nullable=False),
        sa.Column("state_seq", sa.BigInteger(), nullable=False),
        sa.Column("lock", sa.String(length=20), nullable=False),
        sa.Column("relay", sa.Integer(), nullable=False),
        sa.Column("sense", sa.Integer(), nullable=True),
        sa.Column("lease_id", sa.String(length=64), nullable=True),
        sa.Column("lease_left_s", sa.Integer(), nullable=False),
        sa.Column("waits_for_idle", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(length=20), nullable=False),
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("fault", sa.String(length=64), nullable=True),
        sa.Column("uptime_s", sa.BigInteger(), nullable=False),
        sa.Column("policy_shown", sa.Integer(), nullable=True),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("blocked_at", sa.BigInteger(), nullable=False),
        sa.Column("pending_person_id", sa.BigInteger(), nullable=True),
        sa.Column("pending_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_terminal_machine_id_machine")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal")),
        sa.UniqueConstraint("machine_id", name=op.f("uq_terminal_machine_id")),
    )
    op.create_table(
        "incident_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_note_incident_id_incident"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_note")),
    )
    with op.batch_alter_table("incident_note", schema=None) as batch_op:
        batch_op.create_index("ix_incident_note_incident_id", ["incident_id", "at"], unique=False)

    op.create_table(
        "machine_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("companion_id", sa.BigInteger(), nullable=True),
        sa.Column("started_by", sa.BigInteger(), nullable=True),
        sa.Column("exception", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("lease_id", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("lease_s", sa.Integer(), nullable=False),
        sa.Column("renewed_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("busy_s", sa.BigInteger(), nullable=False),
        sa.Column("is_checked", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'leased', 'in_use', 'ending', 'to_check', 'closed')",
            name=op.f("ck_machine_session_state"),
        ),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_session_machine_id_machine")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_machine_session_person_id_person")),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name=op.f("fk_machine_session_terminal_id_terminal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_session")),
        sa.UniqueConstraint("lease_id", name=op.f("uq_machine_session_lease_id")),
    )
    with op.batch_alter_table("machine_session", schema=None) as batch_op:
        batch_op.create_index("ix_machine_session_machine_id", ["machine_id", "requested_at"], unique=False)
        batch_op.create_index("ix_machine_session_person_id", ["person_id", "requested_at"], unique=False)
        batch_op.create_index(
            "ux_one_open_session",
            ["machine_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('requested', 'leased', 'in_use', 'ending')"),
            postgresql_where=sa.text("state IN ('requested', 'leased', 'in_use', 'ending')"),
        )

    op.create_table(
        "maintenance_done",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("reading", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_maintenance_done_machine_id_machine")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["maintenance_plan.id"], name=op.f("fk_maintenance_done_plan_id_maintenance_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_done")),
    )
    with op.batch_alter_table("maintenance_done", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_done_machine_id", ["machine_id", "at"], unique=False)

    op.create_table(
        "stock_loading",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("tool", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["stock_item.id"], name=op.f("fk_stock_loading_item_id_stock_item")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_stock_loading_machine_id_machine")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_loading")),
    )
    with op.batch_alter_table("stock_loading", schema=None) as batch_op:
        batch_op.create_index("ix_stock_loading_machine_id", ["machine_id", "from_at"], unique=False)
        batch_op.create_index(
            "ux_item_on_one_machine",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )
        batch_op.create_index(
            "ux_one_item_a_tool",
            ["machine_id", "tool"],
            unique=True,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )

    op.create_table(
        "stock_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('delivery', 'use', 'weighing', 'sale', 'taken_back', 'loss', 'inventory', 'cut', 'offcut', 'repair')",
            name=op.f("ck_stock_move_reason"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["stock_item.id"], name=op.f("fk_stock_move_item_id_stock_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_move")),
        sa.UniqueConstraint("item_id", "reason", "about", name="uq_stock_move_act"),
    )
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.create_index("ix_stock_move_about", ["about"], unique=False)

    op.create_table(
        "stock_sale",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('due', 'settled', 'waived')", name=op.f("ck_stock_sale_state")),
        sa.CheckConstraint("amount > 0 AND cents >= 0", name=op.f("ck_stock_sale_amount")),
        sa.ForeignKeyConstraint(["item_id"], ["stock_item.id"], name=op.f("fk_stock_sale_item_id_stock_item")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stock_sale_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_sale")),
    )
    with op.batch_alter_table("stock_sale", schema=None) as batch_op:
        batch_op.create_index("ix_stock_sale_person_id", ["person_id", "made_at"], unique=False)
        batch_op.create_index("ix_stock_sale_state", ["state", "made_at"], unique=False)

    op.create_table(
        "terminal_event",
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("card", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name=op.f("fk_terminal_event_terminal_id_terminal")),
        sa.PrimaryKeyConstraint("terminal_id", "event_id", name=op.f("pk_terminal_event")),
    )
    with op.batch_alter_table("terminal_event", schema=None) as batch_op:
        batch_op.create_index("ix_terminal_event_at", ["at"], unique=False)

    op.create_table(
        "terminal_order",
        sa.Column("cmd_id", sa.String(length=64), nullable=False),
        sa.Column("terminal_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("op", sa.String(length=20), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(length=32), nullable=False),
        sa.Column("lease_id", sa.String(length=64), nullable=True),
        sa.Column("lease_s", sa.Integer(), nullable=False),
        sa.Column("ends", sa.String(length=10), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('sent', 'confirmed', 'refused', 'unknown')", name=op.f("ck_terminal_order_state")
        ),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name=op.f("fk_terminal_order_terminal_id_terminal")),
        sa.PrimaryKeyConstraint("cmd_id", name=op.f("pk_terminal_order")),
    )
    with op.batch_alter_table("terminal_order", schema=None) as batch_op:
        batch_op.create_index("ix_terminal_order_terminal_id", ["terminal_id", "issued_at"], unique=False)

    op.create_table(
        "job_due",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("job_ref", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("material_cents", sa.Integer(), nullable=True),
        sa.Column("machine_cents", sa.Integer(), nullable=True),
        sa.Column("energy_cents", sa.Integer(), nullable=True),
        sa.Column("grams", sa.Float(), nullable=True),
        sa.Column("seconds", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state IN ('due', 'settled', 'waived')", name=op.f("ck_job_due_state")),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_job_due_cents")),
        sa.ForeignKeyConstraint(["job_id"], ["fabrication_job.id"], name=op.f("fk_job_due_job_id_fabrication_job")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_job_due_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_due")),
        sa.UniqueConstraint("job_ref", name=op.f("uq_job_due_job_ref")),
    )
    with op.batch_alter_table("job_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_due_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_due_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_job_due_state_made_at", ["state", "made_at"], unique=False)

    op.create_table(
        "job_energy",
        sa.Column("job_ref", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("energy_wh", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["fabrication_job.id"], name=op.f("fk_job_energy_job_id_fabrication_job")),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_job_energy_machine_id_machine")),
        sa.PrimaryKeyConstraint("job_ref", name=op.f("pk_job_energy")),
    )
    with op.batch_alter_table("job_energy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_energy_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_energy_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_energy_machine_id"), ["machine_id"], unique=False)

    op.create_table(
        "job_photo",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["fabrication_job.id"], name=op.f("fk_job_photo_job_id_fabrication_job")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_photo")),
    )
    op.create_table(
        "job_request",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("turn", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("answer IN ('', 'accepted', 'refused', 'withdrawn')", name=op.f("ck_job_request_answer")),
        sa.CheckConstraint("turn IN ('staff', 'person', 'agreement', 'over')", name=op.f("ck_job_request_turn")),
        sa.ForeignKeyConstraint(["job_id"], ["fabrication_job.id"], name=op.f("fk_job_request_job_id_fabrication_job")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_job_request_person_id_person")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_request")),
    )
    with op.batch_alter_table("job_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_request_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_job_request_turn_asked_at", ["turn", "asked_at"], unique=False)

    op.create_table(
        "job_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=80), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["fabrication_job.id"], name=op.f("fk_job_step_job_id_fabrication_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_step")),
    )
    with op.batch_alter_table("job_step", schema=None) as batch_op:
        batch_op.create_index("ix_job_step_job_id_at", ["job_id", "at"], unique=False)

    op.create_table(
        "prepared_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("original_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("prepared_at", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["job_file.id"], name=op.f("fk_prepared_file_file_id_job_file")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["fabrication_job.id"], name=op.f("fk_prepared_file_job_id_fabrication_job")
        ),
        sa.ForeignKeyConstraint(["original_id"], ["job_file.id"], name=op.f("fk_prepared_file_original_id_job_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_file")),
    )
    with op.batch_alter_table("prepared_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prepared_file_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prepared_file_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prepared_file_original_id"), ["original_id"], unique=False)

    op.create_table(
        "request_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("is_staff", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["fabrication_job.id"], name=op.f("fk_request_message_job_id_fabrication_job")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_message")),
    )
    with op.batch_alter_table("request_message", schema=None) as batch_op:
        batch_op.create_index("ix_request_message_job_id_at", ["job_id", "at"], unique=False)

    op.create_table(
        "shelf_item",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("shelf_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("shelved_by", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=False),
        sa.Column("warned_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("handed_to", sa.String(length=20), nullable=False),
        sa.Column("receiver_note", sa.String(length=80), nullable=False),
        sa.CheckConstraint("handed_to IN ('', 'person', 'relative', 'other')", name=op.f("ck_shelf_item_handed_to")),
        sa.CheckConstraint("state IN ('waiting', 'collected', 'expired')", name=op.f("ck_shelf_item_state")),
        sa.ForeignKeyConstraint(["job_id"], ["fabrication_job.id"], name=op.f("fk_shelf_item_job_id_fabrication_job")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_shelf_item_person_id_person")),
        sa.ForeignKeyConstraint(["shelf_id"], ["shelf.id"], name=op.f("fk_shelf_item_shelf_id_shelf")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_shelf_item")),
    )
    with op.batch_alter_table("shelf_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shelf_item_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shelf_item_shelf_id"), ["shelf_id"], unique=False)
        batch_op.create_index("ix_shelf_item_state_since", ["state", "since"], unique=False)

    op.create_table(
        "stock_partner_use",
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("turn_until", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'told', 'given_up')", name=op.f("ck_stock_partner_use_state")),
        sa.ForeignKeyConstraint(["item_id"], ["stock_item.id"], name=op.f("fk_stock_partner_use_item_id_stock_item")),
        sa.ForeignKeyConstraint(["move_id"], ["stock_move.id"], name=op.f("fk_stock_partner_use_move_id_stock_move")),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_stock_partner_use")),
    )
    with op.batch_alter_table("stock_partner_use", schema=None) as batch_op:
        batch_op.create_index("ix_stock_partner_use_state", ["state", "due_at"], unique=False)

    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("broker_hash", sa.String(length=160), server_default="", nullable=False))

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
        batch_op.create_index("ix_fabrication_job_machine_id_ended_at", ["machine_id", "ended_at"], unique=False)

    with op.batch_alter_table("job_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("format", sa.String(length=20), server_default="gcode", nullable=False))
        batch_op.add_column(sa.Column("preview_sha", sa.String(length=64), nullable=True))

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
