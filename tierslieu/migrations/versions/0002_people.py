"""People: everyone can be served, with or without e-mail."""

import sqlalchemy as sa
from alembic import op

from tierslieu.migrations.filling import people
from tierslieu.migrations.guards import for_people

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "age_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("min_age_alone", sa.Integer(), nullable=True),
        sa.Column("needs_consent", sa.String(length=20), nullable=False),
        sa.Column("school_from", sa.Integer(), nullable=True),
        sa.Column("school_to", sa.Integer(), nullable=True),
        sa.Column("free_from", sa.Integer(), nullable=True),
        sa.Column("free_to", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("free_from < free_to", name=op.f("ck_age_rule_free")),
        sa.CheckConstraint("school_from < school_to", name=op.f("ck_age_rule_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_age_rule")),
        sa.UniqueConstraint("target", name=op.f("uq_age_rule_target")),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_anchor_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_by"), ["by"], unique=False)
        batch_op.create_index("ix_audit_entry_subject_id", ["subject_id", "seq"], unique=False)

    op.create_table(
        "covered_machine",
        sa.Column("machine_key", sa.String(length=40), nullable=False),
        sa.Column("qualification_key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("machine_key", name=op.f("pk_covered_machine")),
    )
    with op.batch_alter_table("covered_machine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_covered_machine_qualification_key"), ["qualification_key"], unique=False)

    op.create_table(
        "credit_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('bought', 'given', 'goodwill', 'correction', 'used', 'expired', 'reversed', 'reservation', 'fabrication', 'workshop')",
            name=op.f("ck_credit_move_reason"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_move")),
        sa.UniqueConstraint("reason", "about", name=op.f("uq_credit_move_reason_about")),
    )
    op.create_table(
        "federation_departure",
        sa.Column("browser_sha256", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("id_token", sa.Text(), nullable=False),
        sa.Column("state_sha256", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("browser_sha256", "provider", name=op.f("pk_federation_departure")),
    )
    with op.batch_alter_table("federation_departure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_federation_departure_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "federation_visitor",
        sa.Column("browser_sha256", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("is_email_verified", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("is_staff_allowed", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("browser_sha256", "provider", name=op.f("pk_federation_visitor")),
    )
    with op.batch_alter_table("federation_visitor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_federation_visitor_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "membership_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_plan")),
        sa.UniqueConstraint("key", name=op.f("uq_membership_plan_key")),
    )
    op.create_table(
        "passage_count",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "device", "outcome", name=op.f("pk_passage_count")),
    )
    op.create_table(
        "qualification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("levels", sa.String(length=60), nullable=False),
        sa.Column("valid_months", sa.Integer(), nullable=True),
        sa.Column("unused_months", sa.Integer(), nullable=True),
        sa.Column("training_minutes", sa.Integer(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.Column("is_enforced", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("min_age > 0", name=op.f("ck_qualification_min_age")),
        sa.CheckConstraint("training_minutes > 0", name=op.f("ck_qualification_training_minutes")),
        sa.CheckConstraint("unused_months > 0", name=op.f("ck_qualification_unused_months")),
        sa.CheckConstraint("valid_months > 0", name=op.f("ck_qualification_valid_months")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
        sa.UniqueConstraint("key", name=op.f("uq_qualification_key")),
    )
    op.create_table(
        "rate_category",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("proof", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_category")),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    with op.batch_alter_table("retention_run", schema=None) as batch_op:
        batch_op.create_index("ix_retention_run_rule", ["rule", "at"], unique=False)

    op.create_table(
        "school_break",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_school_break_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_break")),
        sa.UniqueConstraint("first_day", name=op.f("uq_school_break_first_day")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_name", ["name", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_until"), ["until"], unique=False)

    op.create_table(
        "age_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("standing IN ('adult', 'minor')", name=op.f("ck_age_note_standing")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_age_note_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_age_note")),
    )
    with op.batch_alter_table("age_note", schema=None) as batch_op:
        batch_op.create_index("ix_age_note_person_id", ["person_id", "id"], unique=False)

    op.create_table(
        "authenticator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind = 'totp'", name=op.f("ck_authenticator_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_authenticator_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_authenticator_person_id_kind")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("guardian_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("is_agreed", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("paper_seen_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_how", sa.String(length=10), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ended_how IN ('', 'withdrawn', 'replaced')", name=op.f("ck_consent_ended_how")),
        sa.CheckConstraint(
            "scope IN ('account', 'machines', 'going_home_alone', 'outing', 'photo_web', 'photo_press', 'photo_social')",
            name=op.f("ck_consent_scope"),
        ),
        sa.CheckConstraint("given_on <= until", name=op.f("ck_consent_order")),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["person.id"], name=op.f("fk_consent_guardian_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_guardian_id", ["guardian_id"], unique=False)
        batch_op.create_index(
            "ix_consent_until",
            ["until"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_consent_in_force",
            ["person_id", "guardian_id", "scope"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "contact_choice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("wish", sa.String(length=10), nullable=False),
        sa.Column("is_wanted", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("said_by", sa.BigInteger(), nullable=True),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.CheckConstraint("how IN ('online', 'desk', 'phone', 'paper', 'link')", name=op.f("ck_contact_choice_how")),
        sa.CheckConstraint(
            "wish IN ('email', 'sms', 'call', 'print', 'useful', 'optional')", name=op.f("ck_contact_choice_wish")
        ),
        sa.CheckConstraint("is_wanted IN (0, 1)", name=op.f("ck_contact_choice_is_wanted")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contact_choice_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_choice")),
    )
    with op.batch_alter_table("contact_choice", schema=None) as batch_op:
        batch_op.create_index("ix_contact_choice_person_id", ["person_id", "id"], unique=False)

    op.create_table(
        "contact_order",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.CheckConstraint("first IN ('', 'email', 'sms', 'call', 'print')", name=op.f("ck_contact_order_first")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contact_order_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_contact_order")),
    )
    op.create_table(
        "credit_lot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('half_day', 'day', 'hour', 'print_minutes', 'workshop', 'euro')", name=op.f("ck_credit_lot_kind")
        ),
        sa.CheckConstraint("given > 0", name=op.f("ck_credit_lot_given")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credit_lot_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_lot")),
    )
    with op.batch_alter_table("credit_lot", schema=None) as batch_op:
        batch_op.create_index("ix_credit_lot_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_credit_lot_person_id", ["person_id", "kind"], unique=False)

    op.create_table(
        "family_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("guardian_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("may_act", sa.Integer(), nullable=False),
        sa.Column("receives_messages", sa.Integer(), nullable=False),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('parent', 'guardian', 'foster', 'other', 'relative', 'carer')", name=op.f("ck_family_link_kind")
        ),
        sa.CheckConstraint("person_id <> guardian_id", name=op.f("ck_family_link_oneself")),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["person.id"], name=op.f("fk_family_link_guardian_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_family_link_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_link")),
    )
    with op.batch_alter_table("family_link", schema=None) as batch_op:
        batch_op.create_index("ix_family_link_guardian_id", ["guardian_id"], unique=False)
        batch_op.create_index(
            "uq_family_link_in_force",
            ["person_id", "guardian_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "federation_attempt",
        sa.Column("state_sha256", sa.String(length=64), nullable=False),
        sa.Column("browser_sha256", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("nonce_sha256", sa.String(length=64), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_federation_attempt_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_sha256", name=op.f("pk_federation_attempt")),
    )
    with op.batch_alter_table("federation_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_federation_attempt_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_federation_attempt_person_id"), ["person_id"], unique=False)

    op.create_table(
        "forget_warning",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("warned_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_forget_warning_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_forget_warning")),
    )
    with op.batch_alter_table("forget_warning", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forget_warning_due_at"), ["due_at"], unique=False)

    op.create_table(
        "identity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_person_id"), ["person_id"], unique=False)

    op.create_table(
        "kept_form",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("browser_sha256", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kept_form_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
    )
    with op.batch_alter_table("kept_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_form_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_kept_form_person_id"), ["person_id"], unique=False)

    op.create_table(
        "kiosk_pin",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        sa.Column("blocked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kiosk_pin_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_pin")),
        sa.UniqueConstraint("person_id", name=op.f("uq_kiosk_pin_person_id")),
    )
    op.create_table(
        "kiosk_pin_permission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kiosk_pin_permission_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_pin_permission")),
        sa.UniqueConstraint("person_id", name=op.f("uq_kiosk_pin_permission_person_id")),
    )
    with op.batch_alter_table("kiosk_pin_permission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kiosk_pin_permission_until"), ["until"], unique=False)

    op.create_table(
        "known_browser",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("browser_sha256", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_known_browser_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_browser")),
        sa.UniqueConstraint("person_id", "browser_sha256", name=op.f("uq_known_browser_person_id_browser_sha256")),
    )
    with op.batch_alter_table("known_browser", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_browser_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("receiver_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("weight", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("is_asked", sa.Integer(), nullable=False),
        sa.Column("is_secret", sa.Integer(), nullable=False),
        sa.Column("is_reply", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("handled_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("channel IN ('', 'email', 'sms', 'call', 'print')", name=op.f("ck_message_channel")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'delivered', 'failed', 'given_up', 'printed', 'called', 'cancelled', 'not_wanted')",
            name=op.f("ck_message_state"),
        ),
        sa.CheckConstraint("weight IN ('needed', 'useful', 'optional')", name=op.f("ck_message_weight")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["person.id"], name=op.f("fk_message_receiver_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_message_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_message_provider_id", ["provider_id"], unique=False)
        batch_op.create_index("ix_message_receiver_id_left_at", ["receiver_id", "left_at"], unique=False)
        batch_op.create_index("ix_message_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index("uq_message_key_receiver_id", ["key", "receiver_id"], unique=True)

    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("warned_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_passkey_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_person_id"), ["person_id"], unique=False)

    op.create_table(
        "passkey_challenge",
        sa.Column("challenge", sa.String(length=100), nullable=False),
        sa.Column("browser_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_passkey_challenge_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_passkey_challenge")),
    )
    with op.batch_alter_table("passkey_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_challenge_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_passkey_challenge_person_id"), ["person_id"], unique=False)

    op.create_table(
        "person_category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "how IN ('seen_proof_of_address', 'seen_student_card', 'seen_job_seeker_notice', 'seen_benefit_notice', 'seen_identity_document', 'seen_association_papers', 'seen_company_papers', 'declared')",
            name=op.f("ck_person_category_how"),
        ),
        sa.CheckConstraint("starts_at < until_at", name=op.f("ck_person_category_order")),
        sa.ForeignKeyConstraint(
            ["category"], ["rate_category.key"], name=op.f("fk_person_category_category_rate_category")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_category_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_category")),
    )
    with op.batch_alter_table("person_category", schema=None) as batch_op:
        batch_op.create_index("ix_person_category_person_id", ["person_id", "family", "until_at"], unique=False)
        batch_op.create_index("ix_person_category_until_at", ["until_at"], unique=False)

    op.create_table(
        "person_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("school_year", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.String(length=10), nullable=True),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('association', 'school_class', 'programme', 'company', 'other')",
            name=op.f("ck_person_group_kind"),
        ),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_person_group_headcount")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_person_group_order")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["person.id"], name=op.f("fk_person_group_contact_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_group")),
        sa.UniqueConstraint("key", name=op.f("uq_person_group_key")),
    )
    op.create_table(
        "person_merge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("gone_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("stayed", sa.Text(), nullable=False),
        sa.Column("former", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["gone_id"], ["person.id"], name=op.f("fk_person_merge_gone_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    with op.batch_alter_table("person_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_merge_gone_id"), ["gone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_merge_kept_id"), ["kept_id"], unique=False)

    op.create_table(
        "person_preference",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("text_size", sa.Integer(), nullable=False),
        sa.Column("is_easy", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("locale IN ('', 'fr', 'en')", name=op.f("ck_person_preference_locale")),
        sa.CheckConstraint("is_easy IN (0, 1)", name=op.f("ck_person_preference_is_easy")),
        sa.CheckConstraint("text_size IN (100, 125, 150)", name=op.f("ck_person_preference_text_size")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_preference_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_preference")),
    )
    op.create_table(
        "person_word",
        sa.Column(
            "word", sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "sort_name",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_word_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "sort_name", "person_id", name=op.f("pk_person_word")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("person_word", schema=None) as batch_op:
        batch_op.create_index("ix_person_word_person_id", ["person_id", "word"], unique=False)

    op.create_table(
        "plan_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("includes", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("anchor", sa.String(length=5), nullable=False),
        sa.Column("credit_kind", sa.String(length=30), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("credit_months", sa.Integer(), nullable=False),
        sa.Column("is_renewable", sa.Integer(), nullable=False),
        sa.Column("is_prolonged", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "unit IN ('free', 'day', 'half_day', 'month', 'year', 'book')", name=op.f("ck_plan_terms_unit")
        ),
        sa.CheckConstraint("credits >= 0 AND credit_months >= 0", name=op.f("ck_plan_terms_credits")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["membership_plan.id"], name=op.f("fk_plan_terms_plan_id_membership_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_terms")),
    )
    with op.batch_alter_table("plan_terms", schema=None) as batch_op:
        batch_op.create_index("ix_plan_terms_plan_id", ["plan_id", "valid_from"], unique=False)

    op.create_table(
        "qualification_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("qualification_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=40), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('replaced', 'withdrawn', 'unsafe', 'rules', 'asked', 'mistake')",
            name=op.f("ck_qualification_grant_end_reason"),
        ),
        sa.CheckConstraint(
            "level IN ('discovery', 'accompanied', 'autonomous', 'trainer')", name=op.f("ck_qualification_grant_level")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_qualification_grant_person_id_person")),
        sa.ForeignKeyConstraint(
            ["qualification_id"],
            ["qualification.id"],
            name=op.f("fk_qualification_grant_qualification_id_qualification"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_grant")),
    )
    with op.batch_alter_table("qualification_grant", schema=None) as batch_op:
        batch_op.create_index(
            "ix_qualification_grant_in_force",
            ["valid_until"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_qualification_grant_person_id", ["person_id", "granted_at"], unique=False)
        batch_op.create_index(
            "ux_one_grant_in_force",
            ["person_id", "qualification_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "qualification_prerequisite",
        sa.Column("qualification_id", sa.BigInteger(), nullable=False),
        sa.Column("needs_id", sa.BigInteger(), nullable=False),
        sa.Column("min_level", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "min_level IN ('discovery', 'accompanied', 'autonomous', 'trainer')",
            name=op.f("ck_qualification_prerequisite_min_level"),
        ),
        sa.CheckConstraint("qualification_id <> needs_id", name=op.f("ck_qualification_prerequisite_other")),
        sa.ForeignKeyConstraint(
            ["needs_id"], ["qualification.id"], name=op.f("fk_qualification_prerequisite_needs_id_qualification")
        ),
        sa.ForeignKeyConstraint(
            ["qualification_id"],
            ["qualification.id"],
            name=op.f("fk_qualification_prerequisite_qualification_id_qualification"),
        ),
        sa.PrimaryKeyConstraint("qualification_id", "needs_id", name=op.f("pk_qualification_prerequisite")),
    )
    op.create_table(
        "qualification_use",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("qualification_id", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_qualification_use_person_id_person")),
        sa.ForeignKeyConstraint(
            ["qualification_id"], ["qualification.id"], name=op.f("fk_qualification_use_qualification_id_qualification")
        ),
        sa.PrimaryKeyConstraint("person_id", "qualification_id", name=op.f("pk_qualification_use")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "code_sha256", name=op.f("uq_recovery_code_person_id_code_sha256")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "role IN ('accountant', 'administrator', 'association_contact', 'cash_officer', 'digital_adviser', 'elected_referent', 'fab_manager', 'facilitator', 'machine_superuser', 'member', 'receptionist', 'referrer', 'resource_manager', 'site_administrator', 'technician', 'trainer')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "role", "scope", name=op.f("uq_role_grant_person_id_role_scope")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index("ix_role_grant_role", ["role", "person_id"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("browser_sha256", sa.String(length=64), nullable=True),
        sa.Column("token_sha256", sa.String(length=64), nullable=True),
        sa.Column("code_sha256", sa.String(length=64), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_in_link_token_sha256")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_browser_sha256"), ["browser_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_link_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_in_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_note_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_note")),
    )
    with op.batch_alter_table("sign_in_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_note_at"), ["at"], unique=False)
        batch_op.create_index("ix_sign_in_note_person_id", ["person_id", "at"], unique=False)

    op.create_table(
        "training_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("qualification_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("trainer_id", sa.BigInteger(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'cancelled')", name=op.f("ck_training_session_state")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_training_session_capacity")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_training_session_order")),
        sa.ForeignKeyConstraint(
            ["qualification_id"], ["qualification.id"], name=op.f("fk_training_session_qualification_id_qualification")
        ),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_training_session_trainer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.create_index("ix_training_session_starts_at", ["state", "starts_at"], unique=False)

    op.create_table(
        "credit_entry",
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_credit_entry_amount")),
        sa.ForeignKeyConstraint(["lot_id"], ["credit_lot.id"], name=op.f("fk_credit_entry_lot_id_credit_lot")),
        sa.ForeignKeyConstraint(["move_id"], ["credit_move.id"], name=op.f("fk_credit_entry_move_id_credit_move")),
        sa.PrimaryKeyConstraint("move_id", "lot_id", name=op.f("pk_credit_entry")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("credit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_credit_entry_lot_id", ["lot_id"], unique=False)

    op.create_table(
        "group_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["person_group.id"], name=op.f("fk_group_import_group_id_person_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["person.id"], name=op.f("fk_group_import_staff_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_import")),
    )
    with op.batch_alter_table("group_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_import_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "group_level",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.CheckConstraint("headcount > 0", name=op.f("ck_group_level_headcount")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["person_group.id"], name=op.f("fk_group_level_group_id_person_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "level", name=op.f("pk_group_level")),
    )
    op.create_table(
        "group_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("role IN ('member', 'contact', 'leader')", name=op.f("ck_group_member_role")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["person_group.id"], name=op.f("fk_group_member_group_id_person_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_group_member_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
    )
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.create_index("ix_group_member_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_group_member_present",
            ["group_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("list_cents", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("free_reason", sa.String(length=20), nullable=False),
        sa.Column("follows", sa.BigInteger(), nullable=True),
        sa.Column("sold_at", sa.BigInteger(), nullable=False),
        sa.Column("sold_by", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=20), nullable=False),
        sa.CheckConstraint("(cancelled_at IS NULL) = (cancel_reason = '')", name=op.f("ck_membership_cancelled")),
        sa.CheckConstraint(
            "cancel_reason IN ('', 'asked', 'moved', 'unpaid', 'rules', 'mistake', 'other')",
            name=op.f("ck_membership_cancel_reason"),
        ),
        sa.CheckConstraint(
            "free_reason IN ('', 'volunteer', 'partner', 'staff', 'hardship', 'trial')",
            name=op.f("ck_membership_free_reason"),
        ),
        sa.CheckConstraint(
            "price_cents = list_cents OR (price_cents = 0 AND free_reason <> '')", name=op.f("ck_membership_price")
        ),
        sa.CheckConstraint("list_cents >= 0", name=op.f("ck_membership_cents")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_membership_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["membership_plan.id"], name=op.f("fk_membership_plan_id_membership_plan")
        ),
        sa.ForeignKeyConstraint(["terms_id"], ["plan_terms.id"], name=op.f("fk_membership_terms_id_plan_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_ends_at", ["ends_at"], unique=False)
        batch_op.create_index("ix_membership_person_id", ["person_id", "ends_at"], unique=False)

    op.create_table(
        "pass_sale",
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("list_cents", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("free_reason", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "free_reason IN ('', 'volunteer', 'partner', 'staff', 'hardship', 'trial')",
            name=op.f("ck_pass_sale_free_reason"),
        ),
        sa.CheckConstraint(
            "price_cents = list_cents OR (price_cents = 0 AND free_reason <> '')", name=op.f("ck_pass_sale_price")
        ),
        sa.CheckConstraint("list_cents >= 0", name=op.f("ck_pass_sale_cents")),
        sa.ForeignKeyConstraint(["lot_id"], ["credit_lot.id"], name=op.f("fk_pass_sale_lot_id_credit_lot")),
        sa.ForeignKeyConstraint(["terms_id"], ["plan_terms.id"], name=op.f("fk_pass_sale_terms_id_plan_terms")),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_pass_sale")),
    )
    op.create_table(
        "plan_price",
        sa.Column("terms_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_plan_price_cents")),
        sa.ForeignKeyConstraint(["category"], ["rate_category.key"], name=op.f("fk_plan_price_category_rate_category")),
        sa.ForeignKeyConstraint(["terms_id"], ["plan_terms.id"], name=op.f("fk_plan_price_terms_id_plan_terms")),
        sa.PrimaryKeyConstraint("terms_id", "category", name=op.f("pk_plan_price")),
    )
    op.create_table(
        "qualification_reminder",
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["qualification_grant.id"],
            name=op.f("fk_qualification_reminder_grant_id_qualification_grant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("grant_id", "ends_at", name=op.f("pk_qualification_reminder")),
    )
    op.create_table(
        "training_seat",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_training_seat_person_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_training_seat_session_id_training_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "seat", name=op.f("pk_training_seat")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_training_seat_session_id_person_id")),
    )
    with op.batch_alter_table("training_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_seat_person_id"), ["person_id"], unique=False)

    op.create_table(
        "membership_reminder",
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_membership_reminder_membership_id_membership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("membership_id", "days", "ends_at", name=op.f("pk_membership_reminder")),
    )
    op.create_table(
        "membership_suspension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("membership_id", sa.BigInteger(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('asked', 'absence', 'unpaid', 'rules', 'other')", name=op.f("ck_membership_suspension_reason")
        ),
        sa.CheckConstraint("from_at <= until_at", name=op.f("ck_membership_suspension_order")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_membership_suspension_membership_id_membership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_suspension")),
    )
    with op.batch_alter_table("membership_suspension", schema=None) as batch_op:
        batch_op.create_index("ix_membership_suspension_membership_id", ["membership_id", "until_at"], unique=False)

    with op.batch_alter_table("fabrication_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("queued_by", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("birth_year", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("phone", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("changed_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("merged_into", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column(
                "sort_name",
                sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
                server_default="",
                nullable=False,
            )
        )
        batch_op.create_index("ix_person_phone", ["phone"], unique=False)
        batch_op.create_index("ix_person_sort_name", ["sort_name", "id"], unique=False)

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=10), server_default="browser", nullable=False))
        batch_op.add_column(sa.Column("method", sa.String(length=20), server_default="password", nullable=False))
        batch_op.add_column(sa.Column("strength", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("label", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("confirmed_at", sa.BigInteger(), server_default="0", nullable=False))

    people(op.get_bind())
    for statement in for_people(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward: restore the backup made before the upgrade")
