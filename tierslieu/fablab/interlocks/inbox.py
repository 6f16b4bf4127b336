"""What terminals say: one transaction each. The lock is shown as measured, and an event is counted once."""

from devices.wire import AckResult, Availability, Fault, Unreadable, parse, parse_topic
from devices.wire.interlocks import LockAck, LockEvent, LockEventType, LockState, LockWord
from tierslieu.fablab import inbox as machine_inbox
from tierslieu.fablab import queries as machines
from tierslieu.fablab import storing as fablab
from tierslieu.fablab.interlocks import actions, badging, queries, rules, storing
from tierslieu.fablab.interlocks.queries import OrderNow
from tierslieu.fablab.interlocks.rules import SessionNow, TerminalNow
from tierslieu.fablab.interlocks.storing import Say
from tierslieu.fablab.rules import MachineNow
from tierslieu.infra.feature import Message
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Tx

OFFLINE = "offline-"
"""How the names of leases begin that a terminal gave by itself."""
MOST_BUSY_AT_ONCE = 60
GIVING = (LockEventType.BADGE, LockEventType.EXTEND)
"""What gives somebody the machine, or more time at it: never once it is late."""


def handle(tx: Tx, message: Message) -> None:
    """Take in one message. Raises Unreadable for what is outside the contract or comes from an unknown terminal."""
    where, said = parse(message.topic, message.payload)
    found = tx.row(queries.BY_DEVICE, device=where.device)
    if found is None or found.revoked_at:
        raise Unreadable("topic", f"no terminal: {where.site}/{where.device}")
    machine = fablab.locked(tx, found.machine_id)
    if machine.site != where.site:
        raise Unreadable("topic", f"no such machine: {where.site}/{where.device}")
    terminal = queries.terminal_by_id(tx, found.id)
    if isinstance(said, Availability):
        _appear(tx, machine, terminal, said)
    elif isinstance(said, LockState):
        _show(tx, machine, terminal, said, is_now=not message.retain)
    elif isinstance(said, LockEvent) and not message.retain:
        _count(tx, machine, terminal, said)
    elif isinstance(said, LockAck) and not message.retain:
        _answer(tx, machine, terminal, said)


def hear_presence(tx: Tx, message: Message) -> None:
    """Who came or went: a terminal, or any other device. A terminal of before does both: it speaks as its machine."""
    device = parse_topic(message.topic).device
    found = tx.row(queries.BY_DEVICE, device=device)
    if found is not None and not found.revoked_at:
        handle(tx, message)
    if found is None or tx.row(machines.BY_KEY, key=device) is not None:
        machine_inbox.handle(tx, message)


def _appear(tx: Tx, machine: MachineNow, terminal: TerminalNow, said: Availability) -> None:
    """Birth, farewell or will. That of a boot which another followed comes too late."""
    if said.boot_id == terminal.former_boot_id or said.online == bool(terminal.is_online):
        return
    tx.run(storing.SET_ONLINE, which=terminal.id, is_online=int(said.online))
    if not said.online and terminal.device != machine.key and not rules.speaks_itself(machine, terminal):
        fablab.silence(tx, machine)
        fablab.note(tx, machine.id, "vanished")
    tx.touch(fablab.MACHINES)


# -- the lock as it is -----------------------------------------------------------------------------------


def _show(tx: Tx, machine: MachineNow, terminal: TerminalNow, said: LockState, *, is_now: bool) -> None:
    if not rules.is_news(terminal, said.boot_id, said.seq):
        return
    is_reborn = said.boot_id != terminal.boot_id
    tx.run(
        storing.SET_SHOWN,
        which=terminal.id,
        boot_id=said.boot_id,
        former_boot_id=terminal.boot_id if is_reborn else terminal.former_boot_id,
        state_seq=said.seq,
        lock=said.lock.value,
        relay=int(said.relay),
        sense=None if said.sense is None else int(said.sense),
        lease_id=said.lease_id,
        lease_left_s=said.lease_left_s,
        waits_for_idle=int(said.waits_for_idle),
        activity=said.activity.value,
        door=said.door.value,
        fault=said.fault,
        uptime_s=said.uptime_s if is_now else terminal.uptime_s,  # how old it is, only the living say
        policy_shown=said.policy_version,
        heard_at=tx.now if is_now else terminal.heard_at,
        is_online=1 if is_now else terminal.is_online,
    )
    if said.fault and said.fault != terminal.fault:
        fablab.note(tx, machine.id, "terminal_fault", reason=said.fault)
    tx.touch(fablab.MACHINES)
    if is_now:
        if not rules.speaks_itself(machine, terminal):
            _speak_for(tx, machine, said)
        _reconcile(tx, machine, queries.terminal_by_id(tx, terminal.id), terminal, said)


def _speak_for(tx: Tx, machine: MachineNow, said: LockState) -> None:
    """A machine that says nothing itself is known by its terminal: somebody has it as long as it has power."""
    wrong = said.fault or (said.lock.value if said.lock in (LockWord.FAULT, LockWord.ESTOP) else "")
    if not machine.is_online:
        fablab.note(tx, machine.id, "appeared")
    tx.run(
        fablab.SET_THROUGH_TERMINAL,
        which=machine.id,
        state="fault" if wrong else "running" if said.relay else "idle",
        faults=to_json([Fault(code=wrong)] if wrong else []),
        is_online=1,
        last_message_at=tx.now,
        shown_link="online",
    )


def _reconcile(tx: Tx, machine: MachineNow, now: TerminalNow, before: TerminalNow, said: LockState) -> None:
    """What the house believes against what the lock says. The lock is right, and nothing stays open that nobody has."""
    one = queries.open_on(tx, machine.id)
    if one is not None and one.lease_id == said.lease_id:
        _go_on(tx, one, before, said)
    elif one is not None and said.lease_id is None and one.state != "requested":
        actions.close(tx, machine, one, _why(one, said, before))
    elif said.relay and said.lease_id and not said.lease_id.startswith(OFFLINE) and not said.waits_for_idle:
        storing.order(tx, now, Say(op="lock", lease_id=said.lease_id, is_awaited=False))


def _why(one: SessionNow, said: LockState, before: TerminalNow) -> str:
    if said.lock.value in ("estop", "fault"):
        return said.lock.value
    if said.boot_id != before.boot_id:
        return "reboot"
    return one.why or "at_terminal"


def _go_on(tx: Tx, one: SessionNow, before: TerminalNow, said: LockState) -> None:
    """The lease runs: note that it began, and how long the machine worked."""
    is_closed = said.relay and said.sense is not False
    if one.state == "requested" and is_closed:
        actions.unlocked(tx, one)
    elif one.state in rules.RUNNING:
        worked = min(tx.now - before.heard_at, MOST_BUSY_AT_ONCE) if before.activity == "busy" else 0
        state = "in_use" if said.activity.value == "busy" else one.state
        if worked or state != one.state:
            storing.change_session(tx, storing.SET_BUSY, one, state=state, busy_s=one.busy_s + max(0, worked))


# -- what happened ---------------------------------------------------------------------------------------


def _count(tx: Tx, machine: MachineNow, terminal: TerminalNow, said: LockEvent) -> None:
    """Once, however often it is told; each telling is answered, so that the terminal can forget it."""
    uptime_s = max(rules.uptime_at(terminal, tx.now), said.at_uptime_s if said.boot_id == terminal.boot_id else 0)
    tx.run(storing.SET_HEARD, which=terminal.id, heard_at=tx.now, uptime_s=uptime_s)
    one = queries.open_on(tx, machine.id)
    person_id = queries.holder(tx, said.card) if said.card else None
    is_first = tx.run(
        storing.ADD_EVENT,
        terminal_id=terminal.id,
        event_id=said.event_id,
        at=tx.now,
        type=said.type.value,
        person_id=person_id,
        session_id=one.id if one else None,
        card=said.card if said.card and person_id is None else "",
        reason=said.reason or "",
    )
    if is_first:
        _heed(tx, machine, terminal, said, one)
    storing.order(tx, terminal, Say(op="ack_event", event_id=said.event_id, boot_id=said.boot_id, is_awaited=False))


def _heed(tx: Tx, machine: MachineNow, terminal: TerminalNow, said: LockEvent, one: SessionNow | None) -> None:
    is_its = one is not None and said.lease_id == one.lease_id
    tx.touch(fablab.MACHINES)
    if said.type in GIVING and rules.is_late(terminal, said.boot_id, said.at_uptime_s, tx.now):
        badging.ask_again(tx, terminal)
    elif said.type is LockEventType.BADGE and said.card:
        badging.heed(tx, machine, terminal, said.card)
    elif said.type is LockEventType.OFFLINE_UNLOCK:
        badging.note_offline(tx, machine, terminal, said)
    elif said.type is LockEventType.OOPS:
        actions.oops(tx, machine.key, "")
    elif said.type is LockEventType.BUTTON_STOP and one is not None and is_its:
        actions.end(tx, terminal, one, "button")
    elif said.type is LockEventType.EXTEND and is_its:
        badging.extend(tx, machine, terminal)
    elif said.type is LockEventType.LEASE_EXPIRED and one is not None and is_its:
        actions.close(tx, machine, one, f"lease_{said.reason or 'time'}")
    elif said.type in (LockEventType.ESTOP, LockEventType.ESTOP_RESET, LockEventType.POWER_RESTORED):
        fablab.note(tx, machine.id, said.type.value)
        if one is not None and said.type is LockEventType.ESTOP and is_its:
            actions.close(tx, machine, one, "estop")


# -- answers ---------------------------------------------------------------------------------------------


def _answer(tx: Tx, machine: MachineNow, terminal: TerminalNow, said: LockAck) -> None:
    order = tx.row(queries.ORDER_BY_ID, cmd=said.cmd_id)
    if order is None or order.terminal_id != terminal.id or said.boot_id not in (terminal.boot_id, order.boot_id):
        return
    is_done = said.result is AckResult.DONE
    state, reason = "confirmed" if is_done else "refused", said.reason or ""
    if not tx.run(storing.SET_ANSWER, which=order.cmd_id, state=state, reason=reason, answered_at=tx.now):
        return
    shown_seq = terminal.state_seq if said.state_seq is None else said.state_seq
    is_newest = shown_seq >= terminal.state_seq
    if said.boot_id == terminal.boot_id and is_newest:
        sense = None if said.sense is None else int(said.sense)
        tx.run(
            storing.SET_LOCK,
            which=terminal.id,
            state_seq=shown_seq,  # what was said before the order is no news, should it come later
            lock=said.lock.value,
            relay=int(said.relay),
            sense=sense,
            heard_at=tx.now,
            uptime_s=rules.uptime_at(terminal, tx.now),
        )
    tx.touch(fablab.MACHINES)
    one = queries.session(tx, order.session_id) if order.session_id else None
    if one is not None and storing.is_open(one):
        _believe(tx, machine, one, order, said, is_over=not is_newest and terminal.lease_id != one.lease_id)


def _believe(tx: Tx, machine: MachineNow, one: SessionNow, order: OrderNow, said: LockAck, *, is_over: bool) -> None:
    """`is_over`: a state that was said later, and came earlier, knows nothing of this lease any more."""
    is_done = said.result is AckResult.DONE
    if order.op == "unlock" and one.state == "requested":
        if not is_done:
            actions.close(tx, machine, one, f"said_{said.reason or said.result.value}")
        elif is_over:
            actions.close(tx, machine, one, "at_terminal")
        elif said.relay and said.sense is not False:
            actions.unlocked(tx, one)
    elif order.op == "lock" and is_done and not said.relay and not said.sense:
        actions.close(tx, machine, one, one.why)
    elif order.op == "renew" and said.reason in ("no_lease", "other_lease"):
        actions.close(tx, machine, one, one.why or "at_terminal")
