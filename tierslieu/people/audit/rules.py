"""Rules of the audit log: the chain of hashes. Pure."""

import hashlib
import json
from collections.abc import Iterable
from typing import Final, NamedTuple

START: Final = "0" * 64
"""What the first entry holds as the hash of the one before."""
KEPT_FOR: Final = 365 * 86_400
"""Seconds an entry is kept: 12 months, the longest that the CNIL's recommendation 2021-122 gives."""


class Sealed(NamedTuple):
    """An entry as it is hashed and stored."""

    seq: int
    at: int
    by: str
    act: str
    subject_id: int | None
    about: str
    facts: str
    sha256: str


def seal(before: str, seq: int, at: int, by: str, act: str, subject_id: int | None, about: str, facts: str) -> Sealed:
    """The entry with its hash, which covers the hash before it."""
    text = json.dumps([before, seq, at, by, act, subject_id, about, facts], ensure_ascii=True, separators=(",", ":"))
    return Sealed(seq, at, by, act, subject_id, about, facts, hashlib.sha256(text.encode()).hexdigest())


def first_broken(before: str, entries: Iterable[Sealed]) -> int | None:
    """The number of the first entry that does not follow from the one before it, None when the chain holds.

    `before` is the hash that the first of the entries must follow.
    """
    seq = None
    for one in entries:
        expected = seal(before, *one[:-1])
        if expected.sha256 != one.sha256 or (seq is not None and one.seq != seq + 1):
            return one.seq
        before, seq = one.sha256, one.seq
    return None
