"""Tables of plans, memberships and rate categories. Times are instants; a day begins at midnight of the venue.

The database refuses what must never be (triggers, in the migrations): the same plan twice at once for a person,
two categories of one family at once, a change of terms or prices that were voted. A merge of two files, which
only changes `person_id`, is let through: what both had stays.
"""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

UNITS = "'free', 'day', 'half_day', 'month', 'year', 'book'"
HOWS = (
    "'seen_proof_of_address', 'seen_student_card', 'seen_job_seeker_notice', 'seen_benefit_notice',"
    " 'seen_identity_document', 'seen_association_papers', 'seen_company_papers', 'declared'"
)
FREE_REASONS = "'', 'volunteer', 'partner', 'staff', 'hardship', 'trial'"
SUSPEND_REASONS = "'asked', 'absence', 'unpaid', 'rules', 'other'"
CANCEL_REASONS = "'', 'asked', 'moved', 'unpaid', 'rules', 'mistake', 'other'"


class RateCategory(Table, table=True):
    """A group of people who pay the same price. Of one `family` a person has one at a time.

    `proof` says what is shown at the desk. The default one needs nothing and is for whoever has no other.
    """

    __tablename__ = "rate_category"

    key: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=120)
    family: str = Field(max_length=40)
    proof: str = Field(max_length=300)
    position: int
    is_default: int
    is_active: int


class PersonCategory(Table, table=True):
    """Somebody's category from, until; how it was checked, never the proof itself. Former ones stay."""

    __tablename__ = "person_category"
    __table_args__ = (
        CheckConstraint("starts_at < until_at", name="order"),
        CheckConstraint(f"how IN ({HOWS})", name="how"),
        Index("ix_person_category_person_id", "person_id", "family", "until_at"),
        Index("ix_person_category_until_at", "until_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    category: str = Field(max_length=40, foreign_key="rate_category.key")
    family: str = Field(max_length=40)
    starts_at: int = Field(sa_type=BigInteger)
    until_at: int = Field(sa_type=BigInteger)
    how: str = Field(max_length=40)
    checked_at: int = Field(sa_type=BigInteger)
    checked_by: int | None = Field(default=None, sa_type=BigInteger)


class MembershipPlan(Table, table=True):
    """Something people can sign up for. What it is and costs stands in its terms."""

    __tablename__ = "membership_plan"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    position: int
    is_active: int


class PlanTerms(Table, table=True):
    """What a plan is from `valid_from` on, as voted (`decision`). Never changed: a change makes new terms.

    `anchor` is empty when a period begins with the person, else the day it begins for everybody ("09-01").
    A pass (day, half_day, book) gives `credits` of `credit_kind` for `credit_months` (0: without end).
    """

    __tablename__ = "plan_terms"
    __table_args__ = (
        CheckConstraint(f"unit IN ({UNITS})", name="unit"),
        CheckConstraint("credits >= 0 AND credit_months >= 0", name="credits"),
        Index("ix_plan_terms_plan_id", "plan_id", "valid_from"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    plan_id: int = Field(sa_type=BigInteger, foreign_key="membership_plan.id")
    name: str = Field(max_length=120)
    includes: str = Field(sa_type=Text)
    unit: str = Field(max_length=20)
    anchor: str = Field(max_length=5)
    credit_kind: str = Field(max_length=30)
    credits: int
    credit_months: int
    is_renewable: int
    is_prolonged: int
    decision: str = Field(max_length=120)
    valid_from: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)


class PlanPrice(Table, table=True):
    """The price of terms for one rate category; without a row, the plan is not for that category."""

    __tablename__ = "plan_price"
    __table_args__ = (CheckConstraint("cents >= 0", name="cents"),)

    terms_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="plan_terms.id")
    category: str = Field(primary_key=True, max_length=40, foreign_key="rate_category.key")
    cents: int


class Membership(Table, table=True):
    """Somebody's plan from, until, with the terms and the price it was sold with.

    `list_cents` is the price of the terms (in proportion of the period), `price_cents` what is asked: another
    one has its `free_reason`. `follows` leads to the membership that this one renews.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("price_cents = list_cents OR (price_cents = 0 AND free_reason <> '')", name="price"),
        CheckConstraint("list_cents >= 0", name="cents"),
        CheckConstraint(f"free_reason IN ({FREE_REASONS})", name="free_reason"),
        CheckConstraint(f"cancel_reason IN ({CANCEL_REASONS})", name="cancel_reason"),
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason = '')", name="cancelled"),
        Index("ix_membership_person_id", "person_id", "ends_at"),
        Index("ix_membership_ends_at", "ends_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    plan_id: int = Field(sa_type=BigInteger, foreign_key="membership_plan.id")
    terms_id: int = Field(sa_type=BigInteger, foreign_key="plan_terms.id")
    category: str = Field(max_length=40)
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    list_cents: int
    price_cents: int
    free_reason: str = Field(max_length=20)
    follows: int | None = Field(default=None, sa_type=BigInteger)
    sold_at: int = Field(sa_type=BigInteger)
    sold_by: int | None = Field(default=None, sa_type=BigInteger)
    cancelled_at: int | None = Field(default=None, sa_type=BigInteger)
    cancel_reason: str = Field(max_length=20)


class MembershipSuspension(Table, table=True):
    """A stretch during which a membership does not count. One that was lifted before it began is empty."""

    __tablename__ = "membership_suspension"
    __table_args__ = (
        CheckConstraint("from_at <= until_at", name="order"),
        CheckConstraint(f"reason IN ({SUSPEND_REASONS})", name="reason"),
        Index("ix_membership_suspension_membership_id", "membership_id", "until_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    membership_id: int = Field(sa_type=BigInteger, foreign_key="membership.id", ondelete="CASCADE")
    from_at: int = Field(sa_type=BigInteger)
    until_at: int = Field(sa_type=BigInteger)
    reason: str = Field(max_length=20)
    noted_at: int = Field(sa_type=BigInteger)
    noted_by: int | None = Field(default=None, sa_type=BigInteger)


class MembershipReminder(Table, table=True):
    """Who was told already, how many days ahead of which end: once each."""

    __tablename__ = "membership_reminder"

    membership_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="membership.id", ondelete="CASCADE")
    days: int = Field(primary_key=True)
    ends_at: int = Field(primary_key=True, sa_type=BigInteger)
    sent_at: int = Field(sa_type=BigInteger)
