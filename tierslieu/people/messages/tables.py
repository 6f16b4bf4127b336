"""Tables of messages: what was told to whom and by which way, and what people chose."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

CHANNELS = "'', 'email', 'sms', 'call', 'print'"
STATES = (
    "'waiting', 'sending', 'sent', 'delivered', 'failed', 'given_up', 'printed', 'called', 'cancelled', 'not_wanted'"
)
WISHES = "'email', 'sms', 'call', 'print', 'useful', 'optional'"
HOWS = "'online', 'desk', 'phone', 'paper', 'link'"


class Message(Table, table=True):
    """One thing to tell somebody. `person_id` is whom it is about, `receiver_id` who gets it.

    `key` tells one cause from another: the same is posted once to a receiver. `until`: then it says nothing new.
    `round` grows when staff send it again; `repeats` counts sendings whose end nobody noted (the process died).
    `left_at` is when it was last handed over, `due_at` when it is to be. `last_error` is a code, never an address.
    The texts are emptied after six months, or once it left when `is_secret`; the row stays for the figures.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(f"channel IN ({CHANNELS})", name="channel"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("weight IN ('needed', 'useful', 'optional')", name="weight"),
        Index("uq_message_key_receiver_id", "key", "receiver_id", unique=True),
        Index("ix_message_person_id_id", "person_id", "id"),
        Index("ix_message_receiver_id_left_at", "receiver_id", "left_at"),
        Index("ix_message_state_due_at", "state", "due_at"),
        Index("ix_message_provider_id", "provider_id"),
        Index("ix_message_created_at", "created_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    key: str | None = Field(default=None, max_length=120)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    receiver_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    kind: str = Field(max_length=60)
    weight: str = Field(max_length=10)
    subject: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    short: str = Field(sa_type=Text)
    files: str = Field(sa_type=Text)
    is_asked: int
    is_secret: int
    is_reply: int
    until: int | None = Field(default=None, sa_type=BigInteger)
    channel: str = Field(max_length=10)
    state: str = Field(max_length=12)
    reason: str = Field(max_length=40)
    tries: int
    repeats: int
    round: int
    last_error: str = Field(max_length=40)
    provider_id: str | None = Field(default=None, max_length=100)
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger)
    left_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    handled_by: int | None = Field(default=None, sa_type=BigInteger)


class ContactChoice(Table, table=True):
    """What somebody said about how and of what they want to hear: added, never changed; the last one counts.

    `said_by` is who noted it: the person, or the member of staff they told it to. `how` it was said.
    """

    __tablename__ = "contact_choice"
    __table_args__ = (
        CheckConstraint(f"wish IN ({WISHES})", name="wish"),
        CheckConstraint(f"how IN ({HOWS})", name="how"),
        CheckConstraint("is_wanted IN (0, 1)", name="is_wanted"),
        Index("ix_contact_choice_person_id", "person_id", "id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    wish: str = Field(max_length=10)
    is_wanted: int
    said_at: int = Field(sa_type=BigInteger)
    said_by: int | None = Field(default=None, sa_type=BigInteger)
    how: str = Field(max_length=10)


class ContactOrder(Table, table=True):
    """The channel that somebody wants to be tried first."""

    __tablename__ = "contact_order"
    __table_args__ = (CheckConstraint(f"first IN ({CHANNELS})", name="first"),)

    person_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    first: str = Field(max_length=10)
