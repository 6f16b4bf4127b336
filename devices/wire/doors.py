"""Doors: what a door node shows and tells, what it is ordered, and the seal on every order.

An opening is a pulse that the node times by its own clock. Nothing here relies on MQTT 5: the boot, the number and the
age of an order are in the payload, and the seal covers all of it.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from devices.wire.bounds import _END, BootId, Code, ConfigVersion, Instant, MessageId, Seconds, Seq, Sha256
from devices.wire.messages import Wired
from devices.wire.seals import is_mac, lines, mac_of
from devices.wire.vocabulary import AckResult, _Open

SEAL: Final = "tierslieu-door-1"
LONGEST_PULSE_MS: Final = 10_000
PulseMs = Annotated[int, Meta(ge=0, le=LONGEST_PULSE_MS)]
OrderTtl = Annotated[int, Meta(ge=1, le=10)]
PassText = Annotated[str, Meta(max_length=200, pattern=r"^T[PG][BCDFGHJKLNPRSTVX]{20,198}" + _END)]
"""A phone's or a guest's pass as it was read: signed, and soon worth nothing."""
SealedPin = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{59}" + _END)]
"""A pin as it travels: devices/wire/door_pins.py."""
Side = Literal["in", "out"]


class Strike(_Open):
    """The lock as it is commanded: `held` keeps the door shut from outside, `released` lets it be pulled."""

    HELD = "held"
    RELEASED = "released"
    UNKNOWN = "unknown"


class Leaf(_Open):
    """The door itself, as its contact tells; `unknown` where none is wired."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class ReaderWord(_Open):
    """The badge reader at the door, or its pin pad; `unknown` where none is."""

    READY = "ready"
    MISSING = "missing"
    UNKNOWN = "unknown"


class DoorEventType(_Open):
    """What a door node tells once. `offline_passage`: it decided by itself about the badge event named by `of`."""

    BADGE = "badge"
    OFFLINE_PASSAGE = "offline_passage"
    EXIT_BUTTON = "exit_button"
    FORCED_OPEN = "forced_open"
    HELD_OPEN = "held_open"
    ALARM_ON = "alarm_on"
    ALARM_OFF = "alarm_off"
    POWER_RESTORED = "power_restored"
    UNKNOWN = "unknown"


class DoorOp(_Open):
    """What a door node can be told. `release` lasts until `hold`, at most as long as the node allows."""

    PULSE = "pulse"
    HOLD = "hold"
    RELEASE = "release"
    IDENTIFY = "identify"
    ACK_EVENT = "ack_event"
    UNKNOWN = "unknown"


class DoorState(Wired, frozen=True, kw_only=True):
    """up/door, retained; with `online` false it is the node's farewell and its will.

    `strike` is what was commanded, `leaf` what was measured. `list_version` and `list_at`: the list of badges by which
    the node decides while the service is silent, and when that list was made.
    """

    online: bool
    boot_id: BootId
    seq: Seq
    uptime_s: Seconds
    strike: Strike = Strike.UNKNOWN
    leaf: Leaf = Leaf.UNKNOWN
    alarm: bool = False
    reader: ReaderWord = ReaderWord.UNKNOWN
    pin_pad: ReaderWord = ReaderWord.UNKNOWN
    list_version: ConfigVersion | None = None
    list_at: Instant | None = None
    fault: Code | None = None


class DoorEvent(Wired, frozen=True, kw_only=True):
    """up/door-event: told again after each reconnection until an order names it; counted once by its `event_id`.

    A card is told by `card`, SHA-256 of its secret, and nothing else; a pass by its `text`. `at` is the node's own
    clock, `at_uptime_s` says how old the event is even where that clock is wrong. `outcome` and `reason`: what the
    node decided by itself. `pin`: typed after the service asked for it. An event with a pin is another one than that
    which was answered so; it is told once and never kept on disk.
    """

    event_id: MessageId
    boot_id: BootId
    seq: Seq
    type: DoorEventType
    at_uptime_s: Seconds
    at: Instant
    side: Side = "in"
    card: Sha256 | None = None
    text: PassText | None = None
    of: MessageId | None = None
    outcome: Literal["granted", "denied"] | None = None
    reason: Code | None = None
    pin: SealedPin | None = None


class DoorOrder(Wired, frozen=True, kw_only=True):
    """down/door, NEVER retained: do this, if you are the same boot, it is young, and its seal is right.

    `event_id` names the event that it answers, `answer` what whoever stands there is to see; `pin`: to type a pin.
    """

    cmd_id: MessageId
    seq: Seq
    op: DoorOp
    issued_at: Instant
    ttl_s: OrderTtl
    boot_id: BootId
    ms: PulseMs = 0
    event_id: MessageId | None = None
    answer: Code | None = None
    mac: Sha256


class DoorAck(Wired, frozen=True, kw_only=True):
    """up/door-ack: what became of an order, and the door right after it. The same order is always answered the same,
    and carried out once."""

    cmd_id: MessageId
    seq: Seq
    boot_id: BootId
    result: AckResult
    reason: Code | None = None
    strike: Strike
    leaf: Leaf


def canonical(site: str, device: str, said: DoorOrder) -> bytes:
    """What the seal covers, in this order; absent is an empty line."""
    return lines(
        *(SEAL, site, device, said.cmd_id, said.seq, said.op.value, said.issued_at, said.ttl_s, said.boot_id, said.ms),
        *(said.event_id or "", said.answer or ""),
    )


def seal_door(key: bytes, site: str, device: str, said: DoorOrder) -> DoorOrder:
    """The same order with its seal."""
    return msgspec.structs.replace(said, mac=mac_of(key, canonical(site, device, said)))


def is_door_sealed(key: bytes, site: str, device: str, said: DoorOrder) -> bool:
    """Whether the seal is right."""
    return is_mac(key, canonical(site, device, said), said.mac)


DoorMessage = DoorState | DoorEvent | DoorAck | DoorOrder
