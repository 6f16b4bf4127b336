"""The feeds as calendars fetch them: by their secret address alone, told cheaply when nothing changed."""

import asyncio
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from hashlib import sha256
from typing import Final

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath

from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import NotFound
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.roles.queries import held_by
from tierslieu.people.roles.rules import EVERYWHERE
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.calendars import actions, feeds, queries, rules
from tierslieu.reservations.calendars.queries import Feed
from tierslieu.reservations.ical import Head, Item, write

ENDING: Final = ".ics"
MANY: Final = 20
"""From so many entries on, writing them leaves the loop to others."""


class Shown(msgspec.Struct, frozen=True):
    """A feed with its entries as they are now."""

    feed: Feed
    items: list[Item]
    tag: str


class FeedPages(Controller):
    """/agendas."""

    path = "/agendas"
    include_in_schema = False

    @get("/{file:str}", opt=PUBLIC)
    async def feed(self, request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
        """One feed; 304 when the calendar has it already, 404 for an address that is unknown or was revoked."""
        home = house(request)
        found = await home.db.read(shown, file.removesuffix(ENDING), home)
        since = found.feed.changed_at
        if found.tag != found.feed.tag:
            since = home.clock.now()
        if found.tag != found.feed.tag or found.feed.last_used_at <= home.clock.now() - rules.USE_NOTED:
            await home.db.write(actions.note_use, found.feed.id, found.tag, since)
        headers = {
            "etag": f'W/"{found.tag[:32]}-{since}"',
            "last-modified": formatdate(since, usegmt=True),
            "cache-control": f"private, max-age={rules.MAX_AGE}",
            "content-disposition": 'inline; filename="agenda.ics"',
            "referrer-policy": "no-referrer",
            "x-robots-tag": "noindex",
        }
        if is_same(request.headers, headers["etag"], since):
            return Response(b"", status_code=304, headers=headers, media_type="text/calendar")
        name = f"{found.feed.name}, {home.settings.venue_name}"
        head = Head(name=name, stamp=since)
        many = len(found.items) > MANY
        body = await asyncio.to_thread(write, found.items, head) if many else write(found.items, head)
        return Response(body, headers=headers, media_type="text/calendar")


def shown(reader: Reader, token: str, home: House) -> Shown:
    """The feed of an address with its entries. Raises NotFound, also when its owner may not see it any more."""
    feed = queries.feed_by_token(reader, hashed(token)) if rules.TOKEN.fullmatch(token) else None
    if feed is None or known(reader, feed.person_id) is None:
        raise NotFound("no_such_feed")
    if feed.detail in rules.FOR_STAFF:
        allowed = home.permissions.get(FOR_OTHERS, frozenset())
        if not any(one.role in allowed and one.scope == EVERYWHERE for one in held_by(reader, feed.person_id)):
            raise NotFound("no_such_feed")
    items = feeds.items_of(reader, feed, words_for(reader, feed.person_id, home.zone), home.settings)
    return Shown(feed, items, sha256(msgspec.json.encode((feed.name, items))).hexdigest())


def is_same(headers: Mapping[str, str], etag: str, since: int) -> bool:
    """True when the calendar holds this very state: its tag counts, its date only without one (RFC 9110)."""
    asked = headers.get("if-none-match", "")
    if asked:
        plain = etag.removeprefix("W/")
        return asked.strip() == "*" or plain in {part.strip().removeprefix("W/") for part in asked.split(",")}
    try:
        return parsedate_to_datetime(headers.get("if-modified-since", "")).timestamp() >= since
    except (TypeError, ValueError, OverflowError):
        return False
