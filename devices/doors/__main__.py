"""`tierslieu-door --config FILE` (`python -m devices.doors`): the node of one door."""

import argparse
import logging
import sys
import time
from pathlib import Path

import msgspec

from devices.boards import read_config, run
from devices.doors.box import DoorNode
from devices.doors.lists import BadgeList, HttpsAsker
from devices.doors.pins import BoardPins, Pins, PretendedPins, Wiring
from devices.link import Address


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
        config = read_config(asked.config, Config)
        pins: Pins = BoardPins(config.wiring) if config.wiring else PretendedPins(config.reader)
        node = build(config, pins)
    except (OSError, ValueError, ImportError, msgspec.MsgspecError) as wrong:
        parser.error(str(wrong))
    if config.wiring is None:
        logging.warning("no wiring: no door opens, the pins are pretended")
    run(node)
    return 0


if __name__ == "__main__":
    sys.exit(main())
