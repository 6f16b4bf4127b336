"""The lines of the list that readers hold: one a holder, as short as can be. Pure.

A line is JSON that is never written anew while its holder stays the same, so that texts are compared to find changes.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from tierslieu.infra.statements import to_json

CARD_BYTES: Final = 16
"""Of a card's secret readers get the first half of its SHA-256: enough to know it, and none to make it."""
Profile = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], int]
"""Roles, plans, qualifications that some zone asks for, and whether the holder is staff."""


class Line(NamedTuple):
    """A holder before it has its number. `more` leaves out what is not to be said."""

    name: str
    profile: Profile
    badges: tuple[str, ...]
    more: Mapping[str, Any]


def card_code(secret_sha256: str) -> str:
    """How a card is named in the list: 22 letters."""
    return base64.urlsafe_b64encode(bytes.fromhex(secret_sha256)[:CARD_BYTES]).decode().rstrip("=")


def shown_name(first_name: str, last_name: str) -> str:
    """« Sofia M »: what a shared screen may say, the greeting before the last space."""
    return f"{first_name} {last_name[:1]}"


def text_of(number: int, line: Line, profile: int) -> str:
    """The line as readers get it."""
    parts: list[Any] = [number, line.name, profile, line.badges]
    return to_json([*parts, dict(line.more)] if line.more else parts)


def digest_of(texts: Iterable[str]) -> str:
    """The same for the same list: whoever holds something else fetches all of it."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


class Profiles:
    """The profiles in use, by place; places are given once and stay."""

    def __init__(self, known: Sequence[Sequence[Any]]) -> None:
        self.every: list[Profile] = [(tuple(r), tuple(p), tuple(q), int(s)) for r, p, q, s in known]
        self._places = {one: place for place, one in enumerate(self.every)}

    def place(self, one: Profile) -> int:
        """The place of a profile, a new one at the end."""
        if one not in self._places:
            self._places[one] = len(self.every)
            self.every.append(one)
        return self._places[one]
