"""`python -m devices.terminals --config FILE`: the terminal of one machine, on a board with pins."""

import argparse
import logging
import signal
import sys
import threading
import time
from pathlib import Path

import msgspec

from devices.link import Address
from devices.terminals.box import Keys, Terminal
from devices.terminals.pins import BoardPins, Pins, PretendedPins, Wiring, notify_watchdog

TICK_S = 0.1


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the page of enrolment shows once, and the wiring. Without `wiring` the pins are pretended."""

    url: str
    site: str
    device: str
    username: str
    password: str
    lock_key: str
    card_key: str
    ca_file: str | None = None
    kind: str | None = None
    wiring: Wiring | None = None
    memory: str = "."


def read_config(path: Path) -> Config:
    """Raises OSError or msgspec.MsgspecError. The file holds secrets: its owner alone may read it."""
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others: chmod 600")
    return msgspec.toml.decode(path.read_bytes(), type=Config)


def build(config: Config, pins: Pins) -> Terminal:
    """The terminal of a configuration. Raises ValueError for a key that is not hexadecimal."""
    return Terminal(
        Address(
            url=config.url,
            site=config.site,
            device=config.device,
            username=config.username,
            password=config.password,
            ca_file=config.ca_file,
        ),
        Keys(bytes.fromhex(config.lock_key), bytes.fromhex(config.card_key)),
        pins,
        Path(config.memory),
        clock=time.time,
        steady=time.monotonic,
        kind=config.kind,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="devices.terminals", description="The terminal that unlocks one machine.")
    parser.add_argument("--config", type=Path, required=True, help="TOML file, readable by its owner only")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="terminal: %(levelname)s %(message)s")
    try:
        config = read_config(asked.config)
        pins: Pins = BoardPins(config.wiring) if config.wiring else PretendedPins()
        terminal = build(config, pins)
    except (OSError, ValueError, ImportError, msgspec.MsgspecError) as wrong:
        parser.error(str(wrong))
    ends = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: ends.set())
    terminal.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        while not ends.wait(TICK_S):
            terminal.tick()
            notify_watchdog()
    finally:
        terminal.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
