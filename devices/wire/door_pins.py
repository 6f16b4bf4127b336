"""A pin on its way from the pad of a door to the service: sealed for one event, worth nothing beside it.

Apart from the rest of the contract, because nobody but doors and the service needs a cipher.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from devices.wire.doors import DoorEvent
from devices.wire.seals import lines

PURPOSE: Final = "tierslieu-door-pin-1"
LONGEST_PIN: Final = 16
"""Every pin is sealed at this length, so that the length of what travels tells nothing."""
NONCE_BYTES: Final = 12


def seal_pin(key: bytes, site: str, device: str, event: DoorEvent, pin: str, *, nonce: bytes = b"") -> DoorEvent:
    """The same badge event with the pin that was typed to it. Raises ValueError for what cannot be a pin."""
    if not (pin.isascii() and pin.isdigit() and len(pin) <= LONGEST_PIN):
        raise ValueError("not a pin")
    nonce = nonce or secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(key).encrypt(nonce, pin.ljust(LONGEST_PIN).encode(), _bound_to(site, device, event))
    return msgspec.structs.replace(event, pin=urlsafe_b64encode(nonce + sealed).decode().rstrip("="))


def open_pin(key: bytes, site: str, device: str, event: DoorEvent) -> str:
    """The pin that was typed to this very event at this very door; "" for anything else."""
    sealed = urlsafe_b64decode((event.pin or "") + "=" * (-len(event.pin or "") % 4))
    try:
        opened = _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(site, device, event))
        return opened.decode("ascii").rstrip()
    except (InvalidTag, ValueError):
        return ""


def _cipher(key: bytes) -> AESGCM:
    """A key of its own: the door's seals orders, and what it seals is public."""
    return AESGCM(HKDF(SHA256(), 32, None, PURPOSE.encode()).derive(key))


def _bound_to(site: str, device: str, event: DoorEvent) -> bytes:
    badge = (event.card or "", event.text or "")
    return lines(PURPOSE, site, device, event.boot_id, event.event_id, event.side, *badge)
