"""Terminals that unlock a machine: what they show and tell, what they are ordered, and the seal on every order.

Unlocking is a lease that the terminal counts down by its own clock. Nothing here relies on MQTT 5: the boot, the order
and the age of a command are in the payload, and the seal covers all of it.
"""

import hmac
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from devices.wire.bounds import (
    _NO_CONTROL,
    BootId,
    Code,
    ConfigVersion,
    Instant,
    MessageId,
    Seconds,
    Seq,
    Sha256,
    TtlSeconds,
)
from devices.wire.messages import Wired
from devices.wire.seals import UNSEALED, is_mac, lines, mac_of
from devices.wire.vocabulary import AckResult, _Open

SEAL: Final = "tierslieu-lock-1"
"""The first line of what is sealed: a seal of one purpose is good for no other."""

Line = Annotated[str, Meta(max_length=32, pattern=_NO_CONTROL)]
Lines = Annotated[tuple[Line, ...], Meta(max_length=4)]
Inputs = Annotated[tuple[Code, ...], Meta(max_length=8)]
Cards = Annotated[tuple[Sha256, ...], Meta(max_length=500)]
LeaseSeconds = Annotated[int, Meta(ge=0, le=86_400)]


class LockWord(_Open):
    """What the terminal is, as measured: `unlocked` is said only of a contactor that was seen closed."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    FAULT = "fault"
    ESTOP = "estop"
    UNKNOWN = "unknown"


class Activity(_Open):
    """What the machine behind the terminal does, as far as the terminal sees."""

    OFF = "off"
    IDLE = "idle"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Door(_Open):
    """The machine's own door or lid, where a contact tells it."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class LockEventType(_Open):
    """What a terminal tells once."""

    BADGE = "badge"
    BUTTON_STOP = "button_stop"
    EXTEND = "extend"
    OOPS = "oops"
    ESTOP = "estop"
    ESTOP_RESET = "estop_reset"
    POWER_RESTORED = "power_restored"
    LEASE_EXPIRED = "lease_expired"
    OFFLINE_UNLOCK = "offline_unlock"
    UNKNOWN = "unknown"


class LockOp(_Open):
    """What a terminal can be told."""

    UNLOCK = "unlock"
    RENEW = "renew"
    LOCK = "lock"
    SHOW = "show"
    ACK_EVENT = "ack_event"
    IDENTIFY = "identify"
    UNKNOWN = "unknown"


class When(StrEnum):
    """At the end of a lease, or on `lock`: at once, or as soon as the machine rests."""

    NOW = "now"
    IDLE = "idle"


class OfflinePolicy(_Open):
    """What a running lease becomes while the broker is away: it runs to its end, or until the machine rests."""

    KEEP = "keep_until_lease_end"
    END_WHEN_IDLE = "end_when_idle"
    UNKNOWN = "unknown"


class LockState(Wired, frozen=True, kw_only=True):
    """up/lock, retained: all that is known of the lock, so that the last one is enough.

    `relay` is what was commanded, `sense` what was measured at the contactor (None: no contact is wired).
    `lease_left_s` is counted by the terminal. `waits_for_idle`: the lease is over, the machine may come to rest.
    `inputs` names the other contacts that are closed.
    """

    lock: LockWord
    boot_id: BootId
    seq: Seq
    uptime_s: Seconds
    relay: bool
    sense: bool | None = None
    lease_id: MessageId | None = None
    lease_left_s: LeaseSeconds = 0
    waits_for_idle: bool = False
    activity: Activity = Activity.UNKNOWN
    door: Door = Door.UNKNOWN
    inputs: Inputs = ()
    fault: Code | None = None
    policy_version: ConfigVersion | None = None


class LockEvent(Wired, frozen=True, kw_only=True):
    """up/event: told again after each reconnection until an `ack_event` names it; counted once by its `event_id`.

    `card` is HMAC-SHA256 of the card's number with the venue's card key: the number itself never travels.
    """

    event_id: MessageId
    boot_id: BootId
    seq: Seq
    type: LockEventType
    at_uptime_s: Seconds
    card: Sha256 | None = None
    lease_id: MessageId | None = None
    reason: Code | None = None


class LockOrder(Wired, frozen=True, kw_only=True):
    """down/lock, NEVER retained: do this, if you are the same boot, it is young, and its seal is right.

    `seq` counts up over the life of the terminal's account. `lease_s` counts from the moment the terminal takes the
    order. `when` of an unlock says how its lease ends.
    """

    cmd_id: MessageId
    seq: Seq
    op: LockOp
    issued_at: Instant
    ttl_s: TtlSeconds
    boot_id: BootId
    lease_id: MessageId | None = None
    lease_s: LeaseSeconds = 0
    when: When = When.IDLE
    text: Lines = ()
    event_id: MessageId | None = None
    mac: Sha256


class LockAck(Wired, frozen=True, kw_only=True):
    """up/lock-ack: what became of an order, and the lock right after it. The same order is always answered the same.

    `state_seq` is the last `seq` that the terminal gave to something before this ack: a `LockState` with that one or a
    lower one is older than the order, even if it comes later.
    """

    cmd_id: MessageId
    seq: Seq
    boot_id: BootId
    result: AckResult
    reason: Code | None = None
    lock: LockWord
    relay: bool
    sense: bool | None = None
    state_seq: Seq | None = None


class LockPolicy(Wired, frozen=True, kw_only=True):
    """down/lock-policy, retained and sealed: how the terminal behaves by itself. Only a higher version replaces it.

    `idle_cap_s`: how long at most a machine may go on after its lease. `confirm_every_s`: a person presses the button
    that often, or the lease ends (0: never asked). `offline_cards` may unlock for `offline_lease_s` without network.
    """

    version: ConfigVersion
    warn_s: Seconds = 120
    idle_cap_s: Seconds = 1_800
    confirm_every_s: Seconds = 0
    offline_policy: OfflinePolicy = OfflinePolicy.KEEP
    offline_lease_s: LeaseSeconds = 0
    offline_cards: Cards = ()
    mac: Sha256


Sealed = LockOrder | LockPolicy
S = TypeVar("S", LockOrder, LockPolicy)


def canonical(site: str, device: str, said: Sealed) -> bytes:
    """What the seal covers: one line a value, in this order, in UTF-8. Absent is an empty line; lists begin with their
    length. No value holds a line feed, so two messages never have the same bytes."""
    if isinstance(said, LockOrder):
        values: list[object] = [
            *(said.cmd_id, said.seq, said.op.value, said.issued_at, said.ttl_s, said.boot_id),
            *(said.lease_id or "", said.lease_s, said.when.value, said.event_id or ""),
            *(len(said.text), *said.text),
        ]
    else:
        values = [
            *("policy", said.version, said.warn_s, said.idle_cap_s, said.confirm_every_s, said.offline_policy.value),
            *(said.offline_lease_s, len(said.offline_cards), *said.offline_cards),
        ]
    return lines(SEAL, site, device, *values)


def seal(key: bytes, site: str, device: str, said: S) -> S:
    """The same message with its seal."""
    return msgspec.structs.replace(said, mac=mac_of(key, canonical(site, device, said)))


def is_sealed(key: bytes, site: str, device: str, said: Sealed) -> bool:
    """Whether the seal is right, compared in constant time."""
    return is_mac(key, canonical(site, device, said), said.mac)


def unsealed() -> str:
    """The place of a seal that is still to be made."""
    return UNSEALED


def card_digest(card_key: bytes, number: str) -> str:
    """What travels of a card: its number in hexadecimal capitals without separators, under the venue's card key."""
    plain = "".join(sign for sign in number.upper() if sign in "0123456789ABCDEF")
    return hmac.new(card_key, plain.encode(), sha256).hexdigest()


Interlock = LockState | LockEvent | LockAck | LockOrder | LockPolicy
