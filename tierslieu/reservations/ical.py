"""Reservations as calendar entries (RFC 5545), so that a calendar knows them again after every change. Pure.

What was reserved together is one entry; a reservation that was moved since is an entry of its own. An entry keeps its
UID for ever: the first of the chain of moves. Its SEQUENCE grows with every change of what was reserved together:
requested, confirmed, moved, ended. Instants are written in UTC, which every calendar shows in its own zone.

Letters say PUBLISH, not REQUEST (RFC 5546): the house tells what is decided and asks for no answer. A calendar that
shows « Accepter » and « Refuser » would promise that a refusal frees the room, and letters also reach those who read
in somebody's place, who are no attendees. CANCEL takes an entry out again.

The library builds and writes the file. It is given facts alone, no clock and no made-up UID: the same facts make the
same octets.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from tierslieu.venue.map import ResourceFacts

ENDED: Final = ("cancelled", "rejected", "missed")
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
RANKS: Final[Mapping[str, int]] = {"requested": 0, **dict.fromkeys(ENDED, 2)}
"""How far a reservation went; every other state is confirmed (1)."""
REFRESH: Final = timedelta(hours=1)
FORBIDDEN: Final = dict.fromkeys(
    (*(code for code in range(32) if code != 10), *range(127, 160), 0x2028, 0x2029, *range(0xD800, 0xE000))
)
"""Control signs, line ends of other kinds, halves of letters."""
MAKER: Final = "-//tierslieu//reservations//FR"


class Member(msgspec.Struct, frozen=True):
    """A reservation as calendars look at it."""

    id: int
    bundle_id: int
    resource_id: int
    person_id: int
    starts_at: int
    ends_at: int
    people: int
    state: str
    origin_id: int
    sequence: int
    title: str
    created_at: int
    changed_at: int

    @property
    def origin(self) -> int:
        """The first of its chain of moves."""
        return self.origin_id or self.id

    @property
    def is_moved(self) -> bool:
        """True when it replaced another one."""
        return self.id != self.origin

    @property
    def is_over(self) -> bool:
        """True when it was given up: the entry is cancelled."""
        return self.state in ENDED


class Group(msgspec.Struct, frozen=True):
    """Reservations that are one entry. `origin` makes its UID, `sequence` says how often it changed."""

    origin: int
    sequence: int
    members: tuple[Member, ...]

    @property
    def standing(self) -> tuple[Member, ...]:
        """Those of it that are not given up; all of them when none is left."""
        return tuple(one for one in self.members if not one.is_over) or self.members

    @property
    def status(self) -> str:
        """TENTATIVE while it waits for an answer, CANCELLED once nothing is left of it."""
        states = {one.state for one in self.standing}
        if states <= set(ENDED):
            return "CANCELLED"
        return "TENTATIVE" if states == {"requested"} else "CONFIRMED"


class Item(msgspec.Struct, frozen=True):
    """One entry, every text ready."""

    uid: str
    starts_at: int
    ends_at: int
    summary: str
    status: str = "CONFIRMED"
    sequence: int = 0
    location: str = ""
    url: str = ""
    created_at: int = 0
    changed_at: int = 0
    is_free: bool = False


class Head(msgspec.Struct, frozen=True):
    """What the whole file says of itself. Without `method` it is a calendar to subscribe to, called `name`.

    `stamp` is when a message was written, and of a calendar, since when entries without a date of their own are so.
    """

    method: str = ""
    name: str = ""
    organizer: str = ""
    organizer_name: str = ""
    stamp: int = 0


def groups(members: Iterable[Member]) -> list[Group]:
    """The entries that reservations make. Give all of a bundle, or its sequence starts too low."""
    bundles: dict[int, dict[int, Member]] = {}
    for one in members:
        chains = bundles.setdefault(one.bundle_id, {})
        former = chains.get(one.origin)
        if former is None or (former.sequence, former.id) < (one.sequence, one.id):
            chains[one.origin] = one
    return [group for chains in bundles.values() for group in _entries(list(chains.values()))]


def _entries(chains: Sequence[Member]) -> list[Group]:
    """The entries of one bundle: those never moved together by their start, the moved ones each alone."""
    sequence = sum(3 * one.sequence + RANKS.get(one.state, 1) for one in chains)
    together: dict[tuple[int, int], list[Member]] = {}
    for one in chains:
        together.setdefault((one.origin, 0) if one.is_moved else (0, one.starts_at), []).append(one)
    return [
        Group(min(one.origin for one in found), sequence, tuple(sorted(found, key=lambda one: one.origin)))
        for found in together.values()
    ]


def names(group: Group, resources: Mapping[int, ResourceFacts]) -> str:
    """What an entry is about: the names of its resources."""
    found = dict.fromkeys(resources[one.resource_id].name for one in group.standing if one.resource_id in resources)
    return ", ".join(found)


def write(items: Iterable[Item], head: Head) -> bytes:
    """The file, as RFC 5545 asks."""
    book = Calendar()
    book.add("PRODID", MAKER)
    book.add("VERSION", "2.0")
    book.add("CALSCALE", "GREGORIAN")
    if head.method:
        book.add("METHOD", head.method)
    if head.name:
        book.calendar_name = _text(head.name)
        book.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
        book.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for item in items:
        book.add_component(_event(item, head))
    raw: bytes = book.to_ical(sorted=False)
    return raw


def _event(item: Item, head: Head) -> Event:
    """One entry."""
    event = Event()
    event.add("UID", item.uid)
    event.add("DTSTAMP", _utc(head.stamp if head.method else item.changed_at or head.stamp))
    event.add("DTSTART", _utc(item.starts_at))
    event.add("DTEND", _utc(item.ends_at))
    event.add("SEQUENCE", item.sequence)
    event.add("STATUS", item.status)
    event.add("SUMMARY", _text(item.summary))
    if item.location:
        event.add("LOCATION", _text(item.location))
    if item.url:
        event.add("URL", item.url)
    if item.created_at:
        event.add("CREATED", _utc(item.created_at))
    if item.changed_at:
        event.add("LAST-MODIFIED", _utc(item.changed_at))
    if item.is_free:
        event.add("TRANSP", "TRANSPARENT")
    if head.organizer:
        event.add("ORGANIZER", _organizer(head))
    return event


def _organizer(head: Head) -> vCalAddress:
    """Who tells of it. Its name has no double quotes: few calendars know how RFC 6868 writes them."""
    name = _clean(head.organizer_name).replace('"', "").replace("\n", " ")
    return vCalAddress(f"mailto:{head.organizer}", params={"CN": name})


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


class _Text(vText):
    """A text that holds a backslash before an N, which the library would take for a line break."""

    def to_ical(self) -> bytes:
        """The text between its backslashes as the library escapes it."""
        return b"\\\\".join(vText(part).to_ical() for part in self.split("\\"))


def _text(text: str) -> vText:
    """A text as a value."""
    clean = _clean(text)
    return _Text(clean) if "\\N" in clean else vText(clean)


def _clean(text: str) -> str:
    """Text without the signs that no calendar file may hold; every line break is the same."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(FORBIDDEN)
