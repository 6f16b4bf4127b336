"""The calendar file of a letter, and the one that a person takes from a reservation's page."""

from typing import Any

from sqlalchemy import bindparam, select

from tierslieu.basics.ids import show
from tierslieu.infra.settings import Settings
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.messages.schemas import File
from tierslieu.reservations import queries
from tierslieu.reservations.ical import CANCEL, PUBLISH, Group, Head, Item, Member, groups, names, write
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

DOMAIN = "tierslieu"
r = columns(Reservation)
MEMBER: tuple[Any, ...] = tuple(r[name] for name in Member.__struct_fields__)
MEMBERS = Query(select(*MEMBER).where(r.bundle_id == bindparam("bundle")).order_by(r.id), into=Member)


def members(reader: Reader, bundle_id: int) -> list[Member]:
    """All that was reserved together, and what replaced it."""
    return reader.rows(MEMBERS, bundle=bundle_id)


def uid(origin: int) -> str:
    """How calendars know an entry, for ever."""
    return f"{show(origin)}@{DOMAIN}"


def item(here: VenueMap, group: Group, settings: Settings) -> Item:
    """An entry as its person sees it."""
    found = names(group, here.by_id)
    standing = group.standing
    title = next((one.title for one in standing if one.title), "")
    first = standing[0]
    places = dict.fromkeys(here.by_id[one.resource_id].space.name for one in standing if one.resource_id in here.by_id)
    public = settings.public_url
    return Item(
        uid=uid(group.origin),
        starts_at=first.starts_at,
        ends_at=max(one.ends_at for one in standing),
        summary=f"{title} ({found})" if title else f"{found}, {settings.venue_name}",
        status=group.status,
        sequence=group.sequence,
        location=", ".join((settings.venue_name, *places, settings.venue_town)),
        url=f"{public}/mes-reservations/{show(first.id)}" if public else "",
        created_at=min(one.created_at for one in group.members),
        changed_at=max(one.changed_at for one in group.members),
    )


def invitation(reader: Reader, here: VenueMap, reservation_id: int, bundle_id: int, settings: Settings) -> File:
    """The file that puts a reservation, as it is now, into a calendar, or takes it out again.

    The rest of what was reserved with it comes along, because its entry changes too.
    """
    together = members(reader, bundle_id)
    origins = {one.origin for one in together if one.id == reservation_id}
    found = groups(together)
    own = [one for one in found if any(member.origin in origins for member in one.members)]
    is_gone = all(one.status == "CANCELLED" for one in own)
    shown = own if is_gone else [one for one in found if one.status != "CANCELLED"]
    method = CANCEL if is_gone else PUBLISH
    mail = settings.mail
    head = Head(method, "", mail.reply_to or mail.sender, settings.venue_name, reader.now)
    body = write([item(here, one, settings) for one in shown], head)
    return File("reservation.ics", f"text/calendar; method={method}; charset=utf-8", body)


def invitation_of(reader: Reader, reservation_id: int, settings: Settings) -> File:
    """The file of one reservation. Raises NotFound."""
    one = queries.stored(reader, reservation_id)
    return invitation(reader, venue(reader), one.id, one.bundle_id, settings)
