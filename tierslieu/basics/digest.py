"""Digests of random secrets."""

import hashlib


def hashed(secret: str) -> str:
    """How a random secret (128 bits or more) is stored: SHA-256, which chance makes safe without a slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
