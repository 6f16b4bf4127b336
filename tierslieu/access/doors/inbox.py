"""What doors say: one transaction each. A door is shown as measured, an event counts once, an ack proves an order."""

from devices.wire import AckResult, Unreadable, encode, parse
from devices.wire.doors import DoorAck, DoorEvent, DoorEventType, DoorState
from tierslieu.access.doors import passages, queries, rules, sending, storing
from tierslieu.access.doors.events import DoorTrouble, PinTyped
from tierslieu.access.doors.rules import DoorNow
from tierslieu.access.presence.alarms import note_alarm
from tierslieu.infra.feature import Message
from tierslieu.infra.transaction import Tx

TROUBLES = {DoorEventType.FORCED_OPEN: "forced", DoorEventType.HELD_OPEN: "held_open"}


def handle(tx: Tx, message: Message) -> None:
    """Take in one message. Raises Unreadable for what is outside the contract or comes from an unknown door."""
    where, said = parse(message.topic, message.payload)
    door = tx.row(queries.BY_KEY, key=where.device)
    if door is None or door.site != where.site:
        raise Unreadable("topic", f"no such door: {where.site}/{where.device}")
    if isinstance(said, DoorState):
        _show(tx, door, said, is_now=not message.retain)
    elif isinstance(said, DoorEvent) and not message.retain:
        _count(tx, door, said)
    elif isinstance(said, DoorAck) and not message.retain:
        _answer(tx, door, said)


# -- the door as it is -----------------------------------------------------------------------------------


def _show(tx: Tx, door: DoorNow, said: DoorState, *, is_now: bool) -> None:
    if not said.online:
        if said.boot_id == door.boot_id:  # a late will of an older boot changes nothing
            tx.run(storing.SET_GONE, which=door.id, is_online=0, strike="unknown", leaf="unknown")
            tx.touch(storing.DOORS)
        return
    if is_now and said.boot_id == door.former_boot_id and door.is_online:
        tx.announce(DoorTrouble(door.id, "twice", tx.now))  # two nodes speak in one door's name, in turn
    if not rules.is_news(door, said.boot_id, said.seq):
        return
    _store_state(tx, door, said, is_now=is_now)
    tx.touch(storing.DOORS)
    if is_now:
        _heed_state(tx, door, said)


def _store_state(tx: Tx, door: DoorNow, said: DoorState, *, is_now: bool) -> None:
    is_reborn = said.boot_id != door.boot_id
    tx.run(
        storing.SET_SHOWN,
        which=door.id,
        is_online=1,
        boot_id=said.boot_id,
        former_boot_id=door.boot_id if is_reborn else door.former_boot_id,
        state_seq=said.seq,
        strike=said.strike.value,
        leaf=said.leaf.value,
        is_alarm=int(said.alarm),
        reader=said.reader.value,
        pin_pad=said.pin_pad.value,
        list_version=said.list_version,
        list_at=said.list_at,
        fault=said.fault,
        uptime_s=said.uptime_s if is_now else door.uptime_s,
        heard_at=tx.now if is_now else door.heard_at,
        reborn_at=tx.now if is_reborn else door.reborn_at,
        rebirths=rules.rebirths(door, tx.now) if is_reborn else door.rebirths,
    )


def _heed_state(tx: Tx, before: DoorNow, said: DoorState) -> None:
    if said.alarm != bool(before.is_alarm):
        note_alarm(tx, f"door:{before.key}", said.alarm)
    if said.leaf.value == "open" and before.leaf != "open":
        _opened(tx, before)
    if said.fault and said.fault != before.fault:
        tx.announce(DoorTrouble(before.id, "fault", tx.now))
    if said.reader.value == "missing" and before.reader == "ready":
        tx.announce(DoorTrouble(before.id, "reader", tx.now))
    if said.pin_pad.value == "missing" and before.pin_pad == "ready":
        tx.announce(DoorTrouble(before.id, "pin_pad", tx.now))
    if said.boot_id != before.boot_id and rules.rebirths(before, tx.now) > rules.MOST_REBIRTHS:
        tx.announce(DoorTrouble(before.id, "twice", tx.now))


def _opened(tx: Tx, door: DoorNow) -> None:
    """The contact saw the door open: the order before it is what opened it."""
    one = tx.row(queries.AWAITING_LEAF, door=door.id, since=tx.now - rules.TTL - rules.OPENED_WITHIN)
    if one is not None:
        tx.run(storing.SET_OPENED, which=one.cmd_id, opened_at=tx.now)


# -- what happened ---------------------------------------------------------------------------------------


def _count(tx: Tx, door: DoorNow, said: DoorEvent) -> None:
    """Once, however often it is told; each telling is answered, so that the node can forget it."""
    uptime_s = max(rules.uptime_at(door, tx.now), said.at_uptime_s if said.boot_id == door.boot_id else 0)
    tx.run(storing.SET_HEARD, which=door.id, heard_at=tx.now, uptime_s=uptime_s)
    at = rules.happened_at(door, said.boot_id, said.at_uptime_s, said.at, tx.now)
    reason = "late" if said.type is DoorEventType.BADGE and passages.is_late(tx, door, said) else said.reason or ""
    is_first = tx.run(
        storing.ADD_EVENT,
        door_id=door.id,
        event_id=said.event_id,
        at=at,
        type=said.type.value,
        side=said.side,
        reason=reason,
    )
    tx.touch(storing.DOORS)
    answer = _heed(tx, door, said, at) if is_first else passages.again(tx, door, said)
    if answer is not None:
        storing.answer_event(tx, door, said.event_id, said.boot_id, answer)


def _heed(tx: Tx, door: DoorNow, said: DoorEvent, at: int) -> str | None:
    """What the person at the door is to see; None when another order says it."""
    if said.type is DoorEventType.BADGE and said.pin:
        tx.announce(PinTyped(door.id, encode(said).decode()))
        return None
    if said.type is DoorEventType.BADGE:
        return passages.judge(tx, door, said)
    if said.type is DoorEventType.OFFLINE_PASSAGE:
        passages.keep(tx, door, said, at)
    elif said.type in (DoorEventType.ALARM_ON, DoorEventType.ALARM_OFF):
        note_alarm(tx, f"door:{door.key}", said.type is DoorEventType.ALARM_ON)
    elif said.type in TROUBLES:
        tx.announce(DoorTrouble(door.id, TROUBLES[said.type], tx.now))
    return ""


# -- answers ---------------------------------------------------------------------------------------------


def _answer(tx: Tx, door: DoorNow, said: DoorAck) -> None:
    """The node's answer to an order of this very door; a second one changes nothing."""
    one = tx.row(queries.COMMAND_BY_ID, cmd=said.cmd_id)
    if one is None or one.door_id != door.id or said.boot_id not in (door.boot_id, one.boot_id):
        return
    is_done = said.result is AckResult.DONE
    state = "confirmed" if is_done else "expired" if said.result is AckResult.EXPIRED else "refused"
    if not tx.run(storing.SET_ANSWER, which=one.cmd_id, state=state, reason=said.reason or "", answered_at=tx.now):
        return
    tx.touch(storing.DOORS)
    if said.boot_id == door.boot_id:
        measured = {"strike": said.strike.value, "leaf": said.leaf.value}
        uptime_s = rules.uptime_at(door, tx.now)
        tx.run(storing.SET_MEASURED, which=door.id, heard_at=tx.now, uptime_s=uptime_s, **measured)
    if is_done and one.op in rules.OPENING:
        if said.leaf.value == "open":
            tx.run(storing.SET_OPENED, which=one.cmd_id, opened_at=tx.now)
        at = tx.now + one.ms // 1_000 + rules.OPENED_WITHIN
        tx.later(sending.NOT_OPENED, {"cmd_id": one.cmd_id}, at=at)
