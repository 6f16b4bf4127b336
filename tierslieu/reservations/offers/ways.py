"""How this house keeps times and tells people: settings, manners, and the secret that signs links."""

import hashlib
import hmac
from typing import NamedTuple

from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import LENGTH, read, show
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader
from tierslieu.people.messages.manners import manners_of, ready_channels
from tierslieu.people.messages.queries import contact, receivers
from tierslieu.people.messages.rules import BY_WIRE, NEEDED, Ask, Manners, choose
from tierslieu.people.qualifications.attesting import address_of
from tierslieu.people.relations.queries import receivers_of

SIGNED = 32
PATH = "/propositions"


class Ways(NamedTuple):
    """What actions need of the house."""

    settings: Settings
    manners: Manners
    ready: frozenset[str]
    secret: bytes


def ways_of(house: House) -> Ways:
    """The ways of a house."""
    return Ways(house.settings, manners_of(house), ready_channels(house), house.secret)


def link(ways: Ways, offer_id: int) -> str:
    """The address that a message carries: it opens this one offer and nothing else, without a sign-in."""
    return f"{address_of(ways.settings)}{PATH}/{show(offer_id)}{_signature(ways.secret, offer_id)}"


def read_key(secret: bytes, key: str) -> tuple[int, bool]:
    """The offer of an address, and whether the address was signed by us. Raises Invalid, NotFound."""
    offer_id, signed = read(key[:LENGTH]), key[LENGTH:]
    if signed and not hmac.compare_digest(_signature(secret, offer_id).encode(), signed.encode("utf-8", "replace")):
        raise NotFound("no_such_offer")
    return offer_id, bool(signed)


def _signature(secret: bytes, offer_id: int) -> str:
    return hmac.new(secret, f"offer:{offer_id}".encode(), hashlib.sha256).hexdigest()[:SIGNED]


def is_told_by_wire(reader: Reader, ways: Ways, person_id: int) -> bool:
    """True when somebody who receives this person's messages gets them by mail or short message: soon, that is."""
    found = receivers(reader, list(receivers_of(reader, person_id, reader.now)))
    asks = Ask(NEEDED, ready=ways.ready)
    return any(choose(contact(reader, one), asks).channel in BY_WIRE for one in found.values())
