"""The catalogue on the page of a reservation: how to use what is reserved."""

import msgspec

from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.availability import ACTIVE_STATES
from tierslieu.reservations.queries import stored
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue


class Instructions(msgspec.Struct, frozen=True):
    """What to know on the spot, a paragraph each, and where everything else is told."""

    lines: list[str]
    href: str


def reservation_part(reader: Reader, words: Words, reservation_id: int) -> Instructions | None:
    """The instructions of what is reserved, for who is going to use it; nothing when there are none."""
    one = stored(reader, reservation_id)
    if one.state not in ACTIVE_STATES:
        return None
    resource = venue(reader).by_id[one.resource_id]
    lines = [line.strip() for line in portraits(reader).resource(resource.key).instructions.splitlines()]
    told = [line for line in lines if line]
    return Instructions(told, f"/ressources/{resource.key}") if told else None
