"""Tables of webhooks: who is told, and each thing told to them."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Webhook(Table, table=True):
    """A receiver. `kinds` is JSON; `secret` signs, the former one too until `former_until`.

    `paused_because` is empty while it is told things; staff, failing or gone otherwise. `taken_at` is the last
    instant at which it took something.
    """

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint("paused_because IN ('', 'staff', 'failing', 'gone')", name="pause"),)

    id: int = Field(primary_key=True, sa_type=Id)
    title: str = Field(max_length=80)
    url: str = Field(max_length=500)
    kinds: str = Field(sa_type=Text)
    secret: str = Field(max_length=80)
    former_secret: str = Field(max_length=80)
    former_until: int = Field(sa_type=BigInteger)
    paused_because: str = Field(max_length=10)
    taken_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)


class WebhookDelivery(Table, table=True):
    """One thing told to one receiver, under one id however often it is sent. `status` is what the receiver last
    answered (0: nothing), `error` a code. What happens while a webhook is paused is held for it."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sending', 'taken', 'failed', 'held')", name="state"),
        Index("ix_webhook_delivery_due", "webhook_id", "state", "due_at"),
        Index("ix_webhook_delivery_created_at", "created_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    webhook_id: int = Field(sa_type=BigInteger, foreign_key="webhook.id", ondelete="CASCADE")
    kind: str = Field(max_length=40)
    payload: str = Field(sa_type=Text)
    state: str = Field(max_length=10)
    tries: int
    due_at: int = Field(sa_type=BigInteger)
    status: int
    error: str = Field(max_length=40)
    created_at: int = Field(sa_type=BigInteger)
    ended_at: int = Field(sa_type=BigInteger)
