"""`python -m devices.terminals --config FILE`: the terminal of one machine, on a board with pins."""

import sys
import time
from pathlib import Path

import msgspec

from devices import boards
from devices.link import Address
from devices.terminals.box import Keys, Terminal
from devices.terminals.pins import BoardPins, Pins, PretendedPins, Wiring


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


def build(config: Config) -> Terminal:
    """The terminal of a configuration. Raises ValueError for a key that is not hexadecimal, ImportError without the
    library of pins."""
    pins: Pins = BoardPins(config.wiring) if config.wiring else PretendedPins()
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
    return boards.main("devices.terminals", "The terminal that unlocks one machine.", Config, build)


if __name__ == "__main__":
    sys.exit(main())
