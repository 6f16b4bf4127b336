"""The seal on an order: HMAC-SHA256 under a key that one device and the service share, over bytes, not over JSON."""

import hmac
from hashlib import sha256
from typing import Final

UNSEALED: Final = "0" * 64
"""The place of a seal that is still to be made."""


def lines(purpose: str, site: str, device: str, *values: object) -> bytes:
    """What a seal covers: one line a value, in UTF-8, the purpose first, so that a seal of one purpose is good for no
    other. No value of the contract holds a line feed, so two messages never have the same bytes."""
    return "\n".join(str(value) for value in (purpose, site, device, *values)).encode()


def mac_of(key: bytes, covered: bytes) -> str:
    """The seal of these bytes."""
    return hmac.new(key, covered, sha256).hexdigest()


def is_mac(key: bytes, covered: bytes, mac: str) -> bool:
    """Whether the seal is right, compared in constant time."""
    return hmac.compare_digest(mac_of(key, covered), mac)
