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
from devices.wire.topics import EVERY_UP, ROOT, Channel, Topic, build_topic, down_filter, parse_topic, up_filter
from devices.wire.vocabulary import AckResult, MachineState, Op, Outcome, ProgressBasis

__all__ = [
    "EVERY_UP",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MESSAGE_OF",
    "ROOT",
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
    "MachineCleared",
    "MachineState",
    "Message",
    "Op",
    "Outcome",
    "ProgressBasis",
    "ReasonCode",
    "Report",
    "Snapshot",
    "Telemetry",
    "Temperature",
    "Topic",
    "Unreadable",
    "UpMessage",
    "build_topic",
    "decode",
    "down_filter",
    "encode",
    "parse",
    "parse_topic",
    "up_filter",
]
