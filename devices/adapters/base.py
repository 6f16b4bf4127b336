"""What an adapter is: the only thing that knows how one kind of machine speaks."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

import msgspec

from devices.commands import Answer
from devices.printers.states import Seen
from devices.wire import Command, Fault, JobOrder, Loaded, MachineState, Temperature


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """All that an adapter knows of its machine at one instant.

    `cleared_ref`: the last job, once a person told the machine itself that it is empty. `power_w` and `energy_wh` are
    None where nothing measures them; energy only grows, a decrease means that the meter was reset. `machine_id`: what
    tells this machine from another one behind the same address (a serial number), empty where the protocol has none.
    `slots`: what is loaded, None where the machine does not tell it.
    """

    seen: Seen
    substate: str = ""
    temperatures: tuple[Temperature, ...] = ()
    faults: tuple[Fault, ...] = ()
    needs_operator: bool = False
    cleared_ref: str | None = None
    power_w: float | None = None
    energy_wh: float | None = None
    machine_id: str = ""
    slots: tuple[Loaded, ...] | None = None

    @property
    def state(self) -> MachineState:
        return self.seen.state


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a first try with an address and a key. `code` is a stable word: ok, unreachable, wrong_key,
    wrong_kind, forbidden, timed_out, bad_setting; of what speaks on the venue's broker also no_broker, unheard, offline
    and no_measure. Nothing that was given comes back; `learned` are settings that the try found out (a certificate's
    fingerprint), to be kept beside what was typed. `power_w` and `energy_wh` are a meter's first reading.
    `took_ms`: how long the try was."""

    code: str
    name: str = ""
    model: str = ""
    software: str = ""
    build_mm: tuple[int, int, int] | None = None
    nozzle_mm: float | None = None
    can_control: bool = False
    note: str = ""
    power_w: float | None = None
    energy_wh: float | None = None
    took_ms: int = 0
    learned: dict[str, str] = {}


SOFTWARE: Final = "tierslieu-devices 1"
"""What the program calls itself, on the wire and in its diagnostics."""
START_WITHIN_S: Final = 45
"""The service waits a minute for the echo of a start, and then gives the job to somebody else."""

Fetch = Callable[[JobOrder], Path]
"""Gives the file of an order, whole and checked against its sha256. Raises OSError when it cannot be had."""


class Bus(msgspec.Struct, frozen=True, kw_only=True):
    """The venue's own broker, and as whom adapters that listen there connect to it."""

    url: str
    username: str = ""
    password: str = ""
    ca_file: str | None = None


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter is lent by who runs it. `device` names the machine on the wire (for names of threads and of
    MQTT clients); `clock` gives seconds since the epoch; `bus` is None where no broker of the venue was named."""

    device: str
    clock: Callable[[], int]
    bus: Bus | None = None


Settings = Mapping[str, str]
"""What the venue typed for one machine, by the names of the adapter's description; secrets too."""


class Adapter(Protocol):
    """One machine, seen and commanded by its own protocol. Called from one thread at a time; nothing raises.

    A machine that cannot be reached is a Sight with the state `offline`; what is not understood is `unknown`.
    """

    def open(self, wake: Callable[[], None]) -> None:
        """Begin to listen; `wake` may be called from any thread when there is something new to look at."""

    def look(self, now: int) -> Sight:
        """What the machine shows; asks it when the last answer is older than the adapter's pace. Bounded in time."""

    def obey(self, command: Command, fetch: Fetch) -> Answer:
        """Carry out a command that is meant for this boot and still young; done only once the machine confirms it.

        A start that could not be given within `START_WITHIN_S` of its issue is refused: the service has given up on it.
        """

    def diagnose(self) -> dict[str, str | int | float | None]:
        """Facts for a person who looks for a fault: counters, ages, last error. No secret, no person, no address."""

    def close(self) -> None:
        """Let go of sockets and threads."""


class Build(Protocol):
    """Makes the adapter of one kind. Never raises: what is wrong with the settings is seen as `offline`."""

    def __call__(self, settings: Settings, tools: Tools) -> Adapter: ...


class Try(Protocol):
    """The first try of a kind of adapter with what was typed; at most ten seconds, never raises."""

    def __call__(self, settings: Settings) -> Probe: ...
