"""The waiting list on the page of a reservation: asking for an earlier time."""

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.queries import stored
from tierslieu.reservations.waiting import queries


class EarlierPart(msgspec.Struct, frozen=True):
    """Where to ask, or where to see that it was asked."""

    is_waited: bool
    ask_href: str
    list_href: str


def reservation_part(reader: Reader, words: Words, reservation_id: int) -> EarlierPart | None:
    """For what is confirmed and still to come."""
    one = stored(reader, reservation_id)
    if one.state != "confirmed" or one.starts_at <= reader.now:
        return None
    found = queries.of_person(reader, one.person_id)
    is_waited = any(each.is_open and each.reservation_id == one.id for each in found)
    return EarlierPart(is_waited, f"/attente/plus-tot/{show(one.id)}", f"/attente?pour={show(one.person_id)}")
