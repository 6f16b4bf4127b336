"""`tierslieu-door --config FILE` (`python -m devices.doors`): the node of one door."""

import logging
import sys
import time
from pathlib import Path
from typing import Final

import msgspec

from devices import boards
from devices.doors.box import DoorNode
from devices.doors.camera import Camera, CameraReader
from devices.doors.lists import HttpsAsker, list_of
from devices.doors.pads import pad_at
from devices.doors.pins import BoardPins, Pins, PretendedPins, Wiring
from devices.doors.readers import LineReader, Readers
from devices.link import Address
from devices.wire.doors import Side

log: Final = logging.getLogger(__name__)


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the page of the door shows once, and the wiring. Without `wiring` the pins are pretended, and said so;
    `reader` and `pin_pad` then still read real ones. `camera` reads badges beside the reader or instead of it."""

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
    pin_pad: str = ""
    camera: Camera | None = None
    memory: str = "."


def readers_of(config: Config) -> Readers:
    """The readers and pads of a configuration, at work. Raises ImportError for a camera without zxing-cpp."""
    wired = config.wiring
    in_, out = (wired.reader, wired.reader_out) if wired else (config.reader, "")
    places: tuple[tuple[str, Side], ...] = ((in_, "in"), (out, "out"))
    pad = wired.pin_pad if wired else config.pin_pad
    cameras = [CameraReader(config.camera)] if config.camera else []
    lines = [LineReader(path, side) for path, side in places if path]
    return Readers([*cameras, *lines], [pad_at(pad)] if pad else [])


def build(config: Config) -> DoorNode:
    """The node of a configuration. Raises ValueError for a key that is not hexadecimal, ImportError without the
    libraries of pins and cameras."""
    key, readers = bytes.fromhex(config.door_key), readers_of(config)
    pins: Pins = BoardPins(config.wiring, readers) if config.wiring else PretendedPins(readers)
    if config.wiring is None:
        log.warning("no wiring: no door opens, the pins are pretended")
    folder = Path(config.memory)
    asker = HttpsAsker(config.service_url, config.password, config.ca_file)
    address = Address(
        url=config.url,
        site=config.site,
        device=config.device,
        username=config.device,
        password=config.password,
        ca_file=config.ca_file,
    )
    return DoorNode(
        address,
        key,
        pins,
        folder,
        badges=list_of(address, folder, asker, time.time),
        clock=time.time,
        steady=time.monotonic,
        pulse_ms=config.pulse_ms,
    )


def main() -> int:
    return boards.main("tierslieu-door", "The node of one door.", Config, build)


if __name__ == "__main__":
    sys.exit(main())
