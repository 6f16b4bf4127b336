"""Signatures of passes: Ed25519, the one algorithm of this format. Verifiers hold public keys only."""

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from devices.badges.codec import Claims, Reading, encode_pass, to_sign

SEED_BYTES = 32


def public_of(seed: bytes) -> bytes:
    """The public half of a key."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


class Signer:
    """Signs passes, and whatever else a reader has to trust, with one key."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def pass_text(self, claims: Claims) -> str:
        """The text of a pass that says this. Raises ValueError for claims that no pass can hold."""
        return encode_pass(claims, self._key.sign(to_sign(claims)))

    def sign(self, message: bytes) -> bytes:
        """The signature of other bytes; they must start with words of their own."""
        return self._key.sign(message)


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """True when the owner of the key signed exactly this. Never raises, whatever the bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_genuine(reading: Reading, keys: Mapping[int, bytes]) -> bool:
    """True for a pass signed by the key it names, when that key is among those still trusted."""
    public = keys.get(reading.claims.kid) if reading.claims is not None else None
    return public is not None and is_signed(public, reading.signature, reading.signed)
