"""Decisions about meetings at a distance. Pure: names of meetings, calls to a BigBlueButton server, slots to test."""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Iterable, Mapping
from typing import Final, Literal
from urllib.parse import quote, urlencode

import msgspec

from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import LENGTH, read, show
from tierslieu.basics.spans import MINUTE, Span
from tierslieu.basics.zone import Zone

Kind = Literal["fixed", "jitsi", "bbb"]
TOKEN_LETTERS: Final = 20
"""Of 32: 100 bits that nobody guesses."""
TEST_SECONDS: Final = 15 * MINUTE
TEST_DAYS: Final = 7
"""A test may be booked so many days ahead."""
MOST_TESTS: Final = 6
OPENS_EARLY: Final = 15 * MINUTE
"""A room of a BigBlueButton server is opened so long before the start."""
SUCCESS: Final = b"<returncode>SUCCESS</returncode>"


class Room(msgspec.Struct, frozen=True):
    """How meetings of a resource are held. `address` is the fixed link, or the base of a Jitsi server.

    `salt` makes names of meetings that nobody can guess; another salt makes all of them new.
    """

    resource_id: int
    kind: str
    address: str
    salt: str
    plug: str
    camera: str
    microphone: str

    @property
    def instructions(self) -> tuple[tuple[str, str], ...]:
        """What to do in the room, in the order in which one does it: (part, text)."""
        parts = (("plug", self.plug), ("camera", self.camera), ("microphone", self.microphone))
        return tuple((part, text) for part, text in parts if text)


def mark(salt: str, origin_id: int) -> str:
    """The unguessable part of a meeting's name: the same for a reservation however often it is moved."""
    digest = hmac.new(salt.encode(), str(origin_id).encode(), hashlib.sha256).digest()
    return b32encode(digest).decode().lower()[:TOKEN_LETTERS]


def token(salt: str, origin_id: int) -> str:
    """What the address of a meeting's page holds: which reservation, and the proof that one was given the address."""
    return f"{show(origin_id)}-{mark(salt, origin_id)}"


def origin_of(text: str) -> int:
    """The reservation that a token names; its proof is compared elsewhere. Raises Invalid."""
    name, sign, proof = text.partition("-")
    if not sign or len(name) != LENGTH or len(proof) != TOKEN_LETTERS:
        raise Invalid("bad_id")
    return read(name)


def is_proof(salt: str, origin_id: int, text: str) -> bool:
    """True when a token was made by us."""
    return hmac.compare_digest(token(salt, origin_id), text)


def address(room: Room, origin_id: int) -> str:
    """Where a meeting is held: a link that opens it, or our own page where only our page can open it."""
    if room.kind == "fixed":
        return room.address
    if room.kind == "jitsi":
        return f"{room.address.rstrip('/')}/{mark(room.salt, origin_id)}"
    return f"/visio/{token(room.salt, origin_id)}"


def signed_call(base: str, secret: str, name: str, fields: Mapping[str, str]) -> str:
    """The address of a call to a BigBlueButton server, signed with the shared secret."""
    query = urlencode(fields, quote_via=quote)
    checksum = hashlib.sha256(f"{name}{query}{secret}".encode()).hexdigest()
    return f"{base.rstrip('/')}/api/{name}?{query}{'&' if query else ''}checksum={checksum}"


def create_fields(meeting: str, title: str, minutes: int) -> dict[str, str]:
    """What opens a room on the server; an open one stays as it is. It waits for its people as long as reserved."""
    waits = {"meetingExpireIfNoUserJoinedInMinutes": str(minutes), "record": "false"}
    return {"meetingID": meeting, "name": title, **waits}


def join_fields(meeting: str, name: str, *, is_host: bool) -> dict[str, str]:
    """What lets somebody in under a name they chose."""
    return {"fullName": name, "meetingID": meeting, "role": "MODERATOR" if is_host else "VIEWER", "redirect": "true"}


def is_success(answer: bytes) -> bool:
    """True when the server did what it was asked."""
    return SUCCESS in answer


def tests_in(free: Iterable[Span], zone: Zone, starts_at: int, now: int) -> list[Span]:
    """Slots to test the equipment in free time before a meeting: right before it, then the first of each free run.

    They begin on a quarter of an hour, from now on. What is listed here is what `is_test` accepts.
    """
    runs = [one.within(Span(now, starts_at)) for one in free]
    found: list[Span] = []
    right_before = Span(starts_at - TEST_SECONDS, starts_at)
    if any(is_test(right_before, [run], zone) for run in runs):
        found.append(right_before)
    for run in runs:
        start = -(-run.start // TEST_SECONDS) * TEST_SECONDS
        one = Span(start, start + TEST_SECONDS)
        if is_test(one, [run], zone) and one not in found:
            found.append(one)
    return found[:MOST_TESTS]


def is_test(wanted: Span, free: Iterable[Span], zone: Zone) -> bool:
    """True for a quarter of an hour, on a quarter of the wall clock, that lies in free time."""
    is_quarter = wanted.seconds == TEST_SECONDS and zone.minutes(wanted.start) % 15 == 0 and wanted.start % MINUTE == 0
    return is_quarter and any(run.contains(wanted) for run in free)
