"""What the programs of boards share: a configuration that only its owner reads, and a box that runs until a signal."""

import signal
import sys
import threading
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec

from devices.terminals.pins import notify_watchdog

TICK_S: Final = 0.1
Config = TypeVar("Config")


class Box(Protocol):
    """A terminal or the node of a door."""

    def start(self) -> None: ...

    def tick(self) -> None: ...

    def stop(self) -> None: ...


def read_config(path: Path, kind: type[Config]) -> Config:
    """Raises OSError or msgspec.MsgspecError. The file holds secrets: its owner alone may read it."""
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others: chmod 600")
    return msgspec.toml.decode(path.read_bytes(), type=kind)


def run(box: Box) -> None:
    """Say `ready`, then let the box look at its pins until SIGTERM or SIGINT. Each look tells the watchdog."""
    ends = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: ends.set())
    box.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        while not ends.wait(TICK_S):
            box.tick()
            notify_watchdog()
    finally:
        box.stop()
