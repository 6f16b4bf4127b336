"""Orders on their way to terminals, and what happens with time: no answer, renewals, ends, what is old."""

import asyncio
from typing import Any, Final, NamedTuple

import msgspec

from devices.wire import Channel, Unreadable, build_topic, encode
from devices.wire.interlocks import LockOp, LockOrder, LockPolicy, OfflinePolicy, When, seal, unsealed
from tierslieu.basics.errors import Unavailable
from tierslieu.fablab import queries as machines
from tierslieu.fablab import storing as fablab
from tierslieu.fablab.interlocks import actions, keys, queries, rules, storing
from tierslieu.fablab.interlocks.queries import OrderNow
from tierslieu.fablab.interlocks.rules import SessionNow, TerminalNow
from tierslieu.fablab.interlocks.storing import Ordered, PolicyChanged, Say
from tierslieu.fablab.rules import MachineNow
from tierslieu.infra.house import House
from tierslieu.infra.orders import publish_orders
from tierslieu.infra.transaction import Reader, Tx

KEEP_ORDERS, KEEP_CARDS = 30 * 86_400, 86_400
AGAIN_AFTER = 15
EVERY: Final = 10
"""Seconds between two sweeps: a third of the shortest lease and more."""


class Outgoing(NamedTuple):
    """An order with all that is before it on the way to the same terminal."""

    orders: list[OrderNow]
    terminal: TerminalNow
    machine: MachineNow


async def send(house: House, event: Ordered) -> None:
    """Seal an order and publish it, never retained, after those before it that have no answer yet.

    A terminal drops what comes out of order, and carries the same order out once: so each may be published again.
    """
    found = await house.db.read(_to_send, event.cmd_id)
    if found is None:
        return
    key = keys.lock_key(house.secret, found.terminal.id, found.terminal.generation)
    topic = build_topic(found.machine.site, found.terminal.device, Channel.LOCK_ORDER)
    is_young = event.cmd_id in [one.cmd_id for one in found.orders if one.boot_id]
    sealed = (seal(key, found.machine.site, found.terminal.device, _as_message(one)) for one in found.orders)
    if not is_young or not publish_orders(house.broker, topic, sealed):
        await house.db.write(_give_up, event.cmd_id)


def _to_send(reader: Reader, cmd_id: str) -> Outgoing | None:
    order = reader.row(queries.ORDER_BY_ID, cmd=cmd_id)
    if order is None or order.state != "sent":
        return None
    since = reader.now - rules.TTL
    orders = reader.rows(queries.UNANSWERED, terminal=order.terminal_id, upto=order.seq, since=since)
    terminal = queries.terminal_by_id(reader, order.terminal_id)
    return Outgoing(
        [one for one in orders if one.boot_id], terminal, machines.machine_by_id(reader, terminal.machine_id)
    )


def _as_message(order: OrderNow) -> LockOrder:
    return LockOrder(
        cmd_id=order.cmd_id,
        seq=order.seq,
        op=LockOp(order.op),
        issued_at=order.issued_at,
        ttl_s=rules.TTL,
        boot_id=order.boot_id,
        lease_id=order.lease_id,
        lease_s=order.lease_s,
        when=When(order.ends),
        text=tuple(msgspec.json.decode(order.lines, type=list[str])),
        event_id=order.event_id,
        mac=unsealed(),
    )


def await_answer(tx: Tx, payload: dict[str, Any]) -> None:
    """No answer yet: the same order once more, with the same number; then nobody knows, and it is said so."""
    order = tx.row(queries.ORDER_BY_ID, cmd=str(payload["cmd_id"]))
    if order is None or order.state != "sent":
        return
    if not storing.COURIER.send_again(tx, order.cmd_id, order.tries):
        _give_up(tx, order.cmd_id)


def _give_up(tx: Tx, cmd_id: str) -> None:
    """The terminal did not answer. What was to be opened is not believed open; what was to be closed, not closed."""
    order = tx.row(queries.ORDER_BY_ID, cmd=cmd_id)
    if order is None or not tx.run(
        storing.SET_ANSWER, which=cmd_id, state="unknown", reason="no_answer", answered_at=tx.now
    ):
        return
    tx.touch(fablab.MACHINES)
    one = queries.session(tx, order.session_id) if order.session_id else None
    if one is not None and order.op == "unlock" and one.state == "requested":
        machine = fablab.locked(tx, one.machine_id)
        now = storing.fresh(tx, one)
        if now.state == "requested":  # it may have been seen open while we waited for the machine
            actions.close(tx, machine, now, "no_answer")


# -- with time -------------------------------------------------------------------------------------------


def sweep(tx: Tx, _payload: object) -> None:
    """Every few seconds: renew what runs, end what is over, close what nobody can know any more."""
    for one in tx.rows(queries.OPEN_SESSIONS):
        machine = fablab.locked(tx, one.machine_id)
        now = storing.fresh(tx, one)
        if storing.is_open(now):
            _go_on(tx, machine, queries.terminal_by_id(tx, one.terminal_id), now)
    _watch_links(tx)


def _go_on(tx: Tx, machine: MachineNow, terminal: TerminalNow, one: SessionNow) -> None:
    policy = terminal.rules
    is_heard = rules.link_of(terminal, tx.now) == "online"
    if one.state == "requested":
        if tx.now - one.requested_at > rules.START_WITHIN:
            actions.close(tx, machine, one, "no_answer")
    elif not is_heard and rules.is_surely_over(one, policy, tx.now):
        actions.close(tx, machine, one, one.why or "lost")
    elif one.state in rules.RUNNING and tx.now >= one.until:
        actions.end(tx, terminal, one, "time")
    elif one.state in rules.RUNNING and is_heard and rules.is_renewal_due(one, policy, tx.now):
        storing.renew(tx, terminal, one)
    elif one.state == "ending" and is_heard and not terminal.waits_for_idle and _asked_long_ago(tx, terminal):
        storing.order(tx, terminal, Say(op="lock", session=one))


def _asked_long_ago(tx: Tx, terminal: TerminalNow) -> bool:
    last = tx.row(queries.LAST_ORDERS, terminal=terminal.id)
    return last is None or tx.now - last.issued_at >= AGAIN_AFTER


def _watch_links(tx: Tx) -> None:
    """Silence makes no message: pages look again when a terminal has just become silent, or a second person did not
    come."""
    for terminal in tx.rows(queries.TERMINALS):
        ends = (terminal.heard_at + rules.SILENT_AFTER, terminal.pending_at + rules.SECOND_FOR)
        if any(0 < tx.now - end <= 2 * EVERY for end in ends):
            tx.touch(fablab.MACHINES)


def tidy(tx: Tx, _payload: object) -> None:
    """Forget orders of long ago, and cards that nobody was given."""
    tx.run(storing.FORGET_ORDERS, before=tx.now - KEEP_ORDERS)
    tx.run(storing.FORGET_CARDS, before=tx.now - KEEP_CARDS)


# -- policies --------------------------------------------------------------------------------------------


async def send_policy(house: House, event: PolicyChanged) -> None:
    """Tell a terminal how it behaves by itself; retained, so that it learns it whenever it comes."""
    found = await house.db.read(_policy_of, event.terminal_id)
    if found is not None:
        _publish_policy(house, *found)


async def send_policies(house: House) -> None:
    """All of them: the embedded broker forgets what is retained when it ends."""
    for terminal in await house.db.read(lambda reader: reader.rows(queries.TERMINALS)):
        await send_policy(house, PolicyChanged(terminal.id))


async def begin(house: House) -> None:
    """Say the policies again each time the broker is there."""

    def again() -> None:
        house.keep(asyncio.ensure_future(send_policies(house)))

    house.broker.on_up.append(again)


def _policy_of(reader: Reader, terminal_id: int) -> tuple[TerminalNow, MachineNow] | None:
    terminal = queries.terminal_by_id(reader, terminal_id)
    if terminal.revoked_at:
        return None
    return terminal, machines.machine_by_id(reader, terminal.machine_id)


def _publish_policy(house: House, terminal: TerminalNow, machine: MachineNow) -> None:
    policy = terminal.rules
    said = LockPolicy(
        version=terminal.policy_version,
        warn_s=policy.warn_s,
        idle_cap_s=policy.idle_cap_s,
        confirm_every_s=policy.confirm_every_s,
        offline_policy=OfflinePolicy.END_WHEN_IDLE if policy.ends_when_idle_offline else OfflinePolicy.KEEP,
        offline_lease_s=policy.offline_lease_s,
        offline_cards=policy.offline_cards if policy.offline_lease_s else (),
        mac=unsealed(),
    )
    key = keys.lock_key(house.secret, terminal.id, terminal.generation)
    sealed = seal(key, machine.site, terminal.device, said)
    try:
        topic = build_topic(machine.site, terminal.device, Channel.LOCK_POLICY)
        house.broker.publish(topic, encode(sealed), retain=True)
    except (Unavailable, Unreadable):
        return  # said again when the broker is back
