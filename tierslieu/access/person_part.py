"""A person's badges and last passage on their page."""

import msgspec
from sqlalchemy import bindparam, select

from devices.badges.codec import show_number
from tierslieu.access import queries
from tierslieu.access.pages import KINDS
from tierslieu.access.tables import Scan
from tierslieu.http.words import Words
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader

s = columns(Scan)
LAST: Query[tuple[int]] = Query(
    select(s.at).where(s.person_id == bindparam("person"), s.outcome == "granted").order_by(s.at.desc()).limit(1)
)


class PersonPart(msgspec.Struct, frozen=True):
    """The badges that work (kind, number), and when the person was last here."""

    badges: list[tuple[str, str]]
    last_text: str


def person_part(reader: Reader, words: Words, person_id: int) -> PersonPart:
    """What opens doors for the person, and their last passage."""
    found = [
        (words.text(KINDS[one.kind]), show_number(one.card_number)) for one in queries.badges_now(reader, person_id)
    ]
    last = reader.row(LAST, person=person_id)
    return PersonPart(found, words.moment(last[0]) if last else "")
