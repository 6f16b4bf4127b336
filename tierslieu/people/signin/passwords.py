"""Passwords: Argon2id through argon2-cffi, off the loop, with the same work for unknown accounts."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's second set of parameters: 19 MiB, 2 passes."""

NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$dXoIyJQR0xRMVrXY1LWYLY3Zk0DOwJhiqY0G9L0hkzE"
"""A hash that no password matches: an unknown address costs as much time as a known one."""


def make(password: str) -> str:
    """The hash to store."""
    return HASHER.hash(password)


async def made(password: str) -> str:
    """The same, off the loop."""
    return await asyncio.to_thread(make, password)


async def matches(stored: str | None, given: str) -> bool:
    """True when the password is the one of the stored hash."""
    return await asyncio.to_thread(_matches, stored or NOBODY, given)


async def renewed(stored: str | None, given: str) -> str | None:
    """A new hash of a right password when the stored one was made with other parameters, else None."""
    if stored is None or not HASHER.check_needs_rehash(stored):
        return None
    return await made(given)


def _matches(stored: str, given: str) -> bool:
    try:
        return HASHER.verify(stored, given)
    except (VerificationError, InvalidHashError):
        return False
