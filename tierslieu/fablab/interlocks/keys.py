"""The secrets of terminals, derived from the installation's own: none is stored, a new generation ends the former."""

import hmac
from hashlib import sha256
from typing import Final

from devices.wire.interlocks import card_digest

_LOCK: Final = b"tierslieu terminal lock key"
_CARD: Final = b"tierslieu terminal card key"


def lock_key(secret: bytes, terminal_id: int, generation: int) -> bytes:
    """The key that seals the orders of one terminal."""
    return hmac.new(secret, _LOCK + f"|{terminal_id}|{generation}".encode(), sha256).digest()


def card_key(secret: bytes) -> bytes:
    """The venue's key for cards: the same card is the same person at every terminal, and nothing elsewhere."""
    return hmac.new(secret, _CARD, sha256).digest()


def digest_of(key: bytes, number: str) -> str:
    """What is kept of a card instead of its number."""
    return card_digest(key, number)
