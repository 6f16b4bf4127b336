"""A pin that came with a badge: counted before it is judged, judged outside of any transaction, then settled."""

from typing import Literal

import msgspec

from devices.badges import codec
from tierslieu.access import queries
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.queries import known
from tierslieu.people.pins import actions as pins
from tierslieu.people.pins.actions import Card, Try
from tierslieu.people.pins.rules import read_pin
from tierslieu.people.signin import passwords, throttle
from tierslieu.people.signin.throttle import TooMany


class PinTry(msgspec.Struct, frozen=True):
    """What became of counting a try: `one` to judge, or none left for this card or this device for now."""

    one: Try | None = None


def count(tx: Tx, card: Card) -> PinTry:
    """Count the try before it is judged."""
    try:
        return PinTry(pins.begin(tx, card))
    except TooMany:
        return PinTry()


async def is_right(tried: PinTry, typed: str) -> bool:
    """Judge what was typed; the same work for every card. Where no try was left, every pin is a wrong one."""
    pin = read_pin(typed)
    stored = tried.one.pin_hash if tried.one else None
    return await passwords.matches(stored, pin) and bool(pin) and stored is not None


def settle(tx: Tx, tried: PinTry, *, is_right: bool) -> Literal["right", "wrong"]:
    """Take back a try that was right; what a decision is told of the pin."""
    if tried.one is not None and is_right:
        throttle.withdraw(tx, tried.one.counted)
    elif tried.one is not None:
        pins.wrong(tx, tried.one)
    return "right" if is_right else "wrong"


def card_of(reader: Reader, text: str, device: str, *, secret_sha256: str = "") -> Card:
    """The card behind a text, or behind the hash of a card's secret from a reader that tells no more: whose it is
    while it works and its person is active, else nobody's."""
    reading = codec.read(text)
    badge = queries.badge_of(reader, reading) if reading.result == "ok" else None
    if secret_sha256:
        badge = reader.row(queries.BY_SECRET, secret=secret_sha256)
    elif reading.kind == "phone" and reading.claims is not None:
        badge = queries.badge_by_handle(reader, reading.claims.handle)
    if badge is not None and badge.is_active and known(reader, badge.person_id) is not None:
        return Card(pins.card_name(badge.person_id), badge.person_id, device)
    unknown = secret_sha256 or reading.number or codec.stored(reading.secret)
    return Card(f"card:{unknown}", pins.NOBODY, device)
