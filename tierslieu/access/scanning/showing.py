"""A presentation of a badge as a device tells it."""

from typing import Literal

import msgspec

from devices.badges import codec
from devices.badges.decide import Direction
from tierslieu.access import rules
from tierslieu.access.presence.rules import mark
from tierslieu.access.schemas import NewScan
from tierslieu.access.zones.places import Place, place_of
from tierslieu.infra.transaction import Tx

Pin = Literal["none", "right", "wrong"]


class Told(msgspec.Struct, frozen=True):
    """How a presentation was told beside the scan itself.

    `is_kept`: the device kept it, so that it counts at the device's time, as the fact it is. `pin`: what was found of
    the pin typed with it. `card`: the stored hash of a card's secret, from a reader that sends no more.
    """

    is_kept: bool = False
    pin: Pin = "none"
    card: str = ""


class Shown(msgspec.Struct, frozen=True):
    """A presentation of a badge: what was shown, where, and when (`at`) as far as known."""

    scan: NewScan
    device: str
    place: Place
    at: int
    told: Told

    @property
    def digest(self) -> str:
        """The same for the same presentation."""
        return rules.digest(
            text_of(self.scan, self.told), self.scan.at_device, self.scan.device_seq, self.scan.direction
        )

    @property
    def order(self) -> str:
        """What orders it among passages of the same second."""
        return mark(self.device, self.scan.device_seq, self.scan.scan_id)

    @property
    def direction(self) -> Direction:
        """In or out: a reader that stands on one side of a door knows it, whatever the scan says."""
        return self.scan.direction if self.place.side == "both" else self.place.side

    @property
    def is_card(self) -> bool:
        """True when a code was read, and not a number typed that everybody can see on the card."""
        return bool(self.told.card) or not codec.read(self.scan.badge).number

    @property
    def is_decided(self) -> bool:
        """True when the device let somebody in, or refused them, while it had no answer."""
        return self.told.is_kept and bool(self.scan.decided)

    @property
    def decided_by(self) -> str:
        """Who decided: the service, or what kind of device. What a device says of a hash is its own word."""
        is_its_word = self.is_decided or (self.told.is_kept and bool(self.told.card))
        return self.place.kind if is_its_word else "service"


def text_of(scan: NewScan, told: Told) -> str:
    """What names the badge: the text that was shown, or the hash of the card's secret."""
    return told.card or scan.badge


def shown_at(tx: Tx, scan: NewScan, told: Told) -> Shown:
    """A presentation at the device that speaks."""
    device = tx.by.device or ""
    at = rules.happened_at(scan.at_device, tx.now, is_kept=told.is_kept, offset=scan.offset)
    return Shown(scan, device, place_of(tx, device), at, told)
