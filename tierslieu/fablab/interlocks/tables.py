"""Tables of terminals: what each last said of its lock, who used the machine, what was ordered, what it told.

No secret is stored here: keys are derived from the installation's own (keys.py).
"""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

SESSION_STATES = "'requested', 'leased', 'in_use', 'ending', 'to_check', 'closed'"
OPEN = "state IN ('requested', 'leased', 'in_use', 'ending')"
ORDER_STATES = "'sent', 'confirmed', 'refused', 'unknown'"


class Terminal(Table, table=True):
    """The terminal of one machine. `device` is its own account and place on the bus, beside the machine's.

    `generation` makes a new key; `seq` is the number of the last order, for the life of the terminal. `policy` is JSON.
    From `boot_id` on: its last words. `heard_at` is the service's own time. `blocked_at`: somebody reported that
    something is wrong. `pending_person_id` held a card and is asked for more (again, or the card of a second person).
    `is_online`: it came and did not go; only with `heard_at` this says that it is there.
    """

    __tablename__ = "terminal"
    __table_args__ = (Index("ux_terminal_device", "device", unique=True),)

    id: int = Field(primary_key=True, sa_type=Id)
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id", unique=True)
    generation: int
    seq: int = Field(sa_type=BigInteger)
    policy: str = Field(sa_type=Text)
    policy_version: int
    created_at: int = Field(sa_type=BigInteger)
    revoked_at: int = Field(sa_type=BigInteger)
    boot_id: str = Field(max_length=32)
    former_boot_id: str = Field(max_length=32)
    state_seq: int = Field(sa_type=BigInteger)
    lock: str = Field(max_length=20)
    relay: int
    sense: int | None = Field(default=None)
    lease_id: str | None = Field(default=None, max_length=64)
    lease_left_s: int
    waits_for_idle: int
    activity: str = Field(max_length=20)
    door: str = Field(max_length=20)
    fault: str | None = Field(default=None, max_length=64)
    uptime_s: int = Field(sa_type=BigInteger)
    policy_shown: int | None = Field(default=None)
    heard_at: int = Field(sa_type=BigInteger)
    blocked_at: int = Field(sa_type=BigInteger)
    pending_person_id: int | None = Field(default=None, sa_type=BigInteger)
    pending_at: int = Field(sa_type=BigInteger)
    device: str = Field(max_length=32, sa_column_kwargs={"server_default": ""})
    is_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class MachineSession(Table, table=True):
    """One use of a machine by one person. At most one is open on a machine: the database refuses a second one.

    `until` is the end that was agreed, `lease_s` and `renewed_at` what the terminal was last given. `why` says how it
    ended. `companion_id` was there too. `started_by` unlocked it for somebody, with an `exception` (a code).
    """

    __tablename__ = "machine_session"
    __table_args__ = (
        CheckConstraint(f"state IN ({SESSION_STATES})", name="state"),
        Index("ux_one_open_session", "machine_id", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_machine_session_machine_id", "machine_id", "requested_at"),
        Index("ix_machine_session_person_id", "person_id", "requested_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    terminal_id: int = Field(sa_type=BigInteger, foreign_key="terminal.id")
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id")
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    companion_id: int | None = Field(default=None, sa_type=BigInteger)
    started_by: int | None = Field(default=None, sa_type=BigInteger)
    exception: str = Field(max_length=20)
    state: str = Field(max_length=20)
    lease_id: str = Field(max_length=64, unique=True)
    requested_at: int = Field(sa_type=BigInteger)
    started_at: int | None = Field(default=None, sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)
    lease_s: int
    renewed_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    why: str = Field(max_length=40)
    busy_s: int = Field(sa_type=BigInteger)
    is_checked: int


class TerminalOrder(Table, table=True):
    """One order to a terminal: sent, then confirmed, refused, or unknown. `lines` is JSON."""

    __tablename__ = "terminal_order"
    __table_args__ = (
        CheckConstraint(f"state IN ({ORDER_STATES})", name="state"),
        Index("ix_terminal_order_terminal_id", "terminal_id", "issued_at"),
    )

    cmd_id: str = Field(primary_key=True, max_length=64)
    terminal_id: int = Field(sa_type=BigInteger, foreign_key="terminal.id")
    session_id: int | None = Field(default=None, sa_type=BigInteger)
    seq: int = Field(sa_type=BigInteger)
    op: str = Field(max_length=20)
    issued_at: int = Field(sa_type=BigInteger)
    boot_id: str = Field(max_length=32)
    lease_id: str | None = Field(default=None, max_length=64)
    lease_s: int
    ends: str = Field(max_length=10)
    lines: str = Field(sa_type=Text)
    event_id: str | None = Field(default=None, max_length=64)
    tries: int
    state: str = Field(max_length=20)
    reason: str = Field(max_length=64)
    answered_at: int = Field(sa_type=BigInteger)


class TerminalEvent(Table, table=True):
    """What a terminal told. The key is the promise that the same event is counted once.

    `card` is kept only for a card that nobody here has, so that it can be given to somebody.
    """

    __tablename__ = "terminal_event"
    __table_args__ = (Index("ix_terminal_event_at", "at"),)

    terminal_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="terminal.id")
    event_id: str = Field(primary_key=True, max_length=64)
    at: int = Field(sa_type=BigInteger)
    type: str = Field(max_length=20)
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    session_id: int | None = Field(default=None, sa_type=BigInteger)
    card: str = Field(max_length=64)
    reason: str = Field(max_length=64)


class MachineCard(Table, table=True):
    """A card that speaks for a person at terminals. Its number is nowhere: `digest` is made with the venue's key."""

    __tablename__ = "machine_card"
    __table_args__ = (Index("ix_machine_card_person_id", "person_id"),)

    id: int = Field(primary_key=True, sa_type=Id)
    digest: str = Field(max_length=64, unique=True)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
