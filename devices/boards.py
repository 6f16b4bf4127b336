"""What the programs of boards share: a configuration that only its owner reads, and a box that runs until a signal."""

import argparse
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec

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


def main(prog: str, what: str, kind: type[Config], build: Callable[[Config], Box]) -> int:
    """The whole program: `--config FILE` is read as `kind`, `build` makes the box of it, and the box runs. What is
    wrong with the file or the board (ImportError, OSError, ValueError) is said in a line."""
    parser = argparse.ArgumentParser(prog=prog, description=what)
    parser.add_argument("--config", type=Path, required=True, help="TOML file, readable by its owner only")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        box = build(read_config(asked.config, kind))
    except (OSError, ValueError, ImportError, msgspec.MsgspecError) as wrong:
        parser.error(str(wrong))
    run(box)
    return 0


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


def notify_watchdog() -> None:
    """Tell the system's watchdog that the loop turns, where there is one (systemd)."""
    if not (address := os.environ.get("NOTIFY_SOCKET")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.sendto(b"WATCHDOG=1", "\0" + address[1:] if address.startswith("@") else address)
