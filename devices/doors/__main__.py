"""`tierslieu-door --config FILE` (`python -m devices.doors`): the node of one door."""

import argparse
import logging
import signal
import sys
import threading
import time
from pathlib import Path

import msgspec

from devices.doors.box import DoorNode
from devices.doors.lists import BadgeList, HttpsAsker
from devices.doors.pins import BoardPins, Pins, PretendedPins, Wiring
from devices.link import Address
from devices.terminals.pins import notify_watchdog

TICK_S = 0.1


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the page of the door shows once, and the wiring. Without `wiring` the pins are pretended, and said so;
    `reader` then still reads a real scanner."""

    url: str
    service_url: str
    site: str
    device: str
    password: str
    door_key: str
    pulse_ms: int = 5_000
    ca_file: str | None = None
    wiring: Wiring | None = None
    reader: str = ""
    memory: str = "."


def read_config(path: Path) -> Config:
    """Raises OSError or msgspec.MsgspecError. The file holds secrets: its owner alone may read it."""
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others: chmod 600")
    return msgspec.toml.decode(path.read_bytes(), type=Config)


def build(config: Config, pins: Pins) -> DoorNode:
    """The node of a configuration. Raises ValueError for a key that is not hexadecimal."""
    folder = Path(config.memory)
    asker = HttpsAsker(config.service_url, config.password, config.ca_file)
    return DoorNode(
        Address(
            url=config.url,
            site=config.site,
            device=config.device,
            username=config.device,
            password=config.password,
            ca_file=config.ca_file,
        ),
        bytes.fromhex(config.door_key),
        pins,
        folder,
        badges=BadgeList(folder / f"{config.site}-{config.device}-list.json", asker, time.time),
        clock=time.time,
        steady=time.monotonic,
        pulse_ms=config.pulse_ms,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="tierslieu-door", description="The node of one door.")
    parser.add_argument("--config", type=Path, required=True, help="TOML file, readable by its owner only")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="door: %(levelname)s %(message)s")
    try:
        config = read_config(asked.config)
        pins: Pins = BoardPins(config.wiring) if config.wiring else PretendedPins(config.reader)
        node = build(config, pins)
    except (OSError, ValueError, ImportError, msgspec.MsgspecError) as wrong:
        parser.error(str(wrong))
    if config.wiring is None:
        logging.warning("no wiring: no door opens, the pins are pretended")
    ends = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: ends.set())
    node.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        while not ends.wait(TICK_S):
            node.tick()
            notify_watchdog()
    finally:
        node.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
