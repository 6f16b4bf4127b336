"""A venue's worth of simulated machines in one light process, with a control line per trick on standard input."""

import contextlib
import os
import random
import select
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Final

import msgspec

from devices.link import Address
from devices.simulators.device import CONTROLS, SimulatedDevice
from devices.simulators.door import SimulatedDoor
from devices.simulators.machine import Machine, SimulatedPlug
from devices.simulators.printer import SimulatedPrinter
from devices.simulators.terminal import SimulatedTerminal
from devices.terminals.box import Keys
from devices.wire.bounds import Key, Sha256

TICK_S: Final = 0.5
PRINTER_KIND: Final = "printer_3d"


class MachineAccount(msgspec.Struct, frozen=True):
    """One machine of the credentials file. With the keys of a terminal, it is unlocked by one; with that of a door, it
    is a door."""

    device: Key
    kind: Key
    username: str
    password: str
    lock_key: Sha256 | None = None
    door_key: Sha256 | None = None
    card_key: Sha256 | None = None


class Credentials(msgspec.Struct, frozen=True):
    """The credentials file: {"machines": [{"device", "kind", "username", "password"}]}. `service_url`: where doors ask
    for their list of badges."""

    machines: Annotated[tuple[MachineAccount, ...], msgspec.Meta(min_length=1, max_length=200)]
    service_url: str = ""


def read_credentials(path: Path) -> Credentials:
    """Raises OSError or msgspec.MsgspecError."""
    return msgspec.json.decode(path.read_bytes(), type=Credentials)


Simulated = SimulatedDevice | SimulatedTerminal | SimulatedDoor


class Fleet:
    """All the devices of one site."""

    def __init__(self, devices: Sequence[Simulated]) -> None:
        self._devices = {one.address.device: one for one in devices}

    def start(self) -> None:
        for device in self._devices.values():
            device.start()

    def stop(self) -> None:
        """End all at once: one that waits for a broker does not hold up the others."""
        with ThreadPoolExecutor(len(self._devices)) as pool:
            list(pool.map(lambda device: device.stop(), self._devices.values()))

    def tick(self) -> None:
        for device in self._devices.values():
            device.tick()

    def control(self, line: str) -> str:
        """Obey "DEVICE WORD" or "all WORD"; the answer is a line for the person at the keyboard."""
        name, _, word = line.strip().partition(" ")
        asked = list(self._devices.values()) if name == "all" else []
        asked += [self._devices[name]] if name in self._devices else []
        if asked and all(device.control(word.strip()) for device in asked):
            return f"ok {name} {word.strip()}"
        return f"? DEVICE|all {'|'.join(CONTROLS)}; devices: {' '.join(self._devices)}"


def build_fleet(
    credentials: Credentials, *, url: str, site: str, spool: Path, clock: Callable[[], float], speed: float, seed: str
) -> Fleet:
    """One device per machine of the credentials. The same seed makes the same chance."""
    found: list[Simulated] = []
    for one in credentials.machines:
        address = Address(url=url, site=site, device=one.device, username=one.username, password=one.password)
        if one.door_key:
            found.append(SimulatedDoor(address, bytes.fromhex(one.door_key), spool, clock, credentials.service_url))
            continue
        if one.lock_key and one.card_key:
            keys = Keys(bytes.fromhex(one.lock_key), bytes.fromhex(one.card_key))
            found.append(SimulatedTerminal(address, one.kind, keys, spool, clock))
            continue
        machine = _build_machine(one, clock, speed, seed)
        found.append(SimulatedDevice(address, one.kind, machine, spool / f"{site}-{one.device}.sqlite", clock))
    return Fleet(found)


def _build_machine(account: MachineAccount, clock: Callable[[], float], speed: float, seed: str) -> Machine:
    chance = random.Random(f"{seed}/{account.device}")
    if account.kind == PRINTER_KIND:
        return SimulatedPrinter(chance, clock(), speed)
    return SimulatedPlug(chance, clock())


def run(fleet: Fleet, say: Callable[[str], None], control_fd: int = 0, *, until_eof: bool = False) -> None:
    """Tick until SIGTERM or SIGINT; obey control lines meanwhile.

    The end of the control input changes nothing, unless `until_eof`: then the fleet ends with who started it.
    """
    with _ending_signals() as ends:
        fleet.start()
        say("ready")
        try:
            _keep_ticking(fleet, say, ends, control_fd, until_eof=until_eof)
        finally:
            fleet.stop()


def _keep_ticking(fleet: Fleet, say: Callable[[str], None], ends: int, control_fd: int, *, until_eof: bool) -> None:
    watched, rest = [ends, control_fd], b""
    while ends not in (ready := select.select(watched, [], [], TICK_S)[0]):
        if control_fd in ready:
            if not (read := os.read(control_fd, 4_096)):
                if until_eof:
                    return
                watched.remove(control_fd)
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                say(fleet.control(line.decode(errors="replace")))
        fleet.tick()


@contextlib.contextmanager
def _ending_signals() -> Iterator[int]:
    """A descriptor that becomes readable when the process is asked to end."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)

    def ask(_number: int, _frame: object) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(writer, b"x")

    former = {one: signal.signal(one, ask) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield reader
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)
        os.close(reader)
        os.close(writer)
