"""The secrets of doors, derived from the installation's own: none is stored, a new generation ends the former."""

import hmac
from hashlib import sha256
from typing import Final

_DOOR: Final = b"tierslieu door key"


def door_key(secret: bytes, door_id: int, generation: int) -> bytes:
    """The key that seals the orders of one door."""
    return hmac.new(secret, _DOOR + f"|{door_id}|{generation}".encode(), sha256).digest()
