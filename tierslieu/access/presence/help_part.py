"""A person's presence on their page: are they here, and do they ask for help to get out."""

import msgspec

from tierslieu.access.presence.help import help_of
from tierslieu.access.presence.queries import now_of
from tierslieu.access.presence.rules import Who
from tierslieu.access.presence.views import place_text
from tierslieu.access.zones.queries import zones
from tierslieu.basics.ids import show
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader


class PresencePart(msgspec.Struct, frozen=True):
    """Where the person is, and what they asked to have on the evacuation list."""

    id: str
    place: str
    help: str | None


def presence_part(reader: Reader, words: Words, person_id: int) -> PresencePart | None:
    """None in a house that counts nobody."""
    if not zones(reader):
        return None
    here = now_of(reader, Who(person_id))
    return PresencePart(show(person_id), place_text(reader, words, here), help_of(reader, person_id))
