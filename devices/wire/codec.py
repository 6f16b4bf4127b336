"""Bytes to messages and back; the only way in and out of the wire."""

import re
from typing import Any, Final, TypeVar

import msgspec

from devices.wire.bounds import MAX_BYTES, MAX_DEPTH, VERSION
from devices.wire.doors import DoorAck, DoorEvent, DoorMessage, DoorOrder, DoorState
from devices.wire.errors import Unreadable
from devices.wire.interlocks import Interlock, LockAck, LockEvent, LockOrder, LockPolicy, LockState
from devices.wire.messages import Ack, Availability, Command, Config, Message, Report, Snapshot, Telemetry, Wired
from devices.wire.topics import Channel, Topic, parse_topic

M = TypeVar("M", bound=Wired)

MESSAGE_OF: Final[dict[Channel, type[Message | Interlock | DoorMessage]]] = {
    Channel.AVAILABILITY: Availability,
    Channel.STATE: Snapshot,
    Channel.TELEMETRY: Telemetry,
    Channel.REPORT: Report,
    Channel.ACK: Ack,
    Channel.CMD: Command,
    Channel.CONFIG: Config,
    Channel.LOCK: LockState,
    Channel.EVENT: LockEvent,
    Channel.LOCK_ACK: LockAck,
    Channel.LOCK_ORDER: LockOrder,
    Channel.LOCK_POLICY: LockPolicy,
    Channel.DOOR: DoorState,
    Channel.DOOR_EVENT: DoorEvent,
    Channel.DOOR_ACK: DoorAck,
    Channel.DOOR_ORDER: DoorOrder,
}

_DECODERS: Final[dict[type[Wired], msgspec.json.Decoder[Any]]] = {
    message: msgspec.json.Decoder(message) for message in MESSAGE_OF.values()
}
_ENCODER: Final = msgspec.json.Encoder()
_TOKEN: Final = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)


class _Versioned(msgspec.Struct):
    v: object = None


_USUAL: Final = b'{"v":%d,' % VERSION
"""How our own devices begin: the version is there, and the decoder itself refuses another one that follows."""
_VERSION: Final = msgspec.json.Decoder(_Versioned)


def parse(topic: str, payload: bytes) -> tuple[Topic, Message | Interlock | DoorMessage]:
    """The parts of the topic and the message it carries. Raises Unreadable, and nothing else, whatever the bytes."""
    where = parse_topic(topic)
    return where, decode(MESSAGE_OF[where.channel], payload)


def decode(kind: type[M], payload: bytes) -> M:
    """The message of one known kind in these bytes. Raises Unreadable, and nothing else, whatever the bytes."""
    _weigh(payload)
    try:
        if not payload.startswith(_USUAL):
            _require_version(payload)
        message: M = _DECODERS[kind].decode(payload)
    except msgspec.ValidationError as wrong:
        raise Unreadable("shape", str(wrong)) from None
    except UnicodeDecodeError:
        raise Unreadable("not_utf8") from None
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise Unreadable("not_json", str(wrong)) from None
    return message


def _require_version(payload: bytes) -> None:
    if (version := _VERSION.decode(payload).v) != VERSION or isinstance(version, bool):
        raise Unreadable("version", repr(version)[:40])


def encode(message: Message | Interlock | DoorMessage) -> bytes:
    """The bytes of a message, checked as its reader will check them: a sender that breaks a bound gets Unreadable."""
    try:
        payload = _ENCODER.encode(message)
    except (UnicodeEncodeError, OverflowError, TypeError) as wrong:
        raise Unreadable("shape", str(wrong)) from None
    decode(type(message), payload)
    return payload


def _weigh(payload: bytes) -> None:
    """Refuse what would cost too much to read, before reading it."""
    if not payload:
        raise Unreadable("empty")
    if len(payload) > MAX_BYTES:
        raise Unreadable("too_large", str(len(payload)))
    if payload.count(b"{") + payload.count(b"[") > MAX_DEPTH and _depth(payload) > MAX_DEPTH:
        raise Unreadable("too_deep")


def _depth(payload: bytes) -> int:
    """How many brackets stand inside each other, those in strings left out."""
    deepest = depth = 0
    in_string = False
    for token in _TOKEN.findall(payload):
        if token == b'"':
            in_string = not in_string
        elif not in_string and token in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif not in_string and token in b"]}":
            depth -= 1
    return deepest
