"""Passwords of many houses in one process: the same slow question is worked out once."""

from functools import lru_cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from tierslieu.people.signin import passwords


class RememberingHasher(PasswordHasher):
    """The product's hasher with its parameters. A hash and a password match or they do not: the answer is kept."""

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        """Like the real one, which is asked once for each pair."""
        if not _is_match(hash, password):
            raise VerifyMismatchError
        return True


@lru_cache(maxsize=4096)
def _is_match(stored: str | bytes, given: str | bytes) -> bool:
    try:
        return REAL.verify(stored, given)
    except VerifyMismatchError:
        return False


REAL = passwords.HASHER


def remember_hashes() -> None:
    """Let this process's houses work out each pair of a hash and a password once."""
    passwords.HASHER = RememberingHasher(
        time_cost=REAL.time_cost, memory_cost=REAL.memory_cost, parallelism=REAL.parallelism
    )
