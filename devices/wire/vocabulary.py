"""The closed lists of words on the wire; a word of a newer device reads as UNKNOWN, never as an error."""

from enum import StrEnum


class _Open(StrEnum):
    """A list of words that may grow: what this code has never heard of is `unknown`."""

    @classmethod
    def _missing_(cls, value: object) -> "_Open | None":
        return cls("unknown") if isinstance(value, str) and value != "unknown" else None


class MachineState(_Open):
    """What a machine is doing. `ended` lasts until a person has cleared the machine; `offline` and `unknown` differ."""

    IDLE = "idle"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    ATTENTION = "attention"
    ENDED = "ended"
    FAULT = "fault"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class ProgressBasis(_Open):
    """What a percentage is a share of: bytes of the file, time, or what the firmware says."""

    BYTES = "bytes"
    TIME = "time"
    FIRMWARE = "firmware"
    UNKNOWN = "unknown"


class Outcome(_Open):
    """How a job ended; `unknown` when nobody saw the end: a person is asked, nothing is charged on its own."""

    OK = "ok"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Op(_Open):
    """What a device can be told to do; a device refuses `unknown` with the reason `unknown_op`."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    IDENTIFY = "identify"
    FETCH = "fetch"
    UNKNOWN = "unknown"


class AckResult(_Open):
    """What became of a command: only `done` means that it was carried out."""

    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"
    BUSY = "busy"
    UNKNOWN = "unknown"
