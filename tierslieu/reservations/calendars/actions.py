"""All changes to feeds: make, renew, revoke, note that one was read."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, update

from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Forbidden, Invalid, NotFound, Reason, Refused
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.calendars import queries, rules
from tierslieu.reservations.calendars.tables import CalendarFeed
from tierslieu.venue.queries import venue

f = columns(CalendarFeed)
ADD: Query[Any] = Query(insert_into(CalendarFeed))
RENEW: Query[Any] = Query(
    update(table_of(CalendarFeed))
    .where(f.id == bindparam("which"), f.person_id == bindparam("person"))
    .values(token_sha256=bindparam("token"), last_used_at=bindparam("never", type_=BigInteger()))
)
REVOKE: Query[Any] = Query(
    delete(table_of(CalendarFeed)).where(f.id == bindparam("which"), f.person_id == bindparam("person"))
)
NOTE: Query[Any] = Query(
    update(table_of(CalendarFeed))
    .where(f.id == bindparam("which"))
    .values(
        last_used_at=bindparam("now", type_=BigInteger()),
        tag=bindparam("shown"),
        changed_at=bindparam("since", type_=BigInteger()),
    )
)


class Opened(msgspec.Struct, frozen=True):
    """A feed that was just made or renewed: the only time its secret is known."""

    id: int
    name: str
    token: str


def make_feed(tx: Tx, name: str, place: str, detail: str) -> Opened:
    """A new secret address for the actor. Raises Invalid, Refused, and Forbidden for names of people without right."""
    person_id = _person(tx)
    if not rules.is_offered(place, detail):
        raise Invalid("invalid_input", {"detail": "no_such_calendar"})
    if place and rules.place_of(venue(tx), place) is None:
        raise Invalid("invalid_input", {"place": "no_such_calendar"})
    if detail in rules.FOR_STAFF and not tx.by.may_everywhere(FOR_OTHERS):
        raise Forbidden("not_allowed")
    if len(queries.feeds_of(tx, person_id)) >= rules.MOST_FEEDS:
        raise Refused((Reason("too_many_feeds", {"count": rules.MOST_FEEDS}),))
    opened = Opened(tx.new_id(), name, rules.new_token())
    tx.run(
        ADD,
        id=opened.id,
        person_id=person_id,
        token_sha256=hashed(opened.token),
        name=name,
        place=place,
        detail=detail,
        created_at=tx.now,
        last_used_at=0,
        tag="",
        changed_at=tx.now,
    )
    return opened


def renew_feed(tx: Tx, feed_id: int) -> Opened:
    """Another address for one's own feed: the former one leads nowhere from now on. Raises NotFound."""
    person_id = _person(tx)
    found = next((one for one in queries.feeds_of(tx, person_id) if one.id == feed_id), None)
    if found is None:
        raise NotFound("no_such_feed")
    opened = Opened(found.id, found.name, rules.new_token())
    tx.run(RENEW, which=feed_id, person=person_id, token=hashed(opened.token), never=0)
    return opened


def revoke_feed(tx: Tx, feed_id: int) -> None:
    """End one's own feed. Raises NotFound."""
    if not tx.run(REVOKE, which=feed_id, person=_person(tx)):
        raise NotFound("no_such_feed")


def note_use(tx: Tx, feed_id: int, shown: str, since: int) -> None:
    """Note that a calendar read the feed, and what it was shown since when."""
    tx.run(NOTE, which=feed_id, now=tx.now, shown=shown, since=since)


def _person(tx: Tx) -> int:
    """Who asks: at a kiosk nobody takes a secret away."""
    if tx.by.person_id is None:
        raise Forbidden("not_allowed")
    if tx.by.session_kind == "kiosk":
        raise Forbidden("not_at_kiosk")
    return tx.by.person_id
