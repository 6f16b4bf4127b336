"""The contract between devices and the service: topics, messages, bounds. All that the service imports of devices/.

Reading raises Unreadable and nothing else; unknown words of the open lists read as `unknown`; members that a reader
does not know are ignored.
"""

from devices.wire.bounds import MAX_BYTES, MAX_DEPTH, VERSION
from devices.wire.codec import MESSAGE_OF, decode, encode, parse
from devices.wire.errors import ReasonCode, Unreadable
from devices.wire.messages import (
    Ack,
    Availability,
    Command,
    Config,
    DownMessage,
    Fact,
    Fault,
    Job,
    JobEnded,
    JobOrder,
    JobStarted,
    MachineCleared,
    Message,
    Report,
    Snapshot,
    Telemetry,
    Temperature,
    UpMessage,
)
from devices.wire.presence import MachineBoard, ServiceAvailability, board_topic, encode_presence
from devices.wire.topics import (
    EVERY_MEASURE,
    EVERY_UP,
    ROOT,
    SERVICE_AVAILABILITY,
    Channel,
    Topic,
    build_topic,
    down_filter,
    every,
    parse_topic,
    up_filter,
)
from devices.wire.vocabulary import AckResult, MachineState, Op, Outcome, ProgressBasis

__all__ = [
    "EVERY_MEASURE",
    "EVERY_UP",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MESSAGE_OF",
    "ROOT",
    "SERVICE_AVAILABILITY",
    "VERSION",
    "Ack",
    "AckResult",
    "Availability",
    "Channel",
    "Command",
    "Config",
    "DownMessage",
    "Fact",
    "Fault",
    "Job",
    "JobEnded",
    "JobOrder",
    "JobStarted",
    "MachineBoard",
    "MachineCleared",
    "MachineState",
    "Message",
    "Op",
    "Outcome",
    "ProgressBasis",
    "ReasonCode",
    "Report",
    "ServiceAvailability",
    "Snapshot",
    "Telemetry",
    "Temperature",
    "Topic",
    "Unreadable",
    "UpMessage",
    "board_topic",
    "build_topic",
    "decode",
    "down_filter",
    "encode",
    "encode_presence",
    "every",
    "parse",
    "parse_topic",
    "up_filter",
]
