"""What the service says of itself, for devices and for those who only listen."""

from typing import Literal

import msgspec

from devices.wire.bounds import VERSION
from devices.wire.topics import ROOT


class ServiceAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """service/availability, retained: the service is there, or it is not. A terminal shows « offline » then."""

    v: Literal[1] = VERSION
    online: bool


class MachineBoard(msgspec.Struct, frozen=True, kw_only=True):
    """board, retained: what the service tells everybody who may listen about a machine. Never a person, never a file.

    `state`: free, busy, paused, to_clear, fault, out_of_service or silent. What is not known is null.
    """

    v: Literal[1] = VERSION
    name: str
    kind: str
    state: str
    progress_percent: int | None = None
    ends_at: str | None = None
    needs_clear: bool = False
    problem: bool = False
    power_w: float | None = None
    energy_kwh: float | None = None


def board_topic(site: str, device: str) -> str:
    """Where the service says it."""
    return f"{ROOT}/{site}/{device}/board"


def encode_presence(said: ServiceAvailability | MachineBoard) -> bytes:
    """Its bytes, the same at each time."""
    return msgspec.json.encode(said)
