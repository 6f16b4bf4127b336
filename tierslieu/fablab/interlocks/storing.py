"""How rows of terminals and sessions change, and how an order is made: stored with its number, then sent."""

import secrets
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, text, update

from tierslieu.fablab import storing
from tierslieu.fablab.interlocks import queries, rules
from tierslieu.fablab.interlocks.rules import OPEN, Policy, SessionNow, TerminalNow
from tierslieu.fablab.interlocks.tables import MachineCard, MachineSession, Terminal, TerminalEvent, TerminalOrder
from tierslieu.infra.orders import Courier
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, one_of, table_of, to_json
from tierslieu.infra.transaction import Tx

AWAIT = "fablab.interlocks.await_answer"
t, s, o = columns(Terminal), columns(MachineSession), columns(TerminalOrder)
e, c = columns(TerminalEvent), columns(MachineCard)
ADD_TERMINAL: Query[Any] = Query(insert_into(Terminal))
ADD_SESSION: Query[Any] = Query(insert_into(MachineSession))
ADD_ORDER: Query[Any] = Query(insert_into(TerminalOrder))
ADD_EVENT = insert_or_nothing(TerminalEvent)
ADD_CARD = insert_or_nothing(MachineCard)
END_CARD: Query[Any] = Query(
    delete(table_of(MachineCard)).where(c.id == bindparam("which"), c.person_id == bindparam("whose"))
)
NEXT_SEQ: Query[tuple[int]] = Query(
    text("UPDATE terminal SET seq = seq + 1 WHERE id = :terminal RETURNING seq").bindparams(
        bindparam("terminal", type_=BigInteger())
    )
)


class Ordered(msgspec.Struct, frozen=True):
    """An order is to be sent to its terminal."""

    cmd_id: str


class PolicyChanged(msgspec.Struct, frozen=True):
    """A terminal is to learn how it behaves by itself."""

    terminal_id: int


def _set_terminal(*changed: str) -> Query[Any]:
    values = {name: bindparam(name, type_=t[name].type) for name in changed}
    return Query(update(table_of(Terminal)).where(t.id == bindparam("which")).values(values))


def _set_session(*changed: str) -> Query[Any]:
    """UPDATE of an open session, if it still is in the state it was read in."""
    values = {name: bindparam(name, type_=s[name].type) for name in changed}
    same = (s.id == bindparam("which"), s.state == bindparam("former"))
    return Query(update(table_of(MachineSession)).where(*same).values(values))


SET_SHOWN = _set_terminal(
    *("boot_id", "former_boot_id", "state_seq", "lock", "relay", "sense", "lease_id", "lease_left_s"),
    *("waits_for_idle", "activity", "door", "fault", "uptime_s", "policy_shown", "heard_at", "is_online"),
)
SET_ONLINE = _set_terminal("is_online")
SET_HEARD = _set_terminal("heard_at", "uptime_s")
SET_LOCK = _set_terminal("state_seq", "lock", "relay", "sense", "heard_at", "uptime_s")
SET_BLOCKED = _set_terminal("blocked_at")
SET_PENDING = _set_terminal("pending_person_id", "pending_at")
SET_POLICY = _set_terminal("policy", "policy_version")
SET_ACCOUNT = _set_terminal(
    "device", "generation", "revoked_at", "boot_id", "state_seq", "heard_at", "is_online", "lock"
)
SET_STATE = _set_session("state", "why")
SET_STARTED = _set_session("state", "started_at")
SET_UNTIL = _set_session("until")
SET_RENEWED = _set_session("renewed_at", "lease_s")
SET_BUSY = _set_session("state", "busy_s")
SET_ENDED = _set_session("state", "why", "ended_at")
SET_CHECKED = _set_session("is_checked")
ALL_CHECKED: Query[Any] = Query(
    update(table_of(MachineSession))
    .where(s.machine_id == bindparam("machine"), s.state == "to_check")
    .values(state="closed", is_checked=1)
)
SET_ANSWER: Query[Any] = Query(
    update(table_of(TerminalOrder))
    .where(o.cmd_id == bindparam("which"), one_of(o.state, ("sent", "unknown")))
    .values(state=bindparam("state"), reason=bindparam("reason"), answered_at=bindparam("answered_at"))
)
SET_TRIES: Query[Any] = Query(
    update(table_of(TerminalOrder))
    .where(o.cmd_id == bindparam("which"), o.state == "sent")
    .values(tries=bindparam("tries"))
)
COURIER = Courier(Ordered, AWAIT, SET_TRIES)
FORGET_ORDERS: Query[Any] = Query(delete(table_of(TerminalOrder)).where(o.issued_at < bindparam("before")))
FORGET_CARDS: Query[Any] = Query(
    update(table_of(TerminalEvent)).where(e.at < bindparam("before"), e.card != "").values(card="")
)
FORGET_EVENTS: Query[Any] = Query(delete(table_of(TerminalEvent)).where(e.at < bindparam("before")))


class Say(msgspec.Struct, frozen=True, kw_only=True):
    """What is ordered. `ends`: how the lease ends, or when to lock: idle or now.

    `lease_id` names a lease that is no session's; `boot_id` a boot of which no state was heard yet.
    """

    op: str
    session: SessionNow | None = None
    lease_id: str | None = None
    boot_id: str = ""
    lease_s: int = 0
    ends: str = "idle"
    lines: tuple[str, ...] = ()
    event_id: str | None = None
    is_awaited: bool = True


def order(tx: Tx, terminal: TerminalNow, say: Say) -> str:
    """Order something of a terminal: it leaves with this commit, and its answer is awaited. Returns the order's id."""
    cmd_id = secrets.token_hex(12)
    number = tx.row(NEXT_SEQ, terminal=terminal.id)
    tx.run(
        ADD_ORDER,
        cmd_id=cmd_id,
        terminal_id=terminal.id,
        session_id=say.session.id if say.session else None,
        seq=number[0] if number else 1,
        op=say.op,
        issued_at=tx.now,
        boot_id=say.boot_id or terminal.boot_id,
        lease_id=say.session.lease_id if say.session else say.lease_id,
        lease_s=say.lease_s,
        ends=say.ends,
        lines=to_json(say.lines),
        event_id=say.event_id,
        tries=1,
        state="sent",
        reason="",
        answered_at=0,
    )
    COURIER.send_off(tx, cmd_id, is_awaited=say.is_awaited)
    return cmd_id


def change_session(tx: Tx, query: Query[Any], one: SessionNow, **values: object) -> bool:
    """Change a session if nobody was faster."""
    tx.touch(storing.MACHINES)
    return tx.run(query, which=one.id, former=one.state, **values) == 1


def renew(tx: Tx, terminal: TerminalNow, one: SessionNow, until: int | None = None) -> None:
    """Give the terminal the next lease of a session, up to its agreed end."""
    policy = terminal.rules
    seconds = rules.lease_for(policy, one.until if until is None else until, tx.now)
    if change_session(tx, SET_RENEWED, one, renewed_at=tx.now, lease_s=seconds):
        order(tx, terminal, Say(op="renew", session=one, lease_s=seconds, is_awaited=False))


def new_terminal(tx: Tx, machine_id: int, device: str, policy: Policy) -> int:
    """The row of a terminal nobody has heard yet; its rules wait for it on the bus."""
    terminal_id = tx.new_id()
    unheard = dict.fromkeys(("relay", "lease_left_s", "waits_for_idle", "uptime_s", "heard_at", "blocked_at"), 0)
    tx.run(
        ADD_TERMINAL,
        id=terminal_id,
        machine_id=machine_id,
        device=device,
        is_online=0,
        generation=1,
        seq=0,
        policy=to_json(policy),
        policy_version=1,
        created_at=tx.now,
        revoked_at=0,
        boot_id="",
        former_boot_id="",
        state_seq=-1,
        lock="unknown",
        sense=None,
        lease_id=None,
        activity="unknown",
        door="unknown",
        fault=None,
        policy_shown=None,
        pending_person_id=None,
        pending_at=0,
        **unheard,
    )
    tx.announce(PolicyChanged(terminal_id))
    return terminal_id


def is_open(one: SessionNow | None) -> bool:
    """True while the session may still unlock something."""
    return one is not None and one.state in OPEN


def fresh(tx: Tx, one: SessionNow) -> SessionNow:
    """The session as it is by now."""
    return queries.session(tx, one.id)
